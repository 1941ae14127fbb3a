//! Builds the batches of a reader that gives text, a record at a time.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::record;

/// A batch under construction: `_row`, `_fault`, `_notes`, then text columns.
pub struct Rows {
    schema: SchemaRef,
    row: StringBuilder,
    fault: StringBuilder,
    notes: StringBuilder,
    cells: Vec<StringBuilder>,
    len: usize,
}

impl Rows {
    /// For the given columns; see [`Rows::text_schema`].
    pub fn new(columns: &Schema) -> Self {
        Self {
            schema: Self::with_lineage(columns),
            row: StringBuilder::new(),
            fault: StringBuilder::new(),
            notes: StringBuilder::new(),
            cells: columns.fields().iter().map(|_| StringBuilder::new()).collect(),
            len: 0,
        }
    }

    /// A schema of nullable text columns.
    pub fn text_schema(names: impl IntoIterator<Item = impl Into<String>>) -> SchemaRef {
        let fields: Vec<Field> = names.into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        Arc::new(Schema::new(fields))
    }

    /// The reading columns of `record` before those of the source.
    pub fn with_lineage(columns: &Schema) -> SchemaRef {
        let mut fields = vec![
            Arc::new(Field::new(record::ROW, DataType::Utf8, false)),
            Arc::new(Field::new(record::FAULT, DataType::Utf8, true)),
            Arc::new(Field::new(record::NOTES, DataType::Utf8, true)),
        ];
        fields.extend(columns.fields().iter().cloned());
        Arc::new(Schema::new(fields))
    }

    /// Adds a record. Cells that `cells` does not give are null; surplus ones
    /// are left out, which the caller reports with `fault`.
    pub fn push<'a>(
        &mut self,
        row: &str,
        fault: Option<&str>,
        notes: Option<&str>,
        cells: impl IntoIterator<Item = Option<&'a str>>,
    ) {
        self.row.append_value(row);
        self.fault.append_option(fault);
        self.notes.append_option(notes);
        let mut cells = cells.into_iter();
        for builder in &mut self.cells {
            builder.append_option(cells.next().flatten());
        }
        self.len += 1;
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The records so far as a batch; the builder is empty afterwards.
    #[expect(clippy::expect_used, reason = "the schema and the builders are made together and filled row by row")]
    pub fn finish(&mut self) -> RecordBatch {
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(self.row.finish()), Arc::new(self.fault.finish()), Arc::new(self.notes.finish())];
        columns.extend(self.cells.iter_mut().map(|cells| Arc::new(cells.finish()) as ArrayRef));
        self.len = 0;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).expect("every builder has a value for each row")
    }
}
