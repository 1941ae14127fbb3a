//! From the bytes of one field to its text.
//!
//! What cannot be read as its type is kept as it stands, with a note; nothing
//! here opens a file or fails.

use std::fmt::Write;

use chrono::{Duration, NaiveDate, NaiveTime};

use super::header::{Column, Dialect};
use crate::sources::encoding::Encoding;
use crate::sources::written;

/// What a field holds. The text itself has been appended to the caller's string.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Text,
    /// The text as it stands, and the code that says what is wrong with it.
    Odd(&'static str),
    /// Null, although bytes are there.
    Lost(&'static str),
    /// The number of a block in the memo file.
    Memo(u64),
}

pub(super) const BAD_DATE: &str = "dbf.bad-date";
pub(super) const BAD_NUMBER: &str = "dbf.bad-number";
pub(super) const BAD_LOGICAL: &str = "dbf.bad-logical";
pub(super) const BINARY: &str = "dbf.binary";
pub(super) const AFTER_NUL: &str = "dbf.after-nul";
pub(super) const ENCODING: &str = "dbf.encoding";
pub(super) const MEMO_DAMAGED: &str = "dbf.memo-damaged";

/// Reads a field. `flags` are the record's null and length bits.
pub(super) fn read(
    column: &Column,
    bytes: &[u8],
    flags: &[u8],
    dialect: Dialect,
    page: Encoding,
    out: &mut String,
) -> Value {
    let is_set =
        |bit: Option<usize>| bit.is_some_and(|bit| flags.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1));
    if is_set(column.null_bit) {
        return Value::Null;
    }
    let bytes = if is_set(column.length_bit) { cut_to_length(bytes) } else { bytes };
    match (column.kind, bytes.len()) {
        (b'C', _) => characters(bytes, page, out),
        // The length is known: trailing blanks were typed.
        (b'V', _) if is_set(column.length_bit) => text(bytes, page, out),
        (b'V', _) => characters(bytes, page, out),
        (b'N' | b'F', _) => number(bytes, page, out),
        (b'D', 8) => date(bytes, page, out),
        (b'L', _) => logical(bytes, page, out),
        (b'M' | b'G' | b'P', _) => memo(bytes),
        (b'W', 4) => memo(bytes),
        // dBASE 5 and 7; a double in Visual FoxPro.
        (b'B', 10) => memo(bytes),
        (b'I' | b'+', 4) if dialect == Dialect::Seven => {
            put(out, i32::from_be_bytes(array(bytes)) ^ i32::MIN, bytes == [0; 4])
        }
        (b'I' | b'+', 4) => put(out, i32::from_le_bytes(array(bytes)), false),
        (b'O', 8) if dialect == Dialect::Seven => sortable_double(bytes, out),
        (b'B' | b'O', 8) if dialect != Dialect::Seven => double(f64::from_le_bytes(array(bytes)), out),
        (b'Y', 8) => currency(i64::from_le_bytes(array(bytes)), out),
        (b'T' | b'@' | b'7', 8) if dialect != Dialect::Seven => moment(bytes, out),
        (b'Q', _) => hex(bytes, out, Value::Text),
        _ if bytes.iter().all(|byte| matches!(byte, 0 | b' ')) => Value::Null,
        _ => hex(bytes, out, Value::Odd(BINARY)),
    }
}

/// The bytes, or as many as there are, in a row of fixed length.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut row = [0; N];
    for (to, from) in row.iter_mut().zip(bytes) {
        *to = *from;
    }
    row
}

/// Bytes as they are; of none, null.
pub(super) fn hex(bytes: &[u8], out: &mut String, value: Value) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    out.push_str(&written::hex(bytes));
    value
}

/// A field of varying length keeps its length in its last byte.
fn cut_to_length(bytes: &[u8]) -> &[u8] {
    match bytes.split_last() {
        Some((&len, rest)) => &rest[..usize::from(len).min(rest.len())],
        None => bytes,
    }
}

fn put(out: &mut String, value: impl std::fmt::Display, null: bool) -> Value {
    if null {
        return Value::Null;
    }
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
    Value::Text
}

fn is_blank(byte: &u8) -> bool {
    matches!(byte, 0 | b' ')
}

/// Without trailing blanks and NULs.
fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
    &bytes[..end]
}

fn trim(bytes: &[u8]) -> &[u8] {
    let bytes = trim_end(bytes);
    let start = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len());
    &bytes[start..]
}

/// A field of fixed length. Programs written in C ended the text with a NUL
/// and left there what stood in the buffer before.
fn characters(bytes: &[u8], page: Encoding, out: &mut String) -> Value {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (before, after) = bytes.split_at(end);
    let value = text(trim_end(before), page, out);
    if after.iter().all(is_blank) {
        return value;
    }
    match value {
        Value::Null => Value::Lost(AFTER_NUL),
        _ => Value::Odd(AFTER_NUL),
    }
}

/// The text of bytes in a code page; of none, null.
pub(super) fn text(bytes: &[u8], page: Encoding, out: &mut String) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    if page.decode_into(bytes, out) { Value::Text } else { Value::Odd(ENCODING) }
}

fn odd(bytes: &[u8], code: &'static str, page: Encoding, out: &mut String) -> Value {
    page.decode_into(bytes, out);
    Value::Odd(code)
}

fn number(bytes: &[u8], page: Encoding, out: &mut String) -> Value {
    let bytes = trim(bytes);
    if bytes.is_empty() {
        return Value::Null;
    }
    if is_number(bytes) {
        return text(bytes, page, out);
    }
    odd(bytes, BAD_NUMBER, page, out)
}

/// Digits with an optional sign, point and exponent, as dBASE writes numbers.
fn is_number(bytes: &[u8]) -> bool {
    let unsigned = |bytes: &[u8]| match bytes.split_first() {
        Some((b'+' | b'-', rest)) => rest.to_vec(),
        _ => bytes.to_vec(),
    };
    let body = unsigned(bytes);
    let mut halves = body.splitn(2, |byte| matches!(byte, b'e' | b'E'));
    let mantissa = halves.next().unwrap_or_default();
    let exponent = halves.next();
    let points = mantissa.iter().filter(|&&byte| byte == b'.').count();
    let digits = mantissa.iter().filter(|byte| byte.is_ascii_digit()).count();
    let whole_exponent = exponent.is_none_or(|exponent| {
        let exponent = unsigned(exponent);
        !exponent.is_empty() && exponent.iter().all(u8::is_ascii_digit)
    });
    digits > 0 && points <= 1 && digits + points == mantissa.len() && whole_exponent
}

fn date(bytes: &[u8], page: Encoding, out: &mut String) -> Value {
    let trimmed = trim(bytes);
    if trimmed.is_empty() || trimmed == b"00000000" {
        return Value::Null;
    }
    match std::str::from_utf8(trimmed).ok().and_then(calendar) {
        Some(date) => put(out, date, false),
        None => odd(trimmed, BAD_DATE, page, out),
    }
}

fn calendar(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = text.get(..4)?.parse().ok().filter(|&year: &i32| year > 0)?;
    NaiveDate::from_ymd_opt(year, text.get(4..6)?.parse().ok()?, text.get(6..)?.parse().ok()?)
}

fn logical(bytes: &[u8], page: Encoding, out: &mut String) -> Value {
    match trim(bytes) {
        b"" | b"?" => Value::Null,
        b"T" | b"t" | b"Y" | b"y" => put(out, "true", false),
        b"F" | b"f" | b"N" | b"n" => put(out, "false", false),
        other => odd(other, BAD_LOGICAL, page, out),
    }
}

/// A memo's block number: ten digits, or four bytes.
fn memo(bytes: &[u8]) -> Value {
    if bytes.len() == 4 {
        return match u32::from_le_bytes(array(bytes)) {
            // Blanks stand where no program ever wrote.
            0 | 0x2020_2020 => Value::Null,
            number => Value::Memo(u64::from(number)),
        };
    }
    let digits = trim(bytes);
    if digits.iter().all(|&byte| byte == b'0') {
        return Value::Null;
    }
    match std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()) {
        Some(number) => Value::Memo(number),
        None => Value::Lost(MEMO_DAMAGED),
    }
}

fn double(value: f64, out: &mut String) -> Value {
    put(out, value, false);
    if value.is_finite() { Value::Text } else { Value::Odd(BAD_NUMBER) }
}

/// dBASE 7 stores doubles so that their bytes sort as the numbers do.
fn sortable_double(bytes: &[u8], out: &mut String) -> Value {
    let bits = u64::from_be_bytes(array(bytes));
    if bits == 0 {
        return Value::Null;
    }
    let bits = if bits >> 63 == 1 { bits ^ (1 << 63) } else { !bits };
    double(f64::from_bits(bits), out)
}

/// Ten-thousandths, exactly.
fn currency(value: i64, out: &mut String) -> Value {
    let sign = if value < 0 { "-" } else { "" };
    let size = value.unsigned_abs();
    put(out, format_args!("{sign}{}.{:04}", size / 10_000, size % 10_000), false)
}

/// The Julian day number of 1 January of the year 1, and of 31 December 9999.
const DAYS: std::ops::RangeInclusive<i64> = 1_721_426..=5_373_484;
const DAY: i64 = 86_400_000;

/// A Julian day number and the milliseconds since midnight.
fn moment(bytes: &[u8], out: &mut String) -> Value {
    if bytes.iter().all(|byte| matches!(byte, 0 | b' ')) {
        return Value::Null;
    }
    let (day, time) = bytes.split_at(4);
    let day = i64::from(i32::from_le_bytes(array(day)));
    let time = i64::from(i32::from_le_bytes(array(time)));
    let found = NaiveDate::from_ymd_opt(1, 1, 1)
        .filter(|_| DAYS.contains(&day) && (0..=DAY).contains(&time))
        .and_then(|first| first.checked_add_signed(Duration::days(day - DAYS.start())))
        .map(|date| date.and_time(NaiveTime::MIN))
        .and_then(|midnight| midnight.checked_add_signed(Duration::milliseconds(whole_second(time))));
    match found {
        Some(moment) => put(out, moment.format("%Y-%m-%dT%H:%M:%S%.f"), false),
        None => hex(bytes, out, Value::Odd(BAD_DATE)),
    }
}

/// Visual FoxPro keeps whole seconds, and gets them wrong by a millisecond.
fn whole_second(time: i64) -> i64 {
    match time % 1000 {
        999 => time + 1,
        1 => time - 1,
        _ => time,
    }
}
