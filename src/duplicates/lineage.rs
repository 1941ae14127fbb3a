//! Which record each surviving value came from.
//!
//! `lineage/<entity>.parquet` in a run's folder has a line for each value of a
//! record that others were merged into: the survivor's `_id`, the field, and the
//! source, row and key of the record that the value was taken from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringBuilder, UInt32Array};
use arrow::datatypes::{DataType, Field as Column, Schema, SchemaRef};

use crate::config::pipeline::Field;
use crate::dataset::{DatasetError, Packing, Writer};
use crate::record;

/// The name of the field, beside columns of lineage.
const FIELD: &str = "field";

/// Where an entity's lineage is written, in a run's folder.
pub fn path(run: &Path, entity: &str) -> PathBuf {
    run.join("lineage").join(format!("{entity}.parquet"))
}

/// Writes the lineage of clusters, batch by batch.
pub(super) struct Lineage {
    schema: SchemaRef,
    writer: Writer,
    path: PathBuf,
}

impl Lineage {
    pub(super) fn create(path: &Path) -> Result<Self, DatasetError> {
        let names = [record::ID, FIELD, record::SOURCE, record::ROW, record::KEY];
        let columns = names.map(|name| Column::new(name, DataType::Utf8, name == record::KEY));
        let schema: SchemaRef = Arc::new(Schema::new(columns.to_vec()));
        let writer = Writer::create(path, &schema, Packing::Archive)?;
        Ok(Self { schema, writer, path: path.to_path_buf() })
    }

    /// Adds the values of merged records: `picks` are, by field, the rows of
    /// `members` that they came from.
    pub(super) fn add(
        &mut self,
        members: &RecordBatch,
        merged: &RecordBatch,
        fields: &[Field],
        picks: &[UInt32Array],
    ) -> Result<(), DatasetError> {
        fn text<'b>(batch: &'b RecordBatch, name: &str) -> Option<&'b arrow::array::StringArray> {
            batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>())
        }
        let Some(ids) = text(merged, record::ID) else { return Ok(()) };
        let names = [record::SOURCE, record::ROW, record::KEY];
        let from = names.map(|name| text(members, name));
        let mut columns: [StringBuilder; 5] = std::array::from_fn(|_| StringBuilder::new());
        for row in 0..merged.num_rows() {
            for (index, (field, picks)) in fields.iter().zip(picks).enumerate() {
                if merged.column(record::MAPPED_FIRST_FIELD + index).is_null(row) {
                    continue;
                }
                let pick = picks.value(row) as usize;
                let [id, name, rest @ ..] = &mut columns;
                id.append_value(ids.value(row));
                name.append_value(&field.name);
                for (column, values) in rest.iter_mut().zip(from) {
                    column
                        .append_option(values.filter(|values| values.is_valid(pick)).map(|values| values.value(pick)));
                }
            }
        }
        let columns = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns.collect());
        self.writer.write(batch.map_err(|error| DatasetError::other(&self.path, error))?)
    }

    pub(super) fn finish(self) -> Result<(), DatasetError> {
        self.writer.finish().map(drop)
    }
}
