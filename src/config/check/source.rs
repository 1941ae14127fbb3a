//! A source of the pipeline: its kind, its options, and the columns that it has.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use toml::de::DeValue;

use super::files::{self, Environment, Veiled};
use crate::config::decode::{Options, Placed, Table};
use crate::config::pipeline::SourceSpec;
use crate::config::raw::pipeline::{RawSource, RawSourceKeys, WithoutKey};
use crate::config::veil::Veil;
use crate::diagnostic::{Faults, nearest};
use crate::sources::kind::{self, Kind, Opener, Place, TableEntry};
use crate::sources::{self, ReadError};

/// A source as far as it could be made out.
pub(super) struct Opened {
    pub name: Placed<String>,
    /// `None` where it could not be opened, which has been said: its columns are unknown.
    pub spec: Option<SourceSpec>,
}

impl Opened {
    pub(super) fn schema(&self) -> Option<SchemaRef> {
        self.spec.as_ref().map(|spec| spec.reader.schema())
    }
}

/// Checks a source and opens it for its columns.
pub(super) fn check(
    name: Placed<String>,
    raw: &RawSource,
    root: &Path,
    nulls: &[String],
    env: Environment<'_>,
    faults: &mut Faults,
    unreadable: &mut Vec<ReadError>,
) -> Opened {
    let spec = match open(&name, raw, root, env, faults) {
        Some(Ok(spec)) => Some(finish(spec, name.value.clone(), nulls, faults)),
        Some(Err(error)) => {
            unreadable.push(error);
            None
        }
        None => None,
    };
    Opened { name, spec }
}

/// A source made out from what is written, but not opened.
pub(super) struct Made {
    keys: RawSourceKeys,
    options: Box<dyn Opener>,
    place: Place,
    veil: Veil,
    pub shown: String,
    fingerprint: String,
}

/// A source opened for its columns.
pub(super) struct Found {
    keys: RawSourceKeys,
    reader: Veiled,
    files: Vec<PathBuf>,
    place: String,
    fingerprint: String,
}

fn open(
    name: &Placed<String>,
    raw: &RawSource,
    root: &Path,
    env: Environment<'_>,
    faults: &mut Faults,
) -> Option<Result<Found, ReadError>> {
    Some(make(name, raw, root, env, faults)?.and_then(Made::open))
}

/// Makes out kind, place and options: `None` after a fault, an error where the
/// files cannot be listed.
pub(super) fn make(
    name: &Placed<String>,
    raw: &RawSource,
    root: &Path,
    env: Environment<'_>,
    faults: &mut Faults,
) -> Option<Result<Made, ReadError>> {
    let mut table = raw.table.clone();
    let mut veil = Veil::default();
    let expanded = files::expand(&mut table, &["path", "url", "query"], env, &mut veil, faults);
    if let Some(DeValue::String(url)) = table.get("url").map(|node| node.get_ref()) {
        veil.add_password(url);
    }
    let everything: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
    let keys = RawSourceKeys::from_table(&table, raw.span.clone(), &everything, faults)?;
    let kind = kind_of(name, &keys, root, expanded, faults)?;
    let options = kind.options(&table, raw.span.clone(), &RawSource::common(), faults);
    let place = place_of(name, &keys, kind, root, faults)?;
    let (options, true) = (options?, expanded) else { return None };
    let shown = shown(raw, &table, &veil);
    let fingerprint = fingerprint(kind, raw, &table, &shown);
    Some(match place {
        Ok(place) => Ok(Made { keys, options, place, veil, shown, fingerprint }),
        Err(error) => Err(files::veiled(&veil, error)),
    })
}

impl Made {
    pub(super) fn open(self) -> Result<Found, ReadError> {
        let Self { keys, options, place, veil, shown, fingerprint } = self;
        let source = options.open(&place).map_err(|error| files::veiled(&veil, error))?;
        let files = match place {
            Place::Files(files) => files,
            Place::Server(_) => Vec::new(),
        };
        Ok(Found { keys, reader: Veiled { source, veil }, files, place: shown, fingerprint })
    }

    /// What can be chosen from the place.
    pub(super) fn tables(&self) -> Result<Vec<TableEntry>, ReadError> {
        self.options.tables(&self.place).map_err(|error| files::veiled(&self.veil, error))
    }
}

fn kind_of(
    name: &Placed<String>,
    keys: &RawSourceKeys,
    root: &Path,
    expanded: bool,
    faults: &mut Faults,
) -> Option<&'static Kind> {
    let names: Vec<&str> = kind::all().iter().map(|kind| kind.name).collect();
    if let Some(word) = &keys.kind {
        let known = kind::find(&word.value);
        if known.is_none() {
            crate::config::words::unknown_word(word, &names, faults);
        }
        return known;
    }
    let guessed = match (&keys.path, &keys.url) {
        (Some(path), _) => kind::of_path(&root.join(&path.value).to_string_lossy()),
        (None, Some(url)) => kind::of_url(&url.value).map(|(kind, _)| kind),
        (None, None) => {
            let message = format!("source `{}` has neither `path` nor `url`", name.value);
            faults.push("config.missing-key", name.span.clone(), message).help("add `path = \"…\"` or `url = \"…\"`");
            return None;
        }
    };
    let place = keys.path.as_ref().or(keys.url.as_ref())?;
    if guessed.is_none() && expanded {
        faults
            .push("config.unknown-kind", place.span.clone(), "neither extension nor scheme says what this is")
            .help(format!("add `kind`: one of {}", names.join(", ")));
    }
    guessed
}

/// Where the source is: `None` after a fault, an error where the files cannot be listed.
fn place_of(
    name: &Placed<String>,
    keys: &RawSourceKeys,
    kind: &Kind,
    root: &Path,
    faults: &mut Faults,
) -> Option<Result<Place, ReadError>> {
    let (path, span) = match (&keys.path, &keys.url) {
        (Some(_), Some(url)) => {
            faults.push("config.conflict", url.span.clone(), "a source has a `path` or a `url`, not both");
            return None;
        }
        (None, Some(url)) if kind.is_server() => return Some(Ok(Place::Server(url.value.clone()))),
        (None, Some(url)) => {
            let rest = kind::of_url(&url.value).map_or(url.value.as_str(), |(_, rest)| rest);
            (rest.to_string(), url.span.clone())
        }
        (Some(path), None) => (path.value.clone(), path.span.clone()),
        (None, None) => {
            let wanted = if kind.is_server() { "url" } else { "path" };
            let message = format!("source `{}` has no `{wanted}`", name.value);
            faults.push("config.missing-key", name.span.clone(), message).help(format!("add `{wanted} = \"…\"`"));
            return None;
        }
    };
    if kind.is_server() {
        let message = format!("`{}` is a server: it has a `url`, not a `path`", kind.name);
        faults.push("config.conflict", span, message);
        return None;
    }
    Some(sources::files(&root.join(path)).map(Place::Files))
}

/// The place as written, without credentials: variables are shown by their names.
fn shown(raw: &RawSource, expanded: &Table, veil: &Veil) -> String {
    let text = |table: &Table, key: &str| match table.get(key).map(|node| node.get_ref()) {
        Some(DeValue::String(text)) => Some(text.to_string()),
        _ => None,
    };
    match (text(&raw.table, "path"), text(&raw.table, "url"), text(expanded, "url")) {
        (Some(path), ..) => path,
        (None, Some(written), _) if written.starts_with("sqlite:") => written,
        (None, Some(written), Some(meant)) => files::shown(&written, &meant, veil),
        _ => String::new(),
    }
}

/// Kind, place and options as written, by name of the key. What variables stood
/// for goes in as a hash: another value is another snapshot.
fn fingerprint(kind: &Kind, raw: &RawSource, expanded: &Table, place: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (key, node) in &raw.table {
        let name: &str = key.get_ref();
        if matches!(name, "path" | "url" | "key" | "nulls" | "kind" | "on_drift") {
            continue;
        }
        let mut written = String::new();
        write_value(node.get_ref(), &mut written);
        if let Some(DeValue::String(value)) = expanded.get(name).map(|node| node.get_ref())
            && written != format!("{:?}", value.as_ref())
        {
            written.push_str(&format!(" {}", blake3::hash(value.as_bytes()).to_hex()));
        }
        parts.push(format!("{name}={written}"));
    }
    parts.sort();
    format!("kind={}\nplace={place}\n{}", kind.name, parts.join("\n"))
}

/// A value as TOML writes it.
pub(super) fn toml_value(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => crate::init::words::quoted(text),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| toml_value(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => {
            let key = |key: &str| crate::init::words::key(key);
            let items: Vec<String> = table
                .iter()
                .map(|(name, value)| format!("{} = {}", key(name.get_ref()), toml_value(value.get_ref())))
                .collect();
            format!("{{ {} }}", items.join(", "))
        }
        plain => {
            let mut text = String::new();
            write_value(plain, &mut text);
            text
        }
    }
}

fn write_value(value: &DeValue<'_>, into: &mut String) {
    match value {
        DeValue::String(text) => into.push_str(&format!("{:?}", text.as_ref())),
        DeValue::Integer(number) => into.push_str(number.as_str()),
        DeValue::Float(number) => into.push_str(number.as_str()),
        DeValue::Boolean(value) => into.push_str(&value.to_string()),
        DeValue::Datetime(at) => into.push_str(&at.to_string()),
        DeValue::Array(items) => {
            into.push('[');
            for item in items {
                write_value(item.get_ref(), into);
                into.push(',');
            }
            into.push(']');
        }
        DeValue::Table(table) => {
            into.push('{');
            for (key, value) in table {
                into.push_str(&format!("{:?}=", key.get_ref().as_ref()));
                write_value(value.get_ref(), into);
                into.push(',');
            }
            into.push('}');
        }
    }
}

pub(super) fn finish(found: Found, name: String, nulls: &[String], faults: &mut Faults) -> SourceSpec {
    let Found { keys, reader, files, place, fingerprint } = found;
    let schema = sources::Source::schema(&reader);
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let key = keys.key.map(|key| key.0).unwrap_or_default();
    for (index, part) in key.iter().enumerate() {
        if !columns.contains(&part.value.as_str()) {
            unknown_column(&part.value, &part.span, &name, &columns, faults);
        } else if key.iter().take(index).any(|earlier| earlier.value == part.value) {
            faults.push("config.duplicate", part.span.clone(), format!("`{}` is in the key already", part.value));
        }
    }
    SourceSpec {
        key: key.into_iter().map(|part| part.value).collect(),
        key_or_content: keys.without_key == Some(WithoutKey::Content),
        nulls: keys.nulls.unwrap_or_else(|| nulls.to_vec()),
        reader: Arc::new(reader),
        name,
        files,
        place,
        fingerprint,
    }
}

/// Notes a name that is no column of the source.
pub(super) fn unknown_column(name: &str, span: &Range<usize>, source: &str, columns: &[&str], faults: &mut Faults) {
    let message = format!("source `{source}` has no column `{name}`");
    let fault = faults.push("config.unknown-column", span.clone(), message);
    if let Some(near) = nearest(name, columns.iter().copied()) {
        fault.help(format!("did you mean `{near}`?"));
    }
}

/// Names of sources and entities become names of files.
pub(super) fn named(name: &Placed<String>, faults: &mut Faults) {
    let fits = |c: char| c.is_alphanumeric() || "_- ".contains(c);
    if name.value.trim().is_empty() || !name.value.chars().all(fits) {
        faults
            .push("config.name", name.span.clone(), format!("`{}` cannot be part of a file's name", name.value))
            .help("use letters, digits, `_` and `-`; the table's own name goes into `table`");
    }
}
