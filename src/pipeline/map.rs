//! From snapshots to mapped records: each entity's feeds, and the reference data
//! that its records are held against.

use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::prelude::SessionContext;

use super::{Flow, Mapped, RunError, Snapshots};
use crate::config::pipeline::{Entity, Pipeline};
use crate::config::reference::Join;
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::duplicates::Origin;
use crate::engine::Engine;
use crate::joined;
use crate::mapping::{self, Mapper, Referred};
use crate::record::{self, Verdict};
use crate::reference_data::{self, Accounts, Beside, Looking};
use crate::verdict::Verdicts;

/// One feed of an entity, ready to be mapped.
struct Ready<'a> {
    mapper: Mapper,
    snapshot: &'a Path,
    /// The corrected records.
    after: Option<&'a Path>,
    /// `_seq` of its first record in the entity's dataset.
    first: u64,
    source: usize,
}

impl Flow<'_> {
    pub(super) fn map(&self, snapshots: &Snapshots, work: &Path, run: &Path) -> Result<Vec<Mapped>, RunError> {
        let session = SessionContext::new();
        self.entities.iter().map(|entity| self.map_entity(entity, snapshots, (work, run), &session)).collect()
    }

    fn map_entity(
        &self,
        entity: &Entity,
        snapshots: &Snapshots,
        (work, run): (&Path, &Path),
        session: &SessionContext,
    ) -> Result<Mapped, RunError> {
        let path = work.join(format!("{}.mapped.parquet", entity.name));
        let mut learned = Vec::new();
        let (ready, rows) = self.ready(entity, snapshots, session, &mut learned)?;
        let (found, references) = self.look_up(entity, &ready, snapshots, work, session)?;
        self.options.progress.begin(&format!("mapping {}", entity.name), Some(rows));
        let mut writer = Writer::create(&path, &mapping::schema(entity), Packing::Working)?;
        let mut changes = Changes::create(&reference_data::changes_path(run, &entity.name), &entity.joins)?;
        let mut verdicts = Verdicts::default();
        let mut origins = Vec::new();
        for feed in &ready {
            let spec = &self.pipeline.sources[feed.source];
            let first = u32::try_from(feed.first)
                .map_err(|_| DatasetError::other(&path, "holds more than 4,294,967,295 records"))?;
            let mut keyless = Vec::new();
            self.engine.ordered(
                feed.beside(&found)?,
                |(batch, found)| feed.mapper.map(&batch, &found).map_err(RunError::from),
                |mapped| {
                    if spec.key_or_content {
                        note_keyless(&mapped.batch, &mut keyless);
                    }
                    note_verdicts(&mapped.batch, &mut verdicts);
                    writer.write(mapped.batch)?;
                    changes.write(mapped.changes)?;
                    self.options.progress.advance(writer.rows());
                    self.interrupted()
                },
            )?;
            origins.push(Origin { first, by_content: spec.key.is_empty(), keyless });
        }
        writer.finish()?;
        changes.finish()?;
        Ok(Mapped { path, survivors: None, verdicts, origins, matching: None, learned, references })
    }

    /// The feeds of an entity, and the number of their records.
    fn ready<'a>(
        &self,
        entity: &Entity,
        snapshots: &'a Snapshots,
        session: &SessionContext,
        learned: &mut Vec<(String, String)>,
    ) -> Result<(Vec<Ready<'a>>, u64), RunError> {
        let mut ready = Vec::with_capacity(entity.feeds.len());
        let mut first = 0;
        for (number, feed) in entity.feeds.iter().enumerate() {
            let Some(snapshot) = snapshots.of(feed.source) else { continue };
            let corrected = snapshots.corrected(feed.source);
            let after = corrected.map(|corrected| corrected.after.as_path());
            let columns = corrected.into_iter().flat_map(|corrected| &corrected.records);
            let mut mapper = Mapper::new(self.pipeline, entity, number, first as i64, session)?
                .with_corrections(columns.map(|(seq, touched)| (*seq, touched.columns.as_slice())));
            if mapper.learns() {
                let batches = dataset::overlaid(&snapshot.path, after, None)?;
                let told = mapper.learn(batches.map(|batch| batch.map_err(RunError::from)))?;
                learned.extend(told.into_iter().map(|told| (entity.name.clone(), told)));
            }
            ready.push(Ready { mapper, snapshot: &snapshot.path, after, first, source: feed.source });
            first += snapshot.rows;
        }
        Ok((ready, first))
    }

    /// What reference data says of the records: a dataset for each join, and its account.
    fn look_up(
        &self,
        entity: &Entity,
        ready: &[Ready<'_>],
        snapshots: &Snapshots,
        work: &Path,
        session: &SessionContext,
    ) -> Result<(Vec<PathBuf>, Accounts), RunError> {
        let mut found = Vec::new();
        let mut counts = Accounts::new();
        for (number, join) in entity.joins.iter().enumerate() {
            self.interrupted()?;
            self.options.progress.begin(&format!("looking up {} in {}", entity.name, join.name), None);
            let Some(snapshot) = snapshots.reference(join.reference) else { continue };
            let file = |what: &str| work.join(format!("{}.{number}.{what}.parquet", entity.name));
            let rows = file("rows");
            arranged(self.engine, self.pipeline, (entity, join), (&snapshot.path, work, &rows), session)?;
            let keys = file("keys");
            let mut writer = Writer::create(&keys, &joined::keys(join.takes.len()), Packing::Working)?;
            for feed in ready {
                self.engine.ordered(
                    feed.beside(&found)?,
                    |(batch, found)| feed.mapper.keyed(&batch, &found).map_err(RunError::from),
                    |batch| {
                        writer.write(batch)?;
                        self.interrupted()
                    },
                )?;
            }
            writer.finish()?;
            let path = file("found");
            let looking = Looking { engine: self.engine, entity, join, rows: &rows, keys: &keys, work };
            let count = reference_data::run(&looking, &path)?;
            self.options.progress.note(&format!("{}: {} of {} records found", join.name, count.found, count.looked_up));
            for path in [&rows, &keys] {
                // The work folder goes at the end of the run anyway.
                let _ = std::fs::remove_file(path);
            }
            found.push(path);
            counts.push((join.name.clone(), count));
        }
        Ok((found, counts))
    }
}

/// Writes the rows of a join's reference, from its snapshot, in the order of their keys.
pub(super) fn arranged(
    engine: &Engine,
    pipeline: &Pipeline,
    (entity, join): (&Entity, &Join),
    (snapshot, work, into): (&Path, &Path, &Path),
    session: &SessionContext,
) -> Result<(), RunError> {
    let spec = &pipeline.references[join.reference];
    let wrong = |what: String| DatasetError::other(snapshot, format!("reference `{}`: {what}", spec.name));
    let referred = Referred::new(entity, join, spec, session).map_err(wrong)?;
    let rows = work.join("rows.parquet");
    let mut writer = Writer::create(&rows, &joined::rows(join.takes.len()), Packing::Working)?;
    engine.ordered(
        dataset::read(snapshot, None)?,
        |batch| referred.rows(&batch).map_err(|error| wrong(error.to_string())),
        |batch| writer.write(batch),
    )?;
    writer.finish()?;
    reference_data::arrange(engine, &rows, into, join.takes.len())?;
    // The work folder goes at the end of the run anyway.
    let _ = std::fs::remove_file(&rows);
    Ok(())
}

impl Ready<'_> {
    /// The feed's batches, each with what was found of its records.
    fn beside(
        &self,
        found: &[PathBuf],
    ) -> Result<impl Iterator<Item = Result<reference_data::Batch, RunError>> + Send, DatasetError> {
        let batches = dataset::overlaid(self.snapshot, self.after, None)?;
        let beside = Beside::open(batches, found, self.first as i64)?;
        Ok(beside.map(|batch| batch.map_err(RunError::from)))
    }
}

/// The lineage of values that reference data gave; there is none without any.
struct Changes {
    writer: Option<Writer>,
}

impl Changes {
    fn create(path: &Path, joins: &[Join]) -> Result<Self, DatasetError> {
        let create = || Writer::create(path, &mapping::changes_schema(), Packing::Archive);
        Ok(Self { writer: (!joins.is_empty()).then(create).transpose()? })
    }

    fn write(&mut self, changes: Option<RecordBatch>) -> Result<(), DatasetError> {
        match (&mut self.writer, changes) {
            (Some(writer), Some(changes)) => writer.write(changes),
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<(), DatasetError> {
        self.writer.map_or(Ok(()), |writer| writer.finish().map(drop))
    }
}

fn note_keyless(batch: &RecordBatch, keyless: &mut Vec<u32>) {
    let seqs = batch.column(0).as_primitive::<Int64Type>().values();
    let keys = batch.column_by_name(record::KEY).and_then(|column| column.as_string_opt::<i32>());
    let marked = keys.into_iter().flatten().zip(seqs);
    let marked = marked.filter(|(key, _)| key.is_some_and(|key| key.starts_with(record::BY_CONTENT)));
    keyless.extend(marked.map(|(_, seq)| *seq as u32));
}

fn note_verdicts(batch: &RecordBatch, verdicts: &mut Verdicts) {
    let column = batch.column_by_name(record::VERDICT).and_then(|column| column.as_string_opt::<i32>());
    for verdict in column.into_iter().flatten() {
        verdicts.push(verdict.and_then(Verdict::from_word));
    }
}
