//! `datetime`: a day and a time of day, local as it was written.
//! Knows offsets that are written, and no time zones.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};

use super::calendar::{Evidence, Moment, Order, Reader, Sentinel, Serial, Wanted};
use super::column::typed;
use super::{Cleaner, Defaults, Example, Learner, Remark, Standard};
use crate::config::decode::{OneOrMany, Options, Placed, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

pub static STANDARD: Standard = Standard {
    name: "datetime",
    what: "Reads a date as `date` does, with a time of day behind it; midnight where there is none",
    why: "Calls and visits happened at a time, written as 2:30 PM here and 14:30:00Z there.",
    rule: "hh:mm, with seconds and a fraction (down to microseconds) or am and pm, parted from the date by T, a comma \
           or spaces. A zone (Z, UTC, GMT, +01:00) is dropped with `zone = \"ignore\"`, so that the time stays as \
           written, or used to turn it into UTC with `zone = \"utc\"`.",
    examples: &[
        Example { input: "2019-03-04T14:30:05", country: None, output: Some("2019-03-04T14:30:05") },
        Example { input: "2019-03-04 14:30", country: None, output: Some("2019-03-04T14:30:00") },
        Example { input: "3/4/2019 2:30 PM", country: None, output: Some("2019-03-04T14:30:00") },
        Example { input: "3/4/2019 12:05:09 am", country: None, output: Some("2019-03-04T00:05:09") },
        Example { input: "4.3.2019, 07:00", country: None, output: Some("2019-03-04T07:00:00") },
        Example { input: "2019-03-04T14:30:05.25Z", country: None, output: Some("2019-03-04T14:30:05.250") },
        Example { input: "2019-03-04 14:30 +01:00", country: None, output: Some("2019-03-04T14:30:00") },
        Example { input: "4 Mar 2019", country: None, output: Some("2019-03-04T00:00:00") },
        Example { input: "2019-03-04 24:30", country: None, output: None },
        Example { input: "14:30", country: None, output: None },
    ],
    takes_country: false,
    keys: DatetimeOptions::keys,
    build,
};

words! {
    /// What becomes of a zone that is written behind a time.
    enum Zone {
        /// The time stays as written.
        Ignore = "ignore",
        /// The time is turned into UTC; without a zone it stays.
        Utc = "utc",
    }
}

options! {
    /// Options of the standard `datetime`.
    struct DatetimeOptions {
        /// Formats such as `%d.%m.%Y %H:%M`, tried in order; ISO is read as well. Without any, the format is detected.
        formats: Option<OneOrMany<Placed<String>>>,
        /// `mdy`, `dmy` or `ymd` for numeric dates, or `evidence`: what the column's own dates say that can be read one way only. The pipeline's unless given.
        order: Option<Order>,
        /// Two-digit years up to this are 20xx; the pipeline's unless given.
        pivot: Option<u32>,
        /// Whether numbers are the serials of a spreadsheet, `excel` or `excel_1904`; of days after 2199 only the last of all, 9999-12-31.
        serial: Serial = Serial::None,
        /// What becomes of 1900-01-01, 9999-12-31 and other days that stand for "none" or "forever".
        sentinel: Sentinel = Sentinel::Flag,
        /// Whether a written zone is dropped or turns the time into UTC.
        zone: Zone = Zone::Ignore,
    }
}

#[derive(Debug)]
struct Datetime {
    reader: Reader,
    zone: Zone,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = DatetimeOptions::from_table(table, span.clone(), also, faults)?;
    let wanted = Wanted {
        formats: options.formats.as_ref(),
        order: options.order,
        pivot: options.pivot,
        serial: options.serial,
        sentinel: options.sentinel,
    };
    let reader = Reader::build(&wanted, defaults, &span, faults)?;
    Some(Box::new(Datetime { reader, zone: options.zone }))
}

impl Datetime {
    fn micros(&self, moment: Moment) -> i64 {
        let shift = match self.zone {
            Zone::Ignore => 0,
            Zone::Utc => i64::from(moment.offset.unwrap_or(0)) * 60_000_000,
        };
        i64::from(moment.day.since_epoch()) * 86_400_000_000 + moment.time - shift
    }
}

impl Cleaner for Datetime {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let one = |value: &str| self.reader.read(value).map(|moment| self.micros(moment));
        Arc::new(typed::<TimestampMicrosecondType>(input, one).finish())
    }

    fn remarks(&self, input: &StringArray, clean: &ArrayRef, _: Option<&StringArray>) -> Vec<Remark> {
        let Some(days) = clean.as_primitive_opt::<TimestampMicrosecondType>() else { return Vec::new() };
        self.reader
            .remarks(input, clean, |row| i32::try_from(days.value(row).div_euclid(86_400_000_000)).unwrap_or(i32::MAX))
    }

    fn learner(&self) -> Option<Box<dyn Learner>> {
        let evidence = self.reader.evidence()?;
        Some(Box::new(Learning { datetime: Self { reader: self.reader.clone(), zone: self.zone }, evidence }))
    }

    fn output(&self) -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, None)
    }
}

/// The standard while it finds out the order of its column.
struct Learning {
    datetime: Datetime,
    evidence: Evidence,
}

impl Learner for Learning {
    fn see(&mut self, input: &StringArray) {
        self.evidence.see(input);
    }

    fn learned(&self) -> (Arc<dyn Cleaner>, String) {
        let (order, told) = self.evidence.settle();
        (Arc::new(Datetime { reader: self.datetime.reader.with_order(order), zone: self.datetime.zone }), told)
    }
}
