//! Text files of records: CSV, TSV and the like.
//!
//! | part | module | does |
//! |---|---|---|
//! | options | `options` | what a pipeline may declare |
//! | encoding | `encoding`, `western`, `text` | detects it; gives the file as UTF-8 |
//! | marks | `marks` | delimiters and quotes that are not one ASCII character |
//! | dialect | `dialect` | detects delimiter, quote, escape, line end |
//! | records | `scan`, `repair`, `records` | where a record ends, what is wrong with it |
//! | layout | `layout`, `headings`, `tables`, `shape` | which rows are headings and records |
//! | columns | `file`, `refused`, `batches` | opens a file; Arrow batches |
//!
//! All is text, as it stands in the file: no spaces are trimmed, no zeros, no
//! line ends within quotes. An empty field is null, in quotes or not. Whatever
//! is wrong with a record costs that record alone, and has one of [`CODES`].

mod options;
mod codes;
mod encoding;
mod western;
mod marks;
mod text;
mod scan;
mod repair;
mod dialect;
mod records;
mod shape;
mod headings;
mod tables;
mod layout;
mod refused;
pub(super) mod lines;
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
pub use options::{CsvOptions, Delimiter, Escape, Header, Quote, Ragged, Table};

use crate::sources::filling::Filling;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{Batches, ReadError, Rows, Source, packed};

impl Opener for CsvOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.files()?, self)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let Some(path) = place.files()?.first() else { return Ok(Vec::new()) };
        let members = packed::members(path)?;
        if members.len() > 1 && self.member.is_none() {
            let entry = |name| TableEntry { name, option: "member", what: "file of a zip".into(), rows: None };
            return Ok(members.into_iter().map(entry).collect());
        }
        TextFile::tables(path, self)
    }
}

/// Opens text files as one source: the columns of all by name, in the order in
/// which they first appear. Reads the beginning of each.
///
/// # Errors
/// A file that cannot be read, is empty, or has two equal headings.
pub(crate) fn open(paths: &[PathBuf], options: &CsvOptions) -> Result<Box<dyn Source>, ReadError> {
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
    pub delimiter: String,
    /// Opening and closing; `None` if nothing is quoted.
    pub quote: Option<(char, char)>,
    pub escape: Escape,
    /// What ends a record, if no line end does.
    pub record_delimiter: Option<String>,
    /// The first and the last row of the headings, from 1; `None` without headings.
    pub header: Option<(u64, u64)>,
    /// The first and the last line that stands above the headings and is left out.
    pub above: Option<(u64, u64)>,
    /// The first line below the records that is left out, and how many rows it is
    /// with all that follow.
    pub below: Option<(u64, u64)>,
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
    /// Opens text files as one source.
    ///
    /// # Errors
    /// A file that cannot be read, is empty, or has two equal headings.
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
        Ok(Box::new(Filling::new(CsvBatches::new(Arc::clone(&self.plan), batch_rows))))
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let found: Vec<Vec<_>> = Self::detected(self).iter().map(Detected::settings).collect();
        let alike = found.iter().all(|one| found.first() == Some(one));
        found.into_iter().next().filter(|_| alike).unwrap_or_default()
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        Self::detected(self).into_iter().map(|found| (found.path.clone(), found.to_string())).collect()
    }
}

impl Detected {
    /// As options, with their values as TOML.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let text = |text: &str| {
            let mut quoted = String::from("\"");
            for char in text.chars() {
                match char {
                    '\t' => quoted.push_str("\\t"),
                    '"' | '\\' => quoted.extend(['\\', char]),
                    char if char.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(char))),
                    char => quoted.push(char),
                }
            }
            quoted + "\""
        };
        let mut found = vec![("encoding", text(self.encoding)), ("delimiter", text(&self.delimiter))];
        found.push((
            "quote",
            match self.quote {
                None => text("none"),
                Some((open, close)) if open == close => text(&open.to_string()),
                Some((open, close)) => text(&format!("{open}{close}")),
            },
        ));
        if self.escape != Escape::None {
            found.push(("escape", text(self.escape.word())));
        }
        if let Some(delimiter) = &self.record_delimiter {
            found.push(("record_delimiter", text(delimiter)));
        }
        found.push((
            "header",
            match self.header {
                None => "false".to_string(),
                Some((first, last)) if first == last => first.to_string(),
                Some((first, last)) => format!("[{first}, {last}]"),
            },
        ));
        if let Some((_, rows)) = self.below {
            found.push(("footer", rows.to_string()));
        }
        found
    }
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, delimiter {}, ", self.encoding, shown(&self.delimiter))?;
        match self.quote {
            Some((open, close)) if open == close => write!(f, "quote `{open}`, ")?,
            Some((open, close)) => write!(f, "quotes `{open}{close}`, ")?,
            None => f.write_str("no quote, ")?,
        }
        match self.escape {
            Escape::None => {}
            escape => write!(f, "escape {}, ", escape.word())?,
        }
        if let Some(delimiter) = &self.record_delimiter {
            write!(f, "records end with {}, ", shown(delimiter))?;
        }
        match self.header {
            None => f.write_str("no headings")?,
            Some((first, last)) if first == last => write!(f, "headings in row {first}")?,
            Some((first, last)) => write!(f, "headings in rows {first} to {last}")?,
        }
        match self.above {
            None => {}
            Some((first, last)) if first == last => write!(f, ", line {first} left out")?,
            Some((first, last)) => write!(f, ", lines {first} to {last} left out")?,
        }
        match self.below {
            None => Ok(()),
            Some((line, 1)) => write!(f, ", 1 row from line {line} left out"),
            Some((line, rows)) => write!(f, ", {rows} rows from line {line} left out"),
        }
    }
}

/// A delimiter, fit for a line of a message.
fn shown(delimiter: &str) -> String {
    if delimiter == "\t" { "tab".to_string() } else { format!("`{}`", delimiter.escape_debug()) }
}
