//! `integer`: whole numbers out of what spreadsheets and reports make of them.
//! Loses no digit: a number with a fraction, or beyond 64 bits, is invalid.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Int64Type};

use super::column::typed;
use super::numeral::{Mark, Numeral};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;

pub static STANDARD: Standard = Standard {
    name: "integer",
    what: "Reads whole numbers with signs, thousands separators, a zero fraction or accounting parentheses",
    why: "Exports write 1,234 or 1.234 or (1,234) or 1234.0 for a count; the target wants the number.",
    rule: "Separators count only where they part groups of three digits: `,` `.` `'` and spaces. A fraction must be \
           zero; `1.000` is one thousand. From -9223372036854775808 to 9223372036854775807.",
    examples: &[
        Example { input: "42", country: None, output: Some("42") },
        Example { input: " 007 ", country: None, output: Some("7") },
        Example { input: "1,234,567", country: None, output: Some("1234567") },
        Example { input: "1.234", country: None, output: Some("1234") },
        Example { input: "1'234", country: None, output: Some("1234") },
        Example { input: "12.0", country: None, output: Some("12") },
        Example { input: "12,00", country: None, output: Some("12") },
        Example { input: "(1,234)", country: None, output: Some("-1234") },
        Example { input: "1234-", country: None, output: Some("-1234") },
        Example { input: "+5", country: None, output: Some("5") },
        Example { input: "12.5", country: None, output: None },
        Example { input: "1,23,4", country: None, output: None },
        Example { input: "twelve", country: None, output: None },
        Example { input: "9223372036854775808", country: None, output: None },
    ],
    takes_country: false,
    keys: IntegerOptions::keys,
    build,
};

options! {
    /// Options of the standard `integer`: none.
    struct IntegerOptions {}
}

#[derive(Debug)]
struct Integer;

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    IntegerOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Integer))
}

fn read(value: &str) -> Option<i64> {
    if let Ok(plain) = value.parse() {
        return Some(plain);
    }
    let numeral = Numeral::read(value, Mark::Whole)?;
    i64::try_from(numeral.scaled(0, false)?).ok()
}

impl Cleaner for Integer {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        Arc::new(typed::<Int64Type>(input, read).finish())
    }

    fn output(&self) -> DataType {
        DataType::Int64
    }
}
