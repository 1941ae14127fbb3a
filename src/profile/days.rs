//! The dates of a column, read in both orders of day and month: which order
//! holds is known only when all have been seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::Date32Type;
use chrono::{Datelike, Days as Span, NaiveDate};

use super::finding::{Seen, is_sentinel_day};
use super::{Dates, DayOrder};
use crate::config::decode::Table;
use crate::diagnostic::{Faults, SourceText};
use crate::standards::{Cleaner, DateOrder, Defaults, registry};

/// The standard `date` in both orders.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    month_first: Arc<dyn Cleaner>,
    day_first: Arc<dyn Cleaner>,
}

impl Readers {
    pub(super) fn new(defaults: &Defaults) -> Option<Self> {
        let standard = registry::find("date")?;
        let build = |date_order| {
            let defaults = Defaults { date_order, ..defaults.clone() };
            let mut faults = Faults::new(Arc::new(SourceText { path: "".into(), text: String::new() }));
            (standard.build)(&Table::default(), 0..0, &[], &defaults, &mut faults).map(Arc::from)
        };
        Some(Self { month_first: build(DateOrder::MonthDayYear)?, day_first: build(DateOrder::DayMonthYear)? })
    }
}

/// Whether a text may be a date: worth the reading.
pub(super) fn may_be(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !(6..=40).contains(&bytes.len()) || !bytes.iter().any(u8::is_ascii_digit) {
        return false;
    }
    // Numbers of eight digits are dates only where they begin like a year of ours.
    let digits = bytes.iter().all(u8::is_ascii_digit);
    !digits || (bytes.len() == 8 && (text.starts_with("19") || text.starts_with("20")))
}

/// The dates of one order.
#[derive(Debug, Clone, Default)]
struct Read {
    count: u64,
    /// First and last day that are no sentinels.
    span: Option<(i32, i32)>,
    years: BTreeMap<i32, u64>,
}

impl Read {
    fn add(&mut self, day: i32) {
        self.count += 1;
        if is_sentinel_day(day) {
            return;
        }
        let (first, last) = self.span.unwrap_or((day, day));
        self.span = Some((first.min(day), last.max(day)));
        *self.years.entry(year(day)).or_default() += 1;
    }
}

/// The dates of a column so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    month_first: Read,
    day_first: Read,
    /// Dates that can only be read in that order.
    only_month_first: Seen,
    only_day_first: Seen,
    pub(super) sentinels: Seen,
    pub(super) odd: Seen,
}

impl Days {
    /// Adds texts, with the rows that they stand in.
    pub(super) fn add(&mut self, texts: &StringArray, rows: &[&str], readers: &Readers) {
        let month_first = readers.month_first.clean(texts, None);
        let day_first = readers.day_first.clean(texts, None);
        let (Some(month_first), Some(day_first)) =
            (month_first.as_primitive_opt::<Date32Type>(), day_first.as_primitive_opt::<Date32Type>())
        else {
            return;
        };
        for (index, row) in rows.iter().enumerate() {
            let read = |days: &arrow::array::Date32Array| days.is_valid(index).then(|| days.value(index));
            let (us, eu) = (read(month_first), read(day_first));
            us.into_iter().for_each(|day| self.month_first.add(day));
            eu.into_iter().for_each(|day| self.day_first.add(day));
            let Some(day) = us.or(eu) else { continue };
            if is_sentinel_day(day) {
                self.sentinels.add(row);
            } else if !(1900..=2100).contains(&year(day)) {
                self.odd.add(row);
            }
            match order_of(texts.value(index)) {
                Some(DayOrder::MonthFirst) => self.only_month_first.add(row),
                Some(DayOrder::DayFirst) => self.only_day_first.add(row),
                _ => {}
            }
        }
    }

    /// How many texts are dates in the better order.
    pub(super) fn count(&self) -> u64 {
        self.month_first.count.max(self.day_first.count)
    }

    /// What was found, and dates in the order that is not the column's.
    pub(super) fn finish(&self, declared: DateOrder) -> Option<(Dates, Seen)> {
        let (us, eu) = (self.only_month_first.count, self.only_day_first.count);
        let order = match us.cmp(&eu) {
            std::cmp::Ordering::Greater => DayOrder::MonthFirst,
            std::cmp::Ordering::Less => DayOrder::DayFirst,
            std::cmp::Ordering::Equal => DayOrder::Open,
        };
        let day_first = match order {
            DayOrder::Open => declared == DateOrder::DayMonthYear,
            order => order == DayOrder::DayFirst,
        };
        let (read, other) = match day_first {
            true => (&self.day_first, &self.only_month_first),
            false => (&self.month_first, &self.only_day_first),
        };
        if read.count == 0 {
            return None;
        }
        let day = |day: i32| NaiveDate::from_ymd_opt(1970, 1, 1).map(|first| shifted(first, day).to_string());
        let dates = Dates {
            count: read.count,
            first: read.span.and_then(|(first, _)| day(first)),
            last: read.span.and_then(|(_, last)| day(last)),
            order,
            years: read.years.iter().map(|(year, count)| (*year, *count)).collect(),
        };
        Some((dates, other.clone()))
    }
}

fn shifted(first: NaiveDate, days: i32) -> NaiveDate {
    let span = Span::new(u64::from(days.unsigned_abs()));
    let moved = if days < 0 { first.checked_sub_days(span) } else { first.checked_add_days(span) };
    moved.unwrap_or(first)
}

fn year(day: i32) -> i32 {
    NaiveDate::from_ymd_opt(1970, 1, 1).map_or(1970, |first| shifted(first, day).year())
}

/// The order of day and month that a numeric date shows by itself.
fn order_of(text: &str) -> Option<DayOrder> {
    let mut parts = text.split(['/', '-', '.', ' ']).map(str::trim);
    let number = |part: Option<&str>| part.filter(|part| part.len() <= 2).and_then(|part| part.parse::<u32>().ok());
    let (first, second) = (number(parts.next())?, number(parts.next())?);
    parts.next().filter(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_digit()))?;
    match (first > 12, second > 12) {
        (true, false) => Some(DayOrder::DayFirst),
        (false, true) => Some(DayOrder::MonthFirst),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{DayOrder, may_be, order_of, year};

    #[test]
    fn orders() {
        let cases = [
            ("13/05/2019", Some(DayOrder::DayFirst)),
            ("05/13/2019", Some(DayOrder::MonthFirst)),
            ("05/06/2019", None),
            ("2019-05-13", None),
            ("31.12.99", Some(DayOrder::DayFirst)),
            ("13 May 2019", None),
        ];
        for (text, expected) in cases {
            assert_eq!(order_of(text), expected, "{text}");
        }
    }

    #[test]
    fn candidates_and_years() {
        assert!(
            may_be("20190304") && may_be("4 Mar 2019") && !may_be("55501000") && !may_be("March") && !may_be("12345")
        );
        assert_eq!((year(0), year(-1), year(-25_569), year(2_932_896)), (1970, 1969, 1899, 9999));
    }
}
