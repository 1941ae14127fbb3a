//! The round trip: what a steward corrects and decides is replayed by each run.

use std::fs;

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::Workbook;
use serde_json::Value as Json;

use crate::dump;
use crate::harness::Case;

pub const PIPELINE: &str = r#"
version = 1
name = "steward"
as_of = 2026-01-31

[source.crm]
path = "crm.csv"
key = "id"

[source.shop]
path = "shop.csv"

[target]
url = "sqlite:out/crm.sqlite"
"#;

pub const MAPPING: &str = r#"
entity = "person"

[fields]
name    = { required = true }
email   = { standard = "email" }
phone   = { standard = "phone", country = "land", invalid = "hold" }
land    = {}
note    = {}
no_mail = { type = "boolean", consent = "opt_out" }
seen    = { type = "date" }

[from.crm.fields]
name    = "name"
email   = "email"
phone   = "phone"
land    = { value = "US" }
note    = "note"
no_mail = "no_mail"
seen    = "seen"

[from.shop.fields]
name  = "name"
email = "email"

[duplicates]
match  = [["email"]]
newest = "seen"

[duplicates.survive]
name = { order = "case _source when 'shop' then 0 else 1 end" }
note = "most_complete"
"#;

const CRM: &str = "id,name,email,phone,note,no_mail,seen\n\
1,Ann Lee,ann@lee.example,212 555 0101,=1+1,,2024-01-02\n\
2,Bo Ray,bo(at)ray.example,212 555 0102,'=2,,2024-01-03\n\
3,,cy@day.example,212 555 0103,+x,,2024-01-04\n\
4,Di Fox,di@fox.example,12,\"two\nlines\",,2024-01-05\n\
5,Ed Ost,ed@ost.example,212 555 0105,,,2024-01-06\n\
5,Flo Ray,flo@ray.example,212 555 0106,,,2024-01-07\n\
,Gus May,gus@may.example,212 555 0107,,,2024-01-08\n";

const SHOP: &str = "name,email\nHal Orr,hal@@orr.example\nIda Sun,ida@sun.example\n";

pub fn case() -> Case {
    Case::new()
        .file("pipeline.toml", PIPELINE)
        .file("mappings/person.toml", MAPPING)
        .file("crm.csv", CRM)
        .file("shop.csv", SHOP)
}

pub fn summary(case: &Case, run: &str) -> Json {
    serde_json::from_str(&case.read(&format!("out/runs/{run}/summary.json"))).expect("JSON")
}

/// The target's rows by the name of their key.
pub fn target(case: &Case) -> Vec<String> {
    let path = case.path("out/crm.sqlite");
    dump::text(&dump::sqlite(&path), &dump::key_names(&path)).lines().map(str::to_string).collect()
}

/// Verdicts by source and key; a record that has no key by its name of none.
pub fn verdicts(case: &Case, run: &str) -> Vec<String> {
    let records = dump::staged(&case.path(&format!("out/runs/{run}/staged/person.parquet")));
    let mut lines: Vec<String> = records
        .iter()
        .map(|record| {
            let key = record.key.as_deref().unwrap_or("∅");
            let key = if key.len() == 32 { "hash" } else { key };
            format!("{} {key}: {} {} [{}]", record.source, record.verdict, record.reason, record.repairs)
        })
        .collect();
    lines.sort();
    lines
}

/// Opens the workbook as a spreadsheet program does, changes cells, and saves it:
/// `edit` is given the headings and each row.
fn edit(case: &Case, from: &str, to: &str, change: impl Fn(&[String], &mut Vec<String>) -> bool) {
    let mut book: Xlsx<_> = open_workbook(case.path(from)).expect("a workbook");
    let mut saved = Workbook::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).expect("a sheet");
        let text = |cell: &Data| match cell {
            Data::Empty => String::new(),
            Data::String(text) => text.clone(),
            other => panic!("not a text: {other:?}"),
        };
        let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(text).collect()).collect();
        let sheet = saved.add_worksheet();
        sheet.set_name(&name).expect("a name");
        let mut written = 0;
        for (number, row) in rows.iter().enumerate() {
            let mut row = row.clone();
            if number > 0 && !change(&rows[0], &mut row) {
                continue;
            }
            for (column, cell) in row.iter().enumerate() {
                sheet.write_string(written, column as u16, cell).expect("a cell");
            }
            written += 1;
        }
    }
    saved.save(case.path(to)).expect("a workbook");
}

fn set(headings: &[String], row: &mut [String], column: &str, value: &str) {
    let place = headings.iter().position(|heading| heading == column).expect("a column");
    row[place] = value.to_string();
}

fn get<'r>(headings: &[String], row: &'r [String], column: &str) -> &'r str {
    &row[headings.iter().position(|heading| heading == column).expect("a column")]
}

/// What the steward does with the first run's rejects.
fn corrected(headings: &[String], row: &mut [String]) -> bool {
    match get(headings, row, "_row").to_string().as_str() {
        "crm.csv:3" => set(headings, row, "email", "bo@ray.example"),
        "crm.csv:4" => set(headings, row, "name", "Cy Day"),
        // The second customer 5, and the one without a number.
        "crm.csv:8" => set(headings, row, "id", "6"),
        "crm.csv:9" => set(headings, row, "id", "7"),
        "shop.csv:2" => set(headings, row, "email", "hal@orr.example"),
        _ => {}
    }
    true
}

const FIX: &[&str] = &["fix", "person.xlsx", "--who", "ann", "--when", "2026-02-01"];

#[test]
fn a_corrected_workbook_comes_back_and_the_rest_stays_as_it_was() {
    let case = case();
    case.run(&["run"]).exit(0);
    let (first, before) = (verdicts(&case, "0001"), target(&case));
    assert_eq!(
        first,
        [
            "crm 1: load  [phone]",
            "crm 2: reject email.invalid:email [phone]",
            "crm 3: reject required.missing:name [phone]",
            "crm 4: hold phone.invalid:phone []",
            "crm 5: load  [phone]",
            "crm 5: reject key.duplicate [phone]",
            "crm ∅: reject key.empty []",
            "shop hash: load  []",
            "shop hash: reject email.invalid:email []",
        ]
    );
    let rejects = case.read("out/runs/0001/rejects/person.csv");

    edit(&case, "out/runs/0001/rejects/person.xlsx", "person.xlsx", |headings, row| corrected(headings, row));
    case.run(FIX).exit(0).stdout("cells corrected: 5, of records: 5, into corrections/person.csv\n").stderr("");
    let written = case.read("corrections/person.csv");
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "source,key,column,was,now,who,when,why");
    assert_eq!(lines[1], "crm,2,email,bo(at)ray.example,bo@ray.example,ann,2026-02-01,");
    assert_eq!(lines[2], "crm,3,name,,Cy Day,ann,2026-02-01,");
    assert!(lines[3].starts_with("crm,content:") && lines[3].ends_with(",id,5,6,ann,2026-02-01,"), "{}", lines[3]);
    assert!(lines[4].starts_with("crm,content:") && lines[4].ends_with(",id,,7,ann,2026-02-01,"), "{}", lines[4]);
    assert_eq!(lines.len(), 6);
    // The same file again has nothing new.
    case.run(FIX).exit(0).stdout("nothing new in the file\ntaken before: 5\n");
    assert_eq!(case.read("corrections/person.csv"), written);

    case.run(&["run"]).exit(0);
    assert_eq!(
        verdicts(&case, "0002"),
        [
            "crm 1: load  [phone]",
            "crm 2: load  [steward:email;phone]",
            "crm 3: load  [steward:name;phone]",
            "crm 4: hold phone.invalid:phone []",
            "crm 5: load  [phone]",
            "crm 6: load  [steward:id;phone]",
            "crm 7: load  [steward:id;phone]",
            "shop hash: load  []",
            "shop hash: load  [steward:email]",
        ]
    );
    let steward = &summary(&case, "0002")["steward"];
    assert_eq!(steward["corrections"], serde_json::json!({ "applied": 5, "stale": 0 }));
    assert_eq!(summary(&case, "0002")["balanced"], true);
    // What nobody has touched is as it was, byte for byte.
    let after = target(&case);
    assert!(before.iter().all(|line| after.contains(line)), "{before:?}\n{after:?}");
    let left: Vec<&str> =
        rejects.split("\r\n").filter(|line| line.starts_with("_source") || line.contains("Di Fox")).collect();
    let second = case.read("out/runs/0002/rejects/person.csv");
    assert!(second.starts_with(&left.join("\r\n")), "{second}");
    assert_eq!(second.matches("\r\n").count(), 2);
    // And a third run is the second.
    case.run(&["run"]).exit(0);
    for file in ["staged/person.parquet", "rejects/person.csv", "rejects/person.xlsx"] {
        let of = |run: &str| fs::read(case.path(&format!("out/runs/{run}/{file}"))).expect("a file");
        assert!(of("0002") == of("0003"), "{file}");
    }
    assert_eq!(summary(&case, "0003")["entities"]["person"]["loaded"]["unchanged"], 8);
}

#[test]
fn corrections_outlive_a_new_extraction_with_other_rows_in_another_order() {
    let case = case();
    case.run(&["run"]).exit(0);
    edit(&case, "out/runs/0001/rejects/person.xlsx", "person.xlsx", |headings, row| corrected(headings, row));
    case.run(FIX).exit(0);
    case.run(&["run"]).exit(0);
    let mut lines: Vec<&str> = CRM.split_inclusive('\n').collect();
    let heading = lines.remove(0);
    // "two\nlines" is one record.
    let second = lines.remove(4);
    let both = format!("{}{second}", lines[3]);
    lines[3] = &both;
    lines.reverse();
    let text = format!("{heading}9,New One,new@one.example,212 555 0199,,,2024-02-01\n{}", lines.concat());
    let case =
        case.file("crm.csv", &text).file("shop.csv", "name,email\nIda Sun,ida@sun.example\nHal Orr,hal@@orr.example\n");
    case.run(&["run"]).exit(0);
    let mut expected = verdicts(&case, "0002");
    expected.push("crm 9: load  [phone]".into());
    expected.sort();
    assert_eq!(verdicts(&case, "0003"), expected);
    assert_eq!(summary(&case, "0003")["steward"]["corrections"]["stale"], 0);

    // The source has been mended in one place, changed in another, and lost a record.
    let text = text.replace("bo(at)ray.example", "bo@ray.example").replace("3,,cy@", "3,Cyril,cy@");
    let case = case.file("crm.csv", &text).file("shop.csv", "name,email\nIda Sun,ida@sun.example\n");
    case.run(&["run"]).exit(0);
    assert_eq!(summary(&case, "0004")["steward"]["corrections"], serde_json::json!({ "applied": 2, "stale": 3 }));
    let stale = case.read("out/runs/0004/stale/corrections.csv");
    let codes: Vec<&str> = stale.lines().map(|line| line.rsplit(',').next().unwrap_or_default()).collect();
    assert_eq!(codes, ["code", "correction.stale", "correction.stale", "correction.no-record"]);
}

#[test]
fn what_cannot_be_taken_is_told_with_its_place() {
    let case = case();
    case.run(&["run"]).exit(0);
    edit(&case, "out/runs/0001/rejects/person.xlsx", "person.xlsx", |headings, row| {
        match get(headings, row, "_row") {
            "crm.csv:3" => set(headings, row, "reasons", "looks fine to me"),
            "crm.csv:4" => set(headings, row, "_key", "33"),
            "crm.csv:5" => return false,
            "crm.csv:8" => row.push("what is this?".into()),
            _ => {}
        }
        true
    });
    let said = case.run(FIX).exit(1);
    assert_eq!(
        said.stdout,
        "nothing new in the file\nnot taken\n  \
         person.xlsx!crm:2: what stands in `_row`, `reasons`, `verdict` and `issues`\n    is not the source's\n  \
         person.xlsx!crm:3: the source has no record with this `_key` any more\n  \
         person.xlsx!crm:4: `column 15` is no column of the source (1 cell)\n\
         of run 0001, not in the file and left as they are: 1\n"
    );
    case.run(&["fix", "nowhere.xlsx", "--who", "ann"])
        .exit(2)
        .stderr("error: the pipeline has no entity `nowhere`\n  help: say with `--entity NAME` which of `person` the file is about\n");
    case.run(&["fix", "person.xlsx"]).exit(2);
}

#[test]
fn the_csv_file_comes_back_too_with_formulas_as_they_were() {
    let case = case();
    case.run(&["run"]).exit(0);
    let text = case.read("out/runs/0001/rejects/person.csv");
    assert!(text.contains(",''=2,") && text.contains(",'+x,"), "{text}");
    // As a spreadsheet program of the continent saves it.
    let text = text.replace(',', ";").replace("bo(at)ray.example", "bo@ray.example").replace("'+x", "'=3+4");
    let case = case.file("fixed.csv", &format!("\u{feff}{text}"));
    case.run(&["fix", "fixed.csv", "--entity", "person", "--who", "bo", "--why", "=asked"]).exit(0);
    assert_eq!(
        case.read("corrections/person.csv"),
        "source,key,column,was,now,who,when,why\n\
         crm,2,email,bo(at)ray.example,bo@ray.example,bo,,'=asked\n\
         crm,3,note,'+x,'=3+4,bo,,'=asked\n"
    );
    let case = case.file("corrections/by-hand.csv", "source,key,column,was,now\ncrm,3,name,,Cy\n");
    case.run(&["run"]).exit(0);
    let rows = target(&case).join("\n");
    assert!(rows.contains("Cy | cy@day.example | +12125550103 | US | =3+4"), "{rows}");
}

#[test]
fn names_that_lead_nowhere_are_faults_with_their_line_and_no_value() {
    let case = case()
        .file("corrections/a.csv", "source,key,column,was,now\ncrm,2,emial,secret,secret\ncrn,2,email,secret,secret\n")
        .file("corrections/b.csv", "source,key,column,was\ncrm,2,email,x\n")
        .file("decisions/duplicates.csv", "entity,source_a,key_a,source_b,key_b,verdict\nperson,crm,1,crm,2,sane\n");
    let said = case.run(&["check"]).exit(2);
    for part in [
        "corrections/a.csv:2:1",
        "unknown column `emial`",
        "corrections/a.csv:3:1",
        "did you mean `crm`?",
        "corrections/b.csv:1:1",
        "the heading has no `now`",
        "decisions/duplicates.csv:2:1",
        "unknown verdict `sane`",
    ] {
        assert!(said.stderr.contains(part), "{part}\n{}", said.stderr);
    }
    assert!(!said.stderr.contains("secret"), "{}", said.stderr);
}
