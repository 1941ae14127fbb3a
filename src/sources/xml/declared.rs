//! A document's bytes as UTF-8, from the encoding that its first line declares.
//!
//! UTF-16 is told by its bytes, which `quick-xml` does; a declaration of it that
//! could be read byte by byte is wrong.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far a declaration may reach.
const HEAD: u64 = 256;

type Bytes = Box<dyn Read + Send>;

/// The input as UTF-8 or UTF-16; `None` if its encoding is not known.
pub(super) fn decoded(mut input: Bytes) -> io::Result<Option<Bytes>> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    let label = label(&head).map(str::to_string);
    let whole: Bytes = Box::new(io::Cursor::new(head).chain(input));
    let Some(label) = label else { return Ok(Some(whole)) };
    Ok(match Encoding::for_label(label.as_bytes()) {
        None => None,
        Some(encoding) if [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding) => Some(whole),
        Some(encoding) => Some(Box::new(Decoded {
            input: whole,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: Vec::new(),
            ended: false,
        })),
    })
}

/// What `<?xml … encoding="…"?>` at the very beginning names.
fn label(head: &[u8]) -> Option<&str> {
    let rest = head.strip_prefix(b"<?xml")?;
    let end = rest.windows(2).position(|two| two == b"?>")?;
    let declaration = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(label, _)| label)
}

struct Decoded {
    input: Bytes,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The decoder needs room for a whole character.
        if buffer.len() < 16 {
            return Err(io::Error::other("too small a buffer"));
        }
        loop {
            if self.raw.is_empty() && !self.ended {
                self.ended = self.input.by_ref().take(1 << 15).read_to_end(&mut self.raw)? == 0;
            }
            if self.ended && self.raw.is_empty() {
                return Ok(0);
            }
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(&self.raw, buffer, false);
            self.raw.drain(..read);
            if let DecoderResult::Malformed(..) = result {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "bytes that its encoding does not have"));
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}
