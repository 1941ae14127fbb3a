//! Batches that a reader pushes from a thread of its own, for readers that cannot
//! be suspended between two records because they borrow what they read from.

use std::ops::ControlFlow;
use std::path::Path;

use arrow::datatypes::SchemaRef;

use super::ahead::{Sender, ahead};
use super::{Batches, ReadError, Rows};

/// Text in one batch at most, however few its rows.
const BATCH_BYTES: usize = 32 << 20;

/// Takes records, puts them into batches and sends these, two ahead at most.
pub(super) struct Sink {
    rows: Rows,
    bytes: usize,
    batch_rows: usize,
    sender: Sender,
}

/// Runs `work` on a thread called `name`, which reads the files. It breaks as soon as
/// the sink does, and what it fails with ends the stream, behind what it has read.
pub(super) fn spawn<'a, W>(
    name: &str,
    files: impl IntoIterator<Item = &'a Path>,
    schema: &SchemaRef,
    batch_rows: usize,
    work: W,
) -> Result<Batches, ReadError>
where
    W: FnOnce(&mut Sink) -> Result<ControlFlow<()>, ReadError> + Send + 'static,
{
    let rows = Rows::new(schema);
    let files: Vec<String> = files.into_iter().map(|file| file.display().to_string()).collect();
    ahead(name, &files.join(", "), move |sender| {
        let mut sink = Sink { rows, bytes: 0, batch_rows: batch_rows.max(1), sender: sender.clone() };
        let ended = work(&mut sink).map(drop);
        // Nothing is left where nobody wanted more.
        let _ = sink.send();
        ended
    })
}

impl Sink {
    /// Adds a record; breaks when nobody wants more.
    pub(super) fn push<'a>(
        &mut self,
        place: &str,
        fault: Option<&str>,
        notes: Option<&str>,
        bytes: usize,
        cells: impl IntoIterator<Item = Option<&'a str>>,
    ) -> ControlFlow<()> {
        self.bytes += bytes;
        self.rows.push(place, fault, notes, cells);
        if self.rows.len() >= self.batch_rows || self.bytes > BATCH_BYTES {
            return self.send();
        }
        ControlFlow::Continue(())
    }

    fn send(&mut self) -> ControlFlow<()> {
        self.bytes = 0;
        if self.rows.is_empty() {
            return ControlFlow::Continue(());
        }
        match self.sender.send(Ok(self.rows.finish())) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}
