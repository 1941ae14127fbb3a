//! Days and times of day as people write them, for `date` and `datetime`.
//! A day is counted from 1970-01-01 and never goes through a timestamp; no
//! clock and no time zone database is asked.

mod detect;
mod evidence;
mod format;
mod names;
mod scan;
mod serial;
mod time;

pub(super) use detect::{Reading, iso};
pub(super) use evidence::Evidence;
pub(super) use format::{CODES, Format};
pub(super) use serial::{Sentinel, Serial, is_sentinel};

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::remark;
use super::{DateOrder, Defaults, Remark};
use crate::config::decode::{OneOrMany, Placed};
use crate::diagnostic::Faults;
use crate::words;

/// A day of the Gregorian calendar, years 1000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day(i32);

impl Day {
    /// The day, if there is one.
    pub(super) fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if !(1000..=9999).contains(&year) || !(1..=length).contains(&day) {
            return None;
        }
        // counted in years that begin in March, so that the leap day is the last
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, of_era) = (year / 400, year % 400);
        let of_year = (153 * month + 2) / 5 + day - 1;
        let in_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        i32::try_from(era * 146_097 + in_era).ok().map(|days| Self(days - 719_468))
    }

    /// Days since 1970-01-01.
    pub(super) fn since_epoch(self) -> i32 {
        self.0
    }
}

/// A day, and the time of day if one was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) day: Day,
    /// Microseconds since midnight, as written.
    pub(super) time: i64,
    /// Minutes east of Greenwich, if that was written.
    pub(super) offset: Option<i32>,
}

words! {
    /// In which order the parts of a numeric date stand, or what says so.
    pub(super) enum Order {
        /// 12/31/1999
        MonthDayYear = "mdy",
        /// 31/12/1999
        DayMonthYear = "dmy",
        /// 1999/12/31
        YearMonthDay = "ymd",
        /// What the column's own dates say, those that can be read one way only.
        Evidence = "evidence",
    }
}

impl Order {
    /// The order, unless it is to be found out.
    fn declared(self) -> Option<DateOrder> {
        match self {
            Self::MonthDayYear => Some(DateOrder::MonthDayYear),
            Self::DayMonthYear => Some(DateOrder::DayMonthYear),
            Self::YearMonthDay => Some(DateOrder::YearMonthDay),
            Self::Evidence => None,
        }
    }
}

/// How moments are read: by the user's formats, or by detection.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    formats: Vec<Format>,
    reading: Reading,
    /// Whether the order is to be taken from the column.
    learns: bool,
    serial: Serial,
    sentinel: Sentinel,
}

/// What the options of `date` and `datetime` have in common.
pub(super) struct Wanted<'a> {
    pub(super) formats: Option<&'a OneOrMany<Placed<String>>>,
    pub(super) order: Option<Order>,
    pub(super) pivot: Option<u32>,
    pub(super) serial: Serial,
    pub(super) sentinel: Sentinel,
}

impl Reader {
    pub(super) fn build(
        wanted: &Wanted<'_>,
        defaults: &Defaults,
        span: &Range<usize>,
        faults: &mut Faults,
    ) -> Option<Self> {
        let pivot = wanted.pivot.unwrap_or(defaults.year_pivot);
        if pivot > 99 {
            faults.push("config.date-format", span.clone(), "`pivot` is a two-digit year, 0 to 99");
            return None;
        }
        let learns = wanted.order == Some(Order::Evidence);
        let order = wanted.order.and_then(Order::declared).unwrap_or(defaults.date_order);
        let reading = Reading { order, pivot };
        let listed = wanted.formats.map(|formats| formats.0.as_slice()).unwrap_or_default();
        let read: Vec<Option<Format>> = listed.iter().map(|text| Format::build(text, pivot, faults)).collect();
        let formats = read.into_iter().collect::<Option<_>>()?;
        Some(Self { formats, reading, learns, serial: wanted.serial, sentinel: wanted.sentinel })
    }

    pub(super) fn read(&self, value: &str) -> Option<Moment> {
        let moment = self.by_form(value).or_else(|| self.serial.read(value))?;
        (self.sentinel != Sentinel::Invalid || !is_sentinel(moment.day.since_epoch())).then_some(moment)
    }

    fn by_form(&self, value: &str) -> Option<Moment> {
        if self.formats.is_empty() {
            return self.reading.read(value);
        }
        self.formats.iter().find_map(|format| format.read(value)).or_else(|| iso(value.as_bytes()))
    }

    /// A count of what the column says of its order, if that is wanted.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        self.learns.then(|| Evidence::new(self.reading))
    }

    /// The same with the order that was found.
    pub(super) fn with_order(&self, order: DateOrder) -> Self {
        Self { reading: Reading { order, ..self.reading }, learns: false, ..self.clone() }
    }

    /// What is remarked of clean values, `days` being theirs.
    pub(super) fn remarks(&self, input: &StringArray, clean: &ArrayRef, day: impl Fn(usize) -> i32) -> Vec<Remark> {
        if self.sentinel != Sentinel::Flag {
            return Vec::new();
        }
        remark("date.sentinel", input, clean, |row, _| is_sentinel(day(row))).into_iter().collect()
    }
}
