//! Reads the rows on a thread of its own, a few batches ahead at most.

use std::pin::pin;

use arrow::datatypes::SchemaRef;
use futures::StreamExt;

use super::super::ahead::{Sender, ahead};
use super::super::{Batches, ReadError, Rows};
use super::{Postgres, connect, refused};

/// Parallel plans and shared scans give rows in another order each time.
const BEGIN: &str = "begin transaction isolation level repeatable read, read only; \
    set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601'; set local timezone = 'UTC'; \
    set local extra_float_digits = 1; set local bytea_output = 'hex'; \
    set local max_parallel_workers_per_gather = 0; set local synchronize_seqscans = off";

struct Job {
    url: String,
    place: String,
    schema: SchemaRef,
    select: String,
    label: String,
    keyed: bool,
    batch_rows: usize,
}

pub(super) fn start(source: &Postgres, batch_rows: usize) -> Result<Batches, ReadError> {
    let job = Job {
        url: source.url.clone(),
        place: source.place.clone(),
        schema: SchemaRef::clone(&source.schema),
        select: source.select.clone(),
        label: source.label.clone(),
        keyed: source.keyed,
        batch_rows,
    };
    ahead("postgres source", &source.place, move |sender| read(&job, sender))
}

fn read(job: &Job, sender: &Sender) -> Result<(), ReadError> {
    let connection = connect(&job.url, &job.place)?;
    let failed = |error: tokio_postgres::Error| refused(&job.place, &error);
    connection.runtime.block_on(async {
        connection.client.batch_execute(BEGIN).await.map_err(failed)?;
        let none: [&str; 0] = [];
        let rows = connection.client.query_raw(&job.select, none).await.map_err(failed)?;
        let mut rows = pin!(rows);
        let mut batch = Rows::new(&job.schema);
        let mut number = 0u64;
        while let Some(row) = rows.next().await {
            let row = row.map_err(failed)?;
            number += 1;
            let own = if job.keyed {
                row.try_get::<_, Option<&str>>(0).map_err(failed)?.unwrap_or_default().to_string()
            } else {
                number.to_string()
            };
            let first = usize::from(job.keyed);
            let cells: Result<Vec<Option<&str>>, _> = (first..row.len()).map(|index| row.try_get(index)).collect();
            batch.push(&format!("{}:{own}", job.label), None, None, cells.map_err(failed)?);
            if batch.len() >= job.batch_rows && sender.send(Ok(batch.finish())).is_err() {
                return Ok(());
            }
        }
        if !batch.is_empty() {
            // As above: a reading given up is no error.
            let _ = sender.send(Ok(batch.finish()));
        }
        Ok(())
    })
}
