//! Values of the text protocol, as the server writes them.

use std::fmt::Write;

use mysql_async::Column;
use mysql_async::consts::ColumnType;

use super::{ENCODING, TOO_LARGE};

/// Bytes of one value at most; in hex a blob takes twice as many.
const CELL_BYTES: usize = 64 << 20;

/// The character set of what is bytes and no text.
const BINARY: u16 = 63;

/// How the bytes of a column become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// They are text.
    Text,
    /// They are bytes: `0x00ff`.
    Bytes,
    /// They are the bits of a whole number.
    Bits,
}

impl Form {
    pub(super) fn of(column: &Column) -> Self {
        use ColumnType as Type;
        match column.column_type() {
            Type::MYSQL_TYPE_BIT => Self::Bits,
            Type::MYSQL_TYPE_GEOMETRY => Self::Bytes,
            Type::MYSQL_TYPE_STRING
            | Type::MYSQL_TYPE_VAR_STRING
            | Type::MYSQL_TYPE_VARCHAR
            | Type::MYSQL_TYPE_TINY_BLOB
            | Type::MYSQL_TYPE_MEDIUM_BLOB
            | Type::MYSQL_TYPE_LONG_BLOB
            | Type::MYSQL_TYPE_BLOB
                if column.character_set() == BINARY =>
            {
                Self::Bytes
            }
            _ => Self::Text,
        }
    }

    /// The value as text, or the code of what is wrong with it.
    pub(super) fn text(self, bytes: &[u8]) -> Result<String, &'static str> {
        if bytes.len() > CELL_BYTES {
            return Err(TOO_LARGE);
        }
        match self {
            Self::Text => std::str::from_utf8(bytes).map(str::to_string).map_err(|_| ENCODING),
            Self::Bytes => {
                let mut text = String::with_capacity(2 + 2 * bytes.len());
                text.push_str("0x");
                for byte in bytes {
                    let _ = write!(text, "{byte:02x}");
                }
                Ok(text)
            }
            Self::Bits => {
                let number = bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
                Ok(number.to_string())
            }
        }
    }
}

/// A `float` in all its places: the server writes six of them, and `exact` is the
/// same number as a `double`.
pub(super) fn float(shown: String, exact: &str) -> String {
    let Ok(exact) = exact.parse::<f64>() else { return shown };
    #[expect(clippy::cast_possible_truncation, reason = "the number was a `float` before it was a `double`")]
    let exact = exact as f32;
    match shown.parse::<f32>() {
        Ok(same) if same.to_bits() == exact.to_bits() => shown,
        _ if (1e-12..1e15).contains(&exact.abs()) => exact.to_string(),
        _ => format!("{exact:e}"),
    }
}
