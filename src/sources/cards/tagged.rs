//! Cards of tagged lines: `Name: Ann Smith`.
//!
//! A tag is a few words before the delimiter. A line that is indented more than
//! the tag before it continues the value. What is neither goes to `text`, so that
//! nothing of a card is lost.

use super::codes;
use super::options::{CardsOptions, Separator, Untagged};
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, Lines, decoded};

/// A card of more bytes than this is not kept in memory.
const MOST: usize = 64 << 20;
/// A tag has no more letters and words than this; a sentence has.
const TAG_LETTERS: usize = 40;
const TAG_WORDS: usize = 5;

/// The cards of a file.
pub(super) struct Blocks {
    lines: Lines,
    separator: Separator,
    delimiter: String,
    first: Option<String>,
    untagged: Untagged,
    encoding: Option<Encoding>,
}

impl Blocks {
    pub(super) fn new(lines: Lines, options: &CardsOptions) -> Self {
        Self {
            lines,
            separator: options.separator.clone(),
            delimiter: options.delimiter.clone(),
            first: options.first.as_ref().map(|tag| tag.to_lowercase()),
            untagged: options.untagged,
            encoding: options.encoding,
        }
    }

    /// Whether a card begins with this line, whatever stands before it.
    fn begins(&self, line: &str) -> bool {
        let tag = tag(line, &self.delimiter);
        self.first.as_ref().is_some_and(|first| tag.is_some_and(|(tag, _)| tag.to_lowercase() == *first))
    }

    /// Whether a line parts cards. Where each begins with a tag of its own, blank
    /// lines do not.
    fn parts(&self, line: &str) -> bool {
        let blank = self.first.is_some() && matches!(self.separator, Separator::Blank);
        !blank && self.separator.is(line)
    }
}

impl Entries for Blocks {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        let mut card: Option<Card> = None;
        let mut size = 0;
        while let Some(bytes) = self.lines.next()? {
            let (line, whole) = decoded(&bytes, self.encoding);
            if self.parts(&line) {
                if card.is_some() {
                    break;
                }
                continue;
            }
            if line.trim().is_empty() {
                continue;
            }
            if card.is_some() && self.begins(&line) {
                self.lines.give_back(bytes);
                break;
            }
            let card = card.get_or_insert_with(|| Card::new(self.lines.number()));
            size += line.len();
            if size > MOST {
                card.entry.fault = Some(codes::TOO_LARGE);
                continue;
            }
            let column = card.line(&line, &self.delimiter, self.untagged);
            if !whole {
                card.entry.note(codes::ENCODING, &column);
            }
        }
        Ok(card.map(|card| card.entry))
    }
}

/// A card being read, line by line.
struct Card {
    entry: Entry,
    /// The tag of the last value, and the column that it got if it has one yet.
    last: Option<(String, Option<String>)>,
    /// Blanks before that tag.
    indent: usize,
}

impl Card {
    fn new(line: u64) -> Self {
        Self { entry: Entry::at(line), last: None, indent: 0 }
    }

    /// Takes a line, and gives the column that it went to.
    fn line(&mut self, line: &str, delimiter: &str, untagged: Untagged) -> String {
        let indent = line.len() - line.trim_start().len();
        let found = tag(line, delimiter);
        let deeper = indent > self.indent && self.last.is_some();
        match found {
            Some((tag, value)) if !deeper => {
                self.indent = indent;
                let column = self.entry.add(tag, value);
                self.last = Some((tag.to_string(), column.clone()));
                column.unwrap_or_else(|| tag.to_string())
            }
            _ if deeper || (untagged == Untagged::Continue && self.last.is_some()) => self.go_on(line.trim()),
            _ => {
                self.entry.join("text", line.trim_end(), "\n");
                "text".to_string()
            }
        }
    }

    fn go_on(&mut self, text: &str) -> String {
        let Some((tag, column)) = &mut self.last else { return String::new() };
        match column {
            Some(column) => self.entry.join(column, text, "\n"),
            None => *column = self.entry.add(tag, text),
        }
        column.clone().unwrap_or_else(|| tag.clone())
    }
}

/// The tag of a line and what comes after it.
fn tag<'a>(line: &'a str, delimiter: &str) -> Option<(&'a str, &'a str)> {
    let (before, after) = line.split_once(delimiter)?;
    let tag = before.trim().trim_end_matches(['.', '_', ' ', '\t']);
    let short = tag.chars().count() <= TAG_LETTERS && tag.split_whitespace().count() <= TAG_WORDS;
    if !short || !tag.contains(char::is_alphabetic) || tag.contains('@') {
        return None;
    }
    if delimiter == ":" {
        let time = before.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit());
        let address = after.starts_with("//") || (before.trim().len() == 1 && after.starts_with('\\'));
        if time || address {
            return None;
        }
    }
    Some((tag, after.trim()))
}

/// Adds the tagged lines of a text to an entry; other lines are left alone.
pub(in crate::sources) fn add_tags(entry: &mut Entry, text: &str) {
    for line in text.lines() {
        if let Some((tag, value)) = tag(line, ":") {
            entry.add(tag, value);
        }
    }
}
