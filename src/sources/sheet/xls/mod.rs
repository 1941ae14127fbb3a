//! Reads just enough of an .xls file to know what it would cost to parse it.
//!
//! calamine parses every sheet of an .xls at once into full rectangles, so one
//! stray cell in the last corner is worth hundreds of megabytes, and a false
//! claim of its size aborts the process. Here the compound file's workbook
//! stream is walked record by record, nothing is kept, and what would be too
//! large is refused. The bounds of this module are about memory, not about
//! whether the file is sound: damage that costs no memory is calamine's to find.

mod shown;

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::sources::ReadError;

use super::guard::{damaged, locked};

pub(super) use shown::Shown;

/// Largest .xls that is read: 65,536 rows of 256 columns of text fit well.
const FILE: u64 = 256 << 20;
/// Memory for the rectangles of all sheets.
const RECTANGLES: u64 = 384 << 20;
const CELL_BYTES: u64 = 32;
const FORMULA_BYTES: u64 = 24;
/// All cells of one sheet of the format.
const SHEET_CELLS: u64 = 65_536 * 256;

const FREE: u32 = 0xFFFF_FFFB;

/// Whether the file is a workbook that can be parsed in bounded memory.
pub(super) fn inspect(path: &Path, file: File) -> Result<(), ReadError> {
    let stream = stream(path, file)?.ok_or_else(|| damaged(path, "its container cannot be followed"))?;
    let cost = cost(&stream).ok_or_else(|| damaged(path, "a record of it is cut short"))?;
    if cost.locked {
        return Err(locked(path));
    }
    if cost.bytes > RECTANGLES || cost.claimed > SHEET_CELLS {
        return Err(ReadError::new(
            path.display().to_string(),
            "its cells lie so far apart that it cannot be read in bounded memory",
        )
        .help("open it in Excel or LibreOffice and save it as .xlsx"));
    }
    Ok(())
}

/// The workbook's records; `None` if the container cannot be followed.
fn stream(path: &Path, file: File) -> Result<Option<Vec<u8>>, ReadError> {
    let mut bytes = Vec::new();
    file.take(FILE + 1).read_to_end(&mut bytes).map_err(|error| ReadError::io(path, &error))?;
    if bytes.len() as u64 > FILE {
        return Err(ReadError::new(path.display().to_string(), "is larger than 256 MB, which no .xls should be")
            .help("save the sheet as .csv and read that"));
    }
    let Some(streams) = Compound::parse(&bytes) else { return Ok(None) };
    if streams.has("EncryptedPackage") || streams.has("EncryptionInfo") {
        return Err(locked(path));
    }
    let workbook = ["Workbook", "Book"].iter().find_map(|name| streams.find(name));
    let Some(entry) = workbook else {
        return Err(ReadError::new(path.display().to_string(), "is an Office file, but not a workbook"));
    };
    Ok(streams.read(entry))
}

/// A compound file, as far as its streams.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    cutoff: u32,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    size: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0))
}

impl<'a> Compound<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut compound = Self {
            bytes,
            sector,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            cutoff: u32_at(bytes, 56)?,
            entries: Vec::new(),
        };
        compound.fat = compound.read_fat()?;
        compound.mini_fat = words(&compound.chain(u32_at(bytes, 60)?)?).collect();
        let directory = compound.chain(u32_at(bytes, 48)?)?;
        compound.entries = directory.chunks_exact(128).filter_map(entry).collect();
        let root = compound.entries.iter().find(|entry| entry.name == "Root Entry").map(|entry| entry.start);
        compound.mini = match root {
            Some(start) => compound.chain(start)?,
            None => Vec::new(),
        };
        Some(compound)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (usize::try_from(id).ok()? + 1).checked_mul(self.sector)?;
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    fn read_fat(&self) -> Option<Vec<u32>> {
        let mut ids: Vec<u32> = words(self.bytes.get(76..512)?).take_while(|id| *id < FREE).collect();
        let mut next = u32_at(self.bytes, 68)?;
        let mut seen = HashSet::new();
        while next < FREE && seen.insert(next) {
            let mut table: Vec<u32> = words(self.sector(next)?).collect();
            next = table.pop()?;
            ids.extend(table.into_iter().take_while(|id| *id < FREE));
        }
        let mut fat = Vec::new();
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id) {
                return None;
            }
            fat.extend(words(self.sector(id)?));
        }
        Some(fat)
    }

    /// The sectors of a chain, one after the other; `None` where it loops or
    /// leaves the file.
    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut data = Vec::new();
        let mut next = start;
        while next < FREE {
            data.extend_from_slice(self.sector(next)?);
            next = self.fat.get(usize::try_from(next).ok()?).copied().unwrap_or(u32::MAX);
            if data.len() > self.bytes.len() {
                return None;
            }
        }
        Some(data)
    }

    fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn read(&self, entry: &Entry) -> Option<Vec<u8>> {
        if entry.size >= u64::from(self.cutoff) {
            return self.chain(entry.start);
        }
        let mut data = Vec::new();
        let mut next = entry.start;
        while next < FREE {
            let start = usize::try_from(next).ok()?.checked_mul(64)?;
            data.extend_from_slice(self.mini.get(start..(start + 64).min(self.mini.len()))?);
            next = self.mini_fat.get(usize::try_from(next).ok()?).copied().unwrap_or(u32::MAX);
            if data.len() > self.mini.len() {
                return None;
            }
        }
        Some(data)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(bytes, 64)?).min(64);
    let units: Vec<u16> = bytes.get(..length)?.chunks_exact(2).filter_map(|two| u16_at(two, 0)).collect();
    let name = String::from_utf16_lossy(&units).trim_end_matches('\0').to_string();
    Some(Entry { name, start: u32_at(bytes, 116)?, size: u64::from(u32_at(bytes, 120)?) })
}

#[derive(Default)]
struct Cost {
    /// Memory of the rectangles that the sheets are read into.
    bytes: u64,
    /// Cells that the largest sheet claims to have.
    claimed: u64,
    locked: bool,
}

/// A rectangle that grows over the cells it is shown.
#[derive(Default)]
struct Box2(Option<[u64; 4]>);

impl Box2 {
    fn add(&mut self, row: u16, column: u16) {
        let (row, column) = (u64::from(row), u64::from(column));
        let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
        self.0 = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| (bottom - top + 1) * (right - left + 1))
    }
}

/// The record at `at`: its type, its data and where the next one begins.
fn record(stream: &[u8], at: usize) -> Option<(u16, &[u8], usize)> {
    let kind = u16_at(stream, at)?;
    let end = at + 4 + usize::from(u16_at(stream, at + 2)?);
    Some((kind, stream.get(at + 4..end)?, end))
}

fn cost(stream: &[u8]) -> Option<Cost> {
    let mut cost = Cost::default();
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some((kind, data, next)) = record(stream, at) {
        match kind {
            // Whatever the method: calamine overlooks the oldest, an exclusive or.
            0x002F => cost.locked = true,
            0x0085 => starts.push(usize::try_from(u32_at(data, 0)?).ok()?),
            0x000A => break,
            _ => {}
        }
        at = next;
    }
    let mut largest = 0;
    for start in starts {
        let sheet = sheet(stream, start, &mut cost.claimed);
        cost.bytes = cost.bytes.saturating_add(sheet.0 * CELL_BYTES + sheet.1 * FORMULA_BYTES);
        largest = largest.max(sheet.0 * CELL_BYTES);
    }
    cost.bytes = cost.bytes.saturating_add(largest);
    Some(cost)
}

/// The cells of the rectangles over all cells and over all formulas of a sheet.
fn sheet(stream: &[u8], start: usize, claimed: &mut u64) -> (u64, u64) {
    let (mut cells, mut formulas) = (Box2::default(), Box2::default());
    let (mut depth, mut at) = (0_u32, start);
    while let Some((kind, data, next)) = record(stream, at) {
        at = next;
        match kind {
            0x0809 => depth += 1,
            0x000A if depth <= 1 => break,
            0x000A => depth -= 1,
            _ if depth > 1 => {}
            0x0200 => *claimed = (*claimed).max(dimensions(data).unwrap_or(0)),
            0x0203 | 0x0204 | 0x0205 | 0x00D6 | 0x00FD | 0x027E | 0x00BD | 0x0006 => {
                let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                cells.add(row, column);
                if kind == 0x00BD
                    && let Some(last) = data.len().checked_sub(2).and_then(|end| u16_at(data, end))
                {
                    cells.add(row, last);
                }
                if kind == 0x0006 {
                    formulas.add(row, column);
                }
            }
            _ => {}
        }
    }
    (cells.cells(), formulas.cells())
}

/// How many cells a sheet claims to have.
fn dimensions(data: &[u8]) -> Option<u64> {
    let (top, bottom, left, right) = if data.len() == 10 {
        let at = |index| u16_at(data, index).map(u64::from);
        (at(0)?, at(2)?, at(4)?, at(6)?)
    } else {
        let at = |index| u16_at(data, index).map(u64::from);
        (u64::from(u32_at(data, 0)?), u64::from(u32_at(data, 4)?), at(8)?, at(10)?)
    };
    Some(bottom.saturating_sub(top).saturating_mul(right.saturating_sub(left)))
}
