//! What the server knows of a table's columns.

use super::super::plan::Live;
use super::super::{LiveTable, LoadError};
use super::failed;
use crate::config::pipeline::{FieldType, LiveColumn};
use crate::postgres::{Connection, describe as describe_error};

const QUERY: &str = "
    select a.attname::text,
           format_type(a.atttypid, null),
           format_type(a.atttypid, a.atttypmod),
           not a.attnotnull,
           a.atthasdef or a.attidentity <> '' or a.attgenerated <> '',
           exists (select from pg_index i
                   where i.indrelid = a.attrelid and i.indisunique and i.indpred is null
                     and i.indnkeyatts = 1 and i.indkey[0] = a.attnum),
           case when a.attidentity <> ''
                then 'nextval(' || quote_literal(pg_get_serial_sequence(
                     quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname)) || '::regclass)'
                when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'f')
      and a.attnum > 0 and not a.attisdropped
    order by a.attnum";

struct Row {
    name: String,
    base: String,
    full: String,
    nullable: bool,
    has_default: bool,
    unique: bool,
    next: Option<String>,
}

fn rows(connection: &Connection, place: &str, schema: &str, table: &str) -> Result<Vec<Row>, LoadError> {
    let found = connection
        .runtime
        .block_on(connection.client.query(QUERY, &[&schema, &table]))
        .map_err(|error| failed(place, describe_error(&error)))?;
    let read = |row: &tokio_postgres::Row| -> Result<Row, tokio_postgres::Error> {
        Ok(Row {
            name: row.try_get(0)?,
            base: row.try_get(1)?,
            full: row.try_get(2)?,
            nullable: row.try_get(3)?,
            has_default: row.try_get::<_, Option<bool>>(4)?.unwrap_or(false),
            unique: row.try_get(5)?,
            next: row.try_get(6)?,
        })
    };
    let read: Result<Vec<Row>, _> = found.iter().map(read).collect();
    read.map_err(|error| failed(place, describe_error(&error)))
}

/// The columns for a load; `None` where there is no such table.
pub(super) fn live(
    connection: &Connection,
    place: &str,
    schema: &str,
    table: &str,
) -> Result<Option<Vec<Live>>, LoadError> {
    let rows = rows(connection, place, schema, table)?;
    let live: Vec<Live> = rows
        .into_iter()
        .map(|row| {
            // A length would cut the text: it must be refused instead.
            let (base, exact) = match row.base.as_str() {
                "character" | "character varying" => ("text".to_string(), "text".to_string()),
                _ => (row.base, row.full),
            };
            Live { name: row.name, base, exact, next: row.next }
        })
        .collect();
    Ok((!live.is_empty()).then_some(live))
}

/// The columns for a preflight; `None` where there is no such table.
pub(super) fn live_columns(
    connection: &Connection,
    place: &str,
    schema: &str,
    table: &str,
) -> Result<Option<Vec<LiveColumn>>, LoadError> {
    let rows = rows(connection, place, schema, table)?;
    let columns: Vec<LiveColumn> = rows
        .into_iter()
        .map(|row| LiveColumn {
            data_type: nearest_type(&row.base, &row.full),
            name: row.name,
            declared: row.full,
            nullable: row.nullable,
            has_default: row.has_default,
            unique: row.unique,
        })
        .collect();
    Ok((!columns.is_empty()).then_some(columns))
}

const TABLES: &str = "
    select c.relname::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname collate \"C\"";

/// References of one column.
const REFERENCES: &str = "
    select c.relname::text, a.attname::text, r.relname::text
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class r on r.oid = k.confrelid
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    where k.contype = 'f' and n.nspname = $1 and array_length(k.conkey, 1) = 1
    order by 1, 2, 3";

/// All tables of a schema.
pub(super) fn survey(connection: &Connection, place: &str, schema: &str) -> Result<Vec<LiveTable>, LoadError> {
    let ask = |query: &str| {
        let rows = connection.runtime.block_on(connection.client.query(query, &[&schema]));
        rows.map_err(|error| failed(place, describe_error(&error)))
    };
    let text = |row: &tokio_postgres::Row, at: usize| {
        row.try_get::<_, String>(at).map_err(|error| failed(place, describe_error(&error)))
    };
    let mut tables = Vec::new();
    for row in &ask(TABLES)? {
        let name = text(row, 0)?;
        let columns = live_columns(connection, place, schema, &name)?.unwrap_or_default();
        tables.push(LiveTable { name, columns, references: Vec::new() });
    }
    for row in &ask(REFERENCES)? {
        let (table, reference) = (text(row, 0)?, (text(row, 1)?, text(row, 2)?));
        if let Some(table) = tables.iter_mut().find(|one| one.name == table) {
            table.references.push(reference);
        }
    }
    Ok(tables)
}

fn nearest_type(base: &str, full: &str) -> Option<FieldType> {
    let mut numbers = full.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
    Some(match base {
        "text" | "citext" => FieldType::Text(None),
        "character varying" | "character" => FieldType::Text(numbers.next()),
        "smallint" | "integer" | "bigint" => FieldType::Integer,
        "numeric" => FieldType::Decimal {
            precision: numbers.next().and_then(|n| n.try_into().ok()).unwrap_or(38),
            scale: numbers.next().and_then(|n| n.try_into().ok()).unwrap_or(0),
        },
        "boolean" => FieldType::Boolean,
        "date" => FieldType::Date,
        "timestamp without time zone" | "timestamp with time zone" => FieldType::DateTime,
        "uuid" => FieldType::Uuid,
        _ => return None,
    })
}
