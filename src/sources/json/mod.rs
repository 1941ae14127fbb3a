//! JSON: a list of objects somewhere in a document (`json`), or one object a line
//! (`ndjson`).
//!
//! Nested objects become columns such as `address.city`, lists stay JSON. A
//! number keeps the digits that are written: nothing is parsed into a float.

mod document;
mod lines;
mod value;
#[cfg(test)]
mod tests;

use crate::config::decode::Placed;
use crate::diagnostic::Code;
use crate::options;
use crate::sources::keyed;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{ReadError, Source};

use document::Document;
use lines::Lines;

/// The codes of these sources.
pub const CODES: &[Code] = &[
    Code {
        id: "ndjson.syntax",
        what: "The line is not one whole JSON value.",
        why: "Where it ends and what it was meant to say cannot be known, so the record is not used; the other lines \
              are not touched by it.",
        example: "a line that was cut off: `{\"id\": 7, \"name\": \"An`",
        fix: "Export it again, or correct the line. If values span several lines, it is `kind = \"json\"`.",
    },
    Code {
        id: "ndjson.encoding",
        what: "The line is not valid UTF-8, which is what JSON is written in.",
        why: "Which encoding it is in cannot be known for certain, and guessing would spoil names silently.",
        example: "`Müller` written as the Windows-1252 bytes `4D FC 6C 6C 65 72`",
        fix: "Export it again as UTF-8, or convert the file with `iconv`.",
    },
    Code {
        id: "ndjson.too-large",
        what: "The line is longer than 64 MB.",
        why: "It would not fit into memory beside the rest; no record of customer data is that long.",
        example: "a file without line ends that was named `.ndjson`",
        fix: "If it is one document, read it as `kind = \"json\"`.",
    },
];

options! {
    /// What is read from a JSON document.
    pub struct JsonOptions {
        /// Where the list of records is, by the names that lead to it: `data.contacts`. A list on the way is gone through. `.` reads a single object as one record. Without it, the document is the list.
        records: Option<Placed<String>>,
    }
}

options! {
    /// What is read from a file of JSON lines. There is nothing to choose.
    pub struct NdjsonOptions {}
}

impl Opener for JsonOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        keyed::open(place.files()?, Document::new(self.records.as_ref().map(|records| records.value.as_str())))
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let mut tables: Vec<TableEntry> = Vec::new();
        for path in place.files()? {
            for (name, rows) in document::lists(path)? {
                match tables.iter_mut().find(|table| table.name == name) {
                    Some(table) => table.rows = table.rows.map(|before| before + rows),
                    None => tables.push(TableEntry { name, option: "records", what: "list".into(), rows: Some(rows) }),
                }
            }
        }
        Ok(tables)
    }
}

impl Opener for NdjsonOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        keyed::open(place.files()?, Lines)
    }
}
