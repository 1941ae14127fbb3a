use super::super::{CsvOptions, CsvSource, Header};
use super::{Folder, read, read_with, source, table};
use crate::sources::encoding::Encoding;

fn header(row: u32) -> CsvOptions {
    CsvOptions { header: Some(Header((row > 0).then_some((row, row)))), ..CsvOptions::default() }
}

#[test]
fn headings_are_where_they_are_declared() {
    let file = b"Customers\n\nid,name\n1,Ann\n";
    assert_eq!(read_with(file, &header(3)), ["id | name", "f:4 | - | 1 | Ann"]);
    assert_eq!(
        read_with(b"1,Ann\n2,Bob\n", &header(0)),
        ["column_1 | column_2", "f:1 | - | 1 | Ann", "f:2 | - | 2 | Bob"]
    );
    assert_eq!(
        read_with(b"1\n2,Bob\n3,Eve\n", &header(0)),
        ["column_1 | column_2", "f:1 | csv.ragged | 1 | -", "f:2 | - | 2 | Bob", "f:3 | - | 3 | Eve"]
    );
    assert_eq!(
        read_with(file, &header(2)),
        ["f:2: row 2 is blank, but `header` says that it holds the headings \
          (declare the row of the headings with `header`)"]
    );
    assert_eq!(
        read_with(file, &header(9)),
        ["f: has 4 rows, but `header` says that row 9 holds the headings \
          (check the file, or declare the row of the headings with `header`)"]
    );
}

#[test]
fn an_empty_heading_gets_a_name() {
    assert_eq!(read("a,,\"\"\n1,2,3\n"), ["a | column_2 | column_3", "f:2 | - | 1 | 2 | 3"]);
}

#[test]
fn headings_alone_are_no_records() {
    assert_eq!(read("a;b;c\n"), ["a | b | c"]);
    assert_eq!(read("\u{feff}a;b;c"), ["a | b | c"]);
}

#[test]
fn a_heading_twice_is_an_error() {
    assert_eq!(
        read("a,b,c,b\n1,2,3,4\n"),
        ["f: columns 2 and 4 have the same heading `b` \
          (rename one of them in the file, or declare the row of the headings with `header`)"]
    );
    assert_eq!(read("a,_row\n1,2\n"), ["a | _row_", "f:2 | - | 1 | 2"]);
}

#[test]
fn one_cell_over_fuller_rows_is_a_record() {
    assert_eq!(
        read("Board,,,\nAnn,a@x.example,,\nBob,b@x.example,1,\n"),
        [
            "column_1 | column_2 | column_3 | column_4",
            "f:1 | - | Board | - | - | -",
            "f:2 | - | Ann | a@x.example | - | -",
            "f:3 | - | Bob | b@x.example | 1 | -"
        ]
    );
}

#[test]
fn a_file_without_headings_to_read_is_an_error() {
    let empty = "f: is empty (export it again, or take it out of the source's `path`)";
    assert_eq!(read(""), [empty]);
    assert_eq!(read("\u{feff}"), [empty]);
    assert_eq!(read(b"\xff\xfe"), [empty]);
    assert_eq!(
        read("\n\r\n"),
        ["f: holds nothing but blank lines (check the file, or declare the row of the headings with `header`)"]
    );
    assert_eq!(
        read("a,\"b\n1,2,3\n4,5,6\n"),
        ["f:1: the headings have a quote that is not closed, or not doubled within quotes \
          (correct the line, or declare the source's `quote`)"]
    );
    assert_eq!(
        read("a,b\0\n1,2\n"),
        ["f:1: the headings hold a NUL byte (correct the line, or declare the source's `encoding`)"]
    );
    let utf_8 = CsvOptions { encoding: Encoding::named("utf8"), ..CsvOptions::default() };
    assert_eq!(
        read_with(b"a,\xe9\n1,2\n", &utf_8),
        ["f:1: the headings are not valid utf-8 (declare the source's `encoding`)"]
    );
    assert_eq!(read("PK\u{3}\u{4}..."), ["f: is a zip file that is damaged (copy it again, or unpack it)"]);
}

#[test]
fn what_cannot_be_opened_says_why() {
    let (folder, _) = Folder::of(&[]);
    let open = |name: &str| {
        let paths = [folder.0.path().join(name)];
        CsvSource::open(&paths, &CsvOptions::default()).map(|_| ()).map_err(|error| folder.shown(&error))
    };
    assert_eq!(open("none.csv"), Err("none.csv: no such file (check the source's `path`)".into()));
    let folder = open("").expect_err("is a folder");
    assert!(folder.contains("is a folder, not a file"), "{folder}");
}

#[test]
fn several_files_are_one_source() {
    let (_folder, paths) = Folder::of(&[
        ("one.csv", b"id,name\n1,Ann\n"),
        ("two.csv", "city;name;id\nKöln;Bob;2\nx;y\n".as_bytes()),
        ("three.csv", b"phone\tid\n555\t3\n"),
    ]);
    let source = source(&paths, &CsvOptions::default()).expect("opens");
    assert_eq!(
        table(&source),
        [
            "id | name | city | phone",
            "one.csv:2 | - | 1 | Ann | - | -",
            "two.csv:2 | - | 2 | Bob | Köln | -",
            "two.csv:3 | csv.ragged | - | y | x | -",
            "three.csv:2 | - | 3 | - | - | 555",
        ]
    );
    assert_eq!(table(&source), table(&source));
}
