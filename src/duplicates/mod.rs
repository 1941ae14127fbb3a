//! Match: records that mean the same thing become one.
//!
//! Three findings by one mechanism, groups of equal hashes: legacy keys that
//! stand twice, exact duplicates by the mapping's keys, values that must be
//! unique. Then, if the mapping wants it, records that are alike. The survivor
//! of a cluster is the record that was read first (by order of the sources); its
//! values are those that survivorship chooses. Only records without a verdict
//! take part. What a steward has decided about two records holds whatever their
//! values say.
//!
//! | file | does |
//! |---|---|
//! | `groups.rs` | records with equal hashes |
//! | `prepare.rs` | records in the form in which they are compared |
//! | `block.rs` | which pairs are compared |
//! | `compare/`, `pattern.rs` | how alike two values, two records are |
//! | `frequency.rs` | how common values are |
//! | `estimate.rs` | what a likeness is worth |
//! | `objections.rs` | what speaks against a pair however likely it is |
//! | `score.rs` | pairs that are the same, or may be |
//! | `gather.rs`, `resolve.rs` | clusters that do not chain |
//! | `review.rs` | pairs that a person must see |
//! | `decisions.rs` | what a person has decided |
//! | `survive.rs`, `lineage.rs` | whose values live on, and where they came from |
//! | `existing.rs` | records that are the same as a row of the target |
//! | `households.rs` | people who live together |

mod block;
mod cluster;
mod compare;
mod decisions;
mod estimate;
mod existing;
mod frequency;
mod gather;
mod groups;
mod households;
mod lineage;
mod objections;
mod pattern;
mod prepare;
mod resolve;
mod review;
mod score;
mod survive;

use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use arrow::error::ArrowError;

use crate::config::likeness::{Doubtful, Fuzzy};
use crate::config::pipeline::{Entity, Policy};
use crate::dataset::DatasetError;
use crate::diagnostic::Code;
use crate::engine::Engine;
use crate::record::Verdict;
use crate::verdict::Verdicts;
use cluster::{By, Clusters};
pub use decisions::{Conflict, Decided, resolve};
pub use existing::{CODES as EXISTING_CODES, Existing};
pub use lineage::path as lineage_path;
pub use review::path as review_path;
use score::{Found, Scored};

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
    Code {
        id: "duplicate.review",
        what: "The record may be a duplicate of one that was read before it, and the mapping holds such records.",
        why: "The two are too much alike to be loaded side by side unseen, and not enough to be merged unseen.",
        example: "`fuzzy = { doubtful = \"hold\", … }`, and two Ann Millers in one town, one of them without a phone",
        fix: "Look at the pair in the run's `review` folder, and correct one of the records so that they are equal or differ; or set `doubtful = \"load\"`.",
    },
];

/// Why a decision about two records was not carried out.
pub const DECISION_CODES: &[Code] = &[
    Code {
        id: "decision.no-record",
        what: "A decision names a record that no source has any more, so it was left alone.",
        why: "The record may be gone, or have another key.",
        example: "`crm` 17 and `crm` 4 are `different`, and there is no `crm` 17 in the new extraction",
        fix: "Take the line out of `decisions/duplicates.csv`, or give it the key that the record has now.",
    },
    Code {
        id: "decision.conflict",
        what: "Two records would be one, and were not joined, because then records that a steward calls different would be one too, or because both stand in rows of their own in the target.",
        why: "A decision holds also by way of a third record, so one of the three has to stay by itself.",
        example: "Ann and Anne are `different`, and a third record has Ann's phone and Anne's address",
        fix: "Decide to which of the two the third record belongs, and call it `different` from the other; or merge the two rows in the target.",
    },
];

/// What was found out besides the verdicts.
#[derive(Debug, Default)]
pub struct Matched {
    /// The dataset that replaces records in the mapped one, if there are any.
    pub survivors: Option<PathBuf>,
    /// Present where the mapping matches by likeness.
    pub alike: Option<Alike>,
    /// Present where the mapping has households.
    pub households: Option<u64>,
    /// Pairs that were not joined because of decisions.
    pub conflicts: Vec<Conflict>,
    /// Pairs that are listed for a person.
    pub review: u64,
    /// Rows of the target that are the same as another row of it.
    pub alike_rows: u64,
}

/// The account of matching by likeness.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alike {
    /// Pairs that were compared.
    pub compared: u64,
    /// Blocks with too many records to compare each with each.
    pub large_blocks: Vec<LargeBlocks>,
}

/// The blocks of one expression that were too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargeBlocks {
    /// The expression.
    pub block: String,
    pub count: u64,
    /// Records of the largest.
    pub largest: u64,
}

/// Where the records of an entity's dataset come from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// `_seq` of the first record.
    pub first: u32,
    /// Whether records are identified by their content, so that equal ones are one.
    pub by_content: bool,
    /// If only some are, those, by `_seq`, ascending.
    pub keyless: Vec<u32>,
}

/// Computes the hashes of the blocks from the values of the fields.
pub type HashBlocks<'a> = dyn Fn(&[ArrayRef]) -> Result<Vec<ArrayRef>, ArrowError> + Sync + 'a;

/// What a record of the mapped dataset must give to be matched.
pub struct Matching<'a> {
    pub engine: &'a Engine,
    pub entity: &'a Entity,
    /// The mapped dataset.
    pub mapped: &'a Path,
    /// The mapped dataset, and behind its records the rows that the target has
    /// already, where they take part.
    pub pool: &'a Path,
    pub existing: Option<&'a Existing>,
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
    pub too_old: &'a (dyn Fn(&[ArrayRef]) -> Result<ArrayRef, ArrowError> + Sync),
    /// Computes the hashes of a record's blocks, from the values of the fields.
    pub blocks: &'a HashBlocks<'a>,
    /// For each field with an order of survivorship that order, from the values of
    /// the fields and the sources' names.
    pub orders: &'a Orders<'a>,
    pub decided: &'a Decided,
    /// Where pairs for review are listed.
    pub review: &'a Path,
    /// Where it is written which record each surviving value came from.
    pub lineage: &'a Path,
}

/// See [`Matching::orders`].
pub type Orders<'a> = dyn Fn(&[ArrayRef], &ArrayRef) -> Result<Vec<Option<ArrayRef>>, ArrowError> + Sync + 'a;

/// Finds duplicates and sets their verdicts.
pub fn run(matching: &Matching<'_>, verdicts: &mut Verdicts) -> Result<Matched, DatasetError> {
    let mut matched = Matched::default();
    let mut clusters = Clusters::keeping_apart(&matching.decided.different);
    if let Some(existing) = matching.existing {
        clusters = clusters.among(existing.rows());
    }
    legacy_keys(matching, verdicts, &mut clusters)?;
    for (a, b) in matching.decided.same.iter().filter(|(a, b)| verdicts.open(*a) && verdicts.open(*b)) {
        clusters.join(*a, *b, By::Decision);
    }
    if let Some(existing) = matching.existing {
        existing.join_known(verdicts, &mut clusters);
    }
    exact_keys(matching, verdicts, &mut clusters)?;
    let duplicates = matching.entity.duplicates.as_ref();
    let fuzzy = duplicates.and_then(|duplicates| duplicates.fuzzy.as_ref());
    let found = fuzzy.map(|fuzzy| score::run(matching, fuzzy, verdicts)).transpose()?;
    let mut doubts = match (&found, fuzzy) {
        (Some(found), Some(fuzzy)) => doubtful(matching, found, fuzzy, verdicts, &mut clusters)?,
        _ => Vec::new(),
    };
    if let Some(policy) = matching.entity.existing().filter(|_| matching.existing.is_some()) {
        let settled = existing::settle(policy, &mut clusters, verdicts);
        doubts = existing::listed(found.as_ref(), doubts, &settled.listed)?;
        existing::link(matching.pool, &clusters, verdicts, |by| reason(matching.entity, "existing", by))?;
        matched.alike_rows = settled.alike;
    }
    review::write(matching, fuzzy, &doubts, matching.review)?;
    matched.review = doubts.len() as u64;
    matched.alike = found.as_ref().zip(fuzzy).map(|(found, fuzzy)| account(found, fuzzy));
    drop(found);
    let refused = clusters.refused();
    matched.conflicts = decisions::named(matching.pool, &refused, |pair| reason(matching.entity, "merge", pair.by))?;
    let members = clusters.members();
    for member in members.iter().filter(|member| member.seq != member.survivor) {
        verdicts.merge(member.seq, member.survivor, &reason(matching.entity, "merge", member.by));
    }
    if !members.is_empty() {
        matched.survivors = Some(survive::run(matching, &members, verdicts)?);
    }
    unique_values(matching, matched.survivors.as_deref(), verdicts)?;
    if let Some(households) = duplicates.and_then(|duplicates| duplicates.households.as_ref()) {
        let (survivors, count) = households::run(matching, households, matched.survivors.take(), verdicts)?;
        matched.survivors = survivors;
        matched.households = Some(count);
    }
    Ok(matched)
}

/// Joins the records that are alike, and gives those that may be the same.
fn doubtful(
    matching: &Matching<'_>,
    found: &Found,
    fuzzy: &Fuzzy,
    verdicts: &mut Verdicts,
    clusters: &mut Clusters,
) -> Result<Vec<Scored>, DatasetError> {
    let doubts = resolve::run(found, fuzzy, matching.decided, clusters)?;
    if fuzzy.doubtful == Doubtful::Hold {
        for doubt in &doubts {
            let (a, b) = (clusters.root(doubt.a), clusters.root(doubt.b));
            // A row of the target does not wait.
            let later = if clusters.is_row(a.max(b)) { a.min(b) } else { a.max(b) };
            verdicts.add_issue(later, CODES[2].id.to_string());
            verdicts.set(later, Verdict::Hold, CODES[2].id);
        }
    }
    Ok(doubts)
}

/// The account of matching by likeness.
fn account(found: &Found, fuzzy: &Fuzzy) -> Alike {
    let large = fuzzy.blocks.iter().zip(&found.large).filter(|(_, large)| !large.hashes.is_empty());
    let large = large.map(|(block, large)| LargeBlocks {
        block: block.text.clone(),
        count: large.hashes.len() as u64,
        largest: large.largest,
    });
    Alike { compared: found.compared, large_blocks: large.collect() }
}

/// What becomes of a duplicate, and the fields of the key by which it was found, or
/// how likely it is one: `merge:email`.
fn reason(entity: &Entity, what: &str, by: By) -> String {
    let keys = entity.duplicates.as_ref().map_or(&[][..], |duplicates| &duplicates.keys);
    match by {
        By::Content => format!("{what}:content"),
        By::Decision => format!("{what}:decision"),
        By::Known => format!("{what}:known"),
        By::Key(key) => {
            let fields = keys.get(key).into_iter().flatten();
            let names: Vec<&str> = fields.map(|&field| entity.fields[field].name.as_str()).collect();
            format!("{what}:{}", names.join("+"))
        }
        By::Likeness(hundredths) => format!("{what}:fuzzy 0.{hundredths:02}"),
    }
}

fn legacy_keys(matching: &Matching<'_>, verdicts: &mut Verdicts, clusters: &mut Clusters) -> Result<(), DatasetError> {
    groups::find(matching.engine, matching.mapped, matching.own_key_column, |group| {
        let mut open = group.iter().copied().filter(|&seq| verdicts.open(seq)).collect::<Vec<_>>().into_iter();
        let Some(first) = open.next() else { return };
        let place = matching.origins.partition_point(|origin| origin.first <= first).saturating_sub(1);
        let by_content = matching
            .origins
            .get(place)
            .is_some_and(|origin| origin.by_content || origin.keyless.binary_search(&first).is_ok());
        for seq in open {
            if by_content {
                clusters.join(first, seq, By::Content);
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
        groups::find(matching.engine, matching.pool, &(matching.match_column)(key), |group| {
            // More than one only where decisions keep records of the group apart.
            let mut leaders: Vec<u32> = Vec::new();
            for seq in group.iter().copied().filter(|&seq| verdicts.open(seq)) {
                if clusters.is_row(seq) && !leaders.is_empty() {
                    leaders.iter().any(|leader| clusters.join(*leader, seq, By::Key(key)));
                    continue;
                }
                let joined = leaders.iter().filter(|leader| clusters.join(**leader, seq, By::Key(key))).count();
                if joined == 0 {
                    leaders.push(seq);
                }
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
