//! The fields of a line whose quoting is broken.
//!
//! Such a record is never taken for sound, whatever comes out here. But it is shown
//! to those who correct it, and the fewer of its fields stand in the wrong place,
//! the less they have to do.

use memchr::memchr;

use super::scan::{Dialect, Quoted, Span};

/// What a quote means that opens a field and is not closed as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// It is closed by the next quote before a delimiter or the line end.
    Lenient,
    /// It is a character like others.
    Literal,
    /// The field goes on to the end of the line.
    Open,
}

impl Dialect {
    /// Adds the fields from `start` to the end of the line at `end`, read in the
    /// first way that gives as many fields as most records have.
    pub(super) fn repair(&self, text: &[u8], start: usize, end: usize, fields: &mut Vec<Span>) {
        let before = fields.len();
        for reading in [Reading::Lenient, Reading::Literal, Reading::Open] {
            fields.truncate(before);
            self.split(text, start, end, reading, fields);
            if self.width > 0 && fields.len() == self.width {
                return;
            }
        }
        // None does: as little as possible is taken apart.
        let lenient = self.close(text, start, end).is_some();
        fields.truncate(before);
        self.split(text, start, end, if lenient { Reading::Lenient } else { Reading::Open }, fields);
    }

    fn split(&self, text: &[u8], mut start: usize, end: usize, reading: Reading, fields: &mut Vec<Span>) {
        let line = text.get(..end).unwrap_or_default();
        loop {
            let quoted = self.quote.is_some_and(|quote| line.get(start) == Some(&quote));
            let (span, behind) = match (quoted, reading) {
                (false, _) => (None, start),
                (true, _) if let Quoted::Closed { behind, escaped } = self.quoted(line, start, true) => {
                    let inner = Span { start: start + 1, end: behind - 1, escaped: false, quoted: true };
                    let whole = Span { start, end: behind, escaped: true, quoted: true };
                    (Some(if escaped { whole } else { inner }), behind)
                }
                (true, Reading::Literal) => (None, start),
                (true, Reading::Lenient) => match self.close(line, start, end) {
                    Some(at) => (Some(Span { start: start + 1, end: at, escaped: false, quoted: true }), at + 1),
                    None => (None, start),
                },
                (true, Reading::Open) => (None, end),
            };
            let rest = line.get(behind..).unwrap_or_default();
            let stop = memchr(self.delimiter, rest).map(|offset| behind + offset);
            let plain = Span { start, end: stop.unwrap_or(end), escaped: false, quoted: false };
            fields.push(span.unwrap_or(plain));
            match stop {
                Some(at) => start = at + 1,
                None => return,
            }
        }
    }

    /// The next quote behind the one at `open` that a delimiter or the line end
    /// follows.
    fn close(&self, text: &[u8], open: usize, end: usize) -> Option<usize> {
        let line = text.get(..end)?;
        let mut from = open + 1;
        loop {
            let at = from + memchr(self.closing, line.get(from..)?)?;
            if self.closes(line.get(at + 1..).unwrap_or_default(), true) == Some(true) {
                return Some(at);
            }
            from = at + 1;
        }
    }
}
