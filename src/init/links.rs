//! Keys of sources, and references between sources, with the evidence for each.

use super::Seen;
use super::concept;
use super::words::{count, percent};
use crate::profile::heading::is_key;
use crate::profile::{ColumnProfile, TableProfile, Unique};

/// The legacy key of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Key {
    /// Empty: the content of a record is its key.
    pub columns: Vec<String>,
    /// Whether some records have none, and are identified by their content.
    pub gaps: bool,
    /// Whether some keys come again; those records are rejected.
    pub repeated: bool,
    pub why: String,
}

/// A column of a source that holds keys of another, or of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub from: usize,
    pub column: String,
    pub to: usize,
    pub why: String,
}

/// The likeliest key: declared by the source, or unique and called like one.
pub(super) fn key(table: &TableProfile) -> Key {
    let has = |name: &String| table.columns.iter().any(|column| column.name == *name);
    if !table.declared_key.is_empty() && table.declared_key.iter().all(has) {
        let why = "the key that the source declares".to_string();
        return Key { columns: table.declared_key.clone(), why, ..Key::default() };
    }
    let numbered = |column: &ColumnProfile| column.likely.as_ref().is_some_and(|likely| likely.standard == "integer");
    let columns = || table.columns.iter().filter(|column| column.fill.filled > 0);
    let full = |column: &&ColumnProfile| table.keys.contains(&column.name);
    let found = columns().filter(full).find(|column| called_key(&column.name));
    if let Some(column) = found.or_else(|| columns().filter(full).find(|column| numbered(column))) {
        let sure = if column.unique == Unique::Probably { " (by a sample)" } else { "" };
        let why = format!("filled in all {} records, no value comes twice{sure}", count(table.records));
        return Key { columns: vec![column.name.clone()], why, ..Key::default() };
    }
    let gappy = columns().find(|column| {
        called_key(&column.name) && column.unique != Unique::No && column.fill.filled * 2 >= column.fill.records
    });
    if let Some(column) = gappy {
        let share = percent(column.fill.filled, column.fill.records);
        let why = format!("no value comes twice; filled in {share} of {} records", count(table.records));
        return Key { columns: vec![column.name.clone()], gaps: true, why, ..Key::default() };
    }
    let nearly = columns().find(|column| {
        let (different, filled) = (column.distinct.count, column.fill.filled);
        called_key(&column.name)
            && filled > 20
            && different * 100 >= filled * 98
            && filled * 100 >= column.fill.records * 98
    });
    if let Some(column) = nearly {
        let (different, filled) = (count(column.distinct.count), count(column.fill.filled));
        let about = if column.distinct.exact { "" } else { "about " };
        let why = format!("{about}{different} different values in {filled} records: of each only the first is loaded");
        let gaps = column.fill.filled < column.fill.records;
        return Key { columns: vec![column.name.clone()], gaps, repeated: true, why };
    }
    let near = columns().find(|column| {
        called_key(&column.name) && column.fill.filled > 2 && column.distinct.count * 10 >= column.fill.filled * 9
    });
    let why = match near {
        Some(column) => {
            let (different, filled) = (count(column.distinct.count), count(column.fill.filled));
            format!("no key: `{}` has {different} different values in {filled} records", column.name)
        }
        None => "no key: no column is unique, filled and called like one".to_string(),
    };
    Key { why, ..Key::default() }
}

fn called_key(name: &str) -> bool {
    let other = concept::of_column(name).is_some_and(|meaning| meaning != "legacy_number");
    !other && is_key(name)
}

/// The references between sources that have a key of one column.
pub(super) fn links(seen: &Seen, keys: &[Key]) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let keyed = |at: usize, column: &str| {
        keys.get(at).is_some_and(|key| matches!(key.columns.as_slice(), [only] if only == column))
    };
    let mut add = |link: Link| {
        let own = keyed(link.from, &link.column);
        let told = found.iter().any(|other| other.from == link.from && other.column == link.column);
        if !own && !told {
            found.push(link);
        }
    };
    for (from, _, table) in seen.sources() {
        for reference in &table.declared_references {
            let ([column], [their]) = (reference.columns.as_slice(), reference.their_columns.as_slice()) else {
                continue;
            };
            let to = seen.sources().find(|(to, _, other)| {
                other.place == table.place && other.table.as_ref() == Some(&reference.table) && keyed(*to, their)
            });
            if let Some((to, ..)) = to {
                add(Link { from, column: column.clone(), to, why: "the source declares the reference".to_string() });
            }
        }
    }
    let named = |name: &str| seen.inputs.iter().position(|input| input.name == name);
    for reference in &seen.profile.references {
        let (Some(from), Some(to)) = (named(&reference.from.source), named(&reference.to.source)) else { continue };
        let sure = reference.share >= if reference.heading { 0.8 } else { 0.95 };
        if !sure || !keyed(to, &reference.to.column) {
            continue;
        }
        let shares = (reference.share * 1000.0) as u64;
        let about = if reference.exact { "" } else { "about " };
        let why = format!(
            "{about}{} of its values are in {}.{}",
            percent(shares, 1000),
            reference.to.source,
            reference.to.column
        );
        add(Link { from, column: reference.from.column.clone(), to, why });
    }
    found
}
