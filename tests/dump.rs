//! What a run left behind, as text that can be read and compared.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;

use arrow::array::AsArray;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// How a null is shown.
const NOTHING: &str = "∅";

/// The rows of a table as text, in order of their first column.
pub type Rows = Vec<Vec<Option<String>>>;

/// A table of the target, without the ledger's.
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Rows,
}

/// The tables of a SQLite target in order of their names, without the ledger.
pub fn sqlite(path: &Path) -> Vec<Table> {
    let database = open(path);
    let names = select(
        &database,
        "select name from sqlite_master where type = 'table' and name not like 'cutover_%' order by name",
    );
    let tables = names.into_iter().map(|row| {
        let name = row.into_iter().next().flatten().expect("a name");
        let statement = database.prepare(&format!("select * from \"{name}\"")).expect("a table");
        let columns: Vec<String> = statement.column_names().map(str::to_string).collect();
        drop(statement);
        let mut rows = select(&database, &format!("select * from \"{name}\""));
        rows.sort();
        Table { name, columns, rows }
    });
    tables.collect()
}

/// The rows of a query.
pub fn query(path: &Path, sql: &str) -> Rows {
    select(&open(path), sql)
}

fn open(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn select(database: &Connection, sql: &str) -> Rows {
    let mut statement = database.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let width = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cell = |index| {
            Ok(match row.get_ref(index)? {
                ValueRef::Null => None,
                ValueRef::Integer(number) => Some(number.to_string()),
                ValueRef::Real(number) => Some(number.to_string()),
                ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text).into_owned()),
            })
        };
        (0..width).map(cell).collect::<Result<Vec<_>, _>>()
    });
    rows.expect("a query").collect::<Result<_, _>>().expect("rows")
}

/// The names of a target's keys: `source:legacy key` of the record that has it.
pub fn key_names(path: &Path) -> BTreeMap<String, String> {
    if query(path, "select 1 from sqlite_master where name = 'cutover_key'").is_empty() {
        return BTreeMap::new();
    }
    named(query(path, "select target_key, source, legacy_key from cutover_key where merged = 0"))
}

/// Keys and their names, from rows of the ledger.
pub fn named(rows: Rows) -> BTreeMap<String, String> {
    let named = rows.into_iter().filter_map(|mut row| {
        let (key, source, legacy) = (row[0].take()?, row[1].take()?, row[2].take());
        // Keys that are not identifiers say something themselves.
        (key.len() == 36).then(|| (key, format!("{source}:{}", legacy.unwrap_or_default())))
    });
    named.collect()
}

/// Tables as text; keys that `names` knows read as these.
pub fn text(tables: &[Table], names: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for table in tables {
        writeln!(text, "{} ({})", table.name, table.columns.join(" | ")).expect("a text");
        let shown = |cell: &Option<String>| match cell {
            None => NOTHING.to_string(),
            Some(value) => {
                names.get(value).map_or_else(|| value.escape_debug().to_string(), |name| format!("<{name}>"))
            }
        };
        let mut lines: Vec<String> =
            table.rows.iter().map(|row| row.iter().map(shown).collect::<Vec<_>>().join(" | ")).collect();
        lines.sort();
        lines.iter().for_each(|line| writeln!(text, "  {line}").expect("a text"));
    }
    text
}

/// A staged record: what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    pub source: String,
    pub row: String,
    pub key: Option<String>,
    pub id: String,
    pub verdict: String,
    pub reason: String,
    pub survivor: String,
    pub issues: String,
    pub repairs: String,
}

/// The records of a staged dataset in their order.
pub fn staged(path: &Path) -> Vec<Staged> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("Parquet");
    let mut records = Vec::new();
    for batch in reader {
        let batch = batch.expect("a batch");
        let column = |name: &str| {
            let column = batch.column_by_name(name).unwrap_or_else(|| panic!("no column `{name}`"));
            let column = arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8).expect("text");
            column.as_string::<i32>().iter().map(|value| value.map(str::to_string)).collect::<Vec<_>>()
        };
        let [source, row, key, id, verdict, reason, survivor, issues, repairs] =
            ["_source", "_row", "_key", "_id", "_verdict", "_reason", "_survivor", "_issues", "_repairs"].map(column);
        for index in 0..batch.num_rows() {
            let of = |column: &[Option<String>]| column[index].clone().unwrap_or_default();
            records.push(Staged {
                source: of(&source),
                row: of(&row),
                key: key[index].clone(),
                id: of(&id),
                verdict: of(&verdict),
                reason: of(&reason),
                survivor: of(&survivor),
                issues: of(&issues),
                repairs: of(&repairs),
            });
        }
    }
    records
}

/// What became of each record of each entity of a run, a line each.
pub fn verdicts(run: &Path) -> String {
    let mut text = String::new();
    for path in files(&run.join("staged")) {
        writeln!(text, "{}", path.file_stem().and_then(|stem| stem.to_str()).expect("a name")).expect("a text");
        let records = staged(&path);
        let name = |id: &str| {
            let survivor = records.iter().find(|record| record.id == id).expect("the survivor is among the records");
            format!("{}:{}", survivor.source, survivor.key.as_deref().unwrap_or(NOTHING))
        };
        for record in &records {
            let mut line = format!(
                "  {}:{} @{}: {}",
                record.source,
                record.key.as_deref().unwrap_or(NOTHING),
                record.row,
                record.verdict
            );
            if !record.reason.is_empty() {
                write!(line, " ({})", record.reason).expect("a text");
            }
            if !record.survivor.is_empty() {
                write!(line, " into {}", name(&record.survivor)).expect("a text");
            }
            if !record.issues.is_empty() {
                write!(line, " issues {}", record.issues).expect("a text");
            }
            if !record.repairs.is_empty() {
                write!(line, " repaired {}", record.repairs).expect("a text");
            }
            writeln!(text, "{line}").expect("a text");
        }
    }
    text
}

/// All files below a folder, in order of their paths.
pub fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
