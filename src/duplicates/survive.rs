//! Survivorship: which record's value of each field lives on, and which record it
//! came from.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DynComparator, Int64Array, RecordBatch, UInt32Array, make_comparator};
use arrow::compute::{SortOptions, concat_batches, take};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::cluster::Member;
use super::lineage::Lineage;
use super::{Matching, Orders};
use crate::config::consent::Consent;
use crate::config::pipeline::{Entity, Survive};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::record;
use crate::verdict::{Survivor, Verdicts};

const CLUSTER: &str = "_cluster";

/// Writes the dataset of survivors: the columns of the mapped dataset, one
/// record a cluster, by `_seq`. Also tells `verdicts` the survivors' keys.
pub fn run(matching: &Matching<'_>, members: &[Member], verdicts: &mut Verdicts) -> Result<PathBuf, DatasetError> {
    let gathered = matching.work.join(format!("{}.members.parquet", matching.entity.name));
    gather(matching.mapped, members, &gathered)?;
    let path = matching.work.join(format!("{}.survivors.parquet", matching.entity.name));
    let schema = dataset::schema(matching.mapped)?;
    let mut writer = Writer::create(&path, &schema, Packing::Working)?;
    let merging = Merging::new(matching, schema);
    let mut lineage = Lineage::create(matching.lineage)?;
    let mut pending: Option<RecordBatch> = None;
    let wrong = |error: ArrowError| DatasetError::other(&gathered, error);
    let sql = "SELECT * FROM members ORDER BY _cluster, _seq";
    matching.engine.query(&[("members", gathered.as_path())], sql, |batch| {
        let joined = match pending.take() {
            Some(before) => concat_batches(&before.schema(), [&before, &batch]).map_err(wrong)?,
            None => batch,
        };
        // The last cluster may go on in the next batch.
        let whole = last_cluster(&joined);
        pending = Some(joined.slice(whole, joined.num_rows() - whole));
        merging.write(&joined.slice(0, whole), verdicts, &mut writer, &mut lineage)
    })?;
    if let Some(rest) = pending {
        merging.write(&rest, verdicts, &mut writer, &mut lineage)?;
    }
    writer.finish()?;
    lineage.finish()?;
    // What is not there cannot be removed twice; the work folder goes anyway.
    let _ = std::fs::remove_file(&gathered);
    Ok(path)
}

/// Copies the members out of the mapped dataset, each with its cluster.
fn gather(mapped: &Path, members: &[Member], path: &Path) -> Result<(), DatasetError> {
    let mut fields = vec![Arc::new(Field::new(CLUSTER, DataType::Int64, false))];
    fields.extend(dataset::schema(mapped)?.fields().iter().cloned());
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let mut writer = Writer::create(path, &schema, Packing::Working)?;
    let mut clusters = members.iter().map(|member| i64::from(member.survivor));
    // A record's place in the dataset is its `_seq`.
    for batch in dataset::read_at(mapped, members.iter().map(|member| member.seq as usize))? {
        let batch = batch?;
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(clusters.by_ref().take(batch.num_rows()).collect::<Int64Array>())];
        columns.extend(batch.columns().iter().cloned());
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
        writer.write(batch.map_err(|error| DatasetError::other(mapped, error))?)?;
    }
    writer.finish()?;
    Ok(())
}

/// Where the last cluster of a batch begins.
fn last_cluster(batch: &RecordBatch) -> usize {
    let clusters = batch.column(0).as_primitive::<Int64Type>().values();
    clusters.last().map_or(0, |last| clusters.partition_point(|cluster| cluster < last))
}

/// Makes one record of each cluster.
struct Merging<'a> {
    entity: &'a Entity,
    schema: SchemaRef,
    too_old: &'a dyn Fn(&[ArrayRef]) -> Result<ArrayRef, ArrowError>,
    orders: &'a Orders<'a>,
    reference_column: fn(usize) -> String,
    unique_column: fn(usize) -> String,
    path: &'a Path,
}

impl<'a> Merging<'a> {
    fn new(matching: &Matching<'a>, schema: SchemaRef) -> Self {
        Self {
            entity: matching.entity,
            schema,
            too_old: matching.too_old,
            orders: matching.orders,
            reference_column: matching.reference_column,
            unique_column: matching.unique_column,
            path: matching.mapped,
        }
    }

    fn write(
        &self,
        batch: &RecordBatch,
        verdicts: &mut Verdicts,
        writer: &mut Writer,
        lineage: &mut Lineage,
    ) -> Result<(), DatasetError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let (merged, picks) = self.merge(batch).map_err(|error| DatasetError::other(self.path, error))?;
        lineage.add(batch, &merged, &self.entity.fields, &picks)?;
        let text = |name: &str| merged.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let seqs = merged.column(0).as_primitive::<Int64Type>();
        if let (Some(ids), Some(keys)) = (text(record::ID), text(record::KEY)) {
            for row in 0..merged.num_rows() {
                let id = ids.value(row).to_string();
                let reference = if self.entity.known_by_id() { id.clone() } else { keys.value(row).to_string() };
                verdicts.add_survivor(seqs.value(row) as u32, Survivor { id, reference });
            }
        }
        writer.write(merged)
    }

    /// One record for each cluster of a batch that holds whole clusters, and for
    /// each field the rows that its values come from.
    fn merge(&self, batch: &RecordBatch) -> Result<(RecordBatch, Vec<UInt32Array>), ArrowError> {
        let ranges = arrow::compute::partition(&[Arc::clone(batch.column(0))])?.ranges();
        let firsts = UInt32Array::from_iter_values(ranges.iter().map(|range| range.start as u32));
        // Lineage and all that no rule chooses come from the first record.
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for column in &batch.columns()[1..] {
            columns.push(take(column, &firsts, None)?);
        }
        let picks = self.choose(batch, &ranges, &mut columns)?;
        let first_field = crate::record::MAPPED_FIRST_FIELD;
        let values = &columns[first_field..first_field + self.entity.fields.len()];
        let too_old = (self.too_old)(values)?;
        if let Some(last) = columns.last_mut() {
            *last = too_old;
        }
        Ok((RecordBatch::try_new(Arc::clone(&self.schema), columns)?, picks))
    }

    fn choose(
        &self,
        batch: &RecordBatch,
        ranges: &[std::ops::Range<usize>],
        columns: &mut [ArrayRef],
    ) -> Result<Vec<UInt32Array>, ArrowError> {
        let first_field = crate::record::MAPPED_FIRST_FIELD;
        // `_cluster` stands before the mapped columns.
        let column = |field: usize| Arc::clone(batch.column(first_field + 1 + field));
        let duplicates = self.entity.duplicates.as_ref();
        let newest = duplicates.and_then(|duplicates| duplicates.newest);
        let newest = newest.map(|field| Choice::new(column(field))).transpose()?;
        let values: Vec<ArrayRef> = (0..self.entity.fields.len()).map(column).collect();
        // `_source` is the second column of the mapped ones.
        let mut orders = (self.orders)(&values, batch.column(2))?.into_iter();
        let orders: Vec<Option<Choice>> = (0..values.len())
            .map(|_| orders.next().flatten().map(Choice::new).transpose())
            .collect::<Result<_, ArrowError>>()?;
        let mut all = Vec::with_capacity(self.entity.fields.len());
        for field in 0..self.entity.fields.len() {
            let consent = self.entity.fields[field].consent;
            let group = duplicates.into_iter().flat_map(|duplicates| &duplicates.together);
            let group = group.filter(|_| consent.is_none()).find(|group| group.contains(&field));
            let choice = Choice::new(column(field))?;
            // A group survives by the rule of its first field.
            let rule_of = group.and_then(|group| group.first()).copied().unwrap_or(field);
            let rule = match (consent, duplicates) {
                (Some(Consent::OptOut), _) => Survive::Any,
                (Some(Consent::OptIn), _) => Survive::All,
                (None, Some(duplicates)) => duplicates.survive[rule_of],
                (None, None) => Survive::First,
            };
            let by = By { newest: newest.as_ref(), order: orders[rule_of].as_ref().filter(|_| consent.is_none()) };
            let group: Option<Vec<ArrayRef>> = group.map(|group| group.iter().map(|&member| column(member)).collect());
            let picks: UInt32Array = ranges
                .iter()
                .map(|range| {
                    let picked = match &group {
                        None => choice.pick(rule, range.clone(), by),
                        Some(group) => pick_group(rule, group, range.clone(), by),
                    };
                    Some(picked as u32)
                })
                .collect();
            columns[first_field + field] = take(&column(field), &picks, None)?;
            // What was derived from the value goes with it.
            for derived in [(self.reference_column)(field), (self.unique_column)(field)] {
                if let Ok(place) = self.schema.index_of(&derived) {
                    columns[place] = take(batch.column(place + 1), &picks, None)?;
                }
            }
            all.push(picks);
        }
        Ok(all)
    }
}

/// What says which record comes first, besides the values.
#[derive(Clone, Copy, Default)]
struct By<'a> {
    newest: Option<&'a Choice>,
    /// The mapping's own order; it goes before every rule.
    order: Option<&'a Choice>,
}

/// A column whose values can be compared with one another.
struct Choice {
    values: ArrayRef,
    compare: DynComparator,
}

impl Choice {
    fn new(values: ArrayRef) -> Result<Self, ArrowError> {
        let compare = make_comparator(&values, &values, SortOptions { descending: false, nulls_first: true })?;
        Ok(Self { values, compare })
    }

    /// The row of `range` whose value survives; its first row where all are null.
    fn pick(&self, rule: Survive, range: std::ops::Range<usize>, by: By<'_>) -> usize {
        let newest = by.newest;
        let filled: Vec<usize> = range.clone().filter(|&row| self.values.is_valid(row)).collect();
        let Some(&first) = filled.first() else { return range.start };
        let best = |better: &dyn Fn(usize, usize) -> bool| {
            filled.iter().copied().fold(first, |best, row| if better(row, best) { row } else { best })
        };
        if let Some(order) = by.order {
            return best(&|row, best| earlier(order, row, best));
        }
        match rule {
            Survive::First => first,
            Survive::Newest => best(&|row, best| newer(newest, row, best) == Ordering::Greater),
            Survive::Oldest => best(&|row, best| older(newest, row, best)),
            Survive::MostComplete => best(&|row, best| self.length(row) > self.length(best)),
            Survive::MostFrequent => best(&|row, best| self.count(row, &filled) > self.count(best, &filled)),
            Survive::Any => best(&|row, best| self.truth(row) && !self.truth(best)),
            Survive::All => best(&|row, best| !self.truth(row) && self.truth(best)),
            Survive::Min => best(&|row, best| (self.compare)(row, best) == Ordering::Less),
            Survive::Max => best(&|row, best| (self.compare)(row, best) == Ordering::Greater),
        }
    }

    fn length(&self, row: usize) -> usize {
        self.values.as_string_opt::<i32>().map_or(0, |texts| texts.value(row).chars().count())
    }

    fn count(&self, row: usize, filled: &[usize]) -> usize {
        filled.iter().filter(|&&other| (self.compare)(row, other) == Ordering::Equal).count()
    }

    fn truth(&self, row: usize) -> bool {
        self.values.as_boolean_opt().is_some_and(|flags| flags.value(row))
    }
}

/// How new one record is against another; without a field that says so, equal.
fn newer(newest: Option<&Choice>, row: usize, best: usize) -> Ordering {
    newest.map_or(Ordering::Equal, |newest| (newest.compare)(row, best))
}

/// Whether a record comes first by the mapping's own order; one without a place
/// in it comes last.
fn earlier(order: &Choice, row: usize, best: usize) -> bool {
    order.values.is_valid(row) && (order.values.is_null(best) || (order.compare)(row, best) == Ordering::Less)
}

/// Whether a record is older; one without a date is not known to be.
fn older(newest: Option<&Choice>, row: usize, best: usize) -> bool {
    newest.is_some_and(|newest| {
        newest.values.is_valid(row) && (newest.values.is_null(best) || (newest.compare)(row, best) == Ordering::Less)
    })
}

/// The record of `range` that a group of fields is taken from, as a whole.
fn pick_group(rule: Survive, group: &[ArrayRef], range: std::ops::Range<usize>, by: By<'_>) -> usize {
    let newest = by.newest;
    let filled = |row: usize| group.iter().filter(|values| values.is_valid(row)).count();
    let rows: Vec<usize> = range.clone().filter(|&row| filled(row) > 0).collect();
    let Some(&first) = rows.first() else { return range.start };
    let better = |row: usize, best: usize| match rule {
        _ if by.order.is_some() => by.order.is_some_and(|order| earlier(order, row, best)),
        Survive::Newest | Survive::Max => newer(newest, row, best) == Ordering::Greater,
        Survive::Oldest | Survive::Min => older(newest, row, best),
        Survive::MostComplete | Survive::MostFrequent => filled(row) > filled(best),
        Survive::First | Survive::Any | Survive::All => false,
    };
    rows.into_iter().fold(first, |best, row| if better(row, best) { row } else { best })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Date32Array, StringArray};

    use super::{By, Choice, pick_group};
    use crate::config::pipeline::Survive;

    fn choice(values: impl arrow::array::Array + 'static) -> Choice {
        Choice::new(Arc::new(values)).expect("comparable")
    }

    #[test]
    fn each_rule_picks_its_row() {
        let texts = choice(StringArray::from(vec![None, Some("Bo"), Some("Robert"), Some("Bo")]));
        let newest = choice(Date32Array::from(vec![Some(9), None, Some(5), Some(7)]));
        let by = By { newest: Some(&newest), order: None };
        let pick = |rule| texts.pick(rule, 0..4, by);
        let picked = [Survive::First, Survive::Newest, Survive::Oldest, Survive::MostComplete, Survive::MostFrequent];
        assert_eq!(picked.map(pick), [1, 3, 2, 2, 1]);
        assert_eq!([Survive::Min, Survive::Max].map(pick), [1, 2]);
        let flags = choice(BooleanArray::from(vec![None, Some(false), Some(true), Some(false)]));
        assert_eq!([Survive::Any, Survive::All].map(|rule| flags.pick(rule, 0..4, By::default())), [2, 1]);
        let order = choice(Date32Array::from(vec![Some(0), Some(7), None, Some(2)]));
        let by = By { newest: None, order: Some(&order) };
        assert_eq!(texts.pick(Survive::First, 0..4, by), 3);
    }

    #[test]
    fn a_group_is_taken_from_one_record() {
        let street: ArrayRef = Arc::new(StringArray::from(vec![Some("Main St"), None, Some("Elm St")]));
        let city: ArrayRef = Arc::new(StringArray::from(vec![None, None, Some("Boston")]));
        let newest = choice(Date32Array::from(vec![Some(3), Some(9), Some(1)]));
        let group = [street, city];
        let by = By { newest: Some(&newest), order: None };
        assert_eq!(pick_group(Survive::MostComplete, &group, 0..3, by), 2);
        assert_eq!(pick_group(Survive::Newest, &group, 0..3, by), 0);
        let by = By { newest: None, order: Some(&newest) };
        assert_eq!(pick_group(Survive::First, &group, 0..3, by), 2);
    }
}
