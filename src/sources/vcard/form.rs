//! Which of its three forms a file of cards has, and its bytes as that form
//! wants them: text, JSON (jCard) or XML (xCard).
//!
//! Knows how a file begins, and nothing of cards.

use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder};

use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, packed};

/// How much of a file is looked at to tell its form, in bytes.
const START: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Lines, as in RFC 6350 and before.
    Lines,
    /// jCard, RFC 7095.
    Json,
    /// xCard, RFC 6351.
    Xml,
}

/// A file, opened.
pub(super) struct Opened {
    pub form: Form,
    /// Behind the byte order mark, if there is one.
    pub bytes: BufReader<Box<dyn Read + Send>>,
    /// The encoding of the file as a whole, if it is known; then the bytes are UTF-8.
    pub whole: Option<Encoding>,
}

/// Opens a file. `encoding` is that of the option; it is the whole file's only
/// where it could not be that of a value: UTF-16.
pub(super) fn open(path: &Path, encoding: Option<Encoding>) -> Result<Opened, ReadError> {
    let fail = |error: io::Error| ReadError::io(path, &error);
    let mut file = packed::open(path, None)?;
    let mut start = Vec::new();
    file.by_ref().take(START as u64).read_to_end(&mut start).map_err(fail)?;
    if start.starts_with(b"VERSION=") && start.windows(7).any(|line| line == b"format=") {
        return Err(ReadError::new(path.display().to_string(), "is a dump of a Berkeley DB, not a file of cards")
            .help("export the address book as vCards from the program that it belongs to"));
    }
    let (marked, skip) = mark(&start);
    start.drain(..skip);
    let wide = marked.or_else(|| zeros(&start)).or(encoding.filter(|found| found.ascii_based().is_none()));
    let mut seen = String::new();
    match wide {
        Some(wide) => _ = wide.decode_into(start.get(..start.len() / 2 * 2).unwrap_or_default(), &mut seen),
        None => seen.push_str(&String::from_utf8_lossy(&start)),
    }
    let form = match seen.trim_start().chars().next() {
        Some('[' | '{') => Form::Json,
        Some('<') => Form::Xml,
        _ => Form::Lines,
    };
    let whole = match form {
        Form::Xml => wide.or_else(|| declared(&seen)),
        _ => wide,
    };
    let bytes: Box<dyn Read + Send> = Box::new(Cursor::new(start).chain(file));
    let bytes = match whole.and_then(Encoding::web) {
        Some(web) if whole != Some(Encoding::UTF_8) => Box::new(Transcoded {
            from: bytes,
            decoder: web.new_decoder_without_bom_handling(),
            raw: Vec::new(),
            ended: false,
            text: Cursor::new(Vec::new()),
        }),
        _ => bytes,
    };
    Ok(Opened { form, bytes: BufReader::with_capacity(1 << 18, bytes), whole })
}

/// The encoding that a byte order mark says, UTF-8 left out, and its length.
fn mark(start: &[u8]) -> (Option<Encoding>, usize) {
    match start {
        [0xEF, 0xBB, 0xBF, ..] => (None, 3),
        [0xFF, 0xFE, ..] => (Some(Encoding::UTF_16LE), 2),
        [0xFE, 0xFF, ..] => (Some(Encoding::UTF_16BE), 2),
        _ => (None, 0),
    }
}

/// UTF-16 without a mark: whatever the form, it begins with two ASCII letters.
fn zeros(start: &[u8]) -> Option<Encoding> {
    match start {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(Encoding::UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(Encoding::UTF_16BE),
        _ => None,
    }
}

/// The encoding that an XML declaration names.
fn declared(start: &str) -> Option<Encoding> {
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::named(after.get(1..)?.split(quote).next()?)?.ascii_based().map(|found| found.0)
}

/// Bytes of an encoding as UTF-8, in bounded memory.
struct Transcoded<R> {
    from: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
    text: Cursor<Vec<u8>>,
}

impl<R: Read> Transcoded<R> {
    /// Decodes the next piece of the file.
    fn fill(&mut self) -> io::Result<()> {
        self.raw.clear();
        self.ended = self.from.by_ref().take(1 << 16).read_to_end(&mut self.raw)? == 0;
        let room = self.decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(self.raw.len() * 3 + 16);
        let mut text = vec![0; room];
        let (result, _, written, _) = self.decoder.decode_to_utf8(&self.raw, &mut text, self.ended);
        debug_assert_eq!(result, CoderResult::InputEmpty, "the room is what the decoder asked for");
        text.truncate(written);
        self.text = Cursor::new(text);
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(into)?;
            if read > 0 || self.ended || into.is_empty() {
                return Ok(read);
            }
            self.fill()?;
        }
    }
}
