//! Batches of a reader that can stop between two records.

use arrow::array::RecordBatch;

use super::{ReadError, Rows};

/// Fills batch after batch.
pub(super) trait Fill {
    /// Adds records to [`Fill::rows`] until the batch is full; adds none at the end.
    fn fill(&mut self) -> Result<(), ReadError>;
    fn rows(&mut self) -> &mut Rows;
}

/// Gives what a reader fills. The records before an error come before it, however
/// large the batches are; behind it comes nothing.
pub(super) struct Filling<F> {
    from: F,
    failed: Option<ReadError>,
    ended: bool,
}

impl<F: Fill> Filling<F> {
    pub(super) fn new(from: F) -> Self {
        Self { from, failed: None, ended: false }
    }
}

impl<F: Fill> Iterator for Filling<F> {
    type Item = Result<RecordBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.ended {
            self.failed = self.from.fill().err();
            self.ended = self.failed.is_some() || self.from.rows().is_empty();
            if !self.from.rows().is_empty() {
                return Some(Ok(self.from.rows().finish()));
            }
        }
        self.failed.take().map(Err)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fill, Filling, ReadError, Rows};

    /// Three records, then an error.
    struct Broken(Rows, usize, usize);

    impl Fill for Broken {
        fn fill(&mut self) -> Result<(), ReadError> {
            while self.0.len() < self.2 {
                self.1 += 1;
                if self.1 > 3 {
                    return Err(ReadError::new("a.csv", "is cut off"));
                }
                self.0.push(&format!("a.csv:{}", self.1), None, None, [Some("x")]);
            }
            Ok(())
        }
        fn rows(&mut self) -> &mut Rows {
            &mut self.0
        }
    }

    #[test]
    fn what_stands_before_an_error_is_given_in_any_batches() {
        let read = |batch_rows: usize| {
            let from = Broken(Rows::new(&Rows::text_schema(["a"])), 0, batch_rows);
            let told = Filling::new(from).map(|batch| match batch {
                Ok(batch) => batch.num_rows().to_string(),
                Err(error) => error.to_string(),
            });
            told.collect::<Vec<_>>()
        };
        assert_eq!(read(2), ["2", "1", "a.csv: is cut off"]);
        assert_eq!(read(3), ["3", "a.csv: is cut off"]);
        assert_eq!(read(100), ["3", "a.csv: is cut off"]);
    }
}
