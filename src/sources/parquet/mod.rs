//! Parquet: typed columns, delivered as text like those of other sources.
//!
//! Days are `2026-06-30`, moments `2026-06-30T12:00:00`, decimals keep their
//! places, nested values are JSON. The schema comes from the file's own.

mod nested;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;

use super::kind::{Opener, Place};
use super::stream::{self, Sink};
use super::{Batches, ReadError, Rows, Source, file_name, open_file};
use crate::diagnostic::Code;
use crate::{options, panics, record, words};

use nested::Written;

/// The codes of this source.
pub const CODES: &[Code] = &[Code {
    id: "parquet.out-of-range",
    what: "A value of the record is outside of what its type can show.",
    why: "A date or time that no calendar has is the sign of a damaged file or of a wrong unit, and which day it was \
          meant to be cannot be known, so the record is not used.",
    example: "a timestamp in milliseconds whose number is one of nanoseconds",
    fix: "Write the file again with the right unit.",
}];

words! {
    /// How bytes without a declared meaning are read.
    pub enum Bytes {
        /// `0x` and their hexadecimal digits.
        Hex = "hex",
        /// As UTF-8 text; bytes that are none as hexadecimal digits.
        Text = "text",
    }
}

options! {
    /// What is read from a Parquet file.
    pub struct ParquetOptions {
        /// How columns of bytes that are not declared as text are read.
        bytes: Bytes = Bytes::Hex,
    }
}

/// Rows that are decoded at a time.
const ROWS: usize = 1024;

impl Opener for ParquetOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.files()?, self)
    }
}

/// Opens files as one source: their columns by name, in the order in which they
/// first appear. Reads the end of each file, where its schema is.
pub(crate) fn open(paths: &[PathBuf], options: &ParquetOptions) -> Result<Box<dyn Source>, ReadError> {
    let mut names: Vec<String> = Vec::new();
    let mut declared: Vec<Option<String>> = Vec::new();
    let mut files = Vec::new();
    for path in paths {
        let schema = builder(path)?.schema().clone();
        check(path, &schema)?;
        for field in schema.fields() {
            let name = record::column_name(field.name());
            if !names.iter().any(|known| *known == name) {
                names.push(name.into_owned());
                declared.push(Some(nested::type_name(field.data_type())));
            }
        }
        files.push(path.clone());
    }
    let schema = Rows::text_schema(names);
    Ok(Box::new(Parquet { files, schema, declared, bytes: options.bytes }))
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, ReadError> {
    let file = open_file(path)?;
    let opened = panics::caught(|| ParquetRecordBatchReaderBuilder::try_new(file));
    opened.unwrap_or_else(|| Err(ParquetError::General("it cannot be parsed".into()))).map_err(|e| failed(path, &e))
}

fn failed(path: &Path, error: &ParquetError) -> ReadError {
    failed_with(path, &error.to_string())
}

fn failed_with(path: &Path, said: &str) -> ReadError {
    let place = path.display().to_string();
    let lower = said.to_lowercase();
    if lower.contains("encrypted") || lower.contains("pare") {
        return ReadError::new(place, "is encrypted").help("write a copy without encryption");
    }
    if lower.contains("disabled feature") || lower.contains("not installed") || lower.contains("codec") {
        return ReadError::new(place, "is packed in a way that is not read")
            .help("write it with snappy, zstd or no compression");
    }
    if lower.contains("invalid parquet file") || lower.contains("smaller than") || lower.contains("corrupt footer") {
        return ReadError::new(place, "is not a Parquet file, or is cut off").help("check the source's `path`");
    }
    ReadError::new(place, "is damaged: a part of it cannot be decoded").help("write it again")
}

fn check(path: &Path, schema: &Schema) -> Result<(), ReadError> {
    let names: Vec<Cow<'_, str>> = schema.fields().iter().map(|field| record::column_name(field.name())).collect();
    for (index, name) in names.iter().enumerate() {
        if names.iter().take(index).any(|other| other == name) {
            return Err(ReadError::new(path.display().to_string(), format!("has two columns `{name}`"))
                .help("rename one when the file is written"));
        }
    }
    Ok(())
}

struct Parquet {
    files: Vec<PathBuf>,
    schema: SchemaRef,
    declared: Vec<Option<String>>,
    bytes: Bytes,
}

impl Source for Parquet {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.declared.clone()
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        let (files, schema, bytes) = (self.files.clone(), self.schema(), self.bytes);
        stream::spawn("parquet", self.files.iter().map(PathBuf::as_path), &self.schema, batch_rows, move |sink| {
            for path in &files {
                let read = panics::caught(|| read(path, &schema, bytes, sink));
                if read.unwrap_or_else(|| Err(failed_with(path, "")))?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}

fn read(path: &Path, schema: &Schema, bytes: Bytes, sink: &mut Sink) -> Result<ControlFlow<()>, ReadError> {
    let builder = builder(path)?.with_batch_size(ROWS);
    let of_file = builder.schema().fields();
    let place = |name: &str| of_file.iter().position(|field| record::column_name(field.name()) == name);
    let places: Vec<Option<usize>> = schema.fields().iter().map(|field| place(field.name())).collect();
    let name = file_name(path);
    let mut number = 0_u64;
    for batch in builder.build().map_err(|error| failed(path, &error))? {
        let batch = batch.map_err(|error| failed_with(path, &error.to_string()))?;
        if rows(&batch, &places, bytes, &name, &mut number, sink)
            .map_err(|error| failed_with(path, &error.to_string()))?
            .is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn rows(
    batch: &RecordBatch,
    places: &[Option<usize>],
    bytes: Bytes,
    name: &str,
    number: &mut u64,
    sink: &mut Sink,
) -> Result<ControlFlow<()>, ArrowError> {
    let columns = places.iter().map(|place| place.and_then(|place| batch.columns().get(place)));
    let written: Vec<Option<Written<'_>>> = columns
        .map(|column| column.map(|column| Written::new(column.as_ref(), bytes)).transpose())
        .collect::<Result<_, _>>()?;
    let mut texts: Vec<Option<String>> = vec![None; written.len()];
    for row in 0..batch.num_rows() {
        *number += 1;
        let (mut length, mut fault) = (0, None);
        for (text, column) in texts.iter_mut().zip(&written) {
            *text = column.as_ref().and_then(|column| {
                column.text(row).unwrap_or_else(|_| {
                    fault = Some("parquet.out-of-range");
                    None
                })
            });
            length += text.as_ref().map_or(0, String::len);
        }
        let place = format!("{name}:{number}");
        if sink.push(&place, fault, None, length, texts.iter().map(Option::as_deref)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
