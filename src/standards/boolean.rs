//! `boolean`: yes and no in the words that legacy systems use for them.
//! Knows a fixed list of words and those that its options add; guesses nothing.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBuilder, StringArray};
use arrow::datatypes::DataType;

use super::column::nonblank;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::{Code, Faults};
use crate::options;

/// Codes of this module.
pub const CODES: &[Code] = &[Code {
    id: "config.boolean-words",
    what: "A word is listed as both true and false, or `true` or `false` is listed as its opposite.",
    why: "The same word cannot mean both, and what the standard gives it must read back as the same.",
    example: "standard = { name = \"boolean\", true = [\"A\"], false = [\"A\"] }",
    fix: "List the word once.",
}];

pub static STANDARD: Standard = Standard {
    name: "boolean",
    what: "Reads yes and no in the words of seven languages, 1 and 0, T and F, X, on and off",
    why: "One flag is kept as Y, J, X, -1 and .T. by five systems; the target has one type for it.",
    rule: "Words of use in English, German, French, Spanish, Italian, Portuguese and Dutch, and of dBase (.T.) and \
           Access (-1). Anything else is invalid.",
    examples: &[
        Example { input: "true", country: None, output: Some("true") },
        Example { input: "Y", country: None, output: Some("true") },
        Example { input: "No", country: None, output: Some("false") },
        Example { input: "1", country: None, output: Some("true") },
        Example { input: "-1", country: None, output: Some("true") },
        Example { input: "0", country: None, output: Some("false") },
        Example { input: "x", country: None, output: Some("true") },
        Example { input: ".F.", country: None, output: Some("false") },
        Example { input: "Ja", country: None, output: Some("true") },
        Example { input: "SÍ", country: None, output: Some("true") },
        Example { input: "não", country: None, output: Some("false") },
        Example { input: "maybe", country: None, output: None },
        Example { input: "2", country: None, output: None },
    ],
    takes_country: false,
    keys: BooleanOptions::keys,
    build,
};

options! {
    /// Options of the standard `boolean`.
    struct BooleanOptions {
        /// Further words that mean true; case does not matter.
        r#true: Vec<String> = Vec::new(),
        /// Further words that mean false; case does not matter.
        r#false: Vec<String> = Vec::new(),
    }
}

const TRUE: &[&str] = &[
    "true",
    "1",
    "y",
    "yes",
    "t",
    "x",
    "on",
    "-1",
    ".t.",
    ".y.",
    "j",
    "ja",
    "wahr",
    "oui",
    "o",
    "vrai",
    "si",
    "sí",
    "sì",
    "s",
    "verdadero",
    "vero",
    "sim",
    "verdadeiro",
    "waar",
    "checked",
];
const FALSE: &[&str] = &[
    "false",
    "0",
    "n",
    "no",
    "f",
    "off",
    ".f.",
    ".n.",
    "nein",
    "falsch",
    "non",
    "faux",
    "falso",
    "não",
    "nao",
    "nee",
    "onwaar",
    "unchecked",
];

#[derive(Debug)]
struct Boolean {
    /// Further words in lower case.
    yes: Vec<String>,
    no: Vec<String>,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = BooleanOptions::from_table(table, span.clone(), also, faults)?;
    let fold = |words: &[String]| words.iter().map(|word| word.trim().to_lowercase()).collect::<Vec<_>>();
    let cleaner = Boolean { yes: fold(&options.r#true), no: fold(&options.r#false) };
    let clash = cleaner.yes.iter().any(|word| word == "false" || cleaner.no.contains(word));
    if clash || cleaner.no.iter().any(|word| word == "true") {
        faults
            .push("config.boolean-words", span, "a word is listed as both true and false")
            .help("list each word once, and `true` and `false` not as their opposites");
        return None;
    }
    Some(Box::new(cleaner))
}

impl Boolean {
    fn read(&self, value: &str) -> Option<bool> {
        let known = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
        if self.yes.is_empty() && self.no.is_empty() {
            if known(TRUE) {
                return Some(true);
            }
            if known(FALSE) {
                return Some(false);
            }
        }
        let folded = value.to_lowercase();
        if self.yes.contains(&folded) {
            return Some(true);
        }
        if self.no.contains(&folded) {
            return Some(false);
        }
        if TRUE.contains(&folded.as_str()) {
            return Some(true);
        }
        FALSE.contains(&folded.as_str()).then_some(false)
    }
}

impl Cleaner for Boolean {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let mut built = BooleanBuilder::with_capacity(input.len());
        for value in input.iter() {
            built.append_option(value.and_then(nonblank).and_then(|value| self.read(value)));
        }
        Arc::new(built.finish())
    }

    fn output(&self) -> DataType {
        DataType::Boolean
    }
}
