//! The tables of a mapping file.

use std::ops::Range;

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use super::field::{RawField, RawValue};
use super::likeness::{RawHouseholds, RawLikeness};
use super::reference::RawJoin;
use super::scalar::{Age, Scalar};
use crate::config::decode::{Decode, Named, Node, OneOrMany, Placed, mismatch};
use crate::config::existing::Existing;
use crate::config::pipeline::{KeyKind, Policy, Survive, Then};
use crate::diagnostic::Faults;
use crate::options;

options! {
    /// One entity: what its records must look like, and where each source keeps them.
    pub struct RawMapping {
        /// The entity's name, in references and reports.
        entity: Placed<String>,
        /// The target's table; the entity's name where not given.
        table: Option<Placed<String>>,
        /// How a record gets its key in the target.
        key: KeyKind = KeyKind::Uuid,
        /// The key's column in the target.
        key_column: Placed<String> = Placed { value: "id".to_string(), span: 0..0 },
        /// The target's columns, in order.
        fields: Named<RawField>,
        /// Each source's side, by the source's name.
        from: Named<RawFrom>,
        /// Reference data that records are held against, by its name; a list where it is used several times.
        reference: Named<OneOrMany<RawJoin>>,
        /// Conditions that each record must fulfil, by name.
        rules: Named<RawRule>,
        /// Numbers and days from the records that refer to a record, by name.
        related: Named<RawRelated>,
        /// Conditions that mark or end the life of a record, by name.
        lifecycle: Named<RawLifecycle>,
        /// How records that mean the same thing are made one.
        duplicates: Option<RawDuplicates>,
        /// Which records are too old for the target.
        archive: Option<RawCutoff>,
    }
}

options! {
    /// One source's side of an entity.
    pub struct RawFrom {
        /// Rows for which this is not true are excluded, and counted.
        r#where: Option<Placed<String>>,
        /// Columns left out on purpose, each with the reason.
        unused: Named<String>,
        /// Where the source keeps each field.
        fields: Named<RawValue>,
        /// One block for each record that a row gives; without any, a row gives one.
        each: Vec<RawEach> = vec![],
    }
}

options! {
    /// One of several records that a row gives.
    pub struct RawEach {
        /// Rows for which this is not true give no such record, besides `where` above.
        r#where: Option<Placed<String>>,
        /// Fields that differ from those above.
        fields: Named<RawValue>,
    }
}

options! {
    /// A condition over a record's clean fields, and those of what it refers to.
    pub struct RawRule {
        /// Must be true; null counts as broken.
        check: Placed<String>,
        /// What becomes of a record that breaks it; `null` where `null` is given.
        otherwise: Option<Placed<Policy>>,
        /// The fields that become null in a record that breaks it.
        null: Option<Placed<Vec<Placed<String>>>>,
    }
}

options! {
    /// A number or day from the records that refer to a record.
    pub struct RawRelated {
        /// The entity whose records refer to this one's.
        of: Placed<String>,
        /// Its field that refers; may be left out where there is only one.
        by: Option<Placed<String>>,
        /// Only records of it for which this is true.
        r#where: Option<Placed<String>>,
        /// The latest day in this field of it, instead of the number of records.
        latest: Option<Placed<String>>,
    }
}

options! {
    /// A condition that marks or ends the life of a record.
    pub struct RawLifecycle {
        /// Applies where it is true; null does not.
        when: Placed<String>,
        /// What becomes of the record.
        then: Placed<Then>,
        /// Fields and what they become.
        set: Named<Placed<Scalar>>,
        /// A field of text that keeps the reason.
        reason_field: Option<Placed<String>>,
        /// The reason; the rule's name where not given.
        reason: Option<Placed<String>>,
    }
}

options! {
    /// How records that mean the same thing are made one.
    pub struct RawDuplicates {
        /// Exact keys, in order, each a field or a list of fields.
        r#match: Vec<OneOrMany<Placed<String>>> = vec![],
        /// Which record's values survive.
        survive: RawSurvive = RawSurvive::default(),
        /// The field that says how new a record is.
        newest: Option<Placed<String>>,
        /// Matching by likeness: `true` or `"people"` for what the fields' standards suggest, or a table.
        fuzzy: Option<Placed<RawLikeness>>,
        /// People who live together get one identifier.
        households: Option<RawHouseholds>,
        /// Rows that the target has already take part; what becomes of a record that is the same as one.
        existing: Option<Placed<Existing>>,
    }
}

/// `default`, `together`, and a rule for each field that has one of its own.
#[derive(Debug, Clone, Default)]
pub struct RawSurvive {
    pub default: Option<Placed<Survive>>,
    pub together: Vec<Vec<Placed<String>>>,
    pub fields: Vec<(Placed<String>, Placed<RawChoice>)>,
}

/// A rule of survivorship as written.
#[derive(Debug, Clone)]
pub enum RawChoice {
    Word(Survive),
    /// The record that comes first by an expression.
    Order(Placed<String>),
}

options! {
    /// The record that comes first by an expression.
    pub struct RawOrder {
        /// Over the entity's fields and `_source`; the smallest survives, null last.
        order: Placed<String>,
    }
}

impl Decode for RawChoice {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::Table(_) => RawOrder::decode(node, faults).map(|table| Self::Order(table.order)),
            _ => Survive::decode(node, faults).map(Self::Word),
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [Survive::schema(), RawOrder::schema()] })
    }
    fn kind() -> String {
        format!("{}, or a table of `order`", Survive::kind())
    }
}

impl Decode for RawSurvive {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, "a table", faults);
            return None;
        };
        let mut survive = Self::default();
        let mut whole = true;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "together" => match Vec::decode(value, faults) {
                    Some(groups) => survive.together = groups,
                    None => whole = false,
                },
                name => {
                    if name == "default" {
                        survive.default = Placed::<Survive>::decode(value, faults);
                        whole &= survive.default.is_some();
                    } else {
                        let Some(rule) = Placed::<RawChoice>::decode(value, faults) else {
                            whole = false;
                            continue;
                        };
                        survive.fields.push((Placed { value: name.to_string(), span: key.span() }, rule));
                    }
                }
            }
        }
        whole.then_some(survive)
    }
    fn schema() -> Json {
        json!({
            "type": "object",
            "properties": {
                "default": Survive::schema(),
                "together": { "type": "array", "items": { "type": "array", "items": { "type": "string" } } },
            },
            "additionalProperties": RawChoice::schema(),
        })
    }
    fn kind() -> String {
        "a table of `default`, fields and `together`".into()
    }
}

options! {
    /// Which records are too old for the target.
    pub struct RawCutoff {
        /// The field to look at, and the age at which a record is too old.
        cutoff: Option<RawAge>,
        /// Records for which this is true are never too old.
        keep: Option<Placed<String>>,
        /// Entities whose records go into the archive with their parent.
        children: Vec<Placed<String>> = vec![],
    }
}

options! {
    /// The age at which a record is too old.
    pub struct RawAge {
        /// A field that holds a date; null is never too old.
        field: Placed<String>,
        /// Counted back from `as_of`.
        older_than: Placed<Age>,
    }
}

/// The JSON Schema of a mapping file.
pub fn schema() -> Json {
    let mut schema = RawMapping::schema();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("a mapping");
    schema
}

/// The place of a key's value in the file, for keys that have a default.
pub fn given(span: &Range<usize>) -> bool {
    !span.is_empty()
}
