//! Init: a first pipeline from what sources hold and what the target has.
//!
//! | part | module | does |
//! |---|---|---|
//! | words | `words`, `concept` | names for TOML and tables; what a heading means, in several languages |
//! | plan | `plan`, `matching`, `links`, `whole` | entities, their fields, where each source keeps them |
//! | fields | `field`, `lists` | standards, types, policies and value lists, each with its evidence |
//! | text | `write` | the files, commented |
//!
//! Knows profiles and tables of the target, opens neither. What it guesses stands
//! beside its evidence; what it does not know is left as text, never left out
//! without a word. Cell values stand in value lists only.

mod concept;
mod field;
mod links;
mod lists;
mod matching;
mod plan;
#[cfg(test)]
mod tests;
mod whole;
pub mod words;
mod write;

use crate::config::check::drift::Columns;
use crate::profile::{Profile, TableProfile};
use crate::standards::Defaults;
use crate::targets::LiveTable;

pub use plan::Planned;

/// A source as it was read, and how the pipeline names it.
pub struct Input {
    /// Its name in the pipeline, unique.
    pub name: String,
    /// `path` or `url`.
    pub place: &'static str,
    /// Path or URL as it is written into the pipeline, without credentials.
    pub written: String,
    /// Options as they are written, each a TOML value with why it is there.
    pub options: Vec<Setting>,
    /// Its columns, as they are accepted.
    pub columns: Columns,
    /// Columns that say again what another one says.
    pub echoes: Vec<(String, String)>,
}

/// An option of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub key: String,
    /// As TOML.
    pub value: String,
    pub why: Option<String>,
}

/// Where records are to go.
pub struct Aim {
    /// The URL as it is written into the pipeline, without credentials.
    pub written: String,
    pub schema: Option<String>,
    /// The tables that the target has already.
    pub tables: Vec<LiveTable>,
}

/// What a first pipeline is made from.
pub struct Seen {
    /// The migration's name.
    pub name: String,
    /// In the order of the profile's tables.
    pub inputs: Vec<Input>,
    pub profile: Profile,
    /// With the country that was given on the command line, if one was.
    pub defaults: Defaults,
    pub aim: Aim,
}

impl Seen {
    fn sources(&self) -> impl Iterator<Item = (usize, &Input, &TableProfile)> {
        self.inputs.iter().zip(&self.profile.tables).enumerate().map(|(at, (input, table))| (at, input, table))
    }
}

/// The files of a first pipeline, and what to say of them.
pub struct Draft {
    /// Paths below the pipeline's folder, with `/`, and texts.
    pub files: Vec<(String, String)>,
    pub entities: Vec<Planned>,
    /// What to look at first.
    pub notes: Vec<String>,
}

/// Drafts a pipeline.
pub fn draft(seen: &Seen) -> Draft {
    let plan = plan::plan(seen);
    write::files(seen, plan)
}
