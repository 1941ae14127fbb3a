//! Several people with a comma or a semicolon between, as in `John Smith, Mary
//! Jones` and `Smith, John; Jones, Mary`. A comma parts people only where both
//! sides begin with a name that is well known as a given one and end with one
//! that is not, since `García López, Ana María` is one person.

use std::borrow::Cow;

use super::given::is_given;
use super::split::{Words, parts};
use super::words::{is_and, leading_prefix, suffix};

/// How many people a text names.
pub(super) enum People<'a> {
    One,
    Two([&'a str; 2]),
    /// Too many to take apart.
    More,
}

/// The people that a sign parts; those that a word joins are one text.
pub(super) fn people(text: &str) -> People<'_> {
    if !text.contains([',', ';']) {
        return People::One;
    }
    let by = if text.contains(';') { ';' } else { ',' };
    let sides: Vec<&str> = text.split(by).map(str::trim).filter(|side| !side.is_empty()).collect();
    match (by, sides.as_slice()) {
        (';', [one, other]) if one.contains(' ') && other.contains(' ') => People::Two([one, other]),
        (';', _) => People::More,
        (_, [one, other]) if is_whole(one) && is_whole(other) => People::Two([one, other]),
        _ => People::One,
    }
}

/// `John Smith`, `Mrs Mary A. Jones`
fn is_whole(text: &str) -> bool {
    let words = parts(text);
    let titles = words.iter().take_while(|word| leading_prefix(word).is_some()).count();
    let names = words.get(titles..).unwrap_or(&[]);
    let [first, .., last] = names else { return false };
    is_given(first) && !is_given(last) && suffix(last).is_none() && !names.iter().any(|word| is_and(word))
}

/// The text with a comma for each semicolon, where what follows one is letters
/// that belong behind a name: `John Smith; PhD`.
pub(super) fn with_commas(text: &str) -> Cow<'_, str> {
    let letters = |side: &str| side.split_whitespace().all(|word| suffix(word).is_some());
    match text.split(';').skip(1).any(letters) {
        true => text.replace(';', ",").into(),
        false => text.into(),
    }
}

/// Both people in one text, `John Smith & Mary Jones`.
pub(super) fn joined<'a>([one, other]: &[Words<'a>; 2]) -> Words<'a> {
    let before = [&one.given, &one.middle, &one.family, &one.suffix];
    let behind = [&other.prefix, &other.given, &other.middle, &other.family];
    let mut family: Vec<&str> = before.into_iter().flatten().copied().collect();
    family.push("&");
    family.extend(behind.into_iter().flatten());
    Words { prefix: one.prefix.clone(), family, suffix: other.suffix.clone(), ..Words::default() }
}
