//! Groups of records with an equal hash, found by a sort that spills to disk.

use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use crate::dataset::DatasetError;
use crate::engine::Engine;

/// Calls `each` with every group of two or more records that have the same hash
/// in `column`, `_seq` ascending. Records whose hash is null are in no group.
pub fn find(engine: &Engine, dataset: &Path, column: &str, mut each: impl FnMut(&[u32])) -> Result<(), DatasetError> {
    let sql = format!(r#"SELECT "{column}" AS k, _seq FROM mapped WHERE "{column}" IS NOT NULL ORDER BY k, _seq"#);
    run(engine, &[("mapped", dataset)], &sql, &mut each)
}

/// As [`find`], with the records of `survivors` in place of their own.
pub fn find_after_merging(
    engine: &Engine,
    dataset: &Path,
    survivors: Option<&Path>,
    column: &str,
    mut each: impl FnMut(&[u32]),
) -> Result<(), DatasetError> {
    let Some(survivors) = survivors else { return find(engine, dataset, column, each) };
    let sql = format!(
        r#"SELECT k, _seq FROM (
             SELECT m."{column}" AS k, m._seq FROM mapped m LEFT ANTI JOIN survivors s ON m._seq = s._seq
             UNION ALL SELECT "{column}" AS k, _seq FROM survivors
           ) WHERE k IS NOT NULL ORDER BY k, _seq"#
    );
    run(engine, &[("mapped", dataset), ("survivors", survivors)], &sql, &mut each)
}

fn run(engine: &Engine, tables: &[(&str, &Path)], sql: &str, each: &mut dyn FnMut(&[u32])) -> Result<(), DatasetError> {
    let dataset = tables.first().map_or(Path::new(""), |(_, path)| *path);
    let mut key = [0_u8; 16];
    let mut group: Vec<u32> = Vec::new();
    engine.query(tables, sql, |batch| {
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
