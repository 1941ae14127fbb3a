//! The verdicts that the steps after mapping set, a few bytes a record.
//!
//! The first verdict of a record wins: [`Verdicts::set`] leaves one that is
//! there alone. Two bytes a record are kept in memory (and more only for those
//! that a step after mapping found something about), so that ten million
//! records cost 20 MB.

use std::collections::BTreeMap;

use crate::record::Verdict;

/// What became of each record of one entity, by `_seq`.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Index into `kinds`, plus one; 0 while there is no verdict.
    rows: Vec<u16>,
    kinds: Vec<(Verdict, Option<String>)>,
    /// Issues found after mapping: `code:field`.
    issues: BTreeMap<u32, Vec<String>>,
    /// Duplicates and the record that they were merged into, by `_seq`.
    merged: BTreeMap<u32, u32>,
    /// The target keys of survivors, by `_seq`.
    survivors: BTreeMap<u32, Survivor>,
    /// Records that stand in rows which the target has already, by `_seq`.
    linked: BTreeMap<u32, LinkedRow>,
}

/// A row that the target has already, and a record of ours that is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedRow {
    /// The row's key, as text.
    pub key: String,
    /// By what it was found: `existing:email`.
    pub reason: String,
}

/// A record that others were merged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    pub id: String,
    /// What a reference to it holds in a staged dataset.
    pub reference: String,
}

/// A record that the target would not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// `_seq` in the staged dataset.
    pub seq: i64,
    /// The target's code for the kind of refusal, such as `target.unique`,
    /// `target.foreign-key`, `target.not-null`, `target.check`, `target.too-long`, `target.other`.
    pub code: &'static str,
    /// The target's own message. It may quote a value, so it goes into the
    /// reject files and nowhere else.
    pub message: String,
}

impl Verdicts {
    /// Adds the next record: `mapped` is the verdict that mapping gave it, whose
    /// reason stands in the mapped dataset.
    pub fn push(&mut self, mapped: Option<Verdict>) {
        let kind = mapped.map_or(0, |verdict| self.kind(verdict, None));
        self.rows.push(kind);
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The verdict of a record, if it has one.
    pub fn get(&self, seq: u32) -> Option<Verdict> {
        self.entry(seq).map(|(verdict, _)| *verdict)
    }

    /// Whether the record has no verdict yet.
    pub fn open(&self, seq: u32) -> bool {
        self.rows.get(seq as usize).is_some_and(|kind| *kind == 0)
    }

    /// The reason of a verdict that a step after mapping gave.
    pub fn reason(&self, seq: u32) -> Option<&str> {
        self.entry(seq).and_then(|(_, reason)| reason.as_deref())
    }

    fn entry(&self, seq: u32) -> Option<&(Verdict, Option<String>)> {
        let kind = *self.rows.get(seq as usize)?;
        self.kinds.get(usize::from(kind.checked_sub(1)?))
    }

    /// Gives the record a verdict unless it has one. True if it was given.
    pub fn set(&mut self, seq: u32, verdict: Verdict, reason: &str) -> bool {
        if !self.open(seq) {
            return false;
        }
        self.rows[seq as usize] = self.kind(verdict, Some(reason));
        true
    }

    /// Notes that a record is a duplicate of `survivor`.
    pub fn merge(&mut self, seq: u32, survivor: u32, reason: &str) {
        if self.set(seq, Verdict::Merge, reason) {
            self.merged.insert(seq, survivor);
        }
    }

    /// The record that stands for this one: its survivor, or itself.
    pub fn survivor_of(&self, seq: u32) -> u32 {
        self.merged.get(&seq).copied().unwrap_or(seq)
    }

    pub fn merged(&self) -> &BTreeMap<u32, u32> {
        &self.merged
    }

    pub fn add_survivor(&mut self, seq: u32, survivor: Survivor) {
        self.survivors.insert(seq, survivor);
    }

    pub fn survivor(&self, seq: u32) -> Option<&Survivor> {
        self.survivors.get(&seq)
    }

    /// Notes that a record stands in a row that the target has already.
    pub fn link(&mut self, seq: u32, row: LinkedRow) {
        self.linked.insert(seq, row);
    }

    /// The row of the target's own that a record stands in.
    pub fn linked(&self, seq: u32) -> Option<&LinkedRow> {
        self.linked.get(&seq)
    }

    /// Records that stand in a row of the target's own and have no verdict.
    pub fn linked_count(&self) -> u64 {
        self.linked.keys().filter(|seq| self.open(**seq)).count() as u64
    }

    /// Forgets the records from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
    }

    /// Adds an issue to a record.
    pub fn add_issue(&mut self, seq: u32, issue: String) {
        let issues = self.issues.entry(seq).or_default();
        if !issues.contains(&issue) {
            issues.push(issue);
        }
    }

    pub fn issues(&self, seq: u32) -> &[String] {
        self.issues.get(&seq).map_or(&[], Vec::as_slice)
    }

    /// Reasons are few (a code and a field), so they are kept once.
    fn kind(&mut self, verdict: Verdict, reason: Option<&str>) -> u16 {
        let same = |kind: &(Verdict, Option<String>)| kind.0 == verdict && kind.1.as_deref() == reason;
        let place = self.kinds.iter().position(same).unwrap_or_else(|| {
            self.kinds.push((verdict, reason.map(str::to_string)));
            self.kinds.len() - 1
        });
        u16::try_from(place + 1).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::Verdicts;
    use crate::record::Verdict;

    #[test]
    fn the_first_verdict_wins() {
        let mut verdicts = Verdicts::default();
        verdicts.push(None);
        verdicts.push(Some(Verdict::Exclude));
        assert!(verdicts.set(0, Verdict::Hold, "reference.missing:account_id"));
        assert!(!verdicts.set(0, Verdict::Archive, "cutoff"));
        assert!(!verdicts.set(1, Verdict::Archive, "cutoff"));
        assert_eq!(verdicts.get(0), Some(Verdict::Hold));
        assert_eq!(verdicts.reason(0), Some("reference.missing:account_id"));
        assert_eq!((verdicts.get(1), verdicts.reason(1)), (Some(Verdict::Exclude), None));
    }
}
