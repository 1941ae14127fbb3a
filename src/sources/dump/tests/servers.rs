//! Real servers write the dumps: reading a dump gives the records of its server.

use std::path::Path;
use std::process::Command;

use super::{of, open_at, rows_of};
use crate::sources::kind::{self, Opener, Place};
use crate::sources::mysql::MysqlOptions;
use crate::sources::postgres::{self, PostgresOptions};

/// Runs a dump program; `None`, with a word on why, where there is none.
fn dumped(programs: &[&str], arguments: &[String], password: (&str, &str), to: &Path) -> Option<()> {
    for program in programs {
        let run = Command::new(program).args(arguments).env(password.0, password.1).output();
        let Ok(output) = run else { continue };
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::write(to, output.stdout).expect("written");
        return Some(());
    }
    println!("skipped: no {}", programs.join(" or "));
    None
}

/// The cells of each record, without their places.
fn cells(rows: Vec<String>) -> Vec<String> {
    rows.into_iter().map(|row| row.split_once(' ').expect("a place").1.to_string()).collect()
}

/// Values that are hard to write and to read.
fn nasty() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " 007 ",
        "it's",
        "a\"b",
        "back\\slash",
        "\\",
        "\\'",
        "');--",
        "line\nbreak",
        "cr\r\nlf",
        "tab\t",
        "/* no */",
        "-- no",
        "# no",
        "$$",
        "\\N",
        "\\.",
        "Müller",
        "表",
        "😀",
        "a;b",
        "(1,2)",
        "NULL",
        "N'x'",
        "\u{1a}\u{8}",
        "%_\\%\\_",
    ]
    .iter()
    .map(ToString::to_string)
    .collect();
    texts.push("long ".repeat(40_000));
    texts
}

#[test]
fn mysqldump_and_its_server_agree() {
    let quoted = |text: &String| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut statements = vec![
        "create table `nasty; table` (id bigint unsigned primary key, `a text` longtext, small varchar(60000) \
         character set latin1, d date, dt datetime(6), ts timestamp null, t time(2), n decimal(30,9), f float, g double, \
         b bit(20), yes bit(1), raw blob, fixed binary(4), e enum('x','it''s'), s set('a','b'), j json, y year, \
         made int generated always as (id % 7) stored, boss bigint unsigned, key (boss), \
         foreign key (boss) references `nasty; table` (id)) character set utf8mb4"
            .to_string(),
        "set session sql_mode = 'ALLOW_INVALID_DATES'".to_string(),
    ];
    for (index, text) in nasty().iter().enumerate() {
        let id = if index == 0 { u64::MAX } else { index as u64 };
        let latin =
            if text.chars().all(|c| u32::from(c) < 256) && text.len() < 1000 { quoted(text) } else { "NULL".into() };
        statements.push(format!(
            "insert into `nasty; table` (id, `a text`, small, d, dt, ts, t, n, f, g, b, yes, raw, fixed, e, s, j, y) values \
             ({id}, {}, {latin}, '0000-00-00', '2024-02-30 23:59:59.123456', '2001-01-01 00:00:00', '-838:59:59.00', \
             -12345678901234567890.5, 0.1, 1e-300, b'10000000000000000001', b'1', {}, x'00ff', 'it''s', 'a,b', \
             '{{\"a\": \"\\\\\"\"}}', 1987)",
            quoted(text),
            quoted(text)
        ));
    }
    statements.push("insert into `nasty; table` (id) values (1000000), (1000001)".into());
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    let Some(url) = crate::sources::mysql::tests::server("dump_nasty", &statements) else { return };
    let options = MysqlOptions { table: Some("nasty; table".into()), query: None };
    let server = options.open(&Place::Server(url.clone())).expect("opened");
    let expected = cells(rows_of(server.as_ref()));
    assert_eq!(expected.len(), nasty().len() + 2);
    let folder = tempfile::tempdir().expect("a folder");
    let parsed = url::Url::parse(&url).expect("a URL");
    let at = |more: &[&str]| {
        let mut arguments = vec![
            "--no-defaults".to_string(),
            "--host=127.0.0.1".into(),
            format!("--port={}", parsed.port().expect("a port")),
            format!("--user={}", parsed.username()),
        ];
        arguments.extend(more.iter().map(ToString::to_string));
        arguments.push("dump_nasty".into());
        arguments
    };
    let ways: [&[&str]; 5] = [
        &[],
        &["--hex-blob", "--complete-insert"],
        &["--skip-extended-insert", "--no-tablespaces"],
        &["--compatible=ansi", "--skip-opt", "--default-character-set=utf8mb4"],
        &["--default-character-set=latin1", "--hex-blob"],
    ];
    for (index, way) in ways.iter().enumerate() {
        let path = folder.path().join(format!("{index}.sql"));
        let password = ("MYSQL_PWD", parsed.password().expect("a password"));
        if dumped(&["mariadb-dump", "mysqldump"], &at(way), password, &path).is_none() {
            return;
        }
        let dump = open_at(&path, &of(None)).expect("opened");
        let lossy = way.first() == Some(&"--default-character-set=latin1");
        for (read, expected) in cells(rows_of(dump.as_ref())).iter().zip(&expected) {
            // Latin-1 has no place for some of the texts.
            if !lossy || expected.chars().all(|c| u32::from(c) < 256) {
                assert_eq!(read, expected, "{way:?}");
            }
        }
        assert_eq!(rows_of(dump.as_ref()).len(), expected.len(), "{way:?}");
        assert_eq!(dump.schema(), server.schema(), "{way:?}");
        assert_eq!(dump.declared_key(), server.declared_key());
        assert_eq!(dump.relations(), server.relations());
    }
}

#[test]
fn pg_dump_and_its_server_agree() {
    let Ok(url) = std::env::var("CUTOVER_TEST_POSTGRES") else {
        println!("skipped: no CUTOVER_TEST_POSTGRES");
        return;
    };
    let connection = crate::postgres::Connection::open(&url).unwrap_or_else(|problem| panic!("{}", problem.what));
    let mut sql = String::from(
        "drop schema if exists dump_nasty cascade; create schema dump_nasty; set search_path = dump_nasty; \
         create table other (id int primary key); insert into other values (1); \
         create table \"nasty; Table\" (id int, \"a text\" text, d date, ts timestamp(3), n numeric(30,9), \
         f real, g double precision, yes boolean, raw bytea, tags text[], j jsonb, u uuid, bits bit(5), \
         other int references other(id), primary key (id));",
    );
    for (index, text) in nasty().iter().enumerate() {
        let text = crate::postgres::literal(text);
        sql.push_str(&format!(
            "insert into \"nasty; Table\" values ({index}, {text}, '0044-03-15 BC', '1999-12-31 23:59:59.5', \
             -12345678901234567890.5, 0.1, 1e-300, {}, convert_to({text}, 'UTF8'), array[{text}, null, 'x'], \
             '{{\"a\": \"\\\"\"}}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', B'10101', 1);",
            index % 2 == 0
        ));
    }
    sql.push_str("insert into \"nasty; Table\" (id) values (1000);");
    connection.runtime.block_on(connection.client.batch_execute(&sql)).expect("filled");
    let options = PostgresOptions { table: Some("dump_nasty.nasty; Table".into()), query: None };
    let server = postgres::open(&url, &options).expect("opened");
    let expected = cells(rows_of(server.as_ref()));
    let folder = tempfile::tempdir().expect("a folder");
    let parsed = url::Url::parse(&url).expect("a URL");
    let newest = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<String> = newest.map(|entry| entry.path().join("bin/pg_dump").display().to_string()).collect();
    found.sort();
    found.insert(0, "pg_dump".into());
    let programs: Vec<&str> = found.iter().rev().map(String::as_str).collect();
    for (index, way) in [&[][..], &["--inserts"], &["--column-inserts", "--rows-per-insert=7"]].iter().enumerate() {
        let mut arguments: Vec<String> =
            vec!["--schema=dump_nasty".into(), format!("--dbname={}", parsed.path().trim_start_matches('/'))];
        arguments.push(format!("--host={}", parsed.host_str().expect("a host")));
        arguments.push(format!("--port={}", parsed.port().expect("a port")));
        arguments.push(format!("--username={}", parsed.username()));
        arguments.extend(way.iter().map(ToString::to_string));
        let path = folder.path().join(format!("{index}.sql"));
        let password = ("PGPASSWORD", parsed.password().expect("a password"));
        if dumped(&programs, &arguments, password, &path).is_none() {
            return;
        }
        let dump = open_at(&path, &of(Some("nasty; Table"))).expect("opened");
        let read = cells(rows_of(dump.as_ref()));
        for (read, expected) in read.iter().zip(&expected) {
            assert_eq!(read, expected, "{way:?}");
        }
        assert_eq!(read.len(), expected.len());
        assert_eq!(dump.schema(), server.schema());
        assert_eq!(dump.declared_key(), ["id"]);
        assert_eq!(dump.relations()[0].table, "other");
        assert!(dump.detected()[0].1.starts_with("PostgreSQL dump, utf-8"), "{:?}", dump.detected());
    }
}

#[test]
fn the_shell_of_sqlite_and_its_database_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("nasty.db");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    connection.execute_batch("create table nasty (id integer primary key, t text, raw blob, r real)").expect("made");
    for text in nasty() {
        let values = (&text, text.as_bytes(), 0.25);
        connection.execute("insert into nasty (t, raw, r) values (?1, ?2, ?3)", values).expect("filled");
    }
    drop(connection);
    let path = folder.path().join("dump.sql");
    let arguments = [database.display().to_string(), ".dump".to_string()];
    if dumped(&["sqlite3"], &arguments, ("LC_ALL", "C"), &path).is_none() {
        return;
    }
    let dump = open_at(&path, &of(None)).expect("opened");
    let kind = kind::of_path("x.db").expect("a kind");
    let table: crate::config::decode::Table =
        toml::de::DeTable::parse("table = 'nasty'").expect("a table").into_inner();
    let text = crate::diagnostic::SourceText { path: "x".into(), text: String::new() };
    let mut faults = crate::diagnostic::Faults::new(std::sync::Arc::new(text));
    let options = kind.options(&table, 0..0, &[], &mut faults).expect("options");
    let server = options.open(&Place::Files(vec![database])).expect("opened");
    let expected = cells(rows_of(server.as_ref()));
    assert_eq!(cells(rows_of(dump.as_ref())), expected);
}
