//! Mapping tests: one record each, through the real mapping, standards and rules.
//!
//! Nothing is matched, linked or loaded, and no target is asked. What rules see
//! of other records is what the test gives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::{cast, or};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;

use super::RunError;
use super::map::arranged;
use crate::config::check::trial::{Given, Trial};
use crate::config::pipeline::{Entity, Feed, Pipeline};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::engine::Engine;
use crate::joined;
use crate::lifecycle::{Ruling, Rulings};
use crate::mapping::{Mapper, TooOld};
use crate::record::{self, ENTRY_SEPARATOR, KEY_SEPARATOR, MAPPED_FIRST_FIELD, Verdict};
use crate::reference_data::{self, Looking};
use crate::snapshot;

/// The legacy key of a record that has none.
const NO_KEY: &str = "test";

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub file: PathBuf,
    pub entity: String,
    pub name: String,
    /// Nothing, where all is as expected.
    pub differences: Vec<Difference>,
}

/// Something that is not as the test expects. Texts are the values themselves:
/// they stand in the test, or come of what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A field, or `verdict`, `issues` or `record`.
    pub what: String,
    pub field: bool,
    /// `None`: no value.
    pub expected: Option<String>,
    pub got: Option<String>,
}

/// Runs the tests, in their order.
///
/// # Errors
/// That a source cannot be read; not that a test fails.
pub fn run(pipeline: &Pipeline, trials: &[Trial]) -> Result<Vec<Tried>, RunError> {
    let session = SessionContext::new();
    let mut lookups = Lookups::new(pipeline)?;
    trials.iter().map(|trial| tried(pipeline, trial, &mut lookups, &session)).collect()
}

fn tried(
    pipeline: &Pipeline,
    trial: &Trial,
    lookups: &mut Lookups<'_>,
    session: &SessionContext,
) -> Result<Tried, RunError> {
    let entity = &pipeline.entities[trial.entity];
    let feed = &entity.feeds[trial.feed];
    let wrong = |what: &dyn std::fmt::Display| DatasetError::other(&trial.file, what);
    let record = match &trial.given {
        Given::Columns(columns) => Some(made(pipeline, feed, columns).map_err(|error| wrong(&error))?),
        Given::Key(key) => found(pipeline, feed, key)?,
    };
    let differences = match record {
        Some(record) => {
            let mapper = Mapper::new(pipeline, entity, trial.feed, 0, session)?;
            let found = lookups.found(trial.entity, &mapper, &record)?;
            let mapped = mapper.map(&record, &found)?;
            let outcome = Outcome::of(entity, trial, &mapped.batch, session).map_err(|what| wrong(&what))?;
            outcome.differences(entity, trial).map_err(|error| wrong(&error))?
        }
        None => vec![Difference {
            what: "record".into(),
            field: false,
            expected: Some("a record of that key in the source".into()),
            got: None,
        }],
    };
    Ok(Tried { file: trial.file.clone(), entity: entity.name.clone(), name: trial.name.clone(), differences })
}

/// The reference data that tests ask for, each put in order once.
struct Lookups<'a> {
    pipeline: &'a Pipeline,
    engine: Option<(Engine, Work)>,
    /// By entity and join.
    arranged: BTreeMap<(usize, usize), PathBuf>,
}

/// A folder that is taken away in the end.
struct Work(PathBuf);

impl Drop for Work {
    fn drop(&mut self) {
        // What is left of it does no harm but to the disk's room.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl<'a> Lookups<'a> {
    fn new(pipeline: &'a Pipeline) -> Result<Self, RunError> {
        let wanted = pipeline.entities.iter().any(|entity| !entity.joins.is_empty());
        let engine = wanted.then(|| {
            let work = Work(pipeline.out.join(format!("test-{}", std::process::id())));
            std::fs::create_dir_all(&work.0).map_err(|error| DatasetError::io(&work.0, &error))?;
            Ok::<_, DatasetError>((Engine::new(&work.0)?, work))
        });
        Ok(Self { pipeline, engine: engine.transpose()?, arranged: BTreeMap::new() })
    }

    /// What each join of the entity finds of a record.
    fn found(&mut self, entity: usize, mapper: &Mapper, record: &RecordBatch) -> Result<Vec<RecordBatch>, RunError> {
        let Some((engine, work)) = &self.engine else { return Ok(Vec::new()) };
        let session = SessionContext::new();
        let known = &self.pipeline.entities[entity];
        let mut found = Vec::new();
        for (number, join) in known.joins.iter().enumerate() {
            let file = |what: &str| work.0.join(format!("{entity}.{number}.{what}.parquet"));
            let rows = file("rows");
            if self.arranged.insert((entity, number), rows.clone()).is_none() {
                let reference = &self.pipeline.references[join.reference];
                let folder = self.pipeline.out.join("snapshots").join("reference");
                let taken = snapshot::take(reference, &folder, &mut |_| true)?;
                arranged(engine, self.pipeline, (known, join), (&taken.path, &work.0, &rows), &session)?;
            }
            let keys = file("keys");
            let mut writer = Writer::create(&keys, &joined::keys(join.takes.len()), Packing::Working)?;
            writer.write(mapper.keyed(record, &found)?)?;
            writer.finish()?;
            let path = file("found");
            let looking = Looking { engine, entity: known, join, rows: &rows, keys: &keys, work: &work.0 };
            reference_data::run(&looking, &path)?;
            let batches = dataset::read(&path, None)?.collect::<Result<Vec<_>, _>>()?;
            let schema = joined::found(join.takes.len());
            let all = arrow::compute::concat_batches(&schema, &batches);
            found.push(all.map_err(|error| DatasetError::other(&path, error))?);
        }
        Ok(found)
    }
}

/// A snapshot of one record with these columns.
fn made(pipeline: &Pipeline, feed: &Feed, columns: &BTreeMap<String, String>) -> Result<RecordBatch, ArrowError> {
    let parts = pipeline.sources[feed.source].key.iter().map(|column| columns.get(column).map_or("", |key| key.trim()));
    let parts: Vec<&str> = parts.collect();
    let key = if parts.iter().all(|part| part.is_empty()) {
        NO_KEY.to_string()
    } else {
        parts.join(KEY_SEPARATOR.encode_utf8(&mut [0; 4]))
    };
    let text = |text: Option<&str>| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let mut values: Vec<ArrayRef> =
        vec![Arc::new(Int64Array::from(vec![0])), text(Some(NO_KEY)), text(Some(&key)), text(None), text(None)];
    for column in feed.columns.fields() {
        let value = columns.get(column.name()).map(String::as_str).filter(|value| !value.is_empty());
        values.push(cast(&text(value), column.data_type())?);
    }
    RecordBatch::try_new(snapshot::schema(&feed.columns), values)
}

/// The record of that key as its source has it.
fn found(pipeline: &Pipeline, feed: &Feed, key: &str) -> Result<Option<RecordBatch>, RunError> {
    let folder = pipeline.out.join("snapshots");
    let source = &pipeline.sources[feed.source];
    let taken = snapshot::take(source, &folder, &mut |_| true)?;
    first_of(&taken.path, key)
}

fn first_of(path: &Path, key: &str) -> Result<Option<RecordBatch>, RunError> {
    for batch in dataset::read(path, None)? {
        let batch = batch?;
        let keys = batch.column(2).as_string::<i32>();
        if let Some(row) = keys.iter().position(|found| found == Some(key)) {
            return Ok(Some(batch.slice(row, 1)));
        }
    }
    Ok(None)
}

/// What came of one record.
struct Outcome {
    values: Vec<ArrayRef>,
    verdict: Verdict,
    reason: String,
    issues: Vec<String>,
}

impl Outcome {
    fn of(entity: &Entity, trial: &Trial, mapped: &RecordBatch, session: &SessionContext) -> Result<Self, String> {
        let text = |name: &str| {
            let column = mapped.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            column.filter(|column| column.is_valid(0)).map_or("", |column| column.value(0)).to_string()
        };
        let own = &mapped.columns()[MAPPED_FIRST_FIELD..MAPPED_FIRST_FIELD + entity.fields.len()];
        let mut verdict = Verdict::from_word(&text(record::VERDICT));
        let mut reason = text(record::REASON);
        let mut issues: Vec<String> =
            text(record::ISSUES).split(ENTRY_SEPARATOR).filter(|issue| !issue.is_empty()).map(str::to_string).collect();
        let outside: Result<Vec<ArrayRef>, _> = trial.outside.iter().map(ScalarValue::to_array).collect();
        let outside = outside.map_err(|error| error.to_string())?;
        let open = BooleanArray::from(vec![verdict.is_none()]);
        let ruling = Rulings::new(entity, session)?.judge(own, &outside, &open).map_err(|error| error.to_string())?;
        issues.extend(ruling.issues(0).map(str::to_string));
        if let Some((found, why)) = ruling.verdict(0).filter(|_| verdict.is_none()) {
            (verdict, reason) = (Some(found), why.to_string());
        }
        if verdict.is_none() && too_old(entity, &ruling, mapped, session)? {
            (verdict, reason) = (Some(Verdict::Archive), "cutoff".into());
        }
        Ok(Self { values: ruling.values, verdict: verdict.unwrap_or(Verdict::Load), reason, issues })
    }

    fn differences(&self, entity: &Entity, trial: &Trial) -> Result<Vec<Difference>, ArrowError> {
        let expected = &trial.expected;
        let mut found = Vec::new();
        for (at, value) in &expected.fields {
            let wanted = value.to_array().map_err(|error| ArrowError::ComputeError(error.strip_backtrace()))?;
            let (wanted, got) = (shown(&wanted)?, shown(&self.values[*at])?);
            if wanted != got {
                let what = entity.fields[*at].name.clone();
                found.push(Difference { what, field: true, expected: wanted, got });
            }
        }
        if let Some(wanted) = expected.verdict.filter(|wanted| *wanted != self.verdict) {
            let why = if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
            let got = Some(format!("{}{why}", self.verdict));
            let expected = Some(wanted.word().to_string());
            found.push(Difference { what: "verdict".into(), field: false, expected, got });
        }
        if let Some(wanted) = &expected.issues {
            let sorted = |issues: &[String]| {
                let mut sorted = issues.to_vec();
                sorted.sort();
                sorted.dedup();
                sorted
            };
            let (wanted, got) = (sorted(wanted), sorted(&self.issues));
            let matches = |wanted: &str, got: &str| {
                wanted == got || (!wanted.contains(':') && got.split(':').next() == Some(wanted))
            };
            let whole = wanted.iter().all(|wanted| got.iter().any(|got| matches(wanted, got)))
                && got.iter().all(|got| wanted.iter().any(|wanted| matches(wanted, got)));
            if !whole {
                let list = |issues: Vec<String>| (!issues.is_empty()).then(|| issues.join(", "));
                let (expected, got) = (list(wanted), list(got));
                found.push(Difference { what: "issues".into(), field: false, expected, got });
            }
        }
        Ok(found)
    }
}

/// Whether the record goes into the archive unless another one keeps it.
fn too_old(entity: &Entity, ruling: &Ruling, mapped: &RecordBatch, session: &SessionContext) -> Result<bool, String> {
    if entity.cutoff.is_none() {
        return Ok(false);
    }
    let old = TooOld::new(entity, session)?.column(&ruling.values, mapped.num_rows());
    let old = old.and_then(|old| or(old.as_boolean(), &ruling.archived)).map_err(|error| format!("cutoff: {error}"))?;
    Ok(old.value(0))
}

fn shown(value: &ArrayRef) -> Result<Option<String>, ArrowError> {
    let text = cast(value, &DataType::Utf8)?;
    let text = text.as_string::<i32>();
    Ok(text.is_valid(0).then(|| text.value(0).to_string()))
}
