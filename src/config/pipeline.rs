//! The pipeline as it will run: every name resolved, every option known.
//!
//! Only `config::check` makes these values. Whoever holds a [`Pipeline`] needs
//! not ask whether a column, field, entity or standard exists.

mod beyond;

use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef, TimeUnit};
use chrono::NaiveDate;
use datafusion::logical_expr::Expr;

use crate::config::consent::Consent;
use crate::config::drift::Drift;
use crate::config::existing::Existing;
use crate::config::likeness::{Fuzzy, Households};
pub use crate::config::limits::{Limit, Limits};
use crate::config::reference::Join;
use crate::config::steward::{Correction, Decision};
use crate::config::veil::Veil;
use crate::sources::Source;
use crate::standards::{Cleaner, Defaults};

pub use beyond::{Beyond, Lifecycle, Outside, OutsideFrom, Take, Then};

/// A whole migration.
pub struct Pipeline {
    /// The pipeline file, as it was named on the command line.
    pub file: PathBuf,
    /// The folder that it stands in; all paths below are already joined to it.
    pub root: PathBuf,
    pub name: String,
    /// "Today" for every cutoff.
    pub as_of: NaiveDate,
    pub defaults: Defaults,
    /// In the order of the file, which is the order of survivorship by source.
    pub sources: Vec<SourceSpec>,
    /// Files that records are held against, in the order of the file.
    pub references: Vec<SourceSpec>,
    /// A referenced entity stands before those that refer to it, as far as there
    /// is no circle; otherwise by name of the mapping file.
    pub entities: Vec<Entity>,
    pub target: Destination,
    /// The folder of the archive.
    pub archive: PathBuf,
    pub limits: Limits,
    /// In the order of their files and lines.
    pub corrections: Vec<Correction>,
    pub decisions: Vec<Decision>,
    /// The folder of runs and snapshots: `out` beside the pipeline file.
    pub out: PathBuf,
    /// SHA-256 (hex) over all config files, in order of path: a run's manifest holds it.
    pub config_hash: String,
    /// What has changed in the sources' columns and is to be told.
    pub drift: Vec<Drift>,
}

/// A source, opened for its schema.
pub struct SourceSpec {
    pub name: String,
    pub reader: Arc<dyn Source>,
    /// The files that are read, for hashing; empty for a server.
    pub files: Vec<PathBuf>,
    /// For the manifest: the path pattern, or the URL without credentials.
    pub place: String,
    /// All options of the source as written, credentials left out: part of the snapshot's hash.
    pub fingerprint: String,
    /// The columns of the legacy key; empty: the record's content is its key.
    pub key: Vec<String>,
    /// A record whose key is empty is identified by its content instead of being rejected.
    pub key_or_content: bool,
    /// Texts that mean "nothing", compared after trimming.
    pub nulls: Vec<String>,
}

/// Where records are loaded, and how it is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub spec: TargetSpec,
    /// The target without credentials, for people and files.
    pub shown: String,
    /// Hides in messages what came from the environment, and passwords.
    pub veil: Veil,
}

/// A database to load into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetSpec {
    Sqlite {
        path: PathBuf,
    },
    /// The URL with its credentials: never print it, print [`Destination::shown`].
    Postgres {
        url: String,
        schema: String,
    },
}

/// One table of the target, and all that feeds it.
pub struct Entity {
    pub name: String,
    pub table: String,
    pub key: KeyKind,
    /// The key's column in the target: `id` unless the mapping names another.
    pub key_column: String,
    /// In the order of the mapping file, which is the order of the target's columns.
    pub fields: Vec<Field>,
    /// In the order of the pipeline's sources, then of the `each` blocks.
    pub feeds: Vec<Feed>,
    /// The reference data that records are held against, in the order in which
    /// that happens.
    pub joins: Vec<Join>,
    /// Rules that look at the record alone.
    pub rules: Vec<RowRule>,
    /// What is judged once references are resolved.
    pub beyond: Beyond,
    pub duplicates: Option<Duplicates>,
    pub cutoff: Option<Cutoff>,
}

crate::words! {
    /// How a record gets its key in the target.
    pub enum KeyKind {
        /// UUID version 5 of entity, source and legacy key.
        Uuid = "uuid",
        /// The legacy key itself, as text.
        Legacy = "legacy",
        /// A number that the target gives, kept in the ledger.
        Serial = "serial",
    }
}

/// One column of the target.
pub struct Field {
    pub name: String,
    pub data_type: FieldType,
    /// The cleaner that the value passes, with the standard's name; also
    /// present where only a `type` other than text is given (`date`, `integer` …).
    pub standard: Option<(&'static str, Arc<dyn Cleaner>)>,
    /// The field (by name) that holds the row's country for the standard.
    pub country: Option<String>,
    /// What happens to a value that the standard cannot clean.
    pub invalid: Policy,
    pub required: Option<Policy>,
    pub unique: Option<Policy>,
    /// What happens to text longer than the type allows.
    pub too_long: TooLong,
    pub checks: Vec<FieldCheck>,
    pub values: Option<ValueList>,
    pub references: Option<Reference>,
    /// An update leaves the target's value alone.
    pub protect: bool,
    /// The flag is about consent: the most restrictive holds.
    pub consent: Option<Consent>,
}

crate::words! {
    /// What becomes of a record, or its value, that breaks a rule.
    pub enum Policy {
        /// The record is rejected.
        Reject = "reject",
        /// The record waits for a person.
        Hold = "hold",
        /// The value becomes null; the issue is counted.
        Null = "null",
        /// The record goes on with the value as it is; the issue is counted. Of the
        /// two words for it, `warn` reads better of records, `keep` of values.
        Keep = "keep" | "warn",
    }
}

crate::words! {
    /// What becomes of text that is longer than its type.
    pub enum TooLong {
        /// The record is rejected.
        Reject = "reject",
        /// The record waits for a person.
        Hold = "hold",
        /// The text is cut; the issue is counted.
        Truncate = "truncate",
        /// The value becomes null; the issue is counted.
        Null = "null",
    }
}

impl Field {
    /// The Arrow type of the field in mapped and staged datasets. A reference is
    /// a key as text until the target has one, whatever the target's type.
    pub fn arrow(&self) -> DataType {
        if self.references.is_some() { DataType::Utf8 } else { self.data_type.arrow() }
    }
}

/// The type of a target column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// With the greatest number of characters, if there is one.
    Text(Option<u32>),
    Integer,
    Decimal {
        precision: u8,
        scale: i8,
    },
    Boolean,
    Date,
    /// Local date and time without a zone, microseconds.
    DateTime,
    Uuid,
}

impl FieldType {
    /// The Arrow type of the field in mapped and staged datasets.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text(_) | Self::Uuid => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::DateTime => DataType::Timestamp(TimeUnit::Microsecond, None),
        }
    }
}

/// A test of one field's clean value; null passes each.
#[derive(Debug, Clone)]
pub struct FieldCheck {
    pub kind: CheckKind,
    pub otherwise: Policy,
}

#[derive(Debug, Clone)]
pub enum CheckKind {
    /// Characters, at least and at most.
    Length { min: Option<u32>, max: Option<u32> },
    /// In the field's own type; texts are as written in the mapping.
    Range { min: Option<Expr>, max: Option<Expr> },
    /// A regular expression that the whole value must match.
    Pattern(String),
    /// The words that are allowed.
    OneOf(Vec<String>),
}

/// Legacy values to target values, from a CSV file of two columns.
#[derive(Debug, Clone)]
pub struct ValueList {
    pub path: PathBuf,
    /// Legacy value (trimmed, case folded) and target value, sorted by the former.
    pub entries: Arc<Vec<(String, String)>>,
    /// What becomes of a value that is not in the list.
    pub unmapped: Policy,
}

/// A field that holds the legacy key of another record.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The entity that is referred to; may be the field's own.
    pub entity: String,
    /// What becomes of a record whose reference leads nowhere.
    pub missing: Policy,
}

/// One source's side of an entity: a row of the source gives one record.
pub struct Feed {
    /// Index into [`Pipeline::sources`].
    pub source: usize,
    /// Which `[[from.X.each]]` block this is, from 1; 0 for the plain record.
    pub each: u32,
    /// Rows for which this is not true are excluded.
    pub filter: Option<Expr>,
    /// Field index into [`Entity::fields`] and how its raw value comes from the
    /// source's snapshot columns. Fields that are not here are null.
    pub values: Vec<(usize, Expr)>,
    /// For reference fields (by index): the source whose legacy keys the value
    /// holds. `None`: this feed's own source if it feeds the entity that is
    /// referred to, and otherwise any.
    pub reference_sources: Vec<(usize, Option<usize>)>,
    /// Populated columns that nothing uses and that `unused` does not excuse are
    /// reported; these are the columns in use.
    pub used: Vec<String>,
    /// Columns left out on purpose, with the reason.
    pub unused: Vec<(String, String)>,
    /// Columns of the source, as snapshotted.
    pub columns: SchemaRef,
}

/// A condition over the fields of one record.
pub struct RowRule {
    pub name: String,
    /// Over the entity's clean fields, and what stands beside them in [`Beyond`]
    /// if it is one of those. Null counts as broken.
    pub check: Expr,
    pub otherwise: Policy,
    /// The fields (by index) that `null` empties.
    pub null: Vec<usize>,
}

/// How records that mean the same thing are found and made one.
pub struct Duplicates {
    /// Exact keys, in order; each a list of field indexes. Two records with the
    /// same values, none of them null, in all fields of one key are the same.
    pub keys: Vec<Vec<usize>>,
    /// How those are found that no key finds.
    pub fuzzy: Option<Fuzzy>,
    pub households: Option<Households>,
    /// Whether rows that the target has already take part, and what then.
    pub existing: Option<Existing>,
    /// For each field (by index) the rule by which its value survives.
    pub survive: Vec<Survive>,
    /// For each field (by index) an order over fields and `_source`, in place of
    /// its rule: the smallest first, null last.
    pub orders: Vec<Option<Expr>>,
    /// Groups of fields (by index) that survive together, from one record.
    pub together: Vec<Vec<usize>>,
    /// The field that says how new a record is.
    pub newest: Option<usize>,
}

crate::words! {
    /// Which of several records' values survives. Nulls never do while there is
    /// another; ties go to the record that was read first.
    pub enum Survive {
        /// The value of the record that was read first, by order of the sources.
        First = "first",
        /// The value of the record whose `newest` field is latest.
        Newest = "newest",
        /// The value of the record whose `newest` field is earliest.
        Oldest = "oldest",
        /// The longest text; for a group, the record with the most filled fields.
        MostComplete = "most_complete",
        /// The value that most records have.
        MostFrequent = "most_frequent",
        /// True if any is: opt-outs, flags. Boolean fields only.
        Any = "any",
        /// True if all are. Boolean fields only.
        All = "all",
        /// The smallest value.
        Min = "min",
        /// The greatest value.
        Max = "max",
    }
}

/// Which records are too old for the target.
pub struct Cutoff {
    /// Over the entity's fields: true for a record that is too old by itself.
    /// Includes the age against `as_of` and `keep`; null counts as not too old.
    pub too_old: Option<Expr>,
    /// Entities (by name) whose records go into the archive with their parent.
    pub children: Vec<String>,
}

impl Pipeline {
    /// The columns of a source (by index) that no feed of any entity uses, that
    /// none leaves out on purpose and that are no part of its key, in its order.
    pub fn unmapped(&self, source: usize) -> Vec<String> {
        let feeds: Vec<&Feed> =
            self.entities.iter().flat_map(|entity| &entity.feeds).filter(|feed| feed.source == source).collect();
        let Some(spec) = self.sources.get(source) else { return Vec::new() };
        let settled = |name: &String| {
            spec.key.contains(name)
                || feeds
                    .iter()
                    .any(|feed| feed.used.contains(name) || feed.unused.iter().any(|(column, _)| column == name))
        };
        let schema = spec.reader.schema();
        schema.fields().iter().map(|column| column.name()).filter(|name| !settled(name)).cloned().collect()
    }
}

/// A column of a table that the target has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveColumn {
    pub name: String,
    /// The type as the target names it.
    pub declared: String,
    /// The nearest of our types; `None` where there is none.
    pub data_type: Option<FieldType>,
    pub nullable: bool,
    /// Whether the target fills it by itself.
    pub has_default: bool,
    /// Whether no two rows may have the same value in this column alone.
    pub unique: bool,
}
