//! The plan: which entities there are, what their fields look like, and where
//! each source keeps them.

use super::field::{self, Context, Shape};
use super::links::{self, Key, Link};
use super::lists::List;
use super::words::{count, quoted, slug, unique};
use super::{Input, Seen, matching, whole};
use crate::config::pipeline::{FieldType, KeyKind};
use crate::profile::{ColumnProfile, TableProfile};
use crate::standards::DateOrder;
use crate::targets::LiveTable;

/// The whole plan.
pub(super) struct Plan {
    pub entities: Vec<Planned>,
    /// By source.
    pub keys: Vec<Key>,
    pub country: Option<(String, String)>,
    pub order: (DateOrder, String),
    pub as_of: (String, String),
}

/// An entity, and what feeds it.
pub struct Planned {
    pub entity: String,
    pub table: String,
    /// Whether the target has no such table yet.
    pub new: bool,
    pub key: KeyKind,
    pub key_column: String,
    pub fields: Vec<Field>,
    pub feeds: Vec<Feed>,
}

/// A field with its definition.
pub struct Field {
    pub name: String,
    /// Keys and TOML values.
    pub(super) keys: Vec<(&'static str, String)>,
    pub(super) why: String,
    pub(super) list: Option<List>,
}

/// One source's side.
pub struct Feed {
    pub source: String,
    pub(super) at: usize,
    /// Field, TOML value, and why.
    pub(super) values: Vec<(String, String, String)>,
    /// Columns left out on purpose, with the reason.
    pub(super) unused: Vec<(String, String)>,
    /// Columns that hold something and that nothing uses, with what they hold.
    pub left: Vec<(String, String)>,
    pub(super) echoes: Vec<(String, String)>,
}

pub(super) fn plan(seen: &Seen) -> Plan {
    let keys: Vec<Key> = seen.sources().map(|(_, _, table)| links::key(table)).collect();
    let order = whole::order(seen);
    let as_of = whole::as_of(seen);
    let country = whole::country(seen);
    let held = Held { order: order.0, country: country.as_ref().map(|(country, _)| country.as_str()) };
    let mut entities: Vec<Planned> = Vec::new();
    for (at, input, table) in seen.sources() {
        let fit = matching::table(&input.name, table, &seen.aim.tables);
        if let Some((live, fit)) = fit.and_then(|(index, fit)| Some((seen.aim.tables.get(index)?, fit))) {
            let place = entities.iter().position(|entity| entity.table == live.name && !entity.new);
            let place = place.unwrap_or_else(|| {
                entities.push(of_table(live, &entities));
                entities.len() - 1
            });
            if let Some(entity) = entities.get_mut(place) {
                feed_live(entity, live, (at, input, table), &fit, held);
            }
        } else {
            let key = keys.get(at).map(|key| key.columns.as_slice()).unwrap_or_default();
            let made = of_source(seen, (at, input, table), key, held, &entities);
            entities.push(made);
        }
    }
    let links = links::links(seen, &keys);
    refer(&mut entities, &links, seen);
    for entity in &mut entities {
        fill_up(entity, &seen.aim.tables, &as_of.0);
    }
    Plan { country, keys, order, as_of, entities }
}

/// What holds for all entities.
#[derive(Clone, Copy)]
struct Held<'a> {
    order: DateOrder,
    country: Option<&'a str>,
}

impl<'a> Held<'a> {
    /// With the field that holds the country of a record.
    fn with(self, field: Option<&'a str>) -> Context<'a> {
        Context { order: self.order, country: field, default: self.country }
    }
}

/// An entity for a table that the target has.
fn of_table(live: &LiveTable, others: &[Planned]) -> Planned {
    let column = matching::key_column(live);
    let kind = column.map_or(KeyKind::Uuid, |column| match column.data_type {
        Some(FieldType::Integer | FieldType::Decimal { .. }) if column.has_default => KeyKind::Serial,
        Some(FieldType::Uuid) => KeyKind::Uuid,
        Some(FieldType::Text(most)) if most.is_none_or(|most| most >= 36) => KeyKind::Uuid,
        _ => KeyKind::Legacy,
    });
    Planned {
        entity: unique(&slug(&live.name, "entity"), others.iter().map(|other| other.entity.as_str())),
        table: live.name.clone(),
        new: false,
        key: kind,
        key_column: column.map_or_else(|| "id".to_string(), |column| column.name.clone()),
        fields: Vec::new(),
        feeds: Vec::new(),
    }
}

fn country_field(fields: &[(String, &ColumnProfile)]) -> Option<String> {
    let found =
        fields.iter().find(|(_, column)| column.candidates.first().is_some_and(|likely| likely.standard == "country"));
    found.map(|(name, _)| name.clone())
}

/// An entity of its own for a source that fits no table.
fn of_source(
    seen: &Seen,
    (at, input, table): (usize, &Input, &TableProfile),
    key: &[String],
    held: Held<'_>,
    others: &[Planned],
) -> Planned {
    let tables = seen.aim.tables.iter().map(|table| table.name.as_str());
    let taken = others.iter().flat_map(|other| [other.entity.as_str(), other.table.as_str()]).chain(tables);
    let entity = unique(&slug(&input.name, "entity"), taken);
    let Used { used, unused, echoes } = used(input, table);
    let mut named: Vec<(String, &ColumnProfile)> = Vec::new();
    for column in used {
        let taken = named.iter().map(|(name, _)| name.as_str()).chain(["id"]);
        let name = match slug(&column.name, "column") {
            name if name == "id" => "legacy_id".to_string(),
            name => name,
        };
        let name = unique(&name, taken);
        named.push((name, column));
    }
    let country = country_field(&named);
    let context = held.with(country.as_deref());
    let mut fields = Vec::new();
    let mut values = Vec::new();
    for (name, column) in &named {
        let Shape { keys, why, list } = field::of_column(column, key.contains(&column.name), &context);
        values.push((name.clone(), quoted(&column.name), field::fill(column)));
        fields.push(Field { name: name.clone(), keys, why, list });
    }
    let feed = Feed { source: input.name.clone(), at, values, unused, left: Vec::new(), echoes };
    let (key, key_column) = (KeyKind::Uuid, "id".to_string());
    Planned { table: entity.clone(), entity, new: true, key, key_column, fields, feeds: vec![feed] }
}

/// The columns of a source.
struct Used<'a> {
    /// Those that hold something of their own.
    used: Vec<&'a ColumnProfile>,
    /// Those that hold nothing, with the reason to leave them out.
    unused: Vec<(String, String)>,
    /// Those that mostly say what another one says: not excused, for the run
    /// tells where they hold something else.
    echoes: Vec<(String, String)>,
}

fn used<'a>(input: &Input, table: &'a TableProfile) -> Used<'a> {
    let mut echoes = Vec::new();
    let mut unused = Vec::new();
    let mut used = Vec::new();
    for column in &table.columns {
        let echo = input.echoes.iter().find(|(echo, _)| *echo == column.name);
        if column.fill.filled == 0 {
            let records = count(column.fill.records);
            let why = match column.fill.null_words {
                0 => format!("empty in all {records} records"),
                _ => format!("empty in all {records} records, but for words such as N/A"),
            };
            unused.push((column.name.clone(), why));
        } else if let Some((_, of)) = echo {
            let why = format!("{}, mostly what `{of}` says", field::fill(column));
            echoes.push((column.name.clone(), why));
        } else {
            used.push(column);
        }
    }
    // Who has nothing else keeps what there is: a record needs a field.
    if used.is_empty()
        && let Some(first) = table.columns.first()
    {
        unused.retain(|(name, _)| *name != first.name);
        used.push(first);
    }
    Used { used, unused, echoes }
}

/// Adds a source to an entity whose table the target has.
fn feed_live(
    entity: &mut Planned,
    live: &LiveTable,
    (at, input, table): (usize, &Input, &TableProfile),
    fit: &matching::Match,
    held: Held<'_>,
) {
    let Used { used, mut unused, mut echoes } = used(input, table);
    let pairs: Vec<_> = fit
        .pairs
        .iter()
        .filter_map(|(there, here, why)| Some((live.columns.get(*there)?, table.columns.get(*here)?, *why)))
        .collect();
    let named: Vec<(String, &ColumnProfile)> =
        pairs.iter().map(|(column, own, _)| (column.name.clone(), *own)).collect();
    let country = country_field(&named);
    let mut feed = Feed {
        source: input.name.clone(),
        at,
        values: Vec::new(),
        unused: Vec::new(),
        left: Vec::new(),
        echoes: Vec::new(),
    };
    for (column, own, why) in &pairs {
        unused.retain(|(name, _)| *name != own.name);
        echoes.retain(|(name, _)| *name != own.name);
        feed.values.push((column.name.clone(), quoted(&own.name), format!("{why}; {}", field::fill(own))));
        let place = live.columns.iter().position(|one| one.name == column.name);
        if entity.fields.iter().any(|field| field.name == column.name) {
            merge_list(entity, &column.name, own);
            continue;
        }
        let country = country.as_deref().filter(|country| *country != column.name);
        let Shape { keys, why, list } = field::of_live(column, own, &held.with(country));
        entity.fields.push(Field { name: column.name.clone(), keys, why, list });
        entity.fields.sort_by_key(|field| live.columns.iter().position(|one| one.name == field.name).or(place));
    }
    split_names(entity, live, table, &mut feed);
    let in_use =
        |name: &str| feed.values.iter().any(|(_, value, _)| *value == quoted(name) || value.contains(&sql(name)));
    let rest = used.iter().filter(|column| !in_use(&column.name));
    feed.left = rest
        .map(|column| {
            let likely = column.candidates.first().map(|likely| format!(", likely {}", likely.standard));
            (column.name.clone(), format!("{}{}", field::fill(column), likely.unwrap_or_default()))
        })
        .collect();
    feed.unused = unused;
    feed.echoes = echoes;
    entity.feeds.push(feed);
}

/// Two sources with other words for a field: the list gets both.
fn merge_list(entity: &mut Planned, name: &str, column: &ColumnProfile) {
    let Some(field) = entity.fields.iter_mut().find(|field| field.name == name) else { return };
    let Some(own) = &mut field.list else { return };
    match super::lists::of(column) {
        Some(more) => {
            for (legacy, target, records) in more {
                match own.iter_mut().find(|(other, ..)| other.to_lowercase() == legacy.to_lowercase()) {
                    Some(entry) => entry.2 += records,
                    None => own.push((legacy, target, records)),
                }
            }
        }
        // No list for values that do not come again.
        None => field.list = None,
    }
}

/// A name in one piece for a target that wants two.
fn split_names(entity: &mut Planned, live: &LiveTable, table: &TableProfile, feed: &mut Feed) {
    let free = |column: &&ColumnProfile| feed.values.iter().all(|(_, value, _)| *value != quoted(&column.name));
    let whole = table.columns.iter().filter(|column| matching::is_whole_name(column)).find(free);
    let Some(whole) = whole else { return };
    for (meaning, part) in [("given_name", "given"), ("family_name", "family")] {
        let column = live.columns.iter().find(|column| {
            matching::meaning(column, live) == Some(meaning) && matches!(column.data_type, Some(FieldType::Text(_)))
        });
        let Some(column) = column else { continue };
        if feed.values.iter().any(|(field, ..)| *field == column.name) {
            continue;
        }
        let expression = quoted(&format!("name_part({}, '{part}')", sql(&whole.name)));
        feed.values.push((column.name.clone(), expression, format!("a part of a name; {}", field::fill(whole))));
        if entity.fields.iter().all(|field| field.name != column.name) {
            let mut keys = Vec::new();
            if let Some(FieldType::Text(Some(most))) = column.data_type {
                keys.extend([("type", quoted(&format!("text({most})"))), ("too_long", quoted("hold"))]);
            }
            if !column.nullable {
                keys.push(("required", "true".to_string()));
            }
            entity.fields.push(Field { name: column.name.clone(), keys, why: String::new(), list: None });
        }
    }
}

/// A column's name in an SQL expression.
fn sql(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Puts references in: in place of the column's field in a new table, and into
/// the referring column of one that the target has.
fn refer(entities: &mut [Planned], links: &[Link], seen: &Seen) {
    let feeding = |entities: &[Planned], source: usize| {
        entities.iter().position(|entity| entity.feeds.iter().any(|feed| feed.at == source))
    };
    for link in links {
        let (Some(own), Some(their)) = (feeding(entities, link.from), feeding(entities, link.to)) else { continue };
        let (Some(parent), Some(input)) = (entities.get(their), seen.inputs.get(link.to)) else { continue };
        let (parent_entity, parent_table) = (parent.entity.clone(), parent.table.clone());
        let value = format!("{{ column = {}, source = {} }}", quoted(&link.column), quoted(&input.name));
        let keys = vec![("references", quoted(&parent_entity)), ("missing", quoted("hold"))];
        let Some(entity) = entities.get_mut(own) else { continue };
        let live = seen.aim.tables.iter().find(|table| !entity.new && table.name == entity.table);
        let Some(feed) = entity.feeds.iter_mut().find(|feed| feed.at == link.from) else { continue };
        match live {
            None => {
                let column = quoted(&link.column);
                let Some(entry) = feed.values.iter_mut().find(|(_, value, _)| *value == column) else { continue };
                entry.1 = value;
                let name = entry.0.clone();
                if let Some(field) = entity.fields.iter_mut().find(|field| field.name == name) {
                    *field = Field { name, keys, why: link.why.clone(), list: None };
                }
            }
            Some(table) => {
                let taken = |name: &String| feed.values.iter().any(|(field, ..)| field == name);
                let found = table.references.iter().find(|(name, to)| *to == parent_table && !taken(name));
                let Some((name, _)) = found else { continue };
                let column = quoted(&link.column);
                feed.values.retain(|(_, value, _)| *value != column);
                feed.left.retain(|(left, _)| *left != link.column);
                feed.values.push((name.clone(), value, link.why.clone()));
                if entity.fields.iter().all(|field| field.name != *name) {
                    let required = table.columns.iter().any(|column| column.name == *name && !column.nullable);
                    let required = required.then(|| ("required", "true".to_string()));
                    let keys = keys.into_iter().chain(required).collect();
                    entity.fields.push(Field { name: name.clone(), keys, why: link.why.clone(), list: None });
                }
            }
        }
    }
    // A field that a reference took the only column of has none left.
    for entity in entities {
        let feeds = &entity.feeds;
        entity.fields.retain(|field| feeds.iter().any(|feed| feed.values.iter().any(|(name, ..)| *name == field.name)));
    }
}

/// Gives what must be filled a constant, where a source has nothing for it.
fn fill_up(entity: &mut Planned, tables: &[LiveTable], as_of: &str) {
    let Some(table) = tables.iter().find(|table| !entity.new && table.name == entity.table) else { return };
    let must = |column: &&crate::config::pipeline::LiveColumn| {
        !column.nullable && !column.has_default && column.name != entity.key_column
    };
    for column in table.columns.iter().filter(must).collect::<Vec<_>>() {
        let Some((shape, value)) = field::stand_in(column, as_of) else { continue };
        if entity.fields.iter().all(|field| field.name != column.name) {
            let Shape { keys, why, list } = shape;
            entity.fields.push(Field { name: column.name.clone(), keys, why, list });
        } else if entity
            .fields
            .iter()
            .any(|field| field.name == column.name && field.keys.iter().any(|(key, _)| *key == "references"))
        {
            continue;
        }
        for feed in &mut entity.feeds {
            if feed.values.iter().all(|(name, ..)| *name != column.name) {
                let value = format!("{{ value = {} }}", quoted(&value));
                feed.values.push((column.name.clone(), value, "a stand-in: put what is right here".to_string()));
            }
        }
    }
}
