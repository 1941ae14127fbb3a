//! Profile: what sources hold, column by column, from one pass in bounded memory.
//!
//! | part | module | does |
//! |---|---|---|
//! | counters | `sketch` | bounded, and independent of how batches are cut |
//! | column | `column`, `pattern`, `days`, `number` | what is counted of each value |
//! | findings | `finding` | what a steward should look at |
//! | guesses | `likely`, `heading`, `given`, `country`, `links` | standards, keys, countries, references, overlap |
//! | output | `text`, `html` | for the terminal, for a client; JSON is the structs as they are |
//!
//! Guesses come with their evidence and decide nothing. Cell values are kept only
//! where [`Options::values`] asks for them; ranges of numbers and dates always are.

mod column;
pub mod country;
mod days;
pub mod finding;
mod found;
mod given;
pub mod heading;
pub mod html;
mod likely;
mod links;
mod number;
pub mod pattern;
pub mod sketch;
#[cfg(test)]
mod tests;
pub mod text;

use std::sync::mpsc::sync_channel;
use std::thread;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::DataType;

pub use self::finding::CODES;
pub use self::found::{
    At, ColumnProfile, Dates, DayOrder, DecimalSign, DeclaredReference, Distinct, Fill, Finding, Lengths, Likely,
    Numbers, Overlap, Profile, Reference, TableProfile, Unique,
};

use self::column::Tally;
use self::days::Readers;
use self::likely::Judges;
use self::links::Linked;
use self::sketch::Finished;
use crate::config::pipeline::SourceSpec;
use crate::dataset::BATCH_ROWS;
use crate::sources::{ReadError, Source};
use crate::standards::Defaults;

/// The upper ends of the classes of lengths, in characters; the last one is open.
pub const LENGTHS: [u64; 14] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, u64::MAX];

/// What a profile should hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Keeps the most frequent values of each column.
    pub values: bool,
    /// Keeps what columns of several tables are compared by.
    pub linked: bool,
}

/// A table that was read, with what it is compared with others by.
pub struct Read {
    profile: TableProfile,
    links: Vec<Option<Finished<u64>>>,
}

impl Read {
    /// Says which table of its place it is, where its name does not.
    pub fn set_table(&mut self, table: Option<String>) {
        self.profile.table = table;
    }
}

/// Reads a source from end to end. `progress` is told the records now and then.
///
/// # Errors
/// That the source cannot be read.
pub fn read(
    source: &SourceSpec,
    table: Option<String>,
    defaults: &Defaults,
    options: &Options,
    progress: &dyn Fn(u64),
) -> Result<Read, ReadError> {
    let reader = &*source.reader;
    let schema = reader.schema();
    let failed = || ReadError::new(source.place.clone(), "cannot be profiled").help("please report this");
    let readers = Readers::new(defaults).ok_or_else(failed)?;
    let mut tallies: Vec<Tally> = schema.fields().iter().map(|_| Tally::new(options, &source.nulls)).collect();
    let (mut records, mut faults, mut noted) = (0, 0, 0);
    ahead(reader, &mut |batch| {
        let rows = texts(batch.column(0), &source.place)?;
        let columns: Vec<StringArray> =
            batch.columns().iter().skip(3).map(|column| texts(column, &source.place)).collect::<Result<_, _>>()?;
        add(&mut tallies, &columns, &rows, &readers);
        records += batch.num_rows() as u64;
        faults += (batch.num_rows() - batch.column(1).null_count()) as u64;
        noted += (batch.num_rows() - batch.column(2).null_count()) as u64;
        progress(records);
        Ok(())
    })?;
    let judges = Judges::new(defaults);
    let declared = reader.declared();
    let done = tallies.into_iter().zip(schema.fields()).enumerate().map(|(at, (tally, field))| {
        tally.finish(field.name(), declared.get(at).cloned().flatten(), &judges, defaults.date_order)
    });
    let (mut columns, links): (Vec<ColumnProfile>, Vec<_>) = done.map(|done| (done.profile, done.links)).unzip();
    if defaults.country.is_none() {
        country::settle(&mut columns);
    }
    let mut detected: Vec<String> = reader.detected().into_iter().map(|(_, how)| how).collect();
    detected.dedup();
    let declared_key = reader.declared_key();
    let profile = TableProfile {
        source: match &table {
            Some(table) if !source.name.ends_with(table.as_str()) => format!("{} {table}", source.name),
            _ => source.name.clone(),
        },
        place: source.place.clone(),
        table,
        records,
        faults,
        noted,
        detected,
        declared_references: reader.relations().into_iter().map(DeclaredReference::from).collect(),
        keys: keys(&columns, &declared_key),
        declared_key,
        columns,
    };
    Ok(Read { profile, links })
}

/// Puts tables together and looks for what they have in common.
pub fn together(read: Vec<Read>) -> Profile {
    let mut linked = Vec::new();
    for Read { profile, links } in &read {
        for (column, sketch) in profile.columns.iter().zip(links) {
            let sketch = sketch.as_ref();
            linked.extend(sketch.map(|sketch| Linked { source: &profile.source, column, sketch }));
        }
    }
    let references = links::references(&linked);
    let overlaps = links::overlaps(&linked, &references);
    Profile { tables: read.into_iter().map(|one| one.profile).collect(), references, overlaps }
}

/// Reads batches on a thread of its own, a few ahead of `each`.
fn ahead(source: &dyn Source, each: &mut dyn FnMut(&RecordBatch) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let batches = source.open(BATCH_ROWS)?;
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(2);
        scope.spawn(move || {
            for batch in batches {
                if sender.send(batch).is_err() {
                    return;
                }
            }
        });
        for batch in receiver {
            each(&batch?)?;
        }
        Ok(())
    })
}

fn texts(column: &ArrayRef, place: &str) -> Result<StringArray, ReadError> {
    let text = arrow::compute::cast(column, &DataType::Utf8);
    text.map(|text| text.as_string().clone()).map_err(|error| ReadError::new(place, error.to_string()))
}

/// Counts a batch, columns side by side. Each sees its values in their order, so
/// that nothing depends on the number of threads.
fn add(tallies: &mut [Tally], columns: &[StringArray], rows: &StringArray, readers: &Readers) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let each = tallies.len().div_ceil(cores.min(8)).max(1);
    thread::scope(|scope| {
        for (tallies, columns) in tallies.chunks_mut(each).zip(columns.chunks(each)) {
            scope.spawn(move || {
                for (tally, column) in tallies.iter_mut().zip(columns) {
                    tally.add(column, rows, readers);
                }
            });
        }
    });
}

/// The columns that could be the key: full and unique. What the source declares
/// comes first, then what is called so, then the others in their order.
fn keys(columns: &[ColumnProfile], declared: &[String]) -> Vec<String> {
    // Names and amounts may all differ, and are no keys for that.
    let told = ["person_name", "company", "street", "phone", "decimal", "date", "datetime"];
    let full = |column: &&ColumnProfile| {
        let short = column.lengths.as_ref().is_some_and(|lengths| lengths.max <= 64);
        let other = column.likely.as_ref().is_some_and(|likely| told.contains(&likely.standard));
        let other = other || (heading::is_name(&column.name) && !heading::is_key(&column.name));
        column.unique != Unique::No && column.fill.filled == column.fill.records && short && !other
    };
    let mut found: Vec<&ColumnProfile> = columns.iter().filter(full).collect();
    found.sort_by_key(|column| (!declared.contains(&column.name), !heading::is_key(&column.name)));
    found.into_iter().map(|column| column.name.clone()).collect()
}
