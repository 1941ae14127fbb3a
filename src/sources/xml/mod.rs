//! XML: every element at a path is a record, streamed.
//!
//! Child elements and attributes become columns: `Name`, `Address.City`, `@id`,
//! `Phone.@type`. Prefixes of namespaces are left out. Text is as it stands.

mod declared;
mod elements;
#[cfg(test)]
mod tests;

use crate::config::decode::Placed;
use crate::diagnostic::Code;
use crate::options;
use crate::sources::keyed;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{ReadError, Source};

use elements::Elements;

/// The codes of this source.
pub const CODES: &[Code] = &[Code {
    id: "xml.entity",
    what: "The record uses an entity that XML does not know by itself, such as `&nbsp;`.",
    why: "What it stands for is declared somewhere else, if at all. It is left out of the text, so the record is not \
          used.",
    example: "`<city>S&atilde;o Paulo</city>`",
    fix: "Export the file again with the characters themselves, or replace the entities.",
}];

options! {
    /// What is read from an XML document.
    pub struct XmlOptions {
        /// The elements that are records, by the names that lead to them from the root: `Contacts/Contact`.
        records: Option<Placed<String>>,
        /// What to put between the values of a child that comes several times, such as `; `. Without it they become `Phone`, `Phone_2`, `Phone_3`.
        join: Option<String>,
    }
}

impl Opener for XmlOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        let paths = place.files()?;
        let Some(records) = &self.records else {
            return Err(elements::unnamed(paths));
        };
        keyed::open(paths, Elements::new(&records.value, self.join.clone()))
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let mut tables: Vec<TableEntry> = Vec::new();
        for path in place.files()? {
            for (name, rows) in elements::repeated(path)? {
                match tables.iter_mut().find(|table| table.name == name) {
                    Some(table) => table.rows = table.rows.map(|before| before + rows),
                    None => {
                        tables.push(TableEntry { name, option: "records", what: "element".into(), rows: Some(rows) });
                    }
                }
            }
        }
        Ok(tables)
    }
}
