//! Separators and quotes that are not one ASCII character, such as `+|`, `¬` or
//! typographic quotes.
//!
//! Each is replaced, while the text is read, by a byte that UTF-8 never holds, so
//! that whoever cuts the text into records works with single bytes. What stands
//! within a value is put back afterwards.

use std::borrow::Cow;

use super::text::BROKEN;

const DELIMITER: u8 = 0xfe;
const RECORD: u8 = 0xfd;
const OPEN: u8 = 0xfc;
const CLOSE: u8 = 0xfb;

/// What is replaced, and by what; the longest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    list: Vec<(Vec<u8>, u8)>,
}

impl Marks {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The byte that stands for a delimiter.
    pub(super) fn delimiter(&mut self, text: &str) -> u8 {
        self.byte(text, DELIMITER)
    }

    /// The byte that stands for the end of a record.
    pub(super) fn record_end(&mut self, text: &str) -> u8 {
        // Always a stand-in: the line end that may follow is a part of it.
        self.list.push((text.as_bytes().to_vec(), RECORD));
        self.sort();
        RECORD
    }

    /// The bytes that stand for an opening and a closing quote.
    pub(super) fn quotes(&mut self, open: &str, close: &str) -> (u8, u8) {
        if open == close {
            let byte = self.byte(open, OPEN);
            return (byte, byte);
        }
        (self.byte(open, OPEN), self.byte(close, CLOSE))
    }

    fn byte(&mut self, text: &str, stand_in: u8) -> u8 {
        match text.as_bytes() {
            [byte] if byte.is_ascii() => *byte,
            bytes => {
                self.list.push((bytes.to_vec(), stand_in));
                self.sort();
                stand_in
            }
        }
    }

    fn sort(&mut self) {
        self.list.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    }

    /// Moves `text` to the end of `out` with everything replaced. What may be the
    /// beginning of a mark stays in `text` unless this is the `last` of it.
    pub(super) fn replace(&self, text: &mut Vec<u8>, out: &mut Vec<u8>, last: bool) {
        let longest = self.list.first().map_or(1, |(mark, _)| mark.len()) + 2;
        let mut begins = [false; 256];
        for byte in self.list.iter().filter_map(|(mark, _)| mark.first()).copied().chain(CLOSE..=u8::MAX) {
            if let Some(begins) = begins.get_mut(usize::from(byte)) {
                *begins = true;
            }
        }
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            // What begins no mark, as most of a text, goes over at once.
            let plain = rest.iter().position(|byte| begins.get(usize::from(*byte)).is_some_and(|begins| *begins));
            let (plain, rest) = rest.split_at(plain.unwrap_or(rest.len()));
            out.extend_from_slice(plain);
            at += plain.len();
            if rest.is_empty() {
                break;
            }
            if !last && rest.len() < longest {
                break;
            }
            if let Some((mark, byte)) = self.list.iter().find(|(mark, _)| rest.starts_with(mark)) {
                out.push(*byte);
                at += mark.len();
                if *byte == RECORD {
                    let line_end = match rest.get(mark.len()..).unwrap_or_default() {
                        [b'\r', b'\n', ..] => 2,
                        [b'\n' | b'\r', ..] => 1,
                        _ => 0,
                    };
                    out.extend((line_end > 0).then_some(b'\n'));
                    at += line_end;
                }
            } else {
                // A byte of no text must not be taken for one of ours.
                out.extend(rest.first().map(|byte| if *byte >= CLOSE { BROKEN } else { *byte }));
                at += 1;
            }
        }
        text.drain(..at);
    }

    /// A whole text with everything replaced.
    pub(super) fn replaced<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = Vec::with_capacity(text.len());
        self.replace(&mut text.to_vec(), &mut out, true);
        Cow::Owned(out)
    }

    /// A value with everything put back.
    pub(super) fn restored<'a>(&self, value: &'a [u8]) -> Cow<'a, [u8]> {
        if self.is_empty() || !value.iter().any(|byte| (CLOSE..BROKEN).contains(byte)) {
            return Cow::Borrowed(value);
        }
        let mut out = Vec::with_capacity(value.len());
        for byte in value {
            match self.list.iter().find(|(_, stand_in)| stand_in == byte) {
                Some((mark, _)) => out.extend_from_slice(mark),
                None => out.push(*byte),
            }
        }
        Cow::Owned(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{CLOSE, DELIMITER, Marks, OPEN, RECORD};

    #[test]
    fn marks_are_replaced_and_put_back() {
        let mut marks = Marks::default();
        assert_eq!(marks.delimiter("+|"), DELIMITER);
        assert_eq!(marks.record_end("&|"), RECORD);
        assert_eq!(marks.quotes("“", "”"), (OPEN, CLOSE));
        let text = "1+|“a”&|\r\n2+|b&|\n3+".as_bytes();
        let expected = b"1\xfe\xfca\xfb\xfd\n2\xfeb\xfd\n3+";
        assert_eq!(marks.replaced(text).as_ref(), expected);
        for cut in 0..text.len() {
            let (mut one, mut out) = (text.get(..cut).unwrap_or_default().to_vec(), Vec::new());
            marks.replace(&mut one, &mut out, false);
            one.extend(text.get(cut..).unwrap_or_default());
            marks.replace(&mut one, &mut out, true);
            assert_eq!(out, expected, "cut at {cut}");
        }
        assert_eq!(marks.restored(b"a\xfeb").as_ref(), b"a+|b");
        assert_eq!(marks.replaced(b"a\xfeb").as_ref(), b"a\xffb");
    }

    #[test]
    fn an_ascii_character_stands_for_itself() {
        let mut marks = Marks::default();
        assert_eq!((marks.delimiter(";"), marks.quotes("'", "'")), (b';', (b'\'', b'\'')));
        assert!(marks.is_empty());
    }
}
