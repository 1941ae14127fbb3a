//! Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods.
//!
//! A sheet of each file is read from its row of headings down, every cell as
//! text (see `value` for how a number or a date becomes text). Nothing is
//! cleaned. Opening reads the sheet once, for its headings and for the columns
//! that hold something without having one; streaming reads it again.

mod guard;
mod ods;
mod value;
mod workbook;
mod xls;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::config::decode::Placed;
use crate::diagnostic::{Code, nearest};
use crate::options;
use crate::panics;
use crate::record;
use crate::sources::{Batches, ReadError, Rows, Source, file_name};

use guard::Kind;
use value::Value;
use workbook::{Listed, Row};

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: "sheet.error-cell",
        what: "The cell shows an error such as `#N/A` or `#REF!`, so it has no value; it is read as empty.",
        why: "The formula behind the cell failed when the workbook was last saved, and what it was meant to show is \
              not in the file.",
        example: "a column `Region` filled by a lookup that found nothing: `#N/A`",
        fix: "Repair the formula and save the workbook, or map a second column to fall back on.",
    },
    Code {
        id: "sheet.bad-date",
        what: "The cell is formatted as a date, but its number is none: it is negative, after the year 9999, or the \
               29th of February 1900, which never was.",
        why: "A spreadsheet shows such a cell as `#####` or as a day that does not exist. The number (or that day) is \
              kept as text, so that nothing is lost.",
        example: "`-1` in a column of dates",
        fix: "Correct the date in the workbook, or let the field's standard decide what an invalid date leads to.",
    },
    Code {
        id: "sheet.unreadable-cell",
        what: "The file holds something in a cell of this row that the format does not allow there.",
        why: "What was meant cannot be known, so the record is not used.",
        example: "a cell that says it is a boolean and holds `banana`",
        fix: "Open the workbook in Excel or LibreOffice, look at the row, save it again.",
    },
];

options! {
    /// What is read from a workbook.
    pub struct SheetOptions {
        /// The name of the sheet; without it, the first that is visible.
        sheet: Option<Placed<String>>,
        /// The row that holds the headings, from 1; rows above it are titles and are skipped.
        header: u32 = 1,
    }
}

/// Text in one batch at most, however few its rows.
const BATCH_BYTES: usize = 32 << 20;

/// The worksheets of a workbook in the order of their tabs, hidden ones too.
pub fn sheets(path: &Path) -> Result<Vec<String>, ReadError> {
    let (_, listed) = list(path)?;
    Ok(listed.into_iter().map(|sheet| sheet.name).collect())
}

/// Opens workbooks as one source: their columns by name, in the order in which
/// they first appear.
pub fn open(paths: &[PathBuf], options: &SheetOptions) -> Result<Box<dyn Source>, ReadError> {
    let mut names: Vec<String> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut files = Vec::new();
    for path in paths {
        let (kind, listed) = list(path)?;
        let sheet = choose(path, &listed, options)?;
        let headings = headings(path, kind, &sheet, options.header)?;
        let columns = headings.into_iter().map(|(column, name)| {
            let index = *by_name.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            (column, index)
        });
        let columns = columns.collect();
        files.push(Plan { path: path.clone(), kind, sheet, header: options.header, columns });
    }
    Ok(Box::new(Sheets { files: Arc::new(files), schema: Rows::text_schema(names) }))
}

fn list(path: &Path) -> Result<(Kind, Vec<Listed>), ReadError> {
    guarded(path, || {
        let kind = guard::inspect(path)?;
        Ok((kind, workbook::sheets(path, kind)?))
    })
}

/// Runs a reader, with a panic of it as an error like any other damage.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    panics::caught(work).unwrap_or_else(|| Err(guard::damaged(path, "it cannot be parsed")))
}

fn choose(path: &Path, listed: &[Listed], options: &SheetOptions) -> Result<String, ReadError> {
    let place = path.display().to_string();
    let names: Vec<&str> = listed.iter().map(|sheet| sheet.name.as_str()).collect();
    let Some(wanted) = &options.sheet else {
        let first = listed.iter().find(|sheet| sheet.visible).or(listed.first());
        return first
            .map(|sheet| sheet.name.clone())
            .ok_or_else(|| ReadError::new(place, "holds no worksheet").help("is it the right file?"));
    };
    if names.contains(&wanted.value.as_str()) {
        return Ok(wanted.value.clone());
    }
    let shown = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let error = ReadError::new(place, format!("has no sheet `{}`", wanted.value));
    Err(match nearest(&wanted.value, names.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`? its sheets: {shown}")),
        None => error.help(format!("its sheets: {shown}")),
    })
}

/// The columns of a sheet: its headings, and `column_N` where there is none but
/// something below.
fn headings(path: &Path, kind: Kind, sheet: &str, header: u32) -> Result<Vec<(u32, String)>, ReadError> {
    let place = || format!("{}, sheet `{sheet}`", path.display());
    if header == 0 {
        return Err(ReadError::new(place(), "`header` is 0, but rows count from 1")
            .help("set `header` to the row that holds the headings"));
    }
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut below: Vec<bool> = Vec::new();
    let mut first = None;
    let on_row = &mut |number: u32, row: &Row| {
        first.get_or_insert(number);
        if number == header {
            found.extend(row.iter().filter_map(|(column, value)| Some((*column, heading(value)?))));
        } else if number > header {
            for (column, _) in row {
                let column = *column as usize;
                if below.len() <= column {
                    below.resize(column + 1, false);
                }
                if let Some(filled) = below.get_mut(column) {
                    *filled = true;
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    guarded(path, || workbook::rows(path, kind, sheet, on_row))?;
    let Some(first) = first else {
        return Err(ReadError::new(place(), "the sheet is empty").help("name another with `sheet`"));
    };
    if found.is_empty() {
        return Err(ReadError::new(place(), format!("row {header} holds no headings"))
            .help(format!("set `header` to the row that holds them; the first row with anything is {first}")));
    }
    let headed: Vec<u32> = found.iter().map(|(column, _)| *column).collect();
    for (column, filled) in (0_u32..).zip(below) {
        if filled && headed.binary_search(&column).is_err() {
            found.push((column, format!("column_{}", column + 1)));
        }
    }
    found.sort();
    distinct(&found).map_err(|(what, help)| ReadError::new(format!("{}, row {header}", place()), what).help(help))?;
    Ok(found)
}

/// A heading on one line, without white space around it; `None` if it is empty.
fn heading(value: &Value) -> Option<String> {
    let (Value::Text(text) | Value::BadDate(text)) = value else { return None };
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!folded.is_empty()).then_some(folded)
}

fn distinct(headings: &[(u32, String)]) -> Result<(), (String, &'static str)> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for (column, name) in headings {
        if [record::ROW, record::FAULT, record::NOTES, record::SEQ, record::SOURCE, record::KEY].contains(&&**name) {
            return Err((
                format!("the heading `{name}` of column {} is a name of cutover's own", value::letters(*column)),
                "rename it in the workbook",
            ));
        }
        if let Some(first) = seen.insert(name, *column) {
            let (first, second) = (value::letters(first), value::letters(*column));
            return Err((
                format!("the heading `{name}` stands twice, in columns {first} and {second}"),
                "rename one of them in the workbook",
            ));
        }
    }
    Ok(())
}

/// How one file is read.
struct Plan {
    path: PathBuf,
    kind: Kind,
    sheet: String,
    header: u32,
    /// Column in the sheet, from 0, and in the source.
    columns: HashMap<u32, usize>,
}

struct Sheets {
    files: Arc<Vec<Plan>>,
    schema: SchemaRef,
}

impl Source for Sheets {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        // A cell reader borrows its workbook, so it cannot be kept in an iterator:
        // it runs on a thread of its own, two batches ahead at most.
        let (sender, receiver) = sync_channel(1);
        let (files, schema) = (Arc::clone(&self.files), self.schema());
        let spawned = std::thread::Builder::new().name("sheet".into()).spawn(move || {
            let mut batcher = Batcher { rows: Rows::new(&schema), names: schema, bytes: 0, batch_rows, sender };
            for plan in files.iter() {
                match guarded(&plan.path, || plan.read(&mut batcher)) {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => return,
                    Err(error) => {
                        // Nobody listens: the reader is no longer wanted.
                        let _ = batcher.sender.send(Err(error));
                        return;
                    }
                }
            }
            let _ = batcher.send();
        });
        match spawned {
            Ok(_) => Ok(Box::new(receiver.into_iter())),
            Err(error) => Err(ReadError::new("spreadsheets", format!("no thread to read them with: {error}"))),
        }
    }
}

impl Plan {
    fn read(&self, batcher: &mut Batcher) -> Result<ControlFlow<()>, ReadError> {
        let prefix = format!("{}!{}:", file_name(&self.path), self.sheet);
        let mut flow = ControlFlow::Continue(());
        let on_row = &mut |number: u32, row: &Row| {
            if number > self.header {
                flow = batcher.push(&format!("{prefix}{number}"), row, &self.columns);
            }
            Ok(flow)
        };
        workbook::rows(&self.path, self.kind, &self.sheet, on_row)?;
        Ok(flow)
    }
}

/// Puts rows into batches and sends them.
struct Batcher {
    rows: Rows,
    names: SchemaRef,
    bytes: usize,
    batch_rows: usize,
    sender: SyncSender<Result<RecordBatch, ReadError>>,
}

impl Batcher {
    /// Adds a record; breaks when nobody wants more.
    fn push(&mut self, place: &str, row: &Row, columns: &HashMap<u32, usize>) -> ControlFlow<()> {
        let mut cells: Vec<Option<&str>> = vec![None; self.names.fields().len()];
        let mut notes: Vec<(u32, &str)> = Vec::new();
        let mut fault = None;
        for (column, value) in row {
            let text = match value {
                Value::Text(text) => Some(text.as_str()),
                Value::BadDate(text) => {
                    notes.push((*column, "sheet.bad-date"));
                    Some(text.as_str())
                }
                Value::Error => {
                    notes.push((*column, "sheet.error-cell"));
                    None
                }
                Value::Unreadable => {
                    fault = Some("sheet.unreadable-cell");
                    None
                }
            };
            self.bytes += text.map_or(0, str::len);
            if let Some(cell) = columns.get(column).and_then(|index| cells.get_mut(*index)) {
                *cell = text;
            }
        }
        let notes = (!notes.is_empty()).then(|| self.notes(&notes, columns));
        self.rows.push(place, fault, notes.as_deref(), cells);
        if self.rows.len() >= self.batch_rows.max(1) || self.bytes > BATCH_BYTES {
            return self.send();
        }
        ControlFlow::Continue(())
    }

    fn notes(&self, notes: &[(u32, &str)], columns: &HashMap<u32, usize>) -> String {
        let entries = notes.iter().map(|(column, code)| {
            let name = columns.get(column).and_then(|index| self.names.fields().get(*index));
            format!("{code}:{}", name.map_or("", |field| field.name()))
        });
        entries.collect::<Vec<_>>().join(&record::ENTRY_SEPARATOR.to_string())
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

#[cfg(test)]
mod collection;
#[cfg(test)]
mod tests;
