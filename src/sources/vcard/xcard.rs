//! xCard, the XML form of a card (RFC 6351): `<vcard><fn><text>Ann</text></fn></vcard>`.
//!
//! A file holds `<vcards>` with any number of them. Gives the properties that
//! the same card in text form has.

use std::io::{self, BufRead};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::piece::{Collected, MOST_PARTS, Piece, until};
use super::property::{Parsed, Property, escaped, names};

/// Elements within elements at most; a card needs five.
const DEEPEST: usize = 32;

/// The cards of a file, each as its own XML.
pub(super) struct Elements<R> {
    from: R,
    number: u64,
    /// The start tag of a card that has been read.
    begun: Option<Vec<u8>>,
    /// Start tags outside cards that are still open.
    open: u64,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, number: 0, begun: None, open: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Piece>> {
        if let Some(tag) = self.begun.take() {
            return self.card(tag).map(Some);
        }
        loop {
            until(&mut self.from, &mut Collected::default(), true, |byte| byte == b'<')?;
            let mut tag = Collected::default();
            match markup(&mut self.from, &mut tag)? {
                None => {
                    let cut = std::mem::take(&mut self.open) > 0;
                    self.number += u64::from(cut);
                    return Ok(cut.then(|| Collected::default().piece(self.number, false)));
                }
                Some(Markup::Start) if is_card(&tag.bytes) => return self.card(tag.bytes).map(Some),
                Some(Markup::Start) => self.open += 1,
                Some(Markup::End) => self.open = self.open.saturating_sub(1),
                Some(Markup::Other) if is_card(&tag.bytes) => {
                    self.number += 1;
                    return Ok(Some(tag.piece(self.number, true)));
                }
                Some(Markup::Other) => {}
            }
        }
    }

    /// The card whose start tag has been read.
    fn card(&mut self, tag: Vec<u8>) -> io::Result<Piece> {
        self.number += 1;
        let mut card = Collected::default();
        card.push(&tag);
        loop {
            let more = until(&mut self.from, &mut card, true, |byte| byte == b'<')?;
            let mut tag = Collected::default();
            let found = if more { markup(&mut self.from, &mut tag)? } else { None };
            if matches!(found, Some(Markup::Start)) && is_card(&tag.bytes) {
                self.begun = Some(tag.bytes);
                return Ok(card.piece(self.number, false));
            }
            card.push(&tag.bytes);
            card.over |= tag.over;
            match found {
                None => {
                    self.open = 0;
                    return Ok(card.piece(self.number, false));
                }
                Some(Markup::End) if is_card(&tag.bytes) => return Ok(card.piece(self.number, true)),
                Some(_) => {}
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Markup {
    Start,
    End,
    /// A comment, a declaration, an element without content …
    Other,
}

/// What stands between `<` and its `>`; `None` at the end of the file.
fn markup(from: &mut impl BufRead, into: &mut Collected) -> io::Result<Option<Markup>> {
    loop {
        if !until(from, into, false, |byte| byte == b'>')? {
            return Ok(None);
        }
        let tag = into.bytes.as_slice();
        let ended = match tag {
            _ if into.over => true,
            [b'<', b'!', b'-', b'-', rest @ ..] => rest.ends_with(b"-->"),
            [b'<', b'!', b'[', b'C', ..] => tag.ends_with(b"]]>"),
            [b'<', b'!', ..] => count(tag, b'[') == count(tag, b']'),
            [b'<', b'?', ..] => tag.ends_with(b"?>"),
            _ => count(tag, b'"').is_multiple_of(2),
        };
        if ended {
            break;
        }
    }
    Ok(Some(match into.bytes.as_slice() {
        [b'<', b'/', ..] => Markup::End,
        [b'<', b'!' | b'?', ..] => Markup::Other,
        tag if tag.ends_with(b"/>") => Markup::Other,
        _ => Markup::Start,
    }))
}

fn count(tag: &[u8], wanted: u8) -> usize {
    tag.iter().filter(|byte| **byte == wanted).count()
}

/// Whether a tag is that of `vcard`, in any namespace.
fn is_card(tag: &[u8]) -> bool {
    let name = tag.strip_prefix(b"<").unwrap_or(tag);
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let end = name.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
    let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    local.eq_ignore_ascii_case(b"vcard")
}

/// An element without its namespace.
#[derive(Debug, Default)]
struct Element {
    name: String,
    /// The attribute `name`, which a group has.
    label: String,
    children: Vec<Element>,
    text: String,
}

/// The properties of a card; `None` where the text is not well-formed.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    if text.bytes().filter(|byte| *byte == b'<').count() > MOST_PARTS {
        return None;
    }
    let card = tree(text)?;
    let mut found = Parsed::default();
    let mut version = false;
    for child in &card.children {
        if child.name == "group" {
            for inner in &child.children {
                add(inner, &child.label, &mut found);
            }
        } else {
            version |= child.name == "version";
            add(child, "", &mut found);
        }
    }
    if !version {
        // An xCard has no other version, and so does not say it.
        let version = Property { name: "VERSION".into(), text: "4.0".into(), ..Property::default() };
        found.properties.insert(0, version);
    }
    Some(found)
}

fn tree(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        let closed = match reader.read_event().ok()? {
            Event::Start(tag) if open.len() < DEEPEST => {
                open.push(element(&tag)?);
                continue;
            }
            Event::Start(_) | Event::Eof => return None,
            Event::Empty(tag) => element(&tag)?,
            Event::End(_) => open.pop()?,
            Event::Text(words) => {
                open.last_mut()?.text.push_str(&words.xml10_content());
                continue;
            }
            Event::CData(words) => {
                open.last_mut()?.text.push_str(&words.xml10_content());
                continue;
            }
            Event::GeneralRef(name) => {
                let letter = match name.resolve_char_ref().ok()? {
                    Some(letter) => letter.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)?.to_string(),
                };
                open.last_mut()?.text.push_str(&letter);
                continue;
            }
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => return Some(closed),
        }
    }
}

fn element(tag: &BytesStart<'_>) -> Option<Element> {
    let name = tag.local_name().into_inner().to_ascii_lowercase();
    let mut label = String::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        if attribute.key.as_ref() == "name" {
            label = attribute.value.into_owned();
        }
    }
    Some(Element { name, label, ..Element::default() })
}

fn add(element: &Element, group: &str, found: &mut Parsed) {
    match property(element, group) {
        Some(property) => found.properties.push(property),
        None => {
            found.strange += 1;
            found.unread.push(format!("{}: {}", element.name, texts(element).join(" ")));
        }
    }
}

fn property(element: &Element, group: &str) -> Option<Property> {
    let (_, name) = names(&element.name)?;
    let mut found = Property { group: group.to_ascii_lowercase(), name, ..Property::default() };
    for parameter in element.children.iter().filter(|child| child.name == "parameters").flat_map(|all| &all.children) {
        let words = texts(parameter);
        match parameter.name.to_ascii_uppercase().as_str() {
            "TYPE" => words.iter().for_each(|word| found.parameter("TYPE", word)),
            key => found.parameter(key, &words.join(",")),
        }
    }
    found.settle();
    let values: Vec<&Element> = element.children.iter().filter(|child| child.name != "parameters").collect();
    found.text = value(&found.name, element, &values);
    Some(found)
}

/// All texts of an element's children, or its own where it has none.
fn texts(element: &Element) -> Vec<String> {
    let mut inner: Vec<String> = element.children.iter().flat_map(texts).collect();
    if inner.is_empty() {
        inner.push(element.text.clone());
    }
    inner
}

/// A value as the text form writes it: the parts of a structure apart by `;`.
fn value(name: &str, element: &Element, values: &[&Element]) -> String {
    let parts: &[&str] = match name {
        "N" => &["surname", "given", "additional", "prefix", "suffix"],
        "ADR" => &["pobox", "ext", "street", "locality", "region", "code", "country"],
        "GENDER" => &["sex", "identity"],
        "CLIENTPIDMAP" => &["sourceid", "uri"],
        _ => &[],
    };
    let words = |all: &mut dyn Iterator<Item = &&Element>| {
        all.flat_map(|value| texts(value)).map(|text| escaped(&text)).collect::<Vec<_>>()
    };
    if values.is_empty() {
        return escaped(&element.text);
    }
    if values.iter().all(|value| parts.contains(&value.name.as_str())) {
        let of = |part: &&str| words(&mut values.iter().filter(|value| value.name == **part)).join(",");
        let mut all: Vec<String> = parts.iter().map(of).collect();
        while matches!(name, "GENDER") && all.last().is_some_and(String::is_empty) {
            all.pop();
        }
        return all.join(";");
    }
    words(&mut values.iter()).join(if name == "ORG" { ";" } else { "," })
}
