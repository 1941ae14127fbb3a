//! What a database says of a table's columns: types, key, references. None of it
//! binds SQLite, and the reader does not rely on it.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{Plan, columns_of};
use crate::sources::Relation;

/// What is declared of what is read.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Of each column, in the order of the schema.
    pub types: Vec<Option<String>>,
    pub key: Vec<String>,
    pub relations: Vec<Relation>,
}

/// Of a query nothing is known.
pub(super) fn read(connection: &Connection, plan: &Plan, names: &[String]) -> rusqlite::Result<Declared> {
    if plan.is_query {
        return Ok(Declared { types: vec![None; names.len()], ..Declared::default() });
    }
    let known = types(connection, &plan.name)?;
    let kind = |name: &String| known.get(name).filter(|kind| !kind.is_empty()).map(|kind| kind.to_lowercase());
    let types = names.iter().map(kind).collect();
    let (key, relations) = (key(connection, &plan.name)?, relations(connection, &plan.name)?);
    Ok(Declared { types, key, relations })
}

fn types(connection: &Connection, table: &str) -> rusqlite::Result<HashMap<String, String>> {
    let mut statement = connection.prepare("select name, type from pragma_table_xinfo(?1)")?;
    let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    columns.collect()
}

/// The columns of a table's primary key.
fn key(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut columns = columns_of(connection, table)?;
    columns.retain(|(_, place)| *place > 0);
    columns.sort_by_key(|(_, place)| *place);
    Ok(columns.into_iter().map(|(name, _)| name).collect())
}

/// A reference that names no columns means the key of the other table.
fn relations(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Relation>> {
    let select = "select id, \"table\", \"from\", \"to\" from pragma_foreign_key_list(?1) order by id desc, seq";
    let mut statement = connection.prepare(select)?;
    let rows = statement.query_map([table], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, Option<String>>(3)?,
        ))
    })?;
    let mut relations: Vec<(i64, Relation)> = Vec::new();
    for row in rows {
        let (id, other, column, their) = row?;
        match relations.last_mut().filter(|(last, _)| *last == id) {
            Some((_, relation)) => {
                relation.columns.push(column);
                relation.their_columns.extend(their);
            }
            None => {
                let their_columns = their.into_iter().collect();
                relations.push((id, Relation { columns: vec![column], table: other, their_columns }));
            }
        }
    }
    for (_, relation) in &mut relations {
        if relation.their_columns.is_empty() {
            relation.their_columns = key(connection, &relation.table)?;
        }
    }
    Ok(relations.into_iter().map(|(_, relation)| relation).collect())
}
