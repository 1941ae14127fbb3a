//! `cutover check`: every fault of every file, or what the mappings were taken for.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::output::{Output, wrapped};
use super::{CheckArgs, Exit, Format, Global};
use crate::config::check::{Broken, Checked, How, Taken, drift, examine};
use crate::config::drift::Drift;
use crate::config::pipeline::{Destination, LiveColumn, SourceSpec};
use crate::sources::ReadError;
use crate::targets::{self, LoadError};

/// Checks the pipeline and says what came of it.
pub fn carry_out(global: &Global, arguments: &CheckArgs, output: &mut Output) -> Exit {
    if arguments.accept {
        match drift::accept(&global.pipeline, &|name| std::env::var(name).ok()) {
            Ok(path) if global.format != Format::Json => output.say(&format!("{}: written\n", path.display())),
            Ok(_) => {}
            Err(broken) => return say_broken(&broken, global, output),
        }
    }
    match examine(&global.pipeline, &|name| std::env::var(name).ok(), &look) {
        Ok(checked) => {
            if global.format == Format::Json {
                output.json(&as_json(&checked));
            } else {
                output.print(&as_text(&checked));
            }
            Exit::Done
        }
        Err(broken) => say_broken(&broken, global, output),
    }
}

/// The live target's tables, for the checks of the configuration.
pub fn look(target: &Destination, tables: &[String]) -> Result<Vec<Option<Vec<LiveColumn>>>, ReadError> {
    targets::look(target, tables).map_err(|error| match error {
        LoadError::Target { place, what, help } => ReadError { place, what, help },
        other => ReadError::new(target.shown.clone(), other.to_string()),
    })
}

/// Says why there is no pipeline. For every command that needs one.
pub fn say_broken(broken: &Broken, global: &Global, output: &mut Output) -> Exit {
    output.broken(broken, global);
    if broken.faults.is_empty() { Exit::Failed } else { Exit::Wrong }
}

fn as_text(checked: &Checked) -> String {
    let pipeline = &checked.pipeline;
    let mut text = format!("{}, as of {}\n", pipeline.name, pipeline.as_of);
    for source in &pipeline.sources {
        let key = if source.key.is_empty() { "no key".to_string() } else { format!("key {}", source.key.join(", ")) };
        let columns = source.reader.schema().fields().len();
        let line = format!("{}: {columns} columns, {key}", source.place);
        text.push_str(&format!("  source {}\n    {}\n", source.name, wrapped(&line, 4)));
        text.push_str(&detected(source, 4));
    }
    text.push_str(&format!("  target\n    {}\n", wrapped(&pipeline.target.shown, 4)));
    let mut entity = "";
    for taken in &checked.taken {
        if taken.entity != entity {
            text.push_str(&format!("\n{}\n", taken.entity));
            entity = &taken.entity;
        }
        text.push_str(&feed(taken));
    }
    text.push_str(&unmapped(checked));
    text.push_str(&drifted(&pipeline.drift));
    let count = pipeline.entities.len();
    let entities = if count == 1 { "1 entity".to_string() } else { format!("{count} entities") };
    text.push_str(&format!("\n{entities}, 0 faults\n"));
    text
}

/// How the files of a source are read, as far as that was found out from them;
/// once where all are read alike.
pub(super) fn detected(source: &SourceSpec, indent: usize) -> String {
    let found = source.reader.detected();
    let alike = found.iter().all(|(_, how)| found.first().is_some_and(|(_, first)| first == how));
    let line = |(path, how): &(PathBuf, String)| {
        let text = if alike { how.clone() } else { format!("{}: {how}", path.display()) };
        format!("{:indent$}{}\n", "", wrapped(&text, indent))
    };
    found.iter().take(if alike { 1 } else { found.len() }).filter(|(_, how)| !how.is_empty()).map(line).collect()
}

/// What has changed in the sources' columns, for people.
pub fn drifted(drift: &[Drift]) -> String {
    let mut text = String::new();
    for one in drift {
        text.push_str(&format!("  {}: {} ({})\n", one.source, wrapped(&one.what, 4), one.code));
    }
    if text.is_empty() { text } else { format!("\nnote: columns are not those of pipeline.lock\n{text}") }
}

/// The columns that would be reported if they turned out to hold anything.
fn unmapped(checked: &Checked) -> String {
    let mut text = String::new();
    for (index, source) in checked.pipeline.sources.iter().enumerate() {
        let columns = told(checked, index);
        if !columns.is_empty() {
            text.push_str(&format!("  {}\n    {}\n", source.name, wrapped(&columns.join(", "), 4)));
        }
    }
    if text.is_empty() { text } else { format!("\nnote: columns that are neither mapped nor unused\n{text}") }
}

/// The unmapped columns of a source without those that echo one in use.
fn told(checked: &Checked, index: usize) -> Vec<String> {
    let mut columns = checked.pipeline.unmapped(index);
    let echoes = checked.pipeline.sources.get(index).map(|source| source.reader.echoes()).unwrap_or_default();
    let settled: Vec<String> =
        echoes.into_iter().filter(|(_, of)| !columns.contains(of)).map(|(column, _)| column).collect();
    columns.retain(|column| !settled.contains(column));
    columns
}

fn feed(taken: &Taken) -> String {
    let mut text = match taken.each {
        0 => format!("  from {}\n", taken.source),
        number => format!("  from {}, block {number}\n", taken.source),
    };
    let width = taken.fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(24);
    for (name, how) in &taken.fields {
        let (kind, what) = shown(how);
        let line = format!("    {name:width$}  {kind:10}  ");
        let indent = line.chars().count();
        text.push_str(&format!("{line}{}\n", wrapped(&what, indent)));
    }
    text
}

fn shown(how: &How) -> (&'static str, String) {
    match how {
        How::Column(name) => ("column", name.clone()),
        How::FirstOf(parts) => ("first of", parts.iter().map(|part| shown(part).1).collect::<Vec<_>>().join(", ")),
        How::Constant(value) => ("constant", format!("{value:?}")),
        How::Expression(text) => ("expression", text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

fn as_json(checked: &Checked) -> Json {
    let pipeline = &checked.pipeline;
    let sources = pipeline.sources.iter().enumerate().map(|(index, source)| {
        let schema = source.reader.schema();
        let columns: Vec<&str> = schema.fields().iter().map(|column| column.name().as_str()).collect();
        let found = source.reader.detected();
        let detected = found.iter().map(|(path, how)| json!({ "file": path.display().to_string(), "read_as": how }));
        json!({ "name": source.name, "place": source.place, "key": source.key, "columns": columns,
            "detected": detected.collect::<Vec<_>>(), "unmapped": told(checked, index) })
    });
    let taken = checked.taken.iter().map(|taken| {
        let fields = taken.fields.iter().map(|(name, how)| {
            let mut entry = how_json(how);
            entry["field"] = json!(name);
            entry
        });
        json!({
            "entity": taken.entity, "source": taken.source, "each": taken.each,
            "fields": fields.collect::<Vec<_>>(),
        })
    });
    let drift = super::output::drift_json(&pipeline.drift);
    json!({
        "drift": drift,
        "name": pipeline.name, "as_of": pipeline.as_of.to_string(),
        "sources": sources.collect::<Vec<_>>(), "target": pipeline.target.shown,
        "mappings": taken.collect::<Vec<_>>(), "faults": [], "unreadable": [],
    })
}

fn how_json(how: &How) -> Json {
    match how {
        How::Column(name) => json!({ "column": name }),
        How::FirstOf(parts) => json!({ "first_of": parts.iter().map(how_json).collect::<Vec<_>>() }),
        How::Constant(value) => json!({ "constant": value }),
        How::Expression(text) => json!({ "expression": text }),
    }
}
