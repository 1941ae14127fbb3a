//! `summary.json`: the counts of a run, in a shape that programs rely on.
//!
//! It holds nothing that differs between two equal runs: no times, no paths.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::tally::{Counts, Tally};
use crate::record::Verdict;

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
    /// Columns that hold something and that no mapping uses or excuses, by source.
    pub unmapped_columns: Ordered<Ordered<u64>>,
}

/// One entity's counts.
#[derive(Debug, Clone)]
pub struct EntitySummary {
    pub tally: Tally,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
}

/// Named values, in their own order.
#[derive(Debug, Clone)]
pub struct Ordered<T>(pub Vec<(String, T)>);

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
        map.serialize_entry("sources", &self.tally.sources)?;
        map.end()
    }
}

struct Loaded<'a>(&'a EntitySummary);

impl Serialize for Loaded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut counts = serializer.serialize_struct("loaded", 3)?;
        counts.serialize_field("inserted", &self.0.inserted)?;
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
