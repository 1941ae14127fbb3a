//! The command line itself: what is said of words that it does not know.

use crate::harness::Case;

#[test]
fn the_version_is_the_packages() {
    Case::new().run(&["--version"]).exit(0).stdout(concat!("cutover ", env!("CARGO_PKG_VERSION"), "\n")).stderr("");
}

#[test]
fn a_code_is_explained() {
    let expected = "\
config.unknown-source

The pipeline has no source of that name, or one that does not feed the entity.

A mapping reads what `pipeline.toml` names.

Example:
  [from.custmers.fields]

What to do:
  Write the name that stands in `[source.NAME]`.
";
    Case::new().run(&["explain", "config.unknown-source"]).exit(0).stdout(expected).stderr("");
}

#[test]
fn an_unknown_code_has_a_nearest() {
    let expected = "\
error: there is no code `config.unknown-sorce`
  help: did you mean `config.unknown-source`?
";
    Case::new().run(&["explain", "config.unknown-sorce"]).exit(2).stdout("").stderr(expected);
}

#[test]
fn all_codes_are_listed_in_lines_of_80_columns() {
    let listed = Case::new().run(&["explain"]).exit(0).stderr("").stdout;
    assert!(listed.lines().all(|line| line.chars().count() <= 80), "{listed}");
    assert_eq!(listed.lines().count(), cutover::codes::all().len());
}

#[test]
fn the_schemas_know_the_keys_and_the_options_of_kinds_and_standards() {
    let schema = |of: &str| -> serde_json::Value {
        serde_json::from_str(&Case::new().run(&["schema", of]).exit(0).stderr("").stdout).expect("JSON")
    };
    let pipeline = schema("pipeline");
    assert_eq!(pipeline["properties"]["as_of"]["format"], "date");
    let source = &pipeline["properties"]["source"]["additionalProperties"]["properties"];
    assert!(source["path"].is_object() && source["sheet"].is_object() && source["query"].is_object(), "{source}");
    let mapping = schema("mapping");
    let field = &mapping["properties"]["fields"]["additionalProperties"]["properties"];
    assert!(field["required"].is_object() && field["formats"].is_object(), "{field}");
    assert!(field["standard"]["enum"].as_array().is_some_and(|names| names.contains(&"phone".into())), "{field}");
}

#[test]
fn completions_name_the_commands() {
    let script = Case::new().run(&["completions", "bash"]).exit(0).stderr("").stdout;
    assert!(script.contains("explain") && script.contains("--dry-run"));
}

#[test]
fn a_wrong_command_line_is_exit_2() {
    let expected = "\
error: unrecognized subcommand 'chck'

  tip: a similar subcommand exists: 'check'

Usage: cutover [OPTIONS] <COMMAND>

For more information, try '--help'.
";
    Case::new().run(&["chck"]).exit(2).stdout("").stderr(expected);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let case = Case::new();
    let mut child = case.command(&["explain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned()), (Some(0), String::new()));
}

#[test]
fn verbose_says_what_each_step_did() {
    let case = Case::new()
        .file("customers.csv", "No,Name\n1,Ann\n2,Bob\n")
        .file(
            "pipeline.toml",
            "version = 1\nname = \"a\"\nas_of = 2026-01-01\n[source.customers]\npath = \"customers.csv\"\nkey = \"No\"\n\
             [target]\nurl = \"sqlite:crm.sqlite\"\n",
        )
        .file("mappings/contact.toml", "entity = \"contact\"\n[fields]\nname = {}\n[from.customers.fields]\nname = \"Name\"\n");
    assert_eq!(case.run(&["run"]).exit(0).stderr, "");
    let said = case.run(&["run", "-v"]).exit(0).stderr;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "  customers.csv: utf-8, delimiter `,`, quote `\"`, headings in row 1");
    assert_eq!(lines[1], "  customers: 2 records, as in the last run");
    assert!(lines[2].starts_with("reading customers ") && lines[2].ends_with(" s"), "{said}");
}

/// `cutover clean` with these arguments and lines of standard input.
fn cleaned(arguments: &[&str], lines: &str) -> crate::harness::Ended {
    use std::io::Write;
    use std::process::Stdio;
    let case = Case::new();
    let arguments = [&["clean"], arguments].concat();
    let mut command = case.command(&arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    // A command that ends early does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(lines.as_bytes());
    case.ended(&child.wait_with_output().expect("ends"), &arguments)
}

#[test]
fn clean_tries_a_standard() {
    let expected = "030 / 901820\t+4930901820\t\n\t\t\njo\t\tphone.invalid\n\
                    030 901820; 030 901821\t+4930901820\tphone.several\na\\tb\\\\\t\tphone.invalid\n";
    let lines = "030 / 901820\r\n\njo\n030 901820; 030 901821\na\tb\\";
    cleaned(&["phone", "--country", "de"], lines).exit(0).stdout(expected).stderr("");
    let expected = "{\"value\":\"Jo@Gmial.com\",\"clean\":\"jo@gmial.com\",\"code\":\"email.typo-domain\"}\n\
                    {\"value\":\"none\",\"clean\":null,\"code\":\"email.invalid\"}\n";
    cleaned(&["email", "--format", "json"], "Jo@Gmial.com\nnone\n").exit(0).stdout(expected).stderr("");
    cleaned(&["date", "--order", "dmy", "--serial", "excel"], "03/04/2019\n43528\n")
        .exit(0)
        .stdout("03/04/2019\t2019-04-03\t\n43528\t2019-03-04\t\n")
        .stderr("");
}

#[test]
fn clean_tells_wrong_words() {
    let unknown = "error: there is no standard `phon`\n  help: did you mean `phone`?\n";
    cleaned(&["phon"], "").exit(2).stdout("").stderr(unknown);
    let country = "error: `UK` is no country\n  help: two letters of ISO 3166, such as `US` or `GB`\n";
    cleaned(&["phone", "--country", "uk"], "").exit(2).stdout("").stderr(country);
    let option = cleaned(&["phone", "--extension", "keeep"], "").exit(2).stdout("").stderr;
    assert!(option.contains("unknown word `keeep`") && option.contains("did you mean `keep`?"), "{option}");
    let other = cleaned(&["phone", "--order", "dmy"], "").exit(2).stdout("").stderr;
    assert!(other.contains("unknown key `order`"), "{other}");
}

#[test]
fn a_column_says_the_order_of_its_dates_and_remarks_cost_nothing() {
    let case = Case::new()
        .file(
            "c.csv",
            "No,Made,Mail\n1,03/04/2019,jo@gmial.com\n2,13/04/2019,ann@example.com\n3,9999-12-31,x@a.example\n",
        )
        .file(
            "pipeline.toml",
            "version = 1\nname = \"a\"\nas_of = 2026-01-01\n[source.c]\npath = \"c.csv\"\nkey = \"No\"\n\
             [target]\nurl = \"sqlite:crm.sqlite\"\n",
        )
        .file(
            "mappings/contact.toml",
            "entity = \"contact\"\n[fields]\nmade = { standard = \"date\", order = \"evidence\" }\n\
             mail = { standard = \"email\" }\n[from.c.fields]\nmade = \"Made\"\nmail = \"Mail\"\n",
        );
    let summary: serde_json::Value =
        serde_json::from_str(&case.run(&["run", "--format", "json"]).exit(0).stdout).expect("JSON");
    assert_eq!(summary["learned"], serde_json::json!(["contact from c.made: dmy by 1 of 1 decidable value"]));
    let contact = &summary["entities"]["contact"];
    assert_eq!(contact["issues"], serde_json::json!({ "date.sentinel": 1, "email.typo-domain": 1 }));
    assert_eq!(contact["load"], 3);
    let rows = rusqlite::Connection::open(case.path("crm.sqlite")).expect("opens");
    let made: String = rows
        .query_row("select group_concat(made) from (select made from contact order by mail)", [], |row| row.get(0))
        .expect("rows");
    assert_eq!(made, "2019-04-13,2019-04-03,9999-12-31");
}
