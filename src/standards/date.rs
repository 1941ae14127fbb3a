//! `date`: days without a time or zone, whatever way they were written.
//! Never passes a day through a timestamp; decides nothing by the clock.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Date32Type};

use super::calendar::{Evidence, Order, Reader, Sentinel, Serial, Wanted};
use super::column::typed;
use super::{Cleaner, Defaults, Example, Learner, Remark, Standard, calendar};
use crate::config::decode::{OneOrMany, Options, Placed, Table};
use crate::diagnostic::{Code, Faults};
use crate::options;

/// Codes of `date` and `datetime`.
pub const CODES: &[Code] = calendar::CODES;

/// Codes of what is remarked of days that are valid.
pub const REMARKS: &[Code] = &[Code {
    id: "date.sentinel",
    what: "A date is one that programs write for \"none\" or \"forever\", such as 1900-01-01 or 9999-12-31. It stays \
           as it is.",
    why: "As a birthday or a last contact it is wrong, and a cutoff takes it at its word.",
    example: "9999-12-31",
    fix: "Set `sentinel = \"invalid\"` for the field, with `invalid = \"null\"` to load nothing; or `\"keep\"`, if \
          these days are meant.",
}];

pub static STANDARD: Standard = Standard {
    name: "date",
    what: "Reads dates in ISO, numeric and written-out forms, or in the formats that are listed",
    why: "03/04/19, 4.3.2019 and 4 Mar 2019 are one day; 31.02. is none, and should not load as one.",
    rule: "ISO 8601 first (a time behind it is dropped). Numeric dates by `order`; a part above 12 is the day where \
           the year has four digits; dates with points are day first whatever the order; a year of four digits in \
           front is followed by month and day. Month names in English, German, French, Spanish, Italian, \
           Portuguese and Dutch; weekdays are ignored. Two-digit years by `pivot`. Days that do not exist and years \
           outside of 1000 to 9999 are invalid. With `formats`, only those and ISO. With `order = \"evidence\"` the dates of the column that can be \
           read one way only decide for all, before the first is cleaned; the run says which order and by how many. \
           Days such as 1900-01-01 and 9999-12-31 are flagged (`date.sentinel`).",
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
        Example { input: "9999-12-31", country: None, output: Some("9999-12-31") },
        Example { input: "43528", country: None, output: None },
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
        /// `mdy`, `dmy` or `ymd` for numeric dates, or `evidence`: what the column's own dates say that can be read one way only. The pipeline's unless given.
        order: Option<Order>,
        /// Two-digit years up to this are 20xx; the pipeline's unless given.
        pivot: Option<u32>,
        /// Whether numbers are the serials of a spreadsheet, `excel` or `excel_1904`; of days after 2199 only the last of all, 9999-12-31.
        serial: Serial = Serial::None,
        /// What becomes of 1900-01-01, 9999-12-31 and other days that stand for "none" or "forever".
        sentinel: Sentinel = Sentinel::Flag,
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
    let wanted = Wanted {
        formats: options.formats.as_ref(),
        order: options.order,
        pivot: options.pivot,
        serial: options.serial,
        sentinel: options.sentinel,
    };
    let reader = Reader::build(&wanted, defaults, &span, faults)?;
    Some(Box::new(Date(reader)))
}

impl Cleaner for Date {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let one = |value: &str| self.0.read(value).map(|moment| moment.day.since_epoch());
        Arc::new(typed::<Date32Type>(input, one).finish())
    }

    fn remarks(&self, input: &StringArray, clean: &ArrayRef, _: Option<&StringArray>) -> Vec<Remark> {
        let Some(days) = clean.as_primitive_opt::<Date32Type>() else { return Vec::new() };
        self.0.remarks(input, clean, |row| days.value(row))
    }

    fn learner(&self) -> Option<Box<dyn Learner>> {
        let evidence = self.0.evidence()?;
        Some(Box::new(Learning { date: Self(self.0.clone()), evidence }))
    }

    fn output(&self) -> DataType {
        DataType::Date32
    }
}

/// The standard while it finds out the order of its column.
struct Learning {
    date: Date,
    evidence: Evidence,
}

impl Learner for Learning {
    fn see(&mut self, input: &StringArray) {
        self.evidence.see(input);
    }

    fn learned(&self) -> (Arc<dyn Cleaner>, String) {
        let (order, told) = self.evidence.settle();
        (Arc::new(Date(self.date.0.with_order(order))), told)
    }
}
