//! The records of one file, one after the other, each with its line and fault.
//!
//! Decides what a record is and what is wrong with its text; knows nothing of
//! headings and columns.

use std::borrow::Cow;
use std::io;

use memchr::memchr;

use super::codes;
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
    fields: Vec<Span>,
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
    /// Nothing stands on the line.
    pub blank: bool,
    text: Cow<'a, str>,
    fields: &'a [Span],
}

impl Record<'_> {
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
        Self { text, dialect, fields: Vec::new(), line, given: 0, overlong: false }
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
        let bytes = self.text.rest().get_mut(..scanned.end).unwrap_or_default();
        let blank = bytes.is_empty();
        for span in self.fields.iter_mut().filter(|span| span.escaped) {
            let field = bytes.get_mut(span.start..span.end).unwrap_or_default();
            span.end = span.start + self.dialect.unescape(field, span.quoted);
        }
        let nul = memchr(0, bytes).is_some();
        let quote = scanned.broken.then_some(codes::QUOTE);
        let length = overlong.then_some(codes::TOO_LONG);
        Ok(Some(match std::str::from_utf8(bytes) {
            Ok(text) if !nul => {
                Record { line, fault: length.or(quote), blank, text: Cow::Borrowed(text), fields: &self.fields }
            }
            valid => {
                let fault = if valid.is_err() { codes::ENCODING } else { codes::NUL };
                let text = Cow::Owned(readable(bytes, &mut self.fields));
                Record { line, fault: Some(fault), blank, text, fields: &self.fields }
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

/// What can be read of a broken record, with its fields moved accordingly.
fn readable(bytes: &[u8], fields: &mut [Span]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for span in fields {
        let field = String::from_utf8_lossy(bytes.get(span.start..span.end).unwrap_or_default());
        span.start = text.len();
        text.extend(field.chars().filter(|c| *c != '\0'));
        span.end = text.len();
    }
    text
}
