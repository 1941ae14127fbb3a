use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{MOST, bare_name, members, open};

/// What a file with these bytes gives, or why it does not.
fn read(bytes: &[u8], member: Option<&str>) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("f");
    fs::write(&path, bytes).expect("a file");
    read_at(&path, member)
}

fn read_at(path: &Path, member: Option<&str>) -> Result<Vec<u8>, String> {
    let mut input = open(path, member).map_err(|error| error.what)?;
    let mut out = Vec::new();
    input.read_to_end(&mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, SimpleFileOptions::default()).expect("a member");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

fn text(bytes: &[u8], member: Option<&str>) -> Result<String, String> {
    read(bytes, member).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[test]
fn what_is_packed_is_unpacked() {
    let twice = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
    assert_eq!(text(b"a,b\n", None), Ok("a,b\n".into()));
    assert_eq!(text(b"", None), Ok(String::new()));
    assert_eq!(text(&gzip(b"a,b\n"), None), Ok("a,b\n".into()));
    assert_eq!(text(&twice, None), Ok("a,b\n1,2\n".into()));
    assert_eq!(text(&zstd::encode_all(&b"a,b\n"[..], 0).expect("memory"), None), Ok("a,b\n".into()));
    assert_eq!(text(&zip(&[("in/a.csv", b"a,b\n")]), None), Ok("a,b\n".into()));
    assert_eq!(text(&zip(&[("a.csv", b"a\n"), ("__MACOSX/._a.csv", b"x")]), None), Ok("a\n".into()));
}

#[test]
fn a_member_is_chosen() {
    let two = zip(&[("in/a.csv", b"a\n"), ("in/b.csv", b"b\n"), ("b.csv", b"c\n")]);
    assert_eq!(text(&two, Some("in/a.csv")), Ok("a\n".into()));
    assert_eq!(text(&two, Some("a.csv")), Ok("a\n".into()));
    assert_eq!(text(&two, Some("b.csv")), Ok("c\n".into()));
    assert_eq!(text(&two, None), Err("holds 3 files: `in/a.csv`, `in/b.csv`, `b.csv`".into()));
    assert_eq!(text(&two, Some("c.csv")), Err("holds no file `c.csv`; it has `in/a.csv`, `in/b.csv`, `b.csv`".into()));
    assert_eq!(text(&zip(&[]), None), Err("is a zip file that holds no file".into()));
    assert_eq!(text(b"a,b\n", Some("a.csv")), Err("is no zip file, so it has no member `a.csv`".into()));
}

#[test]
fn members_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("f.zip");
    fs::write(&path, zip(&[("in/a.csv", b"a\n"), ("b.vcf", b"b\n")])).expect("a file");
    assert_eq!(members(&path).ok(), Some(vec!["in/a.csv".to_string(), "b.vcf".to_string()]));
    fs::write(&path, b"a,b\n").expect("a file");
    assert_eq!(members(&path).ok(), Some(Vec::new()));
}

#[test]
fn what_is_damaged_says_so() {
    let packed = gzip(&b"some text, which is long enough".repeat(100));
    let ends = "it is packed, and ends too soon; copy it again";
    let broken = "it is packed, and damaged; copy it again";
    assert_eq!(text(packed.get(..packed.len() - 9).unwrap_or_default(), None), Err(ends.into()));
    let mut flipped = packed.clone();
    if let Some(byte) = flipped.last_mut() {
        *byte ^= 1;
    }
    assert_eq!(text(&flipped, None), Err(broken.into()));
    let mut stored = zip(&[("a.csv", b"a,b\n1,2\n")]);
    let at = stored.windows(5).position(|window| window == b"a.csv").map(|at| at + 6).expect("is there");
    if let Some(byte) = stored.get_mut(at) {
        *byte ^= 0x55;
    }
    assert_eq!(text(&stored, None), Err(broken.into()));
    assert_eq!(text(b"PK\x03\x04 and no more", None), Err("is a zip file that is damaged".into()));
}

#[test]
fn a_bomb_is_given_up() {
    let bomb = zstd::encode_all(std::io::repeat(b'0').take(MOST + 1), 0).expect("memory");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("f");
    fs::write(&path, bomb).expect("a file");
    let mut input = open(&path, None).expect("opens");
    let copied = std::io::copy(&mut input, &mut std::io::sink()).map_err(|error| error.to_string());
    assert_eq!(
        copied,
        Err("it unpacks to more than 200 times its size; unpack it yourself if it is to be trusted".into())
    );
}

#[test]
fn names_are_looked_through() {
    assert_eq!(bare_name("a.csv.gz"), "a.csv");
    assert_eq!(bare_name("a.CSV.ZST"), "a.CSV");
    assert_eq!(bare_name("a.csv"), "a.csv");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn bytes_never_panic(magic in 0..4_usize, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let starts: [&[u8]; 4] = [b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"];
        let whole = [starts.get(magic).copied().unwrap_or_default(), &bytes].concat();
        let _ = read(&whole, None);
    }

    #[test]
    fn what_was_packed_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let expected = Ok(bytes.clone());
        prop_assert_eq!(read(&gzip(&bytes), None), expected.clone());
        prop_assert_eq!(read(&zip(&[("f", &bytes)]), None), expected);
    }
}
