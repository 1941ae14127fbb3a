//! The steward's word: corrections before the mapping, decisions before matching,
//! and the files that tell which of them were not carried out.

use std::path::Path;

use super::{Flow, RunError, Snapshots};
use crate::config::steward::{CORRECTION, Correction, DECISION, Decision, Judgement, written};
use crate::corrections::{self, Corrected, Stale};
use crate::dataset::DatasetError;
use crate::duplicates::{Conflict, DECISION_CODES, Decided, resolve};
use crate::report::summary::Steward;

/// Behind the columns of a steward's file: where the line stands, and why it was
/// not carried out.
const WHY: [&str; 2] = ["place", "code"];

impl Flow<'_> {
    /// Corrects records of the snapshots. `None` where the steward has said nothing.
    pub(super) fn correct(
        &self,
        snapshots: &mut Snapshots,
        work: &Path,
        run: &Path,
    ) -> Result<Option<Steward>, RunError> {
        let all = &self.pipeline.corrections;
        if all.is_empty() && self.pipeline.decisions.is_empty() {
            return Ok(None);
        }
        let mut steward = Steward::default();
        let mut stale: Vec<Stale> = Vec::new();
        let mut corrected: Vec<Option<Corrected>> = Vec::new();
        for (index, source) in self.pipeline.sources.iter().enumerate() {
            let own: Vec<(usize, &Correction)> =
                all.iter().enumerate().filter(|(_, correction)| correction.source == index).collect();
            let Some(snapshot) = snapshots.of(index).filter(|_| !own.is_empty()) else {
                corrected.push(None);
                continue;
            };
            self.options.progress.begin(&format!("correcting {}", source.name), None);
            let (records, left) = corrections::run(source, &snapshot.path, &own, work)?;
            steward.corrections.applied += records.as_ref().map_or(0, |records| records.applied);
            stale.extend(left);
            corrected.push(records);
        }
        snapshots.corrected = corrected;
        stale.sort_by_key(|stale| stale.index);
        steward.corrections.stale = stale.len() as u64;
        let lines = stale.iter().filter_map(|stale| {
            let correction = all.get(stale.index)?;
            Some(told(&correction.cells, &correction.place, stale.code))
        });
        tell(run, "corrections.csv", CORRECTION, &lines.collect::<Vec<_>>())?;
        Ok(Some(steward))
    }

    /// The decisions about an entity's records; those of which a record is missing
    /// are added to `stale`.
    pub(super) fn decided(
        &self,
        entity: &str,
        pool: &Path,
        steward: &mut Option<Steward>,
        stale: &mut Vec<Vec<String>>,
    ) -> Result<Decided, RunError> {
        let own: Vec<&Decision> = self.pipeline.decisions.iter().filter(|decision| decision.entity == entity).collect();
        let (decided, missing) = resolve(pool, &own)?;
        if let Some(steward) = steward {
            steward.decisions.same += decided.same.len() as u64;
            steward.decisions.different += decided.different.len() as u64;
            steward.decisions.stale += missing.len() as u64;
        }
        let missing = missing.iter().filter_map(|place| own.get(*place));
        stale.extend(missing.map(|decision| told(&decision.cells, &decision.place, DECISION_CODES[0].id)));
        Ok(decided)
    }

    /// Takes pairs that were not joined because of decisions into the account.
    pub(super) fn conflicts(
        &self,
        entity: &str,
        conflicts: &[Conflict],
        steward: &mut Option<Steward>,
        stale: &mut Vec<Vec<String>>,
    ) {
        if let Some(steward) = steward {
            steward.decisions.conflicts += conflicts.len() as u64;
        }
        stale.extend(conflicts.iter().map(|conflict| {
            let [(source_a, key_a), (source_b, key_b)] = &conflict.pair;
            let same = Judgement::Same.word();
            let cells = [entity, source_a, key_a, source_b, key_b, same, "", "", &conflict.reason];
            told(&cells.map(str::to_string), "", DECISION_CODES[1].id)
        }));
    }

    /// Writes what was not carried out of the decisions.
    pub(super) fn tell_decisions(&self, stale: &[Vec<String>], run: &Path) -> Result<(), RunError> {
        Ok(tell(run, "duplicates.csv", DECISION, stale)?)
    }
}

fn told(cells: &[String], place: &str, code: &str) -> Vec<String> {
    cells.iter().cloned().chain([place, code].map(str::to_string)).collect()
}

/// Writes `stale/<name>` into the run's folder, if there is anything to tell.
fn tell(run: &Path, name: &str, columns: &[&str], lines: &[Vec<String>]) -> Result<(), DatasetError> {
    if lines.is_empty() {
        return Ok(());
    }
    let folder = run.join("stale");
    let path = folder.join(name);
    let columns: Vec<&str> = columns.iter().copied().chain(WHY).collect();
    let text = written(&columns, lines).map_err(|error| DatasetError::io(&path, &error))?;
    std::fs::create_dir_all(&folder).map_err(|error| DatasetError::io(&folder, &error))?;
    std::fs::write(&path, text).map_err(|error| DatasetError::io(&path, &error))
}
