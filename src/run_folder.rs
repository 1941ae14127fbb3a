//! A run's folder, `out/runs/NNNN/`: made at the beginning, complete at the end.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::config::pipeline::Pipeline;
use crate::dataset::DatasetError;
use crate::report::summary::Summary;
use crate::snapshot::Input;

/// Rows of the target that were read, as they are kept in the run's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub entity: String,
    pub table: String,
    pub rows: u64,
    /// Of the file.
    pub sha256: String,
}

/// What a run read.
pub struct Inputs<'a> {
    pub files: Vec<&'a Input>,
    pub target: Vec<&'a Seen>,
}

/// The folder of a run that is under way. One that does not come to its end is
/// taken away.
pub struct RunFolder {
    name: String,
    path: PathBuf,
    work: PathBuf,
    finished: bool,
    /// Keeps other runs out of `out` while it is held.
    _lock: File,
}

impl RunFolder {
    /// Makes the folder of the next run below `out`.
    pub fn create(out: &Path) -> Result<Self, DatasetError> {
        let runs = out.join("runs");
        fs::create_dir_all(&runs).map_err(|error| DatasetError::io(&runs, &error))?;
        let lock = lock(out)?;
        sweep(&runs);
        let name = format!("{:04}", last(&runs)? + 1);
        let path = runs.join(&name);
        let work = path.join("work");
        fs::create_dir_all(&work).map_err(|error| DatasetError::io(&work, &error))?;
        Ok(Self { name, path, work, finished: false, _lock: lock })
    }

    /// The run's number, four digits.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// For what is written on the way; gone at the end.
    pub fn work(&self) -> &Path {
        &self.work
    }

    /// Lets the folder stay whatever comes: its records are in the target, or may be.
    pub fn keep(&mut self) {
        self.finished = true;
    }

    /// Writes the manifest, the summary and the timings.
    pub fn finish(
        &mut self,
        pipeline: &Pipeline,
        dry_run: bool,
        inputs: &Inputs<'_>,
        summary: &Summary,
        timings: &Timings,
    ) -> Result<(), DatasetError> {
        let relative = |path: &Path| path.strip_prefix(&pipeline.root).unwrap_or(path).display().to_string();
        let files: Vec<_> = inputs
            .files
            .iter()
            .map(|input| json!({ "path": relative(&input.path), "bytes": input.bytes, "sha256": input.sha256 }))
            .collect();
        let sources: BTreeMap<&str, &str> =
            pipeline.sources.iter().map(|source| (source.name.as_str(), source.place.as_str())).collect();
        let references: BTreeMap<&str, &str> =
            pipeline.references.iter().map(|source| (source.name.as_str(), source.place.as_str())).collect();
        let mut manifest = json!({
            "run": self.name, "pipeline": pipeline.name, "dry_run": dry_run, "as_of": pipeline.as_of.to_string(),
            "version": env!("CARGO_PKG_VERSION"), "config_sha256": pipeline.config_hash,
            "target": pipeline.target.shown, "sources": sources, "inputs": files,
        });
        if !references.is_empty() {
            manifest["references"] = json!(references);
        }
        if !inputs.target.is_empty() {
            let seen = inputs.target.iter();
            let seen = seen.map(|seen| {
                (seen.entity.clone(), json!({ "table": seen.table, "rows": seen.rows, "sha256": seen.sha256 }))
            });
            manifest["existing"] = serde_json::Value::Object(seen.collect());
        }
        self.write("manifest.json", &manifest)?;
        self.write("timings.json", &timings.seconds)?;
        self.write("summary.json", summary)?;
        self.keep();
        Ok(())
    }

    fn write(&self, name: &str, value: &impl serde::Serialize) -> Result<(), DatasetError> {
        let path = self.path.join(name);
        let text = serde_json::to_string_pretty(value).map_err(|error| DatasetError::other(&path, error))?;
        fs::write(&path, text + "\n").map_err(|error| DatasetError::io(&path, &error))
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // What cannot be removed does no harm; the next run has a folder of its own.
        let _ = fs::remove_dir_all(if self.finished { &self.work } else { &self.path });
    }
}

/// Makes sure that no other run works in `out`. The system lets go of the lock
/// when the process ends, however it ends.
fn lock(out: &Path) -> Result<File, DatasetError> {
    let path = out.join("lock");
    let file = File::create(&path).map_err(|error| DatasetError::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DatasetError::other(
            out,
            "another run is at work in this folder; wait for its end, or choose another `out`",
        )),
        Err(TryLockError::Error(error)) => Err(DatasetError::io(&path, &error)),
    }
}

/// Takes away what runs that were killed have left in their folders for work.
fn sweep(runs: &Path) {
    for entry in fs::read_dir(runs).into_iter().flatten().flatten() {
        // What cannot be removed does no harm but to the disk's room.
        let _ = fs::remove_dir_all(entry.path().join("work"));
    }
}

/// The runs below `out` that came to their end, by number.
pub fn finished(out: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(out.join("runs")).into_iter().flatten().flatten();
    let mut runs: Vec<(String, PathBuf)> = entries
        .filter(|entry| entry.path().join("summary.json").exists())
        .filter_map(|entry| Some((entry.file_name().to_str()?.to_string(), entry.path())))
        .collect();
    runs.sort_by_key(|(name, _)| name.parse::<u32>().unwrap_or(0));
    runs
}

/// The greatest number of a run in `runs`.
fn last(runs: &Path) -> Result<u32, DatasetError> {
    let entries = fs::read_dir(runs).map_err(|error| DatasetError::io(runs, &error))?;
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok()));
    Ok(numbers.max().unwrap_or(0))
}

/// Wall time of each step, in seconds; never part of a result.
#[derive(Debug, Default)]
pub struct Timings {
    seconds: BTreeMap<&'static str, f64>,
}

impl Timings {
    /// Runs a step and notes how long it took.
    pub fn time<T>(&mut self, step: &'static str, run: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let result = run();
        *self.seconds.entry(step).or_default() += begin.elapsed().as_secs_f64();
        result
    }
}
