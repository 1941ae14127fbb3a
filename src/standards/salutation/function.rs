//! `greeting(salutation, family_name, language)`: the line that opens a letter.

use std::sync::Arc;

use arrow::array::{Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::words::Tongue;
use super::{line, value_at};
use crate::standards::language;

/// The function: its first argument is a title, a gender or a salutation, the
/// last a language in any writing. Null only where both the first are.
pub(crate) fn greeting() -> ScalarUDF {
    ScalarUDF::from(Greeting { signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Greeting {
    signature: Signature,
}

impl ScalarUDFImpl for Greeting {
    fn name(&self) -> &str {
        "greeting"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if !(2..=3).contains(&given.len()) {
            return plan_err!("greeting takes a salutation, a family name and, if known, a language");
        }
        Ok(vec![DataType::Utf8; given.len()])
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns: Vec<StringArray> =
            args.args.iter().map(|arg| column(arg, args.number_rows)).collect::<Result<_>>()?;
        let at = |which: usize, row: usize| columns.get(which).and_then(|column| value_at(column, row));
        let lines = (0..args.number_rows).map(|row| {
            let (salutation, family) = (at(0, row), at(1, row));
            let tongue = at(2, row).and_then(language::code).and_then(Tongue::of_code);
            (salutation.is_some() || family.is_some()).then(|| line(salutation, family, tongue))
        });
        Ok(ColumnarValue::Array(Arc::new(lines.collect::<StringArray>())))
    }
}

/// An argument as a column of text.
fn column(arg: &ColumnarValue, rows: usize) -> Result<StringArray> {
    let text = cast(&arg.to_array(rows)?, &DataType::Utf8)?;
    let text = text.as_any().downcast_ref::<StringArray>().cloned();
    text.ok_or_else(|| DataFusionError::Internal("text was expected".into()))
}
