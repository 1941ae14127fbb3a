//! `address`: a whole address in one field, in one line and one order.
//!
//! Holds the splitter, which `address_part` uses too. It looks no place up: what
//! is a city it knows by where it stands.

pub(super) mod words;
mod ending;
mod front;
pub(crate) mod split;
mod unit;
pub mod function;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_with_country, nonblank};
use super::text::tidy_into;
use super::{Cleaner, Defaults, Example, Standard, city, country, postcode, region, street};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;
use split::{Address, split};

pub static STANDARD: Standard = Standard {
    name: "address",
    what: "Writes a whole address on one line: street, unit, city, region and postcode in the order of its country",
    why: "one field with `12 MAIN STREET\\nCHICAGO ILLINOIS 60601` in one source and five fields in another is neither \
          mailed nor matched well; address_part takes the parts out for targets that have a field for each",
    rule: "taken apart from the end (country, postcode, region, city), each part in the form of its own standard; \
           USPS Publication 28 order for US, CA and AU, postcode before the city where the Universal Postal Union's \
           addressing sheets put it there. An address that would read otherwise a second time is only tidied. Line \
           breaks become commas",
    examples: &[
        Example {
            input: "12 MAIN STREET\nCHICAGO ILLINOIS 60601",
            country: None,
            output: Some("12 Main St, Chicago, IL 60601"),
        },
        Example {
            input: "100 Park Avenue Apartment 4B, New York, NY, 10017",
            country: None,
            output: Some("100 Park Ave, Apt 4B, New York, NY 10017"),
        },
        Example { input: "p.o. box 12, Bethel, ak 99559", country: None, output: Some("PO Box 12, Bethel, AK 99559") },
        Example {
            input: "1 Infinite Loop, Cupertino, California 95014, United States",
            country: None,
            output: Some("1 Infinite Loop, Cupertino, CA 95014, United States"),
        },
        Example {
            input: "Unter den Linden 77\nD-10117 Berlin",
            country: Some("DE"),
            output: Some("Unter den Linden 77, 10117 Berlin"),
        },
        Example {
            input: "Bahnhofstrasse 5, 8001 Zürich, Schweiz",
            country: None,
            output: Some("Bahnhofstr. 5, 8001 Zürich, Switzerland"),
        },
        Example {
            input: "10 downing street, london sw1a2aa",
            country: Some("GB"),
            output: Some("10 Downing St, London, SW1A 2AA"),
        },
        Example {
            input: "Via Roma, 12 - 20121 Milano MI",
            country: Some("IT"),
            output: Some("Via Roma 12, 20121 Milano MI"),
        },
        Example { input: "-", country: None, output: None },
    ],
    takes_country: true,
    keys: AddressOptions::keys,
    build,
};

options! {
    /// Options of the standard `address`: none.
    struct AddressOptions {}
}

#[derive(Debug)]
struct Whole {
    country: Option<String>,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    AddressOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Whole { country: defaults.country.clone() }))
}

impl Cleaner for Whole {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let country = country.or(self.country.as_deref());
            let found = nonblank(value).and_then(|value| whole(value, country));
            Outcome::of(value, found.map(Cow::Owned), clean)
        })
    }
}

/// On one line, with commas for line breaks.
pub(crate) fn flat(value: &str) -> String {
    let mut tidied = String::with_capacity(value.len());
    tidy_into(value, true, &mut tidied);
    let lines: Vec<&str> =
        tidied.split('\n').map(|line| line.trim_matches([' ', ',', ';'])).filter(|line| !line.is_empty()).collect();
    lines.join(", ")
}

/// The line in its form, if that reads as the same address; else only tidied.
fn whole(value: &str, country: Option<&str>) -> Option<String> {
    let line = flat(value);
    if !line.contains(char::is_alphanumeric) {
        return None;
    }
    let display = |text: &str| split(text, country).map(|address| flat(&displayed(&address, country)));
    let Some(shown) = display(&line) else { return Some(line) };
    Some(if display(&shown).as_ref() == Some(&shown) { shown } else { line })
}

fn displayed(address: &Address, home: Option<&str>) -> String {
    let of = if address.country.is_empty() { home } else { Some(address.country.as_str()) };
    let place_name = |text: &str| city::place(text).map_or_else(|| text.to_string(), Cow::into_owned);
    let line = |text: &str| street::line(text, of).unwrap_or_else(|| text.to_string());
    let code = postcode::canonical(&address.postcode, of).unwrap_or_else(|| address.postcode.clone());
    let region = of
        .and_then(|of| region::code_of(&address.region, of))
        .filter(|code| code.bytes().all(|b| b.is_ascii_alphabetic()));
    let region = match of {
        Some("US" | "CA" | "AU" | "IT" | "BR" | "MX" | "IN") => {
            region.map_or_else(|| address.region.clone(), str::to_string)
        }
        _ => address.region.clone(),
    };
    let town = place_name(&address.city);
    let mut parts = vec![
        address.place.clone(),
        line(&address.street),
        line(&address.unit),
        line(&address.post_box),
        address.district.clone(),
    ];
    let before = of.is_some_and(|of| postcode::fits(&code, of).is_some()) && !is_code_last(of);
    if before {
        let region_apart = region.len() > 2;
        let words = [code.as_str(), &town, if region_apart { "" } else { &region }];
        parts.push(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
        parts.push(if region_apart { region } else { String::new() });
    } else {
        parts.push(town);
        parts.push([region.as_str(), &code].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    }
    parts.push(country::name_of(&address.country).unwrap_or_default().to_string());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Countries in which the code ends the address rather than going before the city.
fn is_code_last(of: Option<&str>) -> bool {
    matches!(
        of,
        Some(
            "US" | "PR"
                | "GU"
                | "VI"
                | "AS"
                | "MP"
                | "CA"
                | "AU"
                | "GB"
                | "IE"
                | "NZ"
                | "IN"
                | "SG"
                | "ZA"
                | "JP"
                | "KR"
                | "CN"
                | "BR"
                | "UA"
                | "RU"
                | "TH"
                | "PH"
                | "JE"
                | "GG"
                | "IM"
                | "MT"
        ) | None
    )
}
