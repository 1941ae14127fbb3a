//! What `cutover explain` says of the faults of the configuration.

use crate::diagnostic::Code;

/// The codes of faults, in order of their names.
pub const CODES: &[Code] = &[];
