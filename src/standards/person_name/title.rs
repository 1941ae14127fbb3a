//! Prefixes and suffixes in their one spelling.

use super::case::{Part, push_cased};
use super::field::unwrapped;
use super::words::{is_and, is_placeholder, joins_titles, prefix, suffix};
use crate::standards::text::tidy;

/// Appends the prefixes of a field in their spelling; nothing for a placeholder.
pub(crate) fn push_prefixes(value: &str, dots: bool, out: &mut String) {
    let bare = tidy(value);
    if is_placeholder(&bare) {
        return;
    }
    let parts = dotted_apart(&bare);
    // Several for one person: Prof. Dr.; not Mr & Mrs.
    let joins = |at: usize| at > 0 && at + 1 < parts.len() && parts.get(at).is_some_and(|part| joins_titles(part));
    let several = parts.len() > 1 && !(0..parts.len()).any(joins);
    for (at, part) in parts.iter().enumerate() {
        if !out.is_empty() {
            out.push(' ');
        }
        match prefix(part) {
            Some(word) => out.push_str(if dots || several { word.dotted } else { word.plain }),
            None if is_and(part) => out.push_str(&part.to_lowercase()),
            None if joins(at) => out.push_str(&part.to_lowercase()),
            None => push_cased(part, Part::Given, out),
        }
    }
}

/// Appends the suffixes of a field in their spelling, parted by commas; nothing
/// for a placeholder.
pub(crate) fn push_suffixes(value: &str, dots: bool, out: &mut String) {
    let bare = tidy(value);
    if is_placeholder(&bare) {
        return;
    }
    for part in bare.split([',', ';', '/']) {
        let part = unwrapped(part.trim());
        if part.is_empty() {
            continue;
        }
        let words: Vec<&str> = part.split(' ').collect();
        match words.iter().map(|word| suffix(word)).collect::<Option<Vec<_>>>() {
            Some(known) => known.iter().for_each(|word| push_next(if dots { word.dotted } else { word.plain }, out)),
            None => push_next(
                suffix(&words.concat()).map_or(&*part, |word| if dots { word.dotted } else { word.plain }),
                out,
            ),
        }
    }
}

fn push_next(part: &str, out: &mut String) {
    if !out.is_empty() {
        out.push_str(", ");
    }
    out.push_str(part);
}

/// The words, those like `Prof.Dr.` taken apart.
fn dotted_apart(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for word in
        text.split([' ', ',']).filter(|word| word.chars().any(|c| c.is_alphanumeric() || matches!(c, '&' | '+' | '/')))
    {
        let pieces = word.split_inclusive('.');
        let known = pieces.clone().nth(1).is_some()
            && prefix(word).is_none()
            && pieces.clone().all(|piece| prefix(piece).is_some());
        match known {
            true => parts.extend(pieces),
            false => parts.push(word),
        }
    }
    parts
}
