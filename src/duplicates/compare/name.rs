//! Names of people.

use super::text::{close, edits, likeness, words};
use super::{MISSING, folded, generation, nicknames};
use crate::config::likeness::Kind;

/// The given or the family name of a whole one in its usual order: the last word
/// that tells no generation is the family name, and what stands before it the given
/// one.
pub(super) fn part(kind: Kind, whole: &str) -> &str {
    let (whole, _) = generation::of_whole(whole);
    let (given, family) = whole.rsplit_once(' ').unwrap_or(("", whole));
    if kind == Kind::Family { family } else { given.trim() }
}

/// The family name, and which of several people of that name it is, where the name,
/// the whole name or the suffix says so.
pub(super) fn prepare_family(family: &str, whole: Option<&str>, suffix: Option<&str>, slots: &mut Vec<String>) {
    let (name, found) = generation::of_family(family);
    let found =
        suffix.and_then(generation::of_suffix).or(whole.and_then(|whole| generation::of_whole(whole).1)).or(found);
    slots.push(folded(name));
    slots.push(found.map(|place| place.to_string()).unwrap_or_default());
}

/// The name, and the names that it may be short for.
pub(super) fn prepare_given(text: &str, slots: &mut Vec<String>) {
    let name = folded(text);
    let first = name.split(' ').next().unwrap_or_default();
    slots.push(nicknames::groups(first));
    slots.insert(slots.len() - 1, name);
}

/// The levels of [`super::Kind::Given`] but *swapped*, which takes both names.
pub(super) fn compare_given(a: &[&[u8]], b: &[&[u8]]) -> u8 {
    let ([a, a_groups], [b, b_groups]) = (a, b) else { return MISSING };
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 7;
    }
    if let Some(initial) = initials(a, b) {
        return if initial { 3 } else { 1 };
    }
    if nicknames::share(a_groups, b_groups)
        || words(a).any(|word| word.len() > 2 && words(b).any(|other| other == word))
    {
        return 5;
    }
    // Mark and Mary, Paul and Paula: a typing error does not make one known name
    // of another.
    if !a_groups.is_empty() && !b_groups.is_empty() {
        return 1;
    }
    if close(a, b) || jumbled(a, b) || likeness(a, b) >= 0.92 {
        return 4;
    }
    if begins(a, b) {
        return 5;
    }
    if likeness(a, b) >= 0.8 { 2 } else { 1 }
}

/// Whether one is an initial, and if so, whether it is the other's.
fn initials(a: &[u8], b: &[u8]) -> Option<bool> {
    if a.len() != 1 && b.len() != 1 {
        return None;
    }
    Some(a.first() == b.first())
}

/// Whether two names have the same letters in another order: `eleanor`, `eleanro`.
fn jumbled(a: &[u8], b: &[u8]) -> bool {
    let letters = |name: &[u8]| {
        let mut letters = name.to_vec();
        letters.sort_unstable();
        letters
    };
    a.len() == b.len() && a.len() > 3 && letters(a) == letters(b)
}

/// Whether one name is the beginning of the other.
fn begins(a: &[u8], b: &[u8]) -> bool {
    let short = a.len().min(b.len());
    short >= 3 && a[..short] == b[..short]
}

/// The levels of [`super::Kind::Family`].
pub(super) fn compare_family(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 5;
    }
    if close(a, b) || jumbled(a, b) || likeness(a, b) >= 0.94 || joined(a, b) {
        return 4;
    }
    if words(a).any(|word| word.len() > 3 && words(b).any(|other| other == word)) {
        return 3;
    }
    if likeness(a, b) >= 0.84 { 2 } else { 1 }
}

/// `mac donald` and `macdonald`.
fn joined(a: &[u8], b: &[u8]) -> bool {
    let letters = |text: &[u8]| text.iter().copied().filter(|letter| *letter != b' ').collect::<Vec<_>>();
    (a.contains(&b' ') || b.contains(&b' ')) && letters(a) == letters(b)
}

/// Whether each given name is like the other's family name.
pub(super) fn swapped(given: (&[u8], &[u8]), family: (&[u8], &[u8])) -> bool {
    the_same(given.0, family.1) && the_same(given.1, family.0)
}

/// Whether one given name is like the other's family name, and of the names
/// that would tell more one is missing.
pub(super) fn misplaced(given: (&[u8], &[u8]), family: (&[u8], &[u8])) -> bool {
    the_same(given.0, family.1) && (given.1.is_empty() || family.0.is_empty())
        || the_same(given.1, family.0) && (given.0.is_empty() || family.1.is_empty())
}

fn the_same(a: &[u8], b: &[u8]) -> bool {
    a.len() > 1 && b.len() > 1 && (a == b || (a.len() > 3 && edits(a, b, 1) <= 1))
}
