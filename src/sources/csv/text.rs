//! A file as a stream of UTF-8, in bounded memory.
//!
//! What the encoding does not allow is passed on as a byte that UTF-8 does not
//! allow either ([`BROKEN`]), so that whoever cuts the stream into records finds
//! the broken ones, and only those, by validating them. Knows nothing of
//! separators and line ends.

use std::io::{self, ErrorKind, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_8};

use super::marks::Marks;
use crate::sources::encoding::Encoding;

/// Stands for a sequence that is broken in the file's encoding.
pub(super) const BROKEN: u8 = 0xff;
/// How much is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// A file being read: decoded bytes that nobody has consumed yet.
pub(super) struct Text {
    input: Box<dyn Read + Send>,
    decode: Decode,
    /// Bytes of the file that are still to be decoded (not for UTF-8).
    raw: Vec<u8>,
    /// What is replaced in the decoded text.
    marks: Marks,
    /// Decoded bytes in which it is still to be replaced (only if there is any).
    marked: Vec<u8>,
    decoded: Vec<u8>,
    /// Where the bytes begin that are not consumed.
    start: usize,
    ended: bool,
}

enum Decode {
    /// The bytes are already what we want.
    Utf8,
    /// A byte is a character; bytes that stand for nothing have none.
    Bytes { table: Box<[Option<char>; 256]>, ascii: bool },
    /// The length of a character varies.
    Wide(Decoder),
}

impl Text {
    /// `input` stands behind the byte order mark, if there is one.
    pub(super) fn new(input: Box<dyn Read + Send>, encoding: Encoding) -> Self {
        Self::with_marks(input, encoding, Marks::default())
    }

    /// As [`Text::new`], with marks replaced in the decoded text.
    pub(super) fn with_marks(input: Box<dyn Read + Send>, encoding: Encoding, marks: Marks) -> Self {
        Self {
            input,
            decode: Decode::new(encoding),
            raw: Vec::new(),
            marks,
            marked: Vec::new(),
            decoded: Vec::new(),
            start: 0,
            ended: false,
        }
    }

    /// The bytes that are decoded and not consumed.
    pub(super) fn rest(&mut self) -> &mut [u8] {
        self.decoded.get_mut(self.start..).unwrap_or_default()
    }

    /// As [`Text::rest`], with the marks that were replaced in it.
    pub(super) fn rest_and_marks(&mut self) -> (&mut [u8], &Marks) {
        (self.decoded.get_mut(self.start..).unwrap_or_default(), &self.marks)
    }

    /// Whether [`Text::rest`] reaches to the end of the file.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Gives up the first `count` bytes of the rest.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.decoded.len());
    }

    /// Reads on, so that the rest grows, or [`Text::ended`] becomes true.
    ///
    /// The more is waiting, the more is read: a long record costs linear time.
    pub(super) fn read_on(&mut self) -> io::Result<()> {
        self.decoded.drain(..self.start);
        self.start = 0;
        let wanted = CHUNK.max(self.decoded.len());
        let before = self.decoded.len();
        while !self.ended && self.decoded.len() == before {
            let plain = self.marks.is_empty();
            let out = if plain { &mut self.decoded } else { &mut self.marked };
            match self.decode {
                Decode::Utf8 => self.ended = append(&mut *self.input, out, wanted)? == 0,
                _ => {
                    self.raw.clear();
                    self.ended = append(&mut *self.input, &mut self.raw, wanted)? == 0;
                    self.decode.run(&self.raw, self.ended, out);
                }
            }
            if !plain {
                self.marks.replace(&mut self.marked, &mut self.decoded, self.ended);
            }
        }
        Ok(())
    }

    /// Reads until `count` bytes are waiting or the file ends.
    pub(super) fn read_at_least(&mut self, count: usize) -> io::Result<()> {
        while !self.ended && self.decoded.len() - self.start < count {
            self.read_on()?;
        }
        Ok(())
    }
}

/// Reads up to `count` bytes behind those of `buffer`; 0 at the end of the file.
fn append(input: &mut dyn Read, buffer: &mut Vec<u8>, count: usize) -> io::Result<usize> {
    let before = buffer.len();
    buffer.resize(before + count, 0);
    let free = buffer.get_mut(before..).unwrap_or_default();
    let outcome = loop {
        match input.read(free) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => break other,
        }
    };
    buffer.truncate(before + outcome.as_ref().map_or(0, |read| *read));
    outcome
}

impl Decode {
    fn new(encoding: Encoding) -> Self {
        match encoding.web() {
            Some(web) if web == UTF_8 => Self::Utf8,
            Some(web) if !web.is_single_byte() => Self::Wide(web.new_decoder_without_bom_handling()),
            _ => {
                let table = table(encoding);
                let ascii = (0_u8..128).zip(table.iter()).all(|(byte, c)| *c == Some(char::from(byte)));
                Self::Bytes { table, ascii }
            }
        }
    }

    fn run(&mut self, raw: &[u8], last: bool, out: &mut Vec<u8>) {
        match self {
            Self::Utf8 => out.extend_from_slice(raw),
            Self::Bytes { table, ascii } => {
                for chunk in raw.chunks(64) {
                    if *ascii && chunk.is_ascii() {
                        out.extend_from_slice(chunk);
                    } else {
                        decode_bytes(chunk, table, out);
                    }
                }
            }
            Self::Wide(decoder) => decode_wide(decoder, raw, last, out),
        }
    }
}

/// The character of each byte.
fn table(encoding: Encoding) -> Box<[Option<char>; 256]> {
    // The web reads what Windows leaves undefined as control characters. In data
    // it is a sign of another encoding.
    let windows = encoding.name().starts_with("windows-");
    let mut table = Box::new([None; 256]);
    let mut text = String::new();
    for (byte, slot) in (0..=u8::MAX).zip(table.iter_mut()) {
        text.clear();
        if encoding.decode_into(&[byte], &mut text) {
            *slot = text.chars().next().filter(|c| !(windows && ('\u{80}'..='\u{9f}').contains(c)));
        }
    }
    table
}

fn decode_bytes(raw: &[u8], table: &[Option<char>; 256], out: &mut Vec<u8>) {
    for byte in raw {
        match table.get(usize::from(*byte)).copied().flatten() {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push(BROKEN),
        }
    }
}

fn decode_wide(decoder: &mut Decoder, mut raw: &[u8], last: bool, out: &mut Vec<u8>) {
    loop {
        let before = out.len();
        // Three bytes a unit at most, and room for what the decoder holds back.
        out.resize(before + raw.len() * 3 + 16, 0);
        let free = out.get_mut(before..).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(raw, free, last);
        out.truncate(before + written);
        raw = raw.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => out.push(BROKEN),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{Encoding, Text};

    fn read(bytes: &[u8], encoding: &str) -> Vec<u8> {
        let encoding = Encoding::named(encoding).expect("known");
        let mut text = Text::new(Box::new(Cursor::new(bytes.to_vec())), encoding);
        text.read_at_least(usize::MAX).expect("memory can be read");
        text.rest().to_vec()
    }

    #[test]
    fn encodings_become_utf_8() {
        assert_eq!(read(b"M\x81ller", "cp850"), "Müller".as_bytes());
        assert_eq!(read(b"\xd5", "cp850"), "ı".as_bytes());
        assert_eq!(read(b"\xd5", "cp858"), "€".as_bytes());
        assert_eq!(read(b"\xa5\x80\xe9", "windows-1252"), "¥€é".as_bytes());
        assert_eq!(read(b"M\x9fller", "macintosh"), "Müller".as_bytes());
        assert_eq!(read(b"\x93\x8c\x8b\x9e,\x5c", "shift_jis"), "東京,\\".as_bytes());
        assert_eq!(read(b"a\0,\0\xa4\x02", "utf-16le"), "a,ʤ".as_bytes());
        assert_eq!(read(b"\0a\0,\x02\xa4", "utf-16be"), "a,ʤ".as_bytes());
    }

    #[test]
    fn what_is_broken_is_marked_and_costs_nothing_else() {
        assert_eq!(read(b"a\x81b", "windows-1252"), b"a\xffb");
        assert_eq!(read(b"a\0\x00\xd8b\0", "utf-16le"), b"a\xffb");
        assert_eq!(read(b"a\0b", "utf-16le"), b"a\xff");
        assert_eq!(read(b"\x93\n,b", "shift_jis"), b"\xff\n,b");
    }
}
