//! The load itself, the same for every database: stage, then one transaction
//! over all entities in reference order. Which statements those are is `sql`'s
//! business; how they are sent, the session's.
//!
//! There are two ways through. The *swift* one puts whole tables in with one
//! statement each, and adds keys and references of new tables at the end. If
//! anything is refused, all is taken back and the *careful* way is gone: keys
//! first, and what is refused is isolated by halving.

mod consent;
mod numbers;
mod refusal;
mod tables;

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;

use super::existing::Rows;
use super::ledger::Ledger;
use super::plan::{Dialect, Live, Table, plan};
use super::sql::Sql;
use super::staged::{Reader, load_columns, merge_columns};
use super::{Load, LoadError, Loaded, Outcome, Refused, Vanishing};
use crate::config::pipeline::KeyKind;
use crate::record::Verdict;

/// Why a statement did not go through.
pub(in crate::targets) enum Stop {
    /// The target would not take a record of those that it was given.
    Refused {
        code: &'static str,
        message: String,
    },
    Failed(LoadError),
}

impl From<LoadError> for Stop {
    fn from(error: LoadError) -> Self {
        Self::Failed(error)
    }
}

/// A connection that a load can be sent through.
pub(in crate::targets) trait Session {
    fn dialect(&self) -> Dialect;
    /// What the target is called in messages.
    fn place(&self) -> String;
    /// Runs one statement; the number of rows it touched.
    fn execute(&mut self, sql: &str) -> Result<u64, Stop>;
    /// The first column of each row, as a whole number; null is left out.
    fn numbers(&mut self, sql: &str) -> Result<Vec<i64>, Stop>;
    /// Puts batches into a staging table; columns are in the table's order.
    fn fill(&mut self, table: &str, batches: Reader, told: &(dyn Fn(u64) + Sync)) -> Result<(), Stop>;
    /// Gives the rows of a query, whose columns are all text, in batches.
    fn stream(&mut self, sql: &str, columns: &SchemaRef, each: Rows<'_>) -> Result<(), LoadError>;
    /// The columns of an existing table.
    fn live(&mut self, table: &str) -> Result<Option<Vec<Live>>, LoadError>;
    /// Whether the ledger is there.
    fn has_ledger(&mut self) -> Result<bool, LoadError>;
    /// Creates what tables and ledger stand in.
    fn prepare(&mut self) -> Result<(), Stop>;
}

/// Loads within an open transaction. `true`: keep it; `false`: take it back.
pub(in crate::targets) fn run(
    session: &mut dyn Session,
    schema: &str,
    load: &Load<'_>,
) -> Result<(Loaded, bool), LoadError> {
    let mut live = Vec::new();
    for staged in &load.entities {
        live.push(session.live(&staged.entity.table)?);
    }
    let dialect = session.dialect();
    let place = session.place();
    let tables = plan(dialect, &place, &load.entities, &live)?;
    let sql = Sql { dialect, schema: schema.to_string(), ledger: Ledger(dialect) };
    let had_ledger = session.has_ledger()?;
    let (refused, drawn, vanishing) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut flow = Flow { session, load, tables, sql, had_ledger, refused, swift: true, drawn, vanishing };
    let loaded = flow.stage().and_then(|()| flow.attempts());
    if loaded.as_ref().is_ok_and(|loaded| load.dry_run || !loaded.within_limits) {
        flow.give_back();
    }
    match loaded {
        Ok(loaded) => {
            let keep = loaded.within_limits && !load.dry_run;
            if keep && !(load.before_keeping)(&loaded) {
                return Err(LoadError::TakenBack);
            }
            Ok((loaded, keep))
        }
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Refused { code, message: _ }) => Err(LoadError::Target {
            place,
            what: format!("a statement was refused ({code}) that no single record can be blamed for"),
            help: Some("compare the target's tables and constraints with the mappings".into()),
        }),
    }
}

struct Flow<'a> {
    session: &'a mut dyn Session,
    load: &'a Load<'a>,
    tables: Vec<Table>,
    sql: Sql,
    had_ledger: bool,
    /// By entity and `_seq`; kept from one attempt to the next.
    refused: BTreeMap<(usize, i64), (&'static str, String)>,
    swift: bool,
    /// Numbers drawn in this attempt: entity, least, greatest.
    drawn: Vec<(usize, i64, i64)>,
    /// Of this attempt.
    vanishing: Vec<Vanishing>,
}

/// What became of an entity's records.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    inserted: u64,
    /// Found to stand in a row that was there before, in this run.
    linked: u64,
    updated: u64,
    unchanged: u64,
    /// Rows that were there before and are changed.
    changed: u64,
}

/// What became of the records; rows written to the ledger.
type Written = (Counts, u64);

enum Attempt {
    Done(Vec<Counts>),
    /// Records were refused that others may already lean on: start again without them.
    Again,
    TooMany,
}

impl Flow<'_> {
    fn execute(&mut self, statement: &str) -> Result<u64, Stop> {
        if self.load.interrupt.is_set() {
            return Err(LoadError::Interrupted.into());
        }
        self.session.execute(statement)
    }

    fn all(&mut self, statements: &[String]) -> Result<(), Stop> {
        for statement in statements {
            self.execute(statement)?;
        }
        Ok(())
    }

    fn stage(&mut self) -> Result<(), Stop> {
        for index in 0..self.tables.len() {
            let Some(staged) = self.load.entities.get(index) else { continue };
            let statements = self.sql.create_staging(index, staged.entity);
            self.all(&statements)?;
            let name = staged.entity.name.as_str();
            let progress = self.load.progress;
            let told = move |rows: u64| progress(name, rows);
            let records = Reader::open(
                &staged.path,
                Verdict::Load,
                load_columns(staged.entity),
                staged.entity.key == KeyKind::Uuid && staged.entity.existing().is_none(),
            )?;
            self.session.fill(&self.sql.stage(index), records, &told)?;
            if staged.read > staged.load {
                let merged = Reader::open(&staged.path, Verdict::Merge, merge_columns(), false)?;
                self.session.fill(&self.sql.merges(index), merged, &|_| ())?;
            }
        }
        Ok(())
    }

    fn attempts(&mut self) -> Result<Loaded, Stop> {
        loop {
            self.execute("savepoint attempt")?;
            let outcome = self.attempt();
            let refusals = matches!(outcome, Err(Stop::Refused { .. })) || !self.refused.is_empty();
            match outcome {
                Err(Stop::Failed(error)) => return Err(Stop::Failed(error)),
                // The careful way decides, with all keys in place, who is refused and why.
                _ if self.swift && refusals => {
                    self.swift = false;
                    self.refused.clear();
                }
                Ok(Attempt::Done(counts)) => return Ok(self.loaded(&counts)),
                Ok(Attempt::TooMany) => return Ok(self.loaded(&[])),
                Ok(Attempt::Again) => {}
                Err(stop) => return Err(stop),
            }
            self.execute("rollback to savepoint attempt")?;
            self.give_back();
        }
    }

    fn loaded(&self, counts: &[Counts]) -> Loaded {
        let mut within_limits = true;
        let mut entities = Vec::new();
        for (index, staged) in self.load.entities.iter().enumerate() {
            let Counts { inserted, linked, updated, unchanged, changed } =
                counts.get(index).copied().unwrap_or_default();
            let refused: Vec<Refused> = self
                .refused
                .range((index, i64::MIN)..=(index, i64::MAX))
                .map(|((_, seq), (code, message))| Refused { seq: *seq, code, message: message.clone() })
                .collect();
            within_limits &= !self.load.refuse.exceeded(refused.len() as u64, staged.read);
            let entity = staged.entity.name.clone();
            entities.push(Outcome { entity, inserted, linked, updated, unchanged, changed, refused });
        }
        within_limits &= self.vanishing.is_empty();
        Loaded { entities, within_limits, vanishing: self.vanishing.clone() }
    }

    fn attempt(&mut self) -> Result<Attempt, Stop> {
        self.vanishing.clear();
        let firsts = self.create()?;
        let fresh = !self.had_ledger && self.swift && firsts.iter().all(|first| *first);
        if !self.had_ledger {
            let statements = self.sql.ledger.create(!fresh);
            self.all(&statements)?;
        }
        let last = self.session.numbers(&format!("select max(id) from {}", self.sql.ledger.run()))?;
        let run = last.first().copied().unwrap_or(0) + 1;
        self.leave_out_known()?;
        let mut counts = Vec::new();
        let mut written = 0;
        for (index, first) in firsts.iter().enumerate() {
            let done = self.entity(index, *first, fresh, run)?;
            if self.too_many(index) {
                return Ok(Attempt::TooMany);
            }
            let Some((count, touched)) = done else { return Ok(Attempt::Again) };
            counts.push(count);
            written += touched;
        }
        if !self.vanishing.is_empty() {
            return Ok(Attempt::TooMany);
        }
        for (index, first) in firsts.iter().enumerate() {
            if self.second_pass(index, *first)? {
                return Ok(if self.too_many(index) { Attempt::TooMany } else { Attempt::Again });
            }
        }
        self.finish(fresh, run, written)?;
        Ok(Attempt::Done(counts))
    }

    /// Inserts and updates one entity: its counts, and how many rows were written.
    /// `None`: numbers were given to records that were then refused. They are
    /// given again without those, so that no number is lost.
    fn entity(&mut self, index: usize, first: bool, fresh: bool, run: i64) -> Result<Option<Written>, Stop> {
        let swift = self.swift;
        self.leave_out_orphans(index, |column| !column.late(swift))?;
        self.leave_out_unknown(index, false)?;
        let Some(table) = self.tables.get(index) else { return Ok(None) };
        let mut before = Vec::new();
        if !first {
            before.extend(self.sql.pair(table));
        }
        if table.kind == KeyKind::Serial {
            before.extend(self.sql.number(table, first));
        }
        let serial = table.kind == KeyKind::Serial;
        let drawn = serial.then(|| self.sql.drawn(table));
        let sharing = (!first && (table.kind == KeyKind::Legacy || table.existing.is_some()))
            .then(|| self.sql.select_sharing(table));
        self.all(&before)?;
        self.look_for_vanishing(index, first)?;
        if let Some(sharing) = sharing {
            let seqs = self.session.numbers(&sharing)?;
            self.refuse(index, &seqs, "target.unique", "an earlier record of this run has the same key")?;
        }
        if let Some([low, high]) = drawn {
            let (low, high) = (self.session.numbers(&low)?, self.session.numbers(&high)?);
            self.drawn.extend(low.first().zip(high.first()).map(|(low, high)| (index, *low, *high)));
        }
        let before = self.refused.len();
        let inserted = self.spread(index, |sql, table, range| vec![sql.insert(table, first, swift, range)])?;
        self.leave_out_skipped(index, first, inserted)?;
        if serial && self.refused.len() > before {
            return Ok(None);
        }
        if first {
            let written = self.note(index, |sql, table| sql.note_new(table, run, true, fresh))?;
            return Ok(Some((Counts { inserted, ..Counts::default() }, written)));
        }
        self.spread(index, |sql, table, range| {
            let mut statements = vec![sql.keep(table, run, range)];
            statements.extend(sql.update(table, swift, false, range));
            statements
        })?;
        let mut counts = self.paired(index)?;
        counts.inserted = inserted;
        let mut written = self.note(index, |sql, table| sql.note_new(table, run, false, fresh))?;
        written += self.note(index, |sql, table| sql.note_pairs(table, run))?;
        Ok(Some((counts, written)))
    }

    fn note(&mut self, index: usize, statement: impl Fn(&Sql, &Table) -> String) -> Result<u64, Stop> {
        let Some(statement) = self.tables.get(index).map(|table| statement(&self.sql, table)) else { return Ok(0) };
        self.execute(&statement)
    }

    /// Counts the records that have a row.
    fn paired(&mut self, index: usize) -> Result<Counts, Stop> {
        let existing = self.tables.get(index).is_some_and(|table| table.existing.is_some());
        let (linked, changed) = if existing {
            (self.count(index, "p.fresh")?, self.count(index, "p.linked and p.differs")?)
        } else {
            (0, 0)
        };
        let all = self.count(index, "true")?;
        let updated = self.count(index, if existing { "p.differs and not p.fresh" } else { "p.differs" })?;
        let unchanged = all.saturating_sub(linked + updated);
        Ok(Counts { inserted: 0, linked, updated, unchanged, changed })
    }

    fn count(&mut self, index: usize, which: &str) -> Result<u64, Stop> {
        let (pairs, stage) = (self.sql.pairs(index), self.sql.stage(index));
        let query = format!("select count(*) from {pairs} p join {stage} s on s._seq = p.seq where {which}");
        let count = self.session.numbers(&query)?;
        Ok(count.first().copied().unwrap_or(0).unsigned_abs())
    }

    /// Fills in references that had to wait. `true`: records were refused.
    fn second_pass(&mut self, index: usize, first: bool) -> Result<bool, Stop> {
        let swift = self.swift;
        let waits = self.tables.get(index).is_some_and(|table| table.columns.iter().any(|column| column.late(swift)));
        if !waits {
            return Ok(false);
        }
        let before = self.refused.len();
        self.leave_out_orphans(index, |column| column.late(swift))?;
        self.leave_out_unknown(index, true)?;
        if self.refused.len() > before {
            return Ok(true);
        }
        self.spread(index, |sql, table, range| sql.fill(table, first, swift, range).into_iter().collect())?;
        if !first {
            self.spread(index, |sql, table, range| sql.update(table, swift, true, range).into_iter().collect())?;
        }
        Ok(self.refused.len() > before)
    }

    fn in_turn(&mut self, statements: &[String]) -> Result<u64, Stop> {
        let mut first = None;
        for statement in statements {
            let rows = self.execute(statement)?;
            first.get_or_insert(rows);
        }
        Ok(first.unwrap_or(0))
    }

    fn finish(&mut self, fresh: bool, run: i64, mut written: u64) -> Result<(), Stop> {
        let mut last = Vec::new();
        if self.swift {
            let created = || self.tables.iter().filter(|table| table.created);
            last.extend(created().flat_map(|table| self.sql.add_keys(table)));
            last.extend(created().flat_map(|table| self.sql.add_references(table, &self.tables)));
        }
        self.all(&last)?;
        for index in 0..self.tables.len() {
            if self.load.entities.get(index).is_some_and(|staged| staged.read > staged.load) {
                written += self.note(index, |sql, table| sql.note_merges(table, run, fresh))?;
            }
        }
        if fresh && let Some(statement) = self.sql.ledger.add_keys() {
            self.execute(&statement)?;
        }
        if written > 0 {
            let quote = |text: &str| text.replace('\'', "''");
            let statement = format!(
                "insert into {} (id, name, as_of, config_hash) values ({run}, '{}', '{}', '{}')",
                self.sql.ledger.run(),
                quote(self.load.run),
                quote(&self.load.as_of),
                quote(self.load.config_hash),
            );
            self.execute(&statement)?;
        }
        Ok(())
    }
}
