//! Address books and business cards as vCard 2.1, 3.0 and 4.0 (`.vcf`).
//!
//! | file | knows |
//! |---|---|
//! | `cards` | where a card begins and ends |
//! | `property` | how a property is written in each version |
//! | `columns` | which property is which column |
//!
//! The lines are read here and not by a library, because every card must count:
//! an unclosed card may not take the next one along, a value that cannot be
//! decoded is kept and noted, and what a declared charset or encoding says holds
//! for that value alone.
//!
//! A first pass over the files finds the columns; it keeps their names and no
//! card. Every column is nullable text, in the order in which it first appears,
//! after those that every source has.

mod cards;
mod codes;
mod columns;
mod property;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use self::cards::{Cards, Chunk, Kind};
use super::encoding::{AsciiBased, Encoding};
use super::{Batches, ReadError, Rows, Source, file_name, open_file};
use crate::{options, record};

pub use self::codes::CODES;

options! {
    /// How vCards are read.
    pub struct VcardOptions {
        /// The encoding of values that declare none. Without it UTF-8 where the
        /// value is valid UTF-8, and `windows-1252` otherwise.
        encoding: Option<AsciiBased>,
    }
}

const UNCLOSED: &str = "vcard.unclosed";
const TOO_LARGE: &str = "vcard.too-large";
const STRAY: &str = "vcard.stray";
const ENCODING: &str = "vcard.encoding";
const BAD_LINE: &str = "vcard.bad-line";
const NO_COLUMN: &str = "vcard.no-column";

/// The most columns that a source gets; what is over is noted on its record.
const MOST_COLUMNS: usize = 2_000;
/// Text of a batch at which it is handed on, so that pictures do not add up.
const BATCH_BYTES: usize = 16 << 20;

struct Vcards {
    paths: Arc<Vec<PathBuf>>,
    encoding: Option<Encoding>,
    schema: SchemaRef,
    places: Arc<HashMap<String, usize>>,
}

/// Opens files of cards as one source, reading them once for their columns.
pub fn open(paths: &[PathBuf], options: VcardOptions) -> Result<Box<dyn Source>, ReadError> {
    let encoding = options.encoding.map(|found| found.0);
    let mut names = columns::always();
    let mut places: HashMap<String, usize> = names.iter().cloned().zip(0..).collect();
    for path in paths {
        let mut cards = open_cards(path)?;
        let mut any = false;
        while let Some(chunk) = cards.next().map_err(|error| ReadError::io(path, &error))? {
            if chunk.kind == Kind::Stray {
                continue;
            }
            any = true;
            let (properties, _) = property::parse(&chunk.lines, encoding);
            for cell in columns::cells(properties) {
                if names.len() < MOST_COLUMNS && !places.contains_key(&cell.column) {
                    places.insert(cell.column.clone(), names.len());
                    names.push(cell.column);
                }
            }
        }
        if !any {
            return Err(ReadError::new(path.display().to_string(), "holds no vCard")
                .help("a card begins with a line `BEGIN:VCARD`; check the source's `path`"));
        }
    }
    Ok(Box::new(Vcards {
        paths: Arc::new(paths.to_vec()),
        encoding,
        schema: Rows::text_schema(names),
        places: Arc::new(places),
    }))
}

fn open_cards(path: &Path) -> Result<Cards<BufReader<File>>, ReadError> {
    let mut file = BufReader::with_capacity(1 << 18, open_file(path)?);
    let start = file.fill_buf().map_err(|error| ReadError::io(path, &error))?;
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(ReadError::new(path.display().to_string(), "is UTF-16, which vCards are not read in")
            .help("save it as UTF-8"));
    }
    Ok(Cards::new(file))
}

impl Source for Vcards {
    fn echoes(&self) -> Vec<(String, String)> {
        let names: Vec<&str> = self.schema.fields().iter().map(|column| column.name().as_str()).collect();
        let pair = |name: &&str| Some((name.to_string(), columns::echoed(name)?));
        names.iter().filter_map(pair).filter(|(_, of)| names.contains(&of.as_str())).collect()
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        Ok(Box::new(Stream {
            paths: Arc::clone(&self.paths),
            encoding: self.encoding,
            places: Arc::clone(&self.places),
            cells: vec![None; self.schema.fields().len()],
            next: 0,
            current: None,
            rows: Rows::new(&self.schema),
            bytes: 0,
            batch_rows: batch_rows.max(1),
            failed: false,
        }))
    }
}

/// The cards of all files in batches.
struct Stream {
    paths: Arc<Vec<PathBuf>>,
    encoding: Option<Encoding>,
    places: Arc<HashMap<String, usize>>,
    /// One record's values, by place in the schema.
    cells: Vec<Option<String>>,
    /// The file that comes after `current`.
    next: usize,
    current: Option<(PathBuf, Cards<BufReader<File>>)>,
    rows: Rows,
    /// Bytes of text in `rows`.
    bytes: usize,
    batch_rows: usize,
    failed: bool,
}

impl Stream {
    fn fill(&mut self) -> Result<(), ReadError> {
        while self.rows.len() < self.batch_rows && self.bytes < BATCH_BYTES {
            let Some((path, mut cards)) = self.current.take() else {
                let Some(path) = self.paths.get(self.next) else { return Ok(()) };
                self.current = Some((path.clone(), open_cards(path)?));
                self.next += 1;
                continue;
            };
            if let Some(chunk) = cards.next().map_err(|error| ReadError::io(&path, &error))? {
                self.push(&file_name(&path), &chunk);
                self.current = Some((path, cards));
            }
        }
        Ok(())
    }

    fn push(&mut self, file: &str, chunk: &Chunk) {
        self.cells.fill(None);
        let fault = match chunk.kind {
            Kind::Card => None,
            Kind::Unclosed => Some(UNCLOSED),
            Kind::TooLarge => Some(TOO_LARGE),
            Kind::Stray => Some(STRAY),
        };
        let (properties, strange) = property::parse(&chunk.lines, self.encoding);
        let mut notes: Vec<String> = Vec::new();
        if strange > 0 {
            notes.push(BAD_LINE.into());
        }
        for cell in columns::cells(properties) {
            if cell.broken {
                notes.push(format!("{ENCODING}:{}", cell.column));
            }
            match self.places.get(&cell.column).and_then(|&place| self.cells.get_mut(place)) {
                Some(place) => {
                    self.bytes += cell.value.len();
                    *place = Some(cell.value);
                }
                None => notes.push(format!("{NO_COLUMN}:{}", cell.column)),
            }
        }
        let notes = notes.join(&record::ENTRY_SEPARATOR.to_string());
        let row = format!("{file}:{}", chunk.line);
        let notes = (!notes.is_empty()).then_some(notes.as_str());
        self.rows.push(&row, fault, notes, self.cells.iter().map(Option::as_deref));
    }
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        if let Err(error) = self.fill() {
            self.failed = true;
            return Some(Err(error));
        }
        if self.rows.is_empty() {
            return None;
        }
        self.bytes = 0;
        Some(Ok(self.rows.finish()))
    }
}
