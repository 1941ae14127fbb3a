//! `cutover init`: a first pipeline from what sources hold and what the target has.

mod gather;
mod place;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use self::gather::{Gathered, gather};
use super::check::{look, say_broken};
use super::output::{Output, wrapped};
use super::source::environment;
use super::{Exit, Format, Global, InitArgs};
use crate::config::check::{Broken, destination, examine};
use crate::init::words::slug;
use crate::init::{Aim, Draft, Seen, draft};
use crate::sources::ReadError;
use crate::targets::{self, LoadError};

/// The target of a pipeline for which none is given.
const TARGET: &str = "sqlite:out/crm.sqlite";

/// Variables that stand for what must not be written down, with their values.
pub(super) type Variables = BTreeMap<String, String>;

/// Drafts a pipeline, writes it, and checks it.
pub fn carry_out(global: &Global, arguments: &InitArgs, output: &mut Output) -> Exit {
    let mut variables = Variables::new();
    let drafted = aim(arguments, &mut variables).and_then(|aim| {
        let gathered = gather(arguments, global, &mut variables)?;
        let skipped = gathered.skipped.clone();
        Ok((draft(&seen(gathered, aim)), skipped))
    });
    let (mut draft, skipped) = match drafted {
        Ok(drafted) => drafted,
        Err(broken) => return say_broken(&broken, global, output),
    };
    draft.notes.splice(0..0, skipped);
    let paths: Vec<PathBuf> = draft.files.iter().map(|(path, _)| arguments.into.join(path)).collect();
    let there: Vec<String> = paths.iter().filter(|path| path.exists()).map(|path| path.display().to_string()).collect();
    if !there.is_empty() && !arguments.force {
        let what = format!("{}: there already; nothing was written", there.join(", "));
        output.error(&what, Some("write into another folder with `--into DIR`, or over it with `--force`"));
        return Exit::Wrong;
    }
    for (path, (_, text)) in paths.iter().zip(&draft.files) {
        if let Err(error) = write(path, text) {
            output.error(&error.to_string(), error.help.as_deref());
            return Exit::Failed;
        }
    }
    let with_variables = |name: &str| variables.get(name).cloned().or_else(|| environment(name));
    let pipeline = arguments.into.join("pipeline.toml");
    let checked = examine(&pipeline, &with_variables, &look);
    if global.format == Format::Json {
        say_json(&draft, &paths, &variables, checked.is_ok(), output);
    } else {
        output.print(&as_text(&draft, arguments, &variables));
    }
    match checked {
        Ok(_) => Exit::Done,
        Err(broken) => {
            output.say("\nwritten, but `cutover check` finds what needs a hand first:\n\n");
            let quiet = Global { format: Format::Text, ..global.clone() };
            say_broken(&broken, &quiet, output)
        }
    }
}

fn aim(arguments: &InitArgs, variables: &mut Variables) -> Result<Aim, Broken> {
    let schema = arguments.target_schema.as_deref();
    let (url, root) = match &arguments.target {
        Some(url) => (url.as_str(), Path::new("")),
        None => (TARGET, arguments.into.as_path()),
    };
    let target = destination::of_url(url, schema, root, &environment)?;
    let tables = targets::survey(&target).map_err(|error| Broken {
        faults: Vec::new(),
        unreadable: vec![match error {
            LoadError::Target { place, what, help } => ReadError { place, what, help },
            other => ReadError::new(target.shown.clone(), other.to_string()),
        }],
        ..Broken::default()
    })?;
    let written = match &arguments.target {
        Some(url) => place::url(url, "CRM_DATABASE_URL", &arguments.into, variables),
        None => TARGET.to_string(),
    };
    Ok(Aim { written, schema: arguments.target_schema.clone(), tables })
}

fn seen(gathered: Gathered, aim: Aim) -> Seen {
    let Gathered { inputs, profile, defaults, .. } = gathered;
    let name = inputs.first().map_or_else(|| "migration".to_string(), |input| slug(&input.name, "migration"));
    Seen { name, inputs, profile, defaults, aim }
}

fn write(path: &Path, text: &str) -> Result<(), ReadError> {
    let failed = |error: &std::io::Error| {
        let what = format!("cannot be written: {}", crate::dataset::describe_io(error));
        ReadError::new(path.display().to_string(), what)
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut part = path.as_os_str().to_os_string();
    part.push(".part");
    let done = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&part, text))
        .and_then(|()| std::fs::rename(&part, path));
    done.map_err(|error| failed(&error))
}

fn as_text(draft: &Draft, arguments: &InitArgs, variables: &Variables) -> String {
    let mut text = String::from("written\n");
    let paths = draft.files.iter().filter(|(path, _)| !path.ends_with(".csv"));
    let width = paths.map(|(path, _)| path.chars().count()).chain([20]).max().unwrap_or(0).min(28);
    let lists = draft.files.iter().filter(|(path, _)| path.ends_with(".csv")).count();
    for (path, _) in draft.files.iter().filter(|(path, _)| !path.ends_with(".csv")) {
        let entity = draft.entities.iter().find(|entity| format!("mappings/{}.toml", entity.entity) == *path);
        let what = entity.map(|entity| {
            let sources: Vec<&str> = entity.feeds.iter().map(|feed| feed.source.as_str()).collect();
            let new = if entity.new { "" } else { ", a table of the target" };
            format!("{} fields from {}{new}", entity.fields.len(), sources.join(", "))
        });
        let what = what.unwrap_or_else(|| match path.ends_with(".lock") {
            true => "the columns as they are now: `check` tells what changes".to_string(),
            false => "sources, target".to_string(),
        });
        text.push_str(&beside(path, &what, width));
    }
    if lists > 0 {
        let plural = if lists == 1 { "" } else { "s" };
        text.push_str(&format!("  {:width$}  {lists} value list{plural}\n", "mappings/lists/*.csv"));
    }
    text.push_str("\nlook at first\n");
    for note in draft.notes.iter().take(MOST_NOTES) {
        text.push_str(&format!("  {}\n", wrapped(note, 4)));
    }
    if let Some(more) = draft.notes.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
        text.push_str(&format!("  … and {more} more: the files say all of it beside each guess\n"));
    }
    if !variables.is_empty() {
        text.push_str("\nset before the next command: the files hold no credentials\n");
        for name in variables.keys() {
            text.push_str(&format!("  export {name}=…\n"));
        }
    }
    let option = match arguments.into.as_path() {
        here if here == Path::new(".") => String::new(),
        folder => format!(" --pipeline {}", folder.join("pipeline.toml").display()),
    };
    text.push_str(&format!("\nnext\n  cutover check{option}\n  cutover run --dry-run{option}\n"));
    text
}

/// A file and what is in it: beside its name, or below one that leaves no room.
fn beside(path: &str, what: &str, width: usize) -> String {
    let indent = width + 4;
    // The first line begins behind the name, so what is wrapped counts from there.
    let what = wrapped(what, indent);
    let gap = match width.checked_sub(console::measure_text_width(path)) {
        Some(gap) => " ".repeat(gap + 2),
        None => format!("\n{}", " ".repeat(indent)),
    };
    format!("  {path}{gap}{what}\n")
}

/// Notes that are shown on the terminal.
const MOST_NOTES: usize = 20;

fn say_json(draft: &Draft, paths: &[PathBuf], variables: &Variables, sound: bool, output: &mut Output) {
    let entities = draft.entities.iter().map(|entity| {
        let feeds = entity.feeds.iter().map(|feed| {
            let left: Vec<&str> = feed.left.iter().map(|(column, _)| column.as_str()).collect();
            json!({ "source": feed.source, "not_mapped": left })
        });
        let fields: Vec<&str> = entity.fields.iter().map(|field| field.name.as_str()).collect();
        json!({ "entity": entity.entity, "table": entity.table, "new_table": entity.new, "fields": fields,
            "feeds": feeds.collect::<Vec<_>>() })
    });
    let written: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    output.json(&json!({
        "written": written, "entities": entities.collect::<Vec<_>>(), "look_at": draft.notes,
        "variables": variables.keys().collect::<Vec<_>>(), "sound": sound,
    }));
}
