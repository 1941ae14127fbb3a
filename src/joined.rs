//! What reference data says of a record, on its way from one step to the next.
//!
//! Three datasets with columns for each field that is verified, corrected or
//! filled (a *take*), by its number: the rows of a reference by the hash of their
//! key, the records by the hash of theirs, and what was found, by `_seq`. The
//! mapping writes the first two and reads the third; `reference_data` does the
//! rest. Values are text here, in the form of their Arrow type.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::record;

/// The codes of what a reference says against a record; `reference_data` explains them.
pub(crate) const AMBIGUOUS: &str = "reference-data.ambiguous";
pub(crate) const DIFFERS: &str = "reference-data.differs";
pub(crate) const MISSING: &str = "reference-data.missing";

/// Hash of the values in which record and row agree (16 bytes).
pub(crate) const HASH: &str = "k";
/// Which attempt of a record a key is, the first that finds a row counts (`Int64`).
pub(crate) const ATTEMPT: &str = "_attempt";
/// Whether a row was found (`Boolean`).
pub(crate) const HIT: &str = "_hit";

/// Columns before those of the takes, in the rows of a reference.
pub(crate) const ROW_LINEAGE: usize = 4;
/// Columns before those of the takes, in the keys of records.
pub(crate) const KEY_LINEAGE: usize = 3;
/// Columns before those of the takes, in what was found.
pub(crate) const FOUND_LINEAGE: usize = 3;
/// Columns of each take in what was found: state, value, row and key of the reference.
pub(crate) const FOUND_COLUMNS: usize = 4;

/// What a reference says of one field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing that matters.
    Nothing,
    /// The same.
    Agrees,
    /// Something else.
    Differs,
    /// Several things.
    Ambiguous,
    /// The value that the field takes.
    Changed,
}

#[cfg(test)]
impl State {
    pub(crate) const ALL: [Self; 5] = [Self::Nothing, Self::Agrees, Self::Differs, Self::Ambiguous, Self::Changed];
}

fn text(name: String) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn hash() -> Field {
    Field::new(HASH, DataType::FixedSizeBinary(16), false)
}

fn values(takes: usize) -> impl Iterator<Item = Field> {
    (0..takes).map(|take| text(format!("v{take}")))
}

/// The rows of a reference: hash, place in the reference, where a person finds
/// the row, its key, and what it says.
pub(crate) fn rows(takes: usize) -> SchemaRef {
    let lineage = vec![
        hash(),
        Field::new(record::SEQ, DataType::Int64, false),
        text(record::ROW.to_string()),
        text(record::KEY.to_string()),
    ];
    Arc::new(Schema::new(lineage.into_iter().chain(values(takes)).collect::<Vec<_>>()))
}

/// The keys of records: hash, record, attempt, and the values that it has.
pub(crate) fn keys(takes: usize) -> SchemaRef {
    let lineage =
        vec![hash(), Field::new(record::SEQ, DataType::Int64, false), Field::new(ATTEMPT, DataType::Int64, false)];
    Arc::new(Schema::new(lineage.into_iter().chain(values(takes)).collect::<Vec<_>>()))
}

/// What was found, one row for each record that was looked up.
pub(crate) fn found(takes: usize) -> SchemaRef {
    let mut fields = vec![
        Field::new(record::SEQ, DataType::Int64, false),
        Field::new(ATTEMPT, DataType::Int64, false),
        Field::new(HIT, DataType::Boolean, false),
    ];
    for take in 0..takes {
        fields.push(Field::new(format!("s{take}"), DataType::UInt8, false));
        fields.extend(["v", "r", "k"].map(|name| text(format!("{name}{take}"))));
    }
    Arc::new(Schema::new(fields))
}
