//! Judge: rules that look at other records, and lifecycle rules, once references
//! are resolved.
//!
//! Every condition sees the records as linking left them: what one rule decides
//! does not change what another one sees, so the order of the entities does not
//! matter. Of each record first the rules count; one that none of them costs is
//! looked at by the lifecycle: all flags that apply, and of the other rules the
//! first. Records that have a verdict are left alone.
//!
//! | file | does |
//! |---|---|
//! | `outside.rs` | values from the records that refer and are referred to |
//! | `ruling.rs` | the conditions of one entity over a batch |
//!
//! Changed values replace their records as survivors do: in a dataset that is
//! laid over the mapped one. In memory are four bytes for each count or day.

mod outside;
mod ruling;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{filter_record_batch, or};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;

use crate::config::pipeline::Entity;
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::diagnostic::Code;
use crate::engine::Engine;
use crate::record::{self, MAPPED_FIRST_FIELD};
use crate::reference::Link;
use crate::verdict::Verdicts;
use outside::Gathered;
pub(crate) use ruling::{Ruling, Rulings};

/// The code of a lifecycle rule that applies.
pub const APPLIES: &str = "lifecycle.applies";

/// The codes of this step.
pub const CODES: &[Code] = &[Code {
    id: APPLIES,
    what: "A rule of the mapping's `[lifecycle]` applies to the record; the rule's name stands behind the colon.",
    why: "A contact who left, or an organisation that closed, is not to be worked on in the new system as if it were alive.",
    example: "`left = { when = \"end_date < as_of()\", then = \"deactivate\", set = { status = \"inactive\" } }` and a contact whose end date is past",
    fix: "Nothing, if the rule is meant so; `then` says what becomes of the record. Else change its `when`.",
}];

/// One entity's records as this step needs them.
pub struct Living<'a> {
    pub entity: &'a Entity,
    pub mapped: &'a Path,
    pub survivors: Option<&'a Path>,
    /// Computes again whether a record is too old, from the values of the fields.
    pub too_old: &'a dyn Fn(&[ArrayRef]) -> Result<ArrayRef, ArrowError>,
}

/// Judges all entities. Gives for each the dataset that takes the place of its
/// survivors, where values changed. `too_old` is that column's name.
pub fn run(
    engine: &Engine,
    entities: &[Living<'_>],
    links: &[Link],
    verdicts: &mut [Verdicts],
    work: &Path,
    too_old: &str,
) -> Result<Vec<Option<PathBuf>>, DatasetError> {
    let session = SessionContext::new();
    let mut gathered = Vec::with_capacity(entities.len());
    for index in 0..entities.len() {
        gathered.push(outside::gather(engine, entities, index, links, verdicts, work, &session)?);
    }
    let mut changed = Vec::with_capacity(entities.len());
    for ((living, gathered), verdicts) in entities.iter().zip(gathered).zip(verdicts) {
        changed.push(if living.entity.beyond.is_empty() {
            None
        } else {
            judge(living, gathered, verdicts, work, too_old, &session)?
        });
    }
    Ok(changed)
}

fn judge(
    living: &Living<'_>,
    mut gathered: Gathered,
    verdicts: &mut Verdicts,
    work: &Path,
    too_old: &str,
    session: &SessionContext,
) -> Result<Option<PathBuf>, DatasetError> {
    let wrong = |what: &dyn std::fmt::Display| DatasetError::other(living.mapped, what);
    let rulings = Rulings::new(living.entity, session).map_err(|error| wrong(&error))?;
    let replaced = replaced(living.survivors)?;
    let path = work.join(format!("{}.judged.parquet", living.entity.name));
    let mut writer = Writer::create(&path, &dataset::schema(living.mapped)?, Packing::Working)?;
    let mut changes = false;
    let fields = MAPPED_FIRST_FIELD..MAPPED_FIRST_FIELD + living.entity.fields.len();
    for batch in dataset::overlaid(living.mapped, living.survivors, None)? {
        let batch = batch?;
        let seqs = batch.column(0).as_primitive::<Int64Type>().values().to_vec();
        let outside = gathered.columns(&seqs)?;
        let open: BooleanArray = seqs.iter().map(|seq| Some(verdicts.open(*seq as u32))).collect();
        let values = &batch.columns()[fields.clone()];
        let ruling = rulings.judge(values, &outside, &open).map_err(|error| wrong(&error))?;
        for (row, seq) in seqs.iter().enumerate() {
            for issue in ruling.issues(row) {
                verdicts.add_issue(*seq as u32, issue.to_string());
            }
            if let Some((verdict, reason)) = ruling.verdict(row) {
                verdicts.set(*seq as u32, verdict, reason);
            }
        }
        changes |= ruling.changed.true_count() > 0;
        let before: BooleanArray = seqs.iter().map(|seq| Some(replaced.binary_search(seq).is_ok())).collect();
        let kept = or(&before, &ruling.changed).and_then(|wanted| {
            let batch = with_values(&batch, ruling, living, fields.start, too_old)?;
            filter_record_batch(&batch, &wanted)
        });
        writer.write(kept.map_err(|error| wrong(&error))?)?;
    }
    writer.finish()?;
    Ok(changes.then_some(path))
}

/// The records that survivorship has replaced already, by `_seq`.
fn replaced(survivors: Option<&Path>) -> Result<Vec<i64>, DatasetError> {
    let mut seqs = Vec::new();
    if let Some(path) = survivors {
        for batch in dataset::read(path, Some(&[record::SEQ]))? {
            seqs.extend_from_slice(batch?.column(0).as_primitive::<Int64Type>().values());
        }
    }
    Ok(seqs)
}

/// The batch with the values that the ruling gave, and what follows from them.
fn with_values(
    batch: &RecordBatch,
    ruling: Ruling,
    living: &Living<'_>,
    first: usize,
    too_old: &str,
) -> Result<RecordBatch, ArrowError> {
    let mut columns = batch.columns().to_vec();
    let old = (living.too_old)(&ruling.values)?;
    if let Some((place, _)) = batch.schema().column_with_name(too_old) {
        columns[place] = Arc::new(or(old.as_boolean(), &ruling.archived)?);
    }
    for (index, value) in ruling.values.into_iter().enumerate() {
        columns[first + index] = value;
    }
    RecordBatch::try_new(batch.schema(), columns)
}
