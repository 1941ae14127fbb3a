//! Where records come from. Only this module opens a source.
//!
//! Every kind is one file with the same shape: a doc that says what is read, an
//! options struct, an `open` that reads no more than it needs for the schema, a
//! [`Source`] that streams batches, its errors as [`ReadError`], its tests.
//! A reader gives values as they are: text stays text, nothing is cleaned.

pub mod kind;
pub mod encoding;
pub(crate) mod packed;
mod written;
mod rows;
mod filling;
pub(crate) mod ahead;
pub mod csv;
pub mod fixed;
pub mod sheet;
pub mod contacts;
pub mod vcard;
pub mod ldif;
mod entries;
pub mod cards;
pub mod cardfile;
pub mod palm;
pub mod json;
pub mod xml;
pub mod parquet;
pub mod dbf;
pub mod access;
pub mod dump;
pub mod sqlite;
pub mod postgres;
pub mod mysql;
pub mod odbc;
mod keyed;
mod stream;

use std::fmt;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

pub use rows::Rows;

/// Batches of one source, in the order of the records.
///
/// Each has the columns `_row`, `_fault`, `_notes` (see `record`), then those of
/// [`Source::schema`].
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ReadError>> + Send>;

/// A legacy file or database, opened far enough to know its columns.
pub trait Source: Send + Sync {
    /// The columns as they are named in the source, in its order, without lineage.
    fn schema(&self) -> SchemaRef;

    /// Streams the records, at most `batch_rows` a batch, in the same order and
    /// with the same values each time while the source does not change. A bad
    /// record is a row with `_fault` set; an error ends the stream.
    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError>;

    /// Files besides the source's own that its records come from, such as a memo
    /// file, as far as they are there.
    fn beside(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Columns that say again what another one says, each with that one. Where
    /// their values differ, the column holds something of its own.
    fn echoes(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Each column's type as the source declares it, in the order of the schema;
    /// `None` where it declares none. The values are text all the same.
    fn declared(&self) -> Vec<Option<String>> {
        Vec::new()
    }

    /// The columns that the source declares as the key of a record.
    fn declared_key(&self) -> Vec<String> {
        Vec::new()
    }

    /// References to other tables that the source declares.
    fn relations(&self) -> Vec<Relation> {
        Vec::new()
    }

    /// The options that would read the source as it was found out from its files
    /// to be, with values as TOML; empty where its files differ.
    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// How each file is read, in words, where that was found out from the file.
    fn detected(&self) -> Vec<(PathBuf, String)> {
        Vec::new()
    }
}

/// A reference to another table of the same source, as it declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Columns of this table.
    pub columns: Vec<String>,
    /// The table referred to, and its columns.
    pub table: String,
    pub their_columns: Vec<String>,
}

/// A source that cannot be read (exit code 3). Never holds a cell value or a
/// password.
#[derive(Debug)]
pub struct ReadError {
    /// What could not be read: a path, a path and a row, or a URL without its password.
    pub place: String,
    /// What is wrong, as a lowercase fragment.
    pub what: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ReadError {
    pub fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), help: None }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Of a file that the system would not open or read.
    pub fn io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let place = path.display().to_string();
        match error.kind() {
            Kind::NotFound => Self::new(place, "no such file").help("check the source's `path`"),
            Kind::PermissionDenied => Self::new(place, "no permission to read it")
                .help("give the user that runs cutover the right to read it"),
            Kind::IsADirectory => Self::new(place, "is a folder, not a file")
                .help("name a file, or several with a pattern such as `folder/*.csv`"),
            _ => Self::new(place, format!("cannot be read: {error}")),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl std::error::Error for ReadError {}

/// Opens `path` for reading; a folder is an error of its own.
pub(crate) fn open_file(path: &Path) -> Result<std::fs::File, ReadError> {
    let file = std::fs::File::open(path).map_err(|error| ReadError::io(path, &error))?;
    let about = file.metadata().map_err(|error| ReadError::io(path, &error))?;
    if about.is_dir() {
        return Err(ReadError::io(path, &std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

/// The last part of a path, as `_row` names a file; of a member of a zip, the name
/// of both.
pub(crate) fn file_name(path: &Path) -> String {
    let (path, member) = packed::within(path);
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    member.map_or(name.clone(), |member| format!("{name}/{member}"))
}

/// The files that a `path` names: itself, or what a pattern matches, sorted.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let text = path.to_string_lossy();
    if !text.contains(['*', '?', '[']) || path.exists() {
        return Ok(vec![path.to_path_buf()]);
    }
    let matches = glob::glob(&text).map_err(|error| {
        ReadError::new(text.clone(), format!("is not a pattern: {}", error.msg))
            .help("use `*` for any name, `**` for any folder")
    })?;
    let mut found = Vec::new();
    for entry in matches {
        let path = entry.map_err(|error| ReadError::io(error.path(), error.error()))?;
        if path.is_file() {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(ReadError::new(text, "no file matches the pattern").help("check the source's `path`"));
    }
    found.sort();
    Ok(found)
}

/// A database URL without its password and user, for messages and files.
pub fn shown_url(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) => {
            let cleared = parsed.set_password(None).is_ok() && parsed.set_username("").is_ok();
            parsed.set_query(None);
            if cleared { parsed.to_string() } else { format!("{}://…", parsed.scheme()) }
        }
        Err(_) => "the database URL".to_string(),
    }
}
