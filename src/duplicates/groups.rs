//! Groups of records with an equal hash, found by sorting, bucket by bucket.

use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use crate::dataset::{DatasetError, Packing, Writer, count, overlaid};
use crate::engine::Engine;
use crate::record;

/// Calls `each` with every group of two or more records that have the same hash
/// in `column`, `_seq` ascending. Records whose hash is null are in no group.
pub fn find(engine: &Engine, dataset: &Path, column: &str, mut each: impl FnMut(&[u32])) -> Result<(), DatasetError> {
    let rows = count(dataset)?;
    for bucket in engine.buckets(rows, &format!("\"{column}\"")) {
        let sql = format!(r#"SELECT "{column}" AS k, _seq FROM mapped WHERE {bucket} ORDER BY k, _seq"#);
        find_in_bucket(engine, dataset, &sql, &mut each)?;
    }
    Ok(())
}

/// As [`find`], with the records of `survivors` in place of their own.
pub fn find_after_merging(
    engine: &Engine,
    dataset: &Path,
    survivors: Option<&Path>,
    column: &str,
    each: impl FnMut(&[u32]),
) -> Result<(), DatasetError> {
    let Some(survivors) = survivors else { return find(engine, dataset, column, each) };
    let merged = survivors.with_extension("merged.parquet");
    let mut writer: Option<Writer> = None;
    for batch in overlaid(dataset, Some(survivors), Some(&[record::SEQ, column]))? {
        let batch = batch?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(Writer::create(&merged, &batch.schema(), Packing::Working)?),
        };
        writer.write(batch)?;
    }
    if let Some(writer) = writer {
        writer.finish()?;
        find(engine, &merged, column, each)?;
    }
    Ok(())
}

fn find_in_bucket(
    engine: &Engine,
    dataset: &Path,
    sql: &str,
    each: &mut impl FnMut(&[u32]),
) -> Result<(), DatasetError> {
    let mut key = [0_u8; 16];
    let mut group: Vec<u32> = Vec::new();
    engine.query(&[("mapped", dataset)], sql, |batch| {
        let keys = batch.column(0).as_fixed_size_binary();
        let seqs = batch.column(1).as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            if keys.value(row) != key || group.is_empty() {
                if group.len() > 1 {
                    each(&group);
                }
                group.clear();
                key.copy_from_slice(keys.value(row));
            }
            group.push(u32::try_from(seqs.value(row)).map_err(|_| too_many(dataset))?);
        }
        Ok(())
    })?;
    if group.len() > 1 {
        each(&group);
    }
    Ok(())
}

fn too_many(dataset: &Path) -> DatasetError {
    DatasetError::other(dataset, "holds more than 4,294,967,295 records; split the entity's sources")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use arrow::array::{ArrayRef, FixedSizeBinaryArray, Int64Array, RecordBatch};
    use twox_hash::XxHash3_128;

    use super::find;
    use crate::dataset::{Packing, Writer};
    use crate::engine::Engine;

    fn groups(engine: &Engine, dataset: &Path) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        find(engine, dataset, "_k", |group| found.push(group.to_vec())).expect("a dataset");
        found.sort();
        found
    }

    /// 5,000 records; each third has the key of the one before it, each seventh none.
    #[test]
    fn buckets_find_what_one_sort_finds() {
        let work = tempfile::tempdir().expect("a folder");
        let path = work.path().join("keys.parquet");
        let key = |seq: u64| XxHash3_128::oneshot(&(seq - u64::from(seq % 3 == 2)).to_le_bytes()).to_le_bytes();
        let keys = (0..5000_u64).map(|seq| (seq % 7 != 6).then(|| key(seq)));
        let keys = FixedSizeBinaryArray::try_from_sparse_iter_with_size(keys, 16).expect("keys");
        let seqs = Int64Array::from_iter_values(0..5000);
        let columns = [("_seq", Arc::new(seqs) as ArrayRef, false), ("_k", Arc::new(keys) as ArrayRef, true)];
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("a batch");
        let mut writer = Writer::create(&path, &batch.schema(), Packing::Working).expect("a file");
        writer.write(batch).expect("written");
        writer.finish().expect("finished");

        let whole = groups(&Engine::new(work.path()).expect("an engine"), &path);
        let parted = groups(&Engine::with_bucket_rows(work.path(), 300).expect("an engine"), &path);
        assert_eq!(whole.len(), 1190);
        assert_eq!(whole[0], [1, 2]);
        assert_eq!(parted, whole);
    }
}
