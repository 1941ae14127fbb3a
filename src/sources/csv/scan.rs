//! Where one record ends, and where its fields are.
//!
//! Works on bytes of UTF-8, which separators, quotes and line ends cannot be a
//! part of by chance. Changes nothing and allocates nothing but the list of
//! fields. Its answer does not depend on how the file was cut into chunks.
//!
//! A quote opens a field only as its first character, and closes it only before
//! a separator or a line end (spaces may stand between). A quote that does
//! neither is broken, and broken quoting ends with its line, whose fields `repair`
//! finds: what follows is read as if nothing had happened.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// The longest quoted field, in bytes. An open quote is looked for no further.
pub(super) const LONGEST_QUOTED: usize = 4 * 1024 * 1024;

/// How a file is divided into records and fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: u8,
    /// What opens a quoted field.
    pub quote: Option<u8>,
    /// What closes it; mostly the same.
    pub closing: u8,
    /// Whether a backslash takes the special meaning from what follows it.
    pub backslash: bool,
    /// Whether a backslash also gives one to letters, as in MySQL.
    pub letters: bool,
    /// What ends a record: `\n`, before which a `\r` belongs to it; `\r`; or a
    /// stand-in of `marks`, behind which a `\n` belongs to it.
    pub line_end: u8,
    /// The number of fields that most records have, where that is known. Only
    /// broken quoting is judged by it.
    pub width: usize,
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

pub(super) enum Quoted {
    /// Index behind the closing quote.
    Closed {
        behind: usize,
        escaped: bool,
    },
    /// A quote that closes nothing.
    Stray,
    Unclosed,
    Unknown,
}

impl Dialect {
    /// The record at the start of `text`, its fields in `fields`; `None` if more
    /// bytes are needed, which is never so where `ended` says that there are none.
    pub(super) fn scan(&self, text: &[u8], ended: bool, fields: &mut Vec<Span>) -> Option<Scanned> {
        fields.clear();
        let mut start = 0;
        let mut many_lines = self.by_mark();
        loop {
            let mut search_from = start;
            let mut escaped = false;
            let mut quoted = false;
            if self.quote.is_some_and(|quote| text.get(start) == Some(&quote)) {
                match self.quoted(text, start, ended) {
                    Quoted::Unknown => return None,
                    Quoted::Closed { behind, escaped: inner } => {
                        (quoted, escaped, many_lines) = (true, inner, true);
                        search_from = behind;
                    }
                    Quoted::Stray | Quoted::Unclosed => {
                        let After::LineEnd { end, next } = self.line(text, start, ended) else { return None };
                        self.repair(text, start, end, fields);
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
                return Some(Scanned { next, end, broken: false, lines: self.lines(many_lines, text, next) });
            }
            start = end + 1;
        }
    }

    /// Reads the quoted field whose quote stands at `open`.
    pub(super) fn quoted(&self, text: &[u8], open: usize, ended: bool) -> Quoted {
        let quote = self.closing;
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
                    Some(false) if self.is_apostrophe(text, at) => {
                        from = at + 1;
                        continue;
                    }
                    Some(false) => Quoted::Stray,
                    None => Quoted::Unknown,
                };
            }
        }
    }

    /// Whether a quote before `behind` closes its field; `None`: not to be known yet.
    pub(super) fn closes(&self, behind: &[u8], ended: bool) -> Option<bool> {
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
                return if ended { self.line_end(text, start, text.len(), ended) } else { After::Unknown };
            };
            let byte = text.get(at).copied();
            if byte == Some(self.delimiter) {
                return After::Delimiter(at);
            }
            if byte == Some(self.line_end) {
                return self.line_end(text, start, at, ended);
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

    /// Whether the quote at `at` is an apostrophe: `'` between two letters.
    fn is_apostrophe(&self, text: &[u8], at: usize) -> bool {
        let letter = |index: Option<usize>| {
            index.and_then(|index| text.get(index)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
        };
        self.closing == b'\'' && letter(at.checked_sub(1)) && letter(Some(at + 1))
    }

    /// Whether a stand-in of `marks` ends records.
    fn by_mark(&self) -> bool {
        !self.line_end.is_ascii()
    }

    /// The first line end at or after `start`, whatever is quoted.
    fn line(&self, text: &[u8], start: usize, ended: bool) -> After {
        match memchr(self.line_end, text.get(start..).unwrap_or_default()) {
            Some(offset) => self.line_end(text, start, start + offset, ended),
            None if ended => self.line_end(text, start, text.len(), ended),
            None => After::Unknown,
        }
    }

    fn line_end(&self, text: &[u8], start: usize, at: usize, ended: bool) -> After {
        if at == text.len() {
            let carriage = self.line_end == b'\n' && at > start && text.get(at - 1) == Some(&b'\r');
            return After::LineEnd { end: at - usize::from(carriage), next: at };
        }
        let next = at + 1;
        if self.by_mark() {
            return match text.get(next) {
                None if !ended => After::Unknown,
                behind => After::LineEnd { end: at, next: next + usize::from(behind == Some(&b'\n')) },
            };
        }
        let carriage = self.line_end == b'\n' && at > start && text.get(at - 1) == Some(&b'\r');
        After::LineEnd { end: at - usize::from(carriage), next }
    }

    /// The lines of the record that ends before `next`.
    fn lines(&self, many: bool, text: &[u8], next: usize) -> u64 {
        if !many {
            return 1;
        }
        let record = text.get(..next).unwrap_or_default();
        let line_end = if self.by_mark() { b'\n' } else { self.line_end };
        memchr_iter(line_end, record).count() as u64 + u64::from(!self.by_mark() && record.last() != Some(&line_end))
    }

    /// Whether a backslash before `byte` is more than a backslash.
    fn escapable(&self, byte: u8) -> bool {
        let letter = self.letters && letter(byte).is_some();
        byte == b'\\'
            || byte == self.delimiter
            || byte == self.line_end
            || Some(byte) == self.quote
            || (Some(byte) == self.quote.map(|_| self.closing))
            || letter
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
                kept = following.map(|next| if self.letters { letter(next).unwrap_or(next) } else { next });
                read += 1;
            } else if open && byte == self.closing {
                if following == Some(self.closing) {
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

/// What a backslash makes of a letter in MySQL's and PostgreSQL's text files.
fn letter(byte: u8) -> Option<u8> {
    match byte {
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'b' => Some(8),
        b'f' => Some(12),
        b'v' => Some(11),
        b'0' => Some(0),
        b'Z' => Some(26),
        _ => None,
    }
}
