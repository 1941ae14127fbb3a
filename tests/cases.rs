//! `tests/cases/<name>/`: a small migration, and exactly what it must give.
//!
//! A case is `pipeline.toml`, `mappings/` and what they read. It is run in a
//! folder of its own; a file `arguments` has what stands behind `cutover run`, and
//! a file `target.sql` what makes the target before it.
//! Where there is a folder `second/`, its files are put over the first ones, and
//! the case is run again. `expected/` (and `expected/second/`) holds:
//!
//! | file | is |
//! |---|---|
//! | `output.txt` | exit code, standard output and standard error |
//! | `summary.json` | the run's |
//! | `verdicts.txt` | each record of each entity: verdict, reason, issues, repairs |
//! | `rejects/*.csv`, `review/*.csv` | the run's |
//! | `archive.txt` | the archive: entity, records and the run that wrote them |
//! | `target.txt` | the tables of the target; its keys read as `<source:legacy key>` |
//!
//! `CUTOVER_BLESS=1` writes what was found. Read it: it must be right, not only
//! the same each time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::database::Database;
use crate::dump;
use crate::harness::{Case, Ended, copy_tree, same};

/// Cases whose target is not made by SQLite's own SQL end in Postgres with the same rows.
#[test]
fn each_case_ends_the_same_in_postgres() {
    let mut tried = 0;
    for folder in all() {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").replace('-', "_");
        if folder.join("target.sql").exists() {
            continue;
        }
        let Some(database) = Database::new(&name) else { return };
        let case = copied(&folder).env("CRM_DATABASE_URL", &database.url);
        let pipeline = case.read("pipeline.toml").replace("sqlite:out/crm.sqlite", "${CRM_DATABASE_URL}");
        let case = case.file("pipeline.toml", &pipeline);
        for part in ["", "second/"] {
            if !part.is_empty() {
                if !folder.join("second").is_dir() {
                    break;
                }
                copy_tree(&folder.join("second"), &case.path("."));
            }
            let output = fs::read_to_string(folder.join(format!("expected/{part}output.txt"))).expect("a text");
            let code = output.lines().next().and_then(|line| line.strip_prefix("exit ")).expect("a code");
            case.run(&["run"]).exit(code.parse().expect("a number")).stderr("");
            let expected = fs::read_to_string(folder.join(format!("expected/{part}target.txt"))).unwrap_or_default();
            same("the target", &name, &expected, &dump::text(&database.tables(), &database.key_names()));
        }
        tried += 1;
    }
    assert!(tried > 7);
}

fn all() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).expect("cases").map(|entry| entry.expect("a case").path()).collect();
    cases.sort();
    cases
}

/// The case's own files in a folder of their own.
fn copied(folder: &Path) -> Case {
    let case = Case::new();
    for entry in fs::read_dir(folder).expect("a case") {
        let entry = entry.expect("an entry");
        if entry.file_name() != "expected" && entry.file_name() != "second" {
            copy_tree(&entry.path(), &case.path(entry.file_name().to_str().expect("a name")));
        }
    }
    case
}

#[test]
fn each_case_gives_what_it_must() {
    let wrong: Vec<String> = all().iter().filter_map(|case| wrong(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a case; each is tried, so that all are told at once.
fn wrong(folder: &Path) -> Result<(), String> {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_string();
    let outcome = std::panic::catch_unwind(|| check(folder, &name));
    outcome.map_err(|_| format!("the case `{name}` is not as it was; see above"))
}

fn check(folder: &Path, name: &str) {
    let case = copied(folder);
    if let Ok(sql) = fs::read_to_string(folder.join("target.sql")) {
        fs::create_dir_all(case.path("out")).expect("a folder");
        let target = rusqlite::Connection::open(case.path("out/crm.sqlite")).expect("a target");
        target.execute_batch(&sql).expect("the target's tables");
    }
    let arguments = fs::read_to_string(folder.join("arguments")).unwrap_or_default();
    let arguments: Vec<&str> = ["run"].into_iter().chain(arguments.split_whitespace()).collect();
    let mut found = found(&case, case.run(&arguments), "0001", "");
    if folder.join("second").is_dir() {
        copy_tree(&folder.join("second"), &case.path("."));
        found.extend(self::found(&case, case.run(&arguments), "0002", "second/"));
    }
    compare(&folder.join("expected"), &found, name);
}

/// The files of `expected/` as the run gives them.
fn found(case: &Case, ended: Ended, run: &str, prefix: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut add = |name: &str, text: String| files.insert(format!("{prefix}{name}"), text);
    let code = ended.code.map_or("killed".to_string(), |code| code.to_string());
    add("output.txt", format!("exit {code}\n--- stdout\n{}--- stderr\n{}", ended.stdout, ended.stderr));
    let folder = case.path(&format!("out/runs/{run}"));
    if folder.join("summary.json").exists() {
        add("summary.json", case.read(&format!("out/runs/{run}/summary.json")));
        add("verdicts.txt", dump::verdicts(&folder));
    }
    for kind in ["rejects", "review"] {
        for path in dump::files(&folder.join(kind)) {
            if path.extension().is_some_and(|extension| extension == "csv") {
                let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
                add(&format!("{kind}/{name}"), fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    if case.path("out/archive").exists() {
        add("archive.txt", archive(case));
    }
    let target = case.path("out/crm.sqlite");
    if target.exists() {
        add("target.txt", dump::text(&dump::sqlite(&target), &dump::key_names(&target)));
    }
    files
}

/// The archive by its manifest; each file must be there with as many records.
fn archive(case: &Case) -> String {
    let manifest: serde_json::Value = serde_json::from_str(&case.read("out/archive/manifest.json")).expect("JSON");
    let mut text = String::new();
    for file in manifest.as_array().expect("files") {
        let of = |key: &str| file[key].as_str().unwrap_or_else(|| panic!("no {key}")).to_string();
        let path = case.path("out/archive").join(of("file"));
        let records = dump::staged(&path).len();
        assert_eq!(file["records"], records, "{}", path.display());
        text.push_str(&format!("{} {records} run {} as of {}\n", of("entity"), of("run"), of("as_of")));
    }
    text
}

fn compare(expected: &Path, found: &BTreeMap<String, String>, name: &str) {
    if std::env::var_os("CUTOVER_BLESS").is_some() {
        let _ = fs::remove_dir_all(expected);
        for (file, text) in found {
            let path = expected.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        return;
    }
    let named = |path: &PathBuf| path.strip_prefix(expected).expect("below it").to_str().expect("a name").to_string();
    let wanted: Vec<String> = dump::files(expected).iter().map(named).collect();
    let given: Vec<String> = found.keys().cloned().collect();
    let mut sorted = wanted;
    sorted.sort();
    same("the files", name, &sorted.join("\n"), &given.join("\n"));
    for (file, text) in found {
        let kept = fs::read_to_string(expected.join(file)).expect("a text");
        same(file, name, &kept, text);
    }
}
