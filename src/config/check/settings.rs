//! What `pipeline.toml` says besides its sources.

use std::path::Path;
use std::sync::Arc;

use toml::de::DeValue;

use super::files::{self, Document, Environment};
use crate::config::decode::{Options, Table};
use crate::config::pipeline::{Destination, TargetSpec};
use crate::config::raw::mapping::given;
use crate::config::raw::pipeline::{RawDefaults, RawPipeline, RawTarget};
use crate::config::veil::Veil;
use crate::diagnostic::Faults;
use crate::standards::Defaults;

/// Stands in for what a pipeline with faults lacks, so that the rest is looked at.
const STAND_IN: &str = "version = 1\nname = \"-\"\nas_of = 1970-01-01\ntarget = { url = \"sqlite:-\" }";

/// The pipeline as decoded, with every fault noted.
pub(super) fn decode(document: &Document, faults: &mut Faults) -> Option<RawPipeline> {
    let mut scratch = Faults::new(Arc::clone(&document.file));
    let noted = if document.whole { &mut *faults } else { &mut scratch };
    // A key that is missing is shown at the first line.
    let span = 0..document.file.text.lines().next().map_or(0, str::len);
    let raw = RawPipeline::from_table(&document.table, span.clone(), &[], noted);
    if let Some(raw) = &raw
        && raw.version.value != 1
    {
        let message = format!("this is version {}; cutover knows version 1", raw.version.value);
        noted.push("config.version", raw.version.span.clone(), message).help("write `version = 1`");
    }
    raw.or_else(|| {
        let stand_in = patched(&Table::default(), STAND_IN);
        let mut table = document.table.clone();
        for (key, node) in &stand_in {
            // Beside stand-ins alone, the key's own value is either right or what is wrong.
            let mut alone = stand_in.clone();
            let own = table.get(key.get_ref().as_ref()).cloned();
            let right = own.is_some_and(|own| {
                alone.insert(key.clone(), own);
                let mut quiet = Faults::new(Arc::clone(&document.file));
                RawPipeline::from_table(&alone, span.clone(), &[], &mut quiet).is_some()
            });
            if !right {
                table.insert(key.clone(), node.clone());
            }
        }
        RawPipeline::from_table(&table, span, &[], &mut Faults::new(Arc::clone(&document.file)))
    })
}

/// The table with the keys of `toml` in place of its own.
pub(super) fn patched(table: &Table, toml: &str) -> Table {
    let mut patched = table.clone();
    for (key, node) in files::table(toml.to_string()).0 {
        patched.insert(key, node);
    }
    patched
}

pub(super) fn defaults(raw: &RawDefaults, faults: &mut Faults) -> Defaults {
    if let Some(country) = &raw.country
        && rust_iso3166::from_alpha2(&country.value).is_none()
    {
        faults
            .push("config.country", country.span.clone(), "is no country code of ISO 3166")
            .help("two capital letters, such as `US` or `GB`");
    }
    if raw.year_pivot.value > 99 && given(&raw.year_pivot.span) {
        faults.push("config.wrong-value", raw.year_pivot.span.clone(), "expected a year of two digits, from 0 to 99");
    }
    Defaults {
        country: raw.country.as_ref().map(|country| country.value.clone()),
        date_order: raw.date_order,
        year_pivot: raw.year_pivot.value,
    }
}

/// Where records are loaded, from the URL with its variables filled in.
pub(super) fn target(
    raw: &RawTarget,
    document: &Document,
    root: &Path,
    env: Environment<'_>,
    faults: &mut Faults,
) -> Option<Destination> {
    let mut url = raw.url.value.clone();
    let span = raw.url.span.clone();
    let mut veil = Veil::default();
    if let Some(DeValue::Table(table)) = document.table.get("target").map(|node| node.get_ref()) {
        let mut table = table.clone();
        if !files::expand(&mut table, &["url"], env, &mut veil, faults) {
            return None;
        }
        if let Some(DeValue::String(expanded)) = table.get("url").map(|node| node.get_ref()) {
            url = expanded.to_string();
        }
    }
    veil.add_password(&url);
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            faults.push("config.target", span, "names no file").help("as in `sqlite:out/crm.sqlite`");
            return None;
        }
        if let Some(schema) = &raw.schema {
            faults
                .push("config.no-effect", schema.span.clone(), "a SQLite target has no schemas")
                .help("leave `schema` out");
        }
        let path = root.join(path);
        let shown = files::shown(&raw.url.value, &format!("sqlite:{}", path.display()), &veil);
        return Some(Destination { spec: TargetSpec::Sqlite { path }, shown, veil });
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let schema = raw.schema.as_ref().map_or_else(|| "public".to_string(), |schema| schema.value.clone());
        let shown = files::shown(&raw.url.value, &url, &veil);
        return Some(Destination { spec: TargetSpec::Postgres { url, schema }, shown, veil });
    }
    faults
        .push("config.target", span, "is no target that cutover knows")
        .help("`sqlite:PATH` or `postgres://…`, the latter best from the environment: \"${CRM_DATABASE_URL}\"");
    None
}
