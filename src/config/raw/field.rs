//! A field's two sides: what it must look like, and where a source keeps it.

use std::ops::Range;

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use super::scalar::{Between, Scalar, Switch};
use crate::config::check::known;
use crate::config::consent::Consent;
use crate::config::decode::{Decode, Key, Node, OneOrMany, Options, Placed, Table, found, mismatch};
use crate::config::pipeline::{FieldType, Policy, TooLong};
use crate::diagnostic::Faults;
use crate::options;

options! {
    /// What a field of the target must look like.
    pub struct RawFieldKeys {
        /// The standard that cleans the value; its own options stand beside it.
        standard: Option<Placed<String>>,
        /// The type of the column; the standard's own where not given, and else text.
        r#type: Option<Placed<FieldType>>,
        /// What becomes of a record without the value; not `null`.
        required: Placed<Switch> = Placed { value: Switch(None), span: 0..0 },
        /// What becomes of all but the first record with the same value; not `null`.
        unique: Placed<Switch> = Placed { value: Switch(None), span: 0..0 },
        /// What becomes of a value that the standard or type cannot read.
        invalid: Policy = Policy::Reject,
        /// What becomes of text longer than the type.
        too_long: Option<Placed<TooLong>>,
        /// Characters, at least and at most.
        length: Option<Placed<Between<u32>>>,
        /// The least and the greatest value.
        range: Option<Placed<Between<Placed<Scalar>>>>,
        /// The least value.
        min: Option<Placed<Scalar>>,
        /// The greatest value.
        max: Option<Placed<Scalar>>,
        /// A regular expression that the whole value must match.
        pattern: Option<Placed<String>>,
        /// The values that are allowed.
        one_of: Option<Placed<Vec<Scalar>>>,
        /// What becomes of a value that fails `length`, `range`, `min`, `max`, `pattern` or `one_of`.
        otherwise: Policy = Policy::Reject,
        /// CSV file of two columns: legacy value, target value.
        values: Option<Placed<String>>,
        /// What becomes of a value that is not in the list.
        unmapped: Option<Placed<Policy>>,
        /// The entity whose record this field refers to, by its legacy key.
        references: Option<Placed<String>>,
        /// What becomes of a record whose reference leads nowhere.
        missing: Option<Placed<Policy>>,
        /// An update leaves the target's value alone.
        protect: bool = false,
        /// The flag is about consent: `opt_out` or `opt_in`. Of several the most restrictive holds, and no run takes it back.
        consent: Option<Placed<Consent>>,
        /// The field that holds the row's country for the standard.
        country: Option<Placed<String>>,
    }
}

/// A field as written: its keys, and the table for the options of its standard.
#[derive(Debug, Clone)]
pub struct RawField {
    pub keys: RawFieldKeys,
    pub table: Table,
    pub span: Range<usize>,
}

impl RawField {
    /// The names of the keys that every field has.
    pub fn common() -> Vec<&'static str> {
        RawFieldKeys::keys().iter().map(|key| key.name).collect()
    }
}

impl Decode for RawField {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, "a table such as { standard = \"phone\" }", faults);
            return None;
        };
        // Which further keys there may be depends on the standard: `check` asks it.
        let others: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
        let keys = RawFieldKeys::from_table(table, node.span(), &others, faults)?;
        Some(Self { keys, table: table.clone(), span: node.span() })
    }
    fn schema() -> Json {
        let mut schema = RawFieldKeys::schema();
        let standards = known::standards();
        for key in standards.iter().flat_map(|(_, keys)| keys) {
            if schema["properties"].get(key.name).is_none() {
                schema["properties"][key.name] = json!({ "description": key.doc });
            }
        }
        let names: Vec<&str> = standards.iter().map(|(name, _)| *name).collect();
        schema["properties"]["standard"]["enum"] = json!(names);
        let mut cases: Vec<Json> = standards.iter().map(|(name, keys)| options_of(name, keys)).collect();
        // Without a standard the type stands for one.
        let of_types = ["integer", "decimal", "boolean", "date", "datetime"];
        let typed = standards.iter().filter(|(name, _)| of_types.contains(name));
        cases.extend(
            typed.map(|(name, keys)| json!({ "if": typed_as(&format!("^{name}($| *\\()")), "then": only(keys) })),
        );
        let others = typed_as(&format!("^({})($| *\\()", of_types.join("|")));
        let plain = json!({ "not": { "anyOf": [{ "required": ["standard"] }, others] } });
        cases.push(json!({ "if": plain, "then": only([]) }));
        schema["allOf"] = Json::Array(cases);
        schema
    }
    fn kind() -> String {
        "a table".into()
    }
}

/// The options that a field with this standard may have, and what they take.
fn options_of(standard: &str, keys: &[Key]) -> Json {
    let has = json!({ "required": ["standard"], "properties": { "standard": { "const": standard } } });
    let mut then = only(keys);
    for key in keys.iter().filter(|key| !RawField::common().contains(&key.name)) {
        then["properties"][key.name] = key.schema.clone();
    }
    json!({ "if": has, "then": then })
}

/// A field without a standard whose type is like that.
fn typed_as(pattern: &str) -> Json {
    let typed = json!({ "type": { "type": "string", "pattern": pattern } });
    json!({ "not": { "required": ["standard"] }, "required": ["type"], "properties": typed })
}

/// No keys but those of every field and these.
fn only<'a>(keys: impl IntoIterator<Item = &'a Key>) -> Json {
    let mut names = RawField::common();
    names.extend(keys.into_iter().map(|key| key.name));
    names.sort_unstable();
    names.dedup();
    json!({ "propertyNames": { "enum": names } })
}

/// Where one source keeps a field.
#[derive(Debug, Clone)]
pub enum RawValue {
    /// A column's name, or an expression.
    Text(Placed<String>),
    /// The first of several columns (or expressions) that is not empty.
    FirstOf(Vec<Placed<String>>),
    /// One of them with keys of its own.
    Table(Box<RawValueKeys>, Range<usize>),
}

options! {
    /// Where one source keeps a field, at length.
    pub struct RawValueKeys {
        /// A constant, in the target's own terms.
        value: Option<Placed<Scalar>>,
        /// A source column, or several: the first that is not empty.
        column: Option<OneOrMany<Placed<String>>>,
        /// An SQL expression.
        expression: Option<Placed<String>>,
        /// For a reference: the source whose legacy keys the value holds.
        source: Option<Placed<String>>,
    }
}

impl Decode for RawValue {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::String(_) => Placed::decode(node, faults).map(Self::Text),
            DeValue::Array(_) => Vec::decode(node, faults).map(Self::FirstOf),
            DeValue::Table(_) => {
                RawValueKeys::decode(node, faults).map(|keys| Self::Table(Box::new(keys), node.span()))
            }
            other => {
                let message = format!("expected a column, a list of them or an expression, found {}", found(other));
                faults.push("config.wrong-type", node.span(), message).help("a constant is `{ value = … }`");
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
            RawValueKeys::schema(),
        ] })
    }
    fn kind() -> String {
        "a column, a list of columns, an expression or a table".into()
    }
}
