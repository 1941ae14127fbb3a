//! The rows of one sheet, whatever the file's kind: the only place that knows
//! calamine.
//!
//! Rows come in the sheet's order, one at a time, each with its own number and
//! the cells that are not empty. .xlsx and .xlsb are streamed by cell (calamine's
//! `worksheet_range` would allocate the whole rectangle, and one cell in the last
//! corner would abort the process); .xls is held, after [`super::xls`] has
//! bounded it; .ods has its own reader.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{Cell, Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError};

use crate::sources::{ReadError, open_file};

use super::guard::{Kind, damaged, locked};
use super::number_format::NumberFormat;
use super::row::{Out, Row};
use super::value::{self, Value};
use super::xls::Shown;
use super::{ods, xlsx};

/// Whether a person sees a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Visible,
    Hidden,
    /// Hidden so that only a macro shows it.
    VeryHidden,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: String,
    pub seen: Seen,
}

/// A row longer than this is refused: 16,384 cells of some length.
pub(super) const ROW_BYTES: usize = 64 << 20;

pub(super) fn long_row(path: &Path, number: u32) -> ReadError {
    ReadError::new(format!("{}, row {number}", path.display()), "holds more than 64 MB of text in one row")
}

type Book = BufReader<File>;

/// Puts cells together into rows.
pub(super) struct Rows<'a> {
    path: &'a Path,
    row: Row,
    pub out: &'a mut dyn Out,
}

impl<'a> Rows<'a> {
    pub(super) fn new(path: &'a Path, out: &'a mut dyn Out) -> Self {
        let mut row = Row::default();
        row.number = 1;
        Self { path, row, out }
    }

    /// Adds a cell; both positions count from 0. Rows may not go back.
    pub(super) fn cell(&mut self, row: u32, column: u32, value: &Value) -> Result<ControlFlow<()>, ReadError> {
        let number = row.saturating_add(1);
        if number != self.row.number {
            if number < self.row.number {
                return Err(damaged(self.path, "the rows of the sheet are out of order"));
            }
            if self.finish()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.row.number = number;
        }
        self.row.write(column, |into| Some(value.write(into)));
        if self.row.bytes() > ROW_BYTES {
            return Err(long_row(self.path, number));
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Says that the row of the last cell is hidden.
    pub(super) fn hide(&mut self) {
        self.row.hidden = true;
    }

    /// Gives the last row.
    pub(super) fn finish(&mut self) -> Result<ControlFlow<()>, ReadError> {
        let flow = if self.row.is_empty() { ControlFlow::Continue(()) } else { self.out.row(&self.row)? };
        let number = self.row.number;
        self.row.clear();
        self.row.number = number;
        Ok(flow)
    }
}

fn opened(path: &Path) -> Result<Book, ReadError> {
    open_file(path).map(BufReader::new)
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
        .map(|sheet| {
            let seen = match sheet.visible {
                SheetVisible::Visible => Seen::Visible,
                SheetVisible::Hidden => Seen::Hidden,
                SheetVisible::VeryHidden => Seen::VeryHidden,
            };
            Listed { name: sheet.name.clone(), seen }
        })
        .collect()
}

/// The worksheets, in the order of their tabs; charts and macros are left out.
pub(super) fn sheets(path: &Path, kind: Kind) -> Result<Vec<Listed>, ReadError> {
    match kind {
        Kind::Xlsx => xlsx::sheets(path),
        Kind::Xlsb => xlsb(path).map(|book| listed(&book)),
        Kind::Xls => xls(path).map(|book| listed(&book)),
        Kind::Ods => ods::sheets(path),
    }
}

/// Reads a sheet from the first row to the last. Without `zeros`, a number is read
/// without the leading zeros that its format shows.
pub(super) fn rows(path: &Path, kind: Kind, sheet: &str, zeros: bool, out: &mut dyn Out) -> Result<(), ReadError> {
    match kind {
        Kind::Xlsx => xlsx::rows(path, sheet, zeros, out),
        Kind::Xlsb => xlsb_rows(path, sheet, &mut Rows::new(path, out)),
        Kind::Xls => xls_rows(path, sheet, zeros, &mut Rows::new(path, out)),
        Kind::Ods => ods::rows(path, sheet, zeros, &mut Rows::new(path, out)),
    }
}

fn xlsb_rows(path: &Path, sheet: &str, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    let broken = |error| xlsb_error(path, &error);
    let mut book = xlsb(path)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        if let Some(value) = from_cell(&cell)
            && rows.cell(row, column, &value)?.is_break()
        {
            return Ok(());
        }
    }
    rows.finish().map(|_| ())
}

fn xls_rows(path: &Path, sheet: &str, zeros: bool, rows: &mut Rows<'_>) -> Result<(), ReadError> {
    let mut book = xls(path)?;
    let index = book.sheets_metadata().iter().position(|listed| listed.name == sheet).unwrap_or_default();
    let range = book.worksheet_range(sheet).map_err(|error| xls_error(path, &error))?;
    drop(book);
    let shown = Shown::of(path, index)?;
    shown.tell(rows.out);
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, data) in range.used_cells() {
        let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let (row, column) = (top + place(row), left + place(column));
        let format = if zeros { shown.zeros(row, column) } else { None };
        let value = match (format, data) {
            (Some(format), Data::Float(number)) => Some(padded(format, *number)),
            #[expect(clippy::cast_precision_loss, reason = "numbers of an .xls are no longer than a float is exact")]
            (Some(format), Data::Int(number)) => Some(padded(format, *number as f64)),
            (_, Data::String(text)) => text_value(&whole(text)),
            _ => from_data(data),
        };
        let Some(value) = value else { continue };
        if rows.cell(row, column, &value)?.is_break() {
            return Ok(());
        }
        if shown.is_hidden(row) {
            rows.hide();
        }
    }
    rows.finish().map(|_| ())
}

/// A text of which calamine took the two bytes of each character apart, as it
/// does where a file's code page and its texts disagree. No cell can hold the
/// control characters that this leaves.
fn whole(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|char| char.is_control() && !matches!(char, '\t' | '\n' | '\r')) {
        return Cow::Borrowed(text);
    }
    let (bytes, _, unknown) = encoding_rs::WINDOWS_1252.encode(text);
    if unknown || bytes.len() % 2 == 1 {
        return Cow::Borrowed(text);
    }
    let units = bytes.chunks_exact(2).filter_map(|two| Some(u16::from_le_bytes(two.try_into().ok()?)));
    char::decode_utf16(units).collect::<Result<String, _>>().map_or(Cow::Borrowed(text), Cow::Owned)
}

fn padded(format: &NumberFormat, number: f64) -> Value {
    let mut text = String::new();
    format.write(number, false, &mut text);
    Value::Text(text)
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
