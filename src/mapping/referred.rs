//! The rows of reference data, as records are held against them: cleaned as the
//! fields are, each with the hashes of its keys.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, new_null_array};
use arrow::compute::{cast, filter_record_batch, is_not_null};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;

use super::derived::hashes;
use super::expression::Compiled;
use super::field::FieldChain;
use crate::config::pipeline::{Entity, SourceSpec};
use crate::config::reference::{Join, Own};
use crate::joined;
use crate::standards::agreement::Agreement;

/// One join of an entity with a reference, compiled for the reference's side.
pub struct Referred {
    schema: SchemaRef,
    slots: Vec<Slot>,
    /// For each table of `on` its values: slot, and how it is compared.
    on: Vec<Vec<(usize, Agreement)>>,
    /// The slots of the takes.
    takes: Vec<usize>,
    /// Whether rows have keys of their own, that a person knows.
    keyed: bool,
}

/// A value that is taken from each row.
struct Slot {
    field: Option<usize>,
    value: Value,
    /// The slot of the row's country, for a standard that wants it.
    country: Option<usize>,
}

enum Value {
    Field(Box<FieldChain>),
    /// As it is: the records' own sources, keys and identifiers.
    Plain(Compiled),
}

/// How values of a field, or of a record's own columns, are held against each other.
pub(super) fn agreement(own: Own, entity: &Entity) -> Agreement {
    match own {
        Own::Field(at) => Agreement::of(entity.fields[at].standard.as_ref().map(|(name, _)| *name)),
        Own::Source | Own::Key | Own::Id => Agreement::Exact,
    }
}

impl Referred {
    /// # Errors
    /// What is wrong with an expression: a fault of ours, once the configuration is checked.
    pub fn new(entity: &Entity, join: &Join, spec: &SourceSpec, session: &SessionContext) -> Result<Self, String> {
        let columns = crate::snapshot::schema(&join.columns);
        let slot = |own: Own, expr| -> Result<Slot, String> {
            let compiled = Compiled::new(session, expr, &columns).map_err(|error| error.strip_backtrace())?;
            Ok(match own {
                Own::Field(at) => {
                    let chain = FieldChain::of_reference(&entity.fields[at], entity, compiled, &spec.nulls)?;
                    Slot { field: Some(at), value: Value::Field(Box::new(chain)), country: None }
                }
                _ => Slot { field: None, value: Value::Plain(compiled), country: None },
            })
        };
        let mut slots = Vec::new();
        let mut takes = Vec::new();
        for one in &join.takes {
            takes.push(slots.len());
            slots.push(slot(Own::Field(one.field), &one.expr)?);
        }
        let mut on = Vec::new();
        for table in &join.on {
            let mut places = Vec::new();
            for one in table {
                places.push((slots.len(), agreement(one.own, entity)));
                slots.push(slot(one.own, &one.expr)?);
            }
            on.push(places);
        }
        let countries: Vec<Option<usize>> = slots.iter().map(|slot| slot.wants()).collect();
        for (at, wanted) in countries.into_iter().enumerate() {
            let place = wanted.and_then(|field| slots.iter().position(|slot| slot.field == Some(field)));
            slots[at].country = place;
        }
        Ok(Self { schema: joined::rows(takes.len()), slots, on, takes, keyed: !spec.key.is_empty() })
    }

    /// The rows of a batch of the reference's snapshot: one for each key that a row
    /// has. Rows that could not be read have none.
    pub fn rows(&self, snapshot: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let values = self.values(snapshot)?;
        let faults = snapshot.column(3);
        let readable: Vec<bool> = (0..snapshot.num_rows()).map(|row| faults.is_null(row)).collect();
        let mut batches = Vec::new();
        for (number, table) in self.on.iter().enumerate() {
            let own: Vec<(&StringArray, Agreement)> = table.iter().map(|(slot, how)| (&values[*slot], *how)).collect();
            for key in keys(number, &own, &readable, Side::Reference)? {
                batches.push(self.keyed(key, snapshot, &values)?);
            }
        }
        let all = arrow::compute::concat_batches(&self.schema, &batches)?;
        Ok(all)
    }

    /// The rows that have a key, behind it.
    fn keyed(&self, key: ArrayRef, snapshot: &RecordBatch, values: &[StringArray]) -> Result<RecordBatch, ArrowError> {
        let kept = is_not_null(&key)?;
        let mut columns = vec![key];
        columns.extend(snapshot.columns()[..2].iter().cloned());
        columns.push(match self.keyed {
            true => Arc::clone(snapshot.column(2)),
            false => new_null_array(&DataType::Utf8, snapshot.num_rows()),
        });
        columns.extend(self.takes.iter().map(|slot| Arc::new(values[*slot].clone()) as ArrayRef));
        let names = self.schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
        let schema = arrow::datatypes::Schema::new(names.collect::<Vec<_>>());
        let batch = filter_record_batch(&RecordBatch::try_new(Arc::new(schema), columns)?, &kept)?;
        RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())
    }

    fn values(&self, snapshot: &RecordBatch) -> Result<Vec<StringArray>, ArrowError> {
        let mut values: Vec<Option<StringArray>> = vec![None; self.slots.len()];
        // Those that are a country themselves come first: they want none.
        let mut order: Vec<usize> = (0..self.slots.len()).collect();
        order.sort_by_key(|slot| self.slots[*slot].country.is_some());
        for at in order {
            let slot = &self.slots[at];
            let country = slot.country.and_then(|place| values[place].clone()).map(|country| Arc::new(country) as _);
            values[at] = Some(match &slot.value {
                Value::Field(chain) => chain.referred(snapshot, country.as_ref())?,
                Value::Plain(compiled) => cast(&compiled.values(snapshot)?.0, &DataType::Utf8)?.as_string().clone(),
            });
        }
        Ok(values.into_iter().flatten().collect())
    }
}

impl Slot {
    fn wants(&self) -> Option<usize> {
        match &self.value {
            Value::Field(chain) => chain.country(),
            Value::Plain(_) => None,
        }
    }
}

/// Which side of a join a value stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Record,
    Reference,
}

/// The hashes of table number `table` of `on`, null where a value is missing, in
/// the order in which they are tried: by the values as they are; then with some of
/// them in a shorter form, where one side has no more than that.
///
/// For each field that shortens, either both are whole, or one is whole and the
/// other is short: rows give a key for each choice of fields that are short in
/// them, and say so in it; records give the same keys from their side.
pub(super) fn keys(
    table: usize,
    values: &[(&StringArray, Agreement)],
    open: &[bool],
    side: Side,
) -> Result<Vec<ArrayRef>, ArrowError> {
    let scope = table.to_string();
    let whole = |(value, how): &(&StringArray, Agreement)| -> StringArray {
        value.iter().map(|value| value.map(|value| how.key(value)).filter(|key| !key.is_empty())).collect()
    };
    let whole: Vec<StringArray> = values.iter().map(whole).collect();
    let shortening: Vec<usize> = (0..values.len()).filter(|at| values[*at].1.shortens()).collect();
    let mut choices: Vec<u32> = (0..1 << shortening.len()).collect();
    choices.sort_by_key(|choice| (choice.count_ones(), *choice));
    let mut found = Vec::with_capacity(choices.len());
    for choice in choices {
        let chosen = |at: &usize| shortening.iter().position(|place| place == at).filter(|bit| choice >> bit & 1 == 1);
        let mut forms = whole.clone();
        // By row, the fields that are short in the reference.
        let mut short = vec![0_u32; open.len()];
        let mut open = open.to_vec();
        for (at, (value, how)) in values.iter().enumerate() {
            let Some(bit) = chosen(&at) else { continue };
            let form = |(row, form): (usize, Option<&str>)| -> Option<String> {
                let value = value.is_valid(row).then(|| value.value(row)).filter(|_| open[row])?;
                match (how.shorter(value), side) {
                    (Some(shorter), Side::Record) => Some(shorter),
                    (Some(shorter), Side::Reference) => {
                        short[row] |= 1 << bit;
                        Some(shorter)
                    }
                    (None, Side::Record) if how.is_short(value) => {
                        short[row] |= 1 << bit;
                        form.map(str::to_string)
                    }
                    (None, _) => None,
                }
            };
            forms[at] = whole[at].iter().enumerate().map(form).collect();
            for (row, open) in open.iter_mut().enumerate() {
                *open &= forms[at].is_valid(row);
            }
        }
        if !open.contains(&true) && choice > 0 {
            continue;
        }
        let marks: StringArray = short.iter().map(|short| Some(short.to_string())).collect();
        let texts: Vec<&StringArray> = std::iter::once(&marks).chain(&forms).collect();
        found.push(hashes(&scope, &texts, Some(&open))?);
    }
    Ok(found)
}
