//! Text files of records: CSV, TSV and the like.
//!
//! | part | module | does |
//! |---|---|---|
//! | options | `options` | what a pipeline may declare |
//! | encoding | `encoding`, `text` | detects it; gives the file as UTF-8 |
//! | dialect | `dialect` | detects delimiter, quote, escape, line end |
//! | records | `scan`, `records` | where a record ends, what is wrong with it |
//! | columns | `file`, `batches` | headings; Arrow batches |
//!
//! All is text, as it stands in the file: no spaces are trimmed, no zeros, no
//! line ends within quotes. An empty field is null, in quotes or not. Whatever
//! is wrong with a record costs that record alone, and has one of [`CODES`].

mod options;
mod codes;
mod encoding;
mod text;
mod scan;
mod dialect;
mod records;
mod file;
mod batches;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use batches::CsvBatches;
use file::TextFile;

pub use codes::CODES;
pub use options::{CsvOptions, Delimiter, Escape, Quote};

use crate::sources::{Batches, ReadError, Rows, Source};

/// Opens text files as one source: the columns of all by name, in the order in
/// which they first appear. Reads the beginning of each.
///
/// # Errors
/// A file that cannot be read, is empty, or has two equal headings.
pub fn open(paths: &[PathBuf], options: &CsvOptions) -> Result<Box<dyn Source>, ReadError> {
    CsvSource::open(paths, options).map(|source| Box::new(source) as Box<dyn Source>)
}

/// Text files, opened.
pub struct CsvSource {
    plan: Arc<Plan>,
}

/// How one file is read: what was declared, and what was detected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub path: PathBuf,
    /// The name of the encoding.
    pub encoding: &'static str,
    pub delimiter: char,
    /// `None` if nothing is quoted.
    pub quote: Option<char>,
    pub escape: Escape,
    /// The row of the headings, from 1; 0 if there is none.
    pub header: usize,
}

/// All that reading takes; shared by the streams.
struct Plan {
    files: Vec<Input>,
    schema: SchemaRef,
    skip_empty: bool,
}

/// A file within the source.
struct Input {
    file: TextFile,
    /// For each column of the source the field of the file, if it has one.
    columns: Vec<Option<usize>>,
}

impl CsvSource {
    /// See [`open`].
    ///
    /// # Errors
    /// As there.
    pub fn open(paths: &[PathBuf], options: &CsvOptions) -> Result<Self, ReadError> {
        let files: Vec<TextFile> =
            paths.iter().map(|path| TextFile::open(path, options)).collect::<Result<_, ReadError>>()?;
        let mut names: Vec<&String> = Vec::new();
        for file in &files {
            for name in &file.columns {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let schema = Rows::text_schema(names);
        let files = files
            .into_iter()
            .map(|file| {
                let place = |name: &str| file.columns.iter().position(|column| column == name);
                let columns = schema.fields().iter().map(|field| place(field.name())).collect();
                Input { file, columns }
            })
            .collect();
        Ok(Self { plan: Arc::new(Plan { files, schema, skip_empty: options.skip_empty }) })
    }

    /// How each file is read, in the order of the paths.
    pub fn detected(&self) -> Vec<Detected> {
        self.plan.files.iter().map(|input| input.file.detected()).collect()
    }
}

impl Source for CsvSource {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.plan.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        Ok(Box::new(CsvBatches::new(Arc::clone(&self.plan), batch_rows)))
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        Self::detected(self).into_iter().map(|found| (found.path.clone(), found.to_string())).collect()
    }
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delimiter = if self.delimiter == '\t' { "tab".to_string() } else { format!("`{}`", self.delimiter) };
        write!(f, "{}, delimiter {delimiter}, ", self.encoding)?;
        match self.quote {
            Some(quote) => write!(f, "quote `{quote}`, ")?,
            None => f.write_str("no quote, ")?,
        }
        if self.escape == Escape::Backslash {
            f.write_str("escape backslash, ")?;
        }
        match self.header {
            0 => f.write_str("no headings"),
            row => write!(f, "headings in row {row}"),
        }
    }
}
