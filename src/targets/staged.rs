//! Reads a staged dataset in batches, with only the columns and records that a
//! target needs. NUL characters are taken out of texts here, for every target
//! alike: no database text holds them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::LoadError;
use crate::config::pipeline::{Entity, KeyKind};
use crate::record::{HASH, ID, KEY, SEQ, SOURCE, SURVIVOR, TARGET_KEY, VERDICT, Verdict};

/// Rows a batch.
const BATCH_ROWS: usize = 8192;

/// The records of one verdict, in order, with the wanted columns.
pub(super) struct Reader {
    batches: ParquetRecordBatchReader,
    wanted: Vec<(String, DataType)>,
    verdict: Verdict,
    place: String,
    uuid_keys: bool,
}

/// The columns of records to be loaded: `_seq _id _source _key _hash
/// [_target_key]`, then the entity's fields. References are texts.
pub(super) fn load_columns(entity: &Entity) -> Vec<(String, DataType)> {
    let mut wanted = lineage(&[ID, SOURCE, KEY, HASH]);
    if entity.key != KeyKind::Serial || entity.existing().is_some() {
        wanted.push((TARGET_KEY.to_string(), DataType::Utf8));
    }
    wanted.extend(entity.fields.iter().map(|field| {
        let kind = field.arrow();
        (field.name.clone(), kind)
    }));
    wanted
}

/// The columns of records merged into another: `_seq _id _source _key _survivor`.
pub(super) fn merge_columns() -> Vec<(String, DataType)> {
    lineage(&[ID, SOURCE, KEY, SURVIVOR])
}

fn lineage(names: &[&str]) -> Vec<(String, DataType)> {
    let texts = names.iter().map(|name| ((*name).to_string(), DataType::Utf8));
    std::iter::once((SEQ.to_string(), DataType::Int64)).chain(texts).collect()
}

impl Reader {
    pub(super) fn open(
        path: &Path,
        verdict: Verdict,
        wanted: Vec<(String, DataType)>,
        uuid_keys: bool,
    ) -> Result<Self, LoadError> {
        let place = path.display().to_string();
        let failed = |error: String| LoadError::Staged(format!("{place}: cannot be read: {error}"));
        let file = File::open(path).map_err(|error| failed(error.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(error.to_string()))?;
        let schema = Arc::clone(builder.schema());
        let mut roots = vec![schema.index_of(VERDICT).map_err(|_| missing(&place, VERDICT))?];
        for (name, _) in &wanted {
            roots.push(schema.index_of(name).map_err(|_| missing(&place, name))?);
        }
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let batches = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build();
        let batches = batches.map_err(|error| failed(error.to_string()))?;
        Ok(Self { batches, wanted, verdict, place, uuid_keys })
    }

    /// Whether the target keys are UUIDs.
    pub(super) fn uuid_keys(&self) -> bool {
        self.uuid_keys
    }

    fn prepare(&self, batch: &RecordBatch) -> Result<RecordBatch, LoadError> {
        let failed = |error: arrow::error::ArrowError| LoadError::Staged(format!("{}: {error}", self.place));
        let verdicts = batch.column_by_name(VERDICT).ok_or_else(|| missing(&self.place, VERDICT))?;
        let verdicts = cast(verdicts, &DataType::Utf8).map_err(failed)?;
        let word = self.verdict.word();
        let keep: BooleanArray =
            verdicts.as_string::<i32>().iter().map(|verdict| Some(verdict == Some(word))).collect();
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        for (name, kind) in &self.wanted {
            let column = batch.column_by_name(name).ok_or_else(|| missing(&self.place, name))?;
            let column =
                if column.data_type() == kind { Arc::clone(column) } else { cast(column, kind).map_err(failed)? };
            columns.push(without_nul(column));
            fields.push(ArrowField::new(name, kind.clone(), true));
        }
        let all = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(failed)?;
        if keep.true_count() == keep.len() { Ok(all) } else { filter_record_batch(&all, &keep).map_err(failed) }
    }
}

fn missing(place: &str, column: &str) -> LoadError {
    LoadError::Staged(format!("{place}: has no column `{column}`"))
}

fn without_nul(column: ArrayRef) -> ArrayRef {
    let Some(texts) = column.as_string_opt::<i32>() else {
        return column;
    };
    if !texts.value_data().contains(&0) {
        return column;
    }
    let cleaned: StringArray = texts.iter().map(|text| text.map(|text| text.replace('\0', ""))).collect();
    Arc::new(cleaned)
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let prepared = match self.batches.next()? {
                Ok(batch) => self.prepare(&batch),
                Err(error) => Err(LoadError::Staged(format!("{}: {error}", self.place))),
            };
            if prepared.as_ref().is_ok_and(|batch| batch.num_rows() == 0) {
                continue;
            }
            return Some(prepared);
        }
    }
}
