//! What happened, for people and for programs.
//!
//! | file | gives |
//! |---|---|
//! | `tally.rs` | the counts of an entity |
//! | `summary.rs` | `summary.json`: the contract |
//! | `text.rs` | the summary on a terminal |
//! | `reconcile.rs` | the balance, recomputed from the raw snapshots |
//! | `rejects.rs` | rejected and held records, as CSV and as a workbook |

mod tally;
pub mod summary;
pub mod text;
pub mod reconcile;

pub use tally::{Counts, Tally};
