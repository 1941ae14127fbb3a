//! Text in the form in which it is compared.

use deunicode::deunicode;

/// Lower-case ASCII letters and figures, the words apart by one space. What is
/// written in another script is written in ours as it sounds.
pub(crate) fn folded(text: &str) -> String {
    let ascii;
    let text = if text.is_ascii() {
        text
    } else {
        ascii = deunicode(text);
        &ascii
    };
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        } else if letter != '\'' && letter != '.' && !out.is_empty() && !out.ends_with(' ') {
            // O'Brien and St. are one word each.
            out.push(' ');
        } else if letter == '.' && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Words that people type where they know nothing.
const PLACEHOLDERS: &[&str] = &[
    "n a",
    "none",
    "null",
    "nil",
    "unknown",
    "not known",
    "not available",
    "not applicable",
    "no name",
    "no email",
    "noemail",
    "tbd",
    "tba",
    "test",
    "unbekannt",
    "k a",
    "keine",
    "inconnu",
    "aucun",
    "desconocido",
    "sconosciuto",
    "asdf",
    "xx",
    "xxx",
    "xxxx",
];

/// Whether a value stands for nothing: `n/a`, `unknown`, `000000`, `-`.
pub(crate) fn placeholder(text: &str) -> bool {
    if text.len() > 24 {
        return false;
    }
    let figures = || text.bytes().filter(u8::is_ascii_digit);
    let first = figures().next();
    let letters = text.chars().any(char::is_alphabetic);
    if !letters {
        // One figure again and again, or none at all.
        return first.is_none() || (figures().count() > 3 && figures().all(|figure| Some(figure) == first));
    }
    let folded = folded(text);
    PLACEHOLDERS.contains(&folded.as_str())
}
