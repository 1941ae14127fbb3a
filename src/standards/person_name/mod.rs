//! `person_name`: a whole name in one field, in natural order.
//!
//! Holds what all standards of names share: the splitter, the rules of capitals
//! and the words that have a place of their own.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

pub(super) mod words;
mod titles;
pub(super) mod case;
pub(super) mod field;
pub(super) mod title;
mod aside;
mod couple;
mod given;
mod offices;
mod han;
pub(crate) mod kind;
pub(crate) mod name;
mod several;
pub(crate) mod split;
pub mod function;
#[cfg(test)]
mod tests;

use super::column::{Outcome, clean_text};
use super::text::tidy;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words as word_list};
use kind::is_company;
use name::Order;
use split::split;

word_list! {
    /// What becomes of two people in one name.
    pub enum Couple {
        /// They stay together: `John & Mary Smith`.
        Keep = "keep",
        /// The first of both: `John Smith`.
        First = "first",
        /// The second of both: `Mary Smith`.
        Second = "second",
        /// They are invalid, so that a person looks at them.
        Invalid = "invalid",
    }
}

word_list! {
    /// What becomes of organisations in a column of names.
    pub enum Companies {
        /// They are invalid: a legal form, or a word such as Foundation, shows them.
        Invalid = "invalid",
        /// They are written as a name.
        Keep = "keep",
    }
}

word_list! {
    /// How the name is written.
    pub enum NameForm {
        /// `Dr Jane Q. Public, PhD`
        Natural = "natural",
        /// `Public, Dr Jane Q., PhD`
        Inverted = "inverted",
    }
}

options! {
    /// Options of `person_name`.
    pub struct PersonNameOptions {
        /// Where the family name stands in names without a comma: found out, behind, in front (`Nagy Ferenc`, where it stays), or two behind (`Ana García López`).
        order: Order = Order::Auto,
        /// Whether two people stay together, which of them stays, or that they are invalid.
        couple: Couple = Couple::Keep,
        /// Whether organisations are invalid.
        company: Companies = Companies::Invalid,
        /// In natural order, or family name first.
        form: NameForm = NameForm::Natural,
    }
}

pub static STANDARD: Standard = Standard {
    name: "person_name",
    what: "Writes a whole name in natural order: Prefix Given Middle Family, Suffix",
    why: "one field with `SMITH, JOHN Q. (JR)` in one source and `John Q Smith` in another is neither shown nor \
          matched well; name_part takes the parts out for targets that have a field for each",
    rule: "custom: family name before a comma, titles in front, letters behind, particles with the family name; \
           capitals alone (DUPONT Jean) or an initial behind (SWANSON PETER A) show a family name in front; names in \
           Chinese, Japanese and Korean script keep theirs there; couples stay together unless `couple` says which; a comma or semicolon parts two people \
           where both have a well-known given name; offices in brackets go behind, notes such as (deceased) and \
           (née Jones) stay there, and are no nickname; an e-mail address is no name",
    examples: &[
        Example { input: "SMITH, JOHN", country: None, output: Some("John Smith") },
        Example { input: "smith jr, dr. john q.", country: None, output: Some("Dr John Q. Smith, Jr") },
        Example { input: "Dr. Jane Q. Public, PhD", country: None, output: Some("Dr Jane Q. Public, PhD") },
        Example { input: "ludwig van beethoven", country: None, output: Some("Ludwig van Beethoven") },
        Example { input: "Berg, Anna van der", country: None, output: Some("Anna van der Berg") },
        Example { input: "prof. dr. MÜLLER", country: None, output: Some("Prof. Dr. Müller") },
        Example { input: "Robert \"Bob\" Smith", country: None, output: Some("Robert \"Bob\" Smith") },
        Example { input: "Robert (Bob) Smith", country: None, output: Some("Robert \"Bob\" Smith") },
        Example { input: "john & mary smith", country: None, output: Some("John & Mary Smith") },
        Example { input: "Mr. & Mrs. John Smith", country: None, output: Some("Mr & Mrs John Smith") },
        Example { input: "JOHN SMITH III", country: None, output: Some("John Smith, III") },
        Example { input: "DUPONT Jean", country: None, output: Some("Jean Dupont") },
        Example { input: "SWANSON PETER A", country: None, output: Some("Peter A Swanson") },
        Example { input: "Juan GARCIA LOPEZ", country: None, output: Some("Juan Garcia Lopez") },
        Example { input: "Sig.ra maria rossi", country: None, output: Some("Sig.ra Maria Rossi") },
        Example { input: "山田 太郎", country: None, output: Some("山田 太郎") },
        Example { input: "John Smith and Mary Jones", country: None, output: Some("John Smith and Mary Jones") },
        Example { input: "J.R.R. Tolkien", country: None, output: Some("J.R.R. Tolkien") },
        Example { input: "HANS GROß", country: None, output: Some("Hans Groß") },
        Example { input: "John Smith, Mary Jones", country: None, output: Some("John Smith & Mary Jones") },
        Example { input: "M. et Mme Dupont", country: None, output: Some("M. et Mme Dupont") },
        Example { input: "Smith, John (CEO)", country: None, output: Some("John Smith, CEO") },
        Example { input: "john smith (deceased)", country: None, output: Some("John Smith (deceased)") },
        Example { input: "john@example.com", country: None, output: None },
        Example { input: "Acme Widgets Inc.", country: None, output: None },
        Example { input: "unknown", country: None, output: None },
        Example { input: "test", country: None, output: None },
    ],
    takes_country: false,
    keys: PersonNameOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(PersonName(PersonNameOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct PersonName(PersonNameOptions);

impl Cleaner for PersonName {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            if self.0.company == Companies::Invalid && is_company(value) {
                return Outcome::Invalid;
            }
            if !self.push(value, clean) {
                clean.clear();
                return Outcome::Invalid;
            }
            if clean == value {
                return Outcome::Same;
            }
            // A name so odd that its own clean form reads otherwise is only
            // tidied: what is not understood is not rearranged.
            let mut again = String::with_capacity(clean.len());
            if !self.push(clean, &mut again) || again != *clean || self.is_refused(clean) {
                clean.clear();
                clean.push_str(&tidy(value));
            }
            if clean == value { Outcome::Same } else { Outcome::Changed }
        })
    }
}

impl PersonName {
    fn is_refused(&self, clean: &str) -> bool {
        self.0.company == Companies::Invalid && is_company(clean)
    }

    /// Appends the clean name; false for nobody, and for couples that are not wanted.
    fn push(&self, value: &str, clean: &mut String) -> bool {
        let Some(reading) = split(value, self.0.order) else { return false };
        let name = match (self.0.couple, &reading.pair) {
            (Couple::Keep, _) | (_, None) => &reading.whole,
            (Couple::First, Some(pair)) => &pair[0],
            (Couple::Second, Some(pair)) => &pair[1],
            (Couple::Invalid, Some(_)) => return false,
        };
        match self.0.form {
            // A name that is read so is written so, since it is read again so.
            NameForm::Natural if self.0.order == Order::FamilyFirst => name.push_family_first(clean),
            NameForm::Natural => name.push_display(clean),
            NameForm::Inverted => name.push_inverted(clean),
        }
        true
    }
}

/// Whether a word stands behind a name and is no part of it: `Jr`, `PhD`.
pub(crate) fn is_suffix(word: &str) -> bool {
    words::suffix(word).is_some()
}
