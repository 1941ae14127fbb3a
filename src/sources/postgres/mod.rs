//! A table or a query of a PostgreSQL database, as text.
//!
//! All is read in one `repeatable read, read only` transaction. Every column is
//! delivered as nullable text: dates as `2026-06-30`, times as
//! `2026-06-30T12:00:00`, numbers with all their places, booleans as `true` and
//! `false`, the rest as Postgres writes it. A table comes in the order of its
//! primary key; a query as it is, so it should have an `order by`.

mod catalogue;
mod stream;
#[cfg(test)]
mod tests;

use arrow::datatypes::SchemaRef;
use tokio_postgres::types::Type;

use self::catalogue::Declared;
use super::kind::{Opener, Place, TableEntry};
use super::{Batches, ReadError, Relation, Rows, Source, shown_url};
use crate::options;
use crate::postgres::{Connection, Problem, describe, identifier};
use crate::record::KEY_SEPARATOR;

options! {
    /// Options of a PostgreSQL source: a table or a query.
    pub struct PostgresOptions {
        /// The table or view to read, as `name` or `schema.name`.
        table: Option<String>,
        /// The query to read; give it an `order by`, so that each run sees the same order.
        query: Option<String>,
    }
}

/// A database, connected once for its columns; each reading connects anew.
struct Postgres {
    url: String,
    place: String,
    schema: SchemaRef,
    /// Gives `_row`, or nothing where rows are counted, then the columns; all as text.
    select: String,
    /// What stands before the key or the number in `_row`.
    label: String,
    keyed: bool,
    declared: Declared,
}

impl Opener for PostgresOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.url()?, self)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let url = place.url()?;
        let place = shown_url(url);
        apart(&place, || catalogue::tables(&connect(url, &place)?, &place))
    }
}

/// Connects, and finds out the columns.
pub(crate) fn open(url: &str, options: &PostgresOptions) -> Result<Box<dyn Source>, ReadError> {
    let place = shown_url(url);
    apart(&place, || inspect(url, &place, options)).map(|source| Box::new(source) as Box<dyn Source>)
}

/// Does the work on a thread of its own: the caller's may already drive a runtime.
fn apart<T: Send>(place: &str, work: impl FnOnce() -> Result<T, ReadError> + Send) -> Result<T, ReadError> {
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|_| Err(ReadError::new(place, "reading it ended unexpectedly")))
}

fn inspect(url: &str, place: &str, options: &PostgresOptions) -> Result<Postgres, ReadError> {
    match (&options.table, &options.query) {
        (Some(table), None) => {
            let connection = connect(url, place)?;
            let (from, order, key) = table_order(&connection, place, table)?;
            let columns = columns(&connection, place, &format!("select * from {from}"))?;
            let mut declared = catalogue::declared(&connection, place, &from, key.as_deref().unwrap_or_default())?;
            declared.types.resize(columns.len(), None);
            let key = key.map(|key| key_text(&columns, &key));
            let keyed = key.is_some();
            let order = if order.is_empty() { every_column(&columns) } else { order };
            let select = select(&columns, key, &from, &format!(" order by {order}"));
            Ok(Postgres { declared, ..source(url, place, &columns, select, table, keyed)? })
        }
        (None, Some(query)) => {
            let connection = connect(url, place)?;
            let query = query.trim().trim_end_matches(';');
            let columns = columns(&connection, place, query)?;
            // The line break ends a comment on the query's last line.
            let from = format!("({query}\n)");
            let select = select(&columns, None, &from, "");
            source(url, place, &columns, select, "query", false)
        }
        _ => Err(ReadError::new(place, "it is not said what to read from it")
            .help("give the source either a `table` or a `query`")),
    }
}

fn source(
    url: &str,
    place: &str,
    columns: &[(String, Type)],
    select: String,
    label: &str,
    keyed: bool,
) -> Result<Postgres, ReadError> {
    for (index, (name, _)) in columns.iter().enumerate() {
        if columns.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(ReadError::new(place, format!("the query gives the column `{name}` twice"))
                .help("name one of them otherwise, with `as`"));
        }
    }
    Ok(Postgres {
        url: url.to_string(),
        place: place.to_string(),
        schema: Rows::text_schema(columns.iter().map(|(name, _)| name)),
        select,
        label: label.to_string(),
        keyed,
        declared: Declared { types: vec![None; columns.len()], ..Declared::default() },
    })
}

fn connect(url: &str, place: &str) -> Result<Connection, ReadError> {
    Connection::open(url).map_err(|problem| failed(place, problem))
}

fn failed(place: &str, problem: Problem) -> ReadError {
    ReadError { place: place.to_string(), what: problem.what, help: problem.help }
}

fn refused(place: &str, error: &tokio_postgres::Error) -> ReadError {
    let problem = describe(error);
    let syntax = error.code().is_some_and(|code| code.code().starts_with("42"));
    let error = failed(place, problem);
    if syntax && error.help.is_none() { error.help("check the source's `table` or `query`") } else { error }
}

fn columns(connection: &Connection, place: &str, query: &str) -> Result<Vec<(String, Type)>, ReadError> {
    let prepared = connection.runtime.block_on(connection.client.prepare(query));
    let prepared = prepared.map_err(|error| refused(place, &error))?;
    let columns = prepared.columns().iter();
    Ok(columns.map(|column| (column.name().to_string(), column.type_().clone())).collect())
}

const KIND: &str = "select c.relkind::text from pg_class c where c.oid = to_regclass($1)";
const KEY: &str = "
    select a.attname::text
    from pg_index i
    cross join lateral unnest(i.indkey) with ordinality as k(attnum, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = to_regclass($1) and i.indisprimary
    order by k.n";

type TableOrder = (String, String, Option<Vec<String>>);

/// The quoted table, what it is ordered by, and its primary key. The order is
/// empty where there is nothing better than all columns.
fn table_order(connection: &Connection, place: &str, table: &str) -> Result<TableOrder, ReadError> {
    let quoted = table.split('.').map(identifier).collect::<Vec<_>>().join(".");
    let ask = |query: &'static str| {
        let found = connection.runtime.block_on(connection.client.query(query, &[&quoted]));
        let found = found.map_err(|error| refused(place, &error))?;
        let texts: Result<Vec<String>, _> = found.iter().map(|row| row.try_get(0)).collect();
        texts.map_err(|error| refused(place, &error))
    };
    let kind = ask(KIND)?;
    let Some(kind) = kind.first() else {
        return Err(ReadError::new(place, format!("has no table `{table}`"))
            .help("check the source's `table`; another schema's table is `schema.name`"));
    };
    let key = ask(KEY)?;
    if !key.is_empty() {
        let order = key.iter().map(|name| format!("q.{}", identifier(name))).collect::<Vec<_>>().join(", ");
        return Ok((quoted, order, Some(key)));
    }
    let order = match kind.as_str() {
        "r" | "m" => "q.ctid",
        "p" => "q.tableoid, q.ctid",
        _ => "",
    };
    Ok((quoted, order.to_string(), None))
}

fn every_column(columns: &[(String, Type)]) -> String {
    let all = columns.iter().map(|(name, _)| format!("q.{}::text collate \"C\"", identifier(name)));
    all.collect::<Vec<_>>().join(", ")
}

fn key_text(columns: &[(String, Type)], key: &[String]) -> String {
    let parts = columns.iter().filter(|(name, _)| key.contains(name));
    let mut parts: Vec<(usize, String)> = parts
        .map(|(name, kind)| {
            let place = key.iter().position(|part| part == name).unwrap_or(0);
            (place, text(&format!("q.{}", identifier(name)), kind))
        })
        .collect();
    parts.sort();
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    format!("concat_ws('{KEY_SEPARATOR}', {})", parts.join(", "))
}

fn select(columns: &[(String, Type)], key: Option<String>, from: &str, order: &str) -> String {
    // A query may give one name twice: its columns are numbered, a table's are named.
    let named = !from.starts_with('(');
    let values = columns.iter().enumerate().map(|(index, (name, kind))| {
        let column = if named { identifier(name) } else { format!("c{index}") };
        text(&format!("q.{column}"), kind)
    });
    let values: Vec<String> = key.into_iter().chain(values).collect();
    let names: Vec<String> = (0..columns.len()).map(|index| format!("c{index}")).collect();
    let names = if named || names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
    format!("select {} from {from} as q{names}{order}", values.join(", "))
}

/// A value as text; the session writes dates in ISO order.
fn text(value: &str, kind: &Type) -> String {
    if [Type::TIMESTAMP, Type::TIMESTAMPTZ].contains(kind) {
        format!("replace({value}::text, ' ', 'T')")
    } else {
        format!("{value}::text")
    }
}

impl Source for Postgres {
    fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.declared.types.clone()
    }

    fn declared_key(&self) -> Vec<String> {
        self.declared.key.clone()
    }

    fn relations(&self) -> Vec<Relation> {
        self.declared.relations.clone()
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        stream::start(self, batch_rows.max(1))
    }
}
