//! `country`: ISO 3166-1 codes out of codes and names of every kind.
//! One lookup in a fixed table: nothing is guessed from likeness.

mod names;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text, nonblank};
use super::folding::{fold, fold_ascii};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};
use names::NAMES;

pub static STANDARD: Standard = Standard {
    name: "country",
    what: "Turns codes, names and legacy spellings of countries into one ISO 3166-1 code",
    why: "USA, U.S., United States and America are one country; phones, postcodes and regions depend on it.",
    rule: "ISO 3166-1 codes (two letters, three letters, three digits) and names; names in English and 20 \
           other European languages as in the Unicode CLDR (German, French, Spanish, Italian, Portuguese, Dutch, \
           Polish, Czech, Slovak, Slovenian, Croatian, Hungarian, Romanian, Swedish, Danish, Norwegian, Finnish, \
           Estonian, Latvian, Lithuanian) and Turkish; parts (England) and former names (Burma, \
           West Germany) that have one successor. Those that have several (USSR, Czechoslovakia) are invalid. \
           Case, accents, dots and spaces do not matter.",
    examples: &[
        Example { input: "us", country: None, output: Some("US") },
        Example { input: "USA", country: None, output: Some("US") },
        Example { input: "840", country: None, output: Some("US") },
        Example { input: "U.S.A.", country: None, output: Some("US") },
        Example { input: "The United States of America", country: None, output: Some("US") },
        Example { input: "America", country: None, output: Some("US") },
        Example { input: "England", country: None, output: Some("GB") },
        Example { input: "UK", country: None, output: Some("GB") },
        Example { input: "W. Germany", country: None, output: Some("DE") },
        Example { input: "Österreich", country: None, output: Some("AT") },
        Example { input: "Niemcy", country: None, output: Some("DE") },
        Example { input: "Ruotsi", country: None, output: Some("SE") },
        Example { input: "Pays-Bas", country: None, output: Some("NL") },
        Example { input: "Republic of Korea", country: None, output: Some("KR") },
        Example { input: "Viet Nam", country: None, output: Some("VN") },
        Example { input: "Côte d'Ivoire", country: None, output: Some("CI") },
        Example { input: "Burma", country: None, output: Some("MM") },
        Example { input: "USSR", country: None, output: None },
        Example { input: "Czechoslovakia", country: None, output: None },
        Example { input: "Atlantis", country: None, output: None },
    ],
    takes_country: false,
    keys: CountryOptions::keys,
    build,
};

words! {
    /// What the clean value is.
    enum CountryForm {
        /// `DE`
        Alpha2 = "alpha2",
        /// `DEU`
        Alpha3 = "alpha3",
        /// `Germany`
        Name = "name",
    }
}

options! {
    /// Options of the standard `country`.
    struct CountryOptions {
        /// What comes out: `DE`, `DEU` or `Germany`.
        form: CountryForm = CountryForm::Alpha2,
    }
}

/// A country's clean values.
#[derive(Debug, Clone, Copy)]
struct Known {
    alpha2: &'static str,
    alpha3: &'static str,
    name: &'static str,
}

#[derive(Debug)]
struct Country {
    form: CountryForm,
    known: &'static HashMap<&'static str, Known>,
}

/// What may stand before or behind a name without changing it. `Republic of
/// Korea` and the like, which need telling apart, stand in the table whole.
const STATES: &[&str] = &[
    "republicof",
    "federalrepublicof",
    "democraticrepublicof",
    "peoplesrepublicof",
    "islamicrepublicof",
    "kingdomof",
    "stateof",
    "principalityof",
    "grandduchyof",
    "sultanateof",
    "commonwealthof",
    "unionof",
    "republik",
    "republiquede",
    "republicade",
    "repubblicadi",
    "konigreich",
    "royaumede",
    "reinode",
    "regnodi",
];

/// The countries by folded code and name, put together once.
fn known() -> &'static HashMap<&'static str, Known> {
    static KNOWN: OnceLock<HashMap<&'static str, Known>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = HashMap::with_capacity(NAMES.len() * 12);
        for (alpha2, name, names) in NAMES {
            let Some(code) = rust_iso3166::from_alpha2(alpha2) else { continue };
            let country = Known { alpha2, alpha3: code.alpha3, name };
            known.extend(names.split(' ').map(|name| (name, country)));
            known.insert(alpha2, country);
            known.insert(code.alpha3, country);
        }
        known
    })
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = CountryOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Country { form: options.form, known: known() }))
}

impl Country {
    fn read(&self, value: &str) -> Option<&'static str> {
        let found = self.find(value)?;
        Some(match self.form {
            CountryForm::Alpha2 => found.alpha2,
            CountryForm::Alpha3 => found.alpha3,
            CountryForm::Name => found.name,
        })
    }

    fn find(&self, value: &str) -> Option<&Known> {
        // codes stand in the table in capitals, names folded
        if let Some(code) = self.known.get(value) {
            return Some(code);
        }
        let mut buffer = [0; 64];
        match fold_ascii(value, &mut buffer) {
            Some(folded) => self.folded(folded),
            None => self.folded(&fold(value)),
        }
    }

    fn folded(&self, folded: &str) -> Option<&Known> {
        if let Some(found) = self.known.get(folded) {
            return Some(found);
        }
        if folded.len() == 3 && folded.bytes().all(|b| b.is_ascii_digit()) {
            return self.known.get(rust_iso3166::from_numeric(folded.parse().ok()?)?.alpha2);
        }
        if matches!(folded.len(), 2 | 3) {
            let mut code = [0; 3];
            let code = code.get_mut(..folded.len())?;
            code.copy_from_slice(folded.as_bytes());
            code.make_ascii_uppercase();
            return self.known.get(std::str::from_utf8(code).ok()?);
        }
        STATES.iter().find_map(|state| {
            let bare = folded.strip_prefix(state).or_else(|| folded.strip_suffix(state))?;
            self.known.get(bare)
        })
    }
}

/// The alpha-2 code of a country by its code or name.
pub(super) fn code_of(value: &str) -> Option<&'static str> {
    Country { form: CountryForm::Alpha2, known: known() }.read(nonblank(value)?)
}

/// The English name of a country by its code or name.
pub(super) fn name_of(value: &str) -> Option<&'static str> {
    Country { form: CountryForm::Name, known: known() }.read(nonblank(value)?)
}

impl Cleaner for Country {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let code = nonblank(value).and_then(|value| self.read(value));
            Outcome::of(value, code.map(Cow::Borrowed), clean)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, STANDARD};
    use crate::standards::folding::fold;
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn names_are_sorted_folded_and_unique() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        let mut seen = std::collections::HashSet::new();
        for (code, _, names) in NAMES {
            assert!(rust_iso3166::from_alpha2(code).is_some(), "{code}");
            for name in names.split(' ') {
                assert_eq!(fold(name), name);
                assert!(seen.insert(name), "{name} stands for two countries");
            }
        }
    }

    #[test]
    fn every_code_and_english_name_reads_in_every_form() {
        for form in ["alpha2", "alpha3", "name"] {
            let cleaner = cleaner(&STANDARD, &format!("form = '{form}'"));
            for country in rust_iso3166::ALL {
                let name = NAMES.iter().find(|(code, ..)| *code == country.alpha2).unwrap().1;
                let wanted = match form {
                    "alpha2" => country.alpha2,
                    "alpha3" => country.alpha3,
                    _ => name,
                };
                let number = format!("{:03}", country.numeric);
                for value in [country.alpha2, country.alpha3, name, &number] {
                    assert_eq!(cleaned(cleaner.as_ref(), value, None).as_deref(), Some(wanted), "{value}");
                }
            }
        }
    }
}
