//! A table or a query of a MySQL or MariaDB database, as text.
//!
//! All is read in one read-only transaction that sees one state of the data, over
//! the text protocol, so that a value comes as the server writes it: `0000-00-00`
//! is no date elsewhere and stays what it is here. A table comes in the order of
//! its primary key; a query as it is, so it should have an `order by`.

mod catalog;
mod connection;
mod stream;
#[cfg(test)]
pub(crate) mod tests;
mod value;

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use mysql_async::prelude::Queryable;

use self::catalog::Found;
use self::connection::{Connection, refused};
use super::kind::{Opener, Place, TableEntry};
use super::{Batches, ReadError, Relation, Rows, Source, shown_url};
use crate::diagnostic::Code;
use crate::options;

const ENCODING: &str = "mysql.encoding";
const TOO_LARGE: &str = "mysql.too-large";

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: ENCODING,
        what: "A text of the record is not valid UTF-8, into which the server turns every text that it sends.",
        why: "A program told the server that its text was UTF-8 and sent bytes of another encoding. Which one cannot \
              be known for certain, and guessing would spoil names silently, so the record is not used.",
        example: "`Müller` stored as the Windows-1252 bytes `4D FC 6C 6C 65 72` in a column of UTF-8",
        fix: "Repair the value in the database, or read it through a query as \
              `convert(cast(name as binary) using latin1) as name`.",
    },
    Code {
        id: TOO_LARGE,
        what: "A value of the record is larger than 64 MB.",
        why: "It would not fit into memory beside the rest; no field of customer data is that long.",
        example: "a video in a column of attachments",
        fix: "Read the table through a query that leaves the column out.",
    },
];

options! {
    /// Options of a MySQL or MariaDB source: a table or a query.
    pub struct MysqlOptions {
        /// The table or view to read, as `name` or `database.name`.
        table: Option<String>,
        /// The query to read; give it an `order by`, so that each run sees the same order.
        query: Option<String>,
    }
}

/// What is read, and how.
struct Plan {
    url: String,
    place: String,
    schema: SchemaRef,
    /// Gives the columns, then for each of `floats` the same number as a `double`.
    select: String,
    /// What stands before the key or the number in `_row`.
    label: String,
    columns: Vec<String>,
    declared: Vec<Option<String>>,
    /// Columns of the primary key, by their place in `columns`.
    key: Vec<usize>,
    /// Columns of type `float`, which the server writes with six digits only.
    floats: Vec<usize>,
    relations: Vec<Relation>,
}

impl Plan {
    /// Columns that `select` gives.
    fn width(&self) -> usize {
        self.columns.len() + self.floats.len()
    }
}

struct Mysql(Arc<Plan>);

impl Opener for MysqlOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        open(place.url()?, self)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let url = place.url()?;
        let place = shown_url(url);
        apart(&place, || catalog::tables(&mut Connection::open(url, &place)?, &place))
    }
}

/// Connects, and finds out the columns.
pub(crate) fn open(url: &str, options: &MysqlOptions) -> Result<Box<dyn Source>, ReadError> {
    let place = shown_url(url);
    let plan = apart(&place, || inspect(url, &place, options))?;
    Ok(Box::new(Mysql(Arc::new(plan))))
}

/// On a thread of its own: the caller's may already drive a runtime.
fn apart<T: Send>(place: &str, work: impl FnOnce() -> Result<T, ReadError> + Send) -> Result<T, ReadError> {
    match std::thread::scope(|scope| scope.spawn(work).join()) {
        Ok(done) => done,
        Err(_) => Err(ReadError::new(place, "reading it ended unexpectedly")),
    }
}

fn inspect(url: &str, place: &str, options: &MysqlOptions) -> Result<Plan, ReadError> {
    match (&options.table, &options.query) {
        (Some(table), None) => of_table(url, place, table),
        (None, Some(query)) => of_query(url, place, query.trim().trim_end_matches(';')),
        _ => Err(ReadError::new(place, "it is not said what to read from it")
            .help("give the source either a `table` or a `query`")),
    }
}

fn of_table(url: &str, place: &str, wanted: &str) -> Result<Plan, ReadError> {
    let mut connection = Connection::open(url, place)?;
    let table = Found::table(&mut connection, place, wanted)?;
    let found = table.columns(&mut connection, place)?;
    let columns: Vec<String> = found.iter().map(|column| column.name.clone()).collect();
    let key = table.key(&mut connection, place)?;
    let position = |name: &String| columns.iter().position(|column| column == name);
    let key: Vec<usize> = key.iter().filter_map(position).collect();
    let is_float = |declared: &str| declared.starts_with("float") && !declared.starts_with("float(");
    let floats = (0..columns.len()).filter(|index| found.get(*index).is_some_and(|column| is_float(&column.declared)));
    let floats: Vec<usize> = floats.collect();
    let quoted = |index: &usize| columns.get(*index).map(|name| identifier(name)).unwrap_or_default();
    let shown = columns.iter().map(|name| identifier(name));
    // Adding zero makes it a double in every version; `cast` does not.
    let exact = floats.iter().map(|index| format!("{} + 0e0", quoted(index)));
    let mut select = format!(
        "select {} from {}.{}",
        shown.chain(exact).collect::<Vec<_>>().join(", "),
        identifier(&table.database),
        identifier(&table.name)
    );
    let order: Vec<String> = if table.is_view {
        columns.iter().map(|name| format!("cast({} as binary)", identifier(name))).collect()
    } else {
        key.iter().map(quoted).collect()
    };
    if !order.is_empty() {
        select = format!("{select} order by {}", order.join(", "));
    }
    Ok(Plan {
        url: url.to_string(),
        place: place.to_string(),
        schema: Rows::text_schema(&columns),
        select,
        label: wanted.to_string(),
        columns,
        declared: found.into_iter().map(|column| Some(column.declared)).collect(),
        key,
        floats,
        relations: table.relations(&mut connection, place)?,
    })
}

fn of_query(url: &str, place: &str, query: &str) -> Result<Plan, ReadError> {
    let mut connection = Connection::open(url, place)?;
    let Connection { conn, runtime } = &mut connection;
    // Preparing takes one statement only, and does not run it.
    let prepared = runtime.block_on(conn.prep(query)).map_err(|error| refused(place, &error))?;
    if prepared.num_columns() == 0 {
        return Err(ReadError::new(place, "the query does not select anything").help("give a single `select`"));
    }
    if prepared.num_params() > 0 {
        return Err(ReadError::new(place, "the query has parameters").help("write their values into it"));
    }
    let columns: Vec<String> = prepared.columns().iter().map(|column| column.name_str().into_owned()).collect();
    for (index, name) in columns.iter().enumerate() {
        if columns.iter().take(index).any(|earlier| earlier == name) {
            return Err(ReadError::new(place, format!("the query gives the column `{name}` twice"))
                .help("name one of them otherwise, with `as`"));
        }
    }
    Ok(Plan {
        url: url.to_string(),
        place: place.to_string(),
        schema: Rows::text_schema(&columns),
        select: query.to_string(),
        label: "query".into(),
        declared: vec![None; columns.len()],
        columns,
        key: Vec::new(),
        floats: Vec::new(),
        relations: Vec::new(),
    })
}

/// An identifier in SQL: quoted, whatever is in it.
fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

impl Source for Mysql {
    fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.0.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        stream::start(&self.0, batch_rows.max(1))
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.0.declared.clone()
    }

    fn declared_key(&self) -> Vec<String> {
        self.0.key.iter().filter_map(|index| self.0.columns.get(*index)).cloned().collect()
    }

    fn relations(&self) -> Vec<Relation> {
        self.0.relations.clone()
    }
}
