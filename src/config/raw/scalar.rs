//! Values that have a notation of their own: dates, limits, ages, types.

use std::fmt;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};
use toml::de::DeValue;

use crate::config::decode::{Decode, Node, mismatch, unknown_keys};
use crate::config::pipeline::{FieldType, Limit};
use crate::diagnostic::{Faults, nearest};

/// Notes a value that has the right TOML type and the wrong form.
fn malformed(node: &Node, wanted: &str, faults: &mut Faults) {
    faults.push("config.wrong-value", node.span(), format!("expected {wanted}"));
}

impl Decode for NaiveDate {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let read = match node.get_ref() {
            DeValue::Datetime(at) if at.time.is_none() => at.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => {
                mismatch(node, "a date such as 2026-06-30", faults);
                return None;
            }
        };
        if read.is_none() {
            malformed(node, "a date such as 2026-06-30", faults);
        }
        read
    }
    fn schema() -> Json {
        json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
    fn kind() -> String {
        "a date".into()
    }
}

/// `"1%"`, `100`, `"none"`.
impl Decode for Limit {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::Integer(_) => u32::decode(node, faults).map(|count| Self::Records(count.into())),
            DeValue::String(text) if text == "none" => Some(Self::None),
            DeValue::String(text) => {
                let share: Option<f64> = text.trim().strip_suffix('%').and_then(|number| number.trim().parse().ok());
                let share = share.filter(|percent| (0.0..=100.0).contains(percent));
                if share.is_none() {
                    malformed(node, &Self::kind(), faults);
                }
                share.map(|percent| Self::Share(percent / 100.0))
            }
            _ => {
                mismatch(node, &Self::kind(), faults);
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": r"^([0-9.]+ *%|none)$" },
        ] })
    }
    fn kind() -> String {
        r#"a number of records, a share such as "1%", or "none""#.into()
    }
}

/// A length of time in the calendar: `3 years`, `18 months`, `90 days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub months: u32,
    pub days: u32,
}

impl Age {
    /// The day that lies this long before `day`; months end where they end.
    pub fn before(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_sub_months(chrono::Months::new(self.months))?.checked_sub_days(chrono::Days::new(self.days.into()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let count: u32 = parts.next()?.parse().ok()?;
        let unit = parts.next()?;
        if parts.next().is_some() {
            return None;
        }
        match unit {
            "day" | "days" => Some(Self { months: 0, days: count }),
            "week" | "weeks" => Some(Self { months: 0, days: count.checked_mul(7)? }),
            "month" | "months" => Some(Self { months: count, days: 0 }),
            "year" | "years" => Some(Self { months: count.checked_mul(12)?, days: 0 }),
            _ => None,
        }
    }
}

impl Decode for Age {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::String(text) = node.get_ref() else {
            mismatch(node, &Self::kind(), faults);
            return None;
        };
        let read = Self::parse(text);
        if read.is_none() {
            malformed(node, &Self::kind(), faults);
        }
        read
    }
    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]+ (day|week|month|year)s?$" })
    }
    fn kind() -> String {
        r#"a length of time such as "3 years", "18 months" or "90 days""#.into()
    }
}

/// The names that types have in a mapping.
const TYPES: &[&str] = &["text", "integer", "decimal", "boolean", "date", "datetime", "uuid"];

/// A type as it is written: `text(2000)`.
pub fn parse_type(text: &str) -> Option<FieldType> {
    let (name, numbers) = match text.trim().split_once('(') {
        Some((name, rest)) => (name.trim(), Some(rest.trim_end().strip_suffix(')')?)),
        None => (text.trim(), None),
    };
    match (name, numbers) {
        ("text", None) => Some(FieldType::Text(None)),
        ("text", Some(most)) => {
            most.trim().parse().ok().filter(|most: &u32| *most > 0).map(|most| FieldType::Text(Some(most)))
        }
        ("integer", None) => Some(FieldType::Integer),
        ("decimal", None) => Some(FieldType::Decimal { precision: 18, scale: 2 }),
        ("decimal", Some(numbers)) => {
            let (precision, scale) = numbers.split_once(',')?;
            let (precision, scale): (u8, i8) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
            let fits = (1..=38).contains(&precision) && (0..=precision.cast_signed()).contains(&scale);
            fits.then_some(FieldType::Decimal { precision, scale })
        }
        ("boolean", None) => Some(FieldType::Boolean),
        ("date", None) => Some(FieldType::Date),
        ("datetime", None) => Some(FieldType::DateTime),
        ("uuid", None) => Some(FieldType::Uuid),
        _ => None,
    }
}

impl Decode for FieldType {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::String(text) = node.get_ref() else {
            mismatch(node, "a type", faults);
            return None;
        };
        let read = parse_type(text);
        if read.is_none() {
            let name = text.split('(').next().unwrap_or_default().trim();
            let fault = faults.push("config.unknown-word", node.span(), format!("unknown type `{text}`"));
            match nearest(name, TYPES.iter().copied()).filter(|near| *near != name) {
                Some(near) => fault.label(format!("did you mean `{near}`?")).help(format!("one of {}", listed())),
                None => fault.help(format!("one of {}", listed())),
            };
        }
        read
    }
    fn schema() -> Json {
        let pattern = r"^(text( *\([0-9]+\))?|integer|decimal( *\([0-9]+ *, *[0-9]+\))?|boolean|date|datetime|uuid)$";
        json!({ "type": "string", "pattern": pattern })
    }
    fn kind() -> String {
        format!("one of {}", listed())
    }
}

fn listed() -> String {
    "`text`, `text(80)`, `integer`, `decimal(12,2)`, `boolean`, `date`, `datetime`, `uuid`".to_string()
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(None) => f.write_str("text"),
            Self::Text(Some(most)) => write!(f, "text({most})"),
            Self::Integer => f.write_str("integer"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Boolean => f.write_str("boolean"),
            Self::Date => f.write_str("date"),
            Self::DateTime => f.write_str("datetime"),
            Self::Uuid => f.write_str("uuid"),
        }
    }
}

/// A plain value, as the text that a source would hold for it: `true`, `12`, `2026-06-30`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar(pub String);

impl Decode for Scalar {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        match node.get_ref() {
            DeValue::String(text) => Some(Self(text.to_string())),
            DeValue::Integer(number) => i64::decode(node, faults).map(|read| {
                Self(if number.radix() == 10 {
                    number.as_str().trim_start_matches('+').into()
                } else {
                    read.to_string()
                })
            }),
            DeValue::Float(number) => Some(Self(number.as_str().trim_start_matches('+').to_string())),
            DeValue::Boolean(value) => Some(Self(value.to_string())),
            DeValue::Datetime(at) => Some(Self(at.to_string())),
            DeValue::Array(_) | DeValue::Table(_) => {
                mismatch(node, &Self::kind(), faults);
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
    fn kind() -> String {
        "a text, number, date, true or false".into()
    }
}

/// A policy where `true` stands for `reject` and `false` for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch(pub Option<crate::config::pipeline::Policy>);

impl Decode for Switch {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        use crate::config::pipeline::Policy;
        match node.get_ref() {
            DeValue::Boolean(on) => Some(Self(on.then_some(Policy::Reject))),
            DeValue::String(_) => Policy::decode(node, faults).map(|policy| Self(Some(policy))),
            _ => {
                mismatch(node, &Self::kind(), faults);
                None
            }
        }
    }
    fn absent() -> Option<Self> {
        Some(Self(None))
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "type": "boolean" }, crate::config::pipeline::Policy::schema()] })
    }
    fn kind() -> String {
        format!("true, false or {}", crate::config::pipeline::Policy::kind())
    }
}

/// The least and the greatest: `[1, 40]`, `{ min = 1 }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between<T> {
    pub min: Option<T>,
    pub max: Option<T>,
}

impl<T: Decode> Decode for Between<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::Table(table) = node.get_ref() {
            unknown_keys(table, &["min", "max"], faults);
            let mut bound = |key: &str| table.get(key).map(|node| T::decode(node, faults));
            let (min, max) = (bound("min"), bound("max"));
            if min.is_none() && max.is_none() {
                malformed(node, &Self::kind(), faults);
            }
            return Some(Self { min: min.flatten(), max: max.flatten() });
        }
        let DeValue::Array(_) = node.get_ref() else {
            mismatch(node, &Self::kind(), faults);
            return None;
        };
        let mut bounds = Vec::<T>::decode(node, faults)?.into_iter();
        match (bounds.next(), bounds.next(), bounds.next()) {
            (min @ Some(_), max @ Some(_), None) => Some(Self { min, max }),
            _ => {
                malformed(node, &Self::kind(), faults);
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "array", "items": T::schema(), "minItems": 2, "maxItems": 2 },
            {
                "type": "object", "properties": { "min": T::schema(), "max": T::schema() },
                "minProperties": 1, "additionalProperties": false,
            },
        ] })
    }
    fn kind() -> String {
        "a list of the least and the greatest, or a table of `min` and `max`".into()
    }
}
