//! `cutover check`: what it says of a configuration, right or wrong.

use crate::harness::Case;

const CUSTOMERS: &str = "Cust No,Type,First Name,Last Name,Company,Phone,Memo1\n1,C,Ann,Lee,Acme,1,x\n";

/// Three files with fourteen mistakes.
fn mistaken() -> Case {
    Case::new()
        .file("customers.csv", CUSTOMERS)
        .file("pipeline.toml", PIPELINE)
        .file("mappings/account.toml", ACCOUNT)
        .file("mappings/contact.toml", CONTACT)
        .file("mappings/lists/status.csv", "Old,New\nA,active\nF,former\n")
}

const PIPELINE: &str = r##"version = 1
name    = "acme"
as_of   = 2026-06-30

[defaults]
contry = "US"
nulls  = ["", "N/A"]

[source.customers]
path  = "customers.csv"
sheet = "Customers"
key   = "Cust No"

[source.orders]
url   = "${LEGACY_DATABASE_URL}"
query = "select * from orders"

[target]
url = "sqlite:out/crm.sqlite"
"##;

const ACCOUNT: &str = r##"entity = "account"

[fields]
name   = { standard = "compny", required = true }
phone  = { standard = "phone", requird = true }
status = { values = "lists/status.csv" }

[from.customers.fields]
name   = "Company"
phone  = "Fone"
status = { value = "actve" }
"##;

const CONTACT: &str = r##"entity = "contact"

[fields]
first_name = { standard = "given_name" }
last_name  = { standard = "family_name", required = true }
account_id = { references = "acount", missing = "hold" }
last_touch = { type = "date" }

[from.customers]
where = "Type = 'C' and"

[from.customers.fields]
first_name = "uper(\"First Name\")"
last_nam   = "Last Name"
account_id = "Cust No"

[duplicates]
match   = [["last_name"]]
survive = { default = "newst" }

[archive]
cutoff = { field = "last_name", older_than = "3 yeers" }
"##;

const FAULTS: &str = r##"error[config.unknown-standard]: unknown standard `compny`
 --> mappings/account.toml:4:23
  |
4 | name   = { standard = "compny", required = true }
  |                       ^^^^^^^^
  |
  = help: did you mean `company`?

error[config.unknown-key]: unknown key `requird`
 --> mappings/account.toml:5:32
  |
5 | phone  = { standard = "phone", requird = true }
  |                                ^^^^^^^
  |
  = help: did you mean `required`?

error[expression.unknown-column]: unknown column `Fone`
  --> mappings/account.toml:10:11
   |
10 | phone  = "Fone"
   |           ^^^^
   |
   = help: did you mean `Phone`?

error[config.not-in-list]: the value list has no such value
  --> mappings/account.toml:11:20
   |
11 | status = { value = "actve" }
   |                    ^^^^^^^
   |
   = help: did you mean `active`?

error[config.unknown-entity]: unknown entity `acount`
 --> mappings/contact.toml:6:29
  |
6 | account_id = { references = "acount", missing = "hold" }
  |                             ^^^^^^^^
  |
  = help: did you mean `account`?

error[expression.syntax]: expected an expression, found its end
  --> mappings/contact.toml:10:9
   |
10 | where = "Type = 'C' and"
   |         ^^^^^^^^^^^^^^^^

error[expression.unknown-function]: unknown function `uper`
  --> mappings/contact.toml:13:14
   |
13 | first_name = "uper(\"First Name\")"
   |              ^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `upper`?

error[config.unknown-field]: unknown field `last_nam`
  --> mappings/contact.toml:14:1
   |
14 | last_nam   = "Last Name"
   | ^^^^^^^^
   |
   = help: did you mean `last_name`?

error[config.unknown-word]: unknown word `newst`
  --> mappings/contact.toml:19:23
   |
19 | survive = { default = "newst" }
   |                       ^^^^^^^ did you mean `newest`?
   |
   = help: one of `first`, `newest`, `oldest`, `most_complete`, `most_frequent`, `any`, `all`, `min`, `max`

error[config.wrong-value]: expected a length of time such as "3 years", "18 months" or "90 days"
  --> mappings/contact.toml:22:46
   |
22 | cutoff = { field = "last_name", older_than = "3 yeers" }
   |                                              ^^^^^^^^^

error[config.unknown-key]: unknown key `contry`
 --> pipeline.toml:6:1
  |
6 | contry = "US"
  | ^^^^^^
  |
  = help: did you mean `country`?

error[config.other-kind]: `sheet` does not apply to `csv`
  --> pipeline.toml:11:1
   |
11 | sheet = "Customers"
   | ^^^^^
   |
   = help: it is an option of `sheet`

error[config.missing-variable]: the environment has no variable `LEGACY_DATABASE_URL`
  --> pipeline.toml:15:9
   |
15 | url   = "${LEGACY_DATABASE_URL}"
   |         ^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: set it, as in `export LEGACY_DATABASE_URL=…`; a `${` meant as such is written `$${`

13 faults
`cutover explain config.unknown-standard` says more of a code
"##;

#[test]
fn every_fault_of_every_file_is_shown_at_once() {
    mistaken().run(&["check"]).exit(2).stdout("").stderr(FAULTS);
}

#[test]
fn faults_as_json_have_lines_and_columns() {
    let ended = mistaken().run(&["check", "--format", "json"]).exit(2).stderr("");
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(json["faults"].as_array().map(Vec::len), Some(FAULTS.matches("error[").count()));
    let expected = serde_json::json!({
        "code": "config.unknown-standard", "message": "unknown standard `compny`", "file": "mappings/account.toml",
        "line": 4, "column": 23, "label": "", "help": "did you mean `company`?",
    });
    assert_eq!(json["faults"][0], expected);
}

const GOOD_PIPELINE: &str = r##"version = 1
name    = "acme"
as_of   = 2026-06-30

[source.customers]
path = "customers.csv"
key  = "Cust No"

[target]
url = "sqlite:out/crm.sqlite"
"##;

const GOOD_CONTACT: &str = r##"entity = "contact"

[fields]
first_name = { standard = "given_name" }
last_name  = { standard = "family_name", required = true }
phone      = { standard = "phone" }
status     = { one_of = ["active", "former"] }
notes      = { type = "text(2000)", too_long = "truncate" }

[from.customers]
where  = "Type = 'C'"
unused = { Company = "is in the account" }

[from.customers.fields]
first_name = "First Name"
last_name  = "Last Name"
phone      = ["Phone", "substr(\"Cust No\", 3)"]
status     = { value = "active" }
notes      = "upper(Type)"
"##;

fn good() -> Case {
    Case::new()
        .file("customers.csv", CUSTOMERS)
        .file("pipeline.toml", GOOD_PIPELINE)
        .file("mappings/contact.toml", GOOD_CONTACT)
}

#[test]
fn what_each_mapping_was_taken_for_is_told() {
    let expected = r##"acme, as of 2026-06-30
  source customers
    customers.csv: 7 columns, key Cust No
    utf-8, delimiter `,`, quote `"`, headings in row 1
  target
    sqlite:out/crm.sqlite

contact
  from customers
    first_name  column      First Name
    last_name   column      Last Name
    phone       first of    Phone, substr("Cust No", 3)
    status      constant    "active"
    notes       expression  upper(Type)

note: columns that are neither mapped nor unused
  customers
    Memo1

1 entity, 0 faults
"##;
    good().run(&["check"]).exit(0).stdout(expected).stderr("");
}

#[test]
fn a_missing_file_is_a_failure_and_no_fault() {
    let expected = r##"error: customers.csv: no such file
  help: check the source's `path`
1 place that cannot be read
"##;
    good()
        .file("pipeline.toml", &GOOD_PIPELINE.replace("customers.csv", "nowhere.csv"))
        .run(&["check"])
        .exit(3)
        .stdout("")
        .stderr(&expected.replace("customers.csv", "nowhere.csv"));
}

#[test]
fn a_missing_variable_is_a_fault() {
    let expected = r##"error[config.missing-variable]: the environment has no variable `LEGACY`
 --> pipeline.toml:6:8
  |
6 | path = "${LEGACY}/customers.csv"
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: set it, as in `export LEGACY=…`; a `${` meant as such is written `$${`

1 fault
`cutover explain config.missing-variable` says more of a code
"##;
    good()
        .file("pipeline.toml", &GOOD_PIPELINE.replace("\"customers.csv\"", "\"${LEGACY}/customers.csv\""))
        .run(&["check"])
        .exit(2)
        .stdout("")
        .stderr(expected);
}

#[test]
fn the_value_of_a_variable_does_not_show() {
    let expected = r##"error: ${LEGACY}/customers.csv: no such file
  help: check the source's `path`
1 place that cannot be read
"##;
    good()
        .env("LEGACY", "very/secret/folder")
        .file("pipeline.toml", &GOOD_PIPELINE.replace("\"customers.csv\"", "\"${LEGACY}/customers.csv\""))
        .run(&["check"])
        .exit(3)
        .stdout("")
        .stderr(expected);
}

#[test]
fn without_a_pipeline_there_is_nothing_to_check() {
    let expected = r##"error: pipeline.toml: no such file
  help: name the pipeline with `--pipeline FILE`
1 place that cannot be read
"##;
    Case::new().run(&["check"]).exit(3).stdout("").stderr(expected);
}
