//! The records' side of reference data: the keys by which they are looked up, and
//! what becomes of them by what was found.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder, new_null_array,
};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{CastOptions, cast, cast_with_options, filter_record_batch, is_not_null, nullif};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, UInt8Type};
use arrow::error::ArrowError;
use arrow::util::display::FormatOptions;
use datafusion::prelude::SessionContext;

use super::expression::Compiled;
use super::field::{FieldChain, Finding, Outcome};
use super::referred::{Side, agreement, keys};
use crate::config::pipeline::{Entity, Policy};
use crate::config::reference::{Action, Join, Own, Unsettled};
use crate::joined::{self, AMBIGUOUS, DIFFERS, FOUND_COLUMNS, FOUND_LINEAGE, MISSING, State};
use crate::record;
use crate::standards::agreement::Agreement;

/// Numbers that the attempts by one table may have.
const ATTEMPTS: i64 = 1 << 16;

/// One join, compiled for the records' side.
pub(super) struct Joining {
    name: String,
    /// All fields, for the condition.
    fields: SchemaRef,
    filter: Option<Compiled>,
    on: Vec<Vec<(Own, Agreement)>>,
    takes: Vec<Taking>,
    missing: Unsettled,
    ambiguous: Unsettled,
    /// By field, whether the join looks at it.
    pub needs: Vec<bool>,
    keyed: SchemaRef,
}

struct Taking {
    field: usize,
    /// `postal.city`.
    name: String,
    action: Action,
}

/// A record's own columns, beside its fields.
pub(super) struct OwnColumns<'a> {
    pub source: &'a str,
    pub keys: &'a StringArray,
    /// Empty where nothing is looked up by them.
    pub ids: &'a StringArray,
}

/// What joins found out about the records of a batch, besides their values.
#[derive(Default)]
pub(super) struct Joined {
    /// Issues by what they are about.
    pub findings: Vec<(String, Finding)>,
    /// Changed values, as `_repairs` has them.
    pub repairs: Vec<(String, BooleanArray)>,
    pub changes: Vec<Change>,
}

/// A value that a reference changed.
pub(super) struct Change {
    pub row: usize,
    pub field: String,
    pub reference: String,
    pub action: Action,
    pub was: Option<String>,
    pub now: String,
    /// Where the value stands in the reference, and the key of that row.
    pub place: Option<String>,
    pub key: Option<String>,
}

impl Joining {
    /// # Errors
    /// What is wrong with the condition: a fault of ours, once the configuration is checked.
    pub fn new(entity: &Entity, join: &Join, chains: &[FieldChain], session: &SessionContext) -> Result<Self, String> {
        let columns = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
        let fields: SchemaRef = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let filter = join.filter.as_ref().map(|filter| Compiled::new(session, filter, &fields)).transpose();
        let filter = filter.map_err(|error| format!("reference `{}`: {}", join.name, error.strip_backtrace()))?;
        let mut needs: BTreeSet<usize> = join.takes.iter().map(|take| take.field).collect();
        needs.extend(join.on.iter().flatten().filter_map(|one| match one.own {
            Own::Field(at) => Some(at),
            _ => None,
        }));
        let named: Vec<&str> =
            join.filter.iter().flat_map(|filter| filter.column_refs()).map(|column| column.name.as_str()).collect();
        needs.extend((0..chains.len()).filter(|at| named.contains(&chains[*at].name())));
        let countries: Vec<usize> = needs.iter().filter_map(|at| chains[*at].country()).collect();
        needs.extend(countries);
        let takes = join.takes.iter().map(|take| Taking {
            field: take.field,
            name: format!("{}.{}", join.name, entity.fields[take.field].name),
            action: take.action,
        });
        let on = join.on.iter().map(|table| table.iter().map(|one| (one.own, agreement(one.own, entity))).collect());
        Ok(Self {
            name: join.name.clone(),
            fields,
            filter,
            on: on.collect(),
            takes: takes.collect(),
            missing: join.missing,
            ambiguous: join.ambiguous,
            needs: (0..chains.len()).map(|at| needs.contains(&at)).collect(),
            keyed: joined::keys(join.takes.len()),
        })
    }

    /// Whether records are looked up by their identifiers.
    pub fn by_id(&self) -> bool {
        self.on.iter().flatten().any(|(own, _)| *own == Own::Id)
    }

    /// The keys by which the `open` records are looked up, one for each attempt,
    /// with the values of the fields that the reference says something of.
    pub fn keys(
        &self,
        seqs: &[i64],
        own: &OwnColumns<'_>,
        outcomes: &[Option<Outcome>],
        open: Vec<bool>,
    ) -> Result<RecordBatch, ArrowError> {
        let open = self.wanted(outcomes, open)?;
        let rows = seqs.len();
        let text = |at: usize| match &outcomes[at] {
            Some(outcome) => cast(&outcome.value, &DataType::Utf8),
            None => Ok(new_null_array(&DataType::Utf8, rows)),
        };
        let sources = StringArray::from_iter_values(std::iter::repeat_n(own.source, rows));
        let values: Vec<ArrayRef> =
            self.takes.iter().map(|take| text(take.field)).collect::<Result<_, ArrowError>>()?;
        let mut batches = Vec::new();
        for (number, table) in self.on.iter().enumerate() {
            let mut texts = Vec::with_capacity(table.len());
            for (own_side, _) in table {
                texts.push(match own_side {
                    Own::Field(at) => text(*at)?.as_string::<i32>().clone(),
                    Own::Source => sources.clone(),
                    Own::Key => own.keys.clone(),
                    Own::Id => own.ids.clone(),
                });
            }
            let held: Vec<(&StringArray, Agreement)> =
                texts.iter().zip(table).map(|(text, (_, how))| (text, *how)).collect();
            for (attempt, key) in (ATTEMPTS * number as i64..).zip(keys(number, &held, &open, Side::Record)?) {
                let kept = is_not_null(&key)?;
                let attempts = Int64Array::from_iter_values(std::iter::repeat_n(attempt, rows));
                let mut columns = vec![key, Arc::new(Int64Array::from_iter_values(seqs.iter().copied())) as ArrayRef];
                columns.push(Arc::new(attempts));
                columns.extend(values.iter().cloned());
                let nullable = self.keyed.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
                let nullable = Schema::new(nullable.collect::<Vec<_>>());
                let batch = filter_record_batch(&RecordBatch::try_new(Arc::new(nullable), columns)?, &kept)?;
                batches.push(RecordBatch::try_new(Arc::clone(&self.keyed), batch.columns().to_vec())?);
            }
        }
        arrow::compute::concat_batches(&self.keyed, &batches)
    }

    /// The open records for which the condition is true.
    fn wanted(&self, outcomes: &[Option<Outcome>], open: Vec<bool>) -> Result<Vec<bool>, ArrowError> {
        let Some(filter) = &self.filter else { return Ok(open) };
        let values = self.fields.fields().iter().zip(outcomes).map(|(field, outcome)| match outcome {
            Some(outcome) => Arc::clone(&outcome.value),
            None => new_null_array(field.data_type(), open.len()),
        });
        let holds = filter.holds(&RecordBatch::try_new(Arc::clone(&self.fields), values.collect())?)?;
        Ok(open.iter().zip(holds.values()).map(|(open, holds)| *open && holds).collect())
    }

    /// Carries out what was found of the records, which `seqs` number; `found` is
    /// in their order, and has nothing of those that were not looked up.
    pub fn apply(
        &self,
        seqs: &[i64],
        found: &RecordBatch,
        outcomes: &mut [Option<Outcome>],
        joined: &mut Joined,
    ) -> Result<(), ArrowError> {
        let places = places(seqs, found.column(0).as_primitive::<Int64Type>().values());
        let hits = found.column(2).as_boolean();
        if let Some(policy) = self.missing.policy() {
            let rows = places.iter().map(|place| Some(place.is_some_and(|place| !hits.value(place)))).collect();
            note(&mut joined.findings, &self.name, MISSING, policy, rows);
        }
        for (number, take) in self.takes.iter().enumerate() {
            let first = FOUND_LINEAGE + number * FOUND_COLUMNS;
            let [state, value, place, key] = std::array::from_fn(|column| found.column(first + column));
            let Some(outcome) = &mut outcomes[take.field] else { continue };
            let states = state.as_primitive::<UInt8Type>();
            let is = |wanted: State| -> BooleanArray {
                places.iter().map(|at| Some(at.is_some_and(|at| states.value(at) == wanted as u8))).collect()
            };
            if let Action::Verify(policy) = take.action {
                let rows = is(State::Differs);
                if policy == Policy::Null && rows.true_count() > 0 {
                    outcome.value = nullif(&outcome.value, &rows)?;
                }
                note(&mut joined.findings, &take.name, DIFFERS, policy, rows);
            }
            if let Some(policy) = self.ambiguous.policy() {
                note(&mut joined.findings, &take.name, AMBIGUOUS, policy, is(State::Ambiguous));
            }
            let changed = is(State::Changed);
            if changed.true_count() == 0 {
                continue;
            }
            let text = |column: &ArrayRef| column.as_string::<i32>().clone();
            let (value, place, key) = (text(value), text(place), text(key));
            let was = cast(&outcome.value, &DataType::Utf8)?;
            let was = was.as_string::<i32>();
            for (row, at) in places.iter().enumerate().filter(|(row, _)| changed.value(*row)) {
                let Some(at) = *at else { continue };
                let cell = |column: &StringArray, at: usize| column.is_valid(at).then(|| column.value(at).to_string());
                joined.changes.push(Change {
                    row,
                    field: outcome.name.clone(),
                    reference: self.name.clone(),
                    action: take.action,
                    was: cell(was, row),
                    now: value.value(at).to_string(),
                    place: cell(&place, at),
                    key: cell(&key, at),
                });
            }
            outcome.value = replaced(&outcome.value, &value, &places, &changed)?;
            joined.repairs.push((format!("{}{}", record::REFERENCE, take.name), changed));
        }
        Ok(())
    }
}

/// Where each of `seqs` stands in `found`; both ascend.
fn places(seqs: &[i64], found: &[i64]) -> Vec<Option<usize>> {
    let mut next = 0;
    let place = |seq: &i64| {
        while found.get(next).is_some_and(|found| found < seq) {
            next += 1;
        }
        (found.get(next) == Some(seq)).then_some(next)
    };
    seqs.iter().map(place).collect()
}

/// The values with those of the reference in the changed rows.
fn replaced(
    values: &ArrayRef,
    found: &StringArray,
    places: &[Option<usize>],
    changed: &BooleanArray,
) -> Result<ArrayRef, ArrowError> {
    let mut texts = StringBuilder::new();
    for (row, place) in places.iter().enumerate() {
        texts.append_option(place.filter(|_| changed.value(row)).map(|place| found.value(place)));
    }
    let texts: ArrayRef = Arc::new(texts.finish());
    // They were of the field's type before they became text.
    let options = CastOptions { safe: true, format_options: FormatOptions::default() };
    let new = cast_with_options(&texts, values.data_type(), &options)?;
    zip(changed, &new.as_ref() as &dyn arrow::array::Datum, &values.as_ref() as &dyn arrow::array::Datum)
}

fn note(findings: &mut Vec<(String, Finding)>, name: &str, code: &str, policy: Policy, rows: BooleanArray) {
    if rows.true_count() > 0 {
        findings.push((name.to_string(), Finding { code: code.to_string(), policy, rows }));
    }
}

/// The columns in which changes are told.
pub(super) fn changes_schema() -> SchemaRef {
    let columns = [
        (record::ID, false),
        ("field", false),
        ("reference", false),
        ("reference_row", true),
        ("reference_key", true),
        ("action", false),
        ("was", true),
        ("now", false),
    ];
    let columns = columns.map(|(name, nullable)| Field::new(name, DataType::Utf8, nullable));
    Arc::new(Schema::new(columns.to_vec()))
}

/// The changes of a batch, in the order of the records; `ids` are theirs.
pub(super) fn told(mut changes: Vec<Change>, ids: &StringArray) -> Result<RecordBatch, ArrowError> {
    changes.sort_by_key(|change| change.row);
    let text = |of: &dyn Fn(&Change) -> Option<String>| -> ArrayRef {
        Arc::new(changes.iter().map(of).collect::<StringArray>())
    };
    let columns = vec![
        text(&|change| Some(ids.value(change.row).to_string())),
        text(&|change| Some(change.field.clone())),
        text(&|change| Some(change.reference.clone())),
        text(&|change| change.place.clone()),
        text(&|change| change.key.clone()),
        text(&|change| Some(change.action.word().to_string())),
        text(&|change| change.was.clone()),
        text(&|change| Some(change.now.clone())),
    ];
    RecordBatch::try_new(changes_schema(), columns)
}
