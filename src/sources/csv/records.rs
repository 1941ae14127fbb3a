//! The records of one file, one after the other, each with its line and fault.
//!
//! Decides what a record is and what is wrong with its text; knows nothing of
//! headings and columns.

use std::borrow::Cow;
use std::io;

use memchr::memchr;

use super::codes;
use super::marks::Marks;
use super::scan::{Dialect, Span};
use super::text::Text;

/// The longest record, in bytes of UTF-8. The rest of a longer one is left out.
pub(super) const LONGEST_RECORD: usize = 16 * 1024 * 1024;
/// What DOS wrote behind the end of a text file.
const CONTROL_Z: u8 = 0x1a;

/// A file being cut into records.
pub(super) struct Records {
    text: Text,
    dialect: Dialect,
    /// What a comment begins with.
    comment: Option<Vec<u8>>,
    fields: Vec<Span>,
    /// Records and blank lines so far.
    rows: u64,
    /// The line on which the next record begins, from 1.
    line: u64,
    /// Bytes of the record that was given last.
    given: usize,
    /// The line of the record that was given last is longer than was given.
    overlong: bool,
}

/// A record, valid until the next one is asked for.
pub(super) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What is wrong with its text.
    pub fault: Option<&'static str>,
    /// Its row, from 1, blank lines and comments counted.
    pub row: u64,
    /// Nothing stands on the line, or a comment.
    pub blank: bool,
    text: Cow<'a, str>,
    fields: &'a [Span],
}

impl<'a> Record<'a> {
    /// The whole text, as it stands in the file.
    pub(super) fn into_line(self) -> Cow<'a, str> {
        self.text
    }

    /// The number of fields.
    pub(super) fn width(&self) -> usize {
        self.fields.len()
    }

    /// The bytes of the text.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    /// The text of a field; `None` for an empty one, or one that is not there.
    pub(super) fn field(&self, index: usize) -> Option<&str> {
        let span = self.fields.get(index)?;
        self.text.get(span.start..span.end).filter(|text| !text.is_empty())
    }
}

impl Records {
    /// `line` is the one that `text` stands at.
    pub(super) fn new(text: Text, dialect: Dialect, line: u64) -> Self {
        Self { text, dialect, comment: None, fields: Vec::new(), rows: 0, line, given: 0, overlong: false }
    }

    /// Takes lines that begin with `comment` for blank ones.
    pub(super) fn without(mut self, comment: Option<&str>) -> Self {
        self.comment = comment.map(|comment| comment.as_bytes().to_vec());
        self
    }

    /// The next record, blank lines included; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        self.text.consume(std::mem::take(&mut self.given));
        if std::mem::take(&mut self.overlong) {
            self.skip_line()?;
        }
        let (scanned, overlong) = loop {
            let ended = self.text.ended();
            let rest = self.text.rest();
            if ended && (rest.is_empty() || *rest == [CONTROL_Z]) {
                return Ok(None);
            }
            let all = ended && rest.len() <= LONGEST_RECORD;
            let full = rest.len() >= LONGEST_RECORD;
            let window = rest.get(..LONGEST_RECORD).unwrap_or(rest);
            if let Some(comment) = &self.comment {
                match starts(window, comment, all) {
                    None if !full => {
                        self.text.read_on()?;
                        continue;
                    }
                    Some(true) => {
                        let plain = Dialect { quote: None, backslash: false, ..self.dialect };
                        if let Some(scanned) = plain.scan(window, all || full, &mut self.fields) {
                            break (scanned, full && scanned.next == window.len() && !all);
                        }
                        self.text.read_on()?;
                        continue;
                    }
                    _ => {}
                }
            }
            if let Some(scanned) = self.dialect.scan(window, all, &mut self.fields) {
                break (scanned, false);
            }
            if full && let Some(scanned) = self.dialect.scan(window, true, &mut self.fields) {
                break (scanned, scanned.next == window.len());
            }
            self.text.read_on()?;
        };
        let line = self.line;
        // Of an overlong record the last line is not at its end yet.
        self.line += scanned.lines - u64::from(overlong);
        self.given = scanned.next;
        self.overlong = overlong;
        self.rows += 1;
        let row = self.rows;
        let (rest, marks) = self.text.rest_and_marks();
        let bytes = rest.get_mut(..scanned.end).unwrap_or_default();
        let comment = self.comment.as_ref().is_some_and(|comment| bytes.starts_with(comment));
        let blank = bytes.is_empty() || comment;
        for span in self.fields.iter_mut().filter(|span| span.escaped) {
            let field = bytes.get_mut(span.start..span.end).unwrap_or_default();
            if self.dialect.letters && !span.quoted && *field == *br"\N" {
                span.end = span.start;
                continue;
            }
            span.end = span.start + self.dialect.unescape(field, span.quoted);
        }
        let nul = memchr(0, bytes).is_some();
        let quote = scanned.broken.then_some(codes::QUOTE);
        let length = overlong.then_some(codes::TOO_LONG);
        Ok(Some(match std::str::from_utf8(bytes) {
            Ok(text) if !nul => {
                let text = Cow::Borrowed(text);
                Record { line, fault: length.or(quote), row, blank, text, fields: &self.fields }
            }
            _ => {
                let (text, whole) = readable(bytes, &mut self.fields, marks);
                let broken = if nul { Some(codes::NUL) } else { None };
                let fault = (!whole).then_some(codes::ENCODING).or(broken).or(length).or(quote);
                Record { line, fault, row, blank, text: Cow::Owned(text), fields: &self.fields }
            }
        }))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let rest = self.text.rest();
            let (count, found) = match memchr(self.dialect.line_end, rest) {
                Some(at) => (at + 1, true),
                None => (rest.len(), false),
            };
            self.text.consume(count);
            if found || self.text.ended() {
                self.line += 1;
                return Ok(());
            }
            self.text.read_on()?;
        }
    }
}

/// Whether `text` begins with `prefix`; `None`: not to be known yet.
fn starts(text: &[u8], prefix: &[u8], all: bool) -> Option<bool> {
    match text.get(..prefix.len()) {
        Some(start) => Some(start == prefix),
        None if all || !prefix.starts_with(text) => Some(false),
        None => None,
    }
}

/// What can be read of a record, marks put back and its fields moved accordingly;
/// false where something could not be read.
fn readable(bytes: &[u8], fields: &mut [Span], marks: &Marks) -> (String, bool) {
    let mut text = String::with_capacity(bytes.len());
    let mut whole = true;
    for span in fields {
        let field = marks.restored(bytes.get(span.start..span.end).unwrap_or_default());
        let field = String::from_utf8_lossy(&field);
        // A sound U+FFFD in a file says that something was lost before it was written.
        whole &= matches!(field, Cow::Borrowed(_));
        span.start = text.len();
        text.extend(field.chars().filter(|c| *c != '\0'));
        span.end = text.len();
    }
    (text, whole)
}
