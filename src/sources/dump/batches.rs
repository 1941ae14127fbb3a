//! The records of one table of a dump, as batches.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use super::cell::{Cell, Column};
use super::lexer::Token;
use super::record::Record;
use super::script::{Event, Script, TableName};
use super::{CUT, Plan, WIDTH, script};
use crate::record::ENTRY_SEPARATOR;
use crate::sources::filling::Fill;
use crate::sources::{ReadError, Rows, file_name};

/// Text in one batch at most, however few its rows.
const BATCH_BYTES: usize = 32 << 20;

pub(super) struct Batches {
    plan: Arc<Plan>,
    script: Script,
    rows: Rows,
    batch_rows: usize,
    file: String,
    /// Of the current statement: whether it is of the table, and where its values go.
    statement: u64,
    places: Option<Vec<Option<usize>>>,
    columns: Vec<Column>,
    ended: bool,
}

impl Batches {
    pub(super) fn new(plan: Arc<Plan>, batch_rows: usize) -> Result<Self, ReadError> {
        let script = script(&plan.path, plan.how)?;
        let columns = plan.columns.iter();
        let columns = columns.map(|(_, declared)| Column::new(plan.how.dialect, plan.how.cells, declared.as_deref()));
        Ok(Self {
            script,
            rows: Rows::new(&plan.schema),
            batch_rows: batch_rows.max(1),
            file: file_name(&plan.path),
            statement: 0,
            places: None,
            columns: columns.collect(),
            ended: false,
            plan,
        })
    }
}

impl Fill for Batches {
    fn fill(&mut self) -> Result<(), ReadError> {
        let mut bytes = 0;
        while self.rows.len() < self.batch_rows && bytes < BATCH_BYTES && !self.ended {
            match self.script.next() {
                Event::Record => {
                    if self.statement != self.script.statement {
                        self.statement = self.script.statement;
                        self.places = self.places();
                    }
                    bytes += self.push();
                }
                Event::End { .. } => self.ended = ends(&mut self.script, &self.plan.path)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

impl Batches {
    /// The column of each value of the statement; `None` if it is of another table.
    fn places(&self) -> Option<Vec<Option<usize>>> {
        let name = &self.script.table;
        let same = |own: &TableName| {
            let schemas = match (&own.schema, &name.schema) {
                (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
                (own, other) => own.is_none() && other.is_none(),
            };
            schemas && own.name.eq_ignore_ascii_case(&name.name)
        };
        if !same(&self.plan.table) {
            return None;
        }
        let position = |name: &String| self.plan.columns.iter().position(|(own, _)| own.eq_ignore_ascii_case(name));
        match &self.script.columns {
            Some(columns) => Some(columns.iter().map(position).collect()),
            None => Some((0..self.plan.positional).map(Some).collect()),
        }
    }

    /// Adds the record if it is of the table; gives its size.
    fn push(&mut self) -> usize {
        let Some(places) = &self.places else { return 0 };
        let record = &self.script.record;
        let mut cells: Vec<Cell> = (0..self.columns.len()).map(|_| Cell::default()).collect();
        let mut fault = record.cut.then_some(CUT);
        if record.width() != places.len() {
            fault = fault.or(Some(WIDTH));
        }
        for index in 0..record.width() {
            let place = places.get(index).copied().flatten();
            let Some((place, (kind, bytes))) = place.zip(record.value(index)) else { continue };
            if let (Some(column), Some(cell)) = (self.columns.get(place), cells.get_mut(place)) {
                *cell = column.cell(kind, bytes);
                fault = fault.or(cell.fault);
            }
        }
        let mut notes = String::new();
        for (cell, (name, _)) in cells.iter().zip(&self.plan.columns) {
            if let Some(code) = cell.note {
                if !notes.is_empty() {
                    notes.push(ENTRY_SEPARATOR);
                }
                let _ = write!(notes, "{code}:{name}");
            }
        }
        let notes = (!notes.is_empty()).then_some(notes.as_str());
        let size = cells.iter().map(|cell| cell.text.as_ref().map_or(0, String::len)).sum();
        let row = row(&self.file, record);
        self.rows.push(&row, fault, notes, cells.iter().map(|cell| cell.text.as_deref()));
        size
    }
}

/// Where a record stands: its line, and which one on it where there are several.
fn row(file: &str, record: &Record) -> String {
    if record.earlier == 0 {
        format!("{file}:{}", record.line)
    } else {
        format!("{file}:{}#{}", record.line, record.earlier + 1)
    }
}

/// Whether the dump is at its end; an error where it could not be read to it.
pub(super) fn ends(script: &mut Script, path: &Path) -> Result<bool, ReadError> {
    let ended = script.lexer.next() == Token::End;
    script.lexer.push_back();
    match script.lexer.input.failure() {
        Some(error) if ended => Err(ReadError::io(path, &error)),
        _ => Ok(ended),
    }
}
