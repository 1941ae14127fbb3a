//! How well records are matched by likeness, on sets whose truth is known: the
//! pairs that the program merges, beside those that it should.
//!
//!     cargo bench --bench matching -- [FOLDER]
//!
//! FOLDER has the public sets (`febrl/dataset1.csv` and so on; see
//! `docs/duplicates.md`); without it, `CUTOVER_SHARED_DATA` names a folder whose
//! `07_er` does. Each set has a pipeline here, and all have the same words for
//! matching: `fuzzy = "people"`. The real program runs them, in a folder of its
//! own that is removed.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use arrow::array::{Array, AsArray};
use cutover::dataset;

/// A set: its file, the pipeline that reads it, and where its truth is.
struct Set {
    name: &'static str,
    file: &'static str,
    pipeline: &'static str,
    key: &'static str,
    truth: Truth,
}

/// What tells which records are one.
#[derive(Clone, Copy)]
enum Truth {
    Column(&'static str),
    /// The second part of the key: `rec-12-dup-0` is 12.
    SecondPart,
}

#[rustfmt::skip]
const SETS: &[Set] = &[
    Set { name: "febrl 1", file: "febrl/dataset1.csv", pipeline: "febrl", key: "rec_id", truth: Truth::SecondPart },
    Set { name: "febrl 2", file: "febrl/dataset2.csv", pipeline: "febrl", key: "rec_id", truth: Truth::SecondPart },
    Set { name: "fake 1000", file: "splink/fake_1000.csv", pipeline: "fake", key: "unique_id", truth: Truth::Column("cluster") },
    Set { name: "organisations", file: "dedupe/csv_example_input_with_true_ids.csv", pipeline: "organisations", key: "Id", truth: Truth::Column("True Id") },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs benchmarks as well, without `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench --bench matching`");
        return ExitCode::SUCCESS;
    }
    let named = arguments.iter().find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let shared = || std::env::var_os("CUTOVER_SHARED_DATA").map(|folder| Path::new(&folder).join("07_er"));
    let Some(folder) = named.or_else(shared) else {
        println!("skipped: no folder with the sets; name it, or set CUTOVER_SHARED_DATA");
        return ExitCode::SUCCESS;
    };
    println!(
        "{:14} {:>7} {:>7} {:>7}  {:>9} {:>7} {:>7} {:>8}",
        "set", "records", "pairs", "merged", "precision", "recall", "F1", "seconds"
    );
    for set in SETS {
        if let Err(error) = measure(set, &folder) {
            eprintln!("error: {}: {error}", set.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure(set: &Set, folder: &Path) -> Result<(), Box<dyn Error>> {
    let file = fs::canonicalize(folder.join(set.file))?;
    let truth = truth(set, &file)?;
    let work = tempfile::tempdir()?;
    let pipeline = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/matching/sets").join(set.pipeline);
    copy(&pipeline, work.path())?;
    let begin = Instant::now();
    let ended = Command::new(env!("CARGO_BIN_EXE_cutover"))
        .arg("run")
        .current_dir(work.path())
        .env("MATCHING_FILE", &file)
        .output()?;
    let seconds = begin.elapsed().as_secs_f64();
    if !ended.status.success() {
        return Err(String::from_utf8_lossy(&ended.stderr).into_owned().into());
    }
    let clusters = clusters(&work.path().join("out/runs/0001/staged/person.parquet"))?;
    let groups = |of: &dyn Fn(&str) -> String| {
        let mut groups: BTreeMap<String, u64> = BTreeMap::new();
        for key in truth.keys() {
            *groups.entry(of(key)).or_default() += 1;
        }
        groups.values().map(|count| count * (count - 1) / 2).sum::<u64>()
    };
    let cluster = |key: &str| clusters.get(key).cloned().unwrap_or_else(|| key.to_string());
    let wanted = groups(&|key| truth[key].clone());
    let merged = groups(&cluster);
    let right = groups(&|key| format!("{}\u{1f}{}", truth[key], cluster(key)));
    let (precision, recall) = (right as f64 / merged.max(1) as f64, right as f64 / wanted.max(1) as f64);
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    println!(
        "{:14} {:>7} {wanted:>7} {merged:>7}  {precision:>9.4} {recall:>7.4} {f1:>7.4} {seconds:>8.1}",
        set.name,
        truth.len()
    );
    Ok(())
}

/// The entity that each record is, by its key.
fn truth(set: &Set, file: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file)?;
    let headers = reader.headers()?.clone();
    let place = |name: &str| headers.iter().position(|header| header == name).ok_or(format!("no column `{name}`"));
    let key = place(set.key)?;
    let mut truth = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        let own = row.get(key).unwrap_or_default().to_string();
        let entity = match set.truth {
            Truth::Column(name) => row.get(place(name)?).unwrap_or_default().to_string(),
            Truth::SecondPart => own.split('-').nth(1).unwrap_or_default().to_string(),
        };
        truth.insert(own, entity);
    }
    Ok(truth)
}

/// The record that each one was merged into, or itself, by its key.
fn clusters(staged: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut clusters = BTreeMap::new();
    for batch in dataset::read(staged, Some(&["_key", "_id", "_survivor"]))? {
        let batch = batch?;
        let column =
            |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>()).ok_or("no column");
        let (keys, ids, survivors) = (column("_key")?, column("_id")?, column("_survivor")?);
        for row in 0..batch.num_rows() {
            let cluster = if survivors.is_valid(row) { survivors.value(row) } else { ids.value(row) };
            clusters.insert(keys.value(row).to_string(), cluster.to_string());
        }
    }
    Ok(clusters)
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}
