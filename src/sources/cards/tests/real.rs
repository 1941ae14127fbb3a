//! One address book as five writers of abook wrote it, and a dump of Evolution's.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::record;
use crate::sources::cards::{Book, CardsOptions, Preset, Separator};
use crate::sources::entries::trial::{self, Record, data};

fn read(path: PathBuf, preset: Preset, options: CardsOptions) -> Vec<Record> {
    let records = trial::read(&[path], Arc::new(Book { preset, options })).expect("reads");
    for record in &records {
        assert!(!record.contains_key(record::FAULT) && !record.contains_key(record::NOTES), "{record:?}");
    }
    records
}

#[test]
fn every_writer_gives_the_same_people() {
    let Some(data) = data() else { return };
    let folder = data.join("abook-derived");
    let plain = CardsOptions::default;
    let abook = read(folder.join("Example.abook"), Preset::Abook, plain());
    let elm = read(folder.join("Example.elm"), Preset::Elm, plain());
    let mutt = read(folder.join("Example.mutt"), Preset::Mutt, plain());
    assert_eq!((abook.len(), elm.len()), (155, 155));
    let pairs = |records: &[Record]| -> Vec<(String, Option<String>)> {
        records.iter().map(|record| (record["name"].clone(), record.get("email").cloned())).collect()
    };
    assert_eq!(pairs(&abook), pairs(&elm));
    // Mutt has no alias without an address.
    let emails = |records: &[Record]| -> Vec<String> {
        records.iter().filter_map(|record| record.get("email").cloned()).collect()
    };
    assert_eq!(mutt.len(), 150);
    assert_eq!(emails(&abook), emails(&mutt));
    let dashes = CardsOptions { separator: Separator::Text("-----".into()), ..plain() };
    let text = read(folder.join("Example.text"), Preset::Tagged, dashes);
    // The first block is the heading of the book.
    assert_eq!(text.len(), 156);
    assert_eq!(text[0]["text"], "nobody's address book");
    for (written, person) in text[1..].iter().zip(&abook) {
        assert_eq!(written.get("Fax"), person.get("fax"));
        assert_eq!(written.get("Work Phone"), person.get("workphone"));
        let lines: BTreeSet<&str> = written["text"].lines().collect();
        assert!(lines.contains(person["name"].as_str()), "{written:?}");
    }
}

#[test]
fn evolution_has_twenty_cards() {
    let Some(data) = data() else { return };
    let records = read(data.join("evolution-bdb/addressbook.dump"), Preset::Evolution, CardsOptions::default());
    assert_eq!(records.len(), 20);
    assert_eq!(records[1]["N.family"], "Müller");
    assert_eq!(records[1]["_row"], "addressbook.dump:12");
    assert!(records.iter().all(|record| record.contains_key("UID")));
}
