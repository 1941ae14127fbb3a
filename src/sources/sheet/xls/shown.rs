//! What the records of an .xls say of how its cells are shown, which calamine
//! does not give: formats that show leading zeros, hidden rows and columns, merged
//! cells. Nothing here decides what a cell holds.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::Path;

use super::{record, stream, u16_at, u32_at};
use crate::sources::sheet::number_format::NumberFormat;
use crate::sources::sheet::row::{Area, Out};
use crate::sources::{ReadError, open_file};

/// How one sheet is shown.
#[derive(Default)]
pub(in crate::sources::sheet) struct Shown {
    formats: Vec<NumberFormat>,
    /// Row and column from 0, with the place in `formats`; in their order.
    padded: Vec<(u16, u16, u16)>,
    hidden_rows: HashSet<u16>,
    merged: Vec<Area>,
    hidden_columns: Vec<(u32, u32)>,
}

impl Shown {
    /// Of the sheet at `index`, in the order of the tabs. A file that cannot be
    /// followed shows nothing: whether it is sound is found out elsewhere.
    pub(in crate::sources::sheet) fn of(path: &Path, index: usize) -> Result<Self, ReadError> {
        let file: File = open_file(path)?;
        let Some(stream) = stream(path, file)? else { return Ok(Self::default()) };
        let mut shown = Self::default();
        if let Some(start) = shown.globals(&stream, index) {
            shown.sheet(&stream, start);
        }
        shown.padded.sort_unstable();
        Ok(shown)
    }

    /// The format of a cell's number, if it shows leading zeros.
    pub(in crate::sources::sheet) fn zeros(&self, row: u32, column: u32) -> Option<&NumberFormat> {
        let (row, column) = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
        let place = self.padded.binary_search_by_key(&(row, column), |(row, column, _)| (*row, *column)).ok()?;
        self.formats.get(usize::from(self.padded.get(place)?.2))
    }

    pub(in crate::sources::sheet) fn is_hidden(&self, row: u32) -> bool {
        u16::try_from(row).is_ok_and(|row| self.hidden_rows.contains(&row))
    }

    pub(in crate::sources::sheet) fn tell(&self, out: &mut dyn Out) {
        for area in &self.merged {
            out.merged(*area);
        }
        for (first, last) in &self.hidden_columns {
            out.hidden_columns(*first, *last);
        }
    }

    /// Reads the formats; where the sheet begins.
    fn globals(&mut self, stream: &[u8], index: usize) -> Option<usize> {
        let mut codes: HashMap<u16, NumberFormat> = HashMap::new();
        let (mut starts, mut is_wide, mut at) = (Vec::new(), false, 0);
        while let Some((kind, data, next)) = record(stream, at) {
            match kind {
                0x0809 => is_wide = u16_at(data, 0) == Some(0x0600),
                0x0085 => starts.push(usize::try_from(u32_at(data, 0)?).ok()?),
                0x041E => {
                    if let (Some(id), Some(code)) = (u16_at(data, 0), code(data, is_wide)) {
                        codes.insert(id, NumberFormat::of(&code));
                    }
                }
                0x00E0 => {
                    let format = u16_at(data, 2).and_then(|id| codes.get(&id)).cloned();
                    self.formats.push(format.unwrap_or(NumberFormat::Plain));
                }
                0x000A => break,
                _ => {}
            }
            at = next;
        }
        starts.get(index).copied()
    }

    fn sheet(&mut self, stream: &[u8], start: usize) {
        let (mut depth, mut at) = (0_u32, start);
        while let Some((kind, data, next)) = record(stream, at) {
            at = next;
            match kind {
                0x0809 => depth += 1,
                0x000A if depth <= 1 => break,
                0x000A => depth -= 1,
                _ if depth > 1 => {}
                0x0203 | 0x027E | 0x0006 => {
                    if let (Some(row), Some(column), Some(format)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4))
                    {
                        self.cell(row, column, format);
                    }
                }
                0x00BD => self.cells(data),
                0x0208 if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                    self.hidden_rows.extend(u16_at(data, 0));
                }
                0x007D if u16_at(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                    if let (Some(first), Some(last)) = (u16_at(data, 0), u16_at(data, 2)) {
                        self.hidden_columns.push((first.into(), last.into()));
                    }
                }
                0x00E5 => self.areas(data),
                _ => {}
            }
        }
    }

    fn cell(&mut self, row: u16, column: u16, format: u16) {
        if matches!(self.formats.get(usize::from(format)), Some(NumberFormat::Zeros(_))) {
            self.padded.push((row, column, format));
        }
    }

    /// Several numbers side by side.
    fn cells(&mut self, data: &[u8]) {
        let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { return };
        let inner = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
        for (column, cell) in (first..=u16::MAX).zip(inner.chunks_exact(6)) {
            if let Some(format) = u16_at(cell, 0) {
                self.cell(row, column, format);
            }
        }
    }

    fn areas(&mut self, data: &[u8]) {
        for area in data.get(2..).unwrap_or_default().chunks_exact(8) {
            let at = |index| u16_at(area, index).map(u32::from);
            if let (Some(top), Some(bottom), Some(left), Some(right)) = (at(0), at(2), at(4), at(6)) {
                self.merged.push(Area { top: top + 1, bottom: bottom + 1, left, right });
            }
        }
    }
}

/// The code of a FORMAT record; characters beyond ASCII mean nothing in it.
fn code(data: &[u8], is_wide: bool) -> Option<String> {
    if !is_wide {
        let length = usize::from(*data.get(2)?);
        return Some(data.get(3..)?.iter().take(length).map(|byte| char::from(*byte)).collect());
    }
    let length = usize::from(u16_at(data, 2)?);
    let text = data.get(5..)?;
    if data.get(4)? & 1 == 0 {
        return Some(text.iter().take(length).map(|byte| char::from(*byte)).collect());
    }
    let units: Vec<u16> = text.chunks_exact(2).take(length).filter_map(|two| u16_at(two, 0)).collect();
    Some(String::from_utf16_lossy(&units))
}
