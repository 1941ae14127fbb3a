//! What the attributes of a cell say. Knows nothing of rows and repeats.

use quick_xml::events::BytesStart;

use super::attribute;
use crate::sources::sheet::value::{self, Value};
use crate::sources::sheet::workbook::text_value;

/// Whether a number is shown as its digits with zeros before them.
pub(super) fn is_padded(text: &str, number: f64) -> bool {
    text.len() > 1
        && text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<f64>().is_ok_and(|shown| shown.total_cmp(&number).is_eq())
}

/// Where the value of a cell stands.
pub(super) enum Typed {
    /// The value is the cell's text.
    Text,
    Number(f64),
    Value(Option<Value>),
}

/// The value that a cell's attributes give.
pub(super) fn typed(tag: &BytesStart<'_>) -> Typed {
    if attribute(tag, "calcext:value-type").as_deref() == Some("error") {
        return Typed::Value(Some(Value::Error));
    }
    let kind = attribute(tag, "value-type").unwrap_or_default();
    let raw = match kind.as_str() {
        "float" | "percentage" | "currency" => attribute(tag, "value"),
        "date" => attribute(tag, "date-value"),
        "time" => attribute(tag, "time-value"),
        "boolean" => attribute(tag, "boolean-value"),
        "string" => attribute(tag, "string-value"),
        _ => None,
    };
    let Some(raw) = raw else { return Typed::Text };
    if matches!(kind.as_str(), "float" | "percentage" | "currency") {
        return raw.trim().parse().map_or_else(|_| Typed::Value(text_value(&raw)), Typed::Number);
    }
    Typed::Value(match kind.as_str() {
        "date" => text_value(&value::iso(&raw)),
        "time" => text_value(&value::iso_duration(&raw)),
        _ => text_value(&raw),
    })
}
