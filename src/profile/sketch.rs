//! Bounded counters whose outcome depends on the values and their order alone:
//! not on how the records are cut into batches, and not on the machine.
//!
//! They know hashes and texts, and nothing of columns.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Passes hashes through: they are spread well enough.
#[derive(Debug, Default, Clone, Copy)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

type ByHash<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// What is counted of each value that a [`Smallest`] keeps.
pub trait Counted {
    fn again(&mut self);
    fn times(&self) -> u64;
}

impl Counted for u64 {
    fn again(&mut self) {
        *self += 1;
    }
    fn times(&self) -> u64 {
        *self
    }
}

/// The `most` distinct values with the smallest hashes (a k-minimum-values
/// sketch), each with an exact count.
///
/// Up to `most` distinct values all are there. Past that they are a random sample
/// of the distinct values, the same in whatever order they came, and their
/// number follows from how far their hashes reach. A value that is kept at the
/// end was kept from its first appearance on, so its count is exact.
#[derive(Debug, Clone)]
pub struct Smallest<V> {
    most: usize,
    /// Hashes above this one are not among the smallest.
    limit: u64,
    kept: ByHash<V>,
}

impl<V: Counted> Smallest<V> {
    pub fn new(most: usize) -> Self {
        Self { most: most.max(2), limit: u64::MAX, kept: ByHash::default() }
    }

    /// Counts a value by its hash; `first` says what is kept of it, once.
    pub fn add(&mut self, hash: u64, first: impl FnOnce() -> V) {
        if hash > self.limit {
            return;
        }
        if let Some(kept) = self.kept.get_mut(&hash) {
            kept.again();
            return;
        }
        self.kept.insert(hash, first());
        if self.kept.len() >= 2 * self.most {
            self.cut();
        }
    }

    /// Keeps the smallest. The outcome is the same however often it is done.
    fn cut(&mut self) {
        if self.kept.len() <= self.most {
            return;
        }
        let mut hashes: Vec<u64> = self.kept.keys().copied().collect();
        let (_, limit, _) = hashes.select_nth_unstable(self.most - 1);
        let limit = *limit;
        self.kept.retain(|hash, _| *hash <= limit);
        self.limit = limit;
    }

    /// Ends the counting.
    pub fn finish(mut self) -> Finished<V> {
        self.cut();
        let mut kept: Vec<(u64, V)> = self.kept.into_iter().collect();
        kept.sort_unstable_by_key(|(hash, _)| *hash);
        let exact = self.limit == u64::MAX;
        Finished { most: self.most, exact, kept }
    }
}

/// A finished [`Smallest`], by hash.
#[derive(Debug, Clone)]
pub struct Finished<V> {
    most: usize,
    /// Whether every distinct value is there.
    pub exact: bool,
    pub kept: Vec<(u64, V)>,
}

impl<V: Counted> Finished<V> {
    /// The number of distinct values: exact, or with [`Finished::error`].
    pub fn distinct(&self) -> u64 {
        match self.kept.last() {
            Some((last, _)) if !self.exact => {
                let share = (*last as f64 + 1.0) / 2f64.powi(64);
                ((self.most - 1) as f64 / share).round() as u64
            }
            _ => self.kept.len() as u64,
        }
    }

    /// The standard error of [`Finished::distinct`], as a share of it.
    pub fn error(&self) -> f64 {
        if self.exact { 0.0 } else { 1.0 / ((self.most.max(3) - 2) as f64).sqrt() }
    }

    /// Whether any value that is kept came more than once.
    pub fn repeats(&self) -> bool {
        self.kept.iter().any(|(_, value)| value.times() > 1)
    }

    /// Of how many of our values it can be said whether `other` has them too,
    /// and how many it has. All, where both are exact; else a sample.
    pub fn shared(&self, other: &Self) -> (u64, u64) {
        let reach = |side: &Self| if side.exact { u64::MAX } else { side.kept.last().map_or(0, |(hash, _)| *hash) };
        let limit = reach(self).min(reach(other));
        let mut theirs = other.kept.iter().map(|(hash, _)| *hash).peekable();
        let (mut asked, mut found) = (0, 0);
        for (hash, _) in self.kept.iter().take_while(|(hash, _)| *hash <= limit) {
            while theirs.next_if(|their| their < hash).is_some() {}
            asked += 1;
            found += u64::from(theirs.peek() == Some(hash));
        }
        (asked, found)
    }
}

/// The most frequent texts (Misra and Gries): each count is too small by
/// `lost` at most, and no text that came more often than that is missing.
#[derive(Debug, Clone)]
pub struct Frequent {
    most: usize,
    counts: HashMap<String, u64>,
    /// By how much counts may be too small.
    pub lost: u64,
}

impl Frequent {
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), counts: HashMap::new(), lost: 0 }
    }

    pub fn add(&mut self, text: &str) {
        if let Some(count) = self.counts.get_mut(text) {
            *count += 1;
            return;
        }
        if self.counts.len() < self.most {
            self.counts.insert(text.to_string(), 1);
            return;
        }
        self.lost += 1;
        self.counts.retain(|_, count| {
            *count -= 1;
            *count > 0
        });
    }

    /// The `top` most frequent; equally frequent ones by their letters.
    pub fn top(&self, top: usize) -> Vec<(String, u64)> {
        let mut all: Vec<(String, u64)> = self.counts.iter().map(|(text, count)| (text.clone(), *count)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(top);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Frequent, Smallest};
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
    use twox_hash::XxHash3_128;

    fn sketch(values: &[u32], most: usize) -> super::Finished<u64> {
        let mut sketch = Smallest::new(most);
        for value in values {
            sketch.add(XxHash3_128::oneshot(&value.to_le_bytes()) as u64, || 1);
        }
        sketch.finish()
    }

    proptest! {
        #[test]
        fn what_is_kept_is_the_same_in_any_order(values in prop::collection::vec(0u32..300, 0..600)) {
            let mut turned = values.clone();
            turned.reverse();
            let (a, b) = (sketch(&values, 16), sketch(&turned, 16));
            prop_assert_eq!(&a.kept, &b.kept);
            for (hash, count) in &a.kept {
                let times = values.iter().filter(|value| XxHash3_128::oneshot(&value.to_le_bytes()) as u64 == *hash).count();
                prop_assert_eq!(*count, times as u64);
            }
        }

        #[test]
        fn frequent_texts_are_not_missed(values in prop::collection::vec(0u8..40, 0..400)) {
            let mut frequent = Frequent::new(8);
            values.iter().for_each(|value| frequent.add(&value.to_string()));
            let top = frequent.top(8);
            for value in 0u8..40 {
                let times = values.iter().filter(|other| **other == value).count() as u64;
                let found = top.iter().find(|(text, _)| *text == value.to_string()).map_or(0, |(_, count)| *count);
                prop_assert!(found <= times && times <= found + frequent.lost, "{value}: {found} of {times}");
            }
        }
    }

    #[test]
    fn the_estimate_is_within_its_error() {
        let values: Vec<u32> = (0..200_000).collect();
        let sketch = sketch(&values, 1024);
        let off = (sketch.distinct() as f64 / 200_000.0 - 1.0).abs();
        assert!(!sketch.exact && off < 3.0 * sketch.error(), "{} ({off})", sketch.distinct());
    }

    #[test]
    fn containment_is_estimated_from_two_sketches() {
        let all: Vec<u32> = (0..50_000).collect();
        let half: Vec<u32> = (25_000..75_000).collect();
        let (asked, found) = sketch(&half, 1024).shared(&sketch(&all, 1024));
        let share = found as f64 / asked as f64;
        assert!((share - 0.5).abs() < 0.05, "{found} of {asked}");
        assert_eq!(sketch(&[1, 2, 3], 8).shared(&sketch(&[2, 3, 4], 8)), (3, 2));
    }
}
