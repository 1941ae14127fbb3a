//! The snapshot of a large CSV file, beside a bare parse of the same file by the
//! `csv` crate, in turn and each in a process of its own.
//!
//!     cargo bench --bench text -- [--rows N] [--runs N] [--grow N] [--keep DIR]
//!
//! It makes its own file of contacts, the same as `benches/job`. The snapshot is
//! the program's own: encoding, dialect and headings are detected, records are
//! checked, keyed, counted and written as Parquet, and the file is hashed. The bare
//! parse reads every field of every record and counts.

#[path = "../job/estate.rs"]
mod estate;
#[path = "../job/measured.rs"]
mod measured;
#[path = "../job/words.rs"]
mod words;

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

use cutover::config::pipeline::SourceSpec;
use cutover::snapshot;
use cutover::sources::csv::{CsvOptions, CsvSource};
use measured::Cost;

/// The snapshot may take so many times as long as the bare parse.
const WALL_LIMIT: f64 = 2.0;
/// A file ten times as long may take so many times as much memory.
const GROWTH_LIMIT: f64 = 1.5;

struct Options {
    rows: u64,
    runs: usize,
    grow: Option<u64>,
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--snapshot", file, folder] => take(Path::new(file), Path::new(folder)),
        ["--bare", file] => bare(Path::new(file)),
        // `cargo test --all-targets` runs benchmarks as well, without `--bench`.
        words if !words.contains(&"--bench") => {
            println!("skipped: run it with `cargo bench --bench text`");
            return ExitCode::SUCCESS;
        }
        _ => options(&arguments).map_err(Into::into).and_then(|options| bench(&options)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { rows: 500_000, runs: 3, grow: None, keep: None };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut value = || rest.next().ok_or(format!("`{name}` needs a value"));
        let number = |text: &String| text.parse::<u64>().map_err(|_| format!("`{text}` is not a number"));
        match name.as_str() {
            "--bench" => {}
            "--rows" => options.rows = number(value()?)?.max(1),
            "--runs" => options.runs = number(value()?)?.clamp(1, 99) as usize,
            "--grow" => options.grow = Some(number(value()?)?),
            "--keep" => options.keep = Some(value()?.into()),
            _ => return Err(format!("unknown option `{name}`: there are --rows, --runs, --grow and --keep")),
        }
    }
    Ok(options)
}

/// Takes the snapshot, as a run does.
fn take(file: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let files = vec![file.to_path_buf()];
    let source = SourceSpec {
        name: "contacts".into(),
        reader: Arc::new(CsvSource::open(&files, &CsvOptions::default())?),
        files,
        place: "contacts.csv".into(),
        fingerprint: String::new(),
        key: vec!["legacy_id".into()],
        key_or_content: false,
        nulls: vec![String::new()],
    };
    let taken = snapshot::take(&source, folder, &mut |_| true)?;
    println!("{} records", taken.rows);
    Ok(())
}

/// Reads every field and keeps none.
fn bare(file: &Path) -> Result<(), Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().from_path(file)?;
    let mut record = csv::ByteRecord::new();
    let (mut records, mut bytes) = (0_u64, 0_u64);
    while reader.read_byte_record(&mut record)? {
        records += 1;
        bytes += record.iter().map(|field| field.len() as u64).sum::<u64>();
    }
    println!("{records} records, {bytes} bytes");
    Ok(())
}

fn bench(options: &Options) -> Result<(), Box<dyn Error>> {
    let folder = match &options.keep {
        Some(folder) => folder.clone(),
        None => tempfile::tempdir()?.keep(),
    };
    let outcome = compare(options, &folder);
    if options.keep.is_none() {
        fs::remove_dir_all(&folder)?;
    }
    outcome
}

fn compare(options: &Options, folder: &Path) -> Result<(), Box<dyn Error>> {
    let file = made(options.rows, folder)?;
    let size = fs::metadata(&file)?.len() as f64 / 1e6;
    println!("{} records, {size:.0} MB\n", options.rows);
    println!("| what runs | wall s | MB/s | cpu s | peak MiB |\n|---|---|---|---|---|");
    let (mut bare, mut snapshots) = (Vec::new(), Vec::new());
    for _ in 0..options.runs {
        bare.push(run(&["--bare", &text(&file)], folder)?);
        snapshots.push(snapshot_of(&file, folder)?);
    }
    let bare = line("bare parse by the csv crate", &mut bare, size);
    let snapshot = line("snapshot", &mut snapshots, size);
    let times = snapshot.wall / bare.wall;
    println!("\nthe snapshot takes {times:.2} times as long; at most {WALL_LIMIT} is promised");
    if let Some(rows) = options.grow {
        let file = made(rows, folder)?;
        let size = fs::metadata(&file)?.len() as f64 / 1e6;
        let grown = line(&format!("snapshot of {rows} records"), &mut [snapshot_of(&file, folder)?], size);
        let growth = grown.peak / snapshot.peak;
        println!("\nits memory is {growth:.2} times as much; at most {GROWTH_LIMIT} is promised");
    }
    Ok(())
}

fn made(rows: u64, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let file = folder.join(format!("contacts-{rows}.csv"));
    estate::write(rows, 7, BufWriter::new(File::create(&file)?))?;
    Ok(file)
}

/// Each without the snapshot of the run before.
fn snapshot_of(file: &Path, folder: &Path) -> Result<Cost, Box<dyn Error>> {
    let into = folder.join("snapshots");
    if into.exists() {
        fs::remove_dir_all(&into)?;
    }
    fs::create_dir_all(&into)?;
    run(&["--snapshot", &text(file), &text(&into)], folder)
}

fn run(arguments: &[&str], folder: &Path) -> Result<Cost, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    Ok(measured::run(command.args(arguments), &folder.join("log.txt"))?)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Prints the run whose wall time is the median, with the greatest memory of all.
fn line(what: &str, costs: &mut [Cost], size: f64) -> Cost {
    costs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    let mut median = costs[costs.len() / 2];
    median.peak = costs.iter().map(|cost| cost.peak).fold(0.0, f64::max);
    println!("| {what} | {:.2} | {:.0} | {:.2} | {:.0} |", median.wall, size / median.wall, median.cpu, median.peak);
    median
}
