//! The dump of a Berkeley DB in which GNOME Evolution kept its vCards.
//!
//! `db_dump addressbook.db` writes a heading up to `HEADER=END`, then a line with
//! a key and a line with its value in turn, in hexadecimal, up to `DATA=END`.

use super::codes;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, Lines};
use crate::sources::{ReadError, vcard};

/// The cards of a dump.
pub(super) struct Dump {
    lines: Lines,
    encoding: Option<Encoding>,
    ended: bool,
    /// Values are printable text with escapes, not hexadecimal alone.
    printable: bool,
}

impl Dump {
    pub(super) fn new(mut lines: Lines, encoding: Option<Encoding>) -> Result<Self, ReadError> {
        let place = lines.path().display().to_string();
        let mut printable = false;
        while let Some(line) = lines.next()? {
            let line = line.trim_ascii();
            if lines.number() == 1 && !line.starts_with(b"VERSION=") {
                return Err(ReadError::new(place, "is no dump of a Berkeley DB")
                    .help("write one with `db_dump addressbook.db > addressbook.dump`, and read that"));
            }
            match line {
                b"HEADER=END" => return Ok(Self { lines, encoding, ended: false, printable }),
                b"format=print" => printable = true,
                _ => {}
            }
        }
        Err(ReadError::new(place, "ends within the heading of the dump").help("write the dump again"))
    }

    /// The bytes of a line; `None` where they are not written as the heading says.
    fn bytes(&self, line: &[u8]) -> Option<Vec<u8>> {
        let line = line.strip_prefix(b" ").unwrap_or(line);
        let mut out = Vec::with_capacity(line.len() / 2);
        let mut rest = line.iter();
        while let Some(&byte) = rest.next() {
            let first = match (self.printable, byte) {
                (true, b'\\') => match *rest.next()? {
                    b'\\' => {
                        out.push(b'\\');
                        continue;
                    }
                    digit => digit,
                },
                (true, other) => {
                    out.push(other);
                    continue;
                }
                (false, digit) => digit,
            };
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            out.push(digit(first)? << 4 | digit(*rest.next()?)?);
        }
        Some(out)
    }
}

impl Entries for Dump {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while !self.ended {
            let Some(key) = self.lines.next()? else { break };
            if key.trim_ascii() == b"DATA=END" {
                self.ended = true;
                break;
            }
            let value = self.lines.next()?.unwrap_or_default();
            let mut entry = Entry::at(self.lines.number());
            let (Some(key), Some(mut value)) = (self.bytes(&key), self.bytes(&value)) else {
                entry.fault = Some(codes::BROKEN);
                return Ok(Some(entry));
            };
            // The version of the book is no card.
            if key.starts_with(b"PAS-DB-VERSION") {
                continue;
            }
            while value.last() == Some(&0) {
                value.pop();
            }
            match vcard::card(&value, self.encoding) {
                Some(cells) => {
                    for (column, value, broken) in cells {
                        entry.join(&column, &value, "\n");
                        if broken {
                            entry.note(codes::ENCODING, &column);
                        }
                    }
                }
                None => entry.fault = Some(codes::BROKEN),
            }
            return Ok(Some(entry));
        }
        if self.ended {
            return Ok(None);
        }
        // Without its end the dump may lack cards: that is told once.
        self.ended = true;
        let mut entry = Entry::at(self.lines.number());
        entry.fault = Some(codes::BROKEN);
        Ok(Some(entry))
    }
}
