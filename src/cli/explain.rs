//! `cutover explain`: what a code means, why, an example, and what to do.

use serde_json::json;

use super::output::{Output, wrapped};
use super::{Exit, ExplainArgs, Format, Global};
use crate::codes;
use crate::diagnostic::{Code, nearest};

/// Prints one code, or a line for each.
pub fn carry_out(global: &Global, arguments: &ExplainArgs, output: &mut Output) -> Exit {
    let Some(wanted) = &arguments.code else {
        match global.format {
            Format::Json => output.json(&json!(codes::all().into_iter().map(as_json).collect::<Vec<_>>())),
            _ => output.print(&codes::all().into_iter().map(line).collect::<String>()),
        }
        return Exit::Done;
    };
    let Some(code) = codes::find(wanted) else {
        let known = codes::all();
        let near = nearest(wanted, known.iter().map(|code| code.id));
        let help = near
            .map_or_else(|| "`cutover explain` lists all codes".to_string(), |near| format!("did you mean `{near}`?"));
        output.error(&format!("there is no code `{wanted}`"), Some(&help));
        return Exit::Wrong;
    };
    match global.format {
        Format::Json => output.json(&as_json(code)),
        _ => output.print(&page(code)),
    }
    Exit::Done
}

fn line(code: &Code) -> String {
    let first = code.what.split_once(". ").map_or(code.what, |(first, _)| first).trim_end_matches('.');
    let line = format!("{:28}  {first}", code.id);
    format!("{}\n", console::truncate_str(&line, 80, "…"))
}

fn page(code: &Code) -> String {
    let example = code.example.replace('\n', "\n  ");
    let mut page = format!("{}\n\n{}\n\n{}\n", code.id, wrapped(code.what, 0), wrapped(code.why, 0));
    if !example.is_empty() {
        page.push_str(&format!("\nExample:\n  {example}\n"));
    }
    page.push_str(&format!("\nWhat to do:\n  {}\n", wrapped(code.fix, 2)));
    page
}

fn as_json(code: &Code) -> serde_json::Value {
    json!({ "code": code.id, "what": code.what, "why": code.why, "example": code.example, "fix": code.fix })
}
