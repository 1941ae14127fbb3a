//! What a load does with each entity, settled before the first statement: the
//! table's columns and their types, which references can be filled at once and
//! which in a second pass. Knows both dialects' types, and sends no statement.

use super::{LoadError, Staged};
use crate::config::consent::Consent;
use crate::config::existing::Existing;
use crate::config::pipeline::{Entity, Field, FieldType, KeyKind, Policy};
use crate::diagnostic::nearest;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    Sqlite,
}

/// A column of a table that is there already.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub(super) name: String,
    /// The type without its length: what a value is cast to before it is written,
    /// so that text that is too long is refused and not cut.
    pub(super) base: String,
    /// The type with precision and scale: what a value is compared as.
    pub(super) exact: String,
    /// An expression that gives the next value of the column.
    pub(super) next: Option<String>,
}

/// One entity's table.
pub(super) struct Table {
    pub(super) index: usize,
    pub(super) entity: String,
    pub(super) name: String,
    pub(super) key: Live,
    pub(super) kind: KeyKind,
    /// What becomes of records that stand in rows which were there before.
    pub(super) existing: Option<Existing>,
    /// The load makes the table.
    pub(super) created: bool,
    pub(super) columns: Vec<Column>,
}

pub(super) struct Column {
    pub(super) name: String,
    /// The type in a table that the load makes.
    pub(super) declared: String,
    pub(super) base: String,
    pub(super) exact: String,
    pub(super) required: bool,
    pub(super) unique: bool,
    pub(super) protect: bool,
    pub(super) consent: Option<Consent>,
    /// The columns that are taken from a record or a row as a whole, this one among
    /// them; empty where it stands alone.
    pub(super) together: Vec<String>,
    /// Most characters, where the dialect's own type does not hold them to it.
    pub(super) length: Option<u32>,
    pub(super) reference: Option<Parent>,
}

/// Where a reference leads.
#[derive(Clone, Copy)]
pub(super) struct Parent {
    /// Index of the entity in the load; `None` if this load leaves it out.
    pub(super) table: Option<usize>,
    /// The staged value is the parent's `_id`, which the ledger turns into its key.
    pub(super) ledger: bool,
    /// The parent comes later, or is of the same entity: see [`Column::late`].
    pub(super) order: Order,
    /// A record whose parent was refused goes without rather than being refused.
    pub(super) null: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Earlier,
    Same,
    Later,
}

impl Column {
    /// Whether the reference is null at first and filled in by a second pass.
    /// Rows of one statement may refer to one another, so long as it is one.
    pub(super) fn late(&self, one_statement: bool) -> bool {
        self.reference.is_some_and(|parent| match parent.order {
            Order::Earlier => false,
            Order::Same => parent.ledger || !one_statement,
            Order::Later => true,
        })
    }

    /// Whether a second pass may ever be needed: such a column cannot be `not null`.
    pub(super) fn circular(&self) -> bool {
        self.reference.is_some_and(|parent| parent.order != Order::Earlier)
    }
}

/// Settles the table of each entity. `live` gives the columns of the tables that exist.
pub(super) fn plan(
    dialect: Dialect,
    place: &str,
    entities: &[Staged<'_>],
    live: &[Option<Vec<Live>>],
) -> Result<Vec<Table>, LoadError> {
    let mut keys = Vec::new();
    for (staged, live) in entities.iter().zip(live) {
        let entity = staged.entity;
        keys.push(match live {
            Some(live) => find(place, &entity.table, &entity.key_column, live)?.clone(),
            None => new_key(dialect, &entity.key_column, entity.key),
        });
    }
    let mut tables = Vec::new();
    for (index, (staged, live)) in entities.iter().zip(live).enumerate() {
        let entity = staged.entity;
        let fields = entity.fields.iter();
        let columns = fields.map(|field| column(dialect, place, entities, &keys, index, field, live.as_deref()));
        let Some(key) = keys.get(index).cloned() else { continue };
        if entity.key == KeyKind::Serial && key.next.is_none() && live.is_some() {
            return Err(no_numbers(place, &entity.table, &key.name));
        }
        tables.push(Table {
            index,
            entity: entity.name.clone(),
            name: entity.table.clone(),
            key,
            kind: entity.key,
            existing: entity.existing(),
            created: live.is_none(),
            columns: columns.collect::<Result<_, _>>()?,
        });
    }
    Ok(tables)
}

fn no_numbers(place: &str, table: &str, key: &str) -> LoadError {
    LoadError::Target {
        place: place.to_string(),
        what: format!("column `{key}` of table `{table}` gives no numbers by itself"),
        help: Some("make it an identity column, or choose another `key` in the mapping".into()),
    }
}

fn find<'a>(place: &str, table: &str, column: &str, live: &'a [Live]) -> Result<&'a Live, LoadError> {
    live.iter().find(|candidate| candidate.name == column).ok_or_else(|| {
        let known = live.iter().map(|candidate| candidate.name.as_str());
        let help = match nearest(column, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns: {}", known.collect::<Vec<_>>().join(", ")),
        };
        LoadError::Target {
            place: place.to_string(),
            what: format!("table `{table}` has no column `{column}`"),
            help: Some(help),
        }
    })
}

fn new_key(dialect: Dialect, name: &str, kind: KeyKind) -> Live {
    let (base, next) = match (dialect, kind) {
        (Dialect::Postgres, KeyKind::Uuid) => ("uuid", None),
        (Dialect::Postgres, KeyKind::Serial) => ("bigint", None),
        (Dialect::Sqlite, KeyKind::Serial) => ("integer", None),
        _ => ("text", None),
    };
    Live { name: name.to_string(), base: base.to_string(), exact: base.to_string(), next }
}

fn column(
    dialect: Dialect,
    place: &str,
    entities: &[Staged<'_>],
    keys: &[Live],
    index: usize,
    field: &Field,
    live: Option<&[Live]>,
) -> Result<Column, LoadError> {
    let reference = field.references.as_ref().map(|reference| {
        let table = entities.iter().position(|staged| staged.entity.name == reference.entity);
        let ledger = match table.and_then(|table| entities.get(table)) {
            Some(staged) => staged.entity.key == KeyKind::Serial || staged.entity.existing().is_some(),
            None => field.data_type == FieldType::Integer,
        };
        let order = match table {
            Some(parent) if parent == index => Order::Same,
            Some(parent) if parent > index => Order::Later,
            _ => Order::Earlier,
        };
        Parent { table, ledger, order, null: reference.missing == Policy::Null }
    });
    let parent_key = reference.and_then(|parent| parent.table).and_then(|parent| keys.get(parent));
    let (declared, length) = match parent_key {
        Some(key) => (key.base.clone(), None),
        None => declared(dialect, field.data_type),
    };
    let (base, exact) = match live {
        Some(live) => {
            let found = find(place, entities.get(index).map_or("", |staged| &staged.entity.table), &field.name, live)?;
            (found.base.clone(), found.exact.clone())
        }
        None => (base(&declared), exact(&declared)),
    };
    Ok(Column {
        name: field.name.clone(),
        declared,
        base,
        exact,
        // What the mapping keeps, the column must take.
        required: field.required.is_some_and(|policy| policy != Policy::Keep),
        unique: field.unique.is_some_and(|policy| policy != Policy::Keep),
        protect: field.protect,
        consent: field.consent,
        together: entities.get(index).map(|staged| together(staged.entity, &field.name)).unwrap_or_default(),
        length,
        reference,
    })
}

/// The fields of the group that survives together with a field.
fn together(entity: &Entity, field: &str) -> Vec<String> {
    let groups = entity.duplicates.iter().flat_map(|duplicates| &duplicates.together);
    let named = groups.map(|group| {
        group.iter().filter_map(|place| entity.fields.get(*place)).map(|field| field.name.clone()).collect::<Vec<_>>()
    });
    named.into_iter().find(|names| names.iter().any(|name| name == field)).unwrap_or_default()
}

/// The type of a new column, and the length that a check must hold it to.
pub(super) fn declared(dialect: Dialect, field: FieldType) -> (String, Option<u32>) {
    let text = match (dialect, field) {
        (Dialect::Postgres, FieldType::Text(Some(most))) => format!("varchar({most})"),
        (Dialect::Postgres, FieldType::Integer) => "bigint".into(),
        (Dialect::Postgres, FieldType::Decimal { precision, scale }) => format!("numeric({precision},{scale})"),
        (Dialect::Postgres, FieldType::Boolean) => "boolean".into(),
        (Dialect::Postgres, FieldType::Date) => "date".into(),
        (Dialect::Postgres, FieldType::DateTime) => "timestamp".into(),
        (Dialect::Postgres, FieldType::Uuid) => "uuid".into(),
        (Dialect::Sqlite, FieldType::Text(Some(most))) => return ("text".into(), Some(most)),
        (Dialect::Sqlite, FieldType::Integer | FieldType::Boolean) => "integer".into(),
        _ => "text".into(),
    };
    (text, None)
}

fn base(declared: &str) -> String {
    declared.split('(').next().unwrap_or(declared).to_string()
}

/// A length is left out: comparing must not cut.
fn exact(declared: &str) -> String {
    if declared.starts_with("varchar") { "text".into() } else { declared.to_string() }
}

/// The type of a staging column.
pub(super) fn staged_type(dialect: Dialect, field: &Field) -> String {
    if field.references.is_some() || field.data_type == FieldType::Uuid {
        return "text".into();
    }
    match field.data_type {
        FieldType::Text(_) => "text".into(),
        FieldType::Decimal { .. } if dialect == Dialect::Postgres => "numeric".into(),
        other => declared(dialect, other).0,
    }
}
