//! `iban`: international bank account numbers, checked by their digits.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};
use iban::{Iban, IbanLike};

use super::column::{Outcome, clean_text};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

words! {
    /// How a number is written.
    pub enum Format {
        /// DE44500105175407324931
        Electronic = "electronic",
        /// DE44 5001 0517 5407 3249 31
        Print = "print",
    }
}

options! {
    /// Options of `iban`.
    pub struct IbanOptions {
        /// How the number is written: without spaces, or in groups of four as on paper.
        format: Format = Format::Electronic,
    }
}

pub static STANDARD: Standard = Standard {
    name: "iban",
    what: "Writes an IBAN without spaces, in capitals, and refuses one whose check digits or length are wrong",
    why: "a digit that was mistyped sends money back weeks later, and costs a fee",
    rule: "ISO 13616: the check digits (ISO 7064, modulo 97), and length and structure by the registry of SWIFT for \
           the country that it begins with; spaces, dots and hyphens go, and a label `IBAN` before it",
    examples: &[
        Example { input: "DE44 5001 0517 5407 3249 31", country: None, output: Some("DE44500105175407324931") },
        Example { input: "de44500105175407324931", country: None, output: Some("DE44500105175407324931") },
        Example { input: "IBAN: GB29 NWBK 6016 1331 9268 19", country: None, output: Some("GB29NWBK60161331926819") },
        Example {
            input: "FR14-2004-1010-0505-0001-3M02-606",
            country: None,
            output: Some("FR1420041010050500013M02606"),
        },
        Example { input: "NL91ABNA0417164300", country: None, output: Some("NL91ABNA0417164300") },
        Example { input: "DE44 5001 0517 5407 3249 32", country: None, output: None },
        Example { input: "DE44 5001 0517 5407 3249", country: None, output: None },
        Example { input: "500105175407324931", country: None, output: None },
        Example { input: "n/a", country: None, output: None },
    ],
    takes_country: false,
    keys: IbanOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Account(IbanOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Account(IbanOptions);

impl Cleaner for Account {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        let mut bare = String::new();
        clean_text(input, |value, clean| {
            bare.clear();
            let dropped =
                |c: &char| !c.is_whitespace() && !matches!(c, '-' | '.' | ':' | '\u{200b}' | '\u{2010}'..='\u{2015}');
            bare.extend(value.chars().filter(dropped).map(|c| c.to_ascii_uppercase()));
            let number = bare.strip_prefix("IBAN").unwrap_or(&bare);
            let Ok(iban) = number.parse::<Iban>() else { return Outcome::Invalid };
            match self.0.format {
                Format::Electronic => clean.push_str(iban.electronic_str()),
                Format::Print => clean.push_str(&iban.to_string()),
            }
            if clean == value { Outcome::Same } else { Outcome::Changed }
        })
    }
}
