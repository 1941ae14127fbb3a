//! Range: a value must lie between two bounds, in the field's own type.

use arrow::array::{Array, ArrayRef, BooleanArray, Scalar};
use arrow::compute::kernels::cmp::{gt, lt};
use arrow::compute::or;
use arrow::error::ArrowError;
use datafusion::logical_expr::Expr;

use super::Check;

/// Breaks where a value is below the one bound or above the other.
pub struct Range {
    min: Option<Scalar<ArrayRef>>,
    max: Option<Scalar<ArrayRef>>,
}

impl Range {
    /// # Errors
    /// Where a bound is not a plain value.
    pub fn new(min: Option<&Expr>, max: Option<&Expr>) -> Result<Self, String> {
        Ok(Self { min: min.map(bound).transpose()?, max: max.map(bound).transpose()? })
    }
}

fn bound(expr: &Expr) -> Result<Scalar<ArrayRef>, String> {
    match expr {
        Expr::Literal(value, _) => value.to_array().map(Scalar::new).map_err(|error| error.to_string()),
        other => Err(format!("a bound must be a plain value, not `{other}`")),
    }
}

impl Check for Range {
    fn code(&self) -> &'static str {
        "range.outside"
    }

    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError> {
        let below = self.min.as_ref().map(|min| lt(values, min)).transpose()?;
        let above = self.max.as_ref().map(|max| gt(values, max)).transpose()?;
        let broken = match (below, above) {
            (Some(below), Some(above)) => or(&below, &above)?,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => BooleanArray::from(vec![false; values.len()]),
        };
        Ok(broken.iter().map(|broken| Some(broken == Some(true))).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};
    use datafusion::prelude::lit;

    use super::{Check, Range};

    #[test]
    fn bounds_are_included_and_null_passes() {
        let values: ArrayRef = Arc::new(Int64Array::from(vec![Some(0), Some(1), Some(9), Some(10), None]));
        let range = Range::new(Some(&lit(1_i64)), Some(&lit(9_i64))).expect("bounds");
        let broken: Vec<_> = range.broken(&values).expect("numbers").iter().flatten().collect();
        assert_eq!(broken, [true, false, false, true, false]);
    }
}
