//! What holds for every standard, with every option: its examples, that null and
//! blank are null, that cleaning twice is cleaning once, that nothing panics.

use std::sync::LazyLock;

use arrow::array::{Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_oneof, proptest};
use proptest::sample::select;

use super::function::build;
use super::registry::{all, codes, find};
use super::{Cleaner, DateOrder, Defaults, Standard, city, street};

pub(super) fn defaults() -> Defaults {
    Defaults { country: Some("US".into()), date_order: DateOrder::MonthDayYear, year_pivot: 30 }
}

/// A cleaner with options as inside a TOML table.
pub(super) fn cleaner(standard: &Standard, options: &str) -> Box<dyn Cleaner> {
    build(standard, options, &defaults()).unwrap_or_else(|error| panic!("{error}"))
}

/// One value through a cleaner, as text.
pub(super) fn cleaned(cleaner: &dyn Cleaner, value: &str, country: Option<&str>) -> Option<String> {
    let column = cleaned_column(cleaner, &StringArray::from(vec![value]), country);
    column.iter().next().flatten().map(str::to_owned)
}

/// A column through a cleaner, all its rows of one country, as text.
fn cleaned_column(cleaner: &dyn Cleaner, values: &StringArray, country: Option<&str>) -> StringArray {
    let countries: StringArray = std::iter::repeat_n(country, values.len()).collect();
    let column = cleaner.clean(values, Some(&countries));
    assert_eq!((column.len(), column.data_type()), (values.len(), &cleaner.output()), "{cleaner:?}");
    let text = cast(&column, &DataType::Utf8).expect("every clean value can be written");
    text.as_any().downcast_ref::<StringArray>().expect("text").clone()
}

/// The values that come out otherwise when they are cleaned a second time.
fn unstable(variant: &Variant, values: &StringArray, country: Option<&str>) -> Vec<String> {
    let once = cleaned_column(variant.cleaner.as_ref(), values, country);
    let twice = cleaned_column(variant.cleaner.as_ref(), &once, country);
    let rows = values.iter().zip(once.iter().zip(twice.iter()));
    let differ = rows.filter(|(_, (once, twice))| once != twice);
    let Variant { standard, options, .. } = variant;
    let told = differ.map(|(value, (once, twice))| {
        format!("{} {{{options}}} {country:?}: {value:?} gave {once:?}, then {twice:?}", standard.name)
    });
    told.collect()
}

/// A standard with some of its options.
struct Variant {
    standard: &'static Standard,
    options: String,
    cleaner: Box<dyn Cleaner>,
}

/// Each standard with its defaults, and with each option's values by themselves.
static VARIANTS: LazyLock<Vec<Variant>> = LazyLock::new(|| {
    let each = all().iter().copied().flat_map(|standard| {
        let built = |options: String| Variant { standard, cleaner: cleaner(standard, &options), options };
        options(standard).into_iter().map(built)
    });
    each.collect()
});

fn options(standard: &Standard) -> Vec<String> {
    let mut options = vec![String::new()];
    for key in (standard.keys)() {
        if key.kind == "true or false" {
            options.extend(["true", "false"].map(|value| format!("{} = {value}", key.name)));
        }
        if let Some(words) = key.kind.strip_prefix("one of ") {
            options.extend(words.split(", ").map(|word| format!("{} = '{}'", key.name, word.trim_matches('`'))));
        }
    }
    let free: &[&str] = match standard.name {
        "decimal" => &["scale = 0", "scale = 3", "scale = 3, decimal = 'comma'", "precision = 4"],
        "money" => &["scale = 0", "scale = 3, decimal = 'comma'", "currency = 'EUR'"],
        "date" => &["pivot = 0", "formats = ['%d.%m.%y', '%Y/%m/%d']"],
        "datetime" => &["pivot = 0", "formats = ['%d.%m.%Y %H:%M']"],
        "boolean" => &["true = ['Aktiv'], false = ['inaktiv', 'X']"],
        _ => &[],
    };
    options.extend(free.iter().copied().map(str::to_owned));
    options
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
    Some("??"),
    Some(""),
];

/// The countries that can change what a standard does.
fn countries(standard: &Standard) -> &'static [Option<&'static str>] {
    if standard.takes_country { COUNTRIES } else { &[None] }
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

#[test]
fn every_example_holds() {
    let mut wrong = Vec::new();
    for standard in all() {
        assert!(standard.examples.len() >= 8, "{} has too few examples", standard.name);
        let plain = cleaner(standard, "");
        for example in standard.examples {
            let got = cleaned(plain.as_ref(), example.input, example.country);
            if got.as_deref() != example.output {
                wrong.push(format!("{}({:?}) = {got:?}, not {:?}", standard.name, example.input, example.output));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn null_and_blank_are_null() {
    let nothing = StringArray::from(vec![None, Some(""), Some(" "), Some("\t\u{a0}\n"), None]);
    for variant in VARIANTS.iter() {
        let without = variant.cleaner.clean(&nothing, None);
        let with = cleaned_column(variant.cleaner.as_ref(), &nothing, Some("DE"));
        let name = variant.standard.name;
        assert_eq!((without.null_count(), with.null_count()), (5, 5), "{name} {{{}}}", variant.options);
        assert_eq!(variant.cleaner.clean(&StringArray::from(Vec::<&str>::new()), None).len(), 0, "{name}");
    }
}

/// The examples of all standards through each of them.
#[test]
fn examples_are_idempotent() {
    let inputs = all().iter().flat_map(|standard| standard.examples).map(|example| example.input);
    let inputs: StringArray = inputs.map(Some).collect();
    let each = VARIANTS.iter().flat_map(|variant| {
        let countries = countries(variant.standard).iter();
        countries.flat_map(|country| unstable(variant, &inputs, *country))
    });
    let wrong: Vec<String> = each.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Values that cleaning once did not make clean, found by chance.
#[test]
fn once_unstable_values_are_stable() {
    let found: &[(&Standard, &str)] = &[
        (&street::STANDARD, ",D'"),
        (&street::STANDARD, "A,A-"),
        (&street::STANDARD, "E',A-"),
        (&city::STANDARD, "İ'İ"),
    ];
    for (standard, value) in found {
        let value = StringArray::from(vec![*value]);
        for variant in VARIANTS.iter().filter(|variant| variant.standard.name == standard.name) {
            for country in countries(standard) {
                assert!(unstable(variant, &value, *country).is_empty(), "{value:?}");
            }
        }
    }
}

/// Values that look like data: examples whole, cut up and joined, numbers, dates,
/// shouted names, and any text at all.
fn values() -> impl Strategy<Value = String> {
    let inputs: Vec<&str> = all().iter().flat_map(|standard| standard.examples).map(|example| example.input).collect();
    let pieces: Vec<&str> = inputs.iter().flat_map(|input| input.split_inclusive([' ', '.', '@', '-', ','])).collect();
    let input = select(inputs);
    let joined = proptest::collection::vec(select(pieces), 1..6).prop_map(|pieces| pieces.concat());
    prop_oneof![
        4 => joined,
        2 => (input.clone(), "\\PC{0,3}", input).prop_map(|(a, b, c)| format!("{a}{b}{c}")),
        1 => any::<String>(),
        1 => "[ -~\u{a0}-\u{17f}]{0,24}",
        1 => "[0-9.,' -]{1,14}",
        1 => "[A-Za-z0-9ßéÄİǅ.,/' \\n-]{1,30}",
        1 => "[A-ZÄÉ.,/' -]{1,30}",
        2 => "[A-E.,/' -]{1,8}",
        1 => "[0-9]{1,4}[/. -][0-9]{1,4}[/. -][0-9]{1,4}( [0-9:apm.Z+]{1,10})?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_is_cleaning_once(value in values(), country in select(COUNTRIES)) {
        let value = StringArray::from(vec![value]);
        for variant in VARIANTS.iter() {
            let wrong = unstable(variant, &value, country);
            prop_assert!(wrong.is_empty(), "{}", wrong.concat());
        }
    }
}
