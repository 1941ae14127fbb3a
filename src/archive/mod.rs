//! Cut off: what is too old leaves for the archive, closed over references.
//!
//! | file | does |
//! |---|---|
//! | `cutoff.rs` | which records go |
//! | `store.rs` | the archive's files and manifest |

mod cutoff;
mod store;

pub use cutoff::{Aged, ages, run};
pub use store::{Pending, store};
