//! What is read: a table in the order of its key, or a query.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use odbc_api::{Connection, ResultSetMetadata};

use super::address::Address;
use super::catalog::{self, About, Listed};
use super::connection::{connect, refused};
use super::{OdbcOptions, stream};
use crate::diagnostic::nearest;
use crate::panics::caught;
use crate::sources::{Batches, ReadError, Relation, Rows, Source};

pub(super) struct Plan {
    pub(super) address: Address,
    pub(super) schema: SchemaRef,
    pub(super) select: String,
    /// What stands before the key or the number in `_row`.
    pub(super) label: String,
    pub(super) columns: Vec<String>,
    /// Columns of the primary key, by their place in `columns`.
    pub(super) key: Vec<usize>,
    about: About,
}

struct Odbc(Arc<Plan>);

/// Connects, and finds out the columns.
pub(super) fn open(address: Address, options: &OdbcOptions) -> Result<Box<dyn Source>, ReadError> {
    let place = address.hide(&address.place);
    let plan = caught(|| inspect(address, options));
    let plan = plan.unwrap_or_else(|| Err(ReadError::new(place, "the driver gives what no driver may")))?;
    Ok(Box::new(Odbc(Arc::new(plan))))
}

fn inspect(address: Address, options: &OdbcOptions) -> Result<Plan, ReadError> {
    match (&options.table, &options.query) {
        (Some(table), None) => of_table(address, table),
        (None, Some(query)) => {
            let connection = connect(&address)?;
            let query = query.trim().trim_end_matches(';').to_string();
            let columns = columns(&address, &connection, &query)
                .map_err(|error| if error.help.is_none() { error.help("check the source's `query`") } else { error })?;
            drop(connection);
            plan(address, query, "query", columns, About::default())
        }
        _ => Err(ReadError::new(address.hide(&address.place), "it is not said what to read from it")
            .help("give the source either a `table` or a `query`")),
    }
}

fn of_table(address: Address, wanted: &str) -> Result<Plan, ReadError> {
    let connection = connect(&address)?;
    let tables = catalog::list(&address, &connection).unwrap_or_default();
    let listed = catalog::find(&tables, wanted);
    let quote = connection.identifier_quote_char().ok().flatten();
    let from = match listed {
        Some(table) => quoted_table(quote, table),
        None => wanted.split('.').map(|part| quoted(quote, part)).collect::<Vec<_>>().join("."),
    };
    let about = listed.map(|table| catalog::about(&connection, table)).unwrap_or_default();
    let select = format!("select * from {from}");
    let columns = columns(&address, &connection, &select).map_err(|error| {
        if listed.is_some() {
            return error;
        }
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        let missing = ReadError::new(address.hide(&address.place), format!("has no table `{wanted}`"));
        match nearest(wanted, names.iter().copied()) {
            Some(near) => missing.help(format!("did you mean `{near}`?")),
            None => missing.help("another schema's table is `schema.name`; `cutover profile` lists them"),
        }
    })?;
    let key: Vec<&String> = about.key.iter().filter(|name| columns.contains(name)).collect();
    let select = if key.is_empty() {
        select
    } else {
        format!("{select} order by {}", key.iter().map(|name| quoted(quote, name)).collect::<Vec<_>>().join(", "))
    };
    drop(connection);
    plan(address, select, wanted, columns, about)
}

fn plan(address: Address, select: String, label: &str, columns: Vec<String>, about: About) -> Result<Plan, ReadError> {
    for (index, name) in columns.iter().enumerate() {
        if columns.iter().take(index).any(|earlier| earlier == name) {
            return Err(ReadError::new(
                address.hide(&address.place),
                format!("the query gives the column `{name}` twice"),
            )
            .help("name one of them otherwise, with `as`"));
        }
    }
    let position = |name: &String| columns.iter().position(|column| column == name);
    let key: Vec<usize> = about.key.iter().filter_map(position).collect();
    let key = if key.len() == about.key.len() { key } else { Vec::new() };
    Ok(Plan { schema: Rows::text_schema(&columns), select, label: label.to_string(), columns, key, about, address })
}

/// The columns of a statement; it is run, as not every driver knows them before.
fn columns(address: &Address, connection: &Connection<'_>, select: &str) -> Result<Vec<String>, ReadError> {
    let failed = |error: odbc_api::Error| refused(address, &error);
    let mut prepared = connection.prepare(select).map_err(failed)?;
    let count = prepared.num_result_cols().map_err(failed)?;
    if count == 0 {
        return Err(ReadError::new(address.hide(&address.place), "the query does not select anything")
            .help("give a single `select`"));
    }
    let count = u16::try_from(count).unwrap_or(0);
    (1..=count).map(|column| prepared.col_name(column).map_err(failed)).collect()
}

fn quoted(quote: Option<char>, name: &str) -> String {
    match quote {
        Some(quote) if quote != ' ' => format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}"))),
        _ => name.to_string(),
    }
}

fn quoted_table(quote: Option<char>, table: &Listed) -> String {
    let name = quoted(quote, &table.name);
    if table.schema.is_empty() { name } else { format!("{}.{name}", quoted(quote, &table.schema)) }
}

impl Source for Odbc {
    fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.0.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        stream::start(&self.0, batch_rows.max(1))
    }

    fn declared(&self) -> Vec<Option<String>> {
        let declared = |name: &String| {
            let found = self.0.about.columns.iter().find(|(column, _)| column == name);
            found.map(|(_, declared)| declared.clone()).filter(|declared| !declared.is_empty())
        };
        self.0.columns.iter().map(declared).collect()
    }

    fn declared_key(&self) -> Vec<String> {
        self.0.key.iter().filter_map(|index| self.0.columns.get(*index)).cloned().collect()
    }

    fn relations(&self) -> Vec<Relation> {
        self.0.about.relations.clone()
    }
}
