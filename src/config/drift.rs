//! Drift: a change of a source's columns, and what it leads to.

crate::words! {
    /// What drift of a source's columns leads to.
    pub enum OnDrift {
        /// It is a fault: nothing runs until it is accepted.
        Error = "error",
        /// It is told, by `check` and by `run`.
        Warn = "warn",
        /// Nothing.
        Ignore = "ignore",
    }
}

/// A change of a source's columns since they were accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub source: String,
    /// A code that `cutover explain` knows.
    pub code: &'static str,
    pub what: String,
}
