//! What every step shares: the lineage, verdict and issue columns of a record.
//!
//! A record is a row of a Parquet dataset. The columns whose names begin with
//! an underscore are Cutover's own; the rest belong to the source (snapshot) or
//! to the target (mapped, staged). Steps import this module and never one
//! another.

use std::borrow::Cow;
use std::fmt;

/// Position in the dataset, from 0, in the order of reading (`Int64`).
pub const SEQ: &str = "_seq";
/// Name of the source in the pipeline (`Utf8`).
pub const SOURCE: &str = "_source";
/// Where a person finds the record: `file:line`, `file!sheet:row`, `table:key` (`Utf8`).
pub const ROW: &str = "_row";
/// The legacy key; the parts of a composite key joined by `|` (`Utf8`).
pub const KEY: &str = "_key";
/// Why the record cannot be used as it was read: one issue code (`Utf8`, null where all is well).
pub const FAULT: &str = "_fault";
/// Issues of reading that do not cost the record: `code:column;…` (`Utf8`, mostly null).
pub const NOTES: &str = "_notes";
/// The record's own identifier: UUID version 5 of entity, source and legacy key (`Utf8`).
pub const ID: &str = "_id";
/// The key in the target; null where the target gives it (`Utf8`).
pub const TARGET_KEY: &str = "_target_key";
/// One of [`Verdict`]'s words; null until a step decides (`Utf8`).
pub const VERDICT: &str = "_verdict";
/// Why: `code:field`, `merge:match key`, `cutoff` (`Utf8`).
pub const REASON: &str = "_reason";
/// The `_id` of the record that this one was merged into (`Utf8`).
pub const SURVIVOR: &str = "_survivor";
/// All issues of the record: `code:field;…` (`Utf8`, mostly null).
pub const ISSUES: &str = "_issues";
/// The columns that a steward corrected and the fields that a standard changed:
/// `steward:column;field;…` (`Utf8`).
pub const REPAIRS: &str = "_repairs";
/// Before the name of a source's column in `_repairs`: the steward corrected it.
pub const STEWARD: &str = "steward:";
/// Hash of what is written to the target, 16 bytes as hex (`Utf8`; only with verdict `load`).
pub const HASH: &str = "_hash";

/// Index of the first field in a mapped dataset, behind its lineage columns.
pub const MAPPED_FIRST_FIELD: usize = 9;

/// Between two entries of `_issues`, `_notes` and `_repairs`.
pub const ENTRY_SEPARATOR: char = ';';
/// Begins the key of a record without one, where other records of its source have keys.
pub const BY_CONTENT: &str = "content:";
/// Between the parts of a composite legacy key.
pub const KEY_SEPARATOR: char = '|';

/// Columns that stand beside those of a source.
pub const LINEAGE: [&str; 6] = [SEQ, SOURCE, ROW, KEY, FAULT, NOTES];

/// The name that a source's column has here: its own, but `_row_` for `_row` and so on
/// for what Cutover itself calls its columns. So it reads what it has written.
pub fn column_name(name: &str) -> Cow<'_, str> {
    if LINEAGE.contains(&name) { Cow::Owned(format!("{name}_")) } else { Cow::Borrowed(name) }
}

/// How a record ends. Each ends with exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Goes to the target.
    Load,
    /// Is a duplicate of a named survivor.
    Merge,
    /// Is too old, or follows a parent that is.
    Archive,
    /// Was left out by the mapping's own `where`, or by `--sample`.
    Exclude,
    /// Waits for a person.
    Hold,
    /// Broke a rule.
    Reject,
    /// Was refused by the target itself.
    Refuse,
}

impl Verdict {
    /// In the order of the balance: `read = load + merge + …`.
    pub const ALL: [Self; 7] =
        [Self::Load, Self::Merge, Self::Archive, Self::Exclude, Self::Hold, Self::Reject, Self::Refuse];

    pub fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Merge => "merge",
            Self::Archive => "archive",
            Self::Exclude => "exclude",
            Self::Hold => "hold",
            Self::Reject => "reject",
            Self::Refuse => "refuse",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A cell as the CSV holds it: one that a spreadsheet would take for a formula
/// gets an apostrophe in front, and so does one that begins with apostrophes and
/// goes on like that. [`unguarded`] takes it away again.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The opposite of [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}
