//! `text`: free text without invisible dirt.

use arrow::array::{ArrayRef, StringArray};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::casing::lowercase;
use super::column::{Outcome, clean_text};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

words! {
    /// What becomes of line breaks.
    pub enum Lines {
        /// They stay.
        Keep = "keep",
        /// They become spaces.
        Fold = "fold",
    }
}

words! {
    /// What becomes of capitals.
    pub enum Case {
        /// They stay.
        Keep = "keep",
        /// all small
        Lower = "lower",
        /// ALL CAPITALS
        Upper = "upper",
        /// A Capital For Each Word
        Title = "title",
    }
}

options! {
    /// Options of `text`.
    pub struct TextOptions {
        /// Whether line breaks stay or become spaces.
        lines: Lines = Lines::Keep,
        /// Whether capitals stay, or all words get the same.
        case: Case = Case::Keep,
    }
}

pub static STANDARD: Standard = Standard {
    name: "text",
    what: "Trims, makes runs of spaces one space, and removes characters that cannot be seen",
    why: "two texts that look the same should be the same, and an invisible character should not break a search",
    rule: "Unicode NFC; control and zero-width characters go, every kind of space is a space",
    examples: &[
        Example { input: "  two   words ", country: None, output: Some("two words") },
        Example { input: "tab\there", country: None, output: Some("tab here") },
        Example { input: "line one  \r\nline two", country: None, output: Some("line one\nline two") },
        Example { input: "no\u{a0}break", country: None, output: Some("no break") },
        Example { input: "zero\u{200b}width", country: None, output: Some("zerowidth") },
        Example { input: "\u{feff}byte order mark", country: None, output: Some("byte order mark") },
        Example { input: "Cafe\u{301}", country: None, output: Some("Café") },
        Example { input: "bell\u{7}", country: None, output: Some("bell") },
        Example { input: "already clean", country: None, output: Some("already clean") },
    ],
    takes_country: false,
    keys: TextOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Text(TextOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Text(TextOptions);

impl Cleaner for Text {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| self.value(value, clean))
    }
}

impl Text {
    fn value(&self, value: &str, clean: &mut String) -> Outcome {
        if self.0.case == Case::Keep && is_tidy(value, self.0.lines == Lines::Keep) {
            return Outcome::Same;
        }
        tidy_into(value, self.0.lines == Lines::Keep, clean);
        // A case mapping can decompose or compose anew, so it goes before the last NFC.
        let cased = match self.0.case {
            Case::Keep => return emptied(clean),
            Case::Lower => lowercase(clean),
            Case::Upper => clean.to_uppercase(),
            Case::Title => title(clean),
        };
        clean.clear();
        clean.extend(cased.nfc());
        emptied(clean)
    }
}

/// Text of nothing but dirt is no text.
fn emptied(clean: &str) -> Outcome {
    if clean.is_empty() { Outcome::Invalid } else { Outcome::Changed }
}

/// The first letter of each word large, the rest small.
fn title(text: &str) -> String {
    let mut cased = String::with_capacity(text.len());
    let mut inside = false;
    let turkish = text.contains('İ');
    for c in text.chars() {
        match inside {
            true if c == 'İ' => cased.push('i'),
            true if c == 'I' && turkish => cased.push('ı'),
            true => cased.extend(c.to_lowercase()),
            false => push_capital(c, &mut cased),
        }
        inside = c.is_alphanumeric() || (inside && (is_combining_mark(c) || matches!(c, '\'' | '\u{2019}')));
    }
    cased
}

/// Appends the capital of a letter; where that is several (`ß`), the letter stays.
pub(super) fn push_capital(c: char, out: &mut String) {
    let mut large = c.to_uppercase();
    match (large.next(), large.next()) {
        (Some(one), None) => out.push(one),
        _ => out.push(c),
    }
}

/// Whether [`tidy`] would leave the value as it is; may say no to one that it would.
pub(super) fn is_tidy(value: &str, lines: bool) -> bool {
    let bytes = value.as_bytes();
    let mut before = b' ';
    for &byte in bytes {
        let fine = match byte {
            b' ' => before != b' ' && before != b'\n',
            b'\n' => lines && before != b' ' && before != b'\n',
            0x21..=0x7e => true,
            _ => return !value.is_ascii() && is_tidy_unicode(value, lines),
        };
        if !fine {
            return false;
        }
        before = byte;
    }
    before != b' ' && before != b'\n'
}

fn is_tidy_unicode(value: &str, lines: bool) -> bool {
    let mut before = ' ';
    for c in value.chars() {
        let fine = match c {
            ' ' => before != ' ' && before != '\n',
            '\n' => lines && before != ' ' && before != '\n',
            c => !is_invisible(c) && !c.is_whitespace(),
        };
        if !fine {
            return false;
        }
        before = c;
    }
    before != ' ' && before != '\n' && is_nfc_quick(value.chars()) == IsNormalized::Yes
}

/// Appends the value trimmed, runs of space folded, invisible characters gone,
/// in NFC; with `lines` its line breaks stay (at most one empty line between).
pub(super) fn tidy_into(value: &str, lines: bool, clean: &mut String) {
    let start = clean.len();
    let mut breaks = 0_usize;
    let mut space = false;
    let mut before = ' ';
    for c in value.nfc() {
        if lines && is_line_break(c) {
            // CRLF is one line break.
            breaks += usize::from(!(c == '\n' && before == '\r'));
        } else if c.is_whitespace() {
            space = true;
        } else if !is_invisible(c) {
            if clean.len() > start {
                match (breaks, space) {
                    (0, false) => {}
                    (0, true) => clean.push(' '),
                    (1, _) => clean.push('\n'),
                    _ => clean.push_str("\n\n"),
                }
            }
            (breaks, space) = (0, false);
            clean.push(c);
        }
        before = c;
    }
    // What an invisible character kept apart can compose now.
    recompose(start, clean);
}

/// Brings what follows `start` to NFC: a change of case can take it out of it.
pub(super) fn recompose(start: usize, clean: &mut String) {
    let Some(tail) = clean.get(start..) else { return };
    if is_nfc_quick(tail.chars()) != IsNormalized::Yes {
        let composed: String = tail.nfc().collect();
        clean.truncate(start);
        clean.push_str(&composed);
    }
}

/// [`tidy_into`] on one line, borrowed where nothing is to do.
pub(super) fn tidy(value: &str) -> std::borrow::Cow<'_, str> {
    if is_tidy(value, false) {
        return value.into();
    }
    let mut clean = String::with_capacity(value.len());
    tidy_into(value, false, &mut clean);
    clean.into()
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that nobody sees: controls, zero-width ones, marks of direction,
/// soft hyphens. Joiners stay, since some scripts cannot be written without.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}
