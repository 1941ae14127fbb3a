//! How a command names a source: a word, and the options of its kind as flags.

use std::path::Path;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use super::Global;
use super::flags::{self, Given, Options, quoted};
use crate::config::check::lone::{self, Lone, Words};
use crate::config::check::{Broken, masked};
use crate::config::decode::Placed;
use crate::diagnostic::SourceText;
use crate::sources::kind;

/// Words that commands take for themselves: a kind's option of such a name is
/// written with `source-` before it.
const TAKEN: &[&str] = &[
    "pipeline",
    "format",
    "color",
    "verbose",
    "help",
    "version",
    "kind",
    "limit",
    "values",
    "html",
    "tables",
    "target",
    "output",
    "country",
    "all-tables",
    "force",
    "into",
    "target-schema",
];

/// The options of all kinds.
static OPTIONS: Options = Options {
    heading: "Options of the source, as in the pipeline file",
    taken: TAKEN,
    prefix: "source",
    owners: || kind::all().iter().map(|kind| (kind.name, (kind.keys)())).collect(),
};

/// The options of a source as flags.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    given: Given,
}

impl Flags {
    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let kinds: Vec<&'static str> = kind::all().iter().map(|kind| kind.name).collect();
        let word = Arg::new("kind").long("kind").value_name("KIND").help_heading(OPTIONS.heading);
        let help = format!("What it is, where its name does not say: {}", kinds.join(", "));
        OPTIONS.augment(command.arg(word.help(help)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let kind = matches.get_one::<String>("kind").map(|word| ("kind", "kind", vec![word.clone()]));
        Ok(Self { given: kind.into_iter().chain(OPTIONS.given(matches)).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The variables of the environment, for URLs and paths.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The source that a word and its flags name.
///
/// # Errors
/// What is wrong with them, or that there is no such source.
pub fn named(place: &str, flags: &Flags, global: &Global) -> Result<Lone, Broken> {
    named_in(place, flags, &global.pipeline)
}

/// As [`named`], with names looked up in that pipeline.
///
/// # Errors
/// As there.
pub fn named_in(place: &str, flags: &Flags, pipeline: &Path) -> Result<Lone, Broken> {
    let mut text = quoted(place);
    let span = 0..text.len();
    let options = flags::words(&flags.given, &mut text);
    let said = Arc::new(SourceText { path: "command line".into(), text: masked(&text) });
    let place = Placed { value: place.to_string(), span };
    lone::of_words(Words { place, options, said, pipeline }, &environment)
}
