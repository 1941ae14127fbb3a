//! Which table of the target a source belongs to, and which of its columns: by
//! names and their synonyms, by standards and by types.

use super::concept;
use super::field::fits;
use crate::config::pipeline::LiveColumn;
use crate::profile::{ColumnProfile, TableProfile};
use crate::targets::LiveTable;

/// The score below which a source fits no table.
const FLOOR: f64 = 1.5;

/// How a source fits a table.
#[derive(Debug, Default)]
pub(super) struct Match {
    pub score: f64,
    /// Column of the table, column of the source, and why.
    pub pairs: Vec<(usize, usize, &'static str)>,
}

/// The best table of the target for a source, if one fits.
pub(super) fn table(name: &str, source: &TableProfile, tables: &[LiveTable]) -> Option<(usize, Match)> {
    let mut best: Option<(usize, Match)> = None;
    for (at, table) in tables.iter().enumerate().filter(|(_, table)| key_column(table).is_some()) {
        let found = columns(name, source, table);
        let akin = akin(name, source, table);
        let enough = found.pairs.len() >= 2 || (akin && !found.pairs.is_empty());
        let enough = enough && fills(source, table, &found) && names(source, table, &found);
        if enough && best.as_ref().is_none_or(|(_, other)| found.score > other.score) {
            best = Some((at, found));
        }
    }
    best.filter(|(_, found)| found.score >= FLOOR)
}

/// Whether the source has something for what the table wants filled: for half of
/// it at least, as a constant may stand in for the rest.
fn fills(source: &TableProfile, table: &LiveTable, found: &Match) -> bool {
    let key = key_column(table).map(|column| column.name.as_str());
    let split = has_split_name(table) && source.columns.iter().any(is_whole_name);
    let (mut wanted, mut filled) = (0, 0);
    for (at, column) in table.columns.iter().enumerate() {
        let free = column.nullable || column.has_default || Some(column.name.as_str()) == key;
        if !free && !is_reference(table, column) {
            let part = split && matches!(meaning(column, table), Some("given_name" | "family_name"));
            wanted += 1;
            filled += usize::from(part || found.pairs.iter().any(|(there, ..)| *there == at));
        }
    }
    filled * 2 >= wanted
}

/// Whether the source has what the records of such a table are known by: an
/// address alone makes no company and no person.
fn names(source: &TableProfile, table: &LiveTable, found: &Match) -> bool {
    let by: &[&str] = match concept::of_table(&table.name) {
        Some("account") => &["company"],
        Some("contact") => &["given_name", "family_name", "full_name", "email"],
        _ => return true,
    };
    let known = |column: &LiveColumn| meaning(column, table).is_some_and(|meaning| by.contains(&meaning));
    let split = has_split_name(table) && source.columns.iter().any(is_whole_name);
    let paired = found.pairs.iter().any(|(there, ..)| table.columns.get(*there).is_some_and(known));
    paired || (split && by.contains(&"full_name")) || !table.columns.iter().any(known)
}

/// Whether source and table are called alike.
fn akin(name: &str, source: &TableProfile, table: &LiveTable) -> bool {
    let meaning = concept::of_table(&table.name);
    let own = source.table.as_deref().and_then(concept::of_table).or_else(|| concept::of_table(name));
    meaning.is_some() && own == meaning
}

/// The column that the key of a new record goes into.
pub(super) fn key_column(table: &LiveTable) -> Option<&LiveColumn> {
    let called = |column: &&LiveColumn| {
        let word = concept::folded(&column.name);
        word == "id" || word == format!("{}id", concept::folded(&table.name).trim_end_matches('s'))
    };
    let unique = || table.columns.iter().filter(|column| column.unique && !is_reference(table, column));
    unique()
        .find(called)
        .or_else(|| unique().find(|column| !column.nullable || column.has_default))
        .or_else(|| unique().next())
}

pub(super) fn is_reference(table: &LiveTable, column: &LiveColumn) -> bool {
    table.references.iter().any(|(name, _)| *name == column.name)
}

fn columns(name: &str, source: &TableProfile, table: &LiveTable) -> Match {
    let key = key_column(table).map(|column| column.name.as_str());
    let mut pairs: Vec<(f64, usize, usize, &'static str)> = Vec::new();
    for (there, live) in table.columns.iter().enumerate() {
        if Some(live.name.as_str()) == key || is_reference(table, live) {
            continue;
        }
        for (here, column) in source.columns.iter().enumerate().filter(|(_, column)| column.fill.filled > 0) {
            if let Some((score, why)) = alike(column, live, table).filter(|_| fits(column, live)) {
                // A column that is hardly filled gives way to one that is.
                let filled = column.fill.filled as f64 / column.fill.records.max(1) as f64;
                pairs.push((score + filled / 100.0, there, here, why));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found = Match::default();
    for (score, there, here, why) in pairs {
        if found.pairs.iter().all(|(other, own, _)| *other != there && *own != here) {
            found.score += score;
            found.pairs.push((there, here, why));
        }
    }
    found.pairs.sort_unstable();
    if concept::folded(&table.name).trim_end_matches('s') == concept::folded(name).trim_end_matches('s') {
        found.score += 5.0;
    } else if akin(name, source, table) {
        found.score += 4.0;
    }
    // An order has the customer's address, and is no customer.
    let other = source.table.as_deref().and_then(concept::of_table).or_else(|| concept::of_table(name));
    if other.is_some_and(|other| concept::of_table(&table.name).is_some_and(|meaning| meaning != other)) {
        found.score -= 2.0;
    }
    if has_split_name(table) && source.columns.iter().any(is_whole_name) {
        found.score += 1.7;
    }
    found
}

/// Whether a table wants given and family name in columns of their own.
fn has_split_name(table: &LiveTable) -> bool {
    let has = |wanted| table.columns.iter().any(|column| meaning(column, table) == Some(wanted));
    has("given_name") && has("family_name")
}

/// Whether a column holds names of persons in one piece.
pub(super) fn is_whole_name(column: &ColumnProfile) -> bool {
    let person = column.candidates.iter().find(|likely| likely.standard == "person_name");
    let means = concept::of_column(&column.name);
    let called = means == Some("full_name") || means.is_none();
    column.fill.filled > 0 && called && person.is_some_and(|likely| likely.share() >= 0.6)
}

/// What a column of the target means.
pub(super) fn meaning(live: &LiveColumn, table: &LiveTable) -> Option<&'static str> {
    let bare = |name: &str| {
        let prefix = format!("{}_", table.name.trim_end_matches('s').to_lowercase());
        name.to_lowercase().strip_prefix(&prefix).map(str::to_string)
    };
    let found = concept::of_column(&live.name).or_else(|| concept::of_column(&bare(&live.name)?));
    // The name of an account is that of a company; its customer is one, too.
    let of_account = concept::of_table(&table.name) == Some("account");
    if of_account && found == Some("full_name") { Some("company") } else { found }
}

fn alike(column: &ColumnProfile, live: &LiveColumn, table: &LiveTable) -> Option<(f64, &'static str)> {
    let (own, their) = (concept::folded(&column.name), concept::folded(&live.name));
    if own == their && !own.is_empty() {
        return Some((1.0, "the same name"));
    }
    let (means, wanted) = (concept::of_column(&column.name), meaning(live, table));
    if means.is_some() && means == wanted {
        return Some((0.85, "the name means the same"));
    }
    // Who has no other phone is called at home.
    let second = match means {
        Some("phone_2" | "mobile") => Some("phone"),
        Some("email_2") => Some("email"),
        _ => None,
    };
    if second.is_some() && second == wanted {
        return Some((0.55, "the name means one like it"));
    }
    let standard = column.candidates.first().filter(|likely| likely.share() >= 0.8);
    let by_values = standard.and_then(|likely| concept::of_standard(likely.standard));
    if means.is_none() && by_values.is_some() && by_values == wanted {
        return Some((0.6, "the values are such"));
    }
    let near = strsim::jaro_winkler(&own, &their) >= 0.93 && own.len() > 4;
    (near && means.is_none() && wanted.is_none()).then_some((0.5, "the names are nearly the same"))
}
