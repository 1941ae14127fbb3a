//! One source's side of an entity: which column, constant or expression gives
//! each field.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::functions::expr_fn::{btrim, coalesce};
use datafusion::logical_expr::{Expr, ExprSchemable, try_cast, when};
use datafusion::prelude::{ident, lit};

use super::field::unknown_field;
use super::source::{Opened, unknown_column};
use super::{How, Scope, Taken, place};
use crate::config::decode::{Named, Placed};
use crate::config::pipeline::{Feed, Field, SourceSpec};
use crate::config::raw::field::{RawValue, RawValueKeys};
use crate::config::raw::mapping::RawFrom;
use crate::diagnostic::{Faults, nearest};

/// What of the entity the feeds need to know.
pub(super) struct Side<'a> {
    pub entity: &'a str,
    /// The names of all fields, also of those that have faults.
    pub names: Vec<&'a str>,
    /// The fields that have none, with their index among all.
    pub fields: &'a [Option<Field>],
}

/// A field's raw value, and what it was taken for.
struct Value {
    expr: Expr,
    how: How,
    reference_source: Option<usize>,
}

/// Checks a `[from.X]`: one feed, or one for each `each` block.
pub(super) fn check(
    name: &Placed<String>,
    raw: &RawFrom,
    side: &Side<'_>,
    scope: &mut Scope<'_>,
    faults: &mut Faults,
) -> Vec<Feed> {
    let Some(index) = scope.sources.iter().position(|source| source.name.value == name.value) else {
        unknown_source(name, scope.sources, scope.complete, faults);
        names_only(raw, side, faults);
        return Vec::new();
    };
    let opened = scope.sources.get(index).and_then(|source| Some((source.schema()?, source.spec.as_ref()?)));
    let Some((schema, spec)) = opened else {
        names_only(raw, side, faults);
        return Vec::new();
    };
    let base = values(&raw.fields, &schema, spec, side, scope, faults);
    let filter = raw.r#where.as_ref().map(|text| place::condition(text, &schema, scope.expressions, faults));
    let mut feeds = Vec::new();
    let blocks = raw.each.iter().map(Some).chain(raw.each.is_empty().then_some(None));
    for (number, each) in (1..).zip(blocks) {
        let mut values_here: BTreeMap<usize, &Value> = base.iter().map(|(at, value)| (*at, value)).collect();
        let own = each.map(|each| values(&each.fields, &schema, spec, side, scope, faults)).unwrap_or_default();
        values_here.extend(own.iter().map(|(at, value)| (*at, value)));
        let own_filter = each.and_then(|each| each.r#where.as_ref());
        let own_filter = own_filter.map(|text| place::condition(text, &schema, scope.expressions, faults));
        let filter = match (filter.clone().flatten(), own_filter.flatten()) {
            (Some(both), Some(own)) => Some(both.and(own)),
            (one, other) => one.or(other),
        };
        if values_here.is_empty() && raw.fields.0.is_empty() && each.is_none_or(|each| each.fields.0.is_empty()) {
            let message = format!("`{}` maps no field of `{}`", name.value, side.entity);
            faults.push("config.no-fields", name.span.clone(), message).help("add `[from.….fields]`");
        }
        let each_number = if each.is_some() { number } else { 0 };
        feeds.push(feed(index, each_number, filter, &values_here, raw, &schema, spec, side));
        scope.taken.push(Taken {
            entity: side.entity.to_string(),
            source: name.value.clone(),
            each: each_number,
            fields: values_here
                .iter()
                .filter_map(|(at, value)| Some((side.names.get(*at)?.to_string(), value.how.clone())))
                .collect(),
        });
    }
    unused(raw, &feeds, &schema, spec, faults);
    feeds
}

#[expect(clippy::too_many_arguments, reason = "the parts of one struct, each from elsewhere")]
fn feed(
    source: usize,
    each: u32,
    filter: Option<Expr>,
    values: &BTreeMap<usize, &Value>,
    raw: &RawFrom,
    schema: &SchemaRef,
    spec: &SourceSpec,
    side: &Side<'_>,
) -> Feed {
    let mut used: BTreeSet<&str> = spec.key.iter().map(String::as_str).collect();
    for expr in values.values().map(|value| &value.expr).chain(&filter) {
        used.extend(expr.column_refs().into_iter().map(|column| column.name.as_str()));
    }
    let in_order = schema.fields().iter().filter(|column| used.contains(column.name().as_str()));
    let is_reference =
        |at: &usize| side.fields.get(*at).and_then(Option::as_ref).is_some_and(|f| f.references.is_some());
    Feed {
        source,
        each,
        used: in_order.map(|column| column.name().clone()).collect(),
        values: values.iter().map(|(at, value)| (*at, value.expr.clone())).collect(),
        reference_sources: values
            .iter()
            .filter(|(at, _)| is_reference(at))
            .map(|(at, value)| (*at, value.reference_source))
            .collect(),
        filter,
        unused: raw.unused.0.iter().map(|(column, reason)| (column.value.clone(), reason.clone())).collect(),
        columns: Arc::clone(schema),
    }
}

fn unknown_source(name: &Placed<String>, sources: &[Opened], complete: bool, faults: &mut Faults) {
    if !complete {
        return;
    }
    let names: Vec<&str> = sources.iter().map(|source| source.name.value.as_str()).collect();
    let fault = faults.push("config.unknown-source", name.span.clone(), format!("unknown source `{}`", name.value));
    match nearest(&name.value, names.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("the pipeline's sources are: {}", names.join(", "))),
    };
}

/// What can be checked without the source's columns: the names of the fields.
fn names_only(raw: &RawFrom, side: &Side<'_>, faults: &mut Faults) {
    let blocks = raw.each.iter().map(|each| &each.fields);
    for (name, _) in std::iter::once(&raw.fields).chain(blocks).flat_map(|named| &named.0) {
        if !side.names.contains(&name.value.as_str()) {
            unknown_field(name, &side.names, faults);
        }
    }
}

fn values(
    raw: &Named<RawValue>,
    schema: &SchemaRef,
    spec: &SourceSpec,
    side: &Side<'_>,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> BTreeMap<usize, Value> {
    let mut found = BTreeMap::new();
    for (name, value) in &raw.0 {
        let Some(at) = side.names.iter().position(|field| *field == name.value) else {
            unknown_field(name, &side.names, faults);
            continue;
        };
        let field = side.fields.get(at).and_then(Option::as_ref);
        if let Some(value) = one(value, field, schema, spec, scope, faults) {
            found.insert(at, value);
        }
    }
    found
}

/// What a reference keeps somewhere, over its columns.
pub(super) fn expression(
    raw: &RawValue,
    field: Option<&Field>,
    schema: &SchemaRef,
    spec: &SourceSpec,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Expr> {
    one(raw, field, schema, spec, scope, faults).map(|value| value.expr)
}

fn one(
    raw: &RawValue,
    field: Option<&Field>,
    schema: &SchemaRef,
    spec: &SourceSpec,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Value> {
    let plain = |(expr, how)| Value { expr, how, reference_source: None };
    match raw {
        RawValue::Text(text) => text_value(text, schema, scope, faults).map(plain),
        RawValue::FirstOf(texts) => first_of(texts, schema, spec, scope, faults).map(plain),
        RawValue::Table(keys, span) => table(keys, span, field, schema, spec, scope, faults),
    }
}

fn table(
    keys: &RawValueKeys,
    span: &std::ops::Range<usize>,
    field: Option<&Field>,
    schema: &SchemaRef,
    spec: &SourceSpec,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Value> {
    let reference_source = keys.source.as_ref().and_then(|source| reference_source(source, field, scope, faults));
    let (expr, how) = match (&keys.value, &keys.column, &keys.expression) {
        (Some(value), None, None) => constant(&value.value.0, &value.span, field, faults),
        (None, Some(columns), None) => {
            let mut whole = true;
            let names: Vec<&str> = schema.fields().iter().map(|column| column.name().as_str()).collect();
            for column in &columns.0 {
                if !names.contains(&column.value.as_str()) {
                    unknown_column(&column.value, &column.span, &spec.name, &names, faults);
                    whole = false;
                }
            }
            if !whole {
                return None;
            }
            match columns.0.as_slice() {
                [column] => (ident(&column.value), How::Column(column.value.clone())),
                several => first_of(several, schema, spec, scope, faults)?,
            }
        }
        (None, None, Some(text)) => {
            let expr = place::typed(text, schema, scope.expressions, faults)?.expr;
            (expr, How::Expression(text.value.clone()))
        }
        _ => {
            faults
                .push("config.conflict", span.clone(), "expected one of `value`, `column` and `expression`")
                .help("as in `{ column = \"Cust No\" }`");
            return None;
        }
    };
    Some(Value { expr, how, reference_source })
}

/// A constant stands in the target's terms: with a value list, among its targets.
fn constant(text: &str, span: &std::ops::Range<usize>, field: Option<&Field>, faults: &mut Faults) -> (Expr, How) {
    if let Some(list) = field.and_then(|field| field.values.as_ref()) {
        let legacy = super::list::folded(text);
        let known = list.entries.iter().any(|(from, to)| to == text || *from == legacy);
        if !known {
            let mut targets: Vec<&str> = list.entries.iter().map(|(_, to)| to.as_str()).collect();
            targets.sort_unstable();
            targets.dedup();
            let fault = faults.push("config.not-in-list", span.clone(), "the value list has no such value");
            if let Some(near) = nearest(text, targets) {
                fault.help(format!("did you mean `{near}`?"));
            }
        }
    }
    (lit(text), How::Constant(text.to_string()))
}

fn reference_source(
    name: &Placed<String>,
    field: Option<&Field>,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<usize> {
    let Some(index) = scope.sources.iter().position(|source| source.name.value == name.value) else {
        unknown_source(name, scope.sources, scope.complete, faults);
        return None;
    };
    let Some(reference) = field?.references.as_ref() else {
        faults
            .push("config.no-effect", name.span.clone(), "`source` does nothing for a field that refers to nothing")
            .help("it says whose legacy keys a reference holds");
        return None;
    };
    let entity = scope.entities.iter().find(|entity| entity.name == reference.entity)?;
    if !entity.sources.contains(&name.value) {
        let message = format!("source `{}` feeds no `{}`", name.value, reference.entity);
        faults.push("config.unknown-source", name.span.clone(), message).help(match entity.sources.is_empty() {
            true => format!("`{}` has no source", reference.entity),
            false => format!("its sources are: {}", entity.sources.join(", ")),
        });
        return None;
    }
    Some(index)
}

/// A column if the source has one of exactly that name, and else an expression.
fn text_value(text: &Placed<String>, schema: &Schema, scope: &Scope<'_>, faults: &mut Faults) -> Option<(Expr, How)> {
    if schema.fields().iter().any(|column| *column.name() == text.value) {
        return Some((ident(&text.value), How::Column(text.value.clone())));
    }
    let typed = place::typed(text, schema, scope.expressions, faults)?;
    Some((typed.expr, How::Expression(text.value.clone())))
}

fn first_of(
    texts: &[Placed<String>],
    schema: &SchemaRef,
    spec: &SourceSpec,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<(Expr, How)> {
    let parts: Vec<Option<(Expr, How)>> = texts.iter().map(|text| text_value(text, schema, scope, faults)).collect();
    let parts: Vec<(Expr, How)> = parts.into_iter().collect::<Option<_>>()?;
    let columns = datafusion::common::DFSchema::try_from(schema.as_ref().clone()).ok()?;
    let filled = parts.iter().map(|(expr, _)| {
        let kind = expr.get_type(&columns).ok()?;
        filled(expr.clone(), &kind, &spec.nulls)
    });
    let filled: Vec<Expr> = filled.collect::<Option<_>>()?;
    let shown = parts.into_iter().map(|(_, how)| how).collect();
    Some((coalesce(filled), How::FirstOf(shown)))
}

/// The text of a value, null where it is empty or one of `nulls`.
fn filled(expr: Expr, kind: &DataType, nulls: &[String]) -> Option<Expr> {
    if !matches!(kind, DataType::Utf8) {
        return Some(try_cast(expr, DataType::Utf8));
    }
    let words: BTreeSet<&str> = nulls.iter().map(|word| word.trim()).chain([""]).collect();
    let empty = btrim(vec![expr.clone()]).in_list(words.into_iter().map(lit).collect(), false);
    when(empty, Expr::Literal(ScalarValue::Utf8(None), None)).otherwise(expr).ok()
}

/// Columns left out on purpose: they must exist, and nothing may use them.
fn unused(raw: &RawFrom, feeds: &[Feed], schema: &SchemaRef, spec: &SourceSpec, faults: &mut Faults) {
    let names: Vec<&str> = schema.fields().iter().map(|column| column.name().as_str()).collect();
    for (column, _) in &raw.unused.0 {
        if !names.contains(&column.value.as_str()) {
            unknown_column(&column.value, &column.span, &spec.name, &names, faults);
        } else if feeds.iter().any(|feed| feed.used.contains(&column.value)) {
            let message = format!("column `{}` is in use", column.value);
            faults.push("config.unused-in-use", column.span.clone(), message).help("take it out of `unused`");
        }
    }
}
