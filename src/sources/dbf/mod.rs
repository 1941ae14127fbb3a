//! Tables of dBASE, FoxPro, Visual FoxPro and Clipper (`.dbf`), with memos.
//!
//! | file | knows |
//! |---|---|
//! | `header` | which program wrote the table, its columns |
//! | `value` | the bytes of a field as text |
//! | `memo` | the memo file beside the table |
//! | `records` | the records of one table, one after the other |
//!
//! Every column is nullable text, as it is written in the file: numbers keep
//! their zeros, dates become ISO 8601. Several files are one source; its columns
//! are those of all files, by name, in the order in which they first appear.
//! A deleted record is no record, unless `deleted = "read"`.

mod codes;
mod header;
mod memo;
mod records;
#[cfg(test)]
mod tests;
mod value;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use self::header::Header;
use self::records::Records;
use super::encoding::{AsciiBased, Encoding};
use super::filling::{Fill, Filling};
use super::kind::{Opener, Place};
use super::{Batches, ReadError, Rows, Source, open_file};
use crate::{options, record};

pub use self::codes::CODES;

options! {
    /// How tables of dBASE and FoxPro are read.
    pub struct DbfOptions {
        /// The code page of the texts, such as `cp850`. Without it the one that
        /// the file names; where it names none, `windows-1252` for Visual FoxPro
        /// and `cp437` for all others.
        encoding: Option<AsciiBased>,
        /// What becomes of records that are marked as deleted.
        deleted: Deleted = Deleted::Skip,
    }
}

crate::words! {
    /// What becomes of records that are marked as deleted.
    pub enum Deleted {
        /// They are no records, as in the program that wrote the table.
        Skip = "skip",
        /// They are read like the others; the column `_deleted` says `true`.
        Read = "read",
    }
}

/// The column that tells deleted records from the others.
const DELETED: &str = "_deleted";

/// Text of a batch at which it is handed on, whatever its number of records, so
/// that long memos do not add up.
const BATCH_BYTES: usize = 16 << 20;

/// One table, opened for its columns.
#[derive(Debug)]
struct Table {
    path: PathBuf,
    header: Header,
    /// The names of the columns in the source's schema, and their places there.
    names: Vec<String>,
    places: Vec<usize>,
}

struct Dbf {
    tables: Arc<Vec<Table>>,
    schema: SchemaRef,
    /// The place of `_deleted` in the schema, if deleted records are read.
    deleted: Option<usize>,
    /// The code page is the user's choice, not the file's.
    chosen: bool,
}

impl Opener for DbfOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.files()?, self.clone())
    }
}

/// Opens tables as one source.
pub(crate) fn open(paths: &[PathBuf], options: DbfOptions) -> Result<Box<dyn Source>, ReadError> {
    let mut names: Vec<String> = Vec::new();
    let mut tables = Vec::new();
    let encoding = options.encoding.map(|found| found.0);
    for path in paths {
        let header = read_header(path, encoding)?;
        let mut places: Vec<usize> = Vec::new();
        let own = unique_names(&header);
        for name in &own {
            let place = names.iter().position(|known| known == name);
            places.push(place.unwrap_or(names.len()));
            if place.is_none() {
                names.push(name.clone());
            }
        }
        tables.push(Table { path: path.clone(), header, names: own, places });
    }
    let deleted = (options.deleted == Deleted::Read).then_some(names.len());
    if deleted.is_some() {
        names.push(DELETED.into());
    }
    Ok(Box::new(Dbf {
        tables: Arc::new(tables),
        schema: Rows::text_schema(names),
        deleted,
        chosen: encoding.is_some(),
    }))
}

fn read_header(path: &Path, encoding: Option<Encoding>) -> Result<Header, ReadError> {
    let mut file = open_file(path)?;
    let mut bytes = vec![0; header::MOST];
    let got = memo::read_up_to(&mut file, &mut bytes).map_err(|error| ReadError::io(path, &error))?;
    bytes.truncate(got);
    header::parse(&bytes, encoding).map_err(|bad| ReadError::new(path.display().to_string(), bad.what).help(bad.help))
}

/// The names of a table's columns: the second `X` is `X.2`, one without a name
/// is `column_3`, and none is a name of ours.
fn unique_names(header: &Header) -> Vec<String> {
    let mut taken: Vec<String> = record::LINEAGE.iter().chain(&[DELETED]).map(ToString::to_string).collect();
    let mut names = Vec::new();
    for (index, column) in header.columns.iter().enumerate() {
        let wanted = if column.name.is_empty() { format!("column_{}", index + 1) } else { column.name.clone() };
        let mut name = wanted.clone();
        let mut count = 1;
        while taken.contains(&name) {
            count += 1;
            name = format!("{wanted}.{count}");
        }
        taken.push(name.clone());
        names.push(name);
    }
    names
}

impl Source for Dbf {
    fn beside(&self) -> Vec<PathBuf> {
        let memo = |table: &Table| memo::beside(&table.path, table.header.foxpro);
        self.tables.iter().filter_map(memo).collect()
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Of the first table that has the column.
    fn declared(&self) -> Vec<Option<String>> {
        let mut declared: Vec<Option<Option<String>>> = vec![None; self.schema.fields().len()];
        for table in self.tables.iter() {
            for (column, &place) in table.header.columns.iter().zip(&table.places) {
                if let Some(known) = declared.get_mut(place) {
                    known.get_or_insert_with(|| column.declared(table.header.dialect));
                }
            }
        }
        declared.into_iter().map(Option::flatten).collect()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let mut names: Vec<&str> = self.tables.iter().map(|table| table.header.encoding.name()).collect();
        names.dedup();
        match names.as_slice() {
            [only] if !self.chosen => vec![("encoding", format!("\"{only}\""))],
            _ => Vec::new(),
        }
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        let words = |table: &Table| (table.path.clone(), format!("texts in {}", table.header.encoding.name()));
        self.tables.iter().filter(|_| !self.chosen).map(words).collect()
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        Ok(Box::new(Filling::new(Stream {
            tables: Arc::clone(&self.tables),
            schema: Arc::clone(&self.schema),
            deleted: self.deleted,
            next: 0,
            current: None,
            rows: Rows::new(&self.schema),
            bytes: 0,
            batch_rows: batch_rows.max(1),
        })))
    }
}

/// The records of all tables in batches.
struct Stream {
    tables: Arc<Vec<Table>>,
    schema: SchemaRef,
    deleted: Option<usize>,
    /// The table that comes after `current`.
    next: usize,
    current: Option<(usize, Records)>,
    rows: Rows,
    /// Bytes of text in `rows`.
    bytes: usize,
    batch_rows: usize,
}

impl Fill for Stream {
    fn fill(&mut self) -> Result<(), ReadError> {
        self.bytes = 0;
        while self.rows.len() < self.batch_rows && self.bytes < BATCH_BYTES {
            let Some((index, mut records)) = self.current.take() else {
                let Some(table) = self.tables.get(self.next) else { return Ok(()) };
                self.current = Some((self.next, Records::open(table, self.deleted, &self.schema)?));
                self.next += 1;
                continue;
            };
            let Some(table) = self.tables.get(index) else { return Ok(()) };
            if let Some(read) = records.read(table)? {
                self.rows.push(read.row, read.fault, read.notes, read.cells.iter());
                self.bytes += read.cells.len();
                self.current = Some((index, records));
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}
