//! Which records go into the archive.
//!
//! A record is too old by itself, or a child that follows its parent. A record
//! that stays keeps whatever it refers to, so that nothing in the target ever
//! refers to something that left:
//!
//! 1. Every record that is not too old stays, except a child without a cutoff of
//!    its own, which does as its parent does.
//! 2. What a staying record refers to stays, old or not, and so on upwards.
//! 3. A child without a cutoff of its own stays with a parent that stays, and
//!    then counts for 2.
//! 4. Everything else goes.

use std::path::Path;

use arrow::array::AsArray;

use crate::config::pipeline::Entity;
use crate::dataset::{self, DatasetError};
use crate::record::{self, Verdict};
use crate::reference::Link;
use crate::verdict::Verdicts;

/// One entity's records as this step needs them.
pub struct Aged<'a> {
    pub entity: &'a Entity,
    /// By `_seq`: whether the record is too old by itself.
    pub too_old: Vec<bool>,
}

/// Whether each record of an entity is too old by itself, from its datasets.
pub fn ages(mapped: &Path, survivors: Option<&Path>, column: &str) -> Result<Vec<bool>, DatasetError> {
    let mut ages = Vec::new();
    for batch in dataset::overlaid(mapped, survivors, Some(&[record::SEQ, column]))? {
        let batch = batch?;
        ages.extend(batch.column(1).as_boolean().iter().map(|old| old == Some(true)));
    }
    Ok(ages)
}

/// Sets the verdict `archive`. Entities, links and verdicts by the same indexes.
pub fn run(entities: &[Aged<'_>], links: &[Link], verdicts: &mut [Verdicts]) {
    if entities.iter().all(|aged| aged.entity.cutoff.is_none()) {
        return;
    }
    let follows: Vec<bool> = links.iter().map(|link| follows(entities, link)).collect();
    let mut stays: Vec<Vec<bool>> = (0..entities.len())
        .map(|index| staying_by_itself(index, entities, links, &follows, &verdicts[index]))
        .collect();
    while spread(links, &follows, entities, verdicts, &mut stays) {}
    for (index, aged) in entities.iter().enumerate() {
        for (seq, _) in stays[index].iter().enumerate().filter(|(_, stays)| !**stays) {
            let reason = if aged.too_old.get(seq) == Some(&true) { "cutoff" } else { "parent" };
            verdicts[index].set(seq as u32, Verdict::Archive, reason);
        }
    }
}

/// Whether the link is one by which a child without a cutoff follows its parent.
fn follows(entities: &[Aged<'_>], link: &Link) -> bool {
    let child = entities[link.entity].entity;
    let parent = entities[link.parent_entity].entity.cutoff.as_ref();
    let listed = parent.is_some_and(|cutoff| cutoff.children.contains(&child.name));
    listed && link.entity != link.parent_entity && !has_own_cutoff(child)
}

fn has_own_cutoff(entity: &Entity) -> bool {
    entity.cutoff.as_ref().is_some_and(|cutoff| cutoff.too_old.is_some())
}

/// The records that stay whatever others do.
fn staying_by_itself(
    index: usize,
    entities: &[Aged<'_>],
    links: &[Link],
    follows: &[bool],
    verdicts: &Verdicts,
) -> Vec<bool> {
    let leads: Vec<&Link> = links
        .iter()
        .zip(follows)
        .filter(|(link, follows)| **follows && link.entity == index)
        .map(|(link, _)| link)
        .collect();
    (0..verdicts.len() as u32)
        .map(|seq| {
            let old = entities[index].too_old.get(seq as usize) == Some(&true);
            // A record with another verdict is no matter of this step.
            let settled = !verdicts.open(seq);
            let led = leads.iter().any(|link| link.parent(seq).is_some());
            settled || (!old && !led)
        })
        .collect()
}

/// Lets staying spread over the links once. True if anything changed.
fn spread(
    links: &[Link],
    follows: &[bool],
    entities: &[Aged<'_>],
    verdicts: &[Verdicts],
    stays: &mut [Vec<bool>],
) -> bool {
    let mut changed = false;
    for (link, follows) in links.iter().zip(follows) {
        for seq in 0..link.len() as u32 {
            let Some(parent) = link.parent(seq) else { continue };
            if !verdicts[link.entity].open(seq) {
                continue;
            }
            let child_stays = stays[link.entity][seq as usize];
            let parent_stays = stays[link.parent_entity].get(parent as usize).copied().unwrap_or(false);
            if child_stays && !parent_stays {
                stays[link.parent_entity][parent as usize] = true;
                changed = true;
            } else if *follows
                && parent_stays
                && !child_stays
                && entities[link.entity].too_old.get(seq as usize) != Some(&true)
            {
                stays[link.entity][seq as usize] = true;
                changed = true;
            }
        }
    }
    changed
}
