//! The command line: what can be typed, and which command it leads to.
//!
//! A command takes its arguments, writes what it has to say, and gives an
//! [`Exit`]. Only `main` ends the process.

pub mod check;
pub mod completions;
pub mod explain;
pub mod output;
pub mod run;
pub mod schema;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::output::Output;

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
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// Say what each step of a run did and how long it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
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
    Check,
    /// Do the migration, or rehearse it
    Run(RunArgs),
    /// Say what a code means and what to do, or list all codes
    Explain(ExplainArgs),
    /// Print the JSON Schema of a configuration file, for editors
    Schema(SchemaArgs),
    /// Print a script of completions for a shell
    Completions(CompletionsArgs),
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
        Command::Check => check::carry_out(global, output),
        Command::Run(run) => run::carry_out(global, run, output),
        Command::Explain(explain) => explain::carry_out(global, explain, output),
        Command::Schema(of) => schema::carry_out(of, output),
        Command::Completions(shell) => completions::carry_out(shell, output),
    }
}
