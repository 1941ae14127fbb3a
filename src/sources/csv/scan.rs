//! Where one record ends, and where its fields are.
//!
//! Works on bytes of UTF-8, which separators, quotes and line ends cannot be a
//! part of by chance. Changes nothing and allocates nothing but the list of
//! fields. Its answer does not depend on how the file was cut into chunks.
//!
//! A quote opens a field only as its first character, and closes it only before
//! a separator or a line end (spaces may stand between). A quote that does
//! neither is broken, and broken quoting ends with its line: what follows is
//! read as if nothing had happened.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// The longest quoted field, in bytes. An open quote is looked for no further.
pub(super) const LONGEST_QUOTED: usize = 4 * 1024 * 1024;

/// How a file is divided into records and fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// Whether a backslash takes the special meaning from what follows it.
    pub backslash: bool,
    /// `\n`, before which a `\r` belongs to the line end, or `\r`.
    pub line_end: u8,
}

/// A field: a range of the bytes that were scanned, quotes left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    /// Holds doubled quotes, backslashes or its closing quote: see [`unescape`].
    pub escaped: bool,
    /// Stood in quotes.
    pub quoted: bool,
}

/// A record, as far as the fields do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Where the next record begins.
    pub next: usize,
    /// Where the text of the record ends, before its line end.
    pub end: usize,
    /// The quoting is broken.
    pub broken: bool,
    /// Lines that the record covers.
    pub lines: u64,
}

/// Where the scanner stands after a field.
enum After {
    Delimiter(usize),
    LineEnd {
        end: usize,
        next: usize,
    },
    /// The field goes on beyond the bytes that there are.
    Unknown,
}

enum Quoted {
    /// Index behind the closing quote.
    Closed {
        behind: usize,
        escaped: bool,
    },
    /// A quote that closes nothing.
    Stray(usize),
    Unclosed,
    Unknown,
}

impl Dialect {
    /// The record at the start of `text`, its fields in `fields`; `None` if more
    /// bytes are needed, which is never so where `ended` says that there are none.
    pub(super) fn scan(&self, text: &[u8], ended: bool, fields: &mut Vec<Span>) -> Option<Scanned> {
        fields.clear();
        let mut start = 0;
        let mut broken = false;
        let mut many_lines = false;
        loop {
            let mut search_from = start;
            let mut escaped = false;
            let mut quoted = false;
            if let Some(quote) = self.quote.filter(|quote| text.get(start) == Some(quote)) {
                match self.quoted(text, start, quote, ended) {
                    Quoted::Unknown => return None,
                    Quoted::Closed { behind, escaped: inner } => {
                        (quoted, escaped, many_lines) = (true, inner, true);
                        search_from = behind;
                    }
                    Quoted::Stray(at) if !self.breaks(text, start, at) => {
                        broken = true;
                        search_from = at + 1;
                    }
                    Quoted::Stray(_) | Quoted::Unclosed => {
                        let After::LineEnd { end, next } = self.line(text, start, ended) else { return None };
                        fields.push(Span { start, end, escaped: false, quoted: false });
                        return Some(Scanned { next, end, broken: true, lines: self.lines(many_lines, text, next) });
                    }
                }
            }
            let (end, next) = match self.unquoted(text, start, search_from, ended, &mut escaped, &mut many_lines) {
                After::Unknown => return None,
                After::Delimiter(at) => (at, None),
                After::LineEnd { end, next } => (end, Some((end, next))),
            };
            fields.push(if !quoted {
                Span { start, end, escaped, quoted }
            } else if !escaped && end == search_from {
                Span { start: start + 1, end: end - 1, escaped, quoted }
            } else {
                Span { start, end, escaped: true, quoted }
            });
            if let Some((end, next)) = next {
                return Some(Scanned { next, end, broken, lines: self.lines(many_lines, text, next) });
            }
            start = end + 1;
        }
    }

    /// Reads the quoted field whose quote stands at `open`.
    fn quoted(&self, text: &[u8], open: usize, quote: u8, ended: bool) -> Quoted {
        let limit = open + LONGEST_QUOTED;
        let mut escaped = false;
        let mut from = open + 1;
        loop {
            let rest = text.get(from..).unwrap_or_default();
            let found = if self.backslash { memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
            let Some(at) = found.map(|offset| from + offset).filter(|at| *at < limit) else {
                return if ended || text.len() >= limit { Quoted::Unclosed } else { Quoted::Unknown };
            };
            let Some(following) = text.get(at + 1) else {
                let closed = ended && text.get(at) == Some(&quote);
                return match (closed, ended) {
                    (true, _) => Quoted::Closed { behind: at + 1, escaped },
                    (false, true) => Quoted::Unclosed,
                    (false, false) => Quoted::Unknown,
                };
            };
            if self.backslash && text.get(at) == Some(&b'\\') {
                escaped = true;
                from = at + if self.escapable(*following) { 2 } else { 1 };
            } else if *following == quote {
                escaped = true;
                from = at + 2;
            } else {
                return match self.closes(text.get(at + 1..).unwrap_or_default(), ended) {
                    Some(true) => Quoted::Closed { behind: at + 1, escaped },
                    Some(false) => Quoted::Stray(at),
                    None => Quoted::Unknown,
                };
            }
        }
    }

    /// Whether a quote before `behind` closes its field; `None`: not to be known yet.
    fn closes(&self, behind: &[u8], ended: bool) -> Option<bool> {
        let spaces = behind.iter().take_while(|byte| **byte == b' ' && self.delimiter != b' ').count();
        match behind.get(spaces..).unwrap_or_default() {
            [first, ..] if *first == self.delimiter || *first == self.line_end => Some(true),
            [b'\r', second, ..] => Some(*second == self.line_end),
            [b'\r'] | [] if !ended => None,
            [b'\r'] | [] => Some(true),
            _ => Some(false),
        }
    }

    /// Where the field that began at `start` ends, looking from `from`.
    fn unquoted(
        &self,
        text: &[u8],
        start: usize,
        mut from: usize,
        ended: bool,
        escaped: &mut bool,
        many_lines: &mut bool,
    ) -> After {
        loop {
            let rest = text.get(from..).unwrap_or_default();
            let found = if self.backslash {
                memchr3(self.delimiter, self.line_end, b'\\', rest)
            } else {
                memchr2(self.delimiter, self.line_end, rest)
            };
            let Some(at) = found.map(|offset| from + offset) else {
                return if ended { self.line_end(text, start, text.len(), text.len()) } else { After::Unknown };
            };
            let byte = text.get(at).copied();
            if byte == Some(self.delimiter) {
                return After::Delimiter(at);
            }
            if byte == Some(self.line_end) {
                return self.line_end(text, start, at, at + 1);
            }
            *escaped = true;
            match text.get(at + 1) {
                None if !ended => return After::Unknown,
                Some(following) if self.escapable(*following) => {
                    *many_lines |= *following == self.line_end;
                    from = at + 2;
                }
                _ => from = at + 1,
            }
        }
    }

    fn breaks(&self, text: &[u8], start: usize, end: usize) -> bool {
        text.get(start..end).is_some_and(|part| memchr(self.line_end, part).is_some())
    }

    /// The first line end at or after `start`, whatever is quoted.
    fn line(&self, text: &[u8], start: usize, ended: bool) -> After {
        match memchr(self.line_end, text.get(start..).unwrap_or_default()) {
            Some(offset) => self.line_end(text, start, start + offset, start + offset + 1),
            None if ended => self.line_end(text, start, text.len(), text.len()),
            None => After::Unknown,
        }
    }

    fn line_end(&self, text: &[u8], start: usize, at: usize, next: usize) -> After {
        let carriage = self.line_end == b'\n' && at > start && text.get(at - 1) == Some(&b'\r');
        After::LineEnd { end: at - usize::from(carriage), next }
    }

    /// The lines of the record that ends before `next`.
    fn lines(&self, many: bool, text: &[u8], next: usize) -> u64 {
        if !many {
            return 1;
        }
        let record = text.get(..next).unwrap_or_default();
        memchr_iter(self.line_end, record).count() as u64 + u64::from(record.last() != Some(&self.line_end))
    }

    /// Whether a backslash before `byte` is more than a backslash.
    fn escapable(&self, byte: u8) -> bool {
        byte == b'\\' || byte == self.delimiter || byte == self.line_end || Some(byte) == self.quote
    }

    /// Writes the value of an escaped field over its first bytes and gives the
    /// value's length; the bytes behind it become spaces.
    pub(super) fn unescape(&self, field: &mut [u8], quoted: bool) -> usize {
        let mut write = 0;
        let mut read = usize::from(quoted);
        let mut open = quoted;
        while let Some(byte) = field.get(read).copied() {
            let following = field.get(read + 1).copied();
            let mut kept = Some(byte);
            if self.backslash && byte == b'\\' && following.is_some_and(|next| self.escapable(next)) {
                kept = following;
                read += 1;
            } else if open && Some(byte) == self.quote {
                if following == self.quote {
                    read += 1;
                } else {
                    open = false;
                    kept = None;
                }
            }
            if let Some(kept) = kept
                && let Some(slot) = field.get_mut(write)
            {
                *slot = kept;
                write += 1;
            }
            read += 1;
        }
        field.get_mut(write..).unwrap_or_default().fill(b' ');
        write
    }
}
