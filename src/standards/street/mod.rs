//! `street`: street lines with one form for street types, directions and
//! units, by the row's country. Words that it does not know, numbers and the
//! order of what is written stay; no street is looked up.

mod designators;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_with_country, nonblank};
use super::{Cleaner, Defaults, Example, Standard, casing};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};
use words::{DIRECTIONS, Forms, Language, Place, UNITS, language};

pub static STANDARD: Standard = Standard {
    name: "street",
    what: "Brings street types, directions, units and post boxes to one form; cases what is in capitals; joins lines",
    why: "12 Main Street, 12 MAIN ST. and 12 main str are one address; matching and mailing need one spelling.",
    rule: "USPS Publication 28 (appendices C1 and C2) for the United States, AS/NZS 4590 for Australia and New Zealand, \
           abbreviations of use in Britain, Canada, and in German, French, Spanish, \
           Italian, Portuguese and Dutch ones. A word is a street type only where types stand: last in English \
           (`Court St` keeps its Court), first in French, the end of the word in German. Line breaks become commas. \
           In other countries spaces and case alone.",
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
        Example { input: "12 avenue des Champs", country: Some("FR"), output: Some("12 av. des Champs") },
        Example { input: "12 bld Voltaire", country: Some("FR"), output: Some("12 bd Voltaire") },
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
        let language = language(country.unwrap_or(""));
        let mut parts = Vec::new();
        let cased = if casing::is_uniform(value) { Cow::Owned(casing::title(value)) } else { Cow::Borrowed(value) };
        for part in cased.split(['\n', '\r', ',', '\u{2028}', '\u{85}', '\u{b}', '\u{c}', '\u{2029}']) {
            let words: Vec<Cow<str>> = part.split_whitespace().map(Cow::Borrowed).collect();
            if words.is_empty() {
                continue;
            }
            parts.push(match language {
                Some(language) => self.part(words, language).join(" "),
                None => words.join(" "),
            });
        }
        Some(parts.join(", "))
    }

    /// One line's words, each in its form.
    fn part<'w>(&self, mut words: Vec<Cow<'w, str>>, language: &Language) -> Vec<Cow<'w, str>> {
        post_box(&mut words);
        match language.place {
            Place::Last => self.type_last(&mut words, language),
            Place::First => self.type_first(&mut words, language),
            Place::Suffix => self.type_suffix(&mut words, language),
        }
        words
    }

    /// `100 North Circle Drive Apartment 4`: number, direction, name, type,
    /// direction, unit.
    fn type_last(&self, words: &mut [Cow<'_, str>], language: &Language) {
        let end = self.units(words);
        let numbers = words.iter().take(end).take_while(|word| is_number(word)).count();
        let Some(mut core) = words.get_mut(numbers..end) else { return };
        // a direction needs a name beside it: North St is a street called North
        if core.len() > 2 && core.last().is_some_and(|word| DIRECTIONS.entry(word).is_some()) {
            let Some((last, rest)) = core.split_last_mut() else { return };
            self.replace(last, &DIRECTIONS);
            core = rest;
        }
        if core.len() > 2 && core.first().is_some_and(|word| DIRECTIONS.entry(word).is_some()) {
            let Some((first, rest)) = core.split_first_mut() else { return };
            self.replace(first, &DIRECTIONS);
            core = rest;
        }
        // an ordinal is a name although it begins with a digit: 42nd St
        let named = core.len() > 1 || (numbers > 0 && words_before_are_ordinal(words, numbers));
        let Some(core) = words.get_mut(numbers..end) else { return };
        let types = &language.types;
        let directed = core.len() > 1 && core.last().is_some_and(|word| DIRECTIONS.entry(word).is_some());
        let at = core.len().checked_sub(if directed { 2 } else { 1 });
        let Some(at) = at else { return };
        let numbered = at > 0 && core.get(at).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        if numbered {
            // State Route 9
            if let Some(word) = core.get_mut(at - 1)
                && types.entry(word).is_some_and(|(short, ..)| matches!(*short, "Hwy" | "Rte"))
            {
                self.replace(word, types);
            }
        } else if named && let Some(word) = core.get_mut(at) {
            self.replace(word, types);
        }
    }

    /// Puts unit words into their form; where the first of them stands.
    fn units(&self, words: &mut [Cow<'_, str>]) -> usize {
        let mut first = words.len();
        for at in (0..words.len()).rev() {
            let follows = words.get(at + 1).is_some_and(|next| is_unit_number(next));
            let floor = at > 0 && words.get(at - 1).is_some_and(|before| is_ordinal(before));
            let Some(word) = words.get_mut(at) else { continue };
            if word.starts_with('#') {
                first = at;
            }
            let Some((short, ..)) = UNITS.entry(word) else { continue };
            if follows {
                first = at;
                self.replace(word, &UNITS);
            } else if floor && *short == "Fl" {
                first = at - 1;
                self.replace(word, &UNITS);
            }
        }
        first
    }

    /// `12 bis avenue des Champs`
    fn type_first(&self, words: &mut Vec<Cow<'_, str>>, language: &Language) {
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
        let followed = words.get(at + 1).is_some_and(|next| next.contains(char::is_alphanumeric));
        if followed && let Some(word) = words.get_mut(at) {
            self.replace(word, &language.types);
        }
    }

    /// `Bahnhofstrasse 5`, `Lange Str.7`
    fn type_suffix(&self, words: &mut Vec<Cow<'_, str>>, language: &Language) {
        let Some((short, full, more)) = language.types.rows.first() else { return };
        let (short, full) = (short.to_lowercase(), full.to_lowercase());
        let mut at = 0;
        while let Some(word) = words.get(at) {
            // Hauptstr.7
            let glued = word
                .find("tr.")
                .filter(|dot| word.get(dot + 3..).is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit())));
            if let Some(dot) = glued {
                let (head, tail) = word.split_at(dot + 3);
                let (head, tail) = (head.to_string(), tail.to_string());
                words.insert(at + 1, Cow::Owned(tail));
                if let Some(word) = words.get_mut(at) {
                    *word = Cow::Owned(head);
                }
            }
            let Some(word) = words.get_mut(at) else { return };
            let endings = more.split(' ').chain([short.as_str(), full.as_str()]);
            let ending = endings.filter(|ending| ends_with(word, ending)).max_by_key(|ending| ending.len());
            if let Some(head) = ending.and_then(|ending| word.get(..word.len() - ending.len())) {
                let capital = word.get(head.len()..).is_some_and(|tail| tail.starts_with('S'));
                let form = if self.full { &full } else { &short };
                let mut clean = head.to_string();
                clean.push(if capital { 'S' } else { 's' });
                clean.push_str(form.get(1..).unwrap_or_default());
                *word = Cow::Owned(clean);
            }
            at += 1;
        }
    }

    fn replace(&self, word: &mut Cow<'_, str>, table: &Forms) {
        let Some((short, full, _)) = table.entry(word) else { return };
        let form = if self.full { *full } else { *short };
        if word.as_ref() == form {
            return;
        }
        // 12 rue de la Paix: small stays small
        *word =
            if word.starts_with(char::is_lowercase) { Cow::Owned(form.to_lowercase()) } else { Cow::Borrowed(form) };
    }
}

/// A line of an address with short words.
pub(super) fn line(value: &str, country: Option<&str>) -> Option<String> {
    Street { country: None, full: false }.read(nonblank(value)?, country)
}

/// Whether the word ends in `ending` (lower case), in either case.
fn ends_with(word: &str, ending: &str) -> bool {
    let tail = word.len().checked_sub(ending.len()).and_then(|at| word.get(at..));
    tail.is_some_and(|tail| tail.to_lowercase() == ending)
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

/// Words in front of the number of a post box, joined, and how they are written.
const BOXES: &[(&str, &[&str])] = &[
    ("pobox", &["PO", "Box"]),
    ("postofficebox", &["PO", "Box"]),
    ("postbox", &["PO", "Box"]),
    ("postfach", &["Postfach"]),
    ("bp", &["BP"]),
    ("boîtepostale", &["BP"]),
    ("boitepostale", &["BP"]),
    ("apartado", &["Apartado"]),
    ("apdo", &["Apartado"]),
    ("apartadodecorreos", &["Apartado"]),
    ("casellapostale", &["Casella", "Postale"]),
    ("postbus", &["Postbus"]),
    ("caixapostal", &["Caixa", "Postal"]),
    ("cxpostal", &["Caixa", "Postal"]),
];

/// `p.o.box`, `P O Box`, `Post Office Box` in front become `PO Box`, and so in
/// other languages, where a number follows.
fn post_box(words: &mut Vec<Cow<'_, str>>) {
    let mut joined = String::new();
    let mut found = None;
    for count in 1..=3 {
        let Some(word) = words.get(count - 1) else { break };
        joined.extend(word.chars().filter(|c| *c != '.').flat_map(char::to_lowercase));
        let form = BOXES.iter().find(|(name, _)| *name == joined);
        let numbered = words.get(count).is_some_and(|next| next.contains(|c: char| c.is_ascii_digit()));
        let english = form.is_some_and(|(_, form)| form.first() == Some(&"PO"));
        if let Some((_, form)) = form.filter(|_| numbered || english) {
            found = Some((count, *form));
        }
    }
    if let Some((count, form)) = found {
        words.splice(..count, form.iter().map(|word| Cow::Borrowed(*word)));
    }
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

#[cfg(test)]
mod tests {
    use super::STANDARD;
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn full_form_spells_out() {
        let cleaner = cleaner(&STANDARD, "form = 'full'");
        let cases = [
            ("12 N Main St Apt 4", "US", "12 North Main Street Apartment 4"),
            ("5 St. James Ave", "US", "5 St. James Avenue"),
            ("42nd St W", "US", "42nd Street West"),
            ("State Rte 9", "US", "State Route 9"),
            ("7 North St", "US", "7 North Street"),
            ("Hauptstr.7", "DE", "Hauptstraße 7"),
            ("Lange Str. 7", "DE", "Lange Straße 7"),
            ("Bahnhofstr. 5", "CH", "Bahnhofstrasse 5"),
            ("Kerkstr. 9", "NL", "Kerkstraat 9"),
            ("12 bis bd Voltaire", "FR", "12 bis boulevard Voltaire"),
            ("C/Mayor 3", "ES", "Calle Mayor 3"),
            ("Av. Paulista 10", "BR", "Avenida Paulista 10"),
            ("P.za Navona 1", "IT", "Piazza Navona 1"),
        ];
        for (value, country, wanted) in cases {
            assert_eq!(cleaned(cleaner.as_ref(), value, Some(country)).as_deref(), Some(wanted));
        }
    }
}
