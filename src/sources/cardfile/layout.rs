//! The header of a file, and where its index lines and cards are.

use crate::sources::encoding::Encoding;

/// The version of the program that wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Windows 3.0 and 3.1, without objects.
    Mgc,
    /// Windows 3.1, with objects.
    Rrg,
    /// Windows NT, in Unicode.
    Dko,
}

impl Version {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Mgc => "MGC",
            Self::Rrg => "RRG",
            Self::Dko => "DKO",
        }
    }
}

/// Where things are in a file.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub version: Version,
    /// The number of cards that the header declares.
    pub cards: usize,
    /// Where the index lines begin.
    pub index: usize,
    /// Bytes of an index line.
    pub stride: usize,
    /// Bytes of its text.
    pub heading: usize,
    /// Where the data of cards begin, sorted, each once.
    starts: Vec<usize>,
}

/// What makes a file none of ours.
#[derive(Debug)]
pub(super) struct Bad {
    pub what: String,
    pub help: &'static str,
}

/// Of an index line: reserved bytes, place of the card, flag.
const BEFORE_HEADING: usize = 11;

/// Header and index line as Windows NT may have written them. What the public
/// description says comes first; it leaves open what follows the text.
const UNICODE: &[(usize, usize)] = &[(9, 93), (9, 92), (9, 94), (9, 96), (5, 93), (5, 92), (5, 94), (5, 96)];

/// The layout of a file.
pub(super) fn of(bytes: &[u8]) -> Result<Layout, Bad> {
    let version = match bytes.get(..3) {
        Some(b"MGC") => Version::Mgc,
        Some(b"RRG") => Version::Rrg,
        Some(b"DKO") => Version::Dko,
        _ => {
            let help = "a Cardfile begins with `MGC`, `RRG` or `DKO`; check the source's `path`";
            return Err(Bad { what: "is no file of Windows Cardfile".into(), help });
        }
    };
    let found = match version {
        Version::Mgc => layout(bytes, version, 5, 52, 40),
        Version::Rrg => layout(bytes, version, 9, 52, 40),
        Version::Dko => {
            let fits = |layout: &Layout| layout.fits(bytes);
            let tried = UNICODE.iter().filter_map(|&(index, stride)| layout(bytes, version, index, stride, 80));
            tried.clone().find(fits).or_else(|| tried.clone().next())
        }
    };
    found.ok_or(Bad {
        what: format!("ends within its header, after {} bytes", bytes.len()),
        help: "the file is cut short: look for a copy of it",
    })
}

fn layout(bytes: &[u8], version: Version, index: usize, stride: usize, heading: usize) -> Option<Layout> {
    let cards = usize::from(word(bytes, index - 2)?);
    let mut found = Layout { version, cards, index, stride, heading, starts: Vec::new() };
    let mut starts: Vec<usize> = (0..cards).filter_map(|card| found.start(bytes, card)).collect();
    starts.sort_unstable();
    starts.dedup();
    found.starts = starts;
    Some(found)
}

impl Layout {
    pub(super) fn encoding(&self, declared: Encoding) -> Encoding {
        if self.version == Version::Dko { Encoding::UTF_16LE } else { declared }
    }

    /// The index line of a card, from 0, as far as the file reaches.
    fn line<'a>(&self, bytes: &'a [u8], card: usize) -> Option<&'a [u8]> {
        let start = self.index + card * self.stride;
        bytes.get(start..bytes.len().min(start + self.stride))
    }

    /// Where the data of a card begins.
    pub(super) fn start(&self, bytes: &[u8], card: usize) -> Option<usize> {
        usize::try_from(double(self.line(bytes, card)?, 6)?).ok()
    }

    /// The heading of a card, up to its first zero; what there is of it.
    pub(super) fn heading<'a>(&self, bytes: &'a [u8], card: usize) -> Option<&'a [u8]> {
        let line = self.line(bytes, card)?.get(BEFORE_HEADING..)?;
        let text = line.get(..line.len().min(self.heading))?;
        let end = if self.version == Version::Dko {
            let zero = text.chunks(2).position(|unit| unit == [0, 0]).map(|units| units * 2);
            zero.unwrap_or(text.len() / 2 * 2)
        } else {
            memchr::memchr(0, text).unwrap_or(text.len())
        };
        text.get(..end)
    }

    /// Whether a card's index line is in the file as a whole.
    pub(super) fn has_line(&self, bytes: &[u8], card: usize) -> bool {
        self.line(bytes, card).is_some_and(|line| line.len() == self.stride)
    }

    /// Where the data of a card ends at the latest: where that of the next begins.
    pub(super) fn end(&self, bytes: &[u8], start: usize) -> usize {
        let after = self.starts.partition_point(|&other| other <= start);
        self.starts.get(after).copied().unwrap_or(bytes.len()).min(bytes.len())
    }

    /// Whether the index lines are what they ought to be: nothing but zeros where
    /// something is reserved, and cards behind the last of them.
    fn fits(&self, bytes: &[u8]) -> bool {
        let behind = self.index + self.cards * self.stride;
        (0..self.cards).all(|card| {
            let reserved = self.line(bytes, card).and_then(|line| line.get(..6));
            reserved == Some(&[0; 6]) && self.start(bytes, card).is_some_and(|start| start >= behind)
        })
    }
}

/// Two bytes at a place, the lower one first.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// Four bytes at a place, the lowest one first.
pub(super) fn double(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
