//! Streams the sheets of an .xlsx or .xlsm, row by row, in one pass over the
//! sheet's part.

mod package;
mod scan;

use std::io::Read;
use std::path::Path;

use package::{Package, Strings, Text, fault, number};
use scan::{Attributes, Scanner, Token, attribute, unescape};

use super::guard::{damaged, too_large};
use super::number_format::NumberFormat;
use super::row::{Area, Mark, Out, Row};
use super::value;
use super::workbook::{Listed, ROW_BYTES};
use crate::sources::ReadError;

/// A sheet is streamed, so it may be large; but not by packing alone.
const SHEET: u64 = 512 << 20;
const SHEET_RATIO: u64 = 100;
const COLUMNS: u32 = 16_384;

pub(super) fn sheets(path: &Path) -> Result<Vec<Listed>, ReadError> {
    Package::open(path).map(Package::listed)
}

pub(super) fn rows(path: &Path, sheet: &str, zeros: bool, out: &mut dyn Out) -> Result<(), ReadError> {
    let mut package = Package::open(path)?;
    let strings = package.strings()?;
    let mut formats = package.formats()?;
    if !zeros {
        for format in &mut formats {
            if matches!(format, NumberFormat::Zeros(_)) {
                *format = NumberFormat::Plain;
            }
        }
    }
    let is_1904 = package.is_1904;
    let (part, entry, packed) = package.sheet(sheet)?;
    let values = Values { strings, formats, is_1904 };
    let sheet = Sheet {
        path,
        part: &part,
        packed,
        values,
        scanner: Scanner::new(entry),
        row: Row::default(),
        raw: Vec::new(),
        last: 0,
        column: 0,
    };
    sheet.read(out)
}

/// What turns the content of a cell into text.
struct Values {
    strings: Strings,
    formats: Vec<NumberFormat>,
    is_1904: bool,
}

/// The type of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
    Date,
    Unknown,
}

struct Head {
    column: u32,
    kind: Kind,
    style: usize,
}

struct Sheet<'a, R> {
    path: &'a Path,
    part: &'a str,
    packed: u64,
    values: Values,
    scanner: Scanner<R>,
    row: Row,
    /// The content of the cell.
    raw: Vec<u8>,
    /// The number of the row before, from 1.
    last: u32,
    /// The column of the next cell, unless it says its own.
    column: u32,
}

impl<R: Read> Sheet<'_, R> {
    fn stopped(&mut self) -> Result<(), ReadError> {
        self.scanner.stop().map_err(|error| fault(self.path, self.part, &error))
    }

    fn is_bomb(&self) -> bool {
        self.scanner.bytes > SHEET && self.scanner.bytes / SHEET_RATIO > self.packed
    }

    fn read(mut self, out: &mut dyn Out) -> Result<(), ReadError> {
        let (mut inside, mut root) = (false, false);
        loop {
            let (column, last) = (self.column, self.last);
            match self.scanner.next() {
                Token::Stop => break,
                Token::Open { name: b"c", attributes, empty } if inside => {
                    let (head, row) = head(attributes, column);
                    self.cell(head, row, empty)?;
                }
                Token::Open { name: b"row", attributes, empty } if inside => {
                    let (mut number, mut hidden) = (last.saturating_add(1), false);
                    for (name, value) in Attributes(attributes) {
                        match name {
                            b"r" => number = self::number(value).unwrap_or(number),
                            b"hidden" => hidden = matches!(value, b"1" | b"true" | b"on"),
                            _ => {}
                        }
                    }
                    self.begin(number, hidden)?;
                    if empty {
                        self.last = number;
                    }
                }
                Token::Close(b"row") if inside => {
                    self.last = self.row.number;
                    if !self.row.is_empty() && out.row(&self.row)?.is_break() {
                        return Ok(());
                    }
                }
                Token::Open { name: b"sheetData", empty, .. } => (inside, root) = (!empty, true),
                Token::Close(b"sheetData") => inside = false,
                Token::Open { name: b"col", attributes, .. } => hidden_columns(attributes, out),
                Token::Open { name: b"mergeCell", attributes, .. } => {
                    if let Some(area) = attribute(attributes, "ref").and_then(area) {
                        out.merged(area);
                    }
                }
                Token::Open { name: b"worksheet", .. } => root = true,
                _ => {}
            }
        }
        self.stopped()?;
        if inside {
            return Err(damaged(self.path, "its XML ends too early"));
        }
        if !root {
            return Err(damaged(self.path, "the sheet's part holds no sheet"));
        }
        Ok(())
    }

    fn begin(&mut self, number: u32, hidden: bool) -> Result<(), ReadError> {
        if self.is_bomb() {
            let what = "unpacks to over 100 times its size, as no honest sheet does";
            return Err(too_large(self.path, self.part, what));
        }
        if number <= self.last {
            return Err(damaged(self.path, "the rows of the sheet are out of order"));
        }
        self.row.clear();
        (self.row.number, self.row.hidden, self.column) = (number, hidden, 0);
        Ok(())
    }

    /// Reads the cell whose tag was read.
    fn cell(&mut self, head: Head, row: Option<u32>, empty: bool) -> Result<(), ReadError> {
        if let Some(row) = row
            && row > self.last
            && self.row.is_empty()
        {
            self.row.number = row;
        }
        if head.column >= COLUMNS {
            return Err(damaged(self.path, "its sheet claims more than 16,384 columns"));
        }
        self.column = head.column + 1;
        if empty {
            return Ok(());
        }
        if self.row.bytes() > ROW_BYTES {
            let place = format!("{}, row {}", self.path.display(), self.row.number);
            return Err(ReadError::new(place, "holds more than 64 MB of text in one row"));
        }
        let (mut inside, mut any) = (false, false);
        let mut inline = Text::default();
        self.raw.clear();
        loop {
            match self.scanner.next() {
                Token::Close(b"c") => break,
                Token::Open { name: b"v", empty, .. } if head.kind != Kind::Inline => inside = !empty,
                Token::Close(b"v") => inside = false,
                Token::Text(raw) | Token::Cdata(raw) if inside => {
                    any = true;
                    self.raw.extend_from_slice(raw);
                }
                Token::Stop => {
                    self.stopped()?;
                    return Err(damaged(self.path, "its XML ends too early"));
                }
                token if head.kind == Kind::Inline => inline.take(token),
                _ => {}
            }
        }
        let (row, values) = (&mut self.row, &self.values);
        if head.kind == Kind::Inline {
            row.push(head.column, Mark::Plain, &inline.done);
        } else if any {
            row.write(head.column, |into| values.write(&head, &self.raw, into));
        }
        Ok(())
    }
}

impl Values {
    /// Appends the text of a cell's `v`; `None` if it holds nothing.
    fn write(&self, head: &Head, raw: &[u8], into: &mut String) -> Option<Mark> {
        let trimmed = raw.trim_ascii();
        match head.kind {
            Kind::Shared => {
                let index = number(trimmed).and_then(|index| self.strings.get(usize::try_from(index).ok()?));
                let Some(text) = index else { return (!trimmed.is_empty()).then_some(Mark::Unreadable) };
                into.push_str(text);
            }
            Kind::Number if trimmed.is_empty() => return None,
            Kind::Number => return Some(self.number(head.style, trimmed, into)),
            Kind::Text | Kind::Inline => {
                let mut text = String::new();
                unescape(raw, &mut text);
                package::unescape_units(&text, into);
            }
            Kind::Bool => match trimmed {
                b"1" | b"true" | b"TRUE" => into.push_str("true"),
                b"0" | b"false" | b"FALSE" => into.push_str("false"),
                b"" => return None,
                _ => return Some(Mark::Unreadable),
            },
            Kind::Error => return Some(Mark::Error),
            Kind::Date => into.push_str(&value::iso(&String::from_utf8_lossy(trimmed))),
            Kind::Unknown => return Some(Mark::Unreadable),
        }
        Some(Mark::Plain)
    }

    fn number(&self, style: usize, raw: &[u8], into: &mut String) -> Mark {
        let Ok(text) = std::str::from_utf8(raw) else { return Mark::Unreadable };
        let format = self.formats.get(style).unwrap_or(&NumberFormat::Plain);
        if *format == NumberFormat::Plain && is_final(raw) {
            into.push_str(text);
            return Mark::Plain;
        }
        match text.parse::<f64>() {
            Ok(number) => format.write(number, self.is_1904, into),
            Err(_) => Mark::Unreadable,
        }
    }
}

/// Whether a number stands as it would be written: at most 15 digits, or a whole number
/// of any length, which a float may not hold; no needless zero, no exponent.
fn is_final(raw: &[u8]) -> bool {
    let digits = raw.strip_prefix(b"-").unwrap_or(raw);
    let (whole, part) = match memchr::memchr(b'.', digits) {
        Some(point) => (digits.get(..point).unwrap_or_default(), digits.get(point + 1..)),
        None => (digits, None),
    };
    let is_small = whole == b"0";
    (1..=if part.is_some() { 15 } else { 32 }).contains(&digits.len())
        && whole.iter().all(u8::is_ascii_digit)
        && (is_small && (part.is_some() || raw.len() == 1) || whole.first().is_some_and(|first| *first != b'0'))
        && part.is_none_or(|part| {
            part.iter().all(u8::is_ascii_digit)
                && part.last().is_some_and(|last| *last != b'0')
                && (!is_small || part.len() <= 12)
        })
}

/// What the attributes of a cell say, and the row that it names, from 1.
fn head(attributes: &[u8], next: u32) -> (Head, Option<u32>) {
    let mut head = Head { column: next, kind: Kind::Number, style: 0 };
    let mut row = None;
    for (name, value) in Attributes(attributes) {
        match name {
            b"r" => {
                if let Some((named, column)) = reference(value) {
                    (row, head.column) = (Some(named), column);
                }
            }
            b"s" => head.style = number(value).and_then(|style| usize::try_from(style).ok()).unwrap_or_default(),
            b"t" => {
                head.kind = match value {
                    b"s" => Kind::Shared,
                    b"str" => Kind::Text,
                    b"inlineStr" => Kind::Inline,
                    b"b" => Kind::Bool,
                    b"e" => Kind::Error,
                    b"d" => Kind::Date,
                    b"n" | b"" => Kind::Number,
                    _ => Kind::Unknown,
                }
            }
            _ => {}
        }
    }
    (head, row)
}

/// Row from 1 and column from 0 of `AB12`.
fn reference(text: &[u8]) -> Option<(u32, u32)> {
    let mut column = 0_u32;
    let mut at = 0;
    for byte in text {
        match byte {
            b'A'..=b'Z' => column = column.checked_mul(26)? + u32::from(byte - b'A') + 1,
            b'a'..=b'z' => column = column.checked_mul(26)? + u32::from(byte - b'a') + 1,
            b'$' => {}
            _ => break,
        }
        at += 1;
    }
    let row = number(text.get(at..)?)?;
    (row > 0).then_some((row, column.checked_sub(1)?))
}

fn area(text: &[u8]) -> Option<Area> {
    let colon = memchr::memchr(b':', text)?;
    let (top, left) = reference(text.get(..colon)?)?;
    let (bottom, right) = reference(text.get(colon + 1..)?)?;
    (top <= bottom && left <= right && right < COLUMNS).then_some(Area { top, bottom, left, right })
}

fn hidden_columns(attributes: &[u8], out: &mut dyn Out) {
    let is_hidden = attribute(attributes, "hidden").is_some_and(|value| matches!(value, b"1" | b"true" | b"on"));
    let end = |name| attribute(attributes, name).and_then(number);
    if let (true, Some(first @ 1..), Some(last)) = (is_hidden, end("min"), end("max")) {
        out.hidden_columns(first - 1, last.min(COLUMNS).saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{area, is_final, reference};
    use crate::sources::sheet::value;

    #[test]
    fn references_are_places() {
        assert_eq!(reference(b"A1"), Some((1, 0)));
        assert_eq!(reference(b"XFD1048576"), Some((1_048_576, 16_383)));
        assert_eq!(reference(b"1"), None);
        assert_eq!(reference(b"AAAAAAAAAAAAAAAA1"), None);
        assert_eq!(area(b"B2:C3").map(|area| (area.top, area.bottom, area.left, area.right)), Some((2, 3, 1, 2)));
    }

    #[test]
    fn whole_numbers_stand_as_they_are() {
        for text in ["0", "7", "-12", "1234567890123456", "12345678901234567", "98765432109876543210"] {
            assert!(is_final(text.as_bytes()), "{text}");
        }
        for text in ["", "-", "007", "1.50", "1E21", "0.1234567890123456"] {
            assert!(!is_final(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_that_is_final_is_written_as_it_stands(text in "-?[0-9]{0,4}\\.?[0-9]{0,12}", real in any::<f64>()) {
            for text in [text, real.to_string()] {
                let is_whole = !text.contains('.');
                if is_final(text.as_bytes()) && !(is_whole && text.len() > 15) {
                    let mut written = String::new();
                    value::write_number(text.parse().unwrap(), &mut written);
                    assert_eq!(written, text);
                }
            }
        }
    }
}
