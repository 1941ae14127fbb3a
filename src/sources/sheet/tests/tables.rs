//! Where in a sheet its table is, and what of it is hidden.

use proptest::prelude::{ProptestConfig, any, proptest};
use rust_xlsxwriter::{Format, Formula};
use tempfile::TempDir;

use super::{ods, options, raw_xlsx, read, workbook};
use crate::sources::kind::{Opener, Place};
use crate::sources::sheet::{Hidden, SheetOptions, open};

fn lines(path: &std::path::Path, options: &SheetOptions) -> Vec<String> {
    read(&[path.to_path_buf()], options).unwrap_or_else(|error| vec![error])
}

fn said(path: &std::path::Path, options: &SheetOptions) -> String {
    open(&[path.to_path_buf()], options).unwrap().detected().into_iter().map(|(_, said)| said).collect()
}

#[test]
fn headings_of_several_rows_are_joined() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "merged.xlsx", |book| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        sheet.write(0, 0, "Customers of the north").unwrap();
        sheet.merge_range(1, 0, 2, 0, "No", &plain).unwrap();
        sheet.merge_range(1, 1, 1, 2, "Address", &plain).unwrap();
        sheet.write_row(2, 1, ["Street", "City"]).unwrap();
        sheet.merge_range(1, 3, 2, 5, "Phone", &plain).unwrap();
        sheet.write_row(3, 0, ["1", "Main 1", "Ulm", "555", "556"]).unwrap();
    });
    let wanted = SheetOptions { header_rows: 2, ..options(None, 2) };
    let expected = ["No|Address Street|Address City|Phone|Phone_2", "merged.xlsx!Sheet1:4|∅|∅|1|Main 1|Ulm|555|556"];
    assert_eq!(lines(&path, &wanted), expected);
    assert_eq!(said(&path, &wanted), "sheet `Sheet1`, headings in rows 2 to 3");
    let wanted = SheetOptions { header_rows: 0, ..options(None, 2) };
    assert!(lines(&path, &wanted)[0].contains("`header_rows` is not between 1 and 20"));
}

#[test]
fn merged_headings_of_an_open_document_too() {
    let folder = TempDir::new().unwrap();
    let cell = |text: &str, span: &str| {
        format!(r#"<table:table-cell office:value-type="string"{span}><text:p>{text}</text:p></table:table-cell>"#)
    };
    let tables = format!(
        r#"<table:table table:name="A"><table:table-column/><table:table-column table:visibility="collapse"/>
        <table:table-row>{}<table:covered-table-cell/></table:table-row>
        <table:table-row>{}{}</table:table-row>
        <table:table-row table:visibility="filter">{}{}</table:table-row></table:table>"#,
        cell("Name", r#" table:number-columns-spanned="2""#),
        cell("First", ""),
        cell("Last", ""),
        cell("Ann", ""),
        r#"<table:table-cell office:value-type="float" office:value="6022"><text:p>06022</text:p></table:table-cell>"#,
    );
    let path = ods(&folder, "a.ods", &tables);
    let wanted = SheetOptions { header_rows: 2, ..options(None, 0) };
    assert_eq!(lines(&path, &wanted), ["Name First|Name Last", "a.ods!A:3|∅|sheet.hidden-row:|Ann|06022"]);
    assert_eq!(said(&path, &wanted), "sheet `A`, headings in rows 1 to 2, 1 hidden row, hidden column B");
}

#[test]
fn a_sheet_without_headings_has_numbered_columns() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "bare.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.write_row(2, 1, ["a", "a"]).unwrap();
        sheet.write_row(4, 1, ["b"]).unwrap();
    });
    let wanted = SheetOptions { header: Some(0), ..options(None, 0) };
    let expected = ["column_1|column_2|column_3", "bare.xlsx!Sheet1:3|∅|∅|∅|a|a", "bare.xlsx!Sheet1:5|∅|∅|∅|b|∅"];
    assert_eq!(lines(&path, &wanted), expected);
    assert_eq!(
        lines(&path, &options(None, 0)),
        [
            "bare.xlsx, sheet `Sheet1`, row 3: the heading `a` stands twice, in columns B and C; rename one of them in the workbook"
        ]
    );
}

#[test]
fn a_table_ends_where_it_is_said() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "sums.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Name", "Sum"]).unwrap();
        sheet.write_row(1, 0, ["Ann", "1"]).unwrap();
        sheet.write_row(2, 0, ["Bo", "2"]).unwrap();
        sheet.write_row(4, 0, ["Total", "3", "", "stray"]).unwrap();
        sheet.write_row(5, 0, ["Printed"]).unwrap();
    });
    let whole = ["Name|Sum", "sums.xlsx!Sheet1:2|∅|∅|Ann|1", "sums.xlsx!Sheet1:3|∅|∅|Bo|2"];
    let until = |until: &str| SheetOptions { until: Some(until.into()), ..options(None, 0) };
    assert_eq!(lines(&path, &until("Total")), whole);
    assert_eq!(said(&path, &until("Total")), "sheet `Sheet1`, headings in row 1, 2 rows from row 5 on left out");
    assert_eq!(lines(&path, &until("")), whole);
    assert_eq!(lines(&path, &SheetOptions { last_row: Some(3), ..options(None, 0) }), whole);
    assert_eq!(lines(&path, &options(None, 0)).len(), 5);
}

#[test]
fn hidden_rows_are_read_and_said() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "hidden.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Name", "Ref"]).unwrap();
        sheet.write_row(1, 0, ["Ann"]).unwrap();
        sheet.write(1, 1, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.set_row_hidden(1).unwrap();
        sheet.write_row(2, 0, ["Bo"]).unwrap();
        sheet.set_column_hidden(1).unwrap();
        let other = book.add_worksheet();
        other.set_name("Old").unwrap().set_hidden(true);
        book.add_worksheet().set_name("Macro").unwrap().set_very_hidden(true);
    });
    let wanted = options(None, 0);
    let expected = [
        "Name|Ref",
        "hidden.xlsx!Sheet1:2|∅|sheet.hidden-row:;sheet.error-cell:Ref|Ann|∅",
        "hidden.xlsx!Sheet1:3|∅|∅|Bo|∅",
    ];
    assert_eq!(lines(&path, &wanted), expected);
    assert_eq!(said(&path, &wanted), "sheet `Sheet1`, headings in row 1, 1 hidden row, hidden column B");
    let skipped = SheetOptions { hidden: Hidden::Skip, ..options(None, 0) };
    assert_eq!(lines(&path, &skipped), ["Name|Ref", "hidden.xlsx!Sheet1:3|∅|∅|Bo|∅"]);
    let tables = wanted.tables(&Place::Files(vec![path])).unwrap();
    let tables: Vec<String> = tables.iter().map(|table| format!("{}: {}", table.name, table.what)).collect();
    assert_eq!(tables, ["Sheet1: sheet", "Old: hidden sheet", "Macro: very hidden sheet"]);
}

#[test]
fn numbers_keep_the_zeros_that_their_format_shows() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "zip.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Zip", "Share", "Sum", "SSN"]).unwrap();
        sheet.write_with_format(1, 0, 6022, &Format::new().set_num_format("00000")).unwrap();
        sheet.write_with_format(1, 1, 0.125, &Format::new().set_num_format("0.0%")).unwrap();
        sheet.write_with_format(1, 2, 1234.5, &Format::new().set_num_format("#,##0.00 \"€\"")).unwrap();
        sheet.write_with_format(1, 3, 12_345_678, &Format::new().set_num_format("000\\-00\\-0000")).unwrap();
    });
    assert_eq!(lines(&path, &options(None, 0))[1], "zip.xlsx!Sheet1:2|∅|∅|06022|0.125|1234.5|012-34-5678");
    let plain = SheetOptions { leading_zeros: false, ..options(None, 0) };
    assert_eq!(lines(&path, &plain)[1], "zip.xlsx!Sheet1:2|∅|∅|6022|0.125|1234.5|12345678");
}

#[test]
fn a_sheet_that_is_not_kept_is_read_again() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "twice.xlsx", |book| {
        let sheet = book.add_worksheet();
        for row in 0..50 {
            sheet.write_row(row, 0, [format!("a{row}"), format!("b{row}")]).unwrap();
        }
    });
    let source = open(&[path], &options(None, 0)).unwrap();
    let first: Vec<_> = source.open(7).unwrap().map(Result::unwrap).collect();
    let second: Vec<_> = source.open(7).unwrap().map(Result::unwrap).collect();
    assert_eq!(first, second);
    assert_eq!(first.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 49);
}

#[test]
fn a_workbook_of_hidden_sheets_chooses_none() {
    let folder = TempDir::new().unwrap();
    let tables = r#"<table:table table:name="Old" table:style-name="ta2"/><table:table table:name="Older" table:style-name="ta2"/>"#;
    let path = ods(&folder, "a.ods", tables);
    assert_eq!(
        lines(&path, &options(None, 0)),
        ["a.ods: all its sheets are hidden; name one with `sheet`: `Old`, `Older`"]
    );
}

/// `shown.xls` was written with xlwt for this test.
#[test]
fn an_old_workbook_shows_its_zeros_and_what_is_hidden() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("shown.xls");
    std::fs::write(&path, include_bytes!("shown.xls")).unwrap();
    let wanted = SheetOptions { header_rows: 2, ..options(None, 0) };
    let expected = [
        "No|Address Zip|Address City|SSN|Since|Share",
        "shown.xls!Contacts:3|∅|∅|1|06022|Ulm|012-34-5678|2019-03-04|0.125",
        "shown.xls!Contacts:4|∅|sheet.hidden-row:|2|00501|Bonn|∅|∅|∅",
    ];
    assert_eq!(lines(&path, &wanted), expected);
    assert_eq!(said(&path, &wanted), "sheet `Contacts`, headings in rows 1 to 2, 1 hidden row, hidden column F");
    let plain = SheetOptions { leading_zeros: false, ..wanted };
    assert_eq!(lines(&path, &plain)[1], "shown.xls!Contacts:3|∅|∅|1|6022|Ulm|12345678|2019-03-04|0.125");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_sheet_is_answered(
        text in r#"(<row>|<row r="[0-9]{1,3}"( hidden="1")?>|</row>|<c r="[A-C][1-9]" t="(s|b|e|d|str|n)" s="[0-9]">|<c>|</c>|<v>|</v>|<is><t>|</t></is>|[0-9]{1,3}|&|x ){0,40}"#,
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let folder = TempDir::new().unwrap();
        let _ = lines(&raw_xlsx(&folder, "a.xlsx", &text), &options(None, 0));
        for head in [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"] {
            let path = folder.path().join("b.xls");
            std::fs::write(&path, [head, &bytes].concat()).unwrap();
            let _ = lines(&path, &options(None, 0));
        }
    }
}
