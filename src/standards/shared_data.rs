//! The standards on data that was not made for them. Skipped where it is not there.

use std::path::PathBuf;
use std::str::FromStr;

use arrow::array::{Array, StringArray};
use quick_xml::events::Event;
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use super::registry::find;
use super::tests::{cleaned, cleaner};

pub(super) fn data(path: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let root = std::env::var_os("CUTOVER_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        println!("skipped: the shared test data is not here");
        return None;
    }
    Some(path)
}

/// Region and example number of each kind, as the numbering plans give them.
fn example_numbers(xml: &str) -> Vec<(String, String, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut region, mut code, mut inside) = (String::new(), String::new(), false);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) if tag.name().as_ref() == "territory" => {
                for attribute in tag.attributes().flatten() {
                    let value = attribute.value.to_string();
                    match attribute.key.as_ref() {
                        "id" => region = value,
                        "countryCode" => code = value,
                        _ => {}
                    }
                }
            }
            Event::Start(tag) => inside = tag.name().as_ref() == "exampleNumber",
            Event::Text(text) if inside => {
                let number = text.to_string();
                found.push((region.clone(), code.clone(), number));
                inside = false;
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// Each example number, written with its country code, comes out as that and no
/// other, if libphonenumber itself holds it valid (not every one of them is: some
/// plans give numbers that cannot be called from abroad).
#[test]
fn example_numbers_of_all_countries() {
    let Some(path) = data("08_std/phone/PhoneNumberMetadata.xml") else { return };
    let numbers = example_numbers(&std::fs::read_to_string(path).expect("readable"));
    let phone = find("phone").expect("phone");
    let plain = cleaner(phone, "");
    let (mut kept, mut invalid, mut national) = (0, 0, 0);
    for (region, code, number) in &numbers {
        let written = format!("+{code}{number}");
        let country = Region::from_str(region).ok();
        let expected =
            PHONE_NUMBER_UTIL.parse(&written, country).is_ok_and(|it| PHONE_NUMBER_UTIL.is_valid_number(&it));
        let got = cleaned(plain.as_ref(), &written, None);
        assert_eq!(got.is_some(), expected, "{region} {number}");
        match &got {
            Some(_) => kept += 1,
            None => invalid += 1,
        }
        // The same with 00 and with the punctuation of people.
        let spaced: String = written.chars().flat_map(|c| [c, if c == '+' { '\u{200b}' } else { ' ' }]).collect();
        if let Some(got) = &got {
            assert_eq!(cleaned(plain.as_ref(), &spaced.replace('\u{200b}', ""), None).as_ref(), Some(got), "{region}");
            national += usize::from(cleaned(plain.as_ref(), number, Some(region)).as_ref() == Some(got));
        }
    }
    println!("{} numbers: {kept} valid, {invalid} not; {national} without their country code", numbers.len());
    assert!(kept > 1000, "{kept}");
}

/// What `scripts/phone-truth.py` wrote: set, country, value, validity, E.164,
/// extension. At least 995 of 1,000 are equal; `CUTOVER_SHOW` lists the others.
#[test]
fn phone_truth() {
    let Some(path) = std::env::var_os("CUTOVER_PHONE_TRUTH") else {
        println!("skipped: CUTOVER_PHONE_TRUTH names no file of scripts/phone-truth.py");
        return;
    };
    let text = std::fs::read_to_string(path).expect("readable");
    let plain = cleaner(find("phone").expect("phone"), "");
    let mut counts = std::collections::BTreeMap::<&str, [usize; 2]>::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [set, country, value, valid, e164, extension] = cells[..] else { panic!("{line}") };
        let label = if extension.chars().count() > 9 { " ext. " } else { " x" };
        let digits = PHONE_NUMBER_UTIL.normalize_digits_only(extension).to_string();
        let wanted = match (valid, extension) {
            ("0", _) => None,
            (_, "") => Some(e164.to_string()),
            _ => Some(format!("{e164}{label}{digits}")),
        };
        let got = cleaned(plain.as_ref(), value, Some(country));
        let count = counts.entry(set).or_default();
        count[0] += 1;
        count[1] += usize::from(got == wanted);
        if got != wanted && std::env::var_os("CUTOVER_SHOW").is_some() {
            println!("{set}\t{country}\t{value}\t{wanted:?}\t{got:?}");
        }
    }
    for (set, [all, same]) in counts {
        println!("{set}: {same} of {all} equal");
        assert!(same * 1000 >= all * 995, "{set}: {same} of {all}");
    }
}

#[test]
fn company_names() {
    let Some(path) = data("08_std/names/cleanco_companies.csv") else { return };
    let text = std::fs::read(path).expect("readable");
    let text = String::from_utf8_lossy(&text);
    let company = find("company").expect("company");
    let (plain, drop) = (cleaner(company, ""), cleaner(company, "legal_form = \"drop\""));
    let (mut same, mut all) = (0, 0);
    for name in text.lines().filter_map(|line| line.rsplit_once(';').map(|(name, _)| name)) {
        let kept = cleaned(plain.as_ref(), name, None).unwrap_or_else(|| panic!("invalid: {name}"));
        let shouted = cleaned(plain.as_ref(), &name.to_uppercase(), None).expect("valid");
        let dropped = cleaned(drop.as_ref(), name, None).expect("valid");
        if std::env::var_os("CUTOVER_SHOW").is_some() && (kept != name || shouted != kept) {
            println!("{name} | {kept} | {shouted} | {dropped}");
        }
        all += 1;
        same += usize::from(shouted == kept);
    }
    println!("{all} companies; {same} come back from capitals as they were");
    assert!(all > 100);
}

/// How long one value takes; shown, not asserted, since machines differ.
#[test]
#[ignore = "measures"]
fn time_of_each_standard() {
    for standard in super::registry::all() {
        let inputs: Vec<&str> = standard.examples.iter().map(|example| example.input).collect();
        let column = StringArray::from_iter_values(inputs.iter().cycle().take(20_000));
        let plain = cleaner(standard, "");
        let warm = plain.clean(&column, None);
        let start = std::time::Instant::now();
        let cleaned = plain.clean(&column, None);
        let each = start.elapsed().as_nanos() / 20_000;
        println!("{:<14} {each:>6} ns", standard.name);
        assert_eq!(warm.len(), cleaned.len());
    }
}
