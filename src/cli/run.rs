//! `cutover run`: the main job, or its rehearsal.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::check::{drifted, look, say_broken};
use super::output::Output;
use super::{Exit, Format, Global, RunArgs};
use crate::config::check::load;
use crate::pipeline::{Progress, RunError, RunOptions, run};
use crate::report::summary::Summary;
use crate::report::text;
use crate::targets::{Interrupt, LoadError};

/// Runs the pipeline and says what came of it.
pub fn carry_out(global: &Global, arguments: &RunArgs, output: &mut Output) -> Exit {
    let pipeline = match load(&global.pipeline, &|name| std::env::var(name).ok(), &look) {
        Ok(pipeline) => pipeline,
        Err(broken) => return say_broken(&broken, global, output),
    };
    output.say(drifted(&pipeline.drift).trim_start());
    let interrupt = Interrupt::default();
    listen(interrupt.clone());
    let progress = Bar::new(global.format == Format::Text && std::io::stderr().is_terminal(), global.verbose);
    let options = RunOptions {
        dry_run: arguments.dry_run,
        only: arguments.only.clone(),
        sample: arguments.sample.map(|size| usize::try_from(size).unwrap_or(usize::MAX)),
        interrupt: interrupt.clone(),
        progress: &progress,
    };
    let done = run(&pipeline, &options);
    progress.end();
    match done {
        Ok((summary, folder)) => {
            match global.format {
                // The same text as `summary.json`, keys in the order of the contract.
                Format::Json => {
                    output.print(&format!("{}\n", serde_json::to_string_pretty(&summary).unwrap_or_default()));
                }
                _ => {
                    output.print(&text::render(&pipeline.name, &summary, output.coloured()));
                    output.print(&format!("\nfiles of this run: {}\n", folder.display()));
                }
            }
            exit(&summary)
        }
        // What the target has, or may have, must be said whatever the user wished.
        Err(error @ (RunError::AfterLoad(_) | RunError::Target(LoadError::Unsure { .. }))) => {
            say_failed(&error, output)
        }
        // Whatever a step made of it: the user's wish comes first.
        Err(_) if interrupt.is_set() => {
            output.error(&RunError::Interrupted.to_string(), None);
            Exit::Interrupted
        }
        Err(error) => say_failed(&error, output),
    }
}

fn exit(summary: &Summary) -> Exit {
    if summary.loaded && summary.failures.is_empty() { Exit::Done } else { Exit::Outside }
}

fn say_failed(error: &RunError, output: &mut Output) -> Exit {
    let help = match error {
        RunError::Source(error) => error.help.clone(),
        RunError::Target(LoadError::Target { help, .. }) => help.clone(),
        RunError::Target(LoadError::Unsure { .. }) => {
            Some("run again: the ledger in the target knows what is there, and nothing is loaded twice".into())
        }
        RunError::AfterLoad(_) => Some("see to that, then run again: what is equal is not touched".into()),
        _ => None,
    };
    output.error(&error.to_string(), help.as_deref());
    match error {
        RunError::UnknownEntity { .. } | RunError::Mapping(_) => Exit::Wrong,
        RunError::Interrupted | RunError::Target(LoadError::Interrupted) => Exit::Interrupted,
        _ => Exit::Failed,
    }
}

/// The first Ctrl-C, or the signal to end, asks the run to stop; a second one ends it.
fn listen(interrupt: Interrupt) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    report_full_files(&runtime);
    std::thread::spawn(move || {
        runtime.block_on(async {
            signalled().await;
            interrupt.set();
            signalled().await;
            std::process::exit(Exit::Interrupted as i32);
        });
    });
}

/// A file that grows past the user's limit (`ulimit -f`) is an error of writing
/// like a full disk, once the signal that would end the process is taken.
#[cfg(unix)]
fn report_full_files(runtime: &tokio::runtime::Runtime) {
    use tokio::signal::unix::{SignalKind, signal};
    /// `SIGXFSZ` of Linux and macOS.
    const FILE_TOO_LARGE: i32 = 25;
    let _inside = runtime.enter();
    // The handler stays when the listener is dropped. Without it the limit ends
    // the process, which loses nothing but the message.
    let _ = signal(SignalKind::from_raw(FILE_TOO_LARGE));
}

#[cfg(not(unix))]
fn report_full_files(_: &tokio::runtime::Runtime) {}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn signalled() {
    let _ = tokio::signal::ctrl_c().await;
}

/// One line on the terminal that says which step is under way and how far it is;
/// and, where that is wanted, a line for each step that is done.
struct Bar {
    shown: bool,
    verbose: bool,
    state: Mutex<State>,
}

struct State {
    bar: ProgressBar,
    /// The step under way and when it began.
    step: Option<(String, Instant)>,
}

impl Bar {
    fn new(shown: bool, verbose: bool) -> Self {
        Self { shown, verbose, state: Mutex::new(State { bar: ProgressBar::hidden(), step: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        self.finish(&mut self.state());
    }

    fn finish(&self, state: &mut State) {
        state.bar.finish_and_clear();
        if let Some((what, begin)) = state.step.take().filter(|_| self.verbose) {
            say(&format!("{what:40} {:8.2} s", begin.elapsed().as_secs_f64()));
        }
    }
}

/// A line for the curious. Nobody is left to be told where it cannot be written.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

impl Progress for Bar {
    fn begin(&self, what: &str, total: Option<u64>) {
        let mut state = self.state();
        self.finish(&mut state);
        state.step = Some((what.to_string(), Instant::now()));
        if !self.shown {
            return;
        }
        let (length, template) = match total {
            Some(total) => (Some(total), "{spinner} {msg:28.28} {wide_bar} {human_pos:>10} of {human_len}"),
            None => (None, "{spinner} {msg:28.28} {human_pos:>10} records, {elapsed}"),
        };
        let next = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            next.set_style(style);
        }
        next.set_message(what.to_string());
        next.enable_steady_tick(Duration::from_millis(200));
        state.bar = next;
    }

    fn advance(&self, done: u64) {
        if self.shown {
            self.state().bar.set_position(done);
        }
    }

    fn note(&self, what: &str) {
        if self.verbose {
            self.state().bar.suspend(|| say(&format!("  {what}")));
        }
    }
}
