//! An entity: its fields, its sources, its rules, and what becomes of duplicates
//! and old records.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as Column, Schema};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{ident, lit};

use super::beyond::{self, Own};
use super::feed::{self, Side};
use super::field::{self, unknown_entity, unknown_field};
use super::{Scope, consent, existing, likeness, place, reference};
use crate::config::decode::{Named, Placed};
use crate::config::pipeline::{Beyond, Cutoff, Duplicates, Entity, Field, FieldType, Survive, Then};
use crate::config::raw::field::RawValue;
use crate::config::raw::mapping::{RawChoice, RawCutoff, RawDuplicates, RawFrom, RawMapping};
use crate::diagnostic::{Faults, SourceText};
use crate::mapping::expression::days;
use crate::record;

/// Checks a mapping whose file `faults` stands at.
pub(super) fn check(raw: &RawMapping, scope: &mut Scope<'_>, faults: &mut Faults) -> Option<Entity> {
    let names: Vec<&str> = raw.fields.0.iter().map(|(name, _)| name.value.as_str()).collect();
    field_names(raw, faults);
    let fields: Vec<Option<Field>> =
        raw.fields.0.iter().map(|(name, field)| field::check(name, field, &names, scope, faults)).collect();
    let side = Side { entity: &raw.entity.value, names: names.clone(), fields: &fields };
    let feeds = feeds(raw, &side, scope, faults);
    required(raw, &fields, &feeds, faults);
    let schema = schema(&names, &fields);
    let joined = reference::Entity { names: &names, fields: &fields, schema: &schema };
    let joins = reference::check(raw, &joined, scope, faults);
    let own = Own { raw, names: &names, fields: &fields, schema: &schema };
    let (rules, beyond) = beyond::check(&own, scope, faults);
    let duplicates = raw.duplicates.as_ref().and_then(|raw| duplicates(raw, &names, &fields, (&schema, scope), faults));
    if raw.duplicates.as_ref().is_some_and(nobody) {
        faults
            .push("config.missing-key", raw.entity.span.clone(), "its `[duplicates]` says nothing of who is the same")
            .help("add `match = [[\"FIELD\"]]` for equal values, or `fuzzy = \"people\"` for those that are alike");
    }
    let cutoff = raw.archive.as_ref().and_then(|archive| cutoff(raw, archive, &names, &fields, &schema, scope, faults));
    let cutoff = with_lifecycle(cutoff, &beyond);
    let mut fields: Vec<Field> = fields.into_iter().collect::<Option<_>>()?;
    constants(&mut fields, &feeds);
    Some(Entity {
        name: raw.entity.value.clone(),
        table: raw.table.as_ref().unwrap_or(&raw.entity).value.clone(),
        key: raw.key,
        key_column: raw.key_column.value.clone(),
        fields,
        feeds,
        joins,
        rules,
        beyond,
        duplicates,
        cutoff,
    })
}

fn field_names(raw: &RawMapping, faults: &mut Faults) {
    let named = raw.fields.0.iter().map(|(name, _)| name);
    for (index, name) in named.clone().enumerate() {
        if name.value.starts_with('_') {
            let message = format!("names that begin with `_` are cutover's own: `{}`", name.value);
            faults.push("config.reserved-name", name.span.clone(), message);
        }
        let same = |other: &str| other.eq_ignore_ascii_case(&name.value);
        if same(&raw.key_column.value) {
            let message = format!("`{}` is the key's column", name.value);
            faults.push("config.duplicate", name.span.clone(), message).help("name another in `key_column`");
        }
        if named.clone().take(index).any(|earlier| same(&earlier.value)) {
            let message = format!("the target does not tell `{}` from another field", name.value);
            faults.push("config.duplicate", name.span.clone(), message);
        }
    }
    if raw.fields.0.is_empty() {
        faults.push("config.no-fields", raw.entity.span.clone(), "a mapping without fields").help("add `[fields]`");
    }
}

fn feeds(
    raw: &RawMapping,
    side: &Side<'_>,
    scope: &mut Scope<'_>,
    faults: &mut Faults,
) -> Vec<crate::config::pipeline::Feed> {
    if raw.from.0.is_empty() {
        let message = format!("no source feeds `{}`", raw.entity.value);
        faults.push("config.no-source", raw.entity.span.clone(), message).help("add `[from.SOURCE.fields]`");
    }
    let mut feeds: Vec<_> =
        raw.from.0.iter().flat_map(|(name, from)| feed::check(name, from, side, scope, faults)).collect();
    feeds.sort_by_key(|feed| (feed.source, feed.each));
    feeds
}

/// A required field that no source gives would cost every record.
fn required(raw: &RawMapping, fields: &[Option<Field>], feeds: &[crate::config::pipeline::Feed], faults: &mut Faults) {
    fn blocks(from: &RawFrom) -> impl Iterator<Item = &Named<RawValue>> {
        let RawFrom { fields, each, .. } = from;
        std::iter::once(fields).chain(each.iter().map(|each| &each.fields))
    }
    let mapped: Vec<&str> = raw
        .from
        .0
        .iter()
        .flat_map(|(_, from)| blocks(from).flat_map(|named| named.0.iter().map(|(name, _)| name.value.as_str())))
        .chain(reference::given(raw))
        .collect();
    let known = |name: &&str| raw.fields.0.iter().any(|(field, _)| field.value == **name);
    // A misspelt name has been noted, and may be the one that seems to be missing.
    if !mapped.iter().all(known) {
        return;
    }
    for ((name, _), field) in raw.fields.0.iter().zip(fields) {
        let required = field.as_ref().is_some_and(|field| field.required.is_some());
        if required && !feeds.is_empty() && !mapped.contains(&name.value.as_str()) {
            let message = format!("`{}` is required, and no source maps it", name.value);
            faults.push("config.required-unmapped", name.span.clone(), message).help("map it in a `[from.….fields]`");
        }
    }
}

/// The fields as columns of other entities' expressions. Their faults are noted
/// where the entity itself is checked.
pub(super) fn columns(raw: &RawMapping, scope: &mut Scope<'_>, file: Arc<SourceText>) -> beyond::Columns {
    let names: Vec<&str> = raw.fields.0.iter().map(|(name, _)| name.value.as_str()).collect();
    let mut unheard = Faults::new(file);
    let read = scope.read.len();
    let fields: Vec<Option<Field>> =
        raw.fields.0.iter().map(|(name, field)| field::check(name, field, &names, scope, &mut unheard)).collect();
    scope.read.truncate(read);
    let to = raw.fields.0.iter().map(|(_, field)| field.keys.references.as_ref().map(|to| to.value.clone()));
    let schema = schema(&names, &fields);
    let columns = schema.fields().iter().zip(to);
    beyond::Columns {
        fields: columns.map(|(column, to)| (column.name().clone(), column.data_type().clone(), to)).collect(),
    }
}

/// The clean fields as columns, for rules and cutoffs.
fn schema(names: &[&str], fields: &[Option<Field>]) -> Schema {
    let columns = names.iter().zip(fields).map(|(name, field)| {
        let kind = match field {
            Some(field) if field.references.is_none() => field.data_type.arrow(),
            _ => DataType::Utf8,
        };
        Column::new(*name, kind, true)
    });
    Schema::new(columns.collect::<Vec<_>>())
}

/// A condition over clean fields. While fields have faults their types are not
/// known, and what would follow from that is not said.
pub(super) fn condition(
    text: &Placed<String>,
    schema: &Schema,
    whole: bool,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Expr> {
    if !whole {
        let only_types = scope
            .expressions
            .condition(&text.value, schema)
            .err()
            .is_some_and(|error| matches!(error.code, "expression.wrong-type" | "expression.not-a-condition"));
        if only_types {
            return None;
        }
    }
    place::condition(text, schema, scope.expressions, faults)
}

pub(super) fn position(word: &Placed<String>, names: &[&str], faults: &mut Faults) -> Option<usize> {
    let found = names.iter().position(|name| *name == word.value);
    if found.is_none() {
        unknown_field(word, names, faults);
    }
    found
}

/// Whether no key and no likeness tells which records belong together.
fn nobody(raw: &RawDuplicates) -> bool {
    let alike = raw.fuzzy.as_ref().is_some_and(|fuzzy| fuzzy.value.0.is_some());
    raw.r#match.is_empty() && !alike && raw.households.is_none()
}

fn duplicates(
    raw: &RawDuplicates,
    names: &[&str],
    fields: &[Option<Field>],
    (schema, scope): (&Schema, &Scope<'_>),
    faults: &mut Faults,
) -> Option<Duplicates> {
    let keys: Vec<Option<Vec<usize>>> = raw
        .r#match
        .iter()
        .map(|key| {
            let found: Vec<Option<usize>> = key.0.iter().map(|word| position(word, names, faults)).collect();
            found.into_iter().collect()
        })
        .collect();
    let newest = raw.newest.as_ref().and_then(|word| {
        let at = position(word, names, faults)?;
        ordered(word, fields.get(at)?.as_ref(), faults).then_some(at)
    });
    let default = raw.survive.default.as_ref().map_or(Survive::First, |rule| rule.value);
    let mut survive = vec![default; names.len()];
    let mut orders = vec![None; names.len()];
    let given = raw.survive.fields.iter().filter_map(|(_, rule)| match &rule.value {
        RawChoice::Word(word) => Some((*word, &rule.span)),
        RawChoice::Order(_) => None,
    });
    for (rule, span) in raw.survive.default.iter().map(|rule| (rule.value, &rule.span)).chain(given) {
        if matches!(rule, Survive::Newest | Survive::Oldest) && raw.newest.is_none() {
            let message = format!("`{}` needs to know how new a record is", rule.word());
            faults
                .push("config.missing-key", span.clone(), message)
                .help("add `newest = \"FIELD\"`, a field that holds a date");
        }
    }
    if let Some(rule) = raw.survive.default.as_ref().filter(|rule| flags_only(rule.value)) {
        let message = format!("`{}` is for flags, so it cannot be the default", rule.value.word());
        faults.push("config.survive-type", rule.span.clone(), message);
    }
    for (word, rule) in &raw.survive.fields {
        let Some(at) = position(word, names, faults) else { continue };
        let rule = match &rule.value {
            RawChoice::Word(given) => Placed { value: *given, span: rule.span.clone() },
            RawChoice::Order(text) => {
                orders[at] = order(text, schema, fields, scope, faults);
                continue;
            }
        };
        let kind = fields.get(at).and_then(Option::as_ref).map(|field| field.data_type);
        if flags_only(rule.value) && kind.is_some_and(|kind| kind != FieldType::Boolean) {
            let message = format!("`{}` is for flags, and `{}` is none", rule.value.word(), word.value);
            faults.push("config.survive-type", rule.span.clone(), message).help("give the field `type = \"boolean\"`");
        }
        if let Some(slot) = survive.get_mut(at) {
            *slot = rule.value;
        }
    }
    let together = together(raw, names, faults);
    consent::survivorship(&raw.survive, names, fields, faults);
    let fuzzy = raw.fuzzy.as_ref().and_then(|placed| {
        let at = Placed { value: String::new(), span: placed.span.clone() };
        let given = placed.value.0.as_ref()?;
        likeness::fuzzy(given, (names, fields, schema), scope, &at, faults)
    });
    let households = raw.households.as_ref().and_then(|given| likeness::households(given, names, fields, faults));
    let existing = existing::check(raw, (&keys, fuzzy.is_some()), fields, faults);
    Some(Duplicates {
        keys: keys.into_iter().collect::<Option<_>>()?,
        fuzzy,
        households,
        existing,
        survive,
        orders,
        together,
        newest,
    })
}

/// An order of survivorship, over clean fields and the source's name.
fn order(
    text: &Placed<String>,
    schema: &Schema,
    fields: &[Option<Field>],
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Expr> {
    let source = Arc::new(Column::new(record::SOURCE, DataType::Utf8, true));
    let columns = schema.fields().iter().cloned().chain([source]).collect::<Vec<_>>();
    // What follows from the fault of a field is not said.
    fields.iter().all(Option::is_some).then_some(())?;
    place::typed(text, &Schema::new(columns), scope.expressions, faults).map(|typed| typed.expr)
}

fn flags_only(rule: Survive) -> bool {
    matches!(rule, Survive::Any | Survive::All)
}

fn ordered(word: &Placed<String>, field: Option<&Field>, faults: &mut Faults) -> bool {
    let Some(field) = field else { return false };
    let fits = matches!(
        field.data_type,
        FieldType::Date | FieldType::DateTime | FieldType::Integer | FieldType::Decimal { .. }
    );
    if !fits {
        let message = format!("`{}` is {}, which says nothing of how new a record is", word.value, field.data_type);
        faults
            .push("config.survive-type", word.span.clone(), message)
            .help("name a field of type date, datetime or number");
    }
    fits
}

fn together(raw: &RawDuplicates, names: &[&str], faults: &mut Faults) -> Vec<Vec<usize>> {
    let mut seen: Vec<usize> = Vec::new();
    let mut groups = Vec::new();
    for group in &raw.survive.together {
        let mut members = Vec::new();
        for word in group {
            let Some(at) = position(word, names, faults) else { continue };
            if seen.contains(&at) {
                let message = format!("`{}` is in a group already", word.value);
                faults.push("config.duplicate", word.span.clone(), message);
            }
            seen.push(at);
            members.push(at);
        }
        groups.push(members);
    }
    groups
}

fn cutoff(
    raw: &RawMapping,
    archive: &RawCutoff,
    names: &[&str],
    fields: &[Option<Field>],
    schema: &Schema,
    scope: &Scope<'_>,
    faults: &mut Faults,
) -> Option<Cutoff> {
    let whole = fields.iter().all(Option::is_some);
    let keep = archive.keep.as_ref().map(|text| condition(text, schema, whole, scope, faults));
    if let (Some(text), None) = (&archive.keep, &archive.cutoff) {
        faults.push("config.no-effect", text.span.clone(), "`keep` does nothing without `cutoff`");
    }
    let too_old = archive.cutoff.as_ref().and_then(|age| {
        let at = position(&age.field, names, faults)?;
        let field = fields.get(at)?.as_ref()?;
        if !matches!(field.data_type, FieldType::Date | FieldType::DateTime) {
            let message = format!("`{}` is {}, not a date", age.field.value, field.data_type);
            faults.push("config.cutoff-type", age.field.span.clone(), message).help("give the field `type = \"date\"`");
            return None;
        }
        let Some(day) = age.older_than.value.before(scope.as_of) else {
            faults.push("config.wrong-value", age.older_than.span.clone(), "reaches back before all calendars");
            return None;
        };
        let limit = ScalarValue::Date32(Some(days(day))).cast_to(&field.data_type.arrow()).ok()?;
        Some(ident(&field.name).lt(Expr::Literal(limit, None)))
    });
    for child in &archive.children {
        children(raw, child, scope, faults);
    }
    let too_old = match (too_old, keep.flatten()) {
        (Some(old), Some(keep)) => Some(old.and(Expr::IsNotTrue(Box::new(keep)))),
        (old, _) => old,
    };
    Some(Cutoff { too_old, children: archive.children.iter().map(|child| child.value.clone()).collect() })
}

/// A lifecycle rule that archives needs a cutoff, by which no record is too old.
fn with_lifecycle(cutoff: Option<Cutoff>, beyond: &Beyond) -> Option<Cutoff> {
    if beyond.lifecycle.iter().all(|rule| rule.then != Then::Archive) {
        return cutoff;
    }
    let cutoff = cutoff.unwrap_or(Cutoff { too_old: None, children: Vec::new() });
    Some(Cutoff { too_old: cutoff.too_old.or_else(|| Some(lit(false))), ..cutoff })
}

fn children(raw: &RawMapping, child: &Placed<String>, scope: &Scope<'_>, faults: &mut Faults) {
    let Some(known) = scope.entities.iter().find(|entity| entity.name == child.value) else {
        let names: Vec<&str> = scope.entities.iter().map(|entity| entity.name.as_str()).collect();
        unknown_entity(child, &names, faults);
        return;
    };
    if !known.references.contains(&raw.entity.value) {
        let message = format!("`{}` has no field that refers to `{}`", child.value, raw.entity.value);
        faults
            .push("config.no-child", child.span.clone(), message)
            .help(format!("give it one: {{ references = \"{}\" }}", raw.entity.value));
    }
}

/// Constants are target values: where a list would not know one, it maps to itself.
fn constants(fields: &mut [Field], feeds: &[crate::config::pipeline::Feed]) {
    for (at, expr) in feeds.iter().flat_map(|feed| &feed.values) {
        let Expr::Literal(value, _) = expr else { continue };
        let Some(text) = value.try_as_str().flatten() else { continue };
        let Some(list) = fields.get_mut(*at).and_then(|field| field.values.as_mut()) else { continue };
        let legacy = super::list::folded(text);
        if let Err(place) = list.entries.binary_search_by(|(from, _)| from.as_str().cmp(&legacy)) {
            Arc::make_mut(&mut list.entries).insert(place, (legacy, text.to_string()));
        }
    }
}
