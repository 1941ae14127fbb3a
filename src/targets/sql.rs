//! The statements of a load, in both dialects. Names are always quoted; values
//! never stand in a statement, but for Cutover's own (run, entity).
//!
//! Aliases: `s` staged record, `t` row of the target, `p` pair of a record and
//! the row it already has, `n` number given to a new record, `l` its ledger
//! entry, `r…` ledger entry of a parent.

use super::ledger::Ledger;
use super::plan::{Column, Dialect, Table, staged_type};
use crate::config::pipeline::{Entity, KeyKind};
use crate::postgres::{identifier, literal};
use crate::record::{HASH, ID, KEY, SEQ, SOURCE, SURVIVOR, TARGET_KEY};

/// Writes statements for one target.
pub(super) struct Sql {
    pub(super) dialect: Dialect,
    /// The schema of the tables (Postgres).
    pub(super) schema: String,
    pub(super) ledger: Ledger,
}

impl Sql {
    pub(super) fn table(&self, name: &str) -> String {
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

    pub(super) fn stage(&self, index: usize) -> String {
        self.temp("stage", index)
    }

    pub(super) fn merges(&self, index: usize) -> String {
        self.temp("merge", index)
    }

    pub(super) fn pairs(&self, index: usize) -> String {
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

    /// The staging tables, and the one that notes refused records.
    pub(super) fn create_staging(&self, index: usize, entity: &Entity) -> Vec<String> {
        let uuid = self.uuid();
        let mut columns = vec![
            format!("{SEQ} bigint"),
            format!("{ID} {uuid}"),
            format!("{SOURCE} text"),
            format!("{KEY} text"),
            format!("{HASH} {uuid}"),
        ];
        match entity.key {
            KeyKind::Uuid => columns.push(format!("{TARGET_KEY} {uuid}")),
            KeyKind::Legacy => columns.push(format!("{TARGET_KEY} text")),
            KeyKind::Serial => {}
        }
        columns.extend(
            entity
                .fields
                .iter()
                .map(|field| format!("{} {}", identifier(&field.name), staged_type(self.dialect, field))),
        );
        let merges = format!("({SEQ} bigint, {ID} {uuid}, {SOURCE} text, {KEY} text, {SURVIVOR} {uuid})");
        let mut all = vec![
            self.create_temp(&self.stage(index), &format!("({})", columns.join(", "))),
            self.create_temp(&self.merges(index), &merges),
        ];
        if index == 0 {
            all.push(self.create_temp(&self.gone(), "(entity bigint, seq bigint, id text, tk text)"));
        }
        all
    }

    /// Speeds up what is done to parts of the staged records.
    pub(super) fn index_staging(&self, index: usize) -> Vec<String> {
        let (name, stage) = (format!("cutover_stage_{index}_seq"), self.stage(index));
        match self.dialect {
            Dialect::Postgres => vec![format!("create index {name} on {stage} ({SEQ})"), format!("analyze {stage}")],
            Dialect::Sqlite => vec![format!("create index temp.{name} on cutover_stage_{index} ({SEQ})")],
        }
    }

    pub(super) fn create_table(&self, table: &Table, with_keys: bool) -> String {
        let primary = if with_keys || self.dialect == Dialect::Sqlite { " primary key" } else { "" };
        let key = identifier(&table.key.name);
        let key = match (table.kind, self.dialect) {
            (KeyKind::Serial, Dialect::Postgres) => format!("{key} bigint generated by default as identity{primary}"),
            (KeyKind::Serial, Dialect::Sqlite) => format!("{key} integer primary key"),
            _ => format!("{key} {} not null{primary}", table.key.base),
        };
        let mut parts = vec![key];
        for column in &table.columns {
            let mut part = format!("{} {}", identifier(&column.name), column.declared);
            if column.required && !column.circular() {
                part.push_str(" not null");
            }
            if column.unique && (with_keys || self.dialect == Dialect::Sqlite) {
                part.push_str(" unique");
            }
            if let Some(most) = column.length {
                let name = identifier(&format!("{}_length", column.name));
                part.push_str(&format!(" constraint {name} check (length({}) <= {most})", identifier(&column.name)));
            }
            parts.push(part);
        }
        format!("create table {} ({})", self.table(&table.name), parts.join(", "))
    }

    /// A clause that SQLite wants within `create table`, as it adds none later.
    pub(super) fn create_table_with_references(&self, table: &Table, tables: &[Table]) -> String {
        let mut statement = self.create_table(table, true);
        if self.dialect == Dialect::Sqlite {
            statement.pop();
            for (column, parent) in references(table, tables) {
                statement.push_str(&format!(
                    ", foreign key ({}) references {} ({})",
                    identifier(&column.name),
                    identifier(&parent.name),
                    identifier(&parent.key.name)
                ));
            }
            statement.push(')');
        }
        statement
    }

    /// Primary and unique keys of a table that was made without.
    pub(super) fn add_keys(&self, table: &Table) -> Vec<String> {
        if self.dialect == Dialect::Sqlite {
            return Vec::new();
        }
        let name = self.table(&table.name);
        let mut all = vec![format!("alter table {name} add primary key ({})", identifier(&table.key.name))];
        let unique = table.columns.iter().filter(|column| column.unique);
        all.extend(unique.map(|column| format!("alter table {name} add unique ({})", identifier(&column.name))));
        all
    }

    /// Foreign keys, and an index for each, of a table that the load makes.
    pub(super) fn add_references(&self, table: &Table, tables: &[Table]) -> Vec<String> {
        let mut all = Vec::new();
        for (column, parent) in references(table, tables) {
            let quoted = identifier(&column.name);
            if self.dialect == Dialect::Postgres {
                let (name, parent_name) = (self.table(&table.name), self.table(&parent.name));
                let key = identifier(&parent.key.name);
                all.push(format!("alter table {name} add foreign key ({quoted}) references {parent_name} ({key})"));
                all.push(format!("create index on {name} ({quoted})"));
            } else {
                let index = identifier(&format!("{}_{}_index", table.name, column.name));
                all.push(format!("create index main.{index} on {} ({quoted})", identifier(&table.name)));
            }
        }
        all
    }

    /// The value of a column, and the joins it needs.
    fn value(&self, column: &Column, exact: bool) -> String {
        let kind = if exact { &column.exact } else { &column.base };
        match column.reference {
            Some(parent) if parent.serial => self.key_cast(&format!("{}.target_key", alias(column)), kind),
            _ => self.cast(&format!("s.{}", identifier(&column.name)), kind),
        }
    }

    fn joins(&self, columns: &[&Column]) -> String {
        let serial = columns.iter().filter(|column| column.reference.is_some_and(|parent| parent.serial));
        serial
            .map(|column| {
                let value = self.cast(&format!("s.{}", identifier(&column.name)), self.uuid());
                format!(" left join {} {r} on {r}.id = {value}", self.ledger.key(), r = alias(column))
            })
            .collect()
    }

    /// Pairs each staged record with the row it already has, and says whether
    /// the two differ in a field that an update may change.
    pub(super) fn pair(&self, table: &Table) -> Vec<String> {
        let columns: Vec<&Column> = table.columns.iter().filter(|column| !column.protect).collect();
        let key = self.key_cast("l.target_key", &table.key.base);
        let key = match table.kind {
            KeyKind::Serial => key,
            _ => format!("coalesce({key}, {})", self.key_cast(&format!("s.{TARGET_KEY}"), &table.key.base)),
        };
        let differs: Vec<String> = columns
            .iter()
            .map(|column| {
                let quoted = identifier(&column.name);
                let differs = format!("t.{quoted} is distinct from {}", self.value(column, true));
                if column.circular() && column.reference.is_some_and(|parent| parent.serial) {
                    // The parent may be new in this run: its number is not known yet.
                    format!("{differs} or (s.{quoted} is not null and {}.id is null)", alias(column))
                } else {
                    differs
                }
            })
            .collect();
        let differs = if differs.is_empty() { "1 = 0".to_string() } else { differs.join(" or ") };
        let body = format!(
            "as select s.{SEQ} as seq, t.{quoted} as tk, ({differs}) as differs from {stage} s \
             left join {ledger} l on l.id = s.{ID} and l.merged = 0 join {target} t on t.{quoted} = {key}{joins}",
            quoted = identifier(&table.key.name),
            stage = self.stage(table.index),
            ledger = self.ledger.key(),
            target = self.table(&table.name),
            joins = self.joins(&columns),
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

    fn is_new(&self, table: &Table, first: bool) -> String {
        if first {
            return String::new();
        }
        format!(" and not exists (select 1 from {} p where p.seq = s.{SEQ})", self.pairs(table.index))
    }

    /// Gives each new record of a serial key its number, in order.
    pub(super) fn number(&self, table: &Table, first: bool) -> Vec<String> {
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
    pub(super) fn drawn(&self, table: &Table) -> [String; 2] {
        ["min", "max"].map(|end| format!("select {end}(tk) from {}", self.numbers(table.index)))
    }

    /// Gives numbers back to a sequence that outlives a rollback, if nobody else
    /// has drawn from it since.
    pub(super) fn give_back(&self, table: &Table, low: i64, high: i64) -> Option<String> {
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

    pub(super) fn insert(&self, table: &Table, first: bool, whole: bool, range: &str) -> String {
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

    /// How many staged records are new.
    pub(super) fn count_new(&self, table: &Table, first: bool) -> String {
        format!("select count(*) from {} s where true{}", self.stage(table.index), self.is_new(table, first))
    }

    /// New records that have no row in the target after all.
    pub(super) fn select_skipped(&self, table: &Table, first: bool) -> String {
        let (key, join) = self.new_key(table);
        format!(
            "select s.{SEQ} from {} s{join} left join {} t on t.{id} = {key} where t.{id} is null{} order by s.{SEQ}",
            self.stage(table.index),
            self.table(&table.name),
            self.is_new(table, first),
            id = identifier(&table.key.name),
        )
    }

    /// Keeps the rows as they are before [`Sql::update`] changes them.
    pub(super) fn keep(&self, table: &Table, run: i64, range: &str) -> String {
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
    pub(super) fn update(&self, table: &Table, whole: bool, late: bool, range: &str) -> Option<String> {
        let columns: Vec<&Column> =
            table.columns.iter().filter(|column| !column.protect && column.late(whole) == late).collect();
        let from = format!("{} p join {} s on s.{SEQ} = p.seq", self.pairs(table.index), self.stage(table.index));
        self.set(table, &columns, &from, &format!("p.tk and p.differs and {range}"))
    }

    /// Fills in the references of new rows that had to wait.
    pub(super) fn fill(&self, table: &Table, first: bool, whole: bool, range: &str) -> Option<String> {
        let columns: Vec<&Column> = table.columns.iter().filter(|column| column.late(whole)).collect();
        let (key, join) = self.new_key(table);
        let some = columns.iter().map(|column| format!("s.{} is not null", identifier(&column.name)));
        let some = some.collect::<Vec<_>>().join(" or ");
        let from = format!("{} s{join}", self.stage(table.index));
        self.set(table, &columns, &from, &format!("{key} and ({some}) and {range}{}", self.is_new(table, first)))
    }

    fn set(&self, table: &Table, columns: &[&Column], from: &str, matching: &str) -> Option<String> {
        if columns.is_empty() {
            return None;
        }
        let sets = columns.iter().map(|column| format!("{} = {}", identifier(&column.name), self.value(column, false)));
        Some(format!(
            "update {} as t set {} from {from}{} where t.{} = {matching}",
            self.table(&table.name),
            sets.collect::<Vec<_>>().join(", "),
            self.joins(columns),
            identifier(&table.key.name),
        ))
    }

    /// Ledger entries of the records that were inserted.
    pub(super) fn note_new(&self, table: &Table, run: i64, first: bool, fresh: bool) -> String {
        let (key, join) = self.new_key(table);
        let body = format!(
            "select s.{ID}, {}, s.{SOURCE}, s.{KEY}, cast({key} as text), s.{HASH}, {run}, {run}, 0 from {} s{join} \
             where true{}",
            literal_plain(&table.entity),
            self.stage(table.index),
            self.is_new(table, first),
        );
        self.ledger.put(&body, !fresh, "inserted = excluded.inserted")
    }

    /// Ledger entries of the records that had a row, where the entry is another.
    pub(super) fn note_pairs(&self, table: &Table, run: i64) -> String {
        let ledger = self.ledger.key();
        let body = format!(
            "select s.{ID}, {}, s.{SOURCE}, s.{KEY}, cast(p.tk as text), s.{HASH}, {run}, cast(null as integer), 0 \
             from {} p join {} s on s.{SEQ} = p.seq left join {ledger} l on l.id = s.{ID} where p.differs \
             or l.id is null or l.merged <> 0 or l.hash is distinct from s.{HASH} \
             or l.target_key is distinct from cast(p.tk as text)",
            literal_plain(&table.entity),
            self.pairs(table.index),
            self.stage(table.index),
        );
        self.ledger.put(&body, true, "inserted = cutover_key.inserted")
    }

    /// Ledger entries of merged records: they lead to their survivor's row.
    pub(super) fn note_merges(&self, table: &Table, run: i64, fresh: bool) -> String {
        let ledger = self.ledger.key();
        let unhashed = self.cast("null", self.uuid());
        let body = format!(
            "select m.{ID}, {}, m.{SOURCE}, m.{KEY}, v.target_key, {unhashed}, {run}, cast(null as integer), 1 \
             from {} m join {ledger} v on v.id = m.{SURVIVOR} and v.merged = 0 left join {ledger} l on l.id = m.{ID} \
             where l.id is null or l.merged = 0 or l.target_key is distinct from v.target_key",
            literal_plain(&table.entity),
            self.merges(table.index),
        );
        self.ledger.put(&body, !fresh, "inserted = null")
    }

    /// Takes records out of the load, and notes that they are gone.
    pub(super) fn refuse(&self, table: &Table, seqs: &str) -> Vec<String> {
        let tk = match table.kind {
            KeyKind::Serial => "null".to_string(),
            _ => format!("cast(s.{TARGET_KEY} as text)"),
        };
        let stage = self.stage(table.index);
        vec![
            format!(
                "insert into {} select {}, s.{SEQ}, cast(s.{ID} as text), {tk} from {stage} s where s.{SEQ} in ({seqs})",
                self.gone(),
                table.index
            ),
            format!("delete from {stage} where {SEQ} in ({seqs})"),
        ]
    }

    /// Condition: the parent of `column` was refused in this run.
    pub(super) fn orphaned(&self, column: &Column, parent: usize) -> String {
        let own = if column.reference.is_some_and(|parent| parent.serial) { "id" } else { "tk" };
        let gone = self.gone();
        let quoted = identifier(&column.name);
        format!("s.{quoted} in (select g.{own} from {gone} g where g.entity = {parent})")
    }

    pub(super) fn select_seqs(&self, table: &Table, condition: &str) -> String {
        format!("select s.{SEQ} from {} s where {condition} order by s.{SEQ}", self.stage(table.index))
    }

    /// Records whose parent the ledger does not know.
    pub(super) fn select_unknown_parents(&self, table: &Table, column: &Column) -> String {
        format!(
            "select s.{SEQ} from {} s{} where s.{} is not null and {}.id is null order by s.{SEQ}",
            self.stage(table.index),
            self.joins(&[column]),
            identifier(&column.name),
            alias(column),
        )
    }

    pub(super) fn forget_reference(&self, table: &Table, column: &Column, condition: &str) -> String {
        let stage = self.stage(table.index);
        format!("update {stage} as s set {} = null where {condition}", identifier(&column.name))
    }
}

fn alias(column: &Column) -> String {
    identifier(&format!("r_{}", column.name))
}

/// The references of a table whose parents this load writes.
fn references<'a>(table: &'a Table, tables: &'a [Table]) -> impl Iterator<Item = (&'a Column, &'a Table)> {
    table.columns.iter().filter_map(|column| {
        let parent = tables.get(column.reference?.table?)?;
        Some((column, parent))
    })
}

/// A text that holds no backslash escapes in either dialect.
fn literal_plain(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
