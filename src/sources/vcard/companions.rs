//! What stands beside a value: its label, its types, its language and so on,
//! each in a column of its own, so that no parameter is lost.

use std::collections::HashMap;

use super::property::{Escapes, Property, unescape};

/// Properties of Apple and Google that are about the others of their group, and
/// the column in which they stand beside them.
const ABOUT: [(&str, &str); 2] = [("X-ABLABEL", "label"), ("X-ABADR", "x-abadr")];

/// So many labels of one group are given to its properties.
const MOST_LABELS: usize = 8;

/// Gives the labels of a group to the properties that they are about, and the
/// group's name to those that it joins. A label that is about nothing stays.
pub(super) fn attach(properties: &mut Vec<Property>, escapes: Escapes) {
    let about = |property: &Property| ABOUT.iter().find(|(name, _)| *name == property.name).map(|(_, key)| *key);
    let mut members: HashMap<String, usize> = HashMap::new();
    for property in properties.iter().filter(|property| !property.group.is_empty() && about(property).is_none()) {
        *members.entry(property.group.clone()).or_default() += 1;
    }
    let mut labels: HashMap<String, Vec<(String, String)>> = HashMap::new();
    properties.retain(|property| match about(property) {
        Some(key) if members.contains_key(&property.group) => {
            let known = labels.entry(property.group.clone()).or_default();
            if known.len() >= MOST_LABELS {
                return true;
            }
            known.push((key.to_string(), unescape(&property.text, escapes)));
            false
        }
        _ => true,
    });
    for property in properties.iter_mut().filter(|property| about(property).is_none()) {
        property.parameters.extend(labels.get(&property.group).into_iter().flatten().cloned());
        if members.get(&property.group).is_some_and(|count| *count > 1) {
            let group = property.group.clone();
            property.parameters.push(("group".into(), group));
        }
    }
}

/// What stands beside a property's value: the end of the column's name, and the
/// value. No end comes twice. `column` is the one that the value goes to.
pub(super) fn of(property: &Property, column: &str, escapes: Escapes) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |key: String, value: String| match found.iter_mut().find(|(known, _)| *known == key) {
        Some((_, all)) => {
            all.push(',');
            all.push_str(&value);
        }
        None => found.push((key, value)),
    };
    let kind = kind(property, column, escapes);
    if !kind.is_empty() {
        add("type".into(), kind);
    }
    for (key, value) in &property.parameters {
        match key.as_str() {
            "formatted" => add(key.clone(), unescape(value, Escapes::New)),
            _ => add(end(key), value.clone()),
        }
    }
    found
}

/// The end of a column's name that a parameter gives.
fn end(key: &str) -> String {
    let clean: String = key.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    if clean.starts_with(|letter: char| letter.is_ascii_alphabetic()) { clean } else { format!("parameter-{clean}") }
}

/// The types that the column's name does not say.
fn kind(property: &Property, column: &str, escapes: Escapes) -> String {
    let said = column.rsplit('.').next().unwrap_or_default();
    let understood: &[&str] = match property.name.as_str() {
        "TEL" => &["voice"],
        "EMAIL" => &["internet"],
        "ADR" | "LABEL" => &["intl", "postal", "parcel"],
        _ => &[],
    };
    let binary = matches!(property.name.as_str(), "PHOTO" | "LOGO" | "SOUND" | "KEY");
    let mut words: Vec<String> = Vec::new();
    if binary {
        words.extend(media(property, escapes));
    }
    for word in &property.types {
        let shown = word == "pref"
            || (column.contains('.') && word == said)
            || (said == "cell" && word == "mobile")
            || understood.contains(&word.as_str())
            || words.iter().any(|known| known.eq_ignore_ascii_case(word));
        let in_media = binary && property.media.as_ref().is_some_and(|media| media.eq_ignore_ascii_case(word));
        if !shown && !in_media {
            words.push(word.clone());
        }
    }
    let media = property.media.as_ref().filter(|media| media.contains('/'));
    if !binary && let Some(media) = media.filter(|media| !words.iter().any(|word| word.eq_ignore_ascii_case(media))) {
        words.push(media.clone());
    }
    words.join(",")
}

/// What a picture, sound or key is: by its address if that holds it, else as said.
fn media(property: &Property, escapes: Escapes) -> Option<String> {
    if !property.binary && property.text.starts_with("data:") {
        let text = unescape(&property.text, escapes);
        if let Some((named, _)) = data(&text)
            && !named.is_empty()
        {
            return Some(named.to_string());
        }
    }
    property.media.clone()
}

/// The type and the base64 of a `data:` address; `None` for any other text.
pub(super) fn data(text: &str) -> Option<(&str, &str)> {
    let (about, data) = text.strip_prefix("data:")?.split_once(',')?;
    let named = about.strip_suffix("base64")?.trim_end_matches(';');
    Some((named, data))
}
