//! What columns have in common: likely references, and values that two sources
//! share. Estimated from small sketches of folded values, so that `00360` and
//! `360`, `(212) 555-0100` and `212.555.0100` are the same.

use super::likely::heading_words;
use super::sketch::Finished;
use super::{At, ColumnProfile, Overlap, Reference, Unique};

/// A column of a table, with its sketch.
pub(super) struct Linked<'a> {
    pub(super) source: &'a str,
    pub(super) column: &'a ColumnProfile,
    pub(super) sketch: &'a Finished<u64>,
}

/// The share of a column's values that must be in the other.
const CONTAINED: f64 = 0.6;
/// The share that two columns must have in common to be told.
const COMMON: f64 = 0.05;
/// Fewer distinct values show nothing.
const FEW: u64 = 10;
/// References that are told of one column.
const TOLD: usize = 2;

impl Linked<'_> {
    fn at(&self) -> At {
        At { source: self.source.to_string(), column: self.column.name.clone() }
    }

    fn standard(&self) -> &str {
        self.column.likely.as_ref().map_or("", |likely| likely.standard)
    }

    fn is_number(&self) -> bool {
        ["integer", "decimal"].contains(&self.standard())
    }

    /// Whether the column may refer to another: not to what everybody shares.
    fn may_refer(&self) -> bool {
        let common = ["date", "datetime", "boolean", "decimal", "country", "region", "city", "postcode"];
        self.column.fill.filled > 0 && !common.contains(&self.standard()) && !name_like(self.standard())
    }

    /// Whether the column could be what others refer to. Legacy keys have their
    /// duplicates: one in ten values may come again.
    fn is_key(&self) -> bool {
        let filled = self.column.fill.filled;
        filled > 2 && (self.column.unique != Unique::No || self.column.distinct.count * 10 >= filled * 9)
    }

    /// How their headings are alike: `Cust No` and `Cust No`, `customer_id` and
    /// the column `id` of `customers`.
    fn named_after(&self, other: &Self) -> bool {
        let stem = |text: &str| -> String {
            let words = heading_words(text);
            words.last().cloned().unwrap_or_default().trim_end_matches(['s', 'e']).to_string()
        };
        let (own, their) = (stem(&self.column.name), stem(&other.column.name));
        let file = other.source.rsplit(['/', ' ']).next().unwrap_or(other.source);
        let table = stem(file.split('.').next().unwrap_or(file));
        let to_table = table.len() > 2 && own.starts_with(&table);
        own == their && !["id", "no", "nr", "key"].contains(&own.as_str()) || to_table
    }
}

fn name_like(standard: &str) -> bool {
    ["given_name", "family_name", "street", "url", "email", "phone"].contains(&standard)
}

/// The likely references, the surest first.
pub(super) fn references(columns: &[Linked<'_>]) -> Vec<Reference> {
    let mut all = Vec::new();
    for (index, from) in columns.iter().enumerate().filter(|(_, from)| from.may_refer()) {
        let mut own: Vec<(bool, Reference)> = Vec::new();
        for (at, to) in columns.iter().enumerate() {
            if at == index || to.source == from.source || !to.is_key() || !to.may_refer() {
                continue;
            }
            let (asked, found) = from.sketch.shared(to.sketch);
            let share = found as f64 / asked.max(1) as f64;
            let named = from.named_after(to);
            // Small numbers are among any other numbers.
            let enough = if named { 2 } else { FEW };
            let wanted = if named {
                CONTAINED
            } else if from.is_number() {
                0.98
            } else {
                0.8
            };
            if asked < enough || share < wanted || (from.is_key() && to.is_key() && from.is_number() && !named) {
                continue;
            }
            let exact = from.sketch.exact && to.sketch.exact;
            let share = super::column::hundredths(share);
            own.push((named, Reference { from: from.at(), to: to.at(), share, exact, heading: named }));
        }
        own.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.share.total_cmp(&a.1.share)));
        all.extend(own.into_iter().take(TOLD).map(|(_, reference)| reference));
    }
    all
}

/// The columns of different sources that have values in common and are no references.
pub(super) fn overlaps(columns: &[Linked<'_>], references: &[Reference]) -> Vec<Overlap> {
    let told = |a: &At, b: &At| {
        references.iter().any(|one| (&one.from == a && &one.to == b) || (&one.from == b && &one.to == a))
    };
    let worth = |one: &Linked<'_>| {
        let common =
            ["date", "datetime", "boolean", "country", "region", "city", "postcode", "given_name", "family_name"];
        one.column.distinct.count >= FEW && !one.is_number() && !common.contains(&one.standard())
    };
    let mut all = Vec::new();
    for (index, left) in columns.iter().enumerate().filter(|(_, left)| worth(left)) {
        for right in columns.iter().skip(index + 1).filter(|right| right.source != left.source && worth(right)) {
            let (asked, found) = left.sketch.shared(right.sketch);
            let (back, _) = right.sketch.shared(left.sketch);
            let share = |of: u64| super::column::hundredths(found as f64 / of.max(1) as f64);
            let (of_left, of_right) = (share(asked), share(back));
            if found < 3 || of_left.max(of_right) < COMMON || told(&left.at(), &right.at()) {
                continue;
            }
            let exact = left.sketch.exact && right.sketch.exact;
            let values = match exact {
                true => found,
                false => (of_left * left.column.distinct.count as f64).round() as u64,
            };
            all.push(Overlap { left: left.at(), right: right.at(), of_left, of_right, values, exact });
        }
    }
    all.sort_by(|a, b| (b.of_left + b.of_right).total_cmp(&(a.of_left + a.of_right)));
    all
}
