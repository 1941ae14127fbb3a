//! Capitals of company names that are all in one case.

use crate::standards::casing::lowercase_inside;
use crate::standards::text::push_capital;

/// Short words that are words and no abbreviations.
static SHORT_WORDS: &[&str] = &[
    "ace", "aid", "air", "all", "arc", "ark", "arm", "art", "bar", "bay", "bee", "bed", "best", "big", "bio", "box",
    "boy", "bus", "buy", "cab", "cap", "car", "cat", "cup", "cut", "day", "dog", "dry", "eat", "eco", "egg", "elm",
    "eye", "fan", "far", "fit", "fix", "fly", "fox", "fun", "gas", "get", "go", "gym", "hat", "hot", "hub", "ice",
    "ink", "inn", "ivy", "jam", "jet", "job", "joy", "key", "kid", "lab", "law", "leg", "log", "man", "map", "max",
    "men", "mid", "mr", "mrs", "my", "net", "new", "non", "nut", "oak", "off", "oil", "old", "one", "our", "out",
    "own", "pan", "pet", "pie", "pin", "pro", "pub", "raw", "red", "rim", "rod", "run", "san", "sea", "set", "six",
    "sky", "son", "spa", "st", "sun", "tax", "tea", "tech", "ten", "tex", "tin", "top", "toy", "tri", "two", "up",
    "van", "wax", "way", "web", "we", "wet", "win", "you", "your", "zen", "zoo", "dr", "el", "los", "las", "bob",
    "jim", "tom", "ben", "joe", "sam", "dan", "ann", "lee", "kim", "ray", "roy", "ron", "don", "ted", "tim", "pat",
    "amy", "eva", "ian", "leo", "guy", "rio", "sao", "sur", "cie", "sol", "mar", "hi", "gut", "neu", "alt", "bad",
];

/// Ends of web addresses that are names: Ebookers.com.
static SITES: &[&str] = &["com", "net", "org", "de", "co", "uk", "io", "eu", "biz"];

/// Words that stay small within a name.
static SMALL_WORDS: &[&str] = &[
    "a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "und", "für", "im", "am",
    "der", "die", "das", "zu", "von", "de", "del", "la", "le", "les", "des", "du", "et", "y", "e", "da", "do", "di",
    "van",
];

/// Appends a word of a name that is all in capitals (`shouted`) or all in small
/// letters. `first` is whether the name begins with it.
pub(super) fn push_word(word: &str, shouted: bool, first: bool, out: &mut String) {
    let lower = lowercase_inside(word);
    // Its i is not the I that capitals would make of it.
    let turkish = word.contains('İ');
    if SMALL_WORDS.contains(&lower.as_str()) {
        match first {
            true => push_name(&lower, out),
            false => out.push_str(&lower),
        }
        return;
    }
    let parting = |c: char| matches!(c, '-' | '/' | '&' | '+' | '.' | '(' | '\'' | '\u{2019}');
    let mut before = "";
    for piece in lower.split_inclusive(parting) {
        let name = piece.trim_end_matches(parting);
        let end = piece.get(name.len()..).unwrap_or("");
        // Macy's, but O'Reilly.
        let owned = before.ends_with(['\'', '\u{2019}']) && (before.chars().count() > 2 || name == "s");
        // A dotted letter, or what is not spoken: A.B.C., IBM, 3M.
        let site = before.ends_with('.') && before.len() > 2 && SITES.contains(&name);
        if owned || site {
            out.push_str(name);
        } else if !turkish && is_abbreviation(name, shouted) {
            out.push_str(&name.to_uppercase());
        } else {
            push_name(name, out);
        }
        out.push_str(end);
        before = piece;
    }
}

/// Three letters or fewer that are no word, or none of them a vowel.
fn is_abbreviation(name: &str, shouted: bool) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().any(|c| c.is_ascii_digit());
    if digits {
        // 3M and B2B, but 1st and 24hour.
        return letters <= 2 && !["st", "nd", "rd", "th"].iter().any(|end| name.ends_with(end));
    }
    let vowels = name.chars().any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii());
    if SHORT_WORDS.contains(&name) {
        return false;
    }
    match shouted {
        true => letters <= 3 || (letters == 4 && !vowels),
        false => letters <= 4 && !vowels,
    }
}

fn push_name(name: &str, out: &mut String) {
    let name = match name.strip_prefix("mc").filter(|rest| rest.chars().count() > 2) {
        Some(rest) => {
            out.push_str("Mc");
            rest
        }
        None => name,
    };
    let mut letters = name.chars();
    let mut inside = false;
    for c in letters.by_ref() {
        match inside || !c.is_alphabetic() {
            true => out.push(c),
            false => push_capital(c, out),
        }
        // 24hour keeps its small letters.
        inside |= c.is_alphanumeric();
    }
}
