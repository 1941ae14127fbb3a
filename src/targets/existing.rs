//! Reads what the target has already: rows that no run inserted, for matching, and
//! which records have a row. Reads only, in one transaction, batch by batch.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::flow::{Session, Stop};
use super::ledger::Ledger;
use super::sql::{Sought, Sql};
use super::{Interrupt, LoadError};
use crate::config::pipeline::Entity;
use crate::record::{KEY, SOURCE, TARGET_KEY};

/// Rows a batch.
const BATCH_ROWS: usize = 8192;

/// Which rows are wanted, and what of them.
pub struct Wanted<'a> {
    pub entity: &'a Entity,
    /// Fields, by index.
    pub fields: &'a [usize],
    pub interrupt: Interrupt,
}

impl Wanted<'_> {
    /// The columns of the rows: the key, then the fields, all text.
    pub fn rows(&self) -> SchemaRef {
        let fields = self.fields.iter().filter_map(|field| self.entity.fields.get(*field));
        let names = std::iter::once(KEY).chain(fields.map(|field| field.name.as_str()));
        texts(names)
    }

    /// The columns of records that have a row: source, legacy key, the row's key,
    /// and `1` where a run inserted it or it has the record's own key.
    pub fn known() -> SchemaRef {
        texts([SOURCE, KEY, TARGET_KEY, "own"].into_iter())
    }
}

fn texts<'n>(names: impl Iterator<Item = &'n str>) -> SchemaRef {
    Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).collect::<Vec<_>>()))
}

/// Takes batches; an error ends the reading.
pub(in crate::targets) type Rows<'a> = &'a mut dyn FnMut(RecordBatch) -> Result<(), LoadError>;

/// Takes what is found: batches of rows, then of records that have a row.
pub struct Found<'a> {
    pub rows: &'a mut dyn FnMut(RecordBatch) -> Result<(), LoadError>,
    pub known: &'a mut dyn FnMut(RecordBatch) -> Result<(), LoadError>,
}

/// Reads within an open transaction.
pub(in crate::targets) fn read(
    session: &mut dyn Session,
    schema: &str,
    wanted: &Wanted<'_>,
    found: Found<'_>,
) -> Result<(), LoadError> {
    let Some(live) = session.live(&wanted.entity.table)? else { return Ok(()) };
    let dialect = session.dialect();
    let sql = Sql { dialect, schema: schema.to_string(), ledger: Ledger(dialect) };
    let key = live.iter().find(|column| column.name == wanted.entity.key_column);
    let fields = wanted.fields.iter().filter_map(|field| wanted.entity.fields.get(*field));
    let sought = Sought {
        entity: &wanted.entity.name,
        table: &wanted.entity.table,
        key: &wanted.entity.key_column,
        kind: wanted.entity.key,
        text_key: key.is_some_and(|key| key.base == "text"),
        columns: fields.map(|field| field.name.as_str()).collect(),
        ledger: session.has_ledger()?,
    };
    session.stream(&sql.select_rows(&sought), &wanted.rows(), found.rows)?;
    if sought.ledger {
        session.stream(&sql.select_known(&sought), &Wanted::known(), found.known)?;
    }
    Ok(())
}

/// What a session makes of a refusal while it only reads.
pub(in crate::targets) fn unexpected(place: &str, stop: Stop) -> LoadError {
    match stop {
        Stop::Failed(error) => error,
        Stop::Refused { code, .. } => LoadError::Target {
            place: place.to_string(),
            what: format!("its rows cannot be read ({code})"),
            help: None,
        },
    }
}

/// Gathers rows of text into batches.
pub(in crate::targets) struct Gathered {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    rows: usize,
}

impl Gathered {
    pub(in crate::targets) fn new(schema: &SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|_| StringBuilder::new()).collect();
        Self { schema: SchemaRef::clone(schema), columns, rows: 0 }
    }

    pub(in crate::targets) fn push<'t>(&mut self, cells: impl Iterator<Item = Option<&'t str>>) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.append_option(cell);
        }
        self.rows += 1;
    }

    pub(in crate::targets) fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS
    }

    /// What was gathered; nothing is left behind.
    pub(in crate::targets) fn batch(&mut self) -> Result<Option<RecordBatch>, LoadError> {
        if std::mem::take(&mut self.rows) == 0 {
            return Ok(None);
        }
        let columns = self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(SchemaRef::clone(&self.schema), columns);
        batch.map(Some).map_err(|error| LoadError::Staged(error.to_string()))
    }
}
