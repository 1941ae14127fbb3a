//! What a database holds: its tables, those that are linked from elsewhere, and
//! the relations between them, from Access's own tables.

use jetdb::TableDef;
use jetdb::format::CATALOG_PAGE;

use super::jet::{Jet, damaged};
use super::scan::{Fields, Scan};
use super::value::{self, Cell};
use crate::sources::{ReadError, Relation};

/// A table of the catalogue.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub name: String,
    pub at: At,
    /// Access's own, or hidden by it.
    pub is_system: bool,
    pub is_hidden: bool,
}

/// Where a table is.
#[derive(Debug, Clone)]
pub(super) enum At {
    /// The page where its definition begins.
    Page(u32),
    /// Elsewhere, in words.
    Linked(String),
}

const TABLE: &str = "1";
const LINKED_BY_ODBC: &str = "4";
const LINKED: &str = "6";
/// Flags of a table: two for those of the system, one set by a user.
const SYSTEM: u32 = 0x8000_0002;
const HIDDEN: u32 = 0x0000_0008;

/// All tables, by name.
pub(super) fn read(jet: &mut Jet) -> Result<Vec<Entry>, ReadError> {
    let table = jet.table("MSysObjects", CATALOG_PAGE)?;
    let wanted = ["Id", "Name", "Type", "Flags", "Database", "ForeignName", "Connect"];
    let mut entries = Vec::new();
    for row in system_rows(jet, &table, CATALOG_PAGE, &wanted)? {
        let [id, name, kind, flags, database, foreign, connect] = row;
        let (Some(id), Some(name), Some(kind)) = (id, name, kind) else { continue };
        let at = match kind.as_str() {
            TABLE => At::Page(id.parse::<i32>().map_or(0, i32::cast_unsigned) & 0x00FF_FFFF),
            LINKED => At::Linked(linked(foreign.as_deref(), database.as_deref())),
            LINKED_BY_ODBC => At::Linked(linked(foreign.as_deref(), Some(&server(connect.as_deref())))),
            _ => continue,
        };
        let flags = flags.and_then(|flags| flags.parse::<i32>().ok()).map_or(0, i32::cast_unsigned);
        let is_system = flags & SYSTEM != 0 || name.starts_with("MSys") || name.starts_with('~');
        entries.push(Entry { name, at, is_system, is_hidden: flags & HIDDEN != 0 });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// The tables that only seem to be in the database: each with where it is.
pub(super) fn elsewhere(entries: &[Entry]) -> Vec<String> {
    let of_users = entries.iter().filter(|entry| !entry.is_system);
    let linked = of_users.filter_map(|entry| match &entry.at {
        At::Linked(place) => Some(format!("`{}` ({place})", entry.name)),
        At::Page(_) => None,
    });
    linked.collect()
}

fn linked(table: Option<&str>, place: Option<&str>) -> String {
    let table = table.unwrap_or("?");
    match place.filter(|place| !place.is_empty()) {
        Some(place) => format!("table `{table}` of {place}"),
        None => format!("table `{table}` of another file"),
    }
}

/// Which server an ODBC connection names: only what holds no user or password.
fn server(connect: Option<&str>) -> String {
    let known = ["dsn", "driver", "server", "database", "dbq"];
    let parts = connect.unwrap_or_default().split(';').filter(|part| {
        part.split_once('=').is_some_and(|(key, _)| known.contains(&key.trim().to_ascii_lowercase().as_str()))
    });
    let parts: Vec<&str> = parts.collect();
    if parts.is_empty() { "an ODBC database".into() } else { format!("an ODBC database ({})", parts.join(", ")) }
}

/// The relations that the table refers to others by.
pub(super) fn relations(jet: &mut Jet, entries: &[Entry], table: &str) -> Result<Vec<Relation>, ReadError> {
    let page = entries.iter().find_map(|entry| match entry.at {
        At::Page(page) if entry.name == "MSysRelationships" => Some(page),
        _ => None,
    });
    let Some(page) = page else { return Ok(Vec::new()) };
    let definition = jet.table("MSysRelationships", page)?;
    let wanted = ["szRelationship", "icolumn", "szObject", "szColumn", "szReferencedObject", "szReferencedColumn"];
    let mut rows: Vec<(String, u32, [String; 3])> = Vec::new();
    for row in system_rows(jet, &definition, page, &wanted)? {
        let [Some(name), place, Some(from), Some(column), Some(to), Some(their)] = row else { continue };
        if from.eq_ignore_ascii_case(table) {
            let place = place.and_then(|place| place.parse().ok()).unwrap_or(0);
            rows.push((name, place, [column, to, their]));
        }
    }
    rows.sort();
    let mut found: Vec<(String, Relation)> = Vec::new();
    for (name, _, [column, to, their]) in rows {
        match found.last_mut().filter(|(last, relation)| *last == name && relation.table == to) {
            Some((_, relation)) => {
                relation.columns.push(column);
                relation.their_columns.push(their);
            }
            None => {
                let relation = Relation { columns: vec![column], table: to, their_columns: vec![their] };
                found.push((name, relation));
            }
        }
    }
    Ok(found.into_iter().map(|(_, relation)| relation).collect())
}

/// The records of one of Access's own tables, by the names of columns. These are
/// needed whole: one that is damaged is an error.
pub(super) fn system_rows<const N: usize>(
    jet: &mut Jet,
    table: &TableDef,
    page: u32,
    wanted: &[&str; N],
) -> Result<Vec<[Option<String>; N]>, ReadError> {
    let columns = wanted.map(|name| table.columns.iter().find(|column| column.name == name));
    let varies = table.columns.iter().any(|column| !column.is_fixed);
    let broken = |jet: &Jet| damaged(&jet.path, &format!("its table {} cannot be read", table.name));
    let mut rows = Vec::new();
    let mut scan = Scan::new(table, page);
    while let Some(found) = scan.next(jet)? {
        let Some(bytes) = found else { return Err(broken(jet)) };
        let Some(fields) = Fields::of(&bytes, jet.is_97(), varies) else { return Err(broken(jet)) };
        let mut row = [const { None }; N];
        for (target, column) in row.iter_mut().zip(columns) {
            let Some(column) = column else { continue };
            *target = match value::read(jet, &fields, column, None)? {
                Cell::Text(text) | Cell::Odd(text, _) => Some(text),
                Cell::Null | Cell::Lost(_) => None,
            };
        }
        rows.push(row);
    }
    Ok(rows)
}
