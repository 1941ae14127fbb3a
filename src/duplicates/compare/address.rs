//! Streets and places.

use super::text::{close, common_words, edits, likeness, words};
use super::{MISSING, folded};

/// Words that stand in one spelling of a street and not in the next, with what
/// they are written for; an empty one is left out.
const STREET_WORDS: &[(&str, &str)] = &[
    ("street", ""),
    ("st", ""),
    ("str", ""),
    ("strasse", ""),
    ("avenue", ""),
    ("ave", ""),
    ("av", ""),
    ("road", ""),
    ("rd", ""),
    ("drive", ""),
    ("dr", ""),
    ("boulevard", ""),
    ("blvd", ""),
    ("lane", ""),
    ("ln", ""),
    ("court", ""),
    ("ct", ""),
    ("place", ""),
    ("pl", ""),
    ("crescent", ""),
    ("cres", ""),
    ("circuit", ""),
    ("cct", ""),
    ("rue", ""),
    ("via", ""),
    ("calle", ""),
    ("close", ""),
    ("way", ""),
    ("parkway", ""),
    ("pkwy", ""),
    ("terrace", ""),
    ("ter", ""),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("saint", "st"),
    ("mount", "mt"),
];

/// The words, and the house number with other figures.
pub(super) fn prepare_street(values: &[Option<&str>], slots: &mut Vec<String>) {
    let text = values.iter().flatten().copied().collect::<Vec<_>>().join(" ");
    let all = folded(&text);
    let is_number = |word: &str| word.bytes().next().is_some_and(|first| first.is_ascii_digit()) && !ordinal(word);
    let mut numbers: Vec<&str> = Vec::new();
    let mut kept: Vec<&str> = Vec::new();
    for word in all.split(' ').filter(|word| !word.is_empty()) {
        if is_number(word) {
            numbers.push(word);
            continue;
        }
        let written = STREET_WORDS.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short);
        if !written.is_empty() {
            kept.push(written);
        }
    }
    if kept.is_empty() {
        kept = all.split(' ').filter(|word| !word.is_empty() && !is_number(word)).collect();
    }
    slots.extend([kept.join(" "), numbers.join(" ")]);
}

/// `19th`, `3rd`: the name of a street, not the number of a house.
fn ordinal(word: &str) -> bool {
    let figures = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    matches!(figures, "st" | "nd" | "rd" | "th")
}

/// The levels of [`super::Kind::Street`].
pub(super) fn compare_streets(a: &[&[u8]], b: &[&[u8]]) -> u8 {
    let ([a, a_numbers], [b, b_numbers]) = (a, b) else { return MISSING };
    if (a.is_empty() && a_numbers.is_empty()) || (b.is_empty() && b_numbers.is_empty()) {
        return MISSING;
    }
    let number = house_numbers(a_numbers, b_numbers);
    if a == b {
        return match number {
            Numbers::Equal => 5,
            Numbers::OneMissing => 4,
            Numbers::Close => 3,
            Numbers::Different => 2,
        };
    }
    let (both, shorter) = common_words(a, b);
    let alike = close(a, b) || likeness(a, b) >= 0.92 || both >= 0.75;
    match number {
        Numbers::Equal if alike || shorter >= 0.99 && !a.is_empty() && !b.is_empty() => 4,
        // The same house, of which one record has lost the street.
        Numbers::Equal if a.is_empty() || b.is_empty() => 3,
        Numbers::Equal if shorter >= 0.5 || likeness(a, b) >= 0.75 => 3,
        Numbers::Close if alike => 3,
        Numbers::OneMissing if alike => 3,
        Numbers::Different if alike => 2,
        _ => 1,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    Equal,
    Close,
    OneMissing,
    Different,
}

fn house_numbers(a: &[u8], b: &[u8]) -> Numbers {
    if a == b {
        // Two without a number are not known to be one house.
        return if a.is_empty() { Numbers::OneMissing } else { Numbers::Equal };
    }
    if a.is_empty() || b.is_empty() {
        return Numbers::OneMissing;
    }
    let (Some(first), Some(other)) = (words(a).next(), words(b).next()) else { return Numbers::Different };
    if first == other {
        return Numbers::Equal;
    }
    if first.len().min(other.len()) > 1 && edits(first, other, 1) <= 1 { Numbers::Close } else { Numbers::Different }
}

/// Postcode, city, region. Of a long US postcode the first part counts.
pub(super) fn prepare_place(values: &[Option<&str>], slots: &mut Vec<String>) {
    let value = |index: usize| values.get(index).copied().flatten().unwrap_or_default();
    let postcode = value(0).trim();
    let postcode = match postcode.split_once('-') {
        Some((zip, four)) if zip.len() == 5 && four.len() == 4 => zip,
        _ => postcode,
    };
    slots.extend([folded(postcode).replace(' ', ""), folded(value(1)), folded(value(2))]);
}

/// The levels of [`super::Kind::Place`].
pub(super) fn compare_places(a: &[&[u8]], b: &[&[u8]]) -> u8 {
    let ([a_code, a_city, a_region], [b_code, b_city, b_region]) = (a, b) else { return MISSING };
    let given = |a: &[u8], b: &[u8]| !a.is_empty() && !b.is_empty();
    let (codes, cities) = (given(a_code, b_code), given(a_city, b_city));
    if !codes && !cities {
        return if given(a_region, b_region) && a_region != b_region { 1 } else { MISSING };
    }
    let same_code = codes && a_code == b_code;
    let same_city = cities && (a_city == b_city || close(a_city, b_city));
    match (same_code, same_city) {
        (true, true) => 5,
        (true, false) => 4,
        (false, true) if codes && edits(a_code, b_code, 1) <= 1 => 3,
        (false, true) => 2,
        (false, false) if codes && !cities && edits(a_code, b_code, 1) <= 1 => 2,
        (false, false) => 1,
    }
}
