//! The levels of all features of a pair in one number, four bits each.

use super::compare::{self, MISSING};
use crate::config::likeness::Kind;

/// The level of feature 0 in the lowest four bits, and so on.
pub(crate) type Pattern = u64;

/// Father and son, by what follows their names. No feature has this place: there
/// are 15 at most.
pub(crate) const GENERATIONS: Pattern = 1 << 60;
/// Two given names that are both known, as of Mark and Mary.
pub(crate) const OTHER_NAME: Pattern = 1 << 61;

/// The lowest level.
const DIFFERENT: u8 = 1;
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
            let (one, other) = (self.of(a, feature), self.of(b, feature));
            let mut found = compare::compare(*kind, one, other);
            if *kind == Kind::Email {
                found = self.beside_names(found, (one, other), a, b);
            }
            if *kind == Kind::Family && compare::generations(one, other) {
                pattern |= GENERATIONS;
            }
            if *kind == Kind::Given && found == DIFFERENT && compare::known(one) && compare::known(other) {
                pattern |= OTHER_NAME;
            }
            pattern |= Pattern::from(found) << (4 * feature);
        }
        self.swapped(pattern, a, b)
    }

    /// What the addresses of two people say that their names do not.
    fn beside_names(&self, level: u8, (one, other): (&[&[u8]], &[&[u8]]), a: &[&[u8]], b: &[&[u8]]) -> u8 {
        let Some((given, family)) = self.names else { return level };
        let name = |record, feature| self.of(record, feature).first().copied().unwrap_or_default();
        let names = [name(a, given), name(a, family), name(b, given), name(b, family)];
        compare::beside_names(level, one, other, &names)
    }

    /// Names that stand in each other's place are one finding and not two.
    fn swapped(&self, pattern: Pattern, a: &[&[u8]], b: &[&[u8]]) -> Pattern {
        let Some((given, family)) = self.names else { return pattern };
        if level(pattern, given) >= usize::from(ALIKE) || level(pattern, family) > 2 {
            return pattern;
        }
        let first = |record, feature| self.of(record, feature).first().copied().unwrap_or_default();
        let (names, families) = ((first(a, given), first(b, given)), (first(a, family), first(b, family)));
        let clear = !((0xf << (4 * given)) | (0xf << (4 * family)) | OTHER_NAME);
        let nothing = Pattern::from(MISSING);
        if compare::swapped(names, families) {
            pattern & clear | Pattern::from(SWAPPED) << (4 * given) | nothing << (4 * family)
        } else if compare::misplaced(names, families) {
            // One name in two places, and the other one missing: no other given name.
            pattern & clear | nothing << (4 * given) | nothing << (4 * family)
        } else {
            pattern
        }
    }
}
