//! Matching by likeness: what must not change its outcome, and what a block that
//! is too large does.

use std::collections::{BTreeMap, BTreeSet};

use crate::dump;
use crate::harness::Case;

const PIPELINE: &str = "version = 1\nname = \"likeness\"\nas_of = 2026-06-30\n\
                        [source.people]\npath = \"people.csv\"\nkey = \"no\"\n\
                        [target]\nurl = \"sqlite:out/crm.sqlite\"\n";

const MAPPING: &str = "entity = \"person\"\n[fields]\n\
                       first = { standard = \"given_name\" }\nlast = { standard = \"family_name\" }\n\
                       city = { standard = \"city\" }\nborn = { standard = \"date\", invalid = \"null\" }\n\
                       [from.people.fields]\nfirst = \"first\"\nlast = \"last\"\ncity = \"city\"\nborn = \"born\"\n";

/// 240 records of 160 people; every third one of a person has a typing error.
fn people() -> Vec<String> {
    let first = ["Ann", "Robert", "Chen", "Maria", "Olga", "Pierre", "Susan", "Walter"];
    let last =
        ["Miller", "Okafor", "Featherstone", "Lindqvist", "Garcia", "Nowak", "Tanaka", "Dupont", "Singh", "Rossi"];
    let city = ["Boston", "Leeds", "Lyon"];
    let mut rows = Vec::new();
    for person in 0..160_usize {
        let (given, family) = (first[person % 8], last[person * 7 % 10]);
        let born = format!("19{:02}-{:02}-{:02}", 40 + person * 13 % 55, 1 + person * 5 % 12, 1 + person * 11 % 28);
        rows.push(format!("{person}a,{given},{family},{},{born}", city[person % 3]));
        if person % 2 == 0 {
            let mut typed = family.to_string();
            if person % 3 == 0 {
                typed.remove(typed.len() / 2);
            }
            rows.push(format!(
                "{person}b,{given},{typed},{},{born}",
                if person % 4 == 0 { "" } else { city[person % 3] }
            ));
        }
    }
    rows
}

/// The groups of records that became one, by their keys.
fn clusters(rows: &[String], duplicates: &str) -> (BTreeSet<BTreeSet<String>>, String) {
    let case = Case::new()
        .file("pipeline.toml", PIPELINE)
        .file("mappings/person.toml", &format!("{MAPPING}{duplicates}"))
        .file("people.csv", &format!("no,first,last,city,born\n{}\n", rows.join("\n")));
    case.run(&["run"]).exit(0);
    let mut clusters: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for record in dump::staged(&case.path("out/runs/0001/staged/person.parquet")) {
        let first = if record.survivor.is_empty() { record.id } else { record.survivor };
        clusters.entry(first).or_default().insert(record.key.expect("a key"));
    }
    (clusters.into_values().collect(), case.read("out/runs/0001/summary.json"))
}

#[test]
fn the_order_of_the_records_changes_no_pair() {
    let rows = people();
    let (found, _) = clusters(&rows, "[duplicates]\nfuzzy = \"people\"\n");
    let truth = |cluster: &&BTreeSet<String>| {
        let people: BTreeSet<&str> = cluster.iter().map(|key| key.trim_end_matches(['a', 'b'])).collect();
        cluster.len() == 2 && people.len() == 1
    };
    // Two Chen Tanakas in one town, born in the same month of years that differ in
    // one figure, are taken for one.
    assert_eq!(found.iter().filter(truth).count(), 78, "{found:?}");
    assert_eq!(found.len(), 159);
    // A prime step goes through all rows in another order.
    let turned: Vec<String> = (0..rows.len()).map(|place| rows[place * 101 % rows.len()].clone()).collect();
    assert_eq!(clusters(&turned, "[duplicates]\nfuzzy = \"people\"\n").0, found);
}

#[test]
fn a_block_that_is_too_large_is_counted_and_still_finds_neighbours() {
    let fuzzy = "[duplicates.fuzzy]\nblock = [[\"substr('one', 1, 3)\"]]\n\
                 compare = [\"first\", \"last\", \"city\", \"born\"]\nlargest_block = 100\n";
    let (found, summary) = clusters(&people(), fuzzy);
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    let matching = &summary["entities"]["person"]["matching"];
    assert_eq!(matching["large_blocks"]["substr('one', 1, 3)"]["largest"], 240);
    assert_eq!(matching["compared"], 20 * 240 - 210);
    assert!(found.iter().filter(|cluster| cluster.len() == 2).count() > 40);
}
