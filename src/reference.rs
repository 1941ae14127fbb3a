//! References, resolved: what the link step found, and the steps after it read.
//!
//! A [`Link`] is one reference field of one entity. In memory it has the parent
//! of each record, four bytes; what the target's column will hold lies in a
//! dataset beside it, which [`Targets`] reads in order.

use std::path::PathBuf;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use crate::dataset::{self, DatasetError};

/// The column of the resolved reference in a link dataset (`Utf8`).
pub(crate) const TARGET: &str = "_target";

/// No reference, or one that a policy took away.
pub(crate) const NONE: u32 = u32::MAX;
/// A reference that leads nowhere.
pub(crate) const MISSING: u32 = u32::MAX - 1;
/// A reference that leads to several records.
pub(crate) const AMBIGUOUS: u32 = u32::MAX - 2;

/// The references of one field, resolved.
pub struct Link {
    /// Index of the entity and of the field in it.
    pub entity: usize,
    pub field: usize,
    /// Index of the entity that is referred to.
    pub parent_entity: usize,
    /// For each record of the entity the `_seq` of what it refers to.
    pub(crate) parents: Vec<u32>,
    /// By `_seq`: what the target's column will hold, for each record that has a parent.
    pub targets: PathBuf,
}

impl Link {
    /// The record that `seq` refers to, by its `_seq`.
    pub fn parent(&self, seq: u32) -> Option<u32> {
        self.parents.get(seq as usize).copied().filter(|parent| *parent < AMBIGUOUS)
    }

    pub fn len(&self) -> usize {
        self.parents.len()
    }

    pub fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }
}

/// What a link dataset holds, by `_seq`, for a reader that goes through the
/// entity's records in order.
pub struct Targets {
    batches: dataset::Batches,
    seqs: Vec<i64>,
    keys: Vec<String>,
    next: usize,
}

impl Targets {
    pub fn open(link: &Link) -> Result<Self, DatasetError> {
        Ok(Self { batches: dataset::read(&link.targets, None)?, seqs: Vec::new(), keys: Vec::new(), next: 0 })
    }

    /// What the record's reference will hold in the target. `seq` must not decrease.
    pub fn of(&mut self, seq: i64) -> Result<Option<&str>, DatasetError> {
        loop {
            while self.seqs.get(self.next).is_some_and(|found| *found < seq) {
                self.next += 1;
            }
            if self.next < self.seqs.len() {
                return Ok((self.seqs[self.next] == seq).then(|| self.keys[self.next].as_str()));
            }
            let Some(batch) = self.batches.next() else { return Ok(None) };
            let batch = batch?;
            self.seqs = batch.column(0).as_primitive::<Int64Type>().values().to_vec();
            self.keys =
                batch.column(1).as_string::<i32>().iter().map(|key| key.unwrap_or_default().to_string()).collect();
            self.next = 0;
        }
    }
}
