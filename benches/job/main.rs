//! The whole job, from a messy file of contacts to a loaded table, beside
//! `psql \copy` of the same rows when they are clean already.
//!
//!     scripts/with-servers cargo bench --bench job -- [OPTIONS]
//!
//! It makes its own estate, runs the real program on it, and keeps everything
//! in a temporary folder, which it removes. `docs/performance.md` says how to
//! read what it prints.

mod estate;
mod measured;
mod server;
mod words;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use measured::Cost;
use server::Server;

const USAGE: &str = "\
usage: cargo bench --bench job -- [OPTIONS]

  --rows N             contacts in the estate (1000000)
  --runs N             runs of each; the median counts (3)
  --target NAME        postgres (the default) or sqlite
  --memory-only        one run, nothing beside it
  --grow N             then one run with N contacts, for its memory
  --seed N             another estate (7)
  --only-generate DIR  write DIR/contacts.csv and stop
  --keep DIR           work in DIR and leave everything there

postgres needs its URL in CUTOVER_TEST_POSTGRES, as scripts/with-servers
gives it, and `psql`";

/// Of the estate of 1,000 contacts, seed 7: another value, and figures could not
/// be compared with those of others.
const FINGERPRINT: &str = "d0d9400532c1a33fbe7c11ee2dd178f7";

const WALL_LIMIT: f64 = 2.5;
const GROWTH_LIMIT: f64 = 1.5;

struct Options {
    rows: u64,
    runs: usize,
    sqlite: bool,
    memory_only: bool,
    grow: Option<u64>,
    seed: u64,
    only_generate: Option<PathBuf>,
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs benchmarks as well, without `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("skipped: run it with `cargo bench --bench job`");
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match options(&arguments) {
        Ok(options) => options,
        Err(what) => {
            eprintln!("error: {what}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match bench(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        rows: 1_000_000,
        runs: 3,
        sqlite: false,
        memory_only: false,
        grow: None,
        seed: 7,
        only_generate: None,
        keep: None,
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut value = || rest.next().ok_or(format!("`{name}` needs a value"));
        let number = |text: &String| text.parse::<u64>().map_err(|_| format!("`{text}` is not a number"));
        match name.as_str() {
            "--bench" => {}
            "--rows" => options.rows = number(value()?)?.max(1),
            "--runs" => options.runs = number(value()?)?.clamp(1, 99) as usize,
            "--grow" => options.grow = Some(number(value()?)?),
            "--seed" => options.seed = number(value()?)?,
            "--memory-only" => options.memory_only = true,
            "--only-generate" => options.only_generate = Some(value()?.into()),
            "--keep" => options.keep = Some(value()?.into()),
            "--target" => match value()?.as_str() {
                "postgres" => options.sqlite = false,
                "sqlite" => options.sqlite = true,
                other => return Err(format!("there is no target `{other}`; it is postgres or sqlite")),
            },
            other => return Err(format!("there is no option `{other}`")),
        }
    }
    Ok(options)
}

fn bench(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    estate::write(1000, 7, &mut bytes)?;
    let fingerprint = blake3::hash(&bytes).to_hex();
    if fingerprint.get(..32) != Some(FINGERPRINT) {
        return Err(format!("the generator does not make its known estate, but {fingerprint}").into());
    }
    if let Some(folder) = &options.only_generate {
        generate(options.rows, options.seed, folder)?;
        return Ok(());
    }
    let url = match std::env::var("CUTOVER_TEST_POSTGRES") {
        _ if options.sqlite => None,
        Ok(url) if !url.is_empty() => Some(url),
        _ => return Err("set CUTOVER_TEST_POSTGRES, or run scripts/with-servers cargo bench --bench job".into()),
    };
    if cfg!(debug_assertions) {
        println!("this is a debug build: its times say nothing");
    }
    let temporary = tempfile::tempdir()?;
    if let Some(folder) = &options.keep {
        fs::create_dir_all(folder)?;
    }
    let folder = fs::canonicalize(options.keep.as_deref().unwrap_or(temporary.path()))?;
    let log = folder.join("log");
    let server = url.as_deref().map(|url| Server { url, log: &log });

    let job = Job::make(&folder, options.rows, options.seed, server.as_ref())?;
    let peak = match &server {
        Some(server) if !options.memory_only => side_by_side(&job, server, options.runs)?,
        _ => alone(&job, if options.memory_only { 1 } else { options.runs })?,
    };
    if let Some(rows) = options.grow {
        let more = Job::make(&folder, rows, options.seed, server.as_ref())?;
        let growth = alone(&more, 1)? / peak;
        println!(
            "\npeak memory of {} contacts / {}: {growth:.2} ({})",
            grouped(rows),
            grouped(job.rows),
            verdict(growth, GROWTH_LIMIT)
        );
    }
    if let Some(server) = &server {
        server.clear()?;
    }
    Ok(())
}

/// Runs ours on a table of its own, ours on a table that is ready, and `\copy`,
/// in turn. Gives the highest peak of ours in MiB.
fn side_by_side(job: &Job<'_>, server: &Server<'_>, runs: usize) -> Result<f64, Box<dyn Error>> {
    // Clean rows stand in the source's order, as a cleansed file would; and, for
    // comparison, in that of the primary key, which spares its index.
    let (clean, sorted) = (job.folder.join("clean.csv"), job.folder.join("sorted.csv"));
    let (mut own, mut index, mut ready) = (Vec::new(), Vec::new(), Vec::new());
    let (mut copy, mut copy_sorted) = (Vec::new(), Vec::new());
    let mut steps = Vec::new();
    let mut loaded = 0;
    for number in 1..=runs {
        server.clear()?;
        server.settle()?;
        own.push(job.run()?.cost);
        index.push(server.make_index()?);

        server.clear()?;
        server.make_table()?;
        server.settle()?;
        let run = job.run()?;
        ready.push(run.cost);
        steps.push(run.steps);
        loaded = run.loaded;
        if number == 1 {
            println!("read {}, {}", grouped(job.rows), run.counts);
            expect_rows(server, loaded)?;
            server.copy_out(&clean, "legacy_id::bigint")?;
            server.copy_out(&sorted, "id")?;
        }

        for (file, costs) in [(&clean, &mut copy), (&sorted, &mut copy_sorted)] {
            server.clear()?;
            server.make_table()?;
            server.settle()?;
            costs.push(server.copy_in(file)?);
            expect_rows(server, loaded)?;
        }
    }
    let own_total: Vec<Cost> = own
        .iter()
        .zip(&index)
        .map(|(own, index)| Cost { wall: own.wall + index.wall, cpu: own.cpu + index.cpu, peak: own.peak })
        .collect();
    println!("\n{:30} {:>8} {:>8} {:>8} {:>8} {:>9}", "", "wall s", "least", "most", "CPU s", "peak MiB");
    row("cutover, makes the table", &own);
    row("  and then its email index", &own_total);
    row("cutover, table is ready", &ready);
    row("psql \\copy of clean rows", &copy);
    row("  the same, sorted by key", &copy_sorted);
    print_steps(&steps);
    let (ours, theirs) = (median(&ready, |cost| cost.wall), median(&copy, |cost| cost.wall));
    let ratio = ours / theirs;
    println!("\n{} rows loaded by each", grouped(loaded));
    println!("wall, cutover (table is ready) / \\copy: {ratio:.2} ({})", verdict(ratio, WALL_LIMIT));
    let own_ratio = median(&own_total, |cost| cost.wall) / theirs;
    println!("wall, cutover (makes the table) / \\copy: {own_ratio:.2} ({})", verdict(own_ratio, WALL_LIMIT));
    Ok(most(&[own, ready].concat(), |cost| cost.peak))
}

/// Runs ours with nothing beside it. Gives its highest peak in MiB.
fn alone(job: &Job<'_>, runs: usize) -> Result<f64, Box<dyn Error>> {
    let (mut costs, mut steps) = (Vec::new(), Vec::new());
    for number in 1..=runs {
        if let Some(server) = job.server {
            server.clear()?;
            server.make_table()?;
            server.settle()?;
        }
        let run = job.run()?;
        if number == 1 {
            println!("read {}, {}", grouped(job.rows), run.counts);
        }
        costs.push(run.cost);
        steps.push(run.steps);
    }
    println!("\n{:30} {:>8} {:>8} {:>8} {:>8} {:>9}", "", "wall s", "least", "most", "CPU s", "peak MiB");
    row("cutover", &costs);
    print_steps(&steps);
    Ok(most(&costs, |cost| cost.peak))
}

/// A pipeline in a folder of its own, ready to run.
struct Job<'a> {
    folder: PathBuf,
    contacts: PathBuf,
    rows: u64,
    server: Option<&'a Server<'a>>,
}

/// What a run of Cutover did, by its own account.
struct Run {
    cost: Cost,
    /// Seconds of each step.
    steps: BTreeMap<String, f64>,
    loaded: u64,
    counts: String,
}

impl<'a> Job<'a> {
    fn make(folder: &Path, rows: u64, seed: u64, server: Option<&'a Server<'a>>) -> Result<Self, Box<dyn Error>> {
        let contacts = generate(rows, seed, folder)?;
        fs::create_dir_all(folder.join("mappings"))?;
        fs::write(folder.join("pipeline.toml"), include_str!("pipeline.toml"))?;
        fs::write(folder.join("mappings/contact.toml"), include_str!("mappings/contact.toml"))?;
        Ok(Self { folder: folder.to_path_buf(), contacts, rows, server })
    }

    /// Runs the pipeline from the start: no snapshot of an earlier run is left.
    fn run(&self) -> Result<Run, Box<dyn Error>> {
        let out = self.folder.join("out");
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        let mut cutover = Command::new(env!("CARGO_BIN_EXE_cutover"));
        cutover
            .args(["run", "--pipeline"])
            .arg(self.folder.join("pipeline.toml"))
            .current_dir(&self.folder)
            .env("BENCH_CONTACTS", &self.contacts)
            .env("BENCH_TARGET", self.server.map_or("sqlite:out/crm.sqlite", |server| server.url));
        let cost = measured::run(&mut cutover, &self.folder.join("log"))?;
        self.account(cost, &out.join("runs/0001"))
    }

    /// Reads what the run says of itself; a run that did not balance counts for nothing.
    fn account(&self, cost: Cost, run: &Path) -> Result<Run, Box<dyn Error>> {
        let summary: serde_json::Value = serde_json::from_slice(&fs::read(run.join("summary.json"))?)?;
        let steps = serde_json::from_slice(&fs::read(run.join("timings.json"))?)?;
        let contact = &summary["entities"]["contact"];
        let count = |value: &serde_json::Value| value.as_u64().unwrap_or_default();
        let loaded = count(&contact["loaded"]["inserted"]);
        let complete = summary["balanced"] == true && summary["loaded"] == true && count(&contact["read"]) == self.rows;
        if !complete || loaded == 0 || loaded != count(&contact["load"]) {
            return Err(format!("the run is not whole: {summary}").into());
        }
        let counts = ["load", "merge", "archive", "reject"]
            .map(|verdict| format!("{verdict} {}", grouped(count(&contact[verdict]))))
            .join(", ");
        Ok(Run { cost, steps, loaded, counts })
    }
}

fn generate(rows: u64, seed: u64, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let path = folder.join("contacts.csv");
    let file = File::create(&path)?;
    estate::write(rows, seed, BufWriter::new(&file))?;
    // On disk before anything is timed, so that nobody pays for the generator.
    file.sync_all()?;
    let size = file.metadata()?.len() as f64 / 1e6;
    println!("\n{} contacts of 18 columns, {size:.0} MB, seed {seed}", grouped(rows));
    Ok(path)
}

fn expect_rows(server: &Server<'_>, expected: u64) -> Result<(), String> {
    let rows = server.rows()?;
    if rows == expected { Ok(()) } else { Err(format!("the table holds {rows} rows, and should hold {expected}")) }
}

fn row(name: &str, costs: &[Cost]) {
    let walls = (median(costs, |cost| cost.wall), -most(costs, |cost| -cost.wall), most(costs, |cost| cost.wall));
    println!(
        "{name:30} {:8.2} {:8.2} {:8.2} {:8.2} {:9.0}",
        walls.0,
        walls.1,
        walls.2,
        median(costs, |cost| cost.cpu),
        most(costs, |cost| cost.peak)
    );
}

/// Medians of the steps' seconds, the longest first.
fn print_steps(runs: &[BTreeMap<String, f64>]) {
    let Some(first) = runs.first() else { return };
    let mut steps: Vec<(&String, f64)> =
        first.keys().map(|name| (name, median(runs, |steps| steps.get(name).copied().unwrap_or_default()))).collect();
    steps.sort_by(|one, other| other.1.total_cmp(&one.1));
    println!();
    steps.iter().for_each(|(name, seconds)| println!("  {name:28} {seconds:8.2}"));
}

fn median<T>(values: &[T], of: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<f64> = values.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

fn most<T>(values: &[T], of: impl Fn(&T) -> f64) -> f64 {
    values.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
}

fn verdict(ratio: f64, limit: f64) -> String {
    format!("{limit} at most: {}", if ratio <= limit { "kept" } else { "MISSED" })
}

/// 1000000 as `1,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
