//! The records of all files of a source as Arrow batches.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::RecordBatch;

use super::records::{Record, Records};
use super::{Plan, codes};
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
    failed: bool,
}

impl CsvBatches {
    pub(super) fn new(plan: Arc<Plan>, batch_rows: usize) -> Self {
        let rows = Rows::new(&plan.schema);
        let batch_rows = batch_rows.max(1);
        Self { plan, file: 0, records: None, rows, batch_rows, place: String::new(), failed: false }
    }

    /// Fills the batch, until it is full or there are no more records.
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
}

impl Iterator for CsvBatches {
    type Item = Result<RecordBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.fill() {
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
            Ok(()) if self.rows.is_empty() => None,
            Ok(()) => Some(Ok(self.rows.finish())),
        }
    }
}

fn is_empty(record: &Record<'_>) -> bool {
    record.fault.is_none() && (0..record.width()).all(|index| record.field(index).is_none())
}

fn push(rows: &mut Rows, place: &str, record: &Record<'_>, columns: &[Option<usize>], input: &super::Input) {
    let width = input.file.columns.len();
    let surplus = (width..record.width()).any(|index| record.field(index).is_some());
    // Empty fields at the end are harmless where all lines end like that. In one
    // line alone they say that a delimiter too many has moved its fields.
    let most = width.max(input.file.usual_width);
    let ragged = record.width() < width || record.width() > most || surplus;
    let fault = record.fault.or(ragged.then_some(codes::RAGGED));
    if !surplus {
        let cells = columns.iter().map(|column| column.and_then(|index| record.field(index)));
        return rows.push(place, fault, None, cells);
    }
    // Rejected as it is, so that nothing be lost to those who repair it: the
    // last column takes the fields that have none.
    let last = width.saturating_sub(1);
    let mut kept = record.field(last).unwrap_or_default().to_string();
    for index in width..record.width() {
        kept.push(input.file.delimiter());
        kept.push_str(record.field(index).unwrap_or_default());
    }
    let cells = columns
        .iter()
        .map(|column| column.and_then(|index| if index == last { Some(kept.as_str()) } else { record.field(index) }));
    rows.push(place, fault, None, cells);
}
