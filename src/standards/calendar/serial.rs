//! Dates that are numbers: the serials of spreadsheets; and days that programs
//! write for "none" or "forever".

use super::{Day, Moment};
use crate::words;

words! {
    /// Whether numbers are the serials of a spreadsheet.
    pub(in crate::standards) enum Serial {
        /// They are no dates.
        None = "none",
        /// 1 is 1900-01-01, and there is a 60 that no calendar has.
        Excel = "excel",
        /// 0 is 1904-01-01, as in workbooks from a Mac.
        Excel1904 = "excel_1904",
    }
}

words! {
    /// What becomes of days that stand for "none" or "forever".
    pub(in crate::standards) enum Sentinel {
        /// They are dates like others.
        Keep = "keep",
        /// They stay, and `date.sentinel` says so.
        Flag = "flag",
        /// They are invalid.
        Invalid = "invalid",
    }
}

/// The last serial, 9999-12-31.
const LAST: i32 = 2_958_465;
/// 2199-12-31. Larger numbers are dates written without signs (311299), or keys;
/// only the last of all stands for "forever".
const PLAUSIBLE: i32 = 109_574;
const DAY: i64 = 86_400_000_000;

impl Serial {
    /// The moment of a serial: whole days, and a fraction of one for the time,
    /// to the millisecond.
    pub(super) fn read(self, value: &str) -> Option<Moment> {
        let (days, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if self == Self::None || days.is_empty() || days.len() > 7 || !digits(days) || !digits(fraction) {
            return None;
        }
        let number: i32 = days.parse().ok()?;
        let last = if self == Self::Excel { LAST } else { LAST - 1462 };
        let plausible = if self == Self::Excel { PLAUSIBLE } else { PLAUSIBLE - 1462 };
        if number > plausible && number != last {
            return None;
        }
        let since_epoch = match self {
            Self::Excel if matches!(number, 0 | 60) => return None,
            Self::Excel if number < 60 => number - 25_568,
            Self::Excel => number - 25_569,
            _ => number - 24_107,
        };
        Some(Moment { day: Day(since_epoch), time: time(fraction), offset: None })
    }
}

/// The fraction of a day in microseconds, rounded to the millisecond and kept
/// within the day.
fn time(fraction: &str) -> i64 {
    let digits: String = fraction.chars().chain("000000000000".chars()).take(12).collect();
    let millis = (digits.parse::<i128>().unwrap_or(0) * 86_400_000 + 500_000_000_000) / 1_000_000_000_000;
    i64::try_from(millis).unwrap_or(0).saturating_mul(1_000).min(DAY - 1_000)
}

/// Whether a day, counted from 1970-01-01, is one that programs write for "none"
/// or "forever".
pub(in crate::standards) fn is_sentinel(day: i32) -> bool {
    const DAYS: &[i32] = &[
        -25_569,   // 1899-12-30, the zero of Excel and Access
        -25_568,   // 1899-12-31
        -25_567,   // 1900-01-01
        -79_257,   // 1753-01-01, the first of SQL Server
        0,         // 1970-01-01, the zero of Unix
        2_932_532, // 9999-01-01
        2_932_896, // 9999-12-31
    ];
    DAYS.contains(&day)
}

#[cfg(test)]
mod tests {
    use super::{Serial, time};

    #[test]
    fn serials_of_both_calendars() {
        let day = |serial: Serial, value| serial.read(value).map(|moment| moment.day.since_epoch());
        assert_eq!(day(Serial::Excel, "1"), Some(-25_567));
        assert_eq!(day(Serial::Excel, "59"), Some(-25_509));
        assert_eq!(day(Serial::Excel, "60"), None);
        assert_eq!(day(Serial::Excel, "61"), Some(-25_508));
        assert_eq!(day(Serial::Excel, "43528"), Some(17_959)); // 2019-03-04
        assert_eq!(day(Serial::Excel1904, "42066"), Some(17_959));
        assert_eq!(day(Serial::Excel, "2958465"), Some(2_932_896));
        assert_eq!(day(Serial::Excel, "2958466"), None);
        assert_eq!(day(Serial::Excel, "-1"), None);
        // 20 March 2002 and 31 December 1999 without their points.
        assert_eq!(day(Serial::Excel, "200302"), None);
        assert_eq!(day(Serial::Excel, "311299"), None);
        assert_eq!(day(Serial::Excel, "109574"), Some(84_005)); // 2199-12-31
        assert_eq!(day(Serial::Excel, "109575"), None);
        assert_eq!(day(Serial::Excel1904, "109575"), None);
        assert_eq!(day(Serial::None, "43528"), None);
        assert_eq!([time("5"), time("25"), time("")], [43_200_000_000, 21_600_000_000, 0]);
    }
}
