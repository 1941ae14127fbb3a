//! From a function on one value to a cleaner of a column. Null and blank stay
//! null; a value that needs no repair is copied once, into the result, and
//! nothing is allocated for it. Knows nothing of any one standard.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, PrimitiveBuilder, StringArray, StringBuilder};
use arrow::datatypes::ArrowPrimitiveType;

/// Cleans text to text.
pub(super) fn text<'a>(input: &'a StringArray, mut one: impl FnMut(&'a str) -> Option<Cow<'a, str>>) -> ArrayRef {
    text_by_country(input, None, None, |value, _| one(value))
}

/// Cleans text to text, each value with the country of its row or the default.
pub(super) fn text_by_country<'a>(
    input: &'a StringArray,
    country: Option<&'a StringArray>,
    default: Option<&'a str>,
    mut one: impl FnMut(&'a str, Option<&'a str>) -> Option<Cow<'a, str>>,
) -> ArrayRef {
    let mut built = StringBuilder::with_capacity(input.len(), input.value_data().len());
    for (row, value) in input.iter().enumerate() {
        let place = country.filter(|column| column.is_valid(row)).map(|column| column.value(row)).or(default);
        match value.map(str::trim).filter(|value| !value.is_empty()).and_then(|value| one(value, place)) {
            Some(clean) if !clean.is_empty() => built.append_value(clean),
            _ => built.append_null(),
        }
    }
    Arc::new(built.finish())
}

/// Cleans text to numbers, dates and the like.
pub(super) fn typed<T: ArrowPrimitiveType>(
    input: &StringArray,
    mut one: impl FnMut(&str) -> Option<T::Native>,
) -> PrimitiveBuilder<T> {
    let mut built = PrimitiveBuilder::<T>::with_capacity(input.len());
    for value in input.iter() {
        built.append_option(value.map(str::trim).filter(|value| !value.is_empty()).and_then(&mut one));
    }
    built
}
