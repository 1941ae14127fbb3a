//! The records of a sheet, kept from the reading that found its columns for the
//! one that delivers them, as far as they are small.
//!
//! Parsing a sheet is most of the cost of reading it. All sheets that are kept
//! at a time share one allowance; a sheet beyond it is parsed twice.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::row::{Out, Row, Stored};
use crate::sources::ReadError;

/// What all kept sheets may take together, in bytes.
const ALLOWANCE: usize = 48 << 20;
/// Taken from it at a time.
const STEP: usize = 1 << 20;

static LEFT: AtomicUsize = AtomicUsize::new(ALLOWANCE);

/// Rows in the order in which they were read.
#[derive(Debug, Default)]
pub(super) struct Kept {
    rows: Stored,
    taken: usize,
}

impl Kept {
    /// Adds a row; false if there is no more room, and then nothing is kept.
    pub(super) fn push(&mut self, row: &Row) -> bool {
        self.rows.push(row);
        while self.rows.bytes() > self.taken {
            let took = LEFT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(STEP));
            if took.is_err() {
                return false;
            }
            self.taken += STEP;
        }
        true
    }

    /// Gives every row again.
    pub(super) fn replay(&self, out: &mut dyn Out) -> Result<(), ReadError> {
        let mut row = Row::default();
        for index in 0..self.rows.len() {
            self.rows.load(index, &mut row);
            if out.row(&row)? == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        LEFT.fetch_add(self.taken, Ordering::Relaxed);
    }
}
