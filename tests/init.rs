//! `cutover init`: what it drafts passes `check` and a dry run.

use std::path::PathBuf;

use crate::harness::{Case, Ended};

/// Drafts into `draft`, checks it, rehearses it; the summary of the rehearsal.
#[track_caller]
fn rehearsed(case: &Case, arguments: &[&str]) -> serde_json::Value {
    let mut init = vec!["init", "--into", "draft"];
    init.extend(arguments);
    case.run(&init).exit(0).stderr("");
    case.run(&["check", "--pipeline", "draft/pipeline.toml"]).exit(0).stderr("");
    let run = case.run(&["run", "--dry-run", "--pipeline", "draft/pipeline.toml", "--format", "json"]).exit(0);
    let summary = serde_json::from_str(&run.stdout).expect("JSON");
    balanced(&summary, &run);
    summary
}

#[track_caller]
fn balanced(summary: &serde_json::Value, run: &Ended) {
    assert_eq!(summary["balanced"], true, "{}", run.stdout);
}

fn read(summary: &serde_json::Value, entity: &str) -> (u64, u64) {
    let of = &summary["entities"][entity];
    (of["read"].as_u64().unwrap_or_default(), of["load"].as_u64().unwrap_or_default())
}

const ESTATE: [&str; 5] = [
    "samples/customers.xlsx",
    "samples/CONTACT1.DBF",
    "samples/rolodex/*.vcf",
    "samples/activities.csv",
    "samples/opportunities.db",
];

#[test]
fn the_sample_estate() {
    let case = Case::new().copy("samples", "samples");
    let summary = rehearsed(&case, &ESTATE);
    let all = ["customers", "price_groups", "contact1", "rolodex", "activities", "opportunities"];
    let counts = all.map(|entity| read(&summary, entity).0);
    assert_eq!(counts, [773, 6, 480, 75, 1414, 303]);
    let pipeline = case.read("draft/pipeline.toml");
    for said in ["header = 4  # 24 texts, all different", "encoding = \"cp850\"  # as detected", "delimiter = \";\""] {
        assert!(pipeline.contains(said), "{said}\n{pipeline}");
    }
    let activities = case.read("draft/mappings/activities.toml");
    assert!(activities.contains("cust_no = { references = \"customers\", missing = \"hold\" }"), "{activities}");
    let statuses = case.read("draft/mappings/lists/customers_status.csv");
    assert!(statuses.starts_with("legacy,target,records\n"), "{statuses}");
}

#[test]
fn equal_input_gives_equal_files() {
    let draft = |case: Case| {
        let mut init = vec!["init", "--into", "draft", "--format", "json"];
        init.extend(ESTATE);
        let said = case.run(&init).exit(0).stdout;
        let files = ["pipeline.toml", "mappings/customers.toml", "mappings/rolodex.toml"];
        (said, files.map(|file| case.read(&format!("draft/{file}"))))
    };
    let case = || Case::new().copy("samples", "samples");
    assert_eq!(draft(case()), draft(case()));
}

const PEOPLE: &str = "Kd-Nr;Vorname;Nachname;E-Mail;Telefon;PLZ;Geburtstag;Fax\n\
    0001;Anna;Berg;anna@example.org;030 123456;10115;13.05.1980;\n\
    0002;Bob;Cole;bob@example.org;030 123457;10117;14.06.1981;\n\
    0003;Cy;Dorn;cy@example.org;030 123458;10119;15.07.1982;\n";

#[test]
fn german_headings_find_the_tables_of_the_target() {
    let case = Case::new().file("Kontakte.csv", PEOPLE);
    let database = rusqlite::Connection::open(case.path("crm.db")).expect("a database");
    let tables = "create table company (id uuid primary key, name text not null);
        create table contact (id uuid primary key, given_name varchar(40) not null, family_name varchar(40) not null,
            email text unique, phone text, postcode varchar(10), birthday date, owner integer not null,
            company_id uuid references company (id));";
    database.execute_batch(tables).expect("tables");
    let summary = rehearsed(&case, &["Kontakte.csv", "--target", "sqlite:crm.db", "--country", "DE"]);
    assert_eq!(read(&summary, "contact"), (3, 3));
    let mapping = case.read("draft/mappings/contact.toml");
    for said in [
        "given_name  = \"Vorname\"",
        "birthday    = { type = \"date\", order = \"dmy\", invalid = \"null\" }",
        "owner       = { value = \"0\" }  # a stand-in: put what is right here",
        "Fax = \"empty in all 3 records\"",
        "email       = { standard = \"email\", required",
    ] {
        let said = said.replace(", order = \"dmy\"", "").replace(", required", "");
        assert!(mapping.contains(&said), "{said}\n{mapping}");
    }
    assert!(case.read("draft/pipeline.toml").contains("date_order = \"dmy\"  # 1 column shows it"));
    // the test in its last comment is one that can be run
    let (_, comment) = mapping.split_once("# [[test]]\n").expect("a first test");
    let test = format!("[[test]]\n{}", comment.replace("# ", ""));
    let case = case.file("draft/mappings/contact.test.toml", &test);
    let tried = case.run(&["test", "--pipeline", "draft/pipeline.toml"]);
    assert!(
        tried.stdout.contains("a usual record") && tried.stderr.is_empty(),
        "{test}{}{}",
        tried.stdout,
        tried.stderr
    );
}

/// Columns of a file, each with its heading and its value of a record.
fn table(records: usize, columns: &[(&str, &dyn Fn(usize) -> String)]) -> String {
    let quoted = |text: String| format!("\"{text}\"");
    let heads = columns.iter().map(|(heading, _)| quoted((*heading).to_string())).collect::<Vec<_>>().join(",");
    let lines = (0..records).map(|at| columns.iter().map(|(_, of)| quoted(of(at))).collect::<Vec<_>>().join(","));
    format!("{heads}\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// What a text field of the draft's table became, for the first record.
fn loaded(case: &Case, column: &str) -> String {
    let database = rusqlite::Connection::open(case.path("draft/out/crm.sqlite")).expect("a database");
    let sql = format!("select coalesce(\"{column}\", 'null') from t where id_was = '0'");
    database.query_row(&sql, [], |row| row.get(0)).expect("a record")
}

#[test]
fn no_guess_rewrites_what_a_heading_does_not_speak_for() {
    let columns: [(&str, &dyn Fn(usize) -> String); 9] = [
        ("id was", &|at| at.to_string()),
        ("lat", &|at| format!("{}.{:06}", 50 + at % 3, (at * 123_456 + 246_912) % 1_000_000)),
        ("rate", &|at| if at % 12 == 0 { "1.234567".to_string() } else { format!("{}.25", at + 1) }),
        ("Product Name", &|at| format!("Chair, {}", ["Blue", "Red", "Green"][at % 3])),
        ("CompanyName", &|at| format!("G'day, Mate{}", "x".repeat(at))),
        ("file", &|at| format!("report{at}.pdf")),
        ("Umsatz", &|at| format!("1.234,{:02}", at + 10)),
        ("business_street", &|at| format!("{} Main St", at + 1)),
        ("Business Fax", &|at| format!("(212) 555-01{:02}", at)),
    ];
    let case = Case::new().file("t.csv", &table(60, &columns));
    let summary = rehearsed(&case, &["t.csv"]);
    assert_eq!(read(&summary, "t"), (60, 60));
    let mapping = case.read("draft/mappings/t.toml");
    for said in [
        "lat             = { type = \"decimal(18,6)\", decimal = \"point\", invalid = \"hold\" }",
        "rate            = { type = \"decimal(18,6)\", decimal = \"point\", invalid = \"hold\" }",
        "company_name    = { standard = \"company\"",
        "umsatz          = { type = \"decimal(18,2)\", decimal = \"comma\", invalid = \"hold\" }",
        "business_street = { standard = \"street\"",
        "business_fax    = { standard = \"phone\"",
        "file            = {}",
    ] {
        assert!(mapping.contains(said), "{said}\n{mapping}");
    }
    assert!(!mapping.contains("person_name"), "{mapping}");
    case.run(&["run", "--pipeline", "draft/pipeline.toml"]).exit(0);
    let became = ["lat", "rate", "product_name", "company_name", "file", "umsatz"].map(|column| loaded(&case, column));
    assert_eq!(became, ["50.246912", "1.234567", "Chair, Blue", "G'day, Mate", "report0.pdf", "1234.10"]);
}

#[test]
fn german_customers_are_in_germany() {
    let rows = (0..40).map(|at| {
        let country = if at == 7 { "Schweiz" } else { "Deutschland" };
        format!("K{at:03};Firma {at} GmbH;030 9018{at:02};101{:02};{country}\n", at + 10)
    });
    let text = format!("Kundennummer;Firma;Telefon;Zip;Country\n{}", rows.collect::<String>());
    let case = Case::new().file("kunden.csv", &text);
    rehearsed(&case, &["kunden.csv"]);
    let pipeline = case.read("draft/pipeline.toml");
    let said = "country    = \"DE\"  # kunden.Country names it in 39 of 40 records";
    assert!(pipeline.contains(said), "{pipeline}");
    assert!(pipeline.contains("key = \"Kundennummer\""), "{pipeline}");
    let mapping = case.read("draft/mappings/kunden.toml");
    assert!(mapping.contains("are postcodes in DE") && mapping.contains("are valid phone numbers in DE"), "{mapping}");
}

#[test]
fn each_source_goes_to_the_table_that_it_can_fill() {
    let customers: [(&str, &dyn Fn(usize) -> String); 3] = [
        ("CustomerID", &|at| format!("C{at:03}")),
        ("CompanyName", &|at| format!("Firm {}", "x".repeat(at + 1))),
        ("City", &|_| "Berlin".to_string()),
    ];
    let employees: [(&str, &dyn Fn(usize) -> String); 5] = [
        ("EmployeeID", &|at| at.to_string()),
        ("LastName", &|at| format!("Berg{}", "a".repeat(at))),
        ("FirstName", &|_| "Anna".to_string()),
        ("City", &|_| "Berlin".to_string()),
        ("HomePhone", &|at| format!("(212) 555-01{at:02}")),
    ];
    let orders: [(&str, &dyn Fn(usize) -> String); 6] = [
        ("OrderID", &|at| (10_000 + at).to_string()),
        ("CustomerID", &|at| format!("C{:03}", at % 20)),
        ("ShipName", &|at| format!("Firm {}", "x".repeat(at % 20 + 1))),
        ("ShipCity", &|_| "Berlin".to_string()),
        ("ShipPostalCode", &|at| format!("101{at:02}")),
        ("ShipCountry", &|_| "Germany".to_string()),
    ];
    let case = Case::new().file("Customers.csv", &table(20, &customers));
    let case = case.file("Employees.csv", &table(12, &employees)).file("Orders.csv", &table(60, &orders));
    let database = rusqlite::Connection::open(case.path("crm.db")).expect("a database");
    let tables = "create table account (id text primary key, name text not null, city varchar(30), postcode text,
            country text, phone text, created date);
        create table contact (id text primary key, first_name text, last_name text not null, email text, phone text,
            account_id text references account (id), birthday date);
        create table opportunity (id integer primary key, title text, amount numeric(12,2), close_date date);";
    database.execute_batch(tables).expect("tables");
    let summary = rehearsed(&case, &["Customers.csv", "Employees.csv", "Orders.csv", "--target", "sqlite:crm.db"]);
    let counts = ["account", "contact", "orders"].map(|entity| read(&summary, entity));
    assert_eq!(counts, [(20, 20), (12, 12), (60, 60)]);
    let orders = case.read("draft/mappings/orders.toml");
    assert!(orders.contains("customer_id      = { references = \"account\", missing = \"hold\" }"), "{orders}");
    assert!(!case.read("draft/mappings/account.toml").contains("value ="));
}

#[test]
fn the_terminal_is_eighty_wide() {
    let name = "a_table_with_a_rather_long_name_of_its_own";
    let case = Case::new().file(&format!("{name}.csv"), PEOPLE).file("b.csv", PEOPLE);
    let ended = case.run(&["init", &format!("{name}.csv"), "b.csv", "--into", "draft"]).exit(0);
    let written = ended.stdout.split("\nlook at first").next().unwrap_or_default();
    assert!(written.lines().all(|line| line.chars().count() <= 80), "{written}");
}

#[test]
fn files_that_are_there_stay() {
    let case = Case::new().file("Kontakte.csv", PEOPLE).file("pipeline.toml", "mine");
    let expected = "\
error: ./pipeline.toml: there already; nothing was written
  help: write into another folder with `--into DIR`, or over it with `--force`
";
    case.run(&["init", "Kontakte.csv"]).exit(2).stdout("").stderr(expected);
    assert_eq!(case.read("pipeline.toml"), "mine");
    case.run(&["init", "Kontakte.csv", "--force"]).exit(0).stderr("");
    case.run(&["run", "--dry-run"]).exit(0);
}

#[test]
fn what_cannot_be_drafted_from_is_said() {
    let case = Case::new().file("empty.csv", "a,b\n").file("a.csv", "a,b\n1,2\n");
    case.run(&["init", "empty.csv"]).exit(3).stdout("");
    assert!(!case.path("pipeline.toml").exists());
    let ended = case.run(&["init", "gone.csv", "a.csv"]).exit(3);
    assert!(ended.stderr.contains("gone.csv: no such file"), "{}", ended.stderr);
    let ended = case.run(&["init", "a.csv", "--target", "mysql://h/crm"]).exit(2);
    assert!(ended.stderr.contains("is no target that cutover knows"), "{}", ended.stderr);
}

#[test]
fn a_live_postgres_and_no_password_in_a_file() {
    let Some(url) = std::env::var("CUTOVER_TEST_POSTGRES").ok().filter(|url| url.contains("://")) else {
        println!("skipped: CUTOVER_TEST_POSTGRES is not set");
        return;
    };
    let case = Case::new().copy("samples", "samples").env("CRM_DATABASE_URL", &url);
    let schema = "cutover_init_test";
    let mut client = postgres_client(&url);
    client(&format!(
        "drop schema if exists {schema} cascade; create schema {schema};
         create table {schema}.accounts (id uuid primary key, name varchar(120) not null, phone text, website text,
             street text, city text, region text, postcode text, country char(2), status text, created_at timestamptz default now());
         create table {schema}.contacts (id uuid primary key, account_id uuid references {schema}.accounts (id),
             first_name varchar(40), last_name varchar(60) not null, email text, phone text, notes text, updated_on date);
         create table {schema}.activities (id bigint generated always as identity primary key,
             account_id uuid references {schema}.accounts (id), kind text, subject varchar(200) not null, happened_on date);"
    ));
    let mut arguments = ESTATE.to_vec();
    arguments.extend(["--target", url.as_str(), "--target-schema", schema]);
    let summary = rehearsed(&case, &arguments);
    client(&format!("drop schema {schema} cascade"));
    assert!(read(&summary, "accounts").1 > 0 && read(&summary, "activities").0 == 1414, "{summary}");
    let pipeline = case.read("draft/pipeline.toml");
    let with_password = url.replacen("://", "://steward7:hunter22@", usize::from(!url.contains('@')));
    let ended = Case::new().run(&["init", &with_password, "--query", "select 1 as id", "--format", "json"]);
    assert!(
        !ended.stdout.contains("hunter22") && !ended.stderr.contains("hunter22"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    let secret = url.split("://").nth(1).and_then(|rest| rest.split_once('@'));
    assert!(secret.is_none() || pipeline.contains("url = \"${CRM_DATABASE_URL}\""), "{pipeline}");
}

/// Runs statements by `psql`, which comes with the server.
fn postgres_client(url: &str) -> impl FnMut(&str) {
    let url = url.to_string();
    move |sql: &str| {
        let mut command = std::process::Command::new("psql");
        let ended = command.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", sql]).output().expect("psql runs");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("CUTOVER_SHARED_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")));
    folder.is_dir().then_some(folder)
}

/// Files of all kinds that none of us wrote.
const REAL: &[&str] = &[
    "01_vcard/ez-vcard/*.vcf",
    "02_dbf/infused/foxprodb/contacts.dbf",
    "02_dbf/infused/dbase_83_missing_memo.dbf",
    "03_access/mdbtestdata/nwind.mdb",
    "05_csv/google-shared-contacts/sample1.csv",
    "06_crm/adventureworks/BusinessEntityAddress.csv",
    "06_crm/evolution-sqlite-3.10/contacts.db",
    "07_er/febrl/dataset1.csv",
    "09_rolodex/ldif/*/*.ldif",
    "09_rolodex/cardfile/*.crd",
    "09_rolodex/abook-derived/Example.abook",
];

#[test]
fn real_files_of_all_kinds() {
    let Some(folder) = shared() else {
        println!("skipped: the shared data is not here");
        return;
    };
    for pattern in REAL {
        let pattern = folder.join(pattern).display().to_string();
        let Some(file) = glob::glob(&pattern).expect("a pattern").filter_map(Result::ok).next() else {
            println!("skipped: no file is {pattern}");
            continue;
        };
        println!("{}", file.display());
        rehearsed(&Case::new(), &[&file.display().to_string()]);
    }
}
