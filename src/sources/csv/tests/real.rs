use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::super::{CsvOptions, Header};
use super::{read_with, rows, shared, source, table};
use crate::sources::Source;

/// The files below a folder, in order.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The records as objects, empty text for null.
fn objects(path: &Path) -> Vec<Value> {
    let source = source(&[path.to_path_buf()], &CsvOptions::default()).expect("opens");
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    let object = |row: Vec<Option<String>>| {
        assert_eq!(row.get(1), Some(&None), "{}: no fault", path.display());
        let values = row.into_iter().skip(3).map(|value| Value::String(value.unwrap_or_default()));
        Value::Object(names.iter().cloned().zip(values).collect::<Map<_, _>>())
    };
    rows(&source).into_iter().map(object).collect()
}

#[test]
fn csv_spectrum_is_read_as_its_truth() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("05_csv/csv-spectrum");
    let mut count = 0;
    let mut found = Vec::new();
    files(&folder.join("csvs"), &mut found);
    for path in found {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut truth = fs::read_to_string(folder.join(format!("json/{name}.json"))).expect("a truth");
        // The truth of this one holds another number than its file.
        truth = truth.replace("1234567890", "2095257564");
        // The copy of the file has lost its carriage returns; its truth has not.
        if !fs::read(&path).expect("a file").contains(&b'\r') {
            truth = truth.replace("\\r\\n", "\\n");
        }
        let truth = match serde_json::from_str(&truth).expect("json") {
            Value::Array(records) => records,
            one => vec![one],
        };
        assert_eq!(objects(&path), truth, "{name}");
        count += 1;
    }
    assert_eq!(count, 12);
}

#[test]
fn thunderbird_address_books_are_read() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("05_csv/thunderbird");
    let read = |name: &str, header: Option<Header>| {
        let bytes = fs::read(folder.join(name)).expect("a file");
        read_with(&bytes, &CsvOptions { header, ..CsvOptions::default() })
    };
    assert_eq!(
        read("csv_semicolon.csv", None),
        [
            "Display Name | First Name | Last Name | Primary Email",
            "f:2 | - | John Doe | John | Doe | john@doe.invalid",
            "f:3 | - | Jane Doe | Jane | Doe | jane@doe.invalid",
        ]
    );
    assert_eq!(
        read("csv_no_header.csv", Some(Header(None))),
        [
            "column_1 | column_2 | column_3 | column_4",
            "f:1 | - | John Doe | John | Doe | john@doe.invalid",
            "f:2 | - | Jane Doe | Jane | Doe | jane@doe.invalid",
        ]
    );
    assert_eq!(read("browser-import.csv", None), ["Name | Email", "f:2 | - | contact number one | contact1@invalid"]);
    let filled = |name: &str| -> Vec<String> {
        let keep = |object: &Value| {
            let pairs = object.as_object().into_iter().flatten().filter(|(_, value)| **value != "");
            pairs.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or(""))).collect::<Vec<_>>().join(";")
        };
        objects(&folder.join(name)).iter().map(keep).collect()
    };
    assert_eq!(
        filled("basic_csv_addressbook.csv"),
        [
            "Display Name=John Doe;First Name=John;Last Name=Doe;Primary Email=john@doe.invalid",
            "Display Name=Jane Doe;First Name=Jane;Last Name=Doe;Primary Email=jane@doe.invalid",
        ]
    );
}

#[test]
fn csvkit_encodings_are_read() {
    let Some(shared) = shared() else { return };
    let read = |name: &str| {
        let path = shared.join("05_csv/csvkit").join(name);
        table(&source(&[path], &CsvOptions::default()).expect("opens"))
    };
    let of = |name: &str, headings: &str, last: &str| {
        vec![headings.to_string(), format!("{name}:2 | - | 1 | 2 | 3"), format!("{name}:3 | - | 4 | 5 | {last}")]
    };
    for (name, headings, last) in [
        ("test_utf16_little.csv", "a | b | c", "ʤ"),
        ("test_latin1.csv", "a | b | c", "©"),
        ("test_utf8.csv", "foo | bar | baz", "ʤ"),
        ("test_utf8_bom.csv", "foo | bar | baz", "ʤ"),
    ] {
        assert_eq!(read(name), of(name, headings, last));
    }
    assert_eq!(read("null_byte.csv"), ["a | b | c", "null_byte.csv:2 | csv.nul | - | 2 | 3"]);
}

/// How many records a file gives, and how many of them have a fault.
fn counts(path: &Path, options: &CsvOptions) -> (usize, usize) {
    let source = source(&[path.to_path_buf()], options).expect("opens");
    let rows = rows(&source);
    (rows.len(), rows.iter().filter(|row| row.get(1).is_some_and(Option::is_some)).count())
}

#[test]
fn adventure_works_is_read_without_a_word() {
    let Some(shared) = shared() else { return };
    for (name, records, columns) in [
        ("Address", 19_614, 9),
        ("Customer", 19_820, 7),
        ("EmailAddress", 19_972, 5),
        ("PersonPhone", 19_972, 4),
        ("BusinessEntity", 20_777, 3),
        ("CountryRegion", 238, 3),
        ("StateProvince", 181, 8),
        ("AddressType", 6, 4),
        ("ContactType", 20, 3),
        ("PhoneNumberType", 3, 3),
        ("SalesTerritory", 10, 10),
        ("SalesReason", 10, 4),
        ("SalesPerson", 17, 9),
        ("Employee", 290, 16),
        ("BusinessEntityAddress", 19_614, 5),
    ] {
        let path = shared.join(format!("06_crm/adventureworks/{name}.csv"));
        let opened = source(std::slice::from_ref(&path), &CsvOptions::default()).expect("opens");
        let found = opened.detected().iter().map(ToString::to_string).collect::<String>();
        assert!(found.ends_with("no headings"), "{name}: {found}");
        assert_eq!(opened.schema().fields().len(), columns, "{name}: {found}");
        assert_eq!(counts(&path, &CsvOptions::default()), (records, 0), "{name}: {found}");
    }
    let path = shared.join("06_crm/adventureworks/PersonPhone.csv");
    let table = rows(&source(&[path], &CsvOptions::default()).expect("opens"));
    let abroad = |row: &&Vec<Option<String>>| {
        row.get(4).and_then(Option::as_deref).is_some_and(|phone| phone.starts_with("1 (11) "))
    };
    assert_eq!(table.iter().filter(abroad).count(), 9_187);
}

#[test]
fn exports_of_address_books_are_read_whole() {
    let Some(shared) = shared() else { return };
    let google = shared.join("05_csv/google-shared-contacts/sample1.csv");
    assert_eq!(counts(&google, &CsvOptions::default()), (16, 0));
    assert_eq!(source(&[google], &CsvOptions::default()).expect("opens").schema().fields().len(), 129);
}

#[test]
fn what_csvkit_converted_is_what_is_read() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("05_csv/csvkit");
    for (file, records) in [
        ("blanks_converted.csv", 1),
        ("sheetsxls_converted.csv", 5),
        ("test_date_format_converted.csv", 2),
        ("test_locale_converted.csv", 1),
        ("testdbf_converted.csv", 8),
        ("testfixed_converted.csv", 4),
        ("testxls_converted.csv", 5),
        ("testxlsx_converted.csv", 5),
        ("testxls_unicode_converted.csv", 1),
    ] {
        let path = folder.join(file);
        assert_eq!(counts(&path, &CsvOptions::default()), (records, 0), "{file}");
        let mut truth = csv::Reader::from_path(&path).expect("opens");
        let cells: Vec<Vec<String>> =
            truth.records().map(|record| record.expect("is clean").iter().map(str::to_string).collect()).collect();
        let read: Vec<Vec<String>> = rows(&source(&[path], &CsvOptions::default()).expect("opens"))
            .into_iter()
            .map(|row| row.into_iter().skip(3).map(Option::unwrap_or_default).collect())
            .collect();
        assert_eq!(read, cells, "{file}");
    }
}

#[test]
fn every_file_is_read_or_refused() {
    let Some(shared) = shared() else { return };
    let mut found = Vec::new();
    files(&shared.join("05_csv"), &mut found);
    let (mut read, mut records, mut faults, mut refused) = (0, 0, 0, Vec::new());
    for path in &found {
        match source(std::slice::from_ref(path), &CsvOptions::default()) {
            Ok(_) => {
                let (all, bad) = counts(path, &CsvOptions::default());
                (read, records, faults) = (read + 1, records + all, faults + bad);
                println!("{}: {all} records, {bad} faults", path.display());
            }
            Err(error) => {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                refused.push(format!("{name}: {}", error.what));
            }
        }
    }
    println!("{read} files read, {records} records, {faults} faults, {} refused", refused.len());
    refused.retain(|line| !line.ends_with(".xlsx: is a workbook, not text"));
    assert_eq!(
        refused,
        [
            "milk.csv: columns 22 and 23 have the same heading `INTERVENTION STOCKS Skimmed Milk Powder th. tonnes`",
            "empty.csv: holds nothing but blank lines",
            "duplicate-column.csv: columns 2 and 3 have the same heading `B`",
            "empty.csv: is empty",
            "file_multitable_less.csv: holds 2 tables: line 1 with 9 columns, line 85 with 8 columns",
        ]
    );
    assert_eq!((found.len(), read), (350, 333));
}
