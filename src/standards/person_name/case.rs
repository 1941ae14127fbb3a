//! Capitals in names: `MCDONALD` and `van der berg` as they are written.
//!
//! Only names all in capitals or all in small letters are touched: who wrote
//! `deVries` or `LeAnn` meant it.

use super::words::{is_particle, is_second_particle, trailing_suffix};
use crate::standards::casing::lowercase_inside;
use crate::standards::text::{push_capital, recompose};

/// Which field a name stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Given,
    Family,
}

/// Names that go on with a capital after `Mac`; others such as Mack, Macey and
/// Machado do not.
static AFTER_MAC: &[&str] = &[
    "adam",
    "adams",
    "alister",
    "allister",
    "alpine",
    "arthur",
    "aulay",
    "bain",
    "beth",
    "bride",
    "callum",
    "carthy",
    "cormack",
    "cormick",
    "dermott",
    "donald",
    "donell",
    "dougal",
    "dougall",
    "dowell",
    "duff",
    "elroy",
    "ewan",
    "farland",
    "farlane",
    "gill",
    "gillivray",
    "gowan",
    "gregor",
    "guire",
    "innes",
    "innis",
    "intosh",
    "intyre",
    "kay",
    "kenna",
    "kenzie",
    "kinlay",
    "kinnon",
    "lachlan",
    "laren",
    "laughlin",
    "lean",
    "leish",
    "lellan",
    "lennan",
    "leod",
    "manus",
    "master",
    "millan",
    "nab",
    "namara",
    "naughton",
    "neal",
    "neil",
    "neill",
    "nicol",
    "phail",
    "phee",
    "pherson",
    "queen",
    "rae",
    "ritchie",
    "tavish",
    "taggart",
    "vicar",
    "william",
    "williams",
];

/// Whether all letters with case are of the same one, and there are some.
pub(crate) fn is_one_case(text: &str) -> bool {
    are_one_case([text])
}

/// The same for all letters of several texts.
pub(crate) fn are_one_case<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let (mut small, mut large) = (false, false);
    for c in texts.into_iter().flat_map(str::chars) {
        // ß stands among capitals too: GROß.
        small |= c.is_lowercase() && c != 'ß';
        large |= c.is_uppercase();
        if small && large {
            return false;
        }
    }
    small || large
}

/// Appends the name with its capitals, if it is all in one case; as it is otherwise.
pub(crate) fn push_cased(text: &str, part: Part, out: &mut String) {
    if !is_one_case(text) {
        out.push_str(text);
        return;
    }
    push_proper(text, part, out);
}

/// Appends the name with its capitals, whatever it had.
pub(crate) fn push_proper(text: &str, part: Part, out: &mut String) {
    let start = out.len();
    let lower = lowercase_inside(text);
    let last = lower.bytes().filter(|byte| *byte == b' ').count();
    for (at, word) in lower.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let begins = at > 0 || part == Part::Family;
        // Ortega y Gasset; in given names a letter alone is an initial.
        let joins =
            at > 0 && (matches!(word, "and" | "und" | "et") || (part == Part::Family && matches!(word, "y" | "e")));
        let particle = at < last && (joins || begins && is_particle(word) && (at > 0 || !is_second_particle(word)));
        let suffix = if at == last && at > 0 { trailing_suffix(word) } else { None };
        match suffix {
            Some(suffix) => out.push_str(suffix.plain.trim_end_matches('.')),
            None if particle => out.push_str(word),
            None if part == Part::Given && is_initials(word) => out.push_str(&word.to_ascii_uppercase()),
            None => push_word(word, out),
        }
    }
    recompose(start, out);
}

/// `JP`, `TJ`: two letters that cannot be spoken as a name.
fn is_initials(word: &str) -> bool {
    let speakable = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    word.len() == 2
        && word.bytes().all(|byte| byte.is_ascii_lowercase() && !speakable(byte))
        && !matches!(word, "jr" | "sr" | "st" | "mr" | "ms" | "dr" | "ng")
}

/// Appends one word that is in small letters: each of its parts at hyphens,
/// dots and apostrophes gets its capital.
fn push_word(word: &str, out: &mut String) {
    let mut rest = word;
    for article in ["al-", "el-", "abd-", "ad-", "as-", "ul-"] {
        if let Some(name) = rest.strip_prefix(article).filter(|name| !name.is_empty()) {
            // The article stays small: al-Rashid.
            out.push_str(article);
            rest = name;
            break;
        }
    }
    let parting = |c: char| matches!(c, '-' | '.' | '\'' | '\u{2019}' | '&' | '/' | '(' | '"' | '\u{2010}');
    let mut before = "";
    for piece in rest.split_inclusive(parting) {
        let name = piece.trim_end_matches(parting);
        // O'Brien and D'Angelo, but Baha'i.
        let inside = before.ends_with(['\'', '\u{2019}']) && before.chars().filter(|c| c.is_alphabetic()).count() > 2;
        if inside {
            out.push_str(piece);
        } else {
            push_name(name, out);
            out.push_str(piece.get(name.len()..).unwrap_or(""));
        }
        before = piece;
    }
}

/// Appends one name in small letters with its capital, or its two.
fn push_name(name: &str, out: &mut String) {
    let second = match name.strip_prefix("mc") {
        Some(rest) if rest.chars().count() > 1 => Some(("Mc", rest)),
        _ => name.strip_prefix("mac").filter(|rest| AFTER_MAC.contains(rest)).map(|rest| ("Mac", rest)),
    };
    let name = match second {
        Some((head, rest)) => {
            out.push_str(head);
            rest
        }
        None => name,
    };
    let mut letters = name.chars();
    if let Some(first) = letters.next() {
        push_capital(first, out);
    }
    out.push_str(letters.as_str());
}
