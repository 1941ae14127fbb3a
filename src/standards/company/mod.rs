//! `company`: names of organisations.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

mod case;
mod legal;

use super::column::{Outcome, clean_text};
use super::person_name::case::is_one_case;
use super::person_name::words::is_placeholder;
use super::text::{recompose, tidy};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

words! {
    /// What becomes of the legal form.
    pub enum LegalForm {
        /// It stays, in its one spelling.
        Keep = "keep",
        /// It goes.
        Drop = "drop",
    }
}

words! {
    /// What becomes of the capitals of names all in one case.
    pub enum Case {
        /// They are put right.
        Fix = "fix",
        /// They stay, for brands that are written so.
        Keep = "keep",
    }
}

options! {
    /// Options of `company`.
    pub struct CompanyOptions {
        /// Whether the legal form at the end stays.
        legal_form: LegalForm = LegalForm::Keep,
        /// Whether names all in capitals or all in small letters get theirs.
        case: Case = Case::Fix,
    }
}

pub static STANDARD: Standard = Standard {
    name: "company",
    what: "Trims a company name, gives shouted names their capitals, and spells the legal form one way",
    why: "`ACME INC`, `Acme, Inc` and `Acme Inc.` are one customer",
    rule: "custom: names all in one case get capitals, short words that are likely abbreviations stay large; the \
           legal form at the end as its country writes it (Inc., LLC, GmbH, S.A.); mixed case is left as it is",
    examples: &[
        Example { input: "  Acme   Inc ", country: None, output: Some("Acme Inc.") },
        Example { input: "ACME HOLDINGS, L.L.C.", country: None, output: Some("Acme Holdings, LLC") },
        Example { input: "IBM CORP", country: None, output: Some("IBM Corp.") },
        Example { input: "müller gmbh & co. kg", country: None, output: Some("Müller GmbH & Co. KG") },
        Example { input: "BANK OF THE WEST", country: None, output: Some("Bank of the West") },
        Example { input: "O'REILLY MEDIA", country: None, output: Some("O'Reilly Media") },
        Example { input: "joe's garage", country: None, output: Some("Joe's Garage") },
        Example { input: "SUN OIL COMPANY", country: None, output: Some("Sun Oil Company") },
        Example { input: "\"eBay\"", country: None, output: Some("eBay") },
        Example { input: "Day Spa", country: None, output: Some("Day Spa") },
        Example { input: "3M", country: None, output: Some("3M") },
        Example { input: "n/a", country: None, output: None },
    ],
    takes_country: false,
    keys: CompanyOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Company(CompanyOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Company(CompanyOptions);

impl Cleaner for Company {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let bare = tidy(value);
            if is_nothing(unquoted(&bare)) {
                return Outcome::Invalid;
            }
            self.write(&bare, clean);
            // FOO SA INC shows what SA is only once it has become Foo SA Inc.
            for _ in 0..4 {
                if clean == value {
                    return Outcome::Same;
                }
                let before = std::mem::take(clean);
                self.write(&before, clean);
                if *clean == before {
                    break;
                }
            }
            if is_nothing(clean) { Outcome::Invalid } else { Outcome::Changed }
        })
    }
}

impl Company {
    fn write(&self, name: &str, clean: &mut String) {
        let bare = unquoted(name);
        let words: Vec<&str> = bare.split(' ').collect();
        let one_case = is_one_case(bare);
        let shouted = one_case && bare.chars().any(char::is_uppercase);
        let legal = legal_from(&words, one_case);
        let kept = match self.0.legal_form {
            LegalForm::Keep => words.len(),
            // The `Co.` of Smith & Co. is part of the name.
            LegalForm::Drop if words.get(legal.saturating_sub(1)).is_some_and(|word| is_and(word)) => legal + 1,
            LegalForm::Drop => legal,
        };
        for (at, word) in words.iter().enumerate().take(kept) {
            if at > 0 {
                clean.push(' ');
            }
            match legal::spelling(word, one_case).filter(|_| at >= legal) {
                Some(spelling) => {
                    clean.push_str(spelling);
                    // A comma between two forms stays.
                    clean.push_str(if word.ends_with(',') && at + 1 < kept { "," } else { "" });
                }
                None if one_case && self.0.case == Case::Fix => case::push_word(word, shouted, at == 0, clean),
                None => clean.push_str(word),
            }
        }
        recompose(0, clean);
        if self.0.legal_form == LegalForm::Drop {
            let end = clean.trim_end_matches([' ', ',']).len();
            clean.truncate(end);
        }
    }
}

/// Where the legal forms at the end begin; the first word is never one.
fn legal_from(words: &[&str], one_case: bool) -> usize {
    let mut from = words.len();
    while from > 1 {
        let before = from - 1;
        let form = |at: usize| words.get(at).is_some_and(|word| legal::spelling(word, one_case).is_some());
        let joined = words.get(before).is_some_and(|word| is_and(word));
        // GmbH & Co. KG
        let takes = match joined {
            true => before > 1 && from < words.len() && form(before - 1),
            false => form(before),
        };
        if !takes {
            break;
        }
        from = before;
    }
    from
}

fn is_and(word: &str) -> bool {
    matches!(word, "&" | "+" | "and" | "und")
}

/// Without quotes around the whole, and commas at an end.
fn unquoted(text: &str) -> &str {
    let mut text = text;
    loop {
        let before = text.len();
        text = text.trim_matches([',', ';', ' ', '`', '|']);
        for (open, close) in [('"', '"'), ('\'', '\''), ('\u{201c}', '\u{201d}'), ('\u{201e}', '\u{201c}')] {
            let inner = text.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
            text = inner.filter(|inner| !inner.contains([open, close])).unwrap_or(text);
        }
        if text.len() == before {
            return text;
        }
    }
}

/// Whether this stands for no company. Names of digits alone are real (`1860`).
fn is_nothing(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    is_placeholder(text) && digits < 2
}
