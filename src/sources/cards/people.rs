//! Addresses as mail writes them: `Ann Smith <ann@x.org>, bob@x.org (Bob)`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::sources::encoding::Encoding;
use crate::sources::entries::Entry;

/// Splits a list at its commas; those in quotes, brackets and parentheses do not count.
pub(super) fn split(list: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut quoted, mut escaped) = (0, 0_usize, false, false);
    for (at, letter) in list.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match letter {
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '<' | '(' if !quoted => depth += 1,
            '>' | ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.push(list.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list.get(start..).unwrap_or_default());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The name and the address of one part of a list.
pub(super) fn person(part: &str) -> (String, String) {
    let part = part.trim();
    if let Some((name, rest)) = part.rsplit_once('<') {
        let address = rest.trim_end_matches('>').trim();
        return (encoded_words(&unquoted(name)), address.to_string());
    }
    if let Some((address, name)) = part.split_once('(') {
        return (encoded_words(&unquoted(name.trim_end_matches(')'))), address.trim().to_string());
    }
    (String::new(), part.to_string())
}

/// Adds the people of a list: `email`, `email.2` … and their names, which keep
/// the number of their address.
pub(super) fn add(entry: &mut Entry, list: &str) {
    for (index, part) in split(list).into_iter().enumerate() {
        let (name, address) = person(part);
        let number = if index == 0 { String::new() } else { format!(".{}", index + 1) };
        if index < 20 {
            entry.add(&format!("name{number}"), name);
            entry.add(&format!("email{number}"), address);
        } else {
            entry.join("email.more", part, "\n");
        }
    }
}

/// A text without the quotes around it and the backslashes in it.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return text.to_string();
    };
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        out.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
    }
    out
}

/// Resolves the words of RFC 2047: `=?utf-8?Q?Jos=C3=A9?=`. What is none stays.
pub(super) fn encoded_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        match word(from) {
            Some((decoded, length)) => {
                // Blanks between two encoded words belong to neither.
                if !(after_word && before.trim().is_empty()) {
                    out.push_str(before);
                }
                out.push_str(&decoded);
                rest = from.get(length..).unwrap_or_default();
                after_word = true;
            }
            None => {
                out.push_str(before);
                out.push_str("=?");
                rest = from.get(2..).unwrap_or_default();
                after_word = false;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of an encoded word at the beginning of `from`, and its bytes.
fn word(from: &str) -> Option<(String, usize)> {
    let mut parts = from.get(2..)?.splitn(3, '?');
    let (charset, kind, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (body, _) = rest.split_once("?=")?;
    // A language may follow the charset: `utf-8*fr`.
    let encoding = Encoding::named(charset.split('*').next()?)?;
    let bytes = match kind {
        "q" | "Q" => quoted(body)?,
        "b" | "B" => BASE64_STANDARD.decode(body).ok()?,
        _ => return None,
    };
    let mut text = String::new();
    let whole = encoding.decode_into(&bytes, &mut text);
    whole.then_some((text, 2 + charset.len() + 1 + kind.len() + 1 + body.len() + 2))
}

fn quoted(body: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut bytes = body.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'_' => out.push(b' '),
            b'=' => {
                let digits = [bytes.next()?, bytes.next()?];
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            other => out.push(other),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{encoded_words, person, split};

    #[test]
    fn a_list_has_people() {
        let list = r#""Smith, Ann" <ann@x.org>, bob@x.org (Bob, the one), <c@x.org>,, Dan O\,D <d@x.org>"#;
        let people: Vec<(String, String)> = split(list).into_iter().map(person).collect();
        let people: Vec<(&str, &str)> = people.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            people,
            [("Smith, Ann", "ann@x.org"), ("Bob, the one", "bob@x.org"), ("", "c@x.org"), (r"Dan O\,D", "d@x.org")]
        );
    }

    #[test]
    fn encoded_words_are_resolved() {
        assert_eq!(encoded_words("=?ISO-8859-1?Q?Jos=E9_?= =?utf-8?B?U2/Dtg==?= x"), "José Soö x");
        assert_eq!(encoded_words("=?x?Q?a?= =?utf-8?Q?=ZZ?= =?"), "=?x?Q?a?= =?utf-8?Q?=ZZ?= =?");
    }
}
