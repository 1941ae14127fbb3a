//! The records of one table, read one after the other.
//!
//! Counts records from 1 as they lie in the file, deleted ones included, and
//! decides what a record costs: a cut one is a fault, an odd value a note.

use std::fmt::Write;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::ops::Range;

use arrow::datatypes::Schema;

use super::Table;
use super::header::Column;
use super::memo::{self, Memo, Memos};
use super::value::{self, Value};
use crate::record::ENTRY_SEPARATOR;
use crate::sources::{ReadError, file_name, open_file};

const TRUNCATED: &str = "dbf.truncated";
const UNCOUNTED: &str = "dbf.uncounted";
const BAD_MARK: &str = "dbf.bad-mark";
const MEMO_MISSING: &str = "dbf.memo-missing";

/// The reader of one table.
pub(super) struct Records {
    file: BufReader<File>,
    /// As `_row` names it.
    name: String,
    memos: Option<Memos>,
    /// The number of the record read last.
    number: u64,
    ended: bool,
    deleted: Option<usize>,
    /// The bytes of one record.
    buffer: Vec<u8>,
    memo: Vec<u8>,
    row: String,
    notes: String,
    cells: Cells,
}

/// A record, lent until the next one is read.
pub(super) struct Read<'a> {
    pub row: &'a str,
    pub fault: Option<&'static str>,
    pub notes: Option<&'a str>,
    pub cells: &'a Cells,
}

/// The texts of one record, in one string.
#[derive(Debug, Default)]
pub(super) struct Cells {
    text: String,
    /// For each column of the source where its text lies; `None` is null.
    ranges: Vec<Option<Range<usize>>>,
}

impl Cells {
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.ranges.iter().map(|range| range.clone().and_then(|range| self.text.get(range)))
    }

    /// Bytes of text.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ranges.fill(None);
    }

    fn set(&mut self, place: usize, from: usize) {
        if let Some(range) = self.ranges.get_mut(place) {
            *range = Some(from..self.text.len());
        }
    }
}

impl Records {
    pub(super) fn open(table: &Table, deleted: Option<usize>, schema: &Schema) -> Result<Self, ReadError> {
        let fail = |error: &std::io::Error| ReadError::io(&table.path, error);
        let mut file = BufReader::with_capacity(1 << 18, open_file(&table.path)?);
        file.seek(SeekFrom::Start(table.header.start)).map_err(|error| fail(&error))?;
        let wants_memos =
            table.header.columns.iter().any(|column| matches!(column.kind, b'M' | b'G' | b'P' | b'W' | b'B'));
        let beside = if wants_memos { memo::beside(&table.path, table.header.foxpro) } else { None };
        let memos = match beside {
            Some(path) => Some(Memos::open(&path, table.header.marked).map_err(|error| ReadError::io(&path, &error))?),
            None => None,
        };
        Ok(Self {
            file,
            name: file_name(&table.path),
            memos,
            number: 0,
            ended: false,
            deleted,
            buffer: vec![0; table.header.record_len],
            memo: Vec::new(),
            row: String::new(),
            notes: String::new(),
            cells: Cells { text: String::new(), ranges: vec![None; schema.fields().len()] },
        })
    }

    /// The next record that is one, or `None` at the end of the table.
    pub(super) fn read(&mut self, table: &Table) -> Result<Option<Read<'_>>, ReadError> {
        while !self.ended {
            self.number += 1;
            let got = memo::read_up_to(&mut self.file, &mut self.buffer)
                .map_err(|error| ReadError::io(&table.path, &error))?;
            let counted = self.number <= table.header.records;
            let whole = got == self.buffer.len();
            self.ended = !whole;
            let fault = match (self.buffer.first(), whole, counted) {
                (_, false, true) => Some(TRUNCATED),
                (_, false, false) => return Ok(None),
                (Some(b'*'), true, _) if self.deleted.is_none() => continue,
                (Some(b' ' | b'*' | 0), true, true) => None,
                (_, true, true) => Some(BAD_MARK),
                // What stands behind the last counted record is one only if it looks like it.
                (Some(b' ' | b'*'), true, false)
                    if self.buffer.iter().skip(1).any(|&byte| !matches!(byte, 0 | b' ' | 0x1A)) =>
                {
                    Some(UNCOUNTED)
                }
                (_, true, false) => {
                    self.ended = true;
                    return Ok(None);
                }
            };
            return self.decode(table, got, fault).map(Some);
        }
        Ok(None)
    }

    /// Reads the fields that lie within the first `got` bytes of the record.
    fn decode(&mut self, table: &Table, got: usize, fault: Option<&'static str>) -> Result<Read<'_>, ReadError> {
        self.row.clear();
        let _ = write!(self.row, "{}:{}", self.name, self.number);
        self.notes.clear();
        self.cells.clear();
        let header = &table.header;
        let flags = header.flags.filter(|(at, len)| at + len <= got).map_or(0..0, |(at, len)| at..at + len);
        let names = table.names.iter().zip(&table.places);
        for (column, (name, &place)) in header.columns.iter().zip(names) {
            let Some(bytes) = self.buffer.get(column.offset..column.offset + column.len) else { continue };
            if column.offset + column.len > got {
                continue;
            }
            let flags = self.buffer.get(flags.clone()).unwrap_or_default();
            let from = self.cells.text.len();
            let text = &mut self.cells.text;
            let mut value = value::read(column, bytes, flags, header.dialect, header.encoding, text);
            if let Value::Memo(number) = value {
                value = match self.memos.as_mut() {
                    None => Value::Lost(MEMO_MISSING),
                    Some(memos) => read_memo(memos, number, column, table, &mut self.memo, text)?,
                };
            }
            match value {
                Value::Null | Value::Memo(_) => {}
                Value::Text => self.cells.set(place, from),
                Value::Odd(code) => {
                    self.cells.set(place, from);
                    note(&mut self.notes, code, name);
                }
                Value::Lost(code) => note(&mut self.notes, code, name),
            }
        }
        if let Some(place) = self.deleted {
            let from = self.cells.text.len();
            let deleted = got > 0 && self.buffer.first() == Some(&b'*');
            self.cells.text.push_str(if deleted { "true" } else { "false" });
            self.cells.set(place, from);
        }
        let notes = (!self.notes.is_empty()).then_some(self.notes.as_str());
        Ok(Read { row: &self.row, fault, notes, cells: &self.cells })
    }
}

fn note(notes: &mut String, code: &str, column: &str) {
    if !notes.is_empty() {
        notes.push(ENTRY_SEPARATOR);
    }
    let _ = write!(notes, "{code}:{column}");
}

/// Reads a memo to the end of `out`: its text, or its bytes.
fn read_memo(
    memos: &mut Memos,
    number: u64,
    column: &Column,
    table: &Table,
    bytes: &mut Vec<u8>,
    out: &mut String,
) -> Result<Value, ReadError> {
    let found = memos.read(number, bytes).map_err(|error| {
        let place = format!("the memo file of {}", table.path.display());
        ReadError::new(place, format!("cannot be read: {error}"))
    })?;
    if found == Memo::Binary || (found == Memo::Text && matches!(column.kind, b'G' | b'P' | b'W' | b'B')) {
        return Ok(value::hex(bytes, out, Value::Text));
    }
    if !table.header.foxpro {
        memo::join_soft_lines(bytes);
    }
    // Programs filled the last block with NULs.
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let text = bytes.get(..end).unwrap_or_default();
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0C);
    Ok(match found {
        Memo::Damaged => Value::Lost(value::MEMO_DAMAGED),
        Memo::Text if column.binary && text.iter().any(control) => value::hex(bytes, out, Value::Odd(value::BINARY)),
        Memo::Binary | Memo::Text => value::text(text, table.header.encoding, out),
    })
}
