//! Columns that hold several values, files, or the history of a memo. Each is
//! kept in a table of its own; here they become one JSON text.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use jetdb::{ColumnDef, ColumnType, TableDef};
use serde_json::{Map, Value as Json};

use super::catalogue::{At, Entry, system_rows};
use super::jet::Jet;
use super::long;
use super::scan::{Fields, Scan, fetch, u32_at};
use super::value::{self, Cell, DAMAGED_VALUE, TOO_LARGE};
use crate::sources::ReadError;

/// One such column, with the places of its values.
#[derive(Debug)]
pub(super) struct Complex {
    /// The table that keeps the values.
    table: TableDef,
    kind: Kind,
    /// Where the values of each record stand, by the number that the record has
    /// in the column, in the order in which they were added.
    places: BTreeMap<i32, Vec<u32>>,
    /// All rows of the table were found.
    is_whole: bool,
}

/// What is kept, and the places of its columns.
#[derive(Debug)]
enum Kind {
    Values(usize),
    Files { name: usize, kind: Option<usize>, data: usize },
    Versions { value: usize, modified: usize },
}

impl Complex {
    /// The column's values, if it is such a column and its table is there.
    pub fn of(jet: &mut Jet, entries: &[Entry], column: &ColumnDef) -> Result<Option<Self>, ReadError> {
        let known = entries.iter().find_map(|entry| match entry.at {
            At::Page(page) if entry.name == "MSysComplexColumns" => Some(page),
            _ => None,
        });
        let Some((id, page)) = column.complex_id.zip(known) else { return Ok(None) };
        let links = jet.table("MSysComplexColumns", page)?;
        let rows = system_rows(jet, &links, page, &["ComplexID", "FlatTableID", "ComplexTypeObjectID"])?;
        let link = rows.into_iter().find(|[found, ..]| found.as_deref() == Some(id.to_string().as_str()));
        let at = |id: Option<String>| id.and_then(|id| id.parse::<u32>().ok()).map(|id| id & 0x00FF_FFFF);
        let Some([_, Some(values), Some(kind)]) = link.map(|link| link.map(at)) else { return Ok(None) };
        let Ok(kind) = jet.table("the type of a column", kind) else { return Ok(None) };
        let Ok(table) = jet.table("the values of a column", values) else { return Ok(None) };
        let own: Vec<usize> = (0..table.columns.len())
            .filter(|place| {
                table.columns.get(*place).is_some_and(|column| kind.columns.iter().any(|own| own.name == column.name))
            })
            .collect();
        let Some(kind) = kind_of(&table, &own) else { return Ok(None) };
        let number = table.columns.iter().enumerate().find(|(place, column)| {
            column.col_type == ColumnType::Long && !column.is_auto_number() && !own.contains(place)
        });
        let Some(number) = number.map(|(_, column)| column.clone()) else { return Ok(None) };
        let (places, is_whole) = places(jet, &table, values, &number)?;
        Ok(Some(Self { table, kind, places, is_whole }))
    }

    /// The type in a word or two.
    pub fn declared(&self) -> &'static str {
        match self.kind {
            Kind::Values(_) => "multivalue",
            Kind::Files { .. } => "attachment",
            Kind::Versions { .. } => "version history",
        }
    }

    /// The values of the record that has that number in the column. What could
    /// not be read of them is null in the list, and the list is noted.
    pub fn read(&self, jet: &mut Jet, number: i32) -> Result<Cell, ReadError> {
        let mut is_whole = self.is_whole;
        let mut list = String::from("[");
        for place in self.places.get(&number).into_iter().flatten() {
            let found = fetch(jet, *place)?;
            let varies = self.table.columns.iter().any(|column| !column.is_fixed);
            let one = match found.as_deref().and_then(|bytes| Fields::of(bytes, jet.is_97(), varies)) {
                Some(fields) => self.one(jet, &fields, &mut is_whole)?,
                None => {
                    is_whole = false;
                    Json::Null
                }
            };
            list.push_str(if list.len() > 1 { "," } else { "" });
            list.push_str(&one.to_string());
            if list.len() > 2 * long::MOST {
                return Ok(Cell::Lost(TOO_LARGE));
            }
        }
        list.push(']');
        Ok(match (list == "[]", is_whole) {
            (true, true) => Cell::Null,
            (true, false) => Cell::Lost(DAMAGED_VALUE),
            (false, true) => Cell::Text(list),
            (false, false) => Cell::Odd(list, DAMAGED_VALUE),
        })
    }

    fn one(&self, jet: &mut Jet, fields: &Fields<'_>, is_whole: &mut bool) -> Result<Json, ReadError> {
        let parts = match self.kind {
            Kind::Values(value) => return self.text(jet, fields, value, is_whole),
            Kind::Files { name, kind, data } => vec![
                ("data", self.contents(jet, fields, data, is_whole)?),
                ("name", self.text(jet, fields, name, is_whole)?),
                ("type", kind.map_or(Ok(Json::Null), |kind| self.text(jet, fields, kind, is_whole))?),
            ],
            Kind::Versions { value, modified } => vec![
                ("modified", self.text(jet, fields, modified, is_whole)?),
                ("value", self.text(jet, fields, value, is_whole)?),
            ],
        };
        let parts: Map<String, Json> = parts.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
        Ok(Json::Object(parts))
    }

    fn text(&self, jet: &mut Jet, fields: &Fields<'_>, place: usize, is_whole: &mut bool) -> Result<Json, ReadError> {
        let Some(column) = self.table.columns.get(place) else { return Ok(Json::Null) };
        Ok(match value::read(jet, fields, column, None)? {
            Cell::Text(text) => Json::String(text),
            Cell::Null => Json::Null,
            Cell::Odd(text, _) => {
                *is_whole = false;
                Json::String(text)
            }
            Cell::Lost(_) => {
                *is_whole = false;
                Json::Null
            }
        })
    }

    /// A file's contents in base64.
    fn contents(
        &self,
        jet: &mut Jet,
        fields: &Fields<'_>,
        place: usize,
        is_whole: &mut bool,
    ) -> Result<Json, ReadError> {
        let Some(column) = self.table.columns.get(place).filter(|column| fields.is_set(column.col_num)) else {
            return Ok(Json::Null);
        };
        let stored = match fields.varying(column.var_col_num) {
            Some(bytes) => long::read(jet, bytes)?.ok(),
            None => None,
        };
        let file = stored.as_deref().and_then(unpacked);
        *is_whole &= file.is_some();
        Ok(file.map_or(Json::Null, |bytes| Json::String(STANDARD.encode(bytes))))
    }
}

fn kind_of(table: &TableDef, own: &[usize]) -> Option<Kind> {
    let of_type = |kind: ColumnType| {
        own.iter().copied().find(|place| table.columns.get(*place).is_some_and(|column| column.col_type == kind))
    };
    let named = |name: &str| {
        own.iter().copied().find(|place| table.columns.get(*place).is_some_and(|column| column.name == name))
    };
    if let Some((name, data)) = named("FileName").zip(named("FileData")) {
        return Some(Kind::Files { name, kind: named("FileType"), data });
    }
    match own {
        [value] => Some(Kind::Values(*value)),
        [_, _] => {
            let (value, modified) = of_type(ColumnType::Memo).zip(of_type(ColumnType::Timestamp))?;
            Some(Kind::Versions { value, modified })
        }
        _ => None,
    }
}

type Places = BTreeMap<i32, Vec<u32>>;

/// Where the values of each number stand, and whether all rows were found.
fn places(jet: &mut Jet, table: &TableDef, page: u32, number: &ColumnDef) -> Result<(Places, bool), ReadError> {
    let order = table.columns.iter().find(|column| column.is_auto_number());
    let varies = table.columns.iter().any(|column| !column.is_fixed);
    let mut rows: Vec<(i32, i32, u32)> = Vec::new();
    let mut count = 0_u32;
    let mut scan = Scan::new(table, page);
    while let Some(found) = scan.next(jet)? {
        let Some(bytes) = found else { continue };
        let Some(fields) = Fields::of(&bytes, jet.is_97(), varies) else { continue };
        let mut whole = |column: &ColumnDef| {
            Ok(match value::read(jet, &fields, column, None)? {
                Cell::Text(text) => text.parse::<i32>().ok(),
                _ => None,
            })
        };
        let Some(number) = whole(number)? else { continue };
        let place = order.map_or(Ok(None), &mut whole)?;
        rows.push((number, place.unwrap_or(i32::MAX), scan.place()));
        count += 1;
    }
    rows.sort_unstable();
    let mut places = Places::new();
    for (number, _, place) in rows {
        places.entry(number).or_default().push(place);
    }
    Ok((places, count >= table.num_rows))
}

/// A file as Access keeps it: how it is packed, how long it is unpacked, and the
/// rest, which may be packed and begins with a head that says its own length.
fn unpacked(stored: &[u8]) -> Option<Vec<u8>> {
    let len = u32_at(stored, 4)? as usize;
    let rest = stored.get(8..)?;
    let body = match u32_at(stored, 0)? {
        0 => rest.to_vec(),
        1 if len <= long::MOST => {
            let mut body = Vec::new();
            ZlibDecoder::new(rest).take(len as u64).read_to_end(&mut body).ok()?;
            body
        }
        _ => return None,
    };
    let head = u32_at(&body, 0)? as usize;
    body.get(head..len).map(<[u8]>::to_vec)
}
