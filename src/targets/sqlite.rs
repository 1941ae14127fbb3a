//! Loads into a SQLite file: the embedded target, with nothing to install.
//!
//! Dates and times are ISO texts, decimals are texts with all their places,
//! booleans are 0 and 1, UUIDs are texts: the same values that Postgres gives
//! as text. One `begin immediate` transaction holds the whole load.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OptionalExtension, ToSql, ffi};

use super::flow::{self, Session, Stop};
use super::plan::{Dialect, Live};
use super::staged::Reader;
use super::{Interrupt, LiveTable, Load, LoadError, Loaded, Target};
use crate::config::pipeline::{FieldType, LiveColumn};
use crate::postgres::identifier;

/// How long to wait for another program that is writing to the file.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A SQLite file; opened for each use, made by the first load.
pub(super) struct Sqlite {
    path: PathBuf,
}

impl Sqlite {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    fn place(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }

    fn connect(&self) -> Result<Connection, LoadError> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| LoadError::Target {
                place: self.place(),
                what: format!("its folder cannot be made: {error}"),
                help: Some("choose a folder that the user may write to".into()),
            })?;
        }
        let connection = Connection::open(&self.path).map_err(|error| failed(&self.place(), &error))?;
        let set = || {
            connection.busy_timeout(BUSY_WAIT)?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.pragma_update(None, "cache_size", -65536)
        };
        set().map_err(|error| failed(&self.place(), &error))?;
        Ok(connection)
    }

    fn load_into(&self, connection: &Connection, load: &Load<'_>) -> Result<Loaded, LoadError> {
        let place = self.place();
        let mut session = Writer { connection, place: place.clone(), interrupt: load.interrupt.clone() };
        let failed = |error: &rusqlite::Error| failed(&place, error);
        connection.execute_batch("begin immediate").map_err(|error| failed(&error))?;
        let outcome = flow::run(&mut session, "main", load);
        if load.interrupt.is_set() {
            let _ = connection.execute_batch("rollback");
            return Err(LoadError::Interrupted);
        }
        match outcome {
            Ok((loaded, true)) => {
                connection.execute_batch("commit").map_err(|error| failed(&error))?;
                Ok(loaded)
            }
            Ok((loaded, false)) => {
                connection.execute_batch("rollback").map_err(|error| failed(&error))?;
                Ok(loaded)
            }
            Err(error) => {
                // Some errors have rolled back already: there is nothing to add then.
                let _ = connection.execute_batch("rollback");
                Err(error)
            }
        }
    }
}

impl Target for Sqlite {
    fn survey(&mut self) -> Result<Vec<LiveTable>, LoadError> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let connection = self.connect()?;
        survey(&connection).map_err(|error| failed(&self.place(), &error))
    }

    fn describe(&mut self, table: &str) -> Result<Option<Vec<LiveColumn>>, LoadError> {
        if !self.path.exists() {
            return Ok(None);
        }
        let connection = self.connect()?;
        let columns = columns(&connection, table).map_err(|error| failed(&self.place(), &error))?;
        Ok((!columns.is_empty()).then_some(columns))
    }

    fn load(&mut self, load: &Load<'_>) -> Result<Loaded, LoadError> {
        let existed = self.path.exists();
        let made = missing_folders(&self.path);
        let connection = self.connect()?;
        let result = watched(&connection, &load.interrupt, || self.load_into(&connection, load));
        let kept = result.as_ref().is_ok_and(|loaded| loaded.within_limits && !load.dry_run);
        drop(connection);
        if !existed && !kept {
            // What is left over is an empty file, and folders if we made them.
            let _ = std::fs::remove_file(&self.path);
            for folder in made {
                let _ = std::fs::remove_dir(folder);
            }
        }
        result
    }
}

/// The folders above `path` that do not exist, the innermost first.
fn missing_folders(path: &Path) -> Vec<PathBuf> {
    let above = path.ancestors().skip(1);
    above.take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).map(Path::to_path_buf).collect()
}

/// Runs `work`, and stops the statement that runs when the user interrupts.
fn watched<T>(connection: &Connection, interrupt: &Interrupt, work: impl FnOnce() -> T) -> T {
    let handle = connection.get_interrupt_handle();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                if interrupt.is_set() {
                    handle.interrupt();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let outcome = work();
        done.store(true, Ordering::SeqCst);
        outcome
    })
}

struct Writer<'a> {
    connection: &'a Connection,
    place: String,
    interrupt: Interrupt,
}

impl Writer<'_> {
    fn stop(&self, error: &rusqlite::Error) -> Stop {
        if self.interrupt.is_set() {
            return LoadError::Interrupted.into();
        }
        match error {
            rusqlite::Error::SqliteFailure(cause, message) if cause.code == ErrorCode::ConstraintViolation => {
                let message = message.clone().unwrap_or_else(|| cause.to_string());
                Stop::Refused { code: refusal(cause.extended_code, &message), message }
            }
            rusqlite::Error::SqliteFailure(cause, message)
                if [ErrorCode::TypeMismatch, ErrorCode::TooBig].contains(&cause.code) =>
            {
                Stop::Refused { code: "target.type", message: message.clone().unwrap_or_else(|| cause.to_string()) }
            }
            other => failed(&self.place, other).into(),
        }
    }
}

fn refusal(extended: i32, message: &str) -> &'static str {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            "target.unique"
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => "target.foreign-key",
        ffi::SQLITE_CONSTRAINT_NOTNULL => "target.not-null",
        ffi::SQLITE_CONSTRAINT_CHECK if message.ends_with("_length") => "target.too-long",
        ffi::SQLITE_CONSTRAINT_CHECK => "target.check",
        ffi::SQLITE_CONSTRAINT_DATATYPE => "target.type",
        _ => "target.other",
    }
}

impl Session for Writer<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Stop> {
        let rows = self.connection.execute(sql, []).map_err(|error| self.stop(&error))?;
        Ok(rows as u64)
    }

    fn numbers(&mut self, sql: &str) -> Result<Vec<i64>, Stop> {
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, Option<i64>>(0))?;
            rows.filter_map(Result::transpose).collect::<Result<Vec<i64>, rusqlite::Error>>()
        };
        read().map_err(|error| self.stop(&error))
    }

    fn fill(&mut self, table: &str, batches: Reader, told: &(dyn Fn(u64) + Sync)) -> Result<(), Stop> {
        let mut rows = 0;
        for batch in batches {
            if self.interrupt.is_set() {
                return Err(LoadError::Interrupted.into());
            }
            let batch = batch?;
            let marks = vec!["?"; batch.num_columns()].join(", ");
            let mut insert = self
                .connection
                .prepare_cached(&format!("insert into {table} values ({marks})"))
                .map_err(|error| self.stop(&error))?;
            let columns = batch.columns();
            for row in 0..batch.num_rows() {
                let cells = columns.iter().map(|column| Cell { column, row });
                insert.execute(rusqlite::params_from_iter(cells)).map_err(|error| self.stop(&error))?;
            }
            rows += batch.num_rows() as u64;
            told(rows);
        }
        Ok(())
    }

    fn live(&mut self, table: &str) -> Result<Option<Vec<Live>>, LoadError> {
        let found = columns(self.connection, table).map_err(|error| failed(&self.place, &error))?;
        let live = found.into_iter().map(|column| {
            let integer = column.declared.to_uppercase().contains("INT");
            let base = if integer { "integer" } else { "text" };
            let rowid = column.unique && column.has_default && column.declared.eq_ignore_ascii_case("integer");
            Live {
                name: column.name,
                base: base.into(),
                exact: base.into(),
                next: rowid.then(|| "the greatest, and one more".to_string()),
            }
        });
        let live: Vec<Live> = live.collect();
        Ok((!live.is_empty()).then_some(live))
    }

    fn has_ledger(&mut self) -> Result<bool, LoadError> {
        let query = "select 1 from main.sqlite_schema where type = 'table' and name = 'cutover_key'";
        let found = self.connection.query_row(query, [], |_| Ok(())).optional();
        found.map(|found| found.is_some()).map_err(|error| failed(&self.place, &error))
    }

    fn prepare(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}

fn survey(connection: &Connection) -> Result<Vec<LiveTable>, rusqlite::Error> {
    let query = "select name from main.sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'
                 and name not like 'cutover\\_%' escape '\\' order by name";
    let mut statement = connection.prepare(query)?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut tables = Vec::new();
    for name in names {
        let keys = format!("pragma main.foreign_key_list({})", identifier(&name));
        let mut statement = connection.prepare(&keys)?;
        let rows = statement.query_map([], |row| Ok((row.get(3)?, row.get(2)?)))?;
        let mut references: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
        references.sort();
        tables.push(LiveTable { columns: columns(connection, &name)?, name, references });
    }
    Ok(tables)
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<LiveColumn>, rusqlite::Error> {
    let unique = unique_columns(connection, table)?;
    let mut statement = connection.prepare(&format!("pragma main.table_info({})", identifier(table)))?;
    let rows = statement.query_map([], |row| {
        let (name, declared): (String, String) = (row.get(1)?, row.get(2)?);
        let key: i64 = row.get(5)?;
        let column = LiveColumn {
            unique: unique.contains(&name),
            data_type: nearest_type(&declared),
            nullable: !row.get::<_, bool>(3)?,
            has_default: row.get::<_, Option<String>>(4)?.is_some(),
            name,
            declared,
        };
        Ok((column, key > 0))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let alone = rows.iter().filter(|(_, key)| *key).count() == 1;
    let columns = rows.into_iter().map(|(column, key)| {
        // An `integer primary key` is the number of the row, which SQLite gives.
        let numbered = key && alone && column.declared.eq_ignore_ascii_case("integer");
        LiveColumn { unique: column.unique || (key && alone), has_default: column.has_default || numbered, ..column }
    });
    Ok(columns.collect())
}

/// The columns of a table that have a unique index of their own.
fn unique_columns(connection: &Connection, table: &str) -> Result<Vec<String>, rusqlite::Error> {
    let query = "select (select name from pragma_index_info(list.name)) from pragma_index_list(?1) list
                 where list.\"unique\" and not list.partial
                 and (select count(*) from pragma_index_info(list.name)) = 1";
    let mut statement = connection.prepare(query)?;
    let names = statement.query_map([table], |row| row.get::<_, Option<String>>(0))?;
    names.filter_map(Result::transpose).collect()
}

fn nearest_type(declared: &str) -> Option<FieldType> {
    let upper = declared.to_uppercase();
    let mut numbers = upper.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
    let name = upper.split('(').next().unwrap_or_default().trim();
    Some(match name {
        "UUID" => FieldType::Uuid,
        "DATE" => FieldType::Date,
        "DATETIME" | "TIMESTAMP" => FieldType::DateTime,
        _ if name.starts_with("BOOL") => FieldType::Boolean,
        _ if name.contains("INT") => FieldType::Integer,
        _ if name.contains("CHAR") => FieldType::Text(numbers.next()),
        _ if name.contains("TEXT") || name.contains("CLOB") || name.is_empty() => FieldType::Text(None),
        "NUMERIC" | "DECIMAL" => FieldType::Decimal {
            precision: numbers.next().and_then(|n| n.try_into().ok()).unwrap_or(38),
            scale: numbers.next().and_then(|n| n.try_into().ok()).unwrap_or(0),
        },
        _ => return None,
    })
}

/// One value of a batch, as SQLite keeps it.
struct Cell<'a> {
    column: &'a ArrayRef,
    row: usize,
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let (column, row) = (self.column, self.row);
        if column.is_null(row) {
            return Ok(ToSqlOutput::Owned(Value::Null));
        }
        Ok(ToSqlOutput::Owned(match column.data_type() {
            DataType::Utf8 => {
                let text = column.as_string::<i32>().value(row);
                return Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())));
            }
            DataType::Int64 => Value::Integer(column.as_primitive::<Int64Type>().value(row)),
            DataType::Boolean => Value::Integer(i64::from(column.as_boolean().value(row))),
            DataType::Decimal128(..) => Value::Text(column.as_primitive::<Decimal128Type>().value_as_string(row)),
            DataType::Date32 => {
                let date = column.as_primitive::<Date32Type>().value_as_date(row);
                date.map_or(Value::Null, |date| Value::Text(date.format("%Y-%m-%d").to_string()))
            }
            DataType::Timestamp(..) => {
                let time = column.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row);
                time.map_or(Value::Null, |time| Value::Text(time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()))
            }
            other => return Err(rusqlite::Error::ToSqlConversionFailure(format!("no such type here: {other}").into())),
        }))
    }
}

fn failed(place: &str, error: &rusqlite::Error) -> LoadError {
    let code = error.sqlite_error_code();
    let (what, help) = match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            "another program is writing to the file".to_string(),
            Some("close it, or wait until the other run is done"),
        ),
        Some(ErrorCode::DiskFull) => {
            ("the disk is full".to_string(), Some("make room where the file and its temporary files stand"))
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            ("no permission to write to it".to_string(), Some("give the user that runs cutover the right to write"))
        }
        Some(ErrorCode::CannotOpen) => {
            ("cannot be opened".to_string(), Some("check that the path is a file in a folder that may be written to"))
        }
        Some(ErrorCode::NotADatabase) => ("is not a SQLite database".to_string(), Some("check the target's `url`")),
        Some(ErrorCode::ConstraintViolation) => ("a constraint was broken".to_string(), None),
        Some(ErrorCode::OperationInterrupted) => return LoadError::Interrupted,
        _ => (format!("the database says: {error}"), None),
    };
    LoadError::Target { place: place.to_string(), what, help: help.map(str::to_string) }
}
