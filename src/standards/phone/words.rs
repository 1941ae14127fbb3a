//! Words that people write around a number, which libphonenumber does not know.

/// Words before an extension, in small letters; a point may follow.
const EXTENSIONS: &[&str] = &[
    // English
    "extension",
    "extn",
    "ext",
    "ex",
    // German
    "durchwahl",
    "dw",
    "app",
    "apparat",
    "nebenstelle",
    "nst",
    "nbst",
    "klappe",
    "hausapparat",
    // French
    "poste",
    // Spanish, Portuguese
    "extensión",
    "extensao",
    "extensão",
    "interno",
    "anexo",
    "ramal",
    // Italian
    "int",
    // Dutch
    "toestel",
    "tst",
    // Polish, Czech
    "wew",
    "wewn",
    "wewnętrzny",
    "linka",
    "kl",
    "klapka",
    // Swedish, Danish, Norwegian, Finnish
    "anknytning",
    "ankn",
    "lokal",
    "lok",
    "alanumero",
];

/// Words between two numbers, in small letters.
const BETWEEN: &[&str] = &["or", "and", "oder", "und", "ou", "et", "o", "y", "e", "of", "en", "lub", "eller"];

/// The value with the extension as libphonenumber reads it, if one of the words
/// stands before its last digits.
pub(super) fn with_extension(value: &str) -> Option<String> {
    let value = value.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = value.len() - value.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, extension) = value.split_at_checked(digits)?;
    if extension.is_empty() || extension.len() > 9 {
        return None;
    }
    let head = head.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '#'));
    let word = head.rsplit(|c: char| !c.is_alphabetic()).next()?;
    let number = head.strip_suffix(word)?;
    let number = number.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '-' | '/'));
    EXTENSIONS.contains(&word.to_lowercase().as_str()).then(|| format!("{number} ext. {extension}"))
}

/// The value up to its last digit, if a note stands behind: `212 555 0100 (home)`.
pub(super) fn without_note(value: &str) -> Option<&str> {
    let end = value.bytes().rposition(|byte| byte.is_ascii_digit())? + 1;
    let (number, note) = value.split_at_checked(end)?;
    let apart = note.starts_with(|c: char| !c.is_alphanumeric());
    (apart && note.chars().any(char::is_alphabetic)).then_some(number)
}

/// The parts of a cell that may be numbers of their own, in their order: between
/// signs and words that surely part them; or, where there are none of those, up
/// to the first slash or comma, which may also stand inside a number, so that
/// only the first part counts as one by itself.
pub(super) struct Parts<'a> {
    pub(super) all: Vec<&'a str>,
    /// Whether each may be a number whatever the others are.
    pub(super) sure: bool,
}

/// Digits that a part between words has at least.
const LONG: usize = 6;

pub(super) fn parts(value: &str) -> Parts<'_> {
    let sign = |c| matches!(c, ';' | '|' | '\n' | '\r' | '&' | '\t');
    let mut surely: Vec<&str> = value.split(sign).flat_map(between_words).collect();
    if surely.len() > 1 {
        surely.retain(|part| digits(part) >= 3);
        return Parts { all: surely, sure: true };
    }
    let loosely = value.split(['/', ',', '\\']).filter(|part| digits(part) > 0);
    Parts { all: loosely.collect(), sure: false }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// What stands between words such as `or`, where each is long enough for a number.
fn between_words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut word = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphabetic() {
            word = word.or(Some(at));
            continue;
        }
        let Some(begin) = word.take() else { continue };
        if text.get(begin..at).is_some_and(|word| BETWEEN.contains(&&*word.to_lowercase())) {
            found.extend(text.get(start..begin));
            start = at;
        }
    }
    found.extend(text.get(start..));
    if found.iter().all(|part| digits(part) >= LONG) { found } else { vec![text] }
}
