//! Through real drivers: SQLite's, PostgreSQL's, MariaDB's, and FreeTDS as far as it
//! gets without a server.

use arrow::array::{Array, AsArray, RecordBatch};
use odbc_api::environment;

use super::{OdbcOptions, Opener, Place};
use crate::sources::{ReadError, Relation};

fn has(driver: &str) -> bool {
    let drivers = environment().and_then(|environment| environment.drivers()).unwrap_or_default();
    let found = drivers.iter().any(|installed| installed.description == driver);
    if !found {
        println!("skipped: no ODBC driver `{driver}`");
    }
    found
}

fn table(name: &str) -> OdbcOptions {
    OdbcOptions { table: Some(name.into()), query: None }
}

fn query(text: &str) -> OdbcOptions {
    OdbcOptions { table: None, query: Some(text.into()) }
}

fn lines(batch: &RecordBatch) -> Vec<String> {
    let cell = |column: &arrow::array::ArrayRef, row: usize| {
        if column.is_null(row) { "-".to_string() } else { column.as_string::<i32>().value(row).to_string() }
    };
    let line = |row: usize| {
        let cells = batch.columns().iter().enumerate().filter(|(index, _)| ![1, 2].contains(index));
        cells.map(|(_, column)| cell(column, row)).collect::<Vec<_>>().join("|")
    };
    (0..batch.num_rows()).map(line).collect()
}

fn read(url: &str, options: &OdbcOptions) -> Result<Vec<String>, ReadError> {
    let source = options.open(&Place::Server(url.to_string()))?;
    let batches: Result<Vec<Vec<String>>, ReadError> =
        source.open(3)?.map(|batch| batch.map(|batch| lines(&batch))).collect();
    Ok(batches?.concat())
}

fn listed(url: &str) -> Vec<String> {
    let tables = table("").tables(&Place::Server(url.to_string())).expect("listed");
    tables.into_iter().map(|entry| format!("{} {}", entry.name, entry.what)).collect()
}

/// An SQLite file with these tables, and the URL that reads it.
fn sqlite(sql: &str) -> Option<(tempfile::TempDir, String)> {
    if !has("SQLite3") {
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("legacy.db");
    rusqlite::Connection::open(&file).and_then(|database| database.execute_batch(sql)).expect("made");
    let url = format!("odbc:Driver={{SQLite3}};Database={};UID=somebody;PWD=s3cret", file.display());
    Some((folder, url))
}

#[test]
fn sqlite_with_long_and_short_columns() {
    let long = "ä😀".repeat(50);
    let sql = format!(
        "create table \"Old Orders\" (id integer, branch varchar(5), name varchar(10), note text, raw blob, n decimal(9,2), \
         primary key (branch, id));\
         insert into \"Old Orders\" values (2, 'b', 'Müller 表', '{long}', x'00ff', 12.5), (1, 'b', '', ' 007 ', x'', null), \
         (3, 'a', 'longer than it says: much longer than ten', 'it''s', null, 0);\
         create table child_ren (id integer primary key, branch varchar(5), number integer, \
         foreign key (branch, number) references \"Old Orders\" (branch, id));\
         create view some as select id from child_ren"
    );
    let Some((_folder, url)) = sqlite(&sql) else { return };
    assert_eq!(listed(&url), ["Old Orders table", "child_ren table", "some view"]);
    // The driver gives the parts of the key in the order of the columns, and writes bytes as text.
    let expected = [
        "Old Orders:1|b|1|b|| 007 |X''|-".to_string(),
        format!("Old Orders:2|b|2|b|Müller 表|{long}|X'00FF'|12.5"),
        "Old Orders:3|a|3|a|longer than it says: much longer than ten|it's|-|0".to_string(),
    ];
    let rows = read(&url, &table("old orders")).expect("read");
    let rows: Vec<String> = rows.into_iter().map(|row| row.replace("old orders:", "Old Orders:")).collect();
    assert_eq!(rows, expected);
    let source = table("child_ren").open(&Place::Server(url.clone())).expect("opened");
    assert_eq!(source.declared_key(), ["id"]);
    assert_eq!(source.declared()[1].as_deref(), Some("varchar(5)"));
    let relation = Relation {
        columns: vec!["branch".into(), "number".into()],
        table: "Old Orders".into(),
        their_columns: vec!["branch".into(), "id".into()],
    };
    assert_eq!(source.relations(), [relation]);
    let text = "select id as \"die Nümmer\" from \"Old Orders\" where name like '%ü%'";
    let source = query(text).open(&Place::Server(url.clone())).expect("opened");
    assert_eq!(source.schema().field(0).name(), "die Nümmer");
    assert_eq!(read(&url, &query(text)).expect("read"), ["query:1|2"]);
}

#[test]
fn a_value_that_does_not_fit_is_read_whole() {
    // Declared as short, so that the driver is given short buffers.
    let mut sql = String::from("create table t (id integer primary key, name varchar(10));");
    for id in 1..=50 {
        let name = if id == 42 { "x".repeat(9000) } else { format!("name {id}") };
        sql.push_str(&format!("insert into t values ({id}, '{name}');"));
    }
    let Some((_folder, url)) = sqlite(&sql) else { return };
    let rows = read(&url, &table("t")).expect("read");
    let expected: Vec<String> = (1..=50)
        .map(|id| format!("t:{id}|{id}|{}", if id == 42 { "x".repeat(9000) } else { format!("name {id}") }))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn postgres_through_its_driver() {
    let Ok(server) = std::env::var("CUTOVER_TEST_POSTGRES") else {
        println!("skipped: no CUTOVER_TEST_POSTGRES");
        return;
    };
    if !has("PostgreSQL Unicode") {
        return;
    }
    let connection = crate::postgres::Connection::open(&server).unwrap_or_else(|problem| panic!("{}", problem.what));
    let long = "ä😀".repeat(20_000);
    let sql = format!(
        "drop schema if exists through_odbc cascade; create schema through_odbc; set search_path = through_odbc; \
         create table contact (id int primary key, name varchar(20), note text, free varchar, n numeric(12,3), d date, \
         ts timestamp, yes boolean, raw bytea, u uuid); \
         insert into contact values (2, 'Müller 表😀', '{long}', repeat('y', 5000), 12.5, '2020-02-29', \
         '1999-12-31 23:59:59.5', true, '\\x00ff', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), (1, '', null, ' 007 ', \
         null, null, null, false, '', null)"
    );
    connection.runtime.block_on(connection.client.batch_execute(&sql)).expect("filled");
    let at = url::Url::parse(&server).expect("a URL");
    let url = format!(
        "odbc:Driver={{PostgreSQL Unicode}};Server=127.0.0.1;Port={};Database=cutover;UID={};PWD={}",
        at.port().expect("a port"),
        at.username(),
        at.password().expect("a password")
    );
    let y = "y".repeat(5000);
    let expected = [
        "through_odbc.contact:1|1||-| 007 |-|-|-|0|0x|-".to_string(),
        format!(
            "through_odbc.contact:2|2|Müller 表😀|{long}|{y}|12.500|2020-02-29|1999-12-31 23:59:59.5|1|0x00ff|\
             A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
        ),
    ];
    assert_eq!(read(&url, &table("through_odbc.contact")).expect("read"), expected);
    assert!(listed(&url).contains(&"contact table".to_string()), "{:?}", listed(&url));
    let error = |url: &str, options: &OdbcOptions| read(url, options).expect_err("cannot be read");
    let wrong = error(&url.replace("PWD=", "PWD=x"), &table("contact"));
    assert!(wrong.what.contains("password"), "{wrong}");
    assert!(!wrong.to_string().contains(at.password().expect("a password")), "{wrong}");
    let cast = error(&url, &query("select 'secret'::text::int as n"));
    assert!(!cast.to_string().contains("secret"), "{cast}");
}

#[test]
fn mariadb_through_its_driver() {
    if !has("MariaDB Unicode") {
        return;
    }
    let long = "ä😀".repeat(20_000);
    let insert = format!(
        "insert into contact values (2, 'Müller 表😀', '{long}', 12.5, '2020-02-29', '1999-12-31 23:59:59', x'00ff', \
         18446744073709551615), (1, '', ' 007 ', null, null, null, '', 0)"
    );
    let statements = [
        "create table contact (id int primary key, name varchar(20), note longtext, n decimal(12,3), d date, \
         dt datetime, raw blob, u bigint unsigned)",
        &insert,
    ];
    let Some(server) = crate::sources::mysql::tests::server("through_odbc", &statements) else { return };
    let at = url::Url::parse(&server).expect("a URL");
    let url = format!(
        "odbc:Driver={{MariaDB Unicode}};Server=127.0.0.1;Port={};Database=through_odbc;UID={};PWD={}",
        at.port().expect("a port"),
        at.username(),
        at.password().expect("a password")
    );
    let expected = [
        "contact:1|1|| 007 |-|-|-|0x|0".to_string(),
        format!("contact:2|2|Müller 表😀|{long}|12.500|2020-02-29|1999-12-31 23:59:59|0x00ff|18446744073709551615"),
    ];
    assert_eq!(read(&url, &table("contact")).expect("read"), expected);
    assert_eq!(listed(&url), ["contact table"]);
}

#[test]
fn what_cannot_be_read_is_a_clear_error() {
    let Some((_folder, url)) = sqlite("create table customers (n int)") else { return };
    let error = |url: &str, options: &OdbcOptions| {
        let error = read(url, options).expect_err("cannot be read");
        for secret in ["s3cret", "somebody"] {
            assert!(!format!("{error} {:?}", error.help).contains(secret), "{error}");
        }
        error
    };
    let missing = error(&url, &table("costumers"));
    assert_eq!(missing.to_string(), "odbc:Driver={SQLite3};…: has no table `costumers`");
    assert_eq!(missing.help.as_deref(), Some("did you mean `customers`?"));
    assert_eq!(error(&url, &OdbcOptions { table: None, query: None }).what, "it is not said what to read from it");
    // This driver finds no fault before it runs a statement, and what selects nothing is not run.
    assert_eq!(error(&url, &query("selec 1")).what, "the query does not select anything");
    let syntax = error(&url, &query("select nowhere from customers"));
    assert_eq!(syntax.what, "the driver says: no such column: nowhere (1) (SQLSTATE HY000)");
    assert_eq!(error(&url, &query("drop table customers")).what, "the query does not select anything");
    assert_eq!(read(&url, &table("customers")).expect("still there"), Vec::<String>::new());
    let driver = error("odbc:Driver={No Such};PWD=s3cret", &table("t"));
    assert!(driver.what.starts_with("the driver manager says: "), "{driver}");
    assert!(driver.help.expect("help").contains("`SQLite3`"));
    assert!(error("odbc:nowhere", &table("t")).what.starts_with("the driver manager says: "));
    if has("FreeTDS") {
        let closed = error("odbc:Driver={FreeTDS};Server=127.0.0.1;Port=1;UID=somebody;PWD=s3cret", &table("t"));
        assert!(closed.what.starts_with("the server cannot be reached: "), "{closed}");
    }
}
