//! Sample: a few records of each entity, with all that they refer to.
//!
//! Which records is decided by their identifiers, which are hashes: the sample
//! is spread over the sources and is the same every time. The rest is excluded,
//! and counted.

use std::collections::BTreeSet;
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use crate::dataset::{self, DatasetError};
use crate::record::{self, Verdict};
use crate::reference::Link;
use crate::verdict::Verdicts;

/// Why a record outside the sample was excluded.
pub const REASON: &str = "sample";

/// Excludes all records without a verdict but `size` of each entity and what
/// these refer to. `mapped` and `verdicts` by the same indexes.
pub fn run(size: usize, mapped: &[&Path], links: &[Link], verdicts: &mut [Verdicts]) -> Result<(), DatasetError> {
    let mut chosen: Vec<Vec<bool>> = Vec::with_capacity(mapped.len());
    for (path, verdicts) in mapped.iter().zip(verdicts.iter()) {
        chosen.push(choose(size, path, verdicts)?);
    }
    while close(links, verdicts, &mut chosen) {}
    for (verdicts, chosen) in verdicts.iter_mut().zip(&chosen) {
        for (seq, _) in chosen.iter().enumerate().filter(|(_, chosen)| !**chosen) {
            verdicts.set(seq as u32, Verdict::Exclude, REASON);
        }
    }
    Ok(())
}

/// The `size` open records with the smallest identifiers.
fn choose(size: usize, mapped: &Path, verdicts: &Verdicts) -> Result<Vec<bool>, DatasetError> {
    let mut smallest: BTreeSet<(String, u32)> = BTreeSet::new();
    for batch in dataset::read(mapped, Some(&[record::SEQ, record::ID]))? {
        let batch = batch?;
        let ids = batch.column(1).as_string::<i32>();
        for (row, seq) in batch.column(0).as_primitive::<Int64Type>().values().iter().enumerate() {
            let seq = *seq as u32;
            let small =
                smallest.len() < size || smallest.last().is_some_and(|(last, _)| ids.value(row) < last.as_str());
            if small && verdicts.open(seq) {
                smallest.insert((ids.value(row).to_string(), seq));
                if smallest.len() > size {
                    smallest.pop_last();
                }
            }
        }
    }
    let mut chosen = vec![false; verdicts.len()];
    for (_, seq) in smallest {
        chosen[seq as usize] = true;
    }
    Ok(chosen)
}

/// Chooses what chosen records refer to, once. True if that was anything new.
fn close(links: &[Link], verdicts: &[Verdicts], chosen: &mut [Vec<bool>]) -> bool {
    let mut changed = false;
    for link in links {
        for seq in 0..link.len() as u32 {
            let Some(parent) = link.parent(seq) else { continue };
            let wanted = chosen[link.entity][seq as usize] && verdicts[link.entity].open(seq);
            if wanted && !chosen[link.parent_entity][parent as usize] {
                chosen[link.parent_entity][parent as usize] = true;
                changed = true;
            }
        }
    }
    changed
}
