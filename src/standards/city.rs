//! `city`: names of places, cased and spaced. Looks nothing up: which places
//! there are, and what they are called, it does not know.

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text, nonblank};
use super::{Cleaner, Defaults, Example, Standard, casing};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;

pub static STANDARD: Standard = Standard {
    name: "city",
    what: "Cases place names that were typed in capitals or without any, tidies spaces, and drops placeholders",
    why: "FRANKFURT AM MAIN and frankfurt am main should group, print and match as one place.",
    rule: "Mixed case is kept as typed. Small words (am, de, sur, upon) stay small inside a name; Mc, O', L', d' and \
           's as they are written. Abbreviations such as St. are not spelt out. Values without a letter, and n/a, \
           none, unknown and the like, are invalid.",
    examples: &[
        Example { input: "  new   york ", country: None, output: Some("New York") },
        Example { input: "FRANKFURT AM MAIN", country: None, output: Some("Frankfurt am Main") },
        Example { input: "STOKE-ON-TRENT", country: None, output: Some("Stoke-on-Trent") },
        Example { input: "'S-HERTOGENBOSCH", country: None, output: Some("'s-Hertogenbosch") },
        Example { input: "l'aquila", country: None, output: Some("L'Aquila") },
        Example { input: "COEUR D'ALENE", country: None, output: Some("Coeur d'Alene") },
        Example { input: "VILLIERS-LE-BEL", country: None, output: Some("Villiers-le-Bel") },
        Example { input: "ST. LOUIS", country: None, output: Some("St. Louis") },
        Example { input: "Saint-Étienne", country: None, output: Some("Saint-Étienne") },
        Example { input: "MCALLEN", country: None, output: Some("McAllen") },
        Example { input: "DİYARBAKIR", country: None, output: Some("Diyarbakır") },
        Example { input: "GIEßEN", country: None, output: Some("Gießen") },
        Example { input: "WASHINGTON DC", country: None, output: Some("Washington DC") },
        Example { input: "DeKalb", country: None, output: Some("DeKalb") },
        Example { input: "Springfield,", country: None, output: Some("Springfield") },
        Example { input: "N/A", country: None, output: None },
        Example { input: "12345", country: None, output: None },
    ],
    takes_country: false,
    keys: CityOptions::keys,
    build,
};

options! {
    /// Options of the standard `city`: none.
    struct CityOptions {}
}

#[derive(Debug)]
struct City;

/// What people type where they have nothing to type.
const PLACEHOLDERS: &[&str] = &[
    "n/a",
    "na",
    "n.a.",
    "n.a",
    "none",
    "null",
    "nil",
    "unknown",
    "unbekannt",
    "inconnu",
    "desconocido",
    "sconosciuto",
    "desconhecido",
    "onbekend",
    "tbd",
    "tba",
    "tbc",
    "xx",
    "xxx",
    "xxxx",
    "x",
    "test",
    "city",
    "town",
    "ort",
    "stadt",
    "ville",
    "ciudad",
    "not provided",
    "not given",
    "not available",
    "no city",
    "unspecified",
    "k.a.",
    "blank",
];

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    CityOptions::from_table(table, span, also, faults)?;
    Some(Box::new(City))
}

/// A place name, cased and spaced; nothing for a placeholder.
pub(super) fn place(value: &str) -> Option<Cow<'_, str>> {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let value = value.trim_matches(ends);
    if !value.contains(char::is_alphabetic) || PLACEHOLDERS.iter().any(|known| known.eq_ignore_ascii_case(value)) {
        return None;
    }
    let spaced = spaced(value);
    if casing::is_uniform(&spaced) {
        return Some(Cow::Owned(casing::title(&spaced)));
    }
    Some(spaced)
}

/// Single spaces instead of any run of white space.
pub(super) fn spaced(value: &str) -> Cow<'_, str> {
    let tidy = !value.contains("  ") && !value.contains(|c: char| c.is_whitespace() && c != ' ');
    if tidy {
        return Cow::Borrowed(value);
    }
    Cow::Owned(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl Cleaner for City {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| Outcome::of(value, nonblank(value).and_then(place), clean))
    }
}
