//! Where records go. Only this module writes to a target.
//!
//! A target gets staged datasets (see `record` for their columns) and puts all
//! of them in or none. It keeps a ledger of what it wrote in the target itself,
//! which makes a second run an update and not a second insert.

mod codes;
mod existing;
mod flow;
mod ledger;
mod plan;
mod postgres;
mod sql;
mod sqlite;
mod staged;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use crate::verdict::Refused;

use crate::config::pipeline::{Destination, Entity, Limit, LiveColumn, TargetSpec};
use crate::config::veil::Veil;
pub use codes::CODES;
pub use existing::{Found, Wanted};

/// What a load is given.
pub struct Load<'a> {
    /// The run's name (`0003`), for the ledger.
    pub run: &'a str,
    /// The day the pipeline counts from, `YYYY-MM-DD`, for the ledger.
    pub as_of: String,
    pub config_hash: &'a str,
    /// Do everything, then take it back.
    pub dry_run: bool,
    /// Refused records at most, per entity; more, and all is taken back.
    pub refuse: Limit,
    /// In reference order.
    pub entities: Vec<Staged<'a>>,
    pub interrupt: Interrupt,
    /// Told now and then how many rows of which entity are through.
    pub progress: &'a (dyn Fn(&str, u64) + Sync),
    /// Asked once, before the load is kept: false takes it back.
    pub before_keeping: &'a (dyn Fn(&Loaded) -> bool + Sync),
}

/// One entity's staged dataset.
pub struct Staged<'a> {
    pub entity: &'a Entity,
    /// Parquet file with the columns of `record` and the entity's fields.
    pub path: PathBuf,
    /// All its records, and those with the verdict `load`.
    pub read: u64,
    pub load: u64,
}

/// Set when the user wants to stop. A target looks at it between statements and
/// batches, and stops running statements where it can.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What a load did; in the order of the entities given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    pub entities: Vec<Outcome>,
    /// False if the load was taken back because an entity had more refusals than
    /// allowed, or a consent would vanish.
    pub within_limits: bool,
    /// Consent that the load would take back; if there is any, all was taken back.
    pub vanishing: Vec<Vanishing>,
}

/// Rows of the target with a consent that records would take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanishing {
    /// The entity, by its place in the load.
    pub entity: usize,
    pub field: String,
    /// `_seq` of the records in the staged dataset, ascending.
    pub seqs: Vec<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub entity: String,
    pub inserted: u64,
    /// Records that this run linked to a row which was there before.
    pub linked: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Rows that were there before and were changed.
    pub changed: u64,
    /// Sorted by `seq`.
    pub refused: Vec<Refused>,
}

/// A target that cannot be reached or used (exit code 3).
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing was loaded.
    #[error("{place}: {what}")]
    Target { place: String, what: String, help: Option<String> },
    /// A staged dataset could not be read.
    #[error("{0}")]
    Staged(String),
    /// What belongs to the load could not be written; nothing was loaded.
    #[error("taken back; nothing was loaded")]
    TakenBack,
    /// The connection broke at the last word.
    #[error("{place}: the connection broke while the load was being kept; all of it is in the target, or nothing")]
    Unsure { place: String },
    /// The user stopped the run; nothing was loaded.
    #[error("stopped by the user; nothing was loaded")]
    Interrupted,
}

/// A table that the target has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveTable {
    pub name: String,
    pub columns: Vec<LiveColumn>,
    /// Columns that refer to another table by its key, each with that table.
    pub references: Vec<(String, String)>,
}

/// A database that records are loaded into.
pub trait Target: Send {
    /// All tables that could be loaded into, by name; not those of the ledger.
    fn survey(&mut self) -> Result<Vec<LiveTable>, LoadError>;

    /// The columns of a table; `None` where there is no such table.
    fn describe(&mut self, table: &str) -> Result<Option<Vec<LiveColumn>>, LoadError>;

    /// Gives the rows of an entity's table that no run inserted, and the records
    /// that have a row already. Nothing where there is no such table.
    fn existing(&mut self, wanted: &Wanted<'_>, found: Found<'_>) -> Result<(), LoadError>;

    /// Loads all entities in one transaction. Tables that are missing are
    /// created from the entity's fields. After an error nothing has changed.
    fn load(&mut self, load: &Load<'_>) -> Result<Loaded, LoadError>;
}

/// The target that the pipeline names. Nothing is connected or created yet. Its
/// errors show nothing that came from the environment.
pub fn open(target: &Destination) -> Result<Box<dyn Target>, LoadError> {
    let Destination { spec, shown, veil } = target;
    Ok(Box::new(Veiled { target: open_bare(spec)?, shown: shown.clone(), veil: veil.clone() }))
}

/// The columns of tables as the target has them; `None` for one that is not there.
pub fn look(target: &Destination, tables: &[String]) -> Result<Vec<Option<Vec<LiveColumn>>>, LoadError> {
    let mut opened = open(target)?;
    tables.iter().map(|table| opened.describe(table)).collect()
}

/// All tables of the target that could be loaded into.
///
/// # Errors
/// That the target cannot be looked at.
pub fn survey(target: &Destination) -> Result<Vec<LiveTable>, LoadError> {
    open(target)?.survey()
}

struct Veiled {
    target: Box<dyn Target>,
    shown: String,
    veil: Veil,
}

impl Veiled {
    fn hide(&self, error: LoadError) -> LoadError {
        match error {
            LoadError::Target { what, help, .. } => LoadError::Target {
                place: self.shown.clone(),
                what: self.veil.hide(&what),
                help: help.map(|help| self.veil.hide(&help)),
            },
            LoadError::Unsure { .. } => LoadError::Unsure { place: self.shown.clone() },
            LoadError::Staged(what) => LoadError::Staged(self.veil.hide(&what)),
            other => other,
        }
    }
}

impl Target for Veiled {
    fn survey(&mut self) -> Result<Vec<LiveTable>, LoadError> {
        self.target.survey().map_err(|error| self.hide(error))
    }

    fn describe(&mut self, table: &str) -> Result<Option<Vec<LiveColumn>>, LoadError> {
        self.target.describe(table).map_err(|error| self.hide(error))
    }

    fn existing(&mut self, wanted: &Wanted<'_>, found: Found<'_>) -> Result<(), LoadError> {
        self.target.existing(wanted, found).map_err(|error| self.hide(error))
    }

    fn load(&mut self, load: &Load<'_>) -> Result<Loaded, LoadError> {
        self.target.load(load).map_err(|error| self.hide(error))
    }
}

fn open_bare(spec: &TargetSpec) -> Result<Box<dyn Target>, LoadError> {
    Ok(match spec {
        TargetSpec::Sqlite { path } => Box::new(sqlite::Sqlite::new(path)),
        TargetSpec::Postgres { url, schema } => Box::new(postgres::Postgres::new(url, schema)),
    })
}
