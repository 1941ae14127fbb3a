//! One source by itself, for commands that look at sources and load nothing.
//!
//! It is named as in the pipeline file, of which only `[defaults]` and that
//! source must be sound; or by a path or URL with options, for which no pipeline
//! is needed. Either way it is made out as `check` does it, with the same faults.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeValue;

use super::files::{self, Document, Environment};
use super::source::{self, Made};
use super::word::{self, Word};
use super::{Broken, settings};
use crate::config::decode::{Decode, Named, Placed, Table};
use crate::config::pipeline::SourceSpec;
use crate::config::raw::pipeline::{RawDefaults, RawSource};
use crate::diagnostic::{Faults, SourceText, nearest};
use crate::sources::kind::{self, TableEntry};
use crate::sources::{self, ReadError};
use crate::standards::Defaults;

/// A source as the command line names it.
pub struct Words<'a> {
    /// A name of the pipeline file, a path, a pattern or a URL.
    pub place: Placed<String>,
    /// Options by their keys, as `[source.NAME]` takes them.
    pub options: Vec<Word>,
    /// The command line, into which all spans point.
    pub said: Arc<SourceText>,
    /// The pipeline file, read where `place` may be a name in it.
    pub pipeline: &'a Path,
}

impl Words<'_> {
    /// What `--kind` says.
    fn kind(&self) -> Option<&str> {
        let word = self.options.iter().find(|word| word.key.value == "kind")?;
        word.values.first().map(|value| value.value.as_str())
    }
}

/// A source that can be opened.
pub struct Lone {
    /// Its name in the pipeline; of a path the file's name, of a URL the URL
    /// without credentials.
    pub name: String,
    /// The place as people may see it.
    pub shown: String,
    /// What `[defaults]` says; without a pipeline, what holds if it says nothing.
    pub defaults: Defaults,
    made: Made,
    raw: RawSource,
    nulls: Vec<String>,
    file: Arc<SourceText>,
    root: PathBuf,
}

/// Two ways to say what to read from a database: one given on the command line
/// takes the place of the other in the pipeline.
const EITHER: [&str; 2] = ["table", "query"];

/// The source that the command line names.
///
/// # Errors
/// Its faults, or that it is not there.
pub fn of_words(words: Words<'_>, env: Environment<'_>) -> Result<Lone, Broken> {
    let mut faults = Faults::new(Arc::clone(&words.said));
    let lone = match named_in_pipeline(&words, env, &mut faults) {
        Some(found) => found,
        None => of_place(&words, env, &mut faults),
    };
    settled(lone, faults)
}

/// All sources of a pipeline file, in its order.
///
/// # Errors
/// The faults of its sources and of `[defaults]`; not those of the rest.
pub fn all(pipeline: &Path, env: Environment<'_>) -> Result<Vec<Lone>, Broken> {
    let text = files::read(pipeline, "name a source, or the pipeline with `--pipeline FILE`").map_err(unreadable)?;
    let mut faults = Faults::new(Arc::new(SourceText { path: pipeline.to_path_buf(), text: String::new() }));
    let document = files::parse(pipeline.to_path_buf(), &text, &mut faults);
    let found = made_out(tables_of(&document, "source", &mut faults), &document, pipeline, env, faults)?;
    if found.is_empty() {
        let error = ReadError::new(pipeline.display().to_string(), "has no sources");
        return Err(self::unreadable(error.help("add `[source.NAME]`, or name a file to look at")));
    }
    Ok(found)
}

/// All references of a pipeline file, in its order.
///
/// # Errors
/// As [`all`].
pub fn references(pipeline: &Path, env: Environment<'_>) -> Result<Vec<Lone>, Broken> {
    let text = files::read(pipeline, "name the pipeline with `--pipeline FILE`").map_err(unreadable)?;
    let mut faults = Faults::new(Arc::new(SourceText { path: pipeline.to_path_buf(), text: String::new() }));
    let document = files::parse(pipeline.to_path_buf(), &text, &mut faults);
    made_out(tables_of(&document, "reference", &mut faults), &document, pipeline, env, faults)
}

fn made_out(
    written: Vec<(Placed<String>, RawSource)>,
    document: &Document,
    pipeline: &Path,
    env: Environment<'_>,
    mut faults: Faults,
) -> Result<Vec<Lone>, Broken> {
    let (defaults, nulls) = defaults(document, &mut faults);
    let mut found = Vec::new();
    let mut unreadable = Vec::new();
    for (name, raw) in written {
        let written = Written { name, raw, nulls: &nulls, defaults: &defaults, file: &document.file };
        match written.made_out(&root_of(pipeline), env, &mut faults) {
            Some(Ok(lone)) => found.push(lone),
            Some(Err(error)) => unreadable.push(error),
            None => {}
        }
    }
    if faults.is_empty() && unreadable.is_empty() {
        return Ok(found);
    }
    Err(Broken { faults: faults.into_sorted(), unreadable, ..Broken::default() })
}

fn unreadable(error: ReadError) -> Broken {
    Broken { unreadable: vec![error], ..Broken::default() }
}

fn settled(lone: Option<Result<Lone, ReadError>>, faults: Faults) -> Result<Lone, Broken> {
    match lone {
        Some(Ok(lone)) if faults.is_empty() => Ok(lone),
        Some(Err(error)) => Err(Broken { faults: faults.into_sorted(), unreadable: vec![error], ..Broken::default() }),
        _ => Err(Broken { faults: faults.into_sorted(), ..Broken::default() }),
    }
}

/// The source of that name in the pipeline file; `None` where `place` cannot be
/// a name, or is none there.
fn named_in_pipeline(
    words: &Words<'_>,
    env: Environment<'_>,
    faults: &mut Faults,
) -> Option<Option<Result<Lone, ReadError>>> {
    let name = &words.place.value;
    if name.contains(['/', '\\', '.', '*', ':', '$']) || !words.pipeline.is_file() {
        return None;
    }
    let text = match files::read(words.pipeline, "name another with `--pipeline FILE`") {
        Ok(text) => text,
        Err(error) => return Some(Some(Err(error))),
    };
    // Faults of the pipeline are told only where the source is one of its own.
    let mut noted = Faults::new(Arc::clone(&words.said));
    let document = files::parse(words.pipeline.to_path_buf(), &text, &mut noted);
    let (found, raw) = sources_of(&document, &mut noted).into_iter().find(|(found, _)| found.value == *name)?;
    let (defaults, nulls) = defaults(&document, &mut noted);
    let mut raw = raw;
    let made = overlay(&mut raw.table, words, &mut noted).and_then(|()| {
        noted.enter(Arc::clone(&document.file));
        let written = Written { name: found, raw, nulls: &nulls, defaults: &defaults, file: &document.file };
        written.made_out(&root_of(words.pipeline), env, &mut noted)
    });
    *faults = noted;
    Some(made)
}

/// Puts the options of the command line over those of the pipeline, once they
/// are found to be sound by themselves: their places are in another text.
fn overlay(table: &mut Table, words: &Words<'_>, faults: &mut Faults) -> Option<()> {
    faults.enter(Arc::clone(&words.said));
    let kind = words.kind().map_or_else(|| kind_of(table), kind::find);
    let options = word::table(&words.options, kind);
    let mut alone = options.clone();
    for key in ["kind", "path", "url"] {
        if let Some((key, node)) = table.get_key_value(key).filter(|_| !alone.contains_key(key)) {
            alone.insert(key.clone(), node.clone());
        }
    }
    if let Some(kind) = kind {
        let mut found = Faults::new(Arc::clone(&words.said));
        kind.options(&alone, words.place.span.clone(), &RawSource::common(), &mut found);
        let wrong: Vec<_> = found.into_sorted().into_iter().filter(|one| one.code != "config.missing-key").collect();
        for fault in &wrong {
            let noted = faults.push(fault.code, fault.span.clone(), fault.message.clone());
            noted.label(fault.label.clone());
            noted.help = fault.help.clone();
        }
        if !wrong.is_empty() {
            return None;
        }
    }
    for (key, node) in &options {
        let name: &str = key.get_ref();
        if EITHER.contains(&name) {
            EITHER.iter().for_each(|other| drop(table.remove(*other)));
        }
        table.insert(key.clone(), node.clone());
    }
    Some(())
}

fn kind_of(table: &Table) -> Option<&'static kind::Kind> {
    let text = |key: &str| table.get(key).and_then(|node| node.get_ref().as_str());
    match (text("kind"), text("path"), text("url")) {
        (Some(word), ..) => kind::find(word),
        (None, Some(path), _) => kind::of_path(path),
        (None, None, Some(url)) => kind::of_url(url).map(|(kind, _)| kind),
        (None, None, None) => None,
    }
}

/// The source at a path or URL.
fn of_place(words: &Words<'_>, env: Environment<'_>, faults: &mut Faults) -> Option<Result<Lone, ReadError>> {
    let place = &words.place;
    // A variable may stand for either.
    let meant = files::meant(&place.value, env).unwrap_or_else(|| place.value.clone());
    let is_url = kind::of_url(&meant).is_some() || meant.contains("://");
    if !is_url && neither_name_nor_file(&meant) {
        return Some(Err(not_there(words)));
    }
    let key = if is_url { "url" } else { "path" };
    let span = place.span.clone();
    let kind = match words.kind() {
        Some(word) => kind::find(word),
        None if is_url => kind::of_url(&meant).map(|(kind, _)| kind),
        None => kind::of_path(&meant),
    };
    let mut table = word::table(&words.options, kind);
    table.insert(
        toml::Spanned::new(span.clone(), key.into()),
        toml::Spanned::new(span.clone(), DeValue::String(place.value.clone().into())),
    );
    let name = sources::file_name(Path::new(&place.value));
    let defaults = settings::defaults(&RawDefaults::default(), faults);
    let nulls = RawDefaults::default().nulls;
    let raw = RawSource { table, span: span.clone() };
    let name = Placed { value: name, span };
    let written = Written { name, raw, nulls: &nulls, defaults: &defaults, file: &words.said };
    let mut made = written.made_out(Path::new(""), env, faults);
    if let Some(Ok(lone)) = made.as_mut().filter(|_| is_url) {
        lone.name.clone_from(&lone.shown);
    }
    made
}

/// Whether a word without extension or folder is no file either, nor said to be
/// of a kind: a mistyped name more likely than a path.
fn neither_name_nor_file(meant: &str) -> bool {
    !meant.contains(['/', '\\', '.', '*', '?', '[']) && !Path::new(meant).exists()
}

fn not_there(words: &Words<'_>) -> ReadError {
    let name = &words.place.value;
    let pipeline = words.pipeline.display();
    let error = ReadError::new(name.clone(), "is neither a file nor a source of the pipeline");
    let Ok(text) = files::read(words.pipeline, "") else {
        return error.help(format!("there is no file of that name, and no {pipeline} to look in"));
    };
    let mut faults = Faults::new(Arc::clone(&words.said));
    let document = files::parse(words.pipeline.to_path_buf(), &text, &mut faults);
    let names: Vec<String> = sources_of(&document, &mut faults).into_iter().map(|(name, _)| name.value).collect();
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("the sources of {pipeline}: {}", names.join(", "))),
    }
}

fn root_of(pipeline: &Path) -> PathBuf {
    pipeline.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// What can be read by its name: sources, then references.
fn sources_of(document: &Document, faults: &mut Faults) -> Vec<(Placed<String>, RawSource)> {
    let mut all = tables_of(document, "source", faults);
    all.extend(tables_of(document, "reference", faults));
    all
}

fn tables_of(document: &Document, key: &str, faults: &mut Faults) -> Vec<(Placed<String>, RawSource)> {
    let node = document.table.get(key);
    node.and_then(|node| Named::<RawSource>::decode(node, faults)).map(|named| named.0).unwrap_or_default()
}

fn defaults(document: &Document, faults: &mut Faults) -> (Defaults, Vec<String>) {
    let node = document.table.get("defaults");
    let raw = node.and_then(|node| RawDefaults::decode(node, faults)).unwrap_or_default();
    (settings::defaults(&raw, faults), raw.nulls)
}

/// A source with all that making it out takes.
struct Written<'a> {
    name: Placed<String>,
    raw: RawSource,
    nulls: &'a [String],
    defaults: &'a Defaults,
    file: &'a Arc<SourceText>,
}

impl Written<'_> {
    fn made_out(self, root: &Path, env: Environment<'_>, faults: &mut Faults) -> Option<Result<Lone, ReadError>> {
        let made = source::make(&self.name, &self.raw, root, env, faults)?;
        Some(made.map(|made| Lone {
            name: self.name.value,
            shown: made.shown.clone(),
            defaults: self.defaults.clone(),
            made,
            raw: self.raw,
            nulls: self.nulls.to_vec(),
            file: Arc::clone(self.file),
            root: root.to_path_buf(),
        }))
    }
}

impl Lone {
    /// What can be chosen from the place; empty where it holds one thing only.
    ///
    /// # Errors
    /// That the place cannot be read.
    pub fn tables(&self) -> Result<Vec<TableEntry>, ReadError> {
        self.made.tables()
    }

    /// What is chosen from the place's `tables`: the name of one, or a query.
    pub fn chosen(&self, tables: &[TableEntry]) -> Option<String> {
        let options = tables.iter().map(|entry| entry.option).chain(["query"]);
        let given = options.filter_map(|key| self.raw.table.get(key)).next();
        given.map(|node| node.get_ref().as_str().unwrap_or_default().to_string())
    }

    /// The same place with that table chosen.
    ///
    /// # Errors
    /// As when it is made out.
    pub fn with(&self, entry: &TableEntry, env: Environment<'_>) -> Result<Self, Broken> {
        let mut raw = self.raw.clone();
        let span = raw.span.clone();
        let name = Placed { value: entry.name.clone(), span: span.clone() };
        if let Some(node) = word::value(entry.option, &[name], kind_of(&raw.table)) {
            raw.table.insert(toml::Spanned::new(span.clone(), entry.option.into()), node);
        }
        self.remade(raw, env)
    }

    /// The same place with another option, its value written as TOML.
    ///
    /// # Errors
    /// As when it is made out.
    pub fn with_option(&self, key: &str, value: &str, env: Environment<'_>) -> Result<Self, Broken> {
        let mut raw = self.raw.clone();
        let span = raw.span.clone();
        let parsed = files::table(format!("v = {value}")).0.remove("v");
        if let Some(node) = parsed {
            raw.table.insert(toml::Spanned::new(span, key.to_string().into()), node);
        }
        self.remade(raw, env)
    }

    /// The same place again.
    ///
    /// # Errors
    /// As when it is made out.
    pub fn again(&self, env: Environment<'_>) -> Result<Self, Broken> {
        self.remade(self.raw.clone(), env)
    }

    fn remade(&self, raw: RawSource, env: Environment<'_>) -> Result<Self, Broken> {
        let mut faults = Faults::new(Arc::clone(&self.file));
        let name = Placed { value: self.name.clone(), span: raw.span.clone() };
        let written = Written { name, raw, nulls: &self.nulls, defaults: &self.defaults, file: &self.file };
        let made = written.made_out(&self.root, env, &mut faults);
        settled(made, faults)
    }

    /// The name of its kind.
    pub fn kind(&self) -> Option<&'static str> {
        kind_of(&self.raw.table).map(|kind| kind.name)
    }

    /// Its options but for the place, with values as TOML.
    pub fn options(&self) -> Vec<(String, String)> {
        let all = self.raw.table.iter().filter(|(key, _)| !["path", "url"].contains(&key.get_ref().as_ref()));
        all.map(|(key, node)| (key.get_ref().to_string(), source::toml_value(node.get_ref()))).collect()
    }

    /// Opens it for its columns.
    ///
    /// # Errors
    /// That it cannot be read, or has not the columns that the pipeline says.
    pub fn open(self) -> Result<SourceSpec, Broken> {
        let mut faults = Faults::new(self.file);
        let found = self.made.open().map_err(unreadable)?;
        let spec = source::finish(found, self.name, &self.nulls, &mut faults);
        if faults.is_empty() { Ok(spec) } else { Err(Broken { faults: faults.into_sorted(), ..Broken::default() }) }
    }
}
