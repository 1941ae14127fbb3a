//! The rows of one sheet, whatever the file's kind: the only place that knows
//! calamine.
//!
//! Rows come in the sheet's order, one at a time, each with its own number and
//! the cells that are not empty. .xlsx and .xlsb are streamed by cell (calamine's
//! `worksheet_range` would allocate the whole rectangle, and one cell in the last
//! corner would abort the process); .xls is held, after [`super::xls`] has
//! bounded it; .ods has its own reader.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{
    Cell, Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx,
    XlsxCellReader, XlsxError,
};

use crate::sources::{ReadError, open_file};

use super::guard::{Kind, damaged, locked};
use super::ods;
use super::value::{self, Value};

/// What a sheet is called, and whether a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: String,
    pub visible: bool,
}

/// The cells of one row that hold something, by column from 0.
pub(super) type Row = [(u32, Value)];

/// Told a row's number, from 1, and its cells; breaks to stop reading.
pub(super) type OnRow<'a> = &'a mut dyn FnMut(u32, &Row) -> Result<ControlFlow<()>, ReadError>;

/// A row longer than this is refused: 16,384 cells of some length.
const ROW_BYTES: usize = 64 << 20;

type Book = BufReader<File>;

/// Puts cells together into rows.
pub(super) struct Rows<'a> {
    path: &'a Path,
    row: u32,
    cells: Vec<(u32, Value)>,
    bytes: usize,
    on_row: OnRow<'a>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(path: &'a Path, on_row: OnRow<'a>) -> Self {
        Self { path, row: 0, cells: Vec::new(), bytes: 0, on_row }
    }

    /// Adds a cell; both positions count from 0. Rows may not go back.
    pub(super) fn cell(&mut self, row: u32, column: u32, value: Value) -> Result<ControlFlow<()>, ReadError> {
        if row != self.row {
            if row < self.row {
                return Err(damaged(self.path, "the rows of the sheet are out of order"));
            }
            if self.finish()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.row = row;
        }
        self.bytes += match &value {
            Value::Text(text) | Value::BadDate(text) => text.len(),
            Value::Error | Value::Unreadable => 0,
        };
        if self.bytes > ROW_BYTES {
            let place = format!("{}, row {}", self.path.display(), u64::from(row) + 1);
            return Err(ReadError::new(place, "holds more than 64 MB of text in one row"));
        }
        self.cells.push((column, value));
        Ok(ControlFlow::Continue(()))
    }

    /// Gives the last row.
    pub(super) fn finish(&mut self) -> Result<ControlFlow<()>, ReadError> {
        self.bytes = 0;
        if self.cells.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let cells = std::mem::take(&mut self.cells);
        (self.on_row)(self.row.saturating_add(1), &cells)
    }
}

fn opened(path: &Path) -> Result<Book, ReadError> {
    open_file(path).map(BufReader::new)
}

fn xlsx_error(path: &Path, error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => locked(path),
        XlsxError::Io(error) => ReadError::io(path, error),
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => damaged(path, "a part of it is missing"),
        XlsxError::Zip(_) => damaged(path, "its zip container cannot be read"),
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::XmlEof(_) | XlsxError::Encoding(_) => {
            damaged(path, "its XML is broken")
        }
        XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_) => damaged(path, "the sheet's part is missing"),
        _ => damaged(path, "a part of it is not as the format demands"),
    }
}

fn xlsb_error(path: &Path, error: &XlsbError) -> ReadError {
    match error {
        XlsbError::Password => locked(path),
        XlsbError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => ReadError::io(path, error),
        _ => damaged(path, "a part of it is not as the format demands"),
    }
}

fn xls_error(path: &Path, error: &XlsError) -> ReadError {
    match error {
        XlsError::Password => locked(path),
        XlsError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => ReadError::io(path, error),
        _ => damaged(path, "a record of it is not as the format demands"),
    }
}

fn xlsx(path: &Path) -> Result<Xlsx<Book>, ReadError> {
    Xlsx::new(opened(path)?).map_err(|error| xlsx_error(path, &error))
}

fn xlsb(path: &Path) -> Result<Xlsb<Book>, ReadError> {
    Xlsb::new(opened(path)?).map_err(|error| xlsb_error(path, &error))
}

fn xls(path: &Path) -> Result<Xls<Book>, ReadError> {
    Xls::new(opened(path)?).map_err(|error| xls_error(path, &error))
}

fn listed(book: &impl Reader<Book>) -> Vec<Listed> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| Listed { name: sheet.name.clone(), visible: sheet.visible == SheetVisible::Visible })
        .collect()
}

/// The worksheets, in the order of their tabs; charts and macros are left out.
pub(super) fn sheets(path: &Path, kind: Kind) -> Result<Vec<Listed>, ReadError> {
    match kind {
        Kind::Xlsx => xlsx(path).map(|book| listed(&book)),
        Kind::Xlsb => xlsb(path).map(|book| listed(&book)),
        Kind::Xls => xls(path).map(|book| listed(&book)),
        Kind::Ods => ods::sheets(path),
    }
}

/// Reads a sheet from the first row to the last.
pub(super) fn rows(path: &Path, kind: Kind, sheet: &str, on_row: OnRow<'_>) -> Result<(), ReadError> {
    let rows = &mut Rows::new(path, on_row);
    match kind {
        Kind::Xlsx => xlsx_rows(path, sheet, rows),
        Kind::Xlsb => xlsb_rows(path, sheet, rows),
        Kind::Xls => xls_rows(path, sheet, rows),
        Kind::Ods => ods::rows(path, sheet, rows),
    }
}

fn xlsx_rows(path: &Path, sheet: &str, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    let broken = |error| xlsx_error(path, &error);
    let mut book = xlsx(path)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    let mut seen = 0;
    let Some(first) = xlsx_stream(path, &mut cells, &mut seen, None, rows)? else {
        return rows.finish().map(|_| ());
    };
    // calamine does not say where a cell stands that it cannot read, and may
    // count the columns after it wrongly. A second reader, which looks at places
    // only, goes along from here.
    let mut again = xlsx(path)?;
    let mut places = again.worksheet_cells_reader(sheet).map_err(broken)?;
    for _ in 1..seen {
        places.next_formula().map_err(broken)?;
    }
    if let Some(place) = places.next_formula().map_err(broken)? {
        let (row, column) = place.get_position();
        if rows.cell(row, column, first)?.is_break() {
            return Ok(());
        }
    }
    xlsx_stream(path, &mut cells, &mut seen, Some(&mut places), rows)?;
    rows.finish().map(|_| ())
}

/// Streams cells until the end or, without `places`, until one cannot be read:
/// then that cell's value is given, and `seen` is its number, from 1.
fn xlsx_stream(
    path: &Path,
    cells: &mut XlsxCellReader<'_, Book>,
    seen: &mut u64,
    mut places: Option<&mut XlsxCellReader<'_, Book>>,
    rows: &mut Rows<'_>,
) -> Result<Option<Value>, ReadError> {
    loop {
        let (place, value) = match cells.next_cell() {
            Ok(None) => return Ok(None),
            Ok(Some(cell)) => (Some(cell.get_position()), from_cell(&cell)),
            Err(error) => match unreadable(&error) {
                Some(value) => (None, Some(value)),
                None => return Err(xlsx_error(path, &error)),
            },
        };
        *seen += 1;
        let place = match &mut places {
            Some(places) => {
                let cell = places.next_formula().map_err(|error| xlsx_error(path, &error))?;
                cell.map(|cell| cell.get_position())
            }
            None => place,
        };
        let Some(value) = value else { continue };
        let Some((row, column)) = place else { return Ok(Some(value)) };
        if rows.cell(row, column, value)?.is_break() {
            return Ok(None);
        }
    }
}

/// The errors of calamine that concern one cell, after which it can go on.
fn unreadable(error: &XlsxError) -> Option<Value> {
    match error {
        // `#ERROR!` of Google Sheets, `#SPILL!` and others that are newer than calamine's list.
        XlsxError::CellError(_) => Some(Value::Error),
        XlsxError::Unrecognized { typ: "boolean cell value", .. }
        | XlsxError::CellTAttribute(_)
        | XlsxError::ParseFloat(_)
        | XlsxError::Unexpected("Cell string index not found in shared strings table") => Some(Value::Unreadable),
        _ => None,
    }
}

fn xlsb_rows(path: &Path, sheet: &str, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    let broken = |error| xlsb_error(path, &error);
    let mut book = xlsb(path)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        if let Some(value) = from_cell(&cell)
            && rows.cell(row, column, value)?.is_break()
        {
            return Ok(());
        }
    }
    rows.finish().map(|_| ())
}

fn xls_rows(path: &Path, sheet: &str, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    let range = xls(path)?.worksheet_range(sheet).map_err(|error| xls_error(path, &error))?;
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, data) in range.used_cells() {
        let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        if let Some(value) = from_data(data)
            && rows.cell(top + place(row), left + place(column), value)?.is_break()
        {
            return Ok(());
        }
    }
    rows.finish().map(|_| ())
}

fn from_cell(cell: &Cell<DataRef<'_>>) -> Option<Value> {
    match cell.get_value() {
        DataRef::SharedString(text) => text_value(text),
        DataRef::String(text) => text_value(text),
        DataRef::Int(whole) => Some(Value::Text(whole.to_string())),
        DataRef::Float(number) => Some(from_number(*number)),
        DataRef::Bool(yes) => Some(Value::Text(yes.to_string())),
        DataRef::DateTime(date) => Some(from_date(*date)),
        DataRef::DateTimeIso(text) => text_value(&value::iso(text)),
        DataRef::DurationIso(text) => text_value(&value::iso_duration(text)),
        DataRef::Error(_) => Some(Value::Error),
        DataRef::Empty => None,
    }
}

fn from_data(data: &Data) -> Option<Value> {
    match data {
        Data::String(text) => text_value(text),
        Data::Int(whole) => Some(Value::Text(whole.to_string())),
        Data::Float(number) => Some(from_number(*number)),
        Data::Bool(yes) => Some(Value::Text(yes.to_string())),
        Data::DateTime(date) => Some(from_date(*date)),
        Data::DateTimeIso(text) => text_value(&value::iso(text)),
        Data::DurationIso(text) => text_value(&value::iso_duration(text)),
        Data::Error(_) => Some(Value::Error),
        Data::Empty => None,
    }
}

pub(super) fn text_value(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::Text(text.to_string()))
}

pub(super) fn from_number(number: f64) -> Value {
    value::number(number).map_or(Value::Error, Value::Text)
}

fn from_date(date: ExcelDateTime) -> Value {
    if date.is_duration() { value::duration(date.as_f64()) } else { value::date(date.as_f64(), is_1904(date)) }
}

/// calamine shows the date system of a value only by comparing it.
fn is_1904(date: ExcelDateTime) -> bool {
    date == ExcelDateTime::new(date.as_f64(), calamine::ExcelDateTimeType::DateTime, true)
}
