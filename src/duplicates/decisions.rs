//! What a steward has decided about pairs of records: which records are meant.
//!
//! A decision names its records by source and legacy key, so it outlives a new
//! extraction with other rows in another order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;

use super::cluster::Refused;
use crate::config::steward::{Decision, Judgement};
use crate::dataset::{self, DatasetError};
use crate::record;

/// What a person has decided about pairs of records, by their `_seq`: it holds
/// whatever keys and likeness say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub same: Vec<(u32, u32)>,
    /// The smaller `_seq` in front.
    pub different: BTreeSet<(u32, u32)>,
}

/// Two records that would be one but for decisions about others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Source and legacy key of both.
    pub pair: [(String, String); 2],
    /// By what they would be one, such as `merge:email`.
    pub reason: String,
}

/// Finds the records of decisions about one entity in its mapped dataset. Of two
/// decisions about a pair the later one holds. Gives the places of those of which
/// a record is missing.
pub fn resolve(mapped: &Path, decisions: &[&Decision]) -> Result<(Decided, Vec<usize>), DatasetError> {
    if decisions.is_empty() {
        return Ok((Decided::default(), Vec::new()));
    }
    let named = decisions.iter().flat_map(|decision| &decision.pair);
    let mut names: Vec<&(String, String)> = named.collect();
    names.sort_unstable();
    names.dedup();
    let mut seqs: Vec<Option<u32>> = vec![None; names.len()];
    for batch in dataset::read(mapped, Some(&[record::SEQ, record::SOURCE, record::KEY]))? {
        let batch = batch?;
        let numbers = batch.column(0).as_primitive::<Int64Type>().values();
        let (sources, keys) = (batch.column(1).as_string::<i32>(), batch.column(2).as_string::<i32>());
        for (row, seq) in numbers.iter().enumerate().filter(|(row, _)| keys.is_valid(*row)) {
            // Of records that share a key the first goes on.
            let name = (sources.value(row), keys.value(row));
            let place = names.binary_search_by(|(source, key)| (source.as_str(), key.as_str()).cmp(&name));
            if let Some(slot @ None) = place.ok().and_then(|place| seqs.get_mut(place)) {
                *slot = u32::try_from(*seq).ok();
            }
        }
    }
    let seq =
        |name: &(String, String)| names.binary_search(&name).ok().and_then(|place| seqs.get(place).copied().flatten());
    let mut held: BTreeMap<(u32, u32), Judgement> = BTreeMap::new();
    let mut missing = Vec::new();
    for (place, decision) in decisions.iter().enumerate() {
        match (seq(&decision.pair[0]), seq(&decision.pair[1])) {
            (Some(a), Some(b)) if a != b => drop(held.insert((a.min(b), a.max(b)), decision.verdict)),
            (Some(_), Some(_)) => {}
            _ => missing.push(place),
        }
    }
    let of = |verdict| held.iter().filter(move |(_, held)| **held == verdict).map(|(pair, _)| *pair);
    let decided = Decided { same: of(Judgement::Same).collect(), different: of(Judgement::Different).collect() };
    Ok((decided, missing))
}

/// The names of the records of pairs that were not joined.
pub(super) fn named(
    mapped: &Path,
    refused: &[Refused],
    reason: impl Fn(&Refused) -> String,
) -> Result<Vec<Conflict>, DatasetError> {
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let seqs: BTreeSet<u32> = refused.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    let mut names: BTreeMap<u32, (String, String)> = BTreeMap::new();
    let mut order = seqs.iter();
    for batch in dataset::read_at(mapped, seqs.iter().map(|seq| *seq as usize))? {
        let batch = batch?;
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let (Some(sources), Some(keys)) = (text(record::SOURCE), text(record::KEY)) else { continue };
        for (row, seq) in (0..batch.num_rows()).zip(order.by_ref()) {
            let key = if keys.is_valid(row) { keys.value(row) } else { "" };
            names.insert(*seq, (sources.value(row).to_string(), key.to_string()));
        }
    }
    let name = |seq: u32| names.get(&seq).cloned().unwrap_or_default();
    Ok(refused.iter().map(|pair| Conflict { pair: [name(pair.a), name(pair.b)], reason: reason(pair) }).collect())
}
