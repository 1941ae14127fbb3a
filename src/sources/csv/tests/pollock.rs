//! Scores the reader as the Pollock benchmark does (Vitagliano et al., PVLDB 16,
//! 2023): each polluted file is read and compared with its clean version.
//!
//! The 58 files of the shared data, or all of the benchmark where
//! `CUTOVER_POLLOCK` names a clone of its repository. Then what was loaded is also
//! written to where the benchmark's own `evaluate.py` looks for it. That one brings
//! dates and prices into one form before it compares, so that a date that was cut
//! costs more; the scores differ by some thousandths.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::{CsvOptions, Delimiter, Escape, Header, Quote, Ragged, Table};
use super::{rows, shared, source};
use crate::sources::encoding::Encoding;

/// Success, then precision, recall and F1 of headings, records and cells.
type Scores = [f64; 10];

/// Folder of the polluted files, and the weight of each, where it is known.
fn benchmark() -> Option<(PathBuf, HashMap<String, f64>)> {
    let Some(clone) = std::env::var_os("CUTOVER_POLLOCK").map(PathBuf::from) else {
        return shared().map(|shared| (shared.join("05_csv/pollock/polluted_files"), HashMap::new()));
    };
    let weights = fs::read_to_string(clone.join("pollock_weights.json")).expect("the weights");
    let weights: HashMap<String, f64> = serde_json::from_str(&weights).expect("json");
    Some((clone.join("polluted_files"), weights))
}

/// What a user would write down for a file: its dialect and where its table is, as
/// the benchmark gives it to every system.
fn declared(folder: &Path, name: &str) -> CsvOptions {
    let text = fs::read_to_string(folder.join(format!("parameters/{name}_parameters.json"))).expect("parameters");
    let parameters: Value = serde_json::from_str(&text).expect("json");
    let word = |key: &str| parameters[key].as_str().filter(|text| !text.is_empty());
    let count = |key: &str| parameters[key].as_u64().and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    let (above, lines) = (count("preamble_lines"), count("header_lines"));
    CsvOptions {
        encoding: word("encoding").and_then(Encoding::named),
        delimiter: word("delimiter").map(|delimiter| Delimiter(delimiter.to_string())),
        quote: word("quotechar").and_then(|quote| quote.chars().next()).map(|quote| Quote(Some((quote, quote)))),
        escape: Some(if word("escapechar") == Some("\\") { Escape::Backslash } else { Escape::None }),
        header: Some(Header((lines > 0).then_some((above + 1, above + lines)))),
        table: name.starts_with("file_multitable").then_some(Table::Number(1)),
        ragged: Ragged::Keep,
        ..CsvOptions::default()
    }
}

fn detected() -> CsvOptions {
    CsvOptions { ragged: Ragged::Keep, ..CsvOptions::default() }
}

/// The file as it is read, a list of cells a row, headings first if it has any.
fn loaded(path: &Path, options: &CsvOptions) -> Option<Vec<Vec<String>>> {
    let source = source(&[path.to_path_buf()], options).ok()?;
    let schema = crate::sources::Source::schema(&source);
    let mut names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    // What is too much in a record stands in the last column, which the file has not.
    names.pop();
    let width = names.len();
    let mut table = Vec::new();
    if source.detected().iter().all(|found| found.header.is_some()) {
        table.push(names);
    }
    for row in rows(&source) {
        let mut cells: Vec<String> = row.into_iter().skip(3).map(Option::unwrap_or_default).collect();
        let surplus = cells.pop().unwrap_or_default();
        assert_eq!(cells.len(), width);
        cells.extend((!surplus.is_empty()).then_some(surplus));
        table.push(cells);
    }
    Some(table)
}

fn clean(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).expect("opens");
    let cells =
        |record: Result<csv::StringRecord, csv::Error>| record.expect("is clean").iter().map(str::to_string).collect();
    reader.records().map(cells).collect()
}

/// As the benchmark makes equal what means the same, as far as numbers and letters
/// go.
fn normal(cell: &str) -> String {
    match cell.trim().parse::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) => cell.to_lowercase(),
    }
}

/// Precision, recall and F1, with the benchmark's own idea of which is which.
fn measure(wanted: Vec<String>, found: Vec<String>) -> [f64; 3] {
    if wanted.is_empty() {
        return [1.0; 3];
    }
    let (all_wanted, all_found) = (wanted.len() as f64, found.len() as f64);
    let mut counts: HashMap<String, usize> = HashMap::new();
    for one in wanted {
        *counts.entry(one).or_default() += 1;
    }
    let mut common = 0.0;
    for one in found {
        if let Some(count) = counts.get_mut(&one).filter(|count| **count > 0) {
            *count -= 1;
            common += 1.0;
        }
    }
    if common == 0.0 {
        return [0.0; 3];
    }
    let (p, r) = (common / all_wanted, common / all_found);
    [p, r, p * r / (p + r) * 2.0]
}

fn score(wanted: &[Vec<String>], found: Option<&[Vec<String>]>) -> Scores {
    let Some(found) = found else { return [0.0; 10] };
    let mut scores = [1.0; 10];
    let Some((wanted_headings, wanted_rows)) = wanted.split_first() else { return scores };
    let empty = Vec::new();
    let (headings, rows) = found.split_first().unwrap_or((&empty, &[]));
    let normals = |cells: &Vec<String>| cells.iter().map(|cell| normal(cell)).collect::<Vec<_>>();
    let joined = |rows: &[Vec<String>]| rows.iter().map(|row| normals(row).concat()).collect::<Vec<_>>();
    let cells = |rows: &[Vec<String>]| rows.concat();
    let parts = [
        measure(normals(wanted_headings), normals(headings)),
        measure(joined(wanted_rows), joined(rows)),
        measure(cells(wanted), cells(found)),
    ];
    scores.iter_mut().skip(1).zip(parts.concat()).for_each(|(slot, value)| *slot = value);
    scores
}

/// The scores of each file.
fn scores(folder: &Path, system: &str, options: impl Fn(&str) -> CsvOptions) -> BTreeMap<String, Scores> {
    let mut all = BTreeMap::new();
    let results = std::env::var_os("CUTOVER_POLLOCK")
        .map(|clone| PathBuf::from(clone).join(format!("results/{system}/polluted_files/loading")));
    for entry in fs::read_dir(folder.join("csv")).expect("the files") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let found = loaded(&folder.join("csv").join(&name), &options(&name));
        if let (Some(results), Some(found)) = (&results, &found) {
            fs::create_dir_all(results).expect("a folder");
            let path = results.join(format!("{name}_converted.csv"));
            let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).expect("opens");
            found.iter().for_each(|row| writer.write_record(row).expect("is written"));
        }
        let wanted = clean(&folder.join("clean").join(&name));
        all.insert(name, score(&wanted, found.as_deref()));
    }
    all
}

/// The simple score, the weighted one, and what is worst, with its loss.
fn summary(all: &BTreeMap<String, Scores>, weights: &HashMap<String, f64>) -> (f64, f64) {
    let sum = |scores: &Scores| scores.iter().sum::<f64>();
    let simple = all.values().map(sum).sum::<f64>() / all.len() as f64;
    let weight = |name: &String| weights.get(name).copied().unwrap_or(1.0);
    let whole: f64 = all.keys().map(weight).sum();
    let weighted = all.iter().map(|(name, scores)| sum(scores) * weight(name) / whole).sum();
    let mut lost: BTreeMap<String, (usize, f64, f64)> = BTreeMap::new();
    for (name, scores) in all {
        let digits = |c: char| c.is_ascii_digit();
        let group = if name.starts_with("row") { name.replace(digits, "") } else { name.clone() };
        let entry = lost.entry(group).or_default();
        let loss = 10.0 - sum(scores);
        (entry.0, entry.1) = (entry.0 + 1, entry.1 + loss / all.len() as f64);
        entry.2 += loss * weight(name) / whole;
    }
    for (group, (count, simple, weighted)) in lost.iter().filter(|(_, (_, loss, _))| *loss > 0.0) {
        println!("  {group}: {count} files lose {simple:.4} simple, {weighted:.4} weighted");
    }
    (simple, weighted)
}

#[test]
fn the_benchmark_of_polluted_files_is_read() {
    let Some((folder, weights)) = benchmark() else { return };
    let by_detection = scores(&folder, "cutoverauto", |_| detected());
    println!("all detected, {} files", by_detection.len());
    let (detected_simple, detected_weighted) = summary(&by_detection, &weights);
    let by_declaration = scores(&folder, "cutover", |name| declared(&folder, name));
    println!("declared, {} files", by_declaration.len());
    let (simple, weighted) = summary(&by_declaration, &weights);
    println!("detected: simple {detected_simple:.3}, weighted {detected_weighted:.3}");
    println!("declared: simple {simple:.3}, weighted {weighted:.3}");
    assert!(by_detection.len() >= 58);
    // Without weights it is a part of the benchmark, whose files count alike.
    let best = if weights.is_empty() { [9.52, 9.52, 9.84, 9.84] } else { [9.961, 9.599, 9.961, 9.599] };
    let ours = [detected_simple, detected_weighted, simple, weighted];
    assert!(ours.iter().zip(best).all(|(ours, best)| *ours > best), "{ours:?}");
}
