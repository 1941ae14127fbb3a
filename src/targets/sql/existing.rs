//! Statements about rows that were in the target before: which they are, which
//! record stands in one, and what may be written over one.
//!
//! Such a row keeps what somebody has typed in, as the mapping's policy says, in
//! the run that finds it and in each later one. A restriction of consent is the
//! exception: that of the record holds as well as that of the row.

use super::{Sql, alias, literal_plain};
use crate::config::existing::Existing;
use crate::config::pipeline::KeyKind;
use crate::postgres::identifier;
use crate::record::{ID, KEY, TARGET_KEY};
use crate::targets::plan::{Column, Dialect, Table};

/// A table of which rows are read.
pub(in crate::targets) struct Sought<'a> {
    pub(in crate::targets) entity: &'a str,
    pub(in crate::targets) table: &'a str,
    pub(in crate::targets) key: &'a str,
    pub(in crate::targets) kind: KeyKind,
    /// Whether the key is text, whose order depends on the database.
    pub(in crate::targets) text_key: bool,
    pub(in crate::targets) columns: Vec<&'a str>,
    /// Whether the ledger is there.
    pub(in crate::targets) ledger: bool,
}

impl Sql {
    /// Condition over staged records: the record stands in a row of the target's own.
    pub(super) fn linked(&self, table: &Table) -> String {
        match table.kind {
            KeyKind::Serial => format!("s.{TARGET_KEY} is not null"),
            KeyKind::Uuid => format!("s.{TARGET_KEY} <> cast(s.{ID} as text)"),
            KeyKind::Legacy => format!("s.{TARGET_KEY} is distinct from s.{KEY}"),
        }
    }

    /// Condition over ledger entries `l`: the row is ours, because a run inserted it
    /// or because it has the record's own key.
    fn ours(&self, kind: KeyKind, l: &str) -> String {
        match kind {
            KeyKind::Serial => format!("{l}.inserted is not null"),
            KeyKind::Uuid => format!("({l}.inserted is not null or {l}.target_key = cast({l}.id as text))"),
            KeyKind::Legacy => format!("({l}.inserted is not null or {l}.target_key = {l}.legacy_key)"),
        }
    }

    /// The key of a record's row: that of the row that it was found to stand in; of
    /// its entry in the ledger only where the row is ours, so that a record which a
    /// person has called different lets go of the row.
    pub(super) fn key_of(&self, table: &Table, entry: &str, staged: &str) -> String {
        let (linked, ours) = (self.linked(table), self.ours(table.kind, "l"));
        let otherwise = if table.kind == KeyKind::Serial { String::new() } else { format!(" else {staged}") };
        format!("case when {linked} then {staged} when {ours} then {entry}{otherwise} end")
    }

    /// Further columns of pairs: whether the row was there before, and whether the
    /// ledger does not know yet that the record stands in it.
    pub(super) fn pair_columns(&self, table: &Table) -> String {
        if table.existing.is_none() {
            return String::new();
        }
        let linked = self.linked(table);
        format!(", ({linked}) as linked, (({linked}) and l.target_key is distinct from s.{TARGET_KEY}) as fresh")
    }

    /// Condition: a record and its row differ in what an update may change.
    pub(super) fn differs(&self, table: &Table, columns: &[&Column]) -> String {
        let own = columns.iter().map(|column| {
            let quoted = identifier(&column.name);
            let differs = format!("t.{quoted} is distinct from {}", self.value(column, true));
            if column.circular() && column.reference.is_some_and(|parent| parent.ledger) {
                // The parent may be new in this run: its number is not known yet.
                format!("{differs} or (s.{quoted} is not null and {}.id is null)", alias(column))
            } else {
                differs
            }
        });
        let any = |all: Vec<String>| if all.is_empty() { "1 = 0".to_string() } else { all.join(" or ") };
        let own = any(own.collect());
        let Some(existing) = table.existing else { return own };
        let row = columns.iter().map(|column| {
            let quoted = identifier(&column.name);
            let differs = format!("t.{quoted} is distinct from {}", self.row_value(column, existing, true));
            let waits = column.circular() && column.reference.is_some_and(|parent| parent.ledger);
            match existing {
                Existing::Fill if waits => {
                    let empty = empty(column);
                    format!("{differs} or ({empty} and s.{quoted} is not null and {}.id is null)", alias(column))
                }
                Existing::Update if waits => {
                    format!("{differs} or (s.{quoted} is not null and {}.id is null)", alias(column))
                }
                _ => differs,
            }
        });
        format!("case when {} then {} else {own} end", self.linked(table), any(row.collect()))
    }

    /// What a column of a row that was there before becomes.
    pub(super) fn row_value(&self, column: &Column, existing: Existing, exact: bool) -> String {
        let row = format!("t.{}", identifier(&column.name));
        let own = self.value(column, exact);
        let value = match existing {
            Existing::Link | Existing::Hold => row.clone(),
            Existing::Fill => format!("case when {} then {own} else {row} end", empty(column)),
            Existing::Update if column.together.is_empty() => format!("coalesce({own}, {row})"),
            Existing::Update => {
                let some = column.together.iter().map(|name| format!("s.{} is not null", identifier(name)));
                format!("case when {} then {own} else {row} end", some.collect::<Vec<_>>().join(" or "))
            }
        };
        let Some(consent) = column.consent else { return value };
        let (of_record, of_row) = (self.restricted_record(column, consent), self.restricted_row(column, consent));
        format!("case when {of_row} then {row} when {of_record} then {own} else {value} end")
    }

    /// Entries that say of a record that it stands in a row of the target's own.
    pub(in crate::targets) fn select_linked(&self, table: &Table) -> String {
        format!(
            "select 1 from {} l where l.entity = {} and l.merged = 0 and l.target_key is not null and not {} limit 1",
            self.ledger.key(),
            literal_plain(&table.entity),
            self.ours(table.kind, "l"),
        )
    }

    /// The rows of a table that are not ours: their key and columns, as text, in
    /// the order of the key. A row that a run has changed is given as it was
    /// before, so that a second run finds what the first one did.
    pub(in crate::targets) fn select_rows(&self, sought: &Sought<'_>) -> String {
        let key = format!("t.{}", identifier(sought.key));
        let name = format!("cast({key} as text)");
        let columns = sought.columns.iter().map(|column| {
            let now = format!("cast(t.{} as text)", identifier(column));
            let before = match self.dialect {
                Dialect::Postgres => format!("b.before ->> {}", literal_plain(column)),
                Dialect::Sqlite => {
                    format!("cast(json_extract(b.before, {}) as text)", literal_plain(&format!("$.\"{column}\"")))
                }
            };
            if sought.ledger { format!("case when b.before is null then {now} else {before} end") } else { now }
        });
        let values: Vec<String> = std::iter::once(name.clone()).chain(columns).collect();
        let order = match self.dialect {
            _ if !sought.text_key => key.clone(),
            Dialect::Postgres => format!("{name} collate \"C\""),
            Dialect::Sqlite => format!("{key} collate binary"),
        };
        let (joins, theirs) = if sought.ledger { self.not_ours(sought, &name) } else { Default::default() };
        format!(
            "select {} from {} t{joins} where {key} is not null{theirs} order by {order}",
            values.join(", "),
            self.table(sought.table),
        )
    }

    /// Joins the rows as they were before the first change, and leaves out ours.
    fn not_ours(&self, sought: &Sought<'_>, name: &str) -> (String, String) {
        let (ledger, undo, entity) = (self.ledger.key(), self.ledger.undo(), literal_plain(sought.entity));
        let entries = |more: &str| {
            format!(
                "select l.target_key from {ledger} l where l.entity = {entity} and l.merged = 0 \
                 and l.target_key is not null and {more}"
            )
        };
        let ours = self.ours(sought.kind, "l");
        let joins = format!(
            " left join (select u.target_key, u.before from {undo} u join (select target_key, min(run) as run \
             from {undo} where entity = {entity} group by target_key) f on f.run = u.run and f.target_key = u.target_key \
             where u.entity = {entity} and u.target_key in ({})) b on b.target_key = {name}",
            entries(&format!("not {ours}")),
        );
        let theirs = match self.dialect {
            // One planner looks a list up, the other joins.
            Dialect::Sqlite => format!(" and {name} not in ({})", entries(&ours)),
            Dialect::Postgres => format!(" and not exists ({} and l.target_key = {name})", entries(&ours)),
        };
        (joins, theirs)
    }

    /// The records that have a row: source, legacy key, the row's key, and `1` where
    /// the row is ours.
    pub(in crate::targets) fn select_known(&self, sought: &Sought<'_>) -> String {
        format!(
            "select l.source, l.legacy_key, l.target_key, case when {} then '1' else '0' end from {} l join {} t \
             on cast(t.{} as text) = l.target_key where l.entity = {} and l.merged = 0 order by l.id",
            self.ours(sought.kind, "l"),
            self.ledger.key(),
            self.table(sought.table),
            identifier(sought.key),
            literal_plain(sought.entity),
        )
    }
}

/// Condition over a row: a column is empty, and with it the columns that it goes
/// together with. Half of one address and half of another are none.
fn empty(column: &Column) -> String {
    let alone = [column.name.clone()];
    let names = if column.together.is_empty() { &alone[..] } else { &column.together };
    let empty = names.iter().map(|name| {
        let cell = format!("t.{}", identifier(name));
        format!("({cell} is null or cast({cell} as text) = '')")
    });
    empty.collect::<Vec<_>>().join(" and ")
}
