//! `name_suffix`: what follows a name, in one spelling.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text};
use super::person_name::title::push_suffixes;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;

options! {
    /// Options of `name_suffix`.
    pub struct SuffixOptions {
        /// Whether letters have their dots: Jr., Ph.D., M.D..
        dots: bool = false,
    }
}

pub static STANDARD: Standard = Standard {
    name: "name_suffix",
    what: "Gives what follows a name one spelling: Jr, Sr, III, PhD, MD, Esq., CPA",
    why: "it tells father from son, and a degree spelled three ways is three degrees",
    rule: "custom: degrees without dots, several parted by commas; what is not known is kept",
    examples: &[
        Example { input: "jr.", country: None, output: Some("Jr") },
        Example { input: "SENIOR", country: None, output: Some("Sr") },
        Example { input: "iii", country: None, output: Some("III") },
        Example { input: "3rd", country: None, output: Some("III") },
        Example { input: "Ph.D.", country: None, output: Some("PhD") },
        Example { input: "jr, m.d.", country: None, output: Some("Jr, MD") },
        Example { input: "MD PHD", country: None, output: Some("MD, PhD") },
        Example { input: "esq", country: None, output: Some("Esq.") },
        Example { input: "FRICS", country: None, output: Some("FRICS") },
        Example { input: "n/a", country: None, output: None },
    ],
    takes_country: false,
    keys: SuffixOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Suffix(SuffixOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Suffix(SuffixOptions);

impl Cleaner for Suffix {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            push_suffixes(value, self.0.dots, clean);
            match clean.as_str() {
                "" => Outcome::Invalid,
                clean if clean == value => Outcome::Same,
                _ => Outcome::Changed,
            }
        })
    }
}
