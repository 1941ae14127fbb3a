//! What the user wrote, decoded and not yet understood.
//!
//! One struct a table of `pipeline.toml` or of a mapping. Nothing here knows
//! whether a name leads anywhere: that is `check`'s part.

pub mod field;
pub mod likeness;
pub mod mapping;
pub mod pipeline;
pub mod reference;
pub mod scalar;
pub mod trial;
