//! What the tests of the readers of address books share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray};

use super::{Reader, open};
use crate::sources::ReadError;

/// A record by column, nulls left out.
pub(crate) type Record = BTreeMap<String, String>;

/// All records of files.
pub(crate) fn read(paths: &[PathBuf], reader: Arc<dyn Reader>) -> Result<Vec<Record>, ReadError> {
    records(&*open(paths, reader)?)
}

/// All records of a source that is open.
pub(crate) fn records(source: &dyn crate::sources::Source) -> Result<Vec<Record>, ReadError> {
    let mut records = Vec::new();
    for batch in source.open(3)? {
        let batch = batch?;
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let mut record = Record::new();
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                let column = column.as_string::<i32>();
                if column.is_valid(row) {
                    record.insert(field.name().clone(), column.value(row).to_string());
                }
            }
            records.push(record);
        }
    }
    Ok(records)
}

/// The records of a file of these bytes and that name.
pub(crate) fn read_bytes(name: &str, bytes: &[u8], reader: Arc<dyn Reader>) -> Result<Vec<Record>, ReadError> {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    read(&[path], reader)
}

/// `column=value` of all cells, sorted by column; `|` for a line end.
pub(crate) fn lines(record: &Record) -> Vec<String> {
    record.iter().map(|(name, value)| format!("{name}={}", value.replace("\r\n", "|").replace('\n', "|"))).collect()
}

/// The folder of real address books, where it stands.
pub(crate) fn data() -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let found = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from).join("09_rolodex");
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no {}", found.display());
    None
}
