//! The whole flow, from a checked configuration to a summary.
//!
//! [`run`] reads like the table of steps in `lib.rs`. This is the only module
//! that knows all steps; they do not know one another.
//!
//! | file | does |
//! |---|---|
//! | `chosen.rs` | which entities the run is about |
//! | `consent.rs` | opt-outs that would vanish |
//! | `steward.rs` | corrections and decisions, and those that are stale |
//! | `map.rs` | from the snapshots to mapped records, with reference data |
//! | `existing.rs` | rows that the target has already |
//! | `steps.rs` | from the sources to the staged datasets |
//! | `load.rs` | archive, rejects and target, all or none |
//! | `account.rs` | balance, limits, summary |
//! | `trial.rs` | mapping tests: one record each |

mod account;
mod chosen;
mod consent;
mod existing;
mod load;
mod map;
mod steps;
mod steward;
pub mod trial;

use std::path::PathBuf;

use crate::config::pipeline::{Entity, Pipeline};
use crate::corrections::Corrected;
use crate::dataset::DatasetError;
use crate::duplicates::Origin;
use crate::engine::Engine;
use crate::mapping::MapError;
use crate::reference_data::Accounts;
use crate::report::Tally;
use crate::report::summary::{Matching, Summary};
use crate::run_folder::{Inputs, RunFolder, Timings};
use crate::snapshot::{self, Snapshot, SnapshotError};
use crate::targets::{Interrupt, LoadError, Outcome};
use crate::verdict::Verdicts;
use chosen::chosen;

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

    let mut snapshots = timings.time("snapshot", || flow.snapshot(&pipeline.out.join("snapshots")))?;
    let mut steward = timings.time("correct", || flow.correct(&mut snapshots, folder.work(), folder.path()))?;
    let mut mapped = timings.time("map", || flow.map(&snapshots, folder.work(), folder.path()))?;
    let target = timings.time("look at the target", || flow.look_at_target(folder.work(), folder.path()))?;
    let paths = (folder.work(), folder.path());
    timings.time("match", || flow.find_duplicates(&mut mapped, &target, paths, &mut steward))?;
    let learned: Vec<_> = mapped.iter_mut().flat_map(|mapped| std::mem::take(&mut mapped.learned)).collect();
    let mut links = timings.time("link", || flow.link(&mut mapped, folder.work()))?;
    timings.time("judge", || flow.judge(&mut mapped, &mut links, folder.work()))?;
    timings.time("cut off", || flow.cut_off(&mut mapped, &links))?;
    let mut staged = timings.time("stage", || flow.stage(&mapped, &links, &loaded, folder.path()))?;
    drop((mapped, links));
    let mut loaded = loaded.into_iter();
    flow.entities.retain(|_| loaded.next() == Some(true));
    let failures = timings.time("reconcile", || flow.reconcile(&snapshots, &staged))?;
    let balanced = failures.is_empty();
    let failures = [failures, flow.limits(&staged), flow.consents(&staged, folder.path())?].concat();

    let (loaded, failures) = if failures.is_empty() {
        let done = timings.time("load", || flow.load(&snapshots, &mut staged, &folder));
        if matches!(done, Ok((true, _)) | Err(RunError::AfterLoad(_) | RunError::Target(LoadError::Unsure { .. }))) {
            folder.keep();
        }
        done?
    } else {
        flow.write_rejects(&snapshots, &staged, folder.path())?;
        (false, failures)
    };
    let summary = flow.summary(folder.name(), balanced, loaded, failures, staged, &snapshots);
    let mut summary = Summary { steward, ..summary };
    summary.learned = learned.into_iter().map(|(entity, told)| format!("{entity} from {told}")).collect();
    let seen = target.iter().flatten().map(|target| &target.seen).collect();
    let finished = folder.finish(
        pipeline,
        options.dry_run,
        &Inputs { files: snapshots.inputs(), target: seen },
        &summary,
        &timings,
    );
    finished.map_err(|error| flow.behind(loaded, error))?;
    Ok((summary, folder.path().to_path_buf()))
}

struct Flow<'a> {
    pipeline: &'a Pipeline,
    options: &'a RunOptions<'a>,
    engine: &'a Engine,
    entities: Vec<&'a Entity>,
}

/// The snapshots of the sources and references in use, and the records that the steward
/// corrected, by number of the source.
struct Snapshots {
    taken: Vec<Option<Snapshot>>,
    references: Vec<Option<Snapshot>>,
    corrected: Vec<Option<Corrected>>,
}

impl Snapshots {
    fn of(&self, source: usize) -> Option<&Snapshot> {
        self.taken.get(source).and_then(Option::as_ref)
    }

    fn reference(&self, reference: usize) -> Option<&Snapshot> {
        self.references.get(reference).and_then(Option::as_ref)
    }

    fn corrected(&self, source: usize) -> Option<&Corrected> {
        self.corrected.get(source).and_then(Option::as_ref)
    }

    fn inputs(&self) -> Vec<&snapshot::Input> {
        self.taken.iter().chain(&self.references).flatten().flat_map(|snapshot| &snapshot.inputs).collect()
    }
}

/// An entity's records on their way.
struct Mapped {
    path: PathBuf,
    survivors: Option<PathBuf>,
    verdicts: Verdicts,
    origins: Vec<Origin>,
    matching: Option<Matching>,
    /// What was found out of columns before they were cleaned, with the entity.
    learned: Vec<(String, String)>,
    /// The account of each join.
    references: Accounts,
}

/// An entity's records with their verdicts.
struct StagedEntity {
    path: PathBuf,
    tally: Tally,
    /// First `_seq` of each feed.
    firsts: Vec<u32>,
    outcome: Outcome,
    matching: Option<Matching>,
    references: Accounts,
}

impl Flow<'_> {
    fn interrupted(&self) -> Result<(), RunError> {
        if self.options.interrupt.is_set() { Err(RunError::Interrupted) } else { Ok(()) }
    }
}
