//! Mapping tests: every name in them held against the mapping and its sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::common::ScalarValue;

use super::field::unknown_field;
use super::source::unknown_column;
use super::{Broken, Checked, files};
use crate::codes;
use crate::config::decode::{Options, Placed};
use crate::config::pipeline::{Entity, Pipeline};
use crate::config::raw::scalar::Scalar;
use crate::config::raw::trial::{RawExpected, RawTrial, RawTrials};
use crate::diagnostic::{Faults, SourceText, nearest};
use crate::record::Verdict;

/// What stands behind a mapping's name in that of its tests.
const SUFFIX: &str = ".test.toml";

/// A test that can be run.
pub struct Trial {
    /// The file that it stands in.
    pub file: PathBuf,
    pub name: String,
    /// Indexes of the entity and its feed.
    pub entity: usize,
    pub feed: usize,
    pub given: Given,
    /// What rules see of other records, in the order of the entity's outside values.
    pub outside: Vec<ScalarValue>,
    pub expected: Expected,
}

/// The record of a test.
pub enum Given {
    /// Texts by column; the others are null.
    Columns(BTreeMap<String, String>),
    /// The legacy key of a record of the source.
    Key(String),
}

/// What must come of it.
pub struct Expected {
    /// Fields (by index) and their values, null for none.
    pub fields: Vec<(usize, ScalarValue)>,
    pub verdict: Option<Verdict>,
    pub issues: Option<Vec<String>>,
}

/// Whether a file holds tests rather than a mapping.
pub(super) fn is_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX))
}

/// The tests beside the mappings of a pipeline, in the order of its entities.
///
/// # Errors
/// All faults of all files of tests.
pub fn trials(checked: &Checked) -> Result<Vec<Trial>, Broken> {
    let pipeline = &checked.pipeline;
    let mut faults = Faults::new(Arc::new(SourceText { path: pipeline.file.clone(), text: String::new() }));
    let mut unreadable = Vec::new();
    let mut found = Vec::new();
    for (index, entity) in pipeline.entities.iter().enumerate() {
        let file = checked.files.iter().find(|(name, _)| *name == entity.name).map(|(_, path)| path);
        let Some(file) = file.and_then(|path| beside(path)) else { continue };
        match files::read(&file, "give the user that runs cutover the right to read it") {
            Ok(text) => {
                let document = files::parse(file, &text, &mut faults);
                faults.enter(Arc::clone(&document.file));
                let Some(raw) = RawTrials::from_table(&document.table, 0..0, &[], &mut faults) else { continue };
                let side = Side { pipeline, index, entity, file: &document.file.path };
                found.extend(raw.test.iter().filter_map(|raw| side.trial(raw, &mut faults)));
            }
            Err(error) => unreadable.push(error),
        }
    }
    if faults.is_empty() && unreadable.is_empty() {
        return Ok(found);
    }
    Err(Broken { faults: faults.into_sorted(), unreadable, ..Broken::default() })
}

/// `contact.test.toml` for `contact.toml`, if it is there.
fn beside(mapping: &Path) -> Option<PathBuf> {
    let stem = mapping.file_stem()?.to_string_lossy().into_owned();
    Some(mapping.with_file_name(format!("{stem}{SUFFIX}"))).filter(|path| path.is_file())
}

struct Side<'a> {
    pipeline: &'a Pipeline,
    index: usize,
    entity: &'a Entity,
    file: &'a Path,
}

impl Side<'_> {
    fn trial(&self, raw: &RawTrial, faults: &mut Faults) -> Option<Trial> {
        let feed = self.feed(raw, faults);
        let given = feed.and_then(|feed| self.given(raw, feed, faults));
        let outside = self.outside(raw, faults);
        let expected = self.expected(&raw.expect.value, faults);
        Some(Trial {
            file: self.file.to_path_buf(),
            name: raw.name.value.clone(),
            entity: self.index,
            feed: feed?,
            given: given?,
            outside,
            expected,
        })
    }

    fn feed(&self, raw: &RawTrial, faults: &mut Faults) -> Option<usize> {
        let name = |feed: usize| self.entity.feeds.get(feed).map_or("", |feed| self.source(feed.source));
        let mut sources: Vec<&str> = (0..self.entity.feeds.len()).map(name).collect();
        sources.dedup();
        let source = match (&raw.source, sources.as_slice()) {
            (Some(word), _) if sources.contains(&word.value.as_str()) => word.value.as_str(),
            (Some(word), _) => {
                let message = format!("source `{}` feeds no `{}`", word.value, self.entity.name);
                let fault = faults.push("config.unknown-source", word.span.clone(), message);
                match nearest(&word.value, sources.iter().copied()) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help(format!("its sources are: {}", sources.join(", "))),
                };
                return None;
            }
            (None, [only]) => only,
            (None, _) => {
                faults
                    .push("config.missing-key", raw.name.span.clone(), "missing key `source`")
                    .help(format!("it is one of {}", sources.join(", ")));
                return None;
            }
        };
        let each = raw.each.as_ref().map(|each| each.value);
        let fits = |feed: &crate::config::pipeline::Feed| {
            self.source(feed.source) == source && each.is_none_or(|each| feed.each == each)
        };
        let found = self.entity.feeds.iter().position(fits);
        if let (None, Some(each)) = (found, &raw.each) {
            let message = format!("`{source}` has no such `each` block");
            faults.push("config.wrong-value", each.span.clone(), message).help("they count from 1");
        }
        found
    }

    fn source(&self, index: usize) -> &str {
        self.pipeline.sources.get(index).map_or("", |source| source.name.as_str())
    }

    fn given(&self, raw: &RawTrial, feed: usize, faults: &mut Faults) -> Option<Given> {
        let feed = self.entity.feeds.get(feed)?;
        match (&raw.record, &raw.key) {
            (Some(record), None) => {
                let schema = &feed.columns;
                let names: Vec<&str> = schema.fields().iter().map(|column| column.name().as_str()).collect();
                let mut columns = BTreeMap::new();
                for (word, value) in &record.value.0 {
                    if names.contains(&word.value.as_str()) {
                        columns.insert(word.value.clone(), value.value.0.clone());
                    } else {
                        unknown_column(&word.value, &word.span, self.source(feed.source), &names, faults);
                    }
                }
                Some(Given::Columns(columns))
            }
            (None, Some(key)) => Some(Given::Key(key.value.clone())),
            (None, None) => {
                faults
                    .push("config.missing-key", raw.name.span.clone(), "a test without a record")
                    .help("add `record = { COLUMN = \"…\" }`, or `key = \"…\"` for one of the source");
                None
            }
            (Some(_), Some(key)) => {
                faults
                    .push("config.conflict", key.span.clone(), "expected one of `record` and `key`")
                    .help("leave one of the two out");
                None
            }
        }
    }

    /// Values for what rules see of other records; null where the test gives none.
    fn outside(&self, raw: &RawTrial, faults: &mut Faults) -> Vec<ScalarValue> {
        let known = &self.entity.beyond.outside;
        for (word, _) in &raw.given.0 {
            if known.iter().all(|one| one.name != word.value) {
                let names: Vec<&str> = known.iter().map(|one| one.name.as_str()).collect();
                let message = format!("no rule of `{}` looks at `{}`", self.entity.name, word.value);
                let fault = faults.push("config.unknown-field", word.span.clone(), message);
                match nearest(&word.value, names.iter().copied()) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help(format!("they look at: {}", names.join(", "))),
                };
            }
        }
        let value = |one: &crate::config::pipeline::Outside| {
            let given = raw.given.0.iter().find(|(word, _)| word.value == one.name);
            let typed = given.and_then(|(_, value)| typed(value, &one.data_type, faults));
            typed.or_else(|| ScalarValue::try_from(&one.data_type).ok()).unwrap_or(ScalarValue::Null)
        };
        known.iter().map(value).collect()
    }

    fn expected(&self, raw: &RawExpected, faults: &mut Faults) -> Expected {
        let names: Vec<&str> = self.entity.fields.iter().map(|field| field.name.as_str()).collect();
        let mut fields = Vec::new();
        for (word, value) in &raw.fields.0 {
            let found = self.entity.fields.iter().enumerate().find(|(_, field)| field.name == word.value);
            let Some((at, field)) = found else {
                unknown_field(word, &names, faults);
                continue;
            };
            fields.extend(typed(value, &field.arrow(), faults).map(|value| (at, value)));
        }
        let verdict = raw.verdict.as_ref().and_then(|word| {
            let fits = [Verdict::Load, Verdict::Archive, Verdict::Exclude, Verdict::Hold, Verdict::Reject];
            let found = fits.iter().copied().find(|verdict| verdict.word() == word.value);
            if found.is_none() {
                let words: Vec<&str> = fits.iter().map(|verdict| verdict.word()).collect();
                crate::config::words::unknown_word(word, &words, faults);
            }
            found
        });
        let issues = raw.issues.as_ref().map(|issues| {
            for issue in &issues.value {
                self.issue(issue, &names, faults);
            }
            issues.value.iter().map(|issue| issue.value.clone()).collect()
        });
        Expected { fields, verdict, issues }
    }

    fn issue(&self, issue: &Placed<String>, names: &[&str], faults: &mut Faults) {
        let (code, name) = issue.value.split_once(':').unwrap_or((&issue.value, ""));
        if codes::find(code).is_none() {
            let known = codes::all();
            let fault = faults.push("config.unknown-word", issue.span.clone(), format!("unknown code `{code}`"));
            match nearest(code, known.iter().map(|code| code.id)) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("`cutover explain` lists all"),
            };
        }
        let rules = self.entity.rules.iter().chain(&self.entity.beyond.rules).map(|rule| rule.name.as_str());
        let lives = self.entity.beyond.lifecycle.iter().map(|rule| rule.name.as_str());
        let known: Vec<&str> = match code {
            crate::rules::RULE_BROKEN => rules.collect(),
            crate::lifecycle::APPLIES => lives.collect(),
            _ => names.to_vec(),
        };
        // Issues of reading name columns of the source.
        let columns =
            self.entity.feeds.iter().flat_map(|feed| feed.columns.fields()).map(|column| column.name().as_str());
        if !name.is_empty() && !known.contains(&name) && !columns.into_iter().any(|column| column == name) {
            let word = Placed { value: name.to_string(), span: issue.span.clone() };
            match code {
                crate::rules::RULE_BROKEN | crate::lifecycle::APPLIES => unknown_rule(&word, &known, faults),
                _ => drop(unknown_field(&word, &known, faults)),
            }
        }
    }
}

fn unknown_rule(word: &Placed<String>, known: &[&str], faults: &mut Faults) {
    let message = format!("the mapping has no rule `{}`", word.value);
    let fault = faults.push("config.unknown-field", word.span.clone(), message);
    match nearest(&word.value, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("there are: {}", known.join(", "))),
    };
}

/// The value in that type; an empty text is none.
fn typed(value: &Placed<Scalar>, data_type: &arrow::datatypes::DataType, faults: &mut Faults) -> Option<ScalarValue> {
    if value.value.0.is_empty() {
        return ScalarValue::try_from(data_type).ok();
    }
    let read = ScalarValue::try_from_string(value.value.0.clone(), data_type).ok();
    if read.is_none() {
        let kind = crate::mapping::expression::kind_of(data_type);
        faults.push("config.wrong-value", value.span.clone(), format!("expected {kind}"));
    }
    read
}

/// The entities that are to be tested; all where none is named.
///
/// # Errors
/// The first name that no entity has, with what there is.
pub fn only(mut trials: Vec<Trial>, pipeline: &Pipeline, wanted: &[String]) -> Result<Vec<Trial>, String> {
    let names: Vec<&str> = pipeline.entities.iter().map(|entity| entity.name.as_str()).collect();
    if let Some(name) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(format!("there is no entity `{name}`; the pipeline has {}", names.join(", ")));
    }
    let entity = |trial: &Trial| names.get(trial.entity).copied().unwrap_or_default().to_string();
    trials.retain(|trial| wanted.is_empty() || wanted.contains(&entity(trial)));
    Ok(trials)
}
