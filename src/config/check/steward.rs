//! The steward's files: whether their names lead anywhere.
//!
//! A fault shows the name that leads nowhere at its line, and nothing else of the
//! file: the rest are cell values.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Known;
use super::source::Opened;
use crate::config::existing;
use crate::config::steward::{CORRECTION, CORRECTIONS, Correction, DECISION, DECISIONS, Decision, Judgement, read};
use crate::diagnostic::{Code, Faults, SourceText, nearest};
use crate::sources::ReadError;

/// The codes of the steward's files.
pub const CODES: &[Code] = &[
    Code {
        id: "steward.malformed",
        what: "A file of corrections or decisions cannot be read: its heading or one of its lines is not as it must be.",
        why: "A word that is left out without notice would be asked for again, or not be kept.",
        example: "a line of `corrections/customer.csv` with a comma too many",
        fix: "Correct the line. The headings are `source,key,column,was,now,who,when,why` for corrections and `entity,source_a,key_a,source_b,key_b,verdict,who,when,why` for decisions.",
    },
    Code {
        id: "steward.unknown-name",
        what: "A correction or decision names a source, column or entity that the pipeline has not, or a verdict that is none.",
        why: "It would change nothing, and nobody would know.",
        example: "a correction of the column `Phnoe`",
        fix: "Correct the name, or take the line out.",
    },
];

/// The steward's word as checked, and the files that it stood in.
#[derive(Default)]
pub(super) struct Said {
    pub corrections: Vec<Correction>,
    pub decisions: Vec<Decision>,
    pub read: Vec<(PathBuf, Vec<u8>)>,
}

/// Reads and checks all files of the steward below `root`.
pub(super) fn check(
    root: &Path,
    sources: &[Opened],
    entities: &[Known],
    faults: &mut Faults,
    unreadable: &mut Vec<ReadError>,
) -> Said {
    let mut said = Said::default();
    let before = faults.file();
    for path in corrections(root, unreadable) {
        let Some(content) = content(&path, unreadable) else { continue };
        let mut sheet = Sheet::open(root, &path, &content, CORRECTION, faults);
        for (place, cells) in std::mem::take(&mut sheet.lines) {
            said.corrections.extend(correction(&mut sheet, place, cells, sources));
        }
        sheet.tell(faults);
        said.read.push((path, content));
    }
    let path = root.join(DECISIONS);
    if let Some(content) = path.is_file().then(|| content(&path, unreadable)).flatten() {
        let mut sheet = Sheet::open(root, &path, &content, DECISION, faults);
        for (place, cells) in std::mem::take(&mut sheet.lines) {
            said.decisions.extend(decision(&mut sheet, place, cells, sources, entities));
        }
        sheet.tell(faults);
        said.read.push((path, content));
    }
    faults.enter(before);
    said
}

/// The files of corrections, by name.
fn corrections(root: &Path, unreadable: &mut Vec<ReadError>) -> Vec<PathBuf> {
    let folder = root.join(CORRECTIONS);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            unreadable.push(ReadError::io(&folder, &error));
            return Vec::new();
        }
    };
    let is_csv = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_csv).collect();
    paths.sort();
    paths
}

fn content(path: &Path, unreadable: &mut Vec<ReadError>) -> Option<Vec<u8>> {
    std::fs::read(path).map_err(|error| unreadable.push(ReadError::io(path, &error))).ok()
}

/// A file, and what is wrong with it: line, name that leads nowhere, message, help.
struct Sheet {
    path: PathBuf,
    shown: String,
    lines: Vec<(u64, Vec<String>)>,
    wrong: Vec<(&'static str, u64, String, String, Option<String>)>,
}

impl Sheet {
    fn open(root: &Path, path: &Path, content: &[u8], columns: &[&str], faults: &mut Faults) -> Self {
        let shown = path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/");
        let mut sheet = Self { path: path.to_path_buf(), shown, lines: Vec::new(), wrong: Vec::new() };
        match read(content, columns) {
            Ok(lines) => sheet.lines = lines.into_iter().map(|line| (line.line, line.cells)).collect(),
            Err((line, what)) => {
                sheet.wrong.push((CODES[0].id, line, String::new(), what, None));
                sheet.tell(faults);
                sheet.wrong.clear();
            }
        }
        sheet
    }

    fn unknown<'n>(&mut self, line: u64, what: &str, name: &str, known: impl Iterator<Item = &'n str> + Clone) {
        let help = match nearest(name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
        };
        let message = format!("unknown {what} `{name}`");
        self.wrong.push((CODES[1].id, line, name.to_string(), message, Some(help)));
    }

    /// Notes the faults in a text that has the wrong names at their lines only.
    fn tell(&self, faults: &mut Faults) {
        let Some(last) = self.wrong.iter().map(|(_, line, ..)| *line).max() else { return };
        let mut text = String::new();
        let mut spans = vec![0..0; self.wrong.len()];
        for line in 1..=last {
            for (span, (_, at, name, ..)) in spans.iter_mut().zip(&self.wrong) {
                if *at == line {
                    let begin = text.len();
                    text.push_str(&name.replace(['\n', '\r'], " "));
                    *span = begin..text.len();
                    text.push(' ');
                }
            }
            text.push('\n');
        }
        faults.enter(Arc::new(SourceText { path: self.path.clone(), text }));
        for (span, (code, _, _, message, help)) in spans.into_iter().zip(&self.wrong) {
            faults.push(code, span, message.clone()).help = help.clone();
        }
    }
}

fn names(sources: &[Opened]) -> impl Iterator<Item = &str> + Clone {
    sources.iter().map(|source| source.name.value.as_str())
}

fn correction(sheet: &mut Sheet, line: u64, cells: Vec<String>, sources: &[Opened]) -> Option<Correction> {
    let cell = |index: usize| cells.get(index).cloned().unwrap_or_default();
    let (name, column) = (cell(0), cell(2));
    let Some(source) = sources.iter().position(|source| source.name.value == name) else {
        sheet.unknown(line, "source", &name, names(sources));
        return None;
    };
    if let Some(spec) = sources.get(source).and_then(|source| source.spec.as_ref()) {
        let schema = spec.reader.schema();
        if schema.index_of(&column).is_err() {
            let known: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            sheet.unknown(line, "column", &column, known.into_iter());
            return None;
        }
    }
    let place = format!("{}:{line}", sheet.shown);
    Some(Correction { source, key: cell(1), column, was: cell(3), now: cell(4), place, cells })
}

fn decision(
    sheet: &mut Sheet,
    line: u64,
    cells: Vec<String>,
    sources: &[Opened],
    entities: &[Known],
) -> Option<Decision> {
    let cell = |index: usize| cells.get(index).cloned().unwrap_or_default();
    let entity = cell(0);
    let mut sound = true;
    let known = entities.iter().find(|known| known.name == entity);
    if known.is_none() {
        sheet.unknown(line, "entity", &entity, entities.iter().map(|known| known.name.as_str()));
        sound = false;
    }
    for source in [cell(1), cell(3)] {
        // A row that the target has already is named by its table.
        let row = known.is_some_and(|known| existing::name(&known.table) == source);
        if !row && !names(sources).any(|name| name == source) {
            sheet.unknown(line, "source", &source, names(sources));
            sound = false;
        }
    }
    let verdict = Judgement::from_word(cell(5).trim());
    if verdict.is_none() {
        sheet.unknown(line, "verdict", &cell(5), Judgement::WORDS.iter().copied());
    }
    let pair = [(cell(1), cell(2)), (cell(3), cell(4))];
    let place = format!("{}:{line}", sheet.shown);
    let verdict = verdict.filter(|_| sound)?;
    Some(Decision { entity, pair, verdict, place, cells })
}
