//! Columns of sources that are not those that were accepted.

use crate::harness::Case;

const PIPELINE: &str = "version = 1\nname = \"a\"\nas_of = 2026-01-01\n\n[source.people]\npath = \"people.csv\"\n\n\
                        [target]\nurl = \"sqlite:crm.sqlite\"\n";
const MAPPING: &str = "entity = \"person\"\n[fields]\nname = {}\n[from.people]\nunused.\"E-Mail\" = \"old\"\n[from.people.fields]\nname = \"Name\"\n";

#[test]
fn drift_is_told_as_the_pipeline_says() {
    let case = Case::new()
        .file("pipeline.toml", PIPELINE)
        .file("mappings/person.toml", &MAPPING.replace("unused.\"E-Mail\" = \"old\"\n", ""))
        .file("people.csv", "No,Name,E-Mail\n1,Ann,a@example.org\n");
    // Nothing is held against anything before the columns are accepted.
    let ended = case.run(&["check"]).exit(0);
    assert!(!ended.stdout.contains("pipeline.lock"), "{}", ended.stdout);
    case.run(&["check", "--accept"]).exit(0).stderr("pipeline.lock: written\n");
    assert!(case.read("pipeline.lock").ends_with("\n[people]\nNo = \"text\"\nName = \"text\"\nE-Mail = \"text\"\n"));
    let ended = case.run(&["check"]).exit(0);
    assert!(!ended.stdout.contains("pipeline.lock"), "{}", ended.stdout);

    let case = case.file("people.csv", "Name,No,Email,Zebra\nAnn,1,a@example.org,x\n");
    let note = "\nnote: columns are not those of pipeline.lock\n\
                \u{20} people: column `E-Mail` is gone; `Email` is new: renamed? (drift.gone)\n\
                \u{20} people: column `Zebra` is new (drift.added)\n\
                \u{20} people: 2 columns stand in another order, from `No` on (drift.moved)\n";
    let ended = case.run(&["check"]).exit(0);
    assert!(ended.stdout.contains(note), "{}", ended.stdout);
    let ended = case.run(&["run", "--dry-run"]).exit(0);
    assert_eq!(ended.stderr, note.trim_start());
    let ended = case.run(&["check", "--format", "json"]).exit(0);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(report["drift"][1]["code"], "drift.added");

    let case = case.file("pipeline.toml", &PIPELINE.replace("people.csv\"\n", "people.csv\"\non_drift = \"error\"\n"));
    let ended = case.run(&["check"]).exit(2);
    for said in ["error[drift.gone]: source `people`: column `E-Mail` is gone", "help: change the mappings if need be"]
    {
        assert!(ended.stderr.contains(said), "{said}\n{}", ended.stderr);
    }
    case.run(&["run", "--dry-run"]).exit(2).stdout("");
    let strict = PIPELINE.replace("[source", "[defaults]\non_drift = \"error\"\n\n[source");
    let case = case.file("pipeline.toml", &strict);
    case.run(&["check"]).exit(2);
    let case = case.file("pipeline.toml", &strict.replace("people.csv\"\n", "people.csv\"\non_drift = \"ignore\"\n"));
    let ended = case.run(&["check"]).exit(0);
    assert!(!ended.stdout.contains("drift."), "{}", ended.stdout);
    let case = case.file("pipeline.toml", &strict);
    case.run(&["check", "--accept"]).exit(0);
    case.run(&["run", "--dry-run"]).exit(0).stderr("");
}

#[test]
fn a_retyped_column_and_a_broken_lock() {
    let case = Case::new()
        .file("pipeline.toml", &PIPELINE.replace("path = \"people.csv\"", "path = \"people.db\"\ntable = \"people\""))
        .file("mappings/person.toml", &MAPPING.replace("unused.\"E-Mail\" = \"old\"\n", ""));
    let create = |kind: &str| {
        let database = rusqlite::Connection::open(case.path("people.db")).expect("a database");
        let create = format!("drop table if exists people; create table people (Name text, Amount {kind});");
        database.execute_batch(&create).expect("a table");
    };
    create("integer");
    case.run(&["check", "--accept"]).exit(0);
    create("real");
    let ended = case.run(&["check"]).exit(0);
    assert!(
        ended.stdout.to_lowercase().contains("column `amount` was integer and is real (drift.retyped)"),
        "{}",
        ended.stdout
    );
    std::fs::write(case.path("pipeline.lock"), "[people]\nName = 3\n").expect("a file");
    let ended = case.run(&["check"]).exit(2);
    assert!(ended.stderr.contains("pipeline.lock:2:8"), "{}", ended.stderr);
}

#[test]
fn drift_is_told_beside_the_faults_that_it_causes() {
    let case = Case::new()
        .file("pipeline.toml", PIPELINE)
        .file("mappings/person.toml", MAPPING)
        .file("people.csv", "No,Name,E-Mail\n1,Ann,a@example.org\n");
    case.run(&["check", "--accept"]).exit(0);
    let case = case.file("people.csv", "No,Full Name,E-Mail\n1,Ann,a@example.org\n");
    let ended = case.run(&["check"]).exit(2);
    let said = "note: columns are not those of pipeline.lock\n\
                \u{20} people: column `Name` is gone (drift.gone)\n\
                \u{20} people: column `Full Name` is new (drift.added)\n\n1 fault\n";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let ended = case.run(&["check", "--format", "json"]).exit(2);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(report["drift"][0]["code"], "drift.gone");
}
