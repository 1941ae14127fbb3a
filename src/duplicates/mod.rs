//! Match: records that mean the same thing become one.
//!
//! Three findings by one mechanism, groups of equal hashes: legacy keys that
//! stand twice, exact duplicates by the mapping's keys, values that must be
//! unique. The survivor of a cluster is the record that was read first (by
//! order of the sources); its values are those that survivorship chooses.
//! Only records without a verdict take part.

mod cluster;
mod groups;
mod survive;

use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use arrow::error::ArrowError;

use crate::config::pipeline::{Entity, Policy};
use crate::dataset::DatasetError;
use crate::diagnostic::Code;
use crate::engine::Engine;
use crate::record::Verdict;
use crate::verdict::Verdicts;
use cluster::Clusters;

/// The codes of this step.
pub const CODES: &[Code] = &[
    Code {
        id: "key.duplicate",
        what: "The record's legacy key stands at an earlier record of the same source.",
        why: "References to the key could mean either record, and a second run could not tell them apart. The first one goes on.",
        example: "two customer rows with `Cust No` 004711",
        fix: "Correct the key in the source, or name a further column in the source's `key`.",
    },
    Code {
        id: "unique.duplicate",
        what: "The value of a `unique` field stands at an earlier record that was not merged with this one.",
        why: "The target would refuse the second record.",
        example: "`login = { unique = true }` and two people with the login `jsmith`",
        fix: "Correct one of them, or let the records be merged by naming the field in `[duplicates] match`.",
    },
];

/// Where the records of an entity's dataset come from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// `_seq` of the first record.
    pub first: u32,
    /// Whether records are identified by their content, so that equal ones are one.
    pub by_content: bool,
}

/// What a record of the mapped dataset must give to be matched.
pub struct Matching<'a> {
    pub engine: &'a Engine,
    pub entity: &'a Entity,
    /// The mapped dataset.
    pub mapped: &'a Path,
    /// In the order of `first`.
    pub origins: &'a [Origin],
    /// A folder for what is written on the way; must exist.
    pub work: &'a Path,
    /// The column of a match key's hashes, by number.
    pub match_column: fn(usize) -> String,
    /// The column of a unique field's hashes, by number of the field.
    pub unique_column: fn(usize) -> String,
    /// The column of a reference field's hashes, by number of the field.
    pub reference_column: fn(usize) -> String,
    pub own_key_column: &'a str,
    /// Computes again whether a record is too old, from the values of the fields.
    pub too_old: &'a dyn Fn(&[ArrayRef]) -> Result<ArrayRef, ArrowError>,
}

/// Finds duplicates and sets their verdicts. Gives the dataset of survivors,
/// which replaces their records in the mapped one, if there are any.
pub fn run(matching: &Matching<'_>, verdicts: &mut Verdicts) -> Result<Option<PathBuf>, DatasetError> {
    let mut clusters = Clusters::default();
    legacy_keys(matching, verdicts, &mut clusters)?;
    exact_keys(matching, verdicts, &mut clusters)?;
    let members = clusters.members();
    for member in members.iter().filter(|member| member.seq != member.survivor) {
        verdicts.merge(member.seq, member.survivor, &reason(matching.entity, member.key));
    }
    let survivors = if members.is_empty() { None } else { Some(survive::run(matching, &members, verdicts)?) };
    unique_values(matching, survivors.as_deref(), verdicts)?;
    Ok(survivors)
}

/// `merge:` and the fields of the key by which a duplicate was found.
fn reason(entity: &Entity, key: Option<usize>) -> String {
    let keys = entity.duplicates.as_ref().map_or(&[][..], |duplicates| &duplicates.keys);
    match key.and_then(|key| keys.get(key)) {
        Some(fields) => {
            let names: Vec<&str> = fields.iter().map(|&field| entity.fields[field].name.as_str()).collect();
            format!("merge:{}", names.join("+"))
        }
        None => "merge:content".into(),
    }
}

fn legacy_keys(matching: &Matching<'_>, verdicts: &mut Verdicts, clusters: &mut Clusters) -> Result<(), DatasetError> {
    groups::find(matching.engine, matching.mapped, matching.own_key_column, |group| {
        let mut open = group.iter().copied().filter(|&seq| verdicts.open(seq)).collect::<Vec<_>>().into_iter();
        let Some(first) = open.next() else { return };
        let place = matching.origins.partition_point(|origin| origin.first <= first).saturating_sub(1);
        let by_content = matching.origins.get(place).is_some_and(|origin| origin.by_content);
        for seq in open {
            if by_content {
                clusters.join(first, seq, None);
            } else {
                verdicts.set(seq, Verdict::Reject, CODES[0].id);
                verdicts.add_issue(seq, CODES[0].id.to_string());
            }
        }
    })
}

fn exact_keys(matching: &Matching<'_>, verdicts: &Verdicts, clusters: &mut Clusters) -> Result<(), DatasetError> {
    let keys = matching.entity.duplicates.as_ref().map_or(0, |duplicates| duplicates.keys.len());
    for key in 0..keys {
        groups::find(matching.engine, matching.mapped, &(matching.match_column)(key), |group| {
            let mut open = group.iter().copied().filter(|&seq| verdicts.open(seq));
            let Some(first) = open.next() else { return };
            for seq in open {
                clusters.join(first, seq, Some(key));
            }
        })?;
    }
    Ok(())
}

/// Values that must be unique, of the records as they are after merging.
fn unique_values(
    matching: &Matching<'_>,
    survivors: Option<&Path>,
    verdicts: &mut Verdicts,
) -> Result<(), DatasetError> {
    for (index, field) in matching.entity.fields.iter().enumerate() {
        let Some(policy) = field.unique else { continue };
        let issue = format!("{}:{}", CODES[1].id, field.name);
        let column = (matching.unique_column)(index);
        groups::find_after_merging(matching.engine, matching.mapped, survivors, &column, |group| {
            let open: Vec<u32> = group.iter().copied().filter(|&seq| verdicts.open(seq)).collect();
            for &seq in open.iter().skip(1) {
                verdicts.add_issue(seq, issue.clone());
                match policy {
                    Policy::Hold => verdicts.set(seq, Verdict::Hold, &issue),
                    Policy::Keep => false,
                    Policy::Reject | Policy::Null => verdicts.set(seq, Verdict::Reject, &issue),
                };
            }
        })?;
    }
    Ok(())
}
