//! The loop over a column of text, without an allocation for each value.
//!
//! Standards say what becomes of one value; this says how a column of them is
//! built. It knows no standard.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, StringBuilder};

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
    let mut built = StringBuilder::with_capacity(input.len(), input.values().len());
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

/// The value of that row, `None` where it is null or the column ends before it.
pub(super) fn at(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| row < column.len() && column.is_valid(row)).map(|column| column.value(row))
}
