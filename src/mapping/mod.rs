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
//! | `referred.rs`, `joining.rs` | the rows of reference data, and the records that are held against them |
//! | `codes.rs` | what `explain` says of this step's codes |
//! | `blocks.rs` | hashes of what records must agree in to be compared |
//! | `phonetic.rs` | functions for names that sound alike |
//! | `existing.rs` | rows that the target has already |
//! | `orders.rs` | whose value survives, by expressions |

mod blocks;
mod codes;
mod derived;
mod existing;
pub mod expression;
mod field;
mod joining;
mod judge;
mod lookup;
mod orders;
pub mod phonetic;
mod referred;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::logical_expr::Expr;
use datafusion::prelude::SessionContext;
use uuid::Uuid;

use crate::config::pipeline::{Entity, Pipeline};
use crate::record;

pub use blocks::Blocks;
pub use codes::CODES;
use derived::Derived;
pub use derived::own_keys;
pub use derived::{ANY_KEY, OWN_KEY, TOO_OLD, TooOld, match_key, reference, unique_key};
pub use existing::TargetRows;
use expression::Compiled;
use field::FieldChain;
use joining::{Joined, Joining, OwnColumns};
use judge::{Judge, Reading};
pub use orders::Orders;
pub use referred::Referred;

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

/// Mapped records.
pub struct MappedBatch {
    pub batch: RecordBatch,
    /// The values that reference data changed, by [`changes_schema`].
    pub changes: Option<RecordBatch>,
}

/// The columns in which the changes by reference data are told.
pub fn changes_schema() -> SchemaRef {
    joining::changes_schema()
}

/// One feed of one entity, ready to map batches of its source's snapshot.
pub struct Mapper {
    entity: String,
    source: String,
    each: u32,
    /// `_seq` of the feed's first record in the entity's dataset.
    first: i64,
    schema: SchemaRef,
    filter: Option<Compiled>,
    fields: Vec<FieldChain>,
    joins: Vec<Joining>,
    /// Indexes of the fields, those that hold another's country first.
    order: Vec<usize>,
    judge: Judge,
    derived: Derived,
    /// The columns in use: notes of reading count for these alone.
    used: Vec<String>,
    /// By `_seq` of the snapshot, the columns that a steward has corrected.
    corrected: BTreeMap<i64, Vec<String>>,
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
        let compile = |expr: &Expr| Compiled::new(session, expr, &columns).map_err(|error| wrong(error.to_string()));
        let filter = feed.filter.as_ref().map(|filter| Compiled::as_in_queries(session, filter, &columns));
        let filter = filter.transpose().map_err(|error| wrong(error.to_string()))?;
        let mut fields = Vec::with_capacity(entity.fields.len());
        for (index, field) in entity.fields.iter().enumerate() {
            let expr = feed.values.iter().find(|(target, _)| *target == index).map(|(_, expr)| compile(expr));
            fields.push(FieldChain::new(field, entity, expr.transpose()?, &source.nulls).map_err(wrong)?);
        }
        let joins = entity.joins.iter().map(|join| Joining::new(entity, join, &fields, session).map_err(wrong));
        let joins = joins.collect::<Result<Vec<_>, _>>()?;
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
            joins,
            judge,
            derived,
            used: feed.used.clone(),
            corrected: BTreeMap::new(),
        })
    }

    /// Whether a field leaves something to its column: [`Mapper::learn`] comes first.
    pub fn learns(&self) -> bool {
        self.fields.iter().any(|chain| chain.learner().is_some())
    }

    /// Looks through the whole snapshot for what fields leave to their columns.
    /// Gives what was found, a line a field: `customers.created: dmy by 412 of
    /// 412 decidable values`.
    pub fn learn<E: From<MapError>>(
        &mut self,
        snapshot: impl Iterator<Item = Result<RecordBatch, E>>,
    ) -> Result<Vec<String>, E> {
        let mut learners: Vec<_> = self.fields.iter().map(FieldChain::learner).collect();
        for batch in snapshot {
            let batch = batch?;
            for (chain, learner) in self.fields.iter().zip(&mut learners) {
                let Some(learner) = learner else { continue };
                let texts = chain.texts(&batch).map_err(|error| self.wrong(&error))?;
                learner.see(&texts);
            }
        }
        let mut told = Vec::new();
        for (chain, learner) in self.fields.iter_mut().zip(learners) {
            let Some((cleaner, why)) = learner.map(|learner| learner.learned()) else { continue };
            told.push(format!("{}.{}: {why}", self.source, chain.name()));
            chain.settle(cleaner);
        }
        Ok(told)
    }

    fn wrong(&self, error: &ArrowError) -> MapError {
        MapError { entity: self.entity.clone(), source_name: self.source.clone(), what: plain(error) }
    }

    /// Counts these columns of records, by `_seq` of the snapshot, as repaired by
    /// the steward, as far as the feed uses them.
    pub fn with_corrections<'c>(mut self, records: impl Iterator<Item = (i64, &'c [String])>) -> Self {
        for (seq, columns) in records {
            let used: Vec<String> = columns.iter().filter(|column| self.used.contains(column)).cloned().collect();
            if !used.is_empty() {
                self.corrected.insert(seq, used);
            }
        }
        self
    }

    /// Maps a batch of the snapshot. Row for row the same length. `found` is what
    /// each join of the entity has found of these records.
    pub fn map(&self, snapshot: &RecordBatch, found: &[RecordBatch]) -> Result<MappedBatch, MapError> {
        self.try_map(snapshot, found).map_err(|error| self.wrong(&error))
    }

    /// The keys by which the records of a batch are looked up in the reference of
    /// join number `found.len()`, once those before it have found theirs.
    pub fn keyed(&self, snapshot: &RecordBatch, found: &[RecordBatch]) -> Result<RecordBatch, MapError> {
        self.try_keyed(snapshot, found).map_err(|error| self.wrong(&error))
    }

    fn try_keyed(&self, snapshot: &RecordBatch, found: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
        let join = &self.joins[found.len()];
        let (faults, kept) = (snapshot.column(3), self.kept(snapshot)?);
        let open = (0..snapshot.num_rows()).map(|row| faults.is_null(row) && kept.value(row)).collect();
        let outcomes = self.cleaned(snapshot, found, Some(&join.needs), &mut Joined::default())?;
        let keys = self.keys(snapshot.column(2).as_string());
        let ids = if join.by_id() { self.ids(&keys, snapshot.column(1).as_string()) } else { StringArray::new_null(0) };
        join.keys(&self.seqs(snapshot), &OwnColumns { source: &self.source, keys: &keys, ids: &ids }, &outcomes, open)
    }

    /// `_seq` in the entity's dataset.
    fn seqs(&self, snapshot: &RecordBatch) -> Vec<i64> {
        let seqs = snapshot.column(0).as_primitive::<arrow::datatypes::Int64Type>();
        seqs.values().iter().map(|seq| seq + self.first).collect()
    }

    /// The fields, or those that are wanted, cleaned and as reference data left them.
    fn cleaned(
        &self,
        snapshot: &RecordBatch,
        found: &[RecordBatch],
        wanted: Option<&[bool]>,
        joined: &mut Joined,
    ) -> Result<Vec<Option<field::Outcome>>, ArrowError> {
        // What later joins look at may be what earlier ones have changed.
        let mut outcomes: Vec<Option<field::Outcome>> = self.fields.iter().map(|_| None).collect();
        for &index in self.order.iter().filter(|index| wanted.is_none_or(|wanted| wanted[**index])) {
            let chain = &self.fields[index];
            let country = chain.country().and_then(|place| outcomes[place].as_ref()).map(|done| done.value.clone());
            outcomes[index] = Some(chain.cleaned(snapshot, country.as_ref())?);
        }
        if found.is_empty() {
            return Ok(outcomes);
        }
        let seqs = self.seqs(snapshot);
        for (join, found) in self.joins.iter().zip(found) {
            join.apply(&seqs, found, &mut outcomes, joined)?;
        }
        Ok(outcomes)
    }

    fn try_map(&self, snapshot: &RecordBatch, found: &[RecordBatch]) -> Result<MappedBatch, ArrowError> {
        let rows = snapshot.num_rows();
        let text = |index: usize| snapshot.column(index).as_string::<i32>();
        let (row, keys, faults, notes) = (text(1), text(2), text(3), text(4));
        let kept = self.kept(snapshot)?;
        let mut joined = Joined::default();
        let cleaned = self.cleaned(snapshot, found, None, &mut joined)?;
        let checked = self.fields.iter().zip(cleaned.into_iter().flatten());
        let outcomes: Vec<field::Outcome> =
            checked.map(|(chain, outcome)| chain.checked(outcome)).collect::<Result<_, _>>()?;
        let values: Vec<ArrayRef> = outcomes.iter().map(|outcome| Arc::clone(&outcome.value)).collect();
        let notes = self.notes(notes);
        let reading = Reading { faults, notes: &notes, kept: &kept };
        let judged = self.judge.judge(&reading, &outcomes, &joined, values)?;

        let seq = snapshot.column(0).as_primitive::<arrow::datatypes::Int64Type>();
        let repairs = self.repairs(seq.values(), judged.repairs, &judged.verdict);
        let seq = Int64Array::from_iter_values(seq.values().iter().map(|seq| seq + self.first));
        let keys = self.keys(keys);
        let ids = self.ids(&keys, row);
        let derived = self.derived.columns(&keys, &judged.verdict, &judged.values)?;
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
            Arc::new(repairs),
        ];
        columns.extend(judged.values);
        columns.extend(derived);
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        let changes = match joined.changes.is_empty() {
            true => None,
            false => Some(joining::told(joined.changes, batch.column(4).as_string())?),
        };
        Ok(MappedBatch { batch, changes })
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

    /// The repairs of standards, and before them those of the steward.
    fn repairs(&self, seqs: &[i64], repairs: StringArray, verdicts: &StringArray) -> StringArray {
        let range = seqs.first().copied().unwrap_or(0)..=seqs.last().copied().unwrap_or(-1);
        if range.is_empty() || self.corrected.range(range).next().is_none() {
            return repairs;
        }
        let excluded = |row: usize| verdicts.is_valid(row) && verdicts.value(row) == record::Verdict::Exclude.word();
        let all = seqs.iter().enumerate().map(|(row, seq)| {
            let own = repairs.is_valid(row).then(|| repairs.value(row));
            let columns = self.corrected.get(seq).filter(|_| !excluded(row));
            let Some(columns) = columns else { return own.map(str::to_string) };
            let named = columns.iter().map(|column| format!("{}{}", record::STEWARD, column.replace(';', ",")));
            let entries: Vec<String> = named.chain(own.map(str::to_string)).collect();
            Some(entries.join(record::ENTRY_SEPARATOR.encode_utf8(&mut [0; 4])))
        });
        all.collect()
    }

    /// The rows that `where` lets through; null is no.
    fn kept(&self, snapshot: &RecordBatch) -> Result<BooleanArray, ArrowError> {
        let rows = snapshot.num_rows();
        let Some(filter) = &self.filter else {
            return Ok(BooleanArray::from(vec![true; rows]));
        };
        filter.holds(snapshot)
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
