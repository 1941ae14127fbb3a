//! Workbooks of our own, and those of a public collection where it is at hand.

mod collection;
mod tables;

use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch, StringArray};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use crate::config::decode::Placed;
use crate::sources::sheet::{Hidden, SheetOptions, open, sheets};
use crate::sources::{ReadError, Source};

fn options(sheet: Option<&str>, header: u32) -> SheetOptions {
    SheetOptions {
        sheet: sheet.map(|name| Placed { value: name.into(), span: 0..0 }),
        header: (header > 0).then_some(header),
        header_rows: 1,
        last_row: None,
        until: None,
        hidden: Hidden::Read,
        leading_zeros: true,
    }
}

fn cells(batch: &RecordBatch, row: usize) -> String {
    let cell = |column: &dyn Array| {
        let text = column.as_any().downcast_ref::<StringArray>().unwrap();
        if text.is_null(row) { "∅".to_string() } else { text.value(row).to_string() }
    };
    batch.columns().iter().map(|column| cell(column)).collect::<Vec<_>>().join("|")
}

/// Headings, then `_row|_fault|_notes|cells` of each record.
fn lines(source: &dyn Source, batch_rows: usize) -> Result<Vec<String>, ReadError> {
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut lines = vec![names.join("|")];
    for batch in source.open(batch_rows)? {
        let batch = batch?;
        lines.extend((0..batch.num_rows()).map(|row| cells(&batch, row)));
    }
    Ok(lines)
}

fn read(paths: &[PathBuf], options: &SheetOptions) -> Result<Vec<String>, String> {
    let shown = |error: ReadError| {
        let name = error.place.rsplit('/').next().unwrap_or_default().to_string();
        let help = error.help.unwrap_or_default();
        format!("{name}: {}; {help}", error.what)
    };
    open(paths, options).and_then(|source| lines(source.as_ref(), 2)).map_err(shown)
}

pub(super) fn one(path: &Path, sheet: Option<&str>, header: u32) -> Result<Vec<String>, String> {
    read(&[path.to_path_buf()], &options(sheet, header))
}

fn workbook(folder: &TempDir, name: &str, fill: impl FnOnce(&mut Workbook)) -> PathBuf {
    let path = folder.path().join(name);
    let mut book = Workbook::new();
    fill(&mut book);
    book.save(&path).unwrap();
    path
}

/// An .xlsx or .ods from its parts.
fn zipped(folder: &TempDir, name: &str, parts: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.path().join(name);
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (part, content) in parts {
        zip.start_file(*part, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap();
    path
}

/// An .xlsx whose one sheet holds the given rows.
fn raw_xlsx(folder: &TempDir, name: &str, rows: &str) -> PathBuf {
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>"#;
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    zipped(
        folder,
        name,
        &[
            ("[Content_Types].xml", types.as_bytes()),
            ("_rels/.rels", root.as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ],
    )
}

fn ods(folder: &TempDir, name: &str, tables: &str) -> PathBuf {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:automatic-styles><style:style style:name="ta1"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(
        folder,
        name,
        &[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())],
    )
}

#[test]
fn every_kind_of_cell_is_read_as_it_is() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "kinds.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.set_name("Customers").unwrap();
        sheet.write(0, 0, "Acme customers, as of June").unwrap();
        for (column, name) in (0..).zip(["Cust No", " First\n  Name ", "Sum", "Since", "At", "Active", "Ref"]) {
            sheet.write(2, column, name).unwrap();
        }
        sheet.write(3, 0, "007").unwrap();
        sheet.write(3, 1, " Ann ").unwrap();
        sheet.write(3, 2, 0.1 + 0.2).unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let both = Format::new().set_num_format("dd.mm.yyyy hh:mm");
        let time = Format::new().set_num_format("hh:mm");
        sheet.write_with_format(3, 3, ExcelDateTime::from_ymd(2019, 3, 4).unwrap(), &day).unwrap();
        sheet.write_with_format(3, 4, ExcelDateTime::from_hms(10, 30, 0.0).unwrap(), &time).unwrap();
        sheet.write(3, 5, true).unwrap();
        sheet.write(3, 6, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write(5, 0, 15_551_234_567_f64).unwrap();
        let moment = ExcelDateTime::from_ymd(2019, 3, 4).unwrap().and_hms(10, 30, 0.0).unwrap();
        sheet.write_with_format(5, 3, moment, &both).unwrap();
        sheet.write_with_format(5, 4, -1, &day).unwrap();
        sheet.write(5, 6, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write(6, 8, "beside").unwrap();
    });
    let expected = [
        "Cust No|First Name|Sum|Since|At|Active|Ref|column_9",
        "kinds.xlsx!Customers:4|∅|sheet.error-cell:Ref|007| Ann |0.3|2019-03-04|10:30:00|true|∅|∅",
        "kinds.xlsx!Customers:6|∅|sheet.bad-date:At|15551234567|∅|∅|2019-03-04T10:30:00|-1|∅|2|∅",
        "kinds.xlsx!Customers:7|∅|∅|∅|∅|∅|∅|∅|∅|∅|beside",
    ];
    assert_eq!(one(&path, None, 3).unwrap(), expected);
}

#[test]
fn one_cell_in_the_last_corner_costs_no_memory() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "corner.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "A").unwrap();
        sheet.write(1_048_575, 16_383, "z").unwrap();
    });
    assert_eq!(one(&path, None, 1).unwrap(), ["A|column_16384", "corner.xlsx!Sheet1:1048576|∅|∅|∅|z"]);
}

#[test]
fn several_files_are_one_source() {
    let folder = TempDir::new().unwrap();
    let table = |name: &str, rows: [[&str; 2]; 2]| {
        workbook(&folder, name, |book| {
            let sheet = book.add_worksheet();
            for (row, cells) in (0..).zip(rows) {
                sheet.write_row(row, 0, cells).unwrap();
            }
        })
    };
    let paths = [table("a.xlsx", [["Id", "Name"], ["1", "Ann"]]), table("b.xlsx", [["Phone", "Id"], ["555", "2"]])];
    let expected = ["Id|Name|Phone", "a.xlsx!Sheet1:2|∅|∅|1|Ann|∅", "b.xlsx!Sheet1:2|∅|∅|2|∅|555"];
    assert_eq!(read(&paths, &options(None, 1)).unwrap(), expected);
}

#[test]
fn a_cell_that_cannot_be_read_costs_its_own_record() {
    let folder = TempDir::new().unwrap();
    let rows = r#"<row><c t="str"><v>A</v></c><c t="str"><v>B</v></c><c t="str"><v>C</v></c></row>
        <row><c><v>1</v></c><c t="e"><v>#ERROR!</v></c><c><v>3</v></c></row>
        <row><c t="b"><v>banana</v></c><c><v>2</v></c><c><v>3</v></c></row>
        <row><c><v>7</v></c><c><v>8</v></c><c><v>9</v></c></row>"#;
    let expected = [
        "A|B|C",
        "odd.xlsx!S:2|∅|sheet.error-cell:B|1|∅|3",
        "odd.xlsx!S:3|sheet.unreadable-cell|∅|∅|2|3",
        "odd.xlsx!S:4|∅|∅|7|8|9",
    ];
    assert_eq!(one(&raw_xlsx(&folder, "odd.xlsx", rows), None, 1).unwrap(), expected);
}

#[test]
fn sheets_are_chosen_by_name_or_by_sight() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "many.xlsx", |book| {
        for (name, hidden) in [("Old", true), ("Customers", false), ("Empty", false)] {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap().set_hidden(hidden).set_active(name == "Customers");
            if name != "Empty" {
                sheet.write(0, 0, name).unwrap();
            }
        }
    });
    assert_eq!(sheets(&path).unwrap(), ["Old", "Customers", "Empty"]);
    assert_eq!(one(&path, None, 1).unwrap(), ["Customers"]);
    assert_eq!(one(&path, Some("Old"), 1).unwrap(), ["Old"]);
    let cases = [
        (
            Some("Custmers"),
            1,
            "many.xlsx: has no sheet `Custmers`; did you mean `Customers`? its sheets: `Old`, `Customers`, `Empty`",
        ),
        (Some("Empty"), 1, "many.xlsx, sheet `Empty`: the sheet is empty; name another with `sheet`"),
        (
            None,
            2,
            "many.xlsx, sheet `Customers`: row 2 holds no headings; set `header` to the row that holds them; the first row with anything is 1",
        ),
    ];
    for (sheet, header, expected) in cases {
        assert_eq!(one(&path, sheet, header).unwrap_err(), expected);
    }
}

#[test]
fn a_heading_twice_is_an_error() {
    let folder = TempDir::new().unwrap();
    let path = workbook(&folder, "twice.xlsx", |book| {
        book.add_worksheet().write_row(0, 1, ["Name", "Phone", " Name"]).unwrap();
    });
    assert_eq!(
        one(&path, None, 1).unwrap_err(),
        "twice.xlsx, sheet `Sheet1`, row 1: the heading `Name` stands twice, in columns B and D; \
         rename one of them in the workbook"
    );
}

#[test]
fn open_documents_are_streamed() {
    let folder = TempDir::new().unwrap();
    let tables = r##"<table:table table:name="Hidden" table:style-name="ta2"/>
        <table:table table:name="Ünits" table:style-name="ta1"><table:table-column table:number-columns-repeated="5"/>
        <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><text:p>No</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Note</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Day</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>At</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Sum</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Ref</text:p></table:table-cell></table:table-row></table:table-header-rows>
        <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>007</text:p></table:table-cell><table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation><text:p>a<text:s text:c="2"/>b &amp;
           <text:span>c</text:span></text:p><text:p>d</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2019-03-04"><text:p>4.3.</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT10H30M00S"><text:p>10:30</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="1.50"><text:p>1,50 €</text:p></table:table-cell><table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        </table:table>"##;
    let path = ods(&folder, "book.ods", tables);
    let expected = [
        "No|Note|Day|At|Sum|Ref",
        "book.ods!Ünits:4|∅|sheet.error-cell:Ref|007|a  b & c\nd|2019-03-04|10:30:00|1.5|∅",
        "book.ods!Ünits:5|∅|sheet.error-cell:Ref|007|a  b & c\nd|2019-03-04|10:30:00|1.5|∅",
    ];
    assert_eq!(sheets(&path).unwrap(), ["Hidden", "Ünits"]);
    assert_eq!(one(&path, None, 3).unwrap(), expected);
}

#[test]
fn repeats_that_would_never_end_are_refused() {
    let folder = TempDir::new().unwrap();
    let bomb = |rows: u32, columns: u32| {
        format!(
            r#"<table:table table:name="A"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/></table:table-row></table:table>"#
        )
    };
    let cases = [
        (1_048_576, 16_384, "repeats cells more than 5,000,000 times, as no honest sheet does"),
        (4_000_000_000, 1, "claims more than 1,048,576 rows"),
        (1, 4_000_000_000, "claims more than 16,384 columns"),
    ];
    for (rows, columns, expected) in cases {
        let error = one(&ods(&folder, "bomb.ods", &bomb(rows, columns)), None, 1).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let text = "x".repeat(60_000);
    let long = |rows: u32, columns: u32| {
        bomb(rows, columns).replace("float", "string").replace("value=\"1", &format!("string-value=\"{text}"))
    };
    for (rows, columns) in [(1, 16_384), (1_000_000, 1)] {
        let error = one(&ods(&folder, "bomb.ods", &long(rows, columns)), None, 1).unwrap_err();
        assert!(error.contains("repeats more than 256 MB of text, as no honest sheet does"), "{error}");
    }
}

#[test]
fn blanks_that_are_counted_do_not_fill_the_memory() {
    let folder = TempDir::new().unwrap();
    let blanks = r#"<text:s text:c="32767"/>"#.repeat(3000);
    let table = format!(
        r#"<table:table table:name="A"><table:table-row><table:table-cell><text:p>{blanks}</text:p></table:table-cell></table:table-row></table:table>"#
    );
    let error = one(&ods(&folder, "blanks.ods", &table), None, 1).unwrap_err();
    assert_eq!(error, "blanks.ods, row 1: holds more than 64 MB of text in one row; ");
}

#[test]
fn what_unpacks_too_far_is_refused() {
    let folder = TempDir::new().unwrap();
    let long = vec![b' '; 8 << 20];
    let path = zipped(&folder, "long.ods", &[("content.xml", &long)]);
    assert_eq!(
        one(&path, None, 1).unwrap_err(),
        "long.ods: its part `content.xml` has a cell of over 4 MB, which no sheet can hold; \
         if the file is to be trusted, save the sheet as .csv and read that"
    );
    let sheet = format!("<row><c t=\"str\"><v>{}</v></c></row>", " ".repeat(8 << 20));
    assert_eq!(
        one(&raw_xlsx(&folder, "long.xlsx", &sheet), None, 1).unwrap_err(),
        "long.xlsx: its part `xl/worksheets/sheet1.xml` has a cell of over 4 MB, which no sheet can hold; \
         if the file is to be trusted, save the sheet as .csv and read that"
    );
}

#[test]
fn a_password_is_named() {
    let folder = TempDir::new().unwrap();
    let manifest = b"<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\">\
        <manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let path = zipped(&folder, "shut.ods", &[("content.xml", b"\x07\x93\xA2"), ("META-INF/manifest.xml", manifest)]);
    assert_eq!(
        one(&path, None, 1).unwrap_err(),
        "shut.ods: is password-protected; open it with its password and save a copy without one"
    );
}

#[test]
fn what_is_no_workbook_is_named() {
    let folder = TempDir::new().unwrap();
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty.xlsx", b"", "empty.xlsx: is empty; "),
        (
            "text.xlsx",
            b"a,b\n1,2\n",
            "text.xlsx: is not a workbook; known are .xlsx, .xlsm, .xlsb, .xls and .ods; text goes by .csv",
        ),
        (
            "page.xls",
            b"<html><table></table></html>",
            "page.xls: is a web page that is named as a workbook; open it in Excel or LibreOffice and save it as .xlsx",
        ),
        (
            "cut.xlsx",
            b"PK\x03\x04abc",
            "cut.xlsx: is damaged: its zip container cannot be read; \
             open it in Excel or LibreOffice, which may repair it, and save it again",
        ),
        (
            "cut.xls",
            &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
            "cut.xls: is damaged: its container cannot be followed; \
             open it in Excel or LibreOffice, which may repair it, and save it again",
        ),
    ];
    for (name, content, expected) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        assert_eq!(one(&path, None, 1).unwrap_err(), expected);
    }
    let missing = one(&folder.path().join("none.xlsx"), None, 1).unwrap_err();
    assert_eq!(missing, "none.xlsx: no such file; check the source's `path`");
}
