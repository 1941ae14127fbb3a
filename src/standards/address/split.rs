//! An address taken apart. It works from the end, where the order is firm
//! (country, postcode, region), to the front, where it is not. What it does not
//! understand stays in the street or before it; nothing is dropped but commas.

use super::ending::{take_anywhere, take_end};
use super::front::take_front;
use super::words::{bare, has_digit, is_attention, is_foreign_street, is_name_suffix, is_short_direction, is_type};
use crate::standards::{country, region};

/// The parts, as they were written; empty where there is none.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// What stands before the street: a person, a company, a building.
    pub(crate) place: String,
    /// House number and street, without the unit.
    pub(crate) street: String,
    /// Apartment, suite, floor, with its number.
    pub(crate) unit: String,
    /// Post box, with its number.
    pub(crate) post_box: String,
    /// What stands between the street and the city: a district, a building.
    pub(crate) district: String,
    pub(crate) city: String,
    /// State or province.
    pub(crate) region: String,
    pub(crate) postcode: String,
    /// ISO 3166-1 alpha-2, if the address names a country.
    pub(crate) country: String,
}

/// Words between commas.
pub(super) type Segment<'a> = Vec<&'a str>;

/// Takes an address apart. `home` is the country of an address that names none.
/// `None` if there is no letter or digit in it.
pub(crate) fn split(text: &str, home: Option<&str>) -> Option<Address> {
    let spaced = spaced(text);
    let mut segments: Vec<Segment> = spaced
        .split([',', '\n', '\r', ';', '|', '\u{85}', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'])
        .map(|part| {
            part.split_whitespace().filter(|word| word.contains(|c: char| c.is_alphanumeric() || "#&@".contains(c)))
        })
        .map(Iterator::collect)
        .filter(|words: &Segment| words.iter().any(|word| word.contains(char::is_alphanumeric)))
        .collect();
    if segments.is_empty() {
        return None;
    }
    part_attention(&mut segments);
    rejoin(&mut segments);
    let mut found = Address::default();
    take_country(&mut segments, home, &mut found);
    let of = if found.country.is_empty() { home.unwrap_or("") } else { found.country.as_str() }.to_string();
    match of.as_str() {
        "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "CA" | "AU" | "" => take_end(&mut segments, &of, &mut found),
        _ => take_anywhere(&mut segments, &of, &mut found),
    }
    take_front(segments, &of, &mut found);
    Some(found)
}

/// A space behind `#` words run together, and brackets as commas.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        match c {
            '(' | ')' => spaced.push(' '),
            // Road# 1
            '#' if text[..at].ends_with(char::is_alphanumeric) => spaced.push_str(" #"),
            // São Paulo - SP
            '-' | '–' if text[..at].ends_with(' ') && text[at + c.len_utf8()..].starts_with(' ') => spaced.push(','),
            c => spaced.push(c),
        }
    }
    spaced
}

/// A person or department behind the street begins a segment: `5 Elm St attn: Jo`.
fn part_attention(segments: &mut Vec<Segment>) {
    let mut at = 0;
    while let Some(words) = segments.get_mut(at) {
        if let Some(from) = words.iter().skip(1).position(|word| is_attention(word)) {
            let behind = words.split_off(from + 1);
            segments.insert(at + 1, behind);
        }
        at += 1;
    }
}

/// Puts together what a comma should not have parted: `82, Avenue X` and
/// `Main Street, NW Atlanta`.
fn rejoin(segments: &mut Vec<Segment>) {
    let small = !segments.iter().flatten().any(|word| word.contains(char::is_uppercase));
    let mut at = 0;
    while at + 1 < segments.len() {
        let (Some(one), Some(next)) = (segments.get(at), segments.get(at + 1)) else { return };
        let number =
            one.len() == 1 && one.iter().all(|word| word.len() < 5 && word.bytes().all(|b| b.is_ascii_digit()));
        let starts_street = !next.first().is_some_and(|word| has_digit(word))
            && (is_foreign_street(next) || next.last().is_some_and(|word| is_type(word)));
        let typed =
            one.len() > 1 && one.iter().any(|word| has_digit(word)) && one.last().is_some_and(|word| is_type(word));
        let suffix = next.len() == 1 && next.iter().all(|word| is_name_suffix(word)) && !typed;
        if (number && starts_street) || suffix {
            let next = segments.remove(at + 1);
            if let Some(one) = segments.get_mut(at) {
                one.extend(next);
            }
        } else if typed
            && next.first().is_some_and(|word| {
                // in small letters, `s. boston` is more likely a town
                is_short_direction(word) && (!word.contains(char::is_lowercase) || small && bare(word).len() == 2)
            })
        {
            let direction = segments.get_mut(at + 1).map(|next| next.remove(0));
            if let Some(one) = segments.get_mut(at) {
                one.extend(direction);
            }
            segments.retain(|words| !words.is_empty());
        }
        at += 1;
    }
}

pub(super) fn pop<'a>(segments: &mut Vec<Segment<'a>>, count: usize) -> Vec<&'a str> {
    let Some(last) = segments.last_mut() else { return Vec::new() };
    let words = last.split_off(last.len().saturating_sub(count));
    if last.is_empty() {
        segments.pop();
    }
    words
}

pub(super) fn joined(words: &[&str]) -> String {
    words.join(" ")
}

/// The last words of the last segment, longest first.
pub(super) fn tails<'s, 'a>(segments: &'s [Segment<'a>], most: usize) -> impl Iterator<Item = (&'s [&'a str], bool)> {
    let last = segments.last().map_or(&[][..], Vec::as_slice);
    (1..=last.len().min(most))
        .rev()
        .filter_map(move |count| Some((last.get(last.len() - count..)?, count == last.len())))
}

fn take_country(segments: &mut Vec<Segment>, home: Option<&str>, found: &mut Address) {
    let words: usize = segments.iter().map(Vec::len).sum();
    let mut taken = None;
    for (tail, whole) in tails(segments, 5) {
        let text = joined(tail);
        if tail.len() == words {
            continue;
        }
        let known = country::code_of(&text);
        if known != home
            && is_region(&text, home.unwrap_or("US"))
            && !has_digit(&text)
            && text.len() > 2
            && before_is_no_code(segments, tail.len())
        {
            return;
        }
        let Some(code) = known else { continue };
        if has_digit(&text) {
            continue;
        }
        let folded = bare(&text).replace(' ', "");
        let sure = whole
            || !before_is_no_code(segments, tail.len())
            || matches!(folded.as_str(), "us" | "usa" | "unitedstates" | "uk");
        let short = folded.len() <= 3 && !matches!(folded.as_str(), "usa" | "uk" | "uae");
        // DE is Delaware, CA California, unless it is known to be the country
        if sure && (!short || home == Some(code) && text == code) {
            taken = Some((tail.len(), code));
            break;
        }
    }
    if let Some((count, code)) = taken {
        pop(segments, count);
        found.country = code.into();
    }
}

/// Whether no postcode or code of a region stands before the last `count` words.
fn before_is_no_code(segments: &[Segment], count: usize) -> bool {
    let mut words = segments.iter().flatten().rev().skip(count);
    !words.next().is_some_and(|word| has_digit(word) || (word.len() == 2 && word.chars().all(char::is_uppercase)))
}

pub(super) fn is_region(text: &str, of: &str) -> bool {
    region::code_of(text, if of.is_empty() { "US" } else { of }).is_some()
}
