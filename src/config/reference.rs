//! Reference data, as it will run: by what a record is joined with the rows of a
//! file that the user brings, and what is done with what they say.

use arrow::datatypes::SchemaRef;
use datafusion::logical_expr::Expr;

use crate::config::pipeline::Policy;

/// How the records of an entity are held against a reference.
pub struct Join {
    /// Index into `Pipeline::references`.
    pub reference: usize,
    /// The reference's name, in counts and issues.
    pub name: String,
    /// In which a record and a row agree; the first that finds a row counts.
    pub on: Vec<Vec<On>>,
    /// Over the entity's clean fields: only records for which it is true.
    pub filter: Option<Expr>,
    /// What is verified, then what is corrected, then what is filled, each in the
    /// order of the mapping.
    pub takes: Vec<Take>,
    /// What becomes of a record that no row agrees with.
    pub missing: Unsettled,
    /// What becomes of one that several rows say different things of.
    pub ambiguous: Unsettled,
    /// The reference's columns, as snapshotted.
    pub columns: SchemaRef,
}

/// One value in which a record and a row agree.
pub struct On {
    pub own: Own,
    /// Over the reference's columns.
    pub expr: Expr,
}

/// The record's side of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// A field, by its index.
    Field(usize),
    /// The name of its source.
    Source,
    /// Its legacy key.
    Key,
    /// Its own identifier.
    Id,
}

impl Own {
    /// What a mapping calls the record's own columns.
    pub const NAMES: [(&'static str, Self); 3] = [("_source", Self::Source), ("_key", Self::Key), ("_id", Self::Id)];
}

/// What is done with one field.
pub struct Take {
    /// The field's index.
    pub field: usize,
    /// Over the reference's columns: what it says of the field.
    pub expr: Expr,
    pub action: Action,
}

/// What is done with what the reference says of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// One that differs is an issue, with this policy.
    Verify(Policy),
    /// It takes the value's place.
    Correct,
    /// It is the value where there is none.
    Fill,
}

impl Action {
    /// The word in a mapping, and in lineage.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verify(_) => "verify",
            Self::Correct => "correct",
            Self::Fill => "fill",
        }
    }
}

crate::words! {
    /// What becomes of a record of which a reference says nothing, or several things.
    pub enum Unsettled {
        /// Nothing; it is counted, and is no issue.
        Ignore = "ignore",
        /// It goes on; the issue is counted.
        Warn = "warn" | "keep",
        /// It waits for a person.
        Hold = "hold",
        /// It is rejected.
        Reject = "reject",
    }
}

impl Unsettled {
    /// The policy of the issue, if it is one.
    pub fn policy(self) -> Option<Policy> {
        match self {
            Self::Ignore => None,
            Self::Warn => Some(Policy::Keep),
            Self::Hold => Some(Policy::Hold),
            Self::Reject => Some(Policy::Reject),
        }
    }
}
