//! Where plans run: the local DataFusion with bounded memory, and the ordered
//! parallel loop over batches.
//!
//! Everything that comes out of here comes in an order that does not depend on
//! the number of cores. Steps say what they want; only this module knows how
//! many threads there are and how much memory they may have.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::StreamExt;
use tokio::runtime::Runtime;

use crate::dataset::{BATCH_ROWS, DatasetError, describe_io};

/// Memory for sorts and joins; what is more goes to disk.
const POOL_BYTES: usize = 192 << 20;
/// Parts of a query that work side by side at most, however many cores there are:
/// each sort sets 10 MB of the pool aside when it begins, and what was measured
/// with two parts is what runs everywhere.
const PARTITIONS: usize = 2;
/// Hashes that are sorted at a time. A sort by hash alone takes about four times
/// its data while it merges, which the engine cannot put on disk: a million
/// records are some 100 MB of the pool.
const BUCKET_ROWS: u64 = 1_000_000;

/// Runs plans over datasets.
pub struct Engine {
    runtime: Runtime,
    cores: usize,
    work: PathBuf,
    bucket_rows: u64,
}

impl Engine {
    /// `work` is a folder for what spills.
    pub fn new(work: &Path) -> Result<Self, DatasetError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores)
            .enable_all()
            .build()
            .map_err(|error| DatasetError::io(work, &error))?;
        Ok(Self { runtime, cores, work: work.to_path_buf(), bucket_rows: BUCKET_ROWS })
    }

    pub fn cores(&self) -> usize {
        self.cores
    }

    /// SQL conditions that part the values of `column` (16 bytes, evenly spread)
    /// into ranges of some million of `rows`, in ascending order.
    pub fn buckets(&self, rows: u64, column: &str) -> Vec<String> {
        // The first two bytes tell the bucket.
        let count = rows.div_ceil(self.bucket_rows).clamp(1, 1 << 16);
        let bound = |number: u64| {
            let start = number * (1 << 16) / count;
            format!("arrow_cast(X'{start:04x}{:028x}', 'FixedSizeBinary(16)')", 0)
        };
        let range = |number: u64| match (number, count) {
            (_, 1) => format!("{column} IS NOT NULL"),
            (0, _) => format!("{column} < {}", bound(1)),
            (last, _) if last + 1 == count => format!("{column} >= {}", bound(last)),
            _ => format!("{column} >= {} AND {column} < {}", bound(number), bound(number + 1)),
        };
        (0..count).map(range).collect()
    }

    /// As [`Engine::new`], with smaller buckets.
    #[cfg(test)]
    pub fn with_bucket_rows(work: &Path, bucket_rows: u64) -> Result<Self, DatasetError> {
        Ok(Self { bucket_rows, ..Self::new(work)? })
    }

    /// Runs one SQL query over datasets, each under a name, and gives its
    /// batches to `consume` in the query's order. A query that wants an order
    /// says so itself, and orders by something unique.
    pub fn query(
        &self,
        tables: &[(&str, &Path)],
        sql: &str,
        mut consume: impl FnMut(RecordBatch) -> Result<(), DatasetError>,
    ) -> Result<(), DatasetError> {
        let failed = |error: DataFusionError| self.failed(&error);
        self.runtime.block_on(async {
            let session = self.session().map_err(failed)?;
            for (name, path) in tables {
                let place = url(path)?;
                session.register_parquet(*name, place, ParquetReadOptions::default()).await.map_err(failed)?;
            }
            let mut stream = session.sql(sql).await.map_err(failed)?.execute_stream().await.map_err(failed)?;
            while let Some(batch) = stream.next().await {
                consume(batch.map_err(failed)?)?;
            }
            Ok(())
        })
    }

    /// Counts the records of a dataset for which `wanted` is true; all without one.
    pub fn count(&self, dataset: &Path, wanted: Option<Expr>) -> Result<u64, DatasetError> {
        let failed = |error: DataFusionError| self.failed(&error);
        self.runtime.block_on(async {
            let session = self.session().map_err(failed)?;
            let place = url(dataset)?;
            let frame = session.read_parquet(place, ParquetReadOptions::default()).await.map_err(failed)?;
            let frame = wanted.into_iter().try_fold(frame, |frame, wanted| frame.filter(wanted)).map_err(failed)?;
            Ok(frame.count().await.map_err(failed)? as u64)
        })
    }

    fn session(&self) -> Result<SessionContext, DataFusionError> {
        let config = SessionConfig::new()
            .with_target_partitions(self.cores.min(PARTITIONS))
            .with_batch_size(BATCH_ROWS)
            .set_bool("datafusion.optimizer.prefer_hash_join", false)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.enable_ident_normalization", false);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(POOL_BYTES)))
            .with_temp_file_path(&self.work)
            .build_arc()?;
        Ok(SessionContext::new_with_config_rt(config, runtime))
    }

    fn failed(&self, error: &DataFusionError) -> DatasetError {
        let root = error.find_root();
        let what = match root {
            DataFusionError::IoError(error) => describe_io(error),
            other => format!("the query engine says: {other}"),
        };
        DatasetError { path: self.work.clone(), what }
    }

    /// Applies `each` to every item on all cores and gives the results to
    /// `consume` in the order of the items. At most a few items are under way.
    pub fn ordered<T: Send, R: Send, E: Send>(
        &self,
        items: impl Iterator<Item = Result<T, E>> + Send,
        each: impl Fn(T) -> Result<R, E> + Sync,
        mut consume: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        let window = self.cores * 2;
        let queue = Queue::new(items, window);
        let (sender, results) = sync_channel::<(u64, Result<R, E>)>(window);
        std::thread::scope(|scope| {
            for _ in 0..self.cores {
                let (sender, queue, each) = (sender.clone(), &queue, &each);
                scope.spawn(move || {
                    while let Some((number, item)) = queue.take() {
                        if sender.send((number, item.and_then(each))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut waiting = BTreeMap::new();
            let mut next = 0;
            for (number, result) in results {
                waiting.insert(number, result);
                while let Some(result) = waiting.remove(&next) {
                    if let Err(error) = result.and_then(&mut consume) {
                        queue.close();
                        return Err(error);
                    }
                    next += 1;
                    queue.consumed(next);
                }
            }
            Ok(())
        })
    }
}

/// A dataset's path as a URL: the engine would take `*` or `[` in a path for a pattern.
fn url(path: &Path) -> Result<String, DatasetError> {
    let absolute = std::path::absolute(path).map_err(|error| DatasetError::io(path, &error))?;
    let url = url::Url::from_file_path(&absolute).map_err(|()| DatasetError::other(path, "is no path of a file"))?;
    Ok(url.to_string())
}

/// Items handed out one by one, never more than `window` ahead of the consumer.
struct Queue<I> {
    state: Mutex<QueueState<I>>,
    moved: Condvar,
    window: u64,
}

struct QueueState<I> {
    items: Option<I>,
    taken: u64,
    consumed: u64,
}

impl<I: Iterator> Queue<I> {
    fn new(items: I, window: usize) -> Self {
        let state = QueueState { items: Some(items), taken: 0, consumed: 0 };
        Self { state: Mutex::new(state), moved: Condvar::new(), window: window as u64 }
    }

    fn take(&self) -> Option<(u64, I::Item)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.items.is_some() && state.taken >= state.consumed + self.window {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let Some(item) = state.items.as_mut().and_then(Iterator::next) else {
            state.items = None;
            self.moved.notify_all();
            return None;
        };
        let number = state.taken;
        state.taken += 1;
        Some((number, item))
    }

    fn consumed(&self, count: u64) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).consumed = count;
        self.moved.notify_all();
    }

    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).items = None;
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let work = tempfile::tempdir().expect("a folder");
        let engine = Engine::new(work.path()).expect("an engine");
        let mut seen = Vec::new();
        let each = |n: u64| -> Result<u64, String> {
            std::thread::sleep(std::time::Duration::from_micros(n * 7919 % 300));
            Ok(n * 2)
        };
        let done = engine.ordered((0..500).map(Ok), each, |n| {
            seen.push(n);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        assert_eq!(seen, (0..500).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_error_in_order_ends_it() {
        let work = tempfile::tempdir().expect("a folder");
        let engine = Engine::new(work.path()).expect("an engine");
        let mut seen = 0;
        let each = |n: u64| if n >= 40 { Err(n) } else { Ok(n) };
        let done = engine.ordered((0..1000).map(Ok), each, |_| {
            seen += 1;
            Ok(())
        });
        assert_eq!((done, seen), (Err(40), 40));
    }
}
