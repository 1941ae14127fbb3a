//! What a profile says: the structs that JSON shows as they are.

use serde::Serialize;

use super::LENGTHS;
use super::country::Countries;
use crate::sources::Relation;

/// Everything that was found out, in the order of the sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    pub tables: Vec<TableProfile>,
    /// Likely references between the tables.
    pub references: Vec<Reference>,
    /// Columns of different tables that have values in common.
    pub overlaps: Vec<Overlap>,
}

/// One source, or one table of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableProfile {
    /// The name in the pipeline, or that of the file; a table's behind a space.
    pub source: String,
    /// Path or URL, without credentials.
    pub place: String,
    /// The table, sheet or query that was chosen, if one was.
    pub table: Option<String>,
    pub records: u64,
    /// Records that have a fault, and those with notes, of reading.
    pub faults: u64,
    pub noted: u64,
    /// How files are read, where that was found out from them.
    pub detected: Vec<String>,
    /// The key that the source declares.
    pub declared_key: Vec<String>,
    /// The references that the source declares.
    pub declared_references: Vec<DeclaredReference>,
    /// Columns that could be the key, the likeliest first.
    pub keys: Vec<String>,
    pub columns: Vec<ColumnProfile>,
}

/// A reference to another table of the same place, as the source declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredReference {
    pub columns: Vec<String>,
    pub table: String,
    pub their_columns: Vec<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnProfile {
    pub name: String,
    /// The type that the source declares.
    pub declared: Option<String>,
    pub fill: Fill,
    pub distinct: Distinct,
    pub unique: Unique,
    /// The most frequent shapes, with their counts.
    pub patterns: Vec<(String, u64)>,
    /// Whether the counts of the shapes are exact; if not, they are too small.
    pub patterns_exact: bool,
    pub lengths: Option<Lengths>,
    /// Where at least half of the values are numbers.
    pub numbers: Option<Numbers>,
    /// Where at least a fifth of the values are dates.
    pub dates: Option<Dates>,
    /// The likeliest standard.
    pub likely: Option<Likely>,
    /// All that are likely, the likeliest first.
    pub candidates: Vec<Likely>,
    /// What its values say of countries.
    #[serde(skip)]
    pub countries: Countries,
    pub findings: Vec<Finding>,
    /// The most frequent values, where they were asked for.
    #[serde(rename = "values", skip_serializing_if = "Option::is_none")]
    pub top_values: Option<Vec<(String, u64)>>,
    /// All values with their counts, where there are 1,000 at most: for value
    /// lists. Cell values: never written out.
    #[serde(skip)]
    pub vocabulary: Option<Vec<(String, u64)>>,
}

/// How full a column is: the four parts add up to the records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Fill {
    pub records: u64,
    /// Not there.
    pub null: u64,
    /// There, and empty or blank.
    pub blank: u64,
    /// Words that mean "nothing", such as `N/A`, and the source's `nulls`.
    pub null_words: u64,
    pub filled: u64,
}

/// How many different values there are, blanks around them left aside.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Distinct {
    pub count: u64,
    /// Whether they were counted; if not, the number is estimated.
    pub exact: bool,
    /// The standard error of an estimate, as a share of it.
    pub error: f64,
}

/// Whether each value stands in one record only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unique {
    Yes,
    /// None of a sample of 16,384 distinct values comes twice.
    Probably,
    No,
}

/// Lengths in characters, blanks around the text left aside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lengths {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
    /// Upper end of each class of [`LENGTHS`], and its count.
    pub histogram: Vec<(u64, u64)>,
}

impl Default for Lengths {
    fn default() -> Self {
        Self { min: 0, max: 0, mean: 0.0, histogram: LENGTHS.iter().map(|upto| (*upto, 0)).collect() }
    }
}

/// The values that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Numbers {
    pub count: u64,
    /// Those without a fraction.
    pub whole: u64,
    pub min: f64,
    pub max: f64,
    /// The sign before the fraction.
    pub decimal: DecimalSign,
    /// The most digits before and behind it, zeros at the end left aside.
    pub digits: u32,
    pub decimals: u32,
}

/// Which sign parts the fraction of a column's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSign {
    Point,
    Comma,
}

/// The values that are dates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dates {
    pub count: u64,
    /// First and last day, sentinels such as 1900-01-01 left aside.
    pub first: Option<String>,
    pub last: Option<String>,
    pub order: DayOrder,
    /// Dates of each year, without sentinels.
    pub years: Vec<(i32, u64)>,
}

/// In which order the dates have day and month, by those that leave no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    MonthFirst,
    DayFirst,
    /// Nothing shows it.
    Open,
}

/// A standard that the column likely needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Likely {
    pub standard: &'static str,
    /// The country by whose rules most values pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Values that pass, of those tried.
    pub passed: u64,
    pub tried: u64,
    /// Whether the heading says so too.
    pub heading: bool,
}

impl Likely {
    /// The share that passes.
    pub fn share(&self) -> f64 {
        self.passed as f64 / self.tried.max(1) as f64
    }
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A code that `cutover explain` knows.
    pub code: &'static str,
    pub what: &'static str,
    /// Records that have it.
    pub count: u64,
    /// The `_row` of the first of them.
    pub rows: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct At {
    pub source: String,
    pub column: String,
}

/// A column whose values are found in a key of another table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reference {
    pub from: At,
    pub to: At,
    /// The share of the distinct values that are there.
    pub share: f64,
    /// Whether the share was counted; if not, it is estimated.
    pub exact: bool,
    /// Whether the headings say so too.
    pub heading: bool,
}

/// Two columns that have values in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    pub left: At,
    pub right: At,
    /// Shares of the distinct values.
    pub of_left: f64,
    pub of_right: f64,
    /// How many distinct values both have.
    pub values: u64,
    pub exact: bool,
}

impl From<Relation> for DeclaredReference {
    fn from(relation: Relation) -> Self {
        let Relation { columns, table, their_columns } = relation;
        Self { columns, table, their_columns }
    }
}
