//! Rows that the target has already: read once, kept in the run's folder, and put
//! behind an entity's records for matching. No later step sees them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;
use twox_hash::XxHash3_128;

use super::{Flow, Mapped, RunError};
use crate::config::pipeline::{Entity, KeyKind};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::digest;
use crate::duplicates::Existing;
use crate::mapping::{self, TargetRows};
use crate::record::{self, Verdict};
use crate::run_folder::Seen;
use crate::targets::{self, Found, LoadError, Wanted};

/// Keys of the target's rows that are in memory at a time.
const KEYS_AT_A_TIME: usize = 1_000_000;

/// What the target has of an entity.
pub(super) struct InTarget {
    /// The rows that no run inserted.
    rows: PathBuf,
    /// The records that have a row.
    known: PathBuf,
    pub(super) count: u64,
    pub(super) seen: Seen,
}

impl Flow<'_> {
    /// Reads the rows of each entity that is matched with them.
    pub(super) fn look_at_target(&self, work: &Path, run: &Path) -> Result<Vec<Option<InTarget>>, RunError> {
        let looked =
            self.entities.iter().map(|entity| entity.existing().map(|_| self.rows_of(entity, work, run)).transpose());
        looked.collect()
    }

    fn rows_of(&self, entity: &Entity, work: &Path, run: &Path) -> Result<InTarget, RunError> {
        self.interrupted()?;
        self.options.progress.begin(&format!("reading {} of the target", entity.table), None);
        let fields = entity.matched_fields();
        let wanted = Wanted { entity, fields: &fields, interrupt: self.options.interrupt.clone() };
        let rows = run.join("existing").join(format!("{}.parquet", entity.name));
        let known = work.join(format!("{}.known.parquet", entity.name));
        let mut writer = Writer::create(&rows, &wanted.rows(), Packing::Archive)?;
        let mut known_writer = Writer::create(&known, &known_schema(), Packing::Working)?;
        let staged = |error: DatasetError| LoadError::Staged(error.to_string());
        let found = Found {
            rows: &mut |batch| {
                writer.write(batch).map_err(staged)?;
                self.options.progress.advance(writer.rows());
                Ok(())
            },
            known: &mut |batch| {
                let batch = hashed(&batch).map_err(|error| LoadError::Staged(error.to_string()))?;
                known_writer.write(batch).map_err(staged)
            },
        };
        targets::open(&self.pipeline.target)?.existing(&wanted, found)?;
        known_writer.finish()?;
        let count = writer.finish()?;
        let (sha256, _) = digest::file(&rows).map_err(|error| DatasetError::io(&rows, &error))?;
        self.options.progress.note(&format!("{}: {count} rows of table {}", entity.name, entity.table));
        let seen = Seen { entity: entity.name.clone(), table: entity.table.clone(), rows: count, sha256 };
        Ok(InTarget { rows, known, count, seen })
    }

    /// Puts the rows behind the records, and their verdicts, which are none, behind
    /// those of the records.
    pub(super) fn pool(
        &self,
        entity: &Entity,
        mapped: &mut Mapped,
        target: &InTarget,
        work: &Path,
    ) -> Result<(PathBuf, Existing), RunError> {
        let path = work.join(format!("{}.pool.parquet", entity.name));
        let mut writer = Writer::create(&path, &mapping::schema(entity), Packing::Working)?;
        for batch in dataset::read(&mapped.path, None)? {
            writer.write(batch?)?;
        }
        let records = writer.rows();
        let first = u32::try_from(records + target.count)
            .map(|all| all - target.count as u32)
            .map_err(|_| DatasetError::other(&path, "holds more than 4,294,967,295 records and rows of the target"))?;
        let session = SessionContext::new();
        let wrong = |what: String| DatasetError::other(&target.rows, what);
        let mapper = TargetRows::new(entity, &dataset::schema(&target.rows)?, &session).map_err(wrong)?;
        let mut next = i64::from(first);
        let batches = dataset::read(&target.rows, None)?.map(|batch| {
            let batch = batch?;
            let begin = next;
            next += batch.num_rows() as i64;
            Ok::<_, DatasetError>((batch, begin))
        });
        self.engine.ordered(
            batches,
            |(batch, begin)| mapper.map(&batch, begin).map_err(|error| DatasetError::other(&target.rows, error)),
            |batch| {
                (0..batch.num_rows()).for_each(|_| mapped.verdicts.push(None));
                writer.write(batch)
            },
        )?;
        writer.finish()?;
        self.leave_out_own_keys(entity, mapped, target, first)?;
        let mut existing = Existing { first, own: vec![0; records.div_ceil(64) as usize], known: Vec::new() };
        self.known(mapped, target, &mut existing)?;
        Ok((path, existing))
    }

    /// A row that has the key of one of our records is that record's, whatever the
    /// ledger knows; the load finds it by its key.
    fn leave_out_own_keys(
        &self,
        entity: &Entity,
        mapped: &mut Mapped,
        target: &InTarget,
        first: u32,
    ) -> Result<(), RunError> {
        let column = match entity.key {
            KeyKind::Uuid => record::ID,
            KeyKind::Legacy => record::KEY,
            KeyKind::Serial => return Ok(()),
        };
        let mut keys: Vec<(u128, u32)> = Vec::new();
        let mut row = first;
        for batch in dataset::read(&target.rows, Some(&[record::KEY]))? {
            for key in batch?.column(0).as_string::<i32>() {
                keys.push((XxHash3_128::oneshot(key.unwrap_or_default().as_bytes()), row));
                row += 1;
            }
            if keys.len() >= KEYS_AT_A_TIME {
                leave_out(&mut keys, mapped, column)?;
            }
        }
        leave_out(&mut keys, mapped, column)
    }

    /// Which records have a row of their own, and which stand in one of the target's.
    fn known(&self, mapped: &Mapped, target: &InTarget, existing: &mut Existing) -> Result<(), RunError> {
        let mut linked: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let rows = dataset::count(&target.known)?;
        let own_key = mapping::OWN_KEY;
        for bucket in self.engine.buckets(rows.max(dataset::count(&mapped.path)?), "k") {
            let sql = format!(
                "SELECT m._seq, k.{key}, k.own FROM (SELECT * FROM known WHERE {bucket}) k JOIN \
                 (SELECT * FROM (SELECT _seq, \"{own_key}\" AS k FROM mapped) WHERE {bucket}) m ON k.k = m.k",
                key = record::TARGET_KEY,
            );
            let tables = [("known", target.known.as_path()), ("mapped", mapped.path.as_path())];
            self.engine.query(&tables, &sql, |batch| {
                let seqs = batch.column(0).as_primitive::<Int64Type>().values();
                let (keys, own) = (batch.column(1).as_string::<i32>(), batch.column(2).as_string::<i32>());
                for (row, seq) in seqs.iter().enumerate() {
                    let seq = *seq as u32;
                    if own.value(row) == "1" {
                        existing.own[seq as usize / 64] |= 1 << (seq % 64);
                    } else {
                        linked.entry(keys.value(row).to_string()).or_default().push(seq);
                    }
                }
                Ok(())
            })?;
        }
        if linked.is_empty() {
            return Ok(());
        }
        let mut row = existing.first;
        for batch in dataset::read(&target.rows, Some(&[record::KEY]))? {
            for key in batch?.column(0).as_string::<i32>() {
                let records = linked.get(key.unwrap_or_default()).into_iter().flatten();
                existing.known.extend(records.map(|record| (*record, row)));
                row += 1;
            }
        }
        existing.known.sort_unstable();
        Ok(())
    }
}

/// Closes those of some rows whose key is in a column of the records.
fn leave_out(keys: &mut Vec<(u128, u32)>, mapped: &mut Mapped, column: &str) -> Result<(), RunError> {
    keys.sort_unstable();
    for batch in dataset::read(&mapped.path, Some(&[column]))? {
        for key in batch?.column(0).as_string::<i32>().iter().flatten() {
            let hash = XxHash3_128::oneshot(key.as_bytes());
            if let Ok(place) = keys.binary_search_by_key(&hash, |(hash, _)| *hash) {
                mapped.verdicts.set(keys[place].1, Verdict::Exclude, "own key");
            }
        }
    }
    keys.clear();
    Ok(())
}

fn known_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("k", DataType::FixedSizeBinary(16), true),
        Field::new(record::TARGET_KEY, DataType::Utf8, true),
        Field::new("own", DataType::Utf8, true),
    ]))
}

/// Records that have a row, by the hash of their source and legacy key.
fn hashed(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let text = |index: usize| -> &StringArray { batch.column(index).as_string() };
    let keys = mapping::own_keys(text(0), text(1))?;
    let columns: Vec<ArrayRef> = vec![keys, Arc::clone(batch.column(2)), Arc::clone(batch.column(3))];
    RecordBatch::try_new(known_schema(), columns)
}
