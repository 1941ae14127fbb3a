//! What is wrong with the configuration, where, and what to do about it.
//!
//! A [`Fault`] is a mistake in a file that the user wrote: it has a code, a
//! place (file and byte span) and a hint. Faults are collected, never thrown
//! one by one, and rendered once, at the edge ([`render`]). Bad *data* is not a
//! fault: it is a verdict with an issue code on its record (see `record`).

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

/// A configuration file as it was read; spans of faults point into its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The path as the user would write it, relative to where they stand.
    pub path: PathBuf,
    pub text: String,
}

/// One mistake in a configuration file.
#[derive(Debug, Clone)]
pub struct Fault {
    /// A code that `cutover explain` knows, such as `config.unknown-key`.
    pub code: &'static str,
    /// What is wrong, as a lowercase fragment without a full stop.
    pub message: String,
    /// The file that it stands in.
    pub file: Arc<SourceText>,
    /// Bytes of `file.text` that the carets go under.
    pub span: Range<usize>,
    /// What stands beside the carets; may be empty.
    pub label: String,
    /// What to do, such as `did you mean "encoding"?`.
    pub help: Option<String>,
}

/// All faults found so far, and the file that is being read now.
#[derive(Debug)]
pub struct Faults {
    file: Arc<SourceText>,
    found: Vec<Fault>,
}

impl Faults {
    pub fn new(file: Arc<SourceText>) -> Self {
        Self { file, found: Vec::new() }
    }

    /// Turns to another file: faults pushed from now on stand in it.
    pub fn enter(&mut self, file: Arc<SourceText>) {
        self.file = file;
    }

    /// The file that faults are pushed for now.
    pub fn file(&self) -> Arc<SourceText> {
        Arc::clone(&self.file)
    }

    /// Notes a fault at `span` of the current file.
    pub fn push(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>) -> &mut Fault {
        self.found.push(Fault {
            code,
            message: message.into(),
            file: Arc::clone(&self.file),
            span,
            label: String::new(),
            help: None,
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The faults, by file and place.
    pub fn into_sorted(mut self) -> Vec<Fault> {
        self.found.sort_by(|a, b| {
            (&a.file.path, a.span.start, a.code, &a.message).cmp(&(&b.file.path, b.span.start, b.code, &b.message))
        });
        self.found.dedup_by(|a, b| a.code == b.code && a.span == b.span && a.file == b.file && a.message == b.message);
        self.found
    }
}

impl Fault {
    pub fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Line and column, both from 1; columns count characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = &self.file.text[..self.span.start.min(self.file.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// What `cutover explain CODE` and the docs say of a code. Every module that
/// gives out codes has a `pub const CODES: &[Code]`.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// `phone.invalid`, `config.unknown-key`: where it comes from, a dot, what is wrong.
    pub id: &'static str,
    /// What it means, one or two sentences.
    pub what: &'static str,
    /// Why Cutover says so, and what it leads to.
    pub why: &'static str,
    /// A short example of input that gets it.
    pub example: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// The known word that is nearest to `word`, if one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&lowered, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// The faults as text for a terminal, one block each.
pub fn render(faults: &[Fault], coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(80);
    let blocks: Vec<String> = faults.iter().map(|fault| render_one(fault, &renderer)).collect();
    blocks.join("\n\n")
}

fn render_one(fault: &Fault, renderer: &Renderer) -> String {
    let path = fault.file.path.display().to_string();
    let start = fault.span.start.min(fault.file.text.len());
    let end = fault.span.end.clamp(start, fault.file.text.len());
    let mut annotation = AnnotationKind::Primary.span(start..end);
    if !fault.label.is_empty() {
        annotation = annotation.label(&fault.label);
    }
    let mut group = Level::ERROR
        .primary_title(&fault.message)
        .id(fault.code)
        .element(Snippet::source(&fault.file.text).path(&path).annotation(annotation));
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The faults as JSON: an array of code, message, file, line, column, help.
pub fn to_json(faults: &[Fault]) -> serde_json::Value {
    let list = faults.iter().map(|fault| {
        let (line, column) = fault.line_column();
        serde_json::json!({
            "code": fault.code, "message": fault.message, "file": display(&fault.file.path),
            "line": line, "column": column, "label": fault.label, "help": fault.help,
        })
    });
    serde_json::Value::Array(list.collect())
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
