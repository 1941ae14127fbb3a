//! The tables of a mapping file.

use std::ops::Range;

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use super::field::{RawField, RawValue};
use super::scalar::{Age, NotYet};
use crate::config::decode::{Decode, Named, Node, OneOrMany, Placed, mismatch};
use crate::config::pipeline::{KeyKind, Policy, Survive};
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
        /// Conditions over a record's clean fields, by name.
        rules: Named<RawRule>,
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
    /// A condition over one record's clean fields.
    pub struct RawRule {
        /// Must be true; null counts as broken.
        check: Placed<String>,
        /// What becomes of a record that breaks it.
        otherwise: Placed<Policy> = Placed { value: Policy::Reject, span: 0..0 },
    }
}

options! {
    /// How records that mean the same thing are made one.
    pub struct RawDuplicates {
        /// Exact keys, in order, each a field or a list of fields.
        r#match: Vec<OneOrMany<Placed<String>>>,
        /// Which record's values survive.
        survive: RawSurvive = RawSurvive::default(),
        /// The field that says how new a record is.
        newest: Option<Placed<String>>,
        /// Matching by likeness.
        fuzzy: Option<NotYet>,
    }
}

/// `default`, `together`, and a rule for each field that has one of its own.
#[derive(Debug, Clone, Default)]
pub struct RawSurvive {
    pub default: Option<Placed<Survive>>,
    pub together: Vec<Vec<Placed<String>>>,
    pub fields: Vec<(Placed<String>, Placed<Survive>)>,
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
                    let Some(rule) = Placed::<Survive>::decode(value, faults) else {
                        whole = false;
                        continue;
                    };
                    if name == "default" {
                        survive.default = Some(rule);
                    } else {
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
            "additionalProperties": Survive::schema(),
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
