//! What a SQLite file says of its tables and columns.

use rusqlite::Connection;

use super::super::LiveTable;
use crate::config::pipeline::{FieldType, LiveColumn};
use crate::postgres::identifier;

pub(super) fn survey(connection: &Connection) -> Result<Vec<LiveTable>, rusqlite::Error> {
    let query = "select name from main.sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'
                 and name not like 'cutover\\_%' escape '\\' order by name";
    let mut statement = connection.prepare(query)?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut tables = Vec::new();
    for name in names {
        let keys = format!("pragma main.foreign_key_list({})", identifier(&name));
        let mut statement = connection.prepare(&keys)?;
        let rows = statement.query_map([], |row| Ok((row.get(3)?, row.get(2)?)))?;
        let mut references: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
        references.sort();
        tables.push(LiveTable { columns: columns(connection, &name)?, name, references });
    }
    Ok(tables)
}

pub(super) fn columns(connection: &Connection, table: &str) -> Result<Vec<LiveColumn>, rusqlite::Error> {
    let unique = unique_columns(connection, table)?;
    let mut statement = connection.prepare(&format!("pragma main.table_info({})", identifier(table)))?;
    let rows = statement.query_map([], |row| {
        let (name, declared): (String, String) = (row.get(1)?, row.get(2)?);
        let key: i64 = row.get(5)?;
        let column = LiveColumn {
            unique: unique.contains(&name),
            data_type: nearest_type(&declared),
            nullable: !row.get::<_, bool>(3)?,
            has_default: row.get::<_, Option<String>>(4)?.is_some(),
            name,
            declared,
        };
        Ok((column, key > 0))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let alone = rows.iter().filter(|(_, key)| *key).count() == 1;
    let columns = rows.into_iter().map(|(column, key)| {
        // An `integer primary key` is the number of the row, which SQLite gives.
        let numbered = key && alone && column.declared.eq_ignore_ascii_case("integer");
        LiveColumn { unique: column.unique || (key && alone), has_default: column.has_default || numbered, ..column }
    });
    Ok(columns.collect())
}

/// The columns of a table that have a unique index of their own.
fn unique_columns(connection: &Connection, table: &str) -> Result<Vec<String>, rusqlite::Error> {
    let query = "select (select name from pragma_index_info(list.name)) from pragma_index_list(?1) list
                 where list.\"unique\" and not list.partial
                 and (select count(*) from pragma_index_info(list.name)) = 1";
    let mut statement = connection.prepare(query)?;
    let names = statement.query_map([table], |row| row.get::<_, Option<String>>(0))?;
    names.filter_map(Result::transpose).collect()
}

fn nearest_type(declared: &str) -> Option<FieldType> {
    let upper = declared.to_uppercase();
    let mut numbers = upper.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
    let name = upper.split('(').next().unwrap_or_default().trim();
    Some(match name {
        "UUID" => FieldType::Uuid,
        "DATE" => FieldType::Date,
        "DATETIME" | "TIMESTAMP" => FieldType::DateTime,
        _ if name.starts_with("BOOL") => FieldType::Boolean,
        _ if name.contains("INT") => FieldType::Integer,
        _ if name.contains("CHAR") => FieldType::Text(numbers.next()),
        _ if name.contains("TEXT") || name.contains("CLOB") || name.is_empty() => FieldType::Text(None),
        "NUMERIC" | "DECIMAL" => FieldType::Decimal {
            precision: numbers.next().and_then(|n| n.try_into().ok()).unwrap_or(38),
            scale: numbers.next().and_then(|n| n.try_into().ok()).unwrap_or(0),
        },
        _ => return None,
    })
}
