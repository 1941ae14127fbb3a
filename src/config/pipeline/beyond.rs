//! What is judged once references are resolved: rules that look at other
//! records, and the lifecycle.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;

use super::RowRule;

/// What is judged with other records in view.
#[derive(Default)]
pub struct Beyond {
    /// Values from other records: columns behind the entity's own fields.
    pub outside: Vec<Outside>,
    pub rules: Vec<RowRule>,
    /// In the order of the mapping.
    pub lifecycle: Vec<Lifecycle>,
}

impl Beyond {
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.lifecycle.is_empty()
    }
}

/// A value that a record has by its references.
#[derive(Debug, Clone)]
pub struct Outside {
    /// As expressions name it: `account_id.country`, or the name in `[related]`.
    pub name: String,
    pub data_type: DataType,
    pub from: OutsideFrom,
}

#[derive(Debug, Clone)]
pub enum OutsideFrom {
    /// A field of the record that a reference field (by index) leads to.
    Parent { reference: usize, field: String },
    /// All records of an entity whose reference field leads to this record.
    Children { entity: String, by: String, filter: Option<Expr>, take: Take },
}

/// What is taken of several records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// How many there are.
    Count,
    /// The latest day in a field.
    Latest(String),
}

/// A condition that ends, or marks, the life of a record in the new system.
pub struct Lifecycle {
    pub name: String,
    /// Null does not apply.
    pub when: Expr,
    pub then: Then,
    /// Fields (by index) and what they become, in the field's own type; with the
    /// reason, where a field keeps it.
    pub set: Vec<(usize, ScalarValue)>,
}

crate::words! {
    /// What becomes of a record to which a lifecycle rule applies.
    pub enum Then {
        /// It is loaded, and counted; other rules are looked at too.
        Flag = "flag",
        /// It is loaded with the fields of `set` changed.
        Deactivate = "deactivate",
        /// It waits for a person.
        Hold = "hold",
        /// It is left out.
        Exclude = "exclude",
        /// It goes into the archive, unless a record that stays refers to it.
        Archive = "archive",
    }
}
