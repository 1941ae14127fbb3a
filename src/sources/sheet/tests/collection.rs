//! Against a public collection of workbooks, where it is at hand.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{one, options, read};
use crate::sources::ReadError;
use crate::sources::sheet::row::{Out, Row};
use crate::sources::sheet::{SheetOptions, list, sheets, workbook};

/// Damaged copies of each file.
const ROUNDS: u32 = 4;

fn collection() -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let data = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from).join("04_spreadsheet");
    if !data.is_dir() {
        println!("skipped: no collection of spreadsheets at hand");
        return None;
    }
    Some(data)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
    found.sort();
}

/// No file may panic, hang or take much memory; run it with `--nocapture` for the
/// list of those that are refused.
#[test]
fn every_file_of_the_collection_is_read_or_refused() {
    let Some(data) = collection() else { return };
    let mut files = Vec::new();
    walk(&data, &mut files);
    let (mut whole, mut partly, mut refused) = (0, 0, 0);
    for path in files {
        let name = path.strip_prefix(&data).unwrap().display().to_string();
        if !["xlsx", "xlsm", "xlsb", "xls", "ods"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let all = match sheets(&path) {
            Ok(all) => all,
            Err(error) => {
                println!("{name}: {}", error.what);
                refused += 1;
                continue;
            }
        };
        let mut errors = Vec::new();
        for sheet in all {
            let bare = SheetOptions { header: Some(0), ..options(Some(&sheet), 0) };
            match read(std::slice::from_ref(&path), &bare) {
                Err(error) if !error.contains("the sheet is empty") => errors.push(format!("{error} [{sheet}]")),
                _ => {}
            }
        }
        if errors.is_empty() {
            whole += 1;
        } else {
            partly += 1;
            println!("{name}: {}", errors.join(" // "));
        }
    }
    println!("{whole} read whole, {partly} in part, {refused} refused");
    assert!(whole > 100);
    assert_eq!(partly, 0);
    assert!(refused < 10);
}

/// Its texts have two bytes a character, and its code page says one.
#[test]
fn texts_of_two_bytes_are_whole() {
    let Some(data) = collection() else { return };
    let lines = one(&data.join("calamine/sheet_name_parsing.xls"), None, 1).unwrap();
    assert!(lines[0].starts_with("Titel|"), "{}", lines[0]);
    assert!(lines[0].contains("|Regissör|"), "{}", lines[0]);
    assert!(!lines.iter().any(|line| line.contains('\0')));
}

struct Compared(usize);

impl Out for Compared {
    fn row(&mut self, row: &Row) -> Result<ControlFlow<()>, ReadError> {
        let values: Vec<_> = row.iter().map(|(_, mark, text)| (mark, text)).collect();
        let [_, date, text, more] = values.as_slice() else { panic!("row {}", row.number) };
        assert_eq!((date, date), (text, more), "row {}", row.number);
        self.0 += 1;
        Ok(ControlFlow::Continue(()))
    }
}

/// The second column is a date; the third and fourth hold the same as text.
#[test]
fn both_date_systems_give_the_day_that_stands_beside_it() {
    let Some(data) = collection() else { return };
    let mut compared = Compared(0);
    for system in ["1900", "1904"] {
        for kind in ["xlsx", "xlsb", "xls", "ods"] {
            let path = data.join("sheetjs/1904").join(format!("{system}.{kind}"));
            let (kind, listed) = list(&path).unwrap();
            workbook::rows(&path, kind, &listed[0].name, true, &mut compared).unwrap();
        }
    }
    assert_eq!(compared.0, 40);
}

/// Bytes changed at random, the same ones each time: whatever comes of it, an
/// answer must, without a panic and without much memory or time.
#[test]
fn damaged_files_are_answered() {
    let Some(data) = collection() else { return };
    let mut files = Vec::new();
    walk(&data, &mut files);
    let folder = tempfile::TempDir::new().unwrap();
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (mut answered, mut refused) = (0, 0);
    for path in files {
        let whole = std::fs::read(&path).unwrap();
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if whole.len() > 60_000 || !["xls", "xlsx", "xlsb", "ods"].contains(&kind) {
            continue;
        }
        for round in 0..ROUNDS {
            let mut bytes = whole.clone();
            for _ in 0..(1 << (round % 8)) {
                let at = next(bytes.len());
                bytes[at] = u8::try_from(next(256)).unwrap();
            }
            if round % 4 == 3 {
                bytes.truncate(next(bytes.len()));
            }
            let changed = folder.path().join(format!("{round}.{kind}"));
            std::fs::write(&changed, &bytes).unwrap();
            refused += i32::from(one(&changed, None, 0).is_err());
            answered += 1;
        }
    }
    println!("{answered} damaged files, {refused} refused");
    assert!(refused > answered / 4);
}
