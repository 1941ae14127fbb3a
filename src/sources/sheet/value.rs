//! A cell as text: numbers without noise, days as ISO days.
//!
//! Pure functions; knows nothing of files. Days are counted with whole numbers,
//! never through a timestamp, so none is shifted.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::row::Mark;

/// What a cell holds, as the snapshot keeps it. An empty cell is not there at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// `#N/A` and its kin: no value.
    Error,
    /// A number that is shown as a date but is none; the text is the number.
    BadDate(String),
}

impl Value {
    /// Appends the text, and says what is to be said of it.
    pub(super) fn write(&self, into: &mut String) -> Mark {
        let (text, mark) = match self {
            Self::Text(text) => (text.as_str(), Mark::Plain),
            Self::BadDate(text) => (text.as_str(), Mark::BadDate),
            Self::Error => ("", Mark::Error),
        };
        into.push_str(text);
        mark
    }

    /// Bytes of its text.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Text(text) | Self::BadDate(text) => text.len() as u64,
            Self::Error => 0,
        }
    }
}

/// Days from 0000-03-01 to 1899-12-31 (day 0 of the 1900 system, whose day 1 is
/// 1900-01-01) and to 1904-01-01 (day 0 of the 1904 system).
const EPOCH_1900: i64 = 693_900;
const EPOCH_1904: i64 = 695_361;
/// The last day that a sheet can hold, 9999-12-31, in each system.
const LAST_1900: i64 = 2_958_465;
const LAST_1904: i64 = 2_957_003;
const DAY_MILLIS: i64 = 86_400_000;

/// Up to here each whole number has a float of its own: 2^53. Other programs than Excel
/// write the number of a card or an account with all its 16 digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number without `.0` and, from a millionth of a millionth up to 10^21, without an
/// exponent: a whole one up to 2^53 as it is, others with the 15 significant digits
/// that Excel keeps.
pub(super) fn number(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and at most 2^53")]
        let whole = value as i64;
        return Some(whole.to_string());
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    Some(match exponent {
        0..=20 => {
            let whole = usize::try_from(exponent).ok()? + 1;
            match digits.split_at_checked(whole) {
                Some((whole, "")) => format!("{sign}{whole}"),
                Some((whole, part)) => format!("{sign}{whole}.{part}"),
                None => format!("{sign}{digits:0<whole$}"),
            }
        }
        -12..=-1 => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-exponent).ok()? - 1)),
        _ => match digits.split_at_checked(1) {
            Some((first, part)) if !part.is_empty() => format!("{sign}{first}.{part}E{exponent}"),
            _ => format!("{sign}{digits}E{exponent}"),
        },
    })
}

/// Appends a number as [`number`] gives it.
pub(super) fn write_number(value: f64, into: &mut String) -> Mark {
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and at most 2^53")]
        let whole = value as i64;
        // Writing to a String cannot fail.
        let _ = write!(into, "{whole}");
        return Mark::Plain;
    }
    let Some(text) = number(value) else { return Mark::Error };
    into.push_str(&text);
    Mark::Plain
}

/// Appends a date as [`date`] gives it.
pub(super) fn write_date(serial: f64, is_1904: bool, into: &mut String) -> Mark {
    date(serial, is_1904).write(into)
}

/// Appends a length of time as [`duration`] gives it.
pub(super) fn write_duration(days: f64, into: &mut String) -> Mark {
    duration(days).write(into)
}

/// A serial number in a cell that is formatted as a date or time.
///
/// Below 1 it is a time of day; a whole number is a day; anything else is both.
/// Day 60 of the 1900 system is given as the sheet shows it, 1900-02-29, and
/// marked: there was no such day.
pub(super) fn date(serial: f64, is_1904: bool) -> Value {
    let as_number = || number(serial).map_or(Value::Error, Value::BadDate);
    let last = if is_1904 { LAST_1904 } else { LAST_1900 };
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^53")]
    let in_range = serial >= 0.0 && serial < (last + 1) as f64;
    if !in_range {
        return as_number();
    }
    #[expect(clippy::cast_possible_truncation, reason = "in range, see above")]
    let (mut day, mut millis) = (serial.floor() as i64, ((serial - serial.floor()) * 86_400_000.0).round() as i64);
    if millis >= DAY_MILLIS {
        (day, millis) = (day + 1, 0);
    }
    if day == 0 {
        return Value::Text(time(millis));
    }
    if day > last {
        return as_number();
    }
    let written = match (is_1904, day) {
        (true, _) => iso_day(EPOCH_1904 + day),
        (false, 60) => "1900-02-29".to_string(),
        (false, 1..=59) => iso_day(EPOCH_1900 + day),
        (false, _) => iso_day(EPOCH_1900 + day - 1),
    };
    let text = if millis == 0 { written } else { format!("{written}T{}", time(millis)) };
    if !is_1904 && day == 60 { Value::BadDate(text) } else { Value::Text(text) }
}

/// A length of time in a cell formatted like `[h]:mm:ss`: hours may pass 24.
pub(super) fn duration(days: f64) -> Value {
    let millis = (days * 86_400_000.0).round();
    if !millis.is_finite() || millis.abs() > 1e15 {
        return number(days).map_or(Value::Error, Value::BadDate);
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 1e15, see above")]
    let millis = millis as i64;
    let sign = if millis < 0 { "-" } else { "" };
    Value::Text(format!("{sign}{}", time(millis.abs())))
}

fn time(millis: i64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { text } else { format!("{text}.{rest:03}") }
}

/// The civil day that lies `days` after 0000-03-01. Years begin in March here,
/// so that the leap day is the last of its year.
fn iso_day(days: i64) -> String {
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let civil = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(civil <= 2);
    let mut text = String::with_capacity(20);
    for (part, scale) in [(year, 1000), (civil, 10), (of_month, 10)] {
        if !text.is_empty() {
            text.push('-');
        }
        let mut scale = scale;
        while scale > 0 {
            let digit = u8::try_from(part / scale % 10).unwrap_or_default();
            text.push(char::from(b'0' + digit));
            scale /= 10;
        }
    }
    text
}

/// A date, time or both that the file holds as ISO text: the zone `Z`, a midnight
/// and a fraction of zero are left out; anything else stays as it is.
pub(super) fn iso(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (Some(day), time),
        None if text.contains(':') => (None, text),
        None => return text.to_string(),
    };
    let time = match time.split_once('.') {
        Some((whole, part)) if part.bytes().all(|b| b == b'0') => whole,
        _ => time,
    };
    let time = if time.len() == 5 { Cow::Owned(format!("{time}:00")) } else { Cow::Borrowed(time) };
    match day {
        Some(day) if time == "00:00:00" => day.to_string(),
        Some(day) => format!("{day}T{time}"),
        None => time.into_owned(),
    }
}

/// An ISO duration such as `PT10H30M00S` as `10:30:00`; other text stays as it is.
pub(super) fn iso_duration(text: &str) -> String {
    clock(text).unwrap_or_else(|| text.to_string())
}

fn clock(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (hours, rest) = rest.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?;
    let (seconds, part) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let whole = |digits: &str| digits.parse::<u64>().ok();
    let part = part.trim_end_matches('0');
    if !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let dot = if part.is_empty() { "" } else { "." };
    Some(format!("{sign}{:02}:{:02}:{:02}{dot}{part}", whole(hours)?, whole(minutes)?, whole(seconds)?))
}

/// A column's letters: `A` for 0, `AA` for 26.
pub(super) fn letters(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Value, date, duration, iso, iso_duration, letters, number};

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn numbers_are_as_a_sheet_shows_them() {
        let cases = [
            (0.1 + 0.2, "0.3"),
            (12.0, "12"),
            (-0.0, "0"),
            (-1.5, "-1.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1E21"),
            (1.25e-7, "0.000000125"),
            (-2.5e-13, "-2.5E-13"),
            (15_551_234_567.0, "15551234567"),
            (4_111_111_111_111_111.0, "4111111111111111"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (9_007_199_254_740_994.0, "9007199254740990"),
            (100.0, "100"),
            (0.000_001, "0.000001"),
            (999_999_999_999_999.9, "1000000000000000"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value).as_deref(), Some(expected));
        }
        assert_eq!(number(f64::NAN), None);
    }

    #[test]
    fn days_are_never_shifted() {
        let cases = [
            (1.0, false, text("1900-01-01")),
            (59.0, false, text("1900-02-28")),
            (60.0, false, Value::BadDate("1900-02-29".into())),
            (61.0, false, text("1900-03-01")),
            (366.0, false, text("1900-12-31")),
            (43528.0, false, text("2019-03-04")),
            (43528.4375, false, text("2019-03-04T10:30:00")),
            (2_958_465.0, false, text("9999-12-31")),
            (2_958_466.0, false, Value::BadDate("2958466".into())),
            (-1.0, false, Value::BadDate("-1".into())),
            (0.4375, false, text("10:30:00")),
            (36526.0, false, text("2000-01-01")),
            (36585.0, false, text("2000-02-29")),
            (1.0, true, text("1904-01-02")),
            (42066.0, true, text("2019-03-04")),
            (2_957_003.0, true, text("9999-12-31")),
            (43_528.999_999_999_9, false, text("2019-03-05")),
        ];
        for (serial, is_1904, expected) in cases {
            assert_eq!(date(serial, is_1904), expected, "{serial}");
        }
        assert_eq!(duration(1.5), text("36:00:00"));
        assert_eq!(duration(-0.25), text("-06:00:00"));
    }

    #[test]
    fn iso_text_loses_midnight_and_zone() {
        let cases = [
            ("2019-03-04", "2019-03-04"),
            ("2019-03-04T00:00:00.000Z", "2019-03-04"),
            ("2019-03-04T10:30:00.000", "2019-03-04T10:30:00"),
            ("10:30", "10:30:00"),
        ];
        for (given, expected) in cases {
            assert_eq!(iso(given), expected);
        }
        assert_eq!(iso_duration("PT10H30M00S"), "10:30:00");
        assert_eq!(iso_duration("PT01H02M03.500000S"), "01:02:03.5");
        assert_eq!(iso_duration("P1D"), "P1D");
    }

    #[test]
    fn columns_have_letters() {
        let cases = [(0, "A"), (25, "Z"), (26, "AA"), (16_383, "XFD")];
        for (column, expected) in cases {
            assert_eq!(letters(column), expected);
        }
    }

    proptest! {
        #[test]
        fn numbers_keep_fifteen_digits(value in any::<f64>()) {
            if let Some(text) = number(value) {
                let back: f64 = text.parse().unwrap();
                assert!((back - value).abs() <= value.abs() * 1e-14, "{value} {text}");
                assert_eq!(number(back), Some(text));
            }
        }

        #[test]
        fn dates_never_panic_and_follow_the_calendar(serial in any::<f64>(), day in 61_i64..2_958_466) {
            let _ = (date(serial, false), date(serial, true), duration(serial));
            let expected = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap() + chrono::Days::new(day as u64);
            assert_eq!(date(day as f64, false), Value::Text(expected.to_string()));
        }
    }
}
