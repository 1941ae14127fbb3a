//! Collects the records that a person must see, as they were read, for the
//! reject files: rejected, held and refused ones.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::rejects::{HASH, OWN, RejectWriter};
use crate::corrections::{self, Corrected};
use crate::dataset::{self, DatasetError};
use crate::digest;
use crate::record::{self, Verdict};
use crate::snapshot;
use crate::verdict::Refused;

/// One feed of an entity.
pub struct Feed<'a> {
    pub source: &'a str,
    pub snapshot: &'a Path,
    /// The records of the snapshot that the steward has corrected.
    pub corrected: Option<&'a Corrected>,
    /// `_seq` of its first record in the staged dataset.
    pub first: i64,
}

/// Columns of a snapshot before those of the source: `_seq _row _key _fault _notes`.
const LINEAGE: usize = 5;

/// Writes `<entity>.csv` and `<entity>.xlsx` into `folder`, if there is anything
/// to write.
pub fn write(
    entity: &str,
    staged: &Path,
    feeds: &[Feed<'_>],
    refused: &[Refused],
    folder: &Path,
) -> Result<(), DatasetError> {
    let mut declared: Vec<(&str, SchemaRef)> = Vec::with_capacity(feeds.len());
    for feed in feeds {
        let snapshot = dataset::schema(feed.snapshot)?;
        declared.push((feed.source, schema(&snapshot)));
    }
    let mut writer: Option<RejectWriter> = None;
    // The feeds of one source stand together, and share its sheet.
    let mut sheet = None;
    let mut rows = Rejected::open(staged, refused)?;
    for (number, feed) in feeds.iter().enumerate() {
        let end = feeds.get(number + 1).map_or(i64::MAX, |next| next.first);
        let after = feed.corrected.map(|corrected| corrected.after.as_path());
        for batch in dataset::overlaid(feed.snapshot, after, None)? {
            let batch = batch?;
            let last = feed.first + batch.column(0).as_primitive::<Int64Type>().values().last().copied().unwrap_or(-1);
            let due = rows.up_to(last.min(end - 1))?;
            if due.is_empty() {
                continue;
            }
            let writer = match &mut writer {
                Some(writer) => writer,
                none => {
                    std::fs::create_dir_all(folder).map_err(|error| DatasetError::io(folder, &error))?;
                    let (csv, xlsx) = (folder.join(format!("{entity}.csv")), folder.join(format!("{entity}.xlsx")));
                    none.insert(RejectWriter::create(&csv, &xlsx, &declared)?)
                }
            };
            if sheet != Some(feed.source) {
                writer.sheet(feed.source)?;
                sheet = Some(feed.source);
            }
            let taken = collect(&batch, feed, &due, &declared[number].1, staged)?;
            writer.write(&taken)?;
        }
    }
    writer.map_or(Ok(()), RejectWriter::finish)
}

/// `_row`, `_key`, the source's columns as text, then `reasons`, `verdict`, `issues`
/// and `_hash`.
fn schema(snapshot: &Schema) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let mut fields = vec![text(record::ROW), text(record::KEY)];
    fields.extend(snapshot.fields().iter().skip(LINEAGE).map(|field| text(field.name())));
    fields.extend(OWN.into_iter().chain([HASH]).map(text));
    Arc::new(Schema::new(fields))
}

fn collect(
    batch: &RecordBatch,
    feed: &Feed<'_>,
    due: &[Row],
    schema: &SchemaRef,
    staged: &Path,
) -> Result<RecordBatch, DatasetError> {
    let wrong = |error: ArrowError| DatasetError::other(staged, error);
    let begin = feed.first + batch.column(0).as_primitive::<Int64Type>().value(0);
    let places = UInt32Array::from_iter_values(due.iter().map(|row| (row.seq - begin) as u32));
    let taken = take_record_batch(batch, &places).map_err(wrong)?;
    let mut columns: Vec<ArrayRef> = vec![Arc::clone(taken.column(1)), Arc::new(addresses(&taken, feed, due)?)];
    for column in taken.columns().iter().skip(LINEAGE) {
        columns.push(cast(column, &DataType::Utf8).map_err(wrong)?);
    }
    let hashes = hashes(&columns, due);
    let text =
        |part: fn(&Row) -> &String| -> ArrayRef { Arc::new(StringArray::from_iter_values(due.iter().map(part))) };
    columns.extend([text(|row| &row.reason), text(|row| &row.verdict), text(|row| &row.issues)]);
    columns.push(Arc::new(hashes));
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(wrong)
}

/// What corrections name each record by.
fn addresses(taken: &RecordBatch, feed: &Feed<'_>, due: &[Row]) -> Result<StringArray, DatasetError> {
    let seqs = taken.column(0).as_primitive::<Int64Type>().values();
    let keys = taken.column(2).as_string::<i32>();
    let contents = snapshot::contents(taken, feed.snapshot)?;
    let touched = |seq: &i64| feed.corrected.and_then(|corrected| corrected.records.get(seq));
    let all = seqs.iter().zip(due).enumerate().map(|(row, (seq, due))| match touched(seq) {
        Some(touched) => touched.key.clone(),
        None => {
            let shared = due.reason == "key.duplicate";
            corrections::address(keys.is_valid(row).then(|| keys.value(row)), shared, &contents[row])
        }
    });
    Ok(StringArray::from_iter_values(all))
}

/// A hash of each record's cells, and one of what stands beside them.
fn hashes(columns: &[ArrayRef], due: &[Row]) -> StringArray {
    let texts: Vec<&StringArray> = columns.iter().map(|column| column.as_string()).collect();
    let cell = |texts: &&StringArray, row: usize| {
        if texts.is_valid(row) { texts.value(row).to_string() } else { String::new() }
    };
    let all = due.iter().enumerate().map(|(row, due)| {
        let own: Vec<String> = texts.iter().skip(2).map(|texts| cell(texts, row)).collect();
        let place = texts.first().map(|texts| cell(texts, row)).unwrap_or_default();
        let beside = [&place, &due.reason, &due.verdict, &due.issues];
        let (own, beside) = (own.iter().map(String::as_str), beside.map(String::as_str));
        format!("{}-{}", digest::cells(own), digest::cells(beside))
    });
    StringArray::from_iter_values(all)
}

/// A record that a person must see.
struct Row {
    seq: i64,
    verdict: String,
    reason: String,
    issues: String,
}

/// Those records of a staged dataset, in order.
struct Rejected<'a> {
    batches: dataset::Batches,
    waiting: std::collections::VecDeque<Row>,
    refused: &'a [Refused],
    ended: bool,
}

impl<'a> Rejected<'a> {
    fn open(staged: &Path, refused: &'a [Refused]) -> Result<Self, DatasetError> {
        let columns = [record::SEQ, record::VERDICT, record::REASON, record::ISSUES];
        let batches = dataset::read(staged, Some(&columns))?;
        Ok(Self { batches, waiting: std::collections::VecDeque::new(), refused, ended: false })
    }

    fn up_to(&mut self, last: i64) -> Result<Vec<Row>, DatasetError> {
        while !self.ended && self.waiting.back().is_none_or(|row| row.seq <= last) {
            match self.batches.next() {
                Some(batch) => self.add(&batch?),
                None => self.ended = true,
            }
        }
        let due = self.waiting.partition_point(|row| row.seq <= last);
        Ok(self.waiting.drain(..due).collect())
    }

    fn add(&mut self, batch: &RecordBatch) {
        let seqs = batch.column(0).as_primitive::<Int64Type>().values();
        let text = |index: usize| batch.column(index).as_string::<i32>();
        let value = |column: &StringArray, row: usize| {
            if column.is_valid(row) { column.value(row).to_string() } else { String::new() }
        };
        for (row, &seq) in seqs.iter().enumerate() {
            let verdict = Verdict::from_word(text(1).value(row));
            if !matches!(verdict, Some(Verdict::Reject | Verdict::Hold | Verdict::Refuse)) {
                continue;
            }
            let mut reason = value(text(2), row);
            if let Ok(place) = self.refused.binary_search_by_key(&seq, |refused| refused.seq) {
                reason = format!("{}: {}", reason, self.refused[place].message);
            }
            self.waiting.push_back(Row { seq, verdict: value(text(1), row), reason, issues: value(text(3), row) });
        }
    }
}
