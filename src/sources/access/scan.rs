//! The records of a table, one after the other, as their bytes, and where the
//! fields lie in them.
//!
//! A record that outgrew its page was moved to another one; a pointer stands in
//! its old place. It is read there, so that it keeps its place among the others,
//! and passed over on the page that it was moved to.

use jetdb::TableDef;

use super::jet::Jet;
use crate::sources::ReadError;

/// In the list of a page's rows: this one was moved away, or is deleted if
/// [`MOVED_HERE`] is set too.
const POINTER: u16 = 0x4000;
/// In the list of a page's rows: not a record by itself.
const MOVED_HERE: u16 = 0x8000;
const OFFSET: u16 = 0x1FFF;
const DATA_PAGE: u8 = 1;
/// A pointer has one byte for the row.
const MOST_ROWS: u16 = 256;
/// Pointers that are followed for one record; Access makes one.
const HOPS: usize = 4;

/// Reads the records of one table.
#[derive(Debug)]
pub(super) struct Scan {
    pages: std::vec::IntoIter<u32>,
    /// The page where the table's definition begins, which its pages name.
    owner: u32,
    /// The page that is read, and its number.
    page: Vec<u8>,
    number: u32,
    row: u16,
    rows: u16,
}

/// A record's bytes, or nothing if it, or its whole page, cannot be read.
pub(super) type Found = Option<Vec<u8>>;

impl Scan {
    pub fn new(table: &TableDef, owner: u32) -> Self {
        Self { pages: table.data_pages.clone().into_iter(), owner, page: Vec::new(), number: 0, row: 0, rows: 0 }
    }

    /// Where the record that was read last stands, or the pointer to it.
    pub fn place(&self) -> u32 {
        (self.number << 8) | u32::from(self.row.saturating_sub(1))
    }

    /// The next record, or none at the end.
    pub fn next(&mut self, jet: &mut Jet) -> Result<Option<Found>, ReadError> {
        loop {
            while self.row < self.rows {
                let row = self.row;
                self.row += 1;
                let Some(mark) = mark(&self.page, jet, row) else { return Ok(Some(None)) };
                if mark & MOVED_HERE != 0 {
                    continue;
                }
                let Some(bytes) = bytes(&self.page, jet, row) else { return Ok(Some(None)) };
                if mark & POINTER == 0 {
                    return Ok(Some(Some(bytes.to_vec())));
                }
                let pointer = u32_at(bytes, 0);
                return Ok(Some(follow(jet, pointer)?));
            }
            let Some(number) = self.pages.next() else { return Ok(None) };
            self.page = jet.page(number)?;
            self.number = number;
            self.row = 0;
            let is_ours = self.page.first() == Some(&DATA_PAGE) && u32_at(&self.page, 4) == Some(self.owner);
            self.rows = if is_ours { u16_at(&self.page, jet.row_count_at()).unwrap_or(0) } else { 0 };
            if self.rows > MOST_ROWS {
                self.rows = 0;
                return Ok(Some(None));
            }
        }
    }
}

/// The record at a place that [`Scan::place`] gave.
pub(super) fn fetch(jet: &mut Jet, place: u32) -> Result<Found, ReadError> {
    follow(jet, Some(place))
}

/// The record that a pointer leads to.
fn follow(jet: &mut Jet, mut pointer: Option<u32>) -> Result<Found, ReadError> {
    for _ in 0..HOPS {
        let Some((page, row)) = pointer.map(split) else { return Ok(None) };
        if !jet.has(page) {
            return Ok(None);
        }
        let page = jet.page(page)?;
        let Some((mark, bytes)) = mark(&page, jet, row).zip(bytes(&page, jet, row)) else { return Ok(None) };
        if page.first() != Some(&DATA_PAGE) || mark & (POINTER | MOVED_HERE) == POINTER | MOVED_HERE {
            return Ok(None);
        }
        if mark & POINTER == 0 {
            return Ok(Some(bytes.to_vec()));
        }
        pointer = u32_at(bytes, 0);
    }
    Ok(None)
}

/// Page and row of a pointer.
pub(super) fn split(pointer: u32) -> (u32, u16) {
    (pointer >> 8, u16::from(pointer.to_le_bytes()[0]))
}

/// The entry of a row in its page's list.
fn mark(page: &[u8], jet: &Jet, row: u16) -> Option<u16> {
    let count_at = jet.row_count_at();
    let known = u16_at(page, count_at)?;
    (row < known).then_some(())?;
    u16_at(page, count_at + 2 + usize::from(row) * 2)
}

/// A row's bytes. Rows lie from the end of the page to its start.
pub(super) fn bytes<'a>(page: &'a [u8], jet: &Jet, row: u16) -> Option<&'a [u8]> {
    let start = usize::from(mark(page, jet, row)? & OFFSET);
    let end = match row.checked_sub(1) {
        Some(before) => usize::from(mark(page, jet, before)? & OFFSET),
        None => page.len(),
    };
    page.get(start..end).filter(|bytes| !bytes.is_empty())
}

/// Where the fields of one record lie.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
    /// Where the first field of fixed length begins.
    first: usize,
    /// Where they end at the latest: behind it is the list of null bits.
    last: usize,
    /// Begin of each field of varying length, and the end of the last.
    varying: Vec<usize>,
}

impl<'a> Fields<'a> {
    /// Finds the fields; none if their list makes no sense.
    pub fn of(bytes: &'a [u8], is_97: bool, varies: bool) -> Option<Self> {
        let (columns, first) =
            if is_97 { (usize::from(*bytes.first()?), 1) } else { (usize::from(u16_at(bytes, 0)?), 2) };
        let last = bytes.len().checked_sub(columns.div_ceil(8)).filter(|&last| last >= first)?;
        let varying = match (varies, is_97) {
            (false, _) => Vec::new(),
            (true, true) => varying_97(bytes, last)?,
            (true, false) => varying(bytes, last)?,
        };
        let is_rising = varying.windows(2).all(|pair| pair.first() <= pair.last());
        let fits = varying.last().is_none_or(|&end| end <= last);
        (is_rising && fits).then_some(Self { bytes, first, last, varying })
    }

    /// Whether a column has a value: its bit among the null bits, none for a
    /// column that was added after the record.
    pub fn is_set(&self, column: u16) -> bool {
        let byte = self.bytes.get(self.last + usize::from(column / 8)).copied().unwrap_or(0);
        byte & (1 << (column % 8)) != 0
    }

    /// The record's bytes from a field of fixed length on.
    pub fn fixed(&self, offset: u16) -> &'a [u8] {
        self.bytes.get(self.first + usize::from(offset)..self.last).unwrap_or_default()
    }

    /// A field of varying length, none for a column that was added after the record.
    pub fn varying(&self, index: u16) -> Option<&'a [u8]> {
        let start = *self.varying.get(usize::from(index))?;
        let end = *self.varying.get(usize::from(index) + 1)?;
        self.bytes.get(start..end)
    }
}

/// Two bytes an offset, from the null bits backwards.
fn varying(bytes: &[u8], last: usize) -> Option<Vec<usize>> {
    let count_at = last.checked_sub(2)?;
    let count = usize::from(u16_at(bytes, count_at)?);
    let offset = |index: usize| u16_at(bytes, count_at.checked_sub(2 * (index + 1))?).map(usize::from);
    (0..=count).map(offset).collect()
}

/// One byte an offset; beside them stands which columns begin a new 256 bytes.
fn varying_97(bytes: &[u8], last: usize) -> Option<Vec<usize>> {
    let count_at = last.checked_sub(1)?;
    let count = usize::from(*bytes.get(count_at)?);
    let jumps = (bytes.len() - 1) / 256;
    let offsets_at = count_at.checked_sub(jumps + 1)?;
    let is_dummy = jumps > 0 && offsets_at.checked_sub(count)? / 256 < jumps;
    let jumps = if is_dummy { jumps - 1 } else { jumps };
    let mut used = 0;
    let mut offsets = Vec::with_capacity(count + 1);
    for index in 0..=count {
        while used < jumps && bytes.get(count_at - 1 - used).is_some_and(|&column| usize::from(column) == index) {
            used += 1;
        }
        offsets.push(usize::from(*bytes.get(offsets_at.checked_sub(index)?)?) + used * 256);
    }
    Some(offsets)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
