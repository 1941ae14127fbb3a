//! Days and times of day as people write them, for `date` and `datetime`.
//! A day is counted from 1970-01-01 and never goes through a timestamp; no
//! clock and no time zone database is asked.

mod detect;
mod format;
mod names;
mod scan;
mod time;

pub(super) use detect::{Reading, iso};
pub(super) use format::{CODES, Format};

use std::ops::Range;

use super::{DateOrder, Defaults};
use crate::config::decode::{OneOrMany, Placed};
use crate::diagnostic::Faults;

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

/// How moments are read: by the user's formats, or by detection.
#[derive(Debug)]
pub(super) struct Reader {
    formats: Vec<Format>,
    reading: Reading,
}

impl Reader {
    pub(super) fn build(
        formats: Option<&OneOrMany<Placed<String>>>,
        order: Option<DateOrder>,
        pivot: Option<u32>,
        defaults: &Defaults,
        span: &Range<usize>,
        faults: &mut Faults,
    ) -> Option<Self> {
        let pivot = pivot.unwrap_or(defaults.year_pivot);
        if pivot > 99 {
            faults.push("config.date-format", span.clone(), "`pivot` is a two-digit year, 0 to 99");
            return None;
        }
        let reading = Reading { order: order.unwrap_or(defaults.date_order), pivot };
        let listed = formats.map(|formats| formats.0.as_slice()).unwrap_or_default();
        let read: Vec<Option<Format>> = listed.iter().map(|text| Format::build(text, pivot, faults)).collect();
        Some(Self { formats: read.into_iter().collect::<Option<_>>()?, reading })
    }

    pub(super) fn read(&self, value: &str) -> Option<Moment> {
        if self.formats.is_empty() {
            return self.reading.read(value);
        }
        self.formats.iter().find_map(|format| format.read(value)).or_else(|| iso(value.as_bytes()))
    }
}
