//! Dates whose format nobody declared. ISO always; else by what is
//! written, and by the declared order where that leaves a choice.

use super::names::{is_weekday, month};
use super::scan::Scan;
use super::time::{Time, time};
use super::{DateOrder, Day, Moment};

/// What decides where a date itself does not.
#[derive(Debug, Clone, Copy)]
pub(in crate::standards) struct Reading {
    pub(super) order: DateOrder,
    /// Two-digit years up to this are 20xx.
    pub(super) pivot: u32,
}

/// One of the three parts of a date.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// A number and its digits.
    Number(u32, usize),
    Month(u32),
}

/// `2019-03-04` or `20190304`, maybe with a time behind it.
pub(in crate::standards) fn iso(value: &[u8]) -> Option<Moment> {
    let mut scan = Scan::new(value);
    let year = scan.exact(4)?;
    let dashed = scan.take(b'-');
    let month = scan.exact(2)?;
    if dashed && !scan.take(b'-') {
        return None;
    }
    let day = Day::new(year, month, scan.exact(2)?)?;
    with_time(day, scan)
}

/// The day with what stands behind it, which is nothing or a time.
fn with_time(day: Day, mut scan: Scan) -> Option<Moment> {
    if scan.is_done() {
        return Some(Moment { day, time: 0, offset: None });
    }
    let parted = scan.take(b'T') | scan.take(b',') | scan.spaces();
    let (time, offset): Time = parted.then(|| time(scan)).flatten()?;
    Some(Moment { day, time, offset })
}

impl Reading {
    /// As [`Reading::read`], and in no other order than the declared one.
    pub(super) fn read_strictly(&self, value: &str) -> Option<Moment> {
        self.read_as(value, true)
    }

    pub(super) fn read(&self, value: &str) -> Option<Moment> {
        self.read_as(value, false)
    }

    fn read_as(&self, value: &str, strictly: bool) -> Option<Moment> {
        if let Some(moment) = iso(value.as_bytes()) {
            return Some(moment);
        }
        let mut scan = Scan::new(value.as_bytes());
        skip_weekdays(&mut scan);
        let first = part(&mut scan)?;
        let one = separator(&mut scan)?;
        let second = part(&mut scan)?;
        let two = separator(&mut scan)?;
        let third = part(&mut scan)?;
        let day = match (first, second, third) {
            (Part::Number(year, 4), Part::Month(month), Part::Number(day, 1 | 2)) => Day::new(year, month, day),
            (Part::Number(day, 1 | 2), Part::Month(month), Part::Number(year, digits))
            | (Part::Month(month), Part::Number(day, 1 | 2), Part::Number(year, digits)) => {
                Day::new(self.year(year, digits)?, month, day)
            }
            (Part::Number(a, a_digits), Part::Number(b, 1 | 2), Part::Number(c, c_digits))
                if one == two && one != b',' =>
            {
                self.numeric((a, a_digits), b, (c, c_digits), one, strictly)
            }
            _ => None,
        };
        with_time(day?, scan)
    }

    fn numeric(&self, a: (u32, usize), b: u32, c: (u32, usize), separator: u8, strictly: bool) -> Option<Day> {
        let order = if separator == b'.' { DateOrder::DayMonthYear } else { self.order };
        match (a.1, c.1) {
            (4, 1 | 2) => Day::new(a.0, b, c.0),
            (1 | 2, 4) if strictly => match order {
                DateOrder::DayMonthYear => Day::new(c.0, b, a.0),
                _ => Day::new(c.0, a.0, b),
            },
            (1 | 2, 4) => Self::around(a.0, b, c.0, order),
            (2, 1 | 2) if order == DateOrder::YearMonthDay => Day::new(self.year(a.0, 2)?, b, c.0),
            // a two-digit year leaves too much open to exchange day and month
            (1 | 2, 2) => {
                let year = self.year(c.0, 2)?;
                match order {
                    DateOrder::MonthDayYear => Day::new(year, a.0, b),
                    DateOrder::DayMonthYear => Day::new(year, b, a.0),
                    DateOrder::YearMonthDay => None,
                }
            }
            _ => None,
        }
    }

    /// Day and month in front of a whole year: by order, unless one of them
    /// cannot be a month.
    fn around(a: u32, b: u32, year: u32, order: DateOrder) -> Option<Day> {
        match (a > 12, b > 12, order) {
            (true, _, _) => Day::new(year, b, a),
            (_, true, _) => Day::new(year, a, b),
            (_, _, DateOrder::MonthDayYear) => Day::new(year, a, b),
            (_, _, DateOrder::DayMonthYear) => Day::new(year, b, a),
            // nothing says which is which, unless they are the same
            (_, _, DateOrder::YearMonthDay) => (a == b).then(|| Day::new(year, a, b)).flatten(),
        }
    }

    fn year(&self, year: u32, digits: usize) -> Option<u32> {
        full_year(year, digits, self.pivot)
    }
}

/// A year of four digits, or of two by the pivot.
pub(super) fn full_year(year: u32, digits: usize, pivot: u32) -> Option<u32> {
    match digits {
        4 => Some(year),
        2 if year <= pivot => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

fn skip_weekdays(scan: &mut Scan) {
    loop {
        let mut ahead = *scan;
        if !ahead.word().is_some_and(is_weekday) {
            return;
        }
        let _ = ahead.take(b'.') | ahead.take(b',') | ahead.take(b'-');
        ahead.spaces();
        *scan = ahead;
    }
}

fn part(scan: &mut Scan) -> Option<Part> {
    // '99
    if scan.take(b'\'') {
        return scan.exact(2).map(|year| Part::Number(year, 2));
    }
    if let Some(word) = scan.word() {
        return month(word).map(Part::Month);
    }
    let (value, digits) = scan.number(4)?;
    if scan.peek().is_some_and(|b| b.is_ascii_digit()) {
        return None;
    }
    if digits <= 2 {
        let mut ahead = *scan;
        if ahead.word().is_some_and(|word| ["st", "nd", "rd", "th", "er"].iter().any(|o| o.eq_ignore_ascii_case(word)))
        {
            *scan = ahead;
        }
    }
    Some(Part::Number(value, digits))
}

/// What parts two parts: spaces around at most one sign, or a `de` or `of`
/// between spaces. Gives the sign, or a space.
fn separator(scan: &mut Scan) -> Option<u8> {
    let spaces = scan.spaces();
    let mut sign = None;
    for known in [b'/', b'.', b'-', b','] {
        if scan.take(known) {
            sign = Some(known);
            break;
        }
    }
    let spaces = scan.spaces() || spaces;
    let mut ahead = *scan;
    if spaces && ahead.word().is_some_and(|word| ["de", "del", "of"].iter().any(|of| of.eq_ignore_ascii_case(word))) {
        ahead.spaces();
        *scan = ahead;
    }
    // 4Mar2019 and 4 '99 are dates as well, 4032019 is not
    let follows_letter = scan.peek().is_some_and(|b| !b.is_ascii_digit());
    match sign {
        Some(sign) => Some(sign),
        None if spaces || follows_letter => Some(b' '),
        None => Some(b'\0'),
    }
}
