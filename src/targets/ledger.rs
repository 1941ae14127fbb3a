//! The ledger: what Cutover wrote, kept in the target itself. Three tables in
//! the schema `cutover` (Postgres) or with the prefix `cutover_` (SQLite):
//!
//! - `run`: the runs that changed something;
//! - `key`: the target key of each record, with the hash of what was written;
//! - `undo`: each row as it was before a run changed it.

use super::plan::Dialect;

/// The names and statements of the ledger in one dialect.
pub(super) struct Ledger(pub(super) Dialect);

impl Ledger {
    fn named(&self, table: &str) -> String {
        match self.0 {
            Dialect::Postgres => format!("cutover.{table}"),
            Dialect::Sqlite => format!("main.cutover_{table}"),
        }
    }

    pub(super) fn run(&self) -> String {
        self.named("run")
    }

    pub(super) fn key(&self) -> String {
        self.named("key")
    }

    pub(super) fn undo(&self) -> String {
        self.named("undo")
    }

    /// The tables; `with_keys` as well those that a first load adds at its end.
    pub(super) fn create(&self, with_keys: bool) -> Vec<String> {
        let (uuid, json, small) = match self.0 {
            Dialect::Postgres => ("uuid", "jsonb", "smallint"),
            Dialect::Sqlite => ("text", "text", "integer"),
        };
        let primary = if with_keys || self.0 == Dialect::Sqlite { " primary key" } else { "" };
        vec![
            format!(
                "create table {} (id integer primary key, name text not null, as_of text not null, \
                 config_hash text not null)",
                self.run()
            ),
            format!(
                "create table {} (id {uuid} not null{primary}, hash {uuid}, run integer not null, inserted integer, \
                 merged {small} not null, entity text not null, source text not null, legacy_key text, target_key text)",
                self.key()
            ),
            format!(
                "create table {} (run integer not null, entity text not null, target_key text not null, \
                 before {json} not null, primary key (run, entity, target_key))",
                self.undo()
            ),
        ]
    }

    /// The key that a first load leaves out until its rows are in.
    pub(super) fn add_keys(&self) -> Option<String> {
        (self.0 == Dialect::Postgres).then(|| format!("alter table {} add primary key (id)", self.key()))
    }

    /// Puts the entries that `body` selects; with `replace`, over those that are there.
    pub(super) fn put(&self, body: &str, replace: bool, inserted: &str) -> String {
        let conflict = if replace {
            format!(
                " on conflict (id) do update set target_key = excluded.target_key, hash = excluded.hash, \
                 run = excluded.run, merged = excluded.merged, {inserted}"
            )
        } else {
            String::new()
        };
        format!(
            "insert into {} as cutover_key (id, entity, source, legacy_key, target_key, hash, run, inserted, merged) \
             {body}{conflict}",
            self.key()
        )
    }
}
