//! Input and surroundings that are not as they should be: the exit code, the
//! message, and that nothing is loaded and nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::database::Database;
use crate::dump;
use crate::harness::{Case, same};

pub const PIPELINE: &str = "\
version = 1
name    = \"people\"
as_of   = 2026-06-30

[source.people]
path = \"people.csv\"
key  = \"no\"

[target]
url = \"sqlite:out/crm.sqlite\"
";

pub const PERSON: &str = "\
entity = \"person\"

[fields]
name = { required = true }

[from.people.fields]
name = \"name\"
";

/// A migration of people whose file is `people.csv`.
pub fn people(csv: &str) -> Case {
    Case::new().file("pipeline.toml", PIPELINE).file("mappings/person.toml", PERSON).file("people.csv", csv)
}

/// The same with the pipeline changed.
fn changed(csv: &str, from: &str, to: &str) -> Case {
    assert!(PIPELINE.contains(from));
    people(csv).file("pipeline.toml", &PIPELINE.replace(from, to))
}

const TWO: &str = "no,name\n1,Ann\n2,Bob\n";

/// A run that cannot go on: what it says, and that there is no target.
fn fails(case: &Case, exit: i32, stderr: &str) {
    case.run(&["run"]).exit(exit).stdout("").stderr(stderr);
    assert!(!case.path("out/crm.sqlite").exists(), "a target was made");
}

#[test]
fn a_missing_file() {
    let case = people(TWO);
    fs::remove_file(case.path("people.csv")).expect("a file");
    let expected = "\
error: people.csv: no such file
  help: check the source's `path`
1 place that cannot be read
";
    fails(&case, 3, expected);
}

#[test]
fn a_pattern_that_no_file_has() {
    let case = changed(TWO, "people.csv", "peple*.csv");
    let expected = "\
error: peple*.csv: no file matches the pattern
  help: check the source's `path`
1 place that cannot be read
";
    fails(&case, 3, expected);
}

#[test]
fn an_empty_file() {
    let expected = "\
error: people.csv: is empty
  help: export it again, or take it out of the source's `path`
1 place that cannot be read
";
    fails(&people(""), 3, expected);
}

#[test]
fn a_folder_for_a_file() {
    let case = people(TWO);
    fs::remove_file(case.path("people.csv")).expect("a file");
    fs::create_dir(case.path("people.csv")).expect("a folder");
    let expected = "\
error: people.csv: is a folder, not a file
  help: name a file, or several with a pattern such as `folder/*.csv`
1 place that cannot be read
";
    fails(&case, 3, expected);
}

#[test]
fn a_workbook_without_the_sheet_has_others() {
    let case = changed(TWO, "\"people.csv\"", "\"book.xlsx\"\nsheet = \"Customer\"")
        .copy("samples/customers.xlsx", "book.xlsx");
    let expected = "\
error: book.xlsx: has no sheet `Customer`
  help: did you mean `Customers`? its sheets: `Customers`, `Price Groups`
1 place that cannot be read
";
    fails(&case, 3, expected);
}

#[test]
fn a_workbook_that_is_none() {
    let case = changed(TWO, "people.csv", "people.xlsx").file("people.xlsx", "no,name\n1,Ann\n");
    let ended = case.run(&["run"]).exit(3).stdout("");
    assert!(ended.stderr.starts_with("error: people.xlsx: "), "{}", ended.stderr);
    assert!(!ended.stderr.contains("Ann") && !case.path("out/crm.sqlite").exists());
}

#[test]
fn a_heading_that_is_there_twice() {
    let expected = "\
error: people.csv: columns 2 and 3 have the same heading `name`
  help: rename one of them in the file, or declare the row of the headings with
        `header`
1 place that cannot be read
";
    fails(&people("no,name,name\n1,Ann,Lee\n"), 3, expected);
}

#[test]
fn a_key_column_that_is_missing() {
    let expected = "\
error[config.unknown-column]: source `people` has no column `no`
 --> pipeline.toml:7:8
  |
7 | key  = \"no\"
  |        ^^^^

1 fault
`cutover explain config.unknown-column` says more of a code
";
    fails(&people("id,name\n1,Ann\n"), 2, expected);
}

#[test]
fn a_key_that_is_empty_or_twice_costs_its_own_record() {
    let case = people("no,name\n1,Ann\n,Bob\n1,Cleo\n2,Dan\n");
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(names(&case), ["Ann", "Dan"]);
    // Neither has a key of its own, so both are known by a hash of what they hold.
    let expected = "\
_source,_row,_key,no,name,reasons,verdict,issues,_hash\r
people,people.csv:3,content:0c4576ccaf1fadbfe292ebb554317de0,,Bob,key.empty,reject,key.empty,\
81da3ed9204b27bd-024c4d34bcc86979\r
people,people.csv:4,content:268d89b2dc3ff49272c4b0b5f52b590f,1,Cleo,key.duplicate,reject,key.duplicate,\
71fd728723f21287-cd46e397be21dafe\r
";
    same("the rejects", "run", expected, &case.read("out/runs/0001/rejects/person.csv"));
}

#[test]
fn what_looks_like_a_formula_is_text_in_the_rejects() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let cells = ["=1+1", "+1 555", "-2", "@cmd", "'=x", "007", "plain"];
    let rows: String = cells.iter().map(|cell| format!("{cell},\n")).collect();
    let case = people(&format!("no,name\n{rows}"));
    case.run(&["run"]).exit(0).stderr("");
    let rejects = case.path("out/runs/0001/rejects");
    let mut book: Xlsx<_> = open_workbook(rejects.join("person.xlsx")).expect("a workbook");
    assert!(book.worksheet_formula("people").expect("formulas").is_empty());
    let sheet = book.worksheet_range("people").expect("a sheet");
    let found: Vec<&Data> = sheet.rows().skip(1).map(|row| &row[3]).collect();
    assert_eq!(found, cells.map(|cell| Data::String(cell.into())).iter().collect::<Vec<_>>());
    let records = csv::Reader::from_path(rejects.join("person.csv")).expect("a CSV").into_records();
    let found: Vec<String> = records.map(|record| record.expect("a record")[3].to_string()).collect();
    assert_eq!(found, ["'=1+1", "'+1 555", "'-2", "'@cmd", "''=x", "007", "plain"]);
}

fn names(case: &Case) -> Vec<String> {
    let rows = dump::query(&case.path("out/crm.sqlite"), "select name from person order by name");
    rows.into_iter().flatten().flatten().collect()
}

#[test]
fn a_target_in_a_file_for_a_folder() {
    let case = changed(TWO, "out/crm.sqlite", "people.csv/crm.sqlite");
    let expected = "\
error: sqlite:people.csv/crm.sqlite: its folder cannot be made: File exists (os
       error 17)
  help: choose a folder that the user may write to
";
    fails(&case, 3, expected);
    assert_eq!(case.read("people.csv"), TWO);
}

#[test]
fn a_target_that_is_no_database_is_left_as_it_is() {
    let case = changed(TWO, "out/crm.sqlite", "people.csv");
    let expected = "\
error: sqlite:people.csv: is not a SQLite database
  help: check the target's `url`
1 place that cannot be read
";
    fails(&case, 3, expected);
    assert_eq!(case.read("people.csv"), TWO);
}

/// Runs as a user without rights, where the tests run as root.
fn as_nobody(case: &Case) -> Option<crate::harness::Ended> {
    if !Path::new("/usr/sbin/runuser").exists() {
        println!("skipped: permissions are tried as the user `nobody`, which wants root and `runuser`");
        return None;
    }
    let ended = case.under(&["runuser", "-u", "nobody", "--"], &["--version"]);
    if ended.code != Some(0) {
        println!("skipped: permissions are tried as the user `nobody`, who cannot start the program here");
        return None;
    }
    Some(case.under(&["runuser", "-u", "nobody", "--"], &["run"]))
}

fn permit(case: &Case, path: &str, mode: u32) {
    fs::set_permissions(case.path(path), fs::Permissions::from_mode(mode)).expect("permissions");
}

#[test]
fn a_folder_without_the_right_to_write() {
    let case = people(TWO);
    fs::create_dir_all(case.path("out/runs")).expect("a folder");
    permit(&case, ".", 0o755);
    let Some(ended) = as_nobody(&case) else { return };
    let expected = "\
error: out/lock: no permission to write there; choose another `out`, or change
       the folder's owner
";
    ended.exit(3).stdout("").stderr(expected);
    assert!(!case.path("out/crm.sqlite").exists());
}

#[test]
fn a_target_without_the_right_to_write() {
    let case = people(TWO);
    fs::create_dir_all(case.path("out")).expect("a folder");
    case.run(&["run"]).exit(0);
    for path in [".", "out/crm.sqlite"] {
        permit(&case, path, 0o755);
    }
    for path in ["out/runs", "out/snapshots", "out/lock"] {
        permit(&case, path, 0o777);
    }
    let before = fs::read(case.path("out/crm.sqlite")).expect("the target");
    let case = case.file("people.csv", "no,name\n1,Ann\n3,Cleo\n");
    permit(&case, "out", 0o755);
    let Some(ended) = as_nobody(&case) else { return };
    let ended = ended.exit(3).stdout("");
    assert!(ended.stderr.starts_with("error: sqlite:out/crm.sqlite: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("\n  help: "), "{}", ended.stderr);
    assert!(fs::read(case.path("out/crm.sqlite")).expect("the target") == before);
}

#[test]
fn a_source_without_the_right_to_read() {
    let case = people(TWO);
    permit(&case, ".", 0o777);
    permit(&case, "people.csv", 0o600);
    let Some(ended) = as_nobody(&case) else { return };
    let expected = "\
error: people.csv: no permission to read it
  help: give the user that runs cutover the right to read it
1 place that cannot be read
";
    ended.exit(3).stdout("").stderr(expected);
}

/// People in Postgres, or from there; the URL stands in the environment.
fn through(url: &str, source: bool) -> Case {
    let case = if source {
        changed(TWO, "path = \"people.csv\"", "url   = \"${DATABASE_URL}\"\ntable = \"people\"")
    } else {
        changed(TWO, "\"sqlite:out/crm.sqlite\"", "\"${DATABASE_URL}\"")
    };
    case.env("DATABASE_URL", url)
}

/// Fails with `what`, tells what to do, and tells none of the secrets, anywhere.
fn fails_without_secrets(url: &str, what: &str, help: &str, secrets: &[&str]) {
    for source in [false, true] {
        let case = through(url, source);
        let ended = case.run(&["run"]).exit(3).stdout("");
        let flat = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        // What stands in a variable is not told, but for a host that is a number.
        let port = url::Url::parse(url).ok().and_then(|url| url.port()).expect("a port");
        let place = if source { format!("postgres://127.0.0.1:{port}/") } else { String::new() };
        assert_eq!(flat, format!("error: {place}${{DATABASE_URL}}: {what} help: {help} 1 place that cannot be read"));
        assert!(ended.stderr.lines().all(|line| line.chars().count() <= 80), "{}", ended.stderr);
        let mut told = ended.stderr.into_bytes();
        for path in dump::files(&case.path("out")) {
            told.extend(fs::read(path).expect("a file"));
        }
        for secret in secrets {
            let hit = told.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!hit, "a secret was told");
        }
    }
}

#[test]
fn a_server_that_cannot_be_reached() {
    fails_without_secrets(
        "postgres://hermes:geheim-4711@127.0.0.1:1/crm",
        "the server cannot be reached: Connection refused (os error 111)",
        "check host and port in the URL, and that the server runs",
        &["hermes", "geheim-4711"],
    );
}

#[test]
fn a_wrong_password() {
    let Some(database) = Database::new("password") else { return };
    fails_without_secrets(
        &database.with_password("geheim-4711"),
        "the server refused the user or the password",
        "check user and password in the URL",
        &["geheim-4711", &database.password()],
    );
}

#[test]
fn a_right_password_is_told_nowhere() {
    let Some(database) = Database::new("secret") else { return };
    let case = through(&database.url, false);
    let ended = case.run(&["run"]).exit(0).stderr("");
    let mut told = ended.stdout.into_bytes();
    for path in dump::files(&case.path("out")) {
        told.extend(fs::read(path).expect("a file"));
    }
    let secret = database.password();
    assert!(!told.windows(secret.len()).any(|window| window == secret.as_bytes()), "the password was told");
    assert_eq!(database.query("select count(*) from person"), [[Some("2".to_string())]]);
}

/// The archive's last rename fails when the target has the records already: that
/// must be said, and not that nothing was loaded.
#[test]
fn an_archive_that_fails_behind_the_load() {
    let old = "\
entity = \"person\"

[fields]
name = { required = true }
seen = { type = \"date\" }

[from.people.fields]
name = \"name\"
seen = \"seen\"

[archive]
cutoff = { field = \"seen\", older_than = \"3 years\" }
";
    let case = people("no,name,seen\n1,Ann,2026-01-01\n2,Bob,2001-01-01\n").file("mappings/person.toml", old);
    case.run(&["run"]).exit(0);
    let archived = fs::read_dir(case.path("out/archive")).expect("an archive").flatten().map(|entry| entry.file_name());
    let name = archived.filter_map(|name| name.into_string().ok()).find(|name| name.starts_with("person-"));
    let name = name.expect("an archived file");

    // What stands in the way is a folder with something in it.
    let place = format!("out/archive/{name}");
    fs::remove_file(case.path(&place)).expect("removed");
    let case = case.file(&format!("{place}/in the way"), "");
    let expected = format!(
        "error: the records are in the target, but\n       {place}: the system says: Is a\n       directory (os error 21)\n  \
         help: see to that, then run again: what is equal is not touched\n"
    );
    case.run(&["run"]).exit(3).stdout("").stderr(&expected);
    assert!(case.path("out/runs/0002/staged/person.parquet").is_file(), "the run's record is gone");
    fs::remove_dir_all(case.path(&place)).expect("removed");
    case.run(&["run"]).exit(0);
    assert!(case.path(&place).is_file());
}
