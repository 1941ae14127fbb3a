use super::super::CsvOptions;
use super::super::records::LONGEST_RECORD;
use super::super::scan::LONGEST_QUOTED;
use super::{read, read_with};

#[test]
fn text_stays_as_it_is() {
    assert_eq!(
        read("id,name,note\r\n007, Ann ,\"\"\r\n1-2,\"a\r\nb\",\"say \"\"hi\"\"\"\r\n3,x'y\"z,\r\n"),
        [
            "id | name | note",
            "f:2 | - | 007 |  Ann  | -",
            "f:3 | - | 1-2 | a\r\nb | say \"hi\"",
            "f:5 | - | 3 | x'y\"z | -",
        ]
    );
}

#[test]
fn blank_lines_are_no_records() {
    assert_eq!(read("\n\na,b\n\n1,2\r\n\r\n,\n\n\u{1a}"), ["a | b", "f:5 | - | 1 | 2", "f:7 | - | - | -"]);
    assert_eq!(read("a\n\"\"\n\n1"), ["a", "f:2 | - | -", "f:4 | - | 1"]);
}

#[test]
fn empty_records_can_be_left_out() {
    let options = CsvOptions { skip_empty: true, ..CsvOptions::default() };
    assert_eq!(read_with(b"a,b\n,\n1,2\n\"\",\n", &options), ["a | b", "f:3 | - | 1 | 2"]);
}

#[test]
fn a_ragged_record_is_kept_and_marked() {
    assert_eq!(
        read("a,b,c\n1,2\n1,2,3,,\n1,2,3,4,,6\n1,2,3\n"),
        [
            "a | b | c",
            "f:2 | csv.ragged | 1 | 2 | -",
            "f:3 | csv.ragged | 1 | 2 | 3",
            "f:4 | csv.ragged | 1 | 2 | 3,4,,6",
            "f:5 | - | 1 | 2 | 3",
        ]
    );
}

#[test]
fn lines_may_all_end_with_a_delimiter() {
    assert_eq!(
        read("a,b\n1,2,\n3,4,\n5,6,x\n7,8,,\n9,0\n"),
        [
            "a | b",
            "f:2 | - | 1 | 2",
            "f:3 | - | 3 | 4",
            "f:4 | csv.ragged | 5 | 6,x",
            "f:5 | csv.ragged | 7 | 8",
            "f:6 | - | 9 | 0",
        ]
    );
}

#[test]
fn a_nul_costs_its_record() {
    assert_eq!(read("a,b\n1,x\0y\n2,z\n"), ["a | b", "f:2 | csv.nul | 1 | xy", "f:3 | - | 2 | z"]);
}

#[test]
fn a_broken_sequence_costs_its_record() {
    assert_eq!(
        read(b"a,b\n1,\xc3\xa4\xc3\xb6\n2,M\xfcller\n3,\xc3\xbc\n"),
        ["a | b", "f:2 | - | 1 | äö", "f:3 | csv.encoding | 2 | M\u{fffd}ller", "f:4 | - | 3 | ü"]
    );
}

#[test]
fn an_open_quote_costs_its_line() {
    assert_eq!(
        read("a,b\n1,\"x\n2,y\n3,z\n"),
        ["a | b", "f:2 | csv.quote | 1 | \"x", "f:3 | - | 2 | y", "f:4 | - | 3 | z"]
    );
    assert_eq!(
        read("a,b\n1,\"x\r\n2,\"y\"\r\n3,\"\"\r\n4,\"z\nz\"\r\n"),
        ["a | b", "f:2 | csv.quote | 1 | \"x", "f:3 | - | 2 | y", "f:4 | - | 3 | -", "f:5 | - | 4 | z\nz",]
    );
    assert_eq!(read("a,b\n1,\"x"), ["a | b", "f:2 | csv.quote | 1 | \"x"]);
}

#[test]
fn an_open_quote_is_not_looked_for_without_end() {
    let value = "y".repeat(1022);
    let filler = format!("2,{value}\n").repeat(LONGEST_QUOTED / 1024);
    let rows = read(format!("a,b\n1,\"x\n{filler}3,\"\n4,z\n"));
    assert_eq!(rows.get(1).map(String::as_str), Some("f:2 | csv.quote | 1 | \"x"));
    assert_eq!(rows.get(2), Some(&format!("f:3 | - | 2 | {value}")));
    assert_eq!(rows.len(), 1 + 1 + LONGEST_QUOTED / 1024 + 2);
}

#[test]
fn a_quote_within_quotes_costs_its_record() {
    assert_eq!(
        read("a,b,c\n1,\"x \"y\" z\",3\n2,\"y\",3\n3,\"q\" ,4\n"),
        ["a | b | c", "f:2 | csv.quote | 1 | x \"y\" z | 3", "f:3 | - | 2 | y | 3", "f:4 | - | 3 | q  | 4",]
    );
}

#[test]
fn a_record_without_end_is_cut() {
    let long = "x".repeat(LONGEST_RECORD * 2);
    let rows = read(format!("a,b\n1,{long},3\n2,y\n"));
    assert_eq!(rows.len(), 3);
    let kept = rows.get(1).and_then(|row| row.strip_prefix("f:2 | csv.too-long | 1 | ")).expect("is cut");
    assert_eq!(kept.len(), LONGEST_RECORD - 2);
    assert_eq!(rows.get(2).map(String::as_str), Some("f:3 | - | 2 | y"));
}

#[test]
fn long_fields_are_whole() {
    let long = "x\ny".repeat(LONGEST_QUOTED / 4);
    let rows = read(format!("a,b\n1,\"{long}\"\n2,y\n"));
    assert_eq!(rows.get(1), Some(&format!("f:2 | - | 1 | {long}")));
    assert_eq!(rows.get(2), Some(&format!("f:{} | - | 2 | y", 3 + LONGEST_QUOTED / 4)));
}
