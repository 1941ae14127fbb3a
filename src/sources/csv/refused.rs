//! Why a text file is not read: each reason with what to do about it.

use std::path::Path;

use super::codes;
use super::dialect::Declared;
use super::layout::Trouble;
use super::tables::Part;
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;
use crate::sources::kind::TableEntry;

fn at(path: &Path) -> String {
    path.display().to_string()
}

pub(super) fn empty(path: &Path) -> ReadError {
    ReadError::new(at(path), "is empty").help("export it again, or take it out of the source's `path`")
}

/// What is no text at all, by its first bytes.
pub(super) fn binary(path: &Path, head: &[u8]) -> Result<(), ReadError> {
    let (kind, help) = match head {
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            ("an old workbook or another Office file", "read it as what it is, or export it as CSV")
        }
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => ("a SQLite database", "read it with `kind = \"sqlite\"`"),
        [b'%', b'P', b'D', b'F', b'-', ..] => ("a PDF document", "ask for the data in another form"),
        _ => return Ok(()),
    };
    Err(ReadError::new(at(path), format!("is {kind}, not text")).help(help))
}

pub(super) fn same_marks(path: &Path, declared: &Declared) -> Result<(), ReadError> {
    let quotes = declared.quote.flatten().map(|(open, close)| [open.to_string(), close.to_string()]);
    let delimiter = declared.delimiter.as_ref();
    if quotes.is_some_and(|quotes| quotes.iter().any(|quote| Some(quote) == delimiter)) {
        return Err(ReadError::new(at(path), "its delimiter and its quote are the same")
            .help("declare another `delimiter` or `quote`"));
    }
    if delimiter.is_some() && declared.record == declared.delimiter {
        return Err(ReadError::new(at(path), "its delimiters of fields and of records are the same")
            .help("declare another `delimiter` or `record_delimiter`"));
    }
    Ok(())
}

pub(super) fn long_headings(path: &Path) -> ReadError {
    ReadError::new(at(path), "its first line is longer than 1 MiB").help("is it a text file? check the source's `path`")
}

/// The tables that there are to choose from, if that is the trouble.
pub(super) fn choice(trouble: &Trouble) -> Vec<TableEntry> {
    let Trouble::Tables(parts) = trouble else { return Vec::new() };
    let entry = |(index, part): (usize, &Part)| TableEntry {
        name: (index + 1).to_string(),
        option: "table",
        what: format!("line {} with {} columns", part.line, part.headings.len()),
        rows: None,
    };
    parts.iter().enumerate().map(entry).collect()
}

pub(super) fn layout(path: &Path, trouble: Trouble) -> ReadError {
    let declare = "check the file, or declare the row of the headings with `header`";
    match trouble {
        Trouble::Io(error) => ReadError::io(path, &error),
        Trouble::Nothing => ReadError::new(at(path), "holds nothing but blank lines").help(declare),
        Trouble::Short { row, rows } => {
            ReadError::new(at(path), format!("has {rows} rows, but `header` says that row {row} holds the headings"))
                .help(declare)
        }
        Trouble::Blank { row, line } => ReadError::new(
            format!("{}:{line}", path.display()),
            format!("row {row} is blank, but `header` says that it holds the headings"),
        )
        .help("declare the row of the headings with `header`"),
        Trouble::Tables(parts) => tables(path, &parts),
    }
}

fn tables(path: &Path, parts: &[Part]) -> ReadError {
    let shown = |part: &Part| format!("line {} with {} columns", part.line, part.headings.len());
    let listed: Vec<String> = parts.iter().take(8).map(shown).collect();
    let more = if parts.len() > listed.len() { ", …" } else { "" };
    let count = if parts.len() == 1 { "1 table".to_string() } else { format!("{} tables", parts.len()) };
    ReadError::new(at(path), format!("holds {count}: {}{more}", listed.join(", ")))
        .help("choose one with `table`, by its number or a heading; `table = \"all\"` reads them as one")
}

pub(super) fn headings(path: &Path, line: u64, fault: &str, encoding: Encoding) -> ReadError {
    let (what, help) = match fault {
        codes::ENCODING => {
            (format!("the headings are not valid {}", encoding.name()), "declare the source's `encoding`")
        }
        codes::NUL => ("the headings hold a NUL byte".into(), "correct the line, or declare the source's `encoding`"),
        codes::QUOTE => (
            "the headings have a quote that is not closed, or not doubled within quotes".into(),
            "correct the line, or declare the source's `quote`",
        ),
        _ => ("the headings are longer than 16 MiB".into(), "is it a text file? check the source's `path`"),
    };
    ReadError::new(format!("{}:{line}", path.display()), what).help(help)
}

pub(super) fn column_count(path: &Path, declared: usize, found: usize) -> ReadError {
    ReadError::new(at(path), format!("has {found} columns, but `columns` names {declared}"))
        .help("name each column, in the order of the file; check `delimiter` if the count is wrong")
}

pub(super) fn names(path: &Path, columns: &[String]) -> Result<(), ReadError> {
    for (index, name) in columns.iter().enumerate() {
        if let Some(before) = columns.iter().take(index).position(|other| other == name) {
            let what = format!("columns {} and {} have the same heading `{}`", before + 1, index + 1, shown(name));
            return Err(ReadError::new(at(path), what)
                .help("rename one of them in the file, or declare the row of the headings with `header`"));
        }
    }
    Ok(())
}

/// A heading, fit for a line of a message.
fn shown(name: &str) -> String {
    name.escape_debug().to_string()
}
