//! What a database says of itself: its tables, their columns, keys and references.

use mysql_async::Params;

use super::connection::Connection;
use crate::diagnostic::nearest;
use crate::sources::kind::TableEntry;
use crate::sources::{ReadError, Relation};

const SYSTEM: &str = "('mysql', 'information_schema', 'performance_schema', 'sys')";
const COLUMNS: &str = "
    select column_name, column_type from information_schema.columns
    where table_schema = ? and table_name = ? order by ordinal_position";
const KEY: &str = "
    select column_name from information_schema.statistics
    where table_schema = ? and table_name = ? and index_name = 'PRIMARY' order by seq_in_index";
const RELATIONS: &str = "
    select constraint_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
    from information_schema.key_column_usage
    where table_schema = ? and table_name = ? and referenced_table_name is not null
    order by constraint_name, ordinal_position";

/// A table or view of the server, and the database that it is in.
pub(super) struct Found {
    pub(super) database: String,
    pub(super) name: String,
    pub(super) is_view: bool,
}

/// A column of a table and its declared type.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) declared: String,
}

impl Found {
    /// The table of the option `table`: its name, or `database.name`.
    pub(super) fn table(connection: &mut Connection, place: &str, wanted: &str) -> Result<Self, ReadError> {
        let all = all(connection, place)?;
        let home = home(connection, place)?;
        let named = |table: &Entry| {
            (Some(&table.database) == home.as_ref() && table.name == wanted)
                || format!("{}.{}", table.database, table.name) == wanted
        };
        let loosely = |table: &&Entry| {
            (Some(&table.database) == home.as_ref() && table.name.eq_ignore_ascii_case(wanted))
                || format!("{}.{}", table.database, table.name).eq_ignore_ascii_case(wanted)
        };
        let mut close = all.iter().filter(loosely);
        let found = match (all.iter().find(|table| named(table)), close.next(), close.next()) {
            (Some(table), ..) | (None, Some(table), None) => Some(table),
            _ => None,
        };
        if let Some(table) = found {
            return Ok(Self {
                database: table.database.clone(),
                name: table.name.clone(),
                is_view: table.what.contains("VIEW"),
            });
        }
        let names: Vec<String> = all.iter().map(|table| table.shown(home.as_deref())).collect();
        let error = ReadError::new(place, format!("has no table `{wanted}`"));
        Err(match nearest(wanted, names.iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None if home.is_none() => error.help("the URL names no database: write the table as `database.table`"),
            None => error.help("another database's table is `database.table`; `cutover profile` lists them"),
        })
    }

    pub(super) fn columns(&self, connection: &mut Connection, place: &str) -> Result<Vec<Column>, ReadError> {
        let rows: Vec<(String, String)> = connection.ask(place, COLUMNS, self.params())?;
        Ok(rows.into_iter().map(|(name, declared)| Column { name, declared }).collect())
    }

    pub(super) fn key(&self, connection: &mut Connection, place: &str) -> Result<Vec<String>, ReadError> {
        connection.ask(place, KEY, self.params())
    }

    pub(super) fn relations(&self, connection: &mut Connection, place: &str) -> Result<Vec<Relation>, ReadError> {
        let rows: Vec<(String, String, String, String, String)> = connection.ask(place, RELATIONS, self.params())?;
        let mut relations: Vec<(String, Relation)> = Vec::new();
        for (constraint, column, their_database, their_table, their_column) in rows {
            if relations.last().is_none_or(|(last, _)| *last != constraint) {
                let table = if their_database == self.database {
                    their_table
                } else {
                    format!("{their_database}.{their_table}")
                };
                relations.push((constraint, Relation { columns: Vec::new(), table, their_columns: Vec::new() }));
            }
            if let Some((_, relation)) = relations.last_mut() {
                relation.columns.push(column);
                relation.their_columns.push(their_column);
            }
        }
        Ok(relations.into_iter().map(|(_, relation)| relation).collect())
    }

    fn params(&self) -> Params {
        Params::from((self.database.as_str(), self.name.as_str()))
    }
}

struct Entry {
    database: String,
    name: String,
    what: String,
    rows: Option<u64>,
}

impl Entry {
    /// As the option `table` takes it.
    fn shown(&self, home: Option<&str>) -> String {
        if home == Some(&self.database) { self.name.clone() } else { format!("{}.{}", self.database, self.name) }
    }
}

/// The tables of the database in the URL, or of all where it names none.
pub(super) fn tables(connection: &mut Connection, place: &str) -> Result<Vec<TableEntry>, ReadError> {
    let home = home(connection, place)?;
    let tables = all(connection, place)?.into_iter();
    let tables = tables.filter(|table| home.as_ref().is_none_or(|home| *home == table.database));
    let entry = |table: Entry| TableEntry {
        name: table.shown(home.as_deref()),
        option: "table",
        what: if table.what.contains("VIEW") { "view".into() } else { "table".into() },
        rows: table.rows,
    };
    Ok(tables.map(entry).collect())
}

fn home(connection: &mut Connection, place: &str) -> Result<Option<String>, ReadError> {
    let rows: Vec<Option<String>> = connection.ask(place, "select database()", Params::Empty)?;
    Ok(rows.into_iter().next().flatten())
}

/// Every table that the user may see. Transactional engines only guess how many
/// rows a table has, so those have no number.
fn all(connection: &mut Connection, place: &str) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select table_schema, table_name, table_type, \
         if(engine in ('MyISAM', 'Aria', 'MEMORY', 'CSV'), table_rows, null) \
         from information_schema.tables where table_schema not in {SYSTEM} order by table_schema, table_name"
    );
    let rows: Vec<(String, String, String, Option<u64>)> = connection.ask(place, &sql, Params::Empty)?;
    let entry = |(database, name, what, rows)| Entry { database, name, what, rows };
    Ok(rows.into_iter().map(entry).collect())
}
