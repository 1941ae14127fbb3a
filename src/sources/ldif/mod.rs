//! Directory entries and address books as LDIF (RFC 2849; `.ldif`, `.ldi`).
//!
//! | file | knows |
//! |---|---|
//! | `parse` | where an entry begins and ends, and how a line is written |
//! | `value` | what the bytes of a value are: text, or something that stays base64 |
//!
//! An entry is a record, an attribute a column, in small letters, because its
//! case means nothing and differs from program to program. A value that points
//! to a file or an address (`:<`) is never opened.

mod codes;
mod parse;
#[cfg(test)]
mod tests;
mod value;

use std::path::Path;
use std::sync::Arc;

use self::parse::LdifEntries;
use super::encoding::Encoding;
use super::entries::{self, Entries, Lines, Reader};
use super::kind::{Opener, Place};
use super::{ReadError, Source};
use crate::options;

pub use self::codes::CODES;

options! {
    /// How LDIF files are read.
    pub struct LdifOptions {
        /// The encoding of values that are no UTF-8. Without it
        /// `windows-1252`. UTF-16 is read with a byte order mark, or declared.
        encoding: Option<Encoding>,
        /// Attributes whose values are one column, a line each, instead of a
        /// column each. Without it `member`, `uniqueMember`, `memberUid` and
        /// `memberOf`.
        join: Option<Vec<String>>,
    }
}

/// Attributes that have a value for each member of a group.
const MEMBERS: &[&str] = &["member", "uniquemember", "memberuid", "memberof"];

impl Opener for LdifOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        entries::open(place.files()?, Arc::new(Ldif::new(self.encoding, self.join.as_deref())))
    }
}

/// The format, with its options.
struct Ldif {
    encoding: Option<Encoding>,
    /// Attributes in small letters whose values are one column.
    join: Arc<Vec<String>>,
}

impl Ldif {
    fn new(encoding: Option<Encoding>, join: Option<&[String]>) -> Self {
        let join = match join {
            Some(names) => names.iter().map(|name| name.to_lowercase()).collect(),
            None => MEMBERS.iter().map(ToString::to_string).collect(),
        };
        Self { encoding, join: Arc::new(join) }
    }
}

impl Reader for Ldif {
    fn always(&self) -> Vec<String> {
        ["dn", "objectclass"].map(String::from).to_vec()
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Entries>, ReadError> {
        let lines = Lines::open(path, self.encoding)?;
        Ok(Box::new(LdifEntries { lines, encoding: self.encoding, join: Arc::clone(&self.join) }))
    }

    fn nothing(&self, path: &Path) -> ReadError {
        ReadError::new(path.display().to_string(), "holds no LDIF entry")
            .help("an entry begins with a line `dn: …`; check the source's `path`")
    }

    fn no_column(&self) -> &'static str {
        codes::NO_COLUMN
    }
}
