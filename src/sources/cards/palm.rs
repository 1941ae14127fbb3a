//! Palm Desktop's comma-separated export: a table without headings.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::sources::csv::{self, CsvOptions, Delimiter, Header};
use crate::sources::encoding::Encoding;
use crate::sources::{Batches, ReadError, Rows, Source};

/// The columns in the order of the export.
pub(super) const COLUMNS: &[&str] = &[
    "lastname",
    "firstname",
    "title",
    "company",
    "work",
    "home",
    "fax",
    "other",
    "email",
    "address",
    "city",
    "state",
    "postcode",
    "country",
    "custom1",
    "custom2",
    "custom3",
    "custom4",
    "note",
    "private",
    "category",
];

/// Opens exports as one source. More columns than the program has are `column_22` …
pub(super) fn open(files: &[PathBuf], encoding: Option<Encoding>) -> Result<Box<dyn Source>, ReadError> {
    let options = CsvOptions {
        encoding,
        delimiter: Some(Delimiter(",".into())),
        header: Some(Header(None)),
        ..CsvOptions::default()
    };
    let table = csv::open(files, &options)?;
    let schema = table.schema();
    let names = schema.fields().iter().enumerate().map(|(index, field)| match COLUMNS.get(index) {
        Some(name) => (*name).to_string(),
        None => field.name().clone(),
    });
    let schema = Rows::text_schema(names);
    Ok(Box::new(Named { table, schema }))
}

/// A table under other headings.
struct Named {
    table: Box<dyn Source>,
    schema: SchemaRef,
}

impl Source for Named {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        let whole = Rows::with_lineage(&self.schema);
        let named = move |batch: Result<RecordBatch, ReadError>| {
            let batch = batch?;
            RecordBatch::try_new(Arc::clone(&whole), batch.columns().to_vec())
                .map_err(|error| ReadError::new("the table", format!("does not fit its columns: {error}")))
        };
        Ok(Box::new(self.table.open(batch_rows)?.map(named)))
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        self.table.detected()
    }
}
