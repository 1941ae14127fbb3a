//! `cutover schema`: JSON Schema of the configuration, for editors.

use clap::ValueEnum;

use super::output::Output;
use super::{Exit, SchemaArgs};
use crate::config::raw::{mapping, pipeline, trial};

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// pipeline.toml
    Pipeline,
    /// mappings/*.toml
    Mapping,
    /// mappings/*.test.toml
    Test,
}

/// Prints the schema.
pub fn carry_out(arguments: &SchemaArgs, output: &mut Output) -> Exit {
    output.json(&match arguments.of {
        Of::Pipeline => pipeline::schema(),
        Of::Mapping => mapping::schema(),
        Of::Test => trial::schema(),
    });
    Exit::Done
}
