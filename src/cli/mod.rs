//! The command line: what can be typed, and which command it leads to.
//!
//! A command takes its arguments, writes what it has to say, and gives an
//! [`Exit`]. Only `main` ends the process.

pub mod check;
pub mod clean;
pub mod completions;
pub mod explain;
pub mod export;
pub mod fix;
mod flags;
pub mod init;
pub mod output;
pub mod profile;
pub mod read;
pub mod run;
pub mod schema;
pub mod source;
pub mod test;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use self::output::Output;
use crate::record::Verdict;

/// How a command ends; the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, but outside the limits or out of balance; nothing was loaded.
    Outside = 1,
    /// The configuration or the command line is wrong.
    Wrong = 2,
    /// A source or the target failed.
    Failed = 3,
    /// The user stopped it.
    Interrupted = 130,
}

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "cutover",
    version,
    about = "Moves a company's customer data into its new CRM, and accounts for every record",
    max_term_width = 80,
    after_help = "Exit codes: 0 done; 1 outside the limits or out of balance, nothing loaded; 2 the \
                  configuration or the command line is wrong; 3 a source or the target failed; \
                  130 stopped by the user."
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The pipeline file
    #[arg(long, global = true, value_name = "FILE", default_value = "pipeline.toml")]
    pub pipeline: PathBuf,
    /// How results are written
    #[arg(long, global = true, value_parser = Format::of(&[Format::Text, Format::Json]), default_value = "text")]
    pub format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// Say what each step of a run did and how long it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// How results are written. A command takes some of these: `text` and `json`,
/// unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// Comma-separated, with a heading
    Csv,
    /// One JSON object a line
    Ndjson,
    /// Apache Parquet
    Parquet,
}

impl Format {
    /// Takes the words of these formats. All commands give the option one type,
    /// because it may stand before the command too.
    fn of(formats: &'static [Self]) -> impl TypedValueParser<Value = Self> {
        let words = formats.iter().filter_map(Self::to_possible_value);
        let found = |word: String| Self::from_str(&word, false);
        PossibleValuesParser::new(words).try_map(found)
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the configuration and the sources' headings: every fault at once
    Check(CheckArgs),
    /// Run the mapping tests: what must come of a source record
    Test(TestArgs),
    /// Do the migration, or rehearse it
    Run(RunArgs),
    /// Take a corrected reject workbook or a review file back
    Fix(FixArgs),
    /// Write the clean records of a run as CSV, for a cleansing service
    Export(ExportArgs),
    /// Write what a source holds, as it is read, to standard output
    Read(ReadArgs),
    /// Say what sources hold: fill, patterns, ranges, likely standards and keys
    Profile(ProfileArgs),
    /// Try a standard: values on standard input, one a line
    Clean(CleanArgs),
    /// Write a first pipeline from what sources hold and what the target has
    Init(InitArgs),
    /// Say what a code means and what to do, or list all codes
    Explain(ExplainArgs),
    /// Print the JSON Schema of a configuration file, for editors
    Schema(SchemaArgs),
    /// Print a script of completions for a shell
    Completions(CompletionsArgs),
}

/// `cutover test`
#[derive(Debug, Clone, Args)]
pub struct TestArgs {
    /// Test the mappings of these entities only
    pub entity: Vec<String>,
}

/// `cutover check`
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Write the sources' columns into `pipeline.lock` first: what they are now
    /// is what later checks expect
    #[arg(long)]
    pub accept: bool,
}

/// `cutover run`
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Do the whole load, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Load these entities only
    #[arg(long, value_name = "ENTITY", num_args = 1..)]
    pub only: Vec<String>,
    /// Load a sample of this many records of each entity
    #[arg(long, value_name = "N")]
    pub sample: Option<u64>,
}

/// `cutover fix`
#[derive(Debug, Clone, Args)]
pub struct FixArgs {
    /// A file of a run's folder `rejects` or `review`, filled in
    pub file: PathBuf,
    /// The entity, where the file's name does not say
    #[arg(long, value_name = "NAME")]
    pub entity: Option<String>,
    /// Who says so
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub who: Option<String>,
    /// The day on which it was said; without it, none is noted
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub when: Option<chrono::NaiveDate>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
}

/// `cutover export`
#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// Whose records
    pub entity: String,
    /// The run, such as `0003`; the last one that has such records if not given
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// The records that have one of these verdicts
    #[arg(long, value_name = "VERDICT", num_args = 1.., value_delimiter = ',', default_value = "load",
          value_parser = verdict)]
    pub verdict: Vec<Verdict>,
}

fn verdict(word: &str) -> Result<Verdict, String> {
    let known = Verdict::ALL.map(Verdict::word).join(", ");
    Verdict::from_word(word).ok_or_else(|| format!("expected one of {known}"))
}

/// `cutover read`
#[derive(Debug, Clone, Args)]
pub struct ReadArgs {
    /// A source of the pipeline, a path, a pattern or a URL
    pub source: String,
    /// How records are written
    #[arg(
        long,
        value_parser = Format::of(&[Format::Csv, Format::Ndjson, Format::Parquet]),
        default_value = "csv"
    )]
    pub format: Format,
    /// Write no more than this many records
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub flags: source::Flags,
}

/// `cutover profile`
#[derive(Debug, Clone, Args)]
pub struct ProfileArgs {
    /// Sources of the pipeline, paths, patterns or URLs; without one, all sources
    /// of the pipeline
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Profile each table or sheet of the place
    #[arg(long)]
    pub all_tables: bool,
    /// Show the most frequent values too: the output then holds personal data
    #[arg(long)]
    pub values: bool,
    /// Write a page for the browser instead
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub flags: source::Flags,
}

/// `cutover clean`
#[derive(Debug, Clone, Args)]
pub struct CleanArgs {
    /// The standard, such as `phone`
    pub standard: String,
    /// The country of all values, where the standard asks for one: ISO 3166,
    /// such as `GB`
    #[arg(long, value_name = "XX")]
    pub country: Option<String>,
    #[command(flatten)]
    pub flags: clean::Flags,
}

/// `cutover init`
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Paths, patterns or URLs of what is to be moved
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Where records are to go, such as `postgres://…`; a SQLite file if not given
    #[arg(long, value_name = "URL")]
    pub target: Option<String>,
    /// The schema of the target's tables; PostgreSQL only
    #[arg(long, value_name = "NAME")]
    pub target_schema: Option<String>,
    /// The folder that the pipeline is written into
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub into: PathBuf,
    /// The country of phones and postcodes that name none, as two letters
    #[arg(long, value_name = "CODE")]
    pub country: Option<String>,
    /// Write over files that are there
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub flags: source::Flags,
}

/// `cutover explain`
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// Such as `config.unknown-key`; without one, all are listed
    pub code: Option<String>,
}

/// `cutover schema`
#[derive(Debug, Clone, Args)]
pub struct SchemaArgs {
    /// Of which file
    #[arg(value_enum)]
    pub of: schema::Of,
}

/// `cutover completions`
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Carries out a command.
pub fn carry_out(arguments: &Arguments, output: &mut Output) -> Exit {
    let global = &arguments.global;
    match &arguments.command {
        Command::Test(test) => test::carry_out(global, test, output),
        Command::Check(arguments) => check::carry_out(global, arguments, output),
        Command::Run(run) => run::carry_out(global, run, output),
        Command::Fix(fix) => fix::carry_out(global, fix, output),
        Command::Export(export) => export::carry_out(global, export, output),
        Command::Read(read) => read::carry_out(global, read, output),
        Command::Profile(profile) => profile::carry_out(global, profile, output),
        Command::Clean(clean) => clean::carry_out(global, clean, output),
        Command::Init(init) => init::carry_out(global, init, output),
        Command::Explain(explain) => explain::carry_out(global, explain, output),
        Command::Schema(of) => schema::carry_out(of, output),
        Command::Completions(shell) => completions::carry_out(shell, output),
    }
}
