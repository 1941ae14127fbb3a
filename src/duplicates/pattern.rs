//! The levels of all features of a pair in one number, four bits each.

use super::compare::{self, MISSING};
use crate::config::likeness::Kind;

/// The level of feature 0 in the lowest four bits, and so on.
pub(crate) type Pattern = u64;

/// The level of *swapped* of given names.
const SWAPPED: u8 = 6;
/// From this level on, given names are alike.
const ALIKE: u8 = 3;

/// The level of one feature.
pub(crate) fn level(pattern: Pattern, feature: usize) -> usize {
    ((pattern >> (4 * feature)) & 0xf) as usize
}

/// What is compared of two records, and where each feature's slots are.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) kinds: Vec<Kind>,
    /// The first slot of each feature.
    starts: Vec<usize>,
    pub(crate) slots: usize,
    /// The first given name and the first family name, which may be swapped.
    names: Option<(usize, usize)>,
}

impl Layout {
    pub(crate) fn new(kinds: &[Kind]) -> Self {
        let mut slots = 0;
        let starts = kinds.iter().map(|kind| {
            slots += kind.slots();
            slots - kind.slots()
        });
        let starts = starts.collect();
        let place = |wanted: Kind| kinds.iter().position(|kind| *kind == wanted);
        Self { kinds: kinds.to_vec(), starts, slots, names: place(Kind::Given).zip(place(Kind::Family)) }
    }

    /// The slots of a feature.
    pub(crate) fn of<'a>(&self, record: &'a [&'a [u8]], feature: usize) -> &'a [&'a [u8]] {
        &record[self.starts[feature]..self.starts[feature] + self.kinds[feature].slots()]
    }

    /// Compares two records feature by feature.
    pub(crate) fn compare(&self, a: &[&[u8]], b: &[&[u8]]) -> Pattern {
        let mut pattern = 0;
        for (feature, kind) in self.kinds.iter().enumerate() {
            let found = compare::compare(*kind, self.of(a, feature), self.of(b, feature));
            pattern |= Pattern::from(found) << (4 * feature);
        }
        self.swapped(pattern, a, b)
    }

    /// Whether two records are two people, whatever else they share.
    pub(crate) fn apart(&self, a: &[&[u8]], b: &[&[u8]]) -> bool {
        let families = self.kinds.iter().enumerate().filter(|(_, kind)| **kind == Kind::Family);
        families.into_iter().any(|(feature, _)| compare::generations(self.of(a, feature), self.of(b, feature)))
    }

    /// Names that stand in each other's place are one finding and not two.
    fn swapped(&self, pattern: Pattern, a: &[&[u8]], b: &[&[u8]]) -> Pattern {
        let Some((given, family)) = self.names else { return pattern };
        if level(pattern, given) >= usize::from(ALIKE) || level(pattern, family) > 2 {
            return pattern;
        }
        let first = |record, feature| self.of(record, feature).first().copied().unwrap_or_default();
        let names = (first(a, given), first(b, given));
        if !compare::swapped(names, (first(a, family), first(b, family))) {
            return pattern;
        }
        let clear = !((0xf << (4 * given)) | (0xf << (4 * family)));
        pattern & clear | Pattern::from(SWAPPED) << (4 * given) | Pattern::from(MISSING) << (4 * family)
    }
}
