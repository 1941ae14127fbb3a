//! One text file, opened far enough to know its encoding, dialect and headings.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use super::Detected;
use super::dialect::{self, Declared, Found};
use super::encoding;
use super::headings::Row;
use super::layout::{Layout, Rows, Trouble};
use super::options::{CsvOptions, Ragged};
use super::records::{Record, Records};
use super::refused;
use super::text::Text;
use crate::record;
use crate::sources::contacts;
use crate::sources::encoding::Encoding;
use crate::sources::kind::TableEntry;
use crate::sources::{ReadError, file_name};

/// How much of a file is looked at to detect its dialect, in bytes of UTF-8.
const SAMPLE: usize = 256 * 1024;
/// How much is looked at to find headings, tables and footer, in bytes of UTF-8.
const HEAD: usize = 1024 * 1024;

/// All that is needed to read the records of a file, any number of times.
pub(super) struct TextFile {
    path: PathBuf,
    member: Option<String>,
    encoding: Encoding,
    /// Bytes of the byte order mark.
    mark: usize,
    /// Bytes of the first line, decoded, if it is `sep=…`.
    separator_line: usize,
    found: Found,
    comment: Option<String>,
    layout: Layout,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The column that takes what is too much in a record, if such are kept.
    pub surplus: Option<usize>,
    /// The number of fields that most records have.
    pub usual_width: usize,
}

impl TextFile {
    pub(super) fn open(path: &Path, options: &CsvOptions) -> Result<Self, ReadError> {
        let (mut file, head, whole) = Self::begin(path, options)?;
        let (layout, width) = file.lay_out(&head, whole, options)?.map_err(|trouble| refused::layout(path, trouble))?;
        if let Some((line, fault)) = layout.broken
            && !(fault == super::codes::QUOTE
                && (layout.names.len() == file.usual_width || options.ragged == Ragged::Keep))
        {
            return Err(refused::headings(path, line, fault, file.encoding));
        }
        (file.layout, file.usual_width) = (layout, width);
        file.name_columns(options)?;
        Ok(file)
    }

    /// The tables that the file holds, if they are several.
    pub(super) fn tables(path: &Path, options: &CsvOptions) -> Result<Vec<TableEntry>, ReadError> {
        let options = CsvOptions { table: None, ..options.clone() };
        let (file, head, whole) = Self::begin(path, &options)?;
        Ok(file.lay_out(&head, whole, &options)?.err().map(|trouble| refused::choice(&trouble)).unwrap_or_default())
    }

    /// The file with its encoding and dialect, its beginning as UTF-8, and whether
    /// that is all of it.
    fn begin(path: &Path, options: &CsvOptions) -> Result<(Self, Vec<u8>, bool), ReadError> {
        let member = options.member.as_deref();
        let io = |error: std::io::Error| ReadError::io(path, &error);
        let (encoding, mark) = encoding::of_file(path, member, options.encoding)?;
        let mut text = Text::new(encoding::behind(path, member, mark)?, encoding);
        text.read_at_least(HEAD).map_err(io)?;
        let (ended, head) = (text.ended(), &*text.rest());
        let separator = dialect::separator_line(head);
        let separator_line = separator.as_ref().map_or(0, |(_, length)| *length);
        let declared = declared(options, separator.map(|(delimiter, _)| delimiter));
        refused::same_marks(path, &declared)?;
        let head = head.get(separator_line..).unwrap_or_default();
        let whole = ended && head.len() < HEAD;
        let head = head.get(..HEAD).unwrap_or(head);
        let sample = head.get(..SAMPLE).unwrap_or(head);
        let found = dialect::detect(sample, whole && sample.len() < SAMPLE, declared);
        let file = Self {
            path: path.to_path_buf(),
            member: options.member.clone(),
            encoding,
            mark,
            separator_line,
            comment: options.comment.as_ref().map(|comment| comment.0.clone()),
            layout: Layout::default(),
            columns: Vec::new(),
            surplus: None,
            usual_width: found.dialect.width,
            found,
        };
        Ok((file, head.to_vec(), whole))
    }

    /// Opens the file for its records, behind the headings.
    pub(super) fn records(&self) -> Result<Records, ReadError> {
        let mut records = self.all_rows()?;
        for _ in 0..self.layout.first {
            records.next().map_err(|error| self.io(&error))?;
        }
        Ok(records)
    }

    /// The last row that is a record, if others follow.
    pub(super) fn last_row(&self) -> Option<u64> {
        self.layout.last
    }

    fn all_rows(&self) -> Result<Records, ReadError> {
        let input = encoding::behind(&self.path, self.member.as_deref(), self.mark)?;
        let mut text = Text::with_marks(input, self.encoding, self.found.marks.clone());
        // Marks are no part of that line. An error shows again at the next reading.
        if self.separator_line > 0 && text.read_at_least(self.separator_line).is_ok() {
            text.consume(self.separator_line);
        }
        Ok(self.start(text))
    }

    /// `text` stands behind a line `sep=…`.
    fn start(&self, text: Text) -> Records {
        let line = if self.separator_line > 0 { 2 } else { 1 };
        Records::new(text, self.found.dialect, line).without(self.comment.as_deref())
    }

    /// The layout, and the number of fields that most records have.
    fn lay_out(
        &self,
        head: &[u8],
        whole: bool,
        options: &CsvOptions,
    ) -> Result<Result<(Layout, usize), Trouble>, ReadError> {
        let text = Text::with_marks(Box::new(Cursor::new(head.to_vec())), Encoding::UTF_8, self.found.marks.clone());
        let mut rows = Vec::new();
        each(self.start(text), &mut |row| rows.push(row.clone())).map_err(|error| self.io(&error))?;
        if !whole {
            // The last one may be cut.
            rows.pop();
        }
        if rows.is_empty() && !whole {
            return Err(refused::long_headings(&self.path));
        }
        let width = if self.usual_width > 0 { self.usual_width } else { usual_width(&rows) };
        let all = |call: &mut dyn FnMut(&Row)| match self.all_rows() {
            Ok(records) => each(records, call),
            Err(error) => Err(std::io::Error::other(error.what)),
        };
        let rows = Rows { head: &rows, whole, width, each: &all };
        Ok(rows.layout(options).map(|layout| (layout, width)))
    }

    fn name_columns(&mut self, options: &CsvOptions) -> Result<(), ReadError> {
        let names = &self.layout.names;
        let named = |(index, name): (usize, &Option<String>)| name.clone().unwrap_or_else(|| unnamed(index + 1));
        let keep = options.ragged == Ragged::Keep;
        let mut columns: Vec<String> = names.iter().enumerate().map(named).collect();
        if columns.is_empty() || keep {
            columns.extend((columns.len() + 1..=self.usual_width).map(unnamed));
        }
        if let Some(declared) = &options.columns {
            if declared.len() != columns.len() {
                return Err(refused::column_count(&self.path, declared.len(), columns.len()));
            }
            columns.clone_from(declared);
        }
        contacts::number_twins(&mut columns);
        for name in &mut columns {
            *name = record::column_name(name).into_owned();
        }
        refused::names(&self.path, &columns)?;
        if keep {
            let free = |name: &String| !columns.contains(name);
            let names = std::iter::once("surplus".to_string()).chain((2..).map(|number| format!("surplus_{number}")));
            self.surplus = Some(columns.len());
            let name = names.take(columns.len() + 1).find(free).unwrap_or_default();
            columns.push(name);
        }
        self.columns = columns;
        Ok(())
    }

    /// The name that `_row` gives.
    pub(super) fn name(&self) -> String {
        file_name(&self.path)
    }

    /// Whether the record says nothing but the headings.
    pub(super) fn is_heading_again(&self, record: &Record<'_>) -> bool {
        let names = &self.layout.names;
        !names.is_empty()
            && names.iter().enumerate().all(|(index, name)| record.field(index) == name.as_deref())
            && names.iter().flatten().count() >= 2
    }

    /// How many fields a record should have.
    pub(super) fn width(&self) -> usize {
        self.surplus.unwrap_or(self.columns.len())
    }

    pub(super) fn delimiter(&self) -> &str {
        &self.found.delimiter
    }

    pub(super) fn detected(&self) -> Detected {
        Detected {
            path: self.path.clone(),
            encoding: self.encoding.name(),
            delimiter: self.found.delimiter.clone(),
            quote: self.found.quote,
            escape: self.found.escape,
            record_delimiter: self.found.record.clone(),
            header: self.layout.header,
            above: self.layout.above,
            below: self.layout.below,
        }
    }

    pub(super) fn io(&self, error: &std::io::Error) -> ReadError {
        ReadError::io(&self.path, error)
    }
}

fn declared(options: &CsvOptions, separator: Option<String>) -> Declared {
    Declared {
        delimiter: options.delimiter.as_ref().map(|delimiter| delimiter.0.clone()).or(separator),
        quote: options.quote.map(|quote| quote.0),
        escape: options.escape,
        record: options.record_delimiter.as_ref().map(|delimiter| delimiter.0.clone()),
        rows_above: options.header.and_then(|header| header.0).map_or(0, |(first, _)| first.saturating_sub(1)) as usize,
    }
}

/// Calls with each row.
fn each(mut records: Records, call: &mut dyn FnMut(&Row)) -> std::io::Result<()> {
    while let Some(record) = records.next()? {
        call(&row(&record));
    }
    Ok(())
}

fn row(record: &Record<'_>) -> Row {
    Row {
        row: record.row,
        line: record.line,
        fault: record.fault,
        blank: record.blank,
        cells: (0..record.width()).map(|index| record.field(index).map(str::to_string)).collect(),
    }
}

/// The number of cells that most rows have; of equals the larger one.
fn usual_width(rows: &[Row]) -> usize {
    let mut widths: Vec<usize> = rows.iter().filter(|row| !row.blank).map(Row::width).collect();
    widths.sort_unstable();
    let most = widths.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
    most.and_then(|same| same.first().copied()).unwrap_or(0)
}

fn unnamed(number: usize) -> String {
    format!("column_{number}")
}
