//! How common values are: two Smiths are less likely one person than two
//! Featherstonehaughs.
//!
//! Values are counted by their hashes in a table of fixed size, so that memory
//! does not grow with them. Values that meet in one place make a rare one look a
//! little less rare, never the other way round.

use twox_hash::XxHash3_128;

use super::pattern::{self, Layout, Pattern};
use crate::config::likeness::Kind;

/// Places of the table for one slot; a power of two.
const PLACES: usize = 1 << 20;
/// What being rare or common may say at most, natural logarithm.
const MOST: f64 = 2.5;

/// Counts of the values of those slots in which being common matters.
#[derive(Debug)]
pub(crate) struct Frequency {
    counted: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    feature: usize,
    /// Within the feature.
    slot: usize,
    counts: Vec<u32>,
    total: f64,
    /// The logarithm of the odds against two records agreeing by chance.
    usual: f64,
}

impl Frequency {
    pub(crate) fn new(layout: &Layout) -> Self {
        let slots = |(feature, kind): (usize, &Kind)| -> Vec<(usize, usize)> {
            match kind {
                Kind::Given | Kind::Family | Kind::Company => vec![(feature, 0)],
                // Of a place, postcode and city.
                Kind::Place => vec![(feature, 0), (feature, 1)],
                _ => Vec::new(),
            }
        };
        let new = |(feature, slot)| Counted { feature, slot, counts: vec![0; PLACES], total: 0.0, usual: 0.0 };
        Self { counted: layout.kinds.iter().enumerate().flat_map(slots).map(new).collect() }
    }

    /// The places of a record's values in the tables, to be [counted](Self::count).
    pub(crate) fn places(&self, layout: &Layout, record: &[&[u8]], into: &mut Vec<u32>) {
        for counted in &self.counted {
            let value = layout.of(record, counted.feature)[counted.slot];
            into.push(if value.is_empty() { u32::MAX } else { place(value) as u32 });
        }
    }

    /// Counts the places of one or several records, in turn.
    pub(crate) fn count(&mut self, places: &[u32]) {
        if self.counted.is_empty() {
            return;
        }
        for record in places.chunks_exact(self.counted.len()) {
            for (counted, place) in self.counted.iter_mut().zip(record) {
                if let Some(count) = counted.counts.get_mut(*place as usize) {
                    *count += 1;
                    counted.total += 1.0;
                }
            }
        }
    }

    /// All values are counted: settles how likely it is to agree by chance.
    pub(crate) fn settle(&mut self) {
        for counted in &mut self.counted {
            let squares: f64 = counted.counts.iter().map(|count| f64::from(*count) * f64::from(*count)).sum();
            counted.usual = (squares.max(1.0) / (counted.total * counted.total).max(1.0)).ln();
        }
    }

    /// What the values that a pair agrees in say more or less than usual ones.
    pub(crate) fn adjustment(&self, layout: &Layout, pattern: Pattern, a: &[&[u8]], b: &[&[u8]]) -> f64 {
        let mut sum = 0.0;
        for counted in &self.counted {
            let level = pattern::level(pattern, counted.feature);
            let (a, b) = (layout.of(a, counted.feature), layout.of(b, counted.feature));
            let agrees = match layout.kinds[counted.feature] {
                Kind::Place => {
                    level > 1
                        && a[counted.slot] == b[counted.slot]
                        && (counted.slot == 0 || a[0] != b[0] || a[0].is_empty())
                }
                kind => level == kind.levels().len(),
            };
            let value = a[counted.slot];
            if agrees && !value.is_empty() {
                let count = f64::from(counted.counts[place(value)]).max(1.0);
                sum += (counted.usual - (count / counted.total.max(1.0)).ln()).clamp(-MOST, MOST);
            }
        }
        sum
    }
}

fn place(value: &[u8]) -> usize {
    XxHash3_128::oneshot(value) as usize & (PLACES - 1)
}
