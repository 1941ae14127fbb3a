//! The whole flow, from a checked configuration to a summary.
//!
//! [`run`] reads like the table of steps in `lib.rs`. This is the only module
//! that knows all steps; they do not know one another.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use datafusion::prelude::SessionContext;

use crate::archive;
use crate::config::pipeline::{Entity, Pipeline};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::duplicates::{self, Matching, Origin};
use crate::engine::Engine;
use crate::links::{self, Linked};
use crate::mapping::{self, MapError, Mapper, TooOld};
use crate::record::{self, Verdict};
use crate::reference::Link;
use crate::report::reconcile::{self, Control};
use crate::report::summary::{EntitySummary, Ordered, Summary};
use crate::report::{Tally, rejected};
use crate::run_folder::{RunFolder, Timings};
use crate::sample;
use crate::snapshot::{self, Snapshot, SnapshotError};
use crate::staging::{self, Findings};
use crate::targets::{self, Interrupt, Load, LoadError, Outcome, Refused, Staged};
use crate::verdict::Verdicts;

/// What is wanted of a run.
pub struct RunOptions<'a> {
    /// Load, then take it back.
    pub dry_run: bool,
    /// Only these entities, and what they refer to; empty: all.
    pub only: Vec<String>,
    /// Only so many records of each entity, and what they refer to.
    pub sample: Option<usize>,
    pub interrupt: Interrupt,
    pub progress: &'a dyn Progress,
}

/// Is told how far a run is.
pub trait Progress: Sync {
    /// A step begins: `what` is a short phrase such as `reading customers`;
    /// `total` the number of records, where it is known.
    fn begin(&self, what: &str, total: Option<u64>);
    /// So many records of the step are done.
    fn advance(&self, done: u64);
    /// Something about the step that only the curious want to know.
    fn note(&self, _what: &str) {}
}

/// A run that could not go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Source(#[from] crate::sources::ReadError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error(transparent)]
    Mapping(#[from] MapError),
    #[error(transparent)]
    Target(#[from] LoadError),
    /// An entity that `--only` names is not in the pipeline.
    #[error("there is no entity `{name}`; the pipeline has {known}")]
    UnknownEntity { name: String, known: String },
    #[error("stopped by the user; nothing was loaded")]
    Interrupted,
    /// The target has the records, and something went wrong behind that.
    #[error("the records are in the target, but {0}")]
    AfterLoad(Box<RunError>),
    #[error("a part of the run stopped without a word; please report this")]
    Thread,
}

impl From<SnapshotError> for RunError {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Source(error) => Self::Source(error),
            SnapshotError::Dataset(error) => Self::Dataset(error),
            SnapshotError::Interrupted => Self::Interrupted,
        }
    }
}

/// Runs a pipeline. The summary is also in the run's folder.
pub fn run(pipeline: &Pipeline, options: &RunOptions<'_>) -> Result<(Summary, PathBuf), RunError> {
    let (entities, loaded): (Vec<_>, Vec<_>) = chosen(pipeline, &options.only)?.into_iter().unzip();
    let mut folder = RunFolder::create(&pipeline.out)?;
    let engine = Engine::new(folder.work())?;
    let mut timings = Timings::default();
    let mut flow = Flow { pipeline, options, engine: &engine, entities };

    let snapshots = timings.time("snapshot", || flow.snapshot(&pipeline.out.join("snapshots")))?;
    let mut mapped = timings.time("map", || flow.map(&snapshots, folder.work()))?;
    timings.time("match", || flow.find_duplicates(&mut mapped, folder.work()))?;
    let links = timings.time("link", || flow.link(&mut mapped, folder.work()))?;
    timings.time("cut off", || flow.cut_off(&mut mapped, &links))?;
    let mut staged = timings.time("stage", || flow.stage(&mapped, &links, &loaded, folder.path()))?;
    drop((mapped, links));
    let mut loaded = loaded.into_iter();
    flow.entities.retain(|_| loaded.next() == Some(true));
    let failures = timings.time("reconcile", || flow.reconcile(&snapshots, &staged))?;
    let balanced = failures.is_empty();
    let failures = [failures, flow.limits(&staged)].concat();

    let (loaded, failures) = if failures.is_empty() {
        timings.time("load", || flow.load(&snapshots, &mut staged, &folder))?
    } else {
        flow.write_rejects(&snapshots, &staged, folder.path())?;
        (false, failures)
    };
    let summary = flow.summary(folder.name(), balanced, loaded, failures, staged, &snapshots);
    let finished = folder.finish(pipeline, options.dry_run, &snapshots.inputs(), &summary, &timings);
    finished.map_err(|error| flow.behind(loaded, error))?;
    Ok((summary, folder.path().to_path_buf()))
}

/// The entities that are looked at, in the pipeline's order, each with whether it
/// is loaded: those that are wanted, and all that they refer to. What may keep one
/// of their records out of the archive is looked at too, so that a part of the
/// pipeline never gives another verdict than the whole.
fn chosen<'a>(pipeline: &'a Pipeline, only: &[String]) -> Result<Vec<(&'a Entity, bool)>, RunError> {
    if only.is_empty() {
        return Ok(pipeline.entities.iter().map(|entity| (entity, true)).collect());
    }
    if let Some(name) = only.iter().find(|name| pipeline.entities.iter().all(|entity| entity.name != **name)) {
        let known = pipeline.entities.iter().map(|entity| format!("`{}`", entity.name)).collect::<Vec<_>>();
        return Err(RunError::UnknownEntity { name: name.clone(), known: known.join(", ") });
    }
    let mut loaded: Vec<&str> = only.iter().map(String::as_str).collect();
    close(pipeline, &mut loaded);
    let mut needed = loaded.clone();
    loop {
        let cut = |name: &str| pipeline.entities.iter().any(|entity| entity.name == name && entity.cutoff.is_some());
        let found = pipeline.entities.iter().find(|entity| {
            let name = entity.name.as_str();
            let keeps = parents(entity).any(|parent| needed.contains(&parent) && cut(parent));
            let leads = entity
                .cutoff
                .as_ref()
                .is_some_and(|cutoff| cutoff.children.iter().any(|child| needed.contains(&child.as_str())));
            !needed.contains(&name) && (keeps || leads)
        });
        let Some(entity) = found else { break };
        needed.push(&entity.name);
        close(pipeline, &mut needed);
    }
    let needed = |entity: &&Entity| needed.contains(&entity.name.as_str());
    let entities = pipeline.entities.iter().filter(needed);
    Ok(entities.map(|entity| (entity, loaded.contains(&entity.name.as_str()))).collect())
}

/// Adds what the entities refer to, and so on.
fn close<'a>(pipeline: &'a Pipeline, names: &mut Vec<&'a str>) {
    let mut next = 0;
    while let Some(name) = names.get(next).copied() {
        next += 1;
        let entity = pipeline.entities.iter().find(|entity| entity.name == name);
        for parent in entity.into_iter().flat_map(parents) {
            if !names.contains(&parent) {
                names.push(parent);
            }
        }
    }
}

fn parents(entity: &Entity) -> impl Iterator<Item = &str> {
    entity.fields.iter().filter_map(|field| field.references.as_ref()).map(|reference| reference.entity.as_str())
}

struct Flow<'a> {
    pipeline: &'a Pipeline,
    options: &'a RunOptions<'a>,
    engine: &'a Engine,
    entities: Vec<&'a Entity>,
}

/// The snapshots of the sources in use, by number of the source.
struct Snapshots(Vec<Option<Snapshot>>);

impl Snapshots {
    fn of(&self, source: usize) -> Option<&Snapshot> {
        self.0.get(source).and_then(Option::as_ref)
    }

    fn inputs(&self) -> Vec<&snapshot::Input> {
        self.0.iter().flatten().flat_map(|snapshot| &snapshot.inputs).collect()
    }
}

/// An entity's records on their way.
struct Mapped {
    path: PathBuf,
    survivors: Option<PathBuf>,
    verdicts: Verdicts,
    origins: Vec<Origin>,
}

/// An entity's records with their verdicts.
struct StagedEntity {
    path: PathBuf,
    tally: Tally,
    /// First `_seq` of each feed.
    firsts: Vec<u32>,
    outcome: Outcome,
}

impl Flow<'_> {
    fn interrupted(&self) -> Result<(), RunError> {
        if self.options.interrupt.is_set() { Err(RunError::Interrupted) } else { Ok(()) }
    }

    fn snapshot(&self, folder: &Path) -> Result<Snapshots, RunError> {
        let mut snapshots = Vec::with_capacity(self.pipeline.sources.len());
        for (index, source) in self.pipeline.sources.iter().enumerate() {
            let used = self.entities.iter().flat_map(|entity| &entity.feeds).any(|feed| feed.source == index);
            if !used {
                snapshots.push(None);
                continue;
            }
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
            snapshots.push(Some(snapshot));
        }
        Ok(Snapshots(snapshots))
    }

    fn map(&self, snapshots: &Snapshots, work: &Path) -> Result<Vec<Mapped>, RunError> {
        let session = SessionContext::new();
        self.entities.iter().map(|entity| self.map_entity(entity, snapshots, work, &session)).collect()
    }

    fn map_entity(
        &self,
        entity: &Entity,
        snapshots: &Snapshots,
        work: &Path,
        session: &SessionContext,
    ) -> Result<Mapped, RunError> {
        let path = work.join(format!("{}.mapped.parquet", entity.name));
        let mut writer = Writer::create(&path, &mapping::schema(entity), Packing::Working)?;
        let mut verdicts = Verdicts::default();
        let mut origins = Vec::new();
        let feeds = entity.feeds.iter().filter_map(|feed| snapshots.of(feed.source));
        self.options
            .progress
            .begin(&format!("mapping {}", entity.name), Some(feeds.map(|snapshot| snapshot.rows).sum()));
        for (number, feed) in entity.feeds.iter().enumerate() {
            let Some(snapshot) = snapshots.of(feed.source) else { continue };
            let first = writer.rows();
            let mapper = Mapper::new(self.pipeline, entity, number, first as i64, session)?;
            origins.push(Origin {
                first: u32::try_from(first)
                    .map_err(|_| DatasetError::other(&path, "holds more than 4,294,967,295 records"))?,
                by_content: self.pipeline.sources[feed.source].key.is_empty(),
            });
            self.engine.ordered(
                dataset::read(&snapshot.path, None)?.map(|batch| batch.map_err(RunError::from)),
                |batch| mapper.map(&batch).map_err(RunError::from),
                |batch| {
                    note_verdicts(&batch, &mut verdicts);
                    writer.write(batch)?;
                    self.options.progress.advance(writer.rows());
                    self.interrupted()
                },
            )?;
        }
        writer.finish()?;
        Ok(Mapped { path, survivors: None, verdicts, origins })
    }

    fn find_duplicates(&self, mapped: &mut [Mapped], work: &Path) -> Result<(), RunError> {
        let session = SessionContext::new();
        for (entity, mapped) in self.entities.iter().zip(mapped) {
            self.interrupted()?;
            self.options.progress.begin(&format!("matching {}", entity.name), None);
            let too_old = TooOld::new(entity, &session).map_err(|what| DatasetError::other(&mapped.path, what))?;
            let matching = Matching {
                engine: self.engine,
                entity,
                mapped: &mapped.path,
                origins: &mapped.origins,
                work,
                match_column: mapping::match_key,
                unique_column: mapping::unique_key,
                reference_column: mapping::reference,
                own_key_column: mapping::OWN_KEY,
                too_old: &|values| too_old.column(values, values.first().map_or(0, |values| values.len())),
            };
            mapped.survivors = duplicates::run(&matching, &mut mapped.verdicts)?;
        }
        Ok(())
    }

    fn link(&self, mapped: &mut [Mapped], work: &Path) -> Result<Vec<Link>, RunError> {
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
        if let Some(size) = self.options.sample {
            let paths: Vec<&Path> = mapped.iter().map(|mapped| mapped.path.as_path()).collect();
            sample::run(size, &paths, &links, &mut verdicts)?;
        }
        for (mapped, verdicts) in mapped.iter_mut().zip(verdicts) {
            mapped.verdicts = verdicts;
        }
        Ok(links)
    }

    fn cut_off(&self, mapped: &mut [Mapped], links: &[Link]) -> Result<(), RunError> {
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

    fn stage(
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
            staged.push(StagedEntity { path, tally, firsts, outcome: Outcome::default() });
        }
        Ok(staged)
    }

    fn reconcile(&self, snapshots: &Snapshots, staged: &[StagedEntity]) -> Result<Vec<String>, RunError> {
        self.options.progress.begin("reconciling", None);
        let mut wrong = Vec::new();
        for (entity, staged) in self.entities.iter().zip(staged) {
            let controls = entity.feeds.iter().filter_map(|feed| {
                let snapshot = snapshots.of(feed.source)?;
                let source = self.pipeline.sources[feed.source].name.as_str();
                Some(Control { source, snapshot: &snapshot.path, filter: feed.filter.as_ref() })
            });
            let controls: Vec<Control<'_>> = controls.collect();
            wrong.extend(reconcile::run(self.engine, &entity.name, &controls, &staged.path, &staged.tally)?);
        }
        Ok(wrong)
    }

    /// Entities with more rejected records than the pipeline allows.
    fn limits(&self, staged: &[StagedEntity]) -> Vec<String> {
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

    /// An error that came after the load.
    fn behind(&self, loaded: bool, error: impl Into<RunError>) -> RunError {
        let error = error.into();
        if loaded && !self.options.dry_run { RunError::AfterLoad(Box::new(error)) } else { error }
    }

    /// Archives, writes the rejects and loads. False, with the reasons, where the
    /// load was taken back.
    fn load(
        &self,
        snapshots: &Snapshots,
        staged: &mut [StagedEntity],
        folder: &RunFolder,
    ) -> Result<(bool, Vec<String>), RunError> {
        self.interrupted()?;
        let (loaded, files) = self.load_beside_files(snapshots, staged, folder);
        let pending = files?;
        let loaded = loaded?;
        let within_limits = loaded.within_limits;
        if within_limits && !self.options.dry_run {
            pending.commit().map_err(|error| self.behind(true, error))?;
        }
        let refused = loaded.entities.iter().any(|outcome| !outcome.refused.is_empty());
        let failures = self.take_outcomes(staged, loaded.entities, within_limits);
        let failures = failures.map_err(|error| self.behind(within_limits, error))?;
        if refused {
            let written = self.write_rejects(snapshots, staged, folder.path());
            written.map_err(|error| self.behind(within_limits, error))?;
        }
        Ok((within_limits, failures))
    }

    /// Loads while archive and rejects are written: the target works by itself
    /// for the most part. It does not keep anything before these files are there.
    fn load_beside_files(
        &self,
        snapshots: &Snapshots,
        staged: &[StagedEntity],
        folder: &RunFolder,
    ) -> (Result<targets::Loaded, LoadError>, Result<archive::Pending, RunError>) {
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
            let loaded = self.load_target(staged, folder, &wait);
            wait();
            (loaded, files.into_inner().unwrap_or(Err(RunError::Thread)))
        })
    }

    /// The files that must be there before the target keeps anything.
    fn write_files(
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

    fn load_target(
        &self,
        staged: &[StagedEntity],
        folder: &RunFolder,
        before_keeping: &(dyn Fn() -> bool + Sync),
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
    fn take_outcomes(
        &self,
        staged: &mut [StagedEntity],
        outcomes: Vec<Outcome>,
        within_limits: bool,
    ) -> Result<Vec<String>, RunError> {
        let mut failures = Vec::new();
        for (staged, outcome) in staged.iter_mut().zip(outcomes) {
            if !outcome.refused.is_empty() {
                let sources = refused_sources(&staged.path, &outcome.refused)?;
                for (refused, source) in outcome.refused.iter().zip(sources) {
                    staged.tally.refuse(&source, refused.code);
                }
                staging::refuse(&staged.path, &outcome.refused)?;
            }
            let (done, wanted) =
                (outcome.inserted + outcome.updated + outcome.unchanged, staged.tally.counts.of(Verdict::Load));
            if within_limits && done != wanted {
                failures.push(format!("{}: {wanted} records go to the target, but it took {done}", outcome.entity));
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

    fn write_rejects(&self, snapshots: &Snapshots, staged: &[StagedEntity], run: &Path) -> Result<(), RunError> {
        for (entity, staged) in self.entities.iter().zip(staged) {
            let feeds = entity.feeds.iter().filter_map(|feed| {
                let snapshot = snapshots.of(feed.source)?;
                Some((self.pipeline.sources[feed.source].name.as_str(), snapshot.path.as_path()))
            });
            let feeds: Vec<rejected::Feed<'_>> = feeds
                .zip(&staged.firsts)
                .map(|((source, snapshot), first)| rejected::Feed { source, snapshot, first: i64::from(*first) })
                .collect();
            rejected::write(&entity.name, &staged.path, &feeds, &staged.outcome.refused, &run.join("rejects"))?;
        }
        Ok(())
    }

    fn summary(
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
            let summary = EntitySummary {
                tally: staged.tally,
                inserted: counts.inserted,
                updated: counts.updated,
                unchanged: counts.unchanged,
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
            unmapped_columns: self.unmapped(snapshots),
        }
    }

    /// Columns that hold something and that no feed of any entity uses or excuses.
    fn unmapped(&self, snapshots: &Snapshots) -> Ordered<Ordered<u64>> {
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

fn note_verdicts(batch: &arrow::array::RecordBatch, verdicts: &mut Verdicts) {
    use arrow::array::AsArray;
    let column = batch.column_by_name(record::VERDICT).and_then(|column| column.as_string_opt::<i32>());
    for verdict in column.into_iter().flatten() {
        verdicts.push(verdict.and_then(Verdict::from_word));
    }
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
