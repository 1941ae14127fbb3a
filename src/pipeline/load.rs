//! The load: archive, rejects and target, all or none.

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use super::{Flow, RunError, Snapshots, StagedEntity};
use crate::archive;
use crate::dataset::{self, DatasetError};
use crate::record::{self, Verdict};
use crate::report::rejected;
use crate::run_folder::RunFolder;
use crate::staging;
use crate::targets::{self, Load, LoadError, Outcome, Refused, Staged};

/// Why a target did not keep a load.
pub(super) enum NotKept {
    /// It took fewer or more records than it was given: which entities.
    Short(Vec<String>),
    Failed(LoadError),
}

impl Flow<'_> {
    /// An error that came after the load.
    pub(super) fn behind(&self, loaded: bool, error: impl Into<RunError>) -> RunError {
        let error = error.into();
        if loaded && !self.options.dry_run { RunError::AfterLoad(Box::new(error)) } else { error }
    }

    /// Archives, writes the rejects and loads. False, with the reasons, where the
    /// load was taken back.
    pub(super) fn load(
        &self,
        snapshots: &Snapshots,
        staged: &mut [StagedEntity],
        folder: &RunFolder,
    ) -> Result<(bool, Vec<String>), RunError> {
        self.interrupted()?;
        let (loaded, files) = self.load_beside_files(snapshots, staged, folder);
        let pending = files?;
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(NotKept::Short(failures)) => return Ok((false, failures)),
            Err(NotKept::Failed(error)) => return Err(error.into()),
        };
        let within_limits = loaded.within_limits;
        if within_limits && !self.options.dry_run {
            pending.commit().map_err(|error| self.behind(true, error))?;
        }
        let refused = loaded.entities.iter().any(|outcome| !outcome.refused.is_empty());
        let failures = self.take_outcomes(staged, loaded.entities, within_limits);
        let mut failures = failures.map_err(|error| self.behind(within_limits, error))?;
        failures.extend(self.vanished(staged, &loaded.vanishing, folder.path())?);
        if refused {
            let written = self.write_rejects(snapshots, staged, folder.path());
            written.map_err(|error| self.behind(within_limits, error))?;
        }
        Ok((within_limits, failures))
    }

    /// Loads while archive and rejects are written: the target works by itself
    /// for the most part. It does not keep anything before these files are there,
    /// nor if it took other numbers of records than it was given.
    pub(super) fn load_beside_files(
        &self,
        snapshots: &Snapshots,
        staged: &[StagedEntity],
        folder: &RunFolder,
    ) -> (Result<targets::Loaded, NotKept>, Result<archive::Pending, RunError>) {
        std::thread::scope(|scope| {
            let thread = Mutex::new(Some(scope.spawn(|| self.write_files(snapshots, staged, folder))));
            let files: OnceLock<Result<archive::Pending, RunError>> = OnceLock::new();
            let wait = || {
                let done = files.get_or_init(|| match thread.lock().ok().and_then(|mut thread| thread.take()) {
                    Some(thread) => thread.join().unwrap_or_else(|_| Err(RunError::Thread)),
                    None => Err(RunError::Thread),
                });
                done.is_ok()
            };
            let short = OnceLock::new();
            let loaded = self.load_target(staged, folder, &|loaded| {
                short.get_or_init(|| shortfalls(staged, &loaded.entities)).is_empty() && wait()
            });
            wait();
            let loaded = loaded.map_err(|error| match (error, short.into_inner()) {
                (LoadError::TakenBack, Some(short)) if !short.is_empty() => NotKept::Short(short),
                (error, _) => NotKept::Failed(error),
            });
            (loaded, files.into_inner().unwrap_or(Err(RunError::Thread)))
        })
    }

    /// The files that must be there before the target keeps anything.
    pub(super) fn write_files(
        &self,
        snapshots: &Snapshots,
        staged: &[StagedEntity],
        folder: &RunFolder,
    ) -> Result<archive::Pending, RunError> {
        let place = if self.options.dry_run { folder.work() } else { self.pipeline.archive.as_path() };
        let entities = self.entities.iter().zip(staged);
        let old = entities.filter(|(_, staged)| staged.tally.counts.of(Verdict::Archive) > 0);
        let old: Vec<(&str, &Path)> =
            old.map(|(entity, staged)| (entity.name.as_str(), staged.path.as_path())).collect();
        let pending = archive::store(&old, place, folder.name(), &self.pipeline.as_of.to_string())?;
        self.write_rejects(snapshots, staged, folder.path())?;
        Ok(pending)
    }

    pub(super) fn load_target(
        &self,
        staged: &[StagedEntity],
        folder: &RunFolder,
        before_keeping: &(dyn Fn(&targets::Loaded) -> bool + Sync),
    ) -> Result<targets::Loaded, LoadError> {
        let wanted = staged.iter().map(|staged| staged.tally.counts.of(Verdict::Load));
        self.options.progress.begin("loading", Some(wanted.sum()));
        let entities = self.entities.iter().zip(staged).map(|(entity, staged)| Staged {
            entity,
            path: staged.path.clone(),
            read: staged.tally.counts.read,
            load: staged.tally.counts.of(Verdict::Load),
        });
        let load = Load {
            run: folder.name(),
            as_of: self.pipeline.as_of.to_string(),
            config_hash: &self.pipeline.config_hash,
            dry_run: self.options.dry_run,
            refuse: self.pipeline.limits.refuse,
            entities: entities.collect(),
            interrupt: self.options.interrupt.clone(),
            progress: &|_, rows| self.options.progress.advance(rows),
            before_keeping,
        };
        targets::open(&self.pipeline.target)?.load(&load)
    }

    /// Takes what the target did into the counts and the staged datasets.
    pub(super) fn take_outcomes(
        &self,
        staged: &mut [StagedEntity],
        outcomes: Vec<Outcome>,
        within_limits: bool,
    ) -> Result<Vec<String>, RunError> {
        let mut failures = if within_limits { shortfalls(staged, &outcomes) } else { Vec::new() };
        for (staged, outcome) in staged.iter_mut().zip(outcomes) {
            if !outcome.refused.is_empty() {
                let sources = refused_sources(&staged.path, &outcome.refused)?;
                for (refused, source) in outcome.refused.iter().zip(sources) {
                    staged.tally.refuse(&source, refused.code);
                }
                staging::refuse(&staged.path, &outcome.refused)?;
            }
            if !within_limits {
                let (refused, read) = (outcome.refused.len() as u64, staged.tally.counts.read);
                if self.pipeline.limits.refuse.exceeded(refused, read) {
                    failures.push(format!(
                        "{}: the target refused {refused} of {read} records, more than `limits.refuse` allows ({})",
                        outcome.entity, self.pipeline.limits.refuse
                    ));
                }
            }
            staged.outcome = outcome;
        }
        Ok(failures)
    }

    pub(super) fn write_rejects(
        &self,
        snapshots: &Snapshots,
        staged: &[StagedEntity],
        run: &Path,
    ) -> Result<(), RunError> {
        for (entity, staged) in self.entities.iter().zip(staged) {
            let feeds = entity.feeds.iter().filter_map(|feed| {
                let (snapshot, corrected) = (snapshots.of(feed.source)?, snapshots.corrected(feed.source));
                Some((self.pipeline.sources[feed.source].name.as_str(), snapshot.path.as_path(), corrected))
            });
            let feeds: Vec<rejected::Feed<'_>> = feeds
                .zip(&staged.firsts)
                .map(|((source, snapshot, corrected), first)| {
                    let first = i64::from(*first);
                    rejected::Feed { source, snapshot, corrected, first }
                })
                .collect();
            rejected::write(&entity.name, &staged.path, &feeds, &staged.outcome.refused, &run.join("rejects"))?;
        }
        Ok(())
    }
}

/// Entities of which the target did not account for each record: a trigger or a
/// rule may drop rows without a word.
fn shortfalls(staged: &[StagedEntity], outcomes: &[Outcome]) -> Vec<String> {
    let short = staged.iter().zip(outcomes).filter_map(|(staged, outcome)| {
        let wanted = staged.tally.counts.of(Verdict::Load);
        let done = outcome.inserted + outcome.linked + outcome.updated + outcome.unchanged;
        let refused = outcome.refused.len() as u64;
        (done + refused != wanted).then(|| {
            format!(
                "{}: {wanted} records go to the target, but it took {done} and refused {refused}; look for a trigger \
                 or a rule that drops rows",
                outcome.entity
            )
        })
    });
    short.collect()
}

/// The sources of refused records, in their order.
fn refused_sources(staged: &Path, refused: &[Refused]) -> Result<Vec<String>, DatasetError> {
    use arrow::array::AsArray;
    let mut sources = Vec::with_capacity(refused.len());
    for batch in dataset::read(staged, Some(&[record::SEQ, record::SOURCE]))? {
        let batch = batch?;
        let seqs = batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().values();
        let names = batch.column(1).as_string::<i32>();
        while let Some(row) = refused.get(sources.len()).and_then(|refused| seqs.binary_search(&refused.seq).ok()) {
            sources.push(names.value(row).to_string());
        }
    }
    Ok(sources)
}
