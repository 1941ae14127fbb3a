//! What the user wants, checked: from TOML files to a `Pipeline`.

pub mod check;
pub mod consent;
pub mod decode;
pub mod words;
pub mod likeness;
pub mod limits;
pub mod drift;
pub mod existing;
pub mod pipeline;
pub mod raw;
pub mod reference;
pub mod steward;
pub mod veil;
