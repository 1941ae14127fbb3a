//! The records in the form in which they are compared.
//!
//! One dataset, a row for each record of the entity: the hashes of its blocks
//! and its values in slots, one behind the other. It is sorted block by block
//! ([`block`](super::block)), some of it at a time, so that comparing takes no
//! memory that grows with the records.

use std::collections::BinaryHeap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use twox_hash::XxHash3_128;

use super::Matching;
use super::compare;
use super::frequency::Frequency;
use super::pattern::Layout;
use crate::config::likeness::Fuzzy;
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::record;
use crate::verdict::Verdicts;

/// Records whose pairs stand for all pairs.
const SAMPLE: usize = 512;
/// Ends a slot; no value holds it.
const END: u8 = 0;

/// The column of a block's hashes, by number.
pub(crate) fn block_column(block: usize) -> String {
    format!("k{block}")
}

/// By which the records of a block are ordered: the beginning of their values.
pub(crate) const ORDER: &str = "s";
/// The slots.
pub(crate) const VALUES: &str = "v";

/// A dataset of prepared records, and what was found out on the way.
pub(crate) struct Prepared {
    pub(crate) path: PathBuf,
    pub(crate) layout: Layout,
    pub(crate) frequency: Frequency,
    /// Records that can be compared.
    pub(crate) records: u64,
    /// Some of them, spread evenly, in the order of a hash.
    pub(crate) sample: Vec<Sampled>,
}

/// A record of the sample.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sampled {
    hash: u128,
    pub(crate) blocks: Vec<Option<i64>>,
    pub(crate) values: Vec<u8>,
}

/// The slots of a prepared record.
pub(crate) fn slots<'a>(values: &'a [u8], count: usize, into: &mut Vec<&'a [u8]>) {
    let mut parts = values.split(|byte| *byte == END);
    into.extend((0..count).map(|_| parts.next().unwrap_or_default()));
}

/// A batch of prepared records, with what is counted of it in order.
struct Done {
    batch: RecordBatch,
    places: Vec<u32>,
    sampled: Vec<Sampled>,
    records: u64,
}

/// Prepares the records of an entity that have no verdict.
pub(crate) fn run(matching: &Matching<'_>, fuzzy: &Fuzzy, verdicts: &Verdicts) -> Result<Prepared, DatasetError> {
    let kinds: Vec<_> = fuzzy.features.iter().map(|feature| feature.kind).collect();
    let layout = Layout::new(&kinds);
    let mut frequency = Frequency::new(&layout);
    let counting = Frequency::new(&layout);
    let path = matching.work.join(format!("{}.prepared.parquet", matching.entity.name));
    let schema = schema(fuzzy.blocks.len());
    let mut writer = Writer::create(&path, &schema, Packing::Working)?;
    let preparing = Preparing { matching, fuzzy, layout: &layout, frequency: &counting, schema: &schema };
    let mut sample: BinaryHeap<Sampled> = BinaryHeap::new();
    let mut records = 0;
    matching.engine.ordered(
        dataset::read(matching.pool, None)?,
        |batch| {
            let open = |seq: i64| u32::try_from(seq).is_ok_and(|seq| verdicts.open(seq));
            preparing.batch(&batch, &open).map_err(|error| DatasetError::other(matching.pool, error))
        },
        |done| {
            frequency.count(&done.places);
            records += done.records;
            for one in done.sampled {
                sample.push(one);
                if sample.len() > SAMPLE {
                    sample.pop();
                }
            }
            writer.write(done.batch)
        },
    )?;
    writer.finish()?;
    frequency.settle();
    Ok(Prepared { path, layout, frequency, records, sample: sample.into_sorted_vec() })
}

fn schema(blocks: usize) -> SchemaRef {
    let mut fields = vec![Field::new(record::SEQ, DataType::Int64, false)];
    fields.extend((0..blocks).map(|block| Field::new(block_column(block), DataType::Int64, true)));
    fields.push(Field::new(ORDER, DataType::Int64, false));
    fields.push(Field::new(VALUES, DataType::Binary, false));
    Arc::new(Schema::new(fields))
}

struct Preparing<'a> {
    matching: &'a Matching<'a>,
    fuzzy: &'a Fuzzy,
    layout: &'a Layout,
    frequency: &'a Frequency,
    schema: &'a SchemaRef,
}

impl Preparing<'_> {
    fn batch(&self, mapped: &RecordBatch, open: &dyn Fn(i64) -> bool) -> Result<Done, ArrowError> {
        let rows = mapped.num_rows();
        let seqs = mapped.column(0).as_primitive::<Int64Type>();
        let open: Vec<bool> = seqs.values().iter().map(|seq| open(*seq)).collect();
        let first = record::MAPPED_FIRST_FIELD;
        let fields = &mapped.columns()[first..first + self.matching.entity.fields.len()];
        let fields: Vec<ArrayRef> = fields.iter().map(without_placeholders).collect();
        let texts = fields.iter().map(|field| cast(field, &DataType::Utf8)).collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
        let blocks = (self.matching.blocks)(&fields)?;
        let blocks: Vec<Int64Array> = blocks.iter().map(|block| only(block.as_primitive(), &open)).collect();
        let ids = mapped.column_by_name(record::ID).and_then(|ids| ids.as_string_opt::<i32>());

        let (mut values, mut order) = (BinaryBuilder::new(), Vec::with_capacity(rows));
        let (mut places, mut sampled) = (Vec::new(), Vec::new());
        let mut buffer = Vec::with_capacity(256);
        for (row, open) in open.iter().enumerate() {
            buffer.clear();
            if *open {
                self.values(&texts, row, &mut buffer);
                let mut record = Vec::with_capacity(self.layout.slots);
                slots(&buffer, self.layout.slots, &mut record);
                self.frequency.places(self.layout, &record, &mut places);
                let blocks = blocks.iter().map(|block| block.is_valid(row).then(|| block.value(row))).collect();
                let id = ids.map_or("", |ids| ids.value(row));
                sampled.push(Sampled { hash: XxHash3_128::oneshot(id.as_bytes()), blocks, values: buffer.clone() });
            }
            order.push(beginning(&buffer));
            values.append_value(&buffer);
        }
        let records = sampled.len() as u64;
        sampled.sort_unstable();
        sampled.truncate(SAMPLE);
        let mut columns: Vec<ArrayRef> = vec![Arc::clone(mapped.column(0))];
        columns.extend(blocks.into_iter().map(|block| Arc::new(block) as ArrayRef));
        columns.push(Arc::new(Int64Array::from(order)));
        columns.push(Arc::new(values.finish()));
        let batch = RecordBatch::try_new(Arc::clone(self.schema), columns)?;
        Ok(Done { batch, places, sampled, records })
    }

    /// The slots of one record.
    fn values(&self, texts: &[&StringArray], row: usize, into: &mut Vec<u8>) {
        let mut slots = Vec::new();
        for feature in &self.fuzzy.features {
            let value = |field: &Option<usize>| {
                let text = texts.get((*field)?)?;
                text.is_valid(row).then(|| text.value(row))
            };
            let values: Vec<Option<&str>> = feature.fields.iter().map(value).collect();
            compare::prepare(feature.kind, feature.part, &values, &mut slots);
        }
        for slot in slots {
            into.extend(slot.bytes().filter(|byte| *byte != END));
            into.push(END);
        }
    }
}

/// The first eight bytes of the values, as a number in their order.
fn beginning(values: &[u8]) -> i64 {
    let mut bytes = [0_u8; 8];
    for (byte, value) in bytes.iter_mut().zip(values) {
        *byte = *value;
    }
    // Folded text is ASCII: the highest bit is never set.
    i64::from_be_bytes(bytes)
}

/// The hashes of open records.
fn only(hashes: &Int64Array, open: &[bool]) -> Int64Array {
    hashes.iter().zip(open).map(|(hash, open)| hash.filter(|_| *open)).collect()
}

/// A column of text without the words that stand for nothing.
fn without_placeholders(column: &ArrayRef) -> ArrayRef {
    let Some(texts) = column.as_string_opt::<i32>() else { return Arc::clone(column) };
    if !texts.iter().flatten().any(compare::placeholder) {
        return Arc::clone(column);
    }
    Arc::new(texts.iter().map(|text| text.filter(|text| !compare::placeholder(text))).collect::<StringArray>())
}
