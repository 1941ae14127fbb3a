//! The records that were rejected, for people to repair: a CSV file and a workbook
//! with the same content, in the sources' own columns.
//!
//! Here, and only in files like these, cell values leave the pipeline. No cell
//! may turn into a formula, a number or a link on the way: whoever opens the file
//! sees what the source held. Nothing here reads the clock, so two equal runs
//! write equal bytes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch, StringArray};
use arrow::datatypes::{Schema, SchemaRef};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use crate::dataset::DatasetError;
use crate::panics;
use crate::record;
pub use crate::record::{guarded, unguarded};

/// The column that says why; with those after it, it stands last in the CSV.
pub const REASONS: &str = "reasons";
/// The columns that Cutover adds behind those of the source.
pub const OWN: [&str; 3] = [REASONS, "verdict", "issues"];
/// The last column: a hash of the record as it is written, and one of [`OWN`], by
/// which `cutover fix` finds what was changed.
pub const HASH: &str = "_hash";

/// Excel's limits: rows of a sheet (one holds the headings), columns, UTF-16
/// units of a cell and of a sheet's name.
const SHEET_ROWS: u32 = 1_048_576;
const SHEET_COLUMNS: usize = 16_384;
const CELL_UNITS: usize = 32_767;
const NAME_UNITS: usize = 31;

/// Stands at the end of a cell that the workbook could not hold.
pub const CUT: &str = " … [cut; the CSV file has it whole]";

/// Writes `rejects/<entity>.csv` and `rejects/<entity>.xlsx` side by side.
///
/// The sources are declared first, because the CSV has one heading for all; then,
/// for each that has rejects, [`sheet`](Self::sheet) and its batches.
pub struct RejectWriter {
    csv: Csv,
    book: Book,
    sources: Vec<Declared>,
    current: usize,
}

struct Declared {
    name: String,
    schema: SchemaRef,
    /// For each column of the CSV: the column of the source.
    columns: Vec<Option<usize>>,
}

impl RejectWriter {
    /// Creates both files and writes the heading of the CSV. Each source comes
    /// with the schema of its batches, all `Utf8`: `_row`, its own columns,
    /// `reasons` and what follows that.
    pub fn create(csv: &Path, xlsx: &Path, sources: &[(&str, SchemaRef)]) -> Result<Self, DatasetError> {
        let (heading, columns) = union(sources);
        let declared = sources.iter().zip(columns).map(|((name, schema), columns)| Declared {
            name: (*name).to_string(),
            schema: SchemaRef::clone(schema),
            columns,
        });
        Ok(Self {
            csv: Csv::create(csv, &heading)?,
            book: Book::create(xlsx)?,
            sources: declared.collect(),
            current: usize::MAX,
        })
    }

    /// Turns to a source that was declared: the batches that follow are its.
    pub fn sheet(&mut self, source: &str) -> Result<(), DatasetError> {
        let found = self.sources.iter().enumerate().find(|(_, declared)| declared.name == source);
        let Some((index, declared)) = found else {
            return Err(self.csv.error(format!("source `{source}` was not declared")));
        };
        self.current = index;
        self.book.sheet(source, &declared.schema)
    }

    /// Writes a batch of the current source.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), DatasetError> {
        let Some(source) = self.sources.get(self.current) else {
            return Err(self.csv.error("no source was chosen before the first record".into()));
        };
        let cells: Option<Vec<&StringArray>> =
            batch.columns().iter().map(|column| column.as_any().downcast_ref()).collect();
        let Some(cells) = cells.filter(|cells| cells.len() == source.schema.fields().len()) else {
            return Err(self.csv.error(format!("a batch of source `{}` has other columns", source.name)));
        };
        self.csv.write(source, &cells, batch.num_rows())?;
        self.book.write(&source.name, &source.schema, &cells, batch.num_rows())
    }

    /// Writes what is left. Without it both files are incomplete.
    pub fn finish(self) -> Result<(), DatasetError> {
        self.csv.finish()?;
        self.book.finish()
    }
}

/// The heading of the CSV, and where each source has each of its columns: the
/// source, then all columns in the order in which they first appear, those from
/// `reasons` on at the end.
fn union(sources: &[(&str, SchemaRef)]) -> (Vec<String>, Vec<Vec<Option<usize>>>) {
    // A source may have a column called `reasons` too: the last one is ours.
    let own = |schema: &Schema| {
        let names = schema.fields().iter().rposition(|field| field.name() == REASONS);
        names.unwrap_or(schema.fields().len())
    };
    let mut heading: Vec<(bool, &str)> = Vec::new();
    for trailing in [false, true] {
        for (_, schema) in sources {
            let start = own(schema);
            for (index, field) in schema.fields().iter().enumerate() {
                let column = (index >= start, field.name().as_str());
                if column.0 == trailing && !heading.contains(&column) {
                    heading.push(column);
                }
            }
        }
    }
    let places = sources.iter().map(|(_, schema)| {
        let start = own(schema);
        let place = |(trailing, name): &(bool, &str)| {
            schema
                .fields()
                .iter()
                .enumerate()
                .find(|(index, field)| (*index >= start) == *trailing && field.name() == name)
                .map(|(index, _)| index)
        };
        heading.iter().map(place).collect()
    });
    let places = places.collect();
    let names = std::iter::once(record::SOURCE).chain(heading.iter().map(|(_, name)| *name));
    (names.map(str::to_string).collect(), places)
}

fn value(cells: &StringArray, row: usize) -> &str {
    if cells.is_null(row) { "" } else { cells.value(row) }
}

struct Csv {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Csv {
    fn create(path: &Path, heading: &[String]) -> Result<Self, DatasetError> {
        let file = File::create(path)
            .map_err(|error| DatasetError { path: path.to_path_buf(), what: format!("cannot be written: {error}") })?;
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BufWriter::new(file));
        let mut csv = Self { path: path.to_path_buf(), writer };
        csv.record(heading.iter().map(String::as_str))?;
        Ok(csv)
    }

    fn error(&self, what: String) -> DatasetError {
        DatasetError { path: self.path.clone(), what }
    }

    fn record<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Result<(), DatasetError> {
        for cell in cells {
            self.writer.write_field(guarded(cell).as_bytes()).map_err(|error| self.failed(&error))?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &csv::Error) -> DatasetError {
        // Only the system's words: csv's own could quote a record.
        let what = match error.kind() {
            csv::ErrorKind::Io(error) => format!("cannot be written: {error}"),
            _ => "cannot be written".into(),
        };
        self.error(what)
    }

    fn write(&mut self, source: &Declared, cells: &[&StringArray], rows: usize) -> Result<(), DatasetError> {
        for row in 0..rows {
            let own = source
                .columns
                .iter()
                .map(|column| column.and_then(|index| cells.get(index)).map_or("", |cells| value(cells, row)));
            self.record(std::iter::once(source.name.as_str()).chain(own))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), DatasetError> {
        self.writer.flush().map_err(|error| self.error(format!("cannot be written: {error}")))
    }
}

struct Book {
    path: PathBuf,
    workbook: Workbook,
    names: HashSet<String>,
    sheets: usize,
    /// The next row of the current sheet, and its columns.
    row: u32,
    columns: usize,
    rows_per_sheet: u32,
    /// A write failed half way: what is there is not to be used again.
    broken: bool,
}

impl Book {
    fn create(path: &Path) -> Result<Self, DatasetError> {
        let mut book = Self {
            path: path.to_path_buf(),
            workbook: Workbook::new(),
            names: HashSet::new(),
            sheets: 0,
            row: 0,
            columns: 0,
            rows_per_sheet: SHEET_ROWS,
            broken: false,
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        book.attempt(|book| {
            // Rows wait beside the file: what fits there fits the file.
            book.workbook.set_tempdir(folder)?;
            let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
            book.workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
            Ok(())
        })?;
        Ok(book)
    }

    /// Runs a step of writing; `rust_xlsxwriter` panics where the disk is full.
    fn attempt(&mut self, step: impl FnOnce(&mut Self) -> Result<(), XlsxError>) -> Result<(), DatasetError> {
        let failed = |what: String| DatasetError { path: self.path.clone(), what };
        if self.broken {
            return Err(failed("cannot be written after an error".into()));
        }
        let outcome = match panics::caught(|| step(self)) {
            Some(Ok(())) => return Ok(()),
            Some(Err(XlsxError::IoError(error))) => format!("cannot be written: {error}"),
            Some(Err(_)) => "cannot be written as a workbook".to_string(),
            None => "cannot be written; is the disk full?".to_string(),
        };
        self.broken = true;
        Err(DatasetError { path: self.path.clone(), what: outcome })
    }

    /// Ends the current sheet and begins another.
    fn sheet(&mut self, name: &str, schema: &Schema) -> Result<(), DatasetError> {
        self.end_sheet()?;
        // The source's name stands in front.
        self.columns = schema.fields().len() + 1;
        if self.columns > SHEET_COLUMNS {
            let what = format!("source `{name}` has more columns than a workbook can hold");
            return Err(DatasetError { path: self.path.clone(), what });
        }
        let name = self.unique(name);
        self.attempt(|book| {
            let bold = Format::new().set_bold();
            let sheet = book.workbook.add_worksheet_with_constant_memory()?;
            sheet.set_name(&name)?.set_freeze_panes(1, 0)?;
            let names = schema.fields().iter().map(|field| field.name().as_str());
            for (column, name) in (0_u16..).zip(std::iter::once(record::SOURCE).chain(names)) {
                sheet.write_string_with_format(0, column, fitting(name), &bold)?;
            }
            book.sheets += 1;
            book.row = 1;
            Ok(())
        })
    }

    fn end_sheet(&mut self) -> Result<(), DatasetError> {
        if self.sheets == 0 {
            return Ok(());
        }
        self.attempt(|book| {
            let (row, column) = (book.row.saturating_sub(1), last_column(book.columns));
            let sheet = book.current()?;
            sheet.autofilter(0, 0, row, column)?;
            sheet.ignore_error_range(0, 0, row, column, IgnoreError::NumberStoredAsText)?;
            Ok(())
        })
    }

    fn current(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.worksheet_from_index(self.sheets.saturating_sub(1))
    }

    fn write(&mut self, name: &str, schema: &Schema, cells: &[&StringArray], rows: usize) -> Result<(), DatasetError> {
        let mut next = 0;
        while next < rows {
            if self.row >= self.rows_per_sheet {
                self.sheet(name, schema)?;
            }
            let room = usize::try_from(self.rows_per_sheet - self.row).unwrap_or(usize::MAX);
            let end = rows.min(next.saturating_add(room.max(1)));
            self.attempt(|book| {
                let mut row = book.row;
                let sheet = book.current()?;
                for index in next..end {
                    sheet.write_string(row, 0, fitting(name))?;
                    for (column, cells) in (1_u16..).zip(cells) {
                        sheet.write_string(row, column, fitting(value(cells, index)))?;
                    }
                    row += 1;
                }
                book.row = row;
                Ok(())
            })?;
            next = end;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), DatasetError> {
        self.end_sheet()?;
        self.attempt(|book| {
            let path = book.path.clone();
            book.workbook.save(path).map(|_| ())
        })
    }

    /// A name that Excel takes, and that no sheet has yet: `name`, `name (2)`, …
    fn unique(&mut self, name: &str) -> String {
        let clean: String = name
            .chars()
            .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() { '_' } else { c })
            .collect();
        let clean = clean.trim().trim_matches('\'').trim();
        let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") { "rejects" } else { clean };
        for number in 1_u64.. {
            let suffix = if number == 1 { String::new() } else { format!(" ({number})") };
            let stem = first_units(clean, NAME_UNITS - suffix.len()).trim_end_matches(['\'', ' ']);
            let candidate = format!("{stem}{suffix}");
            if self.names.insert(candidate.to_lowercase()) {
                return candidate;
            }
        }
        String::new()
    }
}

fn last_column(columns: usize) -> u16 {
    u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX)
}

/// The cell, or as much of it as a workbook can hold, marked as cut.
pub fn fitting(cell: &str) -> Cow<'_, str> {
    if cell.len() <= CELL_UNITS || cell.encode_utf16().count() <= CELL_UNITS {
        return Cow::Borrowed(cell);
    }
    let room = CELL_UNITS - CUT.encode_utf16().count();
    Cow::Owned(format!("{}{CUT}", first_units(cell, room)))
}

/// As many whole characters as fit into so many UTF-16 units.
fn first_units(text: &str, units: usize) -> &str {
    let mut used = 0;
    let fits = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > units
    });
    fits.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
