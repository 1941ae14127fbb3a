//! Files whose records name their own values (JSON, XML): the columns are those
//! that any record has, found by reading everything once.
//!
//! A format pushes its records into a [`Record`]; this module knows nothing of
//! what they are written in.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::stream::{self, Sink};
use super::{Batches, ReadError, Rows, Source};
use crate::record;

/// Columns that a source may have; more come from names that are values.
const COLUMNS: usize = 10_000;
/// Text that one record may hold.
pub(super) const RECORD_BYTES: usize = 64 << 20;

/// Told of each record; breaks to stop reading.
pub(super) type OnRecord<'a> = &'a mut dyn FnMut(&Record) -> Result<ControlFlow<()>, ReadError>;

/// How the records of one file are read.
pub(super) trait Format: Send + Sync + 'static {
    /// Pushes every record of the file, `record` being cleared before each.
    fn read(&self, path: &Path, record: &mut Record, on_record: OnRecord<'_>) -> Result<ControlFlow<()>, ReadError>;
}

/// One record under construction, and the names of all columns seen so far.
#[derive(Default)]
pub(super) struct Record {
    /// Where a person finds it.
    pub place: String,
    /// Why it cannot be used.
    pub fault: Option<&'static str>,
    columns: HashMap<String, usize>,
    names: Vec<String>,
    text: String,
    /// For each column whether the record has it, and where its text is.
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    /// 0 where the record has no such name; otherwise the number of its last twin.
    twins: usize,
    text: Option<(usize, usize)>,
}

impl Record {
    /// With the columns of a file that was read before.
    fn of(names: &[String]) -> Self {
        let mut record = Self::default();
        for name in names {
            record.column(name);
        }
        record
    }

    /// Begins the next record.
    pub fn clear(&mut self) {
        self.place.clear();
        self.fault = None;
        self.text.clear();
        self.cells.fill(Cell::default());
    }

    fn column(&mut self, name: &str) -> usize {
        if let Some(column) = self.columns.get(name) {
            return *column;
        }
        self.names.push(name.to_string());
        self.columns.insert(name.to_string(), self.names.len() - 1);
        self.cells.push(Cell::default());
        self.names.len() - 1
    }

    /// Gives the column `name` its value, `None` for a null. A name that the
    /// record has already becomes `name_2`, `name_3` and so on. A record of too many
    /// names takes no more: it is refused, and need not fill the memory before.
    pub fn put(&mut self, name: &str, value: Option<&str>) {
        if self.is_too_wide() {
            return;
        }
        let first = self.column(name);
        let mut column = first;
        while self.twins(column) > 0 {
            let number = self.twins(first) + 1;
            if let Some(cell) = self.cells.get_mut(first) {
                cell.twins = number;
            }
            column = self.column(&format!("{name}_{number}"));
        }
        let text = value.map(|value| {
            let start = self.text.len();
            self.text.push_str(value);
            (start, self.text.len())
        });
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = Cell { twins: 1, text };
        }
    }

    fn twins(&self, column: usize) -> usize {
        self.cells.get(column).map_or(0, |cell| cell.twins)
    }

    /// Like [`Record::put`], but a name that is there already takes the value
    /// behind the one that it has.
    pub fn join(&mut self, name: &str, value: Option<&str>, separator: &str) {
        let Some(column) = self.columns.get(name).copied().filter(|column| self.twins(*column) > 0) else {
            return self.put(name, value);
        };
        let text = self.cells.get(column).and_then(|cell| cell.text);
        let Some(value) = value else { return };
        let start = self.text.len();
        if let Some(before) = text {
            self.text.extend_from_within(before.0..before.1);
            self.text.push_str(separator);
        }
        self.text.push_str(value);
        if let Some(cell) = self.cells.get_mut(column) {
            cell.text = Some((start, self.text.len()));
        }
    }

    /// Sets where the record stands: `file#17` or `file:17`.
    pub fn stands(&mut self, file: &str, mark: char, number: u64) {
        self.place.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.place, "{file}{mark}{number}");
    }

    /// Whether there are more names than columns that a source may have.
    pub fn is_too_wide(&self) -> bool {
        self.names.len() > COLUMNS
    }

    /// Whether the record has grown beyond what is read.
    pub fn is_too_large(&self) -> bool {
        self.text.len() > RECORD_BYTES
    }

    fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        self.cells.iter().map(|cell| cell.text.and_then(|(start, end)| self.text.get(start..end)))
    }
}

/// Opens files as one source: reads them once for their columns, which stand in
/// the order in which they first appear.
pub(super) fn open(paths: &[PathBuf], format: impl Format) -> Result<Box<dyn Source>, ReadError> {
    let mut record = Record::default();
    for path in paths {
        let _ = format.read(path, &mut record, &mut |record| {
            if record.is_too_wide() {
                return Err(ReadError::new(path.display().to_string(), "its records have over 10,000 different names")
                    .help("are values used as names? make them values of one name first"));
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    if record.names.is_empty() {
        let place = paths.first().map_or_else(String::new, |path| path.display().to_string());
        return Err(ReadError::new(place, "holds no records").help("check the source's `path` and `records`"));
    }
    let schema = Rows::text_schema(record.names.iter().map(|name| shown(name, &record.columns)));
    Ok(Box::new(Keyed { paths: paths.to_vec(), names: record.names, schema, format: Arc::new(format) }))
}

/// The column's name; one of Cutover's own gets as many `_` behind it as make it
/// another than all names of the source.
fn shown(name: &str, known: &HashMap<String, usize>) -> String {
    let mut shown = record::column_name(name).into_owned();
    while shown != name && known.contains_key(&shown) {
        shown.push('_');
    }
    shown
}

struct Keyed<F> {
    paths: Vec<PathBuf>,
    names: Vec<String>,
    schema: SchemaRef,
    format: Arc<F>,
}

impl<F: Format> Source for Keyed<F> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        let (paths, names, format) = (self.paths.clone(), self.names.clone(), Arc::clone(&self.format));
        stream::spawn("records", self.paths.iter().map(PathBuf::as_path), &self.schema, batch_rows, move |sink| {
            let mut record = Record::of(&names);
            for path in &paths {
                if format.read(path, &mut record, &mut |record| give(path, record, names.len(), sink))?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}

fn give(path: &Path, record: &Record, columns: usize, sink: &mut Sink) -> Result<ControlFlow<()>, ReadError> {
    if record.names.len() > columns {
        return Err(ReadError::new(path.display().to_string(), "changed while it was read").help("run it again"));
    }
    Ok(sink.push(&record.place, record.fault, None, record.text.len(), record.cells()))
}
