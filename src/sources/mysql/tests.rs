//! Against a real server, in a database of each test's own.

use arrow::array::{Array, AsArray, RecordBatch};
use mysql_async::prelude::Queryable;

use super::connection::Connection;
use super::value::float;
use super::{MysqlOptions, open};
use crate::sources::kind::{Opener, Place};
use crate::sources::{ReadError, Relation};

/// The URL of a new database of that name, in which `statements` were run.
pub(crate) fn server(database: &str, statements: &[&str]) -> Option<String> {
    let Ok(url) = std::env::var("CUTOVER_TEST_MYSQL") else {
        eprintln!("skipped: no CUTOVER_TEST_MYSQL");
        return None;
    };
    let mut connection = Connection::open(&url, "the server").expect("connected");
    let own = [
        "set names utf8mb4".to_string(),
        "set session sql_mode = '', time_zone = '+00:00'".to_string(),
        format!("drop database if exists {database}"),
        format!("create database {database} character set utf8mb4"),
        format!("use {database}"),
    ];
    let statements = own.iter().map(String::as_str).chain(statements.iter().copied());
    let Connection { conn, runtime } = &mut connection;
    for statement in statements {
        runtime.block_on(conn.query_drop(statement)).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let mut url = url::Url::parse(&url).expect("a URL");
    url.set_path(database);
    Some(url.to_string())
}

fn table(name: &str) -> MysqlOptions {
    MysqlOptions { table: Some(name.into()), query: None }
}

fn query(text: &str) -> MysqlOptions {
    MysqlOptions { table: None, query: Some(text.into()) }
}

fn lines(batch: &RecordBatch) -> Vec<String> {
    let cell = |column: &arrow::array::ArrayRef, row: usize| {
        if column.is_null(row) { "-".to_string() } else { column.as_string::<i32>().value(row).to_string() }
    };
    let line = |row: usize| {
        let cells = batch.columns().iter().enumerate().filter(|(index, _)| *index != 2);
        cells.map(|(_, column)| cell(column, row)).collect::<Vec<_>>().join(" ")
    };
    (0..batch.num_rows()).map(line).collect()
}

fn read(url: &str, options: &MysqlOptions, batch_rows: usize) -> Result<Vec<Vec<String>>, ReadError> {
    let source = open(url, options)?;
    source.open(batch_rows)?.map(|batch| batch.map(|batch| lines(&batch))).collect()
}

#[test]
fn every_type_is_text_in_the_order_of_the_key() {
    let create = "create table `Old Orders` (b int, a varchar(9), d date, t datetime(3), z timestamp null, h time, \
        n decimal(20,5), u bigint unsigned, f float, g double, bits bit(12), yes bit(1), j json, x varbinary(9), \
        blobby blob, kind enum('one','two'), tags set('x','y','z'), born year, note text character set latin1, \
        smile varchar(9), primary key (a, b))";
    let insert = "insert into `Old Orders` values \
        (2, 'b', '0000-00-00', '1999-12-31 23:59:59.120', '2000-01-01 12:30:00', '-838:59:59', -12.50, \
         18446744073709551615, 16777217, 0.1, b'101000000001', 1, '{\"a\": 1}', x'00ff', '', 'two', 'x,z', 1987, \
         'Müller', '😀'), \
        (10, 'a', '2024-02-30', '2012-00-00', null, '01:02:03', 99999999999999.12345, 0, 0.1, 1e300, 0, 0, null, \
         null, null, '', '', null, '', ' 007 ')";
    let allow = "set session sql_mode = 'ALLOW_INVALID_DATES'";
    let Some(url) = server("source_types", &[allow, create, insert]) else { return };
    let rows = read(&url, &table("Old Orders"), 10).expect("read");
    let expected = [
        "Old Orders:a|10 - 10 a 2024-02-30 2012-00-00 00:00:00.000 - 01:02:03 99999999999999.12345 0 0.1 1e300 0 0 - \
         - -   -   007 ",
        "Old Orders:b|2 - 2 b 0000-00-00 1999-12-31 23:59:59.120 2000-01-01 12:30:00 -838:59:59 -12.50000 \
         18446744073709551615 16777216 0.1 2561 1 {\"a\": 1} 0x00ff 0x two x,z 1987 Müller 😀",
    ];
    assert_eq!(rows, [expected]);
    let source = open(&url, &table("Old Orders")).expect("opened");
    assert_eq!(source.declared_key(), ["a", "b"]);
    let declared: Vec<String> = source.declared().into_iter().flatten().collect();
    assert_eq!(declared[..4], ["int(11)", "varchar(9)", "date", "datetime(3)"]);
    assert_eq!(declared[15], "enum('one','two')");
}

#[test]
fn a_float_keeps_all_its_places() {
    assert_eq!(float("0.1".into(), "0.10000000149011612"), "0.1");
    assert_eq!(float("16777200".into(), "16777216"), "16777216");
    assert_eq!(float("1.23457e20".into(), "123456789012345678848"), "1.2345679e20");
    assert_eq!(float("3.33333".into(), "3.3333332538604736"), "3.3333333");
}

#[test]
fn a_query_is_read_in_batches_as_it_is() {
    let create = "create table t (n int)";
    let fill = "insert into t values (1), (2), (3), (4), (5)";
    let Some(url) = server("source_query", &[create, fill]) else { return };
    let batches = read(&url, &query("select n, n * n as square from t order by n desc;"), 2).expect("read");
    assert_eq!(
        batches,
        [vec!["query:1 - 5 25", "query:2 - 4 16"], vec!["query:3 - 3 9", "query:4 - 2 4"], vec!["query:5 - 1 1"]]
    );
    let keyless = read(&url, &table("source_query.t"), 9).expect("read");
    let expected: Vec<String> = (1..=5).map(|n| format!("source_query.t:{n} - {n}")).collect();
    assert_eq!(keyless, [expected]);
    // Given up after the first batch: the thread must not hang or panic.
    let many = "select a.n from t a, t b, t c, t d, t e, t f, t g, t h, t i";
    let source = open(&url, &query(many)).expect("opened");
    let first = source.open(10).expect("a stream").next().expect("a batch").expect("read");
    assert_eq!(first.num_rows(), 10);
}

#[test]
fn a_text_that_is_not_utf_8_costs_its_record() {
    let statements = [
        "create table t (id int primary key, name varchar(20) character set utf8mb4)",
        "insert into t values (1, 'fine')",
        "set names binary",
        "insert ignore into t values (2, x'4d')",
    ];
    let Some(url) = server("source_broken", &statements) else { return };
    // A server no longer takes broken text: a query may still give it.
    let text = "select convert(x'4d' using utf8mb4) as good, cast(x'4dfc' as char character set binary) as raw";
    assert_eq!(read(&url, &query(text), 9).expect("read"), [["query:1 - M 0x4dfc"]]);
    assert_eq!(super::value::Form::Text.text(b"M\xfcller"), Err(super::ENCODING));
    assert_eq!(read(&url, &table("t"), 9).expect("read"), [["t:1 - 1 fine", "t:2 - 2 M"]]);
}

#[test]
fn tables_and_references_are_those_of_the_database() {
    let statements = [
        "create table account (id int, branch char(2), primary key (branch, id))",
        "create table contact (id int primary key, branch char(2), account int, boss int, \
         constraint works foreign key (branch, account) references account (branch, id), \
         constraint boss foreign key (boss) references contact (id))",
        "create table old (n int) engine = MyISAM",
        "insert into old values (1), (2)",
        "create view active as select id, branch from contact",
        "insert into account values (2, 'B'), (1, 'a'), (1, 'B')",
        "insert into contact values (1, 'B', 1, null), (2, 'B', 2, 1)",
    ];
    let Some(url) = server("source_tables", &statements) else { return };
    let listed = table("").tables(&Place::Server(url.clone())).expect("listed");
    let shown: Vec<String> =
        listed.iter().map(|entry| format!("{} {} {:?}", entry.name, entry.what, entry.rows)).collect();
    assert_eq!(shown, ["account table None", "active view None", "contact table None", "old table Some(2)"]);
    let source = open(&url, &table("contact")).expect("opened");
    let relation = |columns: &[&str], table: &str, theirs: &[&str]| Relation {
        columns: columns.iter().map(ToString::to_string).collect(),
        table: table.into(),
        their_columns: theirs.iter().map(ToString::to_string).collect(),
    };
    let expected =
        [relation(&["boss"], "contact", &["id"]), relation(&["branch", "account"], "account", &["branch", "id"])];
    assert_eq!(source.relations(), expected);
    let rows = read(&url, &table("account"), 9).expect("read");
    assert_eq!(rows, [["account:a|1 - 1 a", "account:B|1 - 1 B", "account:B|2 - 2 B"]]);
    assert_eq!(read(&url, &table("active"), 9).expect("read"), [["active:1 - 1 B", "active:2 - 2 B"]]);
}

#[test]
fn what_cannot_be_read_is_a_clear_error() {
    let Some(url) = server("source_errors", &["create table customers (n int)"]) else { return };
    let error = |options: &MysqlOptions| read(&url, options, 10).expect_err("cannot be read");
    assert_eq!(error(&table("costumers")).what, "has no table `costumers`");
    assert_eq!(error(&table("costumers")).help.as_deref(), Some("did you mean `customers`?"));
    assert_eq!(error(&query("select 1 as a, 2 as a")).what, "the query gives the column `a` twice");
    assert!(error(&query("selec 1")).what.starts_with("the server says: You have an error in your SQL syntax"));
    assert_eq!(error(&MysqlOptions { table: None, query: None }).what, "it is not said what to read from it");
    assert_eq!(error(&query("drop table customers")).what, "the query does not select anything");
    assert!(error(&query("select 1; drop table customers")).what.starts_with("the server says: You have an error"));
    assert_eq!(read(&url, &table("customers"), 10).expect("still there"), Vec::<Vec<String>>::new());
    assert_eq!(error(&query("select ? as n")).what, "the query has parameters");
    let opened = |url: &str| open(url, &table("customers")).err().expect("cannot be opened");
    let wrong = opened(&url.replacen("cutover:", "cutover:x", 1));
    assert_eq!(wrong.what, "the server refused the user or the password");
    assert!(!wrong.place.contains("cutover:"), "{}", wrong.place);
    assert_eq!(opened(&url.replace("source_errors", "nowhere")).what, "there is no such database on the server");
    assert_eq!(opened(&format!("{url}?sslmode=require")).what, "no encrypted connection could be made");
    assert_eq!(open(&format!("{url}?sslmode=disable"), &table("customers")).err().map(|error| error.what), None);
    let option = opened(&format!("{url}?compress=fast"));
    assert_eq!(option.what, "has an option `compress` that is not known, or its value");
    let mariadb = url.replacen("mysql:", "mariadb:", 1);
    assert_eq!(read(&mariadb, &table("customers"), 10).expect("read"), Vec::<Vec<String>>::new());
    let closed = opened("mysql://someone:secret@127.0.0.1:1/x");
    assert!(closed.what.starts_with("the server cannot be reached: "), "{}", closed.what);
}

#[test]
fn what_is_sent_is_encrypted_where_the_server_can() {
    let Some(url) = server("source_tls", &["create table t (n int)"]) else { return };
    if std::env::var_os("CUTOVER_TEST_TLS").is_none() {
        println!("skipped: no CUTOVER_TEST_TLS");
        return;
    }
    let asked = query(
        "select variable_value <> '' as tls from information_schema.session_status where variable_name = 'ssl_cipher'",
    );
    let rows = |mode: &str| read(&format!("{url}{mode}"), &asked, 9);
    assert_eq!(rows("").expect("read"), [["query:1 - 1"]]);
    assert_eq!(rows("?sslmode=prefer").expect("read"), [["query:1 - 1"]]);
    assert_eq!(rows("?sslmode=disable").expect("read"), [["query:1 - 0"]]);
    let unknown = rows("?sslmode=require").expect_err("nobody has signed its certificate");
    assert_eq!(unknown.what, "no encrypted connection could be made");
}
