//! Databases that others wrote: what is in them (`real`), the same as another
//! program reads (`oracle`), and broken at random (`broken`); and one that is
//! written here (`writer`), with what those do not have (`made`).

mod broken;
mod made;
mod oracle;
mod real;
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};

use super::AccessOptions;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{ReadError, Source};

/// A record by column, nulls left out; `_row`, `_fault` and `_notes` among them.
type Record = BTreeMap<String, String>;

/// The real databases, where they stand.
fn data() -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let found = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from).join("03_access");
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no {}", found.display());
    None
}

fn options(table: Option<&str>) -> AccessOptions {
    AccessOptions { table: table.map(str::to_string), encoding: None }
}

fn open(path: &Path, table: Option<&str>) -> Result<Box<dyn Source>, ReadError> {
    options(table).open(&Place::Files(vec![path.to_path_buf()]))
}

fn tables(path: &Path) -> Vec<TableEntry> {
    options(None).tables(&Place::Files(vec![path.to_path_buf()])).expect("the tables")
}

fn records(source: &dyn Source) -> Result<Vec<Record>, ReadError> {
    let mut records = Vec::new();
    for batch in source.open(7)? {
        let batch = batch?;
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let cells = schema.fields().iter().zip(batch.columns()).filter_map(|(field, column)| {
                let column = column.as_string::<i32>();
                column.is_valid(row).then(|| (field.name().clone(), column.value(row).to_string()))
            });
            records.push(cells.collect());
        }
    }
    Ok(records)
}

fn read(path: &Path, table: &str) -> Vec<Record> {
    let source = open(path, Some(table)).expect("opens");
    records(source.as_ref()).expect("reads")
}

/// Every database, sorted.
fn files(data: &Path) -> Vec<PathBuf> {
    let pattern = format!("{}/**/*", data.display());
    let found = glob::glob(&pattern).expect("a pattern").map(|entry| entry.expect("an entry"));
    found.filter(|path| path.extension().is_some_and(|kind| kind == "mdb" || kind == "accdb")).collect()
}
