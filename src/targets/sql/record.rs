//! Statements that keep account: ledger entries, and records that are refused.

use super::super::plan::{Column, Table};
use super::{Sql, alias, literal_plain};
use crate::config::pipeline::KeyKind;
use crate::postgres::identifier;
use crate::record::{HASH, ID, KEY, SEQ, SOURCE, SURVIVOR, TARGET_KEY};

impl Sql {
    /// Takes records out of the load, and notes that they are gone.
    pub(in crate::targets) fn refuse(&self, table: &Table, seqs: &str) -> Vec<String> {
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
    pub(in crate::targets) fn orphaned(&self, column: &Column, parent: usize) -> String {
        let own = if column.reference.is_some_and(|parent| parent.ledger) { "id" } else { "tk" };
        let gone = self.gone();
        let quoted = identifier(&column.name);
        format!("s.{quoted} in (select g.{own} from {gone} g where g.entity = {parent})")
    }

    pub(in crate::targets) fn select_seqs(&self, table: &Table, condition: &str) -> String {
        format!("select s.{SEQ} from {} s where {condition} order by s.{SEQ}", self.stage(table.index))
    }

    /// Records whose parent the ledger does not know.
    pub(in crate::targets) fn select_unknown_parents(&self, table: &Table, column: &Column) -> String {
        format!(
            "select s.{SEQ} from {} s{} where s.{} is not null and {}.id is null order by s.{SEQ}",
            self.stage(table.index),
            self.joins(&[column]),
            identifier(&column.name),
            alias(column),
        )
    }

    pub(in crate::targets) fn forget_reference(&self, table: &Table, column: &Column, condition: &str) -> String {
        let stage = self.stage(table.index);
        format!("update {stage} as s set {} = null where {condition}", identifier(&column.name))
    }

    /// How many staged records are new.
    pub(in crate::targets) fn count_new(&self, table: &Table, first: bool) -> String {
        format!("select count(*) from {} s where true{}", self.stage(table.index), self.is_new(table, first))
    }

    /// New records that have no row in the target after all.
    pub(in crate::targets) fn select_skipped(&self, table: &Table, first: bool) -> String {
        let (key, join) = self.new_key(table);
        format!(
            "select s.{SEQ} from {} s{join} left join {} t on t.{id} = {key} where t.{id} is null{} order by s.{SEQ}",
            self.stage(table.index),
            self.table(&table.name),
            self.is_new(table, first),
            id = identifier(&table.key.name),
        )
    }

    /// Ledger entries of the records that were inserted.
    pub(in crate::targets) fn note_new(&self, table: &Table, run: i64, first: bool, fresh: bool) -> String {
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
    pub(in crate::targets) fn note_pairs(&self, table: &Table, run: i64) -> String {
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

    /// Ledger entries of merged records: they lead to their survivor's row. One that
    /// is known by its content has the entry of its survivor.
    pub(in crate::targets) fn note_merges(&self, table: &Table, run: i64, fresh: bool) -> String {
        let ledger = self.ledger.key();
        let unhashed = self.cast("null", self.uuid());
        let body = format!(
            "select m.{ID}, {}, m.{SOURCE}, m.{KEY}, v.target_key, {unhashed}, {run}, cast(null as integer), 1 \
             from {} m join {ledger} v on v.id = m.{SURVIVOR} and v.merged = 0 left join {ledger} l on l.id = m.{ID} \
             where m.{ID} <> m.{SURVIVOR} \
             and (l.id is null or l.merged = 0 or l.target_key is distinct from v.target_key)",
            literal_plain(&table.entity),
            self.merges(table.index),
        );
        self.ledger.put(&body, !fresh, "inserted = null")
    }
}
