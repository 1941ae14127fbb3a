//! What the readers of address books share: a record as a list of named values.
//!
//! A format gives [`Entry`]s, one after the other; here they become columns and
//! batches. A first pass over the files finds the columns and keeps their names
//! only, a second one streams. Nothing here knows how a format is written.
//!
//! Columns that differ in case only are one column, under the name that comes
//! first. The second value of a column is `mail.2`, the third `mail.3`; what
//! comes after the twentieth stands in `mail.more`, a line each.

mod entry;
mod lines;
mod source;
#[cfg(test)]
pub(super) mod trial;

pub(super) use entry::Entry;
pub(super) use lines::{LONGEST_LINE, Lines, decoded, whole};
pub(super) use source::{Entries, Reader, open};
