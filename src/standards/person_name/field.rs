//! The standards for fields that hold one part of a name.

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::case::{Part, is_one_case, push_proper};
use super::words::{is_email_address, is_particle, is_placeholder};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::standards::column::{Outcome, clean_text};
use crate::standards::text::{push_capital, tidy};
use crate::standards::{Cleaner, Defaults};
use crate::{options, words};

words! {
    /// What becomes of the capitals of names all in one case.
    pub enum NameCase {
        /// They are put right.
        Fix = "fix",
        /// They stay.
        Keep = "keep",
    }
}

words! {
    /// How particles such as `van der` are written.
    pub enum Particles {
        /// `van der Berg`, in names whose capitals are put right.
        Small = "small",
        /// `Van Der Berg`, as in Flanders and often in America; in all names.
        Large = "large",
    }
}

options! {
    /// Options of `given_name` and `middle_name`.
    pub struct GivenOptions {
        /// Whether names all in capitals or all in small letters get theirs.
        case: NameCase = NameCase::Fix,
    }
}

options! {
    /// Options of `family_name`.
    pub struct FamilyOptions {
        /// Whether names all in capitals or all in small letters get theirs.
        case: NameCase = NameCase::Fix,
        /// Whether particles such as `van der` begin small or large.
        particles: Particles = Particles::Small,
    }
}

/// Builds the cleaner of a given name.
pub(crate) fn build_given(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = GivenOptions::from_table(table, span, also, faults)?;
    Some(Box::new(NamePart { part: Part::Given, case: options.case, particles: Particles::Small }))
}

/// Builds the cleaner of a family name.
pub(crate) fn build_family(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = FamilyOptions::from_table(table, span, also, faults)?;
    Some(Box::new(NamePart { part: Part::Family, case: options.case, particles: options.particles }))
}

#[derive(Debug)]
struct NamePart {
    part: Part,
    case: NameCase,
    particles: Particles,
}

impl Cleaner for NamePart {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let bare = tidy(value);
            let bare = unwrapped(&bare);
            if is_placeholder(&bare) || is_email_address(&bare) {
                return Outcome::Invalid;
            }
            let fixes = self.case == NameCase::Fix && is_one_case(&bare);
            if bare == value && !fixes && self.particles == Particles::Small {
                return Outcome::Same;
            }
            match fixes {
                true => push_proper(&bare, self.part, clean),
                false => clean.push_str(&bare),
            }
            if self.particles == Particles::Large {
                enlarge_particles(clean);
            }
            if clean == value { Outcome::Same } else { Outcome::Changed }
        })
    }
}

/// Gives the particles of a name their capital; that of the last word is no
/// particle.
fn enlarge_particles(name: &mut String) {
    let words: Vec<&str> = name.split(' ').collect();
    let last = words.len() - 1;
    let mut large = String::with_capacity(name.len());
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            large.push(' ');
        }
        let mut letters = word.chars();
        match letters.next().filter(|_| at < last && is_particle(word)) {
            Some(first) => {
                push_capital(first, &mut large);
                large.push_str(letters.as_str());
            }
            None => large.push_str(word),
        }
    }
    *name = large;
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
