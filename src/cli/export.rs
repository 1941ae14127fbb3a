//! `cutover export`: the clean records of a run as CSV, for whoever cleanses them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Field, Schema, SchemaRef};

use super::check::say_broken;
use super::output::Output;
use super::read::{Sink, Stopped};
use super::{Exit, ExportArgs, Format, Global};
use crate::config::check::load;
use crate::config::pipeline::Pipeline;
use crate::dataset::{self, DatasetError};
use crate::diagnostic::nearest;
use crate::record;
use crate::run_folder;
use crate::sources::ReadError;
use crate::staging::{self, FIRST_FIELD};

/// What a record is known by, and the columns in which that is written.
const NAMES: [(&str, &str); 3] =
    [(record::ID, "cutover_id"), (record::SOURCE, "cutover_source"), (record::KEY, "cutover_key")];

/// Writes the records of an entity.
pub fn carry_out(global: &Global, arguments: &ExportArgs, output: &mut Output) -> Exit {
    // Nothing is loaded, so the target needs not be there.
    let nothing = |_: &_, tables: &[String]| Ok(tables.iter().map(|_| None).collect());
    let pipeline = match load(&global.pipeline, &|name| std::env::var(name).ok(), &nothing) {
        Ok(pipeline) => pipeline,
        Err(broken) => return say_broken(&broken, global, output),
    };
    let path = match staged(&pipeline, arguments) {
        Ok(path) => path,
        Err((what, help)) => {
            output.error(&what, Some(&help));
            return Exit::Wrong;
        }
    };
    match write(&path, arguments) {
        Ok(records) => {
            output.say(&format!("{records} {}\n", if records == 1 { "record" } else { "records" }));
            Exit::Done
        }
        Err(Stopped::Gone) => Exit::Done,
        Err(Stopped::Source(error)) => {
            output.error(&error.to_string(), error.help.as_deref());
            Exit::Failed
        }
        Err(Stopped::Output(what)) => {
            output.error(&format!("standard output: {what}"), None);
            Exit::Failed
        }
    }
}

/// The staged dataset that is meant, or what is wrong and what helps.
fn staged(pipeline: &Pipeline, arguments: &ExportArgs) -> Result<PathBuf, (String, String)> {
    let names: Vec<&str> = pipeline.entities.iter().map(|entity| entity.name.as_str()).collect();
    let wanted = arguments.entity.as_str();
    if !names.contains(&wanted) {
        let help = match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the pipeline has {}", names.join(", ")),
        };
        return Err((format!("there is no entity `{wanted}`"), help));
    }
    let runs = run_folder::finished(&pipeline.out);
    let run = match &arguments.run {
        Some(number) => runs.iter().rfind(|(name, _)| name == number),
        None => runs.iter().rfind(|(_, run)| staging::path(run, wanted).exists()),
    };
    let Some((number, run)) = run else {
        let what = match &arguments.run {
            Some(number) => format!("there is no run {number}"),
            None => format!("no run has records of `{wanted}`"),
        };
        return Err((what, "`cutover run --dry-run` makes one".to_string()));
    };
    let path = staging::path(run, wanted);
    if !path.exists() {
        return Err((format!("run {number} has no records of `{wanted}`"), "name another with `--run`".to_string()));
    }
    Ok(path)
}

fn write(path: &Path, arguments: &ExportArgs) -> Result<u64, Stopped> {
    let unread = |error: DatasetError| ReadError::new(error.path.display().to_string(), error.what);
    let staged = dataset::schema(path).map_err(unread)?;
    let schema = columns(&staged);
    let out = io::BufWriter::with_capacity(1 << 16, io::stdout());
    let mut sink = Sink::new(out, Format::Csv, &schema)?;
    let mut records = 0;
    for batch in dataset::read(path, None).map_err(unread)? {
        let batch = chosen(&batch.map_err(unread)?, arguments, &schema);
        let batch = batch.map_err(|error| unread(DatasetError::other(path, error)))?;
        records += batch.num_rows() as u64;
        sink.write(&batch)?;
    }
    sink.finish()?;
    Ok(records)
}

fn columns(staged: &Schema) -> SchemaRef {
    let own =
        NAMES.iter().filter_map(|(name, shown)| Some(staged.field_with_name(name).ok()?.clone().with_name(*shown)));
    let fields = staged.fields().iter().skip(FIRST_FIELD).map(|field| field.as_ref().clone());
    Arc::new(Schema::new(own.chain(fields).collect::<Vec<Field>>()))
}

fn chosen(
    batch: &RecordBatch,
    arguments: &ExportArgs,
    schema: &SchemaRef,
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let verdicts = batch.column_by_name(record::VERDICT).and_then(|column| column.as_string_opt::<i32>());
    let wanted: BooleanArray = verdicts
        .into_iter()
        .flatten()
        .map(|verdict| Some(arguments.verdict.iter().any(|wanted| Some(wanted.word()) == verdict)))
        .collect();
    let kept = filter_record_batch(batch, &wanted)?;
    let own = NAMES.iter().filter_map(|(name, _)| kept.column_by_name(name));
    let columns = own.chain(kept.columns().iter().skip(FIRST_FIELD)).cloned();
    RecordBatch::try_new(Arc::clone(schema), columns.collect())
}
