//! The sample estate: the whole job, and that it gives what `samples/expected.toml` says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::database::Database;
use crate::dump;
use crate::harness::{Case, same};

const VERDICTS: [&str; 8] = ["read", "load", "merge", "archive", "exclude", "hold", "reject", "refuse"];

/// The sample migration in a folder of its own.
pub fn estate() -> Case {
    Case::new().copy("pipeline.toml", "pipeline.toml").copy("mappings", "mappings").copy("samples", "samples")
}

/// The sample migration into another target.
fn estate_into(url: &str) -> Case {
    let case = estate();
    let pipeline = case.read("pipeline.toml").replace("\"sqlite:out/crm.sqlite\"", "\"${CRM_DATABASE_URL}\"");
    case.file("pipeline.toml", &pipeline).env("CRM_DATABASE_URL", url)
}

fn summary(case: &Case, run: &str) -> Value {
    serde_json::from_str(&case.read(&format!("out/runs/{run}/summary.json"))).expect("JSON")
}

/// Entities of a summary: their counts, or zero, of what was done to the target.
fn loaded(summary: &Value, what: &str) -> BTreeMap<String, u64> {
    let entities = summary["entities"].as_object().expect("entities");
    entities.iter().map(|(name, counts)| (name.clone(), counts["loaded"][what].as_u64().expect("a count"))).collect()
}

fn verdict(summary: &Value, what: &str) -> BTreeMap<String, u64> {
    let entities = summary["entities"].as_object().expect("entities");
    entities.iter().map(|(name, counts)| (name.clone(), counts[what].as_u64().expect("a count"))).collect()
}

/// The files below `out`, by path, but those that may differ between equal runs.
fn files(case: &Case) -> BTreeMap<PathBuf, Vec<u8>> {
    let out = case.path("out");
    let kept =
        dump::files(&out).into_iter().filter(|path| !path.ends_with("timings.json") && !path.ends_with("crm.sqlite"));
    kept.map(|path| (path.strip_prefix(&out).expect("below it").to_path_buf(), fs::read(&path).expect("a file")))
        .collect()
}

fn same_files(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    let different: Vec<&PathBuf> = one.keys().filter(|path| one[*path] != other[*path]).collect();
    assert!(different.is_empty(), "not the same bytes: {different:?}");
}

#[test]
fn the_run_gives_what_the_estate_was_made_for() {
    let case = estate();
    case.run(&["run"]).exit(0).stderr("");
    let found = summary(&case, "0001");
    assert_eq!((&found["balanced"], &found["loaded"], &found["failures"]), (&json!(true), &json!(true), &json!([])));
    let expected: toml::Table = toml::from_str(&case.read("samples/expected.toml")).expect("TOML");
    let expected = serde_json::to_value(&expected["entity"]).expect("JSON");
    let entities = found["entities"].as_object().expect("entities").iter().map(|(name, counts)| {
        let part = |counts: &Value| VERDICTS.map(|verdict| (verdict.to_string(), counts[verdict].clone()));
        let mut kept = serde_json::Map::from_iter(part(counts));
        kept.insert("issues".into(), counts["issues"].clone());
        let sources = counts["sources"].as_object().expect("sources").iter();
        let sources =
            sources.map(|(source, counts)| (source.clone(), Value::Object(part(counts).into_iter().collect())));
        kept.insert("sources".into(), Value::Object(sources.collect()));
        (name.clone(), Value::Object(kept))
    });
    let found = sorted(Value::Object(entities.collect()));
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    same("the counts", "run", &pretty(&sorted(expected)), &pretty(&found));
    crate::spots::check(&case);
}

/// The same with the keys of all tables in order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<String, Value> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        other => other,
    }
}

#[test]
fn a_second_run_finds_all_unchanged() {
    let case = estate();
    case.run(&["run"]).exit(0);
    let target = case.path("out/crm.sqlite");
    let before = fs::read(&target).expect("the target");
    let archive = dump::files(&case.path("out/archive"));
    case.run(&["run"]).exit(0).stderr("");
    let (first, second) = (summary(&case, "0001"), summary(&case, "0002"));
    assert_eq!(loaded(&second, "unchanged"), verdict(&first, "load"));
    assert!(loaded(&second, "inserted").values().chain(loaded(&second, "updated").values()).all(|count| *count == 0));
    assert!(fs::read(&target).expect("the target") == before, "the target's file was written to");
    assert_eq!(dump::files(&case.path("out/archive")), archive, "the archive was written twice");
    for path in dump::files(&case.path("out/runs/0001/staged")) {
        let again = case.path("out/runs/0002/staged").join(path.file_name().expect("a name"));
        assert!(fs::read(&path).expect("a file") == fs::read(again).expect("a file"), "{} differs", path.display());
    }
}

#[test]
fn a_dry_run_tells_what_the_run_does_and_leaves_nothing() {
    let case = estate();
    case.run(&["run", "--dry-run"]).exit(0).stderr("");
    let left: Vec<String> = fs::read_dir(case.path("out"))
        .expect("out")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(BTreeSet::from_iter(left), BTreeSet::from(["lock", "runs", "snapshots"].map(str::to_string)));
    case.run(&["run"]).exit(0).stderr("");
    let (mut dry, real) = (summary(&case, "0001"), summary(&case, "0002"));
    assert_eq!((&dry["dry_run"], &dry["run"]), (&json!(true), &json!("0001")));
    dry["dry_run"] = json!(false);
    dry["run"] = json!("0002");
    assert_eq!(dry, real);
    assert_eq!(loaded(&real, "inserted"), verdict(&real, "load"));
    case.run(&["run", "--dry-run"]).exit(0).stderr("");
    assert_eq!(loaded(&summary(&case, "0003"), "unchanged"), verdict(&real, "load"));
}

#[test]
fn postgres_and_sqlite_end_with_the_same_rows() {
    let Some(database) = Database::new("estate") else { return };
    let sqlite = estate();
    sqlite.run(&["run"]).exit(0);
    let postgres = estate_into(&database.url);
    postgres.run(&["run", "--dry-run"]).exit(0).stderr("");
    assert!(database.tables().is_empty(), "the dry run left tables behind");
    let ledger = "select 1 from information_schema.schemata where schema_name = 'cutover'";
    assert!(database.query(ledger).is_empty(), "the dry run left the ledger behind");
    postgres.run(&["run"]).exit(0).stderr("");
    let names = BTreeMap::new();
    let rows = dump::text(&dump::sqlite(&sqlite.path("out/crm.sqlite")), &names);
    assert_eq!(rows.lines().filter(|line| line.starts_with(' ')).count(), 3554);
    same("the rows", "run into Postgres", &rows, &dump::text(&database.tables(), &names));

    let key =
        "select entity, source, legacy_key, target_key, merged, id, {hash} from {table} order by 1, 2, 3, 4, 5, 6";
    let key = |hash: &str, table: &str| key.replace("{hash}", hash).replace("{table}", table);
    let mut ledgers = [
        dump::query(&sqlite.path("out/crm.sqlite"), &key("replace(hash, '-', '')", "cutover_key")),
        database.query(&key("replace(hash::text, '-', '')", "cutover.key")),
    ];
    ledgers.iter_mut().for_each(|rows| rows.sort());
    assert!(ledgers[0] == ledgers[1], "the ledgers differ");

    postgres.run(&["run"]).exit(0).stderr("");
    let (dry, real, again) = (summary(&postgres, "0001"), summary(&postgres, "0002"), summary(&postgres, "0003"));
    assert_eq!(dry["entities"], real["entities"]);
    assert_eq!(real["entities"], summary(&sqlite, "0001")["entities"]);
    assert_eq!(loaded(&again, "unchanged"), verdict(&real, "load"));
    assert!(loaded(&again, "inserted").values().chain(loaded(&again, "updated").values()).all(|count| *count == 0));
}

#[test]
fn one_core_gives_the_same_bytes_as_all() {
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        println!("skipped: one core against several wants a machine with two");
        return;
    }
    if !Path::new("/usr/bin/taskset").exists() {
        println!("skipped: one core against several wants `taskset` (util-linux)");
        return;
    }
    let (one, all) = (estate(), estate());
    one.under(&["taskset", "-c", "0"], &["run"]).exit(0);
    all.run(&["run"]).exit(0);
    same_files(&files(&one), &files(&all));
    let rows = |case: &Case, sql: &str| dump::query(&case.path("out/crm.sqlite"), sql);
    for table in ["account", "contact", "contact_point", "activity", "opportunity", "price_group", "cutover_key"] {
        let sql = format!("select * from {table} order by rowid");
        assert!(rows(&one, &sql) == rows(&all, &sql), "{table} differs");
    }
}

/// Rows of the target that refer to one that is not there.
fn dangling(case: &Case) -> dump::Rows {
    dump::query(&case.path("out/crm.sqlite"), "select * from pragma_foreign_key_check")
}

fn tables(case: &Case) -> BTreeMap<String, usize> {
    dump::sqlite(&case.path("out/crm.sqlite")).into_iter().map(|table| (table.name, table.rows.len())).collect()
}

#[test]
fn only_loads_the_entity_and_what_it_refers_to() {
    let case = estate();
    case.run(&["run", "--only", "price_group"]).exit(0).stderr("");
    assert_eq!(tables(&case), BTreeMap::from([("price_group".to_string(), 6)]));
    // An opportunity refers to its account, and that to its contact and price group.
    case.run(&["run", "--only", "opportunity"]).exit(0).stderr("");
    let names: Vec<String> = tables(&case).into_keys().collect();
    assert_eq!(names, ["account", "contact", "opportunity", "price_group"]);
    assert_eq!(summary(&case, "0002")["entities"]["price_group"]["loaded"]["unchanged"], 6);
    assert!(dangling(&case).is_empty());
}

#[test]
fn only_names_an_entity() {
    let case = estate();
    let expected = "\
error: there is no entity `acount`; the pipeline has `price_group`, `account`,
       `activity`, `contact`, `contact_point`, `opportunity`
";
    case.run(&["run", "--only", "acount"]).exit(2).stdout("").stderr(expected);
    assert!(!case.path("out/crm.sqlite").exists());
}

#[test]
fn a_sample_is_the_same_twice_and_keeps_references_whole() {
    let (one, other) = (estate(), estate());
    for case in [&one, &other] {
        case.run(&["run", "--sample", "20"]).exit(0).stderr("");
    }
    same_files(&files(&one), &files(&other));
    let found = summary(&one, "0001");
    assert_eq!(found["balanced"], true);
    let load = verdict(&found, "load");
    assert!(load.values().all(|count| *count > 0), "{load:?}");
    // Leaves of the tree are no more than asked for; parents come as they are needed.
    assert!(load["activity"] <= 20 && load["contact_point"] <= 20, "{load:?}");
    assert!(load["account"] < 200, "{load:?}");
    assert!(dangling(&one).is_empty());
    let orphans = "select count(*) from activity where account_id not in (select id from account)";
    assert_eq!(dump::query(&one.path("out/crm.sqlite"), orphans), [[Some("0".to_string())]]);
    // The same records as in a whole run, field by field.
    let whole = estate();
    whole.run(&["run"]).exit(0);
    let whole: BTreeSet<Vec<Option<String>>> =
        dump::query(&whole.path("out/crm.sqlite"), "select * from activity").into_iter().collect();
    let sample = dump::query(&one.path("out/crm.sqlite"), "select * from activity");
    assert!(sample.iter().all(|row| whole.contains(row)));
}

#[test]
fn what_is_printed_fits_the_terminal_and_json_is_the_summary() {
    let case = estate();
    let text = case.run(&["run"]).exit(0).stderr("").stdout;
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
    let json = case.run(&["--format", "json", "run"]).exit(0).stderr("").stdout;
    same("--format json", "run", &case.read("out/runs/0002/summary.json"), &json);
}

#[test]
fn no_value_of_a_record_leaves_the_files_made_for_it() {
    let case = estate();
    let ended = case.run(&["run"]).exit(0);
    let mut said = ended.stdout + &ended.stderr;
    for file in ["summary.json", "timings.json", "manifest.json"] {
        said.push_str(&case.read(&format!("out/runs/0001/{file}")));
    }
    said.push_str(&case.read("out/archive/manifest.json"));
    let target = case.path("out/crm.sqlite");
    let secrets = [
        "select email from contact where email is not null",
        "select phone from contact where phone is not null",
        "select number from contact_point",
        "select family_name from contact where length(family_name) > 4",
        "select name from account",
        "select street from account where street is not null",
        "select target_key from cutover_key where entity <> 'price_group'",
    ];
    let mut looked = 0;
    for sql in secrets {
        for value in dump::query(&target, sql).into_iter().flatten().flatten() {
            looked += 1;
            assert!(!said.contains(&value), "a value of `{sql}` was told");
        }
    }
    assert!(looked > 5000, "only {looked} values were looked for");
    assert!(!said.contains('@'), "an address was told");
}

#[test]
fn rejects_are_in_the_sources_own_columns_and_hold_no_formulas() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let case = estate();
    case.run(&["run"]).exit(0);
    let wanted: [(&str, &[(&str, usize)]); 5] = [
        ("account", &[("customers", 9)]),
        ("contact", &[("customers", 17), ("goldmine", 9), ("rolodex", 5)]),
        ("contact_point", &[("customers", 57)]),
        ("activity", &[("activities", 16)]),
        ("opportunity", &[("opportunities", 8)]),
    ];
    let folder = case.path("out/runs/0001/rejects");
    let names: Vec<String> = dump::files(&folder)
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    let mut expected: Vec<String> =
        wanted.iter().flat_map(|(name, _)| [format!("{name}.csv"), format!("{name}.xlsx")]).collect();
    expected.sort();
    assert_eq!(names, expected);
    for (entity, sheets) in wanted {
        let mut book: Xlsx<_> = open_workbook(folder.join(format!("{entity}.xlsx"))).expect("a workbook");
        assert_eq!(book.sheet_names(), sheets.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        let mut records = 0;
        for (sheet, count) in sheets {
            assert!(book.worksheet_formula(sheet).expect("formulas").is_empty(), "{entity} holds a formula");
            let range = book.worksheet_range(sheet).expect("a sheet");
            assert_eq!(range.height() - 1, *count, "{entity}, {sheet}");
            assert!(range.cells().all(|(_, _, cell)| matches!(cell, Data::String(_) | Data::Empty)), "not text");
            records += count;
            if *sheet == "customers" {
                let headings: Vec<String> = range.headers().expect("headings");
                assert_eq!(headings[..5], ["_source", "_row", "_key", "Cust No", "Type"]);
                assert_eq!(headings[25..], ["Memo1", "Memo2", "reasons", "verdict", "issues", "_hash"]);
            }
        }
        let csv = csv::Reader::from_path(folder.join(format!("{entity}.csv"))).expect("a CSV").into_records();
        assert_eq!(csv.filter(Result::is_ok).count(), records, "{entity}.csv");
    }
}
