//! A table or a query of whatever has an ODBC driver, as text.
//!
//! Built with the feature `odbc`, which links with the system's driver manager;
//! without it, the kind is known and opening it says what to do. Texts are asked
//! for in UTF-16, which every driver means alike; no value is cut, whatever length
//! the driver declares.

mod address;
#[cfg(feature = "odbc")]
mod catalog;
#[cfg(feature = "odbc")]
mod connection;
#[cfg(feature = "odbc")]
mod source;
#[cfg(feature = "odbc")]
mod stream;
#[cfg(feature = "odbc")]
#[cfg(test)]
mod tests;
#[cfg(feature = "odbc")]
mod value;

use self::address::Address;
use super::kind::{Opener, Place, TableEntry};
use super::{ReadError, Source};
use crate::diagnostic::Code;
use crate::options;

#[cfg(feature = "odbc")]
const ENCODING: &str = "odbc.encoding";
#[cfg(feature = "odbc")]
const TOO_LARGE: &str = "odbc.too-large";

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: "odbc.encoding",
        what: "A text of the record is not valid UTF-16, as which the driver was asked for it.",
        why: "The driver made something of the bytes in the database that is no text: mostly because its settings \
              name another encoding than that of the database. What is no character is shown as U+FFFD.",
        example: "half a pair of surrogates, D800, alone",
        fix: "Set the encoding in the connection string as the driver's manual says (`charset`, `Encoding`), or \
              repair the value in the database.",
    },
    Code {
        id: "odbc.too-large",
        what: "A value of the record is larger than 64 MB.",
        why: "It would not fit into memory beside the rest; no field of customer data is that long.",
        example: "a video in a column of attachments",
        fix: "Read the table through a query that leaves the column out.",
    },
];

options! {
    /// Options of a source behind an ODBC driver: a table or a query.
    pub struct OdbcOptions {
        /// The table or view to read, as `name` or `schema.name`.
        table: Option<String>,
        /// The query to read; give it an `order by`, so that each run sees the same order.
        query: Option<String>,
    }
}

#[cfg(feature = "odbc")]
impl Opener for OdbcOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        source::open(Address::of(place.url()?), self)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        catalog::tables(&Address::of(place.url()?))
    }
}

#[cfg(not(feature = "odbc"))]
impl Opener for OdbcOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        Err(missing(place.url()?))
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        Err(missing(place.url()?))
    }
}

#[cfg(not(feature = "odbc"))]
fn missing(url: &str) -> ReadError {
    let address = Address::of(url);
    ReadError::new(address.hide(&address.place), "this cutover was built without ODBC")
        .help("build it with `cargo build --release --features odbc`; that needs unixODBC (`apt install unixodbc-dev`)")
}

#[cfg(not(feature = "odbc"))]
#[cfg(test)]
mod tests {
    use super::{OdbcOptions, Opener, Place};

    #[test]
    fn without_the_feature_it_says_how_to_build_it() {
        let options = OdbcOptions { table: None, query: None };
        let error = options.open(&Place::Server("odbc:DSN=x;PWD=secret".into())).err().expect("no ODBC");
        assert_eq!(error.to_string(), "odbc:DSN=x;…: this cutover was built without ODBC");
        assert!(error.help.expect("help").contains("--features odbc"));
    }
}
