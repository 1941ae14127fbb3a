//! The live target: what `check` says of tables that do not fit, and that no
//! message shows what is secret.

use crate::harness::Case;

const CUSTOMERS: &str = "Cust No,Name,Born\n1,Ann,1980-01-01\n";

const PIPELINE: &str = r#"version = 1
name    = "acme"
as_of   = 2026-06-30

[source.customers]
path = "customers.csv"
key  = "Cust No"

[target]
url = "sqlite:crm.sqlite"
"#;

const CONTACT: &str = r#"entity = "contact"

[fields]
name  = { type = "text(80)" }
born  = {}
emial = { standard = "email" }
spent = { type = "decimal(12,2)" }

[from.customers.fields]
name = "Name"
born = "Born"
"#;

fn case() -> Case {
    Case::new().file("customers.csv", CUSTOMERS).file("pipeline.toml", PIPELINE).file("mappings/contact.toml", CONTACT)
}

const TABLE: &str = "create table contact (id text not null, name varchar(50), born date, email text,
                     spent numeric(10,2) not null, owner integer not null, made text not null default '')";

/// Code, line and column of each fault.
fn faults(ended: &crate::harness::Ended) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let faults = report["faults"].as_array().expect("faults");
    let words = |fault: &serde_json::Value| {
        format!("{} {}:{}", fault["code"].as_str().expect("a code"), fault["line"], fault["column"])
    };
    faults.iter().map(words).collect()
}

/// In the order of the file.
const MISFITS: [&str; 7] = [
    "config.target-key 1:10",
    "config.target-unfilled 1:10",
    "config.target-length 4:1",
    "config.target-type 5:1",
    "config.target-column 6:1",
    "config.target-length 7:1",
    "config.target-unfilled 7:1",
];

#[test]
fn a_table_that_does_not_fit_is_told_column_by_column() {
    let case = case();
    let database = rusqlite::Connection::open(case.path("crm.sqlite")).expect("a database");
    database.execute_batch(TABLE).expect("a table");
    let ended = case.run(&["check", "--format", "json"]).exit(2);
    assert_eq!(faults(&ended), MISFITS);
    let ended = case.run(&["run"]).exit(2);
    for said in [
        "text(80) does not fit into the target's column of type varchar(50)",
        "help: write `type = \"text(50)\"`, or widen the column",
        "help: did you mean `email`?",
        "column `owner` of the target's table `contact` must be filled",
    ] {
        assert!(ended.stderr.contains(said), "{said}\n{}", ended.stderr);
    }
    assert!(!case.path("out").exists());
}

#[test]
fn a_table_that_the_load_made_fits() {
    let mapping = CONTACT.replace("emial", "email");
    let case = case().file("mappings/contact.toml", &mapping);
    case.run(&["run"]).exit(0);
    case.run(&["check"]).exit(0);
}

#[test]
fn postgres_is_looked_at_too() {
    let Ok(url) = std::env::var("CUTOVER_TEST_POSTGRES") else {
        eprintln!("skipped: no CUTOVER_TEST_POSTGRES");
        return;
    };
    let mut server = postgres(&url);
    let make = format!(
        "drop schema if exists preflight cascade; create schema preflight; set search_path = preflight; {TABLE}"
    );
    server.batch_execute(&make).expect("a table");
    let case = case()
        .env("CRM", &url)
        .file("pipeline.toml", &PIPELINE.replace("\"sqlite:crm.sqlite\"", "\"${CRM}\"\nschema = \"preflight\""));
    let ended = case.run(&["check", "--format", "json"]).exit(2);
    assert_eq!(faults(&ended), MISFITS);
    server.batch_execute("drop schema preflight cascade").expect("dropped");
    case.file("mappings/contact.toml", &CONTACT.replace("emial", "email")).run(&["check"]).exit(0);
}

/// A client for statements of the test's own.
struct Server(tokio::runtime::Runtime, tokio_postgres::Client);

fn postgres(url: &str) -> Server {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let (client, connection) =
        runtime.block_on(tokio_postgres::connect(url, tokio_postgres::NoTls)).expect("connected");
    runtime.spawn(async move { connection.await.ok() });
    Server(runtime, client)
}

impl Server {
    fn batch_execute(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.0.block_on(self.1.batch_execute(sql))
    }
}

#[test]
fn an_unreachable_target_is_told_after_all_faults() {
    let broken = CONTACT.replace("\"Born\"", "\"Bron\"");
    let case = case()
        .file("pipeline.toml", &PIPELINE.replace("sqlite:crm.sqlite", "postgres://127.0.0.1:1/crm"))
        .file("mappings/contact.toml", &broken);
    let ended = case.run(&["check"]).exit(2);
    let (fault, target) =
        (ended.stderr.find("unknown column `Bron`"), ended.stderr.find("the server cannot be reached"));
    assert!(fault.is_some() && fault < target, "{}", ended.stderr);
    case.file("mappings/contact.toml", CONTACT).run(&["check"]).exit(3);
}

/// All that a command says and writes.
fn everything(case: &Case, ended: &crate::harness::Ended) -> String {
    let mut text = format!("{}{}", ended.stdout, ended.stderr);
    let mut folders = vec![case.path("out")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                text.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).expect("read")));
            }
        }
    }
    text
}

/// A URL with other parts, and what of it is secret.
type Planted = (&'static str, String, Vec<&'static str>);

fn planted() -> Vec<Planted> {
    let mut all: Vec<Planted> = vec![
        (
            "cannot be reached",
            "postgres://plantuser:pl%40nt-pw@plant-host.invalid:5433/plantdb".into(),
            vec!["plantuser", "pl%40nt-pw", "pl@nt-pw", "plant-host", "plantdb"],
        ),
        (
            "is not a usable database URL",
            "postgres://plantuser:plant-pw@plant-host:port/plantdb".into(),
            vec!["plantuser", "plant-pw", "plant-host", "plantdb"],
        ),
    ];
    let Ok(url) = std::env::var("CUTOVER_TEST_POSTGRES") else {
        eprintln!("skipped: no CUTOVER_TEST_POSTGRES");
        return all;
    };
    let (front, back) = url.split_once("://").expect("a URL");
    let (_, place) = back.rsplit_once('@').unwrap_or(("", back));
    let (host, database) = place.split_once('/').expect("a database");
    all.push((
        "refused the user or the password",
        format!("{front}://plantuser:plant-pw@{host}/{database}"),
        vec!["plantuser", "plant-pw"],
    ));
    let whole = url.rsplit_once('/').map(|(server, _)| server).expect("a server");
    all.push(("no such database", format!("{whole}/plantdb"), vec!["plantdb"]));
    all.push(("no encrypted connection", format!("{whole}/plantdb?sslmode=require"), vec!["plantdb"]));
    all
}

#[test]
fn nothing_from_the_environment_shows() {
    for (expected, url, secrets) in planted() {
        let pipeline = PIPELINE.replace("sqlite:crm.sqlite", "${CRM}");
        let source = format!("{pipeline}[source.legacy]\nurl = \"${{CRM}}\"\nquery = \"select 1\"\n");
        for (pipeline, command) in [(&pipeline, "check"), (&pipeline, "run"), (&source, "check")] {
            for format in ["text", "json"] {
                let case = case().env("CRM", &url).file("pipeline.toml", pipeline);
                let ended = case.run(&[command, "--format", format]).exit(3);
                let text = everything(&case, &ended);
                assert!(text.replace("\n       ", " ").contains(expected), "{expected}: {text}");
                assert!(text.contains("${CRM}"), "{text}");
                for secret in &secrets {
                    assert!(!text.contains(secret), "{secret}: {text}");
                }
            }
        }
    }
}

#[test]
fn a_password_that_was_written_does_not_show_but_the_host_does() {
    let pipeline =
        PIPELINE.replace("sqlite:crm.sqlite", "postgres://ann:p@ss-plant@127.0.0.1:1/crm?password=query-plant");
    let case = case().file("pipeline.toml", &pipeline);
    let ended = case.run(&["check"]).exit(3);
    assert!(ended.stderr.contains("postgres://127.0.0.1:1/crm: the server cannot be reached"), "{}", ended.stderr);
    let faulty = pipeline.replace("?password=query-plant\"", "?password=query-plant\"\nschema = 3");
    let shown =
        case.file("pipeline.toml", &faulty.replace("url = \"postgres", "url = \"ostgres")).run(&["check"]).exit(2);
    for text in [ended.stderr, shown.stderr] {
        assert!(!text.contains("plant"), "{text}");
    }
}

#[test]
fn a_sqlite_path_from_the_environment_does_not_show() {
    let case = case()
        .env("CRM", "plant/crm.sqlite")
        .file("pipeline.toml", &PIPELINE.replace("sqlite:crm.sqlite", "sqlite:${CRM}"))
        .file("mappings/contact.toml", &CONTACT.replace("emial", "email"));
    for command in ["check", "run"] {
        let ended = case.run(&[command]).exit(0);
        assert!(!everything(&case, &ended).contains("plant"));
    }
    assert!(case.read("out/runs/0001/manifest.json").contains("\"target\": \"sqlite:${CRM}\""));
    let ended = case.file("plant/crm.sqlite", "this is no database").run(&["run"]).exit(3);
    assert!(ended.stderr.contains("sqlite:${CRM}: is not a SQLite database"), "{}", ended.stderr);
}
