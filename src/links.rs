//! Link: references between entities, through survivors; orphans by policy.
//!
//! A reference holds the legacy key of another record. It is resolved by a join
//! that spills; what stays in memory is four bytes a record and reference. A
//! record whose reference leads to nothing that will be loaded is an orphan, and
//! its own children may become orphans by that: the policies are applied until
//! nothing changes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringBuilder};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};

use crate::config::pipeline::{Entity, Policy, Reference};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::diagnostic::Code;
use crate::engine::Engine;
use crate::record::{self, Verdict};
use crate::reference::{AMBIGUOUS, Link, MISSING, NONE, TARGET};
use crate::verdict::Verdicts;

/// The codes of this step.
pub const CODES: &[Code] = &[
    Code {
        id: "reference.missing",
        what: "The record refers to a legacy key that no record of the other entity has.",
        why: "Old systems lose the parent and keep the child; the target would refuse the child or hide it.",
        example: "an activity of customer 009999, where the last customer is 004812",
        fix: "Correct the key, or choose with `missing` what becomes of such a record: `hold`, `reject` or `null`.",
    },
    Code {
        id: "reference.left-out",
        what: "The record refers to a record that is not loaded: it was rejected, held or excluded.",
        why: "A child cannot be loaded without its parent.",
        example: "a contact of an account that was rejected for want of a name",
        fix: "See to the parent first; `missing` chooses what becomes of the child meanwhile.",
    },
    Code {
        id: "reference.ambiguous",
        what: "The record refers to a legacy key that records of several sources have.",
        why: "Two systems number their customers from 1; which one is meant cannot be guessed.",
        example: "`account_id = \"CUST\"` and a key 17 in both `customers` and `branch`",
        fix: "Say whose keys they are: `account_id = { column = \"CUST\", source = \"customers\" }`.",
    },
];

/// One entity's records as this step needs them.
pub struct Linked<'a> {
    pub entity: &'a Entity,
    pub mapped: &'a Path,
    pub survivors: Option<&'a Path>,
}

/// Resolves all references of all entities and applies the policies for those
/// that lead nowhere.
pub fn run(
    engine: &Engine,
    entities: &[Linked<'_>],
    verdicts: &mut [Verdicts],
    work: &Path,
    columns: &Columns<'_>,
) -> Result<Vec<Link>, DatasetError> {
    let mut links = Vec::new();
    for (index, linked) in entities.iter().enumerate() {
        for (field, reference) in references(linked.entity) {
            let parent = entities.iter().position(|other| other.entity.name == reference.entity);
            let Some(parent) = parent else { continue };
            let resolving = Resolving { engine, entities, verdicts, work, columns };
            links.push(resolving.resolve(index, field, parent)?);
        }
    }
    orphans(entities, &mut links, verdicts);
    Ok(links)
}

/// Applies the policies for references that lead to nothing that is loaded: once
/// more where a later step has set verdicts.
pub fn orphans(entities: &[Linked<'_>], links: &mut [Link], verdicts: &mut [Verdicts]) {
    while settle(entities, links, verdicts) {}
}

/// Names of the mapped dataset's hash columns.
pub struct Columns<'a> {
    pub own_key: &'a str,
    pub any_key: &'a str,
    /// By number of the field.
    pub reference: fn(usize) -> String,
}

fn references(entity: &Entity) -> impl Iterator<Item = (usize, &Reference)> {
    entity.fields.iter().enumerate().filter_map(|(index, field)| field.references.as_ref().map(|found| (index, found)))
}

struct Resolving<'a> {
    engine: &'a Engine,
    entities: &'a [Linked<'a>],
    verdicts: &'a [Verdicts],
    work: &'a Path,
    columns: &'a Columns<'a>,
}

impl Resolving<'_> {
    fn resolve(&self, child: usize, field: usize, parent: usize) -> Result<Link, DatasetError> {
        let entity = self.entities[child].entity;
        let name = format!("{}.{}", entity.name, entity.fields[field].name);
        let wanted = self.work.join(format!("{name}.refs.parquet"));
        let column = (self.columns.reference)(field);
        self.wanted(child, &column, &wanted)?;
        let targets = self.work.join(format!("{name}.links.parquet"));
        let schema: SchemaRef = Arc::new(Schema::new(vec![
            Field::new(record::SEQ, DataType::Int64, false),
            Field::new(TARGET, DataType::Utf8, false),
        ]));
        let mut parents = vec![NONE; self.verdicts[child].len()];
        let rows = dataset::count(&wanted)?.max(2 * dataset::count(self.entities[parent].mapped)?);
        let buckets = self.engine.buckets(rows, "k");
        // Each bucket is in order; several of them together are not.
        let parts = if buckets.len() == 1 { targets.clone() } else { self.work.join(format!("{name}.parts.parquet")) };
        let mut writer = Writer::create(&parts, &schema, Packing::Working)?;
        for bucket in &buckets {
            self.join(&wanted, &self.sql(&column, bucket, parent), parent, &mut parents, &mut writer)?;
        }
        writer.finish()?;
        if parts != targets {
            self.sort(&parts, &targets, &schema)?;
        }
        // The work folder goes at the end of the run anyway.
        let _ = std::fs::remove_file(&wanted);
        Ok(Link { entity: child, field, parent_entity: parent, parents, targets })
    }

    /// Joins one bucket of references with what they refer to.
    fn join(
        &self,
        wanted: &Path,
        sql: &str,
        parent: usize,
        parents: &mut [u32],
        writer: &mut Writer,
    ) -> Result<(), DatasetError> {
        let tables = [("child", wanted), ("parent", self.entities[parent].mapped)];
        let mut run = Run::default();
        self.engine.query(&tables, sql, |batch| {
            let children = batch.column(0).as_primitive::<Int64Type>();
            let found = batch.column(1).as_primitive::<Int64Type>();
            let keys = batch.column(2).as_string::<i32>();
            let sources = batch.column(3).as_string::<i32>();
            let mut out = Resolved::default();
            for row in 0..batch.num_rows() {
                let hit = found.is_valid(row).then(|| (found.value(row) as u32, keys.value(row), sources.value(row)));
                if let Some(done) = run.add(children.value(row), hit, &self.verdicts[parent]) {
                    out.put(done, parents, &self.verdicts[parent]);
                }
            }
            out.write(writer, wanted)
        })?;
        let mut out = Resolved::default();
        if let Some(done) = run.end(&self.verdicts[parent]) {
            out.put(done, parents, &self.verdicts[parent]);
        }
        out.write(writer, wanted)
    }

    /// Puts the buckets' results in the order of the records.
    fn sort(&self, parts: &Path, targets: &Path, schema: &SchemaRef) -> Result<(), DatasetError> {
        let mut writer = Writer::create(targets, schema, Packing::Working)?;
        let sql = format!("SELECT {}, {TARGET} FROM parts ORDER BY {}", record::SEQ, record::SEQ);
        self.engine.query(&[("parts", parts)], &sql, |batch| {
            let batch = batch.with_schema(Arc::clone(schema)).map_err(|error| DatasetError::other(parts, error))?;
            writer.write(batch)
        })?;
        writer.finish()?;
        // The work folder goes at the end of the run anyway.
        let _ = std::fs::remove_file(parts);
        Ok(())
    }

    /// The open records' references, narrow.
    fn wanted(&self, child: usize, column: &str, path: &Path) -> Result<(), DatasetError> {
        let linked = &self.entities[child];
        let verdicts = &self.verdicts[child];
        let wrong = |error: arrow::error::ArrowError| DatasetError::other(linked.mapped, error);
        let mut writer: Option<Writer> = None;
        for batch in dataset::overlaid(linked.mapped, linked.survivors, Some(&[record::SEQ, column]))? {
            let batch = batch?;
            let seqs = batch.column(0).as_primitive::<Int64Type>();
            let hashes = batch.column(1);
            let keep: BooleanArray = (0..batch.num_rows())
                .map(|row| Some(hashes.is_valid(row) && verdicts.open(seqs.value(row) as u32)))
                .collect();
            let kept = filter_record_batch(&batch, &keep).map_err(wrong)?;
            if writer.is_none() {
                writer = Some(Writer::create(path, &kept.schema(), Packing::Working)?);
            }
            if let Some(writer) = &mut writer {
                writer.write(kept)?;
            }
        }
        if let Some(writer) = writer {
            writer.finish()?;
            return Ok(());
        }
        let schema: SchemaRef = Arc::new(Schema::new(vec![
            Field::new(record::SEQ, DataType::Int64, false),
            Field::new(column, DataType::FixedSizeBinary(16), true),
        ]));
        Writer::create(path, &schema, Packing::Working)?.finish()?;
        Ok(())
    }

    fn sql(&self, column: &str, bucket: &str, parent: usize) -> String {
        let key = if self.entities[parent].entity.known_by_id() { record::ID } else { record::KEY };
        let (own, any) = (self.columns.own_key, self.columns.any_key);
        format!(
            r#"SELECT c._seq AS child, p._seq AS parent, p.target, p.source
               FROM (SELECT * FROM (SELECT _seq, "{column}" AS k FROM child) WHERE {bucket}) c LEFT JOIN (
                 SELECT * FROM (
                   SELECT "{own}" AS k, _seq, {key} AS target, _source AS source FROM parent
                   UNION ALL SELECT "{any}" AS k, _seq, {key} AS target, _source AS source FROM parent
                 ) WHERE {bucket}
               ) p ON c.k = p.k
               ORDER BY child, parent"#
        )
    }
}

/// The parents found for one child, while its rows come in.
#[derive(Default)]
struct Run {
    child: Option<i64>,
    /// One for each source: keys are a source's own.
    found: Vec<Candidate>,
}

struct Candidate {
    parent: u32,
    key: String,
    source: String,
    /// Whether it, or what it was merged into, may still be loaded.
    alive: bool,
}

struct Done {
    child: i64,
    found: Option<(u32, String)>,
    ambiguous: bool,
}

impl Run {
    /// Adds a row of the join; gives the child before, when it is complete.
    fn add(&mut self, child: i64, hit: Option<(u32, &str, &str)>, parents: &Verdicts) -> Option<Done> {
        let done = if self.child.is_some_and(|before| before != child) { self.end(parents) } else { None };
        self.child = Some(child);
        if let Some((parent, key, source)) = hit {
            let alive = matches!(parents.get(parent), None | Some(Verdict::Merge));
            let candidate = Candidate { parent, key: key.to_string(), source: source.to_string(), alive };
            match self.found.iter_mut().find(|other| other.source == source) {
                None => self.found.push(candidate),
                // Of a source's records with one key the first is meant that is
                // not rejected or left out.
                Some(other) if alive && !other.alive => *other = candidate,
                Some(_) => {}
            }
        }
        done
    }

    fn end(&mut self, parents: &Verdicts) -> Option<Done> {
        let child = self.child.take()?;
        let mut found = std::mem::take(&mut self.found).into_iter();
        let first = found.next();
        let ambiguous = first.as_ref().is_some_and(|first| {
            found.any(|other| parents.survivor_of(first.parent) != parents.survivor_of(other.parent))
        });
        Some(Done { child, found: first.map(|first| (first.parent, first.key)), ambiguous })
    }
}

#[derive(Default)]
struct Resolved {
    seqs: Vec<i64>,
    targets: StringBuilder,
}

impl Resolved {
    fn put(&mut self, done: Done, parents: &mut [u32], verdicts: &Verdicts) {
        let Some(place) = parents.get_mut(done.child as usize) else { return };
        *place = match (&done.found, done.ambiguous) {
            (_, true) => AMBIGUOUS,
            (None, _) => MISSING,
            (Some((parent, _)), _) => verdicts.survivor_of(*parent),
        };
        if let (Some((_, key)), false) = (&done.found, done.ambiguous) {
            self.seqs.push(done.child);
            self.targets.append_value(verdicts.survivor(*place).map_or(key.as_str(), |survivor| &survivor.reference));
        }
    }

    fn write(mut self, writer: &mut Writer, path: &Path) -> Result<(), DatasetError> {
        if self.seqs.is_empty() {
            return Ok(());
        }
        let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(self.seqs)), Arc::new(self.targets.finish())];
        let batch = RecordBatch::try_new(writer.schema(), columns);
        writer.write(batch.map_err(|error| DatasetError::other(path, error))?)
    }
}

/// Applies the policies to orphans once. True if a verdict changed, so that
/// there may be further orphans.
fn settle(entities: &[Linked<'_>], links: &mut [Link], verdicts: &mut [Verdicts]) -> bool {
    let mut changed = false;
    for link in links {
        let field = &entities[link.entity].entity.fields[link.field];
        let Some(reference) = &field.references else { continue };
        let mut given = BTreeMap::new();
        for (seq, parent) in link.parents.iter_mut().enumerate().filter(|(_, parent)| **parent != NONE) {
            let seq = seq as u32;
            if !verdicts[link.entity].open(seq) {
                continue;
            }
            let Some(code) = orphaned(*parent, &verdicts[link.parent_entity]) else { continue };
            given.insert(seq, code);
            if matches!(reference.missing, Policy::Null | Policy::Keep) {
                *parent = NONE;
            }
        }
        for (seq, code) in given {
            let issue = format!("{code}:{}", field.name);
            changed |= match reference.missing {
                Policy::Reject => verdicts[link.entity].set(seq, Verdict::Reject, &issue),
                Policy::Hold => verdicts[link.entity].set(seq, Verdict::Hold, &issue),
                Policy::Null | Policy::Keep => false,
            };
            verdicts[link.entity].add_issue(seq, issue);
        }
    }
    changed
}

/// The code of a reference that leads to nothing that is loaded.
fn orphaned(parent: u32, parents: &Verdicts) -> Option<&'static str> {
    match parent {
        MISSING => Some(CODES[0].id),
        AMBIGUOUS => Some(CODES[2].id),
        seq => match parents.get(seq) {
            Some(Verdict::Reject | Verdict::Hold | Verdict::Exclude | Verdict::Refuse) => Some(CODES[1].id),
            _ => None,
        },
    }
}
