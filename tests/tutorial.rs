//! The tutorial and the README's picture show what really happens: every command
//! is run on the sample estate, in order, and what it prints is what stands there.
//!
//! In `docs/tutorial.md`, what stands between `<!-- output: COMMAND -->` and
//! `<!-- end -->` is the command's output. `<!-- replace FILE | OLD | NEW -->` and
//! `<!-- append FILE | LINE -->` do by machine what the text tells the reader to do.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::harness::{Case, in_sync};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The sample estate in a folder of its own.
fn estate() -> Case {
    let mut case = Case::new();
    for part in ["pipeline.toml", "mappings", "samples"] {
        case = copied(case, &Path::new(ROOT).join(part), part);
    }
    case
}

fn copied(case: Case, from: &Path, to: &str) -> Case {
    if !from.is_dir() {
        return case.bytes(to, &fs::read(from).expect("a readable file"));
    }
    let entries = fs::read_dir(from).expect("a readable folder").map(|entry| entry.expect("an entry"));
    entries.fold(case, |case, entry| {
        let name = format!("{to}/{}", entry.file_name().to_string_lossy());
        copied(case, &entry.path(), &name)
    })
}

/// What a command of the tutorial prints.
fn output(case: &Case, command: &str) -> String {
    if let Some(arguments) = command.strip_prefix("cutover ") {
        let ended = case.run(&arguments.split(' ').collect::<Vec<_>>());
        return ended.stdout + &ended.stderr;
    }
    if let Some((database, sql)) = command.strip_prefix("sqlite3 ").and_then(|rest| rest.split_once(' ')) {
        return queried(case, database, sql.trim_matches('"'));
    }
    let words: Vec<&str> = command.split(' ').collect();
    let (program, arguments) = words.split_first().expect("a command");
    let mut command = std::process::Command::new(program);
    let ended = command.args(arguments).current_dir(case.path("")).env("LC_ALL", "C").output().expect("it starts");
    String::from_utf8(ended.stdout).expect("text")
}

/// The rows of a query as `sqlite3` prints them; not every machine has it.
fn queried(case: &Case, database: &str, sql: &str) -> String {
    let connection = rusqlite::Connection::open(case.path(database)).expect("a database");
    let mut statement = connection.prepare(sql).expect("a statement");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("rows");
    let mut text = String::new();
    while let Some(row) = rows.next().expect("a row") {
        let cells = (0..columns).map(|index| row.get::<_, Option<String>>(index).expect("a text").unwrap_or_default());
        writeln!(text, "{}", cells.collect::<Vec<_>>().join("|")).expect("a text");
    }
    text
}

/// Does what the text tells the reader to do with a file.
fn edited(case: Case, replace: bool, what: &str) -> Case {
    let parts: Vec<&str> = what.split(" | ").collect();
    let text = case.read(parts[0]);
    let new = if replace {
        assert!(text.contains(parts[1]), "{} does not hold `{}`", parts[0], parts[1]);
        text.replacen(parts[1], parts[2], 1)
    } else {
        format!("{text}{}\n", parts[1])
    };
    case.file(parts[0], &new)
}

#[test]
fn the_tutorial_shows_what_happens() {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/tutorial.md")).expect("the tutorial");
    let (mut case, mut out, mut skipping) = (estate(), String::new(), false);
    for line in text.lines() {
        let marker = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        if marker == Some("end") {
            skipping = false;
        }
        if !skipping {
            writeln!(out, "{line}").expect("a text");
        }
        if let Some(what) = marker.and_then(|marker| marker.strip_prefix("replace ")) {
            case = edited(case, true, what);
        } else if let Some(what) = marker.and_then(|marker| marker.strip_prefix("append ")) {
            case = edited(case, false, what);
        } else if let Some(command) = marker.and_then(|marker| marker.strip_prefix("output: ")) {
            writeln!(out, "```text\n{}\n```", output(&case, command).trim_end()).expect("a text");
            skipping = true;
        }
    }
    in_sync("docs/tutorial.md", &out);
}

#[test]
fn the_picture_of_a_run_is_a_run() {
    let ended = estate().run(&["run", "--color", "always"]).exit(0);
    in_sync("docs/images/run.svg", &picture("cargo run -- run", &ended.stdout));
}

/// What a terminal shows, as a picture.
fn picture(command: &str, printed: &str) -> String {
    let lines: Vec<&str> = printed.trim_end().lines().collect();
    let height = 76 + 18 * (lines.len() + 1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 752 {height}\" role=\"img\" \
         aria-label=\"What the first command prints\">\n\
         <rect width=\"752\" height=\"{height}\" rx=\"10\" fill=\"#12161c\"/>\n\
         <g fill=\"#3b4350\"><circle cx=\"22\" cy=\"20\" r=\"6\"/><circle cx=\"42\" cy=\"20\" r=\"6\"/>\
         <circle cx=\"62\" cy=\"20\" r=\"6\"/></g>\n\
         <g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14.4\" \
         fill=\"#d7dde6\" xml:space=\"preserve\">\n\
         <text x=\"24\" y=\"58\"><tspan fill=\"#7d8896\">$ </tspan>{command}</text>\n"
    );
    for (number, line) in lines.iter().enumerate() {
        let spans = spans(line);
        if !spans.is_empty() {
            writeln!(svg, "<text x=\"24\" y=\"{}\">{spans}</text>", 76 + 18 * (number + 1)).expect("a text");
        }
    }
    svg + "</g>\n</svg>\n"
}

/// A line with the codes of a terminal as spans.
fn spans(line: &str) -> String {
    let mut text = String::new();
    let mut style = String::new();
    for (number, piece) in line.split("\u{1b}[").enumerate() {
        let (code, shown) = if number == 0 { ("", piece) } else { piece.split_once('m').expect("a code that ends") };
        match code {
            "" => {}
            "0" => style.clear(),
            "1" => style.push_str(" font-weight=\"bold\""),
            "2" => style.push_str(" opacity=\"0.45\""),
            "31" => style.push_str(" fill=\"#ff7b72\""),
            "32" => style.push_str(" fill=\"#56d364\""),
            other => panic!("the picture does not know the code {other}"),
        }
        if !shown.is_empty() {
            let shown = shown.replace('&', "&amp;").replace('<', "&lt;");
            write!(text, "<tspan{style}>{shown}</tspan>").expect("a text");
        }
    }
    text
}
