//! Correct: the steward's cells in place of those that were read.
//!
//! Between the snapshot, which stays as the source was, and the mapping, which
//! sees the corrected records. A correction names its record by its key, so it
//! outlives a new extraction with other rows in another order; and what the cell
//! was, so that it does nothing once the source says something else. Corrections
//! of one cell follow each other: the `now` of one may be the `was` of the next,
//! in whatever order they stand.

mod apply;
mod settle;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use apply::{address, find, run};
pub use settle::{Cells, same, settle};

use crate::diagnostic::Code;

/// Why a correction was left out.
pub const CODES: &[Code] = &[
    Code {
        id: "correction.stale",
        what: "The cell is no longer what the correction says it was, so the correction was left alone.",
        why: "Whoever corrected the cell did so by what stood there. What stands there now may be right, or want another correction.",
        example: "a phone corrected in March, and changed in the source in May",
        fix: "Look at the record. Where the source is right now, take the line out of the file; else correct what the cell is now.",
    },
    Code {
        id: "correction.no-record",
        what: "The source has no record with the correction's key.",
        why: "The record may be gone, or have another key. A record that is known by its content has another key as soon as any of its cells changes.",
        example: "a correction for customer 4711, who is not in the new extraction",
        fix: "Take the line out of the file, or give it the key that the record has now.",
    },
    Code {
        id: "correction.unreadable-record",
        what: "The record of the correction could not be read, and a cell alone cannot mend that.",
        why: "Where a line has too many cells, or its quotes do not close, nobody knows which value belongs where.",
        example: "a correction of a line of a CSV file with a quote left open",
        fix: "Mend the record in the source.",
    },
];

/// The corrected records of one source.
#[derive(Debug, Clone, Default)]
pub struct Corrected {
    /// The corrected records, as a snapshot; its `_seq` are the snapshot's.
    pub after: PathBuf,
    /// The same records as they were read.
    pub before: PathBuf,
    /// By `_seq`.
    pub records: BTreeMap<i64, Touched>,
    /// Corrections that were carried out.
    pub applied: u64,
}

/// A record that was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The key that the corrections name it by.
    pub key: String,
    /// The columns that were corrected, in the source's order.
    pub columns: Vec<String>,
}

/// A correction that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// Its place in the list that was given.
    pub index: usize,
    pub code: &'static str,
}
