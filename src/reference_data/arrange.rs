//! The rows of a reference in the order of their keys, each that says something
//! else once.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use twox_hash::XxHash3_128;

use super::MOST_ROWS;
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::engine::Engine;
use crate::joined::{self, HASH, ROW_LINEAGE};
use crate::record;

/// Sorts the rows of `rows`, which say something of so many fields, into `into`.
pub fn arrange(engine: &Engine, rows: &Path, into: &Path, takes: usize) -> Result<(), DatasetError> {
    let schema = joined::rows(takes);
    let mut writer = Writer::create(into, &schema, Packing::Working)?;
    let mut group = Group::default();
    for bucket in engine.buckets(dataset::count(rows)?, HASH) {
        let sql = format!("SELECT * FROM rows WHERE {bucket} ORDER BY {HASH}, {}", record::SEQ);
        engine.query(&[("rows", rows)], &sql, |batch| {
            let wrong = |error: arrow::error::ArrowError| DatasetError::other(rows, error);
            let kept = filter_record_batch(&batch, &group.kept(&batch)).map_err(wrong)?;
            writer.write(kept.with_schema(Arc::clone(&schema)).map_err(wrong)?)
        })?;
    }
    writer.finish()?;
    Ok(())
}

/// The rows of one key, as they pass.
#[derive(Default)]
struct Group {
    key: Vec<u8>,
    /// Hashes of what the rows say.
    said: HashSet<u128>,
}

impl Group {
    /// The rows of a batch that say what no row of their key before them does.
    fn kept(&mut self, batch: &RecordBatch) -> BooleanArray {
        let keys = batch.column(0).as_fixed_size_binary();
        let values: Vec<&StringArray> =
            batch.columns().iter().skip(ROW_LINEAGE).map(|column| column.as_string::<i32>()).collect();
        let mut buffer = Vec::new();
        (0..batch.num_rows())
            .map(|row| {
                if keys.value(row) != self.key {
                    self.key = keys.value(row).to_vec();
                    self.said.clear();
                }
                // One more than are looked at tells that there are too many.
                Some(self.said.len() <= MOST_ROWS && self.said.insert(said(&values, row, &mut buffer)))
            })
            .collect()
    }
}

fn said(values: &[&StringArray], row: usize, buffer: &mut Vec<u8>) -> u128 {
    buffer.clear();
    for value in values {
        let text = value.is_valid(row).then(|| value.value(row));
        buffer.extend_from_slice(&text.map_or(u32::MAX, |text| text.len() as u32).to_le_bytes());
        buffer.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
    XxHash3_128::oneshot(buffer)
}
