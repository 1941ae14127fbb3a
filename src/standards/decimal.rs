//! `decimal`: amounts, with their currencies and separators taken off.
//! Loses no digit unless it is told to round; never goes through a float.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Decimal128Type};

use super::column::{remark, typed};
use super::numeral::{Mark, Numeral, without_dashes};
use super::{Cleaner, Defaults, Example, Remark, Standard, currency};
use crate::config::decode::{Options, Table};
use crate::diagnostic::{Code, Faults};
use crate::{options, words};

/// Codes of this module.
pub const CODES: &[Code] = &[
    Code {
        id: "decimal.ambiguous",
        what: "With `decimal = \"comma\"` and a scale of 3, an amount such as `1.234` was read as 1.234 and not as 1234.",
        why: "A clean value of three places looks just like that, and cleaning twice must be cleaning once.",
        example: "1.234",
        fix: "Take a scale of 2 or 4, with which `1.234` is one thousand two hundred and thirty-four.",
    },
    Code {
        id: "config.decimal-size",
        what: "The precision or the scale of a decimal is out of bounds.",
        why: "A decimal has 1 to 38 digits in all (precision), of which up to that many are fraction (scale).",
        example: "standard = { name = \"decimal\", precision = 5, scale = 6 }",
        fix: "Take a precision from 1 to 38 and a scale that is not above it.",
    },
];

pub static STANDARD: Standard = Standard {
    name: "decimal",
    what: "Reads amounts with a decimal point or comma, thousands separators, currency signs, accounting negatives",
    why: "Amounts come as $1,234.50, 1.234,50 EUR or (12.00); adding up needs exact numbers.",
    rule: "Of two different separators the last is the decimal one. A single one is the decimal one, unless exactly \
           three digits follow one to three: then, with `decimal = \"auto\"`, a comma parts thousands and a point is \
           ambiguous and invalid (with a scale of 3 or more the point is the decimal one and the comma is ambiguous). \
           More digits than the scale holds are invalid unless they are zeros or `round = true`. A percent sign is \
           dropped: 12.5 % is 12.50. Dashes in place of the cents (12,- and 12.–) are zeros and no minus.",
    examples: &[
        Example { input: "12.5", country: None, output: Some("12.50") },
        Example { input: "$1,234.50", country: None, output: Some("1234.50") },
        Example { input: "1.234,50 €", country: None, output: Some("1234.50") },
        Example { input: "EUR 1 234,5", country: None, output: Some("1234.50") },
        Example { input: "CHF 1'234.00", country: None, output: Some("1234.00") },
        Example { input: "(12.00)", country: None, output: Some("-12.00") },
        Example { input: "12,-", country: None, output: Some("12.00") },
        Example { input: "1.234,- €", country: None, output: Some("1234.00") },
        Example { input: "-12,-- €", country: None, output: Some("-12.00") },
        Example { input: "Fr. 12.–", country: None, output: Some("12.00") },
        Example { input: "12.50-", country: None, output: Some("-12.50") },
        Example { input: "-$5", country: None, output: Some("-5.00") },
        Example { input: "1,234", country: None, output: Some("1234.00") },
        Example { input: "1.234", country: None, output: None },
        Example { input: "12.345", country: None, output: None },
        Example { input: "12.5000", country: None, output: Some("12.50") },
        Example { input: "1.5e3", country: None, output: Some("1500.00") },
        Example { input: "12.5 %", country: None, output: Some("12.50") },
        Example { input: "n/a", country: None, output: None },
    ],
    takes_country: false,
    keys: DecimalOptions::keys,
    build,
};

words! {
    /// Which sign parts the fraction.
    pub enum DecimalMark {
        /// 1,234.50
        Point = "point",
        /// 1.234,50
        Comma = "comma",
        /// Either, told apart value by value.
        Auto = "auto",
    }
}

options! {
    /// Options of the standard `decimal`.
    struct DecimalOptions {
        /// Digits in all, 1 to 38.
        precision: u32 = 18,
        /// Digits of the fraction.
        scale: u32 = 2,
        /// The decimal sign. With `comma` and a scale of 3, `1.234` reads as the clean value that it looks like, and is flagged.
        decimal: DecimalMark = DecimalMark::Auto,
        /// Rounds digits beyond the scale (halves away from zero), which are invalid otherwise.
        round: bool = false,
    }
}

/// A reader of amounts.
#[derive(Debug)]
pub(super) struct Decimal {
    precision: u8,
    scale: u8,
    mark: Mark,
    round: bool,
    /// Ten to the precision: what no value reaches.
    limit: i128,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = DecimalOptions::from_table(table, span.clone(), also, faults)?;
    let cleaner = sized(options.precision, options.scale, options.decimal, options.round);
    if cleaner.is_none() {
        faults
            .push("config.decimal-size", span, "the precision or the scale is out of bounds")
            .help("take a precision from 1 to 38 and a scale that is not above it");
    }
    cleaner.map(|cleaner| Box::new(cleaner) as Box<dyn Cleaner>)
}

/// The reader for a size and a decimal sign; `None` if they are out of bounds.
pub(super) fn sized(precision: u32, scale: u32, decimal: DecimalMark, round: bool) -> Option<Decimal> {
    if !(1..=38).contains(&precision) || scale > precision {
        return None;
    }
    let mark = match decimal {
        DecimalMark::Point => Mark::Point,
        DecimalMark::Comma => Mark::Comma { thousandths: scale == 3 },
        DecimalMark::Auto => Mark::Auto { thousandths: scale >= 3 },
    };
    Some(Decimal {
        precision: u8::try_from(precision).ok()?,
        scale: u8::try_from(scale).ok()?,
        mark,
        round,
        limit: 10_i128.checked_pow(precision)?,
    })
}

impl Decimal {
    pub(super) fn read(&self, value: &str) -> Option<i128> {
        let plain = Numeral::read(value, self.mark).or_else(|| {
            // the sign may stand outside of the currency: -$5, ($5)
            let (open, inner) = match value.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
                Some(inner) => (true, inner.trim()),
                None => (false, value),
            };
            let (minus, inner) = match inner.strip_prefix(['-', '−']) {
                Some(rest) if !open => (true, rest.trim_start()),
                _ => (false, inner),
            };
            let bare = currency::strip(inner)?.0;
            let signed = bare.starts_with(['-', '−', '+', '('])
                || (bare.ends_with(['-', '−']) && without_dashes(bare).is_none());
            match (open || minus, signed) {
                (true, true) => None,
                (true, false) => Numeral::read(&format!("-{bare}"), self.mark),
                (false, _) => Numeral::read(bare, self.mark),
            }
        })?;
        plain.scaled(u32::from(self.scale), self.round).filter(|value| value.abs() < self.limit)
    }
}

impl Cleaner for Decimal {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let built = typed::<Decimal128Type>(input, |value| self.read(value));
        Arc::new(built.with_data_type(self.output()).finish())
    }

    fn remarks(&self, input: &StringArray, clean: &ArrayRef, _: Option<&StringArray>) -> Vec<Remark> {
        if self.mark != (Mark::Comma { thousandths: true }) {
            return Vec::new();
        }
        let lone = |value: &str| {
            let parts = value.split_once('.').filter(|(_, rest)| !rest.contains(['.', ',']));
            parts.is_some_and(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count() == 3)
        };
        let open = |value: &str| lone(value) && !value.contains(',');
        remark("decimal.ambiguous", input, clean, |_, value| open(value)).into_iter().collect()
    }

    fn output(&self) -> DataType {
        DataType::Decimal128(self.precision, i8::try_from(self.scale).unwrap_or(0))
    }
}
