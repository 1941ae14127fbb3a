//! Address books of Palm OS (`AddressDB.pdb`).
//!
//! | file | knows |
//! |---|---|
//! | `database` | the header, the list of records and the labels of a `.pdb` file |
//! | `address` | the fields of one packed record |
//!
//! A record is a person; the five phones of a record go to the columns of their
//! labels (`work`, `e-mail`), custom fields to the labels that the user gave them.

mod address;
mod codes;
mod database;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use self::database::Database;
use super::dbf::Deleted;
use super::encoding::{AsciiBased, Encoding};
use super::entries::{self, Entries, Entry, Reader};
use super::kind::{Opener, Place};
use super::{ReadError, Source};
use crate::options;

pub use self::codes::CODES;

options! {
    /// How address books of Palm OS are read.
    pub struct PalmOptions {
        /// The code page of the device; `windows-1252` without it. A Japanese
        /// one has `shift_jis`.
        encoding: Option<AsciiBased>,
        /// What becomes of records that are marked as deleted.
        deleted: Deleted = Deleted::Skip,
    }
}

/// The most bytes that a file may have; a device had 16 MB at most.
const MOST: u64 = 256 << 20;

impl Opener for PalmOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        let encoding = self.encoding.map_or(Encoding::WINDOWS_1252, |found| found.0);
        entries::open(place.files()?, Arc::new(Palm { encoding, deleted: self.deleted }))
    }
}

/// The format, with its options.
struct Palm {
    encoding: Encoding,
    deleted: Deleted,
}

impl Reader for Palm {
    fn always(&self) -> Vec<String> {
        let mut names: Vec<String> = address::FIELDS.iter().map(|(_, name)| (*name).to_string()).collect();
        names.extend(["category", "private", "shown"].map(String::from));
        names
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Entries>, ReadError> {
        let bytes = entries::whole(path, MOST)?;
        let place = path.display().to_string();
        let database = database::open(&bytes, self.encoding);
        let database = database.map_err(|bad| ReadError::new(place, bad.what).help(bad.help))?;
        Ok(Box::new(Records { bytes, database, encoding: self.encoding, deleted: self.deleted, next: 0 }))
    }

    fn nothing(&self, path: &Path) -> ReadError {
        ReadError::new(path.display().to_string(), "holds no address")
            .help("take it out of the source's `path`; if all are deleted, declare `deleted = \"read\"`")
    }

    fn no_column(&self) -> &'static str {
        codes::NO_COLUMN
    }
}

/// The records of one file.
struct Records {
    bytes: Vec<u8>,
    database: Database,
    encoding: Encoding,
    deleted: Deleted,
    /// The number of the next record, from 0.
    next: usize,
}

impl Entries for Records {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while self.next < self.database.records {
            let number = self.next;
            self.next += 1;
            let place = self.database.place(&self.bytes, number);
            let gone = place.as_ref().is_some_and(|place| place.deleted);
            if gone && self.deleted == Deleted::Skip {
                continue;
            }
            let mut entry = Entry::at(self.next as u64);
            let packed = place.as_ref().and_then(|place| self.bytes.get(place.bytes.clone()));
            match (&place, packed) {
                // A deleted record keeps its place in the list and loses its data.
                (Some(place), Some([])) if place.deleted => {}
                (Some(_), Some(packed)) => address::add(&mut entry, packed, &self.database, self.encoding),
                _ => entry.fault = Some(codes::MISSING),
            }
            if let Some(place) = place {
                entry.add("category", self.database.category(place.category));
                entry.add("private", if place.private { "true" } else { "" });
                entry.add("unique-id", place.unique_id.to_string());
                entry.add("_deleted", if place.deleted { "true" } else { "" });
            }
            return Ok(Some(entry));
        }
        Ok(None)
    }
}
