//! The tables of `pipeline.toml`.

use std::ops::Range;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};
use toml::de::DeValue;

use crate::config::decode::{Decode, Named, Node, OneOrMany, Options, Placed, Table, mismatch};
use crate::config::drift::OnDrift;
use crate::config::pipeline::Limit;
use crate::diagnostic::Faults;
use crate::standards::DateOrder;
use crate::{options, words};

options! {
    /// What is read, where it goes, and the day it counts from.
    pub struct RawPipeline {
        /// The version of this language; always 1.
        version: Placed<u32>,
        /// The migration's name, for reports.
        name: String,
        /// "Today" for every cutoff and for `as_of()`; nothing reads the clock.
        as_of: NaiveDate,
        /// Path or pattern of the mapping files.
        mappings: OneOrMany<Placed<String>> =
            OneOrMany(vec![Placed { value: "mappings/*.toml".to_string(), span: 0..0 }]),
        /// The folder of runs and snapshots.
        out: String = "out".to_string(),
        /// What holds for all sources and standards.
        defaults: RawDefaults = RawDefaults::default(),
        /// The sources, by name; their order decides who survives "first".
        source: Named<RawSource>,
        /// Reference data, by name: read as a source is, and never loaded.
        reference: Named<RawSource>,
        /// Where records are loaded.
        target: RawTarget,
        /// Where records that are too old go.
        archive: RawArchive = RawArchive::default(),
        /// When a run is not loaded.
        limits: RawLimits = RawLimits::default(),
    }
}

options! {
    /// What holds for all sources and standards.
    pub struct RawDefaults {
        /// Country (ISO 3166 alpha-2) of phones, postcodes and addresses that name none.
        country: Option<Placed<String>>,
        /// Texts that mean "nothing", compared after trimming.
        nulls: Vec<String> = vec![String::new()],
        /// Order of the parts of a numeric date.
        date_order: DateOrder = DateOrder::MonthDayYear,
        /// Two-digit years up to this one are 20xx, those above it 19xx.
        year_pivot: Placed<u32> = Placed { value: 30, span: 0..0 },
        /// What it leads to that a source's columns are not those of `pipeline.lock`.
        on_drift: OnDrift = OnDrift::Warn,
    }
}

impl Default for RawDefaults {
    fn default() -> Self {
        Self {
            country: None,
            nulls: vec![String::new()],
            date_order: DateOrder::MonthDayYear,
            year_pivot: Placed { value: 30, span: 0..0 },
            on_drift: OnDrift::Warn,
        }
    }
}

options! {
    /// The keys that sources of every kind have.
    pub struct RawSourceKeys {
        /// What it is, where file extension or URL do not say so.
        kind: Option<Placed<String>>,
        /// Path of the file, or a pattern for several that are read as one.
        path: Option<Placed<String>>,
        /// URL of the database.
        url: Option<Placed<String>>,
        /// The column, or columns, of the legacy key; without it the content is the key.
        key: Option<OneOrMany<Placed<String>>>,
        /// What becomes of a record whose key is empty; without it the record is rejected.
        without_key: Option<WithoutKey>,
        /// Texts that mean "nothing" here, in place of those of `[defaults]`.
        nulls: Option<Vec<String>>,
        /// What drift of its columns leads to, in place of what `[defaults]` says.
        on_drift: Option<OnDrift>,
    }
}

words! {
    /// What becomes of a record whose legacy key is empty.
    pub enum WithoutKey {
        /// It is rejected (`key.empty`).
        Reject = "reject",
        /// It is identified by what it holds.
        Content = "content",
    }
}

/// A source as written: its common keys, and the table for those of its kind.
#[derive(Debug, Clone)]
pub struct RawSource {
    pub table: Table,
    pub span: Range<usize>,
}

impl Decode for RawSource {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, "a table", faults);
            return None;
        };
        Some(Self { table: table.clone(), span: node.span() })
    }
    fn schema() -> Json {
        let mut schema = RawSourceKeys::schema();
        for (_, keys) in crate::sources::kind::schemas() {
            let Json::Object(properties) = keys["properties"].clone() else { continue };
            for (name, property) in properties {
                if schema["properties"].get(&name).is_none() {
                    schema["properties"][name] = property;
                }
            }
        }
        schema
    }
    fn kind() -> String {
        "a table".into()
    }
}

impl RawSource {
    /// The names of the keys that every kind has.
    pub fn common() -> Vec<&'static str> {
        RawSourceKeys::keys().iter().map(|key| key.name).collect()
    }
}

options! {
    /// Where records are loaded.
    pub struct RawTarget {
        /// `sqlite:PATH` or `postgres://…`; credentials belong into the environment.
        url: Placed<String>,
        /// The schema of the tables; Postgres only.
        schema: Option<Placed<String>>,
    }
}

options! {
    /// Where records that are too old go.
    pub struct RawArchive {
        /// The folder of the archive.
        path: String = "out/archive".to_string(),
    }
}

impl Default for RawArchive {
    fn default() -> Self {
        Self { path: "out/archive".to_string() }
    }
}

options! {
    /// When a run is not loaded.
    pub struct RawLimits {
        /// Rejected records at most, per entity; more, and nothing is loaded.
        reject: Limit = Limit::None,
        /// Refused records at most, per entity; more, and nothing is loaded.
        refuse: Limit = Limit::None,
    }
}

impl Default for RawLimits {
    fn default() -> Self {
        Self { reject: Limit::None, refuse: Limit::None }
    }
}

/// The JSON Schema of `pipeline.toml`.
pub fn schema() -> Json {
    let mut schema = RawPipeline::schema();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("pipeline.toml");
    schema
}
