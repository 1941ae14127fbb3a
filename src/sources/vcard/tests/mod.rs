//! Cards that others wrote, checked by eye against the files (`real`) and counted
//! (`folders`); cards of our own for each fault, and broken at random (`made`); the
//! same card in its three forms (`forms`); what no standard says (`deviant`).

mod deviant;
mod folders;
mod forms;
mod made;
mod memory;
mod real;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};

use super::{VcardOptions, open};
use crate::sources::encoding::Encoding;

/// A record by column, nulls left out.
type Record = BTreeMap<String, String>;

fn read_with(paths: &[PathBuf], encoding: Option<Encoding>) -> Vec<Record> {
    let source = open(paths, &VcardOptions { encoding }).expect("opens");
    let mut records = Vec::new();
    for batch in source.open(3).expect("streams") {
        let batch = batch.expect("reads");
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
    records
}

fn read(path: &Path) -> Vec<Record> {
    read_with(&[path.to_path_buf()], None)
}

/// Reads a text as the file `a.vcf`.
fn read_bytes(bytes: &[u8], encoding: Option<Encoding>) -> Vec<Record> {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.vcf");
    std::fs::write(&path, bytes).expect("writes");
    read_with(&[path], encoding)
}

/// `column=value` of all cells but the pictures, sorted by column.
fn lines(record: &Record) -> Vec<String> {
    record.iter().map(|(name, value)| format!("{name}={}", value.replace('\n', "|"))).collect()
}
