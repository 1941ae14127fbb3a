//! Finds what might be addresses in a cell: behind names, between signs, several
//! in a row.

use std::borrow::Cow;

/// What might be addresses, in their order, freed of what surrounds them.
pub(super) fn candidates(value: &str) -> impl Iterator<Item = &str> {
    let parted =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '|' | '/' | '(' | ')' | '[' | ']' | '"');
    value.split(parted).filter(|part| part.contains('@')).map(|part| {
        let part = match part.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => part.get(7..).unwrap_or(""),
            _ => part,
        };
        let part = part.split('?').next().unwrap_or("");
        // "email:jo@example.com", "'jo@example.com'", "jo@example.com."
        let part = part.rsplit(':').next().unwrap_or("");
        part.trim_matches(|c: char| {
            matches!(c, '\'' | '.' | ':' | '!' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}')
        })
    })
}

/// The value without comments in parentheses, which mail allows nearly anywhere.
/// An address that stands in parentheses itself is none.
pub(super) fn without_comments(value: &str) -> Cow<'_, str> {
    if !value.contains('(') {
        return Cow::Borrowed(value);
    }
    let mut bare = String::with_capacity(value.len());
    let mut comment = String::new();
    let mut depth = 0_usize;
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if depth > 0 => comment.push(c),
            c => bare.push(c),
        }
    }
    let alone = bare.contains('@') && !comment.contains('@') && depth == 0;
    if alone { Cow::Owned(bare) } else { Cow::Borrowed(value) }
}
