//! Reference data: what `check` says of it, a batch that goes out and comes back,
//! lineage, drift, and mapping tests. The cases `reference-*` show whole runs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::dump;
use crate::harness::{Case, same};

const PIPELINE: &str = r#"version = 1
name    = "batch"
as_of   = 2026-06-30

[source.people]
path = "people.csv"
key  = "No"

[target]
url = "sqlite:out/crm.sqlite"
"#;

const PERSON: &str = r#"entity = "person"

[fields]
name = { required = true }
city = { standard = "city" }
born = { type = "date" }
mail = { type = "boolean", consent = "opt_in" }

[from.people.fields]
name = "Name"
city = "City"
born = "Born"
"#;

const PEOPLE: &str = "No,Name,City,Born\n007,Ann,BOSTN,\n008,\"Bo, Jr.\",Akron,1970-01-02\n009,,Kent,\n";

fn estate() -> Case {
    Case::new().file("pipeline.toml", PIPELINE).file("mappings/person.toml", PERSON).file("people.csv", PEOPLE)
}

const CLEANSED: &str = "\n[reference.cleansed]\npath = \"back.csv\"\n";

const JOIN: &str = r#"
[reference.cleansed]
on      = { _source = "cutover_source", _key = "cutover_key" }
correct = { city = "city" }
fill    = { born = "born" }
missing = "ignore"
"#;

#[test]
fn a_batch_goes_out_and_comes_back() {
    let case = estate();
    case.run(&["export", "person"])
        .exit(2)
        .stdout("")
        .stderr("error: no run has records of `person`\n  help: `cutover run --dry-run` makes one\n");
    case.run(&["run", "--dry-run"]).exit(0).stderr("");
    let ended = case.run(&["export", "person"]).exit(0).stderr("2 records\n");
    let ids: Vec<&str> = ended.stdout.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| id.len() == 36), "{}", ended.stdout);
    let plain = ended.stdout.replace(ids[0], "<first>").replace(ids[1], "<second>");
    let expected = "cutover_id,cutover_source,cutover_key,name,city,born,mail\n\
                    <first>,people,007,Ann,Bostn,,\n\
                    <second>,people,008,\"Bo, Jr.\",Akron,1970-01-02,\n";
    same("the batch", "cutover export person", expected, &plain);
    case.run(&["export", "person", "--verdict", "reject,hold"]).exit(0).stderr("1 record\n");

    let back = ended.stdout.replace("Bostn,", "Boston,1969-12-31").replace("Akron", "Akron ");
    let case = case
        .file("back.csv", &back)
        .file("pipeline.toml", &format!("{PIPELINE}{CLEANSED}"))
        .file("mappings/person.toml", &format!("{PERSON}{JOIN}"));
    case.run(&["run"]).exit(0).stderr("");
    let lineage = case.run(&["read", "out/runs/0002/lineage/person.reference.parquet"]).exit(0).stdout;
    let expected = format!(
        "_row,_fault,_notes,_id,field,reference,reference_row,reference_key,action,was,now\n\
         person.reference.parquet:1,,,{0},city,cleansed,back.csv:2,,correct,Bostn,Boston\n\
         person.reference.parquet:2,,,{0},born,cleansed,back.csv:2,,fill,,1969-12-31\n",
        ids[0]
    );
    same("the lineage", "cutover run", &expected, &lineage);
    let staged = dump::verdicts(&case.path("out/runs/0002"));
    assert!(staged.contains("reference:cleansed.city;reference:cleansed.born"), "{staged}");
    // The same batch on every run: nothing changes any more.
    let again = case.run(&["run"]).exit(0).stderr("");
    assert!(again.stdout.contains("0 inserted, 0 updated, 2 unchanged"), "{}", again.stdout);
    let read = case.run(&["read", "cleansed", "--limit", "1"]).exit(0);
    assert!(read.stdout.starts_with("_row,_fault,_notes,cutover_id,"), "{}", read.stdout);
}

#[test]
fn every_fault_at_once() {
    let mapping = format!(
        "{PERSON}
[reference.postl]
on = {{ city = \"Place\" }}

[[reference.cleansed]]
on      = [{{ town = \"city\", _key = \"cutover_kee\" }}, {{}}]
where   = \"city is nul\"
verify  = [\"city\", \"nme\"]
correct = {{ city = \"Citty\", mail = \"mail\" }}
differs = {{ born = \"hold\" }}
missing = \"null\"
"
    );
    let case = estate()
        .file("back.csv", "cutover_key,city,mail\n")
        .file("pipeline.toml", &format!("{PIPELINE}{CLEANSED}\n[reference.people]\npath = \"back.csv\"\n"))
        .file("mappings/person.toml", &mapping);
    let expected = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference.faults.txt"));
    let ended = case.run(&["check"]).exit(2).stdout("");
    if std::env::var_os("CUTOVER_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference.faults.txt");
        std::fs::write(path, &ended.stderr).expect("a writable file");
    } else {
        ended.stderr(&expected.expect("a text"));
    }
}

#[test]
fn mapping_tests_look_up_and_lock_files_have_references() {
    let tests = r#"
[[test]]
name   = "the batch corrects"
key    = "007"
expect = { fields = { city = "Boston", born = 1969-12-31 }, issues = [] }

[[test]]
name   = "somebody the batch has not"
record = { No = "099", Name = "Cy", City = "Kent" }
expect = { fields = { city = "Kent", born = "" } }
"#;
    let case = estate()
        .file("back.csv", "cutover_source,cutover_key,city,born\npeople,007,Boston,1969-12-31\n")
        .file("pipeline.toml", &format!("{PIPELINE}{CLEANSED}"))
        .file("mappings/person.toml", &format!("{PERSON}{JOIN}"))
        .file("mappings/person.test.toml", tests);
    let expected = "mappings/person.test.toml\n  ok    the batch corrects\n  ok    somebody the batch has not\n\n\
                    2 tests, 0 failed\n";
    case.run(&["test"]).exit(0).stdout(expected).stderr("");
    assert!(!dump::files(&case.path("out")).iter().any(|path| path.to_string_lossy().contains("test-")));
    case.run(&["check", "--accept"]).exit(0);
    assert!(case.read("pipeline.lock").contains("\n[\"reference.cleansed\"]\ncutover_source = \"text\"\n"));
    let case = case.file("back.csv", "cutover_source,cutover_key,born,Town,city\n");
    let ended = case.run(&["check"]).exit(0);
    let drift =
        "\nnote: columns are not those of pipeline.lock\n  reference.cleansed: column `Town` is new (drift.added)\n";
    assert!(ended.stdout.contains(drift), "{}", ended.stdout);
}

/// Makes other rows of a reference.
type Change = fn(Vec<&str>) -> Vec<&str>;

/// A run of the case with the references as `change` makes them.
fn run_with(change: Change) -> (String, String) {
    let case = Case::new().copy("tests/cases/reference-postal", ".");
    for file in ["reference/postal.csv", "reference/streets.csv"] {
        let text = case.read(file);
        let (headings, rows) = text.split_once('\n').expect("headings");
        let changed = change(rows.lines().collect());
        std::fs::write(case.path(file), format!("{headings}\n{}\n", changed.join("\n"))).expect("a file");
    }
    case.run(&["run"]).exit(0).stderr("");
    let target = case.path("out/crm.sqlite");
    let tables = dump::text(&dump::sqlite(&target), &dump::key_names(&target));
    (dump::verdicts(&case.path("out/runs/0001")), tables)
}

#[test]
fn the_order_and_the_number_of_equal_rows_mean_nothing() {
    let (verdicts, target) = run_with(|rows| rows);
    let changes: [Change; 2] = [|rows| rows.into_iter().rev().collect(), |rows| [rows.clone(), rows].concat()];
    for change in changes {
        let (again, tables) = run_with(change);
        same("the verdicts", "other rows", &verdicts, &again);
        same("the target", "other rows", &target, &tables);
    }
}

#[test]
fn a_key_with_too_many_rows_says_nothing() {
    let mapping = format!("{PERSON}\n[reference.cleansed]\non = {{ name = \"name\" }}\nverify = [\"city\"]\n");
    for (rows, expected) in [(1000, "1 differs"), (1001, "1 ambiguous")] {
        let cities: String = (0..rows).map(|n| format!("Ann,City {n}\n")).collect();
        let case = estate()
            .file("back.csv", &format!("name,city\n{cities}"))
            .file("pipeline.toml", &format!("{PIPELINE}{CLEANSED}"))
            .file("mappings/person.toml", &mapping);
        case.run(&["run"]).exit(0).stderr("");
        let summary: serde_json::Value = serde_json::from_str(&case.read("out/runs/0001/summary.json")).expect("JSON");
        let city = &summary["entities"]["person"]["references"][0]["fields"]["city"];
        let found: Vec<String> = ["agrees", "differs", "ambiguous"]
            .iter()
            .filter(|what| city[**what] != 0)
            .map(|what| format!("{} {what}", city[*what]))
            .collect();
        assert_eq!(found, [expected], "{rows} rows");
    }
}

/// Real addresses against the places that at least three of them name: what differs
/// is wrong, and `St. Louis` and `Muehlheim` do not differ.
#[test]
fn real_addresses_are_verified_by_what_most_of_them_say() {
    let given = std::env::var_os("CUTOVER_SHARED_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")));
    let folder = folder.join("06_crm/adventureworks");
    let text = |name: &str| std::fs::read_to_string(folder.join(name));
    let (Ok(addresses), Ok(states)) = (text("Address.csv"), text("StateProvince.csv")) else {
        println!("skipped: no AdventureWorks in {}", folder.display());
        return;
    };
    let cells = |line: &str| line.split('\t').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
    let states: BTreeMap<String, (String, String)> = states
        .trim_start_matches('\u{feff}')
        .lines()
        .map(cells)
        .filter(|cells| cells.len() > 2)
        .map(|cells| (cells[0].clone(), (cells[1].clone(), cells[2].clone())))
        .collect();
    let mut people = String::from("Id,City,State,Zip,Country\n");
    let mut places: BTreeMap<String, u32> = BTreeMap::new();
    for cells in addresses.lines().map(cells).filter(|cells| cells.len() > 5) {
        let (state, country) = &states[&cells[4]];
        let place = format!("\"{}\",{state},{},{country}\n", cells[3], cells[5]);
        people.push_str(&format!("{},{place}", cells[0]));
        *places.entry(place).or_default() += 1;
    }
    let known: String = places.iter().filter(|(_, count)| **count >= 3).map(|(place, _)| place.as_str()).collect();
    let mapping = r#"entity = "place"
[fields]
city     = { standard = "city" }
region   = { standard = "region", country = "country", invalid = "null" }
postcode = { standard = "postcode", country = "country", invalid = "null" }
country  = { standard = "country" }
[from.people.fields]
city     = "City"
region   = "State"
postcode = "Zip"
country  = "Country"
[reference.postal]
on     = { postcode = "Zip", country = "Country" }
verify = { city = "Place", region = "State" }
"#;
    let pipeline = PIPELINE.replace("\"No\"", "\"Id\"") + "\n[reference.postal]\npath = \"postal.csv\"\n";
    let case = Case::new()
        .file("pipeline.toml", &pipeline)
        .file("people.csv", &people)
        .file("postal.csv", &format!("Place,State,Zip,Country\n{known}"))
        .file("mappings/place.toml", mapping);
    let ended = case.run(&["run", "--dry-run"]).exit(0).stderr("");
    let told = "  postal   looked up 18,096, found 17,694, city agrees 17,691, city differs 3,\n\
                \x20          region agrees 15,842, region differs 3\n";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
}
