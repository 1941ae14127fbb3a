//! What happened, for people and for programs.
//!
//! | file | gives |
//! |---|---|
//! | `tally.rs` | the counts of an entity |
//! | `summary.rs` | `summary.json`: the contract |
//! | `text.rs` | the summary on a terminal |
//! | `reconcile.rs` | the balance, recomputed from the raw snapshots |
//! | `rejected.rs` | which records a person must see, as they were read |
//! | `rejects.rs` | the files with these records: CSV and workbook |

mod tally;
pub mod summary;
pub mod text;
pub mod reconcile;
pub mod rejected;
pub mod rejects;

pub use tally::{Counts, Tally};
