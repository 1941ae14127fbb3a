//! Where the headings of a table are, and where its records end.
//!
//! Knows rows of cells, nothing of files. Each guess needs evidence, and where
//! there is none the first row that is not blank holds the headings, and all that
//! follows is records.

use super::shape::Shape;

/// A row at the beginning of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// From 1, blank lines counted.
    pub row: u64,
    /// The line on which it begins, and the one behind it.
    pub line: u64,
    /// What is wrong with it.
    pub fault: Option<&'static str>,
    /// A blank line or a comment.
    pub blank: bool,
    pub cells: Vec<Option<String>>,
}

/// How many rows are looked at for headings.
const HEAD: usize = 50;
/// How many records tell what the cells of a column look like.
const RECORDS: usize = 200;
/// How many rows the headings may take.
const DEEPEST: usize = 3;
/// The longest footer, in rows.
const FOOTER: usize = 20;
/// How a row of totals begins, in lowercase.
const TOTALS: [&str; 10] =
    ["total", "grand total", "subtotal", "sum", "summe", "gesamt", "somme", "totale", "totaal", "итого"];

impl Row {
    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn filled(&self) -> usize {
        self.cells.iter().flatten().count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blank || self.filled() == 0
    }

    fn shape(&self, column: usize) -> Shape {
        Shape::of(self.cells.get(column).and_then(Option::as_deref))
    }

    fn shapes(&self) -> impl Iterator<Item = Shape> {
        self.cells.iter().map(|cell| Shape::of(cell.as_deref()))
    }

    /// Whether each cell could be a heading, and at least two are.
    pub(super) fn is_like_headings(&self) -> bool {
        let mut seen: Vec<&str> = Vec::new();
        for text in self.cells.iter().flatten() {
            if Shape::of(Some(text)) != Shape::Text || seen.contains(&text.as_str()) || text.len() > 100 {
                return false;
            }
            seen.push(text);
        }
        seen.len() >= 2
    }
}

/// The indexes of the first and the last row with headings; `None` where there
/// are none.
pub(super) fn find(rows: &[Row], width: usize) -> Option<(usize, usize)> {
    let start = behind_preamble(rows, width)?;
    if starts_with_a_record(rows, start) || names_too_little(rows, start, width) {
        return None;
    }
    let mut last = start;
    while last + 1 < start + DEEPEST && goes_on(rows, last + 1, width) {
        last += 1;
    }
    Some((start, last))
}

/// The first row that is neither blank nor above the table.
fn behind_preamble(rows: &[Row], width: usize) -> Option<usize> {
    let first = rows.iter().position(|row| !row.blank)?;
    let mut separated = false;
    for (index, row) in rows.iter().enumerate().skip(first).take(HEAD) {
        let narrow = row.width() * 2 <= width;
        if row.is_empty() {
            separated = true;
        } else if row.width() == width && row.filled() * 2 >= width && row.is_like_headings() {
            let above = rows.get(first..index).unwrap_or_default();
            let padded = |row: &Row| row.filled() <= 1 && separated;
            let sparse = |row: &Row| row.is_empty() || row.width() * 2 <= width || padded(row);
            return Some(if above.iter().all(sparse) { index } else { first });
        } else if !narrow && row.filled() > 1 {
            break;
        }
    }
    Some(first)
}

/// The shape that nearly all cells of each column have.
fn shapes_of_columns(rows: &[Row]) -> Vec<Option<Shape>> {
    let records: Vec<&Row> = rows.iter().filter(|row| !row.is_empty()).take(RECORDS).collect();
    let width = records.iter().map(|row| row.width()).max().unwrap_or(0);
    let of_column = |column: usize| {
        let mut shapes: Vec<Shape> = records.iter().map(|row| row.shape(column)).collect();
        shapes.retain(|shape| *shape != Shape::Empty);
        shapes.sort_unstable();
        let most = shapes.chunk_by(|a, b| a == b).max_by_key(|same| same.len())?;
        (most.len() >= 2 && most.len() * 10 >= shapes.len() * 9).then(|| most.first().copied()).flatten()
    };
    (0..width).map(of_column).collect()
}

/// Whether the row looks like those below it where no heading would.
fn starts_with_a_record(rows: &[Row], start: usize) -> bool {
    let (Some(row), Some(below)) = (rows.get(start), rows.get(start + 1..)) else { return false };
    let mut alike = 0;
    for (column, shape) in shapes_of_columns(below).into_iter().enumerate() {
        let Some(shape) = shape.filter(|shape| shape.is_value()) else { continue };
        match row.shape(column) {
            Shape::Text => return false,
            own => alike += usize::from(own == shape),
        }
    }
    let certain = |(column, cell): (usize, &Option<String>)| {
        let shape = Shape::of(cell.as_deref());
        let next = below.iter().find(|row| !row.is_empty()).map(|row| row.shape(column));
        matches!(shape, Shape::Mail | Shape::Url | Shape::Guid) && next == Some(shape)
    };
    alike > 0 || row.cells.iter().enumerate().any(certain)
}

/// Whether the row, as wide as the others, has one cell where those below it have
/// several, and is text like those: a record that knows little, not the name of one
/// column and of no other.
fn names_too_little(rows: &[Row], start: usize, width: usize) -> bool {
    let (Some(row), Some(below)) = (rows.get(start), rows.get(start + 1..)) else { return false };
    let Some(column) = row.cells.iter().position(Option::is_some) else { return false };
    let fuller: Vec<&Row> = below.iter().filter(|row| row.width() == width && row.filled() > 1).take(2).collect();
    let alike = || fuller.iter().all(|row| row.shape(column) == Shape::Text);
    width > 2 && row.width() == width && row.filled() == 1 && fuller.len() == 2 && alike()
}

/// Whether the row has headings too: text where all rows below it have values.
fn goes_on(rows: &[Row], index: usize, width: usize) -> bool {
    let (Some(row), Some(below)) = (rows.get(index), rows.get(index + 1..)) else { return false };
    let textual = row.shapes().all(|shape| matches!(shape, Shape::Empty | Shape::Text));
    if row.is_empty() || row.fault.is_some() || !textual || row.filled() * 2 < width || row.width() != width {
        return false;
    }
    let columns = shapes_of_columns(below);
    let valued = |(_, shape): &(usize, &Option<Shape>)| shape.is_some_and(|shape| shape.is_value());
    let over_values = columns.iter().enumerate().filter(valued).map(|(column, _)| row.shape(column));
    let counted: Vec<bool> = over_values.map(|shape| shape == Shape::Text).collect();
    counted.len() >= 2 && counted.into_iter().all(|text| text)
}

/// The index of the first row at the end of a table that is no record: rows with
/// few cells behind an empty one. `records` are those below the headings.
pub(super) fn footer(records: &[Row], width: usize) -> Option<usize> {
    let sparse = |row: &Row| {
        let total = row.cells.iter().flatten().next().is_some_and(|text| {
            let text = text.trim_start().to_lowercase();
            TOTALS.iter().any(|word| text.starts_with(word))
        });
        width >= 2 && row.filled() * 2 <= width && (row.width() < width || total)
    };
    let mut found = None;
    let mut count = 0;
    for (index, row) in records.iter().enumerate().rev() {
        if row.is_empty() {
            found = if count > 0 { Some(index + 1) } else { found };
        } else if sparse(row) && count < FOOTER {
            count += 1;
        } else {
            break;
        }
    }
    found.filter(|index| records.get(..*index).is_some_and(|before| before.iter().any(|row| row.width() == width)))
}
