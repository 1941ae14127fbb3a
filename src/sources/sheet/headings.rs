//! Which rows of a sheet are headings, which are records, and what the columns
//! are called. Reads the sheet once.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::Path;

use super::guard::Kind;
use super::kept::Kept;
use super::row::{Area, Mark, Out, Row};
use super::{Hidden, SheetOptions, value, workbook};
use crate::record;
use crate::sources::ReadError;
use crate::sources::contacts;

/// Merged areas that are looked at.
const AREAS: usize = 100_000;
/// Rows that headings may take.
const HEADER_ROWS: u32 = 20;

/// Where in the sheet its records are.
#[derive(Debug)]
pub(super) struct Layout {
    /// The row of the headings, from 1, and how many they take; 0 if there are none.
    header: u32,
    header_rows: u32,
    /// The first row that may be a record.
    pub first: u32,
    /// The first row behind the table, if that ends before the sheet.
    pub end: Option<u32>,
    /// Columns from 0 with their names.
    pub columns: Vec<(u32, String)>,
    hidden_rows: u32,
    hidden_columns: Vec<u32>,
    /// Rows that hold something behind the table.
    left_out: u32,
}

impl Layout {
    /// What was found, in words.
    pub(super) fn said(&self, sheet: &str) -> String {
        let mut said = format!("sheet `{sheet}`, ");
        match (self.header, self.header_rows) {
            (0, _) => said.push_str("no headings"),
            (row, 0 | 1) => said.push_str(&format!("headings in row {row}")),
            (row, rows) => said.push_str(&format!("headings in rows {row} to {}", row + rows - 1)),
        }
        match self.hidden_rows {
            0 => {}
            1 => said.push_str(", 1 hidden row"),
            rows => said.push_str(&format!(", {rows} hidden rows")),
        }
        if !self.hidden_columns.is_empty() {
            let letters: Vec<String> =
                self.hidden_columns.iter().take(8).map(|column| value::letters(*column)).collect();
            let more = if self.hidden_columns.len() > letters.len() { " …" } else { "" };
            let noun = if letters.len() == 1 { "column" } else { "columns" };
            said.push_str(&format!(", hidden {noun} {}{more}", letters.join(", ")));
        }
        if let Some(end) = self.end.filter(|_| self.left_out > 0) {
            let rows = if self.left_out == 1 { "1 row".to_string() } else { format!("{} rows", self.left_out) };
            said.push_str(&format!(", {rows} from row {end} on left out"));
        }
        said
    }
}

/// Finds the layout of a sheet; and gives its records, if they are few enough to
/// be kept.
pub(super) fn find(
    path: &Path,
    kind: Kind,
    sheet: &str,
    options: &SheetOptions,
) -> Result<(Layout, Option<Kept>), ReadError> {
    let place = format!("{}, sheet `{sheet}`", path.display());
    if !(1..=HEADER_ROWS).contains(&options.header_rows) {
        return Err(ReadError::new(place, "`header_rows` is not between 1 and 20")
            .help("set it to the number of rows that the headings take"));
    }
    let mut survey = Survey {
        options,
        header: options.header,
        last: 0,
        any: None,
        texts: BTreeMap::new(),
        filled: Vec::new(),
        areas: Vec::new(),
        hidden: Vec::new(),
        hidden_rows: 0,
        end: options.last_row.map(|row| row.saturating_add(1)),
        left_out: 0,
        kept: Some(Kept::default()),
    };
    workbook::rows(path, kind, sheet, options.leading_zeros, &mut survey)?;
    let kept = survey.kept.take();
    Ok((survey.layout(&place)?, kept))
}

/// What one reading of the sheet finds.
struct Survey<'a> {
    options: &'a SheetOptions,
    header: Option<u32>,
    /// The number of the last row.
    last: u32,
    /// The first row with anything.
    any: Option<u32>,
    /// The texts of the rows of headings, by row and column.
    texts: BTreeMap<u32, BTreeMap<u32, String>>,
    /// For each column whether a record has it.
    filled: Vec<bool>,
    areas: Vec<Area>,
    hidden: Vec<(u32, u32)>,
    hidden_rows: u32,
    end: Option<u32>,
    left_out: u32,
    kept: Option<Kept>,
}

impl Out for Survey<'_> {
    fn row(&mut self, row: &Row) -> Result<ControlFlow<()>, ReadError> {
        self.any.get_or_insert(row.number);
        let header = *self.header.get_or_insert(row.number);
        let first = first_record(header, self.options.header_rows);
        if row.number < header {
            return Ok(ControlFlow::Continue(()));
        }
        if row.number < first {
            let texts = row.iter().filter_map(|(column, mark, text)| Some((column, heading(mark, text)?)));
            self.texts.insert(row.number, texts.collect());
            return Ok(ControlFlow::Continue(()));
        }
        if self.end.is_none() {
            self.end = self.ends(row, first);
        }
        if self.end.is_some_and(|end| row.number >= end) {
            self.left_out += 1;
            return Ok(ControlFlow::Continue(()));
        }
        self.last = row.number;
        self.hidden_rows += u32::from(row.hidden);
        if row.hidden && self.options.hidden == Hidden::Skip {
            return Ok(ControlFlow::Continue(()));
        }
        if self.kept.as_mut().is_some_and(|kept| !kept.push(row)) {
            self.kept = None;
        }
        for (column, _, _) in row.iter() {
            let column = column as usize;
            if self.filled.len() <= column {
                self.filled.resize(column + 1, false);
            }
            if let Some(filled) = self.filled.get_mut(column) {
                *filled = true;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn merged(&mut self, area: Area) {
        if self.areas.len() < AREAS {
            self.areas.push(area);
        }
    }

    fn hidden_columns(&mut self, first: u32, last: u32) {
        if self.hidden.len() < AREAS {
            self.hidden.push((first, last));
        }
    }
}

/// The first row that may be a record.
fn first_record(header: u32, rows: u32) -> u32 {
    if header == 0 { 1 } else { header.saturating_add(rows) }
}

/// A heading on one line, without white space around it; `None` if it is empty.
fn heading(mark: Mark, text: &str) -> Option<String> {
    if matches!(mark, Mark::Error | Mark::Unreadable) {
        return None;
    }
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!folded.is_empty()).then_some(folded)
}

impl Survey<'_> {
    /// Where the table ends, if this row shows it.
    fn ends(&self, row: &Row, first: u32) -> Option<u32> {
        let until = self.options.until.as_deref()?;
        if until.is_empty() {
            let before = self.last.max(first - 1);
            return (row.number > before + 1 && self.last > 0).then_some(before + 1);
        }
        let (_, _, text) = row.iter().min_by_key(|(column, _, _)| *column)?;
        text.trim_start().starts_with(until).then_some(row.number)
    }

    fn layout(self, place: &str) -> Result<Layout, ReadError> {
        let Some(any) = self.any else {
            return Err(ReadError::new(place, "the sheet is empty").help("name another with `sheet`"));
        };
        let header = self.header.unwrap_or(any);
        let columns = if header == 0 { self.unnamed() } else { self.named(place, header, any)? };
        let is_column = |column: &u32| columns.iter().any(|(known, _)| known == column);
        let hidden = self.hidden.iter().flat_map(|(first, last)| *first..=*last).filter(is_column).collect();
        Ok(Layout {
            header,
            header_rows: self.options.header_rows,
            first: first_record(header, self.options.header_rows),
            end: self.end,
            columns,
            hidden_rows: self.hidden_rows,
            hidden_columns: hidden,
            left_out: self.left_out,
        })
    }

    fn is_filled(&self, column: u32) -> bool {
        self.filled.get(column as usize).copied().unwrap_or_default()
    }

    fn unnamed(&self) -> Vec<(u32, String)> {
        let count = u32::try_from(self.filled.len()).unwrap_or(u32::MAX);
        (0..count).map(|column| (column, format!("column_{}", column + 1))).collect()
    }

    /// Headings, and `column_N` where there is none but something below.
    fn named(&self, place: &str, header: u32, any: u32) -> Result<Vec<(u32, String)>, ReadError> {
        let rows = header..header.saturating_add(self.options.header_rows);
        if rows.clone().all(|row| self.texts.get(&row).is_none_or(BTreeMap::is_empty)) {
            return Err(ReadError::new(place, format!("row {header} holds no headings")).help(match any == header {
                true => "set `header` to the row that holds them, or to 0 if there is none".to_string(),
                false => format!("set `header` to the row that holds them; the first row with anything is {any}"),
            }));
        }
        let mut names: BTreeMap<u32, String> = BTreeMap::new();
        // Columns whose name comes from a merged cell that begins further left.
        let mut spread: Vec<u32> = Vec::new();
        for row in rows {
            let mut texts = self.texts.get(&row).cloned().unwrap_or_default();
            for area in self.areas.iter().filter(|area| area.top == row && area.right > area.left) {
                let Some(text) = texts.get(&area.left).cloned() else { continue };
                for column in area.left + 1..=area.right {
                    if let std::collections::btree_map::Entry::Vacant(entry) = texts.entry(column) {
                        entry.insert(text.clone());
                        spread.push(column);
                    }
                }
            }
            for (column, text) in texts {
                let name = names.entry(column).or_default();
                if !name.is_empty() {
                    name.push(' ');
                }
                name.push_str(&text);
            }
        }
        self.tell_apart(&mut names, &spread);
        for column in (0_u32..).take(self.filled.len()).filter(|column| self.is_filled(*column)) {
            names.entry(column).or_insert_with(|| format!("column_{}", column + 1));
        }
        let (columns, mut names): (Vec<u32>, Vec<String>) = names.into_iter().unzip();
        contacts::number_twins(&mut names);
        let names: Vec<(u32, String)> = columns.into_iter().zip(names).collect();
        distinct(&names).map_err(|(what, help)| ReadError::new(format!("{place}, row {header}"), what).help(help))?;
        Ok(names)
    }

    /// Columns below one merged heading become `Name`, `Name_2`; those of them
    /// that hold nothing are left out.
    fn tell_apart(&self, names: &mut BTreeMap<u32, String>, spread: &[u32]) {
        let mut seen: HashMap<String, u32> = HashMap::new();
        names.retain(|column, name| {
            let count = seen.entry(name.clone()).or_default();
            if *count > 0 && spread.contains(column) {
                if !self.is_filled(*column) {
                    return false;
                }
                *count += 1;
                name.push_str(&format!("_{count}"));
            } else {
                *count += 1;
            }
            true
        });
    }
}

fn distinct(headings: &[(u32, String)]) -> Result<(), (String, &'static str)> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for (column, name) in headings {
        if record::LINEAGE.contains(&&**name) {
            return Err((
                format!("the heading `{name}` of column {} is a name of cutover's own", value::letters(*column)),
                "rename it in the workbook",
            ));
        }
        if let Some(first) = seen.insert(name, *column) {
            let (first, second) = (value::letters(first), value::letters(*column));
            return Err((
                format!("the heading `{name}` stands twice, in columns {first} and {second}"),
                "rename one of them in the workbook",
            ));
        }
    }
    Ok(())
}
