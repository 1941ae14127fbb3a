//! Required: a value must be there.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::error::ArrowError;

use super::Check;

/// Breaks where the value is null.
pub struct Required;

impl Check for Required {
    fn code(&self) -> &'static str {
        "required.missing"
    }

    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError> {
        arrow::compute::is_null(values.as_ref() as &dyn Array)
    }
}
