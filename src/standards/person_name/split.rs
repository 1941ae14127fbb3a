//! A whole name into its parts: prefix, given, middle, family, suffix.
//!
//! Reads "Family, Given", titles in front, letters behind, nicknames in quotes
//! or brackets. A name that it does not understand is never taken apart wrongly
//! if it can be left together: couples stay one given name.

use super::case::{Part, is_one_case, push_proper};
use super::field::unwrapped;
use super::title::{push_prefixes, push_suffixes};
use super::words::{is_and, is_particle, is_placeholder, leading_prefix, suffix, trailing_suffix};
use crate::standards::text::tidy;

/// The parts of a name; those that it has not are empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) prefix: String,
    pub(crate) given: String,
    pub(crate) middle: String,
    pub(crate) family: String,
    pub(crate) suffix: String,
    pub(crate) nickname: String,
}

impl Name {
    /// `Prefix Given "Nickname" Middle Family, Suffix`.
    pub(crate) fn push_display(&self, out: &mut String) {
        let quoted = match self.nickname.as_str() {
            "" => String::new(),
            name => format!("\"{name}\""),
        };
        for part in [&self.prefix, &self.given, &quoted, &self.middle, &self.family] {
            if !part.is_empty() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(part);
            }
        }
        if !self.suffix.is_empty() {
            out.push_str(", ");
            out.push_str(&self.suffix);
        }
    }
}

/// The words of a name by their place, as they stand in it.
#[derive(Default)]
struct Words<'a> {
    prefix: Vec<&'a str>,
    given: Vec<&'a str>,
    middle: Vec<&'a str>,
    family: Vec<&'a str>,
    suffix: Vec<&'a str>,
}

/// Splits a name; `None` for a placeholder.
pub(crate) fn split(value: &str) -> Option<Name> {
    let text = tidy(value);
    let (text, nickname) = without_nickname(&text);
    let bare = unwrapped_whole(&text);
    if is_placeholder(bare) {
        return None;
    }
    let words = placed(bare);
    // In a name all in one case no part tells by its case what it is.
    let names = [&words.given, &words.middle, &words.family].into_iter().flatten().copied();
    let one_case = is_one_case(&names.collect::<Vec<_>>().concat());
    let cased = |words: &[&str], part: Part| cased(&words.join(" "), part, one_case);
    let mut name = Name {
        given: cased(&words.given, Part::Given),
        middle: cased(&words.middle, Part::Given),
        family: cased(&words.family, Part::Family),
        nickname,
        ..Name::default()
    };
    push_prefixes(&words.prefix.join(" "), false, &mut name.prefix);
    push_suffixes(&words.suffix.join(", "), false, &mut name.suffix);
    Some(name)
}

fn unwrapped_whole(text: &str) -> &str {
    let stray = |c: char| matches!(c, ',' | ';' | ':' | '"' | '*' | '_' | '|' | '-' | ' ' | '?' | '!' | '`');
    text.trim_matches(stray)
}

/// A part with its capitals: in a name of mixed case a part all in capitals is
/// shouted only if it is longer than initials are.
fn cased(text: &str, part: Part, one_case: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let small = text.chars().any(char::is_lowercase);
    let shouted = !small && text.chars().filter(|c| c.is_alphabetic()).count() > 3;
    if is_one_case(text) && (one_case || small || shouted) {
        push_proper(text, part, &mut out);
    } else {
        out.push_str(text);
    }
    out
}

/// The text without what stands in quotes or brackets, and that.
fn without_nickname(text: &str) -> (String, String) {
    for (open, close) in [('"', '"'), ('(', ')'), ('\u{201c}', '\u{201d}'), ('[', ']')] {
        let Some((before, rest)) = text.split_once(open) else { continue };
        let Some((inside, after)) = rest.split_once(close) else { continue };
        let inside = unwrapped(inside.trim());
        // Quotes around the whole name, or around nothing.
        if before.trim().is_empty() && after.trim().is_empty() {
            return (inside.into_owned(), String::new());
        }
        let comma = if after.trim_start().starts_with(',') { "" } else { " " };
        let outside = format!("{}{comma}{}", before.trim_end(), after.trim_start());
        return (outside, inside.into_owned());
    }
    (text.to_owned(), String::new())
}

/// Sorts the words of a name into their places.
fn placed(text: &str) -> Words<'_> {
    let mut segments: Vec<&str> = text.split(',').map(str::trim).filter(|segment| !segment.is_empty()).collect();
    let mut words = Words::default();
    // Letters behind a whole name are degrees, known or not: Jo Ann Smith, BSN.
    let whole = segments.first().is_some_and(|first| first.contains(' ')) && !is_one_case(text);
    let letters = |word: &str| (2..6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_suffixes = |segment: &str| segment.split(' ').all(|word| suffix(word).is_some() || (whole && letters(word)));
    let mut behind = Vec::new();
    while segments.len() > 1 && segments.last().is_some_and(|segment| is_suffixes(segment)) {
        behind.extend(segments.pop().map(|segment| segment.split(' ')));
    }
    words.suffix = behind.into_iter().rev().flatten().collect();
    match segments.split_first() {
        Some((whole, [])) => place_natural(whole, &mut words),
        Some((family, given)) => place_inverted(family, given, &mut words),
        None => {}
    }
    words
}

/// `Prof. Dr. Ludwig Anton van der Berg Jr`.
fn place_natural<'a>(text: &'a str, words: &mut Words<'a>) {
    let mut rest: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    take_prefixes(&mut rest, words);
    take_suffixes(&mut rest, 1, words);
    if let Some(at) = rest.iter().position(|word| is_and(word) || word.contains('&')) {
        return place_couple(&rest, at, words);
    }
    let from = family_from(&rest);
    words.family = rest.split_off(from);
    let mut names = rest.into_iter();
    words.given.extend(names.next());
    words.middle.extend(names);
}

/// `van der Berg Jr, Dr. Ludwig Anton`.
fn place_inverted<'a>(family: &'a str, given: &[&'a str], words: &mut Words<'a>) {
    let mut last: Vec<&str> = family.split(' ').filter(|word| !word.is_empty()).collect();
    take_prefixes(&mut last, words);
    take_suffixes(&mut last, 1, words);
    words.family = last;
    let mut first: Vec<&str> = given.iter().flat_map(|part| part.split(' ')).filter(|word| !word.is_empty()).collect();
    while first.first().is_some_and(|word| leading_prefix(word).is_some()) {
        words.prefix.push(first.remove(0));
    }
    take_suffixes(&mut first, 1, words);
    // Berg, Ludwig van der
    let mut particles = first.len();
    while particles > 1 && first.get(particles - 1).is_some_and(|word| is_particle(word)) {
        particles -= 1;
    }
    let mut family = first.split_off(particles);
    family.append(&mut words.family);
    words.family = family;
    if first.iter().any(|word| is_and(word)) {
        words.given = first;
        return;
    }
    let mut names = first.into_iter();
    words.given.extend(names.next());
    words.middle.extend(names);
}

/// `John & Mary Smith`: both given names stay together. What has more than one
/// name before the `&` is left whole.
fn place_couple<'a>(rest: &[&'a str], at: usize, words: &mut Words<'a>) {
    let (given, family) = match at {
        1 if rest.len() > 3 => rest.split_at(family_from(rest).max(3)),
        1 if rest.len() == 3 => (rest, &[][..]),
        _ => (&[][..], rest),
    };
    words.given = given.to_vec();
    words.family = family.to_vec();
}

/// Takes the prefixes in front, leaving at least one word, and `Mr & Mrs`.
fn take_prefixes<'a>(rest: &mut Vec<&'a str>, words: &mut Words<'a>) {
    while rest.len() > 1 {
        let joined = rest.first().is_some_and(|word| is_and(word))
            && !words.prefix.is_empty()
            && rest.len() > 2
            && rest.get(1).is_some_and(|word| leading_prefix(word).is_some());
        if !joined && rest.first().is_none_or(|word| leading_prefix(word).is_none()) {
            return;
        }
        words.prefix.push(rest.remove(0));
    }
}

/// Takes the suffixes behind, leaving at least `least` words.
fn take_suffixes<'a>(rest: &mut Vec<&'a str>, least: usize, words: &mut Words<'a>) {
    let mut from = rest.len();
    while from > least && rest.get(from - 1).is_some_and(|word| trailing_suffix(word).is_some()) {
        from -= 1;
    }
    let mut found = rest.split_off(from);
    found.append(&mut words.suffix);
    words.suffix = found;
}

/// Where the family name begins: at its particles, or `Ortega` of `Ortega y
/// Gasset`. One word alone is a family name, since a CRM demands one.
fn family_from(rest: &[&str]) -> usize {
    let mut from = rest.len().saturating_sub(1);
    while from > 1
        && rest.get(from - 1).is_some_and(|word| is_particle(word) || is_saint(word) || word.eq_ignore_ascii_case("le"))
    {
        from -= 1;
    }
    // `y` in small letters after a capital: in names all in one case it is an
    // initial more often than not.
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let joined =
        from > 2 && matches!(rest.get(from - 1), Some(&("y" | "e"))) && rest.get(from - 2).is_some_and(capital);
    if joined { from - 2 } else { from }
}

fn is_saint(word: &str) -> bool {
    ["st", "st.", "ste", "ste."].iter().any(|saint| saint.eq_ignore_ascii_case(word))
}
