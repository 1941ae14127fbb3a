//! A mapping held against the table that the target has already: columns, types,
//! lengths, the key. A table that is not there yet is made by the load, and has
//! nothing to be held against.

use std::ops::Range;

use super::Known;
use crate::config::pipeline::{Entity, FieldType, KeyKind, LiveColumn, TargetSpec};
use crate::config::raw::mapping::{RawMapping, given};
use crate::diagnostic::{Faults, nearest};

/// The table of an entity, and what is known of the others.
pub(super) struct Table<'a> {
    pub name: &'a str,
    pub columns: &'a [LiveColumn],
    pub target: &'a TargetSpec,
    pub entities: &'a [Known],
}

/// Notes what of a mapping does not fit the table. Of an `entity` that has
/// faults the types are not known, and nothing is said of them.
pub(super) fn check(raw: &RawMapping, entity: Option<&Entity>, table: &Table<'_>, faults: &mut Faults) {
    key(raw, table, faults);
    for (index, (name, _)) in raw.fields.0.iter().enumerate() {
        let Some(column) = table.find(&name.value) else {
            table.missing(&name.value, name.span.clone(), faults);
            continue;
        };
        let Some(entity) = entity else { continue };
        let mapped = entity.feeds.iter().any(|feed| feed.values.iter().any(|(field, _)| *field == index));
        if must_be_filled(column) && !mapped && !entity.feeds.is_empty() {
            let message = format!("no source maps `{}`, and the target's column must be filled", name.value);
            faults
                .push("config.target-unfilled", name.span.clone(), message)
                .help("map it in a `[from.….fields]`, or give the column a default in the target");
        }
        if let Some(field) = entity.fields.get(index) {
            let parent = field.references.as_ref().and_then(|to| table.entities.iter().find(|e| e.name == to.entity));
            let kind = parent.map_or(Value::Field(field.data_type), |parent| Value::Key(parent.key));
            table.types(column, kind, &name.span, faults);
        }
    }
    for column in table.columns.iter().filter(|column| must_be_filled(column)) {
        let fields = || raw.fields.0.iter().map(|(name, _)| name.value.as_str());
        if column.name != raw.key_column.value && !fields().any(|name| name == column.name) {
            let message = format!(
                "column `{}` of the target's table `{}` must be filled, and no field fills it",
                column.name, table.name
            );
            faults
                .push("config.target-unfilled", raw.entity.span.clone(), message)
                .help(format!("add the field `{}`, or give the column a default in the target", column.name));
        }
    }
}

fn must_be_filled(column: &LiveColumn) -> bool {
    !column.nullable && !column.has_default
}

fn key(raw: &RawMapping, table: &Table<'_>, faults: &mut Faults) {
    let name = &raw.key_column;
    let span = if given(&name.span) { name.span.clone() } else { raw.entity.span.clone() };
    let Some(column) = table.find(&name.value) else {
        table.missing(&name.value, span, faults).help("the key's column is `id`, or what `key_column` names");
        return;
    };
    if !column.unique {
        let message = format!("column `{}` of the target's table `{}` is no key", name.value, table.name);
        faults
            .push("config.target-key", span, message)
            .help("make it the primary key or unique in the target, or name another in `key_column`");
    } else if raw.key == KeyKind::Serial && !column.has_default {
        let message = format!("column `{}` of the target's table `{}` gives no numbers", name.value, table.name);
        faults
            .push("config.target-key", span, message)
            .help("make it an identity column, or choose another `key` in the mapping");
    } else {
        table.types(column, Value::Key(raw.key), &span, faults);
    }
}

/// What is written into a column.
#[derive(Clone, Copy)]
enum Value {
    Field(FieldType),
    Key(KeyKind),
}

impl Table<'_> {
    fn find(&self, name: &str) -> Option<&LiveColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    fn missing<'f>(&self, name: &str, span: Range<usize>, faults: &'f mut Faults) -> &'f mut crate::diagnostic::Fault {
        let message = format!("the target's table `{}` has no column `{name}`", self.name);
        let names = || self.columns.iter().map(|column| column.name.as_str());
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns: {}", names().collect::<Vec<_>>().join(", ")),
        };
        faults.push("config.target-column", span, message).help(help)
    }

    fn types(&self, column: &LiveColumn, value: Value, span: &Range<usize>, faults: &mut Faults) {
        let ours = match value {
            Value::Field(ours) => ours,
            Value::Key(KeyKind::Uuid) => FieldType::Uuid,
            Value::Key(KeyKind::Serial) => FieldType::Integer,
            // Many a legacy key is a number: what is none is refused by itself.
            Value::Key(KeyKind::Legacy) if column.data_type == Some(FieldType::Integer) => return,
            Value::Key(KeyKind::Legacy) => FieldType::Text(None),
        };
        // A type that is none of ours may take what it likes.
        let Some(live) = column.data_type else { return };
        let what = match value {
            Value::Field(ours) => ours.to_string(),
            Value::Key(kind) => format!("a key (`{}`)", kind.word()),
        };
        match self.fits(ours, live, &column.declared) {
            Fit::Yes => {}
            Fit::Narrow(help) => {
                let message = format!("{what} does not fit into the target's column of type {}", column.declared);
                faults.push("config.target-length", span.clone(), message).help(help);
            }
            Fit::No => {
                let message = format!("{what} is no value for the target's column of type {}", column.declared);
                faults
                    .push("config.target-type", span.clone(), message)
                    .help("give the field the type of the column, or change the column");
            }
        }
    }

    /// Whether values of our type can stand in the column with nothing lost.
    fn fits(&self, ours: FieldType, live: FieldType, declared: &str) -> Fit {
        use FieldType::{Boolean, Date, DateTime, Decimal, Integer, Text, Uuid};
        let width = match ours {
            Text(most) => most,
            Uuid => Some(36),
            Date => Some(10),
            _ => None,
        };
        match (ours, live) {
            (_, Text(Some(most))) if width.is_some_and(|width| width > most) => match ours {
                Text(_) => Fit::Narrow(format!("write `type = \"text({most})\"`, or widen the column")),
                _ => Fit::Narrow("widen the column".into()),
            },
            // Anything can be written out; SQLite keeps most of our types so.
            (_, Text(_)) | (Date, DateTime) | (Integer, Integer | Decimal { .. }) => Fit::Yes,
            (Boolean, Integer) if matches!(self.target, TargetSpec::Sqlite { .. }) => Fit::Yes,
            (Decimal { precision, scale }, Decimal { precision: most, scale: places }) => {
                let whole = i32::from(precision) - i32::from(scale) <= i32::from(most) - i32::from(places);
                // Without numbers a column takes any.
                if !declared.contains('(') || (whole && scale <= places) {
                    Fit::Yes
                } else {
                    Fit::Narrow(format!("write `type = \"decimal({most},{places})\"`, or widen the column"))
                }
            }
            _ if ours == live => Fit::Yes,
            _ => Fit::No,
        }
    }
}

enum Fit {
    Yes,
    /// The kind is right, the size is not; what to do.
    Narrow(String),
    No,
}
