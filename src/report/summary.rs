//! `summary.json`: the counts of a run, in a shape that programs rely on.
//!
//! It holds nothing that differs between two equal runs: no times, no paths.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::tally::{Counts, Tally};
use crate::record::Verdict;
use crate::reference_data::{Accounts, Counts as JoinCounts, TakeCounts};

/// A run's counts.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// The run's number, four digits.
    pub run: String,
    pub dry_run: bool,
    pub as_of: String,
    /// Whether every record is accounted for.
    pub balanced: bool,
    /// Whether the target holds the run's records now (or would, in a dry run).
    pub loaded: bool,
    /// Why nothing was loaded; empty if all is well.
    pub failures: Vec<String>,
    /// In the order of loading.
    pub entities: Ordered<EntitySummary>,
    /// What was found out of columns before they were cleaned, such as the order
    /// of day and month; left out of the file where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<String>,
    /// Columns that hold something and that no mapping uses or excuses, by source.
    pub unmapped_columns: Ordered<Ordered<u64>>,
    /// What became of the steward's word, where there is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steward: Option<Steward>,
}

/// What became of the steward's word.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Steward {
    pub corrections: Corrections,
    pub decisions: Decisions,
}

/// Corrections of cells.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Corrections {
    pub applied: u64,
    /// Left alone: `stale/corrections.csv` has them.
    pub stale: u64,
}

/// Decisions about pairs of records.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Decisions {
    /// Pairs whose records are both there, by verdict.
    pub same: u64,
    pub different: u64,
    /// Pairs of which a record is missing: `stale/duplicates.csv` has them.
    pub stale: u64,
    /// Pairs that would have become one against a decision; in the same file.
    pub conflicts: u64,
}

/// One entity's counts.
#[derive(Debug, Clone)]
pub struct EntitySummary {
    pub tally: Tally,
    pub inserted: u64,
    /// Found to stand in rows that the target had before, in this run.
    pub linked: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Present where the mapping matches by likeness or has households.
    pub matching: Option<Matching>,
    /// The account of each join with reference data, by the reference's name.
    pub references: Accounts,
}

/// What matching by likeness found, besides verdicts.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Matching {
    /// Pairs of records that were compared.
    pub compared: u64,
    /// Pairs that are listed for a person.
    pub review: u64,
    /// Groups of people who live together.
    pub households: u64,
    /// Blocks with too many records to compare each with each, by expression.
    pub large_blocks: Ordered<LargeBlocks>,
    /// Present where rows that the target had before take part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing: Option<Existing>,
}

/// Rows that the target had before any run.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Existing {
    /// Rows that were read.
    pub rows: u64,
    /// Records that stand in one of them and go to the target.
    pub matched: u64,
    /// Rows among these that the load changes.
    pub changed: u64,
    /// Rows that are the same as another row of the target.
    pub alike: u64,
}

/// How many blocks of one expression were too large, and the records of the largest.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LargeBlocks {
    pub blocks: u64,
    pub largest: u64,
}

/// Named values, in their own order.
#[derive(Debug, Clone)]
pub struct Ordered<T>(pub Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for EntitySummary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("read", &self.tally.counts.read)?;
        for verdict in Verdict::ALL {
            map.serialize_entry(verdict.word(), &self.tally.counts.of(verdict))?;
        }
        map.serialize_entry("loaded", &Loaded(self))?;
        map.serialize_entry("issues", &self.tally.issues)?;
        map.serialize_entry("repairs", &self.tally.repairs)?;
        if let Some(matching) = &self.matching {
            map.serialize_entry("matching", matching)?;
        }
        if !self.references.is_empty() {
            map.serialize_entry("references", &self.references.iter().map(Joined).collect::<Vec<_>>())?;
        }
        if !self.tally.rules.is_empty() {
            map.serialize_entry("rules", &self.tally.rules)?;
        }
        if !self.tally.lifecycle.is_empty() {
            map.serialize_entry("lifecycle", &self.tally.lifecycle)?;
        }
        map.serialize_entry("sources", &self.tally.sources)?;
        map.end()
    }
}

/// One join: several may have the same reference.
struct Joined<'a>(&'a (String, JoinCounts));

impl Serialize for Joined<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self((name, counts)) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("reference", name)?;
        map.serialize_entry("looked_up", &counts.looked_up)?;
        map.serialize_entry("found", &counts.found)?;
        let fields = counts.fields.iter().map(|(field, counts)| (field.clone(), Taken(counts)));
        map.serialize_entry("fields", &Ordered(fields.collect()))?;
        map.end()
    }
}

struct Taken<'a>(&'a TakeCounts);

impl Serialize for Taken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (what, count) in self.0.named() {
            map.serialize_entry(what, &count)?;
        }
        map.end()
    }
}

struct Loaded<'a>(&'a EntitySummary);

impl Serialize for Loaded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let existing = self.0.matching.as_ref().is_some_and(|matching| matching.existing.is_some());
        let mut counts = serializer.serialize_struct("loaded", 3 + usize::from(existing))?;
        counts.serialize_field("inserted", &self.0.inserted)?;
        if existing {
            counts.serialize_field("linked", &self.0.linked)?;
        }
        counts.serialize_field("updated", &self.0.updated)?;
        counts.serialize_field("unchanged", &self.0.unchanged)?;
        counts.end()
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("read", &self.read)?;
        for verdict in Verdict::ALL {
            map.serialize_entry(verdict.word(), &self.of(verdict))?;
        }
        map.end()
    }
}
