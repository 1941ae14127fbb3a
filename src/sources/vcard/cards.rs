//! Cuts a file into cards, before anything in them is understood.
//!
//! A card begins at a line `BEGIN:VCARD`, so one without its `END:VCARD` costs
//! itself and leaves the next one whole; so does one without its `BEGIN`. A line
//! that is in no card is given too: nothing of the file is left out in silence.

use std::io::{self, BufRead};

/// A card of more bytes than this is not kept in memory.
pub(super) const MOST: usize = 32 << 20;
/// What a line takes besides its bytes.
const LINE: usize = 64;
/// Lines outside any card are kept up to so many bytes.
const MOST_STRAY: usize = 1 << 20;

/// One card, or lines between two of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    /// The line of the file that it begins with, from 1.
    pub line: u64,
    /// The lines without their ends; a card's without `BEGIN` and `END`.
    pub lines: Vec<Vec<u8>>,
    pub kind: Kind,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Card,
    /// The file ends or the next card begins before `END:VCARD`.
    Unclosed,
    /// Lines up to an `END:VCARD` whose `BEGIN` is missing.
    Unopened,
    /// More than [`MOST`] bytes; `lines` holds the first of them.
    TooLarge,
    /// Lines outside any card that are not blank.
    Stray,
}

/// The chunks of one file.
pub(super) struct Cards<R> {
    lines: Lines<R>,
    /// A line `BEGIN:VCARD` has been read whose card is still to come.
    begun: Option<u64>,
}

impl<R: BufRead> Cards<R> {
    pub(super) fn new(from: R) -> Self {
        Self { lines: Lines { from, number: 0, after_return: false }, begun: None }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Chunk>> {
        if let Some(line) = self.begun.take() {
            return self.card(line).map(Some);
        }
        let mut stray = Chunk { kind: Kind::Stray, ..Chunk::default() };
        let mut size = 0;
        loop {
            let Some(line) = self.lines.next()? else {
                return Ok((stray.line > 0).then_some(stray));
            };
            let number = self.lines.number;
            if is_mark(&line, b"BEGIN:VCARD") {
                if stray.line > 0 {
                    self.begun = Some(number);
                    return Ok(Some(stray));
                }
                return self.card(number).map(Some);
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            if stray.line == 0 {
                stray.line = number;
            }
            if is_mark(&line, b"END:VCARD") {
                if stray.lines.is_empty() {
                    stray.lines.push(line);
                } else {
                    stray.kind = Kind::Unopened;
                }
                return Ok(Some(stray));
            }
            size += line.len() + LINE;
            if size <= MOST_STRAY {
                stray.lines.push(line);
            }
        }
    }

    /// The card whose `BEGIN` has been read.
    fn card(&mut self, line: u64) -> io::Result<Chunk> {
        let mut card = Chunk { line, lines: Vec::new(), kind: Kind::Card };
        let mut size = 0;
        // Cards within this one: the agent of a vCard 2.1.
        let mut depth = 0_usize;
        while let Some(line) = self.lines.next()? {
            if is_mark(&line, b"BEGIN:VCARD") {
                if !card.lines.iter().rfind(|line| !line.is_empty()).is_some_and(|line| opens_agent(line)) {
                    self.begun = Some(self.lines.number);
                    card.kind = Kind::Unclosed;
                    return Ok(card);
                }
                depth += 1;
            } else if opens_agent_at_once(&line) {
                depth += 1;
            } else if is_mark(&line, b"END:VCARD") {
                if depth == 0 {
                    return Ok(card);
                }
                depth -= 1;
            }
            size += line.len() + LINE;
            if size > MOST {
                card.kind = Kind::TooLarge;
            } else {
                card.lines.push(line);
            }
        }
        card.kind = Kind::Unclosed;
        Ok(card)
    }
}

/// Whether a line is `BEGIN:VCARD` or `END:VCARD`, in any case, blanks after it.
pub(super) fn is_mark(line: &[u8], mark: &[u8]) -> bool {
    line.trim_ascii_end().eq_ignore_ascii_case(mark)
}

/// Whether a card that follows the line is its value: `AGENT:`.
fn opens_agent(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let name = line.split(|byte| matches!(byte, b':' | b';')).next().unwrap_or_default();
    let name = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    name.eq_ignore_ascii_case(b"AGENT") && line.ends_with(b":")
}

/// Whether the card of an agent begins in the agent's own line: `AGENT:BEGIN:VCARD`.
pub(super) fn opens_agent_at_once(line: &[u8]) -> bool {
    const BEGIN: &[u8] = b"BEGIN:VCARD";
    let line = line.trim_ascii_end();
    let Some(at) = line.len().checked_sub(BEGIN.len()) else { return false };
    let (head, begin) = line.split_at(at);
    begin.eq_ignore_ascii_case(BEGIN) && opens_agent(head)
}

/// Lines that end with LF, or with CR, several CR, and LF or none.
struct Lines<R> {
    from: R,
    /// The number of the line read last, from 1.
    number: u64,
    /// The last line ended with CR, so a CR or LF belongs to its end: some programs
    /// wrote CR CR LF.
    after_return: bool,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            let buffer = match self.from.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                break;
            }
            if self.after_return {
                let first = buffer.first().copied();
                self.after_return = first == Some(b'\r');
                if matches!(first, Some(b'\r' | b'\n')) {
                    self.from.consume(1);
                    continue;
                }
            }
            any = true;
            let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (text, rest) = buffer.split_at(end.unwrap_or(buffer.len()));
            // What is more than a card may have is not kept, but still counted by its caller.
            if line.len() <= MOST {
                line.extend_from_slice(text);
            }
            self.after_return = rest.first() == Some(&b'\r');
            let used = text.len() + usize::from(end.is_some());
            self.from.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(line))
    }
}
