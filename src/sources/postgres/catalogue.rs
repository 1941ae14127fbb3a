//! What a database holds and what it declares: tables, types, keys, references.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::refused;
use crate::postgres::{Connection, identifier};
use crate::sources::kind::TableEntry;
use crate::sources::{ReadError, Relation};

/// What a table says of its columns.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Of each column, in the order of the table.
    pub types: Vec<Option<String>>,
    pub key: Vec<String>,
    pub relations: Vec<Relation>,
}

/// What the user may read; a partition is part of another table. Larger tables
/// than 256 MB are not counted: that would read all of them.
const TABLES: &str = "
    select n.nspname::text, c.relname::text, pg_table_is_visible(c.oid), c.relkind::text,
        c.relkind in ('r', 'm') and pg_table_size(c.oid) < 268435456
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
        and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
        and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
    order by not pg_table_is_visible(c.oid), n.nspname collate \"C\", c.relname collate \"C\"";

const TYPES: &str = "
    select format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum";

const RELATIONS: &str = "
    select k.conname::text, n.nspname::text, c.relname::text, pg_table_is_visible(c.oid), a.attname::text, b.attname::text
    from pg_constraint k
    join pg_class c on c.oid = k.confrelid
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral unnest(k.conkey, k.confkey) with ordinality as u(ours, theirs, place)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.ours
    join pg_attribute b on b.attrelid = k.confrelid and b.attnum = u.theirs
    where k.contype = 'f' and k.conrelid = to_regclass($1)
    order by k.conname collate \"C\", u.place";

fn ask(
    connection: &Connection,
    place: &str,
    query: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, ReadError> {
    connection.runtime.block_on(connection.client.query(query, values)).map_err(|error| refused(place, &error))
}

/// A value of a row that is known to have it.
fn get<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, place: &str, index: usize) -> Result<T, ReadError> {
    row.try_get(index).map_err(|error| refused(place, &error))
}

/// Tables and views, those that need no schema before their name first.
pub(super) fn tables(connection: &Connection, place: &str) -> Result<Vec<TableEntry>, ReadError> {
    let mut entries = Vec::new();
    for row in ask(connection, place, TABLES, &[])? {
        let (schema, table): (String, String) = (get(&row, place, 0)?, get(&row, place, 1)?);
        let kind: String = get(&row, place, 3)?;
        let what = match kind.as_str() {
            "v" => "view",
            "m" => "materialized view",
            "f" => "foreign table",
            _ => "table",
        };
        let rows = if get(&row, place, 4)? {
            let count = format!("select count(*) from {}.{}", identifier(&schema), identifier(&table));
            let counted = ask(connection, place, &count, &[])?;
            let count = counted.first().map(|row| get::<i64>(row, place, 0)).transpose()?;
            count.map(i64::unsigned_abs)
        } else {
            None
        };
        let name = named(schema, table, get(&row, place, 2)?);
        entries.push(TableEntry { name, option: "table", what: what.into(), rows });
    }
    Ok(entries)
}

fn named(schema: String, table: String, is_visible: bool) -> String {
    if is_visible { table } else { format!("{schema}.{table}") }
}

/// What the table of that quoted name declares, besides its key.
pub(super) fn declared(
    connection: &Connection,
    place: &str,
    quoted: &str,
    key: &[String],
) -> Result<Declared, ReadError> {
    let mut types = Vec::new();
    for row in ask(connection, place, TYPES, &[&quoted])? {
        types.push(get::<Option<String>>(&row, place, 0)?);
    }
    let mut relations: Vec<(String, Relation)> = Vec::new();
    for row in ask(connection, place, RELATIONS, &[&quoted])? {
        let name: String = get(&row, place, 0)?;
        let table = named(get(&row, place, 1)?, get(&row, place, 2)?, get(&row, place, 3)?);
        let (column, their): (String, String) = (get(&row, place, 4)?, get(&row, place, 5)?);
        match relations.last_mut().filter(|(last, _)| *last == name) {
            Some((_, relation)) => {
                relation.columns.push(column);
                relation.their_columns.push(their);
            }
            None => {
                relations.push((name, Relation { columns: vec![column], table, their_columns: vec![their] }));
            }
        }
    }
    let relations = relations.into_iter().map(|(_, relation)| relation).collect();
    Ok(Declared { types, key: key.to_vec(), relations })
}
