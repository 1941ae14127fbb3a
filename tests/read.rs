//! `cutover read` and `cutover profile` from the command line.

use std::process::Stdio;

use crate::harness::Case;

const CUSTOMERS: &str = "No,Name,Note\n00001,\"Berg, Ann\",\"said \"\"hi\"\"\"\n00002,Bob Li,\n00003,Cy,x,surplus\n";

/// How the file is read is said first.
const READ_AS: &str = "utf-8, delimiter `,`, quote `\"`, headings in row 1\n";

fn case() -> Case {
    Case::new().file("customers.csv", CUSTOMERS)
}

#[test]
fn csv_is_the_default() {
    let expected = "\
_row,_fault,_notes,No,Name,Note
customers.csv:2,,,00001,\"Berg, Ann\",\"said \"\"hi\"\"\"
customers.csv:3,,,00002,Bob Li,
customers.csv:4,csv.ragged,,00003,Cy,\"x,surplus\"
";
    case()
        .run(&["read", "customers.csv"])
        .exit(0)
        .stdout(expected)
        .stderr(&format!("{READ_AS}3 records, 1 with a fault\n"));
}

#[test]
fn ndjson_has_each_value_and_the_fault() {
    let expected = "\
{\"_row\":\"customers.csv:2\",\"No\":\"00001\",\"Name\":\"Berg, Ann\",\"Note\":\"said \\\"hi\\\"\"}
{\"_row\":\"customers.csv:3\",\"No\":\"00002\",\"Name\":\"Bob Li\",\"Note\":null}
{\"_row\":\"customers.csv:4\",\"No\":\"00003\",\"Name\":\"Cy\",\"Note\":\"x,surplus\",\"_fault\":\"csv.ragged\"}
";
    let ended = case().run(&["read", "customers.csv", "--format", "ndjson"]).exit(0);
    ended.stdout(expected).stderr(&format!("{READ_AS}3 records, 1 with a fault\n"));
}

#[test]
fn parquet_goes_into_a_pipe() {
    let case = case();
    let output = case.command(&["read", "customers.csv", "--format", "parquet"]).output().expect("runs");
    assert!(output.status.success());
    assert_eq!((output.stdout.get(..4), output.stdout.ends_with(b"PAR1")), (Some(b"PAR1".as_slice()), true));
    std::fs::write(case.path("c.parquet"), &output.stdout).expect("a file");
    assert_eq!(cutover::dataset::count(&case.path("c.parquet")).expect("a dataset"), 3);
}

#[test]
fn options_of_the_source_are_flags() {
    let case = Case::new().bytes("a.txt", b"title\nNo;Name\n1;J\x81rgen\n");
    let arguments = ["read", "a.txt", "--header", "2", "--delimiter", ";", "--encoding", "cp850", "--limit", "1"];
    case.run(&arguments)
        .exit(0)
        .stdout("_row,_fault,_notes,No,Name\na.txt:3,,,1,Jürgen\n")
        .stderr("cp850, delimiter `;`, quote `\"`, headings in row 2, line 1 left out\n1 record\n");
}

#[test]
fn a_wrong_option_is_told_as_in_the_pipeline() {
    let expected = "\
error[config.wrong-type]: expected a row, two rows, or `false`, found text
 --> command line:1:24
  |
1 | customers.csv --header two --sheet A
  |                        ^^^

error[config.other-kind]: `sheet` does not apply to `csv`
 --> command line:1:30
  |
1 | customers.csv --header two --sheet A
  |                              ^^^^^
  |
  = help: it is an option of `sheet`

2 faults
`cutover explain config.wrong-type` says more of a code
";
    case().run(&["read", "customers.csv", "--header", "two", "--sheet", "A"]).exit(2).stdout("").stderr(expected);
}

/// Only the source that is named must be sound: the other has no file, and there
/// is no target.
const PIPELINE: &str = "[source.customers]\npath = \"customers.csv\"\n[source.other]\npath = \"gone.csv\"\n";

#[test]
fn a_name_is_looked_up_in_the_pipeline() {
    let case = case().file("pipeline.toml", PIPELINE);
    case.run(&["read", "customers", "--limit", "0"]).exit(0).stdout("_row,_fault,_notes,No,Name,Note\n");
    case.run(&["read", "customers", "--header", "2", "--limit", "0"])
        .exit(0)
        .stdout("_row,_fault,_notes,00001,\"Berg, Ann\",\"said \"\"hi\"\"\"\n");
    let expected = "\
error: custmers: is neither a file nor a source of the pipeline
  help: did you mean `customers`?
1 place that cannot be read
";
    case.run(&["read", "custmers"]).exit(3).stdout("").stderr(expected);
    let expected = "\
error: gone.csv: no such file
  help: check the source's `path`
1 place that cannot be read
";
    case.run(&["read", "other"]).exit(3).stdout("").stderr(expected);
}

#[test]
fn passwords_are_not_printed() {
    let case = Case::new().env("LEGACY", "postgres://steward7:hunter22@127.0.0.1:1/crm");
    for place in ["postgres://steward7:hunter22@127.0.0.1:1/crm", "${LEGACY}"] {
        let ended = case.run(&["read", place, "--table", "a", "--header", "1"]).exit(2);
        assert!(!ended.stderr.contains("hunter22"), "{}", ended.stderr);
        let ended = case.run(&["read", place, "--table", "a"]).exit(3);
        assert!(!ended.stderr.contains("hunter22") && ended.stderr.contains("cannot be reached"), "{}", ended.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let many: String = (0..200_000).map(|number| format!("{number},x\n")).collect();
    let case = Case::new().file("many.csv", &format!("No,Name\n{many}"));
    let mut child =
        case.command(&["read", "many.csv"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("ends");
    assert_eq!((ended.status.code(), &*String::from_utf8_lossy(&ended.stderr)), (Some(0), READ_AS));
}

#[test]
fn formats_belong_to_their_commands() {
    let ended = case().run(&["check", "--format", "csv"]).exit(2);
    assert!(ended.stderr.contains("[possible values: text, json]"), "{}", ended.stderr);
    let ended = case().run(&["read", "customers.csv", "--format", "json"]).exit(2);
    assert!(ended.stderr.contains("[possible values: csv, ndjson, parquet]"), "{}", ended.stderr);
    case().run(&["--format", "json", "read", "customers.csv"]).exit(2).stdout("");
}

#[test]
fn a_profile_on_the_terminal() {
    let expected = "\
customers.csv
  3 records, 3 columns, 1 with a fault
  utf-8, delimiter `,`, quote `\"`, headings in row 1
  likely key: No

  No                                          ██████████   100% filled
    all different, length 5, from 1 to 3
    shapes 99999 100%
    ! 3: leading zeros, which a number would lose
      customers.csv:2, customers.csv:3, customers.csv:4

  Name                                        ██████████   100% filled
    likely person_name (67%), all different, length 2 to 9, mean 5.67
    shapes Aa 33%, Aa Aa 33%, Aa, Aa 33%

  Note                                        ███████░░░    67% filled
    all different, length 9
    shapes a \"a\" 50%, a,a 50%
";
    case().run(&["profile", "customers.csv"]).exit(0).stdout(expected).stderr("");
}

#[test]
fn a_profile_as_json_has_no_values() {
    let ended = case().run(&["profile", "customers.csv", "--format", "json"]).exit(0).stderr("");
    let profile: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let table = &profile["tables"][0];
    assert_eq!((table["records"].as_u64(), table["faults"].as_u64()), (Some(3), Some(1)));
    let name = &table["columns"][1];
    assert_eq!(name["fill"], serde_json::json!({ "records": 3, "null": 0, "blank": 0, "null_words": 0, "filled": 3 }));
    assert_eq!(name["unique"], "yes");
    assert_eq!(name["values"], serde_json::Value::Null);
    assert!(!ended.stdout.contains("Berg"), "{}", ended.stdout);
    let with = case().run(&["profile", "customers.csv", "--format", "json", "--values"]).exit(0);
    assert!(with.stdout.contains("Berg, Ann"), "{}", with.stdout);
}

#[test]
fn all_sources_of_a_pipeline_are_compared() {
    let numbers = |from: usize, to: usize| -> String { (from..to).map(|number| format!("{number:04},x\n")).collect() };
    let case = Case::new()
        .file("a.csv", &format!("Cust No,Kind\n{}", numbers(0, 40)))
        .file("b.csv", &format!("cust_no,Kind\n{}", numbers(10, 30)))
        .file("pipeline.toml", "[source.a]\npath = \"a.csv\"\n[source.b]\npath = \"b.csv\"\n");
    let ended = case.run(&["profile"]).exit(0).stderr("");
    assert!(ended.stdout.contains("\nlikely references\n  b.cust_no → a.Cust No (100%)\n"), "{}", ended.stdout);
    let ended = case.run(&["profile", "a.csv", "b.csv"]).exit(0).stderr("");
    assert!(ended.stdout.contains("\nlikely references\n  b.csv.cust_no → a.csv.Cust No (100%)\n"), "{}", ended.stdout);
    let ended = case.run(&["profile", "a.csv", "gone.csv"]).exit(3);
    assert!(ended.stderr.contains("gone.csv: no such file"), "{}", ended.stderr);
    case.run(&["profile", "--html", "p.html"]).exit(0).stdout("p.html\n").stderr("");
    assert!(case.read("p.html").contains("Likely references"));
    case.run(&["profile", "--header", "1"]).exit(3).stdout("");
}
