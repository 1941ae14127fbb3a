//! From pairs that are alike to clusters, and to the pairs that a person must see.

use std::collections::{BTreeMap, BTreeSet};

use super::Decided;
use super::cluster::{Bound, By, Clusters};
use super::estimate::{odds_of, probability};
use super::gather::{self, Bar, Edge, Said};
use super::objections::{Objection, objection};
use super::prepare;
use super::score::{self, Found, Scored};
use crate::config::likeness::Fuzzy;
use crate::dataset::DatasetError;

/// A pair that is less likely than this to be one keeps clusters apart.
const PLAINLY_DIFFERENT: f64 = 0.0003;
/// From this probability on, the pairs between two clusters speak for one on the average.
const ON_THE_WHOLE: f64 = 0.5;
/// What a pair says whose values contradict each other, as logarithm of the odds:
/// another must say nearly all that one can for the two to come together.
const CONTRARY: f64 = -10.0;
/// Records of a group at most that are looked at together.
const LARGEST_GROUP: usize = 300;
/// Records that speak for a cluster that exact keys have found.
const SPEAKERS: usize = 4;
/// Records whose values are in memory at a time.
const AT_A_TIME: usize = 50_000;

/// Joins in `clusters` what is the same. Gives the pairs that may be.
pub(crate) fn run(
    found: &Found,
    fuzzy: &Fuzzy,
    decided: &Decided,
    clusters: &mut Clusters,
) -> Result<Vec<Scored>, DatasetError> {
    let sets = clusters.sets();
    let same = odds_of(fuzzy.same);
    let mut edges: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for pair in found.pairs.iter().filter(|pair| pair.odds >= same) {
        let (a, b) = (clusters.root(pair.a), clusters.root(pair.b));
        if a != b && !clusters.rivals(a, b) {
            let loudest = edges.entry((a.min(b), a.max(b))).or_insert(pair.odds);
            *loudest = loudest.max(pair.odds);
        }
    }
    let apart = decided.different.iter().map(|(a, b)| (clusters.root(*a), clusters.root(*b)));
    let apart: BTreeSet<(u32, u32)> = apart.map(|(a, b)| (a.min(b), a.max(b))).collect();
    let named: BTreeSet<u32> = edges.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let bound: BTreeMap<u32, Bound> = named.into_iter().map(|root| (root, clusters.bound(root))).collect();
    let list: Vec<Edge> = edges.iter().map(|((a, b), odds)| Edge { a: *a, b: *b, odds: *odds }).collect();
    let resolving = Resolving {
        found,
        sets: &sets,
        edges: &edges,
        apart: &apart,
        bound: &bound,
        bar: Bar { loudest: same, average: odds_of(ON_THE_WHOLE), softest: odds_of(PLAINLY_DIFFERENT) },
    };
    let mut due: Vec<Vec<u32>> = Vec::new();
    let mut records = 0;
    for group in gather::components(&list, LARGEST_GROUP) {
        records += group.len();
        due.push(group);
        if records >= AT_A_TIME {
            resolving.join(&std::mem::take(&mut due), clusters)?;
            records = 0;
        }
    }
    resolving.join(&due, clusters)?;
    Ok(doubts(found, same, decided, clusters))
}

struct Resolving<'a> {
    found: &'a Found,
    sets: &'a BTreeMap<u32, Vec<u32>>,
    /// The loudest pair between two things, by their first records.
    edges: &'a BTreeMap<(u32, u32), f64>,
    apart: &'a BTreeSet<(u32, u32)>,
    /// The rows of the target that things stand in, by their first records.
    bound: &'a BTreeMap<u32, Bound>,
    bar: Bar,
}

impl Resolving<'_> {
    /// The records that speak for what begins with `first`.
    fn speakers(&self, first: &u32) -> Vec<u32> {
        match self.sets.get(first) {
            Some(set) => set.iter().take(SPEAKERS).copied().collect(),
            None => vec![*first],
        }
    }

    fn join(&self, groups: &[Vec<u32>], clusters: &mut Clusters) -> Result<(), DatasetError> {
        let named: BTreeSet<u32> = groups.iter().flatten().flat_map(|first| self.speakers(first)).collect();
        let named: Vec<u32> = named.into_iter().collect();
        let values = score::values(&self.found.prepared.path, &named)?;
        for group in groups {
            let said = |a: usize, b: usize| self.said(group[a], group[b], &values);
            for cluster in gather::cluster(group.len(), self.bar, &said) {
                for place in cluster.iter().skip(1) {
                    let others = cluster.iter().filter(|other| *other != place);
                    let loudest = others.map(|other| said(*place.min(other), *place.max(other)).loudest);
                    let likely = probability(loudest.fold(f64::NEG_INFINITY, f64::max));
                    clusters.join(group[cluster[0]], group[*place], By::Likeness((likely * 100.0) as u8));
                }
            }
        }
        Ok(())
    }

    fn said(&self, a: u32, b: u32, values: &BTreeMap<u32, Vec<u8>>) -> Said {
        let (mut sum, mut count, mut softest) = (0.0, 0.0, f64::INFINITY);
        for one in self.speakers(&a) {
            for other in self.speakers(&b) {
                let (odds, least) = self.odds(one.min(other), one.max(other), values);
                sum += odds;
                count += 1.0;
                softest = softest.min(least);
            }
        }
        let pair = (a.min(b), a.max(b));
        let loudest = self.edges.get(&pair).copied().unwrap_or(f64::NEG_INFINITY);
        let bound = |first: &u32| self.bound.get(first).copied().unwrap_or_default();
        let apart = self.apart.contains(&pair) || bound(&a).excludes(bound(&b));
        Said { average: sum / count, loudest, softest, apart }
    }

    /// What a pair says on the whole, and whether it is plainly different.
    fn odds(&self, a: u32, b: u32, values: &BTreeMap<u32, Vec<u8>>) -> (f64, f64) {
        let never = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        let (Some(a), Some(b)) = (values.get(&a), values.get(&b)) else { return never };
        let layout = &self.found.prepared.layout;
        let (mut one, mut other) = (Vec::new(), Vec::new());
        prepare::slots(a, layout.slots, &mut one);
        prepare::slots(b, layout.slots, &mut other);
        let pattern = layout.compare(&one, &other);
        let rare = self.found.prepared.frequency.adjustment(layout, pattern, &one, &other);
        let odds = self.found.weights.odds(pattern, rare);
        match objection(&layout.kinds, pattern) {
            None => (odds, odds),
            Some(Objection::Doubt) => (odds.min(self.bar.loudest), odds),
            Some(Objection::Contrary) => (CONTRARY, odds),
            Some(Objection::Apart) => never,
        }
    }
}

/// The loudest pair between any two clusters that stayed two, and may be one. Those
/// that stand in different rows of the target may not.
fn doubts(found: &Found, same: f64, decided: &Decided, clusters: &mut Clusters) -> Vec<Scored> {
    let mut loudest: BTreeMap<(u32, u32), Scored> = BTreeMap::new();
    // Who is another than one of them is another than all: nobody is asked twice.
    let mut between = |a: u32, b: u32| {
        let (a, b) = (clusters.root(a), clusters.root(b));
        (a.min(b), a.max(b))
    };
    let settled: BTreeSet<(u32, u32)> = decided.different.iter().map(|(a, b)| between(*a, *b)).collect();
    for pair in &found.pairs {
        let (a, b) = (clusters.root(pair.a), clusters.root(pair.b));
        if a == b || settled.contains(&(a.min(b), a.max(b))) {
            continue;
        }
        if clusters.rivals(a, b) {
            if pair.odds >= same {
                clusters.note_rivals(pair.a, pair.b, By::Likeness((probability(pair.odds) * 100.0) as u8));
            }
            continue;
        }
        let known = loudest.entry((a.min(b), a.max(b))).or_insert(*pair);
        if pair.odds > known.odds {
            *known = *pair;
        }
    }
    let mut doubts: Vec<Scored> = loudest.into_values().collect();
    doubts.sort_by(|a, b| b.odds.total_cmp(&a.odds).then((a.a, a.b).cmp(&(b.a, b.b))));
    doubts
}
