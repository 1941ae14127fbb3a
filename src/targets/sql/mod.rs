//! The statements of a load, in both dialects. Names are always quoted; values
//! never stand in a statement, but for Cutover's own (run, entity).
//!
//! Aliases: `s` staged record, `t` row of the target, `p` pair of a record and
//! the row it already has, `n` number given to a new record, `l` its ledger
//! entry, `r…` ledger entry of a parent.

mod consent;
mod create;
mod existing;
mod record;

pub(in crate::targets) use existing::Sought;

use super::ledger::Ledger;
use super::plan::{Column, Dialect, Table};
use crate::config::existing::Existing;
use crate::config::pipeline::KeyKind;
use crate::postgres::{identifier, literal};
use crate::record::{ID, SEQ, TARGET_KEY};

/// Writes statements for one target.
pub(in crate::targets) struct Sql {
    pub(in crate::targets) dialect: Dialect,
    /// The schema of the tables (Postgres).
    pub(in crate::targets) schema: String,
    pub(in crate::targets) ledger: Ledger,
}

impl Sql {
    pub(in crate::targets) fn table(&self, name: &str) -> String {
        match self.dialect {
            Dialect::Postgres => format!("{}.{}", identifier(&self.schema), identifier(name)),
            Dialect::Sqlite => format!("main.{}", identifier(name)),
        }
    }

    fn temp(&self, what: &str, index: usize) -> String {
        match self.dialect {
            Dialect::Postgres => format!("pg_temp.cutover_{what}_{index}"),
            Dialect::Sqlite => format!("temp.cutover_{what}_{index}"),
        }
    }

    pub(in crate::targets) fn stage(&self, index: usize) -> String {
        self.temp("stage", index)
    }

    pub(in crate::targets) fn merges(&self, index: usize) -> String {
        self.temp("merge", index)
    }

    pub(in crate::targets) fn pairs(&self, index: usize) -> String {
        self.temp("pair", index)
    }

    fn numbers(&self, index: usize) -> String {
        self.temp("number", index)
    }

    fn gone(&self) -> String {
        self.temp("gone", 0)
    }

    fn create_temp(&self, name: &str, body: &str) -> String {
        let name = name.split('.').next_back().unwrap_or(name);
        match (self.dialect, body.starts_with("as ")) {
            (Dialect::Postgres, false) => format!("create temporary table {name} {body} on commit drop"),
            (Dialect::Postgres, true) => format!("create temporary table {name} on commit drop {body}"),
            (Dialect::Sqlite, _) => format!("create temporary table {name} {body}"),
        }
    }

    /// A cast that SQLite needs not: its columns convert by themselves.
    fn cast(&self, value: &str, kind: &str) -> String {
        match self.dialect {
            Dialect::Postgres if kind == "text" => value.to_string(),
            Dialect::Postgres => format!("{value}::{kind}"),
            Dialect::Sqlite => value.to_string(),
        }
    }

    /// A ledger's key, as the target's own type.
    fn key_cast(&self, value: &str, kind: &str) -> String {
        match self.dialect {
            Dialect::Postgres => format!("{value}::{kind}"),
            Dialect::Sqlite if kind == "integer" => format!("cast({value} as integer)"),
            Dialect::Sqlite => value.to_string(),
        }
    }

    fn uuid(&self) -> &'static str {
        if self.dialect == Dialect::Postgres { "uuid" } else { "text" }
    }

    /// The value of a column, and the joins it needs.
    fn value(&self, column: &Column, exact: bool) -> String {
        let kind = if exact { &column.exact } else { &column.base };
        match column.reference {
            Some(parent) if parent.ledger => self.key_cast(&format!("{}.target_key", alias(column)), kind),
            _ => self.cast(&format!("s.{}", identifier(&column.name)), kind),
        }
    }

    fn joins(&self, columns: &[&Column]) -> String {
        let serial = columns.iter().filter(|column| column.reference.is_some_and(|parent| parent.ledger));
        serial
            .map(|column| {
                let value = self.cast(&format!("s.{}", identifier(&column.name)), self.uuid());
                format!(" left join {} {r} on {r}.id = {value}", self.ledger.key(), r = alias(column))
            })
            .collect()
    }

    /// Pairs each staged record with the row it already has, and says whether
    /// the two differ in a field that an update may change.
    pub(in crate::targets) fn pair(&self, table: &Table) -> Vec<String> {
        let columns: Vec<&Column> = table.columns.iter().filter(|column| !column.protect).collect();
        let key = self.key_cast("l.target_key", &table.key.base);
        // The server may convert before it joins, and then meets the keys of other
        // entities, which are of other types.
        let key = match self.dialect {
            Dialect::Postgres => format!("case when l.entity = {} then {key} end", literal_plain(&table.entity)),
            Dialect::Sqlite => key,
        };
        let own = self.key_cast(&format!("s.{TARGET_KEY}"), &table.key.base);
        let key = match table.kind {
            _ if table.existing.is_some() => self.key_of(table, &key, &own),
            KeyKind::Serial => key,
            _ => format!("coalesce({key}, {own})"),
        };
        let differs = self.differs(table, &columns);
        let more = self.pair_columns(table);
        let body = format!(
            "as select s.{SEQ} as seq, t.{quoted} as tk, ({differs}) as differs{more} from {stage} s \
             left join {ledger} l on l.id = s.{ID} and l.merged = 0 join {target} t on t.{quoted} = {key}{joins}{unclaimed}",
            quoted = identifier(&table.key.name),
            stage = self.stage(table.index),
            ledger = self.ledger.key(),
            target = self.table(&table.name),
            joins = self.joins(&columns),
            unclaimed = self.unclaimed(table),
        );
        let pairs = self.pairs(table.index);
        let mut all = vec![self.create_temp(&pairs, &body)];
        let index = format!("cutover_pair_{}_seq", table.index);
        match self.dialect {
            Dialect::Postgres => {
                all.push(format!("create index {index} on {pairs} (seq)"));
                all.push(format!("analyze {pairs}"));
            }
            Dialect::Sqlite => all.push(format!("create index temp.{index} on cutover_pair_{} (seq)", table.index)),
        }
        all
    }

    /// Legacy keys of two sources may be the same: a row that the ledger gives to
    /// one record is not another's.
    fn unclaimed(&self, table: &Table) -> String {
        if table.kind != KeyKind::Legacy {
            return String::new();
        }
        let linked = table.existing.map(|_| format!("{} or ", self.linked(table))).unwrap_or_default();
        format!(
            " where {linked}l.id is not null or s.{TARGET_KEY} not in (select o.target_key from {} o \
             where o.entity = {} and o.merged = 0 and o.target_key is not null)",
            self.ledger.key(),
            literal_plain(&table.entity),
        )
    }

    /// Records that would share a row with an earlier one.
    pub(in crate::targets) fn select_sharing(&self, table: &Table) -> String {
        let pairs = self.pairs(table.index);
        format!(
            "select p.seq from {pairs} p join (select tk, min(seq) as low from {pairs} group by tk having count(*) > 1) d \
             on d.tk = p.tk where p.seq > d.low order by p.seq"
        )
    }

    fn is_new(&self, table: &Table, first: bool) -> String {
        if first {
            return String::new();
        }
        format!(" and not exists (select 1 from {} p where p.seq = s.{SEQ})", self.pairs(table.index))
    }

    /// Gives each new record of a serial key its number, in order.
    pub(in crate::targets) fn number(&self, table: &Table, first: bool) -> Vec<String> {
        let stage = self.stage(table.index);
        let new = self.is_new(table, first);
        let target = self.table(&table.name);
        let key = identifier(&table.key.name);
        let body = match self.dialect {
            Dialect::Postgres => {
                let next = table.key.next.clone().unwrap_or_else(|| {
                    format!("nextval(pg_get_serial_sequence({}, {}))", literal(&target), literal(&table.key.name))
                });
                format!(
                    "as select o.{SEQ} as seq, ({next})::bigint as tk from (select s.{SEQ} from {stage} s \
                     where true{new} order by s.{SEQ}) o"
                )
            }
            Dialect::Sqlite => format!(
                "as select s.{SEQ} as seq, (select coalesce(max({key}), 0) from {target}) \
                 + row_number() over (order by s.{SEQ}) as tk from {stage} s where true{new}"
            ),
        };
        let numbers = self.numbers(table.index);
        let mut all = vec![self.create_temp(&numbers, &body)];
        let index = format!("cutover_number_{}_seq", table.index);
        all.push(match self.dialect {
            Dialect::Postgres => format!("create index {index} on {numbers} (seq)"),
            Dialect::Sqlite => format!("create index temp.{index} on cutover_number_{} (seq)", table.index),
        });
        all
    }

    /// The least and the greatest of the numbers that were given.
    pub(in crate::targets) fn drawn(&self, table: &Table) -> [String; 2] {
        ["min", "max"].map(|end| format!("select {end}(tk) from {}", self.numbers(table.index)))
    }

    /// Gives numbers back to a sequence that outlives a rollback, if nobody else
    /// has drawn from it since.
    pub(in crate::targets) fn give_back(&self, table: &Table, low: i64, high: i64) -> Option<String> {
        if self.dialect == Dialect::Sqlite || table.created {
            return None;
        }
        let (name, column) = (literal(&self.table(&table.name)), literal(&table.key.name));
        Some(format!(
            "select setval(q.seq, {low}, false) from (select pg_get_serial_sequence({name}, {column})::regclass as seq) q \
             where pg_sequence_last_value(q.seq) = {high}"
        ))
    }

    /// The key of a new record, and the join it needs.
    fn new_key(&self, table: &Table) -> (String, String) {
        match table.kind {
            KeyKind::Serial => {
                let join = format!(" join {} n on n.seq = s.{SEQ}", self.numbers(table.index));
                (self.cast("n.tk", &table.key.base), join)
            }
            _ => (self.cast(&format!("s.{TARGET_KEY}"), &table.key.base), String::new()),
        }
    }

    pub(in crate::targets) fn insert(&self, table: &Table, first: bool, whole: bool, range: &str) -> String {
        let (key, join) = self.new_key(table);
        let filled: Vec<&Column> = table.columns.iter().filter(|column| !column.late(whole)).collect();
        let names = filled.iter().map(|column| identifier(&column.name));
        let values = filled.iter().map(|column| self.value(column, false));
        let names: Vec<String> = std::iter::once(identifier(&table.key.name)).chain(names).collect();
        let values: Vec<String> = std::iter::once(key).chain(values).collect();
        let serial = table.kind == KeyKind::Serial;
        let overriding = if serial && self.dialect == Dialect::Postgres { " overriding system value" } else { "" };
        // An index that is there already is filled faster in its own order.
        let order = if table.created || serial { String::new() } else { format!(" order by s.{TARGET_KEY}") };
        format!(
            "insert into {} ({}){overriding} select {} from {} s{join}{} where {range}{}{order}",
            self.table(&table.name),
            names.join(", "),
            values.join(", "),
            self.stage(table.index),
            self.joins(&filled),
            self.is_new(table, first),
        )
    }

    /// Keeps the rows as they are before [`Sql::update`] changes them.
    pub(in crate::targets) fn keep(&self, table: &Table, run: i64, range: &str) -> String {
        let row = match self.dialect {
            Dialect::Postgres => "to_jsonb(t)".to_string(),
            Dialect::Sqlite => {
                let names = std::iter::once(&table.key.name).chain(table.columns.iter().map(|column| &column.name));
                let pairs = names.map(|name| format!("{}, t.{}", literal_plain(name), identifier(name)));
                format!("json_object({})", pairs.collect::<Vec<_>>().join(", "))
            }
        };
        format!(
            "insert into {} (run, entity, target_key, before) select {run}, {}, cast(p.tk as text), {row} from {} p \
             join {} s on s.{SEQ} = p.seq join {} t on t.{} = p.tk where p.differs and {range}",
            self.ledger.undo(),
            literal_plain(&table.entity),
            self.pairs(table.index),
            self.stage(table.index),
            self.table(&table.name),
            identifier(&table.key.name),
        )
    }

    /// Changes the rows that differ. `None` where nothing may be changed at once.
    pub(in crate::targets) fn update(&self, table: &Table, whole: bool, late: bool, range: &str) -> Option<String> {
        let columns: Vec<&Column> =
            table.columns.iter().filter(|column| !column.protect && column.late(whole) == late).collect();
        let from = format!("{} p join {} s on s.{SEQ} = p.seq", self.pairs(table.index), self.stage(table.index));
        self.set(table, (&columns, table.existing), &from, &format!("p.tk and p.differs and {range}"))
    }

    /// Fills in the references of new rows that had to wait.
    pub(in crate::targets) fn fill(&self, table: &Table, first: bool, whole: bool, range: &str) -> Option<String> {
        let columns: Vec<&Column> = table.columns.iter().filter(|column| column.late(whole)).collect();
        let (key, join) = self.new_key(table);
        let some = columns.iter().map(|column| format!("s.{} is not null", identifier(&column.name)));
        let some = some.collect::<Vec<_>>().join(" or ");
        let from = format!("{} s{join}", self.stage(table.index));
        self.set(
            table,
            (&columns, None),
            &from,
            &format!("{key} and ({some}) and {range}{}", self.is_new(table, first)),
        )
    }

    fn set(
        &self,
        table: &Table,
        (columns, existing): (&[&Column], Option<Existing>),
        from: &str,
        matching: &str,
    ) -> Option<String> {
        if columns.is_empty() {
            return None;
        }
        let value = |column: &Column| match existing {
            Some(existing) => {
                let (own, row) = (self.value(column, false), self.row_value(column, existing, false));
                format!("case when p.linked then {row} else {own} end")
            }
            None => self.value(column, false),
        };
        let sets = columns.iter().map(|column| format!("{} = {}", identifier(&column.name), value(column)));
        Some(format!(
            "update {} as t set {} from {from}{} where t.{} = {matching}",
            self.table(&table.name),
            sets.collect::<Vec<_>>().join(", "),
            self.joins(columns),
            identifier(&table.key.name),
        ))
    }
}

fn alias(column: &Column) -> String {
    identifier(&format!("r_{}", column.name))
}

/// A text that holds no backslash escapes in either dialect.
fn literal_plain(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
