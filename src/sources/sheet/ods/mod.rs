//! Streams an OpenDocument spreadsheet, row by row.
//!
//! calamine holds the whole sheet and expands every repeat; an .ods may say in a
//! few bytes that a row of sixteen thousand cells comes a million times. This
//! reader holds one row, and refuses repeats that no honest sheet has.

mod cell;
mod paragraphs;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::{ControlFlow, Range};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::sources::{ReadError, open_file};

use cell::{Typed, is_padded, typed};
use paragraphs::Paragraphs;

use super::guard::damaged;
use super::row::Area;
use super::value::Value;
use super::workbook::{Listed, ROW_BYTES, Rows, Seen, from_number, long_row, text_value};

const COLUMNS: u32 = 16_384;
const ROWS: u32 = 1_048_576;
/// Cells with a value that repeats may add to a sheet.
const REPEATED: u64 = 5_000_000;
/// Text in bytes that repeats may add to a sheet.
const REPEATED_BYTES: u64 = 256 << 20;

/// The tables of the document, in their order.
pub(super) fn sheets(path: &Path) -> Result<Vec<Listed>, ReadError> {
    let mut found = Vec::new();
    with_content(path, |content| {
        let mut hidden_styles = HashSet::new();
        let mut style = String::new();
        let mut depth = 0;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match content.next(&mut buffer)? {
                Event::Eof => return Ok(()),
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "table" => {
                        depth += 1;
                        if depth == 1 {
                            let hidden =
                                attribute(&tag, "style-name").is_some_and(|name| hidden_styles.contains(&name));
                            let name = attribute(&tag, "name").unwrap_or_default();
                            let seen = if hidden { Seen::Hidden } else { Seen::Visible };
                            found.push(Listed { name, seen });
                        }
                    }
                    "style" => style = attribute(&tag, "name").unwrap_or_default(),
                    "table-properties" if attribute(&tag, "display").as_deref() == Some("false") => {
                        hidden_styles.insert(style.clone());
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "table" => depth -= 1,
                _ => {}
            }
        }
    })?;
    Ok(found)
}

/// The rows of a table that hold something.
pub(super) fn rows(path: &Path, sheet: &str, zeros: bool, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    with_content(path, |content| {
        let mut buffer = Vec::new();
        let mut depth = 0_u32;
        loop {
            buffer.clear();
            match content.next(&mut buffer)? {
                Event::Eof => return Ok(()),
                Event::Start(tag) if tag.local_name().as_ref() == "table" => {
                    depth += 1;
                    if depth == 1 && attribute(&tag, "name").as_deref() == Some(sheet) {
                        let table = Table { content, zeros, row: 0, column: 0, repeated: (0, 0), merged: Vec::new() };
                        return table.read(rows);
                    }
                }
                Event::End(tag) if tag.local_name().as_ref() == "table" => depth -= 1,
                _ => {}
            }
        }
    })
}

fn with_content<T>(
    path: &Path,
    work: impl FnOnce(&mut Content<'_, BufReader<zip::read::ZipFile<'_, BufReader<File>>>>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let broken = |_| damaged(path, "its zip container cannot be read");
    let mut zip = ZipArchive::new(BufReader::new(open_file(path)?)).map_err(broken)?;
    let part = zip.by_name("content.xml").map_err(|_| damaged(path, "a part of it is missing"))?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().expand_empty_elements = true;
    work(&mut Content { path, reader })
}

struct Content<'a, R> {
    path: &'a Path,
    reader: Reader<R>,
}

impl<R: BufRead> Content<'_, R> {
    fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, ReadError> {
        self.reader.read_event_into(buffer).map_err(|_| damaged(self.path, "its XML is broken"))
    }

    fn cut_short(&self) -> ReadError {
        damaged(self.path, "its XML ends too early")
    }

    /// Skips the rest of the element that was just opened.
    fn skip(&mut self) -> Result<(), ReadError> {
        let (mut depth, mut buffer) = (1_u32, Vec::new());
        while depth > 0 {
            buffer.clear();
            match self.next(&mut buffer)? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(self.cut_short()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The value of an attribute by its local name; those of LibreOffice's own
/// `calcext` are not meant, except by their full name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes().flatten().find_map(|attribute| {
        let key = attribute.key.as_ref();
        let meant = if name.contains(':') {
            key == name
        } else {
            !key.starts_with("calcext:") && attribute.key.local_name().as_ref() == name
        };
        if !meant {
            return None;
        }
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
    })
}

fn count(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

/// A table whose start tag was read.
struct Table<'c, 'p, R> {
    content: &'c mut Content<'p, R>,
    /// Whether a number is read with the leading zeros that it is shown with.
    zeros: bool,
    row: u32,
    /// The column that is declared next.
    column: u32,
    /// Cells with a value that repeats have added so far, and the bytes of these.
    repeated: (u64, u64),
    /// Areas that begin in the row.
    merged: Vec<Area>,
}

impl<R: BufRead> Table<'_, '_, R> {
    fn read(mut self, rows: &mut Rows<'_>) -> Result<(), ReadError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.content.next(&mut buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "table-row" => {
                        let times = count(&tag, "number-rows-repeated");
                        let hidden = is_hidden(&tag);
                        if self.row(times, hidden, rows)?.is_break() {
                            return Ok(());
                        }
                    }
                    "table-column" => {
                        let first = self.column;
                        self.column = first.saturating_add(count(&tag, "number-columns-repeated"));
                        if is_hidden(&tag) && first < COLUMNS {
                            rows.out.hidden_columns(first, self.column.min(COLUMNS) - 1);
                        }
                        self.content.skip()?;
                    }
                    "table-rows"
                    | "table-header-rows"
                    | "table-row-group"
                    | "table-columns"
                    | "table-header-columns"
                    | "table-column-group" => {}
                    _ => self.content.skip()?,
                },
                Event::End(tag) if tag.local_name().as_ref() == "table" => return rows.finish().map(|_| ()),
                Event::Eof => return Err(self.content.cut_short()),
                _ => {}
            }
        }
    }

    fn row(&mut self, times: u32, hidden: bool, rows: &mut Rows<'_>) -> Result<ControlFlow<()>, ReadError> {
        let cells = self.cells()?;
        for area in self.merged.drain(..) {
            rows.out.merged(area);
        }
        let first = self.row;
        self.row = self.row.saturating_add(times);
        if cells.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if self.row > ROWS {
            return Err(damaged(self.content.path, "its sheet claims more than 1,048,576 rows"));
        }
        let more = u64::from(times - 1);
        for (columns, value) in &cells {
            self.repeats(more * columns.len() as u64, value.size())?;
        }
        for row in first..self.row {
            for (column, value) in cells.iter().flat_map(|(columns, value)| columns.clone().map(move |at| (at, value)))
            {
                if rows.cell(row, column, value)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if hidden {
                rows.hide();
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Counts so many more cells of `bytes` each.
    fn repeats(&mut self, cells: u64, bytes: u64) -> Result<(), ReadError> {
        self.repeated.0 = self.repeated.0.saturating_add(cells);
        self.repeated.1 = self.repeated.1.saturating_add(cells.saturating_mul(bytes));
        let what = match self.repeated {
            (cells, _) if cells > REPEATED => {
                "its sheet repeats cells more than 5,000,000 times, as no honest sheet does"
            }
            (_, bytes) if bytes > REPEATED_BYTES => {
                "its sheet repeats more than 256 MB of text, as no honest sheet does"
            }
            _ => return Ok(()),
        };
        Err(ReadError::new(self.content.path.display().to_string(), what)
            .help("if the file is to be trusted, save the sheet as .csv and read that"))
    }

    /// The cells of the row whose start tag was read, those that repeat as one.
    fn cells(&mut self) -> Result<Vec<(Range<u32>, Value)>, ReadError> {
        let mut cells = Vec::new();
        let (mut column, mut left) = (0_u32, ROW_BYTES as u64);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.content.next(&mut buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "table-cell" | "covered-table-cell" => {
                        let times = count(&tag, "number-columns-repeated");
                        let typed = typed(&tag);
                        let (down, across) =
                            (count(&tag, "number-rows-spanned"), count(&tag, "number-columns-spanned"));
                        if down > 1 || across > 1 {
                            let (top, right) = (self.row.saturating_add(1), column.saturating_add(across - 1));
                            self.merged.push(Area { top, bottom: top.saturating_add(down - 1), left: column, right });
                        }
                        let text = self.text(left)?;
                        let value = match typed {
                            Typed::Number(number) if self.zeros && is_padded(&text, number) => text_value(&text),
                            Typed::Number(number) => Some(from_number(number)),
                            Typed::Text => text_value(&text),
                            Typed::Value(value) => value,
                        };
                        let first = column;
                        column = column.saturating_add(times);
                        let Some(value) = value else { continue };
                        if column > COLUMNS {
                            return Err(damaged(self.content.path, "its sheet claims more than 16,384 columns"));
                        }
                        left = left.saturating_sub(value.size());
                        self.repeats(u64::from(times - 1), value.size())?;
                        cells.push((first..column, value));
                    }
                    _ => self.content.skip()?,
                },
                Event::End(tag) if tag.local_name().as_ref() == "table-row" => return Ok(cells),
                Event::Eof => return Err(self.content.cut_short()),
                _ => {}
            }
        }
    }

    /// The paragraphs of the cell whose start tag was read, without comments and
    /// drawings; one line each, in so many bytes at most.
    fn text(&mut self, most: u64) -> Result<String, ReadError> {
        let mut text = Paragraphs::default();
        let (mut depth, mut buffer) = (1_u32, Vec::new());
        while depth > 0 {
            buffer.clear();
            match self.content.next(&mut buffer)? {
                Event::Start(tag) => {
                    let name = tag.name();
                    match (name.as_ref(), tag.local_name().as_ref()) {
                        (_, "annotation" | "note" | "ruby-text" | "table") => self.content.skip()?,
                        (name, _) if name.starts_with("draw:") => self.content.skip()?,
                        (_, "p" | "h") => {
                            text.begin();
                            depth += 1;
                        }
                        (_, local) => {
                            match local {
                                "s" => text.spaces(count(&tag, "c")),
                                "tab" => text.exact("\t"),
                                "line-break" => text.exact("\n"),
                                _ => {}
                            }
                            depth += 1;
                        }
                    }
                }
                Event::End(tag) => {
                    if matches!(tag.local_name().as_ref(), "p" | "h") {
                        text.end();
                    }
                    depth -= 1;
                }
                Event::Text(part) => text.flow(&part.xml10_content()),
                Event::CData(part) => text.flow(&part.xml10_content()),
                Event::GeneralRef(part) => match part.resolve_char_ref() {
                    Ok(Some(char)) => text.exact(char.encode_utf8(&mut [0; 4])),
                    _ => text.exact(match part.as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => return Err(damaged(self.content.path, "its XML uses an unknown entity")),
                    }),
                },
                Event::Eof => return Err(self.content.cut_short()),
                _ => {}
            }
            // A few bytes may stand for many blanks.
            if text.done.len() as u64 > most {
                return Err(long_row(self.content.path, self.row.saturating_add(1)));
            }
        }
        Ok(text.done)
    }
}

/// Whether a row or column is hidden, by hand or by a filter.
fn is_hidden(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "visibility").is_some_and(|seen| seen == "collapse" || seen == "filter")
}
