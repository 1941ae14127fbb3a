//! `cutover test`: the mapping tests, and what is not as they expect.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::check::say_broken;
use super::output::{Output, wrapped};
use super::{Exit, Format, Global, TestArgs};
use crate::config::check::{examine, trial};
use crate::pipeline::trial::{Difference, Tried, run};

/// Runs the tests and says what came of them.
pub fn carry_out(global: &Global, arguments: &TestArgs, output: &mut Output) -> Exit {
    // The target has no part in this: its tables are taken to be absent.
    let checked = examine(&global.pipeline, &|name| std::env::var(name).ok(), &|_, tables| {
        Ok(tables.iter().map(|_| None).collect())
    });
    let checked = match checked {
        Ok(checked) => checked,
        Err(broken) => return say_broken(&broken, global, output),
    };
    let trials = match trial::trials(&checked) {
        Ok(trials) => trials,
        Err(broken) => return say_broken(&broken, global, output),
    };
    let trials = match trial::only(trials, &checked.pipeline, &arguments.entity) {
        Ok(trials) => trials,
        Err(what) => {
            output.error(&what, None);
            return Exit::Wrong;
        }
    };
    if trials.is_empty() {
        let help = "write `contact.test.toml` beside the mapping `contact.toml`, with `[[test]]` blocks";
        output.error("there are no mapping tests", Some(help));
        return Exit::Wrong;
    }
    match run(&checked.pipeline, &trials) {
        Ok(tried) => {
            if global.format == Format::Json {
                output.json(&as_json(&tried));
            } else {
                output.print(&as_text(&tried, output.coloured()));
            }
            if tried.iter().all(|one| one.differences.is_empty()) { Exit::Done } else { Exit::Outside }
        }
        Err(error) => {
            output.error(&error.to_string(), None);
            Exit::Failed
        }
    }
}

fn as_text(tried: &[Tried], coloured: bool) -> String {
    let (green, red, off) = if coloured { ("\x1b[32m", "\x1b[1;31m", "\x1b[0m") } else { ("", "", "") };
    let mut text = String::new();
    let mut file = Path::new("");
    for one in tried {
        if one.file != file {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{}\n", one.file.display()));
            file = &one.file;
        }
        let mark = match one.differences.is_empty() {
            true => format!("{green}ok{off}  "),
            false => format!("{red}FAIL{off}"),
        };
        text.push_str(&format!("  {mark}  {}\n", wrapped(&one.name, 8)));
        let width = one.differences.iter().map(|one| one.what.chars().count()).max().unwrap_or(0).min(24);
        one.differences.iter().for_each(|difference| text.push_str(&shown(difference, width)));
    }
    let failed = tried.iter().filter(|one| !one.differences.is_empty()).count();
    let tests = if tried.len() == 1 { "1 test".to_string() } else { format!("{} tests", tried.len()) };
    text.push_str(&format!("\n{tests}, {failed} failed\n"));
    text
}

/// Two lines, one above the other, so that the eye finds where they part.
fn shown(difference: &Difference, width: usize) -> String {
    let value = |value: &Option<String>| match value {
        None => "nothing".to_string(),
        Some(value) if difference.field => format!("{value:?}"),
        Some(value) => value.clone(),
    };
    let first = format!("        {:width$}  expected  ", difference.what);
    let second = format!("        {:width$}  got       ", "");
    let indent = first.chars().count();
    format!(
        "{first}{}\n{second}{}\n",
        wrapped(&value(&difference.expected), indent),
        wrapped(&value(&difference.got), indent)
    )
}

fn as_json(tried: &[Tried]) -> Json {
    let failed = tried.iter().filter(|one| !one.differences.is_empty()).count();
    let tests = tried.iter().map(|one| {
        let differences = one
            .differences
            .iter()
            .map(|one| json!({ "what": one.what, "field": one.field, "expected": one.expected, "got": one.got }));
        json!({
            "file": one.file.display().to_string(), "entity": one.entity, "name": one.name,
            "passed": one.differences.is_empty(), "differences": differences.collect::<Vec<_>>(),
        })
    });
    json!({ "passed": tried.len() - failed, "failed": failed, "tests": tests.collect::<Vec<_>>() })
}
