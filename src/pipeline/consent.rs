//! Consent that would vanish: a run in which one would is not loaded.
//!
//! Survivorship lets the most restrictive consent live on. Here it is looked at
//! again, by another path, whether it did; and whether somebody who is not loaded
//! has restricted what somebody who is loaded, and has the same match key, allows.

use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

use super::{Flow, RunError, StagedEntity};
use crate::config::consent::Consent;
use crate::config::pipeline::Entity;
use crate::config::steward::written;
use crate::dataset::{self, DatasetError};
use crate::record;
use crate::targets::Vanishing;

/// The columns of `consent.csv`.
const COLUMNS: [&str; 8] = ["entity", "field", "source", "key", "row", "loaded_source", "loaded_key", "why"];
/// Records that a message names.
const NAMED: usize = 3;

impl Flow<'_> {
    /// What would vanish, a sentence a field; `consent.csv` has each record.
    pub(super) fn consents(&self, staged: &[StagedEntity], run: &Path) -> Result<Vec<String>, RunError> {
        let (mut failures, mut lines) = (Vec::new(), Vec::new());
        for (entity, staged) in self.entities.iter().zip(staged) {
            for (field, consent) in consents(entity) {
                let mut found: Vec<[String; 6]> = Vec::new();
                for (why, sql) in questions(entity, field, consent) {
                    self.engine.query(&[("staged", staged.path.as_path())], &sql, |batch| {
                        found.extend(answers(&batch, why));
                        Ok(())
                    })?;
                }
                found.sort();
                found.dedup_by(|a, b| a[..5] == b[..5]);
                if found.is_empty() {
                    continue;
                }
                let named = found.iter().map(|line| format!("{} {}", line[0], line[1]));
                failures.push(failure(&entity.name, field, named.collect()));
                lines.extend(
                    found.into_iter().map(|line| {
                        [entity.name.clone(), field.to_string()].into_iter().chain(line).collect::<Vec<_>>()
                    }),
                );
            }
        }
        tell(run, &lines)?;
        Ok(failures)
    }

    /// As [`Flow::consents`], for rows of the target that an update would change.
    pub(super) fn vanished(
        &self,
        staged: &[StagedEntity],
        vanishing: &[Vanishing],
        run: &Path,
    ) -> Result<Vec<String>, RunError> {
        let (mut failures, mut lines) = (Vec::new(), Vec::new());
        for (index, (entity, staged)) in self.entities.iter().zip(staged).enumerate() {
            for (field, _) in consents(entity) {
                let of_field = vanishing.iter().filter(|one| one.entity == index && one.field == field);
                let seqs: Vec<i64> = of_field.flat_map(|one| one.seqs.iter().copied()).collect();
                if seqs.is_empty() {
                    continue;
                }
                let names = names(&staged.path, &seqs)?;
                let shown = names.iter().map(|[source, key, _]| format!("{source} {key}"));
                failures.push(failure(&entity.name, field, shown.collect()));
                lines.extend(names.iter().map(|[source, key, row]| {
                    let why = "the target has it and this record would take it back";
                    [entity.name.as_str(), field, source, key, row, source, key, why].map(str::to_string).to_vec()
                }));
            }
        }
        tell(run, &lines)?;
        Ok(failures)
    }
}

fn consents(entity: &Entity) -> impl Iterator<Item = (&str, Consent)> {
    entity.fields.iter().filter_map(|field| Some((field.name.as_str(), field.consent?)))
}

fn failure(entity: &str, field: &str, mut names: Vec<String>) -> String {
    let count = names.len();
    let more = if count > NAMED { ", …" } else { "" };
    names.truncate(NAMED);
    let records = if count == 1 { "1 record".to_string() } else { format!("{count} records") };
    format!(
        "{entity}: the consent `{field}` of {records} would vanish ({}{more}); `consent.csv` in the run's folder has \
         each with the reason",
        names.join(", ")
    )
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Queries for records whose restriction is lost, each with what that means.
fn questions(entity: &Entity, field: &str, consent: Consent) -> Vec<(&'static str, String)> {
    let column = quoted(field);
    let (restricted, kept, allowed) = match consent {
        Consent::OptOut => ("IS TRUE", "IS NOT TRUE", "IS NOT TRUE"),
        Consent::OptIn => ("IS FALSE", "IS NOT FALSE", "IS TRUE"),
    };
    let shown = "m._source, m._key, m._row, s._source, s._key";
    let merged = format!(
        "SELECT {shown} FROM staged m JOIN staged s ON m._survivor = s._id \
         WHERE m._verdict = 'merge' AND m.{column} {restricted} AND s._verdict = 'load' AND s.{column} {kept}"
    );
    let mut all = vec![("it was merged into a record without it", merged)];
    let keys = entity.duplicates.as_ref().map_or(&[][..], |duplicates| &duplicates.keys);
    for key in keys {
        let names = key.iter().filter_map(|field| entity.fields.get(*field)).map(|field| quoted(&field.name));
        let equal: Vec<String> = names.map(|name| format!("m.{name} = s.{name}")).collect();
        let sql = format!(
            "SELECT {shown} FROM staged m JOIN staged s ON {} WHERE m.{column} {restricted} AND s.{column} {allowed} \
             AND s._verdict = 'load' AND (m._verdict IN ('reject', 'hold', 'archive', 'refuse') \
             OR (m._verdict = 'exclude' AND m._reason = 'where'))",
            equal.join(" AND ")
        );
        all.push(("it is not loaded while a record with the same match key is", sql));
    }
    all
}

/// Source, key and row of a record, source and key of the one that is loaded, why.
fn answers(batch: &RecordBatch, why: &str) -> Vec<[String; 6]> {
    let cell = |column: usize, row: usize| {
        let texts = batch.column(column).as_string_opt::<i32>();
        texts.filter(|texts| texts.is_valid(row)).map_or_else(String::new, |texts| texts.value(row).to_string())
    };
    let line = |row| [cell(0, row), cell(1, row), cell(2, row), cell(3, row), cell(4, row), why.to_string()];
    (0..batch.num_rows()).map(line).collect()
}

/// Source, key and row of records of a staged dataset.
fn names(staged: &Path, seqs: &[i64]) -> Result<Vec<[String; 3]>, DatasetError> {
    let mut seqs = seqs.to_vec();
    seqs.sort_unstable();
    seqs.dedup();
    let mut found = Vec::with_capacity(seqs.len());
    for batch in dataset::read(staged, Some(&[record::SEQ, record::SOURCE, record::ROW, record::KEY]))? {
        let batch = batch?;
        let numbers = batch.column(0).as_primitive::<Int64Type>().values();
        let text = |column: usize, row: usize| {
            let texts = batch.column(column).as_string::<i32>();
            if texts.is_valid(row) { texts.value(row).to_string() } else { String::new() }
        };
        for (row, seq) in numbers.iter().enumerate() {
            if seqs.binary_search(seq).is_ok() {
                found.push([text(1, row), text(3, row), text(2, row)]);
            }
        }
    }
    Ok(found)
}

fn tell(run: &Path, lines: &[Vec<String>]) -> Result<(), DatasetError> {
    if lines.is_empty() {
        return Ok(());
    }
    let path = run.join("consent.csv");
    let text = written(&COLUMNS, lines).map_err(|error| DatasetError::io(&path, &error))?;
    std::fs::write(&path, text).map_err(|error| DatasetError::io(&path, &error))
}
