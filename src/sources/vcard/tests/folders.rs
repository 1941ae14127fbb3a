//! Whole folders that others wrote: every file read, every card counted, and
//! the cards of one library read as it reads them itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::{VcardOptions, open};
use super::real::data;
use super::{Record, read};
use crate::record;

/// `BEGIN:VCARD` in the bytes, in any case: a card each in what these folders hold.
fn begins(path: &Path) -> usize {
    let bytes = std::fs::read(path).expect("reads");
    bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| line.get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD")))
        .count()
}

fn paths(pattern: &str) -> Vec<PathBuf> {
    let Some(data) = data() else { return Vec::new() };
    let pattern = format!("{}/{pattern}", data.display());
    glob::glob(&pattern).expect("pattern").map(|path| path.expect("entry")).collect()
}

#[test]
fn counts_every_card_of_every_file() {
    let mut found: BTreeMap<String, (usize, usize, usize, usize)> = BTreeMap::new();
    for path in paths("*/*.vcf") {
        let records = read(&path);
        assert_eq!(records.len(), begins(&path), "{}", path.display());
        let folder = path.parent().and_then(Path::file_name).expect("folder").to_string_lossy().into_owned();
        let count = found.entry(folder).or_default();
        count.0 += 1;
        count.1 += records.len();
        count.2 += records.iter().filter(|record| record.contains_key(record::FAULT)).count();
        count.3 += records.iter().filter(|record| record.contains_key(record::NOTES)).count();
    }
    if found.is_empty() {
        return;
    }
    // Folder: files, cards, cards with a fault, cards with a note.
    let wanted = [
        ("calcard", (42, 65, 0, 1)),
        ("evolution", (45, 45, 0, 0)),
        ("ez-vcard", (10, 18, 0, 2)),
        ("nextcloud", (2, 2, 0, 0)),
        ("thunderbird", (5, 6, 0, 0)),
    ];
    assert_eq!(found, wanted.map(|(folder, counts)| (folder.to_string(), counts)).into());
}

#[test]
fn refuses_what_is_no_file_of_cards_by_its_name() {
    let Some(data) = data() else { return };
    let what = |path: &str| {
        let error = open(&[data.join(path)], &VcardOptions { encoding: None }).err().expect("an error");
        error.what
    };
    assert_eq!(what("../09_rolodex/evolution-bdb/addressbook.dump"), "is a dump of a Berkeley DB, not a file of cards");
    assert_eq!(what("ez-vcard/LICENSE.upstream"), "holds no vCard");
    assert_eq!(what("../05_csv/thunderbird/browser-import.csv"), "holds no vCard");
}

/// The columns of a record that two writers of the same card must agree on.
fn compared(record: &Record) -> BTreeMap<String, String> {
    // calcard writes dates in another form, and names the group of a value in capitals.
    let left_out = |name: &str| {
        let base = name.split('.').next().unwrap_or_default();
        matches!(base, "BDAY" | "REV" | "ANNIVERSARY" | "VERSION" | "_row" | "_notes" | "TZ")
    };
    let fold = |value: &String| value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    record.iter().filter(|(name, _)| !left_out(name)).map(|(name, value)| (name.clone(), fold(value))).collect()
}

#[test]
fn reads_the_cards_of_calcard_as_calcard_does() {
    let mut differ: Vec<String> = Vec::new();
    for path in paths("calcard/*.vcf") {
        let truth = PathBuf::from(format!("{}.out", path.display()));
        let (ours, theirs) = (read(&path), read(&truth));
        assert_eq!(ours.len(), theirs.len(), "{}", path.display());
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        for (at, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let (ours, theirs) = (compared(ours), compared(theirs));
            for key in ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key))) {
                if ours.get(key) != theirs.get(key) {
                    differ.push(format!("{name}[{at}] {key}"));
                }
            }
        }
    }
    if differ.is_empty() {
        return;
    }
    // calcard writes `\n` into cards of version 2.1, where a backslash is one; writes
    // base64 of letters as the letters, dates with hyphens, and cuts a picture.
    let wanted = [
        "001.vcf[0] LABEL",
        "001.vcf[0] LABEL.2",
        "007.vcf[0] LABEL",
        "007.vcf[0] LABEL.2",
        "009.vcf[4] NOTE",
        "048.vcf[0] KEY",
        "048.vcf[0] LOGO.2",
        "048.vcf[0] PHOTO.2",
        "048.vcf[0] SOUND.2",
        "051.vcf[0] X-ABDATE",
        "051.vcf[0] X-ANNIVERSARY",
        "057.vcf[0] KEY",
        "060.vcf[0] LABEL",
        "067.vcf[0] KEY",
        "rfc.vcf[0] PHOTO",
    ];
    assert_eq!(differ, wanted);
}
