//! One row of a sheet, in memory that is used again for the next.

use std::ops::ControlFlow;

use crate::sources::ReadError;

/// What is to be said of a cell besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Plain,
    /// A number that is shown as a date but is none; the text is the number.
    BadDate,
    /// `#N/A` and its kin: no value.
    Error,
    /// The file holds something that the format does not allow there.
    Unreadable,
}

/// The cells of one row that hold something.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// From 1.
    pub number: u32,
    pub hidden: bool,
    text: String,
    cells: Vec<Cell>,
}

/// A cell, whose text begins where that of the one before ends.
#[derive(Debug, Clone, Copy)]
struct Cell {
    end: u32,
    /// From 0; no sheet has more than 16,384.
    column: u16,
    mark: Mark,
}

impl Row {
    pub(super) fn clear(&mut self) {
        (self.number, self.hidden) = (0, false);
        self.text.clear();
        self.cells.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Bytes of all its texts.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn push(&mut self, column: u32, mark: Mark, text: &str) {
        self.write(column, |into| {
            into.push_str(text);
            Some(mark)
        });
    }

    /// Adds what `write` appends; nothing if that gives no mark, or no text where
    /// one belongs.
    pub(super) fn write(&mut self, column: u32, write: impl FnOnce(&mut String) -> Option<Mark>) {
        let start = self.text.len();
        let mark = write(&mut self.text);
        let is_there = self.text.len() > start || matches!(mark, Some(Mark::Error | Mark::Unreadable));
        // A row is refused long before its text is that long.
        let end = u32::try_from(self.text.len());
        match (mark, u16::try_from(column), end) {
            (Some(mark), Ok(column), Ok(end)) if is_there => self.cells.push(Cell { end, column, mark }),
            _ => self.text.truncate(start),
        }
    }

    /// The text of the cell at a place in the row's list.
    pub(super) fn text(&self, place: usize) -> Option<&str> {
        let start = match place {
            0 => 0,
            _ => self.cells.get(place - 1)?.end as usize,
        };
        self.text.get(start..self.cells.get(place)?.end as usize)
    }

    /// Column from 0, mark and text of each cell.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Mark, &str)> {
        let mut start = 0;
        self.cells.iter().map(move |cell| {
            let end = cell.end as usize;
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            (u32::from(cell.column), cell.mark, text)
        })
    }
}

/// Rows one behind the other.
#[derive(Debug, Default)]
pub(super) struct Stored {
    text: String,
    cells: Vec<Cell>,
    /// Number, whether it is hidden, and where in `cells` and `text` it begins.
    rows: Vec<(u32, bool, usize, usize)>,
}

impl Stored {
    pub(super) fn push(&mut self, row: &Row) {
        self.rows.push((row.number, row.hidden, self.cells.len(), self.text.len()));
        self.cells.extend_from_slice(&row.cells);
        self.text.push_str(&row.text);
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.cells.len() * size_of::<Cell>() + self.rows.len() * 24
    }

    /// Puts the row at `index` into `row`.
    pub(super) fn load(&self, index: usize, row: &mut Row) {
        row.clear();
        let Some((number, hidden, cell, start)) = self.rows.get(index).copied() else { return };
        let (next, end) = match self.rows.get(index + 1) {
            Some((_, _, cell, start)) => (*cell, *start),
            None => (self.cells.len(), self.text.len()),
        };
        (row.number, row.hidden) = (number, hidden);
        row.cells.extend_from_slice(self.cells.get(cell..next).unwrap_or_default());
        row.text.push_str(self.text.get(start..end).unwrap_or_default());
    }
}

/// A rectangle of cells; rows from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub top: u32,
    pub bottom: u32,
    pub left: u32,
    pub right: u32,
}

/// What a reader of a sheet tells.
pub(super) trait Out {
    /// A row that holds something; rows come in their order.
    fn row(&mut self, row: &Row) -> Result<ControlFlow<()>, ReadError>;

    /// Cells that are shown as one; at any time.
    fn merged(&mut self, _area: Area) {}

    /// Columns that are hidden, from 0, both ends included; at any time.
    fn hidden_columns(&mut self, _first: u32, _last: u32) {}
}
