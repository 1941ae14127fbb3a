//! `date`: days without a time or zone, whatever way they were written.
//! Never passes a day through a timestamp; decides nothing by the clock.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Date32Type};

use super::calendar::Reader;
use super::column::typed;
use super::{Cleaner, DateOrder, Defaults, Example, Standard, calendar};
use crate::config::decode::{OneOrMany, Options, Placed, Table};
use crate::diagnostic::{Code, Faults};
use crate::options;

/// Codes of `date` and `datetime`.
pub const CODES: &[Code] = calendar::CODES;

pub static STANDARD: Standard = Standard {
    name: "date",
    what: "Reads dates in ISO, numeric and written-out forms, or in the formats that are listed",
    why: "03/04/19, 4.3.2019 and 4 Mar 2019 are one day; 31.02. is none, and should not load as one.",
    rule: "ISO 8601 first (a time behind it is dropped). Numeric dates by `order`; a part above 12 is the day where \
           the year has four digits; dates with points are day first whatever the order; a year of four digits in \
           front is followed by month and day. Month names in English, German, French, Spanish, Italian, \
           Portuguese and Dutch; weekdays are ignored. Two-digit years by `pivot`. Days that do not exist and years \
           outside of 1000 to 9999 are invalid. With `formats`, only those and ISO.",
    examples: &[
        Example { input: "2019-03-04", country: None, output: Some("2019-03-04") },
        Example { input: "20190304", country: None, output: Some("2019-03-04") },
        Example { input: "2019-03-04T23:59:59+02:00", country: None, output: Some("2019-03-04") },
        Example { input: "3/4/2019", country: None, output: Some("2019-03-04") },
        Example { input: "03/04/30", country: None, output: Some("2030-03-04") },
        Example { input: "03/04/31", country: None, output: Some("1931-03-04") },
        Example { input: "13/05/2019", country: None, output: Some("2019-05-13") },
        Example { input: "13/05/19", country: None, output: None },
        Example { input: "4.3.2019", country: None, output: Some("2019-03-04") },
        Example { input: "Mon, 4 Mar 2019", country: None, output: Some("2019-03-04") },
        Example { input: "March 4th, 2019", country: None, output: Some("2019-03-04") },
        Example { input: "4-Mar-99", country: None, output: Some("1999-03-04") },
        Example { input: "4. März 2019", country: None, output: Some("2019-03-04") },
        Example { input: "4 de março de 2019", country: None, output: Some("2019-03-04") },
        Example { input: "29.02.2019", country: None, output: None },
        Example { input: "0000-00-00", country: None, output: None },
        Example { input: "March 2019", country: None, output: None },
    ],
    takes_country: false,
    keys: DateOptions::keys,
    build,
};

options! {
    /// Options of the standard `date`.
    struct DateOptions {
        /// Formats such as `%d.%m.%Y`, tried in order; ISO is read as well. Without any, the format is detected.
        formats: Option<OneOrMany<Placed<String>>>,
        /// `mdy`, `dmy` or `ymd` for numeric dates; the pipeline's unless given.
        order: Option<DateOrder>,
        /// Two-digit years up to this are 20xx; the pipeline's unless given.
        pivot: Option<u32>,
    }
}

#[derive(Debug)]
struct Date(Reader);

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = DateOptions::from_table(table, span.clone(), also, faults)?;
    let reader = Reader::build(options.formats.as_ref(), options.order, options.pivot, defaults, &span, faults)?;
    Some(Box::new(Date(reader)))
}

impl Cleaner for Date {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let one = |value: &str| self.0.read(value).map(|moment| moment.day.since_epoch());
        Arc::new(typed::<Date32Type>(input, one).finish())
    }

    fn output(&self) -> DataType {
        DataType::Date32
    }
}
