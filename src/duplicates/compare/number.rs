//! Days and numbers, where one figure too many tells two things apart.

use super::text::edits;
use super::{MISSING, folded};

/// Months that two days may be apart to be near: one is in the wrong year, or was
/// reckoned from an age. Parents and their children are further apart.
const NEAR: u32 = 13;

/// The figures of a day, year first: `19710624`.
pub(super) fn digits(text: &str) -> String {
    text.chars().take_while(|letter| *letter != 'T').filter(char::is_ascii_digit).take(8).collect()
}

/// Letters and figures of a number.
pub(super) fn prepare(text: &str) -> String {
    folded(text).replace(' ', "")
}

/// The levels of [`super::Kind::Date`].
pub(super) fn compare_dates(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 5;
    }
    if a.len() != 8 || b.len() != 8 {
        return if edits(a, b, 1) <= 1 { 4 } else { 1 };
    }
    let (year, month, day) = (a[..4] == b[..4], a[4..6] == b[4..6], a[6..] == b[6..]);
    let swapped = year && a[4..6] == b[6..] && a[6..] == b[4..6];
    if swapped || edits(a, b, 1) <= 1 {
        return 4;
    }
    if u8::from(year) + u8::from(month) + u8::from(day) >= 2 || edits(a, b, 2) <= 2 {
        return 3;
    }
    if months(a).abs_diff(months(b)) <= NEAR { 2 } else { 1 }
}

/// Months from the first year to that of a day, `19710624`.
fn months(day: &[u8]) -> u32 {
    let number = |figures: &[u8]| figures.iter().fold(0, |sum, figure| sum * 10 + u32::from(figure - b'0'));
    number(&day[..4]) * 12 + number(&day[4..6])
}

/// The levels of [`super::Kind::Number`].
pub(super) fn compare(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 3;
    }
    if a.len().min(b.len()) >= 5 && edits(a, b, 1) <= 1 { 2 } else { 1 }
}
