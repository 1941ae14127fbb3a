//! A card's own bytes within a file of JSON or XML, and bounded reading.
//!
//! Such a file is cut into cards before anything in them is understood, so that
//! a card that is not well-formed costs itself, and no file is held in memory.

use std::io::{self, BufRead};

use super::cards::MOST;

/// Values or elements that a card has at most: each takes many times the memory
/// of the few bytes that it may be written with.
pub(super) const MOST_PARTS: usize = 200_000;

/// The bytes of one card.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The number of the card in the file, from 1.
    pub number: u64,
    pub bytes: Vec<u8>,
    pub whole: Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Yes,
    /// The file ends, or the next card begins, before its end. Without bytes: the
    /// file ends before its list of cards does.
    Cut,
    /// More than [`MOST`] bytes; only the first are kept.
    TooLarge,
}

/// Bytes being collected, up to what a card may have.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub bytes: Vec<u8>,
    pub over: bool,
}

impl Collected {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = MOST.saturating_sub(self.bytes.len());
        self.over |= bytes.len() > room;
        self.bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    pub(super) fn piece(self, number: u64, ended: bool) -> Piece {
        let whole = match (self.over, ended) {
            (true, _) => Whole::TooLarge,
            (false, true) => Whole::Yes,
            (false, false) => Whole::Cut,
        };
        Piece { number, bytes: self.bytes, whole }
    }
}

/// The next byte without taking it; `None` at the end.
pub(super) fn peek(from: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        match from.fill_buf() {
            Ok(buffer) => return Ok(buffer.first().copied()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Collects up to the first byte for which `stop` is true, with it or, if
/// `before`, without it; false where the file ends first.
pub(super) fn until(
    from: &mut impl BufRead,
    into: &mut Collected,
    before: bool,
    mut stop: impl FnMut(u8) -> bool,
) -> io::Result<bool> {
    while peek(from)?.is_some() {
        let buffer = from.fill_buf()?;
        let found = buffer.iter().position(|&byte| stop(byte));
        let used = found.map_or(buffer.len(), |at| at + usize::from(!before));
        into.push(buffer.get(..used).unwrap_or_default());
        from.consume(used);
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
