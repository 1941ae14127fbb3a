//! Matching against rows that the target has already: what stays as it is from run
//! to run, what a person decides. The case `tests/cases/existing` has the plain way through.

use std::fs;

use serde_json::{Value as Json, json};

use crate::dump;
use crate::harness::Case;

fn made(sql: &str) -> Case {
    let case = Case::new().copy("tests/cases/existing", ".");
    execute(&case, sql);
    case
}

fn case() -> Case {
    made(&fs::read_to_string("tests/cases/existing/target.sql").expect("a text"))
}

/// Somebody works in the new system.
fn execute(case: &Case, sql: &str) {
    fs::create_dir_all(case.path("out")).expect("a folder");
    let target = rusqlite::Connection::open(case.path("out/crm.sqlite")).expect("a target");
    target.execute_batch(sql).expect("SQL");
}

pub fn with_account(case: Case, was: &str, now: &str) -> Case {
    let mapping = case.read("mappings/account.toml");
    assert!(mapping.contains(was), "{mapping}");
    case.file("mappings/account.toml", &mapping.replace(was, now))
}

pub fn counts(case: &Case, run: &str, entity: &str) -> Json {
    let summary: Json = serde_json::from_str(&case.read(&format!("out/runs/{run}/summary.json"))).expect("JSON");
    let counts = &summary["entities"][entity];
    json!([counts["loaded"], counts["matching"]["existing"]])
}

/// The verdicts of the accounts of a run, with their reasons.
fn accounts(case: &Case, run: &str) -> Vec<String> {
    let records = dump::staged(&case.path(&format!("out/runs/{run}/staged/account.parquet")));
    records.iter().map(|one| format!("{} {} {}", one.key.as_deref().unwrap_or("∅"), one.verdict, one.reason)).collect()
}

fn rows(case: &Case, sql: &str) -> Vec<String> {
    let rows = dump::query(&case.path("out/crm.sqlite"), sql).into_iter();
    rows.map(|row| row.into_iter().map(|cell| cell.unwrap_or("∅".into())).collect::<Vec<_>>().join(" | ")).collect()
}

const KEYS: &str = "select entity, legacy_key, target_key, inserted, merged from cutover_key order by 1, 2";

#[test]
fn a_decision_says_which_of_two_rows_is_meant_and_is_replayed() {
    let case = case();
    case.run(&["run", "--dry-run"]).exit(0);
    assert_eq!(accounts(&case, "0001")[3], "4 hold duplicate.ambiguous");
    let listed = case.read("out/runs/0001/review/account.csv");
    let decided = listed.replace(
        "\r\n,1.000,crm,4,firms.csv:5,target:account,A-5",
        "\r\nsame,1.000,crm,4,firms.csv:5,target:account,A-5",
    );
    let case = case.file("account.csv", &decided);
    case.run(&["fix", "account.csv", "--who", "ann"])
        .exit(0)
        .stdout("decisions taken: 1, into decisions/duplicates.csv\n");
    for run in ["0002", "0003"] {
        case.run(&["run"]).exit(0).stderr("");
        assert_eq!(accounts(&case, run)[3], "4 load existing:decision");
        assert!(!case.path(&format!("out/runs/{run}/review/account.csv")).exists());
        assert!(!case.path(&format!("out/runs/{run}/stale")).exists());
    }
    assert_eq!(rows(&case, "select account_id from contact where email = 'dee@delta.example'"), ["A-5"]);
    let existing = json!({ "rows": 6, "matched": 4, "changed": 0, "alike": 1 });
    let loaded = json!({ "inserted": 0, "linked": 0, "updated": 0, "unchanged": 5 });
    assert_eq!(counts(&case, "0003", "account"), json!([loaded, existing]));

    // The steward finds that the first one was no match: it gets a row of its own,
    // and what refers to it goes along. The row itself keeps what was filled in.
    let said = case.read("decisions/duplicates.csv");
    let case =
        case.file("decisions/duplicates.csv", &format!("{said}account,crm,1,target:account,A-1,different,ann,,\n"));
    for run in ["0004", "0005"] {
        case.run(&["run"]).exit(0).stderr("");
        assert_eq!(accounts(&case, run)[0], "1 load ");
    }
    let of_first = "select count(*) from contact c join cutover_key k on k.target_key = c.account_id
                    where k.legacy_key = '1' and k.entity = 'account' and k.inserted is not null";
    assert_eq!(rows(&case, of_first), ["1"]);
    assert_eq!(rows(&case, "select note from account where id = 'A-1'"), ["since 1998"]);
    assert_eq!(counts(&case, "0005", "account")[0]["unchanged"], 5);
}

#[test]
fn with_hold_a_person_decides_about_each_pair() {
    let case = with_account(case(), "\"fill\"", "\"hold\"");
    case.run(&["run"]).exit(0);
    let expected = [
        "1 hold duplicate.existing",
        "2 hold duplicate.existing",
        "3 hold duplicate.existing",
        "4 hold duplicate.ambiguous",
        "5 load ",
        "6 merge merge:email",
    ];
    assert_eq!(accounts(&case, "0001"), expected);
    let said = "entity,source_a,key_a,source_b,key_b,verdict\n\
                account,target:account,A-1,crm,1,same\naccount,crm,3,target:account,A-3,different\n";
    let case = case.file("decisions/duplicates.csv", said);
    case.run(&["run"]).exit(0).stderr("");
    let expected = [
        "1 load existing:decision",
        "2 hold duplicate.existing",
        "3 load ",
        "4 hold duplicate.ambiguous",
        "5 load ",
        "6 merge merge:email",
    ];
    assert_eq!(accounts(&case, "0002"), expected);
    // What somebody has typed in stays as it is.
    assert_eq!(rows(&case, "select * from account where id = 'A-1'"), ["A-1 | ACME | info@acme.example | ∅ |  | 0"]);
    assert_eq!(rows(&case, "select count(*) from account"), ["8"]);
}

#[test]
fn a_row_that_is_typed_in_beside_ours_is_told_and_left() {
    let case = case();
    case.run(&["run"]).exit(0);
    execute(
        &case,
        "insert into account values ('B-1', 'Epsilon', 'new@epsilon.example', null, null, 0),
                    ('B-2', 'ACME Inc.', 'info@acme.example', null, null, 0)",
    );
    let before = fs::read(case.path("out/crm.sqlite")).expect("the target");
    case.run(&["run"]).exit(0).stderr("");
    let loaded = json!({ "inserted": 0, "linked": 0, "updated": 0, "unchanged": 4 });
    let existing = json!({ "rows": 8, "matched": 3, "changed": 0, "alike": 3 });
    assert_eq!(counts(&case, "0002", "account"), json!([loaded, existing]));
    assert!(fs::read(case.path("out/crm.sqlite")).expect("the target") == before, "the target was written to");
    // Nobody can make them one here, and it is said who tried.
    let case = case.file(
        "decisions/duplicates.csv",
        "entity,source_a,key_a,source_b,key_b,verdict\naccount,crm,5,target:account,B-1,same\n",
    );
    case.run(&["run"]).exit(0).stderr("");
    let told = case.read("out/runs/0003/stale/duplicates.csv");
    let line = "account,crm,5,target:account,B-1,same,,,merge:decision,,decision.conflict";
    assert_eq!(told.lines().nth(1), Some(line));
    assert_eq!(counts(&case, "0003", "account")[0]["unchanged"], 4);
}

#[test]
fn a_second_run_finds_what_the_first_one_did_whatever_it_has_written() {
    // Number 7 is the same as number 2 by way of the row's phone, over which number
    // 2 writes its own.
    let case = with_account(case(), "\"fill\"", "\"update\"");
    let firms = case
        .read("firms.csv")
        .replace("2,Beta Ltd,office@beta.example,,", "2,Beta Ltd,office@beta.example,617-555-0199,");
    let case = case.file("firms.csv", &format!("{firms}7,Beta,,617-555-0141,,no\n"));
    let expected = ["2 load existing:email", "3 load existing:name+phone", "4 hold duplicate.ambiguous", "5 load "];
    for run in ["0001", "0002"] {
        case.run(&["run"]).exit(0).stderr("");
        let found = accounts(&case, run);
        if run == "0001" {
            assert_eq!(found[1..5], expected);
        }
        assert_eq!(found[6], "7 merge merge:name+phone");
    }
    // An empty value takes none away, and a restriction stays.
    let expected = [
        "A-1 | Acme Inc. | info@acme.example | +14135550123 | since 1998 | 0",
        "A-2 | Beta Ltd. | office@beta.example | +16175550199 | a good customer | 1",
    ];
    assert_eq!(rows(&case, "select * from account where id in ('A-1', 'A-2') order by id"), expected);
    let loaded = json!({ "inserted": 0, "linked": 0, "updated": 0, "unchanged": 4 });
    assert_eq!(counts(&case, "0002", "account")[0], loaded);
    let before = "select target_key, json_extract(before, '$.phone') from cutover_undo order by 1";
    assert_eq!(rows(&case, before), ["A-1 | ∅", "A-2 | 617 555 0141", "A-3 | (212) 555-0147"]);

    // A change in the source goes over the row, in one that was there before too.
    let firms = case.read("firms.csv").replace("since 1998", "since 1997");
    let case = case.file("firms.csv", &firms);
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(rows(&case, "select note from account where id = 'A-1'"), ["since 1997"]);
    assert_eq!(counts(&case, "0003", "account")[0]["updated"], 1);
}

#[test]
fn fields_that_go_together_are_filled_as_a_whole() {
    for (policy, of_third, of_second) in [
        ("fill", "(212) 555-0147 | ∅", "617 555 0141 | a good customer"),
        ("update", "+12125550147 | pays late", "617 555 0141 | a good customer"),
    ] {
        let together = format!("\"{policy}\"\nsurvive = {{ together = [[\"phone\", \"note\"]] }}");
        let case = with_account(case(), "\"fill\"", &together);
        for _ in 0..2 {
            case.run(&["run"]).exit(0).stderr("");
        }
        let found = rows(&case, "select phone, note from account where id in ('A-1', 'A-2', 'A-3') order by id");
        assert_eq!(found, ["+14135550123 | since 1998", of_second, of_third]);
        assert_eq!(counts(&case, "0002", "account")[0]["unchanged"], 4);
    }
}

#[test]
fn what_was_filled_once_is_not_written_over() {
    let case = case();
    case.run(&["run"]).exit(0);
    execute(&case, "update account set note = 'since 1997, as they say' where id = 'A-1'");
    let firms = case.read("firms.csv").replace("since 1998", "since 1999");
    let case = case.file("firms.csv", &firms);
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(rows(&case, "select note from account where id = 'A-1'"), ["since 1997, as they say"]);
    assert_eq!(counts(&case, "0002", "account")[0]["unchanged"], 4);
}

#[test]
fn a_row_that_was_taken_away_is_loaded_anew() {
    let case = case();
    case.run(&["run"]).exit(0);
    execute(&case, "delete from account where id = 'A-3'");
    case.run(&["run"]).exit(0).stderr("");
    let loaded = json!({ "inserted": 1, "linked": 0, "updated": 0, "unchanged": 3 });
    assert_eq!(counts(&case, "0002", "account")[0], loaded);
    assert_eq!(accounts(&case, "0002")[2], "3 load ");
    let third = "select inserted from cutover_key where entity = 'account' and legacy_key = '3'";
    assert_eq!(rows(&case, third), ["2"]);
}

#[test]
fn without_the_setting_linked_rows_are_not_written_over() {
    let case = case();
    case.run(&["run"]).exit(0);
    let case = with_account(case, "existing = \"fill\"\n", "");
    let expected = "\
error: sqlite:out/crm.sqlite: earlier runs linked records of `account` to rows
       that table `account` had before, and the mapping no longer says what
       becomes of these
  help: put `existing` back into `[duplicates]`; `link` leaves the rows as they
        are
";
    case.run(&["run"]).exit(3).stderr(expected);
    assert_eq!(rows(&case, "select name from account where id = 'A-1'"), ["ACME"]);
}

#[test]
fn legacy_keys_may_stand_in_rows_of_another_key() {
    let case = with_account(case(), "entity = \"account\"\n", "entity = \"account\"\nkey = \"legacy\"\n");
    execute(&case, "insert into account values ('5', 'Epsilon', 'other@epsilon.example', null, null, 0)");
    for _ in 0..2 {
        case.run(&["run"]).exit(0).stderr("");
    }
    let accounts = rows(&case, "select id, name, email from account where id not like 'A%'");
    // A row that has a record's own key is that record's.
    assert_eq!(accounts, ["5 | Epsilon Inc. | new@epsilon.example"]);
    assert_eq!(rows(&case, "select distinct account_id from contact order by 1"), ["∅", "5", "A-1", "A-6"]);
    let keys = rows(&case, &KEYS.replace("order by", "where entity = 'account' order by"));
    let expected = ["1 | A-1 | ∅ | 0", "2 | A-2 | ∅ | 0", "3 | A-3 | ∅ | 0", "5 | 5 | ∅ | 0", "6 | A-1 | ∅ | 1"];
    assert_eq!(keys, expected.map(|line| format!("account | {line}")));
    assert_eq!(counts(&case, "0002", "account")[0]["unchanged"], 4);
}

#[test]
fn nothing_is_matched_where_there_is_no_table_yet() {
    let case = made("create table other (id integer)");
    case.run(&["run"]).exit(0).stderr("");
    let existing = json!({ "rows": 0, "matched": 0, "changed": 0, "alike": 0 });
    assert_eq!(counts(&case, "0001", "account")[1], existing);
    case.run(&["run"]).exit(0).stderr("");
    assert_eq!(counts(&case, "0002", "account")[0]["unchanged"], 5);
}

#[test]
fn check_tells_what_can_find_no_row() {
    let case = case();
    let mapping = case.read("mappings/contact.toml");
    let mapping = mapping.replace(
        "match    = [[\"email\"]]\nfuzzy    = \"people\"\n",
        "match    = [[\"account_id\", \"family_name\"]]\n",
    );
    let case = case.file("mappings/contact.toml", &mapping);
    let ended = case.run(&["check"]).exit(2);
    assert!(ended.stderr.contains("config.no-effect"), "{}", ended.stderr);
    let said = "entity,source_a,key_a,source_b,key_b,verdict\ncontact,people,11,target:account,A-1,same\n";
    let case = with_account(case, "existing = \"fill\"", "existing = \"merge\"").file("decisions/duplicates.csv", said);
    let ended = case.run(&["check"]).exit(2);
    for what in ["config.unknown-word", "unknown source `target:account`"] {
        assert!(ended.stderr.contains(what), "{}", ended.stderr);
    }
}

#[test]
fn likeness_finds_rows_and_asks_where_it_is_not_sure() {
    let case = case();
    execute(
        &case,
        "insert into contact (id, given_name, family_name, phone, postcode, city) values
                    (13, 'Robert', 'Featherstone', '413 555 0162', '01002', 'Amherst'),
                    (15, 'Cyrus',  'Okafor',       null,           '01003', 'Hadley')",
    );
    let contacts = |case: &Case, run: &str| {
        let records = dump::staged(&case.path(&format!("out/runs/{run}/staged/contact.parquet")));
        records[..3].iter().map(|one| format!("{} {}", one.verdict, one.reason)).collect::<Vec<_>>()
    };
    case.run(&["run", "--dry-run"]).exit(0).stderr("");
    // Two rows that are alike, one that only may be the same.
    assert_eq!(contacts(&case, "0001"), ["load existing:email", "hold duplicate.ambiguous", "load "]);
    let listed = case.read("out/runs/0001/review/contact.csv");
    let pairs: Vec<String> =
        listed.lines().skip(1).map(|line| line.split(',').take(7).collect::<Vec<_>>().join(",")).collect();
    let expected = [
        ",0.997,people,12,people.csv:3,target:contact,13",
        ",0.994,people,12,people.csv:3,target:contact,12",
        ",0.882,people,13,people.csv:4,target:contact,15",
    ];
    assert_eq!(pairs, expected);
    let mapping = case.read("mappings/contact.toml").replace("\"people\"\n", "{ doubtful = \"hold\" }\n");
    let case = case.file("mappings/contact.toml", &mapping);
    case.run(&["run", "--dry-run"]).exit(0).stderr("");
    assert_eq!(contacts(&case, "0002")[2], "hold duplicate.review");
    let said = listed.replace("\r\n,0.994", "\r\nsame,0.994").replace("\r\n,0.882", "\r\nsame,0.882");
    let case = case.file("contact.csv", &said);
    case.run(&["fix", "contact.csv", "--who", "ann"]).exit(0);
    for run in ["0003", "0004"] {
        case.run(&["run"]).exit(0).stderr("");
        assert!(contacts(&case, run)[1..].iter().all(|one| one == "load existing:decision"), "{run}");
    }
    let found = rows(&case, "select legacy_key, target_key from cutover_key where entity = 'contact' order by 1");
    assert_eq!(found, ["11 | 7", "12 | 12", "13 | 15", "15 | 31"]);
}
