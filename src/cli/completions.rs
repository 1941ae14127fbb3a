//! `cutover completions`: a script that completes commands and options.

use clap::CommandFactory;

use super::output::Output;
use super::{Arguments, CompletionsArgs, Exit};

/// Prints the script.
pub fn carry_out(arguments: &CompletionsArgs, output: &mut Output) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "cutover", &mut script);
    output.print(&String::from_utf8_lossy(&script));
    Exit::Done
}
