//! `name_prefix`: the title before a name, in one spelling.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text};
use super::person_name::title::push_prefixes;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;

options! {
    /// Options of `name_prefix`.
    pub struct PrefixOptions {
        /// Whether Mr, Mrs, Ms, Mx and Dr are written with a dot.
        dots: bool = false,
    }
}

pub static STANDARD: Standard = Standard {
    name: "name_prefix",
    what: "Gives titles before a name one spelling: Mr, Mrs, Dr, Prof., Herr, Mme, Sra., Rev., Capt.",
    why: "a picklist in the CRM has one entry for each, and letters greet by it",
    rule: "custom: contractions without a dot, abbreviations with one; where there are several, all have their dot; \
           titles that are not known are kept",
    examples: &[
        Example { input: "MR.", country: None, output: Some("Mr") },
        Example { input: "mrs", country: None, output: Some("Mrs") },
        Example { input: "Doctor", country: None, output: Some("Dr") },
        Example { input: "prof dr", country: None, output: Some("Prof. Dr.") },
        Example { input: "Prof.Dr.", country: None, output: Some("Prof. Dr.") },
        Example { input: "HERR", country: None, output: Some("Herr") },
        Example { input: "madame", country: None, output: Some("Mme") },
        Example { input: "Señora", country: None, output: Some("Sra.") },
        Example { input: "mr & mrs", country: None, output: Some("Mr & Mrs") },
        Example { input: "captain", country: None, output: Some("Capt.") },
        Example { input: "Baroness", country: None, output: Some("Baroness") },
        Example { input: "-", country: None, output: None },
    ],
    takes_country: false,
    keys: PrefixOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Prefix(PrefixOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Prefix(PrefixOptions);

impl Cleaner for Prefix {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            push_prefixes(value, self.0.dots, clean);
            match clean.as_str() {
                "" => Outcome::Invalid,
                clean if clean == value => Outcome::Same,
                _ => Outcome::Changed,
            }
        })
    }
}
