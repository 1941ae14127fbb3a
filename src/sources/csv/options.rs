//! What a pipeline may say of a source of text files.

use serde_json::{Value as Json, json};

use crate::config::decode::{Decode, Node, Placed};
use crate::diagnostic::Faults;
use crate::sources::encoding::Encoding;
use crate::{options, words};

options! {
    /// A text file of records: CSV, TSV and the like. What is not declared is
    /// detected, file by file.
    pub struct CsvOptions {
        /// The encoding, such as `utf-8`, `windows-1252`, `cp850` or `utf-16le`.
        /// A byte order mark in the file has the last word.
        encoding: Option<Encoding>,
        /// What stands between two fields: one character, or `tab`.
        delimiter: Option<Delimiter>,
        /// What stands around a field that holds delimiters or line ends: one
        /// character, or `none`.
        quote: Option<Quote>,
        /// What takes the special meaning from a character: `none` or `backslash`.
        escape: Option<Escape>,
        /// The row that holds the headings, counted as a spreadsheet does; rows
        /// above it are left out. `0` for a file without headings. Unless it is
        /// declared, the first row that is not blank.
        header: Option<u32>,
        /// Leaves out records in which every field is empty.
        skip_empty: bool = false,
    }
}

words! {
    /// What takes the special meaning from a delimiter, quote or line end.
    pub enum Escape {
        /// Nothing; a quote within a quoted field is doubled.
        None = "none",
        /// A backslash before it; doubling a quote works as well.
        Backslash = "backslash",
    }
}

/// What stands between two fields; an ASCII character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(pub u8);

/// What stands around a field; an ASCII character, or nothing ever does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote(pub Option<u8>);

#[expect(clippy::derivable_impls, reason = "`options!` derives no `Default`")]
impl Default for CsvOptions {
    fn default() -> Self {
        Self { encoding: None, delimiter: None, quote: None, escape: None, header: None, skip_empty: false }
    }
}

impl Decode for Delimiter {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let text = Placed::<String>::decode(node, faults)?;
        let byte = if text.value == "tab" { Some(b'\t') } else { character(&text.value) };
        if byte.is_none() {
            faults
                .push("config.wrong-type", text.span, "expected one ASCII character or `tab`")
                .help("for example `delimiter = \";\"` or `delimiter = \"tab\"`");
        }
        byte.map(Self)
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "const": "tab" }, { "type": "string", "minLength": 1, "maxLength": 1 }] })
    }
    fn kind() -> String {
        "one character or `tab`".into()
    }
}

impl Decode for Quote {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let text = Placed::<String>::decode(node, faults)?;
        let quote = if text.value == "none" { Some(None) } else { character(&text.value).map(Some) };
        if quote.is_none() {
            faults
                .push("config.wrong-type", text.span, "expected one ASCII character or `none`")
                .help("for example `quote = \"'\"` or `quote = \"none\"`");
        }
        quote.map(Self)
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "const": "none" }, { "type": "string", "minLength": 1, "maxLength": 1 }] })
    }
    fn kind() -> String {
        "one character or `none`".into()
    }
}

/// The one character of a text, if it is ASCII and can stand within a line.
fn character(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\0' | b'\n' | b'\r') => Some(*byte),
        _ => None,
    }
}
