//! Addresses for letters without paper, and numbers to call.

use super::MISSING;
use super::text::{close, edits, likeness};

/// Figures at the end of a number by which it is known without its prefixes.
const LOCAL_FIGURES: usize = 7;

/// Letters of an address at most that are not of a name where it is made of names:
/// initials, or a short form such as `bob`.
const MOST_LETTERS: usize = 3;

/// Local part and domain, lower case. Text without `@` is all local part.
pub(super) fn prepare_email(text: &str, slots: &mut Vec<String>) {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@').unwrap_or((&text, ""));
    // What stands behind a plus is the mailbox's own affair.
    let local = local.split_once('+').map_or(local, |(before, _)| if before.is_empty() { local } else { before });
    slots.extend([local.to_string(), domain.to_string()]);
}

/// The levels of [`super::Kind::Email`].
pub(super) fn compare_emails(a: &[&[u8]], b: &[&[u8]]) -> u8 {
    let ([a, a_domain], [b, b_domain]) = (a, b) else { return MISSING };
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    let same_domain = a_domain == b_domain;
    if a == b {
        return if same_domain {
            5
        } else if close(a_domain, b_domain) {
            4
        } else {
            3
        };
    }
    let near = close(a, b);
    if near && (same_domain || close(a_domain, b_domain)) {
        return 4;
    }
    if near || (a.len().min(b.len()) >= 5 && likeness(a, b) >= 0.88) { 2 } else { 1 }
}

/// What two addresses that are alike say besides the names that they are made of:
/// `level` where they are not made of names, or where what is left of them is
/// equal; nothing where nothing is left, because then it is only the names that are
/// alike; *different* where `ann.lee17` meets `ann.lee84`.
pub(super) fn beside_names(level: u8, a: &[u8], b: &[u8], names: &[&[u8]]) -> u8 {
    let (Some(a), Some(b)) = (without_names(a, names), without_names(b, names)) else { return level };
    if a.len().max(b.len()) < 2 || (a != b && edits(&a, &b, 1) <= 1) {
        return MISSING;
    }
    if a == b { level } else { 1 }
}

/// The figures of a local part that is made of names and at most an initial, or a
/// short one, besides.
fn without_names(local: &[u8], names: &[&[u8]]) -> Option<Vec<u8>> {
    let mut rest: Vec<u8> = local.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let mut words: Vec<&[u8]> = names.iter().flat_map(|name| super::text::words(name)).collect();
    // The longer ones first: of `paula`, `paul` leaves an `a`.
    words.sort_unstable_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    let before = rest.len();
    for word in words.into_iter().filter(|word| word.len() > 2) {
        if let Some(place) = rest.windows(word.len()).position(|part| part == word) {
            rest.drain(place..place + word.len());
        }
    }
    let letters = rest.iter().filter(|letter| letter.is_ascii_alphabetic()).count();
    let made_of_names = rest.len() < before && letters <= MOST_LETTERS;
    rest.retain(u8::is_ascii_digit);
    made_of_names.then_some(rest)
}

/// The figures of each number, apart by spaces; a number of one figure only,
/// such as `000000`, is none.
pub(super) fn prepare_phones(values: &[Option<&str>]) -> String {
    let mut numbers: Vec<String> = Vec::new();
    for value in values.iter().flatten() {
        // An extension is another room in the same house.
        let main = value.split(['x', ';', ',']).next().unwrap_or_default();
        let figures: String = main.chars().filter(char::is_ascii_digit).collect();
        let varied = figures.bytes().any(|figure| Some(figure) != figures.bytes().next());
        if figures.len() >= 5 && varied && !numbers.contains(&figures) {
            numbers.push(figures);
        }
    }
    numbers.join(" ")
}

/// The levels of [`super::Kind::Phone`]: the best of all pairs of numbers.
pub(super) fn compare_phones(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 4;
    }
    let numbers = |text| super::text::words(text);
    numbers(a).flat_map(|one| numbers(b).map(move |other| phones(one, other))).max().unwrap_or(MISSING)
}

fn phones(a: &[u8], b: &[u8]) -> u8 {
    if a == b {
        return 4;
    }
    let local = |number: &[u8]| number.len().saturating_sub(LOCAL_FIGURES);
    if a.len() != b.len() && a.len().min(b.len()) >= LOCAL_FIGURES && a[local(a)..] == b[local(b)..] {
        return 3;
    }
    if edits(a, b, 1) <= 1 { 2 } else { 1 }
}
