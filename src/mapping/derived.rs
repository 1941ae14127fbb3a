//! Columns that later steps join and sort by: hashes of keys and of references,
//! and whether a record is too old by itself.
//!
//! A hash has 128 bits, so that two different keys do not meet; what is hashed
//! is the text of the clean values. Null means: takes no part.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryBuilder, RecordBatch, StringArray, new_null_array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;
use twox_hash::XxHash3_128;

use super::expression::Compiled;
use crate::config::pipeline::{Entity, Feed, Pipeline};

/// Hash of source and legacy key.
pub const OWN_KEY: &str = "_k";
/// Hash of the legacy key alone, for references that name no source.
pub const ANY_KEY: &str = "_k_any";
/// Whether the record is too old by itself (`Boolean`, never null).
pub const TOO_OLD: &str = "_too_old";

/// Column of the entity's exact match key number `index`.
pub fn match_key(index: usize) -> String {
    format!("_match{index}")
}

/// Column of the unique field number `index`.
pub fn unique_key(index: usize) -> String {
    format!("_unique{index}")
}

/// Column of the reference field number `index`: hash of what it refers to.
pub fn reference(index: usize) -> String {
    format!("_ref{index}")
}

/// The derived columns of an entity.
pub fn fields(entity: &Entity) -> Vec<Field> {
    let hash = |name: &str| Field::new(name, DataType::FixedSizeBinary(16), true);
    let mut fields = vec![hash(OWN_KEY), hash(ANY_KEY)];
    fields.extend((0..match_keys(entity).len()).map(|index| hash(&match_key(index))));
    fields.extend(unique_fields(entity).map(|index| hash(&unique_key(index))));
    fields.extend(reference_fields(entity).map(|index| hash(&reference(index))));
    fields.push(Field::new(TOO_OLD, DataType::Boolean, false));
    fields
}

fn match_keys(entity: &Entity) -> &[Vec<usize>] {
    entity.duplicates.as_ref().map_or(&[], |duplicates| &duplicates.keys)
}

fn unique_fields(entity: &Entity) -> impl Iterator<Item = usize> {
    entity.fields.iter().enumerate().filter(|(_, field)| field.unique.is_some()).map(|(index, _)| index)
}

fn reference_fields(entity: &Entity) -> impl Iterator<Item = usize> {
    entity.fields.iter().enumerate().filter(|(_, field)| field.references.is_some()).map(|(index, _)| index)
}

/// Computes the derived columns of one feed.
pub struct Derived {
    source: String,
    matches: Vec<Vec<usize>>,
    unique: Vec<usize>,
    /// Reference field and the source that its keys are of; empty: any.
    references: Vec<(usize, String)>,
    too_old: TooOld,
}

/// An entity's cutoff, compiled.
pub struct TooOld {
    fields: SchemaRef,
    check: Option<Compiled>,
}

impl Derived {
    pub fn new(pipeline: &Pipeline, entity: &Entity, feed: &Feed, session: &SessionContext) -> Result<Self, String> {
        let name = |source: usize| pipeline.sources[source].name.clone();
        let references = reference_fields(entity).map(|index| {
            let declared =
                feed.reference_sources.iter().find(|(field, _)| *field == index).and_then(|(_, source)| *source);
            (index, declared.or_else(|| own_source(pipeline, entity, feed, index)).map(name).unwrap_or_default())
        });
        Ok(Self {
            source: name(feed.source),
            matches: match_keys(entity).to_vec(),
            unique: unique_fields(entity).collect(),
            references: references.collect(),
            too_old: TooOld::new(entity, session)?,
        })
    }

    /// The derived columns of rows that the target has already: they can be matched,
    /// and nothing refers to them.
    pub fn of_rows(entity: &Entity, rows: usize, values: &[ArrayRef]) -> Result<Vec<ArrayRef>, ArrowError> {
        let none = || new_null_array(&DataType::FixedSizeBinary(16), rows);
        let mut columns = vec![none(), none()];
        for parts in match_keys(entity) {
            let texts = parts.iter().map(|index| cast(&values[*index], &DataType::Utf8));
            let texts = texts.collect::<Result<Vec<_>, ArrowError>>()?;
            let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
            columns.push(if entity.finds_rows(parts) { hashes("", &texts, None)? } else { none() });
        }
        for _ in unique_fields(entity).chain(reference_fields(entity)) {
            columns.push(none());
        }
        columns.push(Arc::new(BooleanArray::from(vec![false; rows])));
        Ok(columns)
    }

    /// In the order of [`fields`].
    pub fn columns(
        &self,
        keys: &StringArray,
        verdict: &StringArray,
        values: &[ArrayRef],
    ) -> Result<Vec<ArrayRef>, ArrowError> {
        let open: Vec<bool> = (0..keys.len()).map(|row| verdict.is_null(row)).collect();
        let text = |index: &usize| cast(&values[*index], &DataType::Utf8);
        let mut columns = vec![hashes(&self.source, &[keys], None)?, hashes("", &[keys], None)?];
        for parts in &self.matches {
            let texts = parts.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
            columns.push(hashes("", &texts, Some(&open))?);
        }
        for index in &self.unique {
            columns.push(hashes("", &[text(index)?.as_string()], Some(&open))?);
        }
        for (index, source) in &self.references {
            columns.push(reference_hashes(source, text(index)?.as_string(), &open)?);
        }
        columns.push(self.too_old.column(values, keys.len())?);
        Ok(columns)
    }
}

impl TooOld {
    /// # Errors
    /// What is wrong with the cutoff's expression.
    pub fn new(entity: &Entity, session: &SessionContext) -> Result<Self, String> {
        let columns = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
        let fields: SchemaRef = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let check = entity.cutoff.as_ref().and_then(|cutoff| cutoff.too_old.as_ref());
        let check = check.map(|check| Compiled::new(session, check, &fields)).transpose();
        let check = check.map_err(|error| format!("cutoff: {}", error.strip_backtrace()))?;
        Ok(Self { fields, check })
    }

    /// Whether each record is too old, from the values of its fields; never null.
    pub fn column(&self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef, ArrowError> {
        let Some(check) = &self.check else {
            return Ok(Arc::new(BooleanArray::from(vec![false; rows])));
        };
        let batch = RecordBatch::try_new(Arc::clone(&self.fields), values.to_vec())?;
        Ok(Arc::new(check.holds(&batch)?))
    }
}

/// The feed's own source, if it feeds the entity that the field refers to.
fn own_source(pipeline: &Pipeline, entity: &Entity, feed: &Feed, field: usize) -> Option<usize> {
    let wanted = entity.fields[field].references.as_ref().map(|reference| reference.entity.as_str());
    let parent = pipeline.entities.iter().find(|parent| Some(parent.name.as_str()) == wanted)?;
    parent.feeds.iter().any(|other| other.source == feed.source).then_some(feed.source)
}

/// Hash of `scope` and the texts of each row; null where one of them is null, or
/// the row is not `open`.
pub(super) fn hashes(scope: &str, texts: &[&StringArray], open: Option<&[bool]>) -> Result<ArrayRef, ArrowError> {
    let rows = texts.first().map_or(0, |text| text.len());
    let mut built = FixedSizeBinaryBuilder::with_capacity(rows, 16);
    let mut buffer = Vec::with_capacity(128);
    for row in 0..rows {
        if open.is_some_and(|open| !open[row]) || texts.iter().any(|text| text.is_null(row)) {
            built.append_null();
            continue;
        }
        built
            .append_value(hash(&mut buffer, std::iter::once(scope).chain(texts.iter().map(|text| text.value(row)))))?;
    }
    Ok(Arc::new(built.finish()))
}

/// The hashes of [`OWN_KEY`], from sources and legacy keys.
pub fn own_keys(sources: &StringArray, keys: &StringArray) -> Result<ArrayRef, ArrowError> {
    let mut built = FixedSizeBinaryBuilder::with_capacity(keys.len(), 16);
    let mut buffer = Vec::with_capacity(64);
    for row in 0..keys.len() {
        match (sources.is_valid(row), keys.is_valid(row)) {
            (true, true) => built.append_value(hash(&mut buffer, [sources.value(row), keys.value(row)].into_iter()))?,
            _ => built.append_null(),
        }
    }
    Ok(Arc::new(built.finish()))
}

/// The hash of texts, one behind the other.
fn hash<'t>(buffer: &mut Vec<u8>, parts: impl Iterator<Item = &'t str>) -> [u8; 16] {
    buffer.clear();
    for part in parts {
        buffer.extend_from_slice(&(part.len() as u32).to_le_bytes());
        buffer.extend_from_slice(part.as_bytes());
    }
    XxHash3_128::oneshot(buffer).to_le_bytes()
}

/// As [`hashes`], of the trimmed text, as legacy keys are trimmed.
fn reference_hashes(source: &str, texts: &StringArray, open: &[bool]) -> Result<ArrayRef, ArrowError> {
    if texts.iter().flatten().all(|text| text.trim().len() == text.len()) {
        return hashes(source, &[texts], Some(open));
    }
    let trimmed: StringArray = texts.iter().map(|text| text.map(str::trim)).collect();
    hashes(source, &[&trimmed], Some(open))
}
