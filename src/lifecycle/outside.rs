//! Values that a record has by its references: fields of what it refers to, and
//! the number (or latest day) of what refers to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch, UInt32Array, new_null_array,
};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{DataType, Date32Type, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;

use super::Living;
use crate::config::pipeline::{Entity, Outside, OutsideFrom, Take};
use crate::dataset::{self, BATCH_ROWS, Batches, DatasetError, Packing, Writer};
use crate::engine::Engine;
use crate::mapping::expression::Compiled;
use crate::record::{self, MAPPED_FIRST_FIELD};
use crate::reference::Link;
use crate::verdict::Verdicts;

/// Records referred to that are joined at a time, so that no sort outgrows its memory.
const RANGE_ROWS: u64 = 1_000_000;

/// The outside values of one entity, to be asked for in the order of its records.
pub(super) struct Gathered {
    columns: Vec<Column>,
    asides: Vec<Aside>,
}

enum Column {
    /// Column of an aside, by its number and place.
    Joined(usize, usize),
    Counts(Vec<u32>),
    /// Days; `i32::MIN` where there is none.
    Days(Vec<i32>),
    Nothing(DataType),
}

impl Gathered {
    /// In the order of the entity's [`Outside`]s; `seqs` must not go back.
    pub fn columns(&mut self, seqs: &[i64]) -> Result<Vec<ArrayRef>, DatasetError> {
        let joined = self.asides.iter_mut().map(|aside| aside.of(seqs)).collect::<Result<Vec<_>, _>>()?;
        let columns = self.columns.iter().map(|column| -> ArrayRef {
            match column {
                Column::Joined(aside, place) => Arc::clone(&joined[*aside][*place]),
                Column::Counts(counts) => Arc::new(Int64Array::from_iter_values(
                    seqs.iter().map(|seq| counts.get(*seq as usize).copied().unwrap_or(0).into()),
                )),
                Column::Days(days) => {
                    let day = |seq: &i64| days.get(*seq as usize).copied().filter(|day| *day != i32::MIN);
                    Arc::new(seqs.iter().map(day).collect::<Date32Array>())
                }
                Column::Nothing(data_type) => new_null_array(data_type, seqs.len()),
            }
        });
        Ok(columns.collect())
    }
}

/// Gathers the outside values of entity number `index`.
pub(super) fn gather(
    engine: &Engine,
    entities: &[Living<'_>],
    index: usize,
    links: &[Link],
    verdicts: &[Verdicts],
    work: &Path,
    session: &SessionContext,
) -> Result<Gathered, DatasetError> {
    let outside = &entities[index].entity.beyond.outside;
    let mut gathered = Gathered { columns: Vec::new(), asides: Vec::new() };
    let mut references: Vec<(usize, Vec<&str>)> = Vec::new();
    for one in outside {
        let OutsideFrom::Parent { reference, field } = &one.from else { continue };
        match references.iter_mut().find(|(known, _)| known == reference) {
            Some((_, fields)) => fields.push(field),
            None => references.push((*reference, vec![field])),
        }
    }
    let mut asides = vec![None; references.len()];
    for (number, (reference, fields)) in references.iter().enumerate() {
        let link = links.iter().find(|link| link.entity == index && link.field == *reference);
        let Some(link) = link else { continue };
        let name = format!("{}.{}", entities[index].entity.name, entities[index].entity.fields[*reference].name);
        let joining = Joining { engine, link, parent: &entities[link.parent_entity], fields, work, name };
        asides[number] = Some(gathered.asides.len());
        gathered.asides.push(Aside::open(joining.join()?)?);
    }
    for one in outside {
        gathered.columns.push(match &one.from {
            OutsideFrom::Parent { reference, field } => {
                let number = references.iter().position(|(known, _)| known == reference);
                let aside = number.and_then(|number| asides[number]);
                let place = number.and_then(|at| references[at].1.iter().position(|known| known == field));
                match (aside, place) {
                    (Some(aside), Some(place)) => Column::Joined(aside, place),
                    _ => Column::Nothing(one.data_type.clone()),
                }
            }
            OutsideFrom::Children { .. } => children(entities, index, one, links, verdicts, session)?,
        });
    }
    Ok(gathered)
}

/// Counts the open records that refer to each record, or finds their latest day.
fn children(
    entities: &[Living<'_>],
    index: usize,
    outside: &Outside,
    links: &[Link],
    verdicts: &[Verdicts],
    session: &SessionContext,
) -> Result<Column, DatasetError> {
    let nothing = Column::Nothing(outside.data_type.clone());
    let OutsideFrom::Children { entity, by, filter, take } = &outside.from else { return Ok(nothing) };
    let Some(child) = entities.iter().position(|living| living.entity.name == *entity) else { return Ok(nothing) };
    let living = &entities[child];
    let is_by = |link: &&Link| {
        link.entity == child && link.parent_entity == index && living.entity.fields[link.field].name == *by
    };
    let Some(link) = links.iter().find(is_by) else { return Ok(nothing) };
    let wrong = |what: &dyn std::fmt::Display| DatasetError::other(living.mapped, what);
    let schema = fields_of(living.entity);
    let filter = filter.as_ref().map(|filter| Compiled::new(session, filter, &schema)).transpose();
    let filter = filter.map_err(|error| wrong(&error.strip_backtrace()))?;
    let rows = verdicts[index].len();
    let mut counts = vec![0_u32; if *take == Take::Count { rows } else { 0 }];
    let mut days = vec![i32::MIN; if *take == Take::Count { 0 } else { rows }];
    for batch in dataset::overlaid(living.mapped, living.survivors, None)? {
        let batch = batch?;
        let seqs = batch.column(0).as_primitive::<Int64Type>().values();
        let wanted = wanted(&batch, filter.as_ref(), &schema).map_err(|error| wrong(&error))?;
        let latest = match take {
            Take::Count => None,
            Take::Latest(field) => batch.column_by_name(field).and_then(|day| day.as_primitive_opt::<Date32Type>()),
        };
        for (row, &seq) in seqs.iter().enumerate() {
            let Some(parent) = link.parent(seq as u32) else { continue };
            if !verdicts[child].open(seq as u32) || !wanted.as_ref().is_none_or(|wanted| wanted.value(row)) {
                continue;
            }
            if let Some(count) = counts.get_mut(parent as usize) {
                *count = count.saturating_add(1);
            }
            if let (Some(latest), Some(day)) = (latest, days.get_mut(parent as usize))
                && latest.is_valid(row)
            {
                *day = (*day).max(latest.value(row));
            }
        }
    }
    Ok(if *take == Take::Count { Column::Counts(counts) } else { Column::Days(days) })
}

fn fields_of(entity: &Entity) -> SchemaRef {
    let fields = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn wanted(
    batch: &RecordBatch,
    filter: Option<&Compiled>,
    schema: &SchemaRef,
) -> Result<Option<BooleanArray>, ArrowError> {
    let Some(filter) = filter else { return Ok(None) };
    let values = batch.columns()[MAPPED_FIRST_FIELD..MAPPED_FIRST_FIELD + schema.fields().len()].to_vec();
    filter.holds(&RecordBatch::try_new(Arc::clone(schema), values)?).map(Some)
}

/// Numbers from 0 to below `rows` in as many ranges at most, each from its first
/// to behind its last; one, where there are none.
fn ranges(rows: u64, count: u64) -> Vec<(u64, u64)> {
    let step = rows.div_ceil(count.max(1)).max(1);
    (0..rows.div_ceil(step).max(1)).map(|number| (number * step, (number + 1) * step)).collect()
}

/// One reference field and the fields that are wanted of what it leads to.
struct Joining<'a> {
    engine: &'a Engine,
    link: &'a Link,
    parent: &'a Living<'a>,
    fields: &'a [&'a str],
    work: &'a Path,
    name: String,
}

impl Joining<'_> {
    /// Writes the fields beside each record that refers, in the order of the records.
    fn join(&self) -> Result<PathBuf, DatasetError> {
        let (child, parent) = (self.path("referring"), self.path("referred"));
        let (schema, rows) = (self.parents(&parent)?, u64::try_from(self.link.len()).unwrap_or(u64::MAX));
        self.children(&child)?;
        let parents = dataset::count(&parent)?;
        let ranges = ranges(parents, parents.max(rows).div_ceil(RANGE_ROWS));
        let (parts, whole) = (self.path("parts"), self.path("outside"));
        let path = if ranges.len() == 1 { &whole } else { &parts };
        let mut writer = Writer::create(path, &schema, Packing::Working)?;
        let names: Vec<String> = (0..self.fields.len()).map(|place| format!("p.o{place}")).collect();
        for (from, to) in &ranges {
            let sql = format!(
                "SELECT c._seq, {} FROM (SELECT * FROM child WHERE parent >= {from} AND parent < {to}) c \
                 JOIN (SELECT * FROM parent WHERE _seq >= {from} AND _seq < {to}) p ON c.parent = p._seq \
                 ORDER BY c._seq",
                names.join(", ")
            );
            self.query(&[("child", &child), ("parent", &parent)], &sql, &schema, &mut writer)?;
        }
        writer.finish()?;
        if ranges.len() > 1 {
            let mut writer = Writer::create(&whole, &schema, Packing::Working)?;
            self.query(&[("parts", &parts)], "SELECT * FROM parts ORDER BY _seq", &schema, &mut writer)?;
            writer.finish()?;
        }
        Ok(whole)
    }

    fn query(
        &self,
        tables: &[(&str, &Path)],
        sql: &str,
        schema: &SchemaRef,
        writer: &mut Writer,
    ) -> Result<(), DatasetError> {
        self.engine.query(tables, sql, |batch| {
            let batch = RecordBatch::try_new(Arc::clone(schema), batch.columns().to_vec());
            writer.write(batch.map_err(|error| DatasetError::other(self.parent.mapped, error))?)
        })
    }

    fn path(&self, what: &str) -> PathBuf {
        self.work.join(format!("{}.{what}.parquet", self.name))
    }

    /// The wanted fields of the records that are referred to, as `o0`, `o1` ….
    fn parents(&self, path: &Path) -> Result<SchemaRef, DatasetError> {
        let wrong = |error: ArrowError| DatasetError::other(self.parent.mapped, error);
        let known = fields_of(self.parent.entity);
        let mut fields = vec![Field::new(record::SEQ, DataType::Int64, false)];
        for (place, name) in self.fields.iter().enumerate() {
            let data_type = known.field_with_name(name).map_err(wrong)?.data_type().clone();
            fields.push(Field::new(format!("o{place}"), data_type, true));
        }
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let mut writer = Writer::create(path, &schema, Packing::Working)?;
        let read: Vec<&str> = std::iter::once(record::SEQ).chain(self.fields.iter().copied()).collect();
        for batch in dataset::overlaid(self.parent.mapped, self.parent.survivors, Some(&read))? {
            let batch = batch?;
            // Datasets give their columns in their own order.
            let columns = read.iter().filter_map(|name| batch.column_by_name(name).map(Arc::clone)).collect();
            writer.write(RecordBatch::try_new(Arc::clone(&schema), columns).map_err(wrong)?)?;
        }
        writer.finish()?;
        Ok(schema)
    }

    /// The records that refer to something, and to what.
    fn children(&self, path: &Path) -> Result<(), DatasetError> {
        let number = |name: &str| Field::new(name, DataType::Int64, false);
        let schema: SchemaRef = Arc::new(Schema::new(vec![number(record::SEQ), number("parent")]));
        let mut writer = Writer::create(path, &schema, Packing::Working)?;
        let rows = u32::try_from(self.link.len()).unwrap_or(u32::MAX);
        let pairs = (0..rows).filter_map(|seq| Some((i64::from(seq), i64::from(self.link.parent(seq)?))));
        let mut pairs = pairs.peekable();
        while pairs.peek().is_some() {
            let (seqs, parents): (Vec<i64>, Vec<i64>) = pairs.by_ref().take(BATCH_ROWS).unzip();
            let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(seqs)), Arc::new(Int64Array::from(parents))];
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
            writer.write(batch.map_err(|error| DatasetError::other(path, error))?)?;
        }
        writer.finish()?;
        Ok(())
    }
}

/// A joined dataset, read along with the entity's records.
struct Aside {
    path: PathBuf,
    schema: SchemaRef,
    batches: Batches,
    waiting: RecordBatch,
}

impl Aside {
    fn open(path: PathBuf) -> Result<Self, DatasetError> {
        let schema = dataset::schema(&path)?;
        let waiting = RecordBatch::new_empty(Arc::clone(&schema));
        Ok(Self { batches: dataset::read(&path, None)?, path, schema, waiting })
    }

    /// The columns behind `_seq` for these records; null where there is no row.
    fn of(&mut self, seqs: &[i64]) -> Result<Vec<ArrayRef>, DatasetError> {
        let wrong = |error: ArrowError| DatasetError::other(&self.path, error);
        let last = seqs.last().copied().unwrap_or(-1);
        while own_seqs(&self.waiting).last().is_none_or(|end| *end <= last) {
            let Some(more) = self.batches.next() else { break };
            self.waiting = concat_batches(&self.schema, [&self.waiting, &more?]).map_err(wrong)?;
        }
        let found = own_seqs(&self.waiting);
        let places: UInt32Array =
            seqs.iter().map(|seq| found.binary_search(seq).ok().and_then(|place| u32::try_from(place).ok())).collect();
        let columns = self.waiting.columns().iter().skip(1).map(|column| take(column, &places, None));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        let due = found.partition_point(|seq| *seq <= last);
        self.waiting = self.waiting.slice(due, self.waiting.num_rows() - due);
        Ok(columns)
    }
}

fn own_seqs(batch: &RecordBatch) -> &[i64] {
    batch.column(0).as_primitive::<Int64Type>().values()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::ranges;

    #[test]
    fn a_few_rows_are_one_range() {
        assert_eq!(ranges(7, 1), [(0, 7)]);
        assert_eq!(ranges(7, 3), [(0, 3), (3, 6), (6, 9)]);
        assert_eq!(ranges(0, 4), [(0, 1)]);
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_range(rows in 0_u64..5000, count in 0_u64..50) {
            let ranges = ranges(rows, count);
            prop_assert!(ranges.len() as u64 <= count.max(1));
            prop_assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0));
            prop_assert_eq!(ranges.first().map(|range| range.0), Some(0));
            prop_assert!(ranges.last().is_some_and(|range| range.1 >= rows));
        }
    }
}
