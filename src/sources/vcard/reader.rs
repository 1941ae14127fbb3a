//! The cards of one file, whichever its form, as properties.
//!
//! The one place that knows all forms.

use std::io::{self, BufReader, Read};
use std::path::Path;

use super::cards::{Cards, Chunk, Kind};
use super::form::{self, Form};
use super::jcard::{self, Values};
use super::piece::{Piece, Whole};
use super::property::{Parsed, parse};
use super::value::Charsets;
use super::xcard::{self, Elements};
use super::{CUT, MALFORMED, STRAY, TOO_LARGE, UNCLOSED, UNOPENED};
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;

type Bytes = BufReader<Box<dyn Read + Send>>;

/// A card, or what stands in the place of one.
pub(super) struct Card {
    /// Where in the file: what stands behind the file's name in `_row`.
    pub place: String,
    pub fault: Option<&'static str>,
    pub parsed: Parsed,
}

impl Card {
    /// Whether its properties make columns: not those of lines that may be anything.
    pub(super) fn counts(&self) -> bool {
        !matches!(self.fault, Some(STRAY | MALFORMED | CUT))
    }
}

/// A file being read.
pub(super) struct Reader {
    cards: Source,
    charsets: Charsets,
    /// The encoding of the file as a whole, where that is known.
    pub whole: Option<Encoding>,
}

enum Source {
    Lines(Cards<Bytes>),
    Json(Values<Bytes>),
    Xml(Elements<Bytes>),
}

impl Reader {
    /// Opens a file. `otherwise` is the charset of values that name none and are
    /// not UTF-8; without it, the reader learns which it is.
    pub(super) fn open(
        path: &Path,
        encoding: Option<Encoding>,
        otherwise: Option<Encoding>,
    ) -> Result<Self, ReadError> {
        let file = form::open(path, encoding)?;
        let whole = file.whole.is_some();
        let charsets = match otherwise {
            Some(otherwise) => Charsets::known(encoding, whole, otherwise),
            None => Charsets::learning(encoding, whole),
        };
        let cards = match file.form {
            Form::Lines => Source::Lines(Cards::new(file.bytes)),
            Form::Json => Source::Json(Values::new(file.bytes)),
            Form::Xml => Source::Xml(Elements::new(file.bytes)),
        };
        Ok(Self { cards, charsets, whole: file.whole })
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Card>> {
        match &mut self.cards {
            Source::Lines(cards) => Ok(cards.next()?.map(|chunk| of_lines(&chunk, &mut self.charsets))),
            Source::Json(values) => {
                let piece = values.next()?;
                Ok(piece.map(|piece| of_piece(&piece, &mut self.charsets, jcard::parse)))
            }
            Source::Xml(elements) => {
                let piece = elements.next()?;
                Ok(piece.map(|piece| of_piece(&piece, &mut self.charsets, xcard::parse)))
            }
        }
    }

    /// See [`Charsets::learnt`].
    pub(super) fn learnt(self) -> Option<Encoding> {
        self.charsets.learnt()
    }
}

fn of_lines(chunk: &Chunk, charsets: &mut Charsets) -> Card {
    let fault = match chunk.kind {
        Kind::Card => None,
        Kind::Unclosed => Some(UNCLOSED),
        Kind::Unopened => Some(UNOPENED),
        Kind::TooLarge => Some(TOO_LARGE),
        Kind::Stray => Some(STRAY),
    };
    let mut parsed = parse(&chunk.lines, charsets);
    let fault = if parsed.over { Some(TOO_LARGE) } else { fault };
    if chunk.kind == Kind::Stray {
        // Lines that may be anything are not taken for properties.
        let text: Vec<String> = chunk.lines.iter().map(|line| charsets.decode(line).0).collect();
        parsed = Parsed { unread: vec![text.join("\n")], ..Parsed::default() };
    }
    Card { place: format!(":{}", chunk.line), fault, parsed }
}

/// A card of JSON or XML; one that is not well-formed keeps its text.
fn of_piece(piece: &Piece, charsets: &mut Charsets, parse: impl Fn(&str) -> Option<Parsed>) -> Card {
    let (text, _) = charsets.decode(&piece.bytes);
    let place = format!("#{}", piece.number);
    let kept = |text: String| Parsed { unread: vec![text], ..Parsed::default() };
    let (fault, parsed) = match piece.whole {
        Whole::Yes => match parse(&text) {
            Some(parsed) => (None, parsed),
            None => (Some(MALFORMED), kept(text)),
        },
        Whole::Cut if piece.bytes.is_empty() => (Some(CUT), Parsed::default()),
        Whole::Cut => (Some(UNCLOSED), kept(text)),
        Whole::TooLarge => (Some(TOO_LARGE), kept(text)),
    };
    Card { place, fault, parsed }
}
