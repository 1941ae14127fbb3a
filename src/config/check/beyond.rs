//! Rules and lifecycle: conditions over a record's own fields, over those of
//! the records that it refers to, and over the number of those that refer to it.

use arrow::datatypes::{DataType, Field as Column, Schema};
use datafusion::common::ScalarValue;

use super::entity::{condition, position};
use super::field::{no_such_policy, unknown_entity, unknown_field};
use super::{Scope, place};
use crate::config::decode::Placed;
use crate::config::pipeline::{
    Beyond, CheckKind, Field, FieldType, Lifecycle, Outside, OutsideFrom, Policy, RowRule, Take, Then,
};
use crate::config::raw::mapping::{RawLifecycle, RawMapping, RawRelated, RawRule};
use crate::config::raw::scalar::Scalar;
use crate::diagnostic::Faults;

/// An entity's fields as other entities' expressions see them.
pub(super) struct Columns {
    /// Name, type, and the entity that it refers to; faulty fields are text.
    pub fields: Vec<(String, DataType, Option<String>)>,
}

/// The entity's own side.
pub(super) struct Own<'a> {
    pub raw: &'a RawMapping,
    pub names: &'a [&'a str],
    pub fields: &'a [Option<Field>],
    pub schema: &'a Schema,
}

/// The rules that look at a record alone, and all others.
pub(super) fn check(own: &Own<'_>, scope: &Scope<'_>, faults: &mut Faults) -> (Vec<RowRule>, Beyond) {
    let mut known = parents(own, scope);
    known.extend(own.raw.related.0.iter().filter_map(|(name, raw)| related(name, raw, own, scope, faults)));
    let mut columns: Vec<Column> = own.schema.fields().iter().map(|column| column.as_ref().clone()).collect();
    columns.extend(known.iter().map(|outside| Column::new(&outside.name, outside.data_type.clone(), true)));
    let schema = Schema::new(columns);
    let mut beyond = Beyond::default();
    let mut rules = Vec::new();
    for (name, raw) in &own.raw.rules.0 {
        let Some(rule) = rule(name, raw, own, &schema, scope, faults) else { continue };
        let alone = rule.check.column_refs().iter().all(|column| own.names.contains(&column.name.as_str()));
        if alone { rules.push(rule) } else { beyond.rules.push(rule) }
    }
    for (name, raw) in &own.raw.lifecycle.0 {
        beyond.lifecycle.extend(lifecycle(name, raw, own, &schema, scope, faults));
    }
    let conditions = beyond.rules.iter().map(|rule| &rule.check).chain(beyond.lifecycle.iter().map(|rule| &rule.when));
    let used: Vec<String> =
        conditions.flat_map(|condition| condition.column_refs()).map(|column| column.name.clone()).collect();
    beyond.outside = known.into_iter().filter(|outside| used.contains(&outside.name)).collect();
    (rules, beyond)
}

/// The fields of all records that this one refers to: `account_id.country`.
fn parents(own: &Own<'_>, scope: &Scope<'_>) -> Vec<Outside> {
    let mut known = Vec::new();
    for (index, (name, field)) in own.raw.fields.0.iter().enumerate() {
        let Some(columns) = field.keys.references.as_ref().and_then(|entity| scope.columns_of(&entity.value)) else {
            continue;
        };
        known.extend(columns.fields.iter().map(|(field, data_type, _)| Outside {
            name: format!("{}.{field}", name.value),
            data_type: data_type.clone(),
            from: OutsideFrom::Parent { reference: index, field: field.clone() },
        }));
    }
    known
}

fn related(
    name: &Placed<String>,
    raw: &RawRelated,
    own: &Own<'_>,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Outside> {
    if own.names.contains(&name.value.as_str()) {
        let message = format!("`{}` is a field already", name.value);
        faults.push("config.duplicate", name.span.clone(), message).help("give it another name");
    }
    let Some(columns) = scope.columns_of(&raw.of.value) else {
        let names: Vec<&str> = scope.entities.iter().map(|entity| entity.name.as_str()).collect();
        unknown_entity(&raw.of, &names, faults);
        return None;
    };
    let by = referring(raw, columns, &own.raw.entity.value, faults);
    let fields = columns.fields.iter().map(|(name, data_type, _)| Column::new(name, data_type.clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let filter = match &raw.r#where {
        Some(text) => Some(place::condition(text, &schema, scope.expressions, faults)?),
        None => None,
    };
    let take = match &raw.latest {
        Some(word) => Take::Latest(day(word, columns, faults)?),
        None => Take::Count,
    };
    let data_type = if take == Take::Count { DataType::Int64 } else { DataType::Date32 };
    let from = OutsideFrom::Children { entity: raw.of.value.clone(), by: by?, filter, take };
    Some(Outside { name: name.value.clone(), data_type, from })
}

/// The field by which records of the other entity refer to this one's.
fn referring(raw: &RawRelated, columns: &Columns, entity: &str, faults: &mut Faults) -> Option<String> {
    let fields: Vec<&str> = columns
        .fields
        .iter()
        .filter(|(_, _, to)| to.as_deref() == Some(entity))
        .map(|(name, _, _)| name.as_str())
        .collect();
    match (&raw.by, fields.as_slice()) {
        (Some(by), _) if fields.contains(&by.value.as_str()) => Some(by.value.clone()),
        (None, [only]) => Some((*only).to_string()),
        (_, []) => {
            let message = format!("`{}` has no field that refers to `{entity}`", raw.of.value);
            faults.push("config.no-child", raw.of.span.clone(), message);
            None
        }
        (by, several) => {
            let span = by.as_ref().map_or(&raw.of.span, |by| &by.span).clone();
            let message = match by {
                Some(by) => format!("`{}` of `{}` does not refer to `{entity}`", by.value, raw.of.value),
                None => format!("`{}` refers to `{entity}` by several fields", raw.of.value),
            };
            faults.push("config.no-child", span, message).help(format!("`by` is one of {}", several.join(", ")));
            None
        }
    }
}

fn day(word: &Placed<String>, columns: &Columns, faults: &mut Faults) -> Option<String> {
    let names: Vec<&str> = columns.fields.iter().map(|(name, _, _)| name.as_str()).collect();
    match columns.fields.iter().find(|(name, _, _)| *name == word.value) {
        Some((name, DataType::Date32, _)) => Some(name.clone()),
        Some(_) => {
            let message = format!("`{}` is not a date", word.value);
            faults.push("config.type-conflict", word.span.clone(), message).help("`latest` names a field of type date");
            None
        }
        None => {
            unknown_field(word, &names, faults);
            None
        }
    }
}

fn rule(
    name: &Placed<String>,
    raw: &RawRule,
    own: &Own<'_>,
    schema: &Schema,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<RowRule> {
    let named = raw.null.as_ref();
    let implied = if named.is_some() { Policy::Null } else { Policy::Reject };
    let otherwise = raw.otherwise.as_ref().map_or(implied, |policy| policy.value);
    match (&raw.otherwise, named) {
        (Some(policy), None) if otherwise == Policy::Null => {
            faults
                .push("config.missing-key", policy.span.clone(), "`null` needs to know which fields")
                .help("add `null = [\"FIELD\"]`");
        }
        (Some(policy), Some(_)) if otherwise != Policy::Null => {
            no_such_policy(otherwise, "otherwise", &[Policy::Null], &policy.span, faults);
        }
        _ => {}
    }
    let mut null = Vec::new();
    for word in named.iter().flat_map(|named| &named.value) {
        let Some(at) = position(word, own.names, faults) else { continue };
        if let Some(Some(field)) = own.fields.get(at) {
            let strict = matches!(field.required, Some(Policy::Reject | Policy::Hold));
            if strict || field.references.is_some() {
                let what = if strict { "is required" } else { "is a reference" };
                let message = format!("`{}` {what}, and cannot become null by a rule", word.value);
                faults.push("config.policy", word.span.clone(), message);
            }
        }
        null.push(at);
    }
    let check = condition(&raw.check, schema, own.fields.iter().all(Option::is_some), scope, faults)?;
    Some(RowRule { name: name.value.clone(), check, otherwise, null })
}

fn lifecycle(
    name: &Placed<String>,
    raw: &RawLifecycle,
    own: &Own<'_>,
    schema: &Schema,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Lifecycle> {
    let mut set = Vec::new();
    for (word, value) in &raw.set.0 {
        let Some(field) = settable(word, own, faults) else { continue };
        set.extend(field.1.and_then(|known| constant(value, known, faults)).map(|value| (field.0, value)));
    }
    if let Some(word) = &raw.reason_field
        && let Some((at, field)) = settable(word, own, faults)
    {
        if field.is_some_and(|field| !matches!(field.data_type, FieldType::Text(_))) {
            let message = format!("`{}` is not text, and keeps no reason", word.value);
            faults.push("config.type-conflict", word.span.clone(), message);
        }
        let reason = raw.reason.clone().unwrap_or_else(|| name.clone());
        let reason = Placed { value: Scalar(reason.value), span: reason.span };
        set.extend(field.and_then(|known| constant(&reason, known, faults)).map(|reason| (at, reason)));
    } else if let (Some(reason), None) = (&raw.reason, &raw.reason_field) {
        faults
            .push("config.no-effect", reason.span.clone(), "`reason` does nothing without `reason_field`")
            .help("add it, or leave `reason` out");
    }
    if raw.then.value == Then::Deactivate && raw.set.0.is_empty() {
        faults
            .push("config.missing-key", raw.then.span.clone(), "`deactivate` needs to know how")
            .help("add `set = { FIELD = VALUE }`, such as `set = { status = \"inactive\" }`");
    }
    let when = condition(&raw.when, schema, own.fields.iter().all(Option::is_some), scope, faults)?;
    Some(Lifecycle { name: name.value.clone(), when, then: raw.then.value, set })
}

/// A field that a lifecycle rule may change, by its index.
fn settable<'a>(word: &Placed<String>, own: &'a Own<'_>, faults: &mut Faults) -> Option<(usize, Option<&'a Field>)> {
    let at = position(word, own.names, faults)?;
    let field = own.fields.get(at).and_then(Option::as_ref);
    if field.is_some_and(|field| field.references.is_some() || field.unique.is_some()) {
        let message = format!("`{}` is unique or a reference, and cannot be set", word.value);
        faults.push("config.policy", word.span.clone(), message);
        return None;
    }
    Some((at, field))
}

/// A constant of the field's own type, as its checks want it.
pub(super) fn constant(value: &Placed<Scalar>, field: &Field, faults: &mut Faults) -> Option<ScalarValue> {
    let text = &value.value.0;
    let Ok(typed) = ScalarValue::try_from_string(text.clone(), &field.arrow()) else {
        let message = format!("expected a value of the field's type, {}", field.data_type);
        faults.push("config.wrong-value", value.span.clone(), message);
        return None;
    };
    let listed = |list: &[(String, String)]| list.iter().any(|(_, to)| to == text);
    let fits = field.values.as_ref().is_none_or(|list| listed(&list.entries))
        && field.checks.iter().all(|check| match &check.kind {
            CheckKind::OneOf(words) => words.contains(text),
            _ => true,
        });
    if !fits {
        let message = format!("`{}` does not take this value", field.name);
        faults.push("config.not-in-list", value.span.clone(), message).help("see its `values` or `one_of`");
    }
    if let FieldType::Text(Some(most)) = field.data_type
        && text.chars().count() > most as usize
    {
        faults.push("config.wrong-value", value.span.clone(), format!("is longer than `{}` takes", field.name));
    }
    Some(typed)
}
