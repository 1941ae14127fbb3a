//! Reads the rows on a thread of its own, a few batches ahead at most.

use std::sync::Arc;

use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};

use super::connection::{Connection, refused};
use super::value::{Form, float};
use super::{Batches, Plan, ReadError, Rows};
use crate::record::KEY_SEPARATOR;
use crate::sources::ahead::{Sender, ahead};

/// Text in one batch at most, however few its rows.
const BATCH_BYTES: usize = 32 << 20;

/// A slow reader must not end the connection; old servers know no read-only
/// transaction, so the second form is tried where the first fails.
const PREPARE: &[&str] = &[
    "set session net_write_timeout = 86400, session net_read_timeout = 86400, session time_zone = '+00:00'",
    "set names utf8mb4",
    "set session transaction isolation level repeatable read",
];
const BEGIN: &str = "start transaction with consistent snapshot, read only";
const BEGIN_OLD: &str = "start transaction with consistent snapshot";

pub(super) fn start(plan: &Arc<Plan>, batch_rows: usize) -> Result<Batches, ReadError> {
    let plan = Arc::clone(plan);
    ahead("mysql source", &plan.place.clone(), move |sender| {
        Reader { rows: Rows::new(&plan.schema), plan: &plan, bytes: 0, number: 0, batch_rows }.read(sender)
    })
}

/// The session that a reading takes place in: UTF-8, UTC, one state of the data.
pub(super) fn prepare(connection: &mut Connection, place: &str) -> Result<(), ReadError> {
    let Connection { conn, runtime } = connection;
    runtime.block_on(async {
        for statement in PREPARE {
            conn.query_drop(*statement).await.map_err(|error| refused(place, &error))?;
        }
        match conn.query_drop(BEGIN).await {
            Err(mysql_async::Error::Server(refusal)) if refusal.code == 1064 => {
                conn.query_drop(BEGIN_OLD).await.map_err(|error| refused(place, &error))
            }
            other => other.map_err(|error| refused(place, &error)),
        }
    })
}

struct Reader<'a> {
    plan: &'a Plan,
    rows: Rows,
    bytes: usize,
    number: u64,
    batch_rows: usize,
}

impl Reader<'_> {
    fn read(mut self, sender: &Sender) -> Result<(), ReadError> {
        let place = self.plan.place.as_str();
        let mut connection = Connection::open(&self.plan.url, place)?;
        prepare(&mut connection, place)?;
        let Connection { conn, runtime } = &mut connection;
        runtime.block_on(async {
            let failed = |error| refused(place, &error);
            // As text, so that each value comes as the server writes it.
            let mut result = conn.query_iter(self.plan.select.as_str()).await.map_err(failed)?;
            let forms: Vec<Form> = result.columns_ref().iter().map(Form::of).collect();
            if forms.len() != self.plan.width() {
                return Err(ReadError::new(place, "its columns changed while it was read").help("run again"));
            }
            while let Some(row) = result.next().await.map_err(failed)? {
                self.push(row, &forms);
                if (self.rows.len() >= self.batch_rows || self.bytes > BATCH_BYTES) && !self.send(sender) {
                    return Ok(());
                }
            }
            if !self.rows.is_empty() {
                self.send(sender);
            }
            Ok(())
        })
    }

    /// False where nobody listens any more.
    fn send(&mut self, sender: &Sender) -> bool {
        self.bytes = 0;
        sender.send(Ok(self.rows.finish())).is_ok()
    }

    fn push(&mut self, row: Row, forms: &[Form]) {
        self.number += 1;
        let mut fault = None;
        let mut cells: Vec<Option<String>> = Vec::with_capacity(forms.len());
        for (value, form) in row.unwrap().into_iter().zip(forms) {
            let text = match value {
                Value::NULL => None,
                Value::Bytes(bytes) => form.text(&bytes).map_err(|code| fault = fault.or(Some(code))).ok(),
                // The text protocol has no others.
                other => Some(other.as_sql(true)),
            };
            self.bytes += text.as_ref().map_or(0, String::len);
            cells.push(text);
        }
        let exact = cells.split_off(self.plan.columns.len().min(cells.len()));
        for (column, exact) in self.plan.floats.iter().zip(exact) {
            if let Some(cell) = cells.get_mut(*column)
                && let (Some(shown), Some(exact)) = (cell.take(), exact)
            {
                *cell = Some(float(shown, &exact));
            }
        }
        let own = if self.plan.key.is_empty() { self.number.to_string() } else { self.key(&cells) };
        let cells = cells.iter().map(Option::as_deref);
        self.rows.push(&format!("{}:{own}", self.plan.label), fault, None, cells);
    }

    fn key(&self, cells: &[Option<String>]) -> String {
        let mut key = String::new();
        for (index, column) in self.plan.key.iter().enumerate() {
            if index > 0 {
                key.push(KEY_SEPARATOR);
            }
            key.push_str(cells.get(*column).and_then(Option::as_deref).unwrap_or_default());
        }
        key
    }
}
