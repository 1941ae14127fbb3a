//! The archive's files: one Parquet file a run and entity, named by its content,
//! and a manifest that accounts for all of them.
//!
//! Everything is written before the load, under other names; once the load is in
//! the target nothing is left to do but to rename. Archiving the same records
//! again finds the file that is there.

use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use serde_json::{Value as Json, json};

use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::digest;
use crate::record::{self, Verdict};

const MANIFEST: &str = "manifest.json";

/// What a run puts into the archive, ready to be renamed. Unless it is
/// [committed](Pending::commit), it is taken away again.
pub struct Pending {
    /// From, to.
    renames: Vec<(PathBuf, PathBuf)>,
}

/// Writes the records with the verdict `archive` of staged datasets (entity and
/// path each) beside their final place in `folder`.
pub fn store(staged: &[(&str, &Path)], folder: &Path, run: &str, as_of: &str) -> Result<Pending, DatasetError> {
    let mut pending = Pending { renames: Vec::new() };
    let mut entries = Vec::new();
    for (entity, staged) in staged {
        let part = folder.join(format!("{entity}.pending.parquet"));
        let records = copy(staged, &part)?;
        pending.renames.push((part.clone(), part.clone()));
        let (sha256, bytes) = digest::file(&part).map_err(|error| DatasetError::io(&part, &error))?;
        let name = format!("{entity}-{}.parquet", &sha256[..16]);
        if let Some(rename) = pending.renames.last_mut() {
            rename.1 = folder.join(&name);
        }
        entries.push(json!({
            "file": name, "entity": entity, "records": records, "bytes": bytes,
            "sha256": sha256, "run": run, "as_of": as_of,
        }));
    }
    if !entries.is_empty() {
        let part = folder.join("manifest.pending.json");
        pending.renames.push((part.clone(), folder.join(MANIFEST)));
        write_manifest(folder, entries, &part)?;
    }
    Ok(pending)
}

/// Copies the records to be archived.
fn copy(staged: &Path, path: &Path) -> Result<u64, DatasetError> {
    let mut writer = Writer::create(path, &dataset::schema(staged)?, Packing::Archive)?;
    for batch in dataset::read(staged, None)? {
        let batch = batch?;
        let verdicts = batch.column_by_name(record::VERDICT).and_then(|column| column.as_string_opt::<i32>());
        let Some(verdicts) = verdicts else { continue };
        let archive = Some(Verdict::Archive.word());
        let wanted: BooleanArray = verdicts.iter().map(|verdict| Some(verdict == archive)).collect();
        if wanted.true_count() > 0 {
            let kept = filter_record_batch(&batch, &wanted);
            writer.write(kept.map_err(|error| DatasetError::other(staged, error))?)?;
        }
    }
    writer.finish()
}

/// Writes the manifest with further entries; a file that is in it already is not
/// entered twice.
fn write_manifest(folder: &Path, further: Vec<Json>, part: &Path) -> Result<(), DatasetError> {
    let path = folder.join(MANIFEST);
    let mut entries: Vec<Json> = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| DatasetError::other(&path, format!("is not the archive's manifest: {error}")))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(DatasetError::io(&path, &error)),
    };
    for entry in further {
        if entries.iter().all(|other| other["file"] != entry["file"]) {
            entries.push(entry);
        }
    }
    let text = serde_json::to_string_pretty(&entries).map_err(|error| DatasetError::other(part, error))?;
    fs::write(part, text + "\n").map_err(|error| DatasetError::io(part, &error))
}

impl Pending {
    /// Gives the files their names, the manifest last.
    pub fn commit(mut self) -> Result<(), DatasetError> {
        for (from, to) in std::mem::take(&mut self.renames) {
            fs::rename(&from, &to).map_err(|error| DatasetError::io(&to, &error))?;
        }
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        for (from, _) in &self.renames {
            // A file that is left is overwritten by the next run.
            let _ = fs::remove_file(from);
        }
    }
}
