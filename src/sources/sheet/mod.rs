//! Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods.
//!
//! A sheet of each file is read from its row of headings down, every cell as
//! text (see `value` for how a number or a date becomes text). Nothing is
//! cleaned. Opening reads the sheet once, for its headings and for the columns
//! that hold something without having one, and keeps the records if they are
//! few; streaming gives these, or reads the sheet again.

mod guard;
mod headings;
mod kept;
mod number_format;
mod ods;
mod row;
mod value;
mod workbook;
mod xls;
mod xlsx;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow::datatypes::SchemaRef;

use crate::config::decode::Placed;
use crate::diagnostic::{Code, nearest};
use crate::panics;
use crate::record;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::stream::{self, Sink};
use crate::sources::{Batches, ReadError, Rows, Source, file_name};
use crate::{options, words};

use guard::Kind;
use headings::Layout;
use kept::Kept;
use row::{Mark, Out, Row};
use workbook::{Listed, Seen};

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
    Code {
        id: "sheet.hidden-row",
        what: "The row is hidden in the sheet, by hand or by a filter; it is a record like the others.",
        why: "A hidden row may be one that was deleted in all but name, or one that a filter left out when the \
              workbook was last saved. Nobody sees it, so it is said.",
        example: "a list of customers that was saved while filtered by region",
        fix: "Set `hidden = \"skip\"` if hidden rows are no records, or show them in the workbook.",
    },
];

words! {
    /// What becomes of rows that are hidden, by hand or by a filter.
    pub enum Hidden {
        /// They are records like others, with the note `sheet.hidden-row`.
        Read = "read",
        /// They are no records.
        Skip = "skip",
    }
}

options! {
    /// What is read from a workbook.
    pub struct SheetOptions {
        /// The name of the sheet; without it, the first that is visible.
        sheet: Option<Placed<String>>,
        /// The row that holds the headings, from 1; rows above it are titles and are skipped. `0` for a sheet without headings. Unless it is declared, the first row that holds anything.
        header: Option<u32>,
        /// How many rows the headings take; a column's name is what stands above it in each, joined by spaces.
        header_rows: u32 = 1,
        /// The last row that is read; what stands below it is left out.
        last_row: Option<u32>,
        /// Ends the table at the first row whose first text begins with this, such as `Total`. Empty text ends it at the first empty row.
        until: Option<String>,
        /// What becomes of rows that are hidden, by hand or by a filter.
        hidden: Hidden = Hidden::Read,
        /// Whether a number is read with the leading zeros that its format shows: 6022 in the format `00000` as `06022`.
        leading_zeros: bool = true,
    }
}

/// The worksheets of a workbook in the order of their tabs, hidden ones too.
pub fn sheets(path: &Path) -> Result<Vec<String>, ReadError> {
    let (_, listed) = list(path)?;
    Ok(listed.into_iter().map(|sheet| sheet.name).collect())
}

/// Is shown a row: its number, and column and text of each cell.
type ShowRow<'a> = dyn FnMut(u32, Vec<(u32, Option<&str>)>) + 'a;

/// Shows each row of a sheet, from 1, with the text of each of its cells by column,
/// from 0; `None` for one that shows an error. For workbooks that Cutover itself
/// has written, whose headings no source may have.
pub(crate) fn each_row(path: &Path, sheet: &str, show: &mut ShowRow<'_>) -> Result<(), ReadError> {
    let (kind, _) = list(path)?;
    let mut shown = Shown(show);
    guarded(path, || workbook::rows(path, kind, sheet, true, &mut shown))
}

/// A shape for the function of [`each_row`].
struct Shown<'a>(&'a mut ShowRow<'a>);

impl Out for Shown<'_> {
    fn row(&mut self, row: &Row) -> Result<ControlFlow<()>, ReadError> {
        let text = |mark, text| (!matches!(mark, Mark::Error | Mark::Unreadable)).then_some(text);
        (self.0)(row.number, row.iter().map(|(column, mark, cell)| (column, text(mark, cell))).collect());
        Ok(ControlFlow::Continue(()))
    }
}

impl Opener for SheetOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.files()?, self)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let mut tables: Vec<TableEntry> = Vec::new();
        for path in place.files()? {
            for sheet in list(path)?.1 {
                if tables.iter().any(|table| table.name == sheet.name) {
                    continue;
                }
                let what = match sheet.seen {
                    Seen::Visible => "sheet",
                    Seen::Hidden => "hidden sheet",
                    Seen::VeryHidden => "very hidden sheet",
                };
                tables.push(TableEntry { name: sheet.name, option: "sheet", what: what.into(), rows: None });
            }
        }
        Ok(tables)
    }
}

/// Opens workbooks as one source: their columns by name, in the order in which
/// they first appear.
pub(crate) fn open(paths: &[PathBuf], options: &SheetOptions) -> Result<Box<dyn Source>, ReadError> {
    let mut names: Vec<String> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut files = Vec::new();
    for path in paths {
        let (kind, listed) = list(path)?;
        let sheet = choose(path, &listed, options)?;
        let (layout, kept) = guarded(path, || headings::find(path, kind, &sheet, options))?;
        let mut columns = Vec::new();
        for (column, name) in &layout.columns {
            let index = *by_name.entry(name.clone()).or_insert_with(|| {
                names.push(name.clone());
                names.len() - 1
            });
            let column = *column as usize;
            if columns.len() <= column {
                columns.resize(column + 1, None);
            }
            if let Some(place) = columns.get_mut(column) {
                *place = Some(index);
            }
        }
        files.push(Plan {
            path: path.clone(),
            kind,
            sheet,
            layout,
            columns,
            options: options.clone(),
            kept: Mutex::new(kept),
        });
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
        return match listed.iter().find(|sheet| sheet.seen == Seen::Visible) {
            Some(sheet) => Ok(sheet.name.clone()),
            None if listed.is_empty() => Err(ReadError::new(place, "holds no worksheet").help("is it the right file?")),
            None => Err(ReadError::new(place, "all its sheets are hidden")
                .help(format!("name one with `sheet`: {}", shown(&names)))),
        };
    };
    if names.contains(&wanted.value.as_str()) {
        return Ok(wanted.value.clone());
    }
    let shown = shown(&names);
    let error = ReadError::new(place, format!("has no sheet `{}`", wanted.value));
    Err(match nearest(&wanted.value, names.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`? its sheets: {shown}")),
        None => error.help(format!("its sheets: {shown}")),
    })
}

fn shown(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How one file is read.
struct Plan {
    path: PathBuf,
    kind: Kind,
    sheet: String,
    layout: Layout,
    /// The column of the source, by that of the sheet from 0.
    columns: Vec<Option<usize>>,
    options: SheetOptions,
    /// Its records, for the first reading.
    kept: Mutex<Option<Kept>>,
}

impl Plan {
    fn read(&self, out: &mut dyn Out) -> Result<(), ReadError> {
        let kept = self.kept.lock().ok().and_then(|mut kept| kept.take());
        match kept {
            Some(kept) => kept.replay(out),
            None => {
                let zeros = self.options.leading_zeros;
                guarded(&self.path, || workbook::rows(&self.path, self.kind, &self.sheet, zeros, out))
            }
        }
    }
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
        let (files, schema) = (Arc::clone(&self.files), self.schema());
        let paths = self.files.iter().map(|plan| plan.path.as_path());
        stream::spawn("sheet", paths, &self.schema, batch_rows, move |sink| {
            for plan in files.iter() {
                let mut reading = Reading {
                    plan,
                    names: &schema,
                    cells: vec![None; schema.fields().len()],
                    place: format!("{}!{}:", file_name(&plan.path), plan.sheet),
                    sink,
                    flow: ControlFlow::Continue(()),
                };
                plan.read(&mut reading)?;
                if reading.flow.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        self.files.iter().map(|plan| (plan.path.clone(), plan.layout.said(&plan.sheet))).collect()
    }
}

/// Puts the rows of a sheet into batches.
struct Reading<'a> {
    plan: &'a Plan,
    names: &'a SchemaRef,
    /// For each column of the source the place of its cell in the row.
    cells: Vec<Option<usize>>,
    place: String,
    sink: &'a mut Sink,
    flow: ControlFlow<()>,
}

impl Out for Reading<'_> {
    fn row(&mut self, row: &Row) -> Result<ControlFlow<()>, ReadError> {
        let layout = &self.plan.layout;
        if row.number < layout.first || row.hidden && self.plan.options.hidden == Hidden::Skip {
            return Ok(ControlFlow::Continue(()));
        }
        if layout.end.is_some_and(|end| row.number >= end) {
            return Ok(ControlFlow::Break(()));
        }
        let mut notes = String::new();
        let mut fault = None;
        if row.hidden {
            note(&mut notes, "sheet.hidden-row", "");
        }
        self.cells.fill(None);
        for (place, (column, mark, _)) in row.iter().enumerate() {
            let index = self.plan.columns.get(column as usize).copied().flatten();
            match mark {
                Mark::Plain => {}
                Mark::BadDate => note(&mut notes, "sheet.bad-date", self.name(index)),
                Mark::Error => note(&mut notes, "sheet.error-cell", self.name(index)),
                Mark::Unreadable => fault = Some("sheet.unreadable-cell"),
            }
            if let Some(cell) = index.and_then(|index| self.cells.get_mut(index)) {
                *cell = (mark == Mark::Plain || mark == Mark::BadDate).then_some(place);
            }
        }
        let prefix = self.place.len();
        // Writing to a String cannot fail.
        let _ = write!(self.place, "{}", row.number);
        let notes = (!notes.is_empty()).then_some(notes.as_str());
        let cells = self.cells.iter().map(|place| place.and_then(|place| row.text(place)));
        self.flow = self.sink.push(&self.place, fault, notes, row.bytes(), cells);
        self.place.truncate(prefix);
        Ok(self.flow)
    }
}

impl Reading<'_> {
    fn name(&self, index: Option<usize>) -> &str {
        index.and_then(|index| self.names.fields().get(index)).map_or("", |field| field.name())
    }
}

fn note(notes: &mut String, code: &str, column: &str) {
    if !notes.is_empty() {
        notes.push(record::ENTRY_SEPARATOR);
    }
    let _ = write!(notes, "{code}:{column}");
}

#[cfg(test)]
mod tests;
