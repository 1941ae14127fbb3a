//! What a number format says of a number: that it is a date, a length of time, or
//! digits of which the first may be zeros.

use std::fmt::Write as _;

use super::row::Mark;
use super::value;

/// How the numbers of a format are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NumberFormat {
    Plain,
    /// A day, a time, or both.
    Date,
    /// Hours that may pass 24.
    Duration,
    /// `00000` or `000\-00\-0000`: each zero a digit, `None` in the list, and
    /// what stands between them.
    Zeros(Vec<Option<char>>),
}

impl NumberFormat {
    /// Of a format that has a number and no code of its own.
    pub(super) fn builtin(id: u32) -> Self {
        match id {
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self::Date,
            46 => Self::Duration,
            _ => Self::Plain,
        }
    }

    /// Of a format code such as `dd.mm.yyyy`; its first section counts.
    pub(super) fn of(code: &str) -> Self {
        if is_general(code) {
            return Self::Plain;
        }
        let mut digits = Vec::new();
        let (mut zeros, mut only_zeros) = (0, true);
        let mut chars = code.chars();
        while let Some(char) = chars.next() {
            match char {
                ';' => break,
                '"' => {
                    for literal in chars.by_ref().take_while(|char| *char != '"') {
                        only_zeros &= joins(literal);
                        digits.push(Some(literal));
                    }
                }
                '\\' => {
                    let literal = chars.next().unwrap_or('\\');
                    only_zeros &= joins(literal);
                    digits.push(Some(literal));
                }
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|char| *char != ']').collect();
                    let unit = inside.to_ascii_lowercase();
                    if ["h", "m", "s"].iter().any(|letter| !unit.is_empty() && unit.replace(letter, "").is_empty()) {
                        return Self::Duration;
                    }
                }
                'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => return Self::Date,
                '0' => {
                    zeros += 1;
                    digits.push(None);
                }
                _ => {
                    only_zeros &= joins(char);
                    digits.push(Some(char));
                }
            }
        }
        if zeros > 1 && only_zeros { Self::Zeros(digits) } else { Self::Plain }
    }

    /// Writes a number of this format.
    pub(super) fn write(&self, number: f64, is_1904: bool, into: &mut String) -> Mark {
        match self {
            Self::Date => value::write_date(number, is_1904, into),
            Self::Duration => value::write_duration(number, into),
            Self::Zeros(digits) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => {
                padded(digits, number, into);
                Mark::Plain
            }
            Self::Plain | Self::Zeros(_) => value::write_number(number, into),
        }
    }
}

/// Whether a code is `General`, which some programs write in their language.
fn is_general(code: &str) -> bool {
    let first = code.split(';').next().unwrap_or_default();
    matches!(first.to_lowercase().as_str(), "general" | "standard" | "estándar" | "@")
}

/// What may stand between the digits of a number that is no quantity: of a
/// telephone, a social security or an extended postal code.
fn joins(char: char) -> bool {
    matches!(char, '-' | ' ' | '/' | '(' | ')' | '\u{a0}' | '\u{2013}')
}

fn padded(digits: &[Option<char>], number: f64, into: &mut String) {
    let zeros = digits.iter().filter(|digit| digit.is_none()).count();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, below 1e15, not negative")]
    let number = number as u64;
    if zeros == digits.len() {
        // Writing to a String cannot fail.
        let _ = write!(into, "{number:0zeros$}");
        return;
    }
    let text = format!("{number:0zeros$}");
    let (mut rest, mut surplus) = (text.chars(), text.len().saturating_sub(zeros));
    for digit in digits {
        match digit {
            Some(literal) => into.push(*literal),
            None => {
                // Digits beyond the format stand before its first one.
                let count = 1 + std::mem::take(&mut surplus);
                into.extend(rest.by_ref().take(count));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::NumberFormat;

    #[test]
    fn a_code_says_what_a_number_is() {
        let cases = [
            ("General", NumberFormat::Plain),
            ("0", NumberFormat::Plain),
            ("0.00", NumberFormat::Plain),
            ("#,##0.00 \"€\"", NumberFormat::Plain),
            ("0.00E+00", NumberFormat::Plain),
            ("@", NumberFormat::Plain),
            ("0%", NumberFormat::Plain),
            ("\"Day\" 00.0", NumberFormat::Plain),
            ("[Red]0;[Blue]-0", NumberFormat::Plain),
            ("[$-409]d-mmm-yy;@", NumberFormat::Date),
            ("dd.mm.yyyy hh:mm", NumberFormat::Date),
            ("AM/PM", NumberFormat::Date),
            ("[$-411]ggge\"年\"m\"月\"d\"日\";@", NumberFormat::Date),
            ("Standard", NumberFormat::Plain),
            ("[h]:mm:ss", NumberFormat::Duration),
            ("[mm]:ss", NumberFormat::Duration),
        ];
        for (code, expected) in cases {
            assert_eq!(NumberFormat::of(code), expected, "{code}");
        }
    }

    #[test]
    fn zeros_are_shown() {
        let cases = [
            ("00000", 6022.0, "06022"),
            ("00000", 123_456.0, "123456"),
            ("00000", 6022.5, "6022.5"),
            ("00000", -5.0, "-5"),
            ("000\\-00\\-0000", 12_345_678.0, "012-34-5678"),
            ("000-00-0000", 1.0, "000-00-0001"),
            ("00000\\-0000;@", 60_221_234.0, "06022-1234"),
            ("(000) 000-0000", 55_512_345_678.0, "(5551) 234-5678"),
            ("0000\" kg\"", 12.0, "12"),
        ];
        for (code, number, expected) in cases {
            let mut text = String::new();
            NumberFormat::of(code).write(number, false, &mut text);
            assert_eq!(text, expected, "{code}");
        }
    }

    proptest! {
        #[test]
        fn any_code_is_answered(code in "\\PC{0,30}", number in any::<f64>()) {
            let mut text = String::new();
            NumberFormat::of(&code).write(number, true, &mut text);
        }
    }
}
