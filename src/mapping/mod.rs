//! Map, standardise, validate: from a source's snapshot to mapped records.
//!
//! A [`Mapper`] is one feed of one entity, compiled: a pure function from a
//! batch of the snapshot to a batch of mapped records, which runs on any core
//! and in any order. It sets the first verdicts (`reject` for what could not be
//! read, `exclude` by `where`, then what the field's policies and the row rules
//! say) and never drops a row.
//!
//! | file | does |
//! |---|---|
//! | `field.rs` | one field: raw text → value list → standard → type → checks |
//! | `judge.rs` | what is wrong with each record, and its verdict |
//! | `derived.rs` | hashes of keys and references, and whether a record is too old |
//! | `lookup.rs` | value lists |

mod derived;
pub mod expression;
mod field;
mod judge;
mod lookup;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;
use uuid::Uuid;

use crate::config::pipeline::{Entity, Pipeline};
use crate::diagnostic::Code;
use crate::record;

use derived::Derived;
pub use derived::{ANY_KEY, OWN_KEY, TOO_OLD, TooOld, match_key, reference, unique_key};
use field::FieldChain;
use judge::Judge;

/// The codes of this step, besides those of the rules and standards.
pub const CODES: &[Code] = &[
    Code {
        id: "type.mismatch",
        what: "A clean value does not fit the type of its field.",
        why: "A decimal of more digits than the column has would be cut by the target.",
        example: "`type = \"decimal(6,2)\"` and the amount `123456.78`",
        fix: "Widen the field's type, or correct the value in the source.",
    },
    Code {
        id: "value.unmapped",
        what: "A legacy value is not in the field's value list.",
        why: "A picklist of the new system takes its own words and no others; a guess would hide a word that nobody thought of.",
        example: "`status = { values = \"lists/status.csv\" }` and the legacy value `dorm.`, which the list lacks",
        fix: "Add a line to the value list, or choose what happens with `unmapped = \"null\"`, `\"keep\"`, `\"hold\"` or `\"reject\"`.",
    },
];

/// Namespace of the identifiers of records.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_8a52_0c5e_5b0e_9d6b_7c1f_3a94_e2d7);

/// A feed that cannot be mapped: a fault of ours or of the expression's types.
#[derive(Debug, thiserror::Error)]
#[error("mapping of `{entity}` from `{source_name}`: {what}")]
pub struct MapError {
    pub entity: String,
    pub source_name: String,
    pub what: String,
}

/// The columns of an entity's mapped dataset: lineage, fields, derived columns.
pub fn schema(entity: &Entity) -> SchemaRef {
    let mut fields = lineage();
    fields.extend(entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true)));
    fields.extend(derived::fields(entity));
    Arc::new(Schema::new(fields))
}

fn lineage() -> Vec<Field> {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    vec![
        Field::new(record::SEQ, DataType::Int64, false),
        text(record::SOURCE, false),
        text(record::ROW, false),
        text(record::KEY, true),
        text(record::ID, false),
        text(record::VERDICT, true),
        text(record::REASON, true),
        text(record::ISSUES, true),
        text(record::REPAIRS, true),
    ]
}

/// One feed of one entity, ready to map batches of its source's snapshot.
pub struct Mapper {
    entity: String,
    source: String,
    each: u32,
    /// `_seq` of the feed's first record in the entity's dataset.
    first: i64,
    schema: SchemaRef,
    filter: Option<Arc<dyn PhysicalExpr>>,
    fields: Vec<FieldChain>,
    /// Indexes of the fields, those that hold another's country first.
    order: Vec<usize>,
    judge: Judge,
    derived: Derived,
    /// The columns in use: notes of reading count for these alone.
    used: Vec<String>,
}

impl Mapper {
    /// Compiles feed number `feed` of `entity`; its records count from `first`.
    pub fn new(
        pipeline: &Pipeline,
        entity: &Entity,
        feed: usize,
        first: i64,
        session: &SessionContext,
    ) -> Result<Self, MapError> {
        let feed = &entity.feeds[feed];
        let source = &pipeline.sources[feed.source];
        let wrong = |what: String| MapError { entity: entity.name.clone(), source_name: source.name.clone(), what };
        let columns = crate::snapshot::schema(&feed.columns);
        let compile = |expr: &Expr| physical(session, expr, &columns).map_err(|error| wrong(error.to_string()));
        let filter = feed.filter.as_ref().map(compile).transpose()?;
        let mut fields = Vec::with_capacity(entity.fields.len());
        for (index, field) in entity.fields.iter().enumerate() {
            let expr = feed.values.iter().find(|(target, _)| *target == index).map(|(_, expr)| compile(expr));
            fields.push(FieldChain::new(field, entity, expr.transpose()?, &source.nulls).map_err(wrong)?);
        }
        let judge = Judge::new(entity, session).map_err(wrong)?;
        let derived = Derived::new(pipeline, entity, feed, session).map_err(wrong)?;
        Ok(Self {
            entity: entity.name.clone(),
            source: source.name.clone(),
            each: feed.each,
            first,
            schema: schema(entity),
            filter,
            order: field::order(&fields),
            fields,
            judge,
            derived,
            used: feed.used.clone(),
        })
    }

    /// Maps a batch of the snapshot. Row for row the same length.
    pub fn map(&self, snapshot: &RecordBatch) -> Result<RecordBatch, MapError> {
        self.try_map(snapshot).map_err(|error| MapError {
            entity: self.entity.clone(),
            source_name: self.source.clone(),
            what: plain(&error),
        })
    }

    fn try_map(&self, snapshot: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let rows = snapshot.num_rows();
        let text = |index: usize| snapshot.column(index).as_string::<i32>();
        let (row, keys, faults, notes) = (text(1), text(2), text(3), text(4));
        let kept = self.kept(snapshot)?;
        let mut outcomes: Vec<Option<field::Outcome>> = self.fields.iter().map(|_| None).collect();
        for &index in &self.order {
            let chain = &self.fields[index];
            let country = chain.country().and_then(|place| outcomes[place].as_ref()).map(|done| done.value.clone());
            outcomes[index] = Some(chain.run(snapshot, country.as_ref())?);
        }
        let outcomes: Vec<field::Outcome> = outcomes.into_iter().flatten().collect();
        let values: Vec<ArrayRef> = outcomes.iter().map(|outcome| Arc::clone(&outcome.value)).collect();
        let notes = self.notes(notes);
        let judged = self.judge.judge(rows, faults, &notes, &kept, &outcomes, &values)?;

        let seq = snapshot.column(0).as_primitive::<arrow::datatypes::Int64Type>();
        let seq = Int64Array::from_iter_values(seq.values().iter().map(|seq| seq + self.first));
        let keys = self.keys(keys);
        let ids = self.ids(&keys, row);
        let derived = self.derived.columns(&keys, &judged.verdict, &values)?;
        let source = StringArray::from_iter_values(std::iter::repeat_n(self.source.as_str(), rows));
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(seq),
            Arc::new(source),
            Arc::new(row.clone()),
            Arc::new(keys),
            Arc::new(ids),
            Arc::new(judged.verdict),
            Arc::new(judged.reason),
            Arc::new(judged.issues),
            Arc::new(judged.repairs),
        ];
        columns.extend(values);
        columns.extend(derived);
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }

    /// The notes of reading without those on columns that the feed leaves alone:
    /// one bad cell counts for the entities that wanted it, not for all of a row's.
    fn notes(&self, notes: &StringArray) -> StringArray {
        if notes.null_count() == notes.len() {
            return notes.clone();
        }
        let wanted =
            |entry: &&str| entry.split_once(':').is_none_or(|(_, column)| self.used.iter().any(|used| used == column));
        let kept = |note: &str| {
            let entries: Vec<&str> = note.split(record::ENTRY_SEPARATOR).filter(wanted).collect();
            (!entries.is_empty()).then(|| entries.join(record::ENTRY_SEPARATOR.encode_utf8(&mut [0; 4])))
        };
        notes.iter().map(|note| note.and_then(kept)).collect()
    }

    /// The rows that `where` lets through; null is no.
    fn kept(&self, snapshot: &RecordBatch) -> Result<BooleanArray, ArrowError> {
        let rows = snapshot.num_rows();
        let Some(filter) = &self.filter else {
            return Ok(BooleanArray::from(vec![true; rows]));
        };
        let value = cast(&evaluate(filter, snapshot)?, &DataType::Boolean)?;
        Ok(value.as_boolean().iter().map(|kept| Some(kept == Some(true))).collect())
    }

    /// The legacy keys; a record of an `each` block has its number behind.
    fn keys(&self, keys: &StringArray) -> StringArray {
        if self.each == 0 {
            return keys.clone();
        }
        keys.iter().map(|key| key.map(|key| format!("{key}#{}", self.each))).collect()
    }

    /// The records' own identifiers. One without a key is known by its place.
    fn ids(&self, keys: &StringArray, rows: &StringArray) -> StringArray {
        let mut ids = StringBuilder::with_capacity(keys.len(), keys.len() * 36);
        let mut name = format!("{}\u{1f}{}\u{1f}", self.entity, self.source);
        let prefix = name.len();
        let mut buffer = Uuid::encode_buffer();
        for index in 0..keys.len() {
            name.truncate(prefix);
            if keys.is_valid(index) {
                name.push_str(keys.value(index));
            } else {
                name.push('\u{1f}');
                name.push_str(rows.value(index));
            }
            let id = Uuid::new_v5(&NAMESPACE, name.as_bytes());
            ids.append_value(id.hyphenated().encode_lower(&mut buffer));
        }
        ids.finish()
    }
}

/// An expression over the columns of `schema`, compiled.
fn physical(session: &SessionContext, expr: &Expr, schema: &Schema) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
    let schema = DFSchema::try_from(schema.clone())?;
    // Some functions (`coalesce`) exist only until an expression is simplified.
    let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(Arc::new(schema.clone())).build());
    let simple = simplifier.simplify(simplifier.coerce(expr.clone(), &schema)?)?;
    session.create_physical_expr(simple, &schema)
}

/// The value of an expression for each row of a batch.
fn evaluate(expr: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<ArrayRef, ArrowError> {
    let value = expr.evaluate(batch).and_then(|value| value.into_array(batch.num_rows()));
    value.map_err(|error| ArrowError::ComputeError(error.strip_backtrace()))
}

/// The message of an Arrow error without the value that it may quote.
fn plain(error: &ArrowError) -> String {
    match error {
        ArrowError::CastError(_) | ArrowError::ParseError(_) => {
            "an expression could not convert a value; use a standard such as `integer(…)` or `try_cast`, which give null instead"
                .into()
        }
        other => other.to_string(),
    }
}
