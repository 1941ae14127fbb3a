//! Takes back what a steward has filled in: a reject workbook with corrected
//! cells, or a review file with decisions.
//!
//! Nothing is loaded and no source is opened. What was changed is found by holding
//! the file against the snapshots of the last run, and written as corrections or
//! decisions, which the next run replays. What cannot be taken is told with its
//! place in the file; a cell's value is never told.

mod file;
mod rejects;
mod review;

use std::path::{Path, PathBuf};

use arrow::array::AsArray;

use crate::config::pipeline::Pipeline;
use crate::config::steward::appended;
use crate::dataset::{self, DatasetError};
use crate::record::{self, Verdict};
use crate::sources::ReadError;

/// Who says so, when and why; the last two may be empty.
#[derive(Debug, Clone, Default)]
pub struct Signed {
    pub who: String,
    pub when: String,
    pub why: String,
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The file that the corrections or decisions were added to, where there were any.
    pub written: Option<PathBuf>,
    /// Cells that were corrected, or pairs that were decided.
    pub taken: u64,
    /// Records of these cells; 0 for pairs.
    pub records: u64,
    /// Those that had been taken before.
    pub known: u64,
    /// What could not be taken.
    pub left: Vec<Left>,
    /// The last run of the entity, and how many of the records that it rejected,
    /// held back or was refused are not in the file.
    pub missing: Option<(String, u64)>,
}

/// A part of the file that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Where it stands.
    pub place: String,
    pub what: String,
}

/// A file that cannot be taken at all.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// Exit code 3.
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Exit code 2.
    #[error("{what}")]
    Wrong { what: String, help: String },
}

/// Takes a file back. `entity` is said by the file's name where it is not given.
pub fn run(pipeline: &Pipeline, path: &Path, entity: Option<&str>, signed: &Signed) -> Result<Taken, FixError> {
    let entity = chosen(pipeline, path, entity)?;
    let rows = file::read(path)?;
    if rows.has("decision") && rows.has("key_a") {
        return review::take(pipeline, &entity, &rows, signed);
    }
    if rows.has(record::KEY) && rows.has(crate::report::rejects::HASH) {
        return rejects::take(pipeline, &entity, &rows, signed);
    }
    let help = if rows.has("key_a") {
        "add a column `decision` with `same` or `different` for each pair that is decided"
    } else {
        "name a file of a run's folder `rejects` or `review`, with its headings"
    };
    let what = format!("{}: is neither a reject file nor a review file with decisions", path.display());
    Err(FixError::Wrong { what, help: help.into() })
}

fn chosen(pipeline: &Pipeline, path: &Path, entity: Option<&str>) -> Result<String, FixError> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = entity.unwrap_or(&stem);
    if pipeline.entities.iter().any(|entity| entity.name == name) {
        return Ok(name.to_string());
    }
    let known: Vec<String> = pipeline.entities.iter().map(|entity| format!("`{}`", entity.name)).collect();
    let help = format!("say with `--entity NAME` which of {} the file is about", known.join(", "));
    Err(FixError::Wrong { what: format!("the pipeline has no entity `{name}`"), help })
}

/// Adds lines to a file of the steward, which is written anew and then given its
/// name.
fn add(path: &Path, columns: &[&str], lines: &[Vec<String>]) -> Result<(), FixError> {
    let content = match std::fs::read(path) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(ReadError::io(path, &error).into()),
    };
    let text = appended(&content, columns, lines)
        .map_err(|(line, what)| ReadError::new(format!("{}:{line}", path.display()), what))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| DatasetError::io(folder, &error))?;
    }
    let part = path.with_extension("part");
    std::fs::write(&part, text).map_err(|error| DatasetError::io(&part, &error))?;
    Ok(std::fs::rename(&part, path).map_err(|error| DatasetError::io(path, &error))?)
}

/// Source and row of records.
type Seen = Vec<(String, String)>;

/// The last run that has staged the entity, and the source and row of each record
/// that a person had to see.
fn last_run(pipeline: &Pipeline, entity: &str) -> Result<Option<(String, Seen)>, FixError> {
    let runs = pipeline.out.join("runs");
    let entries = std::fs::read_dir(&runs).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.parse::<u32>().unwrap_or(0)));
    let staged = |name: &String| crate::staging::path(&runs.join(name), entity);
    let whole = |name: &&String| runs.join(name).join("summary.json").is_file() && staged(name).is_file();
    let Some(name) = names.iter().find(whole) else { return Ok(None) };
    let mut seen = Vec::new();
    for batch in dataset::read(&staged(name), Some(&[record::SOURCE, record::ROW, record::VERDICT]))? {
        let batch = batch?;
        let text = |index: usize| batch.column(index).as_string::<i32>();
        for row in 0..batch.num_rows() {
            let verdict = Verdict::from_word(text(2).value(row));
            if matches!(verdict, Some(Verdict::Reject | Verdict::Hold | Verdict::Refuse)) {
                seen.push((text(0).value(row).to_string(), text(1).value(row).to_string()));
            }
        }
    }
    seen.sort_unstable();
    seen.dedup();
    Ok(Some((name.clone(), seen)))
}
