//! `money`: amounts of money whose currency is known or watched, and
//! `currency_of(value)`, the code of the currency that stands beside an amount.
//! Reads numbers as `decimal` does; converts nothing.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Decimal128Type};

use super::column::{Outcome, at, clean_with_country, remark, typed};
use super::decimal::{Decimal, DecimalMark, sized};
use super::{Cleaner, Defaults, Example, Remark, Standard, currency};
use crate::config::decode::{Options, Placed, Table};
use crate::diagnostic::{Code, Faults};
use crate::options;

/// Codes of this module.
pub const CODES: &[Code] = &[
    Code {
        id: "config.currency",
        what: "The currency of a field is none of ISO 4217.",
        why: "Amounts are compared with it, and what it misspells would be flagged on every record.",
        example: "price = { standard = \"money\", currency = \"EURO\" }",
        fix: "Write the code of three letters, such as `EUR`.",
    },
    Code {
        id: "money.other-currency",
        what: "An amount names another currency than the field's. The number stays as it is, and is not converted.",
        why: "A column of euros that holds 100 dollars adds up to a wrong sum.",
        example: "USD 100.00 in a field with `currency = \"EUR\"`",
        fix: "Convert these at the source, or keep the currency in a field of its own with `currency_of(column)`.",
    },
];

pub static STANDARD: Standard = Standard {
    name: "money",
    what: "Reads an amount of money as a decimal, its currency before or behind, and flags other currencies",
    why: "1.234,56 €, $1,234.56 and CHF 1'234.50 are amounts of three currencies, which a number does not show.",
    rule: "ISO 4217 codes in any case, and the usual signs; numbers as in `decimal`. `currency_of(value)` and \
           `currency_of(value, country)` give the code; a sign that several countries use ($, £, ¥, kr) is that of \
           the country's own currency. With `currency`, an amount that names another is flagged \
           (`money.other-currency`). A percent sign makes no money.",
    examples: &[
        Example { input: "1.234,56 €", country: None, output: Some("1234.56") },
        Example { input: "$1,234.56", country: None, output: Some("1234.56") },
        Example { input: "(1,234.56)", country: None, output: Some("-1234.56") },
        Example { input: "CHF 1'234.50", country: None, output: Some("1234.50") },
        Example { input: "12,- €", country: None, output: Some("12.00") },
        Example { input: "CHF 1'234.-", country: None, output: Some("1234.00") },
        Example { input: "100,- kr", country: None, output: Some("100.00") },
        Example { input: "12.— CHF", country: None, output: Some("12.00") },
        Example { input: "eur 99", country: None, output: Some("99.00") },
        Example { input: "1 234,00 kr", country: None, output: Some("1234.00") },
        Example { input: "-£5", country: None, output: Some("-5.00") },
        Example { input: "12.50 US$", country: None, output: Some("12.50") },
        Example { input: "12.345", country: None, output: None },
        Example { input: "12 %", country: None, output: None },
        Example { input: "on request", country: None, output: None },
    ],
    takes_country: true,
    keys: MoneyOptions::keys,
    build,
};

options! {
    /// Options of the standard `money`.
    struct MoneyOptions {
        /// Digits in all, 1 to 38.
        precision: u32 = 18,
        /// Digits of the fraction.
        scale: u32 = 2,
        /// The decimal sign.
        decimal: DecimalMark = DecimalMark::Auto,
        /// Rounds digits beyond the scale (halves away from zero), which are invalid otherwise.
        round: bool = false,
        /// The ISO 4217 code that amounts should have; others are flagged.
        currency: Option<Placed<String>>,
    }
}

#[derive(Debug)]
struct Money {
    amount: Decimal,
    currency: Option<&'static str>,
    default: Option<String>,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = MoneyOptions::from_table(table, span.clone(), also, faults)?;
    let currency = match &options.currency {
        None => None,
        Some(word) => match currency::code(&word.value) {
            Some(code) => Some(code),
            None => {
                faults
                    .push("config.currency", word.span.clone(), "no currency code of ISO 4217")
                    .help("three letters, such as `EUR`");
                return None;
            }
        },
    };
    let Some(amount) = sized(options.precision, options.scale, options.decimal, options.round) else {
        faults
            .push("config.decimal-size", span, "the precision or the scale is out of bounds")
            .help("take a precision from 1 to 38 and a scale that is not above it");
        return None;
    };
    Some(Box::new(Money { amount, currency, default: defaults.country.clone() }))
}

impl Cleaner for Money {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let read = |value: &str| if value.contains('%') { None } else { self.amount.read(value) };
        Arc::new(typed::<Decimal128Type>(input, read).with_data_type(self.output()).finish())
    }

    fn remarks(&self, input: &StringArray, clean: &ArrayRef, country: Option<&StringArray>) -> Vec<Remark> {
        let ambiguous = self.amount.remarks(input, clean, country);
        let Some(wanted) = self.currency else { return ambiguous };
        let other = |row: usize, value: &str| {
            let country = at(country, row).or(self.default.as_deref());
            named(value).is_some_and(|named| !may_be(named, wanted, country))
        };
        remark("money.other-currency", input, clean, other).into_iter().chain(ambiguous).collect()
    }

    fn output(&self) -> DataType {
        self.amount.output()
    }
}

/// Whether what was written stands for that currency: a code does or does not; a
/// sign does if it is the country's, or one that the currency shares.
fn may_be(named: currency::Named, wanted: &str, country: Option<&str>) -> bool {
    match named {
        currency::Named::Shared(of) => {
            named.code(country) == Some(wanted) || of.iter().any(|(_, code)| *code == wanted)
        }
        named => named.code(country).is_none_or(|code| code == wanted),
    }
}

/// The currency that is written beside an amount.
fn named(value: &str) -> Option<currency::Named> {
    let outside = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '-' | '−' | '+');
    currency::strip(value.trim_matches(outside)).map(|(_, named)| named)
}

/// `currency_of(value)`: the code of the currency beside an amount.
#[derive(Debug)]
pub(super) struct CurrencyOf(pub(super) Option<String>);

impl Cleaner for CurrencyOf {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let country = country.or(self.0.as_deref());
            match named(value).and_then(|named| named.code(country)) {
                Some(code) => {
                    clean.push_str(code);
                    Outcome::Changed
                }
                None => Outcome::Invalid,
            }
        })
    }
}
