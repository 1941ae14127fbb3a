//! One table, opened for its columns, and its records in batches.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use jetdb::format::index_type;
use jetdb::{ColumnDef, ColumnType, TableDef, calculated_column_types};

use super::catalogue::{self, Entry};
use super::complex::Complex;
use super::jet::Jet;
use super::scan::{Fields, Scan};
use super::value::{self, Cell, TOO_LARGE};
use crate::record::{self, ENTRY_SEPARATOR, KEY_SEPARATOR};
use crate::sources::encoding::Encoding;
use crate::sources::filling::{Fill, Filling};
use crate::sources::{Batches, ReadError, Relation, Rows, Source};

/// Text of a batch at which it is handed on, whatever its number of records, so
/// that long memos do not add up.
const BATCH_BYTES: usize = 16 << 20;

struct Column {
    definition: ColumnDef,
    /// The type that the values of a formula have.
    result: Option<ColumnType>,
    complex: Option<Complex>,
}

/// A table, opened for its columns.
struct Access {
    path: PathBuf,
    version: String,
    encoding: Option<Encoding>,
    shape: Arc<Shape>,
    relations: Vec<Relation>,
    /// Tables of the database that are somewhere else.
    linked: Vec<String>,
}

/// What is known of the table before its records are read.
struct Shape {
    table: TableDef,
    page: u32,
    columns: Vec<Column>,
    schema: SchemaRef,
    /// The places of the key's columns.
    key: Vec<usize>,
}

/// Opens the table whose definition begins on `page`.
pub(super) fn open(mut jet: Jet, entries: &[Entry], name: &str, page: u32) -> Result<impl Source + use<>, ReadError> {
    let table = jet.table(name, page)?;
    let results = jet.ask(|reader| Ok(calculated_column_types(reader, &table)))?;
    let mut columns = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let result = results.get(&column.name.to_ascii_lowercase()).copied();
        let complex = Complex::of(&mut jet, entries, column)?;
        columns.push(Column { definition: column.clone(), result, complex });
    }
    let place = jet.place();
    let schema = Rows::text_schema(names(&place, &table)?);
    let key = key(&table);
    let relations = catalogue::relations(&mut jet, entries, name)?;
    let shape = Shape { table, page, columns, schema, key };
    let (version, encoding) = (jet.version(), jet.encoding);
    let linked = catalogue::elsewhere(entries);
    Ok(Access { path: jet.path, version, encoding, shape: Arc::new(shape), relations, linked })
}

fn names(place: &str, table: &TableDef) -> Result<Vec<String>, ReadError> {
    let mut names: Vec<String> = Vec::new();
    for column in &table.columns {
        let place = || format!("{place}, table {}", table.name);
        if record::LINEAGE.contains(&column.name.as_str()) {
            return Err(ReadError::new(place(), format!("the column `{}` has a name of cutover's own", column.name))
                .help("rename it in a copy of the database"));
        }
        if names.contains(&column.name) {
            return Err(ReadError::new(place(), format!("has two columns `{}`", column.name))
                .help("the file is damaged; read a copy that Access has repaired"));
        }
        names.push(column.name.clone());
    }
    if names.is_empty() {
        return Err(ReadError::new(format!("{place}, table {}", table.name), "has no columns"));
    }
    Ok(names)
}

/// The places of the columns of the primary key, none if there is one that is not known.
fn key(table: &TableDef) -> Vec<usize> {
    let index = table.indexes.iter().find(|index| index.index_type == index_type::PRIMARY);
    let columns = index.map_or(&[][..], |index| &index.columns);
    let place = |number: u16| table.columns.iter().position(|column| column.col_num == number);
    columns.iter().map(|column| place(column.col_num)).collect::<Option<_>>().unwrap_or_default()
}

/// A column's type in the words of Access's own SQL.
fn declared(table: &TableDef, column: &Column) -> Option<String> {
    let definition = &column.definition;
    let kind = match (definition.is_calculated, column.result) {
        (true, Some(result)) => result,
        _ => definition.col_type,
    };
    Some(match kind {
        ColumnType::Boolean => "boolean".into(),
        ColumnType::Byte => "byte".into(),
        ColumnType::Int => "smallint".into(),
        ColumnType::Long if definition.is_auto_number() => "counter".into(),
        ColumnType::Long => "integer".into(),
        ColumnType::BigInt => "bigint".into(),
        ColumnType::Money => "currency".into(),
        ColumnType::Float => "real".into(),
        ColumnType::Double => "double".into(),
        ColumnType::Timestamp => "datetime".into(),
        ColumnType::DateTimeExtended => "datetime2".into(),
        ColumnType::Text => format!("text({})", table.shown_size(definition)),
        ColumnType::Memo => "memo".into(),
        ColumnType::Binary => format!("binary({})", definition.col_size),
        ColumnType::Ole => "longbinary".into(),
        ColumnType::Guid => "guid".into(),
        ColumnType::Numeric => format!("decimal({},{})", definition.precision, definition.scale),
        ColumnType::ComplexType => column.complex.as_ref()?.declared().into(),
        _ => return None,
    })
}

impl Source for Access {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.shape.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        let jet = Jet::open(&self.path, self.encoding)?;
        let shape = Arc::clone(&self.shape);
        let scan = Scan::new(&shape.table, shape.page);
        let rows = Rows::new(&shape.schema);
        Ok(Box::new(Filling::new(Reading {
            jet,
            shape,
            scan,
            rows,
            bytes: 0,
            number: 0,
            batch_rows: batch_rows.max(1),
            ended: false,
        })))
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.shape.columns.iter().map(|column| declared(&self.shape.table, column)).collect()
    }

    fn declared_key(&self) -> Vec<String> {
        let name = |place: &usize| self.shape.table.columns.get(*place).map(|column| column.name.clone());
        self.shape.key.iter().filter_map(name).collect()
    }

    fn relations(&self) -> Vec<Relation> {
        self.relations.clone()
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        let encoding = self.encoding.map_or(String::new(), |encoding| format!(", texts in {}", encoding.name()));
        let linked = match self.linked.as_slice() {
            [] => String::new(),
            linked => format!("; linked from elsewhere, and not in it: {}", linked.join(", ")),
        };
        vec![(self.path.clone(), format!("{}{encoding}{linked}", self.version))]
    }
}

/// The records in batches.
struct Reading {
    jet: Jet,
    shape: Arc<Shape>,
    scan: Scan,
    rows: Rows,
    /// Bytes of text in `rows`.
    bytes: usize,
    /// Records so far.
    number: u32,
    batch_rows: usize,
    ended: bool,
}

impl Fill for Reading {
    fn fill(&mut self) -> Result<(), ReadError> {
        self.bytes = 0;
        if self.ended {
            return Ok(());
        }
        while self.rows.len() < self.batch_rows && self.bytes < BATCH_BYTES {
            let Some(found) = self.scan.next(&mut self.jet)? else {
                self.ended = true;
                let counted = self.shape.table.num_rows;
                if self.number < counted {
                    let row = format!("{}:{}", self.shape.table.name, self.number + 1);
                    self.rows.push(&row, Some("access.missing"), None, []);
                }
                return Ok(());
            };
            self.number += 1;
            let shape = Arc::clone(&self.shape);
            let varies = shape.table.columns.iter().any(|column| !column.is_fixed);
            let fields = found.as_deref().and_then(|bytes| Fields::of(bytes, self.jet.is_97(), varies));
            match fields {
                Some(fields) => self.push(&shape, &fields)?,
                None => {
                    let row = format!("{}:{}", shape.table.name, self.number);
                    self.rows.push(&row, Some("access.damaged-record"), None, []);
                }
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }
}

impl Reading {
    fn push(&mut self, shape: &Shape, fields: &Fields<'_>) -> Result<(), ReadError> {
        let mut cells = Vec::with_capacity(shape.columns.len());
        let (mut fault, mut notes) = (None, String::new());
        let mut note = |code: &str, name: &str| {
            let separator = if notes.is_empty() { "" } else { &ENTRY_SEPARATOR.to_string() };
            let _ = write!(notes, "{separator}{code}:{name}");
        };
        for column in &shape.columns {
            let mut cell = value::read(&mut self.jet, fields, &column.definition, column.result)?;
            if column.definition.col_type == ColumnType::ComplexType {
                let number = match &cell {
                    Cell::Text(number) => number.parse().ok(),
                    _ => None,
                };
                cell = match (&column.complex, number) {
                    (Some(complex), Some(number)) => complex.read(&mut self.jet, number)?,
                    _ if cell == Cell::Null => Cell::Null,
                    _ => Cell::Lost(value::DAMAGED_VALUE),
                };
            }
            cells.push(match cell {
                Cell::Null => None,
                Cell::Text(text) => Some(text),
                Cell::Odd(text, code) => {
                    note(code, &column.definition.name);
                    Some(text)
                }
                Cell::Lost(TOO_LARGE) => {
                    fault = Some(TOO_LARGE);
                    None
                }
                Cell::Lost(code) => {
                    note(code, &column.definition.name);
                    None
                }
            });
        }
        self.bytes += cells.iter().flatten().map(String::len).sum::<usize>();
        let row = format!("{}:{}", shape.table.name, found_by(&shape.key, &cells, self.number));
        let notes = (!notes.is_empty()).then_some(notes.as_str());
        self.rows.push(&row, fault, notes, cells.iter().map(Option::as_deref));
        Ok(())
    }
}

/// By what a person finds the record: its key, or the number of the record.
fn found_by(key: &[usize], cells: &[Option<String>], number: u32) -> String {
    let parts = key.iter().map(|&place| cells.get(place).and_then(Option::as_deref)).collect::<Option<Vec<&str>>>();
    match parts {
        Some(parts) if !parts.is_empty() => parts.join(&KEY_SEPARATOR.to_string()),
        _ => number.to_string(),
    }
}
