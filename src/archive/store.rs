//! The archive's files: one Parquet file a run and entity, named by its content,
//! and a manifest that accounts for all of them.
//!
//! A file appears under its name only after the load is in the target: what is
//! written before lies beside it as `*.pending`. Archiving the same records
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

/// An entity's records that are ready to go into the archive.
#[derive(Debug)]
pub struct Pending {
    entity: String,
    records: u64,
    sha256: String,
    bytes: u64,
    path: PathBuf,
}

/// An entity's records in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    pub entity: String,
    pub file: PathBuf,
    pub records: u64,
}

/// Writes the records of a staged dataset whose verdict is `archive` beside
/// their final place. `None` where there are none.
pub fn store(staged: &Path, entity: &str, folder: &Path) -> Result<Option<Pending>, DatasetError> {
    let path = folder.join(format!("{entity}.pending.parquet"));
    let mut writer = Writer::create(&path, &dataset::schema(staged)?, Packing::Archive)?;
    for batch in dataset::read(staged, None)? {
        let batch = batch?;
        let verdicts = batch.column_by_name(record::VERDICT).and_then(|column| column.as_string_opt::<i32>());
        let Some(verdicts) = verdicts else { continue };
        let wanted: BooleanArray =
            verdicts.iter().map(|verdict| Some(verdict == Some(Verdict::Archive.word()))).collect();
        if wanted.true_count() > 0 {
            let kept = filter_record_batch(&batch, &wanted);
            writer.write(kept.map_err(|error| DatasetError::other(staged, error))?)?;
        }
    }
    let records = writer.finish()?;
    if records == 0 {
        fs::remove_file(&path).map_err(|error| DatasetError::io(&path, &error))?;
        return Ok(None);
    }
    let (sha256, bytes) = digest::file(&path).map_err(|error| DatasetError::io(&path, &error))?;
    Ok(Some(Pending { entity: entity.to_string(), records, sha256, bytes, path }))
}

impl Pending {
    /// Takes the file away again, after a dry run or a failed load.
    pub fn discard(self) {
        // A file that is left is overwritten by the next run.
        let _ = fs::remove_file(&self.path);
    }

    pub fn records(&self) -> u64 {
        self.records
    }

    /// Gives the file its name and enters it in the manifest.
    pub fn commit(self, folder: &Path, run: &str, as_of: &str) -> Result<Archived, DatasetError> {
        let name = format!("{}-{}.parquet", self.entity, &self.sha256[..16]);
        let file = folder.join(&name);
        fs::rename(&self.path, &file).map_err(|error| DatasetError::io(&file, &error))?;
        let entry = json!({
            "file": name, "entity": self.entity, "records": self.records, "bytes": self.bytes,
            "sha256": self.sha256, "run": run, "as_of": as_of,
        });
        enter(folder, entry)?;
        Ok(Archived { entity: self.entity, file, records: self.records })
    }
}

/// Adds an entry to the manifest, unless the file is in it already.
fn enter(folder: &Path, entry: Json) -> Result<(), DatasetError> {
    let path = folder.join(MANIFEST);
    let mut entries: Vec<Json> = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| DatasetError::other(&path, format!("is not the archive's manifest: {error}")))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(DatasetError::io(&path, &error)),
    };
    if entries.iter().any(|other| other["file"] == entry["file"]) {
        return Ok(());
    }
    entries.push(entry);
    let text = serde_json::to_string_pretty(&entries).map_err(|error| DatasetError::other(&path, error))?;
    let part = folder.join("manifest.part");
    fs::write(&part, text + "\n").map_err(|error| DatasetError::io(&part, &error))?;
    fs::rename(&part, &path).map_err(|error| DatasetError::io(&path, &error))
}
