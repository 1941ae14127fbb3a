//! Against a real server, in a schema of each test's own.

use arrow::array::{Array, AsArray, RecordBatch};

use super::{PostgresOptions, open};
use crate::postgres::Connection;
use crate::sources::kind::{Opener, Place};
use crate::sources::{ReadError, Relation};

fn server(schema: &str, sql: &str) -> Option<String> {
    let Ok(url) = std::env::var("CUTOVER_TEST_POSTGRES") else {
        eprintln!("skipped: no CUTOVER_TEST_POSTGRES");
        return None;
    };
    let connection = Connection::open(&url).unwrap_or_else(|problem| panic!("{}", problem.what));
    let sql =
        format!("drop schema if exists {schema} cascade; create schema {schema}; set search_path = {schema}; {sql}");
    connection.runtime.block_on(connection.client.batch_execute(&sql)).expect("a statement");
    Some(url)
}

fn table(name: &str) -> PostgresOptions {
    PostgresOptions { table: Some(name.into()), query: None }
}

fn query(text: &str) -> PostgresOptions {
    PostgresOptions { table: None, query: Some(text.into()) }
}

fn lines(batch: &RecordBatch) -> Vec<String> {
    let cell = |column: &arrow::array::ArrayRef, row: usize| {
        if column.is_null(row) { "-".to_string() } else { column.as_string::<i32>().value(row).to_string() }
    };
    let line = |row: usize| {
        let cells = batch.columns().iter().enumerate().filter(|(index, _)| ![1, 2].contains(index));
        cells.map(|(_, column)| cell(column, row)).collect::<Vec<_>>().join(" ")
    };
    (0..batch.num_rows()).map(line).collect()
}

fn read(url: &str, options: &PostgresOptions, batch_rows: usize) -> Result<Vec<Vec<String>>, ReadError> {
    let source = open(url, options)?;
    source.open(batch_rows)?.map(|batch| batch.map(|batch| lines(&batch))).collect()
}

#[test]
fn every_type_is_text_in_the_order_of_the_key() {
    let sql = "create table \"Old Orders\" (b int, a text, d date, t timestamp, z timestamptz, n numeric(9,3), \
        f float8, yes boolean, u uuid, x bytea, primary key (a, b)); \
        insert into \"Old Orders\" values \
        (2, 'b', '1999-12-31', '2000-01-01 12:30:00', '2000-01-01 12:30:00+02', 12.50, 0.1, true, \
         'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\\x00ff'), \
        (10, 'a', null, null, null, null, null, false, null, null)";
    let Some(url) = server("source_types", sql) else { return };
    let rows = read(&url, &table("source_types.Old Orders"), 10).expect("read");
    let expected = [
        "source_types.Old Orders:a|10 10 a - - - - - false - -",
        "source_types.Old Orders:b|2 2 b 1999-12-31 2000-01-01T12:30:00 2000-01-01T10:30:00+00 12.500 0.1 true \
         a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 \\x00ff",
    ];
    assert_eq!(rows, [expected]);
    let source = open(&url, &table("source_types.Old Orders")).expect("opened");
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["b", "a", "d", "t", "z", "n", "f", "yes", "u", "x"]);
}

#[test]
fn a_query_is_read_in_batches_as_it_is() {
    let Some(url) = server("source_query", "create table t as select n from generate_series(1, 5) n") else { return };
    let text = "select n, n * n as square from source_query.t order by n desc; -- the last first";
    let batches = read(&url, &query(text.trim_end_matches(" -- the last first")), 2).expect("read");
    assert_eq!(
        batches,
        [vec!["query:1 5 25", "query:2 4 16"], vec!["query:3 3 9", "query:4 2 4"], vec!["query:5 1 1"]]
    );
    let commented = read(&url, &query("select 1 as one -- and only"), 2).expect("read");
    assert_eq!(commented, [vec!["query:1 1"]]);
    let keyless = read(&url, &table("source_query.t"), 9).expect("read");
    let expected: Vec<String> = (1..=5).map(|n| format!("source_query.t:{n} {n}")).collect();
    assert_eq!(keyless, [expected]);
    // Given up after the first batch: the thread must not hang or panic.
    let source = open(&url, &query("select generate_series(1, 1000000) as n")).expect("opened");
    let first = source.open(10).expect("a stream").next().expect("a batch").expect("read");
    assert_eq!(first.num_rows(), 10);
}

#[test]
fn what_cannot_be_read_is_a_clear_error() {
    let Some(url) = server("source_errors", "create table t (n int)") else { return };
    let error = |options: &PostgresOptions| read(&url, options, 10).expect_err("cannot be read").what;
    assert_eq!(error(&table("source_errors.nothing")), "has no table `source_errors.nothing`");
    assert_eq!(error(&query("select 1 as a, 2 as a")), "the query gives the column `a` twice");
    assert_eq!(error(&query("selec 1")), "the server says: syntax error at or near \"selec\" (SQLSTATE 42601)");
    let none = PostgresOptions { table: None, query: None };
    assert_eq!(error(&none), "it is not said what to read from it");
    // The server's message would quote the value.
    assert_eq!(error(&query("select 'secret'::text::int as n")), "the server refused a statement (SQLSTATE 22P02)");
    let wrong = url.replacen("postgres://cutover:", "postgres://cutover:x", 1);
    let refused = open(&wrong, &table("source_errors.t")).err().expect("a wrong password");
    assert_eq!(refused.what, "the server refused the user or the password");
    assert_eq!(read(&url, &table("source_errors.t"), 10).expect("an empty table"), Vec::<Vec<String>>::new());
}

#[test]
fn lists_what_can_be_read_and_says_what_is_declared() {
    let sql = "create table company (branch int, no varchar(9), dropped int, size numeric(9,2), primary key (no, branch)); \
        alter table company drop column dropped; \
        create table person (id uuid primary key, born date, branch int, company varchar(9), boss uuid \
        references person, foreign key (company, branch) references company (no, branch)); \
        create view people as select id, born from person; insert into company values (1, 'a', 2.5), (2, 'a', null); \
        create table parts (n int) partition by range (n); \
        create table parts_1 partition of parts for values from (0) to (9)";
    let Some(url) = server("source_declared", sql) else { return };
    let listed = table("").tables(&Place::Server(url.clone())).expect("lists");
    let own = listed.iter().filter(|entry| entry.name.starts_with("source_declared."));
    let lines: Vec<String> = own.map(|entry| format!("{} {} {:?}", entry.name, entry.what, entry.rows)).collect();
    assert_eq!(
        lines,
        [
            "source_declared.company table Some(2)",
            "source_declared.parts table None",
            "source_declared.people view None",
            "source_declared.person table Some(0)",
        ]
    );
    let source = open(&url, &table("source_declared.company")).expect("opens");
    let types: Vec<String> = source.declared().into_iter().flatten().collect();
    assert_eq!(types, ["integer", "character varying(9)", "numeric(9,2)"]);
    assert_eq!(source.declared_key(), ["no", "branch"]);
    let source = open(&url, &table("source_declared.person")).expect("opens");
    assert_eq!(source.declared()[0].as_deref(), Some("uuid"));
    let relation = |columns: &[&str], table: &str, their: &[&str]| Relation {
        columns: columns.iter().map(ToString::to_string).collect(),
        table: table.into(),
        their_columns: their.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(
        source.relations(),
        [
            relation(&["boss"], "source_declared.person", &["id"]),
            relation(&["company", "branch"], "source_declared.company", &["no", "branch"]),
        ]
    );
    let source = open(&url, &query("select 1 as n")).expect("opens");
    assert_eq!((source.declared(), source.declared_key(), source.relations()), (vec![None], vec![], vec![]));
}

#[test]
fn what_is_sent_is_encrypted_where_the_server_can() {
    let Some(url) = server("source_tls", "create table t (n int)") else { return };
    if std::env::var_os("CUTOVER_TEST_TLS").is_none() {
        println!("skipped: no CUTOVER_TEST_TLS");
        return;
    }
    let asked = query("select ssl::text from pg_stat_ssl where pid = pg_backend_pid()");
    let rows = |mode: &str| read(&format!("{url}{mode}"), &asked, 9);
    assert_eq!(rows("").expect("read"), [["query:1 true"]]);
    assert_eq!(rows("?sslmode=prefer").expect("read"), [["query:1 true"]]);
    assert_eq!(rows("?sslmode=disable").expect("read"), [["query:1 false"]]);
    let unknown = rows("?sslmode=require").expect_err("nobody has signed its certificate");
    assert_eq!(unknown.what, "no encrypted connection could be made");
}
