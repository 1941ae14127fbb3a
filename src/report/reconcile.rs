//! Reconcile: does what is staged agree with what was read?
//!
//! The control totals come from the raw snapshots (and the steward's records) by another path than the one
//! the records took: the query engine counts them, and applies `where` itself.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::logical_expr::Expr;
use datafusion::prelude::col;

use super::tally::Tally;
use crate::dataset::DatasetError;
use crate::engine::Engine;
use crate::record::{self, Verdict};

/// One feed of an entity, as the control totals need it.
pub struct Control<'a> {
    pub source: &'a str,
    pub snapshot: &'a Path,
    /// Records that the steward corrected: as they were read, and as they are.
    pub corrected: Option<(&'a Path, &'a Path)>,
    pub filter: Option<&'a Expr>,
}

/// Compares an entity's staged dataset with its sources' snapshots. Gives what
/// does not agree; nothing if all does.
pub fn run(
    engine: &Engine,
    entity: &str,
    controls: &[Control<'_>],
    staged: &Path,
    tally: &Tally,
) -> Result<Vec<String>, DatasetError> {
    let mut read: BTreeMap<&str, u64> = BTreeMap::new();
    let mut excluded: BTreeMap<&str, u64> = BTreeMap::new();
    for control in controls {
        *read.entry(control.source).or_default() += engine.count(control.snapshot, None)?;
        let out = control.filter.map(|filter| col(record::FAULT).is_null().and(filter.clone().is_not_true()));
        *excluded.entry(control.source).or_default() += match out {
            Some(out) => match control.corrected {
                // What holds of the corrected records counts in place of what held of them as they were.
                Some((before, after)) => (engine.count(control.snapshot, Some(out.clone()))?
                    + engine.count(after, Some(out.clone()))?)
                .saturating_sub(engine.count(before, Some(out))?),
                None => engine.count(control.snapshot, Some(out))?,
            },
            None => 0,
        };
    }
    let (staged_read, staged_excluded) = staged_counts(engine, staged)?;
    let mut wrong = Vec::new();
    for (source, count) in &read {
        let found = staged_read.get(*source).copied().unwrap_or(0);
        if found != *count {
            wrong.push(format!("{entity}: {source} holds {count} records, but {found} are staged"));
        }
        let (wanted, found) = (excluded[source], staged_excluded.get(*source).copied().unwrap_or(0));
        if found != wanted {
            wrong.push(format!("{entity}: `where` leaves out {wanted} records of {source}, but {found} are excluded"));
        }
    }
    if !tally.counts.balanced() || tally.sources.values().any(|counts| !counts.balanced()) {
        wrong.push(format!(
            "{entity}: {} records were read, but their verdicts do not add up to that",
            tally.counts.read
        ));
    }
    Ok(wrong)
}

type BySource = BTreeMap<String, u64>;

/// Records by source: all, and those that `where` excluded.
fn staged_counts(engine: &Engine, staged: &Path) -> Result<(BySource, BySource), DatasetError> {
    let (mut read, mut excluded) = (BySource::new(), BySource::new());
    let sql = "SELECT _source, _verdict, _reason, count(*) FROM staged WHERE _verdict IS NOT NULL GROUP BY 1, 2, 3";
    engine.query(&[("staged", staged)], sql, |batch| {
        let text = |index: usize| batch.column(index).as_string::<i32>();
        let counts = batch.column(3).as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            let count = counts.value(row).unsigned_abs();
            let source = text(0).value(row);
            *read.entry(source.to_string()).or_default() += count;
            if text(1).value(row) == Verdict::Exclude.word() && text(2).value(row) == "where" {
                *excluded.entry(source.to_string()).or_default() += count;
            }
        }
        Ok(())
    })?;
    Ok((read, excluded))
}
