//! Batches that a thread of its own reads, a few ahead at most: for readers that
//! borrow what they read from, and to read while others write.

use std::sync::mpsc::{SyncSender, sync_channel};

use arrow::array::RecordBatch;

use super::{Batches, ReadError};
use crate::panics::caught;

/// Takes the batches; fails when nobody wants more, which is no error.
pub(crate) type Sender = SyncSender<Result<RecordBatch, ReadError>>;

/// Runs `work` on a thread called `name` and gives the batches that it sends, two
/// ahead at most. What it fails with comes last. So does an error about `place` if
/// it panics: a stream that ended without a word would be taken for a whole one.
pub(crate) fn ahead<W>(name: &str, place: &str, work: W) -> Result<Batches, ReadError>
where
    W: FnOnce(&Sender) -> Result<(), ReadError> + Send + 'static,
{
    let (sender, receiver) = sync_channel(1);
    let whose = place.to_string();
    let work = move || {
        let read = caught(|| work(&sender));
        let read = read.unwrap_or_else(|| Err(ReadError::new(whose, "reading it ended unexpectedly")));
        if let Err(error) = read {
            // Nobody listens any more where the reading was given up.
            let _ = sender.send(Err(error));
        }
    };
    match std::thread::Builder::new().name(name.into()).spawn(work) {
        Ok(_) => Ok(Box::new(receiver.into_iter())),
        Err(error) => Err(ReadError::new(place, format!("no thread to read it with: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{ReadError, ahead};
    use crate::sources::Rows;

    #[test]
    fn a_stream_that_breaks_off_ends_with_an_error() {
        let work = |fails: fn() -> Result<(), ReadError>| {
            let batches = ahead("test", "a.csv", move |sender| {
                let mut rows = Rows::new(&Rows::text_schema(["a"]));
                rows.push("a.csv:1", None, None, [Some("x")]);
                sender.send(Ok(rows.finish())).expect("somebody who listens");
                fails()
            });
            let ended = batches.expect("a thread").map(|batch| match batch {
                Ok(batch) => batch.num_rows().to_string(),
                Err(error) => error.to_string(),
            });
            ended.collect::<Vec<_>>()
        };
        assert_eq!(work(|| Ok(())), ["1"]);
        assert_eq!(work(|| Err(ReadError::new("a.csv", "is cut off"))), ["1", "a.csv: is cut off"]);
        assert_eq!(work(|| panic!("a bug")), ["1", "a.csv: reading it ended unexpectedly"]);
    }
}
