//! One line of a card as a property: its name, its parameters, its value.
//!
//! Knows how vCard 2.1, 3.0 and 4.0 write a property, and nothing of what
//! properties mean.

use super::lines::unfold;
use super::value::{Charsets, bare_packing, decode, packing};

/// A card of more lines, when they are unfolded, is not read to its end.
const MOST_PROPERTIES: usize = 50_000;
/// Parameters and types that a property has at most; more are a sign of damage.
const MOST_PARAMETERS: usize = 64;

/// One property of a card.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// In small letters: `item1` of `item1.TEL`; empty without one.
    pub group: String,
    /// In capitals, without its group: `TEL` of `item1.tel`.
    pub name: String,
    /// The types, in small letters: `work`, `fax`.
    pub types: Vec<String>,
    /// 1 is the most preferred; `None` where nothing is said.
    pub preference: Option<u32>,
    /// The `MEDIATYPE` or, for binary values, the `TYPE` as it is written.
    pub media: Option<String>,
    /// The other parameters that say something: `language` and its value.
    pub parameters: Vec<(String, String)>,
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

/// The properties of a card.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub properties: Vec<Property>,
    /// The lines that are no properties.
    pub unread: Vec<String>,
    /// How many lines were no properties, with those that could be joined.
    pub strange: usize,
    /// Whether there are more lines than a card may have.
    pub over: bool,
}

/// Parses the lines of a card.
pub(super) fn parse(lines: &[Vec<u8>], charsets: &mut Charsets) -> Parsed {
    let mut found = Parsed::default();
    for line in unfold(lines) {
        if found.properties.len() + found.unread.len() >= MOST_PROPERTIES {
            found.over = true;
            break;
        }
        if let Some(property) = property(&line, charsets) {
            found.properties.push(property);
            continue;
        }
        found.strange += 1;
        let (text, _) = charsets.decode(&line);
        match found.properties.last_mut() {
            // Outlook breaks addresses and notes over lines that are not indented.
            Some(last) if matches!(last.name.as_str(), "ADR" | "LABEL" | "NOTE") && !last.binary => {
                last.text.push('\n');
                last.text.push_str(text.trim_end());
            }
            _ => found.unread.push(text),
        }
    }
    found
}

/// The name with its parameters, and the value: apart at the first colon that
/// is not in quotes, or at the first of all where a quote is never closed.
pub(super) fn split_head(line: &[u8]) -> Option<(&[u8], &[u8])> {
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
    Some((line.get(..end)?, line.get(end + 1..)?))
}

/// `(key, value)` of what stands between semicolons; a bare word has no key.
/// The first is the property's name. Keys are in capitals, quotes are gone.
pub(super) fn parameters(head: &str) -> impl Iterator<Item = (String, String)> {
    let mut quoted = false;
    let parts: Vec<String> = head
        .split(|letter: char| {
            quoted ^= letter == '"';
            letter == ';' && !quoted
        })
        // One more than are read, so that the property is said to be broken.
        .take(MOST_PARAMETERS + 8)
        .map(ToString::to_string)
        .collect();
    parts.into_iter().map(|part| match part.split_once('=') {
        Some((key, value)) => (key.trim().to_ascii_uppercase(), value.replace('"', "").trim().to_string()),
        None => (String::new(), part.trim().to_string()),
    })
}

/// Group and name of a property; `None` where it cannot be a name.
pub(super) fn names(text: &str) -> Option<(String, String)> {
    let (group, name) = text.rsplit_once('.').unwrap_or(("", text));
    let name = name.trim().to_ascii_uppercase();
    let sound = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    (!name.is_empty() && name.chars().all(sound)).then(|| (group.trim().to_ascii_lowercase(), name))
}

fn property(line: &[u8], charsets: &mut Charsets) -> Option<Property> {
    let (head, value) = split_head(line)?;
    let (head, _) = charsets.decode(head);
    let mut parts = parameters(&head);
    let (_, name) = parts.next()?;
    let (group, name) = names(&name)?;
    let mut found = Property { group, name, ..Property::default() };
    let (mut packed, mut charset) = (None, None);
    for (key, value) in parts {
        match key.as_str() {
            "" if bare_packing(&value).is_some() => packed = packing(&value),
            "ENCODING" => packed = packing(&value),
            "CHARSET" => charset = Some(value),
            _ => found.parameter(&key, &plain(&value)),
        }
    }
    found.settle();
    let stays = matches!(found.name.as_str(), "PHOTO" | "LOGO" | "SOUND" | "KEY") || found.name.starts_with("X-");
    let decoded = decode(value, packed, charset.as_deref(), stays, charsets);
    (found.text, found.binary) = (decoded.text, decoded.binary);
    found.broken |= decoded.broken;
    Some(found)
}

impl Property {
    /// Takes a parameter that is about the value and not about how it is written.
    /// The key is in capitals, or empty for a bare word, which is a type.
    pub(super) fn parameter(&mut self, key: &str, value: &str) {
        if self.parameters.len() + self.types.len() >= MOST_PARAMETERS {
            self.broken = true;
            return;
        }
        match key {
            "" | "TYPE" => {
                if !matches!(value.to_ascii_lowercase().as_str(), "pref" | "work" | "home" | "7bit" | "8bit") {
                    self.media.get_or_insert_with(|| value.to_string());
                }
                let words = value.split(',').map(|word| word.trim().to_ascii_lowercase());
                let words = words.filter(|word| !matches!(word.as_str(), "" | "7bit" | "8bit"));
                self.types.extend(words.take(MOST_PARAMETERS));
            }
            "PREF" if value.parse::<u32>().is_ok() => self.preference = value.parse().ok(),
            "MEDIATYPE" => self.media = Some(value.to_string()),
            // What kind of value it is shows in the value.
            "VALUE" => {}
            _ if value.is_empty() => {}
            // The address as it is written on an envelope; not the label of a group.
            "LABEL" => self.parameters.push(("formatted".into(), value.to_string())),
            _ => self.parameters.push((key.to_ascii_lowercase(), value.to_string())),
        }
    }

    /// To be called when all parameters are there.
    pub(super) fn settle(&mut self) {
        if self.types.iter().any(|word| word == "pref") {
            self.preference.get_or_insert(1);
        }
    }
}

/// A parameter's value without the escapes that it may have (RFC 6868).
fn plain(value: &str) -> String {
    if !value.contains('^') {
        return value.to_string();
    }
    let mut out = String::new();
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let meant = match (letter, letters.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                out.push(letter);
                continue;
            }
        };
        out.push(meant);
        letters.next();
    }
    out
}

/// The parts between semicolons that are not escaped, their escapes resolved;
/// the last of `most` keeps what is over, with its semicolons.
pub(super) fn components(text: &str, escapes: Escapes, most: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == ';' && parts.len() < most {
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
    components(text, escapes, 1).concat()
}

/// A text with the escapes of vCard 3.0 and 4.0 put in.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            _ => out.push(letter),
        }
    }
    out
}
