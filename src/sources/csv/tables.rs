//! Where one table ends and another begins in the same file.
//!
//! Another table begins where the headings come again, entirely or mostly; and
//! behind an empty row, where a row of headings has another number of cells and
//! the row below it has as many.

use super::headings::Row;

/// A table within a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The row that it begins with, which holds headings.
    pub row: u64,
    /// The line of that row.
    pub line: u64,
    pub headings: Vec<Option<String>>,
    /// Its headings are those of the table before it.
    pub again: bool,
    /// The last row of the table that is not empty, as far as was looked.
    pub last: u64,
}

/// Looks at row after row.
pub(super) struct Parts {
    found: Vec<Part>,
    /// The row before was empty.
    behind_empty: bool,
    /// The row before was a single cell behind an empty row.
    behind_title: bool,
    /// What is the start of a table if the next row bears it out, and the last row
    /// before it.
    likely: Option<(Row, u64)>,
    /// The last row that is not empty, and the last before a title.
    last: u64,
    before_title: u64,
}

impl Parts {
    /// Of a file whose first table has its headings in `first`.
    pub(super) fn from(first: &Row) -> Self {
        let part =
            Part { row: first.row, line: first.line, headings: first.cells.clone(), again: false, last: first.row };
        Self {
            found: vec![part],
            behind_empty: false,
            behind_title: false,
            likely: None,
            last: first.row,
            before_title: first.row,
        }
    }

    /// The next row below those of the first headings.
    pub(super) fn feed(&mut self, row: &Row) {
        if row.is_empty() {
            (self.likely, self.behind_empty, self.behind_title) = (None, true, false);
            return;
        }
        if let Some((start, last)) = self.likely.take()
            && start.width() == row.width()
        {
            self.start(start, last, false);
        }
        let (empty, title) = (self.behind_empty, self.behind_title);
        let last = if title { self.before_title } else { self.last };
        (self.behind_empty, self.behind_title) = (false, empty && row.filled() == 1);
        if self.behind_title {
            self.before_title = self.last;
        }
        self.last = row.row;
        let headings = self.found.last().map(|part| part.headings.as_slice()).unwrap_or_default();
        if come_again(headings, &row.cells) {
            let again = headings == row.cells;
            self.start(row.clone(), last, again);
        } else if (empty || title) && row.width() != headings.len() && row.is_like_headings() {
            let all = row.filled() == row.width();
            self.likely = all.then(|| (row.clone(), last));
        }
    }

    fn start(&mut self, row: Row, last: u64, again: bool) {
        if let Some(part) = self.found.last_mut() {
            part.last = last;
        }
        self.found.push(Part { row: row.row, line: row.line, headings: row.cells, again, last: row.row });
    }

    /// The tables, at least one.
    pub(super) fn finish(mut self) -> Vec<Part> {
        if let Some(part) = self.found.last_mut() {
            part.last = self.last;
        }
        self.found
    }
}

/// Whether the cells are the headings again, or most of them with a few changed.
fn come_again(headings: &[Option<String>], cells: &[Option<String>]) -> bool {
    let filled = |cells: &[Option<String>]| cells.iter().flatten().count();
    let same = headings.iter().zip(cells).filter(|(a, b)| a.is_some() && a == b).count();
    same >= 2 && same * 10 >= filled(headings).min(filled(cells)) * 8
}
