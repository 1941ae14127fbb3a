//! Consent: no run may lose one. And where each surviving value came from.

use std::fs::File;

use arrow::array::AsArray;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::database::Database;
use crate::harness::Case;
use crate::steward::{MAPPING, PIPELINE, case, summary, target as rows};

#[test]
fn an_opt_out_in_postgres_is_not_taken_back() {
    let Some(database) = Database::new("consent") else { return };
    let mapping = MAPPING.replace("note    = {}", "note    = { type = \"boolean\", consent = \"opt_in\" }");
    let mapping = mapping.replace("note = \"most_complete\"", "");
    let text = "id,name,email,phone,note,no_mail,seen\n1,Ann,ann@x.example,,yes,no,\n2,Bo,bo@x.example,,yes,no,\n";
    let case = case()
        .file("pipeline.toml", &PIPELINE.replace("sqlite:out/crm.sqlite", "${CRM_DATABASE_URL}"))
        .file("mappings/person.toml", &mapping)
        .file("crm.csv", text)
        .file("shop.csv", "name,email\nIda Sun,ida@sun.example\n")
        .env("CRM_DATABASE_URL", &database.url);
    case.run(&["run"]).exit(0);
    case.run(&["run"]).exit(0);
    database.execute(
        "update person set no_mail = true where name = 'Bo'; update person set note = false where name = 'Ann'",
    );
    case.run(&["run"]).exit(1);
    let failures = summary(&case, "0003")["failures"].to_string();
    assert!(failures.contains("`note` of 1 record would vanish (crm 1)"), "{failures}");
    assert!(failures.contains("`no_mail` of 1 record would vanish (crm 2)"), "{failures}");
    let rows = database.query("select name, no_mail, note from person where name in ('Ann', 'Bo') order by 1");
    let cell = |text: &str| Some(text.to_string());
    assert_eq!(rows, [[cell("Ann"), cell("f"), cell("f")], [cell("Bo"), cell("t"), cell("t")]]);
    let case = case.file("crm.csv", &text.replace("yes,no,\n2", "no,no,\n2").replace("yes,no,\n", "yes,yes,\n"));
    case.run(&["run"]).exit(0);
}

/// The lineage of a run: survivor's field and the record that it came from.
fn lineage(case: &Case, run: &str) -> Vec<String> {
    let file = File::open(case.path(&format!("out/runs/{run}/lineage/person.parquet"))).expect("a lineage");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("Parquet");
    let mut lines = Vec::new();
    for batch in reader {
        let batch = batch.expect("a batch");
        let text = |column: usize, row: usize| batch.column(column).as_string::<i32>().value(row).to_string();
        lines.extend((0..batch.num_rows()).map(|row| format!("{} {}", text(1, row), text(3, row))));
    }
    lines
}

#[test]
fn each_value_says_where_it_came_from_and_the_most_restrictive_consent_lives_on() {
    let case = case()
        .file(
            "crm.csv",
            "id,name,email,phone,note,no_mail,seen\n\
             1,Ann,ann@x.example,,short,no,2024-01-01\n2,Annie,ann@x.example,212 555 0101,much longer,yes,\n",
        )
        .file("shop.csv", "name,email\nAnn Lee,ann@x.example\n");
    case.run(&["run"]).exit(0);
    let rows = rows(&case).join("\n");
    assert!(rows.contains("Ann Lee | ann@x.example | +12125550101 | US | much longer | 1 | 2024-01-01"), "{rows}");
    assert_eq!(
        lineage(&case, "0001"),
        [
            "name shop.csv:2",
            "email crm.csv:2",
            "phone crm.csv:3",
            "land crm.csv:2",
            "note crm.csv:3",
            "no_mail crm.csv:3",
            "seen crm.csv:2"
        ]
    );
}

#[test]
fn a_run_in_which_an_opt_out_would_vanish_is_not_loaded() {
    let text = "id,name,email,phone,note,no_mail,seen\n1,Ann,ann@x.example,,,no,\n2,Bo,bo@x.example,,,no,\n";
    let case = case().file("crm.csv", text).file("shop.csv", "name,email\nIda Sun,ida@sun.example\n");
    case.run(&["run"]).exit(0);
    // Bo has opted out in the new system since.
    let target = rusqlite::Connection::open(case.path("out/crm.sqlite")).expect("a target");
    target.execute("update person set no_mail = 1 where name = 'Bo'", []).expect("an update");
    drop(target);
    let said = case.run(&["run"]).exit(1);
    let failure = "person: the consent `no_mail` of 1 record would vanish (crm 2); `consent.csv` in the run's folder has each with the reason";
    assert_eq!(summary(&case, "0002")["failures"], serde_json::json!([failure]));
    assert_eq!(summary(&case, "0002")["loaded"], false);
    assert!(said.stdout.contains("nothing was loaded"), "{}", said.stdout);
    assert!(rows(&case).iter().any(|line| line.contains("Bo | bo@x.example | ∅ | US | ∅ | 1 |")));
    let told = case.read("out/runs/0002/consent.csv");
    assert!(told.contains("person,no_mail,crm,2,crm.csv:3,crm,2,the target has it"), "{told}");

    // A rejected record has an opt-out, and its twin would be loaded without.
    let text = "id,name,email,phone,note,no_mail,seen\n1,Ann,ann@x.example,,,no,\n2,Bo,bo@x.example,,,yes,\n3,,ann@x.example,,,yes,\n";
    let case = case.file("crm.csv", text);
    case.run(&["run"]).exit(1);
    let told = case.read("out/runs/0003/consent.csv");
    assert!(told.contains("person,no_mail,crm,3,crm.csv:4,crm,1,it is not loaded"), "{told}");
    // Without that it goes through, and Bo's opt-out is in the source now.
    let case = case.file("crm.csv", &text.replace("3,,ann@x", "3,,an@x"));
    case.run(&["run"]).exit(0);
}

#[test]
fn a_mapping_that_could_lose_a_consent_is_a_fault() {
    let mapping = MAPPING
        .replace("consent = \"opt_out\" }", "consent = \"opt_out\", invalid = \"null\" }")
        .replace("note = \"most_complete\"", "no_mail = \"newest\"\ntogether = [[\"no_mail\", \"note\"]]")
        .replace("note    = {}", "note    = { consent = \"opt_in\" }");
    let said = case().file("mappings/person.toml", &mapping).run(&["check"]).exit(2);
    for part in [
        "`invalid` would lose a consent that cannot be read",
        "the most restrictive consent holds, so the rule of `no_mail` is `any`",
        "`no_mail` is a consent, which follows its own rule",
        "`consent` is for flags, and the field is text",
    ] {
        assert!(said.stderr.contains(part), "{part}\n{}", said.stderr);
    }
}
