//! Entries of several files as one source.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::Entry;
use crate::record;
use crate::sources::filling::{Fill, Filling};
use crate::sources::{Batches, ReadError, Rows, Source, file_name};

/// The most columns that a source gets; what is over is noted on its record.
const MOST_COLUMNS: usize = 2_000;
/// Text of a batch at which it is handed on, so that pictures do not add up.
const BATCH_BYTES: usize = 16 << 20;

/// The entries of one file, in order.
pub(crate) trait Entries: Send {
    fn next(&mut self) -> Result<Option<Entry>, ReadError>;
}

/// How a format is read.
pub(crate) trait Reader: Send + Sync {
    /// Columns that a source has whatever its files hold.
    fn always(&self) -> Vec<String>;

    /// Opens a file; may be called several times.
    fn open(&self, path: &Path) -> Result<Box<dyn Entries>, ReadError>;

    /// Of a file without any entry.
    fn nothing(&self, path: &Path) -> ReadError;

    /// The code for a value that has no column left.
    fn no_column(&self) -> &'static str;

    /// How a file is read, in words, where that was found out from it.
    fn detected(&self, _path: &Path) -> Option<String> {
        None
    }
}

struct Book {
    reader: Arc<dyn Reader>,
    paths: Arc<Vec<PathBuf>>,
    schema: SchemaRef,
    /// By name in small letters.
    places: Arc<HashMap<String, usize>>,
}

/// Opens files as one source, reading them once for their columns.
pub(crate) fn open(paths: &[PathBuf], reader: Arc<dyn Reader>) -> Result<Box<dyn Source>, ReadError> {
    let mut names = reader.always();
    let mut places: HashMap<String, usize> = names.iter().map(|name| name.to_lowercase()).zip(0..).collect();
    for path in paths {
        let mut entries = reader.open(path)?;
        let mut any = false;
        while let Some(entry) = entries.next()? {
            any = true;
            for (name, _) in entry.into_cells() {
                if names.len() < MOST_COLUMNS && !places.contains_key(&name.to_lowercase()) {
                    places.insert(name.to_lowercase(), names.len());
                    names.push(name);
                }
            }
        }
        if !any {
            return Err(reader.nothing(path));
        }
    }
    let paths = Arc::new(paths.to_vec());
    Ok(Box::new(Book { reader, paths, schema: Rows::text_schema(names), places: Arc::new(places) }))
}

impl Source for Book {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        Ok(Box::new(Filling::new(Stream {
            reader: Arc::clone(&self.reader),
            paths: Arc::clone(&self.paths),
            places: Arc::clone(&self.places),
            cells: vec![None; self.schema.fields().len()],
            next: 0,
            current: None,
            rows: Rows::new(&self.schema),
            bytes: 0,
            batch_rows: batch_rows.max(1),
        })))
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        let about = |path: &PathBuf| self.reader.detected(path).map(|words| (path.clone(), words));
        self.paths.iter().filter_map(about).collect()
    }
}

/// The entries of all files in batches.
struct Stream {
    reader: Arc<dyn Reader>,
    paths: Arc<Vec<PathBuf>>,
    places: Arc<HashMap<String, usize>>,
    /// One record's values, by place in the schema.
    cells: Vec<Option<String>>,
    /// The file that comes after `current`.
    next: usize,
    /// The name that `_row` gives, and the entries still to come.
    current: Option<(String, Box<dyn Entries>)>,
    rows: Rows,
    /// Bytes of text in `rows`.
    bytes: usize,
    batch_rows: usize,
}

impl Fill for Stream {
    fn fill(&mut self) -> Result<(), ReadError> {
        self.bytes = 0;
        while self.rows.len() < self.batch_rows && self.bytes < BATCH_BYTES {
            let Some((name, mut entries)) = self.current.take() else {
                let Some(path) = self.paths.get(self.next) else { return Ok(()) };
                self.current = Some((file_name(path), self.reader.open(path)?));
                self.next += 1;
                continue;
            };
            if let Some(entry) = entries.next()? {
                self.push(&name, entry);
                self.current = Some((name, entries));
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

impl Stream {
    fn push(&mut self, file: &str, mut entry: Entry) {
        self.cells.fill(None);
        let (row, fault) = (format!("{file}:{}", entry.at), entry.fault);
        let mut notes = std::mem::take(&mut entry.notes);
        for (name, value) in entry.into_cells() {
            match self.places.get(&name.to_lowercase()).and_then(|&place| self.cells.get_mut(place)) {
                Some(place) => {
                    self.bytes += value.len();
                    *place = Some(value);
                }
                None => {
                    notes.push(format!("{}:{}", self.reader.no_column(), name.replace(record::ENTRY_SEPARATOR, ",")))
                }
            }
        }
        let notes = notes.join(&record::ENTRY_SEPARATOR.to_string());
        let notes = (!notes.is_empty()).then_some(notes.as_str());
        self.rows.push(&row, fault, notes, self.cells.iter().map(Option::as_deref));
    }
}
