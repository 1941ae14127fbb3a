//! Text in which each column has its place in the line, as mainframes and reports
//! write it.
//!
//! The columns are declared and never guessed: a place that is off by one gives
//! values that look right. Places count characters, not bytes. Spaces that fill a
//! value up to its width are no part of it, unless `trim` says so; the rest is text
//! as it stands. Text that no column covers is noted on its record.

mod codes;
mod columns;
mod options;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use columns::Column;

pub use codes::CODES;
pub use options::{FixedColumn, FixedOptions, Short, Trim};

use super::csv::lines::Lines;
use super::filling::{Fill, Filling};
use super::kind::{Opener, Place};
use super::{Batches, ReadError, Rows, Source, file_name};

/// A batch is given before it is full when its text comes to this, in bytes.
const FULL: usize = 16 * 1024 * 1024;

impl Opener for FixedOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        FixedSource::open(place.files()?, self).map(|source| Box::new(source) as Box<dyn Source>)
    }
}

/// Files of fixed-width text, opened.
pub struct FixedSource {
    plan: Arc<Plan>,
    detected: Vec<(PathBuf, String)>,
}

/// All that reading takes; shared by the streams.
struct Plan {
    paths: Vec<PathBuf>,
    columns: Vec<Column>,
    options: FixedOptions,
    schema: SchemaRef,
}

impl FixedSource {
    /// Opens files as one source; all have the same columns.
    ///
    /// # Errors
    /// A file that cannot be read or is empty; a list of columns that is wrong.
    pub fn open(paths: &[PathBuf], options: &FixedOptions) -> Result<Self, ReadError> {
        let first = paths.first().ok_or_else(|| ReadError::new("the path", "names no file"))?;
        let columns = columns::of(options, first)?;
        let mut detected = Vec::new();
        for path in paths {
            let (_, encoding) = Lines::open(path, options.member.as_deref(), options.encoding)?;
            detected.push((path.clone(), format!("{}, {} columns", encoding.name(), columns.len())));
        }
        let schema = Rows::text_schema(columns.iter().map(|column| column.name.clone()));
        let plan = Plan { paths: paths.to_vec(), columns, options: options.clone(), schema };
        Ok(Self { plan: Arc::new(plan), detected })
    }
}

impl Source for FixedSource {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.plan.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        let plan = Arc::clone(&self.plan);
        let rows = Rows::new(&plan.schema);
        let from = Stream { plan, file: 0, lines: None, rows, batch_rows: batch_rows.max(1) };
        Ok(Box::new(Filling::new(from)))
    }

    fn beside(&self) -> Vec<PathBuf> {
        let first = self.plan.paths.first().and_then(|path| path.parent());
        first.zip(self.plan.options.schema.as_ref()).map(|(folder, schema)| folder.join(schema)).into_iter().collect()
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        self.detected.clone()
    }
}

/// Reads file after file.
struct Stream {
    plan: Arc<Plan>,
    /// The file that is being read, or is next.
    file: usize,
    lines: Option<Lines>,
    rows: Rows,
    batch_rows: usize,
}

impl Fill for Stream {
    fn fill(&mut self) -> Result<(), ReadError> {
        let plan = Arc::clone(&self.plan);
        let (options, mut size) = (&plan.options, 0);
        while let Some(path) = plan.paths.get(self.file) {
            let lines = match &mut self.lines {
                Some(lines) => lines,
                closed => closed.insert(Lines::open(path, options.member.as_deref(), options.encoding)?.0),
            };
            let name = file_name(path);
            while let Some(line) = lines.next()? {
                if line.text.is_empty() || line.number <= u64::from(options.skip) {
                    continue;
                }
                size += line.text.len();
                let cut = cut(&line.text, &plan.columns, options.trim);
                let short = (cut.short && options.short == Short::Reject).then_some(codes::SHORT);
                let fault = line.fault.map(codes::of_text).or(short);
                let note = cut.uncovered.then_some(codes::UNCOVERED);
                self.rows.push(&format!("{name}:{}", line.number), fault, note, cut.cells);
                if self.rows.len() >= self.batch_rows || size >= FULL {
                    return Ok(());
                }
            }
            self.lines = None;
            self.file += 1;
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

/// A line in its columns.
struct Cut<'a> {
    cells: Vec<Option<&'a str>>,
    /// It ends before the last column begins.
    short: bool,
    /// It has text where no column is.
    uncovered: bool,
}

fn cut<'a>(line: &'a str, columns: &[Column], trim: Trim) -> Cut<'a> {
    // In ASCII the characters are the bytes; otherwise where each begins.
    let starts: Option<Vec<usize>> =
        (!line.is_ascii()).then(|| line.char_indices().map(|(at, _)| at).chain([line.len()]).collect());
    let length = starts.as_ref().map_or(line.len(), |starts| starts.len() - 1);
    let part = |from: usize, to: usize| {
        let (from, to) = (from.min(length), to.min(length));
        let at = |index: usize| starts.as_ref().map_or(Some(index), |starts| starts.get(index).copied());
        at(from).zip(at(to)).and_then(|(from, to)| line.get(from..to)).unwrap_or_default()
    };
    let value = |column: &Column| {
        let text = part(column.start, column.start + column.width);
        let text = match trim {
            Trim::Both => text.trim_matches(' '),
            Trim::End => text.trim_end_matches(' '),
            Trim::None => text,
        };
        (!text.is_empty()).then_some(text)
    };
    let last = columns.iter().map(|column| column.start).max().unwrap_or(0);
    let mut places: Vec<(usize, usize)> =
        columns.iter().map(|column| (column.start, column.start + column.width)).collect();
    places.sort_unstable();
    places.push((usize::MAX, usize::MAX));
    let mut behind = 0;
    let mut uncovered = false;
    for (start, end) in places {
        uncovered |= start > behind && !part(behind, start).trim().is_empty();
        behind = behind.max(end);
    }
    Cut { cells: columns.iter().map(value).collect(), short: length <= last, uncovered }
}
