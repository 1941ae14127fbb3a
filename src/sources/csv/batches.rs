//! The records of all files of a source as Arrow batches.

use std::fmt::Write;
use std::sync::Arc;

use super::records::{Record, Records};
use super::{Plan, codes};
use crate::sources::filling::Fill;
use crate::sources::{ReadError, Rows};

/// A batch is given before it is full when its text comes to this, in bytes.
const FULL: usize = 16 * 1024 * 1024;

/// Reads file after file.
pub(super) struct CsvBatches {
    plan: Arc<Plan>,
    /// The file that is being read, or is next.
    file: usize,
    records: Option<Records>,
    rows: Rows,
    batch_rows: usize,
    /// `file:line` of the current record.
    place: String,
}

impl Fill for CsvBatches {
    fn fill(&mut self) -> Result<(), ReadError> {
        let plan = Arc::clone(&self.plan);
        let mut size = 0;
        while let Some(input) = plan.files.get(self.file) {
            let records = match &mut self.records {
                Some(records) => records,
                closed => {
                    self.place = input.file.name() + ":";
                    closed.insert(input.file.records()?)
                }
            };
            let name = self.place.rfind(':').map_or(0, |colon| colon + 1);
            while let Some(record) = records.next().map_err(|error| input.file.io(&error))? {
                if input.file.last_row().is_some_and(|last| record.row > last) {
                    break;
                }
                let empty = record.blank || (plan.skip_empty && is_empty(&record));
                if empty {
                    continue;
                }
                self.place.truncate(name);
                let _ = write!(self.place, "{}", record.line);
                size += record.size();
                push(&mut self.rows, &self.place, &record, &input.columns, input);
                if self.rows.len() >= self.batch_rows || size >= FULL {
                    return Ok(());
                }
            }
            self.records = None;
            self.file += 1;
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

impl CsvBatches {
    pub(super) fn new(plan: Arc<Plan>, batch_rows: usize) -> Self {
        let rows = Rows::new(&plan.schema);
        let batch_rows = batch_rows.max(1);
        Self { plan, file: 0, records: None, rows, batch_rows, place: String::new() }
    }
}

fn is_empty(record: &Record<'_>) -> bool {
    record.fault.is_none() && (0..record.width()).all(|index| record.field(index).is_none())
}

fn push(rows: &mut Rows, place: &str, record: &Record<'_>, columns: &[Option<usize>], input: &super::Input) {
    let width = input.file.width();
    let surplus = (width..record.width()).any(|index| record.field(index).is_some());
    // Empty fields at the end are harmless where all lines end like that. In one
    // line alone they say that a delimiter too many has moved its fields.
    let most = width.max(input.file.usual_width);
    let ragged = record.width() < width || record.width() > most || surplus;
    let kept = ragged && input.file.surplus.is_some();
    let again = record.width() == width && input.file.is_heading_again(record);
    let fault = record.fault.or((ragged && !kept).then_some(codes::RAGGED)).or(again.then_some(codes::HEADINGS));
    let note = kept.then(|| {
        let column = input.file.columns.get(record.width().min(width)).map_or("", String::as_str);
        format!("{}:{column}", codes::RAGGED)
    });
    if !surplus {
        let cells = columns.iter().map(|column| column.and_then(|index| record.field(index)));
        return rows.push(place, fault, note.as_deref(), cells);
    }
    // Kept as it is, so that nothing be lost: a column of its own takes the fields
    // that have none, or the last one, if the record is rejected.
    let (last, from) = match input.file.surplus {
        Some(column) => (column, width),
        None => (width.saturating_sub(1), width.saturating_sub(1)),
    };
    let mut rest = String::new();
    for index in from..record.width() {
        rest.push_str(if index > from { input.file.delimiter() } else { "" });
        rest.push_str(record.field(index).unwrap_or_default());
    }
    let cells = columns
        .iter()
        .map(|column| column.and_then(|index| if index == last { Some(rest.as_str()) } else { record.field(index) }));
    rows.push(place, fault, note.as_deref(), cells);
}
