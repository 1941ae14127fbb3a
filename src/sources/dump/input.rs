//! Bytes of a dump in their order, with the number of the line.
//!
//! Holds one window of the file, whatever its size. A file that fails while it is
//! read seems to end there: whoever reads asks [`Input::failure`] at the end.

use std::io::{self, Read};

/// Bytes read at once.
const WINDOW: usize = 256 << 10;
/// Bytes of a value's source text that are kept at most.
const TAPE: usize = 64 << 20;

pub(super) struct Input {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    ended: bool,
    failure: Option<io::Error>,
    /// From 1: where the next byte stands.
    line: u64,
    tape: Vec<u8>,
    taping: bool,
}

impl Input {
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Self {
        Self {
            reader,
            buffer: vec![0; WINDOW],
            at: 0,
            end: 0,
            ended: false,
            failure: None,
            line: 1,
            tape: Vec::new(),
            taping: false,
        }
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Why the file seems to have ended before its end, once.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// The byte `ahead` of the next one, which is 0; at most some dozens.
    pub(super) fn peek(&mut self, ahead: usize) -> Option<u8> {
        while self.at + ahead >= self.end && self.fill() {}
        self.window().get(ahead).copied()
    }

    /// Whether `word` comes next.
    pub(super) fn comes(&mut self, word: &[u8]) -> bool {
        if let Some(last) = word.len().checked_sub(1) {
            self.peek(last);
        }
        self.window().starts_with(word)
    }

    /// What is at hand; empty at the end of the file only, after a `peek`.
    pub(super) fn window(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    /// Goes over `count` bytes of the window.
    pub(super) fn skip(&mut self, count: usize) {
        let count = count.min(self.end - self.at);
        let gone = self.buffer.get(self.at..self.at + count).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', gone).count() as u64;
        if self.taping && self.tape.len() < TAPE {
            self.tape.extend_from_slice(gone);
        }
        self.at += count;
    }

    /// Goes over all before the next `byte` and hands it to `take`; false where
    /// the file ends first.
    pub(super) fn until(&mut self, byte: u8, mut take: impl FnMut(&[u8])) -> bool {
        while self.peek(0).is_some() {
            let window = self.window();
            let found = memchr::memchr(byte, window);
            let count = found.unwrap_or(window.len());
            take(window.get(..count).unwrap_or_default());
            self.skip(count);
            if found.is_some() {
                return true;
            }
        }
        false
    }

    /// Begins to keep what is gone over.
    pub(super) fn tape(&mut self) {
        self.tape.clear();
        self.taping = true;
    }

    /// What was gone over since.
    pub(super) fn taped(&mut self) -> &[u8] {
        self.taping = false;
        &self.tape
    }

    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.buffer.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        let Some(room) = self.buffer.get_mut(self.end..).filter(|room| !room.is_empty()) else { return false };
        loop {
            match self.reader.read(room) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(error);
                }
            }
            return !self.ended;
        }
    }
}
