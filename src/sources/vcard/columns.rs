//! From the properties of a card to columns: which property is which column.
//!
//! The scheme is a contract with mappings: it depends on the card alone, never
//! on the other cards.

use std::collections::HashMap;

use super::companions;
use super::property::{Escapes, Property, components, unescape};

/// The columns that every source has, in whichever cards it holds.
pub(super) fn always() -> Vec<String> {
    let mut names: Vec<String> = ["VERSION", "UID", "FN"].map(String::from).to_vec();
    names.extend(NAME_PARTS.map(String::from));
    names.extend(["NICKNAME", "ORG", "ORG.unit", "TITLE", "ROLE"].map(String::from));
    names.extend(["TEL", "TEL.work", "TEL.home", "TEL.cell", "TEL.fax", "TEL.other"].map(String::from));
    names.extend(["EMAIL", "EMAIL.work", "EMAIL.home", "EMAIL.other"].map(String::from));
    for kind in ["ADR", "ADR.work", "ADR.home", "ADR.other"] {
        names.extend(ADDRESS_PARTS.map(|part| format!("{kind}.{part}")));
    }
    names.extend(["URL", "BDAY", "NOTE", "CATEGORIES", "REV"].map(String::from));
    names
}

const NAME_PARTS: [&str; 5] = ["N.family", "N.given", "N.middle", "N.prefix", "N.suffix"];
/// Parts of one value that are looked at; what is over stays in the last.
const MOST_PARTS: usize = 100;
const ADDRESS_PARTS: [&str; 7] = ["pobox", "extended", "street", "city", "region", "postcode", "country"];

/// The column without a type that a column with one repeats where its value is
/// the preferred one: `TEL` of `TEL.work.2`, `ADR.city` of `ADR.home.city.2`.
pub(super) fn echoed(column: &str) -> Option<String> {
    let mut parts: Vec<&str> = column.split('.').collect();
    if parts.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
        parts.pop();
    }
    match parts.as_slice() {
        [name @ ("TEL" | "EMAIL"), "work" | "home" | "cell" | "fax" | "other"] => Some((*name).to_string()),
        ["ADR", "work" | "home" | "other", part] if ADDRESS_PARTS.contains(part) => Some(format!("ADR.{part}")),
        _ => None,
    }
}

/// A value and the column it belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub column: String,
    pub value: String,
    /// Whether the value is kept as it stands because it could not be decoded.
    pub broken: bool,
}

/// One occurrence of a property: the columns it would fill if it were the only one.
struct Entry {
    /// The property's name.
    name: String,
    /// Occurrences of one group fill `X`, `X.2`, `X.3` …
    group: String,
    preference: u32,
    parts: Vec<(String, String)>,
    broken: bool,
}

/// The cells of a card. No column comes twice.
pub(super) fn cells(mut properties: Vec<Property>) -> Vec<Cell> {
    let old = properties.iter().any(|property| property.name == "VERSION" && property.text.trim() == "2.1");
    let escapes = if old { Escapes::Old } else { Escapes::New };
    companions::attach(&mut properties, escapes);
    let entries: Vec<Entry> = properties
        .into_iter()
        .map(|property| entry(property, escapes))
        .filter(|entry| !entry.parts.is_empty())
        .collect();
    let mut cells = Vec::new();
    for name in ["TEL", "EMAIL", "ADR"] {
        let best = entries.iter().filter(|entry| entry.name == name).min_by_key(|entry| entry.preference);
        for (column, value) in best.iter().flat_map(|entry| &entry.parts).filter(|(column, _)| echoed(column).is_some())
        {
            let part = column.rsplit('.').next().unwrap_or_default();
            let column = if name == "ADR" { format!("ADR.{part}") } else { name.to_string() };
            cells.push(Cell { column, value: value.clone(), broken: false });
        }
    }
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let at = *known.entry(entry.group.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, members)) => members.push(entry),
            None => groups.push((entry.group.clone(), vec![entry])),
        }
    }
    for (group, mut members) in groups {
        if group == "CATEGORIES" {
            let broken = members.iter().any(|entry| entry.broken);
            let mut joined: Vec<(String, Vec<String>)> = Vec::new();
            for (column, value) in members.into_iter().flat_map(|entry| entry.parts) {
                match joined.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, values)) => values.push(value),
                    None => joined.push((column, vec![value])),
                }
            }
            cells.extend(joined.into_iter().enumerate().map(|(at, (column, values))| Cell {
                column,
                value: values.join(","),
                broken: broken && at == 0,
            }));
            continue;
        }
        members.sort_by_key(|entry| entry.preference);
        for (index, entry) in members.into_iter().enumerate() {
            for (part, (column, value)) in entry.parts.into_iter().enumerate() {
                let column = if index == 0 { column } else { format!("{column}.{}", index + 1) };
                cells.push(Cell { column, value, broken: entry.broken && part == 0 });
            }
        }
    }
    cells
}

fn entry(property: Property, escapes: Escapes) -> Entry {
    let group = group(&property);
    let preference = property.preference.unwrap_or(u32::MAX);
    let (name, broken) = (property.name.clone(), property.broken);
    let beside = companions::of(&property, &group, escapes);
    let mut parts: Vec<(String, String)> = match name.as_str() {
        "N" => NAME_PARTS.iter().map(ToString::to_string).zip(fitted(&property.text, escapes, 5)).collect(),
        "ADR" => {
            ADDRESS_PARTS.iter().map(|part| format!("{group}.{part}")).zip(fitted(&property.text, escapes, 7)).collect()
        }
        "ORG" => {
            let mut parts = components(&property.text, escapes, MOST_PARTS).into_iter();
            let company = parts.next().unwrap_or_default();
            let units: Vec<String> = parts.filter(|unit| !unit.trim().is_empty()).collect();
            vec![("ORG".into(), company), ("ORG.unit".into(), units.join(";"))]
        }
        "PHOTO" | "LOGO" | "SOUND" | "KEY" => binary(property, escapes),
        _ => vec![(group.clone(), unescape(&property.text, escapes))],
    };
    parts.retain(|(_, value)| !value.trim().is_empty());
    if !parts.is_empty() {
        for (key, value) in beside {
            let mut column = format!("{group}.{key}");
            // A parameter that is named like a part of the value.
            while parts.iter().any(|(known, _)| *known == column) {
                column.push('_');
            }
            parts.push((column, value));
        }
    }
    Entry { name, group, preference, parts, broken }
}

/// As many components as there are columns; the last one keeps what is over.
fn fitted(text: &str, escapes: Escapes, columns: usize) -> Vec<String> {
    let mut parts = components(text, escapes, MOST_PARTS);
    if parts.len() > columns {
        let over: Vec<String> = parts.split_off(columns).into_iter().filter(|part| !part.trim().is_empty()).collect();
        if let Some(last) = parts.last_mut() {
            for part in over {
                last.push(';');
                last.push_str(&part);
            }
        }
    }
    parts
}

/// Pictures, sounds, keys: base64 without blanks, or an address.
fn binary(property: Property, escapes: Escapes) -> Vec<(String, String)> {
    if property.binary {
        return vec![(property.name, property.text)];
    }
    let text = unescape(&property.text, escapes);
    match companions::data(&text) {
        Some((_, data)) => vec![(property.name, data.split_whitespace().collect())],
        None => vec![(property.name, text)],
    }
}

/// The first that fits, in this order: fax, cell, work, home, other.
fn group(property: &Property) -> String {
    let is = |words: &[&str]| property.types.iter().any(|word| words.contains(&word.as_str()));
    let kind = match property.name.as_str() {
        "TEL" if is(&["fax"]) => "fax",
        "TEL" if is(&["cell", "mobile"]) => "cell",
        "TEL" | "EMAIL" | "ADR" if is(&["work"]) => "work",
        "TEL" | "EMAIL" | "ADR" if is(&["home"]) => "home",
        "TEL" | "EMAIL" | "ADR" => "other",
        _ => return property.name.clone(),
    };
    format!("{}.{kind}", property.name)
}
