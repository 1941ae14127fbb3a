//! Which rows of a file are headings, which are records, and which are neither.
//!
//! What is declared holds; the rest is found out from the beginning of the file,
//! and what is found never leaves out a row without saying so in [`Layout`].

use std::collections::VecDeque;
use std::io;

use super::headings::{self, Row};
use super::options::{CsvOptions, Table};
use super::tables::{Part, Parts};

/// The rows of a file by what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The first and the last row with headings.
    pub header: Option<(u64, u64)>,
    /// The headings, joined if they take several rows.
    pub names: Vec<Option<String>>,
    /// The row with headings that has a fault.
    pub broken: Option<(u64, &'static str)>,
    /// Rows above the first record.
    pub first: u64,
    /// The last row that is a record, if others follow.
    pub last: Option<u64>,
    /// First and last line above the headings, if anything stands there.
    pub above: Option<(u64, u64)>,
    /// The first line below the records, if anything stands there, and how many
    /// rows it is with those that follow.
    pub below: Option<(u64, u64)>,
}

/// Why a file has no layout.
#[derive(Debug)]
pub(super) enum Trouble {
    Io(io::Error),
    /// `header` names a row that is blank, at that line.
    Blank {
        row: u64,
        line: u64,
    },
    /// `header` names a row that is not there; so many are.
    Short {
        row: u64,
        rows: u64,
    },
    Nothing,
    /// There is something to choose from, and `table` chooses none.
    Tables(Vec<Part>),
}

/// Calls with each row of a file.
pub(super) type EachRow<'a> = dyn Fn(&mut dyn FnMut(&Row)) -> io::Result<()> + 'a;

/// The beginning of a file, and a way to its other rows.
pub(super) struct Rows<'a> {
    pub head: &'a [Row],
    /// Whether that is all.
    pub whole: bool,
    /// The number of cells that most rows have.
    pub width: usize,
    /// Calls with every row of the file.
    pub each: &'a EachRow<'a>,
}

impl Rows<'_> {
    fn each(&self, call: &mut dyn FnMut(&Row)) -> Result<(), Trouble> {
        if self.whole {
            self.head.iter().for_each(call);
            return Ok(());
        }
        (self.each)(call).map_err(Trouble::Io)
    }

    /// The rows from one to another, as far as they are at the beginning.
    fn between(&self, first: u64, last: Option<u64>) -> &[Row] {
        let start = self.head.partition_point(|row| row.row < first);
        let end = last.map_or(self.head.len(), |last| self.head.partition_point(|row| row.row <= last));
        self.head.get(start..end).unwrap_or_default()
    }

    pub(super) fn layout(&self, options: &CsvOptions) -> Result<Layout, Trouble> {
        if self.head.iter().all(|row| row.blank) {
            return Err(match options.header.and_then(|header| header.0) {
                Some((row, _)) if !self.head.is_empty() => {
                    Trouble::Short { row: u64::from(row), rows: self.head.len() as u64 }
                }
                _ => Trouble::Nothing,
            });
        }
        let header = self.header(options)?;
        let mut layout = Layout::default();
        let parts = self.parts(header, options)?;
        match chosen(&parts, options)? {
            Some((0, part)) => {
                layout.last = (parts.len() > 1).then_some(part.last);
                self.take(header, &mut layout);
            }
            Some((index, part)) => {
                layout.last = (index + 1 < parts.len()).then_some(part.last);
                let rows = self.between(part.row, layout.last);
                let depth = headings::find(rows, part.headings.len()).map_or(0, |(first, last)| last - first);
                self.take(Some((part.row, part.row + depth as u64)), &mut layout);
                if layout.names.is_empty() {
                    (layout.names, layout.first) = (part.headings.clone(), part.row);
                    layout.header = Some((part.row, part.row));
                }
            }
            None => self.take(header, &mut layout),
        }
        self.leave_footer(options, &mut layout)?;
        layout.below = layout.last.and_then(|last| self.rows_behind(last));
        Ok(layout)
    }

    fn header(&self, options: &CsvOptions) -> Result<Option<(u64, u64)>, Trouble> {
        match (options.header, &options.columns) {
            (Some(header), _) => {
                let Some((first, last)) = header.0.map(|(first, last)| (u64::from(first), u64::from(last))) else {
                    return Ok(None);
                };
                let Some(row) = self.head.iter().find(|row| row.row == last) else {
                    return Err(Trouble::Short { row: last, rows: self.head.len() as u64 });
                };
                let rows = self.between(first, Some(last));
                if rows.iter().all(|row| row.blank) {
                    return Err(Trouble::Blank { row: last, line: row.line });
                }
                Ok(Some((first, last)))
            }
            (None, Some(_)) => Ok(None),
            (None, None) => Ok(headings::find(self.head, self.width).and_then(|(first, last)| {
                let row = |index: usize| self.head.get(index).map(|row| row.row);
                row(first).zip(row(last))
            })),
        }
    }

    fn parts(&self, header: Option<(u64, u64)>, options: &CsvOptions) -> Result<Vec<Part>, Trouble> {
        if options.table == Some(Table::All) {
            return Ok(Vec::new());
        }
        let first = match header {
            Some((row, _)) => self.between(row, None).first().cloned(),
            // Without headings none can come again.
            None => {
                self.head.iter().find(|row| !row.blank).map(|row| Row { cells: vec![None; self.width], ..row.clone() })
            }
        };
        let Some(first) = first else { return Ok(Vec::new()) };
        let below = header.map_or(first.row, |(_, last)| last);
        let mut parts = Parts::from(&first);
        let mut feed = |row: &Row| {
            if row.row > below {
                parts.feed(row);
            }
        };
        match options.table {
            Some(_) => self.each(&mut feed)?,
            None => self.head.iter().for_each(&mut feed),
        }
        Ok(parts.finish())
    }

    /// Takes the headings of these rows.
    fn take(&self, header: Option<(u64, u64)>, layout: &mut Layout) {
        layout.header = header;
        let Some((first, last)) = header else { return };
        layout.first = last;
        let rows = self.between(first, Some(last));
        let width = rows.iter().map(Row::width).max().unwrap_or(0);
        let name = |column: usize| {
            let parts = rows.iter().filter_map(|row| row.cells.get(column).and_then(Option::as_deref));
            let joined = parts.collect::<Vec<_>>().join(" ");
            (!joined.is_empty()).then_some(joined)
        };
        layout.names = (0..width).map(name).collect();
        layout.broken = rows.iter().find_map(|row| row.fault.map(|fault| (row.line, fault)));
        let mut above = self.head.iter().take_while(|row| row.row < first).filter(|row| !row.blank);
        let line = rows.first().map_or(1, |row| row.line);
        layout.above = above.next().map(|row| (row.line, line.saturating_sub(1).max(row.line)));
    }

    fn leave_footer(&self, options: &CsvOptions, layout: &mut Layout) -> Result<(), Trouble> {
        let (first, last) = (layout.first, layout.last);
        let inside = |row: &Row| row.row > first && last.is_none_or(|last| row.row <= last);
        match options.footer {
            Some(0) => {}
            Some(count) => {
                let mut kept: VecDeque<u64> = VecDeque::new();
                self.each(&mut |row| {
                    if inside(row) && !row.blank {
                        kept.push_back(row.row);
                        if kept.len() > count as usize {
                            kept.pop_front();
                        }
                    }
                })?;
                layout.last = kept.front().map(|row| row - 1).or(last);
            }
            None if self.whole || last.is_some() => {
                let records = self.between(first + 1, last);
                let width = if layout.names.is_empty() { self.width } else { layout.names.len() };
                if let Some(row) = headings::footer(records, width).and_then(|index| records.get(index)) {
                    layout.last = Some(row.row - 1);
                }
            }
            None => {}
        }
        Ok(())
    }

    fn rows_behind(&self, last: u64) -> Option<(u64, u64)> {
        let mut behind: Option<(u64, u64)> = None;
        // This is for people: where the file cannot be read, the reading says so.
        let _ = self.each(&mut |row| {
            if row.row > last && !row.blank {
                behind.get_or_insert((row.line, 0)).1 += 1;
            }
        });
        behind
    }
}

/// The table that is asked for, with its index; `None` where nothing is to choose.
fn chosen<'a>(parts: &'a [Part], options: &CsvOptions) -> Result<Option<(usize, &'a Part)>, Trouble> {
    let found = match &options.table {
        None | Some(Table::All) => {
            let several = parts.iter().filter(|part| !part.again).count() > 1;
            return if several { Err(Trouble::Tables(parts.to_vec())) } else { Ok(None) };
        }
        Some(Table::Number(number)) => {
            let index = *number as usize - 1;
            parts.get(index).map(|part| (index, part))
        }
        Some(Table::Heading(heading)) => {
            let has = |part: &Part| part.headings.iter().flatten().any(|name| name == heading);
            let mut having = parts.iter().enumerate().filter(|(_, part)| has(part));
            having.next().filter(|_| having.next().is_none())
        }
    };
    found.map(Some).ok_or_else(|| Trouble::Tables(parts.to_vec()))
}
