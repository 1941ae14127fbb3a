//! Corrected reject files: the cells that were changed become corrections.
//!
//! Each line has a hash of the record as it was written. So it is known what the
//! person has seen, however often the source or the corrections have changed
//! since, and a cell that nobody has touched is never taken for a correction.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use arrow::array::{Array, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::file::{Row, Rows};
use super::{FixError, Left, Signed, Taken, add, last_run};
use crate::config::pipeline::{Pipeline, SourceSpec};
use crate::config::steward::{CORRECTION, CORRECTIONS, Correction};
use crate::corrections::{Cells, find, same, settle};
use crate::dataset::{self, DatasetError};
use crate::digest;
use crate::record;
use crate::report::rejects::{CUT, HASH, OWN, REASONS, fitting};
use crate::snapshot;

/// Columns of a snapshot before those of the source.
const LINEAGE: usize = 5;

/// A record of a snapshot, as it was read.
struct Known {
    /// In the order of the source's columns.
    cells: Vec<String>,
    fault: Option<String>,
}

/// A file on its way: what is found, and what of it is told.
struct Taking<'a> {
    signed: &'a Signed,
    workbook: bool,
    done: Taken,
    lines: Vec<Vec<String>>,
    /// By source, key and column: where it was corrected, and to what.
    seen: HashMap<(String, String, String), (String, String)>,
    records: BTreeSet<(String, String)>,
    /// Columns that no source has: the first place, and how many cells.
    strange: BTreeMap<String, (String, u64)>,
}

/// Takes the changed cells of a reject file.
pub(super) fn take(pipeline: &Pipeline, entity: &str, rows: &Rows, signed: &Signed) -> Result<Taken, FixError> {
    let mut taking = Taking {
        signed,
        workbook: rows.workbook,
        done: Taken::default(),
        lines: Vec::new(),
        seen: HashMap::new(),
        records: BTreeSet::new(),
        strange: BTreeMap::new(),
    };
    for (index, source) in pipeline.sources.iter().enumerate() {
        let own: Vec<&Row> = rows.rows.iter().filter(|row| row.cell(record::SOURCE) == source.name).collect();
        if !own.is_empty() {
            taking.source(pipeline, index, source, &own)?;
        }
    }
    for row in &rows.rows {
        let name = row.cell(record::SOURCE);
        if !pipeline.sources.iter().any(|source| source.name == name) {
            taking.left(row, "`_source` names no source of the pipeline");
        }
    }
    taking.missing(pipeline, entity, rows)?;
    let strange = std::mem::take(&mut taking.strange);
    for (column, (place, count)) in strange {
        let cells = if count == 1 { "1 cell".to_string() } else { format!("{count} cells") };
        taking.done.left.push(Left { place, what: format!("`{column}` is no column of the source ({cells})") });
    }
    let Taking { mut done, lines, records, .. } = taking;
    done.taken = lines.len() as u64;
    done.records = records.len() as u64;
    if !lines.is_empty() {
        let path = pipeline.root.join(CORRECTIONS).join(format!("{entity}.csv"));
        add(&path, CORRECTION, &lines)?;
        done.written = Some(path);
    }
    Ok(done)
}

impl Taking<'_> {
    fn left(&mut self, row: &Row, what: impl Into<String>) {
        self.done.left.push(Left { place: row.place.clone(), what: what.into() });
    }

    fn source(
        &mut self,
        pipeline: &Pipeline,
        index: usize,
        source: &SourceSpec,
        rows: &[&Row],
    ) -> Result<(), FixError> {
        let snapshot = pipeline.out.join("snapshots").join(format!("{}.parquet", source.name));
        if !snapshot.is_file() {
            let what = format!("{}: there is no snapshot of `{}`", snapshot.display(), source.name);
            return Err(FixError::Wrong {
                what,
                help: "run the pipeline, so that there is something to compare".into(),
            });
        }
        let known = known(&snapshot, rows)?;
        let schema = source.reader.schema();
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let mut said: HashMap<&str, Vec<&Correction>> = HashMap::new();
        for correction in pipeline.corrections.iter().filter(|correction| correction.source == index) {
            said.entry(correction.key.as_str()).or_default().push(correction);
        }
        for row in rows {
            self.strange(row, &columns);
            let key = row.cell(record::KEY);
            let records = known.get(key).map(Vec::as_slice).unwrap_or_default();
            let corrections = said.get(key).map(Vec::as_slice).unwrap_or_default();
            self.row(&source.name, row, &columns, records, corrections);
        }
        Ok(())
    }

    /// Notes cells of columns that the source has not.
    fn strange(&mut self, row: &Row, columns: &[&str]) {
        let own = [record::SOURCE, record::ROW, record::KEY, HASH].into_iter().chain(OWN);
        let ours: HashSet<String> = own
            .chain(columns.iter().copied())
            .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for heading in row.filled().filter(|heading| !ours.contains(*heading)) {
            // A column of the source that is called as one of ours.
            if OWN.iter().any(|name| heading.starts_with(name)) {
                continue;
            }
            let (_, count) = self.strange.entry(heading.to_string()).or_insert_with(|| (row.place.clone(), 0));
            *count += 1;
        }
        let hash = row.cell(HASH).split_once('-').map_or("", |(_, own)| own);
        let texts = std::iter::once(record::ROW).chain(OWN).map(|name| row.cell(name));
        if !columns.contains(&REASONS) && !hash.is_empty() && digest::cells(texts) != hash {
            self.left(row, "what stands in `_row`, `reasons`, `verdict` and `issues` is not the source's");
        }
    }

    fn row(&mut self, source: &str, row: &Row, columns: &[&str], records: &[Known], corrections: &[&Correction]) {
        let Some(first) = records.first() else {
            return self.left(row, "the source has no record with this `_key` any more");
        };
        let hash = row.cell(HASH).split_once('-').map_or("", |(record, _)| record);
        let seen = records.iter().find_map(|known| Some((known, shown(known, columns, corrections, hash)?)));
        let now = |known: &Known| settled(known, columns, corrections);
        let Some((known, before)) = seen else {
            let current = now(first);
            let untouched = digest::cells(columns.iter().map(|column| row.cell(column))) == hash;
            let there = columns.iter().zip(&current).all(|(column, cell)| self.equal(row.cell(column), cell));
            if !untouched && !there {
                self.left(row, "the record has changed since the file was written; correct it in the next run's file");
            }
            return;
        };
        let current = now(known);
        for ((column, before), current) in columns.iter().zip(&before).zip(&current) {
            let cell = row.cell(column);
            if !row.has(column) || self.equal(cell, before) {
                continue;
            }
            if row.broken(column) {
                self.left(row, format!("`{column}` shows an error; write what the cell is to hold"));
            } else if self.workbook && cell.ends_with(CUT) {
                self.left(row, format!("`{column}` was cut in the workbook; correct it in the CSV file"));
            } else if known.fault.is_some() {
                self.left(row, "the record could not be read; mend it in the source");
                return;
            } else if same(cell, current) {
                self.done.known += 1;
            } else {
                self.correct(source, row, column, current);
            }
        }
    }

    fn equal(&self, cell: &str, known: &str) -> bool {
        if self.workbook {
            // A workbook holds no control characters.
            let plain = |text: &str| text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
            return same(cell, &fitting(known)) || plain(cell) == plain(&fitting(known));
        }
        same(cell, known)
    }

    fn correct(&mut self, source: &str, row: &Row, column: &str, was: &str) {
        let (key, cell) = (row.cell(record::KEY), row.cell(column));
        let place = (source.to_string(), key.to_string(), column.to_string());
        match self.seen.get(&place) {
            Some((_, earlier)) if earlier == cell => return,
            Some((at, _)) => {
                let what = format!("`{column}` of the same record is something else at {at}");
                return self.left(row, what);
            }
            None => {}
        }
        self.seen.insert(place, (row.place.clone(), cell.to_string()));
        self.records.insert((source.to_string(), key.to_string()));
        let Signed { who, when, why } = self.signed;
        self.lines.push([source, key, column, was, cell, who, when, why].map(str::to_string).to_vec());
    }

    fn missing(&mut self, pipeline: &Pipeline, entity: &str, rows: &Rows) -> Result<(), FixError> {
        let Some((run, seen)) = last_run(pipeline, entity)? else { return Ok(()) };
        let there: HashSet<(&str, &str)> =
            rows.rows.iter().map(|row| (row.cell(record::SOURCE), row.cell(record::ROW))).collect();
        let missing = seen.iter().filter(|(source, row)| !there.contains(&(source.as_str(), row.as_str()))).count();
        self.done.missing = (missing > 0).then_some((run, missing as u64));
        Ok(())
    }
}

/// The records that the rows name, by their key.
fn known(snapshot: &Path, rows: &[&Row]) -> Result<HashMap<String, Vec<Known>>, DatasetError> {
    let wanted: HashSet<&str> = rows.iter().map(|row| row.cell(record::KEY)).collect();
    let found = find(snapshot, &wanted)?;
    let mut keys = found.iter();
    let mut known: HashMap<String, Vec<Known>> = HashMap::new();
    for batch in dataset::read_at(snapshot, found.iter().map(|(seq, _)| *seq))? {
        let batch = batch?;
        let faults = batch.column(3).as_string::<i32>();
        let texts = batch.columns().iter().skip(LINEAGE).map(|column| cast(column, &DataType::Utf8));
        let texts = texts.collect::<Result<Vec<_>, _>>().map_err(|error| DatasetError::other(snapshot, error))?;
        for (row, (_, key)) in (0..batch.num_rows()).zip(keys.by_ref()) {
            let cell =
                |texts: &StringArray| if texts.is_valid(row) { texts.value(row).to_string() } else { String::new() };
            let cells = texts.iter().map(|texts| cell(texts.as_string())).collect();
            let fault = faults.is_valid(row).then(|| faults.value(row).to_string());
            let fault = fault.filter(|fault| fault != snapshot::CODES[0].id);
            known.entry(key.clone()).or_default().push(Known { cells, fault });
        }
    }
    Ok(known)
}

/// The record with these corrections.
fn settled(known: &Known, columns: &[&str], corrections: &[&Correction]) -> Vec<String> {
    let mut cells: Cells = columns
        .iter()
        .zip(&known.cells)
        .filter(|(column, _)| corrections.iter().any(|correction| correction.column == **column))
        .map(|(column, cell)| (column.to_string(), cell.clone()))
        .collect();
    settle(&mut cells, corrections);
    columns.iter().zip(&known.cells).map(|(column, cell)| cells.get(*column).unwrap_or(cell).clone()).collect()
}

/// The record as the person has seen it: with as many corrections as there were
/// when the file was written.
fn shown(known: &Known, columns: &[&str], corrections: &[&Correction], hash: &str) -> Option<Vec<String>> {
    (0..=corrections.len()).rev().find_map(|count| {
        let cells = settled(known, columns, corrections.get(..count)?);
        (digest::cells(cells.iter().map(String::as_str)) == hash).then_some(cells)
    })
}
