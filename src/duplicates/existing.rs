//! Records that are the same as a row which the target has already.
//!
//! Rows of the target stand behind the records in the pool and are matched as
//! records are. No cluster holds two of them, nor one of them beside a record for
//! which an earlier run has inserted a row: those are two rows of the target, and
//! only there can a person make them one. A record that is as much the same as one
//! row as it is as another waits; to guess would tie a customer's history to the
//! wrong row, and nobody would see it.

use std::collections::BTreeSet;
use std::path::Path;

use arrow::array::AsArray;

use super::cluster::{Bound, By, Clusters, Rows};
use super::score::{self, Found, Scored};
use crate::config::existing::Existing as Policy;
use crate::dataset::{self, DatasetError};
use crate::diagnostic::Code;
use crate::record::{self, Verdict};
use crate::verdict::{LinkedRow, Verdicts};

/// The codes of records that wait because of the target's rows.
pub const CODES: &[Code] = &[
    Code {
        id: "duplicate.existing",
        what: "The record is the same as a row that the target has already, and the mapping holds such records.",
        why: "Somebody has typed the row in, and a person is to say whether it is meant.",
        example: "`existing = \"hold\"`, and an account in the new system with the e-mail address of a customer",
        fix: "Look at the pair in the run's `review` folder and decide it: `same` links the record to the row, `different` loads it as a new one. Or choose `link`, `fill` or `update`.",
    },
    Code {
        id: "duplicate.ambiguous",
        what: "The record is the same as two rows that the target has already.",
        why: "It can stand in one of them only. A guess would tie its history to the wrong row, and nobody would see it.",
        example: "two accounts in the new system with the e-mail address of one customer",
        fix: "Merge the two rows in the target; or decide in the run's `review` folder which of them is the `same`.",
    },
];

/// The rows that the target has already, behind the records in the pool.
#[derive(Debug, Default)]
pub struct Existing {
    /// `_seq` of the first of them.
    pub first: u32,
    /// A bit for each record: whether an earlier run has inserted a row for it.
    pub own: Vec<u64>,
    /// Records and the rows that earlier runs linked them to, by `_seq`.
    pub known: Vec<(u32, u32)>,
}

impl Existing {
    pub(super) fn rows(&self) -> Rows {
        Rows { first: Some(self.first), own: self.own.clone() }
    }

    /// Joins what earlier runs linked, so that a second run finds what the first did.
    pub(super) fn join_known(&self, verdicts: &Verdicts, clusters: &mut Clusters) {
        for (record, row) in self.known.iter().filter(|(a, b)| verdicts.open(*a) && verdicts.open(*b)) {
            clusters.join(*record, *row, By::Known);
        }
    }
}

/// What is to be told of the target's rows.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Pairs of a record and a row about which a person must decide.
    pub(super) listed: BTreeSet<(u32, u32)>,
    /// Rows of the target that are the same as another row of it.
    pub(super) alike: u64,
}

/// Holds the records about which a person must decide.
pub(super) fn settle(policy: Policy, clusters: &mut Clusters, verdicts: &mut Verdicts) -> Settled {
    let mut settled = Settled::default();
    let mut alike: BTreeSet<u32> = BTreeSet::new();
    let linked = clusters.linked();
    let mut hold = |seq: u32, code: &'static str| {
        if verdicts.open(seq) {
            verdicts.add_issue(seq, code.to_string());
            verdicts.set(seq, Verdict::Hold, code);
        }
    };
    for pair in clusters.rival_pairs() {
        alike.extend(clusters.bound(pair.a).row.max(clusters.bound(pair.b).row));
        let Bound { row: Some(row), .. } = clusters.bound(pair.a) else { continue };
        let root = clusters.root(pair.a);
        let found = linked.binary_search_by_key(&root, |(root, ..)| *root).ok().map(|place| linked[place].2);
        let guessed = match (pair.by, found) {
            (_, None | Some(By::Decision | By::Known)) => false,
            (By::Likeness(_), found) => matches!(found, Some(By::Likeness(_))),
            _ => true,
        };
        if guessed && clusters.is_row(pair.b) && !clusters.is_row(pair.a) {
            hold(root, CODES[1].id);
            settled.listed.extend([(pair.a, pair.b), (root, row)]);
        }
    }
    let undecided = |by: &By| !matches!(by, By::Decision | By::Known);
    for (root, row, _) in linked.iter().filter(|(.., by)| policy == Policy::Hold && undecided(by)) {
        hold(*root, CODES[0].id);
        settled.listed.insert((*root, *row));
    }
    settled.alike = alike.len() as u64;
    settled
}

/// `doubts` with the pairs that are listed because of the target's rows.
pub(super) fn listed(
    found: Option<&Found>,
    mut doubts: Vec<Scored>,
    pairs: &BTreeSet<(u32, u32)>,
) -> Result<Vec<Scored>, DatasetError> {
    let more = pairs.iter().filter(|pair| !doubts.iter().any(|doubt| (doubt.a, doubt.b) == **pair));
    let more: Vec<(u32, u32)> = more.copied().collect();
    let Some(found) = found else {
        let certain = |(a, b)| Scored { a, b, odds: f64::INFINITY, pattern: 0 };
        doubts.extend(more.into_iter().map(certain));
        return Ok(doubts);
    };
    doubts.extend(score::of_pairs(found, &more)?);
    doubts.sort_by(|a, b| b.odds.total_cmp(&a.odds).then((a.a, a.b).cmp(&(b.a, b.b))));
    Ok(doubts)
}

/// Notes the rows that open records stand in; `reason` says by what they were found.
pub(super) fn link(
    pool: &Path,
    clusters: &Clusters,
    verdicts: &mut Verdicts,
    reason: impl Fn(By) -> String,
) -> Result<(), DatasetError> {
    let mut linked: Vec<(u32, u32, By)> =
        clusters.linked().into_iter().filter(|(root, ..)| verdicts.open(*root)).collect();
    linked.sort_unstable_by_key(|(_, row, _)| *row);
    let mut next = linked.iter();
    for batch in dataset::read_at(pool, linked.iter().map(|(_, row, _)| *row as usize))? {
        let batch = batch?;
        let keys = batch.column_by_name(record::KEY).and_then(|keys| keys.as_string_opt::<i32>());
        for (at, (root, _, by)) in (0..batch.num_rows()).zip(next.by_ref()) {
            let key = keys.map_or_else(String::new, |keys| keys.value(at).to_string());
            verdicts.link(*root, LinkedRow { key, reason: reason(*by) });
        }
    }
    Ok(())
}
