//! Cards of Windows Cardfile (`.crd`): MGC, RRG and DKO.
//!
//! | file | knows |
//! |---|---|
//! | `layout` | the header and the index lines of each version |
//! | `card` | picture, object and text of a card |
//! | `object` | how long an object of OLE 1 is |
//!
//! A card is a record: its heading is the column `index`, its text the column
//! `text`. Pictures and objects are passed over, and noted. A card that cannot be
//! read costs itself: its heading, if that is there, is kept with the fault.

mod card;
mod codes;
mod layout;
mod object;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use self::layout::Layout;
use super::cards;
use super::encoding::Encoding;
use super::entries::{self, Entries, Entry, Reader};
use super::kind::{Opener, Place};
use super::{ReadError, Source};
use crate::options;

pub use self::codes::CODES;

options! {
    /// How files of Windows Cardfile are read.
    pub struct CardfileOptions {
        /// The code page of the cards; `windows-1252` without it. Files of
        /// Windows NT (DKO) are Unicode and need none.
        encoding: Option<Encoding>,
        /// Also reads the lines of the text as tagged lines: `Tel: 030-007` is
        /// the column `Tel`. The whole text stays in `text`.
        tags: bool = false,
    }
}

/// The most bytes that a file may have. Its offsets reach further, but a card
/// holds less than 64 KiB of text and a file 65,535 cards.
const MOST: u64 = 1 << 30;

impl Opener for CardfileOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        let encoding = self.encoding.unwrap_or(Encoding::WINDOWS_1252);
        entries::open(place.files()?, Arc::new(Cardfile { encoding, tags: self.tags }))
    }
}

/// The format, with its options.
struct Cardfile {
    encoding: Encoding,
    tags: bool,
}

impl Cardfile {
    fn file(&self, path: &Path) -> Result<(Layout, Vec<u8>), ReadError> {
        let bytes = entries::whole(path, MOST)?;
        let place = path.display().to_string();
        match layout::of(&bytes) {
            Ok(layout) => Ok((layout, bytes)),
            Err(bad) => Err(ReadError::new(place, bad.what).help(bad.help)),
        }
    }
}

impl Reader for Cardfile {
    fn always(&self) -> Vec<String> {
        ["index", "text"].map(String::from).to_vec()
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Entries>, ReadError> {
        let (layout, bytes) = self.file(path)?;
        let encoding = layout.encoding(self.encoding);
        Ok(Box::new(Cards { layout, bytes, encoding, tags: self.tags, next: 0 }))
    }

    fn nothing(&self, path: &Path) -> ReadError {
        ReadError::new(path.display().to_string(), "holds no card")
            .help("take it out of the source's `path`, or look for the file that was in use")
    }

    fn no_column(&self) -> &'static str {
        codes::NO_COLUMN
    }

    fn detected(&self, path: &Path) -> Option<String> {
        let (layout, _) = self.file(path).ok()?;
        Some(format!("{}, {} cards, {}", layout.version.word(), layout.cards, layout.encoding(self.encoding).name()))
    }
}

/// The cards of one file.
struct Cards {
    layout: Layout,
    bytes: Vec<u8>,
    encoding: Encoding,
    tags: bool,
    /// The number of the next card, from 0.
    next: usize,
}

impl Entries for Cards {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        if self.next >= self.layout.cards {
            return Ok(None);
        }
        let card = card::read(&self.bytes, &self.layout, self.next);
        self.next += 1;
        let mut entry = Entry::at(self.next as u64);
        entry.fault = card.fault;
        if let Some(note) = card.note {
            entry.note(note, "");
        }
        for (name, bytes) in [("index", card.index), ("text", card.text)] {
            let mut text = String::new();
            let whole = self.encoding.decode_into(bytes, &mut text);
            if !whole {
                entry.note(codes::ENCODING, name);
            }
            entry.join(name, &text, "");
            if self.tags && name == "text" {
                cards::add_tags(&mut entry, &text);
            }
        }
        Ok(Some(entry))
    }
}
