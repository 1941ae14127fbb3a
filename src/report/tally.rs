//! Counts of one entity's staged records.

use std::collections::BTreeMap;

use arrow::array::{AsArray, RecordBatch, StringArray};

use crate::lifecycle::APPLIES;
use crate::record::{self, ENTRY_SEPARATOR, Verdict};
use crate::rules::RULE_BROKEN;

/// Records by verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    verdicts: [u64; Verdict::ALL.len()],
}

impl Counts {
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.verdicts[verdict as usize]
    }

    /// Whether every record read has exactly one verdict.
    pub fn balanced(&self) -> bool {
        self.read == self.verdicts.iter().sum::<u64>()
    }

    fn add(&mut self, verdict: Option<Verdict>) {
        self.read += 1;
        if let Some(verdict) = verdict {
            self.verdicts[verdict as usize] += 1;
        }
    }

    fn change(&mut self, from: Verdict, to: Verdict) {
        self.verdicts[from as usize] = self.verdicts[from as usize].saturating_sub(1);
        self.verdicts[to as usize] += 1;
    }
}

/// What an entity's staged dataset holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: Counts,
    pub sources: BTreeMap<String, Counts>,
    /// Records by issue code.
    pub issues: BTreeMap<String, u64>,
    /// Values that a standard changed, by field.
    pub repairs: BTreeMap<String, u64>,
    /// Records that broke a row rule, by its name.
    pub rules: BTreeMap<String, u64>,
    /// Records to which a lifecycle rule applied, by its name.
    pub lifecycle: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts the records of a staged batch.
    pub fn add(&mut self, batch: &RecordBatch) {
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let columns = (text(record::SOURCE), text(record::VERDICT), text(record::ISSUES), text(record::REPAIRS));
        let (Some(sources), Some(verdicts), Some(issues), Some(repairs)) = columns else { return };
        for row in 0..batch.num_rows() {
            let verdict = Verdict::from_word(verdicts.value(row));
            self.counts.add(verdict);
            let source = sources.value(row);
            if !self.sources.contains_key(source) {
                self.sources.insert(source.to_string(), Counts::default());
            }
            if let Some(counts) = self.sources.get_mut(source) {
                counts.add(verdict);
            }
        }
        for entry in entries(issues) {
            let (code, name) = entry.split_once(':').unwrap_or((entry, ""));
            bump(&mut self.issues, code);
            match code {
                RULE_BROKEN => bump(&mut self.rules, name),
                APPLIES => bump(&mut self.lifecycle, name),
                _ => {}
            }
        }
        for entry in entries(repairs) {
            bump(&mut self.repairs, entry);
        }
    }

    /// Takes the target's refusal of a record of `source` into the counts.
    pub fn refuse(&mut self, source: &str, code: &str) {
        self.counts.change(Verdict::Load, Verdict::Refuse);
        if let Some(counts) = self.sources.get_mut(source) {
            counts.change(Verdict::Load, Verdict::Refuse);
        }
        bump(&mut self.issues, code);
    }
}

fn entries(column: &StringArray) -> impl Iterator<Item = &str> {
    column.iter().flatten().flat_map(|text| text.split(ENTRY_SEPARATOR)).filter(|entry| !entry.is_empty())
}

/// Most words are there already, and cost no allocation.
fn bump(counts: &mut BTreeMap<String, u64>, word: &str) {
    match counts.get_mut(word) {
        Some(count) => *count += 1,
        None => {
            counts.insert(word.to_string(), 1);
        }
    }
}
