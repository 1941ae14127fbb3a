//! What holds for every standard: its examples, that cleaning twice is cleaning
//! once, that nothing panics, that it can be called in SQL.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::function::build;
use super::registry::{all, codes, find};
use super::{Cleaner, DateOrder, Defaults, Standard};

pub(super) fn defaults() -> Defaults {
    Defaults { country: Some("US".into()), date_order: DateOrder::MonthDayYear, year_pivot: 30 }
}

pub(super) fn cleaner(standard: &Standard, options: &str) -> Box<dyn Cleaner> {
    build(standard, options, &defaults()).unwrap_or_else(|error| panic!("{error}"))
}

/// One value through a cleaner, as text.
pub(super) fn cleaned(
    standard: &Standard,
    cleaner: &dyn Cleaner,
    value: &str,
    country: Option<&str>,
) -> Option<String> {
    let country = StringArray::from(vec![country]);
    let country = standard.takes_country.then_some(&country);
    let column: ArrayRef = cleaner.clean(&StringArray::from(vec![value]), country);
    assert_eq!(column.len(), 1);
    assert_eq!(column.data_type(), &cleaner.output(), "{}", standard.name);
    let text = cast(&column, &DataType::Utf8).expect("every clean value can be written");
    let text = text.as_any().downcast_ref::<StringArray>().expect("text");
    text.iter().next().flatten().map(str::to_owned)
}

/// The defaults, and every word of every option by itself.
fn variants(standard: &Standard) -> Vec<String> {
    let mut variants = vec![String::new()];
    for key in (standard.keys)() {
        if key.kind == "true or false" {
            variants.extend(["true", "false"].map(|value| format!("{} = {value}", key.name)));
        }
        if let Some(words) = key.kind.strip_prefix("one of ") {
            variants.extend(words.split(", ").map(|word| format!("{} = \"{}\"", key.name, word.trim_matches('`'))));
        }
    }
    variants
}

#[test]
fn every_example_holds() {
    let mut wrong = Vec::new();
    for standard in all() {
        assert!(standard.examples.len() >= 8, "{} has too few examples", standard.name);
        let plain = cleaner(standard, "");
        for example in standard.examples {
            let got = cleaned(standard, plain.as_ref(), example.input, example.country);
            if got.as_deref() != example.output {
                wrong.push(format!("{}({:?}) = {got:?}, not {:?}", standard.name, example.input, example.output));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn null_stays_null_and_empty_columns_are_fine() {
    for standard in all() {
        let plain = cleaner(standard, "");
        let nulls = plain.clean(&StringArray::from(vec![None::<&str>, None]), None);
        assert_eq!((nulls.len(), nulls.null_count()), (2, 2), "{}", standard.name);
        assert_eq!(plain.clean(&StringArray::from(Vec::<&str>::new()), None).len(), 0, "{}", standard.name);
    }
}

#[test]
fn names_are_plain_and_distinct() {
    let mut names: Vec<&str> = all().iter().map(|standard| standard.name).collect();
    for name in &names {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        assert_eq!(find(name).map(|found| found.name), Some(*name));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().len());
    assert_eq!(codes().len(), all().len());
    assert!(find("nonsense").is_none());
}

/// Every example again through every option, and its result once more.
#[test]
fn examples_are_idempotent_with_every_option() {
    let mut wrong = Vec::new();
    for standard in all() {
        for options in variants(standard) {
            let cleaner = cleaner(standard, &options);
            for example in standard.examples {
                let Some(once) = cleaned(standard, cleaner.as_ref(), example.input, example.country) else { continue };
                let twice = cleaned(standard, cleaner.as_ref(), &once, example.country);
                if twice.as_ref() != Some(&once) {
                    wrong.push(format!(
                        "{} {{{options}}}: {:?} gave {once:?}, then {twice:?}",
                        standard.name, example.input
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Values that look like data: examples cut up and joined, and any text at all.
fn values() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = all()
        .iter()
        .flat_map(|standard| standard.examples.iter())
        .flat_map(|example| example.input.split_inclusive([' ', '.', '@', '-', ',']).map(str::to_owned))
        .collect();
    let joined = proptest::collection::vec(proptest::sample::select(pieces), 1..6).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => joined, 1 => any::<String>(), 1 => "[ -~\u{a0}-\u{17f}]{0,24}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_is_cleaning_once(value in values(), country in proptest::sample::select(vec![None, Some("US"), Some("DE"), Some("IT"), Some("??")])) {
        for (standard, options, cleaner) in every_cleaner().iter() {
            if let Some(once) = cleaned(standard, cleaner.as_ref(), &value, country) {
                let twice = cleaned(standard, cleaner.as_ref(), &once, country);
                prop_assert_eq!(twice.as_deref(), Some(once.as_str()), "{} {{{}}} of {:?}", standard.name, options, value);
            }
        }
    }
}

type Variant = (&'static Standard, String, Box<dyn Cleaner>);

fn every_cleaner() -> Arc<Vec<Variant>> {
    static BUILT: std::sync::LazyLock<Arc<Vec<Variant>>> = std::sync::LazyLock::new(|| {
        let each = all().iter().flat_map(|standard| {
            variants(standard).into_iter().map(|options| {
                let cleaner = cleaner(standard, &options);
                (*standard, options, cleaner)
            })
        });
        Arc::new(each.collect())
    });
    Arc::clone(&BUILT)
}
