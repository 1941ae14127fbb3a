//! `cutover test`, and what is wrong with rules, lifecycle and tests.

use crate::harness::Case;

fn case() -> Case {
    Case::new().copy("tests/cases/lifecycle", ".")
}

const FIRM: &str = r#"
[[test]]
name   = "an old firm goes"
record = { name = "Ash Inc", closed = "2001-01-01" }
given  = { people = 2, open_deals = 1 }
expect = { verdict = "load", fields = { name = "Ash inc", closed = 2001-01-01, country = "US" }, issues = [] }

[[test]]
name   = "open deals want a face"
record = { name = "Elm Ltd" }
given  = { open_deals = 1, last_deal = 2026-01-01 }
expect = { verdict = "hold", issues = ["rule.broken:known_face"], fields = { status = "active", closed = "" } }

[[test]]
name   = "a firm of the source"
key    = "zz"
expect = { verdict = "load" }
"#;

#[test]
fn what_is_not_as_expected_is_shown() {
    let expected = r#"mappings/firm.test.toml
  FAIL  an old firm goes
        name     expected  "Ash inc"
                 got       "Ash Inc"
        country  expected  "US"
                 got       nothing
        verdict  expected  load
                 got       archive (cutoff)
        issues   expected  nothing
                 got       lifecycle.applies:gone, rule.broken:dealt_with
  ok    open deals want a face
  FAIL  a firm of the source
        record  expected  a record of that key in the source
                got       nothing

mappings/person.test.toml
  ok    who left is inactive, and the reason is kept
  ok    another country than the firm's is none
  ok    who died waits for a person

6 tests, 2 failed
"#;
    let case = case().file("mappings/firm.test.toml", FIRM);
    case.run(&["test"]).exit(1).stdout(expected).stderr("");
    assert!(!case.path("out/crm.sqlite").exists());
}

#[test]
fn tests_of_one_entity_as_json() {
    let expected = r#"{
  "failed": 0,
  "passed": 3,
  "tests": [
    {
      "differences": [],
      "entity": "person",
      "file": "mappings/person.test.toml",
      "name": "who left is inactive, and the reason is kept",
      "passed": true
    },
    {
      "differences": [],
      "entity": "person",
      "file": "mappings/person.test.toml",
      "name": "another country than the firm's is none",
      "passed": true
    },
    {
      "differences": [],
      "entity": "person",
      "file": "mappings/person.test.toml",
      "name": "who died waits for a person",
      "passed": true
    }
  ]
}
"#;
    case().file("mappings/firm.test.toml", FIRM).run(&["test", "person", "--format", "json"]).exit(0).stdout(expected);
    let expected = "error: there is no entity `persn`; the pipeline has firm, deal, person\n";
    case().run(&["test", "persn"]).exit(2).stdout("").stderr(expected);
}

#[test]
fn names_in_tests_are_checked() {
    let wrong = r#"[[test]]
name   = "all wrong"
record = { nam = "x" }
given  = { peple = 2 }
expect = { verdict = "lode", fields = { state = "open" }, issues = ["rule.broken:known", "phone.invlid"] }
"#;
    let case = case().file("mappings/firm.test.toml", wrong);
    let found = case.run(&["test"]).exit(2).stdout("");
    let places: Vec<&str> =
        found.stderr.lines().filter(|line| line.starts_with("error") || line.contains("-->")).collect();
    assert_eq!(
        places,
        [
            "error[config.unknown-column]: source `firms` has no column `nam`",
            " --> mappings/firm.test.toml:3:12",
            "error[config.unknown-field]: no rule of `firm` looks at `peple`",
            " --> mappings/firm.test.toml:4:12",
            "error[config.unknown-word]: unknown word `lode`",
            " --> mappings/firm.test.toml:5:22",
            "error[config.unknown-field]: unknown field `state`",
            " --> mappings/firm.test.toml:5:41",
            "error[config.unknown-field]: the mapping has no rule `known`",
            " --> mappings/firm.test.toml:5:69",
            "error[config.unknown-word]: unknown code `phone.invlid`",
            " --> mappings/firm.test.toml:5:90",
        ]
    );
}

#[test]
fn names_in_rules_and_lifecycle_are_checked() {
    let case = case();
    let mapping = case.read("mappings/person.toml");
    let broken = mapping
        .replace("country = firm.country", "country = firm.contry")
        .replace("null = [\"country\", \"fax\"]", "null = [\"name\", \"firm\", \"fx\"]")
        .replace("set          = { status = \"inactive\" }", "set          = { status = \"gone\", score = \"x\" }")
        .replace("reason_field = \"because\"\nreason ", "reason_field = \"score\"\nreason ")
        .replace("then = \"exclude\"", "then = \"deactivate\"");
    let firm = case.read("mappings/firm.toml");
    let wrong = firm.replace("of = \"person\" }", "of = \"persn\" }").replace("latest = \"day\"", "latest = \"stage\"");
    let case = case.file("mappings/person.toml", &broken).file("mappings/firm.toml", &wrong);
    let found = case.run(&["check"]).exit(2).stdout("");
    let said: Vec<&str> = found.stderr.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        said,
        [
            "error[config.unknown-entity]: unknown entity `persn`",
            "error[config.type-conflict]: `stage` is not a date",
            "error[expression.unknown-column]: unknown column `people`",
            "error[expression.unknown-column]: unknown column `last_deal`",
            "error[expression.unknown-column]: unknown column `last_deal`",
            "error[expression.unknown-column]: unknown column `firm.contry`",
            "error[config.policy]: `name` is required, and cannot become null by a rule",
            "error[config.policy]: `firm` is a reference, and cannot become null by a rule",
            "error[config.unknown-field]: unknown field `fx`",
            "error[config.not-in-list]: `status` does not take this value",
            "error[config.wrong-value]: expected a value of the field's type, integer",
            "error[config.type-conflict]: `score` is not text, and keeps no reason",
            "error[config.wrong-value]: expected a value of the field's type, integer",
            "error[config.missing-key]: `deactivate` needs to know how",
        ]
    );
}
