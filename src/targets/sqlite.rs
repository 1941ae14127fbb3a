//! Loads into a SQLite file: the embedded target, with nothing to install.
//!
//! Dates and times are ISO texts, decimals are texts with all their places,
//! booleans are 0 and 1, UUIDs are texts: the same values that Postgres gives
//! as text. One `begin immediate` transaction holds the whole load.

mod cell;
mod describe;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OptionalExtension, ffi};

use super::existing::{self, Gathered, Rows};
use super::flow::{self, Session, Stop};
use super::plan::{Dialect, Live};
use super::staged::Reader;
use super::{Found, Interrupt, LiveTable, Load, LoadError, Loaded, Target, Wanted};
use crate::config::pipeline::LiveColumn;
use cell::Cell;
use describe::{columns, survey};

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

    fn existing(&mut self, wanted: &Wanted<'_>, found: Found<'_>) -> Result<(), LoadError> {
        if !self.path.exists() {
            return Ok(());
        }
        let (connection, place) = (self.connect()?, self.place());
        let failed = |error: &rusqlite::Error| failed(&place, error);
        // One look at all of it: what another program writes meanwhile is not seen.
        connection.execute_batch("begin").map_err(|error| failed(&error))?;
        let interrupt = wanted.interrupt.clone();
        let mut session = Writer { connection: &connection, place: place.clone(), interrupt };
        let read = watched(&connection, &wanted.interrupt, || existing::read(&mut session, "main", wanted, found));
        // Nothing was written.
        let _ = connection.execute_batch("rollback");
        read
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

    fn stream(&mut self, sql: &str, columns: &SchemaRef, each: Rows<'_>) -> Result<(), LoadError> {
        let failed = |error: &rusqlite::Error| failed(&self.place, error);
        let mut statement = self.connection.prepare(sql).map_err(|error| failed(&error))?;
        let width = statement.column_count();
        let mut rows = statement.query([]).map_err(|error| failed(&error))?;
        let mut gathered = Gathered::new(columns);
        while let Some(row) = rows.next().map_err(|error| failed(&error))? {
            let cell = |index: usize| match row.get_ref(index) {
                // A blob may stand in a column of text.
                Ok(ValueRef::Text(text)) => std::str::from_utf8(text).ok(),
                _ => None,
            };
            gathered.push((0..width).map(cell));
            if gathered.is_full()
                && let Some(batch) = gathered.batch()?
            {
                each(batch)?;
            }
        }
        gathered.batch()?.map_or(Ok(()), each)
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
