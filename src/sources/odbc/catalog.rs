//! What a driver says of its tables. Drivers differ in what they can say: what one
//! does not is taken as not declared.

use odbc_api::Connection;
use odbc_api::parameter::VarCharArray;

use super::address::Address;
use super::connection::{connect, refused};
use crate::sources::kind::TableEntry;
use crate::sources::{ReadError, Relation};

/// A table as the driver lists it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) schema: String,
    pub(super) name: String,
    what: String,
}

impl Listed {
    fn whole(&self) -> String {
        if self.schema.is_empty() { self.name.clone() } else { format!("{}.{}", self.schema, self.name) }
    }
}

/// What is known of one table's columns.
#[derive(Debug, Default)]
pub(super) struct About {
    /// Name and declared type.
    pub(super) columns: Vec<(String, String)>,
    pub(super) key: Vec<String>,
    pub(super) relations: Vec<Relation>,
}

fn text<const N: usize>(cell: &VarCharArray<N>) -> String {
    String::from_utf8_lossy(cell.as_bytes().unwrap_or_default()).into_owned()
}

/// The tables that can be read, by name.
pub(super) fn tables(address: &Address) -> Result<Vec<TableEntry>, ReadError> {
    let connection = connect(address)?;
    let all = list(address, &connection)?;
    let entry = |table: &Listed| {
        let alone = all.iter().filter(|other| other.name == table.name).count() == 1;
        TableEntry {
            name: if alone { table.name.clone() } else { table.whole() },
            option: "table",
            what: table.what.to_lowercase(),
            rows: None,
        }
    };
    Ok(all.iter().map(entry).collect())
}

/// Every table and view that is not of the database's own.
pub(super) fn list(address: &Address, connection: &Connection<'_>) -> Result<Vec<Listed>, ReadError> {
    let rows = connection.tables("", "", "", "").map_err(|error| refused(address, &error))?;
    // Some drivers list every database of the server.
    let home = connection.current_catalog().unwrap_or_default();
    let mut tables = Vec::new();
    for row in rows {
        let row = row.map_err(|error| refused(address, &error))?;
        let catalog = text(&row.catalog);
        if !home.is_empty() && !catalog.is_empty() && catalog != home {
            continue;
        }
        let (schema, name, what) = (text(&row.schema), text(&row.table), text(&row.table_type));
        let own = ["information_schema", "pg_catalog", "sys"].iter().any(|own| schema.eq_ignore_ascii_case(own));
        let readable = ["TABLE", "VIEW", "BASE TABLE", "SYNONYM", "ALIAS", "MATERIALIZED VIEW"]
            .iter()
            .any(|kind| what.eq_ignore_ascii_case(kind));
        if readable && !own && !name.starts_with("sqlite_") {
            tables.push(Listed { schema, name, what });
        }
    }
    tables.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    Ok(tables)
}

/// The table that `wanted` names: as it is written, or but for upper and lower case.
pub(super) fn find<'a>(tables: &'a [Listed], wanted: &str) -> Option<&'a Listed> {
    let exact = tables.iter().find(|table| table.name == wanted || table.whole() == wanted);
    exact.or_else(|| {
        let alike =
            |table: &&Listed| table.name.eq_ignore_ascii_case(wanted) || table.whole().eq_ignore_ascii_case(wanted);
        tables.iter().find(alike)
    })
}

/// What the driver knows of the table.
pub(super) fn about(connection: &Connection<'_>, table: &Listed) -> About {
    let mut about = About::default();
    if let Ok(rows) = connection.columns("", &table.schema, &table.name, "") {
        for row in rows.flatten().filter(|row| text(&row.table) == table.name) {
            about.columns.push((text(&row.column_name), text(&row.type_name)));
        }
    }
    let schema = (!table.schema.is_empty()).then_some(table.schema.as_str());
    if let Ok(rows) = connection.primary_keys(None, schema, &table.name) {
        let mut key: Vec<(i16, String)> = rows.flatten().map(|row| (row.key_seq, text(&row.column))).collect();
        key.sort();
        about.key = key.into_iter().map(|(_, column)| column).collect();
    }
    if let Ok(rows) = connection.foreign_keys("", "", "", "", &table.schema, &table.name) {
        for row in rows.flatten() {
            if row.key_seq <= 1 || about.relations.is_empty() {
                let relation = Relation { columns: Vec::new(), table: text(&row.pk_table), their_columns: Vec::new() };
                about.relations.push(relation);
            }
            if let Some(relation) = about.relations.last_mut() {
                relation.columns.push(text(&row.fk_column));
                relation.their_columns.push(text(&row.pk_column));
            }
        }
    }
    about
}
