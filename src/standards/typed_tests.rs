//! What the options of the typed standards do, value by value.

use std::sync::Arc;

use toml::de::DeTable;

use super::tests::{cleaned, cleaner, defaults};
use super::{Standard, boolean, date, datetime, decimal};
use crate::diagnostic::{Faults, SourceText};

fn gives(standard: &Standard, options: &str, cases: &[(&str, Option<&str>)]) {
    let cleaner = cleaner(standard, options);
    for (value, wanted) in cases {
        assert_eq!(cleaned(cleaner.as_ref(), value, None).as_deref(), *wanted, "{options}: {value:?}");
    }
}

/// The codes of what is wrong with options, written as in a mapping.
fn faults(standard: &Standard, options: &'static str) -> Vec<String> {
    let table = DeTable::parse(options).expect("TOML");
    let text = SourceText { path: "mappings/test.toml".into(), text: options.into() };
    let mut faults = Faults::new(Arc::new(text));
    (standard.build)(table.get_ref(), table.span(), &[], &defaults(), &mut faults);
    faults.into_sorted().into_iter().map(|fault| fault.code.to_string()).collect()
}

#[test]
fn date_order_decides_where_the_date_does_not() {
    gives(
        &date::STANDARD,
        "order = 'dmy'",
        &[("3/4/2019", Some("2019-04-03")), ("5/13/2019", Some("2019-05-13")), ("3-4-19", Some("2019-04-03"))],
    );
    gives(
        &date::STANDARD,
        "order = 'ymd'",
        &[
            ("19/03/04", Some("2019-03-04")),
            ("3/4/2019", None),
            ("4/4/2019", Some("2019-04-04")),
            ("13/4/2019", Some("2019-04-13")),
            ("4.3.19", Some("2019-03-04")),
        ],
    );
    gives(&date::STANDARD, "pivot = 0", &[("1/1/00", Some("2000-01-01")), ("1/1/01", Some("1901-01-01"))]);
}

#[test]
fn dates_at_the_edges() {
    gives(
        &date::STANDARD,
        "",
        &[
            ("29.02.2000", Some("2000-02-29")),
            ("29.02.1900", None),
            ("1000-01-01", Some("1000-01-01")),
            ("0999-12-31", None),
            ("9999-12-31", Some("9999-12-31")),
            ("1969-12-31", Some("1969-12-31")),
            ("2019-13-01", None),
            ("3/4/2019 25:00", None),
            ("3/4-2019", None),
            ("3/4/201", None),
            ("mardi 5 mars 2019", Some("2019-03-05")),
            ("segunda-feira, 4 de março de 2019", Some("2019-03-04")),
            ("4Mar2019", Some("2019-03-04")),
            ("4 Mar '99", Some("1999-03-04")),
            ("2019-Mar-04", Some("2019-03-04")),
        ],
    );
}

#[test]
fn formats_are_exact_and_iso_stays() {
    gives(
        &date::STANDARD,
        "formats = ['%d.%m.%Y', '%a %d %b %y']",
        &[
            ("04.03.2019", Some("2019-03-04")),
            ("Mon 4 Mar 19", Some("2019-03-04")),
            ("2019-03-04", Some("2019-03-04")),
            ("3/4/2019", None),
            ("04.03.2019x", None),
        ],
    );
    for wrong in ["formats = ['%d.%m']", "formats = ['%Q']", "formats = ['%Y-%d-%m']", "formats = ['%']", "pivot = 100"]
    {
        assert_eq!(faults(&date::STANDARD, wrong), ["config.date-format"], "{wrong}");
    }
}

#[test]
fn zones_turn_times_into_utc_where_asked() {
    gives(
        &datetime::STANDARD,
        "zone = 'utc'",
        &[
            ("2019-03-04T00:30:00+01:00", Some("2019-03-03T23:30:00")),
            ("2019-03-04 14:30 -0500", Some("2019-03-04T19:30:00")),
            ("2019-03-04 14:30", Some("2019-03-04T14:30:00")),
        ],
    );
    gives(&datetime::STANDARD, "formats = ['%d.%m.%Y %H:%M']", &[("4.3.2019 7:05", Some("2019-03-04T07:05:00"))]);
}

#[test]
fn decimal_marks_scales_and_rounding() {
    gives(
        &decimal::STANDARD,
        "decimal = 'comma'",
        &[("1.234", Some("1234.00")), ("1.234,5", Some("1234.50")), ("1234.50", Some("1234.50")), ("1,234.50", None)],
    );
    gives(
        &decimal::STANDARD,
        "decimal = 'point'",
        &[("1,234", Some("1234.00")), ("1.230", Some("1.23")), ("1.234,5", None), ("12,5", None)],
    );
    gives(&decimal::STANDARD, "scale = 3", &[("1.234", Some("1.234")), ("1,234", None), ("1,234.5", Some("1234.500"))]);
    gives(
        &decimal::STANDARD,
        "round = true",
        &[("1234.345", Some("1234.35")), ("-0.005", Some("-0.01")), ("1e-30", Some("0.00"))],
    );
    gives(&decimal::STANDARD, "precision = 4", &[("99.99", Some("99.99")), ("100.00", None)]);
    gives(
        &decimal::STANDARD,
        "",
        &[("--5", None), ("(-5)", None), ("($5)", Some("-5.00")), ("-$-5", None), ("1e99", None)],
    );
    assert_eq!(faults(&decimal::STANDARD, "precision = 5\nscale = 6"), ["config.decimal-size"]);
    assert_eq!(faults(&decimal::STANDARD, "precision = 39"), ["config.decimal-size"]);
}

#[test]
fn boolean_takes_further_words() {
    gives(
        &boolean::STANDARD,
        "true = ['Aktiv'], false = ['inaktiv', 'X']",
        &[("AKTIV", Some("true")), ("x", Some("false")), ("yes", Some("true"))],
    );
    assert_eq!(faults(&boolean::STANDARD, "true = ['a']\nfalse = ['A']"), ["config.boolean-words"]);
    assert_eq!(faults(&boolean::STANDARD, "false = ['True']"), ["config.boolean-words"]);
}
