//! `decimal`: amounts, with their currencies and separators taken off.
//! Loses no digit unless it is told to round; never goes through a float.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Decimal128Type};

use super::column::typed;
use super::numeral::{Mark, Numeral};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::{Code, Faults};
use crate::{options, words};

/// Codes of this module.
pub const CODES: &[Code] = &[Code {
    id: "config.decimal-size",
    what: "The precision or the scale of a decimal is out of bounds.",
    why: "A decimal has 1 to 38 digits in all (precision), of which up to that many are fraction (scale).",
    example: "standard = { name = \"decimal\", precision = 5, scale = 6 }",
    fix: "Take a precision from 1 to 38 and a scale that is not above it.",
}];

pub static STANDARD: Standard = Standard {
    name: "decimal",
    what: "Reads amounts with a decimal point or comma, thousands separators, currency signs, accounting negatives",
    why: "Amounts come as $1,234.50, 1.234,50 EUR or (12.00); adding up needs exact numbers.",
    rule: "Of two different separators the last is the decimal one. A single one is the decimal one, unless exactly \
           three digits follow one to three: then, with `decimal = \"auto\"`, a comma parts thousands and a point is \
           ambiguous and invalid (with a scale of 3 or more the point is the decimal one and the comma is ambiguous). \
           More digits than the scale holds are invalid unless they are zeros or `round = true`. A percent sign is \
           dropped: 12.5 % is 12.50.",
    examples: &[
        Example { input: "12.5", country: None, output: Some("12.50") },
        Example { input: "$1,234.50", country: None, output: Some("1234.50") },
        Example { input: "1.234,50 €", country: None, output: Some("1234.50") },
        Example { input: "EUR 1 234,5", country: None, output: Some("1234.50") },
        Example { input: "CHF 1'234.00", country: None, output: Some("1234.00") },
        Example { input: "(12.00)", country: None, output: Some("-12.00") },
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
    enum DecimalMark {
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
        /// The decimal sign. With `comma` and a scale of 3, a clean value such as `1.234` reads as thousands.
        decimal: DecimalMark = DecimalMark::Auto,
        /// Rounds digits beyond the scale (halves away from zero), which are invalid otherwise.
        round: bool = false,
    }
}

/// Signs and codes that stand before or behind an amount.
const CURRENCIES: &[&str] = &[
    "US$", "A$", "C$", "R$", "$", "€", "£", "¥", "₹", "₽", "zł", "Kč", "kr.", "kr", "Fr.", "SFr.", "Rs.", "USD", "EUR",
    "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN",
    "BRL", "MXN", "ZAR", "SGD", "HKD", "DEM", "DM", "FRF", "ITL", "ESP", "NLG", "ATS", "BEF", "%",
];

#[derive(Debug)]
struct Decimal {
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
    let cleaner = sized(&options);
    if cleaner.is_none() {
        faults
            .push("config.decimal-size", span, "the precision or the scale is out of bounds")
            .help("take a precision from 1 to 38 and a scale that is not above it");
    }
    cleaner.map(|cleaner| Box::new(cleaner) as Box<dyn Cleaner>)
}

fn sized(options: &DecimalOptions) -> Option<Decimal> {
    if !(1..=38).contains(&options.precision) || options.scale > options.precision {
        return None;
    }
    let mark = match options.decimal {
        DecimalMark::Point => Mark::Point,
        DecimalMark::Comma => Mark::Comma,
        DecimalMark::Auto => Mark::Auto { thousandths: options.scale >= 3 },
    };
    Some(Decimal {
        precision: u8::try_from(options.precision).ok()?,
        scale: u8::try_from(options.scale).ok()?,
        mark,
        round: options.round,
        limit: 10_i128.checked_pow(options.precision)?,
    })
}

impl Decimal {
    fn read(&self, value: &str) -> Option<i128> {
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
            let bare = without_currency(inner)?;
            let signed = bare.starts_with(['-', '−', '+', '(']) || bare.ends_with(['-', '−']);
            match (open || minus, signed) {
                (true, true) => None,
                (true, false) => Numeral::read(&format!("-{bare}"), self.mark),
                (false, _) => Numeral::read(bare, self.mark),
            }
        })?;
        plain.scaled(u32::from(self.scale), self.round).filter(|value| value.abs() < self.limit)
    }
}

/// The value without one currency sign or code before and behind it, if there
/// was any.
fn without_currency(value: &str) -> Option<&str> {
    let strip = |text: &str, front: bool| -> Option<usize> {
        CURRENCIES.iter().find_map(|sign| {
            let at = if front { 0 } else { text.len().checked_sub(sign.len())? };
            let part = text.get(at..at + sign.len())?;
            part.eq_ignore_ascii_case(sign).then_some(sign.len())
        })
    };
    let front = strip(value, true).and_then(|len| value.get(len..)).map(str::trim_start);
    let rest = front.unwrap_or(value);
    let back = strip(rest, false).and_then(|len| rest.get(..rest.len() - len)).map(str::trim_end);
    back.or(front)
}

impl Cleaner for Decimal {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let built = typed::<Decimal128Type>(input, |value| self.read(value));
        Arc::new(built.with_data_type(self.output()).finish())
    }

    fn output(&self) -> DataType {
        DataType::Decimal128(self.precision, i8::try_from(self.scale).unwrap_or(0))
    }
}
