//! The lines of a text file, as bytes, with their numbers.
//!
//! UTF-16 becomes UTF-8 here; every other encoding is left to [`decoded`], value
//! by value, so that one broken value costs itself alone.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use encoding_rs::{CoderResult, Decoder};

use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, packed};

/// A line of more bytes than this is cut; its reader finds it too long.
pub(crate) const LONGEST_LINE: usize = 64 << 20;

/// The lines of a file. They end with LF, or with CR, several CR, and LF or none.
pub(crate) struct Lines {
    path: PathBuf,
    from: BufReader<Box<dyn Read + Send>>,
    /// The number of the line read last, from 1.
    number: u64,
    /// The last line ended with CR, so a CR or LF belongs to its end.
    after_return: bool,
    /// Lines that were read and given back, the last one first.
    back: Vec<Vec<u8>>,
}

impl Lines {
    /// Opens a file. A byte order mark has the last word on its encoding.
    pub(crate) fn open(path: &Path, encoding: Option<Encoding>) -> Result<Self, ReadError> {
        Self::of(packed::open(path, None)?, encoding, path).map_err(|error| ReadError::io(path, &error))
    }

    /// Reads from something that is open; `path` is for messages.
    pub(crate) fn of(mut input: Box<dyn Read + Send>, encoding: Option<Encoding>, path: &Path) -> io::Result<Self> {
        let mut start = Vec::new();
        (&mut input).take(3).read_to_end(&mut start)?;
        let (marked, length) = match start.as_slice() {
            [0xef, 0xbb, 0xbf] => (Some(Encoding::UTF_8), 3),
            [0xff, 0xfe, ..] => (Some(Encoding::UTF_16LE), 2),
            [0xfe, 0xff, ..] => (Some(Encoding::UTF_16BE), 2),
            _ => (encoding, 0),
        };
        start.drain(..length);
        let whole: Box<dyn Read + Send> = Box::new(Cursor::new(start).chain(input));
        let wide = marked.filter(|encoding| encoding.ascii_based().is_none()).and_then(Encoding::web);
        let whole = match wide {
            Some(web) => Box::new(Transcoded {
                input: whole,
                decoder: web.new_decoder_without_bom_handling(),
                raw: Vec::new(),
                ready: Vec::new(),
                given: 0,
                ended: false,
            }),
            None => whole,
        };
        let from = BufReader::with_capacity(1 << 18, whole);
        Ok(Self { path: path.to_path_buf(), from, number: 0, after_return: false, back: Vec::new() })
    }

    /// The number of the line that was read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the line that was read last the next one again.
    pub(crate) fn give_back(&mut self, line: Vec<u8>) {
        self.number -= 1;
        self.back.push(line);
    }

    /// The next line, without its end.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        let line = match self.back.pop() {
            Some(line) => Some(line),
            None => self.read().map_err(|error| ReadError::io(&self.path, &error))?,
        };
        self.number += u64::from(line.is_some());
        Ok(line)
    }

    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            let buffer = match self.from.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let Some(&first) = buffer.first() else { break };
            if self.after_return {
                self.after_return = first == b'\r';
                if matches!(first, b'\r' | b'\n') {
                    self.from.consume(1);
                    continue;
                }
            }
            any = true;
            let end = memchr::memchr2(b'\n', b'\r', buffer);
            let (text, rest) = buffer.split_at(end.unwrap_or(buffer.len()));
            if line.len() <= LONGEST_LINE {
                line.extend_from_slice(text);
            }
            self.after_return = rest.first() == Some(&b'\r');
            let used = text.len() + usize::from(end.is_some());
            self.from.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(any.then_some(line))
    }
}

/// The bytes of a file that cannot be read from front to back.
///
/// # Errors
/// A file that cannot be read, or that is larger than any that its program writes.
pub(crate) fn whole(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    packed::open(path, None)?.take(most + 1).read_to_end(&mut bytes).map_err(|error| ReadError::io(path, &error))?;
    if bytes.len() as u64 <= most {
        return Ok(bytes);
    }
    let what = format!("is larger than {} MiB, which no such file is", most >> 20);
    Err(ReadError::new(path.display().to_string(), what).help("check the source's `path`"))
}

/// The text of a value, and whether all its bytes have a meaning. Without an
/// encoding UTF-8 where it is valid, and `windows-1252` otherwise.
pub(crate) fn decoded(bytes: &[u8], encoding: Option<Encoding>) -> (String, bool) {
    let mut text = String::with_capacity(bytes.len());
    let valid = std::str::from_utf8(bytes);
    match (encoding.filter(|encoding| encoding.ascii_based().is_some()), valid) {
        (None, Ok(valid)) => {
            text.push_str(valid);
            (text, true)
        }
        (Some(encoding), _) => {
            let whole = encoding.decode_into(bytes, &mut text);
            (text, whole)
        }
        (None, Err(_)) => {
            let whole = Encoding::WINDOWS_1252.decode_into(bytes, &mut text);
            (text, whole)
        }
    }
}

/// A text that is not made of ASCII bytes, as UTF-8.
struct Transcoded {
    input: Box<dyn Read + Send>,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl Read for Transcoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.ready.len() && !self.ended {
            self.raw.clear();
            self.ended = (&mut self.input).take(1 << 16).read_to_end(&mut self.raw)? == 0;
            self.ready.resize(self.raw.len() * 3 + 16, 0);
            let (result, _, written, _) = self.decoder.decode_to_utf8(&self.raw, &mut self.ready, self.ended);
            debug_assert_eq!(result, CoderResult::InputEmpty, "three bytes a unit are enough");
            self.ready.truncate(written);
            self.given = 0;
        }
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(into), Some(rest)) = (into.get_mut(..count), rest.get(..count)) {
            into.copy_from_slice(rest);
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::Path;

    use super::{Encoding, Lines, decoded};

    fn lines(bytes: &[u8], encoding: Option<Encoding>) -> Vec<String> {
        let input = Box::new(Cursor::new(bytes.to_vec()));
        let mut lines = Lines::of(input, encoding, Path::new("a")).expect("opens");
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("reads") {
            all.push(format!("{} {}", lines.number(), String::from_utf8_lossy(&line)));
        }
        all
    }

    #[test]
    fn lines_end_as_each_system_ends_them() {
        assert_eq!(lines(b"\xef\xbb\xbfa\r\nb\nc\rd\r\r\n\ne", None), ["1 a", "2 b", "3 c", "4 d", "5 ", "6 e"]);
        assert_eq!(lines(b"", None), [""; 0]);
        assert_eq!(lines(b"a", None), ["1 a"]);
    }

    #[test]
    fn utf_16_is_read_with_a_mark_or_declared() {
        let bytes: Vec<u8> = "\u{feff}Jos\u{e9}\r\nx".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(lines(&bytes, None), ["1 José", "2 x"]);
        let bytes: Vec<u8> = "é\nx".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(lines(&bytes, Some(Encoding::UTF_16BE)), ["1 é", "2 x"]);
    }

    #[test]
    fn values_are_utf_8_or_windows() {
        assert_eq!(decoded("é".as_bytes(), None), ("é".into(), true));
        assert_eq!(decoded(b"\xe9", None), ("é".into(), true));
        assert_eq!(decoded(b"\x82", Some(Encoding::CP437)), ("é".into(), true));
        assert_eq!(decoded(b"a\xff", Some(Encoding::UTF_8)), ("a\u{fffd}".into(), false));
    }
}
