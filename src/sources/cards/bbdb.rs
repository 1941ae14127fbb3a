//! Emacs' Insidious Big Brother Database: a vector of Lisp for each record.
//!
//! Version 2 has nine parts, version 3 ten, and thirteen since it gives each
//! record an identifier. Comment lines before the records are left out.

use super::codes;
use super::lisp::{self, Lisp};
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, Lines, decoded};

/// A record of more bytes than this is none.
const MOST: usize = 1 << 20;
/// A record of more lines than this is none: each has one, as a rule.
const MOST_LINES: usize = 200;

/// The records of a file.
pub(super) struct Records {
    pub lines: Lines,
    pub encoding: Option<Encoding>,
}

impl Entries for Records {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while let Some(bytes) = self.lines.next()? {
            let (line, whole) = decoded(&bytes, self.encoding);
            // Comments; and some versions put all records into one list.
            if line.trim_start().starts_with(';') || matches!(line.trim(), "" | "(" | ")") {
                continue;
            }
            let mut entry = Entry::at(self.lines.number());
            if !whole {
                entry.note(codes::ENCODING, "");
            }
            match self.record(line)? {
                Some(parts) if add(&mut entry, &parts) => {}
                _ => entry.fault = Some(codes::BROKEN),
            }
            return Ok(Some(entry));
        }
        Ok(None)
    }
}

impl Records {
    /// The parts of the record that begins with `text`, if it is one. A text may go
    /// over lines; the next record begins with a bracket and a name, or none.
    fn record(&mut self, mut text: String) -> Result<Option<Vec<Lisp>>, ReadError> {
        if !text.trim_start().starts_with('[') {
            return Ok(None);
        }
        for _ in 0..MOST_LINES {
            if let Some(Lisp::Many(parts)) = lisp::parse(&text) {
                return Ok(Some(parts));
            }
            let Some(bytes) = self.lines.next()? else { break };
            if bytes.starts_with(b"[\"") || bytes.starts_with(b"[nil ") || text.len() > MOST {
                self.lines.give_back(bytes);
                break;
            }
            text.push('\n');
            text.push_str(&decoded(&bytes, self.encoding).0);
        }
        Ok(None)
    }
}

/// Adds what a record says; false where it has another number of parts.
fn add(entry: &mut Entry, parts: &[Lisp]) -> bool {
    let one = |entry: &mut Entry, name: &str, value: &Lisp| {
        entry.add(name, value.shown());
    };
    let each = |entry: &mut Entry, name: &str, value: &Lisp| match value {
        Lisp::Many(values) => values.iter().for_each(|value| {
            entry.add(name, value.shown());
        }),
        value => {
            entry.add(name, value.shown());
        }
    };
    match parts {
        [first, last, aka, company, phones, addresses, mail, notes, _cache] => {
            one(entry, "firstname", first);
            one(entry, "lastname", last);
            each(entry, "aka", aka);
            one(entry, "organization", company);
            add_phones(entry, phones);
            add_addresses(entry, addresses);
            each(entry, "mail", mail);
            add_fields(entry, notes);
        }
        [first, last, affix, aka, organization, phones, addresses, mail, fields, rest @ ..]
            if matches!(rest.len(), 1 | 4) =>
        {
            one(entry, "firstname", first);
            one(entry, "lastname", last);
            each(entry, "affix", affix);
            each(entry, "aka", aka);
            each(entry, "organization", organization);
            add_phones(entry, phones);
            add_addresses(entry, addresses);
            each(entry, "mail", mail);
            add_fields(entry, fields);
            if let [uuid, created, changed, _cache] = rest {
                one(entry, "uuid", uuid);
                one(entry, "creation-date", created);
                one(entry, "timestamp", changed);
            }
        }
        _ => return false,
    }
    true
}

/// `["work" "+49 30 1"]`, or as a number of North America `["work" 415 555 1212 0]`.
fn add_phones(entry: &mut Entry, phones: &Lisp) {
    for phone in phones.parts() {
        let Some((label, number)) = phone.parts().split_first() else { continue };
        let text = match number {
            [Lisp::Text(text)] => text.clone(),
            [area, exchange, suffix, rest @ ..] => {
                let digits = |value: &Lisp| value.shown().parse::<u32>().unwrap_or_default();
                let mut text = format!("{:03}-{:04}", digits(exchange), digits(suffix));
                if digits(area) > 0 {
                    text = format!("{:03}-{text}", digits(area));
                }
                if let Some(extension) = rest.first().map(digits).filter(|extension| *extension > 0) {
                    text = format!("{text} x{extension}");
                }
                text
            }
            other => Lisp::Many(other.to_vec()).shown(),
        };
        entry.add(&labelled("phone", label), text);
    }
}

/// `["home" ("Street 1" "2nd floor") "City" "State" "Postcode" "Country"]`; older
/// records have three streets in the place of the list.
fn add_addresses(entry: &mut Entry, addresses: &Lisp) {
    for address in addresses.parts() {
        let Some((label, parts)) = address.parts().split_first() else { continue };
        let (streets, rest) = match parts {
            [Lisp::Many(streets), rest @ ..] => (streets.clone(), rest),
            [Lisp::Symbol(nil), rest @ ..] if nil == "nil" => (Vec::new(), rest),
            [a, b, c, rest @ ..] => (vec![a.clone(), b.clone(), c.clone()], rest),
            other => (other.to_vec(), &[][..]),
        };
        let base = labelled("address", label);
        let streets: Vec<String> = streets.iter().map(Lisp::shown).filter(|street| !street.is_empty()).collect();
        entry.add(&format!("{base}.street"), streets.join("\n"));
        for (name, value) in ["city", "state", "postcode", "country"].into_iter().zip(rest) {
            entry.add(&format!("{base}.{name}"), postcode(value, name));
        }
    }
}

/// A postcode may be a number, or a list of two, `(12345 6789)`. Old ones lost
/// their zeros when they were written: they stay as they are.
fn postcode(value: &Lisp, name: &str) -> String {
    match value {
        Lisp::Many(parts) if name == "postcode" => {
            let numbers = parts.iter().all(|part| matches!(part, Lisp::Symbol(_)));
            let parts: Vec<String> = parts.iter().map(Lisp::shown).collect();
            parts.join(if numbers { "-" } else { " " })
        }
        // No number is an empty one.
        Lisp::Symbol(number) if name == "postcode" && number == "0" => String::new(),
        other => other.shown(),
    }
}

/// Notes of its own, or fields that the user has named: `((notes . "…"))`.
fn add_fields(entry: &mut Entry, fields: &Lisp) {
    if let Lisp::Text(notes) = fields {
        entry.add("notes", notes.as_str());
        return;
    }
    for field in fields.parts() {
        match field.parts() {
            [Lisp::Symbol(name), Lisp::Symbol(dot), value] if dot == "." => {
                entry.add(name, value.shown());
            }
            [Lisp::Symbol(name), values @ ..] => {
                entry.add(name, Lisp::Many(values.to_vec()).shown());
            }
            _ => entry.note(codes::BAD_LINE, "notes"),
        }
    }
}

fn labelled(name: &str, label: &Lisp) -> String {
    let label = label.shown();
    if label.is_empty() { name.to_string() } else { format!("{name}.{label}") }
}
