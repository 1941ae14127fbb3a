//! Tables of our own: each fault once, and tables broken at random.

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::super::{DbfOptions, Deleted, open};
use super::{DEFAULT, Record, lines, read_with};

/// A column: name, type, length.
type Field = (&'static str, u8, u8);

/// A table of the classic layout with the given records, marks included.
fn table(version: u8, language: u8, fields: &[Field], records: &[&[u8]]) -> Vec<u8> {
    let len: usize = 1 + fields.iter().map(|field| usize::from(field.2)).sum::<usize>();
    let start = 32 + fields.len() * 32 + 1;
    let mut bytes = vec![version, 99, 12, 31];
    bytes.extend(u32::try_from(records.len()).expect("few").to_le_bytes());
    bytes.extend(u16::try_from(start).expect("short").to_le_bytes());
    bytes.extend(u16::try_from(len).expect("short").to_le_bytes());
    bytes.resize(29, 0);
    bytes.extend([language, 0, 0]);
    for (name, kind, len) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([*kind, 0, 0, 0, 0, *len]);
        field.resize(32, 0);
        bytes.extend(field);
    }
    bytes.push(0x0D);
    for record in records {
        assert_eq!(record.len(), len);
        bytes.extend(*record);
    }
    bytes.push(0x1A);
    bytes
}

/// Writes files into a folder of their own and reads the first.
fn read_files(files: &[(&str, &[u8])], options: DbfOptions) -> Vec<Record> {
    let folder = tempfile::tempdir().expect("folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("writes");
    }
    read_with(&[folder.path().join(files[0].0)], options)
}

const FIELDS: &[Field] = &[("NAME", b'C', 6), ("BORN", b'D', 8), ("SUM", b'N', 5), ("VIP", b'L', 1)];

#[test]
fn keeps_what_it_cannot_read_with_a_note() {
    let bytes = table(
        0x03,
        0x00,
        FIELDS,
        &[
            b"  M\x81l  1999123110.50T",
            b" Jo\0\0\0\0        *****?",
            b"       31.12.99 1e2 J",
            b" x     20230229     Y",
            b" x     00000000 007 n",
        ],
    );
    assert_eq!(
        lines(&read_files(&[("a.dbf", &bytes)], DEFAULT)),
        [
            "BORN=1999-12-31 NAME= Mül SUM=10.50 VIP=true _row=a.dbf:1",
            "NAME=Jo SUM=***** _notes=dbf.bad-number:SUM _row=a.dbf:2",
            "BORN=31.12.99 SUM=1e2 VIP=J _notes=dbf.bad-date:BORN;dbf.bad-logical:VIP _row=a.dbf:3",
            "BORN=20230229 NAME=x VIP=true _notes=dbf.bad-date:BORN _row=a.dbf:4",
            "NAME=x SUM=007 VIP=false _row=a.dbf:5",
        ]
    );
}

#[test]
fn counts_deleted_cut_and_uncounted_records() {
    let one: &[Field] = &[("A", b'C', 3)];
    let bytes = table(0x03, 0x03, one, &[b" one", b"*two", b" thr", b"Xfou"]);
    let folder = |bytes: &[u8], options| lines(&read_files(&[("t.dbf", bytes)], options));
    assert_eq!(
        folder(&bytes, DEFAULT),
        ["A=one _row=t.dbf:1", "A=thr _row=t.dbf:3", "A=fou _fault=dbf.bad-mark _row=t.dbf:4"]
    );
    let all = DbfOptions { encoding: None, deleted: Deleted::Read };
    assert_eq!(folder(&bytes[..65 + 8], all)[1], "A=two _deleted=true _row=t.dbf:2");
    // The third record is cut after one letter.
    let cut = folder(&bytes[..65 + 8 + 2], DEFAULT);
    assert_eq!(cut, ["A=one _row=t.dbf:1", "_fault=dbf.truncated _row=t.dbf:3"]);
    let mut stale = bytes.clone();
    stale[4] = 1;
    stale[65 + 12] = b' ';
    assert_eq!(
        folder(&stale, DEFAULT),
        ["A=one _row=t.dbf:1", "A=thr _fault=dbf.uncounted _row=t.dbf:3", "A=fou _fault=dbf.uncounted _row=t.dbf:4"]
    );
}

#[test]
fn joins_soft_lines_and_finds_the_memo_in_any_case() {
    let fields: &[Field] = &[("NOTE", b'M', 10)];
    let bytes = table(0x83, 0x02, fields, &[b"          1", b"          2", b"         77", b"           "]);
    let mut memo = vec![0; 512];
    memo.extend(b"a soft \x8d\nline\x8d\nand\r\na hard \x81ne\x1a\x1a");
    memo.resize(1024, 0);
    memo.extend(b"second\x1a");
    assert_eq!(
        lines(&read_files(&[("A.dbf", &bytes), ("a.DBT", &memo)], DEFAULT)),
        [
            "NOTE=a soft line and\r\na hard üne _row=A.dbf:1",
            "NOTE=second _row=A.dbf:2",
            "_notes=dbf.memo-damaged:NOTE _row=A.dbf:3",
            "_row=A.dbf:4"
        ]
    );
}

#[test]
fn gives_objects_and_pictures_as_their_bytes() {
    let fields: &[Field] = &[("G", b'G', 4), ("W", b'W', 4), ("Q", b'Q', 3), ("X", b'x', 2)];
    let record = b" \x08\0\0\0\x09\0\0\0\x00ab\x07\x08";
    let bytes = table(0x30, 0x03, fields, &[record, b" \0\0\0\0\x77\0\0\0   \0\0"]);
    let mut memo = vec![0; 512];
    memo[6..8].copy_from_slice(&[0, 64]);
    memo.extend(b"\0\0\0\x02\0\0\0\x03OLE");
    memo.resize(576, 0);
    memo.extend(b"\0\0\0\x01\0\0\0\x02\x00\xff");
    assert_eq!(
        lines(&read_files(&[("a.dbf", &bytes), ("a.fpt", &memo)], DEFAULT)),
        [
            "G=0x4f4c45 Q=0x006162 W=0x00ff X=0x0708 _notes=dbf.binary:X _row=a.dbf:1",
            "Q=0x202020 _notes=dbf.memo-damaged:W _row=a.dbf:2",
        ]
    );
    assert_eq!(
        lines(&read_files(&[("a.dbf", &bytes)], DEFAULT))[0],
        "Q=0x006162 X=0x0708 _notes=dbf.memo-missing:G;dbf.memo-missing:W;dbf.binary:X _row=a.dbf:1"
    );
}

#[test]
fn refuses_what_is_encrypted() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("x.dbf");
    let mut bytes = table(0x8B, 0, &[("A", b'C', 5)], &[]);
    bytes[15] = 1;
    std::fs::write(&path, bytes).expect("writes");
    let error = open(std::slice::from_ref(&path), DEFAULT).err().expect("refused");
    assert_eq!(error.what, "is encrypted");
}

#[test]
fn reads_dbase_two() {
    let mut bytes = vec![0x02, 2, 0, 12, 31, 85, 8, 0];
    for (name, kind, len) in [("NAME", b'C', 4_u8), ("N", b'N', 3)] {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([kind, len, 0, 0, 0]);
        bytes.extend(field);
    }
    bytes.push(0x0D);
    bytes.resize(521, 0);
    bytes.extend(b" Anna 12 Bob   7\x1a");
    assert_eq!(
        lines(&read_files(&[("two.dbf", &bytes)], DEFAULT)),
        ["N=12 NAME=Anna _row=two.dbf:1", "N=7 NAME=Bob _row=two.dbf:2"]
    );
}

#[test]
fn reads_several_tables_as_one() {
    let folder = tempfile::tempdir().expect("folder");
    let paths = [folder.path().join("a.dbf"), folder.path().join("b.dbf")];
    std::fs::write(&paths[0], table(0x03, 0, &[("A", b'C', 1), ("A", b'C', 1)], &[b" xy"])).expect("writes");
    std::fs::write(&paths[1], table(0x03, 0, &[("B", b'C', 1), ("A", b'C', 1)], &[b" 12"])).expect("writes");
    assert_eq!(lines(&read_with(&paths, DEFAULT)), ["A=x A.2=y _row=a.dbf:1", "A=2 B=1 _row=b.dbf:1"]);
}

#[test]
fn refuses_what_is_no_table() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("x.dbf");
    let what = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("writes");
        open(std::slice::from_ref(&path), DEFAULT).err().map(|error| error.what).unwrap_or_default()
    };
    let good = table(0x03, 0, &[("A", b'C', 5)], &[]);
    assert_eq!(what(b""), "is empty");
    assert_eq!(what(b"PK\x03\x04"), "is not a dBASE or FoxPro table: it begins with byte 0x50");
    assert_eq!(what(&good[..9]), "ends in the middle of its head");
    let mut short = good.clone();
    short[10] = 3;
    assert_eq!(what(&short), "has records of 3 bytes, but its columns take 6");
    let mut page = good;
    page[29] = 0x68;
    assert_eq!(what(&page), "names code page 0x68, which is not known");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn never_panics_on_broken_tables(
        version in prop::sample::select(vec![0x02_u8, 0x03, 0x83, 0x8B, 0x30, 0x31, 0x04, 0xF5]),
        changes in prop::collection::vec((0_usize..700, any::<u8>()), 0..12),
        cut in 0_usize..700,
    ) {
        let fields: &[Field] = &[
            ("C", b'C', 9), ("D", b'D', 8), ("N", b'N', 7), ("M", b'M', 10), ("I", b'I', 4),
            ("T", b'T', 8), ("Y", b'Y', 8), ("B", b'B', 8), ("V", b'V', 6), ("_NullFlags", b'0', 1),
        ];
        let record: &[u8] = b" abcdefghi199912311234.56         1\x01\0\0\0\xe4\x85\x25\0\x85\xe1\x2d\x03\x10\x27\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3fabcde\x03\x01";
        let mut bytes = table(version, 0, fields, &[record, record, record]);
        let mut memo = vec![0_u8; 600];
        memo[512..520].copy_from_slice(&[0xFF, 0xFF, 8, 0, 20, 0, 0, 0]);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
            if let Some(byte) = memo.get_mut(at) { *byte = value; }
        }
        bytes.truncate(bytes.len().saturating_sub(cut % 300));
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("t.dbf");
        std::fs::write(&path, &bytes).expect("writes");
        std::fs::write(folder.path().join(if version & 0x30 == 0x30 { "t.fpt" } else { "t.dbt" }), &memo).expect("writes");
        if let Ok(source) = open(&[path], DEFAULT) {
            let rows: usize = source.open(5).expect("streams").map(|batch| batch.expect("reads").num_rows()).sum();
            assert!(rows <= bytes.len() + 1);
        }
    }
}
