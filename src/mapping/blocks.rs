//! The values in which two records must agree to be compared, as hashes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;
use twox_hash::XxHash3_128;

use super::expression::Compiled;
use crate::config::pipeline::Entity;

/// An entity's blocks, compiled.
pub struct Blocks {
    fields: SchemaRef,
    blocks: Vec<Vec<Compiled>>,
}

impl Blocks {
    /// # Errors
    /// What is wrong with an expression.
    pub fn new(entity: &Entity, session: &SessionContext) -> Result<Self, String> {
        let columns = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
        let fields: SchemaRef = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let given = entity.duplicates.as_ref().and_then(|duplicates| duplicates.fuzzy.as_ref());
        let mut blocks = Vec::new();
        for block in given.into_iter().flat_map(|fuzzy| &fuzzy.blocks) {
            let compiled: Result<Vec<_>, _> =
                block.values.iter().map(|value| Compiled::new(session, value, &fields)).collect();
            blocks.push(compiled.map_err(|error| format!("block `{}`: {}", block.text, error.strip_backtrace()))?);
        }
        Ok(Self { fields, blocks })
    }

    /// For each block the hashes of its values (`Int64`), from the values of the
    /// fields; null where one of them is null or empty.
    pub fn columns(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>, ArrowError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.fields), values.to_vec())?;
        let each = self.blocks.iter().map(|block| {
            let texts = block.iter().map(|value| cast(&value.values(&batch)?.0, &DataType::Utf8));
            let texts: Vec<ArrayRef> = texts.collect::<Result<_, ArrowError>>()?;
            let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
            Ok(Arc::new(hashes(&texts, batch.num_rows())) as ArrayRef)
        });
        each.collect()
    }
}

/// Eight bytes are enough: two blocks that meet only cost the comparing of
/// records that have nothing in common.
fn hashes(texts: &[&StringArray], rows: usize) -> Int64Array {
    let mut buffer = Vec::with_capacity(64);
    let hash = |row: usize| {
        buffer.clear();
        for text in texts {
            if text.is_null(row) || text.value(row).is_empty() {
                return None;
            }
            buffer.extend_from_slice(text.value(row).as_bytes());
            buffer.push(0);
        }
        Some(XxHash3_128::oneshot(&buffer) as i64)
    };
    (0..rows).map(hash).collect()
}
