//! Which rows are headings, which are records, and which are neither.

use std::io::Write;

use super::super::{CsvOptions, Delimiter, Header, Quote, Ragged, Table};
use super::{Folder, read, read_with, rows, source};
use crate::sources::kind::{self, Opener, Place};

/// What is detected of a file, from the headings on.
fn detected(text: &str) -> String {
    let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
    match source(&paths, &CsvOptions::default()) {
        Ok(source) => {
            let all: String = source.detected().iter().map(ToString::to_string).collect();
            all.split_once("quote `\"`, ").map_or(all.clone(), |(_, rest)| rest.to_string())
        }
        Err(error) => error.what,
    }
}

#[test]
fn what_stands_above_the_headings_is_left_out_and_said() {
    assert_eq!(
        detected("Customers\nas of 2019\n\nid,name,city\n1,Ann,Oslo\n"),
        "headings in row 4, lines 1 to 3 left out"
    );
    assert_eq!(
        detected("PREAMBLE,,,\n,,,\nid,name,city,zip\n1,Ann,Oslo,2\n"),
        "headings in row 3, lines 1 to 2 left out"
    );
    assert_eq!(read("# export\nid,name\n1,Ann\n2,Bob\n"), ["id | name", "f:3 | - | 1 | Ann", "f:4 | - | 2 | Bob"]);
    // Headings that are mostly empty are headings where nothing below looks like some.
    assert_eq!(detected("id,,,\n1,Ann,Oslo,5\n2,Bob,Rome,7\n"), "headings in row 1");
    assert_eq!(detected("id,name,city\n1,Ann,Oslo\n"), "headings in row 1");
}

#[test]
fn headings_may_take_several_rows() {
    let two = "Order,,Ship\nNo,Date,To\n1.5,2019-01-02,Oslo\n2.5,2019-01-03,Rome\n";
    assert_eq!(detected(two), "headings in rows 1 to 2");
    let full = "Order,Order,Ship\nNo,Date,To\n1.5,2019-01-02,Oslo\n2.5,2019-01-03,Rome\n";
    assert_eq!(
        read(full),
        ["Order No | Order Date | Ship To", "f:3 | - | 1.5 | 2019-01-02 | Oslo", "f:4 | - | 2.5 | 2019-01-03 | Rome"]
    );
    let options = CsvOptions { header: Some(Header(Some((1, 2)))), ..CsvOptions::default() };
    assert_eq!(read_with(two.as_bytes(), &options)[0], "Order No | Date | Ship To");
}

#[test]
fn a_file_may_have_no_headings() {
    let text = "1,ann@example.org,2019-01-02\n2,bob@example.org,2019-01-03\n3,eve@example.org,2019-01-04\n";
    assert_eq!(detected(text), "no headings");
    assert_eq!(read(text)[1], "f:1 | - | 1 | ann@example.org | 2019-01-02");
    // Years are headings as well as values.
    assert_eq!(detected("Country,2019,2020\nNorway,1,2\nItaly,3,4\n"), "headings in row 1");
    let names = |names: &[&str]| CsvOptions {
        columns: Some(names.iter().map(ToString::to_string).collect()),
        ..CsvOptions::default()
    };
    assert_eq!(read_with(b"a,b\nc,d\n", &names(&["x", "y"])), ["x | y", "f:1 | - | a | b", "f:2 | - | c | d"]);
    assert_eq!(
        read_with(b"a,b\nc,d\n", &names(&["x"])),
        ["f: has 2 columns, but `columns` names 1 \
          (name each column, in the order of the file; check `delimiter` if the count is wrong)"]
    );
    let renamed = CsvOptions { header: Some(Header(Some((1, 1)))), ..names(&["x", "y"]) };
    assert_eq!(read_with(b"a,b\nc,d\n", &renamed), ["x | y", "f:2 | - | c | d"]);
}

#[test]
fn a_footer_is_left_out_and_said() {
    let text = "id,name,city\n1,Ann,Oslo\n2,Bob,Rome\n\nTotal: 2\nSource: the old system\n";
    assert_eq!(detected(text), "headings in row 1, 2 rows from line 5 left out");
    assert_eq!(read(text).len(), 3);
    assert_eq!(detected("id,n,sum\n1,a,5\n,,\nTotal,,5\n"), "headings in row 1");
    assert_eq!(detected("id,n,sum,x\n1,a,5,b\n,,,\nTotal,,5,\n"), "headings in row 1, 1 row from line 4 left out");
    // Behind no empty line it may be a broken record, and is rejected as one.
    let broken = "id,name,city\n1,Ann,Oslo\nTotal: 1\n";
    assert_eq!(read(broken)[2], "f:3 | csv.ragged | Total: 1 | - | -");
    let footer = |rows| CsvOptions { footer: Some(rows), ..CsvOptions::default() };
    assert_eq!(read_with(broken.as_bytes(), &footer(1)), ["id | name | city", "f:2 | - | 1 | Ann | Oslo"]);
    assert_eq!(read_with(text.as_bytes(), &footer(0)).len(), 5);
}

#[test]
fn a_footer_that_is_declared_is_found_in_a_long_file() {
    let mut text = String::from("id,name\n");
    for number in 0..200_000 {
        text.push_str(&format!("{number},name\n"));
    }
    text.push_str("200000,\nend\n");
    let options = CsvOptions { footer: Some(2), ..CsvOptions::default() };
    let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
    let found = source(&paths, &options).expect("opens");
    assert_eq!(rows(&found).len(), 200_000);
    assert!(found.detected()[0].to_string().ends_with("2 rows from line 200002 left out"));
}

#[test]
fn one_of_several_tables_is_chosen() {
    let text = "id,name\n1,Ann\n\nno,date,sum\n7,2019-01-02,5\n8,2019-01-03,6\n";
    assert_eq!(detected(text), "holds 2 tables: line 1 with 2 columns, line 4 with 3 columns");
    let choose = |table| CsvOptions { table: Some(table), ..CsvOptions::default() };
    let read = |table| read_with(text.as_bytes(), &choose(table));
    assert_eq!(read(Table::Number(1)), ["id | name", "f:2 | - | 1 | Ann"]);
    let second = ["no | date | sum", "f:5 | - | 7 | 2019-01-02 | 5", "f:6 | - | 8 | 2019-01-03 | 6"];
    assert_eq!(read(Table::Number(2)), second);
    assert_eq!(read(Table::Heading("sum".into())), second);
    let help = "choose one with `table`, by its number or a heading; `table = \"all\"` reads them as one";
    let listed = format!("f: holds 2 tables: line 1 with 2 columns, line 4 with 3 columns ({help})");
    assert_eq!(read(Table::Number(3)), [listed.as_str()]);
    assert_eq!(read(Table::Heading("x".into())), [listed.as_str()]);
    assert_eq!(read(Table::All).len(), 5);
    let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
    let tables = choose(Table::Number(1)).tables(&Place::Files(paths)).expect("opens");
    let shown: Vec<String> =
        tables.iter().map(|table| format!("{} {}: {}", table.option, table.name, table.what)).collect();
    assert_eq!(shown, ["table 1: line 1 with 2 columns", "table 2: line 4 with 3 columns"]);
}

#[test]
fn packed_files_are_read_as_what_they_hold() {
    let text = b"id,name\n1,Ann\n";
    let packed = zstd::encode_all(&text[..], 0).expect("memory");
    assert_eq!(read(&packed), ["id | name", "f:2 | - | 1 | Ann"]);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["a.csv", "b.csv"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(text).expect("memory");
    }
    let zip = zip.finish().expect("memory").into_inner();
    assert_eq!(read(&zip), ["f: holds 2 files: `a.csv`, `b.csv` (say which one with `member`)"]);
    let member = CsvOptions { member: Some("b.csv".into()), ..CsvOptions::default() };
    assert_eq!(read_with(&zip, &member), ["id | name", "f:2 | - | 1 | Ann"]);
    let (folder, paths) = Folder::of(&[("f.zip", &zip)]);
    let tables = CsvOptions::default().tables(&Place::Files(paths)).expect("opens");
    assert_eq!(tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["a.csv", "b.csv"]);
    let kind = |path: &str| kind::of_path(path).map(|kind| kind.name);
    assert_eq!(kind(&folder.0.path().join("f.zip").to_string_lossy()), Some("csv"));
    assert_eq!(
        (kind("a.csv.gz"), kind("A.TSV.ZST"), kind("a.dbf.gz"), kind("none.zip")),
        (Some("csv"), Some("csv"), None, None)
    );
}

#[test]
fn headings_that_come_again_cost_one_record() {
    let text = "id,name\n1,Ann\nid,name\n2,Bob\n";
    assert_eq!(
        read(text),
        ["id | name", "f:2 | - | 1 | Ann", "f:3 | csv.headings-again | id | name", "f:4 | - | 2 | Bob"]
    );
    let first = CsvOptions { table: Some(Table::Number(1)), ..CsvOptions::default() };
    assert_eq!(read_with(text.as_bytes(), &first), ["id | name", "f:2 | - | 1 | Ann"]);
}

#[test]
fn comments_are_left_out_where_they_are_declared() {
    let options = CsvOptions { comment: Some(Delimiter("#".into())), ..CsvOptions::default() };
    assert_eq!(
        read_with(b"# \"of the old system\nid,name\n1,Ann\n#2,\"Bob\n3,#Eve\n#", &options),
        ["id | name", "f:3 | - | 1 | Ann", "f:5 | - | 3 | #Eve"]
    );
}

#[test]
fn ragged_records_can_be_kept() {
    let options = CsvOptions { ragged: Ragged::Keep, ..CsvOptions::default() };
    let (_folder, paths) = Folder::of(&[("f", b"a,b\n1,2\n3\n4,5,6,7\n8,9\n")]);
    let found = source(&paths, &options).expect("opens");
    let shown: Vec<String> = rows(&found)
        .into_iter()
        .map(|row| row.into_iter().map(|cell| cell.unwrap_or("-".into())).collect::<Vec<_>>().join(" | "))
        .collect();
    assert_eq!(
        shown,
        [
            "f:2 | - | - | 1 | 2 | -",
            "f:3 | - | csv.ragged:b | 3 | - | -",
            "f:4 | - | csv.ragged:surplus | 4 | 5 | 6,7",
            "f:5 | - | - | 8 | 9 | -",
        ]
    );
}

#[test]
fn unusual_marks_are_detected_and_declared() {
    assert_eq!(
        read("1+|a|b+|x@y.z&|\n2+|c&d+|u@v.w&|\n"),
        ["column_1 | column_2 | column_3", "f:1 | - | 1 | a|b | x@y.z", "f:2 | - | 2 | c&d | u@v.w",]
    );
    assert_eq!(read("id¦name\n1¦Ann\n2¦Bob\n"), ["id | name", "f:2 | - | 1 | Ann", "f:3 | - | 2 | Bob"]);
    assert_eq!(read("id, name\n1, Ann\n2, Bob\n")[0], "id | name");
    assert_eq!(
        read("id,name\n1,“Lee, Ann”\n2,“Ray, Bob”\n3,“a “b” c”\n"),
        ["id | name", "f:2 | - | 1 | Lee, Ann", "f:3 | - | 2 | Ray, Bob", "f:4 | csv.quote | 3 | a “b” c"]
    );
    assert_eq!(
        read("1\tAnn\t\\N\n2\t\\N\tone\\ttwo\\nthree\n3\tEve\t\\\\N\n")[0..3],
        ["1 | Ann | column_3", "f:2 | - | 2 | - | one\ttwo\nthree", "f:3 | - | 3 | Eve | \\N"]
    );
    let options = CsvOptions {
        delimiter: Some(Delimiter("<>".into())),
        record_delimiter: Some(Delimiter("//".into())),
        quote: Some(Quote(Some(('«', '»')))),
        header: Some(Header(None)),
        ..CsvOptions::default()
    };
    assert_eq!(
        read_with("1<>«a<>//b»//2<>c\r\nd//\r\n3<>é".as_bytes(), &options),
        ["column_1 | column_2", "f:1 | - | 1 | a<>//b", "f:1 | - | 2 | c\r\nd", "f:3 | - | 3 | é"]
    );
}
