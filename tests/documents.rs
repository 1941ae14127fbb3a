//! The docs that are generated from the program, kept as it is.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use cutover::codes;
use cutover::config::decode::{Key, Options};
use cutover::config::raw::field::{RawFieldKeys, RawValueKeys};
use cutover::config::raw::likeness::{RawFeatureKeys, RawFuzzy, RawHouseholds};
use cutover::config::raw::mapping::{
    RawAge, RawCutoff, RawDuplicates, RawEach, RawFrom, RawLifecycle, RawMapping, RawRelated, RawRule,
};
use cutover::config::raw::pipeline::{RawArchive, RawDefaults, RawLimits, RawPipeline, RawSourceKeys, RawTarget};
use cutover::config::raw::reference::RawJoin;
use cutover::config::raw::trial::{RawExpected, RawTrial};
use cutover::diagnostic::Code;
use cutover::sources::kind;
use cutover::standards::registry;

use crate::harness::in_sync;

/// A default as a TOML file would have it, from how it is written in Rust; a
/// variant is the word of `kind` that has its letters.
fn shown(default: &str, kind: &str) -> Option<String> {
    let flat = default.split_whitespace().collect::<Vec<_>>().join(" ");
    let flat = flat.replace("OneOrMany(vec![", "").replace("])", "");
    let flat = match flat.strip_prefix("Placed { value: ") {
        Some(rest) => rest.split(", span:").next().unwrap_or(rest).to_string(),
        None => flat,
    };
    let plain = flat.trim_end_matches(".to_string()").trim_end_matches(".into()");
    match plain {
        "vec![]" | "Vec::new()" | "Switch(None)" => return None,
        "Limit::None" => return Some("\"none\"".to_string()),
        "vec![String::new()]" => return Some("[\"\"]".to_string()),
        "DateOrder::MonthDayYear" => return Some("\"mdy\"".to_string()),
        other if other.ends_with("::default()") => return None,
        _ => {}
    }
    let Some((_, variant)) = plain.split_once("::") else { return Some(plain.to_string()) };
    let letters = |word: &str| word.replace(['_', '-'], "").to_lowercase();
    let word = kind.split('`').skip(1).step_by(2).find(|word| letters(word) == letters(variant));
    Some(format!("\"{}\"", word.unwrap_or_else(|| panic!("which of {kind} is `{plain}`?"))))
}

/// A table of keys, as Markdown.
fn table(keys: Vec<Key>) -> String {
    let mut text = String::from("| key | takes | default | |\n|---|---|---|---|\n");
    for key in keys {
        let default = match (key.required, key.default.and_then(|default| shown(default, &key.kind))) {
            (true, _) => "required".to_string(),
            (false, Some(default)) => format!("`{default}`"),
            (false, None) => String::new(),
        };
        let (kind, doc) = (key.kind.replace('|', "\\|"), key.doc.replace('|', "\\|"));
        let doc = doc.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(text, "| `{}` | {kind} | {default} | {doc} |", key.name).expect("a text");
    }
    text
}

fn generated(name: &str) -> String {
    match name {
        "pipeline" => table(RawPipeline::keys()),
        "defaults" => table(RawDefaults::keys()),
        "source" => table(RawSourceKeys::keys()),
        "target" => table(RawTarget::keys()),
        "archive" => table(RawArchive::keys()),
        "limits" => table(RawLimits::keys()),
        "mapping" => table(RawMapping::keys()),
        "field" => table(RawFieldKeys::keys()),
        "from" => table(RawFrom::keys()),
        "each" => table(RawEach::keys()),
        "value" => table(RawValueKeys::keys()),
        "join" => table(RawJoin::keys()),
        "rule" => table(RawRule::keys()),
        "test" => format!("{}\n{}", table(RawTrial::keys()), table(RawExpected::keys())),
        "related" => table(RawRelated::keys()),
        "lifecycle" => table(RawLifecycle::keys()),
        "duplicates" => table(RawDuplicates::keys()),
        "fuzzy" => format!("{}\n{}", table(RawFuzzy::keys()), table(RawFeatureKeys::keys())),
        "households" => table(RawHouseholds::keys()),
        "cutoff" => format!("{}\n{}", table(RawCutoff::keys()), table(RawAge::keys())),
        "kinds" => kinds(),
        "standards" => standards(),
        other => panic!("the docs ask for `{other}`, which nothing generates"),
    }
}

fn kinds() -> String {
    let mut text = String::new();
    for kind in kind::all() {
        let extensions = kind.extensions.iter().map(|extension| format!("`.{extension}`"));
        let schemes = kind.schemes.iter().map(|scheme| format!("`{scheme}:`"));
        let told: Vec<String> = extensions.chain(schemes).collect();
        writeln!(text, "`{}`: {} ({})\n", kind.name, kind.what, told.join(", ")).expect("a text");
        text.push_str(&table((kind.keys)()));
        text.push('\n');
    }
    text.trim_end().to_string() + "\n"
}

fn standards() -> String {
    let mut text = String::from("| standard | does | options |\n|---|---|---|\n");
    for standard in registry::all() {
        let options: Vec<String> = (standard.keys)().iter().map(|key| format!("`{}`", key.name)).collect();
        let what = standard.what.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
        writeln!(text, "| `{}` | {what} | {} |", standard.name, options.join(", ")).expect("a text");
    }
    text
}

/// The file with what stands between its markers generated anew.
fn filled(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<!-- keys: ") {
        let (name, after) = after.split_once(" -->\n").expect("a marker that ends");
        let (_, after) = after.split_once("<!-- end -->").expect("an end to each marker");
        write!(out, "{before}<!-- keys: {name} -->\n{}<!-- end -->", generated(name)).expect("a text");
        rest = after;
    }
    out + rest
}

#[test]
fn config_md_has_every_key() {
    in_sync("docs/config.md", &filled("docs/config.md"));
}

#[test]
fn codes_md_has_every_code() {
    let mut text = String::from(
        "# Codes\n\nEvery fault, issue and refusal has a code; `cutover explain CODE` prints what stands here.\n\
         This page is generated: see `tests/documents.rs`.\n",
    );
    let mut area = "";
    for code in codes::all() {
        let own = code.id.split('.').next().unwrap_or(code.id);
        if own != area {
            area = own;
            writeln!(text, "\n## {area}").expect("a text");
        }
        text.push_str(&entry(code));
    }
    in_sync("docs/codes.md", &text);
}

fn entry(code: &Code) -> String {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = format!("\n### {}\n\n{} {}\n", code.id, flat(code.what), flat(code.why));
    if !code.example.trim().is_empty() {
        write!(text, "\n```text\n{}\n```\n", code.example).expect("a text");
    }
    write!(text, "\nWhat to do: {}\n", flat(code.fix)).expect("a text");
    text
}
