//! The standards for fields that hold one part of a name.

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::case::{Part, is_one_case, push_cased};
use super::words::is_placeholder;
use crate::config::decode::{Key, Table};
use crate::diagnostic::Faults;
use crate::options;
use crate::standards::column::{Outcome, clean_text};
use crate::standards::text::tidy;
use crate::standards::{Cleaner, Defaults};

options! {
    /// The standard has no options.
    pub struct NoOptions {}
}

/// Reads no options and gives the cleaner of that part.
pub(crate) fn build_part(
    part: Part,
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    use crate::config::decode::Options;
    NoOptions::from_table(table, span, also, faults)?;
    Some(Box::new(NamePart(part)))
}

/// The keys of a standard without options.
pub(crate) fn no_keys() -> Vec<Key> {
    Vec::new()
}

/// Builds the cleaner of a given name.
pub(crate) fn build_given(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    build_part(Part::Given, table, span, also, faults)
}

#[derive(Debug)]
struct NamePart(Part);

impl Cleaner for NamePart {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let bare = tidy(value);
            let bare = unwrapped(&bare);
            if is_placeholder(&bare) {
                return Outcome::Invalid;
            }
            if bare == value && !is_one_case(&bare) {
                return Outcome::Same;
            }
            push_cased(&bare, self.0, clean);
            if clean == value { Outcome::Same } else { Outcome::Changed }
        })
    }
}

/// The name without stray commas, quotes and dots around it; the dot of an
/// initial or of an abbreviation before another word stays.
pub(crate) fn unwrapped(text: &str) -> Cow<'_, str> {
    let stray = |c: char| {
        matches!(
            c,
            ',' | ';'
                | ':'
                | '"'
                | '*'
                | '_'
                | '|'
                | '\u{201c}'
                | '\u{201d}'
                | '\u{201e}'
                | '`'
                | '-'
                | ' '
                | '?'
                | '!'
        )
    };
    let mut text = text;
    loop {
        let before = text.len();
        text = text.trim_matches(stray).trim_start_matches('.');
        if let Some(inner) = text.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')) {
            text = inner;
        }
        if text.ends_with('.') && !ends_in_initial(text) {
            text = text.trim_end_matches('.');
        }
        if text.len() == before {
            break;
        }
    }
    // A comma or quote within parts nothing in a field of one part.
    if !text.contains([',', ';', '"']) {
        return Cow::Borrowed(text);
    }
    let parted = text.split([',', ';', '"', ' ']).filter(|word| !word.is_empty());
    Cow::Owned(parted.collect::<Vec<_>>().join(" "))
}

/// `J.` and `Mary J.`, and `J.R.`, but not `Mary.` or `J..`
fn ends_in_initial(text: &str) -> bool {
    let mut letters = text.strip_suffix('.').unwrap_or(text).chars().rev();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none_or(|c| matches!(c, ' ' | '.' | '-'))
}
