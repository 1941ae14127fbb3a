//! An expression that is ready to run over batches.
//!
//! What an expression cannot compute for one record costs that record: where a
//! batch fails, its rows are tried one by one. Whole numbers that do not fit
//! fail like decimals do; the engine alone would let them wrap around.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, new_null_array};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, Operator};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::BinaryExpr;
use datafusion::prelude::SessionContext;

/// An expression over the columns of a schema.
pub(crate) struct Compiled(Arc<dyn PhysicalExpr>);

impl Compiled {
    /// # Errors
    /// A fault of ours or of the expression's types.
    pub fn new(session: &SessionContext, expr: &Expr, schema: &Schema) -> Result<Self, DataFusionError> {
        let strict = Self::as_in_queries(session, expr, schema)?.0.transform_up(|node| {
            let Some(binary) = node.downcast_ref::<BinaryExpr>() else { return Ok(Transformed::no(node)) };
            if !matches!(binary.op(), Operator::Plus | Operator::Minus | Operator::Multiply) {
                return Ok(Transformed::no(node));
            }
            let strict = BinaryExpr::new(Arc::clone(binary.left()), *binary.op(), Arc::clone(binary.right()));
            Ok(Transformed::yes(Arc::new(strict.with_fail_on_overflow(true)) as Arc<dyn PhysicalExpr>))
        })?;
        Ok(Self(strict.data))
    }

    /// As the engine's own queries compute it, which count `where` again.
    ///
    /// # Errors
    /// As [`Compiled::new`].
    pub fn as_in_queries(session: &SessionContext, expr: &Expr, schema: &Schema) -> Result<Self, DataFusionError> {
        let schema = DFSchema::try_from(schema.clone())?;
        // Some functions (`coalesce`) exist only until an expression is simplified.
        let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(Arc::new(schema.clone())).build());
        let simple = simplifier.simplify(simplifier.coerce(expr.clone(), &schema)?)?;
        Ok(Self(session.create_physical_expr(simple, &schema)?))
    }

    /// The value for each row, null where there is none to compute; and those
    /// rows, if there are any.
    pub fn values(&self, batch: &RecordBatch) -> Result<(ArrayRef, Option<BooleanArray>), ArrowError> {
        if let Ok(values) = self.whole(batch) {
            return Ok((values, None));
        }
        let data_type = self.0.data_type(&batch.schema()).map_err(|error| plain(&error))?;
        let single: Vec<Option<ArrayRef>> =
            (0..batch.num_rows()).map(|row| self.whole(&batch.slice(row, 1)).ok()).collect();
        let failed: BooleanArray = single.iter().map(|value| Some(value.is_none())).collect();
        let nothing = new_null_array(&data_type, 1);
        let values: Vec<&dyn Array> = single.iter().map(|value| value.as_ref().unwrap_or(&nothing).as_ref()).collect();
        let values = if values.is_empty() { new_null_array(&data_type, 0) } else { concat(&values)? };
        Ok((values, Some(failed)))
    }

    /// Whether the condition is true for each row; null, or what cannot be
    /// computed, is no.
    pub fn holds(&self, batch: &RecordBatch) -> Result<BooleanArray, ArrowError> {
        let (values, _) = self.values(batch)?;
        let values = cast(&values, &DataType::Boolean)?;
        Ok(values.as_boolean().iter().map(|holds| Some(holds == Some(true))).collect())
    }

    fn whole(&self, batch: &RecordBatch) -> Result<ArrayRef, ArrowError> {
        let value = self.0.evaluate(batch).and_then(|value| value.into_array(batch.num_rows()));
        value.map_err(|error| plain(&error))
    }
}

fn plain(error: &DataFusionError) -> ArrowError {
    ArrowError::ComputeError(error.strip_backtrace())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{AsArray, Int64Array, RecordBatch};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use chrono::NaiveDate;
    use datafusion::prelude::SessionContext;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::Compiled;
    use crate::mapping::expression::Expressions;

    /// The values of an expression over whole numbers, and the rows that fail.
    fn values(text: &str, rows: &[(i64, i64)]) -> (Vec<Option<i64>>, Vec<bool>) {
        let number = |name| Field::new(name, DataType::Int64, true);
        let schema = Arc::new(Schema::new(vec![number("a"), number("b")]));
        let day = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day");
        let expr = Expressions::new(day, []).parse(text, &schema).expect("an expression");
        let compiled = Compiled::new(&SessionContext::new(), &expr, &schema).expect("a plan");
        let column = |of: fn(&(i64, i64)) -> i64| Arc::new(Int64Array::from_iter_values(rows.iter().map(of)));
        let batch = RecordBatch::try_new(schema, vec![column(|row| row.0), column(|row| row.1)]).expect("a batch");
        let (values, failed) = compiled.values(&batch).expect("values");
        let values = values.as_primitive::<Int64Type>();
        let failed =
            failed.map_or(vec![false; rows.len()], |failed| failed.iter().map(|row| row == Some(true)).collect());
        (values.iter().collect(), failed)
    }

    #[test]
    fn the_row_that_overflows_fails_alone() {
        let rows = [(1, 2), (i64::MAX, 1), (i64::MIN, -1), (5, -7)];
        let (sums, failed) = values("a + b", &rows);
        assert_eq!(sums, [Some(3), None, None, Some(-2)]);
        assert_eq!(failed, [false, true, true, false]);
    }

    proptest! {
        #[test]
        fn numbers_are_right_or_there_are_none(rows in proptest::collection::vec((any::<i64>(), any::<i64>()), 1..20)) {
            let (products, failed) = values("a * b", &rows);
            let expected: Vec<Option<i64>> = rows.iter().map(|(a, b)| a.checked_mul(*b)).collect();
            prop_assert_eq!(failed, expected.iter().map(Option::is_none).collect::<Vec<_>>());
            prop_assert_eq!(products, expected);
        }
    }
}
