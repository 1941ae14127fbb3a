//! From TOML to structs, with every fault of a file found in one go.
//!
//! `serde` stops at the first mistake and loses spans in flattened and
//! internally tagged enums, so the structs of the configuration are declared
//! with [`options!`](crate::options) instead: one declaration gives the struct, its decoder
//! (unknown keys with the nearest known one, missing keys, wrong types, each
//! with its span), its JSON Schema and its list of keys for the docs.
//!
//! This module knows TOML and nothing of what the keys mean.

use std::ops::Range;

use serde_json::{Value as Json, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Faults, nearest};

/// A TOML value with its place.
pub type Node = Spanned<DeValue<'static>>;
/// A TOML table, keys in the order of the file.
pub type Table = DeTable<'static>;

/// A value and where it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// What can be decoded from a TOML value.
pub trait Decode: Sized {
    /// The value, or `None` after pushing at least one fault.
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self>;
    /// What stands for an absent key; `None` where the key is required.
    fn absent() -> Option<Self> {
        None
    }
    /// The JSON Schema of the value.
    fn schema() -> Json;
    /// The value's kind in words, for messages and docs: `text`, `a list of text`.
    fn kind() -> String;
}

/// One key of an options struct, for the docs.
#[derive(Debug, Clone)]
pub struct Key {
    pub name: &'static str,
    pub kind: String,
    pub required: bool,
    /// The default as it would be written in Rust, if there is one.
    pub default: Option<&'static str>,
    pub doc: String,
    /// The JSON Schema of its value.
    pub schema: Json,
}

/// A struct that [`options!`](crate::options) declared.
pub trait Options: Decode {
    fn keys() -> Vec<Key>;
    /// Decodes from the keys of a table, `span` being the table's place.
    /// `also` names keys that someone else reads from the same table.
    fn from_table(table: &Table, span: Range<usize>, also: &[&str], faults: &mut Faults) -> Option<Self>;
}

/// The kind of a TOML value, with its article.
pub fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Notes that something else stands where `wanted` belongs.
pub fn mismatch(node: &Node, wanted: &str, faults: &mut Faults) {
    let message = format!("expected {wanted}, found {}", found(node.get_ref()));
    faults.push("config.wrong-type", node.span(), message);
}

/// Notes every key of `table` that is not in `known`.
pub fn unknown_keys(table: &Table, known: &[&str], faults: &mut Faults) {
    for key in table.keys() {
        let name: &str = key.get_ref();
        if known.contains(&name) {
            continue;
        }
        let fault = faults.push("config.unknown-key", key.span(), format!("unknown key `{name}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(format!("known keys: {}", known.join(", "))),
        };
    }
}

/// Decodes the value of `key`, or gives `absent` for a key that is not there.
/// A value that is wrong counts as absent once its fault is noted, so that the
/// rest of the table is still looked at.
pub fn field<T: Decode>(
    table: &Table,
    span: &Range<usize>,
    key: &'static str,
    absent: Option<T>,
    faults: &mut Faults,
) -> Option<T> {
    if let Some(node) = table.get(key) {
        return T::decode(node, faults).or(absent);
    }
    if absent.is_none() {
        faults
            .push("config.missing-key", span.clone(), format!("missing key `{key}`"))
            .help(format!("add `{key} = …` ({})", T::kind()));
    }
    absent
}

impl Decode for String {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::String(text) = node.get_ref() {
            return Some(text.to_string());
        }
        mismatch(node, "text", faults);
        None
    }
    fn schema() -> Json {
        json!({ "type": "string" })
    }
    fn kind() -> String {
        "text".into()
    }
}

impl Decode for bool {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::Boolean(value) = node.get_ref() {
            return Some(*value);
        }
        mismatch(node, "true or false", faults);
        None
    }
    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
    fn kind() -> String {
        "true or false".into()
    }
}

/// Whole numbers that are not negative: rows, lengths, years.
impl Decode for u32 {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::Integer(value) = node.get_ref() {
            if let Ok(value) = Self::from_str_radix(value.as_str(), value.radix()) {
                return Some(value);
            }
            faults.push("config.wrong-type", node.span(), "expected a whole number from 0 to 4294967295");
            return None;
        }
        mismatch(node, "a whole number", faults);
        None
    }
    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
    }
    fn kind() -> String {
        "a whole number".into()
    }
}

impl Decode for i64 {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::Integer(value) = node.get_ref()
            && let Ok(value) = Self::from_str_radix(value.as_str(), value.radix())
        {
            return Some(value);
        }
        mismatch(node, "a whole number", faults);
        None
    }
    fn schema() -> Json {
        json!({ "type": "integer" })
    }
    fn kind() -> String {
        "a whole number".into()
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        T::decode(node, faults).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn schema() -> Json {
        T::schema()
    }
    fn kind() -> String {
        T::kind()
    }
}

impl<T: Decode> Decode for Placed<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        T::decode(node, faults).map(|value| Self { value, span: node.span() })
    }
    fn schema() -> Json {
        T::schema()
    }
    fn kind() -> String {
        T::kind()
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Array(items) = node.get_ref() else {
            mismatch(node, &Self::kind(), faults);
            return None;
        };
        let decoded: Vec<Option<T>> = items.iter().map(|item| T::decode(item, faults)).collect();
        decoded.into_iter().collect()
    }
    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema() })
    }
    fn kind() -> String {
        format!("a list of {}", T::kind().trim_start_matches("a "))
    }
}

/// One value, or a list of them: `key = "id"` and `key = ["a", "b"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if matches!(node.get_ref(), DeValue::Array(_)) {
            return Vec::decode(node, faults).map(Self);
        }
        T::decode(node, faults).map(|one| Self(vec![one]))
    }
    fn schema() -> Json {
        json!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }
    fn kind() -> String {
        format!("{} or {}", T::kind(), Vec::<T>::kind())
    }
}

/// A table whose keys the user names, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T>(pub Vec<(Placed<String>, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Decode> Decode for Named<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, "a table", faults);
            return None;
        };
        // An entry that is wrong has its fault by now; the others are still looked at.
        let decoded = table.iter().filter_map(|(key, value)| {
            let name = Placed { value: key.get_ref().to_string(), span: key.span() };
            T::decode(value, faults).map(|value| (name, value))
        });
        Some(Self(decoded.collect()))
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn schema() -> Json {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
    fn kind() -> String {
        format!("a table of {}", T::kind())
    }
}

/// Declares an options struct: fields, docs and defaults, and from them the
/// decoder, the JSON Schema and the list of keys.
///
/// A field without a default is required unless its type says what stands for
/// its absence (`Option`, `Named`). Rust keywords are written raw: `r#where`.
#[macro_export]
macro_rules! options {
    ($(#[doc = $about:literal])* $vis:vis struct $name:ident {
        $($(#[doc = $doc:literal])* $field:ident : $kind:ty $(= $default:expr)?),* $(,)?
    }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        $vis struct $name { $($(#[doc = $doc])* pub $field: $kind),* }

        impl $crate::config::decode::Options for $name {
            fn keys() -> Vec<$crate::config::decode::Key> {
                vec![$($crate::config::decode::Key {
                    name: stringify!($field).trim_start_matches("r#"),
                    kind: <$kind as $crate::config::decode::Decode>::kind(),
                    required: options!(@default $kind $(, $default)?).is_none(),
                    default: options!(@text $($default)?),
                    doc: [$($doc),*].concat().trim().to_string(),
                    schema: <$kind as $crate::config::decode::Decode>::schema(),
                }),*]
            }
            fn from_table(
                table: &$crate::config::decode::Table,
                span: std::ops::Range<usize>,
                also: &[&str],
                faults: &mut $crate::diagnostic::Faults,
            ) -> Option<Self> {
                let mut known: Vec<&str> = vec![$(stringify!($field).trim_start_matches("r#")),*];
                known.extend(also);
                $crate::config::decode::unknown_keys(table, &known, faults);
                $(let $field = $crate::config::decode::field::<$kind>(
                    table, &span, stringify!($field).trim_start_matches("r#"),
                    options!(@default $kind $(, $default)?), faults,
                );)*
                let _ = span;
                Some(Self { $($field: $field?),* })
            }
        }

        impl $crate::config::decode::Decode for $name {
            fn decode(node: &$crate::config::decode::Node, faults: &mut $crate::diagnostic::Faults) -> Option<Self> {
                let toml::de::DeValue::Table(table) = node.get_ref() else {
                    $crate::config::decode::mismatch(node, "a table", faults);
                    return None;
                };
                <Self as $crate::config::decode::Options>::from_table(table, node.span(), &[], faults)
            }
            fn schema() -> serde_json::Value {
                $crate::config::decode::object_schema(
                    [$($about),*].concat().trim(),
                    &<Self as $crate::config::decode::Options>::keys(),
                    vec![$(<$kind as $crate::config::decode::Decode>::schema()),*],
                )
            }
            fn kind() -> String {
                "a table".into()
            }
        }
    };
    (@default $kind:ty) => { <$kind as $crate::config::decode::Decode>::absent() };
    (@default $kind:ty, $default:expr) => { Some::<$kind>($default) };
    (@text) => { None };
    (@text $default:expr) => { Some(stringify!($default)) };
}

/// The JSON Schema of an options struct; properties in the order of the keys.
pub fn object_schema(about: &str, keys: &[Key], properties: Vec<Json>) -> Json {
    let mut object = serde_json::Map::new();
    for (key, mut schema) in keys.iter().zip(properties) {
        schema["description"] = json!(key.doc);
        object.insert(key.name.to_string(), schema);
    }
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "type": "object", "description": about, "properties": object,
        "required": required, "additionalProperties": false,
    })
}
