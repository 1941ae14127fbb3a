//! A target by itself, for commands that draft a pipeline.

use std::path::Path;
use std::sync::Arc;

use super::files::{self, Environment};
use super::{Broken, settings};
use crate::config::decode::Decode;
use crate::config::pipeline::Destination;
use crate::config::raw::pipeline::RawTarget;
use crate::diagnostic::{Faults, SourceText};
use crate::init::words::quoted;

/// The target of a URL as the command line has it; paths count from `root`.
///
/// # Errors
/// What is wrong with it.
pub fn of_url(url: &str, schema: Option<&str>, root: &Path, env: Environment<'_>) -> Result<Destination, Broken> {
    let schema = schema.map(|schema| format!("schema = {}\n", quoted(schema))).unwrap_or_default();
    let text = format!("[target]\nurl = {}\n{schema}", quoted(url));
    let mut faults = Faults::new(Arc::new(SourceText { path: "command line".into(), text: String::new() }));
    let document = files::parse("command line".into(), &text, &mut faults);
    let raw = document.table.get("target").and_then(|node| RawTarget::decode(node, &mut faults));
    let found = raw.and_then(|raw| settings::target(&raw, &document, root, env, &mut faults));
    match found {
        Some(found) if faults.is_empty() => Ok(found),
        _ => Err(Broken { faults: faults.into_sorted(), ..Broken::default() }),
    }
}
