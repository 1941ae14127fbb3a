//! Arguments, a command, an exit code.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use cutover::cli::output::Output;
use cutover::cli::{Arguments, carry_out};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::standard(arguments.global.color);
    ExitCode::from(carry_out(&arguments, &mut output) as u8)
}
