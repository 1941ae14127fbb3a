//! Batches of a snapshot, each with what was found of its records.

use std::path::PathBuf;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

use crate::dataset::{self, Batches, DatasetError};

/// A batch, and for each join what it found of its records.
pub type Batch = (RecordBatch, Vec<RecordBatch>);

/// Goes through a snapshot and through what was found, side by side.
pub struct Beside<I> {
    snapshot: I,
    found: Vec<Reader>,
    /// Added to `_seq` of the snapshot for that of the entity.
    first: i64,
}

impl<I> Beside<I> {
    /// `found` has a dataset for each join.
    pub fn open(snapshot: I, found: &[PathBuf], first: i64) -> Result<Self, DatasetError> {
        let found = found.iter().map(|path| Reader::open(path)).collect::<Result<_, _>>()?;
        Ok(Self { snapshot, found, first })
    }
}

impl<I: Iterator<Item = Result<RecordBatch, DatasetError>>> Iterator for Beside<I> {
    type Item = Result<Batch, DatasetError>;
    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.snapshot.next()? {
            Ok(batch) => batch,
            Err(error) => return Some(Err(error)),
        };
        let seqs = order(&batch);
        let range = seqs.first().zip(seqs.last()).map(|(first, last)| (first + self.first, last + self.first));
        let found: Result<Vec<_>, _> = self.found.iter_mut().map(|reader| reader.within(range)).collect();
        Some(found.map(|found| (batch, found)))
    }
}

struct Reader {
    batches: Batches,
    path: PathBuf,
    waiting: RecordBatch,
}

impl Reader {
    fn open(path: &std::path::Path) -> Result<Self, DatasetError> {
        let waiting = RecordBatch::new_empty(dataset::schema(path)?);
        Ok(Self { batches: dataset::read(path, None)?, path: path.to_path_buf(), waiting })
    }

    /// What was found of the records from the first to the last; those before them
    /// have been asked for, or belong to nobody who asks.
    fn within(&mut self, range: Option<(i64, i64)>) -> Result<RecordBatch, DatasetError> {
        let Some((first, last)) = range else { return Ok(self.waiting.slice(0, 0)) };
        let mut parts = Vec::new();
        loop {
            let seqs = order(&self.waiting);
            let (start, end) = (seqs.partition_point(|seq| *seq < first), seqs.partition_point(|seq| *seq <= last));
            parts.push(self.waiting.slice(start, end - start));
            if end < seqs.len() {
                self.waiting = self.waiting.slice(end, seqs.len() - end);
                break;
            }
            let Some(more) = self.batches.next() else {
                self.waiting = self.waiting.slice(0, 0);
                break;
            };
            self.waiting = more?;
        }
        arrow::compute::concat_batches(&self.waiting.schema(), &parts)
            .map_err(|error| DatasetError::other(&self.path, error))
    }
}

fn order(batch: &RecordBatch) -> &[i64] {
    batch.column(0).as_primitive::<Int64Type>().values()
}
