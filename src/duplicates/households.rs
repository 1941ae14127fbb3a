//! Households: people who live together are related, not the same.
//!
//! Records that agree in the mapping's fields (case and accents aside), after
//! duplicates were merged, get one identifier, which comes from the record that
//! was read first. It stays the same from run to run while that record is there.
//! Whoever lives alone gets none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryBuilder, RecordBatch, StringArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use twox_hash::XxHash3_128;
use uuid::Uuid;

use super::{Matching, compare, groups};
use crate::config::likeness::Households;
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::record;
use crate::verdict::Verdicts;

/// Namespace of the identifiers of households.
const NAMESPACE: Uuid = Uuid::from_u128(0x2b7c_91d4_5a30_5c1f_8e44_a9d2_60b3_17fe);
/// The column of the hashes.
const HASH: &str = "_household";

/// Finds households. Gives the dataset that replaces the records of `survivors`
/// and those of people in households, and how many households there are.
pub(crate) fn run(
    matching: &Matching<'_>,
    households: &Households,
    survivors: Option<PathBuf>,
    verdicts: &Verdicts,
) -> Result<(Option<PathBuf>, u64), DatasetError> {
    let hashed = matching.work.join(format!("{}.addresses.parquet", matching.entity.name));
    hash(matching, households, survivors.as_deref(), &hashed)?;
    // The first record of each person's household.
    let mut homes: BTreeMap<u32, u32> = BTreeMap::new();
    let mut count = 0;
    groups::find(matching.engine, &hashed, HASH, |group| {
        let people: Vec<u32> = group.iter().copied().filter(|seq| verdicts.open(*seq)).collect();
        if people.len() > 1 {
            count += 1;
            homes.extend(people.iter().map(|seq| (*seq, people[0])));
        }
    })?;
    // The work folder goes anyway.
    let _ = std::fs::remove_file(&hashed);
    if homes.is_empty() {
        return Ok((survivors, 0));
    }
    let path = matching.work.join(format!("{}.households.parquet", matching.entity.name));
    write(matching, households, survivors.as_deref(), &homes, verdicts, &path)?;
    Ok((Some(path), count))
}

/// Writes the hash of each record's values.
fn hash(
    matching: &Matching<'_>,
    households: &Households,
    survivors: Option<&Path>,
    path: &Path,
) -> Result<(), DatasetError> {
    let schema: SchemaRef = Arc::new(Schema::new(vec![
        Field::new(record::SEQ, DataType::Int64, false),
        Field::new(HASH, DataType::FixedSizeBinary(16), true),
    ]));
    let mut writer = Writer::create(path, &schema, Packing::Working)?;
    for batch in dataset::overlaid(matching.mapped, survivors, None)? {
        let hashed = hashes(&batch?, households, &schema).map_err(|error| DatasetError::other(path, error))?;
        writer.write(hashed)?;
    }
    writer.finish()?;
    Ok(())
}

fn hashes(batch: &RecordBatch, households: &Households, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let column = |field: &usize| cast(batch.column(record::MAPPED_FIRST_FIELD + field), &DataType::Utf8);
    let texts: Vec<ArrayRef> = households.same.iter().map(column).collect::<Result<_, _>>()?;
    let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
    let mut built = FixedSizeBinaryBuilder::with_capacity(batch.num_rows(), 16);
    for row in 0..batch.num_rows() {
        let value = |text: &&StringArray| {
            let folded = text.is_valid(row).then(|| compare::folded(text.value(row)));
            folded.filter(|text| !text.is_empty())
        };
        match texts.iter().map(value).collect::<Option<Vec<_>>>() {
            Some(values) => built.append_value(XxHash3_128::oneshot(values.join("\u{1f}").as_bytes()).to_le_bytes())?,
            None => built.append_null(),
        }
    }
    RecordBatch::try_new(Arc::clone(schema), vec![Arc::clone(batch.column(0)), Arc::new(built.finish())])
}

/// Writes the records that were merged or live in a household, with its identifier.
fn write(
    matching: &Matching<'_>,
    households: &Households,
    survivors: Option<&Path>,
    homes: &BTreeMap<u32, u32>,
    verdicts: &Verdicts,
    path: &Path,
) -> Result<(), DatasetError> {
    let schema = dataset::schema(matching.mapped)?;
    let place = record::MAPPED_FIRST_FIELD + households.field;
    let mut writer = Writer::create(path, &schema, Packing::Working)?;
    // The first record of a household is read before the others.
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    for batch in dataset::overlaid(matching.mapped, survivors, None)? {
        let batch = batch?;
        let wrong = |error: ArrowError| DatasetError::other(path, error);
        let seqs: Vec<u32> =
            batch.column(0).as_primitive::<Int64Type>().values().iter().map(|seq| *seq as u32).collect();
        let ids = batch.column_by_name(record::ID).and_then(|ids| ids.as_string_opt::<i32>());
        let before = batch.column(place).as_string::<i32>();
        let named: StringArray = (0..seqs.len())
            .map(|row| {
                let Some(home) = homes.get(&seqs[row]) else {
                    return before.is_valid(row).then(|| before.value(row).to_string());
                };
                let name = names.entry(*home).or_insert_with(|| {
                    let id = ids.map_or("", |ids| ids.value(row));
                    Uuid::new_v5(&NAMESPACE, id.as_bytes()).hyphenated().to_string()
                });
                Some(name.clone())
            })
            .collect();
        let kept = seqs.iter().map(|seq| Some(homes.contains_key(seq) || verdicts.survivor(*seq).is_some()));
        let kept = kept.collect();
        let mut columns = batch.columns().to_vec();
        columns[place] = Arc::new(named);
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(wrong)?;
        writer.write(filter_record_batch(&batch, &kept).map_err(wrong)?)?;
    }
    writer.finish()?;
    Ok(())
}
