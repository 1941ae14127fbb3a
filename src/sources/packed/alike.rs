//! Every kind that reads packed files reads the same from them as from plain ones.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use toml::de::DeTable;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::diagnostic::{Faults, SourceText};
use crate::sources::ReadError;
use crate::sources::kind::{self, Kind, Opener, Place};

/// A file of a kind, options that it needs, and how many records it holds.
fn sample(kind: &str) -> (&'static str, Vec<u8>, &'static str, usize) {
    let text = |name, text: &str, options, records| (name, text.as_bytes().to_vec(), options, records);
    let old = |name: &'static str, records| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/address-books/old");
        (name, fs::read(folder.join(name)).expect("a file of a case"), "", records)
    };
    match kind {
        "csv" => text("a.csv", "id;name\n1;Ann\n2;Bé\n", "", 2),
        "fixed" => text("a.prn", "1  Ann\n2  Bo\n", "columns = [{ name = 'id', start = 1, width = 3 }]", 2),
        "vcard" => text("a.vcf", "BEGIN:VCARD\r\nFN:Ann\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Bo\r\nEND:VCARD\r\n", "", 2),
        "ldif" => text("a.ldif", "dn: cn=ann\ncn: Ann\n\ndn: cn=bo\ncn:: Qm8=\n", "", 2),
        "cards" => text("a.abook", "[0]\nname=Ann\n\n[1]\nname=Bo\n", "", 2),
        "cardfile" => old("clients.crd", 3),
        "palm" => old("AddressDB.pdb", 2),
        "json" => text("a.json", r#"[{"id": 1}, {"id": 2}]"#, "", 2),
        "ndjson" => text("a.jsonl", "{\"id\": 1}\n{\"id\": 2}\n", "", 2),
        "xml" => text("a.xml", "<a><b>1</b><b>2</b></a>", "records = 'a/b'", 2),
        "dump" => text("a.sql", "INSERT INTO t VALUES (1,'Ann'),(2,'Bo');\n", "", 2),
        other => panic!("the kind {other} reads packed files, and no test does"),
    }
}

fn opener(kind: &Kind, options: &'static str) -> Box<dyn Opener> {
    let mut faults = Faults::new(Arc::new(SourceText { path: PathBuf::new(), text: String::new() }));
    let table = DeTable::parse(options).expect("TOML").into_inner();
    kind.options(&table, 0..0, &[], &mut faults).expect("options")
}

/// The columns, then every cell of every record.
fn read(kind: &Kind, options: &'static str, path: PathBuf) -> Result<Vec<String>, ReadError> {
    let source = opener(kind, options).open(&Place::Files(vec![path]))?;
    let mut lines =
        vec![source.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>().join("|")];
    for batch in source.open(100)? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter().map(|column| column.as_string::<i32>());
            let cells = cells.map(|column| if column.is_null(row) { "∅" } else { column.value(row) }.to_string());
            lines.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    Ok(lines)
}

/// The bytes packed in each way, with the suffix of the name.
fn packings(name: &str, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).expect("memory");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).expect("a member");
    zip.write_all(bytes).expect("memory");
    vec![
        (".gz", gzip.finish().expect("memory")),
        (".zst", zstd::encode_all(bytes, 0).expect("memory")),
        (".zip", zip.finish().expect("memory").into_inner()),
    ]
}

#[test]
fn packed_files_read_equal() {
    for kind in kind::all().iter().filter(|kind| kind.packed) {
        let (name, bytes, options, records) = sample(kind.name);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::write(&path, &bytes).expect("a file");
        let plain = read(kind, options, path).expect(kind.name);
        assert_eq!(plain.len(), records + 1, "{}: {plain:?}", kind.name);
        for (suffix, packed) in packings(name, &bytes) {
            let path = folder.path().join(format!("{name}{suffix}"));
            fs::write(&path, &packed).expect("a file");
            let found = kind::of_path(&path.to_string_lossy()).map(|found| found.name);
            assert_eq!(found, Some(kind.name), "{name}{suffix}");
            // Records name their file, so it has the same name in a folder of its own.
            let own = tempfile::tempdir().expect("a folder");
            let path = own.path().join(name);
            fs::write(&path, &packed).expect("a file");
            assert_eq!(read(kind, options, path).expect(suffix), plain, "{name}{suffix}");
            let path = own.path().join("cut");
            fs::write(&path, packed.get(..packed.len() - 5).unwrap_or_default()).expect("a file");
            let error = read(kind, options, path).err().map(|error| error.what).unwrap_or_default();
            assert!(error.contains("copy it again") || error.contains("damaged"), "{name}{suffix}: `{error}`");
        }
    }
}

#[test]
fn a_member_of_a_zip_is_chosen_by_every_kind() {
    for kind in kind::all().iter().filter(|kind| kind.packed) {
        let (name, bytes, options, records) = sample(kind.name);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("all.zip");
        let mut zip = ZipWriter::new(fs::File::create(&path).expect("a file"));
        for (member, bytes) in [("read me.txt", b"-".as_slice()), (&format!("in/{name}"), &bytes)] {
            zip.start_file(member, SimpleFileOptions::default()).expect("a member");
            zip.write_all(bytes).expect("memory");
        }
        zip.finish().expect("a zip");
        let plain = folder.path().join(name);
        fs::write(&plain, &bytes).expect("a file");
        let plain = read(kind, options, plain).expect(kind.name);
        let chosen: &'static str = format!("{options}\nmember = '{name}'").leak();
        let read_with = |options| read(kind, options, path.clone()).map_err(|error| error.what);
        let shown = if ["csv", "fixed"].contains(&kind.name) { "all.zip".into() } else { format!("all.zip/in/{name}") };
        let expected: Vec<String> = plain.iter().map(|line| line.replacen(name, &shown, 1)).collect();
        assert_eq!(read_with(chosen), Ok(expected), "{}", kind.name);
        assert_eq!(plain.len(), records + 1);
        let several = format!("holds 2 files: `read me.txt`, `in/{name}`");
        assert_eq!(read_with(options), Err(several), "{}", kind.name);
        let missing = format!("holds no file `b`; it has `read me.txt`, `in/{name}`");
        assert_eq!(read_with(format!("{options}\nmember = 'b'").leak()), Err(missing), "{}", kind.name);
    }
}

#[test]
fn members_are_what_can_be_chosen() {
    for kind in kind::all().iter().filter(|kind| kind.packed && kind.name != "fixed") {
        let (_, _, options, _) = sample(kind.name);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("all.zip");
        let mut zip = ZipWriter::new(fs::File::create(&path).expect("a file"));
        for member in ["a", "b"] {
            zip.start_file(member, SimpleFileOptions::default()).expect("a member");
        }
        zip.finish().expect("a zip");
        let tables = opener(kind, options).tables(&Place::Files(vec![path])).expect(kind.name);
        let shown: Vec<_> = tables.iter().map(|table| (table.name.as_str(), table.option)).collect();
        assert_eq!(shown, [("a", "member"), ("b", "member")], "{}", kind.name);
    }
}
