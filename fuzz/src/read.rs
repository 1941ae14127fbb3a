//! Reads a made-up file through the reader of a kind, and panics where the
//! reader breaks its word. Also run by the tests, over what fuzzing once found.
//!
//! A reader may refuse a file, or end with an error. It may not panic, hang, take
//! memory without bound, give a record without a place, or give other records in
//! other batches. What it found out of a file must, declared, give the same records.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

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
/// False where nothing could be opened.
pub fn read(kind: &str, options: &'static str, files: &[File<'_>]) -> bool {
    let folder = Folder::new();
    for file in files {
        fs::write(folder.0.join(file.name), file.bytes).expect("a writable folder");
    }
    let Some(first) = files.first() else { return false };
    let place = Place::Files(vec![folder.0.join(first.name)]);
    let table: Table = DeTable::parse(options).expect("options in TOML").into_inner();
    let kind = kind::find(kind).expect("a kind of source");
    let mut opened = open(kind, &table, &place);
    match opener(kind, &table).tables(&place) {
        // The one table that was read already.
        Ok(entries) if entries.len() == 1 && opened => {}
        Ok(entries) => {
            for entry in entries.into_iter().take(3) {
                let mut chosen = table.clone();
                let name = Spanned::new(0..0, DeValue::String(Cow::Owned(entry.name)));
                chosen.insert(Spanned::new(0..0, Cow::Borrowed(entry.option)), name);
                opened |= open(kind, &chosen, &place);
            }
        }
        Err(error) => explained(&error),
    }
    opened
}

fn opener(kind: &Kind, table: &Table) -> Box<dyn Opener> {
    let mut faults = Faults::new(Arc::new(SourceText { path: PathBuf::new(), text: String::new() }));
    kind.options(table, 0..0, &[], &mut faults).expect("options of that kind")
}

/// Opens and reads the file, if it can be.
fn open(kind: &Kind, table: &Table, place: &Place) -> bool {
    let source = match opener(kind, table).open(place) {
        Ok(source) => source,
        Err(error) => {
            explained(&error);
            return false;
        }
    };
    let found = check(source.as_ref());
    if let Some(declared) = declared(kind, table, place, source.as_ref()) {
        let columns = declared.schema().fields().len();
        assert!(records(declared.as_ref(), columns, 1000, false) == found, "other records where all is declared");
    }
    true
}

/// The source opened with what was found out of it as options, as `cutover init`
/// writes them down: where it has the same columns then.
fn declared(kind: &Kind, table: &Table, place: &Place, source: &dyn Source) -> Option<Box<dyn Source>> {
    let settings = source.settings();
    let new = settings.iter().filter(|(key, _)| !table.contains_key(*key));
    let text: String = new.map(|(key, value)| format!("{key} = {value}\n")).collect();
    if text.is_empty() {
        return None;
    }
    let mut declared = table.clone();
    declared.extend(DeTable::parse(kept(text)).expect("what was found out, in TOML").into_inner());
    let source_again = opener(kind, &declared).open(place).ok()?;
    (source_again.schema() == source.schema()).then_some(source_again)
}

/// The text for good, since options borrow from it; there are not many.
fn kept(text: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().expect("nobody panics with it");
    kept.get(text.as_str()).copied().unwrap_or_else(|| {
        let text = text.leak();
        kept.insert(text);
        text
    })
}

/// Records of a source, as far as they are compared.
#[derive(PartialEq)]
struct Found {
    /// Every cell, behind each a byte that is none of UTF-8: null or not.
    cells: Vec<u8>,
    rows: usize,
    /// Whether that is where the reading ends, or as far as is compared, and not an error.
    whole: bool,
}

fn check(source: &dyn Source) -> Found {
    let schema = source.schema();
    let columns = schema.fields().len();
    let mut names = HashSet::new();
    assert!(schema.fields().iter().all(|field| names.insert(field.name())), "two columns of one name");
    let declared = source.declared();
    assert!(declared.is_empty() || declared.len() == columns, "a declared type for each column or for none");
    let found = records(source, columns, 1000, true);
    // Few batches, since each costs something for every column; ends in many places.
    let again = records(source, columns, found.rows / 5 + 1, false);
    assert!(found == again, "other records in other batches");
    found
}

/// Records and bytes that are compared.
const COMPARED: usize = 10_000;
const COMPARED_BYTES: usize = 16 << 20;

/// The records as far as they are compared; the rest is read if `all`.
fn records(source: &dyn Source, columns: usize, batch_rows: usize, all: bool) -> Found {
    let mut found = Found { cells: Vec::new(), rows: 0, whole: true };
    let mut batches = match source.open(batch_rows) {
        Ok(batches) => batches,
        Err(error) => {
            explained(&error);
            found.whole = false;
            return found;
        }
    };
    while found.rows < COMPARED && found.cells.len() < COMPARED_BYTES {
        match batches.next() {
            Some(Ok(batch)) => {
                assert!(batch.num_rows() > 0, "an empty batch");
                assert!(batch.num_rows() <= batch_rows, "a batch that is too long");
                assert_eq!(batch.num_columns(), columns + 3, "lineage and the columns of the schema");
                add(&batch, &mut found);
            }
            Some(Err(error)) => {
                explained(&error);
                assert!(batches.next().is_none(), "something behind an error");
                found.whole = false;
                return found;
            }
            None => return found,
        }
    }
    if all {
        batches.for_each(drop);
    }
    found
}

/// Adds the records of a batch, as far as they are compared.
fn add(batch: &RecordBatch, found: &mut Found) {
    let texts: Vec<_> = batch.columns().iter().map(|column| column.as_string::<i32>()).collect();
    for row in 0..batch.num_rows() {
        if found.rows == COMPARED || found.cells.len() >= COMPARED_BYTES {
            return;
        }
        found.rows += 1;
        for (index, column) in texts.iter().enumerate() {
            let cell = (!column.is_null(row)).then(|| column.value(row));
            assert!(index > 0 || cell.is_some_and(|place| !place.is_empty()), "a record without a place");
            found.cells.extend_from_slice(cell.unwrap_or_default().as_bytes());
            found.cells.push(if cell.is_some() { 0xFF } else { 0xFE });
        }
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
