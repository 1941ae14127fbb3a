//! SQLite: a table, a view or the result of a query.
//!
//! Every column is read as text, because SQLite's declared types bind nothing: a
//! column declared `INTEGER` may hold words. The file is opened for reading only
//! and is never written to, not even by a query.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::declared::Declared;
use crate::config::decode::Placed;
use crate::diagnostic::{Code, nearest};
use crate::options;
use crate::record;
use crate::sources::ahead::{Sender, ahead};
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{Batches, ReadError, Relation, Rows, Source, open_file, written};

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: "sqlite.encoding",
        what: "A text of the record is not valid UTF-8, which is what SQLite promises its texts to be.",
        why: "The program that wrote it put bytes of another encoding there, and which one cannot be known for \
              certain. Guessing would spoil names silently, so the record is not used.",
        example: "`Müller` stored as the Windows-1252 bytes `4D FC 6C 6C 65 72`",
        fix: "Repair the value in the database, or read it through a query as `hex(\"column\")`.",
    },
    Code {
        id: "sqlite.too-large",
        what: "A value of the record is larger than 64 MB.",
        why: "It would not fit into memory beside the rest; no field of customer data is that long.",
        example: "a video in a column of attachments",
        fix: "Read the table through a query that leaves the column out.",
    },
];

options! {
    /// What is read from a database: a table or a query, exactly one.
    pub struct SqliteOptions {
        /// The name of a table or view.
        table: Option<Placed<String>>,
        /// A `select`; its rows come in the order that it gives them.
        query: Option<Placed<String>>,
    }
}

/// Bytes of one value at most; in hex a blob takes twice as many.
const CELL_BYTES: usize = 64 << 20;
/// Text in one batch at most, however few its rows.
const BATCH_BYTES: usize = 32 << 20;
/// How long to wait for another program's lock.
const PATIENCE: Duration = Duration::from_secs(5);

impl Opener for SqliteOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.file()?, self)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let path = place.file()?;
        let connection = connect(path)?;
        let (tables, _) = listed(path, &connection)?;
        let entry = |table: Table| {
            // Of a view it would take reading it.
            let rows = table.is_table.then(|| count(&connection, &table.name));
            let rows = rows.transpose().map_err(|error| failed(path, &error))?;
            Ok(TableEntry { name: table.name, option: "table", what: table.kind, rows })
        };
        tables.into_iter().map(entry).collect()
    }
}

fn count(connection: &Connection, table: &str) -> rusqlite::Result<u64> {
    let select = format!("select count(*) from {}", quoted(table));
    let count: i64 = connection.query_row(&select, [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Opens a database and finds the columns of the table or query.
pub(crate) fn open(path: &Path, options: &SqliteOptions) -> Result<Box<dyn Source>, ReadError> {
    let connection = connect(path)?;
    let plan = match (&options.table, &options.query) {
        (Some(table), None) => Plan::of_table(path, &connection, &table.value)?,
        (None, Some(query)) => Plan::of_query(&query.value),
        (given, _) => {
            let what = if given.is_some() { "both `table` and `query` are given" } else { "no table is named" };
            let (_, help) = listed(path, &connection)?;
            return Err(ReadError::new(path.display().to_string(), what)
                .help(format!("give either `table` or `query`; {help}")));
        }
    };
    let names = plan.columns(path, &connection)?;
    let schema = Rows::text_schema(&names);
    let said = declared::read(&connection, &plan, &names).map_err(|error| failed(path, &error))?;
    Ok(Box::new(Database { path: path.to_path_buf(), plan: Arc::new(plan), schema, said }))
}

fn connect(path: &Path) -> Result<Connection, ReadError> {
    // SQLite's own message for a missing file and for a folder is the same.
    drop(open_file(path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| failed(path, &error))?;
    connection.busy_timeout(PATIENCE).map_err(|error| failed(path, &error))?;
    Ok(connection)
}

fn failed(path: &Path, error: &rusqlite::Error) -> ReadError {
    let place = path.display().to_string();
    let code = error.sqlite_error_code();
    match code {
        Some(ErrorCode::NotADatabase) => {
            ReadError::new(place, "is not an SQLite database, or is encrypted").help("check the source's `path`")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ReadError::new(place, "is locked by another program").help("close that program, or read a copy")
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            ReadError::new(place, "is damaged").help("`sqlite3 FILE .recover | sqlite3 NEW` saves what can be saved")
        }
        Some(ErrorCode::CannotOpen) => ReadError::new(place, "cannot be opened by SQLite")
            .help("if it has a `-wal` file beside it, read a copy of both in a folder that can be written to"),
        _ => ReadError::new(place, said(error)),
    }
}

/// SQLite's own words. They quote the query, never a value of the data.
fn said(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(code, _) => code.to_string(),
        rusqlite::Error::MultipleStatement => "the query holds more than one statement".into(),
        _ => "SQLite cannot answer it".into(),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The tables and views with their kind, and the names as help.
fn listed(path: &Path, connection: &Connection) -> Result<(Vec<Table>, String), ReadError> {
    let select = "select name, type, wr from pragma_table_list \
                  where schema = 'main' and name not like 'sqlite\\_%' escape '\\' and type <> 'shadow' order by name";
    let read = || {
        let mut statement = connection.prepare(select)?;
        let tables = statement.query_map([], |row| {
            let kind: String = row.get(1)?;
            let is_table = kind == "table";
            let kind = if kind == "virtual" { "virtual table".to_string() } else { kind };
            Ok(Table { name: row.get(0)?, kind, is_table, keyed: row.get(2)? })
        })?;
        tables.collect::<Result<Vec<Table>, _>>()
    };
    let tables = read().map_err(|error| failed(path, &error))?;
    let names = tables.iter().map(|table| format!("`{}`", table.name)).collect::<Vec<_>>().join(", ");
    let help = if tables.is_empty() { "it holds no tables".to_string() } else { format!("its tables: {names}") };
    Ok((tables, help))
}

struct Table {
    name: String,
    /// `table`, `view` or `virtual table`.
    kind: String,
    /// False for views and virtual tables.
    is_table: bool,
    /// Declared `WITHOUT ROWID`.
    keyed: bool,
}

/// What is selected, and how its rows are named.
struct Plan {
    select: String,
    /// What `_row` begins with.
    name: String,
    /// The first column selected is the row's number, and not a column of the source.
    numbered: bool,
    /// The user wrote it.
    is_query: bool,
}

impl Plan {
    fn of_query(query: &str) -> Self {
        Self { select: query.to_string(), name: "query".into(), numbered: false, is_query: true }
    }

    fn of_table(path: &Path, connection: &Connection, wanted: &str) -> Result<Self, ReadError> {
        let (tables, help) = listed(path, connection)?;
        let Some(table) = tables.iter().find(|table| table.name.eq_ignore_ascii_case(wanted)) else {
            let error = ReadError::new(path.display().to_string(), format!("has no table `{wanted}`"));
            let near = nearest(wanted, tables.iter().map(|table| table.name.as_str()));
            return Err(match near {
                Some(near) => error.help(format!("did you mean `{near}`? {help}")),
                None => error.help(help),
            });
        };
        let name = quoted(&table.name);
        let columns = columns_of(connection, &table.name).map_err(|error| failed(path, &error))?;
        // A column may be called `rowid`, and then that word means the column.
        let alias = ["rowid", "_rowid_", "oid"]
            .into_iter()
            .find(|alias| !columns.iter().any(|(column, _)| column.eq_ignore_ascii_case(alias)));
        let (select, numbered) = match alias {
            Some(alias) if table.is_table && !table.keyed => {
                (format!("select {alias}, * from {name} order by {alias}"), true)
            }
            _ => {
                let mut key: Vec<_> = columns.iter().filter(|(_, place)| *place > 0).collect();
                key.sort_by_key(|(_, place)| *place);
                let key = key.iter().map(|(column, _)| quoted(column)).collect::<Vec<_>>().join(", ");
                let order = if key.is_empty() { String::new() } else { format!(" order by {key}") };
                (format!("select * from {name}{order}"), false)
            }
        };
        Ok(Self { select, name: table.name.clone(), numbered, is_query: false })
    }

    /// The columns' names; checks that the query is one that only reads.
    fn columns(&self, path: &Path, connection: &Connection) -> Result<Vec<String>, ReadError> {
        let refused = |what: String| {
            let place = path.display().to_string();
            let place = if self.is_query { format!("{place}, query") } else { place };
            ReadError::new(place, what)
        };
        let statement = connection.prepare(&self.select).map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::Unknown) | None if self.is_query => {
                refused(said(&error)).help("try the query with `sqlite3` first")
            }
            _ => failed(path, &error),
        })?;
        if statement.column_count() == 0 || !statement.readonly() {
            return Err(refused("the query does not select anything".into()).help("give a single `select`"));
        }
        if statement.parameter_count() > 0 {
            return Err(refused("the query has parameters".into()).help("write their values into it"));
        }
        let names: Vec<String> =
            statement.column_names().skip(usize::from(self.numbered)).map(str::to_string).collect();
        let mut seen = HashSet::new();
        for name in &names {
            if record::LINEAGE.contains(&&**name) {
                return Err(refused(format!("the column `{name}` has a name of cutover's own"))
                    .help("give it another with `as` in a query"));
            }
            if !seen.insert(name) {
                return Err(refused(format!("the column `{name}` is selected twice"))
                    .help("give one of them another name with `as`"));
            }
        }
        Ok(names)
    }
}

/// The columns of a table, each with its place in the primary key, from 1, or 0.
fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut statement = connection.prepare("select name, pk from pragma_table_xinfo(?1)")?;
    let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    columns.collect()
}

struct Database {
    path: PathBuf,
    plan: Arc<Plan>,
    schema: SchemaRef,
    said: Declared,
}

impl Source for Database {
    /// What was written last may still stand in the log beside the file.
    fn beside(&self) -> Vec<PathBuf> {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        let filled = std::fs::metadata(&log).is_ok_and(|about| about.len() > 0);
        filled.then_some(log).into_iter().collect()
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.said.types.clone()
    }

    fn declared_key(&self) -> Vec<String> {
        self.said.key.clone()
    }

    fn relations(&self) -> Vec<Relation> {
        self.said.relations.clone()
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        // A statement borrows its connection, so both live on a thread of their own.
        let (path, plan, schema) = (self.path.clone(), Arc::clone(&self.plan), self.schema());
        ahead("sqlite source", &self.path.display().to_string(), move |sender| {
            Reader { plan: &plan, rows: Rows::new(&schema), bytes: 0, batch_rows, sender }.read(&path)
        })
    }
}

struct Reader<'a> {
    plan: &'a Plan,
    rows: Rows,
    bytes: usize,
    batch_rows: usize,
    sender: &'a Sender,
}

impl Reader<'_> {
    fn read(mut self, path: &Path) -> Result<(), ReadError> {
        let connection = connect(path)?;
        let broken = |error: rusqlite::Error| failed(path, &error);
        let mut statement = connection.prepare(&self.plan.select).map_err(broken)?;
        let width = statement.column_count();
        let mut rows = statement.query([]).map_err(broken)?;
        let mut number = 0_i64;
        while let Some(row) = rows.next().map_err(broken)? {
            number = if self.plan.numbered { row.get(0).map_err(broken)? } else { number + 1 };
            if self.push(row, number, width).map_err(broken)?.is_break() {
                return Ok(());
            }
        }
        let _ = self.send();
        Ok(())
    }

    fn push(&mut self, row: &rusqlite::Row<'_>, number: i64, width: usize) -> rusqlite::Result<ControlFlow<()>> {
        let mut cells = Vec::with_capacity(width);
        let mut fault = None;
        for column in usize::from(self.plan.numbered)..width {
            let cell = text(row.get_ref(column)?).unwrap_or_else(|code| {
                fault = fault.or(Some(code));
                None
            });
            self.bytes += cell.as_ref().map_or(0, String::len);
            cells.push(cell);
        }
        let place = format!("{}:{number}", self.plan.name);
        self.rows.push(&place, fault, None, cells.iter().map(Option::as_deref));
        if self.rows.len() >= self.batch_rows.max(1) || self.bytes > BATCH_BYTES {
            return Ok(self.send());
        }
        Ok(ControlFlow::Continue(()))
    }

    fn send(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        if self.rows.is_empty() {
            return ControlFlow::Continue(());
        }
        match self.sender.send(Ok(self.rows.finish())) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// A value as text, or the code of what is wrong with it.
fn text(value: ValueRef<'_>) -> Result<Option<String>, &'static str> {
    Ok(match value {
        ValueRef::Null => None,
        ValueRef::Integer(whole) => Some(whole.to_string()),
        ValueRef::Real(real) => Some(written::real(real)),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) if bytes.len() > CELL_BYTES => return Err("sqlite.too-large"),
        ValueRef::Text(bytes) => Some(std::str::from_utf8(bytes).map_err(|_| "sqlite.encoding")?.to_string()),
        ValueRef::Blob(bytes) => Some(written::hex(bytes)),
    })
}

mod declared;
#[cfg(test)]
mod tests;
