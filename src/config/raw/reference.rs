//! `[reference.NAME]` of a mapping as written.

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use super::field::RawValue;
use crate::config::decode::{Decode, Named, Node, OneOrMany, Placed, mismatch};
use crate::config::pipeline::Policy;
use crate::config::reference::Unsettled;
use crate::diagnostic::Faults;
use crate::options;

options! {
    /// How records are held against reference data.
    pub struct RawJoin {
        /// Fields, and where the reference keeps them: a record and a row that agree in all of them belong together. Of several tables the first that finds a row counts. `_source`, `_key` and `_id` are the record's own.
        on: OneOrMany<Named<RawValue>>,
        /// Only records for which this is true; over the clean fields.
        r#where: Option<Placed<String>>,
        /// Fields that must say the same as the reference: a list where its columns have the fields' names, else a table of fields and columns.
        verify: RawTaken = RawTaken::default(),
        /// Fields that take the reference's value wherever it has one.
        correct: RawTaken = RawTaken::default(),
        /// Fields that take the reference's value where they have none.
        fill: RawTaken = RawTaken::default(),
        /// What becomes of a record whose verified value differs, for all fields or by field.
        differs: RawDiffers = RawDiffers::default(),
        /// What becomes of a record that no row of the reference belongs to.
        missing: Unsettled = Unsettled::Warn,
        /// What becomes of a record whose rows say different things of a field that would be corrected or filled. The field is left as it is.
        ambiguous: Unsettled = Unsettled::Warn,
    }
}

/// Fields and where a reference keeps them.
#[derive(Debug, Clone, Default)]
pub struct RawTaken(pub Vec<(Placed<String>, RawValue)>);

impl Decode for RawTaken {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::Array(_) => {
                let names = Vec::<Placed<String>>::decode(node, faults)?;
                Some(Self(names.into_iter().map(|name| (name.clone(), RawValue::Text(name))).collect()))
            }
            DeValue::Table(_) => Named::decode(node, faults).map(|named| Self(named.0)),
            _ => {
                mismatch(node, &Self::kind(), faults);
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [Vec::<String>::schema(), Named::<RawValue>::schema()] })
    }
    fn kind() -> String {
        "a list of fields, or a table of fields and columns".into()
    }
}

/// One policy, or one for each field; `warn` for those that are not named.
#[derive(Debug, Clone, Default)]
pub struct RawDiffers {
    pub all: Option<Policy>,
    pub fields: Vec<(Placed<String>, Policy)>,
}

impl Decode for RawDiffers {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::Table(_) => Named::decode(node, faults).map(|named| Self { all: None, fields: named.0 }),
            _ => Policy::decode(node, faults).map(|all| Self { all: Some(all), fields: Vec::new() }),
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [Policy::schema(), Named::<Policy>::schema()] })
    }
    fn kind() -> String {
        format!("{}, or a table of fields and such words", Policy::kind())
    }
}
