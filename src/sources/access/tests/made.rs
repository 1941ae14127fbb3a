//! A database of our own, with what the real ones do not have.

use std::path::PathBuf;

use proptest::prelude::{ProptestConfig, any, proptest};
use tempfile::TempDir;

use super::writer::{
    DATE, DELETED, FIRST_PAGE, LONG, MEMO, MOVED_HERE, POINTER, TEXT, Table, database, encoded, long, pointer, row,
    utf_16,
};
use super::{Record, open, options, records, tables};
use crate::sources::kind::{Opener, Place};

const ONE_PAGE: u32 = 0x4000_0000;
const HERE: u32 = 0x8000_0000;

fn fixed(id: i32, born: f64) -> Vec<u8> {
    [&id.to_le_bytes()[..], &born.to_le_bytes()].concat()
}

/// Id, Born, Name, Notes.
fn record(id: i32, born: f64, name: Option<Vec<u8>>, notes: Option<Vec<u8>>) -> Vec<u8> {
    let set = 0b11 | u8::from(name.is_some()) << 2 | u8::from(notes.is_some()) << 3;
    row(4, &fixed(id, born), &[name, notes], set)
}

fn compressed(text: &str) -> Option<Vec<u8>> {
    Some([b"\xFF\xFE", text.as_bytes()].concat())
}

fn long_text() -> String {
    "Zum Gespräch vom 3. Mai: größer als eine Seite. ".repeat(900)
}

/// The long text in rows of a page each, with pointers from one to the next.
fn chain(first: u32) -> (Vec<u8>, Vec<Vec<Vec<u8>>>) {
    let bytes = utf_16(&long_text());
    let parts: Vec<&[u8]> = bytes.chunks(4000).collect();
    let rows = parts.iter().zip(first + 1..).enumerate().map(|(index, (part, next))| {
        let next = if index + 1 == parts.len() { [0; 4] } else { pointer(next, 0) };
        vec![[&next[..], part].concat()]
    });
    (long(bytes.len(), 0, pointer(first, 0)), rows.collect())
}

fn people() -> Table {
    let (chained, mut pages) = chain(FIRST_PAGE + 2);
    let one = FIRST_PAGE + 2 + u32::try_from(pages.len()).expect("few");
    pages.push(vec![utf_16("on a page of its own")]);
    let inline = [long(6, HERE, [0; 4]), utf_16("abc")].concat();
    let mut broken = record(8, 0.0, compressed("cut"), None);
    let len = broken.len();
    broken[len - 5..len - 3].copy_from_slice(&900_u16.to_le_bytes());
    let first = vec![
        (0, record(1, 35_250.0, compressed("Anna"), Some(chained))),
        (DELETED, record(2, 0.0, compressed("gone"), None)),
        (POINTER, pointer(FIRST_PAGE + 1, 0).to_vec()),
        (0, record(4, 0.524_004_629_629_629_6, Some(utf_16("Łukasz")), Some(long(40, ONE_PAGE, pointer(one, 0))))),
        (0, record(5, 9e6, None, Some(inline))),
        (0, record(6, -1.25, Some(Vec::new()), Some(long(40, ONE_PAGE, pointer(999, 0))))),
        (0, record(7, 0.0, compressed("large"), Some(long(900 << 20, 0, pointer(one, 0))))),
        (0, broken),
        (POINTER, pointer(999, 0).to_vec()),
    ];
    let second = vec![
        (MOVED_HERE, record(3, 2.0, compressed("moved"), None)),
        (0, record(10, 3.0, Some(b"A\0\x00\xD8".to_vec()), None)),
    ];
    let columns = vec![("Id", LONG), ("Born", DATE), ("Name", TEXT), ("Notes", MEMO)];
    Table { name: "People", columns, pages: vec![first, second], long: pages, counted: 11, keyed: true }
}

fn written(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.mdb");
    std::fs::write(&path, bytes).expect("writes");
    (folder, path)
}

/// `column=value` of all cells, sorted by column, long ones by their length.
fn lines(records: &[Record]) -> Vec<String> {
    let cell = |(name, value): (&String, &String)| match value.chars().count() {
        count @ 100.. => format!("{name}=<{count}>"),
        _ => format!("{name}={value}"),
    };
    records.iter().map(|record| record.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn each_fault_costs_its_own_record() {
    let (_folder, path) = written(&database(&people()));
    let source = open(&path, None).expect("opens");
    let rows = records(source.as_ref()).expect("reads");
    assert_eq!(
        lines(&rows),
        [
            "Born=1996-07-04 Id=1 Name=Anna Notes=<43200> _row=People:1",
            "Born=1900-01-01 Id=3 Name=moved _row=People:3",
            "Born=1899-12-30T12:34:34 Id=4 Name=Łukasz Notes=on a page of its own _row=People:4",
            "Born=9000000 Id=5 Notes=abc _notes=access.bad-date:Born _row=People:5",
            "Born=1899-12-29T06:00:00 Id=6 Name= _notes=access.memo-damaged:Notes _row=People:6",
            "Born=1899-12-30 Id=7 Name=large _fault=access.too-large _row=People:7",
            "_fault=access.damaged-record _row=People:7",
            "_fault=access.damaged-record _row=People:8",
            "Born=1900-01-02 Id=10 Name=A\u{FFFD} _notes=access.encoding:Name _row=People:10",
            "_fault=access.missing _row=People:10",
        ]
    );
    assert_eq!(rows[0]["Notes"], long_text());
}

#[test]
fn the_definition_says_types_and_key() {
    let (_folder, path) = written(&database(&people()));
    let source = open(&path, Some("people")).expect("opens");
    let types: Vec<String> = source.declared().into_iter().flatten().collect();
    assert_eq!(types, ["integer", "datetime", "text(255)", "memo"]);
    assert_eq!(source.declared_key(), ["Id"]);
    assert_eq!(source.detected()[0].1, "Jet4 (Access 2000/2003)");
    let listed = tables(&path);
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].name.as_str(), listed[0].rows), ("People", Some(11)));
}

#[test]
fn a_file_that_is_cut_is_said_to_be_damaged() {
    let bytes = database(&people());
    let (_folder, path) = written(&bytes[..(FIRST_PAGE as usize + 1) * 4096]);
    let error = records(open(&path, None).expect("opens").as_ref()).expect_err("cut");
    assert_eq!(error.what, "is damaged: it has no page 8");
}

#[test]
fn an_encoded_database_is_read_and_an_encrypted_one_refused() {
    let (_folder, plain) = written(&database(&people()));
    let (_folder, path) = written(&encoded(database(&people()), 0x1234_5678));
    let read = |path: &PathBuf| records(open(path, None).expect("opens").as_ref()).expect("reads");
    assert_eq!(read(&path), read(&plain));
    let mut bytes = database(&people());
    bytes[4..20].copy_from_slice(b"Standard ACE DB\0");
    bytes[20] = 2;
    bytes[0x299..0x299 + 6].copy_from_slice(&[200, 0, 4, 0, 3, 0]);
    let (_folder, path) = written(&bytes);
    let error = open(&path, None).err().expect("refused");
    assert_eq!(error.what, "is encrypted");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn never_panics(changes in proptest::collection::vec((0..20_usize, 0..4096_usize, any::<u8>()), 1..60), cut in any::<u16>()) {
        let mut bytes = database(&people());
        for (page, at, value) in changes {
            let near = if value % 3 == 0 { at % 96 } else { at };
            if let Some(byte) = bytes.get_mut(page * 4096 + near) { *byte = value; }
        }
        if cut % 4 == 0 {
            bytes.truncate(usize::from(cut) % bytes.len());
        }
        let (_folder, path) = written(&bytes);
        let place = Place::Files(vec![path]);
        let _ = options(None).tables(&place);
        for table in [None, Some("People"), Some("MSysObjects")] {
            let Ok(source) = options(table).open(&place) else { continue };
            let Ok(batches) = source.open(3) else { continue };
            let rows: usize = batches.map_while(Result::ok).map(|batch| batch.num_rows()).sum();
            assert!(rows < 8192, "{rows}");
        }
    }
}
