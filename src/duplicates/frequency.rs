//! How common values are: two Smiths are less likely one person than two
//! Featherstonehaughs, and what a whole office has, its telephone number and its
//! street, tells nobody in it from another.
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

/// Records that have a number, an address or a mailbox in common without it being
/// less telling: a family, or copies of one person.
const FEW: f64 = 4.0;
/// What being shared by many may say at most: by some thousand, nothing is left of
/// what being equal is worth.
const MOST_SHARED: f64 = 7.0;

/// Counts of the values of those slots in which being common matters.
#[derive(Debug)]
pub(crate) struct Frequency {
    counted: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    feature: usize,
    /// Within the feature; none if all slots together are one value, which says less
    /// where many share it, and never more.
    slot: Option<usize>,
    counts: Vec<u32>,
    total: f64,
    /// The logarithm of the odds against two records agreeing by chance.
    usual: f64,
}

impl Frequency {
    pub(crate) fn new(layout: &Layout) -> Self {
        // The number of a company is its own, however many records it has.
        let people = layout.kinds.contains(&Kind::Given);
        let slots = |(feature, kind): (usize, &Kind)| -> Vec<(usize, Option<usize>)> {
            match kind {
                Kind::Given | Kind::Family | Kind::Company => vec![(feature, Some(0))],
                // Of a place, postcode and city.
                Kind::Place => vec![(feature, Some(0)), (feature, Some(1))],
                Kind::Email | Kind::Phone | Kind::Street if people => vec![(feature, None)],
                _ => Vec::new(),
            }
        };
        let new = |(feature, slot)| Counted { feature, slot, counts: vec![0; PLACES], total: 0.0, usual: 0.0 };
        Self { counted: layout.kinds.iter().enumerate().flat_map(slots).map(new).collect() }
    }

    /// The places of a record's values in the tables, to be [counted](Self::count).
    pub(crate) fn places(&self, layout: &Layout, record: &[&[u8]], into: &mut Vec<u32>) {
        for counted in &self.counted {
            into.push(counted.place(layout.of(record, counted.feature)).map_or(u32::MAX, |place| place as u32));
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
            let kind = layout.kinds[counted.feature];
            let agrees = match (kind, counted.slot) {
                (Kind::Place, Some(slot)) => {
                    level > 1 && a[slot] == b[slot] && (slot == 0 || a[0] != b[0] || a[0].is_empty())
                }
                _ => level == kind.levels().len(),
            };
            let Some(place) = counted.place(a).filter(|_| agrees) else { continue };
            let count = f64::from(counted.counts[place]).max(1.0);
            sum += match counted.slot {
                Some(_) => (counted.usual - (count / counted.total.max(1.0)).ln()).clamp(-MOST, MOST),
                None => -(count / FEW).max(1.0).ln().min(MOST_SHARED),
            };
        }
        sum
    }
}

impl Counted {
    /// The place of a feature's value in the table, if there is one.
    fn place(&self, slots: &[&[u8]]) -> Option<usize> {
        let place = |value: &[u8]| XxHash3_128::oneshot(value) as usize & (PLACES - 1);
        match self.slot {
            Some(slot) => Some(slots[slot]).filter(|value| !value.is_empty()).map(place),
            None => slots.iter().any(|slot| !slot.is_empty()).then(|| place(&slots.join(&b' '))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Frequency, Layout};
    use crate::config::likeness::Kind;

    #[test]
    fn a_number_of_many_says_little() {
        let layout = Layout::new(&[Kind::Given, Kind::Phone]);
        let mut frequency = Frequency::new(&layout);
        let mut places = Vec::new();
        for _ in 0..600 {
            frequency.places(&layout, &[b"", b"", b"2125550100"], &mut places);
        }
        frequency.places(&layout, &[b"", b"", b"4135550123"], &mut places);
        frequency.count(&places);
        frequency.settle();
        let says = |number: &[u8]| frequency.adjustment(&layout, 4 << 4, &[b"", b"", number], &[b"", b"", number]);
        assert!((says(b"2125550100") + 150.0_f64.ln()).abs() < 1e-9);
        assert_eq!(says(b"4135550123"), 0.0);
    }
}
