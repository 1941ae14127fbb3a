//! What a pipeline may say of a source of text files.

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use crate::config::decode::{Decode, Node, Placed, mismatch};
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
        /// What stands between two fields: one or more characters, or `tab`.
        delimiter: Option<Delimiter>,
        /// What stands around a field that holds delimiters or line ends: one
        /// character, an opening and a closing one, or `none`.
        quote: Option<Quote>,
        /// What takes the special meaning from a character: `none`, `backslash`, or
        /// `mysql`.
        escape: Option<Escape>,
        /// What ends a record, if no line end does. A line end behind it belongs to it.
        record_delimiter: Option<Delimiter>,
        /// What a line begins with that is a comment, and left out.
        comment: Option<Delimiter>,
        /// The row that holds the headings, counted as a spreadsheet does, or the
        /// first and the last of several rows; `false` for a file without headings.
        /// What stands above is left out.
        header: Option<Header>,
        /// The names of the columns, in place of those in the file. Without
        /// `header` they say that the file has no headings.
        columns: Option<Vec<String>>,
        /// Which table, where the file holds several: its number, or one of its
        /// headings that the others lack; `all` where they are one after all.
        table: Option<Table>,
        /// Rows at the end of the file that are no records, such as totals.
        footer: Option<u32>,
        /// What becomes of a record with too few or too many fields: `reject`, or
        /// `keep` with a note, and what is too much in a column of its own.
        ragged: Ragged = Ragged::Reject,
        /// Which file of a zip, by its name there.
        member: Option<String>,
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
        /// As `backslash`, and `\n`, `\t`, `\r`, `\0` are what they are in MySQL's
        /// and PostgreSQL's text files; a field `\N` is null.
        Mysql = "mysql",
    }
}

words! {
    /// What becomes of a record with too few or too many fields.
    pub enum Ragged {
        /// It is rejected as `csv.ragged`.
        Reject = "reject",
        /// It is a record like others, with a note.
        Keep = "keep",
    }
}

/// What stands between two fields or records, or before a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimiter(pub String);

/// What stands around a field: opening and closing; or nothing ever does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote(pub Option<(char, char)>);

/// The rows that hold the headings, from 1, first and last; none for a file
/// without headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header(pub Option<(u32, u32)>);

/// Which table of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Table {
    /// All that there is, as one.
    All,
    /// From 1.
    Number(u32),
    /// The one that has this heading.
    Heading(String),
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            encoding: None,
            delimiter: None,
            quote: None,
            escape: None,
            record_delimiter: None,
            comment: None,
            header: None,
            columns: None,
            table: None,
            footer: None,
            ragged: Ragged::Reject,
            member: None,
            skip_empty: false,
        }
    }
}

/// The longest delimiter, in bytes of UTF-8.
const LONGEST: usize = 16;

impl Decode for Delimiter {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let text = Placed::<String>::decode(node, faults)?;
        let found = if text.value == "tab" { "\t" } else { &text.value };
        let fits = !found.is_empty() && found.len() <= LONGEST && !found.contains(['\0', '\n', '\r']);
        if !fits {
            faults
                .push("config.wrong-type", text.span, "expected one to sixteen characters, or `tab`")
                .help("for example `\";\"`, `\"tab\"` or `\"+|\"`; a line end always ends a record");
        }
        fits.then(|| Self(found.to_string()))
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "const": "tab" }, { "type": "string", "minLength": 1, "maxLength": LONGEST }] })
    }
    fn kind() -> String {
        "characters, or `tab`".into()
    }
}

impl Decode for Quote {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let text = Placed::<String>::decode(node, faults)?;
        let mut chars = text.value.chars();
        let usable = |c: &char| !matches!(c, '\0' | '\n' | '\r');
        let quote = match (chars.next().filter(usable), chars.next().filter(usable), chars.next()) {
            _ if text.value == "none" => Some(None),
            (Some(only), None, None) => Some(Some((only, only))),
            (Some(open), Some(close), None) => Some(Some((open, close))),
            _ => None,
        };
        if quote.is_none() {
            faults
                .push("config.wrong-type", text.span, "expected one character, two, or `none`")
                .help("for example `quote = \"'\"`, `quote = \"“”\"` or `quote = \"none\"`");
        }
        quote.map(Self)
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "const": "none" }, { "type": "string", "minLength": 1, "maxLength": 2 }] })
    }
    fn kind() -> String {
        "one or two characters, or `none`".into()
    }
}

impl Decode for Header {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let rows = match node.get_ref() {
            DeValue::Boolean(false) => return Some(Self(None)),
            DeValue::Integer(_) => u32::decode(node, faults).map(|row| (row, row))?,
            DeValue::Array(items) if items.len() == 2 => match Vec::<u32>::decode(node, faults)?.as_slice() {
                [first, last] if 0 < *first && first <= last && last - first < 10 => (*first, *last),
                _ => {
                    faults.push("config.wrong-type", node.span(), "expected the first and the last of up to ten rows");
                    return None;
                }
            },
            _ => {
                mismatch(node, &Self::kind(), faults);
                return None;
            }
        };
        Some(Self((rows.0 > 0).then_some(rows)))
    }
    fn schema() -> Json {
        let row = json!({ "type": "integer", "minimum": 0 });
        json!({ "anyOf": [row, { "const": false }, { "type": "array", "items": row, "minItems": 2, "maxItems": 2 }] })
    }
    fn kind() -> String {
        "a row, two rows, or `false`".into()
    }
}

impl Decode for Table {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        if let DeValue::Integer(_) = node.get_ref() {
            let number = u32::decode(node, faults)?;
            if number == 0 {
                faults.push("config.wrong-type", node.span(), "tables are counted from 1");
            }
            return (number > 0).then_some(Self::Number(number));
        }
        let text = Placed::<String>::decode(node, faults)?.value;
        Some(if text == "all" { Self::All } else { Self::Heading(text) })
    }
    fn schema() -> Json {
        json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "string" }] })
    }
    fn kind() -> String {
        "a number, a heading, or `all`".into()
    }
}
