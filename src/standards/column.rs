//! From a function on one value to a cleaner of a column. Null stays null, and
//! nothing is allocated for a value that is clean or that is written to the
//! buffer. It knows no standard.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, PrimitiveBuilder, StringArray, StringBuilder};
use arrow::datatypes::ArrowPrimitiveType;

use super::Remark;

/// What became of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is clean as it is.
    Same,
    /// The clean value has been written to the buffer.
    Changed,
    /// It cannot be made clean.
    Invalid,
}

impl Outcome {
    /// What became of `value`, having been read as `clean`, which goes to the
    /// buffer where it is another. Nothing, and empty text, is invalid.
    pub(super) fn of(value: &str, clean: Option<Cow<'_, str>>, buffer: &mut String) -> Self {
        match clean {
            Some(clean) if clean.is_empty() => Self::Invalid,
            Some(clean) if clean == value => Self::Same,
            Some(clean) => {
                buffer.push_str(&clean);
                Self::Changed
            }
            None => Self::Invalid,
        }
    }
}

/// Cleans each value with `clean`, which gets the value and an empty buffer.
pub(super) fn clean_text(input: &StringArray, mut clean: impl FnMut(&str, &mut String) -> Outcome) -> ArrayRef {
    clean_with_country(input, None, |value, _, buffer| clean(value, buffer))
}

/// As [`clean_text`], with the country of the value's row where it is known.
pub(super) fn clean_with_country(
    input: &StringArray,
    country: Option<&StringArray>,
    mut clean: impl FnMut(&str, Option<&str>, &mut String) -> Outcome,
) -> ArrayRef {
    let mut built = StringBuilder::with_capacity(input.len(), input.value_data().len());
    let mut buffer = String::new();
    for (row, value) in input.iter().enumerate() {
        let Some(value) = value else {
            built.append_null();
            continue;
        };
        buffer.clear();
        match clean(value, at(country, row), &mut buffer) {
            Outcome::Same => built.append_value(value),
            Outcome::Changed => built.append_value(&buffer),
            Outcome::Invalid => built.append_null(),
        }
    }
    Arc::new(built.finish())
}

/// Cleans text to numbers, dates and the like; blank is null.
pub(super) fn typed<T: ArrowPrimitiveType>(
    input: &StringArray,
    mut one: impl FnMut(&str) -> Option<T::Native>,
) -> PrimitiveBuilder<T> {
    let mut built = PrimitiveBuilder::<T>::with_capacity(input.len());
    for value in input.iter() {
        built.append_option(value.and_then(nonblank).and_then(&mut one));
    }
    built
}

/// The remark on the rows whose value is clean and for which `applies` says so,
/// `None` where there are none.
pub(super) fn remark(
    code: &'static str,
    input: &StringArray,
    clean: &dyn Array,
    mut applies: impl FnMut(usize, &str) -> bool,
) -> Option<Remark> {
    let told =
        |(row, value): (usize, Option<&str>)| clean.is_valid(row) && value.is_some_and(|value| applies(row, value));
    let rows: BooleanArray = input.iter().enumerate().map(told).map(Some).collect();
    (rows.true_count() > 0).then_some(Remark { code, rows })
}

/// The value without white space around it, `None` if nothing is left.
pub(super) fn nonblank(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// The value of that row, `None` where it is null or the column ends before it.
pub(super) fn at(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| row < column.len() && column.is_valid(row)).map(|column| column.value(row))
}

/// Whether two columns are the same memory.
pub(super) fn is_same(one: &StringArray, other: &StringArray) -> bool {
    one.len() == other.len()
        && one.values().ptr_eq(other.values())
        && one.offsets().inner().ptr_eq(other.offsets().inner())
        && match (one.nulls(), other.nulls()) {
            (None, None) => true,
            (Some(one), Some(other)) => one.inner().ptr_eq(other.inner()),
            _ => false,
        }
}
