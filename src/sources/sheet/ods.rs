//! Streams an OpenDocument spreadsheet, row by row.
//!
//! calamine holds the whole sheet and expands every repeat; an .ods may say in a
//! few bytes that a row of sixteen thousand cells comes a million times. This
//! reader holds one row, and refuses repeats that no honest sheet has.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::sources::{ReadError, open_file};

use super::guard::damaged;
use super::value::{self, Value};
use super::workbook::{Listed, Rows, from_number, text_value};

const COLUMNS: u32 = 16_384;
const ROWS: u32 = 1_048_576;
/// Cells with a value that repeats may add to a sheet.
const REPEATED: u64 = 5_000_000;

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
                            found.push(Listed { name, visible: !hidden });
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
pub(super) fn rows(path: &Path, sheet: &str, rows: &mut Rows<'_>) -> Result<(), ReadError> {
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
                        return Table { content, row: 0, repeated: 0 }.read(rows);
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
    row: u32,
    /// Cells with a value that repeats have added so far.
    repeated: u64,
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
                        if self.row(times, rows)?.is_break() {
                            return Ok(());
                        }
                    }
                    "table-rows" | "table-header-rows" | "table-row-group" => {}
                    _ => self.content.skip()?,
                },
                Event::End(tag) if tag.local_name().as_ref() == "table" => return rows.finish().map(|_| ()),
                Event::Eof => return Err(self.content.cut_short()),
                _ => {}
            }
        }
    }

    fn row(&mut self, times: u32, rows: &mut Rows<'_>) -> Result<ControlFlow<()>, ReadError> {
        let cells = self.cells()?;
        let first = self.row;
        self.row = self.row.saturating_add(times);
        if cells.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if self.row > ROWS {
            return Err(damaged(self.content.path, "its sheet claims more than 1,048,576 rows"));
        }
        self.repeats(u64::from(times - 1) * cells.len() as u64)?;
        for row in first..self.row {
            for (column, value) in &cells {
                if rows.cell(row, *column, value.clone())?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn repeats(&mut self, cells: u64) -> Result<(), ReadError> {
        self.repeated += cells;
        if self.repeated > REPEATED {
            let what = "its sheet repeats cells more than 5,000,000 times, as no honest sheet does";
            return Err(ReadError::new(self.content.path.display().to_string(), what)
                .help("if the file is to be trusted, save the sheet as .csv and read that"));
        }
        Ok(())
    }

    /// The cells of the row whose start tag was read.
    fn cells(&mut self) -> Result<Vec<(u32, Value)>, ReadError> {
        let mut cells = Vec::new();
        let mut column = 0_u32;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.content.next(&mut buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "table-cell" | "covered-table-cell" => {
                        let times = count(&tag, "number-columns-repeated");
                        let typed = typed(&tag);
                        let text = self.text()?;
                        let value = match typed {
                            Typed::Text => text_value(&text),
                            Typed::Value(value) => value,
                        };
                        let first = column;
                        column = column.saturating_add(times);
                        let Some(value) = value else { continue };
                        if column > COLUMNS {
                            return Err(damaged(self.content.path, "its sheet claims more than 16,384 columns"));
                        }
                        self.repeats(u64::from(times - 1))?;
                        cells.extend((first..column).map(|column| (column, value.clone())));
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
    /// drawings; one line each.
    fn text(&mut self) -> Result<String, ReadError> {
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
        }
        Ok(text.done)
    }
}

/// Text under construction. Raw white space runs together, as the format says.
#[derive(Default)]
struct Paragraphs {
    done: String,
    any: bool,
    inside: u32,
    /// Raw white space that counts if more text follows in the paragraph.
    space: bool,
    /// Whether the paragraph holds anything yet.
    begun: bool,
}

impl Paragraphs {
    fn begin(&mut self) {
        if self.any {
            self.done.push('\n');
        }
        (self.any, self.space, self.begun) = (true, false, false);
        self.inside += 1;
    }

    fn end(&mut self) {
        self.inside = self.inside.saturating_sub(1);
    }

    fn exact(&mut self, text: &str) {
        if self.inside == 0 {
            return;
        }
        if std::mem::take(&mut self.space) && self.begun {
            self.done.push(' ');
        }
        self.begun = true;
        self.done.push_str(text);
    }

    fn spaces(&mut self, count: u32) {
        self.exact(&" ".repeat(usize::try_from(count.min(32_767)).unwrap_or(1)));
    }

    fn flow(&mut self, text: &str) {
        for char in text.chars() {
            if matches!(char, ' ' | '\t' | '\r' | '\n') {
                self.space = true;
            } else {
                self.exact(char.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

enum Typed {
    /// The value is the cell's text.
    Text,
    Value(Option<Value>),
}

/// The value that a cell's attributes give.
fn typed(tag: &BytesStart<'_>) -> Typed {
    if attribute(tag, "calcext:value-type").as_deref() == Some("error") {
        return Typed::Value(Some(Value::Error));
    }
    let kind = attribute(tag, "value-type").unwrap_or_default();
    let raw = match kind.as_str() {
        "float" | "percentage" | "currency" => attribute(tag, "value"),
        "date" => attribute(tag, "date-value"),
        "time" => attribute(tag, "time-value"),
        "boolean" => attribute(tag, "boolean-value"),
        "string" => attribute(tag, "string-value"),
        _ => None,
    };
    let Some(raw) = raw else { return Typed::Text };
    Typed::Value(match kind.as_str() {
        "float" | "percentage" | "currency" => {
            raw.trim().parse().map_or_else(|_| text_value(&raw), |number| Some(from_number(number)))
        }
        "date" => text_value(&value::iso(&raw)),
        "time" => text_value(&value::iso_duration(&raw)),
        _ => text_value(&raw),
    })
}
