//! Times of day: `14:30`, `14:30:05.123`, `2:30 PM`, with `Z` or an offset.

use super::scan::Scan;

/// Microseconds since midnight, and minutes east of Greenwich if written.
pub(super) type Time = (i64, Option<i32>);

/// A time that takes up all of the rest.
pub(super) fn time(mut scan: Scan) -> Option<Time> {
    scan.spaces();
    let (hour, _) = scan.number(2)?;
    let mut time = Clock { hour, ..Clock::default() };
    let has_minutes = scan.take(b':');
    if has_minutes {
        time.minute = scan.exact(2)?;
        if scan.take(b':') {
            time.second = scan.exact(2)?;
            if scan.take(b'.') || scan.take(b',') {
                time.micros = fraction(&mut scan)?;
            }
        }
    }
    scan.spaces();
    time.afternoon = half(&mut scan);
    if !has_minutes && time.afternoon.is_none() {
        return None;
    }
    scan.spaces();
    let offset = if scan.is_done() { None } else { Some(zone(&mut scan)?) };
    scan.spaces();
    scan.is_done().then_some(())?;
    Some((time.since_midnight()?, offset))
}

#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) micros: u32,
    /// PM, AM or neither.
    pub(super) afternoon: Option<bool>,
}

impl Clock {
    pub(super) fn since_midnight(self) -> Option<i64> {
        let hour = match (self.afternoon, self.hour) {
            (None, hour) => hour,
            (Some(false), 12) => 0,
            (Some(true), 12) => 12,
            (Some(_), 0 | 13..) => return None,
            (Some(false), hour) => hour,
            (Some(true), hour) => hour + 12,
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let seconds = i64::from(hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Some(seconds * 1_000_000 + i64::from(self.micros))
    }
}

/// Digits of a second's fraction as microseconds; those beyond are dropped.
pub(super) fn fraction(scan: &mut Scan) -> Option<u32> {
    let (value, count) = scan.number(6)?;
    scan.number(9);
    Some((count..6).fold(value, |value, _| value * 10))
}

/// `am`, `pm`, `a.m.`, `p.m.`, `a`, `p`: whether it is the afternoon.
pub(super) fn half(scan: &mut Scan) -> Option<bool> {
    let mut ahead = *scan;
    let afternoon = match ahead.peek()? {
        b'a' | b'A' => false,
        b'p' | b'P' => true,
        _ => return None,
    };
    ahead.take(b'a');
    ahead.take(b'p');
    ahead.take(b'.');
    if !ahead.take(b'm') {
        return None;
    }
    ahead.take(b'.');
    *scan = ahead;
    Some(afternoon)
}

/// `Z`, `UTC`, `GMT`, `+01:00`, `+0100` or `+01`, in minutes east.
pub(super) fn zone(scan: &mut Scan) -> Option<i32> {
    if scan.take(b'Z') {
        return Some(0);
    }
    let named = scan.take_all(b"UTC") || scan.take_all(b"GMT");
    let sign = match scan.peek() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return named.then_some(0),
    };
    scan.take(b'+');
    scan.take(b'-');
    let hours = scan.exact(2)?;
    let colon = scan.take(b':');
    let minutes = match scan.exact(2) {
        Some(minutes) => minutes,
        None if colon => return None,
        None => 0,
    };
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    (hours <= 14 && minutes <= 59).then_some(sign * total)
}
