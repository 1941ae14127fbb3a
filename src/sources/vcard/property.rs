//! The lines of a card as properties: unfolded, decoded, their parameters read.
//!
//! Knows how vCard 2.1, 3.0 and 4.0 write a property, and nothing of what
//! properties mean.

use super::cards::is_mark;
use crate::sources::encoding::Encoding;

/// One property of a card.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// In capitals, without its group: `TEL` of `item1.tel`.
    pub name: String,
    /// The types, in small letters: `work`, `fax`.
    pub types: Vec<String>,
    /// 1 is the most preferred; `None` where nothing is said.
    pub preference: Option<u32>,
    /// The `MEDIATYPE` or, for binary values, the `TYPE` as it is written.
    pub media: Option<String>,
    /// Whether the value is base64 that stays base64.
    pub binary: bool,
    /// The decoded text, still with its escapes.
    pub text: String,
    /// Whether the value is kept as it stands because it could not be decoded.
    pub broken: bool,
}

/// Whether a card's escapes are those of vCard 2.1, which has no `\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Old,
    New,
}

/// The properties of a card, and the number of lines that are none.
pub(super) fn parse(lines: &[Vec<u8>], encoding: Option<Encoding>) -> (Vec<Property>, usize) {
    let mut properties = Vec::new();
    let mut strange = 0;
    for line in unfold(lines) {
        match property(&line, encoding) {
            Some(property) => properties.push(property),
            None => strange += 1,
        }
    }
    (properties, strange)
}

/// Joins the lines that belong together.
fn unfold(lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut whole: Vec<Vec<u8>> = Vec::new();
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if is_mark(line, b"BEGIN:VCARD") {
            // The card of an agent, up to its own end, is the agent's value.
            let mut depth = 1_usize;
            let mut inner = line.clone();
            for line in rest.by_ref() {
                inner.push(b'\n');
                inner.extend_from_slice(line);
                depth = if is_mark(line, b"BEGIN:VCARD") {
                    depth + 1
                } else {
                    depth - usize::from(is_mark(line, b"END:VCARD"))
                };
                if depth == 0 {
                    break;
                }
            }
            match whole.last_mut() {
                Some(agent) => agent.extend_from_slice(&inner),
                None => whole.push(inner),
            }
            continue;
        }
        let mut joined = line.clone();
        let kind = encoding_of(&joined);
        // Quoted-printable breaks a line with `=`; what follows is taken as it stands.
        while kind == Some(Packing::QuotedPrintable) && joined.ends_with(b"=") {
            joined.pop();
            match rest.next() {
                Some(next) => joined.extend_from_slice(next),
                None => break,
            }
        }
        while let Some(next) = rest.peek() {
            let folded = next.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) && !next.trim_ascii().is_empty();
            if folded {
                joined.extend_from_slice(&next[1..]);
            } else if kind == Some(Packing::Base64) && is_base64(next) {
                joined.extend_from_slice(next);
            } else {
                break;
            }
            rest.next();
        }
        whole.push(joined);
    }
    whole
}

/// A line of base64 that was not indented: long, and without a colon.
fn is_base64(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    !line.is_empty() && line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    QuotedPrintable,
    Base64,
}

fn packing(word: &str) -> Option<Packing> {
    match word.to_ascii_uppercase().as_str() {
        "QUOTED-PRINTABLE" | "Q" => Some(Packing::QuotedPrintable),
        "BASE64" | "B" => Some(Packing::Base64),
        _ => None,
    }
}

fn encoding_of(line: &[u8]) -> Option<Packing> {
    let (head, _) = split_head(line)?;
    let head = String::from_utf8_lossy(head).into_owned();
    parameters(&head).skip(1).find_map(|(key, value)| match key.as_str() {
        "ENCODING" => packing(&value),
        "" => packing(&value).filter(|_| value.len() > 1),
        _ => None,
    })
}

/// The name with its parameters, and the value: apart at the first colon that
/// is not in quotes, or at the first of all where a quote is never closed.
fn split_head(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut quoted = false;
    let mut end = None;
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b':' if !quoted => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let end = end.or_else(|| line.iter().position(|&byte| byte == b':'))?;
    Some((&line[..end], &line[end + 1..]))
}

/// `(key, value)` of what stands between semicolons; a bare word has no key.
/// The first is the property's name. Keys are in capitals, quotes are gone.
fn parameters(head: &str) -> impl Iterator<Item = (String, String)> {
    let mut quoted = false;
    let parts: Vec<String> = head
        .split(|letter: char| {
            quoted ^= letter == '"';
            letter == ';' && !quoted
        })
        .map(ToString::to_string)
        .collect();
    parts.into_iter().map(|part| match part.split_once('=') {
        Some((key, value)) => (key.trim().to_ascii_uppercase(), value.replace('"', "").trim().to_string()),
        None => (String::new(), part.trim().to_string()),
    })
}

fn property(line: &[u8], encoding: Option<Encoding>) -> Option<Property> {
    let (head, value) = split_head(line)?;
    let head = String::from_utf8_lossy(head).into_owned();
    let mut parts = parameters(&head);
    let (_, name) = parts.next()?;
    let name = name.rsplit('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')) {
        return None;
    }
    let mut found = Property {
        name,
        types: Vec::new(),
        preference: None,
        media: None,
        binary: false,
        text: String::new(),
        broken: false,
    };
    let mut packed = None;
    let mut charset = None;
    for (key, value) in parts {
        match key.as_str() {
            "" if packing(&value).is_some_and(|_| value.len() > 1) => packed = packing(&value),
            "" | "TYPE" => {
                if !matches!(value.to_ascii_lowercase().as_str(), "pref" | "work" | "home") {
                    found.media.get_or_insert_with(|| value.clone());
                }
                found.types.extend(value.split(',').map(|word| word.trim().to_ascii_lowercase()));
            }
            "PREF" => found.preference = value.parse().ok(),
            "ENCODING" => packed = packing(&value),
            "CHARSET" => charset = Some(value),
            "MEDIATYPE" => found.media = Some(value),
            _ => {}
        }
    }
    if found.types.iter().any(|word| word == "pref") {
        found.preference.get_or_insert(1);
    }
    decode(&mut found, value, packed, charset.as_deref(), encoding);
    Some(found)
}

fn decode(
    found: &mut Property,
    value: &[u8],
    packed: Option<Packing>,
    charset: Option<&str>,
    option: Option<Encoding>,
) {
    let mut bytes = value.to_vec();
    match packed {
        None => {}
        Some(Packing::QuotedPrintable) => match quoted_printable(value) {
            Some(plain) => bytes = plain,
            None => found.broken = true,
        },
        Some(Packing::Base64) => {
            bytes.retain(|byte| !byte.is_ascii_whitespace());
            let plain = base64(&bytes);
            found.broken = plain.is_none();
            let stays =
                matches!(found.name.as_str(), "PHOTO" | "LOGO" | "SOUND" | "KEY") || found.name.starts_with("X-");
            match plain {
                Some(plain) if !stays => bytes = plain,
                _ => found.binary = true,
            }
        }
    }
    let declared = match charset {
        Some(label) => {
            let page = Encoding::named(label).and_then(Encoding::ascii_based).map(|page| page.0);
            found.broken |= page.is_none();
            page.or(option)
        }
        None => option,
    };
    if let Some(page) = declared {
        found.broken |= !page.decode_into(&bytes, &mut found.text);
        return;
    }
    if !Encoding::UTF_8.decode_into(&bytes, &mut found.text) {
        found.text.clear();
        Encoding::WINDOWS_1252.decode_into(&bytes, &mut found.text);
    }
}

/// The bytes of quoted-printable; `None` where `=` stands before no two digits.
fn quoted_printable(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'=' {
            let [high, low, ..] = after else {
                // A soft break at the end of the card.
                return after.is_empty().then_some(out);
            };
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            out.push(digit(*high)? << 4 | digit(*low)?);
            rest = &after[2..];
        } else {
            out.push(byte);
            rest = after;
        }
    }
    Some(out)
}

/// The bytes of base64 without blanks; `None` where it is none.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let padded = body.len() < text.len();
    if body.len() % 4 == 1 || (padded && !text.len().is_multiple_of(4)) {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 2);
    for quad in body.chunks(4) {
        let mut bits = 0_u32;
        for &letter in quad {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        bits <<= 6 * (4 - quad.len());
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend_from_slice(bytes.get(..quad.len() - 1)?);
    }
    Some(out)
}

/// The parts between semicolons that are not escaped, their escapes resolved.
pub(super) fn components(text: &str, escapes: Escapes) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == ';' {
            parts.push(String::new());
            continue;
        }
        let Some(part) = parts.last_mut() else { break };
        if letter != '\\' {
            part.push(letter);
            continue;
        }
        match (letters.peek(), escapes) {
            (Some(&next @ (';' | ',' | ':')), _) => part.push(next),
            (Some(&next @ ('\\' | '"')), Escapes::New) => part.push(next),
            (Some('n' | 'N'), Escapes::New) => part.push('\n'),
            _ => {
                part.push('\\');
                continue;
            }
        }
        letters.next();
    }
    parts
}

/// A text with its escapes resolved and its semicolons kept.
pub(super) fn unescape(text: &str, escapes: Escapes) -> String {
    components(text, escapes).join(";")
}
