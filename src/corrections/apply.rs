//! Finds the records of corrections in a snapshot, and writes them corrected.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, Int64Type};
use arrow::error::ArrowError;

use super::settle::{Cells, settle};
use super::{CODES, Corrected, Stale, Touched};
use crate::config::pipeline::SourceSpec;
use crate::config::steward::{CONTENT, Correction};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::record;
use crate::snapshot;

/// Columns of a snapshot before those of the source: `_seq _row _key _fault _notes`.
const LINEAGE: usize = 5;

/// The key that corrections name a record by: its own, or, where it has none or
/// `shared` says that another record has it too, a hash of its content.
pub fn address(key: Option<&str>, shared: bool, content: &str) -> String {
    match key {
        Some(key) if !shared => key.to_string(),
        _ => format!("{CONTENT}{content}"),
    }
}

/// The records of a snapshot that have one of these addresses, each with it, in
/// the order of reading. Several may share a key.
pub fn find(snapshot: &Path, wanted: &HashSet<&str>) -> Result<Vec<(usize, String)>, DatasetError> {
    let by_content = wanted.iter().any(|key| key.starts_with(CONTENT));
    let columns = [record::SEQ, record::KEY];
    let mut found = Vec::new();
    for batch in dataset::read(snapshot, (!by_content).then_some(&columns[..]))? {
        let batch = batch?;
        let seqs = batch.column(0).as_primitive::<Int64Type>().values();
        let Some(keys) = batch.column_by_name(record::KEY).and_then(|keys| keys.as_string_opt::<i32>()) else {
            continue;
        };
        let contents = if by_content { snapshot::contents(&batch, snapshot)? } else { Vec::new() };
        for (row, seq) in seqs.iter().enumerate() {
            let own = keys.is_valid(row).then(|| keys.value(row)).filter(|key| wanted.contains(key));
            let content = contents.get(row).map(|hash| format!("{CONTENT}{hash}"));
            let address = content.filter(|content| wanted.contains(content.as_str())).or(own.map(str::to_string));
            found.extend(address.map(|address| (*seq as usize, address)));
        }
    }
    Ok(found)
}

/// Carries out the corrections of a source. Gives the corrected records, if there
/// are any, and what was left out.
pub fn run(
    source: &SourceSpec,
    snapshot: &Path,
    corrections: &[(usize, &Correction)],
    work: &Path,
) -> Result<(Option<Corrected>, Vec<Stale>), DatasetError> {
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, (_, correction)) in corrections.iter().enumerate() {
        by_key.entry(correction.key.as_str()).or_default().push(place);
    }
    let wanted: HashSet<&str> = by_key.keys().copied().collect();
    let found = find(snapshot, &wanted)?;
    let mut state: Vec<Option<&'static str>> = vec![Some(CODES[1].id); corrections.len()];
    let path = |what: &str| work.join(format!("{}.{what}.parquet", source.name));
    let mut corrected = Corrected { after: path("corrected"), before: path("uncorrected"), ..Corrected::default() };
    let mut writers: Option<(Writer, Writer)> = None;
    let mut addresses = found.iter();
    for batch in dataset::read_at(snapshot, found.iter().map(|(seq, _)| *seq))? {
        let batch = batch?;
        let mut changes: BTreeMap<usize, Cells> = BTreeMap::new();
        for (row, (seq, key)) in (0..batch.num_rows()).zip(addresses.by_ref()) {
            let places = by_key.get(key.as_str()).map(Vec::as_slice).unwrap_or_default();
            let cells = one(&batch, row, places, corrections, &mut state, snapshot)?;
            if cells.is_empty() {
                continue;
            }
            let touched = Touched { key: key.clone(), columns: in_order(&batch, &cells) };
            corrected.records.insert(*seq as i64, touched);
            changes.insert(row, cells);
        }
        if changes.is_empty() {
            continue;
        }
        let wrong = |error: ArrowError| DatasetError::other(snapshot, error);
        let rows = UInt32Array::from_iter_values(changes.keys().map(|row| *row as u32));
        let before = take_record_batch(&batch, &rows).map_err(wrong)?;
        let changes: Vec<Cells> = changes.into_values().collect();
        let after = changed(source, &before, &changes).map_err(wrong)?;
        let after = rekeyed(source, after, &changes, snapshot)?;
        let (old, new) = match &mut writers {
            Some(writers) => writers,
            none => {
                let writer = |path: &Path| Writer::create(path, &batch.schema(), Packing::Working);
                none.insert((writer(&corrected.before)?, writer(&corrected.after)?))
            }
        };
        old.write(before)?;
        new.write(after)?;
    }
    corrected.applied = state.iter().filter(|state| state.is_none()).count() as u64;
    let stale = state.iter().zip(corrections);
    let stale = stale.filter_map(|(state, (index, _))| state.map(|code| Stale { index: *index, code })).collect();
    let Some((old, new)) = writers else { return Ok((None, stale)) };
    old.finish()?;
    new.finish()?;
    Ok((Some(corrected), stale))
}

/// The cells of one record that corrections change. Says in `state` what became
/// of the corrections: `None` for one that was carried out.
fn one(
    batch: &RecordBatch,
    row: usize,
    places: &[usize],
    corrections: &[(usize, &Correction)],
    state: &mut [Option<&'static str>],
    snapshot: &Path,
) -> Result<Cells, DatasetError> {
    let open: Vec<usize> = places.iter().copied().filter(|place| state[*place].is_some()).collect();
    let faults = batch.column(3).as_string::<i32>();
    if faults.is_valid(row) && faults.value(row) != snapshot::CODES[0].id {
        open.iter().for_each(|place| state[*place] = Some(CODES[2].id));
        return Ok(Cells::new());
    }
    let said: Vec<&Correction> = open.iter().map(|place| corrections[*place].1).collect();
    let mut cells = Cells::new();
    for correction in &said {
        if let Some(column) = batch.column_by_name(&correction.column) {
            let text = cast(&column.slice(row, 1), &DataType::Utf8);
            let text = text.map_err(|error| DatasetError::other(snapshot, error))?;
            let text = text.as_string::<i32>();
            cells
                .insert(correction.column.clone(), if text.is_valid(0) { text.value(0).into() } else { String::new() });
        }
    }
    let before = cells.clone();
    for (place, done) in open.iter().zip(settle(&mut cells, &said)) {
        state[*place] = if done { None } else { Some(CODES[0].id) };
    }
    cells.retain(|column, cell| before.get(column) != Some(cell));
    Ok(cells)
}

fn in_order(batch: &RecordBatch, cells: &Cells) -> Vec<String> {
    let schema = batch.schema();
    let names = schema.fields().iter().skip(LINEAGE).map(|field| field.name());
    names.filter(|name| cells.contains_key(*name)).cloned().collect()
}

/// The records with their new cells; no value where a column does not take it.
fn changed(source: &SourceSpec, before: &RecordBatch, changes: &[Cells]) -> Result<RecordBatch, ArrowError> {
    let schema = source.reader.schema();
    let mut columns: Vec<ArrayRef> = before.columns().to_vec();
    for (index, field) in schema.fields().iter().enumerate() {
        let place = LINEAGE + index;
        if !changes.iter().any(|cells| cells.contains_key(field.name())) {
            continue;
        }
        let old = cast(before.column(place), &DataType::Utf8)?;
        let old = old.as_string::<i32>();
        let new = changes.iter().enumerate().map(|(row, cells)| match cells.get(field.name()) {
            Some(cell) => Some(cell.as_str()).filter(|cell| !cell.is_empty()),
            None => old.is_valid(row).then(|| old.value(row)),
        });
        let new: ArrayRef = Arc::new(new.collect::<StringArray>());
        columns[place] = cast(&new, before.column(place).data_type())?;
    }
    RecordBatch::try_new(before.schema(), columns)
}

/// Gives records whose key was corrected the key that they have now.
fn rekeyed(
    source: &SourceSpec,
    after: RecordBatch,
    changes: &[Cells],
    path: &Path,
) -> Result<RecordBatch, DatasetError> {
    let of_key = |cells: &Cells| source.key.iter().any(|column| cells.contains_key(column));
    if !changes.iter().any(of_key) {
        return Ok(after);
    }
    let anew = snapshot::rekeyed(source, &after, path)?;
    let places: Vec<(usize, usize)> =
        changes.iter().enumerate().map(|(row, cells)| (usize::from(of_key(cells)), row)).collect();
    let joined = arrow::compute::interleave_record_batch(&[&after, &anew], &places);
    joined.map_err(|error| DatasetError::other(path, error))
}
