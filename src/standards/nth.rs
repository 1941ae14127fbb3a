//! `email_at(value, n)`, `phone_at(value, n)` and `phone_at(value, country, n)`:
//! the n-th address or number of a cell that holds several, in SQL; and
//! `currency_of(value)`, what else stands in a cell with an amount.
//!
//! Only the function; what a cell holds is known by its standard.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::email::EmailAt;
use super::function::apply;
use super::money::CurrencyOf;
use super::phone::PhoneAt;
use super::{Cleaner, Defaults};

/// The functions.
pub(super) fn functions(defaults: &Defaults) -> [ScalarUDF; 3] {
    [Of::Email, Of::Phone, Of::Currency].map(|of| {
        let signature = Signature::user_defined(Volatility::Immutable);
        ScalarUDF::from(AtFunction { of, defaults: defaults.clone(), signature })
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Of {
    Email,
    Phone,
    /// Has no place: the currency of an amount.
    Currency,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AtFunction {
    of: Of,
    defaults: Defaults,
    signature: Signature,
}

impl AtFunction {
    fn usage(&self) -> &'static str {
        match self.of {
            Of::Email => "email_at(value, 2)",
            Of::Phone => "phone_at(value, 2) or phone_at(value, country, 2)",
            Of::Currency => "currency_of(value) or currency_of(value, country)",
        }
    }

    /// The place, from 1, which is a constant.
    fn place(value: Option<&ScalarValue>) -> Option<usize> {
        let number = match value? {
            ScalarValue::Int64(Some(number)) => *number,
            ScalarValue::Utf8(Some(text)) => text.parse().ok()?,
            _ => return None,
        };
        usize::try_from(number).ok().filter(|place| *place > 0)
    }

    fn cleaner(&self, place: usize) -> Box<dyn Cleaner> {
        match self.of {
            Of::Email => Box::new(EmailAt(place)),
            Of::Phone => Box::new(PhoneAt::new(place, &self.defaults)),
            Of::Currency => Box::new(CurrencyOf(self.defaults.country.clone())),
        }
    }
}

impl ScalarUDFImpl for AtFunction {
    fn name(&self) -> &str {
        match self.of {
            Of::Email => "email_at",
            Of::Phone => "phone_at",
            Of::Currency => "currency_of",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let counts = match self.of {
            Of::Email => 2..=2,
            Of::Phone => 2..=3,
            Of::Currency => 1..=2,
        };
        if !counts.contains(&given.len()) {
            return plan_err!("wrong number of arguments: {}", self.usage());
        }
        let mut wanted = vec![DataType::Utf8; given.len()];
        if let Some(last) = wanted.last_mut().filter(|_| self.of != Of::Currency) {
            *last = DataType::Int64;
        }
        Ok(wanted)
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        if self.of != Of::Currency && Self::place(args.scalar_arguments.last().copied().flatten()).is_none() {
            return plan_err!("the last argument is a number from 1: {}", self.usage());
        }
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if self.of == Of::Currency {
            return apply(self.cleaner(1).as_ref(), &args.args, args.number_rows);
        }
        let last = args.args.pop();
        let place = match &last {
            Some(ColumnarValue::Scalar(value)) => Self::place(Some(value)),
            _ => None,
        };
        match place {
            Some(place) => apply(self.cleaner(place).as_ref(), &args.args, args.number_rows),
            None => plan_err!("the last argument is a number from 1: {}", self.usage()),
        }
    }
}
