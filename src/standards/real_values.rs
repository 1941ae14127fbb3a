//! The standards on values from public projects that lie beside the checkout,
//! where they do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::tests::{cleaned, cleaner};
use super::{city, country, date, postcode, region, street};

fn shared(path: &str) -> Option<String> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let root = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from);
    match std::fs::read(root.join(path)) {
        Ok(bytes) if bytes.starts_with(&[0xff, 0xfe]) => {
            Some(encoding_rs::UTF_16LE.decode_with_bom_removal(&bytes).0.into_owned())
        }
        Ok(bytes) => Some(encoding_rs::UTF_8.decode(&bytes).0.into_owned()),
        Err(_) => {
            println!("skipped: no {path}");
            None
        }
    }
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().map(|line| line.split('\t').map(str::trim).collect())
}

#[test]
fn civicrm_dates_are_valid_where_they_say_so() {
    let Some(text) = shared("06_crm/civicrm_readfile/individual_dates_type1.csv") else { return };
    let cleaner = cleaner(&date::STANDARD, "order = 'ymd'");
    let mut seen = 0;
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let valid = cells[2..6].iter().all(|cell| cleaned(cleaner.as_ref(), cell, None).is_some());
        assert_eq!(valid, cells[8].trim() == "Valid", "{line}");
        seen += 1;
    }
    assert_eq!(seen, 7);
}

#[test]
fn adventureworks_countries_have_their_codes() {
    let Some(text) = shared("06_crm/adventureworks/CountryRegion.csv") else { return };
    let cleaner = cleaner(&country::STANDARD, "");
    let missed: Vec<(String, Option<String>)> = rows(&text)
        .filter(|row| row.len() >= 2)
        .map(|row| (format!("{} {}", row[0], row[1]), cleaned(cleaner.as_ref(), row[1], None)))
        .filter(|(row, code)| code.as_deref() != row.get(..2))
        .collect();
    // these have several successors
    let missed: Vec<&str> = missed.iter().map(|(row, _)| row.as_str()).collect();
    assert_eq!(missed, ["AN Netherlands Antilles", "CS Serbia and Montenegro"]);
}

#[test]
fn adventureworks_addresses() {
    let Some(states) = shared("06_crm/adventureworks/StateProvince.csv") else { return };
    let Some(addresses) = shared("06_crm/adventureworks/Address.csv") else { return };
    let regions = cleaner(&region::STANDARD, "");
    let mut countries = BTreeMap::new();
    for row in rows(&states).filter(|row| row.len() > 4) {
        countries.insert(row[0], row[2]);
        if matches!(row[2], "US" | "CA" | "DE") {
            // New Brunswick stands there as Brunswick, which is no province
            let known = cleaned(regions.as_ref(), row[4], Some(row[2])).is_some();
            assert_eq!(known, row[4] != "Brunswick", "{row:?}");
        }
    }
    let standards = [&street::STANDARD, &city::STANDARD, &postcode::STANDARD];
    let cleaners = standards.map(|standard| cleaner(standard, ""));
    let mut counts = [[0; 3]; 3];
    let mut invalid = BTreeMap::new();
    for row in rows(&addresses).filter(|row| row.len() > 5) {
        let cells = [row[1], row[3], row[5]];
        for ((cleaner, cell), count) in cleaners.iter().zip(cells).zip(&mut counts) {
            let clean = cleaned(cleaner.as_ref(), cell, countries.get(row[4]).copied());
            count[0] += 1;
            count[1] += usize::from(clean.as_deref().is_some_and(|clean| clean != cell));
            count[2] += usize::from(clean.is_none());
            if clean.is_none() {
                *invalid.entry((countries.get(row[4]).copied(), cell.len())).or_insert(0) += 1;
            }
        }
    }
    println!("invalid by country and length: {invalid:?}");
    println!("street, city, postcode as seen, repaired, invalid: {counts:?}");
    assert_eq!(counts.map(|count| count[0]), [19_614; 3]);
    assert_eq!(counts.map(|count| count[2]), [0, 0, 1_518]);
}

#[test]
fn libpostal_street_types_lead_to_one_form() {
    let Some(text) = shared("08_std/address/libpostal-en/street_types.txt") else { return };
    let cleaner = cleaner(&street::STANDARD, "");
    let (mut same, mut apart) = (0, Vec::new());
    for line in text.lines() {
        let spellings: Vec<&str> = line.split('|').filter(|one| !one.is_empty() && !one.contains(' ')).collect();
        let form =
            |one: &&str| cleaned(cleaner.as_ref(), &format!("12 Elm {one}"), Some("US")).map(|c| c.to_lowercase());
        let forms: Vec<_> = spellings.iter().map(form).collect();
        match forms.iter().all(|form| Some(form) == forms.first()) {
            true => same += 1,
            false => apart.push(spellings.first().copied().unwrap_or("").to_string()),
        }
    }
    println!("{same} types in one form, {} in several: {apart:?}", apart.len());
    assert!(same > 0);
}
