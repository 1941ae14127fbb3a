//! A file that comes back from a person: a workbook, or a CSV file as a
//! spreadsheet program may have saved it.

use std::collections::BTreeMap;
use std::path::Path;

use encoding_rs::WINDOWS_1252;

use crate::config::steward::Numbers;
use crate::report::rejects::unguarded;
use crate::sources::sheet;
use crate::sources::{ReadError, file_name};

/// The rows of a file, each with its place and its cells by heading.
#[derive(Debug, Default)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// Whether cells may have been cut, as a workbook's are.
    pub workbook: bool,
    headings: Vec<String>,
}

#[derive(Debug)]
pub struct Row {
    /// `file:line` or `file!sheet:row`.
    pub place: String,
    /// By heading, its white space folded; an empty cell is not there. Of two equal
    /// headings the first counts.
    cells: BTreeMap<String, String>,
    /// Those of its sheet.
    headings: Vec<String>,
    /// The headings of cells that show an error.
    broken: Vec<String>,
}

impl Rows {
    pub fn has(&self, heading: &str) -> bool {
        self.headings.iter().any(|known| known == heading)
    }
}

impl Row {
    fn new(place: String, headings: &[String]) -> Self {
        Self { place, cells: BTreeMap::new(), headings: headings.to_vec(), broken: Vec::new() }
    }

    pub fn cell(&self, heading: &str) -> &str {
        self.cells.get(&folded(heading)).map_or("", String::as_str)
    }

    /// Whether the row's sheet has such a column.
    pub fn has(&self, heading: &str) -> bool {
        let heading = folded(heading);
        self.headings.contains(&heading)
    }

    /// Whether the cell shows an error, so that nobody knows what was meant.
    pub fn broken(&self, heading: &str) -> bool {
        self.broken.contains(&folded(heading))
    }

    /// The headings of cells that hold something.
    pub fn filled(&self) -> impl Iterator<Item = &str> {
        self.cells.keys().map(String::as_str)
    }
}

/// A heading as workbooks give it back.
fn folded(heading: &str) -> String {
    heading.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads all rows of a file: of a workbook those of all sheets.
pub fn read(path: &Path) -> Result<Rows, ReadError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("xlsx" | "xlsm" | "xlsb" | "xls" | "ods") => workbook(path),
        Some("csv" | "tsv" | "txt") => text(path),
        _ => Err(ReadError::new(path.display().to_string(), "is neither a workbook nor a CSV file")
            .help("give back the file that the run wrote, corrected")),
    }
}

fn workbook(path: &Path) -> Result<Rows, ReadError> {
    let mut all = Rows { workbook: true, ..Rows::default() };
    let file = file_name(path);
    for name in sheet::sheets(path)? {
        let mut columns: BTreeMap<u32, String> = BTreeMap::new();
        let mut headings: Vec<String> = Vec::new();
        let rows = &mut all.rows;
        sheet::each_row(path, &name, &mut |number, cells| {
            if number == 1 {
                columns.extend(cells.iter().filter_map(|(column, text)| Some((*column, folded((*text)?)))));
                headings.extend(columns.values().cloned());
                return;
            }
            let mut row = Row::new(format!("{file}!{name}:{number}"), &headings);
            for (column, text) in cells {
                let heading = columns.get(&column).cloned().unwrap_or_else(|| format!("column {}", column + 1));
                match text {
                    Some(text) => drop(row.cells.entry(heading).or_insert_with(|| text.to_string())),
                    None => row.broken.push(heading),
                }
            }
            if !row.cells.is_empty() || !row.broken.is_empty() {
                rows.push(row);
            }
        })?;
        all.headings.extend(headings);
    }
    Ok(all)
}

fn text(path: &Path) -> Result<Rows, ReadError> {
    let bytes = std::fs::read(path).map_err(|error| ReadError::io(path, &error))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    // What is not UTF-8 was saved by a spreadsheet program of the West.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    let heading = text.lines().next().unwrap_or_default();
    let delimiter =
        [';', '\t'].into_iter().find(|other| heading.matches(*other).count() > heading.matches(',').count());
    let delimiter = delimiter.map_or(b',', |other| if other == ';' { b';' } else { b'\t' });
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let name = file_name(path);
    let wrong = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        ReadError::new(format!("{name}:{line}"), "cannot be read as CSV")
    };
    let mut numbers = Numbers::of(text.as_bytes());
    let headings: Vec<String> = reader.headers().map_err(|error| wrong(&error))?.iter().map(folded).collect();
    let mut all = Rows { headings: headings.clone(), ..Rows::default() };
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        let line = numbers.line(record.position());
        let mut cells = BTreeMap::new();
        for (heading, cell) in headings.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()) {
            cells.entry(heading.clone()).or_insert_with(|| unguarded(cell).to_string());
        }
        if !cells.is_empty() {
            all.rows.push(Row { cells, ..Row::new(format!("{name}:{line}"), &headings) });
        }
    }
    Ok(all)
}
