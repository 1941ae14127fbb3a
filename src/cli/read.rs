//! `cutover read`: what a source holds, as it is read, on standard output.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowWriter;

use super::check::{detected, say_broken};
use super::output::Output;
use super::source::named;
use super::{Exit, Format, Global, ReadArgs};
use crate::config::check::Broken;
use crate::config::check::lone::Lone;
use crate::dataset::{self, BATCH_ROWS, Packing};
use crate::sources::{ReadError, Rows};

/// Where `_row`, `_fault` and `_notes` stand in a batch, and how many they are.
const ROW: usize = 0;
const FAULT: usize = 1;
const NOTES: usize = 2;
const OWN: usize = 3;

/// Reads the source and writes what it holds.
pub fn carry_out(global: &Global, arguments: &ReadArgs, output: &mut Output) -> Exit {
    if arguments.format == Format::Parquet && io::stdout().is_terminal() {
        output.error("Parquet is not for a terminal", Some("write it to a file: `cutover read … > customers.parquet`"));
        return Exit::Wrong;
    }
    if matches!(arguments.format, Format::Text | Format::Json) {
        output.error("records are written as csv, ndjson or parquet", Some("for JSON, `--format ndjson`"));
        return Exit::Wrong;
    }
    let opened = named(&arguments.source, &arguments.flags, global).and_then(|lone| {
        let others = others(&lone);
        lone.open().map(|source| (source, others))
    });
    let (source, others) = match opened {
        Ok(opened) => opened,
        Err(broken) => return say_broken(&broken, global, output),
    };
    output.say(&detected(&source, 0));
    if let Some(others) = others {
        output.say(&format!("{}\n", super::output::wrapped(&others, 0)));
    }
    let limit = arguments.limit.unwrap_or(u64::MAX);
    match write_all(&*source.reader, arguments.format, limit) {
        Ok(counts) => {
            output.say(&format!("{}\n", counts.said()));
            Exit::Done
        }
        Err(Stopped::Gone) => Exit::Done,
        Err(Stopped::Source(error)) => {
            let broken = Broken { unreadable: vec![error], ..Broken::default() };
            say_broken(&broken, global, output)
        }
        Err(Stopped::Output(what)) => {
            output.error(&format!("standard output: {what}"), None);
            Exit::Failed
        }
    }
}

/// What else there is to read, where the first of several was taken.
fn others(lone: &Lone) -> Option<String> {
    let tables = lone.tables().ok().filter(|tables| tables.len() > 1)?;
    if lone.chosen(&tables).is_some() {
        return None;
    }
    let names: Vec<String> = tables.iter().map(|entry| format!("`{}`", entry.name)).collect();
    let option = tables.first()?.option;
    Some(format!("note: it holds {}; `--{option}` chooses another than is read here", names.join(", ")))
}

/// Why writing ended before the source did.
pub(super) enum Stopped {
    /// Whoever read the output has enough.
    Gone,
    Source(ReadError),
    Output(String),
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::Source(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Gone,
            _ => Self::Output(dataset::describe_io(&error)),
        }
    }
}

/// Records written, and those of them that have a fault or notes.
#[derive(Default)]
struct Counts {
    records: u64,
    faults: u64,
    notes: u64,
}

impl Counts {
    fn add(&mut self, batch: &RecordBatch) {
        let set = |column: usize| (batch.num_rows() - batch.column(column).null_count()) as u64;
        self.records += batch.num_rows() as u64;
        self.faults += set(FAULT);
        self.notes += set(NOTES);
    }

    fn said(&self) -> String {
        let mut text = match self.records {
            1 => "1 record".to_string(),
            records => format!("{records} records"),
        };
        for (count, what) in [(self.faults, "a fault"), (self.notes, "notes")] {
            if count > 0 {
                let _ = write!(text, ", {count} with {what}");
            }
        }
        text
    }
}

fn write_all(source: &dyn crate::sources::Source, format: Format, limit: u64) -> Result<Counts, Stopped> {
    let columns = source.schema();
    let schema = Rows::with_lineage(&columns);
    let out = io::BufWriter::with_capacity(1 << 16, io::stdout());
    let mut sink = Sink::new(out, format, &schema)?;
    let mut counts = Counts::default();
    for batch in source.open(BATCH_ROWS)? {
        let left = usize::try_from(limit - counts.records).unwrap_or(usize::MAX);
        if left == 0 {
            break;
        }
        let batch = batch?;
        let batch = batch.slice(0, batch.num_rows().min(left));
        sink.write(&batch)?;
        counts.add(&batch);
    }
    sink.finish()?;
    Ok(counts)
}

/// One of the formats, under way.
pub(super) enum Sink<W: Write + Send> {
    Csv(W),
    Ndjson { out: W, keys: Vec<String> },
    Parquet(Box<ArrowWriter<W>>),
}

impl<W: Write + Send> Sink<W> {
    pub(super) fn new(mut out: W, format: Format, schema: &SchemaRef) -> Result<Self, Stopped> {
        match format {
            Format::Ndjson => {
                let keys = schema.fields().iter().map(|field| json_text(field.name()));
                Ok(Self::Ndjson { keys: keys.collect(), out })
            }
            Format::Parquet => {
                let writer = dataset::stream_writer(out, schema, Packing::Archive).map_err(parquet)?;
                Ok(Self::Parquet(Box::new(writer)))
            }
            _ => {
                let mut line = String::new();
                for (index, field) in schema.fields().iter().enumerate() {
                    csv_cell(index, Some(field.name()), &mut line);
                }
                line.push('\n');
                out.write_all(line.as_bytes())?;
                Ok(Self::Csv(out))
            }
        }
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), Stopped> {
        let (out, text) = match self {
            Self::Parquet(writer) => return writer.write(batch).map_err(parquet),
            Self::Csv(out) => (out, csv_lines(&texts(batch)?, batch.num_rows())),
            Self::Ndjson { out, keys } => (out, json_lines(&texts(batch)?, keys, batch.num_rows())),
        };
        out.write_all(text.as_bytes())?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), Stopped> {
        match self {
            Self::Parquet(writer) => {
                let mut out = writer.into_inner().map_err(parquet)?;
                out.flush()?;
            }
            Self::Csv(mut out) | Self::Ndjson { mut out, .. } => out.flush()?,
        }
        Ok(())
    }
}

fn parquet(error: parquet::errors::ParquetError) -> Stopped {
    if let parquet::errors::ParquetError::External(inner) = &error
        && let Some(io) = inner.downcast_ref::<io::Error>()
    {
        return io::Error::from(io.kind()).into();
    }
    Stopped::Output(error.to_string())
}

/// The columns as text; what is typed, as Arrow writes it.
fn texts(batch: &RecordBatch) -> Result<Vec<StringArray>, Stopped> {
    let text = |column: &ArrayRef| arrow::compute::cast(column, &DataType::Utf8);
    let cast = |column| text(column).map(|column| column.as_string().clone());
    batch.columns().iter().map(cast).collect::<Result<_, _>>().map_err(|error| Stopped::Output(error.to_string()))
}

fn cell(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

fn csv_lines(columns: &[StringArray], rows: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        for (index, column) in columns.iter().enumerate() {
            csv_cell(index, cell(column, row), &mut text);
        }
        text.push('\n');
    }
    text
}

/// A field with its comma: nothing for null, `""` for text that is empty.
fn csv_cell(index: usize, value: Option<&str>, line: &mut String) {
    if index > 0 {
        line.push(',');
    }
    let Some(value) = value else { return };
    if !value.is_empty() && !value.contains(['"', ',', '\n', '\r']) {
        line.push_str(value);
        return;
    }
    line.push('"');
    line.push_str(&value.replace('"', "\"\""));
    line.push('"');
}

/// `_row`, the values, then fault and notes where there are any.
fn json_lines(columns: &[StringArray], keys: &[String], rows: usize) -> String {
    let mut text = String::new();
    let own = [ROW].into_iter().chain(OWN..columns.len());
    let order: Vec<(usize, &StringArray, &String)> =
        own.chain([FAULT, NOTES]).filter_map(|at| Some((at, columns.get(at)?, keys.get(at)?))).collect();
    for row in 0..rows {
        text.push('{');
        for (at, column, key) in &order {
            let value = cell(column, row);
            if value.is_none() && matches!(*at, FAULT | NOTES) {
                continue;
            }
            if *at != ROW {
                text.push(',');
            }
            text.push_str(key);
            text.push(':');
            text.push_str(&value.map_or_else(|| "null".to_string(), json_text));
        }
        text.push_str("}\n");
    }
    text
}

fn json_text(text: impl AsRef<str>) -> String {
    serde_json::Value::from(text.as_ref()).to_string()
}
