//! Standards: named cleaners, one a file, each an Arrow kernel.
//!
//! A standard turns a column of text into clean values. It is pure: the same
//! text and options give the same value, on every machine, in every locale; and
//! it is idempotent: what it gave, it leaves as it is. Null stays null; a value
//! that cannot be made clean becomes null (*invalid*: null out, not null in). A
//! value that comes out other than it went in is a *repair*, which the caller
//! counts. Of a value that is clean and yet doubtful a standard may *remark*
//! something ([`Cleaner::remarks`]), which changes neither. Standards know nothing of records, verdicts or sources.

pub mod address;
pub mod boolean;
mod calendar;
mod casing;
pub mod city;
pub mod country;
mod currency;
pub mod date;
pub mod datetime;
pub mod decimal;
mod folding;
pub mod iban;
pub mod integer;
pub mod money;
mod numeral;
#[cfg(test)]
mod real_values;
pub mod postcode;
pub mod region;
pub mod street;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::datatypes::DataType;

use crate::config::decode::{Key, Table};
use crate::diagnostic::Faults;

pub mod registry;
pub mod function;
mod nth;
pub mod docs;
mod column;
mod word_table;
pub mod text;
pub mod person_name;
pub mod given_name;
pub mod middle_name;
pub mod family_name;
pub mod name_prefix;
pub mod name_suffix;
pub mod company;
pub mod gender;
pub mod salutation;
pub mod language;
pub mod email;
pub mod phone;
pub mod url;
pub mod vat;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed_tests;
#[cfg(test)]
mod shared_data;
#[cfg(test)]
mod real_names;

/// What the pipeline says for all standards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Defaults {
    /// ISO 3166-1 alpha-2, for values that name no country.
    pub country: Option<String>,
    /// `mdy`, `dmy` or `ymd`, for dates whose format is not given.
    pub date_order: DateOrder,
    /// Two-digit years up to this one are 20xx, those above are 19xx.
    pub year_pivot: u32,
}

crate::words! {
    /// In which order the parts of a numeric date stand.
    pub enum DateOrder {
        /// 12/31/1999
        MonthDayYear = "mdy",
        /// 31/12/1999
        DayMonthYear = "dmy",
        /// 1999/12/31
        YearMonthDay = "ymd",
    }
}

/// A standard with its options resolved, ready to clean.
pub trait Cleaner: Send + Sync + fmt::Debug {
    /// Cleans each value. `country` gives the row's country (ISO 3166-1 alpha-2,
    /// null where unknown) and is present only where the standard
    /// [takes one](Standard::takes_country) and the mapping names a field for it.
    /// The result has the type of [`Cleaner::output`] and the length of `input`.
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef;

    /// What a person should know of values that are clean and stay: issues that
    /// cost no record its verdict. `clean` is what [`Cleaner::clean`] gave for
    /// the same `input` and `country`. Nothing is said of a value that is null.
    fn remarks(&self, _input: &StringArray, _clean: &ArrayRef, _country: Option<&StringArray>) -> Vec<Remark> {
        Vec::new()
    }

    /// For a cleaner whose options leave something to the column itself: what
    /// looks at all of its values before the first is cleaned. Where nobody asks
    /// (in SQL, in `clean`), the pipeline's defaults stand in.
    fn learner(&self) -> Option<Box<dyn Learner>> {
        None
    }

    /// The Arrow type of the clean values: `Utf8` for all but dates
    /// (`Date32`), booleans, integers (`Int64`) and decimals (`Decimal128`).
    fn output(&self) -> DataType {
        DataType::Utf8
    }
}

/// Learns from a column what its cleaner left open.
pub trait Learner {
    /// Looks at a batch of the column. The order of batches does not matter.
    fn see(&mut self, input: &StringArray);

    /// The cleaner that follows, and why, in a few words without any value:
    /// `dmy by 412 of 412 decidable values`.
    fn learned(&self) -> (Arc<dyn Cleaner>, String);
}

/// The values of a column of which a standard says the same.
#[derive(Debug, Clone)]
pub struct Remark {
    /// `email.typo-domain` and the like; its standard's `CODES` explain it.
    pub code: &'static str,
    /// As long as the column and without nulls.
    pub rows: BooleanArray,
}

/// Reads the options of a standard from a table at its place in the file; keys
/// named in the list are someone else's. `None` after pushing a fault.
pub type Build = fn(&Table, Range<usize>, &[&str], &Defaults, &mut Faults) -> Option<Box<dyn Cleaner>>;

/// What is known of a standard before its options are.
#[derive(Debug)]
pub struct Standard {
    /// The name in mappings and as a function: `phone`.
    pub name: &'static str,
    /// What it does, one sentence.
    pub what: &'static str,
    /// Why one wants it.
    pub why: &'static str,
    /// Where the rule comes from: a norm, a registry, a custom.
    pub rule: &'static str,
    /// In and out, as docs and `explain` show them; tests check each.
    pub examples: &'static [Example],
    /// Whether the row's country changes the outcome.
    pub takes_country: bool,
    /// The keys of its options.
    pub keys: fn() -> Vec<Key>,
    /// Gives the cleaner for its options.
    pub build: Build,
}

/// One value cleaned, with default options (`country` US, `date_order` mdy, pivot 30).
#[derive(Debug, Clone, Copy)]
pub struct Example {
    pub input: &'static str,
    /// The row's country, where it matters.
    pub country: Option<&'static str>,
    /// `None` for an invalid value.
    pub output: Option<&'static str>,
}
