//! Reads a made-up file through the reader of a kind, and panics where the
//! reader breaks its word. Also run by the tests, over what fuzzing once found.
//!
//! A reader may refuse a file, or end with an error. It may not panic, hang, take
//! memory without bound, give a record without a place, or give other records in
//! other batches.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use cutover::config::decode::Table;
use cutover::diagnostic::{Faults, SourceText};
use cutover::sources::kind::{self, Kind, Opener, Place};
use cutover::sources::{ReadError, Source};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file by its name, which must end as the kind's files do.
pub struct File<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Reads the first of the files, the others lying beside it, with options as
/// they would be written in a pipeline; of a file with tables, the first three.
pub fn read(kind: &str, options: &'static str, files: &[File<'_>]) {
    let folder = Folder::new();
    for file in files {
        fs::write(folder.0.join(file.name), file.bytes).expect("a writable folder");
    }
    let Some(first) = files.first() else { return };
    let place = Place::Files(vec![folder.0.join(first.name)]);
    let table: Table = DeTable::parse(options).expect("options in TOML").into_inner();
    let kind = kind::find(kind).expect("a kind of source");
    open(kind, &table, &place);
    match opener(kind, &table).tables(&place) {
        Ok(entries) => {
            for entry in entries.into_iter().take(3) {
                let mut chosen = table.clone();
                let name = Spanned::new(0..0, DeValue::String(Cow::Owned(entry.name)));
                chosen.insert(Spanned::new(0..0, Cow::Borrowed(entry.option)), name);
                open(kind, &chosen, &place);
            }
        }
        Err(error) => explained(&error),
    }
}

fn opener(kind: &Kind, table: &Table) -> Box<dyn Opener> {
    let mut faults = Faults::new(Arc::new(SourceText { path: PathBuf::new(), text: String::new() }));
    kind.options(table, 0..0, &[], &mut faults).expect("options of that kind")
}

fn open(kind: &Kind, table: &Table, place: &Place) {
    match opener(kind, table).open(place) {
        Ok(source) => check(source.as_ref()),
        Err(error) => explained(&error),
    }
}

fn check(source: &dyn Source) {
    let schema = source.schema();
    let columns = schema.fields().len();
    for (index, field) in schema.fields().iter().enumerate() {
        let twice = schema.fields().iter().take(index).any(|other| other.name() == field.name());
        assert!(columns > 2000 || !twice, "two columns of one name");
    }
    let declared = source.declared();
    assert!(declared.is_empty() || declared.len() == columns, "a declared type for each column or for none");
    let (once, ended) = records(source, columns, 1000, true);
    let (again, ended_again) = records(source, columns, 3, false);
    assert!(once == again, "other records in other batches");
    assert_eq!(ended, ended_again, "another end in other batches");
}

/// Records that are compared.
const COMPARED: usize = 10_000;

/// Each record as one text, the first [`COMPARED`] of them, and whether the reading
/// came that far or to the end without an error. The rest is read if `whole`.
fn records(source: &dyn Source, columns: usize, batch_rows: usize, whole: bool) -> (Vec<String>, bool) {
    let mut found = Vec::new();
    let mut batches = match source.open(batch_rows) {
        Ok(batches) => batches,
        Err(error) => {
            explained(&error);
            return (found, false);
        }
    };
    while found.len() < COMPARED {
        match batches.next() {
            Some(Ok(batch)) => {
                assert!(batch.num_rows() <= batch_rows, "a batch that is too long");
                assert_eq!(batch.num_columns(), columns + 3, "lineage and the columns of the schema");
                add(&batch, &mut found);
            }
            Some(Err(error)) => {
                explained(&error);
                return (found, false);
            }
            None => return (found, true),
        }
    }
    found.truncate(COMPARED);
    if whole {
        batches.for_each(drop);
    }
    (found, true)
}

fn add(batch: &RecordBatch, found: &mut Vec<String>) {
    let texts: Vec<_> = batch.columns().iter().map(|column| column.as_string::<i32>()).collect();
    for row in 0..batch.num_rows() {
        let mut record = String::new();
        for (index, column) in texts.iter().enumerate() {
            assert!(index > 0 || !column.is_null(row) && !column.value(row).is_empty(), "a record without a place");
            record.push_str(if column.is_null(row) { "\u{1}" } else { column.value(row) });
            record.push('\u{0}');
        }
        found.push(record);
    }
}

/// An error says where and what, in words that a terminal can show.
fn explained(error: &ReadError) {
    assert!(!error.place.is_empty() && !error.what.is_empty(), "an error without words");
}

/// A folder that goes when its holder does.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let folder = base.join(format!("cutover-fuzz-{}-{:?}", std::process::id(), std::thread::current().id()));
        fs::create_dir_all(&folder).expect("a writable folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it disturbs nobody; the next run writes over it.
        fs::remove_dir_all(&self.0).ok();
    }
}
