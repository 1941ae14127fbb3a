//! Tables that others wrote, read against the truth beside them (`real`);
//! tables of our own for what those do not have, and broken at random (`made`).

mod made;
mod real;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};

use super::{DbfOptions, Deleted, open};

const DEFAULT: DbfOptions = DbfOptions { encoding: None, deleted: Deleted::Skip };

/// A record by column, nulls left out; `_row`, `_fault` and `_notes` among them.
type Record = BTreeMap<String, String>;

fn records_of(batch: &RecordBatch) -> Vec<Record> {
    let schema = batch.schema();
    (0..batch.num_rows())
        .map(|row| {
            let cells = schema.fields().iter().zip(batch.columns()).filter_map(|(field, column)| {
                let column = column.as_string::<i32>();
                column.is_valid(row).then(|| (field.name().clone(), column.value(row).to_string()))
            });
            cells.collect()
        })
        .collect()
}

fn read_with(paths: &[PathBuf], options: DbfOptions) -> Vec<Record> {
    let source = open(paths, options).expect("opens");
    let batches = source.open(7).expect("streams");
    batches.flat_map(|batch| records_of(&batch.expect("reads"))).collect()
}

fn read(path: &Path) -> Vec<Record> {
    read_with(&[path.to_path_buf()], DEFAULT)
}

/// `column=value` of all cells, sorted by column.
fn lines(records: &[Record]) -> Vec<String> {
    let line =
        |record: &Record| record.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
    records.iter().map(line).collect()
}
