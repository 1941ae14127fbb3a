//! Mapping tests: `NAME.test.toml` beside the mapping `NAME.toml`.

use serde_json::{Value as Json, json};

use super::scalar::Scalar;
use crate::config::decode::{Decode, Named, Placed};
use crate::options;

options! {
    /// The tests of one mapping.
    pub struct RawTrials {
        /// The tests, in order.
        test: Vec<RawTrial>,
    }
}

options! {
    /// A source record, and what must come of it.
    pub struct RawTrial {
        /// What the test shows.
        name: Placed<String>,
        /// The source that the record is of; may be left out where there is only one.
        source: Option<Placed<String>>,
        /// Which `each` block of the source, from 1.
        each: Option<Placed<u32>>,
        /// The record by its columns; those that are not named are empty.
        record: Option<Placed<Named<Placed<Scalar>>>>,
        /// The record of that legacy key as it stands in the source, instead.
        key: Option<Placed<String>>,
        /// What rules see of other records, by its name in them: `account_id.country`.
        given: Named<Placed<Scalar>>,
        /// What must come of it.
        expect: Placed<RawExpected>,
    }
}

options! {
    /// What must come of a record. What is not named is not compared.
    pub struct RawExpected {
        /// Fields and their clean values; an empty text means none.
        fields: Named<Placed<Scalar>>,
        /// `load`, `archive`, `exclude`, `hold` or `reject`.
        verdict: Option<Placed<String>>,
        /// All issues: each a code, or a code and a field: `phone.invalid:phone`.
        issues: Option<Placed<Vec<Placed<String>>>>,
    }
}

/// The JSON Schema of a file of mapping tests.
pub fn schema() -> Json {
    let mut schema = RawTrials::schema();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("mapping tests");
    schema
}
