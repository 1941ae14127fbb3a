//! Binary `COPY` of staged batches. Reading and encoding run on a thread of
//! their own while the server takes the bytes in.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryBuilder, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use bytes::{Bytes, BytesMut};
use futures::SinkExt;
use pgpq::ArrowToPostgresBinaryEncoder;
use tokio::sync::mpsc::{Sender, channel};
use tokio_postgres::Client;

use super::super::flow::Stop;
use super::super::staged::Reader;
use super::super::{Interrupt, LoadError};
use super::session::Writer;
use crate::record::{HASH, ID, SURVIVOR, TARGET_KEY};

/// Batches that are encoded ahead of the server.
const AHEAD: usize = 4;

/// Puts batches into a table whose columns are theirs, in their order.
pub(super) fn fill(
    writer: &Writer<'_>,
    client: &Client,
    table: &str,
    batches: Reader,
    told: &(dyn Fn(u64) + Sync),
    interrupt: &Interrupt,
) -> Result<(), Stop> {
    let uuid_keys = batches.uuid_keys();
    let (sender, mut receiver) = channel::<Result<(Bytes, u64), LoadError>>(AHEAD);
    std::thread::scope(|scope| {
        scope.spawn(move || encode(batches, uuid_keys, &sender));
        let mut broken = None;
        let copied = writer.wait(async {
            let sink = client.copy_in(&format!("copy {table} from stdin (format binary)")).await?;
            tokio::pin!(sink);
            let mut rows = 0;
            while let Some(encoded) = receiver.recv().await {
                if interrupt.is_set() {
                    broken = Some(LoadError::Interrupted);
                }
                match encoded {
                    Ok((bytes, more)) if broken.is_none() => {
                        sink.send(bytes).await?;
                        rows += more;
                        told(rows);
                    }
                    Ok(_) => break,
                    Err(error) => broken = Some(error),
                }
            }
            // Ends the thread that encodes, if it is not done.
            receiver.close();
            if broken.is_none() {
                sink.close().await?;
            }
            Ok(())
        });
        match broken {
            Some(error) => Err(error.into()),
            None => copied,
        }
    })
}

fn encode(batches: Reader, uuid_keys: bool, sender: &Sender<Result<(Bytes, u64), LoadError>>) {
    let mut encoder: Option<ArrowToPostgresBinaryEncoder> = None;
    let failed = |error: pgpq::error::ErrorKind| LoadError::Staged(format!("cannot be sent to the target: {error}"));
    let mut step = |batch: Result<RecordBatch, LoadError>| {
        let batch = with_binary_ids(&batch?, uuid_keys)?;
        let mut bytes = BytesMut::new();
        let encoder = match &mut encoder {
            Some(encoder) => encoder,
            none => {
                let mut new = ArrowToPostgresBinaryEncoder::try_new(&batch.schema()).map_err(failed)?;
                new.write_header(&mut bytes).map_err(failed)?;
                none.insert(new)
            }
        };
        encoder.write_batch(&batch, &mut bytes).map_err(failed)?;
        Ok((bytes.freeze(), batch.num_rows() as u64))
    };
    for batch in batches {
        let encoded = step(batch);
        let stop = encoded.is_err();
        // The other side hangs up when the copy has failed or was interrupted.
        if sender.blocking_send(encoded).is_err() || stop {
            return;
        }
    }
    let mut bytes = BytesMut::new();
    let footer = match &mut encoder {
        Some(encoder) => encoder.write_footer(&mut bytes),
        None => {
            let schema = Schema::new(Vec::<Field>::new());
            ArrowToPostgresBinaryEncoder::try_new(&schema).and_then(|mut encoder| {
                encoder.write_header(&mut bytes)?;
                encoder.write_footer(&mut bytes)
            })
        }
    };
    let last = footer.map(|()| (bytes.freeze(), 0)).map_err(failed);
    // As above.
    let _ = sender.blocking_send(last);
}

/// UUIDs and hashes as 16 bytes, which is how Postgres takes a `uuid`.
fn with_binary_ids(batch: &RecordBatch, uuid_keys: bool) -> Result<RecordBatch, LoadError> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let name = field.name().as_str();
        if [ID, HASH, SURVIVOR].contains(&name) || (name == TARGET_KEY && uuid_keys) {
            fields.push(Arc::new(Field::new(name, DataType::FixedSizeBinary(16), true)));
            columns.push(binary(name, column)?);
        } else {
            fields.push(Arc::clone(field));
            columns.push(Arc::clone(column));
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|error| LoadError::Staged(error.to_string()))
}

fn binary(name: &str, column: &ArrayRef) -> Result<ArrayRef, LoadError> {
    let broken = || LoadError::Staged(format!("`{name}` holds something else than 16 bytes in hex"));
    let texts = column.as_string_opt::<i32>().ok_or_else(broken)?;
    let mut builder = FixedSizeBinaryBuilder::with_capacity(texts.len(), 16);
    for text in texts {
        match text {
            Some(text) => {
                let value = uuid::Uuid::try_parse(text).map_err(|_| broken())?;
                builder.append_value(value.as_bytes()).map_err(|_| broken())?;
            }
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}
