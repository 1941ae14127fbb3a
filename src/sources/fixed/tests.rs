use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::{FixedColumn, FixedOptions, FixedSource, Short, Trim};
use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, Source};

fn options(columns: &[(&str, u32, u32)]) -> FixedOptions {
    let column =
        |(name, start, width): &(&str, u32, u32)| FixedColumn { name: name.to_string(), start: *start, width: *width };
    FixedOptions {
        columns: Some(columns.iter().map(column).collect()),
        schema: None,
        encoding: None,
        skip: 0,
        short: Short::Reject,
        trim: Trim::Both,
        member: None,
    }
}

fn by_schema(schema: &str) -> FixedOptions {
    FixedOptions { columns: None, schema: Some(schema.into()), ..options(&[]) }
}

/// The names of the columns, then a line a record: place, fault, notes, values.
fn table(path: &Path, options: &FixedOptions) -> Result<Vec<String>, ReadError> {
    let source = FixedSource::open(&[path.to_path_buf()], options)?;
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut lines = vec![names.join(" | ")];
    for batch in source.open(2)? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            let text = |column: &arrow::array::ArrayRef| {
                let column = column.as_string::<i32>();
                if column.is_valid(row) { column.value(row).to_string() } else { "-".into() }
            };
            lines.push(batch.columns().iter().map(text).collect::<Vec<_>>().join(" | "));
        }
    }
    Ok(lines)
}

fn read(bytes: &[u8], options: &FixedOptions) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("f");
    fs::write(&path, bytes).expect("a file");
    table(&path, options).unwrap_or_else(|error| vec![error.what])
}

#[test]
fn lines_are_cut_where_the_columns_are() {
    let columns = options(&[("name", 1, 6), ("city", 7, 5), ("no", 12, 3)]);
    assert_eq!(
        read("Ann   Oslo   7\r\nZoë   Köln 007\r\n\r\nBob   Rome  12".as_bytes(), &columns),
        [
            "name | city | no",
            "f:1 | - | - | Ann | Oslo | 7",
            "f:2 | - | - | Zoë | Köln | 007",
            "f:4 | - | - | Bob | Rome | 12",
        ]
    );
    let cp850 = FixedOptions { encoding: Encoding::named("cp850"), ..columns.clone() };
    assert_eq!(read(b"M\x81ll  K\x94ln   1\n", &cp850), ["name | city | no", "f:1 | - | - | Müll | Köln | 1"]);
    let skip = FixedOptions { skip: 1, trim: Trim::None, ..columns };
    assert_eq!(
        read(b"NAME  CITY NO\nAnn   Oslo   7\n", &skip),
        ["name | city | no", "f:2 | - | - | Ann    | Oslo  |   7"]
    );
}

#[test]
fn a_short_line_is_a_fault_or_padded() {
    let columns = options(&[("name", 1, 6), ("city", 7, 5)]);
    assert_eq!(
        read(b"Ann\nBob   R\n", &columns),
        ["name | city", "f:1 | fixed.short | - | Ann | -", "f:2 | - | - | Bob | R"]
    );
    let pad = FixedOptions { short: Short::Pad, ..columns };
    assert_eq!(read(b"Ann\n", &pad), ["name | city", "f:1 | - | - | Ann | -"]);
}

#[test]
fn text_without_a_column_is_noted() {
    let columns = options(&[("name", 1, 3), ("city", 6, 4)]);
    assert_eq!(
        read(b"Ann  Oslo\nAnn xOslo\nAnn  Oslo y\n", &columns),
        [
            "name | city",
            "f:1 | - | - | Ann | Oslo",
            "f:2 | - | fixed.uncovered | Ann | Oslo",
            "f:3 | - | fixed.uncovered | Ann | Oslo",
        ]
    );
}

#[test]
fn a_broken_line_costs_itself() {
    let columns = FixedOptions { encoding: Some(Encoding::UTF_8), ..options(&[("a", 1, 2), ("b", 3, 2)]) };
    assert_eq!(
        read(b"ab\xffd\na\0bcd\nabcd\n", &columns),
        [
            "a | b",
            "f:1 | fixed.encoding | - | ab | \u{fffd}d",
            "f:2 | fixed.nul | - | ab | cd",
            "f:3 | - | - | ab | cd"
        ]
    );
}

#[test]
fn columns_must_be_said_and_right() {
    assert_eq!(read(b"x", &by_schema("none.csv")), ["no such file"]);
    let nothing = FixedOptions { columns: None, ..options(&[]) };
    assert_eq!(read(b"x", &nothing), ["nothing says where its columns are"]);
    assert_eq!(read(b"x", &options(&[("a", 0, 1)])), ["column `a` starts at 0, but places count from 1"]);
    assert_eq!(read(b"x", &options(&[("a", 1, 0)])), ["column `a` has no width, or ends beyond 1,000,000"]);
    assert_eq!(read(b"x", &options(&[("a", 1, 1), ("a", 2, 1)])), ["two columns have the name `a`"]);
    assert_eq!(read(b"", &options(&[("a", 1, 1)])), ["is empty"]);
}

fn shared() -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let named = std::env::var_os("CUTOVER_SHARED_DATA").map(PathBuf::from);
    let found = named.into_iter().chain([beside]).find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no shared data");
    }
    found.map(|data| data.join("05_csv/csvkit"))
}

#[test]
fn csvkit_files_are_read_as_they_were_converted() {
    let Some(folder) = shared() else { return };
    let found =
        table(&folder.join("testfixed"), &FixedOptions { short: Short::Pad, ..by_schema("testfixed_schema.csv") });
    let text = fs::read_to_string(folder.join("testfixed_converted.csv")).expect("a truth");
    let mut wanted = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split(',').map(|cell| if cell.is_empty() { "-" } else { cell }).collect();
        let lineage = if index == 0 { String::new() } else { format!("testfixed:{index} | - | - | ") };
        wanted.push(lineage + &cells.join(" | "));
    }
    // A comma stands in the third line where the schema has no column.
    let noted = |line: &String| line.replace("testfixed:3 | - | fixed.uncovered | ", "testfixed:3 | - | - | ");
    let found = found.expect("reads");
    assert_eq!(found.iter().map(noted).collect::<Vec<_>>(), wanted);
    assert_eq!(found.iter().filter(|line| line.contains("fixed.uncovered")).count(), 1);
}

#[test]
fn a_census_file_is_read_by_its_schema() {
    let Some(folder) = shared() else { return };
    let options = FixedOptions { encoding: Encoding::named("latin1"), ..by_schema("census2000_geo_schema.csv") };
    let found = table(&folder.join("realdata/census_2000/usgeo_excerpt.upl"), &options).expect("reads");
    assert_eq!(found.len(), 1001);
    assert_eq!(found.iter().filter(|line| line.contains("fixed.")).count(), 0);
    let names: Vec<&str> = found.first().map(|line| line.split(" | ").collect()).unwrap_or_default();
    assert_eq!(names.len(), 83);
    let at = names.iter().position(|name| *name == "NAME").expect("a column");
    let name = |line: &String| line.split(" | ").nth(at + 3).map(str::to_string);
    let named: Vec<Option<String>> = [1, 2, 3].map(|row| found.get(row).and_then(name)).to_vec();
    assert_eq!(named, ["United States", "Northeast", "Midwest"].map(|name| Some(name.to_string())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 1..200), start in 1..50_u32, width in 1..50_u32) {
        let columns = options(&[("a", start, width), ("b", width, start)]);
        prop_assert!(!read(&bytes, &columns).is_empty());
    }

    #[test]
    fn columns_side_by_side_hold_the_whole_line(line in "[ -~äöü東]{1,60}", at in 1..30_u32) {
        let all = FixedOptions { trim: Trim::None, short: Short::Pad, ..options(&[("a", 1, at), ("b", at + 1, 100)]) };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f");
        fs::write(&path, &line).expect("a file");
        let utf_8 = FixedOptions { encoding: Some(Encoding::UTF_8), ..all };
        let source = FixedSource::open(&[path], &utf_8).expect("opens");
        let batch = source.open(10).expect("opens").next().expect("a batch").expect("reads");
        let cells = batch.columns().iter().skip(3).map(|column| column.as_string::<i32>());
        let text: String = cells.filter(|cells| cells.is_valid(0)).map(|cells| cells.value(0).to_string()).collect();
        prop_assert_eq!(text, line);
    }
}
