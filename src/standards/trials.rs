//! What every standard must do: its examples hold, it is idempotent over its
//! examples and over arbitrary text, and it never panics.

use std::sync::Arc;

use arrow::array::{Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use proptest::prelude::{ProptestConfig, Strategy, prop_oneof, proptest};
use proptest::sample::select;
use toml::de::DeTable;

use super::{Cleaner, DateOrder, Defaults, Standard};
use crate::diagnostic::{Faults, SourceText};

const STANDARDS: &[&Standard] = &[
    &super::boolean::STANDARD,
    &super::city::STANDARD,
    &super::country::STANDARD,
    &super::date::STANDARD,
    &super::datetime::STANDARD,
    &super::decimal::STANDARD,
    &super::integer::STANDARD,
    &super::postcode::STANDARD,
    &super::region::STANDARD,
    &super::street::STANDARD,
];

/// A cleaner with options as they would stand in a mapping.
pub(super) fn cleaner(standard: &Standard, options: &str) -> Result<Box<dyn Cleaner>, Vec<String>> {
    let table = DeTable::parse(options).unwrap();
    let span = table.span();
    let mut map = toml::de::DeTable::new();
    for (key, value) in table.into_inner() {
        let key = toml::Spanned::new(key.span(), std::borrow::Cow::Owned(key.into_inner().into_owned()));
        map.insert(key, owned(value));
    }
    let text = SourceText { path: "mappings/test.toml".into(), text: options.to_string() };
    let mut faults = Faults::new(Arc::new(text));
    let defaults = Defaults { country: Some("US".into()), date_order: DateOrder::MonthDayYear, year_pivot: 30 };
    let built = (standard.build)(&map, span, &[], &defaults, &mut faults);
    let found: Vec<String> = faults.into_sorted().into_iter().map(|fault| fault.code.to_string()).collect();
    built.filter(|_| found.is_empty()).ok_or(found)
}

fn owned(value: toml::Spanned<toml::de::DeValue<'_>>) -> crate::config::decode::Node {
    let span = value.span();
    let mut value = value.into_inner();
    value.make_owned();
    toml::Spanned::new(span, detach(value))
}

fn detach(value: toml::de::DeValue<'_>) -> toml::de::DeValue<'static> {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => DeValue::String(text.into_owned().into()),
        DeValue::Boolean(value) => DeValue::Boolean(value),
        DeValue::Array(items) => DeValue::Array(items.into_iter().map(owned).collect()),
        DeValue::Integer(number) => {
            let text = format!("n = {number}");
            let text: &'static str = Box::leak(text.into_boxed_str());
            let table = DeTable::parse(text).unwrap().into_inner();
            table.into_iter().next().unwrap().1.into_inner()
        }
        other => panic!("no option is {other:?}"),
    }
}

/// Cleans one value and gives it back as text.
pub(super) fn clean(cleaner: &dyn Cleaner, value: &str, country: Option<&str>) -> Option<String> {
    let input = StringArray::from(vec![None, Some(value)]);
    let countries = StringArray::from(vec![None, country]);
    let output = cleaner.clean(&input, Some(&countries));
    assert_eq!(output.data_type(), &cleaner.output());
    assert!(output.is_null(0), "null stays null");
    let text = cast(&output, &DataType::Utf8).unwrap();
    let text = text.as_any().downcast_ref::<StringArray>().unwrap();
    text.is_valid(1).then(|| text.value(1).to_string())
}

#[test]
fn examples_hold_and_are_idempotent() {
    for standard in STANDARDS {
        assert!(standard.examples.len() >= 8, "{}", standard.name);
        let cleaner = cleaner(standard, "").unwrap();
        for example in standard.examples {
            let output = clean(cleaner.as_ref(), example.input, example.country);
            assert_eq!(output.as_deref(), example.output, "{} of {:?}", standard.name, example.input);
            if let Some(output) = output {
                let again = clean(cleaner.as_ref(), &output, example.country);
                assert_eq!(again.as_deref(), Some(output.as_str()), "{} of {:?}", standard.name, example.input);
            }
        }
    }
}

#[test]
fn blank_is_null() {
    for standard in STANDARDS {
        let cleaner = cleaner(standard, "").unwrap();
        for blank in ["", " ", "\t\u{a0}\n"] {
            assert_eq!(clean(cleaner.as_ref(), blank, None), None, "{} of {blank:?}", standard.name);
        }
    }
}

fn values() -> impl Strategy<Value = String> {
    let inputs: Vec<&'static str> = STANDARDS.iter().flat_map(|s| s.examples).map(|e| e.input).collect();
    let pieces = select(inputs);
    let more = pieces.clone();
    prop_oneof![
        "\\PC{0,24}",
        "[0-9.,' -]{1,14}",
        "[A-Za-z0-9ßéÄİǅ.,/' \\n-]{1,30}",
        "[A-ZÄÉ.,/' -]{1,30}",
        "[0-9]{1,4}[/. -][0-9]{1,4}[/. -][0-9]{1,4}( [0-9:apm.Z+]{1,10})?",
        pieces.prop_map(str::to_string),
        (more.clone(), "\\PC{0,3}", more).prop_map(|(a, b, c)| format!("{a}{b}{c}")),
    ]
}

const COUNTRIES: &[Option<&str>] = &[
    None,
    Some("US"),
    Some("GB"),
    Some("DE"),
    Some("CH"),
    Some("FR"),
    Some("ES"),
    Some("IT"),
    Some("NL"),
    Some("BR"),
    Some("CA"),
    Some("IE"),
    Some("ZZ"),
    Some(""),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn idempotent_over_any_text(value in values(), country in select(COUNTRIES)) {
        for standard in STANDARDS {
            let forms: &[&str] = match standard.name {
                "street" => &["", "form = 'full'"],
                "region" => &["", "form = 'name'", "form = 'code'"],
                "country" => &["", "form = 'name'", "form = 'alpha3'"],
                "decimal" => &["", "scale = 3", "decimal = 'comma'", "decimal = 'point'"],
                "date" => &["", "order = 'dmy'", "order = 'ymd'", "formats = ['%d.%m.%y', '%Y/%m/%d']"],
                _ => &[""],
            };
            for options in forms {
                let cleaner = cleaner(standard, options).unwrap();
                let Some(once) = clean(cleaner.as_ref(), &value, country) else { continue };
                let twice = clean(cleaner.as_ref(), &once, country);
                assert_eq!(twice.as_deref(), Some(once.as_str()), "{} {options} of {value:?}", standard.name);
            }
        }
    }
}
