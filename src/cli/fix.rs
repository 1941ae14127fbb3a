//! `cutover fix`: takes a corrected reject workbook or a review file back.

use std::fmt::Write;

use serde_json::json;

use super::check::say_broken;
use super::output::{Output, wrapped};
use super::{Exit, FixArgs, Format, Global};
use crate::config::check::load;
use crate::fix::{self, FixError, Signed, Taken};
use crate::report::text::grouped;

/// Takes the file back and says what came of it.
pub fn carry_out(global: &Global, arguments: &FixArgs, output: &mut Output) -> Exit {
    let Some(who) = arguments.who.clone().filter(|who| !who.trim().is_empty()) else {
        output.error("nobody is known to say so", Some("give a name with `--who NAME`; it stands beside each word"));
        return Exit::Wrong;
    };
    // Nothing is loaded, so the target needs not be there.
    let nothing = |_: &_, tables: &[String]| Ok(tables.iter().map(|_| None).collect());
    let pipeline = match load(&global.pipeline, &|name| std::env::var(name).ok(), &nothing) {
        Ok(pipeline) => pipeline,
        Err(broken) => return say_broken(&broken, global, output),
    };
    let signed = Signed {
        who,
        when: arguments.when.map(|day| day.to_string()).unwrap_or_default(),
        why: arguments.why.clone().unwrap_or_default(),
    };
    match fix::run(&pipeline, &arguments.file, arguments.entity.as_deref(), &signed) {
        Ok(taken) => {
            match global.format {
                Format::Json => output.json(&as_json(&taken)),
                _ => output.print(&as_text(&taken)),
            }
            if taken.left.is_empty() { Exit::Done } else { Exit::Outside }
        }
        Err(FixError::Wrong { what, help }) => {
            output.error(&what, Some(&help));
            Exit::Wrong
        }
        Err(FixError::Read(error)) => {
            output.error(&error.to_string(), error.help.as_deref());
            Exit::Failed
        }
        Err(error) => {
            output.error(&error.to_string(), None);
            Exit::Failed
        }
    }
}

fn as_text(taken: &Taken) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = match (&taken.written, taken.records) {
        (None, _) => writeln!(text, "nothing new in the file"),
        (Some(path), 0) => writeln!(text, "decisions taken: {}, into {}", grouped(taken.taken), path.display()),
        (Some(path), records) => {
            let (cells, records) = (grouped(taken.taken), grouped(records));
            writeln!(text, "cells corrected: {cells}, of records: {records}, into {}", path.display())
        }
    };
    if taken.known > 0 {
        let _ = writeln!(text, "taken before: {}", grouped(taken.known));
    }
    if !taken.left.is_empty() {
        text.push_str("not taken\n");
    }
    for left in &taken.left {
        let _ = writeln!(text, "  {}", wrapped(&format!("{}: {}", left.place, left.what), 4));
    }
    if let Some((run, missing)) = &taken.missing {
        let _ = writeln!(text, "of run {run}, not in the file and left as they are: {}", grouped(*missing));
    }
    text
}

fn as_json(taken: &Taken) -> serde_json::Value {
    let left = taken.left.iter().map(|left| json!({ "place": left.place, "what": left.what }));
    json!({
        "written": taken.written.as_ref().map(|path| path.display().to_string()),
        "taken": taken.taken, "records": taken.records, "known": taken.known,
        "left": left.collect::<Vec<_>>(),
        "missing": taken.missing.as_ref().map(|(run, records)| json!({ "run": run, "records": records })),
    })
}
