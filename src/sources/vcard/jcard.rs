//! jCard, the JSON form of a card (RFC 7095): `["vcard", [["fn", {}, "text", "Ann"]]]`.
//!
//! A file holds one card, a list of cards, or one card after another. Gives the
//! properties that the same card in text form has.

use std::io::{self, BufRead};

use serde_json::{Map, Value as Json};

use super::piece::{Collected, MOST_PARTS, Piece, peek, until};
use super::property::{Parsed, Property, escaped, names};

/// The cards of a file, each as its own JSON.
pub(super) struct Values<R> {
    from: R,
    /// Whether we are within a list of cards.
    listed: bool,
    number: u64,
}

impl<R: BufRead> Values<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, listed: false, number: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Piece>> {
        loop {
            self.blanks()?;
            let Some(byte) = peek(&mut self.from)? else {
                let cut = std::mem::take(&mut self.listed);
                self.number += u64::from(cut);
                return Ok(cut.then(|| Collected::default().piece(self.number, false)));
            };
            match byte {
                b',' => self.from.consume(1),
                b']' if self.listed => {
                    self.from.consume(1);
                    self.listed = false;
                }
                b'[' if !self.listed => {
                    self.from.consume(1);
                    self.blanks()?;
                    if matches!(peek(&mut self.from)?, Some(b'[' | b']' | b'{')) {
                        self.listed = true;
                    } else {
                        return self.value(b"[").map(Some);
                    }
                }
                _ => return self.value(b"").map(Some),
            }
        }
    }

    fn blanks(&mut self) -> io::Result<()> {
        until(&mut self.from, &mut Collected::default(), true, |byte| !byte.is_ascii_whitespace())?;
        Ok(())
    }

    /// A value up to its end; `begun` has been read of it.
    fn value(&mut self, begun: &[u8]) -> io::Result<Piece> {
        self.number += 1;
        let mut value = Collected::default();
        value.push(begun);
        let mut depth = begun.len();
        let (mut quoted, mut escaped) = (false, false);
        let first = peek(&mut self.from)?;
        if depth == 0 && !matches!(first, Some(b'[' | b'{')) {
            // No list and no object: it ends where the next thing begins.
            let ended = until(&mut self.from, &mut value, false, |byte| matches!(byte, b',' | b']' | b'\n'))?;
            self.listed &= ended && value.bytes.last() != Some(&b']');
            return Ok(value.piece(self.number, ended));
        }
        let ended = until(&mut self.from, &mut value, false, |byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'[' | b'{' if !quoted => depth += 1,
                b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })?;
        self.listed &= ended;
        Ok(value.piece(self.number, ended))
    }
}

/// The properties of a card; `None` where the text is no jCard.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    if text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > MOST_PARTS {
        // Unless they stand within texts; then it is a card of many megabytes of commas.
        return None;
    }
    let Ok(Json::Array(card)) = serde_json::from_str(text) else { return None };
    let (Some(Json::String(word)), Some(Json::Array(lines))) = (card.first(), card.get(1)) else { return None };
    if !word.eq_ignore_ascii_case("vcard") {
        return None;
    }
    let mut found = Parsed::default();
    for line in lines {
        match property(line) {
            Some(property) => found.properties.push(property),
            None => {
                found.strange += 1;
                found.unread.push(line.to_string());
            }
        }
    }
    Some(found)
}

fn property(line: &Json) -> Option<Property> {
    let Json::Array(parts) = line else { return None };
    let [Json::String(name), Json::Object(parameters), Json::String(kind), values @ ..] = parts.as_slice() else {
        return None;
    };
    let (_, name) = names(name)?;
    let mut found = Property { name, ..Property::default() };
    read_parameters(&mut found, parameters);
    found.settle();
    let values: Vec<String> = values.iter().map(|value| shown(value, kind)).collect();
    found.text = values.join(",");
    Some(found)
}

fn read_parameters(found: &mut Property, parameters: &Map<String, Json>) {
    for (key, value) in parameters {
        let words: Vec<String> = match value {
            Json::Array(values) => values.iter().map(plain).collect(),
            value => vec![plain(value)],
        };
        match key.to_ascii_uppercase().as_str() {
            "GROUP" => found.group = words.join(",").to_ascii_lowercase(),
            "TYPE" => words.iter().for_each(|word| found.parameter("TYPE", word)),
            key => found.parameter(key, &words.join(",")),
        }
    }
}

/// A value as the text form writes it: the parts of a structure apart by `;`.
fn shown(value: &Json, kind: &str) -> String {
    match value {
        Json::Array(parts) => parts.iter().map(|part| atom(part, kind)).collect::<Vec<_>>().join(";"),
        value => atom(value, kind),
    }
}

/// One part of a value; several texts in one part are apart by `,`.
fn atom(value: &Json, kind: &str) -> String {
    match value {
        Json::Array(words) => words.iter().map(|word| escaped(&plain(word))).collect::<Vec<_>>().join(","),
        value => escaped(&basic(&plain(value), kind)),
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        value => value.to_string(),
    }
}

/// A date or time in the form that text has: JSON writes `2009-08-08`, `--02-03`
/// and `-05:00` where text has `20090808`, `--0203` and `-0500`.
fn basic(text: &str, kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    if !matches!(kind.as_str(), "date" | "time" | "date-time" | "date-and-or-time" | "timestamp" | "utc-offset") {
        return text.to_string();
    }
    let (date, time) = match (text.split_once('T'), kind.as_str()) {
        (Some((date, time)), _) => (date, Some(time)),
        (None, "time" | "utc-offset") => ("", Some(text)),
        (None, _) => (text, None),
    };
    let day = match date.split('-').collect::<Vec<_>>().as_slice() {
        // A year and a month keep their hyphen, or they would be a year and a day.
        [year, month, day] if !year.is_empty() => format!("{year}{month}{day}"),
        ["", "", month, day] if !month.is_empty() => format!("--{month}{day}"),
        _ => date.to_string(),
    };
    match time {
        None => day,
        Some(time) if date.is_empty() && !text.starts_with('T') => time.replace(':', ""),
        Some(time) => format!("{day}T{}", time.replace(':', "")),
    }
}
