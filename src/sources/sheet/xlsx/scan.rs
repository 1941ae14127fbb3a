//! Tags and text of a part of an .xlsx, from bytes that stream by.
//!
//! A sheet is one long list of small tags, and a reader that allocates and checks
//! each is most of the cost of reading it. This one knows just enough XML for the
//! parts of a workbook: no document types, no entities of its own, UTF-8 only.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr2_iter, memmem};

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;
/// No tag and no text is longer: 32,767 characters, each an entity at worst.
const LONGEST: usize = 4 << 20;

/// Why a part cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    /// It cannot be unpacked.
    Io,
    /// Not XML, or cut short.
    Broken,
    /// A tag or text beyond [`LONGEST`].
    TooLong,
    Utf16,
}

/// A piece of the part. Names are without their prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open {
        name: &'a [u8],
        attributes: &'a [u8],
        empty: bool,
    },
    Close(&'a [u8]),
    /// With its entities.
    Text(&'a [u8]),
    /// As it stands.
    Cdata(&'a [u8]),
    /// The part has ended, or cannot be read on: see [`Scanner::stop`].
    Stop,
}

pub(super) struct Scanner<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer is read but not yet given.
    at: usize,
    end: usize,
    ended: bool,
    fault: Option<Fault>,
    /// Bytes read so far.
    pub bytes: u64,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: vec![0; CHUNK], at: 0, end: 0, ended: false, fault: None, bytes: 0 }
    }

    /// Reads more behind what is there; false at the end.
    #[inline(never)]
    fn fill(&mut self) -> Result<bool, Fault> {
        if self.ended {
            return Ok(false);
        }
        if self.end - self.at > LONGEST {
            return Err(Fault::TooLong);
        }
        let first = self.bytes == 0;
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            (self.at, self.end) = (0, self.end - self.at);
        }
        if self.end + CHUNK / 2 > self.buffer.len() {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = self.input.read(free).map_err(|_| Fault::Io)?;
        self.ended = read == 0;
        self.end += read;
        self.bytes += read as u64;
        if first {
            match self.buffer.get(..self.end.min(3)) {
                Some([0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [_, 0, ..] | [0, ..]) => return Err(Fault::Utf16),
                Some([0xEF, 0xBB, 0xBF]) => self.at = 3,
                _ => {}
            }
        }
        Ok(!self.ended)
    }

    /// Makes sure that `find` finds its end in what is there, counted from `at`.
    fn until(&mut self, find: impl Fn(&[u8]) -> Option<usize>) -> Result<Option<usize>, Fault> {
        loop {
            if let Some(found) = find(self.buffer.get(self.at..self.end).unwrap_or_default()) {
                return Ok(Some(found));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn take(&mut self, length: usize) -> Range<usize> {
        let start = self.at;
        self.at += length;
        start..self.at
    }

    /// Why there was nothing more: an error, or the end.
    pub(super) fn stop(&mut self) -> Result<(), Fault> {
        self.fault.take().map_or(Ok(()), Err)
    }

    /// The next piece. Not a `Result`: taking those apart, nine million times a
    /// sheet, was a quarter of the cost of reading it.
    #[inline]
    pub(super) fn next(&mut self) -> Token<'_> {
        let (piece, range) = match self.piece() {
            Ok(Some(found)) => found,
            Ok(None) => return Token::Stop,
            Err(fault) => {
                self.fault = Some(fault);
                return Token::Stop;
            }
        };
        let bytes = self.buffer.get(range).unwrap_or_default();
        match piece {
            Piece::Text => Token::Text(bytes),
            Piece::Cdata => Token::Cdata(bytes),
            Piece::Tag => match bytes.strip_prefix(b"/") {
                Some(rest) => Token::Close(local(name(rest).0)),
                None => {
                    let (tag, empty) = bytes.strip_suffix(b"/").map_or((bytes, false), |tag| (tag, true));
                    let (name, attributes) = name(tag);
                    Token::Open { name: local(name), attributes, empty }
                }
            },
        }
    }

    /// What comes next and where in the buffer it is, without `<` and `>`.
    #[inline]
    fn piece(&mut self) -> Result<Option<(Piece, Range<usize>)>, Fault> {
        loop {
            if self.at == self.end && !self.fill()? {
                return Ok(None);
            }
            if self.buffer.get(self.at) != Some(&b'<') {
                let length = self.until(|bytes| memchr(b'<', bytes))?.unwrap_or(self.end - self.at);
                return Ok(Some((Piece::Text, self.take(length))));
            }
            // `<!`, `<?` and the rest are told apart by what follows.
            self.until(|bytes| (bytes.len() >= 9 || bytes.contains(&b'>')).then_some(0))?.ok_or(Fault::Broken)?;
            let head = self.buffer.get(self.at..self.end).unwrap_or_default();
            if head.starts_with(b"<![CDATA[") {
                let end = self.until(|bytes| memmem::find(bytes, b"]]>"))?.ok_or(Fault::Broken)?;
                let range = self.take(end + 3);
                return Ok(Some((Piece::Cdata, range.start + 9..range.end - 3)));
            }
            if head.starts_with(b"<!--") {
                let end = self.until(|bytes| memmem::find(bytes.get(4..)?, b"-->"))?.ok_or(Fault::Broken)?;
                self.take(end + 7);
            } else if head.starts_with(b"<?") {
                let end = self.until(|bytes| memmem::find(bytes, b"?>"))?.ok_or(Fault::Broken)?;
                self.take(end + 2);
            } else {
                let is_declaration = head.starts_with(b"<!");
                let end = self.until(end_of_tag)?.ok_or(Fault::Broken)?;
                let range = self.take(end + 1);
                if !is_declaration {
                    return Ok(Some((Piece::Tag, range.start + 1..range.end - 1)));
                }
            }
        }
    }
}

enum Piece {
    Text,
    Cdata,
    Tag,
}

/// Where the tag at the beginning ends: a `>` that is not in quotes.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let (mut from, mut open) = (0, None);
    loop {
        let end = from + memchr(b'>', bytes.get(from..)?)?;
        for at in memchr2_iter(b'"', b'\'', bytes.get(from..end)?) {
            let quote = bytes.get(from + at);
            match open {
                None => open = quote,
                Some(_) if open == quote => open = None,
                Some(_) => {}
            }
        }
        if open.is_none() {
            return Some(end);
        }
        from = end + 1;
    }
}

fn name(tag: &[u8]) -> (&[u8], &[u8]) {
    let end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
    tag.split_at_checked(end).unwrap_or_default()
}

fn local(name: &[u8]) -> &[u8] {
    match memchr(b':', name) {
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
        None => name,
    }
}

/// The attributes of a tag, their names without prefix, their values as they stand.
pub(super) struct Attributes<'a>(pub &'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_ascii_start();
        let equals = memchr(b'=', rest)?;
        let name = local(rest.get(..equals)?.trim_ascii_end());
        let rest = rest.get(equals + 1..)?.trim_ascii_start();
        let (quote, rest) = rest.split_first()?;
        let end = memchr(*quote, rest)?;
        self.0 = rest.get(end + 1..)?;
        Some((name, rest.get(..end)?))
    }
}

/// The value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
    Attributes(attributes).find_map(|(name, value)| (name == wanted.as_bytes()).then_some(value))
}

/// Appends text with its entities resolved, its line ends as `\n`. An entity that
/// is none stays as it stands; bytes that are no UTF-8 become U+FFFD.
pub(super) fn unescape(raw: &[u8], into: &mut String) {
    let text = String::from_utf8_lossy(raw);
    let mut rest = text.as_ref();
    while let Some(at) = memchr::memchr2(b'&', b'\r', rest.as_bytes()) {
        let (before, behind) = rest.split_at(at);
        into.push_str(before);
        if let Some(behind) = behind.strip_prefix('\r') {
            into.push('\n');
            rest = behind.strip_prefix('\n').unwrap_or(behind);
            continue;
        }
        let end = behind.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| entity(behind.get(1..end)?).map(|char| (char, end))) {
            Some((char, end)) => {
                into.push(char);
                rest = behind.get(end + 1..).unwrap_or_default();
            }
            None => {
                into.push('&');
                rest = behind.get(1..).unwrap_or_default();
            }
        }
    }
    into.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Attributes, Scanner, Token, unescape};

    fn tokens(text: &[u8]) -> Vec<String> {
        let mut scanner = Scanner::new(text);
        let mut found = Vec::new();
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        loop {
            match scanner.next() {
                Token::Stop => {
                    found.extend(scanner.stop().err().map(|fault| format!("{fault:?}")));
                    return found;
                }
                Token::Open { name, attributes, empty } => {
                    let own: Vec<String> = Attributes(attributes)
                        .map(|(name, value)| format!(" {}={}", shown(name), shown(value)))
                        .collect();
                    found.push(format!("<{}{}{}>", shown(name), own.concat(), if empty { "/" } else { "" }));
                }
                Token::Close(name) => found.push(format!("</{}>", shown(name))),
                Token::Text(text) => found.push(shown(text)),
                Token::Cdata(text) => found.push(format!("[{}]", shown(text))),
            }
        }
    }

    #[test]
    fn tags_and_text_come_one_by_one() {
        let text = b"\xEF\xBB\xBF<?xml version='1.0'?><!-- > --><x:c r=\"A>1\" x:s = '2'/><v>1&lt;</v><![CDATA[<a>]]>";
        assert_eq!(tokens(text), ["<c r=A>1 s=2/>", "<v>", "1&lt;", "</v>", "[<a>]"]);
        assert_eq!(tokens(b"<a><b"), ["<a>", "Broken"]);
        assert_eq!(tokens(b"<a b='>\">' c=\">'>\">x"), ["<a b=>\"> c=>'>>", "x"]);
        // As long as a tag may be, in no time.
        let long = [b"<a b='".as_slice(), &b">".repeat(super::LONGEST - 100), b"'>"].concat();
        assert_eq!(tokens(&long).len(), 1);
        assert_eq!(tokens(b"\xFF\xFE<\0"), ["Utf16"]);
    }

    #[test]
    fn entities_are_resolved() {
        let mut text = String::new();
        unescape(b"a&amp;&#65;&#x42;&nbsp;&\r\nb\rc", &mut text);
        assert_eq!(text, "a&AB&nbsp;&\nb\nc");
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = tokens(&bytes);
            unescape(&bytes, &mut String::new());
        }

        #[test]
        fn anything_like_xml_is_answered(text in "(<|</|>|/>|<!--|-->|<!\\[CDATA\\[|]]>|\"|'|=|a| |&#x1;){0,40}") {
            let _ = tokens(text.as_bytes());
        }
    }
}
