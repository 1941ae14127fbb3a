//! Turns a dump into UTF-8 before it is read, where its encoding uses the bytes
//! of ASCII signs for other things: UTF-16, and some pages of Asia.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

use crate::sources::encoding::Encoding;

/// The encoding that a byte order mark names.
pub(super) fn byte_order_mark(start: &[u8]) -> Option<Encoding> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some(Encoding::UTF_8),
        [0xff, 0xfe, ..] => Some(Encoding::UTF_16LE),
        [0xfe, 0xff, ..] => Some(Encoding::UTF_16BE),
        _ => None,
    }
}

/// Whether a quote or a backslash may be a part of another character.
pub(super) fn is_needed(encoding: Encoding) -> bool {
    encoding.ascii_based().is_none()
        || ["Shift_JIS", "GBK", "gb18030", "Big5"].iter().any(|name| encoding.name().eq_ignore_ascii_case(name))
}

/// The bytes as UTF-8 where that is needed, otherwise as they are.
pub(super) fn into_utf_8(reader: Box<dyn Read + Send>, encoding: Encoding) -> Box<dyn Read + Send> {
    match encoding.web().filter(|_| is_needed(encoding)) {
        Some(web) => Box::new(Transcoder {
            reader,
            decoder: web.new_decoder_with_bom_removal(),
            read: vec![0; 64 << 10],
            at: 0,
            end: 0,
            ended: false,
            finished: false,
        }),
        None => reader,
    }
}

struct Transcoder {
    reader: Box<dyn Read + Send>,
    decoder: Decoder,
    read: Vec<u8>,
    at: usize,
    end: usize,
    ended: bool,
    finished: bool,
}

impl Read for Transcoder {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.finished || out.is_empty() {
                return Ok(0);
            }
            if self.at == self.end && !self.ended {
                self.at = 0;
                self.end = self.reader.read(&mut self.read)?;
                self.ended = self.end == 0;
            }
            let waiting = self.read.get(self.at..self.end).unwrap_or_default();
            let (result, used, written, _) = self.decoder.decode_to_utf8(waiting, out, self.ended);
            self.at += used;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
            if result == CoderResult::OutputFull {
                // Less room than one character takes.
                return Err(io::Error::other("no room for a character"));
            }
        }
    }
}
