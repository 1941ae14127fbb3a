//! Father and son of one name: which of several people of a name somebody is.
//!
//! Two records that both say so, and not the same, are two people, however much
//! else they share; who says nothing may be either.

use super::folded;
use crate::standards::person_name;

/// The first of a name, the second and so on, by a word behind it.
fn place(word: &str) -> Option<u8> {
    Some(match word {
        "sr" | "snr" | "sen" | "senior" | "i" | "1st" => 1,
        "jr" | "jnr" | "jun" | "junior" | "ii" | "2nd" => 2,
        "iii" | "3rd" => 3,
        "iv" | "4th" => 4,
        "v" | "5th" => 5,
        _ => return None,
    })
}

/// What a field for suffixes says.
pub(super) fn of_suffix(suffix: &str) -> Option<u8> {
    folded(suffix).split(' ').find_map(place)
}

/// A family name without such a word behind it. Words that are names as well
/// (`Junior`, `Senior`) or initials stay.
pub(super) fn of_family(family: &str) -> (&str, Option<u8>) {
    let trimmed = family.trim();
    let Some((name, last)) = trimmed.rsplit_once([' ', ',']) else { return (trimmed, None) };
    let word = folded(last);
    let also_name = matches!(word.as_str(), "i" | "v" | "junior" | "senior" | "sen" | "jun");
    match place(&word).filter(|_| !also_name) {
        Some(found) if !name.trim().is_empty() => (name.trim_end_matches([' ', ',']), Some(found)),
        _ => (trimmed, None),
    }
}

/// A whole name without its suffixes, which stand behind a comma, or one without.
pub(super) fn of_whole(whole: &str) -> (&str, Option<u8>) {
    let trimmed = whole.trim();
    let Some((name, suffixes)) = trimmed.split_once(',') else { return of_family(trimmed) };
    let mut words = suffixes.split([' ', ',']).filter(|word| !word.is_empty());
    if words.all(person_name::is_suffix) { (name, of_suffix(suffixes)) } else { (trimmed, None) }
}
