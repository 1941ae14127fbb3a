//! Decisions about duplicates: replayed by each run, whatever the order of the rows.

use std::collections::BTreeMap;

use crate::dump;
use crate::harness::Case;
use crate::steward::{case, summary, verdicts};

const PEOPLE: &str = "id,name,email,phone,note,no_mail,seen\n\
1,Ann Lee,a@lee.example,,,,2024-01-01\n\
2,Anne Lee,a@lee.example,,,,2024-01-02\n\
3,A. Lee,a@lee.example,,,,2024-01-03\n\
4,Bo Ray,bo@ray.example,,,,2024-01-04\n\
5,Bob Ray,bob@ray.example,,,,2024-01-05\n\
6,Cy Day,cy@day.example,,,,2024-01-06\n";

fn merged(case: &Case, run: &str) -> Vec<String> {
    let records = dump::staged(&case.path(&format!("out/runs/{run}/staged/person.parquet")));
    let names: BTreeMap<&str, &str> =
        records.iter().map(|record| (record.id.as_str(), record.key.as_deref().unwrap_or("∅"))).collect();
    let merged = records.iter().filter(|record| record.verdict == "merge");
    let mut lines: Vec<String> = merged
        .map(|record| {
            format!("{} into {} {}", names[record.id.as_str()], names[record.survivor.as_str()], record.reason)
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn decisions_are_replayed_whatever_the_order_of_the_rows() {
    let case = case().file("crm.csv", PEOPLE).file("shop.csv", "name,email\nIda Sun,ida@sun.example\n");
    case.run(&["run"]).exit(0);
    assert_eq!(merged(&case, "0001"), ["2 into 1 merge:email", "3 into 1 merge:email"]);
    // A review file, filled in: the pair 1 and 2 are two people, 4 and 5 are one.
    let case = case.file(
        "person.csv",
        "decision,probability,source_a,key_a,row_a,source_b,key_b,row_b\r\n\
         different,0.9,crm,1,,crm,2,\r\nSame,0.8,crm,5,,crm,4,\r\n,0.8,crm,5,,crm,6,\r\nperhaps,0.8,crm,4,,crm,6,\r\n",
    );
    let said = case.run(&["fix", "person.csv", "--who", "ann"]).exit(1);
    assert_eq!(
        said.stdout,
        "decisions taken: 2, into decisions/duplicates.csv\nnot taken\n  \
         person.csv:5: `decision` is neither `same` nor `different`\n"
    );
    assert_eq!(
        case.read("decisions/duplicates.csv"),
        "entity,source_a,key_a,source_b,key_b,verdict,who,when,why\n\
         person,crm,1,crm,2,different,ann,,\nperson,crm,5,crm,4,same,ann,,\n"
    );
    case.run(&["run"]).exit(0);
    // 3 is like both 1 and 2, which are kept apart: it stays with the first.
    assert_eq!(merged(&case, "0002"), ["3 into 1 merge:email", "5 into 4 merge:decision"]);
    let decisions = summary(&case, "0002")["steward"]["decisions"].clone();
    assert_eq!(decisions, serde_json::json!({ "same": 1, "different": 1, "stale": 0, "conflicts": 1 }));
    let told = case.read("out/runs/0002/stale/duplicates.csv");
    assert_eq!(told.lines().nth(1), Some("person,crm,2,crm,3,same,,,merge:email,,decision.conflict"));
    // What nobody has decided about is as it was.
    assert!(verdicts(&case, "0002").contains(&"crm 6: load  []".to_string()));

    let mut lines: Vec<&str> = PEOPLE.split_inclusive('\n').collect();
    let heading = lines.remove(0);
    lines.reverse();
    let case = case.file("crm.csv", &format!("{heading}8,New,new@x.example,,,,\n{}", lines.concat()));
    case.run(&["run"]).exit(0);
    assert_eq!(merged(&case, "0003"), ["2 into 3 merge:email", "4 into 5 merge:decision"]);
    let case = case.file("crm.csv", &PEOPLE.replace("5,Bob", "55,Bob"));
    case.run(&["run"]).exit(0);
    assert_eq!(summary(&case, "0004")["steward"]["decisions"]["stale"], 1);
    let told = case.read("out/runs/0004/stale/duplicates.csv");
    assert!(told.contains("decisions/duplicates.csv:3,decision.no-record"), "{told}");
}

#[test]
fn a_review_file_of_a_run_comes_back_with_its_decisions() {
    let case = Case::new().copy("tests/cases/likeness", ".");
    case.run(&["run"]).exit(0);
    let listed = case.read("out/runs/0001/review/person.csv");
    assert!(listed.starts_with("decision,probability,source_a,key_a,"), "{listed}");
    assert_eq!(listed.lines().count(), 4);
    let before = merged(&case, "0001");
    let case = case.file("person.csv", &listed.replace("\r\n,0.850,", "\r\nsame,0.850,"));
    case.run(&["fix", "person.csv", "--who", "ann"])
        .exit(0)
        .stdout("decisions taken: 1, into decisions/duplicates.csv\n");
    case.run(&["run"]).exit(0);
    assert_eq!(case.read("out/runs/0002/review/person.csv").lines().count(), 3);
    let after = merged(&case, "0002");
    let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    assert_eq!(new, ["f into 7 merge:decision"]);
    assert!(before.iter().all(|line| after.contains(line)), "{before:?} {after:?}");
    let decisions = summary(&case, "0002")["steward"]["decisions"].clone();
    assert_eq!(decisions, serde_json::json!({ "same": 1, "different": 0, "stale": 0, "conflicts": 0 }));
}
