//! Words of street addresses, in short and in full, and where they stand, by
//! country. Each language's own words are in a file of their own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::{designators, english, french, germanic, southern};
use crate::standards::folding::fold;

/// Short form, full form, other spellings (lower case, without points, parted
/// by spaces; words of several words are joined). The forms themselves count as
/// spellings, with and without their accents.
pub(super) type Row = (&'static str, &'static str, &'static str);

/// Words in their forms, found by any spelling.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) rows: &'static [Row],
    by_spelling: OnceLock<HashMap<String, Row>>,
    endings: OnceLock<Vec<(String, Row)>>,
}

impl Forms {
    pub(super) const fn new(rows: &'static [Row]) -> Self {
        Self { rows, by_spelling: OnceLock::new(), endings: OnceLock::new() }
    }

    /// The row that a word is a spelling of. Case and points do not matter.
    pub(super) fn entry(&self, word: &str) -> Option<&Row> {
        let by_spelling = self.by_spelling.get_or_init(|| index(self.rows));
        if !word.is_ascii() {
            return by_spelling.get(&bare(word));
        }
        let mut buffer = [0; 24];
        let mut length = 0;
        for sign in word.bytes().filter(|sign| *sign != b'.') {
            *buffer.get_mut(length)? = sign.to_ascii_lowercase();
            length += 1;
        }
        by_spelling.get(std::str::from_utf8(buffer.get(..length)?).ok()?)
    }

    /// The row that the first words are a spelling of, and how many they are:
    /// `Rond Point`, `Gran Vía`.
    pub(super) fn leading(&self, words: &[Cow<'_, str>]) -> Option<(usize, &Row)> {
        let several = (2..=3).rev().find_map(|count| Some((count, self.entry(&words.get(..count)?.concat())?)));
        several.or_else(|| Some((1, self.entry(words.first()?)?)))
    }

    /// The row whose word the end of this word is, and how long that end is.
    pub(super) fn ending(&self, word: &str) -> Option<(usize, &Row)> {
        let endings = self.endings.get_or_init(|| endings(self.rows));
        let found = endings.iter().find(|(ending, _)| ends_with(word, ending));
        found.map(|(ending, row)| (ending.len(), row))
    }

    /// Where a word ends in a short form with a point and a number is glued to
    /// it: `Hauptstr.7`.
    pub(super) fn glued(&self, word: &str) -> Option<usize> {
        let numbered = |at: usize| word.get(at..).is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        let mut points = word.match_indices('.').map(|(at, _)| at + 1).filter(|at| numbered(*at));
        points.find(|at| word.get(..*at).is_some_and(|head| self.ending(head).is_some()))
    }
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect()
}

/// Whether the word ends in `ending` (lower case), in either case.
fn ends_with(word: &str, ending: &str) -> bool {
    let tail = word.len().checked_sub(ending.len()).and_then(|at| word.get(at..));
    tail.is_some_and(|tail| tail.chars().flat_map(char::to_lowercase).eq(ending.chars()))
}

fn index(rows: &[Row]) -> HashMap<String, Row> {
    let mut by_spelling = HashMap::new();
    for row in rows {
        let spellings = [bare(row.0), bare(row.1)].into_iter().chain(row.2.split(' ').map(str::to_string));
        for spelling in spellings.filter(|spelling| !spelling.is_empty()) {
            by_spelling.entry(spelling).or_insert(*row);
        }
    }
    // a word without its accents, where that is not another word
    for row in rows {
        by_spelling.entry(fold(row.0)).or_insert(*row);
        by_spelling.entry(fold(row.1)).or_insert(*row);
    }
    by_spelling
}

/// Longest first. A short form ends a word only with its point, for without it
/// too many words would end in one.
fn endings(rows: &[Row]) -> Vec<(String, Row)> {
    let mut endings: Vec<(String, Row)> = Vec::new();
    for row in rows {
        let forms = [row.0.to_lowercase(), row.1.to_lowercase(), fold(row.1)];
        let spellings = forms.into_iter().chain(row.2.split(' ').map(str::to_string));
        endings.extend(spellings.filter(|spelling| !spelling.is_empty()).map(|spelling| (spelling, *row)));
    }
    endings.sort_by_key(|(ending, _)| std::cmp::Reverse(ending.len()));
    endings
}

/// Where the type of a street stands, and what its words are.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) place: Place,
    pub(super) types: Forms,
    pub(super) directions: &'static Forms,
    pub(super) units: &'static Forms,
}

/// Where the type of a street stands in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind the name: Main Street.
    Last,
    /// In front of it: Rue de la Paix.
    First,
    /// Grown together with it: Bahnhofstraße.
    Suffix,
}

/// The languages of the streets of countries, in the order in which they are tried.
#[rustfmt::skip] // a row a set of languages
static COUNTRIES: &[(&[&str], &[&Language])] = &[
    (&["US", "PR", "GU", "VI", "AS", "MP", "PH"], &[&AMERICAN]),
    (&["GB", "IE", "GG", "JE", "IM"], &[&english::BRITISH]),
    (&["DE", "AT", "LI"], &[&germanic::GERMAN]),
    (&["FR", "MC"], &[&french::FRENCH]),
    (&["CA"], &[&french::CANADIAN, &english::CANADIAN]),
    (&["CH"], &[&french::SWISS, &southern::SWISS, &germanic::SWISS]),
    (&["NL"], &[&germanic::DUTCH]),
    (&["BE"], &[&french::BELGIAN, &germanic::FLEMISH]),
    (&["IT", "SM", "VA"], &[&southern::ITALIAN]),
    (&["ES"], &[&southern::SPANISH]),
    (&["AU", "NZ"], &[&AUSTRALIAN]),
    (&["PT", "BR"], &[&southern::PORTUGUESE]),
    (&["MX", "AR", "CL", "CO", "PE", "UY", "EC", "VE", "BO", "CR"], &[&southern::SPANISH_AMERICAN]),
    (&["ZA", "IN", "SG"], &[&english::COMMON]),
    (&["LU"], &[&french::FRENCH, &germanic::GERMAN]),
];

/// The languages of a country's streets; none where none is known.
pub(super) fn languages(country: &str) -> &'static [&'static Language] {
    COUNTRIES.iter().find(|(of, _)| of.contains(&country)).map_or(&[], |(_, languages)| languages)
}

/// The United States.
static AMERICAN: Language =
    Language { place: Place::Last, types: Forms::new(designators::AMERICAN), directions: &DIRECTIONS, units: &UNITS };
/// Australia and New Zealand.
static AUSTRALIAN: Language =
    Language { place: Place::Last, types: Forms::new(designators::AUSTRALIAN), directions: &DIRECTIONS, units: &UNITS };

/// No words: languages whose directions or units stay as they are.
pub(super) static NONE: Forms = Forms::new(&[]);

/// Directions, short and full (USPS Publication 28, section 233).
pub(super) static DIRECTIONS: Forms = Forms::new(&[
    ("E", "East", ""),
    ("N", "North", "no"),
    ("NE", "Northeast", "north-east"),
    ("NW", "Northwest", "north-west"),
    ("S", "South", "so"),
    ("SE", "Southeast", "south-east"),
    ("SW", "Southwest", "south-west"),
    ("W", "West", ""),
]);

/// Units, short and full (USPS Publication 28, appendix C2).
pub(super) static UNITS: Forms = Forms::new(&[
    ("Apt", "Apartment", "appt apmt aptmt apartm"),
    ("Bldg", "Building", "bld"),
    ("Bsmt", "Basement", ""),
    ("Dept", "Department", ""),
    ("Fl", "Floor", "flr"),
    ("Frnt", "Front", ""),
    ("Hngr", "Hangar", "hanger"),
    ("Key", "Key", ""),
    ("Lbby", "Lobby", ""),
    ("Lot", "Lot", ""),
    ("Lowr", "Lower", ""),
    ("Ofc", "Office", ""),
    ("Ph", "Penthouse", ""),
    ("Pier", "Pier", ""),
    ("Rear", "Rear", ""),
    ("Rm", "Room", ""),
    ("Side", "Side", ""),
    ("Slip", "Slip", ""),
    ("Spc", "Space", ""),
    ("Ste", "Suite", "suit"),
    ("Stop", "Stop", ""),
    ("Trlr", "Trailer", ""),
    ("Unit", "Unit", ""),
    ("Uppr", "Upper", ""),
]);
