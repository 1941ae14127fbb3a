//! Sends a load's statements, and stops the one that runs when the user asks.

use std::future::Future;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use tokio_postgres::error::SqlState;

use super::super::existing::{self, Gathered, Rows};
use super::super::flow::{Session, Stop};
use super::super::plan::{Dialect, Live};
use super::super::staged::Reader;
use super::super::{Interrupt, LoadError};
use super::{copy, describe, failed};
use crate::postgres::{Connection, describe as describe_error, identifier, literal};

/// Keeps a second run out of the same database.
const LOCK: i64 = 0x0063_7574_6f76_6572;

/// How often an interrupt is looked for while a statement runs.
const TICK: Duration = Duration::from_millis(50);

/// How long a server may take to roll back before it is left to itself.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Writer<'a> {
    connection: &'a Connection,
    place: String,
    schema: String,
    interrupt: Interrupt,
}

impl<'a> Writer<'a> {
    pub(super) fn new(connection: &'a Connection, place: String, schema: String, interrupt: Interrupt) -> Self {
        Self { connection, place, schema, interrupt }
    }

    /// Opens the transaction, and takes the lock.
    pub(super) fn begin(&mut self) -> Result<(), LoadError> {
        // Sorting for new indexes and joining staged records want more than the
        // server's defaults; both hold for this transaction alone.
        // The server ends the statement of a client that was killed, so that its
        // lock is free; one that cannot (before 14, or not on Linux) goes on to its end.
        let watch = self.connection.client.batch_execute("set client_connection_check_interval = '1s'");
        let _ = self.connection.runtime.block_on(watch);
        let open = "begin; set local client_min_messages = error; set local work_mem = '128MB'; \
             set local maintenance_work_mem = '256MB'; set local temp_buffers = '64MB'; \
             set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; set local jit = off; \
             set local lock_timeout = '60s'; set local statement_timeout = 0; \
             set local idle_in_transaction_session_timeout = 0; set constraints all immediate";
        self.plainly(open)?;
        let lock = format!("select case when pg_try_advisory_xact_lock({LOCK}) then 1 end");
        let taken = match self.numbers(&lock) {
            Ok(taken) => taken,
            Err(stop) => return Err(self.unexpected(stop)),
        };
        if taken.is_empty() {
            return Err(LoadError::Target {
                place: self.place.clone(),
                what: "another run is loading into this database".into(),
                help: Some("wait until it is done, then run again".into()),
            });
        }
        Ok(())
    }

    /// Opens a transaction that only reads, and sees one state of the database.
    pub(super) fn look(&mut self) -> Result<(), LoadError> {
        self.plainly(
            "begin transaction isolation level repeatable read, read only; set local datestyle = 'ISO, YMD'; \
             set local timezone = 'UTC'; set local work_mem = '128MB'; set local jit = off; \
             set local statement_timeout = 0",
        )
    }

    /// Ends the transaction. From here on the user's interrupt is too late: the
    /// answer to a commit says whether the load is in, and must be heard.
    pub(super) fn end(&mut self, keep: bool) -> Result<(), LoadError> {
        let end = self.connection.client.batch_execute(if keep { "commit" } else { "rollback" });
        match self.connection.runtime.block_on(end) {
            Ok(()) => Ok(()),
            // Not the server's answer, but none: nobody here knows whether it heard.
            Err(error) if keep && error.as_db_error().is_none() => Err(LoadError::Unsure { place: self.place.clone() }),
            Err(error) => Err(self.unexpected(self.stop(&error))),
        }
    }

    /// Takes all back after an error, so that the lock is free before the error
    /// is told. A server that does not answer takes back by itself.
    pub(super) fn give_up(&mut self) {
        let rollback = self.connection.client.batch_execute("rollback");
        let _ = self.connection.runtime.block_on(async { tokio::time::timeout(PATIENCE, rollback).await });
    }

    fn plainly(&mut self, sql: &str) -> Result<(), LoadError> {
        match self.wait(self.connection.client.batch_execute(sql)) {
            Ok(()) => Ok(()),
            Err(stop) => Err(self.unexpected(stop)),
        }
    }

    fn unexpected(&self, stop: Stop) -> LoadError {
        match stop {
            Stop::Failed(error) => error,
            Stop::Refused { code, .. } => LoadError::Target {
                place: self.place.clone(),
                what: format!("the server refused the load as a whole ({code})"),
                help: Some("look for deferred constraints and triggers in the target".into()),
            },
        }
    }

    /// Waits for a statement; on an interrupt asks the server to stop it.
    pub(super) fn wait<T>(&self, statement: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Stop> {
        let result = self.connection.runtime.block_on(async {
            tokio::pin!(statement);
            let mut asked = false;
            loop {
                tokio::select! {
                    result = &mut statement => return result,
                    () = tokio::time::sleep(TICK) => {
                        if self.interrupt.is_set() && !asked {
                            asked = true;
                            Connection::cancel(self.connection.client.cancel_token(), self.connection.tls()).await;
                        }
                    }
                }
            }
        });
        if self.interrupt.is_set() {
            return Err(LoadError::Interrupted.into());
        }
        result.map_err(|error| self.stop(&error))
    }

    fn stop(&self, error: &tokio_postgres::Error) -> Stop {
        if let Some(refusal) = error.as_db_error()
            && let Some(code) = refusal_code(refusal.code())
        {
            let detail = refusal.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
            return Stop::Refused { code, message: format!("{}{detail}", refusal.message()) };
        }
        failed(&self.place, describe_error(error)).into()
    }
}

/// The code for a record that the server will not take; `None` where it is not
/// about a record.
fn refusal_code(state: &SqlState) -> Option<&'static str> {
    let code = state.code();
    Some(match code {
        "23505" => "target.unique",
        "23503" => "target.foreign-key",
        "23502" => "target.not-null",
        "23514" => "target.check",
        "22001" => "target.too-long",
        _ if code.starts_with("22") => "target.type",
        _ if ["23", "P0", "44"].iter().any(|class| code.starts_with(class)) => "target.other",
        _ => return None,
    })
}

impl Session for Writer<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Stop> {
        self.wait(self.connection.client.execute(sql, &[]))
    }

    fn numbers(&mut self, sql: &str) -> Result<Vec<i64>, Stop> {
        let messages = self.wait(self.connection.client.simple_query(sql))?;
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten(),
            _ => None,
        });
        Ok(rows.filter_map(|text| text.parse().ok()).collect())
    }

    fn fill(&mut self, table: &str, batches: Reader, told: &(dyn Fn(u64) + Sync)) -> Result<(), Stop> {
        copy::fill(self, &self.connection.client, table, batches, told, &self.interrupt)
    }

    fn stream(&mut self, sql: &str, columns: &SchemaRef, each: Rows<'_>) -> Result<(), LoadError> {
        let none: [&str; 0] = [];
        let place = self.place.clone();
        let wrong = |error: tokio_postgres::Error| failed(&place, describe_error(&error));
        let rows = match self.wait(self.connection.client.query_raw(sql, none)) {
            Ok(rows) => rows,
            Err(stop) => return Err(existing::unexpected(&self.place, stop)),
        };
        let mut rows = std::pin::pin!(rows);
        let mut gathered = Gathered::new(columns);
        loop {
            let more = self.connection.runtime.block_on(async {
                while !gathered.is_full() {
                    let Some(row) = rows.next().await else { return Ok(false) };
                    let row = row.map_err(wrong)?;
                    let cells: Result<Vec<Option<&str>>, _> = (0..row.len()).map(|index| row.try_get(index)).collect();
                    gathered.push(cells.map_err(wrong)?.into_iter());
                }
                Ok::<bool, LoadError>(true)
            })?;
            if self.interrupt.is_set() {
                return Err(LoadError::Interrupted);
            }
            if let Some(batch) = gathered.batch()? {
                each(batch)?;
            }
            if !more {
                return Ok(());
            }
        }
    }

    fn live(&mut self, table: &str) -> Result<Option<Vec<Live>>, LoadError> {
        describe::live(self.connection, &self.place, &self.schema, table)
    }

    fn has_ledger(&mut self) -> Result<bool, LoadError> {
        let query = "select 1 where to_regclass('cutover.key') is not null";
        match self.numbers(query) {
            Ok(found) => Ok(!found.is_empty()),
            Err(stop) => Err(self.unexpected(stop)),
        }
    }

    fn prepare(&mut self) -> Result<(), Stop> {
        // `if not exists` asks for the right to create even where it need not.
        for schema in ["cutover", self.schema.clone().as_str()] {
            let query = format!("select 1 from pg_namespace where nspname = {}", literal(schema));
            if self.numbers(&query)?.is_empty() {
                self.execute(&format!("create schema {}", identifier(schema)))?;
            }
        }
        Ok(())
    }
}
