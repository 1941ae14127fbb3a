//! Goes through the rows of a reference and the keys of records side by side.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, Int64Builder, RecordBatch, StringArray, StringBuilder,
    UInt8Builder,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Int64Type, UInt8Type};
use arrow::error::ArrowError;

use super::MOST_ROWS;
use super::settle::{Row, Settled, Take, settle};
use crate::config::pipeline::Entity;
use crate::config::reference::{Action, Join};
use crate::dataset::{self, Batches, DatasetError, Packing, Writer};
use crate::engine::Engine;
use crate::joined::{self, ATTEMPT, FOUND_COLUMNS, FOUND_LINEAGE, HASH, KEY_LINEAGE, ROW_LINEAGE, State};
use crate::record;
use crate::standards::agreement::Agreement;

/// Added to an attempt that finds nothing, so that it comes behind those that do.
const MISSED: i64 = 1 << 32;

/// A join that is to be carried out.
pub struct Looking<'a> {
    pub engine: &'a Engine,
    pub entity: &'a Entity,
    pub join: &'a Join,
    /// The reference's rows, arranged.
    pub rows: &'a Path,
    /// The records' keys.
    pub keys: &'a Path,
    /// A folder for what is written on the way.
    pub work: &'a Path,
}

/// The account of a join.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records with a key.
    pub looked_up: u64,
    /// Those of them that a row has.
    pub found: u64,
    /// By the name of the field, in the order of the join.
    pub fields: Vec<(String, TakeCounts)>,
}

/// The account of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakeCounts {
    pub verified: u64,
    pub differs: u64,
    pub corrected: u64,
    pub filled: u64,
    pub ambiguous: u64,
}

impl TakeCounts {
    /// Each count with its word.
    pub fn named(&self) -> [(&'static str, u64); 5] {
        [
            ("agrees", self.verified),
            ("differs", self.differs),
            ("corrected", self.corrected),
            ("filled", self.filled),
            ("ambiguous", self.ambiguous),
        ]
    }
}

/// Writes what was found of each record into `found`.
pub fn run(looking: &Looking<'_>, found: &Path) -> Result<Counts, DatasetError> {
    let hits = looking.work.join("hits.parquet");
    let schema = joined::found(looking.join.takes.len());
    let mut writer = Writer::create(&hits, &schema, Packing::Working)?;
    let agreement = |field: usize| Agreement::of(looking.entity.fields[field].standard.as_ref().map(|(name, _)| *name));
    let takes = looking.join.takes.iter().map(|take| Take { action: take.action, agreement: agreement(take.field) });
    let takes: Vec<Take> = takes.collect();
    let mut groups = Groups::open(looking.rows)?;
    for bucket in looking.engine.buckets(dataset::count(looking.keys)?, HASH) {
        let sql = format!("SELECT * FROM keys WHERE {bucket} ORDER BY {HASH}");
        looking.engine.query(&[("keys", looking.keys)], &sql, |batch| {
            let found = look_up(&batch, &takes, &mut groups, looking.rows)?;
            writer.write(found.map_err(|error| DatasetError::other(looking.keys, error))?)
        })?;
    }
    writer.finish()?;
    let counts = first_attempts(looking, &hits, found)?;
    // The work folder goes at the end of the run anyway.
    let _ = std::fs::remove_file(&hits);
    Ok(counts)
}

/// What is found by the keys of a batch, which ascend.
fn look_up(
    keys: &RecordBatch,
    takes: &[Take],
    groups: &mut Groups,
    place: &Path,
) -> Result<Result<RecordBatch, ArrowError>, DatasetError> {
    let hashes = keys.column(0).as_fixed_size_binary();
    let seqs = keys.column(1).as_primitive::<Int64Type>();
    let attempts = keys.column(2).as_primitive::<Int64Type>();
    let values: Vec<&StringArray> = keys.columns()[KEY_LINEAGE..].iter().map(|column| column.as_string()).collect();
    let mut out = FoundBuilder::new(takes.len());
    let mut settled = Vec::new();
    for row in 0..keys.num_rows() {
        let group = groups.of(hashes.value(row), takes.len(), place)?;
        let own: Vec<Option<&str>> = values.iter().map(|value| value.is_valid(row).then(|| value.value(row))).collect();
        if group.len() > MOST_ROWS {
            settled.clear();
            settled.resize(takes.len(), Settled { state: State::Ambiguous, row: None });
        } else if group.is_empty() {
            settled.clear();
            settled.resize(takes.len(), Settled::nothing());
        } else {
            settle(takes, &own, group, &mut settled);
        }
        out.add(seqs.value(row), attempts.value(row), &settled, group);
    }
    Ok(out.finish())
}

/// Of several attempts of a record the first that found a row; counted.
fn first_attempts(looking: &Looking<'_>, hits: &Path, found: &Path) -> Result<Counts, DatasetError> {
    let schema = joined::found(looking.join.takes.len());
    let name = |field: usize| looking.entity.fields[field].name.clone();
    let mut counts = Counts::default();
    let fields = looking.join.takes.iter().map(|take| name(take.field));
    let fields: Vec<String> = fields.collect();
    for field in &fields {
        if counts.fields.iter().all(|(known, _)| known != field) {
            counts.fields.push((field.clone(), TakeCounts::default()));
        }
    }
    let mut writer = Writer::create(found, &schema, Packing::Working)?;
    let mut last = None;
    let sql = format!("SELECT * FROM hits ORDER BY {}, {ATTEMPT}", record::SEQ);
    looking.engine.query(&[("hits", hits)], &sql, |batch| {
        let wrong = |error: ArrowError| DatasetError::other(hits, error);
        let seqs = batch.column(0).as_primitive::<Int64Type>().values();
        let first: BooleanArray = seqs.iter().map(|seq| Some(last.replace(*seq) != Some(*seq))).collect();
        let batch = filter_record_batch(&batch, &first).map_err(wrong)?;
        count(&batch, looking.join, &fields, &mut counts);
        writer.write(batch.with_schema(Arc::clone(&schema)).map_err(wrong)?)
    })?;
    writer.finish()?;
    Ok(counts)
}

fn count(batch: &RecordBatch, join: &Join, fields: &[String], counts: &mut Counts) {
    counts.looked_up += batch.num_rows() as u64;
    counts.found += batch.column(2).as_boolean().true_count() as u64;
    for (number, (take, field)) in join.takes.iter().zip(fields).enumerate() {
        let states = batch.column(FOUND_LINEAGE + number * FOUND_COLUMNS).as_primitive::<UInt8Type>().values();
        let of = |state: State| states.iter().filter(|found| **found == state as u8).count() as u64;
        let Some((_, own)) = counts.fields.iter_mut().find(|(known, _)| known == field) else { continue };
        own.verified += of(State::Agrees);
        own.differs += of(State::Differs);
        own.ambiguous += of(State::Ambiguous);
        match take.action {
            Action::Fill => own.filled += of(State::Changed),
            Action::Correct | Action::Verify(_) => own.corrected += of(State::Changed),
        }
    }
}

/// The rows of a reference, key by key.
struct Groups {
    batches: Batches,
    batch: Option<RecordBatch>,
    next: usize,
    key: Vec<u8>,
    rows: Vec<Row>,
}

impl Groups {
    fn open(path: &Path) -> Result<Self, DatasetError> {
        let batches = dataset::read(path, None)?;
        Ok(Self { batches, batch: None, next: 0, key: Vec::new(), rows: Vec::new() })
    }

    /// The rows of a key. Keys must not decrease.
    fn of(&mut self, key: &[u8], takes: usize, place: &Path) -> Result<&[Row], DatasetError> {
        if self.key == key {
            return Ok(&self.rows);
        }
        self.key = key.to_vec();
        self.rows.clear();
        loop {
            let Some(batch) = self.batch.as_ref().filter(|batch| self.next < batch.num_rows()) else {
                let Some(batch) = self.batches.next() else { break };
                (self.batch, self.next) = (Some(batch?), 0);
                continue;
            };
            match batch.column(0).as_fixed_size_binary().value(self.next).cmp(key) {
                Ordering::Less => {}
                Ordering::Equal => self.rows.push(row(batch, self.next)),
                Ordering::Greater => break,
            }
            self.next += 1;
        }
        if self.rows.iter().any(|row| row.values.len() != takes) {
            return Err(DatasetError::other(place, "has other columns than it was written with"));
        }
        Ok(&self.rows)
    }
}

fn row(batch: &RecordBatch, at: usize) -> Row {
    let text = |column: &ArrayRef| {
        let column = column.as_string::<i32>();
        column.is_valid(at).then(|| column.value(at).to_string())
    };
    Row {
        place: text(batch.column(2)),
        key: text(batch.column(3)),
        values: batch.columns()[ROW_LINEAGE..].iter().map(text).collect(),
    }
}

struct FoundBuilder {
    seqs: Int64Builder,
    attempts: Int64Builder,
    hits: BooleanBuilder,
    takes: Vec<(UInt8Builder, [StringBuilder; 3])>,
}

impl FoundBuilder {
    fn new(takes: usize) -> Self {
        let take = |_| (UInt8Builder::new(), std::array::from_fn(|_| StringBuilder::new()));
        Self {
            seqs: Int64Builder::new(),
            attempts: Int64Builder::new(),
            hits: BooleanBuilder::new(),
            takes: (0..takes).map(take).collect(),
        }
    }

    fn add(&mut self, seq: i64, attempt: i64, settled: &[Settled], group: &[Row]) {
        let hit = !group.is_empty();
        self.seqs.append_value(seq);
        self.attempts.append_value(if hit { attempt } else { attempt + MISSED });
        self.hits.append_value(hit);
        for (number, ((states, texts), one)) in self.takes.iter_mut().zip(settled).enumerate() {
            states.append_value(one.state as u8);
            let row = one.row.and_then(|row| group.get(row));
            let [value, place, key] = texts;
            value.append_option(row.and_then(|row| row.values[number].as_deref()));
            place.append_option(row.and_then(|row| row.place.as_deref()));
            key.append_option(row.and_then(|row| row.key.as_deref()));
        }
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(self.seqs.finish()), Arc::new(self.attempts.finish()), Arc::new(self.hits.finish())];
        let takes = self.takes.len();
        for (mut states, texts) in self.takes {
            columns.push(Arc::new(states.finish()));
            columns.extend(texts.map(|mut text| Arc::new(text.finish()) as ArrayRef));
        }
        RecordBatch::try_new(joined::found(takes), columns)
    }
}
