//! Databases made here, read back as lines.

use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch, StringArray};
use proptest::prelude::{any, proptest};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{SqliteOptions, open};
use crate::config::decode::Placed;
use crate::sources::Relation;
use crate::sources::kind::{Opener, Place};
use crate::sources::written::real as real_text;

fn placed(text: &str) -> Option<Placed<String>> {
    Some(Placed { value: text.into(), span: 0..0 })
}

fn table(name: &str) -> SqliteOptions {
    SqliteOptions { table: placed(name), query: None }
}

fn query(text: &str) -> SqliteOptions {
    SqliteOptions { table: None, query: placed(text) }
}

fn database(folder: &TempDir, sql: &str) -> PathBuf {
    let path = folder.path().join("old.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    path
}

fn cells(batch: &RecordBatch, row: usize) -> String {
    let cell = |column: &dyn Array| {
        let text = column.as_any().downcast_ref::<StringArray>().unwrap();
        if text.is_null(row) { "∅".to_string() } else { text.value(row).to_string() }
    };
    batch.columns().iter().map(|column| cell(column)).collect::<Vec<_>>().join("|")
}

/// Columns, then `_row|_fault|_notes|cells` of each record; or what went wrong.
fn read(path: &Path, options: &SqliteOptions) -> Result<Vec<String>, String> {
    let run = || {
        let source = open(path, options)?;
        let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
        let mut lines = vec![names.join("|")];
        for batch in source.open(2)? {
            let batch = batch?;
            assert!(batch.num_rows() <= 2);
            lines.extend((0..batch.num_rows()).map(|row| cells(&batch, row)));
        }
        Ok(lines)
    };
    run().map_err(|error: crate::sources::ReadError| {
        let name = error.place.rsplit('/').next().unwrap_or_default();
        format!("{name}: {}; {}", error.what, error.help.unwrap_or_default())
    })
}

#[test]
fn values_are_text_in_the_order_of_the_rows() {
    let folder = TempDir::new().unwrap();
    let path = database(
        &folder,
        "create table deal (id integer primary key, name, sum real, data);
         insert into deal values (9223372036854775807, 'Zoë', 12.0, x'00ff'), (3, '', 0.1, null), (7, 'x', 1e300, 5);
         insert into deal values (5, cast(x'4dfc' as text), -0.0, 'y');",
    );
    let expected = [
        "id|name|sum|data",
        "deal:3|∅|∅|3||0.1|∅",
        "deal:5|sqlite.encoding|∅|5|∅|0|y",
        "deal:7|∅|∅|7|x|1E300|5",
        "deal:9223372036854775807|∅|∅|9223372036854775807|Zoë|12|0x00ff",
    ];
    assert_eq!(read(&path, &table("Deal")).unwrap(), expected);
}

#[test]
fn tables_without_a_rowid_come_in_the_order_of_their_key() {
    let folder = TempDir::new().unwrap();
    let path = database(
        &folder,
        "create table pair (b text, a text, primary key (a, b)) without rowid;
         insert into pair values ('2', 'y'), ('1', 'z'), ('3', 'x');
         create table \"odd \"\" name\" (rowid text, oid text);
         insert into \"odd \"\" name\" values ('b', 'q'), ('a', 'r');
         create view seen as select a from pair;",
    );
    assert_eq!(read(&path, &table("pair")).unwrap(), ["b|a", "pair:1|∅|∅|3|x", "pair:2|∅|∅|2|y", "pair:3|∅|∅|1|z"]);
    assert_eq!(
        read(&path, &table("odd \" name")).unwrap(),
        ["rowid|oid", "odd \" name:1|∅|∅|b|q", "odd \" name:2|∅|∅|a|r"]
    );
    assert_eq!(read(&path, &table("seen")).unwrap(), ["a", "seen:1|∅|∅|x", "seen:2|∅|∅|y", "seen:3|∅|∅|z"]);
    assert_eq!(
        read(&path, &query("select a as A, count(*) n from pair group by a order by a desc limit 1")).unwrap(),
        ["A|n", "query:1|∅|∅|z|1"]
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = TempDir::new().unwrap();
    let path =
        database(&folder, "create table contact (id); create table company (id); create view recent as select 1;");
    let neither = SqliteOptions { table: None, query: None };
    let both = SqliteOptions { table: placed("contact"), query: placed("select 1") };
    let tables = "its tables: `company`, `contact`, `recent`";
    let cases = [
        (neither, format!("old.db: no table is named; give either `table` or `query`; {tables}")),
        (both, format!("old.db: both `table` and `query` are given; give either `table` or `query`; {tables}")),
        (table("contacts"), format!("old.db: has no table `contacts`; did you mean `contact`? {tables}")),
        (
            query("selct 1"),
            "old.db, query: near \"selct\": syntax error; try the query with `sqlite3` first".to_string(),
        ),
        (
            query("select 1; select 2"),
            "old.db, query: the query holds more than one statement; try the query with `sqlite3` first".to_string(),
        ),
        (
            query("delete from contact"),
            "old.db, query: the query does not select anything; give a single `select`".to_string(),
        ),
        (
            query("delete from contact returning id"),
            "old.db, query: the query does not select anything; give a single `select`".to_string(),
        ),
        (query("select ?1"), "old.db, query: the query has parameters; write their values into it".to_string()),
        (
            query("select id, id from contact"),
            "old.db, query: the column `id` is selected twice; give one of them another name with `as`".to_string(),
        ),
    ];
    for (options, expected) in cases {
        assert_eq!(read(&path, &options).unwrap_err(), expected);
    }
}

#[test]
fn what_is_no_database_is_said() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(&text, "id,name\n".repeat(200)).unwrap();
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let cases = [
        (text, "text.db: is not an SQLite database, or is encrypted; check the source's `path`"),
        (empty, "empty.db: has no table `t`; it holds no tables"),
        (folder.path().join("none.db"), "none.db: no such file; check the source's `path`"),
    ];
    for (path, expected) in cases {
        assert_eq!(read(&path, &table("t")).unwrap_err(), expected);
    }
    let error = read(folder.path(), &table("t")).unwrap_err();
    assert!(error.contains("is a folder, not a file"), "{error}");
}

#[test]
fn a_lock_is_said() {
    let folder = TempDir::new().unwrap();
    let path = database(&folder, "create table t (id);");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("begin exclusive").unwrap();
    assert_eq!(
        read(&path, &table("t")).unwrap_err(),
        "old.db: is locked by another program; close that program, or read a copy"
    );
}

proptest! {
    #[test]
    fn reals_come_back_the_same(real in any::<f64>()) {
        if real.is_finite() {
            assert_eq!(real_text(real).parse::<f64>().unwrap(), real);
        }
    }
}

/// An address book that Evolution wrote, where it is at hand.
#[test]
fn a_real_address_book_is_read() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let data = std::env::var_os("CUTOVER_SHARED_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    let path = data.join("06_crm/evolution-sqlite-3.10/contacts.db");
    if !path.is_file() {
        println!("skipped: no address book at hand");
        return;
    }
    let listed = table("").tables(&Place::Files(vec![path.clone()])).unwrap();
    let counts: Vec<_> = listed.iter().map(|entry| (entry.name.as_str(), entry.rows)).collect();
    assert_eq!(
        counts,
        [("folder_id", Some(20)), ("folder_id_lists", Some(20)), ("folders", Some(1)), ("keys", Some(0))]
    );
    let lines = read(&path, &table("folder_id")).unwrap();
    assert_eq!(lines.len(), 21);
    assert!(lines.iter().skip(1).all(|line| line.starts_with("folder_id:") && line.contains("BEGIN:VCARD")));
    assert!(lines.iter().skip(1).all(|line| line.split('|').nth(1) == Some("∅")));
}

#[test]
fn lists_what_can_be_read_and_says_what_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(
        &folder,
        "create table company (branch INTEGER, no TEXT, primary key (no, branch)) without rowid; \
         create table person (id INTEGER PRIMARY KEY, name VARCHAR(40), free, branch INT, company TEXT, boss \
         references person, foreign key (company, branch) references company (no, branch)); \
         create view people as select id, name from person; insert into person (name) values ('a'), ('b');",
    );
    let place = Place::Files(vec![path.clone()]);
    let listed = table("").tables(&place).unwrap();
    let lines: Vec<String> =
        listed.iter().map(|entry| format!("{} {} {} {:?}", entry.option, entry.name, entry.what, entry.rows)).collect();
    assert_eq!(lines, ["table company table Some(0)", "table people view None", "table person table Some(2)"]);
    let source = open(&path, &table("person")).unwrap();
    let types: Vec<String> = source.declared().into_iter().map(|kind| kind.unwrap_or("-".into())).collect();
    assert_eq!(types, ["integer", "varchar(40)", "-", "int", "text", "-"]);
    assert_eq!(source.declared_key(), ["id"]);
    let relation = |columns: &[&str], table: &str, their: &[&str]| Relation {
        columns: columns.iter().map(ToString::to_string).collect(),
        table: table.into(),
        their_columns: their.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(
        source.relations(),
        [relation(&["boss"], "person", &["id"]), relation(&["company", "branch"], "company", &["no", "branch"])]
    );
    assert_eq!(open(&path, &table("company")).unwrap().declared_key(), ["no", "branch"]);
    let source = open(&path, &query("select id from person")).unwrap();
    assert_eq!((source.declared(), source.declared_key(), source.relations()), (vec![None], vec![], vec![]));
}
