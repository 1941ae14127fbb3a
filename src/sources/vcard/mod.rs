//! Address books and business cards as vCard 2.1, 3.0 and 4.0 (`.vcf`), as jCard
//! (JSON) and as xCard (XML).
//!
//! | file | knows |
//! |---|---|
//! | `form` | how a file begins: text, JSON or XML, in which encoding |
//! | `cards`, `lines` | where a card of text begins and ends, which lines belong together |
//! | `property`, `value` | how a property is written in each version |
//! | `jcard`, `xcard`, `piece` | the same in JSON and in XML |
//! | `reader` | the cards of a file in any of the three forms |
//! | `columns`, `companions` | which property is which column, and what stands beside it |
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
mod companions;
mod form;
mod jcard;
mod lines;
mod piece;
mod property;
mod reader;
#[cfg(test)]
mod tests;
mod value;
mod xcard;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use self::cards::{Cards, Kind};
use self::reader::{Card, Reader};
use self::value::Charsets;
use super::encoding::Encoding;
use super::filling::{Fill, Filling};
use super::kind::{Opener, Place};
use super::{Batches, ReadError, Rows, Source, file_name};
use crate::{options, record};

pub use self::codes::CODES;

options! {
    /// How vCards are read.
    pub struct VcardOptions {
        /// The encoding of values that declare none. Without it UTF-8 where the
        /// value is valid UTF-8, and otherwise what the letters of the file's
        /// values tell. UTF-16 is that of the whole file.
        encoding: Option<Encoding>,
    }
}

const UNCLOSED: &str = "vcard.unclosed";
const UNOPENED: &str = "vcard.unopened";
const MALFORMED: &str = "vcard.malformed";
const CUT: &str = "vcard.cut";
const TOO_LARGE: &str = "vcard.too-large";
const STRAY: &str = "vcard.stray";
const ENCODING: &str = "vcard.encoding";
const BAD_LINE: &str = "vcard.bad-line";
const NO_COLUMN: &str = "vcard.no-column";

/// The most columns that a source gets; what is over is noted on its record.
const MOST_COLUMNS: usize = 2_000;
/// Text of a batch at which it is handed on, so that pictures do not add up.
const BATCH_BYTES: usize = 16 << 20;

/// The column of lines that are no properties.
const UNREAD: &str = "UNREAD";

struct Vcards {
    files: Arc<Vec<Input>>,
    encoding: Option<Encoding>,
    schema: SchemaRef,
    places: Arc<HashMap<String, usize>>,
}

/// A file, and what its first reading found.
struct Input {
    path: PathBuf,
    /// The encoding of the whole, where it is known.
    whole: Option<Encoding>,
    /// The charset of values that name none and are not UTF-8, where there are such.
    otherwise: Option<Encoding>,
}

impl Opener for VcardOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.files()?, self)
    }
}

/// The cells of the one card in `text`: column, value, and whether the value could
/// not be decoded. `None` where there is no whole card.
pub(super) fn card(text: &[u8], encoding: Option<Encoding>) -> Option<Vec<(String, String, bool)>> {
    let chunk = Cards::new(text).next().ok()??;
    if chunk.kind != Kind::Card {
        return None;
    }
    let parsed = property::parse(&chunk.lines, &mut Charsets::known(encoding, false, Encoding::WINDOWS_1252));
    Some(columns::cells(parsed.properties).into_iter().map(|cell| (cell.column, cell.value, cell.broken)).collect())
}

/// Opens files of cards as one source, reading them once for their columns.
pub(crate) fn open(paths: &[PathBuf], options: &VcardOptions) -> Result<Box<dyn Source>, ReadError> {
    let mut names = columns::always();
    let mut places: HashMap<String, usize> = names.iter().cloned().zip(0..).collect();
    let mut files = Vec::new();
    for path in paths {
        let mut reader = Reader::open(path, options.encoding, None)?;
        let mut any = false;
        while let Some(card) = reader.next().map_err(|error| ReadError::io(path, &error))? {
            any |= card.counts();
            if !card.parsed.unread.is_empty() {
                add(UNREAD.into(), &mut names, &mut places);
            }
            if card.counts() {
                for cell in columns::cells(card.parsed.properties) {
                    add(cell.column, &mut names, &mut places);
                }
            }
        }
        if !any {
            return Err(ReadError::new(path.display().to_string(), "holds no vCard").help(
                "a card begins with a line `BEGIN:VCARD`, a jCard with `[\"vcard\"`, an xCard with `<vcard>`; \
                 check the source's `path`",
            ));
        }
        let whole = reader.whole;
        files.push(Input { path: path.clone(), whole, otherwise: reader.learnt() });
    }
    Ok(Box::new(Vcards {
        files: Arc::new(files),
        encoding: options.encoding,
        schema: Rows::text_schema(names),
        places: Arc::new(places),
    }))
}

fn add(column: String, names: &mut Vec<String>, places: &mut HashMap<String, usize>) {
    if names.len() < MOST_COLUMNS && !places.contains_key(&column) {
        places.insert(column.clone(), names.len());
        names.push(column);
    }
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
        Ok(Box::new(Filling::new(Stream {
            files: Arc::clone(&self.files),
            encoding: self.encoding,
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
        let said = |file: &Input| match (file.whole, file.otherwise) {
            (Some(whole), _) => Some((file.path.clone(), whole.name().to_string())),
            (None, Some(page)) => {
                Some((file.path.clone(), format!("{}, where a value is not utf-8 and names no charset", page.name())))
            }
            (None, None) => None,
        };
        self.files.iter().filter_map(said).collect()
    }
}

/// The cards of all files in batches.
struct Stream {
    files: Arc<Vec<Input>>,
    encoding: Option<Encoding>,
    places: Arc<HashMap<String, usize>>,
    /// One record's values, by place in the schema.
    cells: Vec<Option<String>>,
    /// The file that comes after `current`.
    next: usize,
    current: Option<(PathBuf, Reader)>,
    rows: Rows,
    /// Bytes of text in `rows`.
    bytes: usize,
    batch_rows: usize,
}

impl Fill for Stream {
    fn fill(&mut self) -> Result<(), ReadError> {
        self.bytes = 0;
        while self.rows.len() < self.batch_rows && self.bytes < BATCH_BYTES {
            let Some((path, mut reader)) = self.current.take() else {
                let Some(file) = self.files.get(self.next) else { return Ok(()) };
                let otherwise = file.otherwise.unwrap_or(Encoding::WINDOWS_1252);
                let reader = Reader::open(&file.path, self.encoding, Some(otherwise))?;
                self.current = Some((file.path.clone(), reader));
                self.next += 1;
                continue;
            };
            if let Some(card) = reader.next().map_err(|error| ReadError::io(&path, &error))? {
                self.push(&file_name(&path), card);
                self.current = Some((path, reader));
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

impl Stream {
    fn push(&mut self, file: &str, card: Card) {
        self.cells.fill(None);
        let row = format!("{file}{}", card.place);
        let mut notes: Vec<String> = Vec::new();
        if card.parsed.strange > 0 {
            notes.push(BAD_LINE.into());
        }
        let mut cells = columns::cells(card.parsed.properties);
        if !card.parsed.unread.is_empty() {
            let value = card.parsed.unread.join("\n");
            cells.retain(|cell| cell.column != UNREAD);
            cells.push(columns::Cell { column: UNREAD.into(), value, broken: false });
        }
        for cell in cells {
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
        let notes = (!notes.is_empty()).then_some(notes.as_str());
        self.rows.push(&row, card.fault, notes, self.cells.iter().map(Option::as_deref));
    }
}
