//! Snapshot: reads each source once, as it is, into a dataset.
//!
//! Adds the position, the legacy key and, for a record without one, the fault.
//! A snapshot is used again while the source's files, its options and this
//! program's version are the same. Nothing is cleaned here.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::SystemTime;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::config::pipeline::SourceSpec;
use crate::dataset::{self, BATCH_ROWS, DatasetError, Packing, Writer};
use crate::diagnostic::Code;
use crate::digest;
use crate::record;
use crate::sources::ahead::ahead;
use crate::sources::{ReadError, Rows};

/// Codes of records that cannot be told apart.
pub const CODES: &[Code] = &[Code {
    id: "key.empty",
    what: "The columns that make up the record's legacy key are all empty.",
    why: "Without a key the record cannot be found again: a second run would load it a second time.",
    example: "a customer row whose `Cust No` is blank",
    fix: "Fill the key in the source, name other columns in the source's `key`, or set `without_key = \"content\"` to identify such records by what they hold.",
}];

/// Metadata of a snapshot: what it was made from, and how full each column is.
const INPUT: &str = "cutover.input";
const FILLED: &str = "cutover.filled";

/// A source as it was read.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub path: PathBuf,
    pub rows: u64,
    /// Columns of the source and how many records have something there; of a
    /// column that echoes another, something that the other has not.
    pub filled: Vec<(String, u64)>,
    /// The files read, with size and SHA-256.
    pub inputs: Vec<Input>,
    /// Whether the source was read now, or the snapshot was still good.
    pub reused: bool,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
}

/// A snapshot that cannot be taken (exit code 3).
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error(transparent)]
    Source(#[from] ReadError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error("stopped by the user; nothing was loaded")]
    Interrupted,
}

/// The columns of a snapshot: lineage, then the source's own.
pub fn schema(columns: &Schema) -> SchemaRef {
    let mut fields = vec![Arc::new(Field::new(record::SEQ, DataType::Int64, false))];
    let read = Rows::with_lineage(columns);
    fields.push(Arc::clone(&read.fields()[0]));
    fields.push(Arc::new(Field::new(record::KEY, DataType::Utf8, true)));
    fields.extend(read.fields().iter().skip(1).cloned());
    Arc::new(Schema::new(fields))
}

/// Takes the snapshot of a source into `folder`, or finds it there.
/// `progress` is told the number of records now and then and says whether to go on.
pub fn take(
    source: &SourceSpec,
    folder: &Path,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Snapshot, SnapshotError> {
    let before = stamps(source)?;
    let hashing = Hashing::start(source)?;
    let path = folder.join(format!("{}.parquet", source.name));
    // Where there is nothing to use again, the files are hashed while they are read.
    let hashing = if !source.files.is_empty() && path.exists() {
        let inputs = hashing.finish()?;
        if let Some(snapshot) = reusable(&path, &input_hash(source, &inputs), &inputs) {
            return Ok(snapshot);
        }
        Hashing::Done(inputs)
    } else {
        hashing
    };
    let columns = source.reader.schema();
    let mut writer = Writer::create(&path, &schema(&columns), Packing::Working)?;
    let mut keys = Keys::new(source, &columns);
    let mut filled = Filled::new(source, &columns);
    let read = source.reader.open(BATCH_ROWS)?;
    // Reads on while batches are written.
    let batches = ahead("snapshot", &source.place, move |sender| {
        // Fails where nobody wants more.
        let _ = read.into_iter().try_for_each(|batch| sender.send(batch));
        Ok(())
    })?;
    for batch in batches {
        let batch = keys.add(&batch?, writer.rows(), &path)?;
        filled.add(batch.columns().get(5..).unwrap_or_default());
        writer.write(batch)?;
        if !progress(writer.rows()) {
            return Err(SnapshotError::Interrupted);
        }
    }
    if let Some((path, ..)) = stamps(source)?.into_iter().find(|stamp| !before.contains(stamp)) {
        return Err(ReadError::new(path.display().to_string(), "changed while it was read")
            .help("run again when no other program writes to it")
            .into());
    }
    let inputs = hashing.finish()?;
    let names = columns.fields().iter().map(|field| field.name().clone());
    let filled: Vec<(String, u64)> = names.zip(filled.counts).collect();
    writer.note(INPUT, &input_hash(source, &inputs));
    writer.note(FILLED, &serde_json::to_string(&filled).unwrap_or_default());
    let rows = writer.finish()?;
    Ok(Snapshot { path, rows, filled, inputs, reused: false })
}

/// The hashes of the files that the source's records come from.
enum Hashing {
    /// On a thread of its own.
    Running(JoinHandle<Result<Vec<Input>, ReadError>>),
    Done(Vec<Input>),
}

impl Hashing {
    fn start(source: &SourceSpec) -> Result<Self, ReadError> {
        let beside = if source.files.is_empty() { Vec::new() } else { source.reader.beside() };
        let paths: Vec<PathBuf> = source.files.iter().cloned().chain(beside).collect();
        let hash = move || paths.iter().map(|path| hash_file(path)).collect();
        match std::thread::Builder::new().name("hashes".into()).spawn(hash) {
            Ok(thread) => Ok(Self::Running(thread)),
            Err(error) => Err(ReadError::new(&source.place, format!("no thread to hash it with: {error}"))),
        }
    }

    fn finish(self) -> Result<Vec<Input>, ReadError> {
        match self {
            Self::Running(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Self::Done(inputs) => Ok(inputs),
        }
    }
}

/// A file with its size and the time of its last change.
type Stamp<'a> = (&'a Path, u64, Option<SystemTime>);

/// The stamps of the source's files: one that is replaced while it is read has
/// another afterwards.
fn stamps(source: &SourceSpec) -> Result<Vec<Stamp<'_>>, ReadError> {
    let stamp = |path| {
        let about = std::fs::metadata(path).map_err(|error| ReadError::io(path, &error))?;
        Ok((path, about.len(), about.modified().ok()))
    };
    source.files.iter().map(|path| stamp(path.as_path())).collect()
}

/// How many records have something in each column.
struct Filled {
    counts: Vec<u64>,
    /// For each column the one that it echoes.
    echoes: Vec<Option<usize>>,
}

impl Filled {
    fn new(source: &SourceSpec, columns: &Schema) -> Self {
        let pairs = source.reader.echoes();
        let echoed = |name: &String| {
            let (_, of) = pairs.iter().find(|(column, _)| column == name)?;
            columns.index_of(of).ok()
        };
        let echoes: Vec<Option<usize>> = columns.fields().iter().map(|column| echoed(column.name())).collect();
        Self { counts: vec![0; echoes.len()], echoes }
    }

    fn add(&mut self, columns: &[ArrayRef]) {
        for ((count, column), echoed) in self.counts.iter_mut().zip(columns).zip(&self.echoes) {
            let other = echoed.and_then(|index| columns.get(index)).and_then(|other| other.as_string_opt::<i32>());
            *count += match (column.as_string_opt::<i32>(), other) {
                (Some(own), Some(other)) => {
                    own.iter().zip(other).filter(|(own, other)| own.is_some() && own != other).count() as u64
                }
                _ => (column.len() - column.null_count()) as u64,
            };
        }
    }
}

fn reusable(path: &Path, input: &str, inputs: &[Input]) -> Option<Snapshot> {
    let notes = dataset::notes(path).ok()?;
    let find = |key: &str| notes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    if find(INPUT)? != input {
        return None;
    }
    let filled = serde_json::from_str(find(FILLED)?).ok()?;
    let rows = dataset::count(path).ok()?;
    Some(Snapshot { path: path.to_path_buf(), rows, filled, inputs: inputs.to_vec(), reused: true })
}

fn hash_file(path: &Path) -> Result<Input, ReadError> {
    let (sha256, bytes) = digest::file(path).map_err(|error| ReadError::io(path, &error))?;
    Ok(Input { path: path.to_path_buf(), bytes, sha256 })
}

/// Everything that a snapshot depends on, as one hash.
fn input_hash(source: &SourceSpec, inputs: &[Input]) -> String {
    let keyed = if source.key_or_content { "content:" } else { "key" };
    let mut parts = vec![env!("CARGO_PKG_VERSION"), &source.fingerprint, keyed];
    let counts = [&source.key, &source.nulls].map(|texts| texts.len().to_string());
    for (count, texts) in counts.iter().zip([&source.key, &source.nulls]) {
        parts.push(count);
        parts.extend(texts.iter().map(String::as_str));
    }
    let paths: Vec<_> = inputs.iter().map(|input| input.path.to_string_lossy()).collect();
    for (path, input) in paths.iter().zip(inputs) {
        parts.extend([path.as_ref(), &input.sha256]);
    }
    digest::parts(parts.into_iter().map(str::as_bytes))
}

/// Records of a snapshot with the keys, and the faults of missing ones, that their
/// columns give now.
pub fn rekeyed(source: &SourceSpec, batch: &RecordBatch, path: &Path) -> Result<RecordBatch, DatasetError> {
    let wrong = |error: arrow::error::ArrowError| DatasetError::other(path, error);
    let faults = batch.column(3).as_string::<i32>();
    let faults: StringArray = faults.iter().map(|fault| fault.filter(|fault| *fault != CODES[0].id)).collect();
    let mut columns: Vec<ArrayRef> = vec![Arc::clone(batch.column(1)), Arc::new(faults)];
    columns.extend(batch.columns().iter().skip(4).cloned());
    let read = RecordBatch::try_new(Rows::with_lineage(&source.reader.schema()), columns).map_err(wrong)?;
    let keyed = Keys::new(source, &source.reader.schema()).add(&read, 0, path)?;
    let mut columns = keyed.columns().to_vec();
    columns[0] = Arc::clone(batch.column(0));
    RecordBatch::try_new(batch.schema(), columns).map_err(wrong)
}

/// A hash of the content of each record of a snapshot: the key of those that are
/// identified by it.
pub fn contents(batch: &RecordBatch, path: &Path) -> Result<Vec<String>, DatasetError> {
    let contents = Contents::new(batch, 5, path)?;
    Ok((0..batch.num_rows()).map(|row| contents.hash(row)).collect())
}

/// Adds position, legacy key and the fault of a missing key.
struct Keys<'a> {
    schema: SchemaRef,
    columns: Vec<usize>,
    nulls: HashSet<&'a str>,
    or_content: bool,
    /// Whether the source has a key at all.
    keyed: bool,
}

impl<'a> Keys<'a> {
    fn new(source: &'a SourceSpec, columns: &Schema) -> Self {
        // `_row`, `_fault` and `_notes` stand before the source's columns.
        let places = source.key.iter().filter_map(|name| columns.index_of(name).ok()).map(|index| index + 3);
        Self {
            schema: schema(columns),
            columns: places.collect(),
            nulls: source.nulls.iter().map(String::as_str).collect(),
            or_content: source.key_or_content || source.key.is_empty(),
            keyed: !source.key.is_empty(),
        }
    }

    fn add(&mut self, batch: &RecordBatch, before: u64, path: &Path) -> Result<RecordBatch, DatasetError> {
        let wrong = |error: arrow::error::ArrowError| DatasetError::other(path, error);
        let mut texts = Vec::with_capacity(self.columns.len());
        for &column in &self.columns {
            texts.push(arrow::compute::cast(batch.column(column), &DataType::Utf8).map_err(wrong)?);
        }
        let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string()).collect();
        let contents = Contents::new(batch, 3, path)?;
        let read_faults = batch.column(1).as_string::<i32>();
        let mut keys = StringBuilder::with_capacity(batch.num_rows(), batch.num_rows() * 12);
        let mut faults = StringBuilder::new();
        let mut key = String::new();
        for row in 0..batch.num_rows() {
            key.clear();
            let empty = !self.join(&texts, row, &mut key);
            let fault = read_faults.is_valid(row).then(|| read_faults.value(row));
            if !empty {
                keys.append_value(&key);
                faults.append_option(fault);
            } else if self.or_content {
                // Beside keys of the source's own, one made of content can be told.
                let mark = if self.keyed { record::BY_CONTENT } else { "" };
                keys.append_value(format!("{mark}{}", contents.hash(row)));
                faults.append_option(fault);
            } else {
                keys.append_null();
                faults.append_value(fault.unwrap_or(CODES[0].id));
            }
        }
        let first = before as i64;
        let seq = Int64Array::from_iter_values(first..first + batch.num_rows() as i64);
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(seq), Arc::clone(batch.column(0)), Arc::new(keys.finish()), Arc::new(faults.finish())];
        columns.extend(batch.columns().iter().skip(2).cloned());
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(wrong)
    }

    /// Joins the parts of the key; false if none of them holds anything.
    fn join(&self, texts: &[&StringArray], row: usize, key: &mut String) -> bool {
        let mut any = false;
        for (position, text) in texts.iter().enumerate() {
            if position > 0 {
                key.push(record::KEY_SEPARATOR);
            }
            let part = if text.is_valid(row) { text.value(row).trim() } else { "" };
            if !part.is_empty() && !self.nulls.contains(part) {
                key.push_str(part);
                any = true;
            }
        }
        any
    }
}

/// The content of records as text, for those without a key.
struct Contents {
    columns: Vec<ArrayRef>,
}

impl Contents {
    /// The source's own columns stand behind `lineage` others.
    fn new(batch: &RecordBatch, lineage: usize, path: &Path) -> Result<Self, DatasetError> {
        let text = |column: &ArrayRef| arrow::compute::cast(column, &DataType::Utf8);
        let columns = batch.columns().iter().skip(lineage).map(text).collect::<Result<Vec<_>, _>>();
        Ok(Self { columns: columns.map_err(|error| DatasetError::other(path, error))? })
    }

    fn hash(&self, row: usize) -> String {
        let mut hasher = blake3::Hasher::new();
        for column in &self.columns {
            let text = column.as_string::<i32>();
            if text.is_valid(row) {
                hasher.update(&(text.value(row).len() as u64).to_le_bytes());
                hasher.update(text.value(row).as_bytes());
            } else {
                hasher.update(&u64::MAX.to_le_bytes());
            }
        }
        digest::hex(&hasher.finalize().as_bytes()[..16])
    }
}
