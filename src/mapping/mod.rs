//! From a source's columns to the fields of a record.

pub mod expression;
