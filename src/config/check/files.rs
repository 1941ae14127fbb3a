//! The files of the configuration as text and as TOML, and the variables in it.
//!
//! Passwords that stand in a URL are masked in the text that faults are shown
//! with, byte for byte, so that spans still fit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use regex::Regex;
use toml::de::{DeTable, DeValue};

use crate::config::decode::Table;
use crate::config::veil::Veil;
use crate::diagnostic::{Faults, SourceText};
use crate::digest;
use crate::sources::{ReadError, Source};

/// A file of the configuration.
pub(super) struct Document {
    pub file: Arc<SourceText>,
    pub table: Table,
    /// Whether it is TOML all through; what follows from a broken file is no fault.
    pub whole: bool,
}

/// Reads a file as text; `help` says what to do where there is none.
pub(super) fn read(path: &Path, help: &str) -> Result<String, ReadError> {
    let bytes = fs::read(path).map_err(|error| {
        let error = ReadError::io(path, &error);
        ReadError { help: Some(help.to_string()), ..error }
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| ReadError::new(path.display().to_string(), "is not UTF-8 text").help("save it as UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
}

/// Parses a file, noting every fault of its syntax.
pub(super) fn parse(path: PathBuf, text: &str, faults: &mut Faults) -> Document {
    let file = Arc::new(SourceText { path, text: masked(text) });
    faults.enter(Arc::clone(&file));
    let (table, errors) = table(text.to_string());
    for error in &errors {
        let end = text.len();
        let span = error.span().map_or(end..end, |span| span.start.min(end)..span.end.min(end));
        faults.push("config.syntax", span, error.message().lines().next().unwrap_or("is not TOML"));
    }
    Document { file, table, whole: errors.is_empty() }
}

/// The table of a text, as far as it is one. The text is kept until the process
/// ends: tables point into it, there are few of them, and they are small.
pub(super) fn table(text: String) -> (Table, Vec<toml::de::Error>) {
    let (table, errors) = DeTable::parse_recoverable(text.leak());
    (table.into_inner(), errors)
}

/// The text with the passwords of its URLs as asterisks.
pub(super) fn masked(text: &str) -> String {
    // A password may hold an `@`: it ends at the last one.
    static PASSWORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(://[^/\s"'@:]*:)([^\s"'$][^\s"']*)(@)|([?&]password=)([^\s"'&$][^\s"'&]*)"#).ok()
    });
    let Some(pattern) = PASSWORD.as_ref() else { return text.to_string() };
    let replaced = pattern.replace_all(text, |found: &regex::Captures<'_>| {
        let part = |index| found.get(index).map_or("", |part: regex::Match<'_>| part.as_str());
        let hidden = "*".repeat(part(2).len() + part(5).len());
        format!("{}{}{hidden}{}", part(1), part(4), part(3))
    });
    replaced.into_owned()
}

/// SHA-256 over the files, in order of path, as hex.
pub(super) fn hash(mut files: Vec<(PathBuf, Vec<u8>)>) -> String {
    files.sort();
    files.dedup();
    let files: Vec<_> =
        files.into_iter().map(|(path, content)| (path.to_string_lossy().replace('\\', "/"), content)).collect();
    digest::parts(files.iter().flat_map(|(path, content)| [path.as_bytes(), content.as_slice()]))
}

/// The error without what must not show.
pub(super) fn veiled(veil: &Veil, error: ReadError) -> ReadError {
    ReadError {
        place: veil.hide(&error.place),
        what: veil.hide(&error.what),
        help: error.help.map(|help| veil.hide(&help)),
    }
}

/// A place as people may see it: a variable by its name, a URL without its
/// credentials.
pub(super) fn shown(written: &str, meant: &str, veil: &Veil) -> String {
    if written.starts_with("${") && written.find('}') == Some(written.len() - 1) {
        return written.to_string();
    }
    if meant.contains("://") { veil.hide(&crate::sources::shown_url(meant)) } else { veil.hide(meant) }
}

/// A source whose errors show nothing that came from the environment.
pub(super) struct Veiled {
    pub source: Box<dyn Source>,
    pub veil: Veil,
}

impl Source for Veiled {
    fn beside(&self) -> Vec<PathBuf> {
        self.source.beside()
    }

    fn echoes(&self) -> Vec<(String, String)> {
        self.source.echoes()
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.source.declared()
    }

    fn declared_key(&self) -> Vec<String> {
        self.source.declared_key()
    }

    fn relations(&self) -> Vec<crate::sources::Relation> {
        self.source.relations()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        self.source.settings()
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        let hidden = |(path, how): (PathBuf, String)| (PathBuf::from(self.veil.hide(&path.to_string_lossy())), how);
        self.source.detected().into_iter().map(hidden).collect()
    }

    fn schema(&self) -> arrow::datatypes::SchemaRef {
        self.source.schema()
    }

    fn open(&self, batch_rows: usize) -> Result<crate::sources::Batches, ReadError> {
        let batches = self.source.open(batch_rows).map_err(|error| veiled(&self.veil, error))?;
        let veil = self.veil.clone();
        Ok(Box::new(batches.map(move |batch| batch.map_err(|error| veiled(&veil, error)))))
    }
}

/// The environment, as the configuration may see it.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Puts the values of variables into the texts of `keys`. False where one is
/// missing or malformed, which has been noted.
pub(super) fn expand(
    table: &mut Table,
    keys: &[&str],
    env: Environment<'_>,
    veil: &mut Veil,
    faults: &mut Faults,
) -> bool {
    let mut whole = true;
    for (key, node) in table.iter_mut() {
        if !keys.contains(&key.get_ref().as_ref()) {
            continue;
        }
        let span = node.span();
        let DeValue::String(text) = node.get_mut() else { continue };
        match expanded(text, env, veil) {
            Ok(value) => *text = value.into(),
            Err(problem) => {
                whole = false;
                let (code, message, help) = match problem {
                    Missing::Variable(name) => (
                        "config.missing-variable",
                        format!("the environment has no variable `{name}`"),
                        format!("set it, as in `export {name}=…`; a `${{` meant as such is written `$${{`"),
                    ),
                    Missing::Brace => (
                        "config.wrong-value",
                        "`${` without its `}`".to_string(),
                        "a `${` meant as such is written `$${`".to_string(),
                    ),
                };
                faults.push(code, span, message).help(help);
            }
        }
    }
    whole
}

/// The text with the values of its variables; `None` where one is missing.
pub(super) fn meant(text: &str, env: Environment<'_>) -> Option<String> {
    expanded(text, env, &mut Veil::default()).ok()
}

enum Missing {
    Variable(String),
    Brace,
}

fn expanded(text: &str, env: Environment<'_>, veil: &mut Veil) -> Result<String, Missing> {
    let mut value = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, after) = rest.split_at(at);
        let after = after.get(2..).unwrap_or_default();
        if let Some(before) = before.strip_suffix('$') {
            value.push_str(before);
            value.push_str("${");
            rest = after;
            continue;
        }
        value.push_str(before);
        let (name, tail) = after.split_once('}').ok_or(Missing::Brace)?;
        let found = env(name).ok_or_else(|| Missing::Variable(name.to_string()))?;
        veil.add(&found, &format!("${{{name}}}"));
        value.push_str(&found);
        rest = tail;
    }
    value.push_str(rest);
    Ok(value)
}
