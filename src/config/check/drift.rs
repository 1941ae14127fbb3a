//! Drift: what has changed in a source's columns since they were accepted.
//!
//! The columns are written down in `pipeline.lock`, beside the pipeline and named
//! as it is, by `cutover init` and `cutover check --accept`. Without that file
//! nothing is held against anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeValue;

use super::files::{self, Document, Environment};
use super::source::Opened;
use super::{Broken, lone};
use crate::config::decode::{Named, mismatch};
use crate::config::drift::{Drift, OnDrift};
use crate::config::pipeline::SourceSpec;
use crate::config::raw::pipeline::RawSource;
use crate::diagnostic::{Code, Faults, nearest};
use crate::init::words::{key, quoted};
use crate::sources::ReadError;

/// Columns in their order, each with its type: `text` where none is declared.
pub type Columns = Vec<(String, String)>;

/// The columns of an opened source.
pub fn columns(spec: &SourceSpec) -> Columns {
    let declared = spec.reader.declared();
    let schema = spec.reader.schema();
    let one = |(at, field): (usize, &Arc<arrow::datatypes::Field>)| {
        let kind = declared.get(at).cloned().flatten().unwrap_or_else(|| "text".to_string());
        (field.name().clone(), kind)
    };
    schema.fields().iter().enumerate().map(one).collect()
}

/// Where the columns of a pipeline's sources are written down.
pub fn path(pipeline: &Path) -> PathBuf {
    pipeline.with_extension("lock")
}

/// The columns as the file has them.
pub fn text(sources: &[(String, Columns)]) -> String {
    let mut text = String::from(
        "# The columns that the mappings were written for, with their types.\n\
         # `cutover check` says what differs; `cutover check --accept` writes this anew.\n",
    );
    for (name, columns) in sources {
        text.push_str(&format!("\n[{}]\n", key(name)));
        for (column, kind) in columns {
            text.push_str(&format!("{} = {}\n", key(column), quoted(kind)));
        }
    }
    text
}

/// Writes down the columns that all sources of a pipeline have now.
///
/// # Errors
/// What keeps a source from being opened, or the file from being written.
pub fn accept(pipeline: &Path, env: Environment<'_>) -> Result<PathBuf, Broken> {
    let mut sources = Vec::new();
    for lone in lone::all(pipeline, env)? {
        let name = lone.name.clone();
        sources.push((name, columns(&lone.open()?)));
    }
    let path = path(pipeline);
    std::fs::write(&path, text(&sources)).map_err(|error| {
        let what = format!("cannot be written: {}", crate::dataset::describe_io(&error));
        Broken {
            faults: Vec::new(),
            unreadable: vec![ReadError::new(path.display().to_string(), what)],
            ..Broken::default()
        }
    })?;
    Ok(path)
}

/// What the pipeline says of drift.
pub(super) struct Policies<'a> {
    pub default: OnDrift,
    pub sources: &'a Named<RawSource>,
}

/// Holds the sources against the columns that were written down. Drift is a fault
/// where the source's `on_drift` is `error`; where it is `warn`, it is given back.
pub(super) fn check(
    pipeline: &Document,
    opened: &[Opened],
    policies: &Policies<'_>,
    faults: &mut Faults,
    unreadable: &mut Vec<ReadError>,
) -> Vec<Drift> {
    let path = path(&pipeline.file.path);
    if !path.exists() {
        return Vec::new();
    }
    let text = match files::read(&path, "`cutover check --accept` writes it anew") {
        Ok(text) => text,
        Err(error) => {
            unreadable.push(error);
            return Vec::new();
        }
    };
    let document = files::parse(path.clone(), &text, faults);
    let expected = if document.whole { expected(&document, faults) } else { Vec::new() };
    faults.enter(Arc::clone(&pipeline.file));
    let mut warnings = Vec::new();
    for one in opened {
        let name = &one.name;
        let known = expected.iter().find(|(known, _)| *known == name.value);
        let (Some(spec), Some((_, known))) = (&one.spec, known) else { continue };
        let own = policies.sources.0.iter().find(|(other, _)| other.value == name.value);
        let policy = own.and_then(|(_, raw)| of_source(raw)).unwrap_or(policies.default);
        for drift in compare(&name.value, known, &columns(spec)) {
            match policy {
                OnDrift::Error => {
                    let message = format!("source `{}`: {}", drift.source, drift.what);
                    let fault = faults.push(drift.code, name.span.clone(), message);
                    fault.help("change the mappings if need be, then `cutover check --accept`");
                }
                OnDrift::Warn => warnings.push(drift),
                OnDrift::Ignore => {}
            }
        }
    }
    warnings
}

/// A source's own word; a wrong one has been told when the source was made out.
fn of_source(raw: &RawSource) -> Option<OnDrift> {
    raw.table.get("on_drift").and_then(|node| node.get_ref().as_str()).and_then(OnDrift::from_word)
}

fn expected(document: &Document, faults: &mut Faults) -> Vec<(String, Columns)> {
    let mut found = Vec::new();
    for (name, node) in &document.table {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, "a table of columns", faults);
            continue;
        };
        let mut columns = Columns::new();
        for (column, kind) in table {
            match kind.get_ref() {
                DeValue::String(kind) => columns.push((column.get_ref().to_string(), kind.to_string())),
                _ => mismatch(kind, "a type as text", faults),
            }
        }
        found.push((name.get_ref().to_string(), columns));
    }
    found
}

/// What differs between the columns that were accepted and those that are there.
fn compare(source: &str, known: &Columns, found: &Columns) -> Vec<Drift> {
    let has = |columns: &Columns, name: &str| columns.iter().any(|(other, _)| other == name);
    let mut added: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).filter(|name| !has(known, name)).collect();
    let mut all = Vec::new();
    let mut tell = |code, what| all.push(Drift { source: source.to_string(), code, what });
    for (name, _) in known.iter().filter(|(name, _)| !has(found, name)) {
        match renamed(name, &added) {
            Some(new) => {
                tell("drift.gone", format!("column `{name}` is gone; `{new}` is new: renamed?"));
                added.retain(|other| *other != new);
            }
            None => tell("drift.gone", format!("column `{name}` is gone")),
        }
    }
    for name in added {
        tell("drift.added", format!("column `{name}` is new"));
    }
    for (name, kind) in known {
        if let Some((_, now)) = found.iter().find(|(other, _)| other == name)
            && now != kind
        {
            tell("drift.retyped", format!("column `{name}` was {kind} and is {now}"));
        }
    }
    let before: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).filter(|name| has(found, name)).collect();
    let after: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).filter(|name| has(known, name)).collect();
    let moved: Vec<&str> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| *a).collect();
    if let Some(first) = moved.first() {
        let what = format!("{} columns stand in another order, from `{first}` on", moved.len());
        tell("drift.moved", what);
    }
    all
}

/// The new column that is likely the old one under another name.
fn renamed<'a>(name: &str, added: &[&'a str]) -> Option<&'a str> {
    let folded =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase() };
    let same = added.iter().copied().find(|other| folded(other) == folded(name) && !folded(name).is_empty());
    same.or_else(|| nearest(name, added.iter().copied()))
}

/// The codes of this module.
pub const CODES: &[Code] = &[
    Code {
        id: "drift.added",
        what: "A source has a column that it did not have when its columns were accepted.",
        why: "Nothing maps it. What it holds stays behind unless somebody decides about it.",
        example: "`Consent` in an export that had no such column in the rehearsal",
        fix: "Map it or list it under `unused`, then run `cutover check --accept`.",
    },
    Code {
        id: "drift.gone",
        what: "A source lacks a column that it had when its columns were accepted.",
        why: "It was renamed or left out of the export; where a mapping uses it, the mapping is wrong as well.",
        example: "`E-Mail` is gone; `Email` is new",
        fix: "Get the full export, or write the new name into the mapping; then run `cutover check --accept`.",
    },
    Code {
        id: "drift.moved",
        what: "Columns of a source stand in another order than when they were accepted.",
        why: "Columns are read by name, and nothing is lost by it. But where names are declared for a file without \
              headings, as by `columns`, another order means other values under the same names.",
        example: "`Phone` before `Fax` in an export that had it behind",
        fix: "Look at some values with `cutover read`, then run `cutover check --accept`.",
    },
    Code {
        id: "drift.retyped",
        what: "A column has another type than when it was accepted.",
        why: "The source writes its values differently: a number where text was, or with fewer digits.",
        example: "`amount` was numeric(12,2) and is double precision",
        fix: "Check the standard or type of the field that it feeds, then run `cutover check --accept`.",
    },
];

#[cfg(test)]
mod tests {
    use super::{Columns, compare, text};

    fn of(columns: &[(&str, &str)]) -> Columns {
        columns.iter().map(|(name, kind)| (name.to_string(), kind.to_string())).collect()
    }

    fn told(known: &[(&str, &str)], found: &[(&str, &str)]) -> Vec<String> {
        compare("a", &of(known), &of(found)).into_iter().map(|one| format!("{} {}", one.code, one.what)).collect()
    }

    #[test]
    fn what_differs_is_told() {
        let known = [("No", "text"), ("E-Mail", "text"), ("Fax", "text"), ("Sum", "integer")];
        assert!(told(&known, &known).is_empty());
        let found = [("Fax", "text"), ("No", "text"), ("Email", "text"), ("Sum", "real"), ("Zebra", "text")];
        assert_eq!(
            told(&known, &found),
            [
                "drift.gone column `E-Mail` is gone; `Email` is new: renamed?",
                "drift.added column `Zebra` is new",
                "drift.retyped column `Sum` was integer and is real",
                "drift.moved 2 columns stand in another order, from `No` on",
            ]
        );
        assert_eq!(told(&known[..1], &[]), ["drift.gone column `No` is gone"]);
    }

    #[test]
    fn the_file_holds_names_and_types() {
        let lines = text(&[("a b".to_string(), of(&[("Cust No", "text"), ("x", "varchar(3)")]))]);
        assert!(lines.ends_with("\n[\"a b\"]\n\"Cust No\" = \"text\"\nx = \"varchar(3)\"\n"), "{lines}");
    }
}
