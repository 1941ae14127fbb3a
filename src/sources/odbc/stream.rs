//! Reads the rows on a thread of its own, a few batches ahead at most: many at once
//! where every column is short, value by value where one may be long.
//!
//! Drivers declare lengths that their values do not keep. Where a value does not fit
//! into the buffer that was made for it, the statement is run again and read value by
//! value behind the rows that are out already, if those are the same ones.

use std::sync::Arc;

use odbc_api::buffers::{BufferDesc, ColumnarDynBuffer};
use odbc_api::{Cursor, Error, ResultSetMetadata};

use super::connection::{connect, refused};
use super::source::Plan;
use super::value::{Form, hex, text};
use crate::record::KEY_SEPARATOR;
use crate::sources::ahead::{Sender, ahead};
use crate::sources::{Batches, ReadError, Rows};

/// Text in one batch at most, however few its rows.
const BATCH_BYTES: usize = 32 << 20;
/// Bytes of the buffers that a driver fills at once.
const BUFFER_BYTES: usize = 4 << 20;

type Cell = Result<Option<String>, (&'static str, Option<String>)>;

pub(super) fn start(plan: &Arc<Plan>, batch_rows: usize) -> Result<Batches, ReadError> {
    let (plan, place) = (Arc::clone(plan), plan.address.hide(&plan.address.place));
    ahead("odbc source", &place, move |sender| Reader::new(&plan, batch_rows, sender).read())
}

struct Reader<'a> {
    plan: &'a Plan,
    batch_rows: usize,
    sender: &'a Sender,
    rows: Rows,
    bytes: usize,
    number: u64,
    /// Of the rows so far, to know them again.
    digest: blake3::Hasher,
    /// Rows that are out already, and their digest, when all is read again.
    out: Option<(u64, blake3::Hash)>,
}

/// How a reading ended.
enum Ended {
    Whole,
    /// Nobody listens any more.
    GivenUp,
    /// A value was longer than its buffer.
    TooShort,
}

impl<'a> Reader<'a> {
    fn new(plan: &'a Plan, batch_rows: usize, sender: &'a Sender) -> Self {
        Self {
            plan,
            batch_rows,
            sender,
            rows: Rows::new(&plan.schema),
            bytes: 0,
            number: 0,
            digest: blake3::Hasher::new(),
            out: None,
        }
    }

    fn refused(&self, error: &Error) -> ReadError {
        refused(&self.plan.address, error)
    }

    fn wrong(&self, what: &str, help: &str) -> ReadError {
        ReadError::new(self.plan.address.hide(&self.plan.address.place), what).help(help)
    }

    fn read(mut self) -> Result<(), ReadError> {
        let connection = connect(&self.plan.address)?;
        let execute = |reader: &Self| {
            let cursor = connection.execute(&reader.plan.select, (), None);
            let cursor = cursor.map_err(|error| reader.refused(&error))?;
            cursor.ok_or_else(|| reader.wrong("the query does not select anything", "give a single `select`"))
        };
        let mut cursor = execute(&self)?;
        let mut forms = Vec::new();
        let mut buffers = Vec::new();
        for column in 1..=u16::try_from(self.plan.columns.len()).unwrap_or(u16::MAX) {
            let kind = cursor.col_data_type(column).map_err(|error| self.refused(&error))?;
            let form = Form::of(kind);
            forms.push(form);
            buffers.push(form.buffer(kind));
        }
        let buffers: Option<Vec<BufferDesc>> = buffers.into_iter().collect();
        let ended = match buffers {
            Some(buffers) => match self.many(cursor, &forms, buffers)? {
                Ended::TooShort => {
                    self.out = Some((self.number, self.digest.finalize()));
                    self.number = 0;
                    self.digest = blake3::Hasher::new();
                    let cursor = execute(&self)?;
                    self.one_by_one(cursor, &forms)?
                }
                ended => ended,
            },
            None => self.one_by_one(cursor, &forms)?,
        };
        if matches!(ended, Ended::Whole) && !self.rows.is_empty() {
            self.send();
        }
        Ok(())
    }

    fn many(&mut self, cursor: impl Cursor, forms: &[Form], buffers: Vec<BufferDesc>) -> Result<Ended, ReadError> {
        let row: usize = buffers.iter().map(|buffer| buffer.bytes_per_row()).sum();
        let count = (BUFFER_BYTES / row.max(1)).clamp(1, 1000);
        let buffer = ColumnarDynBuffer::try_from_descs(count, buffers).map_err(|error| self.refused(&error))?;
        let mut cursor = cursor.bind_buffer(buffer).map_err(|error| self.refused(&error))?;
        loop {
            let batch = match cursor.fetch_with_truncation_check(true) {
                Ok(Some(batch)) => batch,
                Ok(None) => return Ok(Ended::Whole),
                Err(Error::TooLargeValueForBuffer { .. }) => return Ok(Ended::TooShort),
                Err(error) => return Err(self.refused(&error)),
            };
            for row in 0..batch.num_rows() {
                let mut cells = Vec::with_capacity(forms.len());
                for (index, form) in forms.iter().enumerate() {
                    let column = batch.column(index);
                    cells.push(match form {
                        Form::Text => column.as_wide_text().and_then(|column| column.get(row)).map(text).transpose(),
                        Form::Bytes => column.as_binary().and_then(|column| column.get(row)).map(hex).transpose(),
                    });
                }
                if !self.push(cells)? {
                    return Ok(Ended::GivenUp);
                }
            }
        }
    }

    fn one_by_one(&mut self, mut cursor: impl Cursor, forms: &[Form]) -> Result<Ended, ReadError> {
        let mut wide = Vec::new();
        let mut bytes = Vec::new();
        while let Some(mut row) = cursor.next_row().map_err(|error| refused(&self.plan.address, &error))? {
            let mut cells = Vec::with_capacity(forms.len());
            for (column, form) in (1_u16..).zip(forms) {
                let there = match form {
                    Form::Text => row.get_wide_text(column, &mut wide),
                    Form::Bytes => row.get_binary(column, &mut bytes),
                };
                cells.push(match (there.map_err(|error| refused(&self.plan.address, &error))?, form) {
                    (false, _) => Ok(None),
                    (true, Form::Text) => text(&wide).map(Some),
                    (true, Form::Bytes) => hex(&bytes).map(Some),
                });
                // What one long value took is not kept for all the short ones.
                wide.truncate(0);
                wide.shrink_to(1 << 16);
                bytes.truncate(0);
                bytes.shrink_to(1 << 16);
            }
            if !self.push(cells)? {
                return Ok(Ended::GivenUp);
            }
        }
        if self.out.is_some_and(|(count, _)| self.number < count) {
            return Err(self.moved());
        }
        Ok(Ended::Whole)
    }

    fn moved(&self) -> ReadError {
        self.wrong(
            "its rows came in another order when they were read again",
            "end the `query` with an `order by` over something unique, or give the table a primary key",
        )
    }

    /// Adds a row; false where nobody listens any more.
    fn push(&mut self, row: Vec<Cell>) -> Result<bool, ReadError> {
        self.number += 1;
        let mut fault = None;
        let mut cells = Vec::with_capacity(row.len());
        for cell in row {
            let cell = cell.unwrap_or_else(|(code, shown)| {
                fault = fault.or(Some(code));
                shown
            });
            self.digest.update(&[u8::from(cell.is_some())]);
            self.digest.update(cell.as_deref().unwrap_or_default().as_bytes());
            self.bytes += cell.as_ref().map_or(0, String::len);
            cells.push(cell);
        }
        if let Some((count, digest)) = self.out {
            if self.number == count && self.digest.finalize() != digest {
                return Err(self.moved());
            }
            if self.number <= count {
                self.bytes = 0;
                return Ok(true);
            }
        }
        let own = if self.plan.key.is_empty() { self.number.to_string() } else { self.key(&cells) };
        let place = format!("{}:{own}", self.plan.label);
        self.rows.push(&place, fault, None, cells.iter().map(Option::as_deref));
        Ok((self.rows.len() < self.batch_rows && self.bytes < BATCH_BYTES) || self.send())
    }

    fn key(&self, cells: &[Option<String>]) -> String {
        let parts =
            self.plan.key.iter().map(|column| cells.get(*column).and_then(Option::as_deref).unwrap_or_default());
        parts.collect::<Vec<_>>().join(&KEY_SEPARATOR.to_string())
    }

    fn send(&mut self) -> bool {
        self.bytes = 0;
        self.sender.send(Ok(self.rows.finish())).is_ok()
    }
}
