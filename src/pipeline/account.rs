//! The account of a run: balance, limits, summary.

use super::{Flow, RunError, Snapshots, StagedEntity};
use crate::record::Verdict;
use crate::report::reconcile::{self, Control};
use crate::report::summary::{EntitySummary, Ordered, Summary};
use crate::targets::Outcome;

impl Flow<'_> {
    pub(super) fn reconcile(&self, snapshots: &Snapshots, staged: &[StagedEntity]) -> Result<Vec<String>, RunError> {
        self.options.progress.begin("reconciling", None);
        let mut wrong = Vec::new();
        for (entity, staged) in self.entities.iter().zip(staged) {
            let controls = entity.feeds.iter().filter_map(|feed| {
                let snapshot = snapshots.of(feed.source)?;
                let source = self.pipeline.sources[feed.source].name.as_str();
                let corrected = snapshots.corrected(feed.source);
                let corrected = corrected.map(|corrected| (corrected.before.as_path(), corrected.after.as_path()));
                Some(Control { source, snapshot: &snapshot.path, corrected, filter: feed.filter.as_ref() })
            });
            let controls: Vec<Control<'_>> = controls.collect();
            wrong.extend(reconcile::run(self.engine, &entity.name, &controls, &staged.path, &staged.tally)?);
        }
        Ok(wrong)
    }

    /// Entities with more rejected records than the pipeline allows.
    pub(super) fn limits(&self, staged: &[StagedEntity]) -> Vec<String> {
        let limit = self.pipeline.limits.reject;
        let over = self.entities.iter().zip(staged).filter_map(|(entity, staged)| {
            let (rejected, read) = (staged.tally.counts.of(Verdict::Reject), staged.tally.counts.read);
            limit.exceeded(rejected, read).then(|| {
                format!(
                    "{}: {rejected} of {read} records were rejected, more than `limits.reject` allows ({limit})",
                    entity.name
                )
            })
        });
        over.collect()
    }

    pub(super) fn summary(
        &self,
        run: &str,
        balanced: bool,
        loaded: bool,
        failures: Vec<String>,
        staged: Vec<StagedEntity>,
        snapshots: &Snapshots,
    ) -> Summary {
        let entities = self.entities.iter().zip(staged).map(|(entity, staged)| {
            let counts = if loaded { staged.outcome } else { Outcome::default() };
            let mut matching = staged.matching;
            if let Some(existing) = matching.as_mut().and_then(|matching| matching.existing.as_mut()) {
                existing.changed = counts.changed;
            }
            let summary = EntitySummary {
                tally: staged.tally,
                inserted: counts.inserted,
                linked: counts.linked,
                updated: counts.updated,
                unchanged: counts.unchanged,
                matching,
                references: staged.references,
            };
            (entity.name.clone(), summary)
        });
        Summary {
            run: run.to_string(),
            dry_run: self.options.dry_run,
            as_of: self.pipeline.as_of.to_string(),
            balanced,
            loaded,
            failures,
            entities: Ordered(entities.collect()),
            learned: Vec::new(),
            unmapped_columns: self.unmapped(snapshots),
            steward: None,
        }
    }

    /// Columns that hold something and that no feed of any entity uses or excuses.
    pub(super) fn unmapped(&self, snapshots: &Snapshots) -> Ordered<Ordered<u64>> {
        let mut sources = Vec::new();
        for (index, source) in self.pipeline.sources.iter().enumerate() {
            let Some(snapshot) = snapshots.of(index) else { continue };
            let names = self.pipeline.unmapped(index);
            let left = snapshot.filled.iter().filter(|(name, filled)| *filled > 0 && names.contains(name));
            let left: Vec<(String, u64)> = left.cloned().collect();
            if !left.is_empty() {
                sources.push((source.name.clone(), Ordered(left)));
            }
        }
        Ordered(sources)
    }
}
