//! A word of the command line as the TOML value that a key takes.
//! Knows schemas and places, and nothing of what the keys mean.

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeArray, DeValue};

use super::files;
use crate::config::decode::{Key, Node, Placed, Table};
use crate::sources::kind::{self, Kind};

/// An option of a source as it was typed; places are those of the command line.
pub struct Word {
    /// The key as `[source.NAME]` has it.
    pub key: Placed<String>,
    /// What was given for it, at least once.
    pub values: Vec<Placed<String>>,
}

/// The options as a table, each of the type that the key takes in that kind;
/// where the kind is not known, in any.
pub(super) fn table(words: &[Word], kind: Option<&Kind>) -> Table {
    typed(words, |word| value(&word.key.value, &word.values, kind))
}

/// The options as a table, each of the type that its key takes; where none of the
/// keys is its own, as text.
pub fn of_keys(words: &[Word], keys: &[Key]) -> Table {
    typed(words, |word| of_schemas(&word.values, &schemas(keys, &word.key.value)))
}

fn typed(words: &[Word], value: impl Fn(&Word) -> Option<Node>) -> Table {
    let mut table = Table::default();
    for word in words {
        if let Some(node) = value(word) {
            table.insert(Spanned::new(word.key.span.clone(), word.key.value.clone().into()), node);
        }
    }
    table
}

/// What was given for a key of a kind of source; where the kind has no such key,
/// as other kinds take it.
pub(super) fn value(key: &str, given: &[Placed<String>], kind: Option<&Kind>) -> Option<Node> {
    let mut own = kind.map(|kind| schemas(&(kind.keys)(), key)).unwrap_or_default();
    if own.is_empty() {
        own = kind::all().iter().flat_map(|kind| schemas(&(kind.keys)(), key)).collect();
    }
    of_schemas(given, &own)
}

fn schemas(keys: &[Key], name: &str) -> Vec<Json> {
    keys.iter().filter(|key| key.name == name).map(|key| key.schema.clone()).collect()
}

/// A value of TOML where the schemas take such, and text otherwise; a list where
/// it was given several times or they take nothing else.
fn of_schemas(given: &[Placed<String>], schemas: &[Json]) -> Option<Node> {
    let wanted = |name: &str| schemas.iter().any(|schema| accepts(schema, name));
    let list_alone = wanted("array") && !wanted("string") && !wanted("integer");
    let items: Vec<&Json> = schemas.iter().flat_map(items).collect();
    let within = |name: &str| wanted(name) || items.iter().any(|item| accepts(item, name));
    let is_listed = list_alone || given.len() > 1;
    let nodes: Vec<Node> =
        given.iter().map(|text| if is_listed { one(text, &within) } else { one(text, &wanted) }).collect();
    let is_list = |node: &Node| matches!(node.get_ref(), DeValue::Array(_));
    match nodes.as_slice() {
        [] => None,
        [only] if is_list(only) || !list_alone => Some(only.clone()),
        [first, ..] => {
            let span = first.span().start..nodes.last().map_or(first.span().end, |last| last.span().end);
            Some(Spanned::new(span, DeValue::Array(nodes.into_iter().collect::<DeArray<'static>>())))
        }
    }
}

fn one(word: &Placed<String>, wanted: &dyn Fn(&str) -> bool) -> Node {
    // Parsed at its place on the command line, so that what is within has its own.
    let padded = format!("{}v={}", " ".repeat(word.span.start.saturating_sub(2)), word.value);
    let (mut parsed, errors) = files::table(padded);
    let name = |value: &DeValue<'_>| match value {
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
        DeValue::String(_) | DeValue::Datetime(_) => "",
    };
    match parsed.remove("v").filter(|_| errors.is_empty()) {
        Some(node) if wanted(name(node.get_ref())) => node,
        _ => Spanned::new(word.span.clone(), DeValue::String(word.value.clone().into())),
    }
}

/// What the lists that a JSON Schema takes hold.
fn items(schema: &Json) -> Vec<&Json> {
    let any = ["anyOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten();
    any.chain([schema]).filter_map(|one| one.get("items")).collect()
}

/// Whether a JSON Schema takes values of that type.
fn accepts(schema: &Json, name: &str) -> bool {
    let listed = |key: &str| schema[key].as_array();
    if let Some(any) = listed("anyOf").or_else(|| listed("oneOf")) {
        return any.iter().any(|one| accepts(one, name));
    }
    if let Some(own) = schema["type"].as_str() {
        return own == name;
    }
    let constants = listed("enum").cloned().or_else(|| schema.get("const").map(|one| vec![one.clone()]));
    constants.unwrap_or_default().iter().any(|one| match one {
        Json::Bool(_) => name == "boolean",
        Json::Number(_) => name == "integer",
        _ => name == "string",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toml::de::DeValue;

    use super::{Placed, accepts, one, value};
    use crate::sources::kind;

    #[test]
    fn a_word_gets_the_type_that_the_key_takes() {
        let word = |text: &str| vec![Placed { value: text.to_string(), span: 10..10 + text.len() }];
        let header = value("header", &word("3"), kind::find("csv")).expect("a value");
        assert!(matches!(header.get_ref(), DeValue::Integer(_)) && header.span() == (10..11));
        let delimiter = value("delimiter", &word("1"), kind::find("csv")).expect("a value");
        assert_eq!(delimiter.get_ref().as_str(), Some("1"));
        let table = value("table", &word("2024"), kind::find("sqlite")).expect("a value");
        assert_eq!(table.get_ref().as_str(), Some("2024"));
        let skip = value("skip_empty", &word("true"), kind::find("csv")).expect("a value");
        assert_eq!(skip.get_ref().as_bool(), Some(true));
        let column = Placed { value: "{ name = \"a\", start = 1, width = 1 }".to_string(), span: 9..42 };
        let columns = value("columns", &[column.clone(), column], kind::find("fixed")).expect("a value");
        let columns = columns.get_ref().as_array().expect("a list");
        assert!(columns.len() == 2 && columns.iter().all(|one| one.get_ref().is_table()));
        let many = Placed { value: "[1, 2]".to_string(), span: 4..10 };
        assert!(one(&many, &|name| name == "array").get_ref().is_array());
        assert!(!one(&many, &|name| name == "string").get_ref().is_array());
    }

    #[test]
    fn schemas_are_asked() {
        let schema = json!({ "anyOf": [{ "type": "integer" }, { "const": false }, { "enum": ["all"] }] });
        let taken = ["integer", "boolean", "string", "array"].map(|name| accepts(&schema, name));
        assert_eq!(taken, [true, true, true, false]);
    }
}
