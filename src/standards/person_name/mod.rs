//! `person_name`: a whole name in one field, in natural order.
//!
//! Holds what all standards of names share: the splitter, the rules of capitals
//! and the words that have a place of their own.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

pub(super) mod words;
pub(super) mod case;
pub(super) mod field;
pub(super) mod title;
pub(crate) mod split;
pub mod function;

use super::column::{Outcome, clean_text};
use super::text::tidy;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use split::split;

pub static STANDARD: Standard = Standard {
    name: "person_name",
    what: "Writes a whole name in natural order: Prefix Given Middle Family, Suffix",
    why: "one field with `SMITH, JOHN Q. (JR)` in one source and `John Q Smith` in another is neither shown nor \
          matched well; name_part takes the parts out for targets that have a field for each",
    rule: "custom: family name before a comma, titles in front, letters behind, particles with the family name; \
           couples stay together",
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
        Example { input: "unknown", country: None, output: None },
    ],
    takes_country: false,
    keys: field::no_keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    field::NoOptions::from_table(table, span, also, faults)?;
    Some(Box::new(PersonName))
}

#[derive(Debug)]
struct PersonName;

impl Cleaner for PersonName {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let Some(name) = split(value) else { return Outcome::Invalid };
            name.push_display(clean);
            if clean == value {
                return Outcome::Same;
            }
            // A name so odd that its own display form reads otherwise is only
            // tidied: what is not understood is not rearranged.
            if split(clean).is_none_or(|again| !displays_as(&again, clean)) {
                clean.clear();
                clean.push_str(&tidy(value));
            }
            if clean == value { Outcome::Same } else { Outcome::Changed }
        })
    }
}

fn displays_as(name: &split::Name, text: &str) -> bool {
    let mut display = String::with_capacity(text.len());
    name.push_display(&mut display);
    display == text
}
