//! The steps from the sources to the staged datasets, each in a few lines.

use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use datafusion::prelude::SessionContext;

use super::existing::InTarget;
use super::{Flow, Mapped, RunError, Snapshots, StagedEntity};
use crate::archive;
use crate::config::pipeline::SourceSpec;
use crate::dataset::DatasetError;
use crate::duplicates::{self, Matched, Matching};
use crate::lifecycle::{self, Living};
use crate::links::{self, Linked};
use crate::mapping::{self, Orders, TooOld};
use crate::reference::Link;
use crate::report::Tally;
use crate::report::summary::{self, Ordered, Steward};
use crate::sample;
use crate::snapshot::{self, Snapshot};
use crate::staging::{self, Findings};
use crate::targets::Outcome;
use crate::verdict::Verdicts;

impl Flow<'_> {
    pub(super) fn snapshot(&self, folder: &Path) -> Result<Snapshots, RunError> {
        let sources = self.pipeline.sources.iter().enumerate().map(|(index, source)| {
            let used = self.entities.iter().flat_map(|entity| &entity.feeds).any(|feed| feed.source == index);
            used.then(|| self.taken(source, folder)).transpose()
        });
        let taken = sources.collect::<Result<_, _>>()?;
        let folder = folder.join("reference");
        let references = self.pipeline.references.iter().enumerate().map(|(index, reference)| {
            let used = self.entities.iter().flat_map(|entity| &entity.joins).any(|join| join.reference == index);
            used.then(|| self.taken(reference, &folder)).transpose()
        });
        Ok(Snapshots { taken, references: references.collect::<Result<_, _>>()?, corrected: Vec::new() })
    }

    fn taken(&self, source: &SourceSpec, folder: &Path) -> Result<Snapshot, RunError> {
        self.options.progress.begin(&format!("reading {}", source.name), None);
        let snapshot = snapshot::take(source, folder, &mut |rows| {
            self.options.progress.advance(rows);
            !self.options.interrupt.is_set()
        })?;
        for (path, how) in source.reader.detected() {
            self.options.progress.note(&format!("{}: {how}", path.display()));
        }
        let how = if snapshot.reused { "as in the last run" } else { "read anew" };
        self.options.progress.note(&format!("{}: {} records, {how}", source.name, snapshot.rows));
        Ok(snapshot)
    }

    pub(super) fn find_duplicates(
        &self,
        mapped: &mut [Mapped],
        target: &[Option<InTarget>],
        (work, run): (&Path, &Path),
        steward: &mut Option<Steward>,
    ) -> Result<(), RunError> {
        let session = SessionContext::new();
        let mut stale = Vec::new();
        for ((entity, mapped), target) in self.entities.iter().zip(mapped).zip(target) {
            self.interrupted()?;
            self.options.progress.begin(&format!("matching {}", entity.name), None);
            let too_old = TooOld::new(entity, &session).map_err(|what| DatasetError::other(&mapped.path, what))?;
            let blocks =
                mapping::Blocks::new(entity, &session).map_err(|what| DatasetError::other(&mapped.path, what))?;
            let orders = Orders::new(entity, &session).map_err(|what| DatasetError::other(&mapped.path, what))?;
            let records = mapped.verdicts.len();
            let rows = target.as_ref().filter(|target| target.count > 0);
            let pool = rows.map(|rows| self.pool(entity, mapped, rows, work)).transpose()?;
            let (pool, existing) = pool.map_or((None, None), |(path, existing)| (Some(path), Some(existing)));
            let pool = pool.as_deref().unwrap_or(&mapped.path);
            let decided = self.decided(&entity.name, pool, steward, &mut stale)?;
            let matching = Matching {
                engine: self.engine,
                entity,
                mapped: &mapped.path,
                pool,
                existing: existing.as_ref(),
                origins: &mapped.origins,
                work,
                match_column: mapping::match_key,
                unique_column: mapping::unique_key,
                reference_column: mapping::reference,
                own_key_column: mapping::OWN_KEY,
                too_old: &|values| too_old.column(values, values.first().map_or(0, |values| values.len())),
                blocks: &|values| blocks.columns(values),
                orders: &|values, sources| orders.columns(values, sources),
                decided: &decided,
                review: &duplicates::review_path(run, &entity.name),
                lineage: &duplicates::lineage_path(run, &entity.name),
            };
            let matched = duplicates::run(&matching, &mut mapped.verdicts)?;
            mapped.verdicts.truncate(records);
            if let Some(alike) = &matched.alike {
                self.options.progress.note(&format!("{}: {} pairs compared", entity.name, alike.compared));
            }
            self.conflicts(&entity.name, &matched.conflicts, steward, &mut stale);
            mapped.matching = account(&matched, target.as_ref().map(|target| target.count));
            mapped.survivors = matched.survivors;
        }
        self.tell_decisions(&stale, run)
    }

    pub(super) fn link(&self, mapped: &mut [Mapped], work: &Path) -> Result<Vec<Link>, RunError> {
        self.interrupted()?;
        self.options.progress.begin("linking", None);
        let mut verdicts: Vec<Verdicts> =
            mapped.iter_mut().map(|mapped| std::mem::take(&mut mapped.verdicts)).collect();
        let linked: Vec<Linked<'_>> = self
            .entities
            .iter()
            .zip(mapped.iter())
            .map(|(entity, mapped)| Linked { entity, mapped: &mapped.path, survivors: mapped.survivors.as_deref() })
            .collect();
        let columns =
            links::Columns { own_key: mapping::OWN_KEY, any_key: mapping::ANY_KEY, reference: mapping::reference };
        let links = links::run(self.engine, &linked, &mut verdicts, work, &columns)?;
        for (mapped, verdicts) in mapped.iter_mut().zip(verdicts) {
            mapped.verdicts = verdicts;
        }
        Ok(links)
    }

    /// Rules that look at other records, the lifecycle, and what follows for
    /// those that refer to what is left out; then the sample is taken.
    pub(super) fn judge(&self, mapped: &mut [Mapped], links: &mut [Link], work: &Path) -> Result<(), RunError> {
        self.interrupted()?;
        let mut verdicts: Vec<Verdicts> =
            mapped.iter_mut().map(|mapped| std::mem::take(&mut mapped.verdicts)).collect();
        if self.entities.iter().any(|entity| !entity.beyond.is_empty()) {
            self.options.progress.begin("judging", None);
            let changed = self.judge_all(mapped, links, &mut verdicts, work)?;
            for (mapped, changed) in mapped.iter_mut().zip(changed).filter(|(_, changed)| changed.is_some()) {
                mapped.survivors = changed;
            }
        }
        if let Some(size) = self.options.sample {
            let paths: Vec<&Path> = mapped.iter().map(|mapped| mapped.path.as_path()).collect();
            sample::run(size, &paths, links, &mut verdicts)?;
        }
        for (mapped, verdicts) in mapped.iter_mut().zip(verdicts) {
            mapped.verdicts = verdicts;
        }
        Ok(())
    }

    fn judge_all(
        &self,
        mapped: &[Mapped],
        links: &mut [Link],
        verdicts: &mut [Verdicts],
        work: &Path,
    ) -> Result<Vec<Option<PathBuf>>, RunError> {
        let session = SessionContext::new();
        let mut ages = Vec::with_capacity(mapped.len());
        for (entity, mapped) in self.entities.iter().zip(mapped) {
            ages.push(TooOld::new(entity, &session).map_err(|what| DatasetError::other(&mapped.path, what))?);
        }
        let again: Vec<_> = ages
            .iter()
            .map(|age| move |values: &[ArrayRef]| age.column(values, values.first().map_or(0, |values| values.len())))
            .collect();
        let entities = self.entities.iter().zip(mapped);
        let living: Vec<Living<'_>> = entities
            .clone()
            .zip(&again)
            .map(|((entity, mapped), too_old)| Living {
                entity,
                mapped: &mapped.path,
                survivors: mapped.survivors.as_deref(),
                too_old,
            })
            .collect();
        let changed = lifecycle::run(self.engine, &living, links, verdicts, work, mapping::TOO_OLD)?;
        let linked: Vec<Linked<'_>> = entities
            .map(|(entity, mapped)| Linked { entity, mapped: &mapped.path, survivors: mapped.survivors.as_deref() })
            .collect();
        links::orphans(&linked, links, verdicts);
        Ok(changed)
    }

    pub(super) fn cut_off(&self, mapped: &mut [Mapped], links: &[Link]) -> Result<(), RunError> {
        self.interrupted()?;
        self.options.progress.begin("cutting off", None);
        let mut aged = Vec::with_capacity(mapped.len());
        for (entity, mapped) in self.entities.iter().zip(mapped.iter()) {
            let too_old = if entity.cutoff.is_some() {
                archive::ages(&mapped.path, mapped.survivors.as_deref(), mapping::TOO_OLD)?
            } else {
                Vec::new()
            };
            aged.push(archive::Aged { entity, too_old });
        }
        let mut verdicts: Vec<Verdicts> =
            mapped.iter_mut().map(|mapped| std::mem::take(&mut mapped.verdicts)).collect();
        archive::run(&aged, links, &mut verdicts);
        for (mapped, verdicts) in mapped.iter_mut().zip(verdicts) {
            mapped.verdicts = verdicts;
        }
        Ok(())
    }

    pub(super) fn stage(
        &self,
        mapped: &[Mapped],
        links: &[Link],
        loaded: &[bool],
        run: &Path,
    ) -> Result<Vec<StagedEntity>, RunError> {
        let mut staged = Vec::with_capacity(mapped.len());
        let entities = self.entities.iter().zip(mapped).enumerate().zip(loaded).filter(|(_, loaded)| **loaded);
        for ((index, (entity, mapped)), _) in entities {
            self.interrupted()?;
            self.options.progress.begin(&format!("staging {}", entity.name), None);
            let findings = Findings {
                entity,
                mapped: &mapped.path,
                survivors: mapped.survivors.as_deref(),
                verdicts: &mapped.verdicts,
                links: links.iter().filter(|link| link.entity == index).collect(),
            };
            let path = staging::path(run, &entity.name);
            let mut tally = Tally::default();
            staging::run(self.engine, &findings, &path, |batch| tally.add(batch))?;
            let firsts = mapped.origins.iter().map(|origin| origin.first).collect();
            let mut matching = mapped.matching.clone();
            if let Some(existing) = matching.as_mut().and_then(|matching| matching.existing.as_mut()) {
                existing.matched = mapped.verdicts.linked_count();
            }
            let references = mapped.references.clone();
            staged.push(StagedEntity { path, tally, firsts, outcome: Outcome::default(), matching, references });
        }
        Ok(staged)
    }
}

/// What matching found, for the summary.
fn account(matched: &Matched, rows: Option<u64>) -> Option<summary::Matching> {
    if matched.alike.is_none() && matched.households.is_none() && rows.is_none() {
        return None;
    }
    let alike = matched.alike.clone().unwrap_or_default();
    let large = alike.large_blocks.into_iter();
    let large = large.map(|large| (large.block, summary::LargeBlocks { blocks: large.count, largest: large.largest }));
    Some(summary::Matching {
        compared: alike.compared,
        review: matched.review,
        households: matched.households.unwrap_or(0),
        large_blocks: Ordered(large.collect()),
        existing: rows.map(|rows| summary::Existing { rows, alike: matched.alike_rows, ..Default::default() }),
    })
}
