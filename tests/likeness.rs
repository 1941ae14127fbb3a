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

const FAMILY: &str = "no,name,last,suffix,first,phone,street,zip\n\
1,\"John Smith, Sr\",Smith,Sr.,John,413-555-0123,12 Main St,01002\n\
2,John Smith Jr.,Smith,Jr,John,413-555-0123,12 Main St,01002\n\
3,Jane Okafor,Okafor,,Jane,413-555-0144,7 Elm St,01003\n\
4,Jane Okafor,Okafor,,Jane,413-555-0144,7 Elm St,01003\n\
5,Ann Miller,Miller,,Ann,413-555-0155,9 Oak St,01004\n\
6,Ann Miller II,Miller,II,Ann,413-555-0155,9 Oak St,01004\n";

#[test]
fn father_and_son_of_one_name_and_address_stay_two() {
    let names = [
        "name = { standard = \"person_name\" }\n",
        "first = { standard = \"given_name\" }\nlast = { standard = \"family_name\" }\nsuffix = { standard = \"name_suffix\" }\n",
    ];
    let mapped = ["name = \"name\"\n", "first = \"first\"\nlast = \"last\"\nsuffix = \"suffix\"\n"];
    for (names, mapped) in names.iter().zip(mapped) {
        let mapping = format!(
            "entity = \"person\"\n[fields]\n{names}phone = {{ standard = \"phone\" }}\nstreet = {{ standard = \"street\" }}\n\
             zip = {{ standard = \"postcode\" }}\n[from.people.fields]\n{mapped}phone = \"phone\"\nstreet = \"street\"\n\
             zip = \"zip\"\n[duplicates]\nfuzzy = \"people\"\n"
        );
        let pipeline = format!("{PIPELINE}[defaults]\ncountry = \"US\"\n");
        let case = Case::new()
            .file("pipeline.toml", &pipeline)
            .file("mappings/person.toml", &mapping)
            .file("people.csv", FAMILY);
        case.run(&["run"]).exit(0).stderr("");
        let records = dump::staged(&case.path("out/runs/0001/staged/person.parquet"));
        let found: Vec<String> = records.iter().map(|record| format!("{} {}", record.row, record.verdict)).collect();
        let expected = ["load", "load", "load", "merge", "load", "merge"].iter().enumerate();
        let expected: Vec<String> = expected.map(|(at, verdict)| format!("people.csv:{} {verdict}", at + 2)).collect();
        assert_eq!(found, expected, "{mapping}");
        assert!(!case.path("out/runs/0001/review").exists());
    }
}

#[test]
fn a_doubtful_record_waits_where_the_mapping_says_so() {
    let case = Case::new().copy("tests/cases/likeness", ".");
    case.run(&["run"]).exit(0);
    let mapping = case.read("mappings/person.toml");
    let case = case.file("mappings/person.toml", &mapping.replace("\"people\"\n", "{ doubtful = \"hold\" }\n"));
    case.run(&["run"]).exit(0).stderr("");
    let verdicts = |run: &str| dump::verdicts(&case.path(&format!("out/runs/{run}")));
    let (loaded, held) = (verdicts("0001"), verdicts("0002"));
    let changed: Vec<(&str, &str)> = loaded.lines().zip(held.lines()).filter(|(one, other)| one != other).collect();
    let expected = ["cards:f @cards.csv:7", "cards:i @cards.csv:10", "cards:j @cards.csv:11"]
        .map(|at| (format!("  {at}: load"), format!("  {at}: hold (duplicate.review) issues duplicate.review")));
    let changed: Vec<(String, String)> =
        changed.iter().map(|(one, other)| (one.to_string(), other.to_string())).collect();
    assert_eq!(changed, expected);
    // A pair is listed as it is without that, and the record is in the reject file.
    let listed = |run: &str| case.read(&format!("out/runs/{run}/review/person.csv"));
    assert_eq!(listed("0001"), listed("0002"));
    let rejects = case.read("out/runs/0002/rejects/person.csv");
    assert_eq!(rejects.lines().filter(|line| line.contains("duplicate.review")).count(), 3);
    // Once it is decided, it goes on.
    let said = "entity,source_a,key_a,source_b,key_b,verdict\nperson,crm,7,cards,f,different\n\
                person,crm,3,cards,i,different\nperson,crm,10,cards,j,different\n";
    let case = case.file("decisions/duplicates.csv", said);
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(dump::verdicts(&case.path("out/runs/0003")), loaded);
}

const PEOPLE: &str = "entity = \"person\"\n[fields]\n\
                      given_name = { standard = \"given_name\" }\nfamily_name = { standard = \"family_name\" }\n\
                      suffix = { standard = \"name_suffix\" }\nemail = { standard = \"email\" }\n\
                      phone = { standard = \"phone\" }\nstreet = { standard = \"street\" }\n\
                      city = { standard = \"city\" }\npostcode = { standard = \"postcode\" }\n\
                      date_of_birth = { standard = \"date\" }\n\
                      [from.people.fields]\ngiven_name = \"first\"\nfamily_name = \"last\"\nsuffix = \"suffix\"\n\
                      email = \"email\"\nphone = \"phone\"\nstreet = \"street\"\ncity = \"city\"\n\
                      postcode = \"zip\"\ndate_of_birth = \"born\"\n[duplicates]\nfuzzy = \"people\"\n";

/// The pairs that became one, and those that a person must see, by their keys.
fn pairs(rows: &[String]) -> (Vec<String>, Vec<String>) {
    let case = Case::new()
        .file("pipeline.toml", &PIPELINE.replace("[source", "[defaults]\ncountry = \"US\"\n[source"))
        .file("mappings/person.toml", PEOPLE)
        .file("people.csv", &format!("no,first,last,suffix,email,phone,street,city,zip,born\n{}\n", rows.join("\n")));
    case.run(&["run"]).exit(0);
    let records = dump::staged(&case.path("out/runs/0001/staged/person.parquet"));
    let key = |id: &str| records.iter().find(|record| record.id == id).and_then(|record| record.key.clone());
    let merged = records.iter().filter(|record| !record.survivor.is_empty());
    let merged = merged
        .map(|record| format!("{} = {}", key(&record.survivor).expect("a key"), record.key.clone().expect("a key")));
    let review = case.path("out/runs/0001/review/person.csv");
    let review = if review.exists() { case.read("out/runs/0001/review/person.csv") } else { String::new() };
    let review = review.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{} ? {}", cells[3], cells[6])
    });
    (merged.collect(), review.collect())
}

/// Twins, man and wife, father and son, namesakes, and a few who are one.
const FAMILIES: &str = "\
1,John,Eastlake,,,413-555-1001,700 Quarry St,Amherst,01002,1980-03-04\n\
2,Jane,Eastlake,,,413-555-1001,700 Quarry St,Amherst,01002,1980-03-04\n\
3,Robert,Gains,,,413-555-2001,12 Elm St,Boston,02108,\n\
4,Roberta,Gains,,,413-555-2001,12 Elm St,Boston,02108,\n\
5,Mark,Raven,,,413-555-3001,9 Oak St,Lowell,01850,\n\
6,Mary,Raven,,,413-555-3001,9 Oak St,Lowell,01850,\n\
7,John,Dun,,,413-555-4001,1 Ash St,Salem,01970,1940-03-04\n\
8,John,Dun,,,413-555-4001,1 Ash St,Salem,01970,1971-11-23\n\
9,John,Aber,Sr,,413-555-5001,2 Ash St,Lynn,01901,\n\
10,John,Aber,Jr,,413-555-5001,2 Ash St,Lynn,01901,\n\
11,Paul,Hat,,paul@x.example,413-555-6001,3 Fir St,Lynn,01901,\n\
12,Paula,Hat,,paula@x.example,413-555-6001,3 Fir St,Lynn,01901,\n\
13,Peter,Miller Sr,,,212-555-0111,5 Oak Ave,Albany,12201,1940-03-04\n\
14,Peter,Miller Jr,,,212-555-0111,5 Oak Ave,Albany,12201,1970-03-04\n\
15,Lisa,Taylor,,,602-555-0142,512 Oak St,Phoenix,85001,\n\
16,Elizabeth,Castellano,,e@x.example,,512 Oak St,Phoenix,85001,\n\
17,Liz,Kent,,,602-555-0177,8 Hill Rd,Phoenix,85001,\n\
18,Elizabeth,Moore,,,602-555-0177,8 Hill Rd,Phoenix,85001,\n\
19,Bob,Gains,,,413-555-2001,12 Elm Street,Boston,02108,\n\
20,Jon,Aber,Senior,,413-555-5001,2 Ash Street,Lynn,01901,\n\
21,Peter,Quill,,,,,Boston,02108,\n\
22,Peter,Quill,,,,,Chicago,60601,\n\
23,Lisa,Hall,,lisa.hall509@post.example,312-295-4422,486 Maple St,Portland,97201,1983-08-10\n\
24,Lisa,Hall,,lisa.hall813@example.com,512-408-2674,405 River St,Springfield,62701,1996-09-07\n\
25,Lysa,Hall,,lisa.hall509@post.example,,486 Maple Street,Portland,97201,1983-08-10";

#[test]
fn families_and_namesakes_stay_apart() {
    let rows: Vec<String> = FAMILIES.lines().map(String::from).collect();
    let (merged, mut review) = pairs(&rows);
    review.sort();
    assert_eq!(merged, ["3 = 19", "9 = 20", "23 = 25"]);
    assert_eq!(review, ["1 ? 2", "15 ? 16", "17 ? 18"]);
}

#[test]
fn two_namesakes_in_a_tiny_file_are_asked_about() {
    let rows = [
        "1,Peter,Quill,,,,,Boston,02108,",
        "2,Peter,Quill,,,,,Chicago,60601,",
        "3,Ann,Lee,,ann@a.example,617-555-1234,1 Elm St,Boston,02108,",
        "4,Walter,Stone,,,312-555-2211,8 Oak St,Chicago,60601,",
        "5,Olga,Novak,,olga@b.example,,77 Pine St,Denver,80202,",
        "6,Dora,King,,,303-555-7712,5 Lake St,Denver,80202,",
    ];
    let (merged, review) = pairs(&rows.map(String::from));
    assert!(merged.is_empty(), "{merged:?}");
    assert_eq!(review, ["1 ? 2"]);
}

/// One switchboard, one street, a hundred names, 300 days of birth.
#[test]
fn the_people_of_an_office_stay_apart() {
    let first = ["Ann", "Bob", "Cy", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon"];
    let last = ["Alpha", "Beta", "Gamma", "Delta", "Epsi", "Zeta", "Eta", "Theta", "Iota", "Kappa"];
    let row = |at: usize| {
        let born = format!("{}-{:02}-{:02}", 1940 + at * 7 % 61, 1 + at * 5 % 12, 1 + at * 11 % 28);
        format!("{at},{},{},,,212-555-0100,1 Main St,Boston,02108,{born}", first[at % 10], last[at / 10 % 10])
    };
    let rows: Vec<String> = (0..300).map(row).collect();
    let (merged, _) = pairs(&rows);
    assert!(merged.is_empty(), "{merged:?}");
}
