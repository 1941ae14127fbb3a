//! Names of companies and other bodies.

use super::text::{close, common_words, likeness, words};
use super::{MISSING, folded};

/// Words that say what form a body has in law, and those that say nothing.
const LEGAL: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "llp",
    "lp",
    "plc",
    "pty",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "mbh",
    "ev",
    "eg",
    "sa",
    "sarl",
    "sas",
    "srl",
    "spa",
    "sl",
    "bv",
    "nv",
    "vof",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "kft",
    "zrt",
    "sp",
    "zoo",
    "doo",
    "sro",
    "kk",
    "pte",
    "bhd",
    "sdn",
    "cie",
    "cia",
    "ltda",
    "the",
    "and",
    "of",
    "for",
    "de",
    "la",
    "le",
    "et",
    "und",
    "der",
    "die",
    "das",
    "y",
    "e",
    "el",
];

/// The words without legal forms; as it is where nothing else would be left.
pub(super) fn prepare(text: &str) -> String {
    let all = folded(text);
    let kept: Vec<&str> = joined(&all).into_iter().filter(|word| !LEGAL.contains(word)).collect();
    if kept.is_empty() { all } else { kept.join(" ") }
}

/// The words of a folded name; letters that stand alone are one word: `s a` is `sa`.
fn joined(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(' ').collect();
    let single = |part: &&&str| part.len() == 1 && part.bytes().all(|letter| letter.is_ascii_lowercase());
    // Only those at the end: `a b c trading` is no legal form.
    let tail = parts.iter().rev().take_while(single).count();
    if tail > 1 {
        parts.truncate(parts.len() - tail);
    }
    parts
}

/// The levels of [`super::Kind::Company`].
pub(super) fn compare(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 5;
    }
    let (both, shorter) = common_words(a, b);
    if both >= 0.85 || close(a, b) {
        return 4;
    }
    if (shorter >= 0.85 && words(a).count().min(words(b).count()) > 1) || both >= 0.65 {
        return 3;
    }
    if both >= 0.4 || shorter >= 0.6 || likeness(a, b) >= 0.88 { 2 } else { 1 }
}
