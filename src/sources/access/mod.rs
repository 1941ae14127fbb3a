//! Microsoft Access databases: Jet 3 and 4 (`.mdb`), ACE 12 to 17 (`.accdb`).
//!
//! | file | knows |
//! |---|---|
//! | `jet` | the file: version, pages, encoding; the library's errors and panics |
//! | `catalogue` | the tables, what is linked from elsewhere, relations |
//! | `scan` | the records of a table, and where their fields lie |
//! | `value`, `long`, `complex` | a field as text |
//! | `table` | one table, opened for its columns, and its records in batches |
//!
//! Pages, encryption and definitions of tables are read by the library; records
//! are read here, because it follows no record that was moved, and gives no value
//! where it should say that it could not read one.

mod catalogue;
mod codes;
mod complex;
mod jet;
mod long;
mod scan;
mod table;
#[cfg(test)]
mod tests;
mod value;

use self::catalogue::{At, Entry};
use self::jet::Jet;
use super::encoding::AsciiBased;
use super::kind::{Opener, Place, TableEntry};
use super::{ReadError, Source};
use crate::diagnostic::nearest;
use crate::options;

pub use self::codes::CODES;

options! {
    /// What is read from an Access database.
    pub struct AccessOptions {
        /// The table to read; not needed where there is only one.
        table: Option<String>,
        /// The code page of the texts of Access 97, such as `windows-1251`, in
        /// place of the one that the file names. Later versions need none.
        encoding: Option<AsciiBased>,
    }
}

impl Opener for AccessOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        let mut jet = Jet::open(place.file()?, self.encoding.map(|found| found.0))?;
        let entries = catalogue::read(&mut jet)?;
        let entry = chosen(&jet, &entries, self.table.as_deref())?;
        match &entry.at {
            At::Page(page) => Ok(Box::new(table::open(jet, &entries, &entry.name, *page)?)),
            At::Linked(elsewhere) => {
                Err(ReadError::new(jet.place(), format!("`{}` is not in it: it is a link to {elsewhere}", entry.name))
                    .help("read that database itself"))
            }
        }
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let mut jet = Jet::open(place.file()?, self.encoding.map(|found| found.0))?;
        let mut found = Vec::new();
        for entry in catalogue::read(&mut jet)?.into_iter().filter(|entry| !entry.is_system) {
            let At::Page(page) = entry.at else { continue };
            let rows = u64::from(jet.table(&entry.name, page)?.num_rows);
            let what = if entry.is_hidden { "hidden table" } else { "table" };
            found.push(TableEntry { name: entry.name, option: "table", what: what.into(), rows: Some(rows) });
        }
        Ok(found)
    }
}

/// The table that is asked for, or the only one.
fn chosen<'a>(jet: &Jet, entries: &'a [Entry], wanted: Option<&str>) -> Result<&'a Entry, ReadError> {
    let shown: Vec<&Entry> = entries.iter().filter(|entry| !entry.is_system).collect();
    let names = |linked: bool| {
        let of_kind = shown.iter().filter(|entry| matches!(entry.at, At::Linked(_)) == linked);
        of_kind.map(|entry| format!("`{}`", entry.name)).collect::<Vec<_>>().join(", ")
    };
    let mut help = match names(false) {
        names if names.is_empty() => "it holds no tables".to_string(),
        names => format!("its tables: {names}"),
    };
    let linked = names(true);
    if !linked.is_empty() {
        help = format!("{help}; linked from elsewhere: {linked}");
    }
    let place = jet.place();
    let Some(wanted) = wanted else {
        let mut here = shown.iter().filter(|entry| matches!(entry.at, At::Page(_)));
        return match (here.next(), here.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(ReadError::new(place, "holds no table").help(help)),
            (Some(_), Some(_)) => Err(ReadError::new(place, "no table is named").help(format!("give `table`; {help}"))),
        };
    };
    let exact = entries.iter().find(|entry| entry.name == wanted);
    let found = exact.or_else(|| entries.iter().find(|entry| entry.name.to_lowercase() == wanted.to_lowercase()));
    found.ok_or_else(|| {
        let near = nearest(wanted, shown.iter().map(|entry| entry.name.as_str()));
        let help = near.map_or(help.clone(), |near| format!("did you mean `{near}`? {help}"));
        ReadError::new(place, format!("has no table `{wanted}`")).help(help)
    })
}
