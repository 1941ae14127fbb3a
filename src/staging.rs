//! Stage: one dataset an entity, every record with its verdict.
//!
//! This is where all findings of the steps before come together, and where
//! routing begins: what has no verdict yet is loaded. A staged dataset holds
//! every record that was read, in the order of reading.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use twox_hash::XxHash3_128;

use crate::config::pipeline::{Entity, KeyKind, Policy};
use crate::dataset::{self, DatasetError, Overlaid, Packing, Writer};
use crate::engine::Engine;
use crate::record::{self, ENTRY_SEPARATOR, MAPPED_FIRST_FIELD, Verdict};
use crate::reference::{Link, Targets};
use crate::verdict::{Refused, Verdicts};

/// Index of the first field in a staged dataset.
pub const FIRST_FIELD: usize = 12;

/// The columns of an entity's staged dataset.
pub fn schema(entity: &Entity) -> SchemaRef {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    let mut fields = vec![
        Field::new(record::SEQ, DataType::Int64, false),
        text(record::SOURCE, false),
        text(record::ROW, false),
        text(record::KEY, true),
        text(record::ID, false),
        text(record::TARGET_KEY, true),
        text(record::VERDICT, false),
        text(record::REASON, true),
        text(record::SURVIVOR, true),
        text(record::ISSUES, true),
        text(record::REPAIRS, true),
        text(record::HASH, true),
    ];
    fields.extend(entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true)));
    Arc::new(Schema::new(fields))
}

/// What the steps before found out about an entity.
pub struct Findings<'a> {
    pub entity: &'a Entity,
    pub mapped: &'a Path,
    pub survivors: Option<&'a Path>,
    pub verdicts: &'a Verdicts,
    /// The links of this entity's reference fields.
    pub links: Vec<&'a Link>,
}

/// Writes the staged dataset; `seen` is shown each batch of it, in order.
pub fn run(
    engine: &Engine,
    findings: &Findings<'_>,
    path: &Path,
    mut seen: impl FnMut(&RecordBatch),
) -> Result<(), DatasetError> {
    let schema = schema(findings.entity);
    let mut writer = Writer::create(path, &schema, Packing::Working)?;
    let wrong = |error: ArrowError| DatasetError::other(path, error);
    let staging = Staging { findings, schema };
    engine.ordered(
        Input::open(findings)?,
        |(batch, targets)| staging.stage(&batch, &targets).map_err(wrong),
        |batch| {
            seen(&batch);
            writer.write(batch)
        },
    )?;
    writer.finish()?;
    Ok(())
}

/// Mapped batches with what their references will hold.
struct Input<'a> {
    batches: Overlaid,
    targets: Vec<(&'a Link, Targets)>,
}

type Staged = (RecordBatch, Vec<StringArray>);

impl<'a> Input<'a> {
    fn open(findings: &Findings<'a>) -> Result<Self, DatasetError> {
        let open = |link: &&'a Link| Targets::open(link).map(|targets| (*link, targets));
        Ok(Self {
            batches: dataset::overlaid(findings.mapped, findings.survivors, None)?,
            targets: findings.links.iter().map(open).collect::<Result<_, _>>()?,
        })
    }

    fn with_targets(&mut self, batch: RecordBatch) -> Result<Staged, DatasetError> {
        let seqs = batch.column(0).as_primitive::<Int64Type>();
        let mut columns = Vec::with_capacity(self.targets.len());
        for (link, targets) in &mut self.targets {
            let mut column = StringBuilder::new();
            for &seq in seqs.values() {
                let target = targets.of(seq)?;
                column.append_option(target.filter(|_| link.parent(seq as u32).is_some()));
            }
            columns.push(column.finish());
        }
        Ok((batch, columns))
    }
}

impl Iterator for Input<'_> {
    type Item = Result<Staged, DatasetError>;
    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?;
        Some(batch.and_then(|batch| self.with_targets(batch)))
    }
}

struct Staging<'a> {
    findings: &'a Findings<'a>,
    schema: SchemaRef,
}

impl Staging<'_> {
    fn stage(&self, mapped: &RecordBatch, targets: &[StringArray]) -> Result<RecordBatch, ArrowError> {
        let seqs = mapped.column(0).as_primitive::<Int64Type>().values();
        let text = |index: usize| mapped.column(index).as_string::<i32>();
        let ruling = self.ruling(seqs, text(5), text(6), text(7));
        let mut values: Vec<ArrayRef> =
            mapped.columns()[MAPPED_FIRST_FIELD..MAPPED_FIRST_FIELD + self.findings.entity.fields.len()].to_vec();
        for (link, targets) in self.findings.links.iter().zip(targets) {
            values[link.field] = Arc::new(self.referring(link, seqs, values[link.field].as_string(), targets, &ruling));
        }
        let target_keys: ArrayRef = match self.findings.entity.key {
            KeyKind::Uuid => Arc::clone(mapped.column(4)),
            KeyKind::Legacy => Arc::clone(mapped.column(3)),
            KeyKind::Serial => Arc::new(StringArray::new_null(mapped.num_rows())),
        };
        let target_keys = self.with_rows(target_keys, seqs);
        let hash = hashes(&target_keys, &values, &ruling.verdict)?;
        let mut columns: Vec<ArrayRef> = mapped.columns()[..5].to_vec();
        columns.extend([
            target_keys,
            Arc::new(ruling.verdict) as ArrayRef,
            Arc::new(ruling.reason),
            Arc::new(ruling.survivor),
            Arc::new(ruling.issues),
            Arc::clone(mapped.column(8)),
            Arc::new(hash),
        ]);
        columns.extend(values);
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }

    /// The keys, those of the target's own rows in place of ours.
    fn with_rows(&self, keys: ArrayRef, seqs: &[i64]) -> ArrayRef {
        let linked = |seq: &i64| self.findings.verdicts.linked(*seq as u32).map(|row| row.key.as_str());
        if seqs.iter().all(|seq| linked(seq).is_none()) {
            return keys;
        }
        let texts = keys.as_string::<i32>().iter().zip(seqs).map(|(own, seq)| linked(seq).or(own));
        Arc::new(texts.collect::<StringArray>())
    }

    fn ruling(&self, seqs: &[i64], mapped: &StringArray, reasons: &StringArray, issues: &StringArray) -> Ruling {
        let verdicts = self.findings.verdicts;
        let mut verdict = StringBuilder::with_capacity(seqs.len(), seqs.len() * 6);
        let (mut reason, mut survivor, mut all) = (StringBuilder::new(), StringBuilder::new(), StringBuilder::new());
        for (row, &seq) in seqs.iter().enumerate() {
            let seq = seq as u32;
            let own = mapped.is_valid(row);
            verdict.append_value(verdicts.get(seq).unwrap_or(Verdict::Load).word());
            // The reason of a verdict that mapping gave stands in the mapped dataset.
            let earlier = (own && reasons.is_valid(row)).then(|| reasons.value(row));
            let linked = verdicts.linked(seq).filter(|_| verdicts.open(seq)).map(|row| row.reason.as_str());
            reason.append_option(earlier.or_else(|| verdicts.reason(seq)).or(linked));
            let standing = verdicts.merged().get(&seq).and_then(|survivor| verdicts.survivor(*survivor));
            survivor.append_option(standing.map(|survivor| survivor.id.as_str()));
            let before = issues.is_valid(row).then(|| issues.value(row));
            append_issues(&mut all, before, verdicts.issues(seq));
        }
        Ruling { verdict: verdict.finish(), reason: reason.finish(), survivor: survivor.finish(), issues: all.finish() }
    }

    /// A reference field's values: the target's key where the reference leads
    /// somewhere, else the legacy key if the record is not loaded or the policy
    /// is to keep it.
    fn referring(
        &self,
        link: &Link,
        seqs: &[i64],
        legacy: &StringArray,
        targets: &StringArray,
        ruling: &Ruling,
    ) -> StringArray {
        let field = &self.findings.entity.fields[link.field];
        let keep = field.references.as_ref().is_some_and(|reference| reference.missing == Policy::Keep);
        (0..seqs.len())
            .map(|row| {
                if targets.is_valid(row) {
                    return Some(targets.value(row));
                }
                let stays = keep || !matches!(ruling.verdict.value(row), "load" | "archive");
                (stays && legacy.is_valid(row)).then(|| legacy.value(row))
            })
            .collect()
    }
}

struct Ruling {
    verdict: StringArray,
    reason: StringArray,
    survivor: StringArray,
    issues: StringArray,
}

fn append_issues(builder: &mut StringBuilder, before: Option<&str>, later: &[String]) {
    if later.is_empty() {
        builder.append_option(before);
        return;
    }
    let mut text = before.unwrap_or_default().to_string();
    for issue in later {
        if !text.is_empty() {
            text.push(ENTRY_SEPARATOR);
        }
        text.push_str(issue);
    }
    builder.append_value(text);
}

/// A hash of what is written to the target, for the records that are.
fn hashes(keys: &ArrayRef, values: &[ArrayRef], verdict: &StringArray) -> Result<StringArray, ArrowError> {
    let mut columns = vec![Arc::clone(keys)];
    columns.extend(values.iter().cloned());
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let rows = RowConverter::new(fields)?.convert_columns(&columns)?;
    let mut hashes = StringBuilder::with_capacity(verdict.len(), verdict.len() * 32);
    for (row, bytes) in rows.iter().enumerate() {
        if verdict.value(row) == Verdict::Load.word() {
            use std::fmt::Write;
            // Writing to a builder cannot fail.
            let _ = write!(hashes, "{:032x}", XxHash3_128::oneshot(bytes.as_ref()));
            hashes.append_value("");
        } else {
            hashes.append_null();
        }
    }
    Ok(hashes.finish())
}

/// Writes the staged dataset again with the target's refusals as verdicts.
pub fn refuse(path: &Path, refused: &[Refused]) -> Result<(), DatasetError> {
    let wrong = |error: ArrowError| DatasetError::other(path, error);
    let rewritten = path.with_extension("refused.parquet");
    let mut writer = Writer::create(&rewritten, &dataset::schema(path)?, Packing::Working)?;
    for batch in dataset::read(path, None)? {
        let batch = batch?;
        let seqs = batch.column(0).as_primitive::<Int64Type>().values();
        let text = |index: usize| batch.column(index).as_string::<i32>();
        let (mut verdict, mut reason, mut issues) = (StringBuilder::new(), StringBuilder::new(), StringBuilder::new());
        for (row, seq) in seqs.iter().enumerate() {
            let hit = refused.binary_search_by_key(seq, |refused| refused.seq).ok().map(|place| refused[place].code);
            let value = |column: &'_ StringArray| column.is_valid(row).then(|| column.value(row).to_string());
            verdict.append_value(if hit.is_some() { Verdict::Refuse.word() } else { text(6).value(row) });
            reason.append_option(hit.map(str::to_string).or_else(|| value(text(7))));
            let later: Vec<String> = hit.map(str::to_string).into_iter().collect();
            append_issues(&mut issues, value(text(9)).as_deref(), &later);
        }
        let mut columns = batch.columns().to_vec();
        columns[6] = Arc::new(verdict.finish());
        columns[7] = Arc::new(reason.finish());
        columns[9] = Arc::new(issues.finish());
        writer.write(RecordBatch::try_new(batch.schema(), columns).map_err(wrong)?)?;
    }
    writer.finish()?;
    std::fs::rename(&rewritten, path).map_err(|error| DatasetError::io(path, &error))
}

/// The staged dataset of an entity in a run's folder.
pub fn path(run: &Path, entity: &str) -> PathBuf {
    run.join("staged").join(format!("{entity}.parquet"))
}
