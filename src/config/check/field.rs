//! A field of the target: its type, its standard, and its checks.

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;

use super::known::standard_names;
use super::{Scope, consent, list, settings};
use crate::config::decode::{Placed, Table, unknown_keys};
use crate::config::pipeline::{
    CheckKind, Field, FieldCheck, FieldType, KeyKind, Policy, Reference, TooLong, ValueList,
};
use crate::config::raw::field::RawField;
use crate::config::raw::scalar::{Scalar, Switch};
use crate::diagnostic::{Faults, nearest};
use crate::mapping::expression::days;
use crate::standards::{Cleaner, Standard, registry};

/// Checks a field. `others` are the names of all fields of the entity.
pub(super) fn check(
    name: &Placed<String>,
    raw: &RawField,
    others: &[&str],
    scope: &mut Scope<'_>,
    faults: &mut Faults,
) -> Option<Field> {
    let standard = cleaner(raw, scope, faults);
    let data_type = data_type(raw, standard.as_ref(), scope, faults)?;
    effects(raw, data_type, faults);
    let country = country(raw, others, faults);
    let values = values(raw, scope, faults);
    let consent = consent::field(raw, data_type, values.as_ref(), faults);
    Some(Field {
        data_type,
        country,
        invalid: raw.keys.invalid,
        required: switch(&raw.keys.required, "required", &[Policy::Reject, Policy::Hold, Policy::Keep], faults),
        unique: switch(&raw.keys.unique, "unique", &[Policy::Reject, Policy::Hold, Policy::Keep], faults),
        too_long: raw.keys.too_long.as_ref().map_or(TooLong::Reject, |policy| policy.value),
        checks: checks(raw, data_type, faults),
        values,
        references: references(raw, scope, faults),
        protect: raw.keys.protect,
        consent,
        standard: standard.map(|(standard, cleaner)| (standard.name, cleaner)),
        name: name.value.clone(),
    })
}

type Chosen = (&'static Standard, Arc<dyn Cleaner>);

/// The standard that the field names, or else the one that its type stands for.
fn cleaner(raw: &RawField, scope: &Scope<'_>, faults: &mut Faults) -> Option<Chosen> {
    let standard = match &raw.keys.standard {
        Some(word) => {
            let known = registry::find(&word.value);
            if known.is_none() {
                let message = format!("unknown standard `{}`", word.value);
                let fault = faults.push("config.unknown-standard", word.span.clone(), message);
                match nearest(&word.value, standard_names()) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help(format!("known standards: {}", standard_names().join(", "))),
                };
                return None;
            }
            known
        }
        None => raw.keys.r#type.as_ref().filter(|_| raw.keys.references.is_none()).and_then(|kind| of_type(kind.value)),
    };
    let common = RawField::common();
    let Some(standard) = standard else {
        unknown_keys(&raw.table, &common, faults);
        return None;
    };
    let table = sized(raw, standard);
    let built = (standard.build)(&table, raw.span.clone(), &common, scope.defaults, faults)?;
    Some((standard, Arc::from(built)))
}

/// The field's table, in which `type = "decimal(12,2)"` says precision and scale
/// for the standard too, unless they are given.
fn sized(raw: &RawField, standard: &Standard) -> Table {
    let Some(FieldType::Decimal { precision, scale }) = raw.keys.r#type.as_ref().map(|kind| kind.value) else {
        return raw.table.clone();
    };
    if standard.name != "decimal" || raw.table.contains_key("precision") || raw.table.contains_key("scale") {
        return raw.table.clone();
    }
    settings::patched(&raw.table, &format!("precision = {precision}\nscale = {scale}"))
}

/// The standard that reads values of a type.
fn of_type(kind: FieldType) -> Option<&'static Standard> {
    match kind {
        FieldType::Text(_) | FieldType::Uuid => None,
        FieldType::Integer => registry::find("integer"),
        FieldType::Decimal { .. } => registry::find("decimal"),
        FieldType::Boolean => registry::find("boolean"),
        FieldType::Date => registry::find("date"),
        FieldType::DateTime => registry::find("datetime"),
    }
}

fn data_type(raw: &RawField, standard: Option<&Chosen>, scope: &Scope<'_>, faults: &mut Faults) -> Option<FieldType> {
    use arrow::datatypes::DataType;
    let given = raw.keys.r#type.as_ref();
    if let Some(reference) = &raw.keys.references {
        let of_parent = scope.entities.iter().find(|entity| entity.name == reference.value).map(|entity| entity.key);
        // Until the target knows the key, a reference holds a text: the legacy key,
        // then the parent's identifier. The column has the type of the parent's key.
        return Some(match (given.map(|kind| kind.value), of_parent) {
            (Some(text @ FieldType::Text(_)), _) => text,
            (_, Some(KeyKind::Uuid)) => FieldType::Uuid,
            _ => FieldType::Text(None),
        });
    }
    let Some((standard, cleaner)) = standard else {
        return Some(given.map_or(FieldType::Text(None), |kind| kind.value));
    };
    let own = match cleaner.output() {
        DataType::Int64 => FieldType::Integer,
        DataType::Boolean => FieldType::Boolean,
        DataType::Date32 => FieldType::Date,
        DataType::Decimal128(precision, scale) => FieldType::Decimal { precision, scale },
        DataType::Timestamp(..) => FieldType::DateTime,
        _ => FieldType::Text(None),
    };
    let Some(given) = given else { return Some(own) };
    let same = match (given.value, own) {
        (FieldType::Text(_) | FieldType::Uuid, FieldType::Text(_)) => true,
        (given, own) => given == own,
    };
    if !same {
        let message = format!("the standard `{}` gives {own}, not {}", standard.name, given.value);
        faults.push("config.type-conflict", given.span.clone(), message).help("leave one of the two out");
        return None;
    }
    Some(given.value)
}

/// Keys that do nothing beside the others.
fn effects(raw: &RawField, data_type: FieldType, faults: &mut Faults) {
    let keys = &raw.keys;
    let mut idle = |span: Option<std::ops::Range<usize>>, key: &str, wants: &str| {
        if let Some(span) = span {
            faults
                .push("config.no-effect", span, format!("`{key}` does nothing without {wants}"))
                .help(format!("add it, or leave `{key}` out"));
        }
    };
    if !matches!(data_type, FieldType::Text(Some(_))) {
        idle(keys.too_long.as_ref().map(|key| key.span.clone()), "too_long", "a type such as `text(80)`");
    }
    if keys.values.is_none() {
        idle(keys.unmapped.as_ref().map(|key| key.span.clone()), "unmapped", "`values`");
    }
    if keys.references.is_none() {
        idle(keys.missing.as_ref().map(|key| key.span.clone()), "missing", "`references`");
    }
    if !matches!(data_type, FieldType::Text(_)) {
        idle(keys.length.as_ref().map(|key| key.span.clone()), "length", "a field of text");
        idle(keys.pattern.as_ref().map(|key| key.span.clone()), "pattern", "a field of text");
    }
}

fn country(raw: &RawField, others: &[&str], faults: &mut Faults) -> Option<String> {
    let word = raw.keys.country.as_ref()?;
    let takes = raw.keys.standard.as_ref().and_then(|name| registry::find(&name.value));
    if takes.is_some_and(|standard| !standard.takes_country) || raw.keys.standard.is_none() {
        let message = "`country` does nothing without a standard that depends on it";
        let names: Vec<&str> =
            registry::all().iter().filter(|known| known.takes_country).map(|known| known.name).collect();
        faults.push("config.no-effect", word.span.clone(), message).help(format!("those are: {}", names.join(", ")));
        return None;
    }
    if !others.contains(&word.value.as_str()) {
        unknown_field(word, others, faults).help("`country` names the field that holds the row's country");
        return None;
    }
    Some(word.value.clone())
}

/// Notes a name that is no field of the entity.
pub(super) fn unknown_field<'f>(
    word: &Placed<String>,
    fields: &[&str],
    faults: &'f mut Faults,
) -> &'f mut crate::diagnostic::Fault {
    let near = nearest(&word.value, fields.iter().copied());
    let fault = faults.push("config.unknown-field", word.span.clone(), format!("unknown field `{}`", word.value));
    match near {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help("the mapping's `[fields]` has none of that name"),
    }
}

fn switch(raw: &Placed<Switch>, key: &str, fits: &[Policy], faults: &mut Faults) -> Option<Policy> {
    let policy = raw.value.0?;
    if !fits.contains(&policy) {
        no_such_policy(policy, key, fits, &raw.span, faults);
    }
    Some(policy)
}

pub(super) fn no_such_policy(
    policy: Policy,
    key: &str,
    fits: &[Policy],
    span: &std::ops::Range<usize>,
    faults: &mut Faults,
) {
    let listed: Vec<String> = fits.iter().map(|policy| format!("`{}`", policy.word())).collect();
    faults
        .push("config.policy", span.clone(), format!("`{key}` cannot be `{}`", policy.word()))
        .help(format!("one of {}", listed.join(", ")));
}

fn checks(raw: &RawField, data_type: FieldType, faults: &mut Faults) -> Vec<FieldCheck> {
    let keys = &raw.keys;
    let mut kinds = Vec::new();
    if let Some(length) = &keys.length {
        let (min, max) = (length.value.min, length.value.max);
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            faults.push("config.wrong-value", length.span.clone(), "the least is more than the greatest");
        }
        kinds.push(CheckKind::Length { min, max });
    }
    if let Some(range) = &keys.range {
        kinds.push(between(range.value.min.as_ref(), range.value.max.as_ref(), data_type, faults));
    }
    if keys.min.is_some() || keys.max.is_some() {
        kinds.push(between(keys.min.as_ref(), keys.max.as_ref(), data_type, faults));
    }
    if let Some(pattern) = &keys.pattern {
        // The engine runs patterns with this same crate.
        if let Err(error) = regex::Regex::new(&format!("^(?:{})$", pattern.value)) {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string();
            faults.push("config.pattern", pattern.span.clone(), format!("is no regular expression: {last}"));
        }
        kinds.push(CheckKind::Pattern(pattern.value.clone()));
    }
    if let Some(words) = &keys.one_of {
        if words.value.is_empty() {
            faults.push("config.wrong-value", words.span.clone(), "a list of no values lets nothing pass");
        }
        kinds.push(CheckKind::OneOf(words.value.iter().map(|word| word.0.clone()).collect()));
    }
    kinds.into_iter().map(|kind| FieldCheck { kind, otherwise: keys.otherwise }).collect()
}

fn between(
    min: Option<&Placed<Scalar>>,
    max: Option<&Placed<Scalar>>,
    data_type: FieldType,
    faults: &mut Faults,
) -> CheckKind {
    let low = min.and_then(|min| bound(min, data_type, faults));
    let high = max.and_then(|max| bound(max, data_type, faults));
    if let (Some(low), Some(high), Some(max)) = (&low, &high, max)
        && low.partial_cmp(high).is_some_and(std::cmp::Ordering::is_gt)
    {
        faults.push("config.wrong-value", max.span.clone(), "the least is more than the greatest");
    }
    CheckKind::Range { min: low.map(literal), max: high.map(literal) }
}

fn literal(value: ScalarValue) -> Expr {
    Expr::Literal(value, None)
}

/// A bound in the field's own type.
fn bound(raw: &Placed<Scalar>, data_type: FieldType, faults: &mut Faults) -> Option<ScalarValue> {
    let text = raw.value.0.as_str();
    let value = match data_type {
        FieldType::Integer => text.replace('_', "").parse().ok().map(|number| ScalarValue::Int64(Some(number))),
        FieldType::Decimal { .. } => ScalarValue::try_from_string(text.replace('_', ""), &data_type.arrow()).ok(),
        FieldType::Date => text.parse().ok().map(|day: NaiveDate| ScalarValue::Date32(Some(days(day)))),
        FieldType::DateTime => ScalarValue::try_from_string(text.to_string(), &data_type.arrow()).ok(),
        FieldType::Text(_) | FieldType::Boolean | FieldType::Uuid => {
            let message = format!("a field of {data_type} has no least or greatest value");
            faults.push("config.no-effect", raw.span.clone(), message).help("for text, use `length`");
            return None;
        }
    };
    if value.is_none() {
        faults.push(
            "config.wrong-value",
            raw.span.clone(),
            format!("expected a value of the field's type, {data_type}"),
        );
    }
    value
}

fn values(raw: &RawField, scope: &mut Scope<'_>, faults: &mut Faults) -> Option<ValueList> {
    let name = raw.keys.values.as_ref()?;
    let beside = faults.file().path.parent().map(std::path::Path::to_path_buf).unwrap_or_default();
    let list = list::read(&name.value, &name.span, [&beside, scope.root], faults)?;
    scope.read.push((list.path.clone(), list.content));
    let unmapped = raw.keys.unmapped.as_ref().map_or(Policy::Reject, |policy| policy.value);
    Some(ValueList { path: list.path, entries: list.entries, unmapped })
}

fn references(raw: &RawField, scope: &Scope<'_>, faults: &mut Faults) -> Option<Reference> {
    let entity = raw.keys.references.as_ref()?;
    let names: Vec<&str> = scope.entities.iter().map(|known| known.name.as_str()).collect();
    if !names.contains(&entity.value.as_str()) {
        unknown_entity(entity, &names, faults);
        return None;
    }
    let fits = [Policy::Reject, Policy::Hold, Policy::Null];
    let missing = raw.keys.missing.as_ref().map_or(Policy::Hold, |policy| policy.value);
    if let Some(given) = &raw.keys.missing
        && !fits.contains(&missing)
    {
        no_such_policy(missing, "missing", &fits, &given.span, faults);
    }
    Some(Reference { entity: entity.value.clone(), missing })
}

/// Notes a name that is no entity of the pipeline.
pub(super) fn unknown_entity(word: &Placed<String>, names: &[&str], faults: &mut Faults) {
    let fault = faults.push("config.unknown-entity", word.span.clone(), format!("unknown entity `{}`", word.value));
    match nearest(&word.value, names.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("there are: {}", names.join(", "))),
    };
}
