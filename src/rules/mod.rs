//! Rules: what a clean value must be. One check a file.
//!
//! A check looks at a column of clean values and says which rows break it. What
//! then becomes of the record is the mapping's policy, not the check's business.

mod length;
mod one_of;
mod pattern;
mod range;
mod required;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::error::ArrowError;

use crate::config::pipeline::CheckKind;
use crate::diagnostic::Code;

pub use length::{Length, TooLongText, characters};
pub use one_of::OneOf;
pub use pattern::Pattern;
pub use range::Range;
pub use required::Required;

/// A test of one column of clean values.
pub trait Check: Send + Sync {
    /// The issue code of a row that breaks it.
    fn code(&self) -> &'static str;
    /// True for each row that breaks it. Null breaks none but `required`.
    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError>;
}

/// The check of a mapping's entry.
///
/// # Errors
/// A message, where a pattern or a bound cannot be used.
pub fn check(kind: &CheckKind) -> Result<Box<dyn Check>, String> {
    Ok(match kind {
        CheckKind::Length { min, max } => Box::new(Length { min: *min, max: *max }),
        CheckKind::Range { min, max } => Box::new(Range::new(min.as_ref(), max.as_ref())?),
        CheckKind::Pattern(pattern) => Box::new(Pattern::new(pattern)?),
        CheckKind::OneOf(words) => Box::new(OneOf::new(words)),
    })
}

/// The codes of all rules.
pub const CODES: &[Code] = &[
    Code {
        id: "required.missing",
        what: "A field that must have a value has none.",
        why: "The new system would refuse the record, or be of no use with it.",
        example: "`last_name = { required = true }` and a contact without a family name",
        fix: "Fill it in the source, map a second column to fall back on, or relax the rule with `required = \"hold\"`.",
    },
    Code {
        id: "length.outside",
        what: "A text has fewer or more characters than the field's `length` allows.",
        why: "Codes of a fixed length that are too short have usually lost their leading zeros.",
        example: "`length = [5, 5]` and the value `6022`",
        fix: "Correct the source, or map the column through an expression such as `lpad(\"ZIP\", 5, '0')`.",
    },
    Code {
        id: "length.too-long",
        what: "A text is longer than the target's column.",
        why: "The target would refuse it, or cut it without a word.",
        example: "`type = \"text(40)\"` and a text of 55 characters",
        fix: "Widen the type, or say what is to happen with `too_long = \"truncate\"`, `\"null\"`, `\"hold\"` or `\"reject\"`.",
    },
    Code {
        id: "range.outside",
        what: "A value is below the field's `min` or above its `max`.",
        why: "Amounts and dates far outside the expected range are typing errors or sentinels.",
        example: "`max = 2026-06-30` and an order dated 2062-03-01",
        fix: "Correct the source, or widen the range.",
    },
    Code {
        id: "pattern.mismatch",
        what: "A text does not match the field's `pattern` from beginning to end.",
        why: "Identifiers of another shape point at a shifted column or at another numbering.",
        example: "`pattern = \"[A-Z]{2}\\\\d{4}\"` and the value `4711`",
        fix: "Correct the source, or widen the pattern.",
    },
    Code {
        id: "one-of.unknown",
        what: "A value is none of those that the field's `one_of` lists.",
        why: "A picklist of the new system takes its own words and no others.",
        example: "`one_of = [\"active\", \"lapsed\"]` and the value `dormant`",
        fix: "Add the word to `one_of`, or translate it with a value list (`values`).",
    },
    Code {
        id: "rule.broken",
        what: "The record does not fulfil a rule of the mapping's `[rules]`; the rule's name stands behind the colon.",
        why: "Whoever wrote the rule wants no such record in the new system. A condition that is null counts as broken.",
        example: "`reachable = { check = \"email is not null or phone is not null\" }` and a contact with neither",
        fix: "Correct the source, or let the rule hold, warn or empty fields with `otherwise`.",
    },
];

/// The code of a broken row rule.
pub const RULE_BROKEN: &str = "rule.broken";
