//! `street`: street lines with one form for street types, directions and
//! units, by the row's country. Words that it does not know, numbers and the
//! order of what is written stay; no street is looked up.

mod designators;
mod english;
mod french;
mod germanic;
mod post_box;
mod southern;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_with_country, nonblank};
use super::{Cleaner, Defaults, Example, Standard, casing};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};
use words::{Forms, Language, Place, languages};

pub static STANDARD: Standard = Standard {
    name: "street",
    what: "Brings street types, directions, units and post boxes to one form; cases what is in capitals; joins lines",
    why: "12 Main Street, 12 MAIN ST. and 12 main str are one address; matching and mailing need one spelling.",
    rule: "The short forms are those of the postal authority where it has a list: USPS Publication 28 (appendices C1 and \
           C2; sections 24, 25 and 28 for rural routes and post boxes) in the United States; Canada Post's Addressing \
           Guidelines in Canada, in English and French; AS/NZS 4590 in Australia and New Zealand; the types of NF \
           Z10-011 in INSEE's Sirene register in France (AV, BD, CHE, without points); NEN 5825 in the Netherlands. \
           Where it has none, those of use: Britain, Ireland, Belgium (bpost's str. and ln), Switzerland, Germany and \
           Austria (Str. alone is shortened), Spain (and the Cadastre's codes, which are known), Latin America, Italy, \
           Portugal and Brazil. Countries of several languages know them all. A word is a street type only where types \
           stand: last in English (`Court St` keeps its Court), first in French, the end of the word in German. Line \
           breaks become commas. In other countries spaces and case alone.",
    examples: &[
        Example { input: "12  Main Street", country: None, output: Some("12 Main St") },
        Example { input: "12 MAIN STR.", country: Some("US"), output: Some("12 Main St") },
        Example { input: "100 North Circle Drive", country: Some("US"), output: Some("100 N Circle Dr") },
        Example { input: "5 St. James Avenue", country: Some("US"), output: Some("5 St. James Ave") },
        Example { input: "42nd street west, suite 7", country: Some("US"), output: Some("42nd St W, Ste 7") },
        Example { input: "1 Park Avenue Apartment 4B", country: Some("US"), output: Some("1 Park Ave Apt 4B") },
        Example { input: "p.o.box 12", country: Some("US"), output: Some("PO Box 12") },
        Example { input: "12 Elm Road\nRear Building", country: Some("GB"), output: Some("12 Elm Rd, Rear Building") },
        Example { input: "Bahnhofstrasse 5", country: Some("DE"), output: Some("Bahnhofstr. 5") },
        Example { input: "Lange Straße 7", country: Some("DE"), output: Some("Lange Str. 7") },
        Example { input: "12 avenue des Champs", country: Some("FR"), output: Some("12 av des Champs") },
        Example { input: "12 bld Voltaire", country: Some("FR"), output: Some("12 bd Voltaire") },
        Example { input: "200 boulevard Charest Est", country: Some("CA"), output: Some("200 boul Charest E") },
        Example { input: "200 Elm Court, Suite 5", country: Some("CA"), output: Some("200 Elm Crt, Suite 5") },
        Example { input: "Chaussée de Wavre 5", country: Some("BE"), output: Some("Chée de Wavre 5") },
        Example { input: "Mechelsesteenweg 5", country: Some("BE"), output: Some("Mechelsestwg. 5") },
        Example { input: "Beethovenlaan 9", country: Some("NL"), output: Some("Beethovenln. 9") },
        Example { input: "Rural Route 2 Box 18", country: Some("US"), output: Some("RR 2 Box 18") },
        Example { input: "Calle Mayor 3", country: Some("ES"), output: Some("C/ Mayor 3") },
        Example { input: "77 Canyon Trail", country: Some("US"), output: Some("77 Canyon Trl") },
        Example { input: "9 Ocean Parade", country: Some("AU"), output: Some("9 Ocean Pde") },
        Example { input: "Postfach 12 34", country: Some("DE"), output: Some("Postfach 12 34") },
        Example { input: "b.p. 12", country: Some("FR"), output: Some("BP 12") },
        Example { input: "Apdo. 12", country: Some("ES"), output: Some("Apartado 12") },
        Example { input: "VIALE MONZA 10", country: Some("IT"), output: Some("V.le Monza 10") },
        Example { input: "Main Street", country: Some("ZZ"), output: Some("Main Street") },
        Example { input: "-", country: None, output: None },
    ],
    takes_country: true,
    keys: StreetOptions::keys,
    build,
};

words! {
    /// How known words are written.
    enum StreetForm {
        /// `Main St`, `Bahnhofstr.`
        Short = "short",
        /// `Main Street`, `Bahnhofstraße`
        Full = "full",
    }
}

options! {
    /// Options of the standard `street`.
    struct StreetOptions {
        /// `short` for postal abbreviations, `full` for whole words.
        form: StreetForm = StreetForm::Short,
    }
}

#[derive(Debug)]
struct Street {
    country: Option<String>,
    full: bool,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = StreetOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Street { country: defaults.country.clone(), full: options.form == StreetForm::Full }))
}

impl Street {
    fn read(&self, value: &str, country: Option<&str>) -> Option<String> {
        let clean = self.read_once(value, country)?;
        // Single letters stay in capitals, and `A-` after a space is cased
        // otherwise than after a comma: `A,A-` has its spaces only now.
        if clean != value && casing::is_uniform(&clean) { self.read_once(&clean, country) } else { Some(clean) }
    }

    fn read_once(&self, value: &str, country: Option<&str>) -> Option<String> {
        if !value.contains(char::is_alphanumeric) {
            return None;
        }
        let country = country.unwrap_or("");
        let languages = languages(country);
        let mut parts = Vec::new();
        let cased = if casing::is_uniform(value) { Cow::Owned(casing::title(value)) } else { Cow::Borrowed(value) };
        for part in cased.split(['\n', '\r', ',', '\u{2028}', '\u{85}', '\u{b}', '\u{c}', '\u{2029}']) {
            let mut words: Vec<Cow<str>> = part.split_whitespace().map(Cow::Borrowed).collect();
            if words.is_empty() {
                continue;
            }
            if !languages.is_empty() {
                post_box::normalise(&mut words, country);
                self.part(&mut words, languages);
            }
            parts.push(words.join(" "));
        }
        Some(parts.join(", "))
    }

    /// One line's words, each in its form, by the first language that knows one of
    /// them where it stands.
    fn part(&self, words: &mut Vec<Cow<'_, str>>, languages: &[&Language]) {
        for (at, language) in languages.iter().enumerate() {
            let others = languages.get(at + 1..).unwrap_or(&[]);
            let known = match language.place {
                Place::Last => self.type_last(words, language),
                Place::First => self.type_first(words, language, others),
                Place::Suffix => self.type_suffix(words, language),
            };
            if known {
                return;
            }
        }
    }

    /// `100 North Circle Drive Apartment 4`: number, direction, name, type,
    /// direction, unit.
    fn type_last(&self, words: &mut [Cow<'_, str>], language: &Language) -> bool {
        let directions = language.directions;
        let end = self.units(words, language.units);
        let numbers = words.iter().take(end).take_while(|word| is_number(word)).count();
        let Some(mut core) = words.get_mut(numbers..end) else { return false };
        // a direction needs a name beside it: North St is a street called North
        if core.len() > 2 && core.last().is_some_and(|word| directions.entry(word).is_some()) {
            let Some((last, rest)) = core.split_last_mut() else { return false };
            self.replace(last, directions);
            core = rest;
        }
        if core.len() > 2 && core.first().is_some_and(|word| directions.entry(word).is_some()) {
            let Some((first, rest)) = core.split_first_mut() else { return false };
            self.replace(first, directions);
            core = rest;
        }
        // an ordinal is a name although it begins with a digit: 42nd St
        let named = core.len() > 1 || (numbers > 0 && words_before_are_ordinal(words, numbers));
        let Some(core) = words.get_mut(numbers..end) else { return false };
        let types = &language.types;
        let directed = core.len() > 1 && core.last().is_some_and(|word| directions.entry(word).is_some());
        let at = core.len().checked_sub(if directed { 2 } else { 1 });
        let Some(at) = at else { return false };
        let numbered = at > 0 && core.get(at).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        if numbered {
            // State Route 9
            let Some(word) = core.get_mut(at - 1) else { return false };
            return types.entry(word).is_some_and(|(short, ..)| matches!(*short, "Hwy" | "Rte"))
                && self.replace(word, types);
        }
        named && core.get_mut(at).is_some_and(|word| self.replace(word, types))
    }

    /// Puts unit words into their form; where the first of them stands.
    fn units(&self, words: &mut [Cow<'_, str>], units: &Forms) -> usize {
        let mut first = words.len();
        for at in (0..words.len()).rev() {
            let follows = words.get(at + 1).is_some_and(|next| is_unit_number(next));
            let floor = at > 0 && words.get(at - 1).is_some_and(|before| is_ordinal(before));
            let Some(word) = words.get_mut(at) else { continue };
            if word.starts_with('#') {
                first = at;
            }
            let Some((short, ..)) = units.entry(word) else { continue };
            if follows {
                first = at;
                self.replace(word, units);
            } else if floor && *short == "Fl" {
                first = at - 1;
                self.replace(word, units);
            }
        }
        first
    }

    /// `12 bis avenue des Champs Ouest app. 4`: number, type, name, direction, unit.
    /// `others` are the languages that have a say as well in that country.
    fn type_first(&self, words: &mut Vec<Cow<'_, str>>, language: &Language, others: &[&Language]) -> bool {
        let small = ["bis", "ter", "quater"];
        let at = words.iter().take_while(|word| is_number(word) || small.contains(&word.as_ref())).count();
        // C/Mayor
        if let Some(name) = words.get(at).and_then(|word| word.strip_prefix("C/").or_else(|| word.strip_prefix("c/")))
            && !name.is_empty()
            && language.types.entry("c/").is_some()
        {
            let name = name.to_string();
            if let Some(word) = words.get_mut(at) {
                *word = Cow::Borrowed("C/");
            }
            words.insert(at + 1, Cow::Owned(name));
        }
        let Some((count, row)) = words.get(at..).and_then(|words| language.types.leading(words)) else {
            if others.is_empty() {
                self.units(words, language.units);
            }
            return false;
        };
        let next = words.get(at + count);
        let followed = match others {
            [] => next.is_some_and(|next| next.contains(char::is_alphanumeric)) || row.1.contains(' '),
            // in another language of the country it may be a name, an initial or end the street
            _ => {
                next.is_some_and(|next| next.starts_with(char::is_alphabetic))
                    && words.get(at).is_some_and(|word| word.trim_end_matches('.').chars().count() > 1)
                    && !others.iter().any(|other| is_theirs(words.get(at..).unwrap_or(&[]), other))
            }
        };
        if !followed {
            return false;
        }
        self.replace_several(words, at, (count, *row));
        let end = self.units(words, language.units).min(words.len());
        let Some([before @ .., last]) = words.get_mut(at..end) else { return true };
        // du Nord is a name
        let article =
            before.last().is_some_and(|word| matches!(word.to_lowercase().as_str(), "du" | "de" | "la" | "des"));
        if before.len() > 1 && !article {
            self.replace(last, language.directions);
        }
        true
    }

    /// `Bahnhofstrasse 5`, `Lange Str.7`
    fn type_suffix(&self, words: &mut Vec<Cow<'_, str>>, language: &Language) -> bool {
        let types = &language.types;
        let mut known = false;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            // Hauptstr.7
            if let Some((head, tail)) = types.glued(word).and_then(|point| word.split_at_checked(point)) {
                let pair = [head, tail].map(|part| Cow::Owned(part.to_string()));
                words.splice(at..=at, pair);
            }
            let Some(word) = words.get_mut(at) else { break };
            if let Some((length, row)) = types.ending(word)
                && let Some((head, tail)) = word.split_at_checked(word.len() - length)
            {
                known = true;
                let form = cased(if self.full { row.1 } else { row.0 }, tail);
                if form != tail {
                    *word = Cow::Owned(format!("{head}{form}"));
                }
            }
            at += 1;
        }
        known
    }

    /// The word in its form, if the table has it.
    fn replace(&self, word: &mut Cow<'_, str>, table: &Forms) -> bool {
        let Some((short, full, _)) = table.entry(word) else { return false };
        let form = if self.full { *full } else { *short };
        if word.as_ref() != form {
            // 12 rue de la Paix: small stays small
            let small = word.starts_with(char::is_lowercase);
            *word = if small { Cow::Owned(form.to_lowercase()) } else { Cow::Borrowed(form) };
        }
        true
    }

    /// The words from `at` on that are a spelling of the row, in its form.
    fn replace_several(&self, words: &mut Vec<Cow<'_, str>>, at: usize, (count, row): (usize, words::Row)) {
        let form = if self.full { row.1 } else { row.0 };
        let small = words.get(at).is_some_and(|word| word.starts_with(char::is_lowercase));
        let form =
            form.split(' ').map(|word| if small { Cow::Owned(word.to_lowercase()) } else { Cow::Borrowed(word) });
        words.splice(at..at + count, form.collect::<Vec<_>>());
    }
}

/// Whether an English street type both begins and ends the words: Avenue Road.
fn is_theirs(words: &[Cow<'_, str>], other: &Language) -> bool {
    let is_type = |word: &&Cow<'_, str>| other.types.entry(word).is_some();
    let last = words.iter().rev().find(|word| other.directions.entry(word).is_none());
    other.place == Place::Last && words.first().as_ref().is_some_and(is_type) && last.as_ref().is_some_and(is_type)
}

/// The ending with a capital if what it replaces has one.
fn cased(form: &str, like: &str) -> String {
    let mut letters = form.chars();
    let first = letters.next().into_iter();
    let tail = letters.as_str().to_lowercase();
    match like.starts_with(char::is_uppercase) {
        true => first.chain(tail.chars()).collect(),
        false => first.flat_map(char::to_lowercase).chain(tail.chars()).collect(),
    }
}

/// A line of an address with short words.
pub(super) fn line(value: &str, country: Option<&str>) -> Option<String> {
    Street { country: None, full: false }.read(nonblank(value)?, country)
}

/// A house number: `12`, `12b`, `12-14`, but not `42nd`.
fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && !is_ordinal(word)
}

fn is_ordinal(word: &str) -> bool {
    let tail = word.trim_start_matches(|c: char| c.is_ascii_digit());
    tail.len() < word.len() && ["st", "nd", "rd", "th"].iter().any(|ordinal| ordinal.eq_ignore_ascii_case(tail))
}

fn words_before_are_ordinal(words: &[Cow<'_, str>], numbers: usize) -> bool {
    words.get(numbers - 1).is_some_and(|word| is_ordinal(word))
}

/// What stands behind Apt or Suite: `4`, `4B`, `B`, `#4`.
fn is_unit_number(word: &str) -> bool {
    word.starts_with('#') || word.contains(|c: char| c.is_ascii_digit()) || (word.len() == 1 && word != "-")
}

impl Cleaner for Street {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let country = country.or(self.country.as_deref());
            let found = nonblank(value).and_then(|value| self.read(value, country));
            Outcome::of(value, found.map(Cow::Owned), clean)
        })
    }
}
