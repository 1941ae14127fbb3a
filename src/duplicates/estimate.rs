//! What a likeness is worth: Fellegi–Sunter with weights estimated from the data.
//!
//! All pairs of records are taken as a mixture of classes, in each of which the
//! features are independent: *same*, *different*, and pairs of different people
//! (or bodies) who have much in common, a household or an office. Without those,
//! man and wife would be one: family name, street, town and phone agree, and a
//! model of two classes takes that for four witnesses who do not know each other.
//!
//! Pairs from the blocks are counted one by one; the rest, which is nearly all, by
//! a sample of random pairs that stands for them. Expectation maximisation
//! then finds the shares of the levels in each class and how many pairs are of
//! it. It starts from the default shares of [`compare`](super::compare) and holds
//! on to them like to a hundred pairs of evidence, so that little data gives the
//! defaults. Nothing here is random: the same counts give the same weights.

use std::collections::BTreeMap;

use super::compare::LEVELS;
use super::pattern::{self, Pattern};
use crate::config::likeness::Kind;

/// Rounds at most; it mostly settles in a third of these.
const ROUNDS: usize = 60;
/// A round that changes no share by more than this is the last.
const SETTLED: f64 = 1e-5;
/// Pairs of records that the default shares count for, in all classes but *different*.
const EVIDENCE: f64 = 100.0;
/// Share of all pairs that the default shares of class *different* count for.
const DIFFERENT_EVIDENCE: f64 = 0.01;

/// How many times as common as by default the estimate may make *different* among
/// the records of one person.
const MORE_DIFFERENT: f64 = 3.0;

type Counts = [(Pattern, f64)];

/// What two records may be to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Same,
    Different,
    /// Other people of the same name at the same address.
    Household,
    /// Other people in the same company, or other bodies in the same building.
    Office,
}

impl Class {
    const ALL: [Self; 4] = [Self::Same, Self::Different, Self::Household, Self::Office];

    /// Whether records of this class have such a value in common.
    fn shares(self, kind: Kind) -> bool {
        match self {
            Self::Same => true,
            Self::Different => false,
            Self::Household => matches!(kind, Kind::Family | Kind::Street | Kind::Place | Kind::Phone),
            Self::Office => matches!(kind, Kind::Company | Kind::Street | Kind::Place | Kind::Phone),
        }
    }

    /// Whether records of this class can be told from those of *same*.
    fn fits(self, kinds: &[Kind]) -> bool {
        let people = kinds.contains(&Kind::Given);
        match self {
            Self::Same | Self::Different => true,
            Self::Household => people,
            Self::Office => people && kinds.contains(&Kind::Company),
        }
    }
}

/// The pairs of a dataset, counted by pattern.
#[derive(Debug, Default)]
pub(crate) struct Population {
    /// Pairs that share a block.
    pub(crate) blocked: BTreeMap<Pattern, u64>,
    /// Random pairs that share none.
    pub(crate) sampled: BTreeMap<Pattern, u64>,
    /// Records that can be paired.
    pub(crate) records: u64,
}

/// The shares of the levels in each class, and of the classes, as logarithms.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    classes: Vec<Shares>,
}

#[derive(Debug, Clone)]
struct Shares {
    class: Class,
    /// By feature and level; 0 for a missing value, which says nothing.
    features: Vec<[f64; LEVELS]>,
    /// Of the class among all pairs.
    share: f64,
}

impl Shares {
    fn of(&self, pattern: Pattern) -> f64 {
        let levels = self.features.iter().enumerate();
        levels.map(|(feature, shares)| shares[pattern::level(pattern, feature)]).sum()
    }
}

impl Weights {
    /// The logarithm of the odds that a pair is the same. `rare` is how much more
    /// than usual its values speak against chance.
    pub(crate) fn odds(&self, pattern: Pattern, rare: f64) -> f64 {
        let likely = self.likely(pattern, rare);
        likely[0] - sum(likely[1..].iter().copied())
    }

    /// How much the values alone speak for *same* and against *different*.
    pub(crate) fn evidence(&self, pattern: Pattern) -> f64 {
        self.classes[0].of(pattern) - self.classes[1].of(pattern)
    }

    /// By class, the logarithm of how likely the class and the pattern are.
    fn likely(&self, pattern: Pattern, rare: f64) -> Vec<f64> {
        let one = |shares: &Shares| {
            let chance = if shares.class == Class::Different { rare } else { 0.0 };
            shares.share + shares.of(pattern) - chance
        };
        self.classes.iter().map(one).collect()
    }
}

/// The logarithm of the sum of numbers that are given as logarithms.
fn sum(logarithms: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logarithms.clone().fold(f64::NEG_INFINITY, f64::max);
    most + logarithms.map(|one| (one - most).exp()).sum::<f64>().ln()
}

/// A probability as logarithm of its odds.
pub(crate) fn odds_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// The probability of logarithmic odds.
pub(crate) fn probability(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// The default weights, before any data.
pub(crate) fn defaults(kinds: &[Kind]) -> Weights {
    Model::default_for(kinds, 0.1).weights()
}

/// Estimates the weights of features of these kinds.
pub(crate) fn run(kinds: &[Kind], population: &Population) -> Weights {
    let total = (population.records as f64 * (population.records as f64 - 1.0) / 2.0).max(1.0);
    let blocked: u64 = population.blocked.values().sum();
    let sampled: u64 = population.sampled.values().sum();
    let each = if sampled == 0 { 0.0 } else { (total - blocked as f64).max(0.0) / sampled as f64 };
    let counts = |of: &BTreeMap<Pattern, u64>| -> Vec<(Pattern, f64)> {
        of.iter().map(|(pattern, count)| (*pattern, *count as f64)).collect()
    };
    let (blocked, standing) = (counts(&population.blocked), counts(&population.sampled));
    let defaults = Model::default_for(kinds, (0.5 / population.records.max(1) as f64).min(0.1));
    let mut model = defaults.clone();
    for _ in 0..ROUNDS {
        let next = model.improved(&defaults, &blocked, (&standing, each), total);
        let change = model.change(&next);
        model = next;
        if change < SETTLED {
            break;
        }
    }
    model.weights()
}

/// A class, the shares of the levels by feature, and its own share.
type ClassShares = (Class, Vec<[f64; LEVELS]>, f64);

/// Of each class the shares of the levels, and its own.
#[derive(Debug, Clone)]
struct Model {
    classes: Vec<ClassShares>,
}

impl Model {
    /// `share` is that of each class but *different*.
    fn default_for(kinds: &[Kind], share: f64) -> Self {
        let shares = |class: Class, kind: &Kind| {
            let mut levels = [0.0; LEVELS];
            for (slot, level) in levels[1..].iter_mut().zip(kind.levels()) {
                *slot = if class.shares(*kind) { level.same } else { level.different };
            }
            levels
        };
        let fitting: Vec<Class> = Class::ALL.into_iter().filter(|class| class.fits(kinds)).collect();
        let others = (fitting.len() - 1) as f64 * share;
        let class = |class: &Class| {
            let own = if *class == Class::Different { 1.0 - others } else { share };
            (*class, kinds.iter().map(|kind| shares(*class, kind)).collect(), own)
        };
        Self { classes: fitting.iter().map(class).collect() }
    }

    /// One round: how likely each pattern is of each class, and the shares that follow.
    /// A pair of the sample stands for many where it is different, and for itself
    /// where it is not: what goes together by chance in so many pairs would drown
    /// the few that are the same.
    fn improved(&self, defaults: &Self, blocked: &Counts, (standing, each): (&Counts, f64), total: f64) -> Self {
        let weights = self.weights();
        let mut next = self.clone();
        for (_, features, share) in &mut next.classes {
            *share = 0.0;
            features.iter_mut().for_each(|levels| *levels = [0.0; LEVELS]);
        }
        let alone = blocked.iter().map(|(pattern, count)| (*pattern, *count, *count));
        let standing = standing.iter().map(|(pattern, count)| (*pattern, *count, *count * each));
        for (pattern, count, as_different) in alone.chain(standing) {
            let likely = weights.likely(pattern, 0.0);
            let all = sum(likely.iter().copied());
            for ((class, features, share), likely) in next.classes.iter_mut().zip(likely) {
                let weight = if *class == Class::Different { as_different } else { count };
                let count = (likely - all).exp() * weight;
                *share += count;
                for (feature, levels) in features.iter_mut().enumerate() {
                    levels[pattern::level(pattern, feature)] += count;
                }
            }
        }
        let classes = next.classes.len() as f64;
        for ((class, features, share), (_, defaults, _)) in next.classes.iter_mut().zip(&defaults.classes) {
            let evidence = if *class == Class::Different { DIFFERENT_EVIDENCE * total } else { EVIDENCE };
            for (levels, defaults) in features.iter_mut().zip(defaults) {
                blend(levels, defaults, evidence);
                if *class == Class::Same {
                    hold(levels, defaults);
                }
            }
            *share = (*share + 1.0) / (total + classes);
        }
        next
    }

    fn change(&self, next: &Self) -> f64 {
        let moved = |(one, other): (&ClassShares, &ClassShares)| {
            let levels = one.1.iter().flatten().zip(other.1.iter().flatten()).map(|(a, b)| (a - b).abs());
            levels.fold((one.2.ln() - other.2.ln()).abs(), f64::max)
        };
        self.classes.iter().zip(&next.classes).map(moved).fold(0.0, f64::max)
    }

    fn weights(&self) -> Weights {
        let logarithms = |levels: &[f64; LEVELS]| levels.map(|share| if share > 0.0 { share.ln() } else { 0.0 });
        let class = |(class, features, share): &ClassShares| Shares {
            class: *class,
            features: features.iter().map(logarithms).collect(),
            share: share.ln(),
        };
        Weights { classes: self.classes.iter().map(class).collect() }
    }
}

/// Counts as shares that sum to one, the defaults counting as so many pairs more.
/// Missing values take no part.
fn blend(counts: &mut [f64; LEVELS], defaults: &[f64; LEVELS], evidence: f64) {
    let sum: f64 = counts[1..].iter().sum::<f64>() + evidence;
    counts[0] = 0.0;
    for (count, default) in counts.iter_mut().zip(defaults).skip(1) {
        *count = (*count + evidence * default) / sum;
    }
}

/// Keeps *different* from becoming usual among records that are the same. Where few
/// are, pairs that have only a name in common are the largest group beside those of
/// strangers, and the model would take them for the class that it looks for: then
/// nobody's address, number or day of birth would count against anything.
fn hold(shares: &mut [f64; LEVELS], defaults: &[f64; LEVELS]) {
    let most = (defaults[1] * MORE_DIFFERENT).min(1.0);
    if shares[1] <= most {
        return;
    }
    let rest: f64 = shares[2..].iter().sum();
    for share in &mut shares[2..] {
        *share *= (1.0 - most) / rest.max(f64::MIN_POSITIVE);
    }
    shares[1] = most;
}

#[cfg(test)]
mod tests {
    use super::{Population, defaults, odds_of, probability, run};
    use crate::config::likeness::Kind;

    /// A pattern of given name, family name and number.
    fn pattern(levels: [u64; 3]) -> u64 {
        levels[0] | levels[1] << 4 | levels[2] << 8
    }

    const KINDS: [Kind; 3] = [Kind::Given, Kind::Family, Kind::Number];

    #[test]
    fn without_data_the_defaults_hold() {
        let estimated = run(&KINDS, &Population { records: 4, ..Population::default() });
        for levels in [[7, 5, 3], [1, 1, 1], [5, 4, 2], [0, 5, 0]] {
            let pattern = pattern(levels);
            let moved = estimated.evidence(pattern) - defaults(&KINDS).evidence(pattern);
            assert!(moved.abs() < 1e-9, "{levels:?}: {moved}");
        }
    }

    #[test]
    fn the_data_overrules_the_defaults() {
        // 1,000 records, 300 of them twice; given names say as little here as they may.
        let mut population = Population { records: 1000, ..Population::default() };
        let blocked = [([7, 5, 3], 255), ([1, 5, 3], 45), ([7, 5, 1], 2000), ([1, 5, 1], 2000)];
        population.blocked.extend(blocked.map(|(levels, count)| (pattern(levels), count)));
        population
            .sampled
            .extend([([7, 1, 1], 5000), ([1, 1, 1], 5000)].map(|(levels, count)| (pattern(levels), count)));
        let weights = run(&KINDS, &population);
        let likely = |levels| probability(weights.odds(pattern(levels), 0.0));
        assert!(likely([1, 5, 3]) > 0.99, "{}", likely([1, 5, 3]));
        assert!(likely([7, 5, 1]) < 0.2, "{}", likely([7, 5, 1]));
        assert!(likely([1, 1, 1]) < 1e-6);
    }

    #[test]
    fn man_and_wife_are_two() {
        let kinds = [Kind::Given, Kind::Family, Kind::Street, Kind::Place, Kind::Phone, Kind::Date];
        let of = |levels: [u64; 6]| levels.iter().rev().fold(0, |pattern, level| pattern << 4 | level);
        let likely = |levels| probability(defaults(&kinds).odds(of(levels), 0.0));
        // All agrees but the given name and the day of birth, or the given name alone.
        assert!(likely([1, 5, 5, 5, 4, 1]) < 0.01);
        assert!(likely([1, 5, 5, 5, 4, 0]) < 0.2);
        // A nickname, and all else; the same name, and no day of birth.
        assert!(likely([5, 5, 5, 5, 4, 5]) > 0.99);
        assert!(likely([7, 5, 5, 5, 4, 0]) > 0.95);
    }

    #[test]
    fn namesakes_are_not_taken_for_the_class_that_is_looked_for() {
        // Of 1,500 records, 300 pairs have a name in common and nothing else.
        let mut population = Population { records: 1500, ..Population::default() };
        let blocked = [([7, 5, 1], 300), ([7, 1, 1], 9000), ([1, 5, 1], 9000), ([7, 5, 3], 5)];
        population.blocked.extend(blocked.map(|(levels, count)| (pattern(levels), count)));
        population.sampled.insert(pattern([1, 1, 1]), 9000);
        let weights = run(&KINDS, &population);
        assert!(probability(weights.odds(pattern([7, 5, 1]), 0.0)) < 0.5);
        assert!(probability(weights.odds(pattern([7, 5, 3]), 0.0)) > 0.99);
    }

    #[test]
    fn a_missing_value_says_nothing() {
        let weights = defaults(&KINDS);
        assert_eq!(weights.evidence(pattern([0, 0, 0])), 0.0);
        assert!((probability(odds_of(0.95)) - 0.95).abs() < 1e-12);
    }
}
