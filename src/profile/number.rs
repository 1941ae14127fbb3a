//! Numbers as programs and people write them: with a decimal point or a decimal
//! comma. Which one a column has is told by the values that leave no choice.

use super::{DecimalSign, Numbers};

/// Characters of a number at most: longer ones are codes.
const LONGEST: usize = 15;

/// Values with a decimal comma that show it.
const ENOUGH: u64 = 3;

/// A number that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Number {
    value: f64,
    /// Digits before and behind the decimal sign.
    digits: u32,
    decimals: u32,
    /// Whether the decimal sign is there.
    fraction: bool,
    whole: bool,
}

/// The numbers of a column in both readings.
#[derive(Debug, Clone, Default)]
pub(super) struct Figures {
    point: Option<Numbers>,
    comma: Option<Numbers>,
    /// Signs of a decimal comma: `10.120.130.140` has none, `1,2` may be a list,
    /// `1.234,50` leaves no choice.
    commas: u64,
}

impl Figures {
    pub(super) fn add(&mut self, text: &str) {
        if let Some(number) = number(text, DecimalSign::Point) {
            counted(&mut self.point, DecimalSign::Point, &number);
        }
        if let Some(number) = number(text, DecimalSign::Comma) {
            counted(&mut self.comma, DecimalSign::Comma, &number);
            let parted = number.fraction && text.contains('.');
            self.commas += if parted { ENOUGH } else { u64::from(number.fraction) };
        }
    }

    /// The reading that more values allow; the point where both do, and where
    /// there are too few decimal commas.
    pub(super) fn finish(&self) -> Option<Numbers> {
        let count = |numbers: &Option<Numbers>| numbers.map_or(0, |numbers| numbers.count);
        if self.commas >= ENOUGH && count(&self.comma) > count(&self.point) { self.comma } else { self.point }
    }
}

fn counted(numbers: &mut Option<Numbers>, decimal: DecimalSign, number: &Number) {
    let (min, max) = (number.value, number.value);
    let seen = numbers.get_or_insert(Numbers { count: 0, whole: 0, min, max, decimal, digits: 0, decimals: 0 });
    seen.count += 1;
    seen.whole += u64::from(number.whole);
    seen.min = seen.min.min(number.value);
    seen.max = seen.max.max(number.value);
    seen.digits = seen.digits.max(number.digits);
    seen.decimals = seen.decimals.max(number.decimals);
}

/// Sign, digits, thousands in groups of three, a fraction.
fn number(text: &str, decimal: DecimalSign) -> Option<Number> {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !body.as_bytes().first()?.is_ascii_digit() || body.len() > LONGEST {
        return None;
    }
    let (sign, group) = match decimal {
        DecimalSign::Point => ('.', ','),
        DecimalSign::Comma => (',', '.'),
    };
    let (whole, fraction) = match body.split_once(sign) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (body, None),
    };
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let parted = whole.contains(group);
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let valid = all_digits(first)
        && (!parted || first.len() <= 3)
        && groups.all(|part| part.len() == 3 && all_digits(part))
        && fraction.is_none_or(all_digits);
    if !valid {
        return None;
    }
    let rest = fraction.unwrap_or_default();
    let (mut size, mut digits) = (0_u64, 0);
    for digit in whole.bytes().filter(u8::is_ascii_digit) {
        size = size * 10 + u64::from(digit - b'0');
        digits += 1;
    }
    // Fifteen digits and powers of ten are exact, and so is one division.
    let mut power = 1.0;
    for digit in rest.bytes() {
        size = size * 10 + u64::from(digit - b'0');
        power *= 10.0;
    }
    let value = size as f64 / power;
    Some(Number {
        value: if text.starts_with('-') { -value } else { value },
        digits,
        decimals: u32::try_from(rest.trim_end_matches('0').len()).ok()?,
        fraction: fraction.is_some(),
        whole: fraction.is_none() && !parted,
    })
}

#[cfg(test)]
mod tests {
    use super::{Figures, number};
    use crate::profile::DecimalSign;

    #[test]
    fn numbers() {
        let cases = [
            ("12", Some(12.0), Some(12.0)),
            ("-1.50", Some(-1.5), None),
            ("-1,50", None, Some(-1.5)),
            ("1,234.50", Some(1234.5), None),
            ("1.234,50", None, Some(1234.5)),
            ("6789,12", None, Some(6789.12)),
            ("1.234", Some(1.234), Some(1234.0)),
            ("1,234", Some(1234.0), Some(1.234)),
            ("12.", Some(12.0), None),
            ("1.2.3", None, None),
            ("", None, None),
            ("12a", None, None),
            ("007", Some(7.0), Some(7.0)),
        ];
        for (text, point, comma) in cases {
            let read = [DecimalSign::Point, DecimalSign::Comma].map(|sign| number(text, sign).map(|found| found.value));
            assert_eq!(read, [point, comma], "{text:?}");
        }
    }

    #[test]
    fn the_column_tells_the_sign() {
        let read = |values: &[&str]| {
            let mut figures = Figures::default();
            values.iter().for_each(|value| figures.add(value));
            figures.finish().map(|found| (found.decimal, found.count, found.decimals, found.max))
        };
        assert_eq!(read(&["1,234", "12.5"]), Some((DecimalSign::Point, 2, 1, 1234.0)));
        assert_eq!(read(&["1.234", "1.012,55"]), Some((DecimalSign::Comma, 2, 2, 1234.0)));
        assert_eq!(read(&["12,5", "1,75", "3,2"]), Some((DecimalSign::Comma, 3, 2, 12.5)));
        assert_eq!(read(&["1,2"]), None);
        assert_eq!(read(&["1.234", "5"]), Some((DecimalSign::Point, 2, 3, 5.0)));
        assert_eq!(read(&["10.120.130.140"]), None);
        assert_eq!(read(&["x"]), None);
    }
}
