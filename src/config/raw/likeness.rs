//! `[duplicates] fuzzy` and `households` as written.

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use crate::config::decode::{Decode, Node, OneOrMany, Options, Placed, mismatch};
use crate::config::likeness::{Doubtful, Kind};
use crate::diagnostic::Faults;
use crate::options;

/// The word for the settings that fit people and companies.
pub const PEOPLE: &str = "people";

options! {
    /// How records are matched by likeness.
    pub struct RawFuzzy {
        /// Lists of expressions: records that agree in all of one list are compared. From the fields' standards where not given.
        block: Option<Vec<OneOrMany<Placed<String>>>>,
        /// What is compared: a field, or a table of `field` or `fields` and `as`. From the fields' standards where not given.
        compare: Option<Vec<RawFeature>>,
        /// The probability from which on two records are one.
        same: Placed<Probability> = Placed { value: Probability(0.95), span: 0..0 },
        /// The probability from which on a pair is listed for review.
        review: Placed<Probability> = Placed { value: Probability(0.8), span: 0..0 },
        /// What becomes of the later record of a pair that is listed.
        doubtful: Doubtful = Doubtful::Load,
        /// Records of a block at most that are compared each with each.
        largest_block: Placed<u32> = Placed { value: 250, span: 0..0 },
    }
}

options! {
    /// One thing that is compared.
    pub struct RawFeatureKeys {
        /// The field.
        field: Option<Placed<String>>,
        /// The fields, where several are compared as one: postcode, city, region; several phones.
        fields: Vec<Placed<String>> = vec![],
        /// How the value is compared; by the field's standard where not given.
        r#as: Option<Placed<Kind>>,
    }
}

options! {
    /// People who live together.
    pub struct RawHouseholds {
        /// The field that gets the household's identifier.
        field: Placed<String>,
        /// The fields in which they agree.
        same: Placed<Vec<Placed<String>>>,
    }
}

/// A field alone, or with how it is compared.
#[derive(Debug, Clone)]
pub struct RawFeature {
    pub fields: Vec<Placed<String>>,
    pub kind: Option<Placed<Kind>>,
}

impl Decode for RawFeature {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::String(_) = node.get_ref() {
            return Placed::decode(node, faults).map(|field| Self { fields: vec![field], kind: None });
        }
        let keys = RawFeatureKeys::decode(node, faults)?;
        let fields: Vec<Placed<String>> = keys.field.into_iter().chain(keys.fields).collect();
        if fields.is_empty() {
            faults.push("config.missing-key", node.span(), "missing key `field`").help("name the field to compare");
            return None;
        }
        Some(Self { fields, kind: keys.r#as })
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "type": "string" }, RawFeatureKeys::schema()] })
    }
    fn kind() -> String {
        "a field, or a table of `field` and `as`".into()
    }
}

/// `true`, `"people"`, or a table.
#[derive(Debug, Clone)]
pub struct RawLikeness(pub Option<RawFuzzy>);

impl Decode for RawLikeness {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::Boolean(false) => Some(Self(None)),
            DeValue::Boolean(true) => default(node, faults),
            DeValue::String(word) if word == PEOPLE => default(node, faults),
            DeValue::Table(_) => RawFuzzy::decode(node, faults).map(|fuzzy| Self(Some(fuzzy))),
            _ => {
                mismatch(node, &Self::kind(), faults);
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "type": "boolean" }, { "const": PEOPLE }, RawFuzzy::schema()] })
    }
    fn kind() -> String {
        "`true`, `\"people\"` or a table".into()
    }
}

fn default(node: &Node, faults: &mut Faults) -> Option<RawLikeness> {
    RawFuzzy::from_table(&crate::config::decode::Table::new(), node.span(), &[], faults)
        .map(|fuzzy| RawLikeness(Some(fuzzy)))
}

/// More than 0 and less than 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability(pub f64);

impl Decode for Probability {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let read = match node.get_ref() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => {
                mismatch(node, &Self::kind(), faults);
                return None;
            }
        };
        let read = read.filter(|value: &f64| *value > 0.0 && *value < 1.0);
        if read.is_none() {
            faults.push("config.wrong-value", node.span(), format!("expected {}", Self::kind()));
        }
        read.map(Self)
    }
    fn schema() -> Json {
        json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 })
    }
    fn kind() -> String {
        "a probability between 0 and 1".into()
    }
}
