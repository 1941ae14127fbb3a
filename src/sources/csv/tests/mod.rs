//! Files in, records out.

mod dialects;
mod faults;
mod headings;
mod layouts;
mod pollock;
mod properties;
mod real;

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{CsvOptions, CsvSource};
use crate::config::decode::Decode;
use crate::diagnostic::{Faults, SourceText};
use crate::sources::{ReadError, Source};

/// A folder with files, gone afterwards.
struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(&str, &[u8])]) -> (Self, Vec<PathBuf>) {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |(name, bytes): &(&str, &[u8])| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("a file");
            path
        };
        let paths = files.iter().map(write).collect();
        (Self(folder), paths)
    }

    /// An error without the folder's own name.
    fn shown(&self, error: &ReadError) -> String {
        let text = format!("{error} ({})", error.help.as_deref().unwrap_or("no help"));
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// The options of a TOML table.
fn decode(toml: &str) -> Result<CsvOptions, Vec<String>> {
    let text = toml.to_string();
    let table: Spanned<DeTable<'static>> = DeTable::parse(&text).map(owned).expect("toml");
    let mut faults = Faults::new(SourceText { path: "pipeline.toml".into(), text: text.clone() }.into());
    let node = Spanned::new(table.span(), DeValue::Table(table.into_inner()));
    let options = CsvOptions::decode(&node, &mut faults);
    options.filter(|_| faults.is_empty()).ok_or_else(|| {
        let shown = |fault: &crate::diagnostic::Fault| {
            format!("{} {} ({})", fault.code, fault.message, fault.help.as_deref().unwrap_or("no help"))
        };
        faults.into_sorted().iter().map(shown).collect()
    })
}

fn owned(mut table: Spanned<DeTable<'_>>) -> Spanned<DeTable<'static>> {
    table.get_mut().make_owned();
    // `make_owned` leaves nothing borrowed; the type cannot say so.
    let text = table.get_ref().iter().map(|(key, value)| (key.clone(), value.clone()));
    let mut whole = DeTable::new();
    for (key, value) in text {
        let key = Spanned::new(key.span(), key.into_inner().into_owned().into());
        whole.insert(key, Spanned::new(value.span(), own_value(value.into_inner())));
    }
    Spanned::new(table.span(), whole)
}

fn own_value(value: DeValue<'_>) -> DeValue<'static> {
    match value {
        DeValue::String(text) => DeValue::String(text.into_owned().into()),
        DeValue::Boolean(flag) => DeValue::Boolean(flag),
        DeValue::Integer(_) => panic!("give numbers by `with`"),
        _ => panic!("no option takes this"),
    }
}

fn source(paths: &[PathBuf], options: &CsvOptions) -> Result<CsvSource, ReadError> {
    CsvSource::open(paths, options)
}

fn batches(source: &CsvSource) -> Vec<RecordBatch> {
    source.open(1000).expect("opens").map(|batch| batch.expect("reads")).collect()
}

/// All values of a source, lineage columns first, in order; null is `None`.
fn rows(source: &CsvSource) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    for batch in batches(source) {
        for row in 0..batch.num_rows() {
            let text = |column: &arrow::array::ArrayRef| {
                let column = column.as_string::<i32>();
                column.is_valid(row).then(|| column.value(row).to_string())
            };
            rows.push(batch.columns().iter().map(text).collect());
        }
    }
    rows
}

/// The headings, then a line a record: place, fault, values; null is `-`.
fn table(source: &CsvSource) -> Vec<String> {
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut lines = vec![names.join(" | ")];
    for row in rows(source) {
        assert_eq!(row.get(2), Some(&None), "no notes are given");
        let shown: Vec<String> =
            row.iter().enumerate().filter(|(i, _)| *i != 2).map(|(_, v)| v.clone().unwrap_or("-".into())).collect();
        lines.push(shown.join(" | "));
    }
    lines
}

/// What one file `f` gives, with the given options.
fn read_with(bytes: &[u8], options: &CsvOptions) -> Vec<String> {
    let (folder, paths) = Folder::of(&[("f", bytes)]);
    match source(&paths, options) {
        Ok(source) => table(&source),
        Err(error) => vec![folder.shown(&error)],
    }
}

/// What one file `f` gives when all is detected.
fn read(bytes: impl AsRef<[u8]>) -> Vec<String> {
    read_with(bytes.as_ref(), &CsvOptions::default())
}

/// Where the real data lies, if it is there.
fn shared() -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let named = std::env::var_os("CUTOVER_SHARED_DATA").map(PathBuf::from);
    let found = named.into_iter().chain([beside]).find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no shared data");
    }
    found
}
