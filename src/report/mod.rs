//! Files for people: what became of the records.

pub mod rejects;
