//! The sources of a draft: opened, settled as they were detected, and profiled.

use std::io::IsTerminal;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::DataType;

use super::{Variables, place};
use crate::cli::source::{environment, named_in};
use crate::cli::{Format, Global, InitArgs};
use crate::config::check::Broken;
use crate::config::check::drift::{self, Columns};
use crate::config::check::lone::Lone;
use crate::config::pipeline::SourceSpec;
use crate::init::words::{quoted, slug, unique};
use crate::init::{Input, Setting};
use crate::profile::{Options, Profile, Read, read, together};
use crate::sources::ReadError;
use crate::sources::contacts::recognise;
use crate::sources::kind::{self, TableEntry};
use crate::standards::Defaults;

/// Rows of a sheet that are looked at for its headings.
const HEAD: usize = 30;

/// All sources that hold something.
pub(super) struct Gathered {
    pub inputs: Vec<Input>,
    pub profile: Profile,
    pub defaults: Defaults,
    /// What was left out, and why.
    pub skipped: Vec<String>,
}

fn unreadable(error: ReadError) -> Broken {
    Broken { unreadable: vec![error], ..Broken::default() }
}

/// Why a table is left out, in a line.
fn said(broken: &Broken) -> String {
    let faults = broken.faults.iter().map(|fault| fault.message.clone());
    faults.chain(broken.unreadable.iter().map(|error| error.what.clone())).collect::<Vec<_>>().join("; ")
}

/// Opens and reads all that the command line names.
///
/// # Errors
/// That a place cannot be read, or that none holds a record.
pub(super) fn gather(arguments: &InitArgs, global: &Global, variables: &mut Variables) -> Result<Gathered, Broken> {
    let mut skipped = Vec::new();
    let mut inputs: Vec<Input> = Vec::new();
    let mut done: Vec<Read> = Vec::new();
    let mut defaults = None;
    let mut broken = Broken::default();
    let shown = global.format != Format::Json && std::io::stderr().is_terminal();
    for word in &arguments.sources {
        let found =
            named_in(word, &arguments.flags, Path::new("")).and_then(|lone| Ok((tables(&lone, &mut skipped)?, lone)));
        let (tables, lone) = match found {
            Ok(found) => found,
            Err(error) => {
                broken.faults.extend(error.faults);
                broken.unreadable.extend(error.unreadable);
                continue;
            }
        };
        let several = tables.len() > 1;
        for table in tables {
            let name = match &table {
                Some(entry) if several || lone.name.contains("://") => slug(&entry.name, "source"),
                // A URL may hold a password anywhere: no part of it becomes a name.
                _ if word.contains("://") => lone.kind().unwrap_or("source").to_string(),
                _ => slug(&stem(word), "source"),
            };
            let name = unique(&name, inputs.iter().map(|input| input.name.as_str()));
            if shown {
                eprintln!("reading {name}");
            }
            match one(&lone, table.as_ref(), &name, arguments.country.as_deref()) {
                Ok((one, records, settings, (echoes, columns))) if records > 0 => {
                    defaults.get_or_insert_with(|| lone.defaults.clone());
                    let url = kind::of_url(word).is_some() || word.contains("://");
                    let variable = if word.starts_with("${") { "" } else { "LEGACY_DATABASE_URL" };
                    let written = match url || is_url_variable(word) {
                        true => place::url(word, variable, &arguments.into, variables),
                        false => place::path(word, &arguments.into),
                    };
                    let place = if url || is_url_variable(word) { "url" } else { "path" };
                    inputs.push(Input { name, place, written, options: settings, echoes, columns });
                    done.push(one);
                }
                Ok(_) => skipped.push(format!("{}: left out, it holds no records", shown_name(&lone, table.as_ref()))),
                Err(error) if several => {
                    skipped.push(format!("{}: left out, it {}", shown_name(&lone, table.as_ref()), said(&error)));
                }
                Err(error) => {
                    broken.faults.extend(error.faults);
                    broken.unreadable.extend(error.unreadable);
                }
            }
        }
    }
    if !broken.faults.is_empty() || !broken.unreadable.is_empty() {
        return Err(broken);
    }
    let Some(mut defaults) = defaults else {
        let error = ReadError::new("the sources", "hold no records: there is nothing to draft a pipeline from");
        return Err(unreadable(error.help("`cutover profile SOURCE` lists the tables of a place")));
    };
    defaults.country.clone_from(&arguments.country);
    Ok(Gathered { inputs, profile: together(done), defaults, skipped })
}

/// Whether a word is a variable that stands for a URL.
fn is_url_variable(word: &str) -> bool {
    let name = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.and_then(environment).is_some_and(|value| kind::of_url(&value).is_some() || value.contains("://"))
}

fn shown_name(lone: &Lone, table: Option<&TableEntry>) -> String {
    match table {
        Some(entry) => format!("{} {}", lone.name, entry.name),
        None => lone.name.clone(),
    }
}

/// What a path is called: its file's name without what says how it is written.
fn stem(word: &str) -> String {
    let parts: Vec<&str> = word.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    let plain = |part: &&&str| !part.contains(['*', '?', '[', '$']);
    let found = match parts.last().filter(plain) {
        Some(name) => name.split('.').next(),
        // Of a pattern, the folder says more.
        None => parts.iter().rev().find(plain).copied(),
    };
    found.unwrap_or_default().to_string()
}

/// The tables to draft from: those that hold something and show themselves.
fn tables(lone: &Lone, skipped: &mut Vec<String>) -> Result<Vec<Option<TableEntry>>, Broken> {
    let tables = lone.tables().map_err(unreadable)?;
    if tables.is_empty() || lone.chosen(&tables).is_some() {
        return Ok(vec![None]);
    }
    let mut found = Vec::new();
    for entry in tables {
        let hidden = entry.what.contains("hidden") || entry.what.contains("view") || entry.what.contains("system");
        if hidden || entry.rows == Some(0) {
            let why = if hidden { format!("a {}", entry.what) } else { "it holds no records".to_string() };
            skipped.push(format!("{} {}: left out, {why}", lone.name, entry.name));
        } else {
            found.push(Some(entry));
        }
    }
    Ok(found)
}

/// What was read, its records, its options; its echoes and columns.
type One = (Read, u64, Vec<Setting>, (Vec<(String, String)>, Columns));

/// Opens a source, writes down how it is read, and profiles it.
fn one(lone: &Lone, table: Option<&TableEntry>, name: &str, country: Option<&str>) -> Result<One, Broken> {
    let mut lone = match table {
        Some(entry) => lone.with(entry, &environment)?,
        None => lone.again(&environment)?,
    };
    lone.name = name.to_string();
    lone.defaults.country = country.map(str::to_string);
    let mut settings: Vec<Setting> =
        lone.options().into_iter().map(|(key, value)| Setting { key, value, why: None }).collect();
    let given = |settings: &[Setting], key: &str| settings.iter().any(|setting| setting.key == key);
    if lone.kind() == Some("sheet")
        && !given(&settings, "header")
        && let Some((row, why)) = heading_row(&lone)
    {
        lone = lone.with_option("header", &row.to_string(), &environment)?;
        settings.push(Setting { key: "header".to_string(), value: row.to_string(), why: Some(why) });
    }
    let mut spec = opened(&lone)?;
    if !given(&settings, "headings")
        && ["csv", "sheet"].contains(&lone.kind().unwrap_or_default())
        && let Some((program, why)) = program(&spec)
        && let Ok(other) = lone.with_option("headings", &program, &environment)
        && let Ok(renamed) = opened(&other)
    {
        (lone, spec) = (other, renamed);
        settings.push(Setting { key: "headings".to_string(), value: program, why: Some(why) });
    }
    if let Some((fixed, with)) = fixed(&lone, &spec, &settings) {
        spec = fixed;
        settings.extend(with);
    }
    let facts = (spec.reader.echoes(), drift::columns(&spec));
    let options = Options { values: false, linked: true };
    let defaults = lone.defaults.clone();
    let counter = std::sync::atomic::AtomicU64::new(0);
    let progress = |records| counter.store(records, std::sync::atomic::Ordering::Relaxed);
    if spec.reader.schema().fields().is_empty() {
        return Err(unreadable(ReadError::new(spec.place.clone(), "has no columns")));
    }
    let mut read = read(&spec, None, &defaults, &options, &progress).map_err(unreadable)?;
    read.set_table(table.map(|entry| entry.name.clone()));
    Ok((read, counter.into_inner(), settings, facts))
}

fn opened(lone: &Lone) -> Result<SourceSpec, Broken> {
    lone.again(&environment)?.open()
}

/// The program that exported the contacts, as TOML, and why it is thought so.
fn program(spec: &SourceSpec) -> Option<(String, String)> {
    let schema = spec.reader.schema();
    let headings: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let found = recognise(&headings)?;
    let share = (found.share * 100.0).round();
    Some((quoted(found.program.word()), format!("{share} % of the headings are those of an export")))
}

/// The source with all that was detected written down, if it then reads the same columns.
fn fixed(lone: &Lone, spec: &SourceSpec, settings: &[Setting]) -> Option<(SourceSpec, Vec<Setting>)> {
    let mut added = Vec::new();
    let mut other = lone.again(&environment).ok()?;
    for (key, value) in spec.reader.settings() {
        if settings.iter().any(|setting| setting.key == key) {
            continue;
        }
        other = other.with_option(key, &value, &environment).ok()?;
        added.push(Setting { key: key.to_string(), value, why: Some("as detected".to_string()) });
    }
    if added.is_empty() {
        return None;
    }
    let fixed = opened(&other).ok()?;
    (fixed.reader.schema() == spec.reader.schema()).then_some((fixed, added))
}

/// The row of a sheet that looks like its headings, where titles stand above it.
fn heading_row(lone: &Lone) -> Option<(u32, String)> {
    let bare = lone.with_option("header", "0", &environment).ok()?.open().ok()?;
    let batch = bare.reader.open(HEAD).ok()?.next()?.ok()?;
    let rows: Vec<(u32, Vec<String>)> = (0..batch.num_rows()).filter_map(|at| cells(&batch, at)).collect();
    let most = rows.iter().map(|(_, cells)| cells.len()).max()?;
    let is_heading = |cells: &[String]| {
        let texts = cells.iter().filter(|cell| cell.chars().any(char::is_alphabetic) && cell.chars().count() <= 60);
        let mut different: Vec<&String> = cells.iter().collect();
        different.sort();
        different.dedup();
        cells.len() * 5 >= most * 3 && texts.count() * 10 >= cells.len() * 9 && different.len() == cells.len()
    };
    let (row, cells) = rows.iter().find(|(_, cells)| is_heading(cells))?;
    let first = rows.first().map(|(row, _)| *row)?;
    let above = rows.iter().filter(|(other, _)| other < row).count();
    (*row != first).then(|| (*row, format!("{} texts, all different; {above} above it hold titles", cells.len())))
}

/// The number of a row in its sheet, and its filled cells.
fn cells(batch: &RecordBatch, at: usize) -> Option<(u32, Vec<String>)> {
    let place = batch.column(0).as_string_opt::<i32>()?.value(at).to_string();
    let digits = place.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let texts = batch.columns().iter().skip(3).filter_map(|column| {
        let column = arrow::compute::cast(column, &DataType::Utf8).ok()?;
        let column = column.as_string_opt::<i32>()?;
        (!column.is_null(at)).then(|| column.value(at).trim().to_string())
    });
    Some((digits.parse().ok()?, texts.filter(|text| !text.is_empty()).collect()))
}
