//! Orders of survivorship: expressions that say whose value is taken first.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;

use super::expression::Compiled;
use crate::config::pipeline::Entity;
use crate::record;

/// The orders of an entity's fields, compiled.
pub struct Orders {
    schema: SchemaRef,
    /// By field.
    orders: Vec<Option<Compiled>>,
}

impl Orders {
    /// # Errors
    /// What is wrong with an expression.
    pub fn new(entity: &Entity, session: &SessionContext) -> Result<Self, String> {
        let source = Field::new(record::SOURCE, DataType::Utf8, true);
        let fields = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
        let schema: SchemaRef = Arc::new(Schema::new(fields.chain([source]).collect::<Vec<_>>()));
        let given = entity.duplicates.as_ref().map_or(&[][..], |duplicates| &duplicates.orders);
        let compile =
            |order: &Option<_>| order.as_ref().map(|order| Compiled::new(session, order, &schema)).transpose();
        let orders: Result<Vec<_>, _> = given.iter().map(compile).collect();
        let orders = orders.map_err(|error| format!("survive: {}", error.strip_backtrace()))?;
        Ok(Self { schema, orders })
    }

    /// For each field that has an order its value for each record, from the values
    /// of the fields and the names of the sources; the smallest is taken first.
    pub fn columns(&self, values: &[ArrayRef], sources: &ArrayRef) -> Result<Vec<Option<ArrayRef>>, ArrowError> {
        if self.orders.iter().all(Option::is_none) {
            return Ok(vec![None; values.len()]);
        }
        let columns = values.iter().cloned().chain([Arc::clone(sources)]).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        self.orders.iter().map(|order| order.as_ref().map(|order| Ok(order.values(&batch)?.0)).transpose()).collect()
    }
}
