//! Where the columns of a line are: from the options, or from a file that lists
//! them as csvkit's schemas do.

use std::path::Path;

use super::options::FixedOptions;
use crate::record;
use crate::sources::ReadError;

/// The longest line that columns may span, in characters.
const LONGEST: u64 = 1_000_000;

/// A column, its place counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    pub start: usize,
    pub width: usize,
}

/// The columns of the source whose first file is `file`.
///
/// # Errors
/// No columns or both ways to say them, a schema that cannot be read, a column
/// without a width, two with the same name.
pub(super) fn of(options: &FixedOptions, file: &Path) -> Result<Vec<Column>, ReadError> {
    let place = file.display().to_string();
    let (place, columns) = match (&options.columns, &options.schema) {
        (Some(columns), None) => {
            let mut found = Vec::new();
            for column in columns {
                let Some(start) = column.start.checked_sub(1) else {
                    return Err(wrong(
                        &place,
                        format!("column `{}` starts at 0, but places count from 1", column.name),
                    ));
                };
                found.push((column.name.clone(), u64::from(start), u64::from(column.width)));
            }
            (place, found)
        }
        (None, Some(schema)) => {
            let path = file.parent().unwrap_or(Path::new("")).join(schema);
            (path.display().to_string(), listed(&path)?)
        }
        (Some(_), Some(_)) => return Err(wrong(&place, "has both `columns` and `schema`".into())),
        (None, None) => {
            return Err(ReadError::new(place, "nothing says where its columns are")
                .help("add `columns = [{ name = \"…\", start = 1, width = 20 }, …]` or `schema = \"FILE.csv\"`"));
        }
    };
    checked(&place, columns)
}

fn checked(place: &str, columns: Vec<(String, u64, u64)>) -> Result<Vec<Column>, ReadError> {
    let mut found: Vec<Column> = Vec::new();
    for (name, start, width) in columns {
        if width == 0 || start + width > LONGEST {
            return Err(wrong(place, format!("column `{name}` has no width, or ends beyond 1,000,000")));
        }
        if found.iter().any(|column| column.name == name) {
            return Err(wrong(place, format!("two columns have the name `{name}`")));
        }
        if record::LINEAGE.contains(&name.as_str()) {
            return Err(wrong(place, format!("a column has the name `{name}`, which cutover needs itself")));
        }
        found.push(Column { name, start: start as usize, width: width as usize });
    }
    if found.is_empty() {
        return Err(wrong(place, "lists no columns".into()));
    }
    Ok(found)
}

fn wrong(place: &str, what: String) -> ReadError {
    ReadError::new(place, what).help("correct the list of columns")
}

/// The columns that a CSV file lists. They count from 1, unless one starts at 0.
fn listed(path: &Path) -> Result<Vec<(String, u64, u64)>, ReadError> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| ReadError::io(path, &error))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let broken = |error: csv::Error| {
        let line = error.position().map_or(String::new(), |at| format!(":{}", at.line()));
        wrong(&format!("{place}{line}"), "is no CSV file with one column a line".into())
    };
    let headings: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_lowercase).collect();
    let place_of = |names: &[&str]| headings.iter().position(|heading| names.contains(&heading.as_str()));
    let (name, start) = (place_of(&["column", "name"]), place_of(&["start"]));
    let (length, end) = (place_of(&["length", "width"]), place_of(&["end"]));
    let (Some(name), Some(start), true) = (name, start, length.is_some() || end.is_some()) else {
        return Err(wrong(&place, "lacks one of the headings `column`, `start`, `length`".into()));
    };
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = |index: usize| record.get(index).and_then(|text| text.parse::<u64>().ok());
        let width = match (length, end) {
            (Some(length), _) => number(length),
            (None, Some(end)) => number(end).zip(number(start)).and_then(|(end, start)| (end + 1).checked_sub(start)),
            (None, None) => None,
        };
        let (Some(text), Some(first), Some(width)) = (record.get(name), number(start), width) else {
            return Err(wrong(&format!("{place}:{line}"), "has no whole numbers for start and length".into()));
        };
        found.push((text.to_string(), first, width));
    }
    let from = u64::from(found.iter().all(|(_, start, _)| *start > 0));
    Ok(found.into_iter().map(|(name, start, width)| (name, start - from, width)).collect())
}
