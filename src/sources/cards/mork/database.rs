//! What the changes of a Mork file lead to: rows, and the tables they are in.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::sources::ReadError;
use crate::sources::cards::codes;
use crate::sources::dbf::Deleted;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, decoded};

/// Cells of a row; an address book has about sixty names.
const MOST_CELLS: usize = 2_000;

/// How something is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// By number, in the dictionary of names.
    Atom(u32),
    /// By number, in the dictionary of values.
    Value(u32),
    Literal(String),
}

/// A row: its number, and what its number counts within.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RowId {
    pub id: u32,
    pub scope: Option<Name>,
}

#[derive(Default)]
struct Row {
    /// It has cells that are not kept.
    too_large: bool,
    /// The line on which its cells stand that were read last.
    line: u64,
    /// Names, in order, and values. Both are shared: a file may say in a few bytes
    /// that many rows have a long one.
    cells: Vec<(Arc<str>, Arc<[u8]>)>,
}

#[derive(Default)]
struct Table {
    kind: String,
    rows: HashSet<usize>,
}

pub(super) struct Database {
    encoding: Option<Encoding>,
    names: HashMap<u32, Arc<str>>,
    values: HashMap<u32, Arc<[u8]>>,
    rows: Vec<(RowId, Row)>,
    row_places: HashMap<RowId, usize>,
    tables: Vec<Table>,
    table_places: HashMap<RowId, usize>,
    /// Lines of what could not be read.
    broken: Vec<u64>,
}

impl Database {
    pub(super) fn new(encoding: Option<Encoding>) -> Self {
        Self {
            encoding,
            names: HashMap::new(),
            values: HashMap::new(),
            rows: Vec::new(),
            row_places: HashMap::new(),
            tables: Vec::new(),
            table_places: HashMap::new(),
            broken: Vec::new(),
        }
    }

    pub(super) fn broken(&mut self, line: u64) {
        self.broken.push(line);
    }

    pub(super) fn define(&mut self, name: bool, id: u32, value: &[u8]) {
        if name {
            self.names.insert(id, String::from_utf8_lossy(value).into());
        } else {
            self.values.insert(id, value.into());
        }
    }

    fn name(&self, name: &Name) -> Arc<str> {
        match name {
            Name::Atom(id) => self.names.get(id).cloned().unwrap_or_else(|| format!("column_{id:X}").into()),
            Name::Value(id) => String::from_utf8_lossy(self.values.get(id).map_or(&[][..], AsRef::as_ref)).into(),
            Name::Literal(name) => name.as_str().into(),
        }
    }

    fn bytes(&self, value: &Name, literal: Option<Vec<u8>>) -> Arc<[u8]> {
        match (value, literal) {
            (_, Some(bytes)) => bytes.into(),
            (Name::Value(id), None) => self.values.get(id).cloned().unwrap_or_default(),
            (other, None) => self.name(other).into(),
        }
    }

    /// The place of a table, which is there from now on.
    pub(super) fn table(&mut self, id: u32, scope: Option<Name>) -> usize {
        let tables = &mut self.tables;
        *self.table_places.entry(RowId { id, scope }).or_insert_with(|| {
            tables.push(Table::default());
            tables.len() - 1
        })
    }

    pub(super) fn empty_table(&mut self, table: usize) {
        if let Some(table) = self.tables.get_mut(table) {
            table.rows.clear();
        }
    }

    pub(super) fn set_kind(&mut self, table: usize, value: Name, literal: Option<Vec<u8>>) {
        let kind = String::from_utf8_lossy(&self.bytes(&value, literal)).into_owned();
        if let Some(table) = self.tables.get_mut(table) {
            table.kind = kind;
        }
    }

    fn place(&mut self, row: &RowId) -> usize {
        if let Some(&place) = self.row_places.get(row) {
            return place;
        }
        self.rows.push((row.clone(), Row::default()));
        self.row_places.insert(row.clone(), self.rows.len() - 1);
        self.rows.len() - 1
    }

    pub(super) fn put(&mut self, table: usize, row: RowId) {
        let place = self.place(&row);
        if let Some(table) = self.tables.get_mut(table) {
            table.rows.insert(place);
        }
    }

    pub(super) fn take(&mut self, table: usize, row: &RowId) {
        let place = self.place(row);
        if let Some(table) = self.tables.get_mut(table) {
            table.rows.remove(&place);
        }
    }

    /// A row begins; its cells are gone where it is replaced.
    pub(super) fn row(&mut self, row: &RowId, line: u64, replaced: bool) {
        let place = self.place(row);
        if let Some((_, row)) = self.rows.get_mut(place) {
            row.line = line;
            if replaced {
                row.cells.clear();
            }
        }
    }

    pub(super) fn set(&mut self, row: &RowId, name: &Name, value: Name, literal: Option<Vec<u8>>) {
        let (name, value) = (self.name(name), self.bytes(&value, literal));
        let place = self.place(row);
        if let Some((_, row)) = self.rows.get_mut(place) {
            let full = row.cells.len() >= MOST_CELLS;
            match row.cells.iter_mut().find(|(known, _)| *known == name) {
                Some((_, cell)) => *cell = value,
                None if full => row.too_large = true,
                None => row.cells.push((name, value)),
            }
        }
    }

    pub(super) fn cut(&mut self, row: &RowId, name: &Name) {
        let name = self.name(name);
        let place = self.place(row);
        if let Some((_, row)) = self.rows.get_mut(place) {
            row.cells.retain(|(known, _)| *known != name);
        }
    }

    /// The cards and lists, in the order in which the file names them first.
    pub(super) fn found(mut self, deleted: Deleted) -> Found {
        let tables = self.tables.iter().filter(|table| !table.kind.ends_with(":deleted"));
        let live = tables.flat_map(|table| table.rows.iter().copied()).collect();
        let rows = std::mem::take(&mut self.rows).into_iter().enumerate();
        let broken = std::mem::take(&mut self.broken).into_iter();
        Found { data: self, live, deleted, rows, broken }
    }
}

/// What a file holds, in order; what could not be read stands at the end.
pub(super) struct Found {
    data: Database,
    /// The rows that are in a table.
    live: HashSet<usize>,
    deleted: Deleted,
    rows: std::iter::Enumerate<std::vec::IntoIter<(RowId, Row)>>,
    broken: std::vec::IntoIter<u64>,
}

impl Found {
    /// The row as an entry, if it is one.
    fn entry(&self, place: usize, id: &RowId, row: &Row) -> Option<Entry> {
        let scope = id.scope.as_ref().map(|scope| self.data.name(scope)).unwrap_or_default();
        // The book's own row counts its cards.
        if scope.ends_with(":data:all") {
            return None;
        }
        // The program moves deleted cards to a table of their own, or to none.
        let gone = !self.live.contains(&place);
        if (gone && self.deleted == Deleted::Skip) || row.cells.is_empty() {
            return None;
        }
        let mut entry = Entry::at(row.line);
        entry.fault = row.too_large.then_some(codes::TOO_LARGE);
        let kind = scope.strip_suffix(":all").and_then(|scope| scope.rsplit(':').next()).unwrap_or("row");
        entry.add("kind", kind);
        if gone {
            entry.add("_deleted", "true");
        }
        for (name, value) in &row.cells {
            let (text, whole) = decoded(value, self.data.encoding);
            if let Some(column) = entry.add(name, text).filter(|_| !whole) {
                entry.note(codes::ENCODING, &column);
            }
        }
        Some(entry)
    }
}

impl Entries for Found {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while let Some((place, (id, row))) = self.rows.next() {
            if let Some(entry) = self.entry(place, &id, &row) {
                return Ok(Some(entry));
            }
        }
        Ok(self.broken.next().map(|line| {
            let mut entry = Entry::at(line);
            entry.fault = Some(codes::BROKEN);
            entry
        }))
    }
}
