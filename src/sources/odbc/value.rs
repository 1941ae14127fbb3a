//! How a column is asked for, and what its answer is as text.

use std::fmt::Write;

use odbc_api::DataType;
use odbc_api::buffers::BufferDesc;

use super::{ENCODING, TOO_LARGE};

/// Bytes of one value at most.
const CELL_BYTES: usize = 64 << 20;
/// What is declared longer than this is read value by value.
const SHORT: usize = 4000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    /// Bytes: `0x00ff`.
    Bytes,
}

impl Form {
    pub(super) fn of(kind: DataType) -> Self {
        match kind {
            DataType::Binary { .. } | DataType::Varbinary { .. } | DataType::LongVarbinary { .. } => Self::Bytes,
            _ => Self::Text,
        }
    }

    /// A buffer for many values at once; `None` where they may be long, or nobody
    /// knows how long.
    pub(super) fn buffer(self, kind: DataType) -> Option<BufferDesc> {
        let long = matches!(
            kind,
            DataType::LongVarchar { .. }
                | DataType::WLongVarchar { .. }
                | DataType::LongVarbinary { .. }
                | DataType::Unknown
        );
        if long {
            return None;
        }
        match self {
            Self::Bytes => {
                let max_bytes = kind.column_size()?.get();
                (max_bytes <= SHORT).then_some(BufferDesc::Binary { max_bytes })
            }
            Self::Text => {
                let declared = kind.utf16_len().or_else(|| kind.display_size())?.get();
                // Drivers forget a sign, a point or the fractions of a second.
                let max_str_len = declared.max(32);
                (max_str_len <= SHORT).then_some(BufferDesc::WText { max_str_len })
            }
        }
    }
}

/// UTF-16 as text, or the code of what is wrong with it.
pub(super) fn text(units: &[u16]) -> Result<String, (&'static str, Option<String>)> {
    if units.len() > CELL_BYTES / 2 {
        return Err((TOO_LARGE, None));
    }
    String::from_utf16(units).map_err(|_| (ENCODING, Some(String::from_utf16_lossy(units))))
}

pub(super) fn hex(bytes: &[u8]) -> Result<String, (&'static str, Option<String>)> {
    if bytes.len() > CELL_BYTES {
        return Err((TOO_LARGE, None));
    }
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("0x");
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
