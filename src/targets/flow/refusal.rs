//! Records that the target will not take: found by halving, taken out of the
//! load together with what hangs on them.

use super::super::plan::{Column, Table};
use super::super::sql::Sql;
use super::{Flow, Stop};

/// After so many refusals over the limit, no more are looked for.
const ENOUGH_REFUSED: usize = 1000;

impl Flow<'_> {
    /// Whether there are more refusals than allowed, and enough to report.
    pub(super) fn too_many(&self, index: usize) -> bool {
        let count = self.refused.range((index, i64::MIN)..=(index, i64::MAX)).count();
        let read = self.load.entities.get(index).map_or(0, |staged| staged.read);
        count >= ENOUGH_REFUSED && self.load.refuse.exceeded(count as u64, read)
    }

    /// Takes out again what an earlier attempt found to be refused, and all that
    /// hangs on it.
    pub(super) fn leave_out_known(&mut self) -> Result<(), Stop> {
        for index in 0..self.tables.len() {
            let seqs: Vec<i64> =
                self.refused.range((index, i64::MIN)..=(index, i64::MAX)).map(|((_, seq), _)| *seq).collect();
            self.take_out(index, &seqs)?;
        }
        if self.refused.is_empty() {
            return Ok(());
        }
        loop {
            let before = self.refused.len();
            for index in 0..self.tables.len() {
                self.leave_out_orphans(index, |_| true)?;
            }
            if self.refused.len() == before {
                return Ok(());
            }
        }
    }

    pub(super) fn take_out(&mut self, index: usize, seqs: &[i64]) -> Result<(), Stop> {
        for some in seqs.chunks(500) {
            let list: Vec<String> = some.iter().map(i64::to_string).collect();
            if let Some(table) = self.tables.get(index) {
                let statements = self.sql.refuse(table, &list.join(", "));
                self.all(&statements)?;
            }
        }
        Ok(())
    }

    pub(super) fn refuse(&mut self, index: usize, seqs: &[i64], code: &'static str, message: &str) -> Result<(), Stop> {
        for seq in seqs {
            self.refused.entry((index, *seq)).or_insert_with(|| (code, message.to_string()));
        }
        self.take_out(index, seqs)
    }

    /// Refuses the records whose parent was refused, or takes the reference from them.
    pub(super) fn leave_out_orphans(&mut self, index: usize, which: impl Fn(&Column) -> bool) -> Result<bool, Stop> {
        let Some(table) = self.tables.get(index) else { return Ok(false) };
        let mut work = Vec::new();
        for column in table.columns.iter().filter(|column| which(column)) {
            let Some(parent) = column.reference else { continue };
            let Some(above) = parent.table else { continue };
            if self.refused.range((above, i64::MIN)..=(above, i64::MAX)).next().is_none() {
                continue;
            }
            let condition = self.sql.orphaned(column, above);
            let above = self.tables.get(above).map_or("", |table| table.entity.as_str());
            let message = format!("the {above} that `{}` refers to was refused", column.name);
            let forget = parent.null.then(|| self.sql.forget_reference(table, column, &condition));
            work.push((forget, self.sql.select_seqs(table, &condition), message));
        }
        let mut any = false;
        for (forget, select, message) in work {
            match forget {
                Some(forget) => {
                    self.execute(&forget)?;
                }
                None => {
                    let seqs = self.session.numbers(&select)?;
                    any |= !seqs.is_empty();
                    self.refuse(index, &seqs, "target.parent-refused", &message)?;
                }
            }
        }
        Ok(any)
    }

    /// Refuses the records whose parent has no number in the target.
    pub(super) fn leave_out_unknown(&mut self, index: usize, late: bool) -> Result<bool, Stop> {
        let Some(table) = self.tables.get(index) else { return Ok(false) };
        let swift = self.swift;
        let serial = table.columns.iter().filter(|column| {
            column.late(swift) == late && column.reference.is_some_and(|parent| parent.ledger && !parent.null)
        });
        let work: Vec<(String, String)> =
            serial.map(|column| (self.sql.select_unknown_parents(table, column), column.name.clone())).collect();
        let mut any = false;
        for (select, name) in work {
            let seqs = self.session.numbers(&select)?;
            any |= !seqs.is_empty();
            let message = format!("the record that `{name}` refers to is not in the target");
            self.refuse(index, &seqs, "target.foreign-key", &message)?;
        }
        Ok(any)
    }

    /// A trigger can drop a row without a word: its record was refused all the same.
    pub(super) fn leave_out_skipped(&mut self, index: usize, first: bool, inserted: u64) -> Result<(), Stop> {
        let Some(table) = self.tables.get(index) else { return Ok(()) };
        let (count, skipped) = (self.sql.count_new(table, first), self.sql.select_skipped(table, first));
        let expected = self.session.numbers(&count)?.first().copied().unwrap_or(0).unsigned_abs();
        if expected == inserted {
            return Ok(());
        }
        let message = "the target kept no row of it, and gave no reason";
        if self.swift {
            return Err(Stop::Refused { code: "target.other", message: message.to_string() });
        }
        let seqs = self.session.numbers(&skipped)?;
        self.refuse(index, &seqs, "target.other", message)
    }

    /// Runs statements over all staged records of an entity; the rows that the
    /// first of them touched. The careful way halves what is refused until a
    /// single record is left, which is then refused.
    pub(super) fn spread(
        &mut self,
        index: usize,
        statements: impl Fn(&Sql, &Table, &str) -> Vec<String>,
    ) -> Result<u64, Stop> {
        let make = |flow: &Self, range: &str| {
            flow.tables.get(index).map(|table| statements(&flow.sql, table, range)).unwrap_or_default()
        };
        if self.swift {
            return self.in_turn(&make(self, "true"));
        }
        let ends = format!("from {}", self.sql.stage(index));
        let low = self.session.numbers(&format!("select min(_seq) {ends}"))?;
        let high = self.session.numbers(&format!("select max(_seq) {ends}"))?;
        let (Some(low), Some(high)) = (low.first(), high.first()) else { return Ok(0) };
        let mut parts = vec![(*low, *high)];
        let mut touched = 0;
        while let Some((low, high)) = parts.pop() {
            let statements = make(self, &format!("s._seq between {low} and {high}"));
            self.execute("savepoint part")?;
            match self.in_turn(&statements) {
                Ok(rows) => touched += rows,
                Err(Stop::Refused { code, message }) => {
                    self.execute("rollback to savepoint part")?;
                    if low == high {
                        self.refuse(index, &[low], code, &message)?;
                        if self.too_many(index) {
                            return Ok(touched);
                        }
                    } else {
                        let middle = low + (high - low) / 2;
                        parts.push((middle + 1, high));
                        parts.push((low, middle));
                    }
                }
                Err(stop) => return Err(stop),
            }
            self.execute("release savepoint part")?;
        }
        Ok(touched)
    }
}
