//! Days and numbers, where one figure too many tells two things apart.

use super::text::edits;
use super::{MISSING, folded};

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
        return 4;
    }
    if a.len() != 8 || b.len() != 8 {
        return if edits(a, b, 1) <= 1 { 3 } else { 1 };
    }
    let (year, month, day) = (a[..4] == b[..4], a[4..6] == b[4..6], a[6..] == b[6..]);
    let swapped = year && a[4..6] == b[6..] && a[6..] == b[4..6];
    if swapped || edits(a, b, 1) <= 1 {
        return 3;
    }
    if u8::from(year) + u8::from(month) + u8::from(day) >= 2 || edits(a, b, 2) <= 2 { 2 } else { 1 }
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
