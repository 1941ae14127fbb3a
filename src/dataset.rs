//! Datasets between the steps: one Parquet file each, written once, read often.
//!
//! A dataset is written under another name and takes its own when it is whole,
//! so that what is there can be trusted. Writing and reading happen on threads
//! of their own, a few batches ahead. This module knows Parquet and nothing of
//! what the columns mean.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

/// Records a batch, everywhere.
pub const BATCH_ROWS: usize = 8192;
/// Records a row group: what is buffered while writing.
const ROW_GROUP_ROWS: usize = 16 * BATCH_ROWS;
/// Batches that a reader or writer thread may be ahead.
const AHEAD: usize = 2;

/// A dataset that cannot be written or read (exit code 3).
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct DatasetError {
    pub path: PathBuf,
    /// A lowercase fragment.
    pub what: String,
}

impl DatasetError {
    pub fn io(path: &Path, error: &std::io::Error) -> Self {
        Self { path: path.to_path_buf(), what: describe_io(error) }
    }

    pub fn other(path: &Path, what: impl ToString) -> Self {
        Self { path: path.to_path_buf(), what: what.to_string() }
    }

    fn parquet(path: &Path, error: &ParquetError) -> Self {
        if let ParquetError::External(inner) = error
            && let Some(error) = inner.downcast_ref::<std::io::Error>()
        {
            return Self::io(path, error);
        }
        Self::other(path, error)
    }
}

/// What the system said, with the usual remedies.
pub fn describe_io(error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::StorageFull => "the disk is full; free some space and run again".into(),
        Kind::FileTooLarge => "the file may not grow so large; raise the limit (`ulimit -f`)".into(),
        Kind::PermissionDenied => {
            "no permission to write there; choose another `out`, or change the folder's owner".into()
        }
        Kind::NotFound => "no such file or folder".into(),
        _ => format!("the system says: {error}"),
    }
}

/// How a dataset is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Between steps: not packed at all. Packing and unpacking would take a
    /// seventh of a run's time.
    Working,
    /// To keep: small.
    Archive,
}

/// Writes a dataset, batch by batch.
pub struct Writer {
    path: PathBuf,
    schema: SchemaRef,
    sender: Option<SyncSender<RecordBatch>>,
    thread: Option<JoinHandle<Result<(), DatasetError>>>,
    rows: u64,
    notes: SyncSender<(String, String)>,
}

impl Writer {
    pub fn create(path: &Path, schema: &SchemaRef, packing: Packing) -> Result<Self, DatasetError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| DatasetError::io(folder, &error))?;
        }
        let part = part_path(path);
        let file = File::create(&part).map_err(|error| DatasetError::io(&part, &error))?;
        let writer = stream_writer(file, schema, packing).map_err(|error| DatasetError::parquet(&part, &error))?;
        let (sender, batches) = sync_channel(AHEAD);
        let (notes, noted) = sync_channel(64);
        let thread = std::thread::spawn(move || write_all(writer, &batches, &noted, &part));
        Ok(Self {
            path: path.to_path_buf(),
            schema: SchemaRef::clone(schema),
            sender: Some(sender),
            thread: Some(thread),
            rows: 0,
            notes,
        })
    }

    pub fn write(&mut self, batch: RecordBatch) -> Result<(), DatasetError> {
        self.rows += batch.num_rows() as u64;
        let sent = self.sender.as_ref().is_some_and(|sender| sender.send(batch).is_ok());
        if sent { Ok(()) } else { self.join() }
    }

    /// Adds a note to the file's metadata.
    pub fn note(&mut self, key: &str, value: &str) {
        // The channel holds far more than any dataset has; a full one would only drop a note.
        let _ = self.notes.try_send((key.to_string(), value.to_string()));
    }

    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the file and gives it its name. The number of records comes back.
    pub fn finish(mut self) -> Result<u64, DatasetError> {
        self.sender = None;
        self.join()?;
        let part = part_path(&self.path);
        fs::rename(&part, &self.path).map_err(|error| DatasetError::io(&self.path, &error))?;
        Ok(self.rows)
    }

    fn join(&mut self) -> Result<(), DatasetError> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(DatasetError::other(&self.path, "the writer stopped; please report this")),
            None => Err(DatasetError::other(&self.path, "was closed after an earlier error")),
        }
    }
}

impl Drop for Writer {
    /// An unfinished file is taken away.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
            let _ = fs::remove_file(part_path(&self.path));
        }
    }
}

/// Writes a dataset into a stream, a batch at a time, on the caller's thread.
pub fn stream_writer<W: Write + Send>(
    out: W,
    schema: &SchemaRef,
    packing: Packing,
) -> Result<ArrowWriter<W>, ParquetError> {
    ArrowWriter::try_new(out, SchemaRef::clone(schema), Some(properties(packing)))
}

fn part_path(path: &Path) -> PathBuf {
    path.with_extension("part")
}

fn properties(packing: Packing) -> WriterProperties {
    let builder = WriterProperties::builder()
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        // The version would change the bytes of equal data from release to release.
        .set_created_by("cutover".into())
        .set_statistics_enabled(EnabledStatistics::None);
    match packing {
        Packing::Working => builder.set_dictionary_enabled(false),
        Packing::Archive => builder
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk),
    }
    .build()
}

fn write_all(
    mut writer: ArrowWriter<File>,
    batches: &Receiver<RecordBatch>,
    notes: &Receiver<(String, String)>,
    path: &Path,
) -> Result<(), DatasetError> {
    for batch in batches {
        writer.write(&batch).map_err(|error| DatasetError::parquet(path, &error))?;
    }
    while let Ok((key, value)) = notes.try_recv() {
        writer.append_key_value_metadata(KeyValue::new(key, value));
    }
    writer.close().map_err(|error| DatasetError::parquet(path, &error))?;
    Ok(())
}

/// Number of records of a dataset, from its footer.
pub fn count(path: &Path) -> Result<u64, DatasetError> {
    let rows = builder(path)?.metadata().file_metadata().num_rows();
    Ok(rows.unsigned_abs())
}

/// The columns of a dataset.
pub fn schema(path: &Path) -> Result<SchemaRef, DatasetError> {
    Ok(builder(path)?.schema().clone())
}

/// The notes of a dataset's metadata.
pub fn notes(path: &Path) -> Result<Vec<(String, String)>, DatasetError> {
    let builder = builder(path)?;
    let pairs = builder.metadata().file_metadata().key_value_metadata();
    let own = |pair: &&KeyValue| pair.key != "ARROW:schema";
    let pairs = pairs.into_iter().flatten().filter(own);
    Ok(pairs.map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default())).collect())
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, DatasetError> {
    let file = File::open(path).map_err(|error| DatasetError::io(path, &error))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| DatasetError::parquet(path, &error))
}

/// The batches of a dataset in order, decoded ahead on a thread of their own.
pub struct Batches {
    receiver: Receiver<Result<RecordBatch, DatasetError>>,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, DatasetError>;
    fn next(&mut self) -> Option<Self::Item> {
        self.receiver.recv().ok()
    }
}

/// Reads a dataset: the given columns in the file's own order, or all.
pub fn read(path: &Path, columns: Option<&[&str]>) -> Result<Batches, DatasetError> {
    let mut builder = builder(path)?;
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    stream(path, builder)
}

/// Reads the records at the given places of a dataset, which ascend.
pub fn read_at(path: &Path, places: impl IntoIterator<Item = usize>) -> Result<Batches, DatasetError> {
    let builder = builder(path)?;
    let total = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let ranges = places.into_iter().map(|place| place..place + 1);
    stream(path, builder.with_row_selection(RowSelection::from_consecutive_ranges(ranges, total)))
}

fn stream(path: &Path, builder: ParquetRecordBatchReaderBuilder<File>) -> Result<Batches, DatasetError> {
    let builder = builder.with_batch_size(BATCH_ROWS);
    let batches = builder.build().map_err(|error| DatasetError::parquet(path, &error))?;
    let (sender, receiver) = sync_channel(AHEAD);
    let path = path.to_path_buf();
    std::thread::spawn(move || {
        for batch in batches {
            let batch = batch.map_err(|error| DatasetError::other(&path, error));
            if sender.send(batch).is_err() {
                return;
            }
        }
    });
    Ok(Batches { receiver })
}

/// Reads `base` with some of its records replaced by those of `patch`.
///
/// Both have the column `order` (`Int64`, ascending) as their first one, and
/// the same columns; every record of `patch` is one of `base`.
pub fn overlaid(base: &Path, patch: Option<&Path>, columns: Option<&[&str]>) -> Result<Overlaid, DatasetError> {
    let patches = patch.map(|path| read(path, columns)).transpose()?;
    Ok(Overlaid { base: read(base, columns)?, patches, waiting: None, path: base.to_path_buf() })
}

/// See [`overlaid`].
pub struct Overlaid {
    base: Batches,
    patches: Option<Batches>,
    /// Records of the patch that are not placed yet.
    waiting: Option<RecordBatch>,
    path: PathBuf,
}

impl Iterator for Overlaid {
    type Item = Result<RecordBatch, DatasetError>;
    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.base.next()?;
        Some(batch.and_then(|batch| self.patched(batch)))
    }
}

impl Overlaid {
    fn patched(&mut self, batch: RecordBatch) -> Result<RecordBatch, DatasetError> {
        let Some(last) = order(&batch).last().copied() else {
            return Ok(batch);
        };
        let patch = self.patch_up_to(last)?;
        let Some(patch) = patch.filter(|patch| patch.num_rows() > 0) else {
            return Ok(batch);
        };
        let mut places = Vec::with_capacity(batch.num_rows());
        let replacing = order(&patch);
        let mut next = 0;
        for (row, seq) in order(&batch).iter().enumerate() {
            if replacing.get(next) == Some(seq) {
                places.push((1, next));
                next += 1;
            } else {
                places.push((0, row));
            }
        }
        arrow::compute::interleave_record_batch(&[&batch, &patch], &places)
            .map_err(|error| DatasetError::other(&self.path, error))
    }

    /// The patch's records up to `last`; those behind it keep waiting.
    fn patch_up_to(&mut self, last: i64) -> Result<Option<RecordBatch>, DatasetError> {
        let Some(patches) = &mut self.patches else {
            return Ok(None);
        };
        while self.waiting.as_ref().is_none_or(|batch| order(batch).last().is_none_or(|end| *end <= last)) {
            let Some(more) = patches.next() else { break };
            let more = more?;
            let joined = match self.waiting.take() {
                Some(batch) => arrow::compute::concat_batches(&more.schema(), [&batch, &more])
                    .map_err(|error| DatasetError::other(&self.path, error))?,
                None => more,
            };
            self.waiting = Some(joined);
        }
        let Some(waiting) = self.waiting.take() else {
            return Ok(None);
        };
        let due = order(&waiting).partition_point(|seq| *seq <= last);
        self.waiting = Some(waiting.slice(due, waiting.num_rows() - due));
        Ok(Some(waiting.slice(0, due)))
    }
}

/// The first column, by which overlaid datasets are ordered.
fn order(batch: &RecordBatch) -> &[i64] {
    use arrow::array::AsArray;
    batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().values()
}
