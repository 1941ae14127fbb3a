//! A sheet of 100,000 rows and 18 columns into batches, beside calamine's own
//! stream of its cells, in turn in one process.
//!
//!     cargo bench --bench sheet -- [ROWS]
//!
//! It writes its own workbook into a temporary folder. `docs/performance.md` says
//! how to read what it prints.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use calamine::{DataRef, Reader, Xlsx};
use cutover::sources::kind::{Opener, Place};
use cutover::sources::sheet::{Hidden, SheetOptions};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const COLUMNS: u16 = 18;
const ROUNDS: usize = 5;
/// How much longer reading into batches may take than calamine's cells alone.
const RATIO_LIMIT: f64 = 1.25;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // `cargo test --all-targets` runs benchmarks as well, without `--bench`.
    let usual = if std::env::args().any(|argument| argument == "--bench") { 100_000 } else { 500 };
    let rows = arguments.first().and_then(|rows| rows.parse().ok()).unwrap_or(usual);
    match measure(rows) {
        Ok(ratio) if ratio <= RATIO_LIMIT || rows < 100_000 => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("slower than {RATIO_LIMIT} times calamine");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(rows: u32) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::TempDir::new()?;
    let path = folder.path().join("contacts.xlsx");
    write(&path, rows)?;
    println!("{rows} rows of {COLUMNS} columns, {} bytes", std::fs::metadata(&path)?.len());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(timed(|| calamine_cells(&path))?);
        ours.push(timed(|| batches(&path))?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("calamine, cells only   {:>8.3} s", theirs.as_secs_f64());
    println!("cutover, into batches  {:>8.3} s", ours.as_secs_f64());
    println!("ratio                  {ratio:>8.2}");
    Ok(ratio)
}

fn timed(work: impl FnOnce() -> Result<u64, Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    black_box(work()?);
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The cells that hold something.
fn calamine_cells(path: &Path) -> Result<u64, Box<dyn Error>> {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path)?))?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut count = 0;
    while let Some(cell) = cells.next_cell()? {
        count += u64::from(!matches!(black_box(cell.get_value()), DataRef::Empty));
    }
    Ok(count)
}

/// Opens the workbook, which finds its columns, and reads all records.
fn batches(path: &Path) -> Result<u64, Box<dyn Error>> {
    let options = SheetOptions {
        sheet: None,
        header: None,
        header_rows: 1,
        last_row: None,
        until: None,
        hidden: Hidden::Read,
        leading_zeros: true,
    };
    let source = options.open(&Place::Files(vec![path.to_path_buf()]))?;
    let mut count = 0;
    for batch in source.open(8192)? {
        count += black_box(batch?).num_rows() as u64;
    }
    Ok(count)
}

/// Contacts as a CRM exports them: keys, names, telephones, days, sums, notes.
fn write(path: &Path, rows: u32) -> Result<(), Box<dyn Error>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    let postcode = Format::new().set_num_format("00000");
    for column in 0..COLUMNS {
        sheet.write(0, column, format!("Column {column}"))?;
    }
    for row in 1..=rows {
        // A generator of our own: the same workbook each time.
        let random = row.wrapping_mul(2_654_435_761) >> 8;
        for column in 0..COLUMNS {
            match column % 6 {
                0 => sheet.write(row, column, row * 10 + u32::from(column))?,
                1 => sheet.write(row, column, format!("Name {}", random % 5_000))?,
                2 => sheet.write(row, column, format!("+49 30 {random:07} {column}"))?,
                3 => {
                    let date = ExcelDateTime::from_serial_datetime(f64::from(30_000 + random % 15_000))?;
                    sheet.write_with_format(row, column, &date, &day)?
                }
                4 => sheet.write(row, column, f64::from(random % 1_000_000) / 100.0)?,
                _ => sheet.write_with_format(row, column, random % 100_000, &postcode)?,
            };
        }
    }
    book.save(path)?;
    Ok(())
}
