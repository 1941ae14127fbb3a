//! Both files are read back and compared cell by cell.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use calamine::{Data, Reader, Xlsx, open_workbook};
use proptest::prelude::{any, proptest};
use tempfile::TempDir;

use super::{CELL_UNITS, CUT, RejectWriter, guarded, unguarded};

fn schema(names: &[&str]) -> SchemaRef {
    Arc::new(Schema::new(names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect::<Vec<_>>()))
}

fn batch(schema: &SchemaRef, rows: &[&[Option<&str>]]) -> RecordBatch {
    let columns = (0..schema.fields().len()).map(|column| {
        let cells: StringArray = rows.iter().map(|row| row[column]).collect();
        Arc::new(cells) as ArrayRef
    });
    RecordBatch::try_new(Arc::clone(schema), columns.collect()).unwrap()
}

fn paths(folder: &TempDir) -> (PathBuf, PathBuf) {
    (folder.path().join("contact.csv"), folder.path().join("contact.xlsx"))
}

/// The sheets with their rows, every cell as what it is.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let names = book.sheet_names();
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    names.into_iter().map(|name| (name.clone(), rows(book.worksheet_range(&name).unwrap()))).collect()
}

fn text(cells: &[&str]) -> Vec<Data> {
    let cell = |text: &&str| if text.is_empty() { Data::Empty } else { Data::String((*text).to_string()) };
    cells.iter().map(cell).collect()
}

fn write(folder: &TempDir) -> (PathBuf, PathBuf) {
    let (csv, xlsx) = paths(folder);
    let customers = schema(&["_row", "Name", "Sum", "reasons", "stage"]);
    let rolodex = schema(&["_row", "Phone", "Name", "reasons"]);
    let declared = [("customers", Arc::clone(&customers)), ("rolodex", Arc::clone(&rolodex))];
    let mut writer = RejectWriter::create(&csv, &xlsx, &declared).unwrap();
    writer.sheet("customers").unwrap();
    let first: [&[Option<&str>]; 2] = [
        &[Some("a.xlsx!S:4"), Some("=HYPERLINK(\"http://x\")"), Some("007"), Some("email.invalid"), None],
        &[Some("a.xlsx!S:5"), Some("Ann, \"Bo\"\nLee "), Some("-1"), Some("name.missing"), Some("rules")],
    ];
    writer.write(&batch(&customers, &first)).unwrap();
    writer.write(&batch(&customers, &[&[Some("a.xlsx!S:6"), Some("'=1"), Some("'n"), Some("x"), None]])).unwrap();
    writer.sheet("rolodex").unwrap();
    let last: [Option<&str>; 4] = [Some("b.vcf:1"), Some("+1 555"), Some("http://x.example"), Some("phone.invalid")];
    writer.write(&batch(&rolodex, &[&last])).unwrap();
    writer.finish().unwrap();
    (csv, xlsx)
}

#[test]
fn the_csv_has_one_heading_and_no_formulas() {
    let folder = TempDir::new().unwrap();
    let (csv, _) = write(&folder);
    let expected = [
        "_source,_row,Name,Sum,Phone,reasons,stage",
        "customers,a.xlsx!S:4,\"'=HYPERLINK(\"\"http://x\"\")\",007,,email.invalid,",
        "customers,a.xlsx!S:5,\"Ann, \"\"Bo\"\"\nLee \",'-1,,name.missing,rules",
        "customers,a.xlsx!S:6,''=1,'n,,x,",
        "rolodex,b.vcf:1,http://x.example,,'+1 555,phone.invalid,",
        "",
    ];
    assert_eq!(std::fs::read_to_string(csv).unwrap(), expected.join("\r\n"));
}

#[test]
fn the_workbook_has_a_sheet_a_source_and_only_text() {
    let folder = TempDir::new().unwrap();
    let (_, xlsx) = write(&folder);
    let expected = vec![
        (
            "customers".to_string(),
            vec![
                text(&["_source", "_row", "Name", "Sum", "reasons", "stage"]),
                text(&["customers", "a.xlsx!S:4", "=HYPERLINK(\"http://x\")", "007", "email.invalid", ""]),
                text(&["customers", "a.xlsx!S:5", "Ann, \"Bo\"\nLee ", "-1", "name.missing", "rules"]),
                text(&["customers", "a.xlsx!S:6", "'=1", "'n", "x", ""]),
            ],
        ),
        (
            "rolodex".to_string(),
            vec![
                text(&["_source", "_row", "Phone", "Name", "reasons"]),
                text(&["rolodex", "b.vcf:1", "+1 555", "http://x.example", "phone.invalid"]),
            ],
        ),
    ];
    assert_eq!(sheets(&xlsx), expected);
    let mut book: Xlsx<_> = open_workbook(&xlsx).unwrap();
    for name in ["customers", "rolodex"] {
        assert!(book.worksheet_formula(name).unwrap().is_empty());
    }
}

#[test]
fn two_writes_are_the_same_bytes() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let ((csv_one, xlsx_one), (csv_two, xlsx_two)) = (write(&one), write(&two));
    assert_eq!(std::fs::read(csv_one).unwrap(), std::fs::read(csv_two).unwrap());
    assert!(std::fs::read(xlsx_one).unwrap() == std::fs::read(xlsx_two).unwrap());
    assert_eq!(std::fs::read_dir(one.path()).unwrap().count(), 2);
}

#[test]
fn long_cells_are_cut_in_the_workbook_only() {
    let folder = TempDir::new().unwrap();
    let (csv, xlsx) = paths(&folder);
    let columns = schema(&["_row", "reasons"]);
    let mut writer = RejectWriter::create(&csv, &xlsx, &[("a", Arc::clone(&columns))]).unwrap();
    let (fits, over) = ("é".repeat(CELL_UNITS), "😀".repeat(CELL_UNITS / 2 + 1));
    writer.sheet("a").unwrap();
    writer.write(&batch(&columns, &[&[Some(&fits), Some(&over)]])).unwrap();
    writer.finish().unwrap();
    assert_eq!(std::fs::read_to_string(csv).unwrap(), format!("_source,_row,reasons\r\na,{fits},{over}\r\n"));
    let cut = format!("{}{CUT}", "😀".repeat((CELL_UNITS - CUT.encode_utf16().count()) / 2));
    assert_eq!(sheets(&xlsx)[0].1[1], text(&["a", &fits, &cut]));
}

#[test]
fn a_full_sheet_goes_on_in_the_next() {
    let folder = TempDir::new().unwrap();
    let (csv, xlsx) = paths(&folder);
    let columns = schema(&["_row"]);
    let mut writer = RejectWriter::create(&csv, &xlsx, &[("a", Arc::clone(&columns))]).unwrap();
    writer.book.rows_per_sheet = 3;
    writer.sheet("a").unwrap();
    let rows: [&[Option<&str>]; 5] = [&[Some("1")], &[Some("2")], &[Some("3")], &[Some("4")], &[Some("5")]];
    writer.write(&batch(&columns, &rows)).unwrap();
    writer.finish().unwrap();
    let part = |name: &str, cells: &[&str]| {
        (
            name.to_string(),
            cells.iter().map(|cell| text(&[if *cell == "_row" { "_source" } else { "a" }, cell])).collect(),
        )
    };
    let expected: Vec<(String, Vec<Vec<Data>>)> =
        vec![part("a", &["_row", "1", "2"]), part("a (2)", &["_row", "3", "4"]), part("a (3)", &["_row", "5"])];
    assert_eq!(sheets(&xlsx), expected);
}

#[test]
fn names_of_sheets_are_those_that_excel_takes() {
    let folder = TempDir::new().unwrap();
    let (csv, xlsx) = paths(&folder);
    let names = ["a/b[c]", "A_B_C_", "'quoted'", "History", "the customers of the old system, all", ""];
    let columns = schema(&["_row"]);
    let declared: Vec<_> = names.iter().map(|name| (*name, Arc::clone(&columns))).collect();
    let mut writer = RejectWriter::create(&csv, &xlsx, &declared).unwrap();
    for name in names {
        writer.sheet(name).unwrap();
    }
    writer.finish().unwrap();
    let found: Vec<String> = sheets(&xlsx).into_iter().map(|(name, _)| name).collect();
    let expected = ["a_b_c_", "A_B_C_ (2)", "quoted", "rejects", "the customers of the old system", "rejects (2)"];
    assert_eq!(found, expected);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = TempDir::new().unwrap();
    let csv = folder.path().join("no/contact.csv");
    let error = RejectWriter::create(&csv, &folder.path().join("no/contact.xlsx"), &[]).err().unwrap();
    assert!(error.to_string().ends_with("contact.csv: cannot be written: No such file or directory (os error 2)"));
}

#[test]
fn a_full_disk_is_an_error() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: no /dev/full on this system");
        return;
    }
    let folder = TempDir::new().unwrap();
    let columns = schema(&["_row"]);
    let mut writer = RejectWriter::create(full, &folder.path().join("a.xlsx"), &[("a", Arc::clone(&columns))]).unwrap();
    writer.sheet("a").unwrap();
    writer.write(&batch(&columns, &[&[Some("1")]])).unwrap();
    let error = writer.finish().unwrap_err();
    assert_eq!(error.to_string(), "/dev/full: cannot be written: No space left on device (os error 28)");
}

proptest! {
    #[test]
    fn the_guard_can_be_taken_off(cell in "['=+@\\-\t\ra]{0,5}", other in any::<String>()) {
        for cell in [cell, other] {
            assert_eq!(unguarded(&guarded(&cell)), cell);
            assert!(!guarded(&cell).starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
