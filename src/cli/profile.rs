//! `cutover profile`: what sources hold, column by column.

use std::io::IsTerminal;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::check::say_broken;
use super::output::Output;
use super::source::{environment, named};
use super::{Exit, Format, Global, ProfileArgs};
use crate::config::check::Broken;
use crate::config::check::lone::{self, Lone};
use crate::profile::{Options, Profile, Read, html, read, text, together};
use crate::sources::ReadError;
use crate::sources::kind::TableEntry;

/// What is to be profiled.
enum Wanted {
    /// Each with the table that was chosen from its place, if one was.
    Sources(Vec<(Lone, Option<String>)>),
    /// There are several to choose from, and nothing was chosen.
    Tables(Vec<TableEntry>),
}

/// Profiles sources, or all of the pipeline.
pub fn carry_out(global: &Global, arguments: &ProfileArgs, output: &mut Output) -> Exit {
    let wanted = match wanted(global, arguments) {
        Ok(wanted) => wanted,
        Err(broken) => return say_broken(&broken, global, output),
    };
    let sources = match wanted {
        Wanted::Sources(sources) => sources,
        Wanted::Tables(tables) => {
            say_tables(&tables, global, output);
            return Exit::Done;
        }
    };
    let options = Options { values: arguments.values, linked: sources.len() > 1 };
    let profile = match profiled(sources, &options, global, output) {
        Ok(profile) => profile,
        Err(broken) => return say_broken(&broken, global, output),
    };
    if let Some(file) = &arguments.html
        && let Err(error) = write(file, &html::render(&profile))
    {
        output.error(&error.to_string(), error.help.as_deref());
        return Exit::Failed;
    }
    match (global.format, &arguments.html) {
        (Format::Json, _) => output.json(&json!(profile)),
        (_, Some(file)) => output.print(&format!("{}\n", file.display())),
        (_, None) => output.print(&text::render(&profile, output.coloured())),
    }
    Exit::Done
}

fn wanted(global: &Global, arguments: &ProfileArgs) -> Result<Wanted, Broken> {
    if arguments.sources.is_empty() {
        if !arguments.flags.is_empty() {
            let error = ReadError::new("the command line", "has options of a source, but no source");
            return Err(unreadable(error.help("name the source that they are meant for")));
        }
        let all = lone::all(&global.pipeline, &environment)?;
        return Ok(Wanted::Sources(all.into_iter().map(|lone| (lone, None)).collect()));
    }
    let mut found: Vec<(Lone, Option<String>)> = Vec::new();
    let mut broken = Broken::default();
    for word in &arguments.sources {
        match of_word(word, &found, global, arguments) {
            Ok(Wanted::Sources(sources)) => found.extend(sources),
            Ok(tables @ Wanted::Tables(_)) if arguments.sources.len() == 1 => return Ok(tables),
            Ok(Wanted::Tables(tables)) => {
                let option = tables.first().map_or("table", |entry| entry.option);
                let what = format!("has {} tables, and none was chosen", tables.len());
                let help = format!("`--all-tables` profiles each; `--{option} NAME` chooses, beside no other source");
                broken.unreadable.push(ReadError::new(word.clone(), what).help(help));
            }
            Err(error) => {
                broken.faults.extend(error.faults);
                broken.unreadable.extend(error.unreadable);
            }
        }
    }
    if broken.faults.is_empty() && broken.unreadable.is_empty() { Ok(Wanted::Sources(found)) } else { Err(broken) }
}

/// What one word of the command line names, called otherwise than the others.
fn of_word(
    word: &str,
    others: &[(Lone, Option<String>)],
    global: &Global,
    arguments: &ProfileArgs,
) -> Result<Wanted, Broken> {
    let mut lone = named(word, &arguments.flags, global)?;
    let taken = |name: &str| others.iter().any(|(other, _)| other.name == name);
    if taken(&lone.name) {
        lone.name = lone.shown.clone();
        let mut number = 2;
        while taken(&lone.name) {
            lone.name = format!("{} ({number})", lone.shown);
            number += 1;
        }
    }
    let tables = lone.tables().map_err(unreadable)?;
    if let Some(chosen) = lone.chosen(&tables) {
        return Ok(Wanted::Sources(vec![(lone, Some(chosen))]));
    }
    match tables.as_slice() {
        [] => Ok(Wanted::Sources(vec![(lone, None)])),
        [_, _, ..] if !arguments.all_tables => Ok(Wanted::Tables(tables)),
        tables => {
            let each = |entry: &TableEntry| Ok((lone.with(entry, &environment)?, Some(entry.name.clone())));
            tables.iter().map(each).collect::<Result<_, Broken>>().map(Wanted::Sources)
        }
    }
}

fn unreadable(error: ReadError) -> Broken {
    Broken { unreadable: vec![error], ..Broken::default() }
}

/// Reads one after the other. A source that cannot be read does not keep the
/// others from being looked at: all that cannot be are told at once.
fn profiled(
    sources: Vec<(Lone, Option<String>)>,
    options: &Options,
    global: &Global,
    output: &mut Output,
) -> Result<Profile, Broken> {
    let shown = global.format != Format::Json && std::io::stderr().is_terminal();
    let mut done: Vec<Read> = Vec::new();
    let mut broken = Broken::default();
    for (lone, table) in sources {
        let defaults = lone.defaults.clone();
        let bar = bar(shown, &lone.name);
        let one = lone.open().and_then(|source| {
            let progress = |records| bar.set_position(records);
            read(&source, table, &defaults, options, &progress).map_err(unreadable)
        });
        bar.finish_and_clear();
        match one {
            Ok(read) => done.push(read),
            Err(error) => {
                broken.faults.extend(error.faults);
                broken.unreadable.extend(error.unreadable);
            }
        }
    }
    if !broken.faults.is_empty() || !broken.unreadable.is_empty() {
        if global.format != Format::Json && !done.is_empty() {
            output.print(&text::render(&together(done), output.coloured()));
        }
        return Err(broken);
    }
    Ok(together(done))
}

fn bar(shown: bool, name: &str) -> ProgressBar {
    if !shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg:28.28} {human_pos:>10} records, {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(name.to_string());
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn say_tables(tables: &[TableEntry], global: &Global, output: &mut Output) {
    if global.format == Format::Json {
        let one = |entry: &TableEntry| json!({ "name": entry.name, "option": entry.option, "what": entry.what, "rows": entry.rows });
        output.json(&json!({ "tables": tables.iter().map(one).collect::<Vec<_>>() }));
        return;
    }
    let width = tables.iter().map(|entry| console::measure_text_width(&entry.name)).max().unwrap_or(0).min(44);
    for entry in tables {
        let gap = " ".repeat(width.saturating_sub(console::measure_text_width(&entry.name)));
        let rows = entry.rows.map(|rows| format!("{rows} records")).unwrap_or_default();
        let line = format!("{}{gap}  {:14}  {rows}", entry.name, entry.what);
        output.print(&format!("{}\n", line.trim_end()));
    }
    let option = tables.first().map_or("table", |entry| entry.option);
    output.say(&format!("`--{option} NAME` profiles one of them, `--all-tables` each\n"));
}

/// Writes the page beside its name first, so that what is there is whole.
fn write(file: &Path, page: &str) -> Result<(), ReadError> {
    let failed = |error: &std::io::Error| {
        ReadError::new(file.display().to_string(), format!("cannot be written: {}", crate::dataset::describe_io(error)))
    };
    let mut part = file.as_os_str().to_os_string();
    part.push(".part");
    std::fs::write(&part, page).and_then(|()| std::fs::rename(&part, file)).map_err(|error| failed(&error))
}
