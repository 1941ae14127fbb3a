//! Rows that the target has already, as records that can be matched: their values
//! pass the standards of the fields that write them, so that what is equal to a
//! person is equal here. No rule judges them, and what no standard can read is empty.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Datum, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{cast, is_not_null};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::{SessionContext, ident};
use uuid::Uuid;

use super::derived::Derived;
use super::expression::Compiled;
use super::field::{self, FieldChain, Outcome};
use super::{NAMESPACE, schema};
use crate::config::existing;
use crate::config::pipeline::Entity;
use crate::record;

/// `clean`, but a date, a number or a flag as a database writes it is that, whatever
/// words and formats the standard was told of for the sources.
fn as_written(rows: &RecordBatch, name: &str, clean: ArrayRef) -> Result<ArrayRef, ArrowError> {
    let Some(raw) = rows.column_by_name(name).filter(|_| *clean.data_type() != DataType::Utf8) else {
        return Ok(clean);
    };
    let plain = cast(raw, clean.data_type())?;
    zip(&is_not_null(&plain)?, &plain.as_ref() as &dyn Datum, &clean.as_ref() as &dyn Datum)
}

/// The rows of an entity's table, ready to be mapped.
pub struct TargetRows<'a> {
    entity: &'a Entity,
    /// What stands for the source.
    name: String,
    schema: SchemaRef,
    fields: Vec<FieldChain>,
    order: Vec<usize>,
}

impl<'a> TargetRows<'a> {
    /// `columns` are those of the batches to come: the key, then fields as text.
    ///
    /// # Errors
    /// What is wrong with a field.
    pub fn new(entity: &'a Entity, columns: &SchemaRef, session: &SessionContext) -> Result<Self, String> {
        let mut fields = Vec::with_capacity(entity.fields.len());
        for field in &entity.fields {
            let read = columns.fields().iter().skip(1).any(|column| *column.name() == field.name);
            let raw = read.then(|| Compiled::new(session, &ident(&field.name), columns)).transpose();
            let raw = raw.map_err(|error| error.to_string())?;
            fields.push(FieldChain::of_row(field, entity, raw, &[])?);
        }
        let name = existing::name(&entity.table);
        Ok(Self { entity, name, schema: schema(entity), order: field::order(&fields), fields })
    }

    /// Maps a batch of rows, which count from `first`.
    ///
    /// # Errors
    /// That of a kernel.
    pub fn map(&self, rows: &RecordBatch, first: i64) -> Result<RecordBatch, ArrowError> {
        let count = rows.num_rows();
        let mut outcomes: Vec<Option<Outcome>> = self.fields.iter().map(|_| None).collect();
        for &index in &self.order {
            let chain = &self.fields[index];
            let country = chain.country().and_then(|place| outcomes[place].as_ref()).map(|done| done.value.clone());
            let outcome = chain.cleaned(rows, country.as_ref())?;
            let value = as_written(rows, chain.name(), outcome.value)?;
            outcomes[index] = Some(Outcome { value, ..outcome });
        }
        let values: Vec<ArrayRef> = outcomes.into_iter().flatten().map(|outcome| outcome.value).collect();
        let keys = rows.column(0);
        let texts: &StringArray = arrow::array::AsArray::as_string(keys);
        let id = |key: Option<&str>| {
            let name = format!("{}\u{1f}{}\u{1f}{}", self.entity.name, self.name, key.unwrap_or_default());
            Uuid::new_v5(&NAMESPACE, name.as_bytes()).hyphenated().to_string()
        };
        let place = |key: Option<&str>| format!("{}:{}", self.entity.table, key.unwrap_or_default());
        let nothing = || new_null_array(&DataType::Utf8, count);
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(first..first + count as i64)),
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(self.name.as_str(), count))),
            Arc::new(texts.iter().map(|key| Some(place(key))).collect::<StringArray>()),
            Arc::clone(keys),
            Arc::new(texts.iter().map(|key| Some(id(key))).collect::<StringArray>()),
        ];
        columns.extend((columns.len()..record::MAPPED_FIRST_FIELD).map(|_| nothing()));
        let derived = Derived::of_rows(self.entity, count, &values)?;
        columns.extend(values);
        columns.extend(derived);
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}
