//! The bytes of a field as text.

use std::fmt::Write;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use jetdb::{ColumnDef, ColumnType, money};

use super::jet::Jet;
use super::long::{self, Lost};
use super::scan::{Fields, u32_at};
use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, written};

pub(super) const MEMO_DAMAGED: &str = "access.memo-damaged";
pub(super) const TOO_LARGE: &str = "access.too-large";
pub(super) const DAMAGED_VALUE: &str = "access.damaged-value";
const ENCODING: &str = "access.encoding";
const BAD_DATE: &str = "access.bad-date";
const UNKNOWN_TYPE: &str = "access.unknown-type";

/// What became of a field.
#[derive(Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(String),
    /// Text that something is wrong with.
    Odd(String, &'static str),
    /// No text, and why.
    Lost(&'static str),
}

use Cell::Lost as Gone;

/// Reads one field; `result` is the type of a calculated one.
pub(super) fn read(
    jet: &mut Jet,
    fields: &Fields<'_>,
    column: &ColumnDef,
    result: Option<ColumnType>,
) -> Result<Cell, ReadError> {
    let is_calculated = column.is_calculated && !column.is_fixed;
    if column.col_type == ColumnType::Boolean && !is_calculated {
        return Ok(logical(fields.is_set(column.col_num)));
    }
    if !fields.is_set(column.col_num) {
        return Ok(Cell::Null);
    }
    if column.is_fixed {
        return Ok(fixed(fields.fixed(column.fixed_offset), column, jet.encoding));
    }
    let Some(bytes) = fields.varying(column.var_col_num) else { return Ok(Cell::Null) };
    if is_calculated {
        return calculated(jet, bytes, result);
    }
    match column.col_type {
        ColumnType::Memo | ColumnType::Ole => {
            let is_memo = column.col_type == ColumnType::Memo;
            if bytes.is_empty() {
                return Ok(if is_memo { Cell::Text(String::new()) } else { Cell::Null });
            }
            Ok(match long::read(jet, bytes)? {
                Ok(bytes) if is_memo => text(&bytes, jet.encoding),
                Ok(bytes) => Cell::Text(written::hex(&bytes)),
                Err(Lost::Damaged) => Gone(MEMO_DAMAGED),
                Err(Lost::TooLarge) => Gone(TOO_LARGE),
            })
        }
        kind => Ok(plain(kind, bytes, column.scale, jet.encoding)),
    }
}

/// A field that takes as much of the record as its column says.
fn fixed(bytes: &[u8], column: &ColumnDef, encoding: Option<Encoding>) -> Cell {
    match column.col_type {
        ColumnType::Text | ColumnType::Binary | ColumnType::Unknown(_) => {
            let Some(own) = bytes.get(..usize::from(column.col_size)) else { return Gone(DAMAGED_VALUE) };
            match plain(column.col_type, own, 0, encoding) {
                // Such a text is filled up with blanks, or with NULs by other programs.
                Cell::Text(text) if column.col_type == ColumnType::Text => {
                    Cell::Text(text.trim_end_matches([' ', '\0']).to_string())
                }
                cell => cell,
            }
        }
        kind => plain(kind, bytes, column.scale, encoding),
    }
}

/// Access keeps the value of a formula behind sixteen NULs and its length, and
/// the type that it has apart from the type of the column.
fn calculated(jet: &mut Jet, bytes: &[u8], result: Option<ColumnType>) -> Result<Cell, ReadError> {
    let Some(kind) = result else { return Ok(Gone(UNKNOWN_TYPE)) };
    let resolved;
    let mut bytes = bytes;
    if kind == ColumnType::Memo && !bytes.is_empty() {
        resolved = match long::read(jet, bytes)? {
            Ok(resolved) => resolved,
            Err(_) => return Ok(Gone(MEMO_DAMAGED)),
        };
        bytes = &resolved;
    }
    let Some(len) = u32_at(bytes, 16) else { return Ok(Cell::Null) };
    let Some(value) = bytes.get(20..).and_then(|rest| rest.get(..len as usize)) else {
        return Ok(Gone(DAMAGED_VALUE));
    };
    Ok(match kind {
        _ if value.is_empty() => Cell::Null,
        ColumnType::Memo => utf_16(value.chunks_exact(2).map(pair)),
        ColumnType::Boolean => logical(value.first().is_some_and(|&byte| byte != 0)),
        ColumnType::Numeric => match array(value) {
            Some(bytes) => Cell::Text(money::decimal_variant_to_string(&bytes)),
            None => Gone(DAMAGED_VALUE),
        },
        kind => plain(kind, value, 0, jet.encoding),
    })
}

/// A value that stands in the record itself.
fn plain(kind: ColumnType, bytes: &[u8], scale: u8, encoding: Option<Encoding>) -> Cell {
    let known = match kind {
        ColumnType::Text => return text(bytes, encoding),
        ColumnType::Timestamp => return array(bytes).map_or(Gone(DAMAGED_VALUE), |raw| date(f64::from_le_bytes(raw))),
        ColumnType::DateTimeExtended => return extended(bytes),
        ColumnType::Binary => Some(written::hex(bytes)),
        ColumnType::Byte => bytes.first().map(u8::to_string),
        ColumnType::Int => array(bytes).map(|raw| i16::from_le_bytes(raw).to_string()),
        ColumnType::Long | ColumnType::ComplexType => array(bytes).map(|raw| i32::from_le_bytes(raw).to_string()),
        ColumnType::BigInt => array(bytes).map(|raw| i64::from_le_bytes(raw).to_string()),
        ColumnType::Float => array(bytes).map(|raw| single(f32::from_le_bytes(raw))),
        ColumnType::Double => array(bytes).map(|raw| written::real(f64::from_le_bytes(raw))),
        ColumnType::Money => array(bytes).map(|raw| money::money_to_string(&raw)),
        ColumnType::Numeric => array(bytes).map(|raw| money::numeric_to_string(&raw, scale)),
        ColumnType::Guid => array(bytes).map(|raw| guid(&raw)),
        ColumnType::Boolean | ColumnType::Memo | ColumnType::Ole => None,
        _ => return Cell::Odd(written::hex(bytes), UNKNOWN_TYPE),
    };
    known.map_or(Gone(DAMAGED_VALUE), Cell::Text)
}

fn logical(value: bool) -> Cell {
    Cell::Text(value.to_string())
}

fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.get(..N)?.try_into().ok()
}

/// As `written::real` writes the number, with no more digits than it has.
fn single(value: f32) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".into()
    } else if (1e-12..1e21).contains(&size) || !value.is_finite() {
        value.to_string()
    } else {
        format!("{value:E}")
    }
}

/// The first three parts are numbers, whose bytes stand the other way round.
fn guid(bytes: &[u8; 16]) -> String {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let mut text = String::from("{");
    for (index, at) in ORDER.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{:02X}", bytes.get(at).copied().unwrap_or(0));
    }
    text.push('}');
    text
}

/// A text, in the code page of Access 97 or in UTF-16, which may be compressed.
fn text(bytes: &[u8], encoding: Option<Encoding>) -> Cell {
    if let Some(encoding) = encoding {
        let mut text = String::new();
        let is_whole = encoding.decode_into(bytes, &mut text);
        return if is_whole { Cell::Text(text) } else { Cell::Odd(text, ENCODING) };
    }
    match bytes.strip_prefix(&[0xFF, 0xFE]) {
        Some(compressed) => utf_16(expanded(compressed).into_iter()),
        None if bytes.len() % 2 == 1 => match utf_16(bytes.chunks_exact(2).map(pair)) {
            Cell::Text(text) => Cell::Odd(text + "\u{FFFD}", ENCODING),
            odd => odd,
        },
        None => utf_16(bytes.chunks_exact(2).map(pair)),
    }
}

fn pair(bytes: &[u8]) -> u16 {
    array(bytes).map_or(0, u16::from_le_bytes)
}

fn utf_16(units: impl Iterator<Item = u16>) -> Cell {
    let mut is_whole = true;
    let letters = char::decode_utf16(units).map(|letter| {
        letter.unwrap_or_else(|_| {
            is_whole = false;
            '\u{FFFD}'
        })
    });
    let text: String = letters.collect();
    if is_whole { Cell::Text(text) } else { Cell::Odd(text, ENCODING) }
}

/// Letters below U+0100 take one byte; a NUL begins and ends a stretch of others.
fn expanded(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    let mut is_short = true;
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == 0 {
            is_short = !is_short;
        } else if is_short {
            units.push(u16::from(*first));
        } else if let [second, after @ ..] = after {
            units.push(u16::from_le_bytes([*first, *second]));
            rest = after;
        } else {
            // Half a letter, which by itself is none.
            units.push(0xD800);
        }
    }
    units
}

/// The days that Access knows, from 1899-12-30: the years 100 to 9999.
const DAYS: std::ops::RangeInclusive<f64> = -657_434.0..=2_958_465.999_999_999;
const DAY_MILLIS: i64 = 86_400_000;

/// Days since 1899-12-30, with the time of day as their fraction, which counts
/// forward from midnight on days before that one too.
fn date(days: f64) -> Cell {
    let odd = || Cell::Odd(written::real(days), BAD_DATE);
    if !DAYS.contains(&days) {
        return odd();
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the days of the calendar, see above")]
    let (day, millis) = (days.trunc() as i64, (days.fract().abs() * 86_400_000.0).round() as i64);
    NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|first| first.checked_add_signed(TimeDelta::days(day)))
        .and_then(|date| date.and_hms_opt(0, 0, 0))
        .and_then(|midnight| midnight.checked_add_signed(TimeDelta::milliseconds(millis)))
        .map_or_else(odd, |moment| Cell::Text(moment_text(moment, millis % DAY_MILLIS == 0)))
}

fn moment_text(moment: NaiveDateTime, is_midnight: bool) -> String {
    if is_midnight { moment.format("%Y-%m-%d").to_string() } else { moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string() }
}

/// Digits: days since the year 1, seconds and ten-millionths of a second, as in
/// `0000000000000738000:0000000819121234567:7`.
fn extended(bytes: &[u8]) -> Cell {
    let raw = bytes.get(..42).unwrap_or(bytes);
    let odd = || Cell::Odd(written::hex(raw), BAD_DATE);
    let number = |from: usize, to: usize| -> Option<u64> {
        let digits = std::str::from_utf8(raw.get(from..to)?).ok()?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let read = || {
        let (days, seconds, rest) = (number(0, 19)?, number(20, 32)?, number(32, 39)?);
        let midnight = NaiveDate::from_ymd_opt(1, 1, 1)?.checked_add_days(Days::new(days))?.and_hms_opt(0, 0, 0)?;
        let seconds = i64::try_from(seconds).ok().filter(|seconds| *seconds < 86_400)?;
        let moment = midnight.checked_add_signed(TimeDelta::seconds(seconds))?;
        let text = moment_text(moment, seconds == 0 && rest == 0);
        Some(if rest == 0 { text } else { format!("{text}.{rest:07}") })
    };
    read().map_or_else(odd, Cell::Text)
}

#[cfg(test)]
mod tests {
    use super::{Cell, date, extended, guid, text};
    use crate::sources::encoding::Encoding;

    fn day(days: f64) -> String {
        match date(days) {
            Cell::Text(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn days_before_1899_have_their_time_forward_too() {
        assert_eq!(day(0.0), "1899-12-30");
        assert_eq!(day(0.5), "1899-12-30T12:00:00");
        assert_eq!(day(-1.25), "1899-12-29T06:00:00");
        assert_eq!(day(35_250.0), "1996-07-04");
        assert_eq!(day(35_250.999_999_999_9), "1996-07-05");
        assert_eq!(day(40_000.000_011_585_6), "2009-07-06T00:00:01.001");
        assert_eq!(day(-657_434.0), "0100-01-01");
        assert_eq!(day(2_958_465.0), "9999-12-31");
        assert_eq!(day(9_000_000.0), "Odd(\"9000000\", \"access.bad-date\")");
        assert_eq!(day(f64::NAN), "Odd(\"NaN\", \"access.bad-date\")");
    }

    #[test]
    fn long_dates_have_seven_places() {
        let bytes = b"0000000000000737954:0000000819121234567:7\0";
        assert_eq!(extended(bytes), Cell::Text("2021-06-14T22:45:12.1234567".into()));
        assert_eq!(extended(b"12"), Cell::Odd("0x3132".into(), "access.bad-date"));
    }

    #[test]
    fn compressed_text_changes_to_two_bytes_and_back() {
        let bytes = b"\xFF\xFEMil\0\x42\x01\0osz";
        assert_eq!(text(bytes, None), Cell::Text("Mil\u{142}osz".into()));
        assert_eq!(text(b"\xFF\xFEMil\0\x42", None), Cell::Odd("Mil\u{FFFD}".into(), "access.encoding"));
        assert_eq!(text(b"A\0\x00\xD8", None), Cell::Odd("A\u{FFFD}".into(), "access.encoding"));
        assert_eq!(text(b"\xDC", Some(Encoding::WINDOWS_1252)), Cell::Text("Ü".into()));
    }

    #[test]
    fn a_guid_is_as_access_shows_it() {
        let bytes: Vec<u8> = (0..16).collect();
        let bytes: [u8; 16] = bytes.try_into().expect("sixteen");
        assert_eq!(guid(&bytes), "{03020100-0504-0706-0809-0A0B0C0D0E0F}");
    }
}
