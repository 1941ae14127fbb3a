//! `review/<entity>.csv`: pairs that may be one person, for a person to decide.
//!
//! A line has room for the decision, which `cutover fix` takes back, both records' source and key, how likely it is that they are one,
//! what each comparison found, and the values side by side. Cell values are here
//! and in no report.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::Matching;
use super::estimate::probability;
use super::pattern;
use super::score::Scored;
use crate::config::likeness::{Feature, Fuzzy};
use crate::dataset::{self, DatasetError};
use crate::record::{self, guarded};

/// Pairs whose values are in memory at a time.
const AT_A_TIME: usize = 5_000;

/// Where the pairs of an entity are listed, in a run's folder.
pub fn path(run: &Path, entity: &str) -> PathBuf {
    run.join("review").join(format!("{entity}.csv"))
}

/// Writes the file, if there is anything to write.
pub(crate) fn write(
    matching: &Matching<'_>,
    fuzzy: Option<&Fuzzy>,
    doubts: &[Scored],
    path: &Path,
) -> Result<(), DatasetError> {
    if doubts.is_empty() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| DatasetError::io(folder, &error))?;
    }
    let file = File::create(path).map_err(|error| DatasetError::io(path, &error))?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BufWriter::new(file));
    let failed = |error: csv::Error| match error.kind() {
        csv::ErrorKind::Io(error) => DatasetError::io(path, error),
        // csv's own words could quote a record.
        _ => DatasetError::other(path, "cannot be written"),
    };
    let fields = compared(matching, fuzzy);
    let features = fuzzy.map_or(&[][..], |fuzzy| &fuzzy.features);
    writer.write_record(heading(matching, features, &fields)).map_err(failed)?;
    for pairs in doubts.chunks(AT_A_TIME) {
        let records = records(matching, pairs, &fields)?;
        for pair in pairs {
            let (Some(a), Some(b)) = (records.get(&pair.a), records.get(&pair.b)) else { continue };
            let likely = format!("{:.3}", (probability(pair.odds) * 1000.0).floor() / 1000.0);
            let mut line: Vec<String> = vec![String::new(), likely];
            for side in [a, b] {
                line.extend(side.lineage.iter().cloned());
            }
            for (number, feature) in features.iter().enumerate() {
                let level = pattern::level(pair.pattern, number);
                let name = level.checked_sub(1).and_then(|level| feature.kind.levels().get(level));
                line.push(name.map_or("missing", |level| level.name).to_string());
            }
            for (one, other) in a.values.iter().zip(&b.values) {
                line.extend([one.clone(), other.clone()]);
            }
            writer.write_record(line.iter().map(|cell| guarded(cell).into_owned())).map_err(failed)?;
        }
    }
    writer.flush().map_err(|error| DatasetError::io(path, &error))
}

/// The fields that are compared, each once, in the order of the mapping; without
/// matching by likeness those of the match keys.
fn compared(matching: &Matching<'_>, fuzzy: Option<&Fuzzy>) -> Vec<usize> {
    let keys = matching.entity.duplicates.iter().flat_map(|duplicates| &duplicates.keys).flatten().copied();
    let mut fields: Vec<usize> = match fuzzy {
        Some(fuzzy) => fuzzy.features.iter().flat_map(|feature| feature.fields.iter().copied().flatten()).collect(),
        None => keys.collect(),
    };
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn heading(matching: &Matching<'_>, features: &[Feature], fields: &[usize]) -> Vec<String> {
    let mut heading = vec!["decision".to_string(), "probability".to_string()];
    for side in ["a", "b"] {
        heading.extend(["source", "key", "row"].map(|name| format!("{name}_{side}")));
    }
    heading.extend(features.iter().map(|feature| format!("{} is", feature.name)));
    for field in fields {
        let name = matching.entity.fields.get(*field).map_or("", |field| field.name.as_str());
        heading.extend([format!("{name}_a"), format!("{name}_b")]);
    }
    heading
}

struct Shown {
    /// Source, key, row.
    lineage: [String; 3],
    values: Vec<String>,
}

fn records(matching: &Matching<'_>, pairs: &[Scored], fields: &[usize]) -> Result<BTreeMap<u32, Shown>, DatasetError> {
    let mut seqs: Vec<u32> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    seqs.sort_unstable();
    seqs.dedup();
    let mut shown = BTreeMap::new();
    let mut names = seqs.iter();
    for batch in dataset::read_at(matching.pool, seqs.iter().map(|seq| *seq as usize))? {
        let batch = batch?;
        let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let lineage = [record::SOURCE, record::KEY, record::ROW].map(text);
        let values: Result<Vec<_>, _> = fields
            .iter()
            .map(|field| cast(batch.column(record::MAPPED_FIRST_FIELD + field), &DataType::Utf8))
            .collect();
        let values = values.map_err(|error| DatasetError::other(matching.pool, error))?;
        for (row, seq) in (0..batch.num_rows()).zip(names.by_ref()) {
            let cell =
                |texts: &StringArray| if texts.is_valid(row) { texts.value(row).to_string() } else { String::new() };
            let lineage = lineage.map(|texts| texts.map_or_else(String::new, cell));
            let values = values.iter().map(|column| cell(column.as_string())).collect();
            shown.insert(*seq, Shown { lineage, values });
        }
    }
    Ok(shown)
}
