//! What the user wants, checked: from TOML files to a `Pipeline`.

pub mod check;
pub mod decode;
pub mod pipeline;
pub mod raw;
pub mod veil;
