//! Where commands write: results to standard output, messages to standard error.
//!
//! A reader that goes away (`cutover explain | head`) is no error: what is left
//! is not written, and the command ends as it would have.

use std::io::{self, IsTerminal, Write};

use super::check::drifted;
use super::{Colour, Format, Global};
use crate::config::check::Broken;
use crate::config::drift::Drift;
use crate::diagnostic::{render, to_json};

/// The two streams, and whether they take colours.
pub struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    out_coloured: bool,
    err_coloured: bool,
}

impl Output {
    /// The streams of the process.
    pub fn standard(colour: Colour) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let coloured = |terminal: bool| match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => !plain && terminal,
        };
        let (out_coloured, err_coloured) = (coloured(io::stdout().is_terminal()), coloured(io::stderr().is_terminal()));
        Self { out_coloured, out: Box::new(io::stdout()), err: Box::new(io::stderr()), err_coloured }
    }

    /// Whether results take colours.
    pub fn coloured(&self) -> bool {
        self.out_coloured
    }

    /// Writes a result.
    pub fn print(&mut self, text: &str) {
        // Nobody is left to be told of a failure to write here.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }

    /// Writes a message.
    pub fn say(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Writes what went wrong, and what to do.
    pub fn error(&mut self, what: &str, help: Option<&str>) {
        let (red, bold, off) = if self.err_coloured { ("\x1b[1;91m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
        let mut text = format!("{red}error{off}{bold}: {}{off}\n", wrapped(what, 7));
        if let Some(help) = help {
            text.push_str(&format!("  help: {}\n", wrapped(help, 8)));
        }
        self.say(&text);
    }

    /// Writes a result as JSON.
    pub fn json(&mut self, value: &serde_json::Value) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.print(&format!("{text}\n"));
    }

    /// Writes faults and unreadable sources, in the format asked for.
    pub fn broken(&mut self, broken: &Broken, global: &Global) {
        let Broken { faults, unreadable, drift } = broken;
        if global.format == Format::Json {
            let unreadable: Vec<_> = unreadable
                .iter()
                .map(|error| serde_json::json!({ "place": error.place, "what": error.what, "help": error.help }))
                .collect();
            let mut told = serde_json::json!({ "faults": to_json(faults), "unreadable": unreadable });
            if !drift.is_empty() {
                told["drift"] = drift_json(drift);
            }
            self.json(&told);
            return;
        }
        if !faults.is_empty() {
            let blocks = render(faults, self.err_coloured);
            self.say(&format!("{blocks}\n\n"));
        }
        for error in unreadable {
            self.error(&error.to_string(), error.help.as_deref());
        }
        if !unreadable.is_empty() && !faults.is_empty() {
            self.say("\n");
        }
        let count = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{number} {many}")),
        };
        let parts = [
            count(faults.len(), "fault", "faults"),
            count(unreadable.len(), "place that cannot be read", "places that cannot be read"),
        ];
        let changed = drifted(drift);
        if !changed.is_empty() {
            self.say(&format!("{}\n", changed.trim_start_matches('\n')));
        }
        let summary: Vec<String> = parts.into_iter().flatten().collect();
        self.say(&format!("{}\n", summary.join(", ")));
        if let Some(fault) = faults.first() {
            self.say(&format!("`cutover explain {}` says more of a code\n", fault.code));
        }
    }
}

/// What has changed in the sources' columns, for programs.
pub fn drift_json(drift: &[Drift]) -> serde_json::Value {
    drift.iter().map(|one| serde_json::json!({ "source": one.source, "code": one.code, "what": one.what })).collect()
}

/// The text broken into lines of at most 80 columns, the first of which begins
/// at `indent`, as do the others.
pub fn wrapped(text: &str, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let width = console::measure_text_width(&line) + 1 + console::measure_text_width(word);
            if !line.is_empty() && indent + width > 80 {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}
