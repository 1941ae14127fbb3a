//! Odd input through the whole way: what must come of it, record by record.

use crate::harness::Case;

fn case(customers: &str, mapping: &str) -> Case {
    Case::new()
        .file("customers.csv", customers)
        .file(
            "pipeline.toml",
            "version = 1\nname = \"acme\"\nas_of = 2026-06-30\n[source.customers]\npath = \"customers.csv\"\nkey = \"No\"\n\
             [target]\nurl = \"sqlite:crm.sqlite\"\n",
        )
        .file("mappings/contact.toml", mapping)
}

/// The rows of a query, columns joined by `|`.
fn rows(case: &Case, sql: &str) -> Vec<String> {
    let database = rusqlite::Connection::open(case.path("crm.sqlite")).expect("a database");
    let mut statement = database.prepare(sql).expect("a query");
    let width = statement.column_count();
    let cell = |row: &rusqlite::Row<'_>, index: usize| match row.get_ref(index).expect("a cell") {
        rusqlite::types::ValueRef::Null => "-".to_string(),
        rusqlite::types::ValueRef::Integer(number) => number.to_string(),
        other => other.as_str().expect("text").to_string(),
    };
    let rows =
        statement.query_map([], |row| Ok((0..width).map(|index| cell(row, index)).collect::<Vec<_>>().join("|")));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

const FAMILY: &str = "select c.name, p.name from contact c left join contact p on p.id = c.parent_id order by c.name";

#[test]
fn references_to_keys_that_the_target_gives_are_filled_in() {
    let mapping = "entity = \"contact\"\nkey = \"serial\"\n[fields]\nname = {}\n\
                   parent_id = { references = \"contact\", missing = \"null\" }\n\
                   [from.customers.fields]\nname = \"Name\"\nparent_id = \"Parent\"\n";
    let case = case("No,Parent,Name\n1,,Ann\n2, 1 ,Bob\n3,9,Cy\n", mapping);
    for _ in 0..2 {
        case.run(&["run"]).exit(0);
        assert_eq!(rows(&case, FAMILY), ["Ann|-", "Bob|Ann", "Cy|-"]);
    }
}

#[test]
fn a_reference_leads_to_the_record_that_is_loaded() {
    let mapping = "entity = \"contact\"\n[fields]\nname = {}\nparent_id = { references = \"contact\" }\n\
                   [from.customers]\nwhere = \"Type = 'C'\"\n\
                   [from.customers.fields]\nname = \"Name\"\nparent_id = \"Parent\"\n";
    let case = case("No,Type,Parent,Name\n1,X,,Old\n1,C,,Ann\n2,C,1,Bob\n", mapping);
    case.run(&["run"]).exit(0);
    assert_eq!(rows(&case, FAMILY), ["Ann|-", "Bob|Ann"]);
}

#[test]
fn a_value_that_a_survivor_took_over_must_be_unique_too() {
    let mapping = "entity = \"contact\"\n[fields]\nmail = {}\nlogin = { unique = true }\nseen = { type = \"date\" }\n\
                   [from.customers.fields]\nmail = \"Mail\"\nlogin = \"Login\"\nseen = \"Seen\"\n\
                   [duplicates]\nmatch = [\"mail\"]\nsurvive = { default = \"newest\" }\nnewest = \"seen\"\n";
    let customers = "No,Mail,Login,Seen\n1,a,,2020-01-01\n2,a,joe,2024-01-01\n3,b,joe,2020-01-01\n4,c,ann,2020-01-01\n";
    let case = case(customers, mapping);
    case.run(&["run"]).exit(0);
    assert_eq!(rows(&case, "select mail, login from contact order by mail"), ["a|joe", "c|ann"]);
    assert!(case.read("out/runs/0001/summary.json").contains("\"unique.duplicate\": 1"));
}

const PLAIN: &str = "entity = \"contact\"\n[fields]\nname = {}\n[from.customers.fields]\nname = \"Name\"\n";

#[test]
fn a_name_cannot_lead_out_of_the_folder() {
    let case = case("No,Name\n1,Ann\n", &PLAIN.replace("\"contact\"", "\"../../evil\"\ntable = \"evil\""));
    let ended = case.run(&["run"]).exit(2);
    assert!(ended.stderr.contains("config.name"), "{}", ended.stderr);
}

#[test]
fn odd_names_of_tables_and_fields_are_names() {
    let mapping = "entity = \"contact\"\ntable = \"we\\\"ird tab'le\"\n[fields]\n\"na\\\"me; drop\" = { unique = true }\n\
                   [from.customers.fields]\n\"na\\\"me; drop\" = \"Na'me \\\"x\"\n\
                   [duplicates]\nmatch = [\"na\\\"me; drop\"]\n";
    let case = case("No,\"Na'me \"\"x\"\n1,Ann\n2,Ann\n3,Bob\n", mapping);
    case.run(&["run"]).exit(0);
    assert_eq!(rows(&case, "select \"na\"\"me; drop\" from \"we\"\"ird tab'le\" order by 1"), ["Ann", "Bob"]);
}

#[test]
fn one_run_at_a_time_and_what_a_killed_one_left_is_swept() {
    let case = case("No,Name\n1,Ann\n", PLAIN).file("out/runs/0001/work/rest.parquet", "x");
    let lock = std::fs::File::create(case.path("out/lock")).expect("a file");
    lock.try_lock().expect("the lock");
    let expected =
        "error: out: another run is at work in this folder; wait for its end, or choose\n       another `out`\n";
    case.run(&["run"]).exit(3).stdout("").stderr(expected);
    drop(lock);
    case.run(&["run"]).exit(0);
    assert!(!case.path("out/runs/0001/work").exists() && case.path("out/runs/0002/summary.json").exists());
}

#[test]
fn no_records_and_none_that_is_good_are_no_failure() {
    let mapping = PLAIN.replace("name = {}", "name = { required = true, unique = true }\nborn = { type = \"date\" }")
        + "[duplicates]\nmatch = [\"name\"]\n[archive]\ncutoff = { field = \"born\", older_than = \"1 year\" }\n";
    for (customers, read) in [("No,Name\n", 0), ("No,Name\n1,\n2,\n", 2)] {
        let case = case(customers, &mapping);
        case.run(&["run"]).exit(0);
        case.run(&["run", "--sample", "3"]).exit(0);
        assert!(case.read("out/runs/0002/summary.json").contains(&format!("\"reject\": {read}")));
    }
}

#[test]
fn a_part_of_the_pipeline_gives_the_same_verdicts_as_the_whole() {
    let account = "entity = \"account\"\n[fields]\nname = {}\nlast = { type = \"date\" }\n\
                   [from.customers.fields]\nname = \"Name\"\nlast = \"Last\"\n\
                   [archive]\ncutoff = { field = \"last\", older_than = \"3 years\" }\n";
    let visit = "entity = \"visit\"\n[fields]\naccount_id = { references = \"account\" }\nseen = { type = \"date\" }\n\
                 [from.customers]\nwhere = \"Seen is not null\"\n\
                 [from.customers.fields]\naccount_id = \"No\"\nseen = \"Seen\"\n";
    let customers = "No,Name,Last,Seen\n1,Old,2010-01-01,\n2,Kept,2010-01-01,2026-01-01\n3,New,2026-01-01,\n";
    let case = case(customers, account).file("mappings/visit.toml", visit);
    case.run(&["run"]).exit(0);
    case.run(&["run", "--only", "account"]).exit(0);
    let counts = |run: &str| {
        let summary: serde_json::Value =
            serde_json::from_str(&case.read(&format!("out/runs/{run}/summary.json"))).expect("JSON");
        let account = &summary["entities"]["account"];
        (account["load"].clone(), account["archive"].clone(), summary["entities"].as_object().map(serde_json::Map::len))
    };
    assert_eq!(counts("0001"), (2.into(), 1.into(), Some(2)));
    assert_eq!(counts("0002"), (2.into(), 1.into(), Some(1)));
}

#[test]
fn a_memo_that_changed_is_read_again() {
    let sample = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
        std::fs::read(path).expect("a sample")
    };
    let case = Case::new()
        .bytes("c.dbf", &sample("CONTACT1.DBF"))
        .bytes("c.dbt", &sample("CONTACT1.DBT"))
        .file(
            "pipeline.toml",
            "version = 1\nname = \"acme\"\nas_of = 2026-06-30\n[source.c]\npath = \"c.dbf\"\nencoding = \"cp850\"\n\
             key = \"RECID\"\n[target]\nurl = \"sqlite:crm.sqlite\"\n",
        )
        .file(
            "mappings/contact.toml",
            "entity = \"contact\"\n[fields]\nnotes = {}\n[from.c.fields]\nnotes = \"NOTES\"\n",
        );
    let said = |case: &Case| case.run(&["run", "-v", "--dry-run"]).exit(0).stderr;
    assert!(said(&case).contains("read anew"));
    assert!(said(&case).contains("as in the last run"));
    let mut memo = sample("CONTACT1.DBT");
    let last = memo.iter().rposition(u8::is_ascii_lowercase).expect("a memo");
    memo[last] = b'#';
    assert!(said(&case.bytes("c.dbt", &memo)).contains("read anew"));
}

#[test]
fn a_column_that_echoes_another_counts_what_it_alone_holds() {
    let card = |name: &str, lines: &str| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name}\r\nFN:{name}\r\n{lines}END:VCARD\r\n")
    };
    let work = "EMAIL;TYPE=work:a@x.com\r\n";
    let cards = card("a", work) + &card("b", work) + &card("c", &format!("{work}EMAIL;TYPE=home,pref:c@x.com\r\n"));
    let case = Case::new()
        .file("c.vcf", &cards)
        .file(
            "pipeline.toml",
            "version = 1\nname = \"acme\"\nas_of = 2026-06-30\n[source.c]\npath = \"c.vcf\"\nkey = \"UID\"\n\
             [target]\nurl = \"sqlite:crm.sqlite\"\n",
        )
        .file(
            "mappings/contact.toml",
            "entity = \"contact\"\n[fields]\nname = {}\nmail = {}\n[from.c.fields]\nname = \"FN\"\nmail = \"EMAIL\"\n",
        );
    case.run(&["run"]).exit(0);
    let summary: serde_json::Value = serde_json::from_str(&case.read("out/runs/0001/summary.json")).expect("JSON");
    assert_eq!(summary["unmapped_columns"], serde_json::json!({ "c": { "VERSION": 3, "EMAIL.work": 1 } }));
}
