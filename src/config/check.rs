//! From files on disk to a [`Pipeline`]: everything that can be known before a
//! record is read, and every fault of every file in one go.
//!
//! Only this module makes a [`Pipeline`]. It opens the sources for their columns
//! and reads no record. What follows from another fault is not said: where a
//! source cannot be opened, its columns are unknown, and nothing is said of them.

mod beyond;
mod codes;
mod consent;
pub mod destination;
pub mod drift;
mod entity;
mod existing;
mod feed;
mod field;
mod files;
pub(crate) mod known;
mod likeness;
mod list;
pub mod lone;
mod live;
mod order;
mod place;
mod reference;
mod settings;
mod source;
mod steward;
pub mod trial;
pub mod word;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;

pub use codes::CODES;
pub use steward::CODES as STEWARD_CODES;

use self::files::{Document, Environment};
use self::source::Opened;
use crate::config::decode::{Named, Options};
use crate::config::drift::Drift;
use crate::config::pipeline::{Destination, Entity, KeyKind, LiveColumn, Pipeline, SourceSpec};
use crate::config::raw::mapping::RawMapping;
use crate::diagnostic::{Fault, Faults, SourceText};
use crate::mapping::expression::Expressions;
use crate::mapping::phonetic;
use crate::sources::{self, ReadError};
use crate::standards::{Defaults, function};

/// A text from the command line as people may see it: passwords of URLs are
/// asterisks, byte for byte.
pub fn masked(text: &str) -> String {
    files::masked(text)
}

/// Why there is no pipeline: all of it.
#[derive(Debug, Default)]
pub struct Broken {
    /// Mistakes in the files, by file and place.
    pub faults: Vec<Fault>,
    /// Files and sources that could not be opened.
    pub unreadable: Vec<ReadError>,
    /// What has changed in the sources' columns, which may be why.
    pub drift: Vec<Drift>,
}

/// A pipeline, and what its mappings were taken for.
pub struct Checked {
    pub pipeline: Pipeline,
    /// In the order of the entities, and within each of its feeds.
    pub taken: Vec<Taken>,
    /// The mapping file of each entity, by its name.
    pub files: Vec<(String, PathBuf)>,
}

/// What the mapping of one source to one entity was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub entity: String,
    pub source: String,
    /// Which `each` block, from 1; 0 for the plain record.
    pub each: u32,
    /// The mapped fields, in the order of the entity's.
    pub fields: Vec<(String, How)>,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    Column(String),
    FirstOf(Vec<How>),
    Constant(String),
    Expression(String),
}

/// What is known of an entity before it is checked.
struct Known {
    name: String,
    table: String,
    key: KeyKind,
    /// The sources that feed it.
    sources: Vec<String>,
    /// The entities that it refers to.
    references: Vec<String>,
}

/// What the checks of a mapping can look up, and what they leave behind.
struct Scope<'a> {
    root: &'a Path,
    defaults: &'a Defaults,
    as_of: NaiveDate,
    sources: &'a [Opened],
    references: &'a [Opened],
    /// Whether all sources are known: not, where `pipeline.toml` is no TOML.
    complete: bool,
    expressions: &'a Expressions,
    entities: &'a [Known],
    /// The fields of `entities`, in their order.
    columns: Vec<beyond::Columns>,
    /// Files read besides the mappings, for the hash.
    read: Vec<(PathBuf, Vec<u8>)>,
    taken: Vec<Taken>,
}

impl Scope<'_> {
    /// The fields of an entity by its name.
    fn columns_of(&self, entity: &str) -> Option<&beyond::Columns> {
        let place = self.entities.iter().position(|known| known.name == entity)?;
        self.columns.get(place)
    }
}

/// Asks the target for the columns of tables, `None` for one that is not there.
/// This module opens no target: who calls it brings one.
pub type Look<'a> = &'a dyn Fn(&Destination, &[String]) -> Result<Vec<Option<Vec<LiveColumn>>>, ReadError>;

/// The pipeline of a file; `env` gives the values of variables.
///
/// # Errors
/// All faults of all files, and all sources that cannot be opened; the target
/// where it cannot be looked at.
pub fn load(file: &Path, env: &dyn Fn(&str) -> Option<String>, look: Look<'_>) -> Result<Pipeline, Broken> {
    examine(file, env, look).map(|checked| checked.pipeline)
}

/// The pipeline of a file, with what its mappings were taken for.
///
/// # Errors
/// As [`load`].
pub fn examine(file: &Path, env: &dyn Fn(&str) -> Option<String>, look: Look<'_>) -> Result<Checked, Broken> {
    let text = files::read(file, "name the pipeline with `--pipeline FILE`")
        .map_err(|error| Broken { unreadable: vec![error], ..Broken::default() })?;
    let mut faults = Faults::new(Arc::new(SourceText { path: file.to_path_buf(), text: String::new() }));
    let mut unreadable = Vec::new();
    let document = files::parse(file.to_path_buf(), &text, &mut faults);
    let mut drift = Vec::new();
    let checked = whole(file, text, &document, (env, look), &mut faults, &mut unreadable, &mut drift);
    match checked {
        Some(checked) if faults.is_empty() && unreadable.is_empty() => Ok(checked),
        _ => Err(Broken { faults: faults.into_sorted(), unreadable, drift }),
    }
}

fn whole(
    file: &Path,
    text: String,
    document: &Document,
    (env, look): (Environment<'_>, Look<'_>),
    faults: &mut Faults,
    unreadable: &mut Vec<ReadError>,
    drift: &mut Vec<Drift>,
) -> Option<Checked> {
    let root = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let raw = settings::decode(document, faults)?;
    let defaults = settings::defaults(&raw.defaults, faults);
    let target = settings::target(&raw.target, document, &root, env, faults);
    let opened: Vec<Opened> = raw
        .source
        .0
        .iter()
        .map(|(name, one)| source::check(name.clone(), one, &root, &raw.defaults.nulls, env, faults, unreadable))
        .collect();
    let references: Vec<Opened> = raw
        .reference
        .0
        .iter()
        .map(|(name, one)| source::check(name.clone(), one, &root, &raw.defaults.nulls, env, faults, unreadable))
        .collect();
    reference::names(&opened, &references, faults);
    let held: Vec<drift::Held<'_>> = drift::held(&opened, &raw.source, "")
        .chain(drift::held(&references, &raw.reference, drift::REFERENCE))
        .collect();
    *drift = drift::check(document, &held, raw.defaults.on_drift, faults, unreadable);
    if raw.source.0.is_empty() && document.whole {
        let end = document.file.text.len();
        faults.push("config.no-source", end..end, "a pipeline without sources").help("add `[source.NAME]`");
    }
    for (name, _) in &raw.source.0 {
        source::named(name, faults);
    }
    let mut read = vec![(PathBuf::from(sources::file_name(file)), text.into_bytes())];
    let mappings = mappings(&raw.mappings.0, &root, document, faults, unreadable, &mut read);
    let expressions =
        Expressions::new(raw.as_of, function::functions(&defaults).into_iter().chain(phonetic::functions()));
    let entities = known(&mappings);
    let mut scope = Scope {
        root: &root,
        defaults: &defaults,
        as_of: raw.as_of,
        sources: &opened,
        references: &references,
        complete: document.whole,
        expressions: &expressions,
        entities: &entities,
        columns: Vec::new(),
        read,
        taken: Vec::new(),
    };
    for mapping in &mappings {
        let Some(raw) = &mapping.raw else { continue };
        let columns = entity::columns(raw, &mut scope, Arc::clone(&mapping.document.file));
        scope.columns.push(columns);
    }
    let built = entities_of(&mappings, &mut scope, faults);
    let Scope { read, mut taken, .. } = scope;
    if let Some(target) = &target {
        preflight(&mappings, &built, &entities, (target, look), faults).unwrap_or_else(|error| unreadable.push(error));
    }
    let said = steward::check(&root, &opened, &entities, faults, unreadable);
    let read: Vec<(PathBuf, Vec<u8>)> = read.into_iter().chain(said.read).collect();
    let entities = order::in_order(built.into_iter().collect::<Option<_>>()?);
    let place = |one: &Taken| entities.iter().position(|entity| entity.name == one.entity);
    taken.sort_by_key(place);
    let relative = read
        .into_iter()
        .map(|(path, content)| (path.strip_prefix(&root).map(Path::to_path_buf).unwrap_or(path), content));
    let config_hash = files::hash(relative.collect());
    let specs = |opened: Vec<Opened>| opened.into_iter().map(|one| one.spec).collect::<Option<Vec<SourceSpec>>>();
    let (sources, references) = (specs(opened)?, specs(references)?);
    let pipeline = Pipeline {
        file: file.to_path_buf(),
        name: raw.name,
        as_of: raw.as_of,
        sources,
        references,
        entities,
        target: target?,
        archive: root.join(raw.archive.path),
        limits: crate::config::pipeline::Limits { reject: raw.limits.reject, refuse: raw.limits.refuse },
        corrections: said.corrections,
        decisions: said.decisions,
        out: root.join(raw.out),
        config_hash,
        drift: drift.clone(),
        defaults,
        root,
    };
    let named =
        mappings.iter().filter_map(|one| Some((one.raw.as_ref()?.entity.value.clone(), &one.document.file.path)));
    let files = named.map(|(entity, path)| (entity, path.clone())).collect();
    Some(Checked { pipeline, taken, files })
}

/// A mapping as decoded; `None` within where its file is no TOML.
struct Mapping {
    document: Document,
    raw: Option<RawMapping>,
}

/// Reads and decodes all mappings, in order of their paths.
fn mappings(
    patterns: &[crate::config::decode::Placed<String>],
    root: &Path,
    pipeline: &Document,
    faults: &mut Faults,
    unreadable: &mut Vec<ReadError>,
    read: &mut Vec<(PathBuf, Vec<u8>)>,
) -> Vec<Mapping> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for pattern in patterns {
        match sources::files(&root.join(&pattern.value)) {
            Ok(found) if found.iter().all(|path| path.exists()) => paths.extend(found),
            _ => {
                let message = format!("no mapping file matches `{}`", pattern.value);
                faults
                    .push("config.no-mapping", pattern.span.clone(), message)
                    .help("`mappings` counts from the pipeline's folder");
            }
        }
    }
    paths.retain(|path| !trial::is_file(path));
    paths.sort();
    paths.dedup();
    let mut mappings = Vec::new();
    for path in paths {
        let text = match files::read(&path, "give the user that runs cutover the right to read it") {
            Ok(text) => text,
            Err(error) => {
                unreadable.push(error);
                continue;
            }
        };
        read.push((path.clone(), text.clone().into_bytes()));
        let document = files::parse(path, &text, faults);
        let raw = decode(&document, faults);
        mappings.push(Mapping { document, raw });
    }
    faults.enter(Arc::clone(&pipeline.file));
    mappings
}

/// The mapping of a document. Of one that has faults as much as can be made out,
/// so that others can refer to it.
fn decode(document: &Document, faults: &mut Faults) -> Option<RawMapping> {
    let mut scratch = Faults::new(Arc::clone(&document.file));
    let noted = if document.whole { faults } else { &mut scratch };
    let span = 0..document.table.iter().map(|(key, _)| key.span().end).next().unwrap_or(0);
    if let Some(raw) = RawMapping::from_table(&document.table, span.clone(), &[], noted) {
        return Some(raw);
    }
    let stem = document.file.path.file_stem()?.to_string_lossy().into_owned();
    let patched = settings::patched(&document.table, &format!("entity = {stem:?}"));
    RawMapping::from_table(&patched, span, &[], &mut Faults::new(Arc::clone(&document.file)))
}

fn known(mappings: &[Mapping]) -> Vec<Known> {
    let names = |Named(from): &Named<_>| from.iter().map(|(name, _)| name.value.clone()).collect();
    let raws = mappings.iter().filter_map(|mapping| mapping.raw.as_ref());
    let one = |raw: &RawMapping| Known {
        name: raw.entity.value.clone(),
        table: raw.table.as_ref().unwrap_or(&raw.entity).value.clone(),
        key: raw.key,
        sources: names(&raw.from),
        references: raw
            .fields
            .0
            .iter()
            .filter_map(|(_, field)| Some(field.keys.references.as_ref()?.value.clone()))
            .collect(),
    };
    raws.map(one).collect()
}

/// Checks every mapping whose file is TOML; `None` for one that gives no entity.
fn entities_of(mappings: &[Mapping], scope: &mut Scope<'_>, faults: &mut Faults) -> Vec<Option<Entity>> {
    let mut built = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    for mapping in mappings {
        let Some(raw) = mapping.raw.as_ref().filter(|_| mapping.document.whole) else {
            built.push(None);
            continue;
        };
        faults.enter(Arc::clone(&mapping.document.file));
        source::named(&raw.entity, faults);
        let table = raw.table.as_ref().unwrap_or(&raw.entity);
        if seen.iter().any(|(name, _)| name.eq_ignore_ascii_case(&raw.entity.value)) {
            let message = format!("another mapping has the entity `{}`", raw.entity.value);
            faults.push("config.duplicate", raw.entity.span.clone(), message);
        } else if seen.iter().any(|(_, other)| other.eq_ignore_ascii_case(&table.value)) {
            let message = format!("another mapping has the table `{}`", table.value);
            faults.push("config.duplicate", table.span.clone(), message);
        }
        seen.push((raw.entity.value.clone(), table.value.clone()));
        built.push(entity::check(raw, scope, faults));
    }
    built
}

/// Holds the mappings against the tables that the target has already.
fn preflight(
    mappings: &[Mapping],
    built: &[Option<Entity>],
    entities: &[Known],
    (target, look): (&Destination, Look<'_>),
    faults: &mut Faults,
) -> Result<(), ReadError> {
    let whole = |mapping: &&Mapping| mapping.document.whole && mapping.raw.is_some();
    let name = |raw: &RawMapping| raw.table.as_ref().unwrap_or(&raw.entity).value.clone();
    let tables: Vec<String> =
        mappings.iter().filter(whole).filter_map(|mapping| mapping.raw.as_ref()).map(name).collect();
    if tables.is_empty() {
        return Ok(());
    }
    let mut found = look(target, &tables)?.into_iter();
    for (mapping, entity) in mappings.iter().zip(built) {
        let Some(raw) = mapping.raw.as_ref().filter(|_| mapping.document.whole) else { continue };
        let Some(Some(columns)) = found.next() else { continue };
        faults.enter(Arc::clone(&mapping.document.file));
        let table = live::Table { name: &name(raw), columns: &columns, target: &target.spec, entities };
        live::check(raw, entity.as_ref(), &table, faults);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
