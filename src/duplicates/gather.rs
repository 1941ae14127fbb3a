//! Clusters of records that are alike, such that they do not chain.
//!
//! Two clusters become one if the pair between them that speaks loudest reaches
//! *same*, all pairs between them, on the average, still speak for it, and none
//! is plainly *different*. So a record that is like one member of a cluster and
//! unlike the others stays outside. The clusters that are most alike come first; equal ones in the order
//! of the records. Which record stands where in the input changes nothing else.

use std::collections::BTreeMap;

/// What one pair can say at most, for and against, as natural logarithm: one
/// record that is equal must not outvote ten that are not.
const LOUDEST: f64 = 12.0;

/// A pair of records, the one read first in front, with the logarithm of the
/// odds that they are one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) odds: f64,
}

/// What it takes to make two clusters one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bar {
    /// The odds of the pair between them that speaks loudest.
    pub(crate) loudest: f64,
    /// The average of the odds of all pairs between them.
    pub(crate) average: f64,
    /// The odds of the pair between them that speaks against it most.
    pub(crate) softest: f64,
}

/// What the pairs between two things say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Said {
    pub(crate) average: f64,
    pub(crate) loudest: f64,
    pub(crate) softest: f64,
    /// They must not become one, whatever they are like.
    pub(crate) apart: bool,
}

/// Groups that hang together by edges, each ascending, of `most` at most: a
/// group that is larger falls apart at its weakest edges first.
pub(crate) fn components(edges: &[Edge], most: usize) -> Vec<Vec<u32>> {
    let mut whole = Vec::new();
    let mut rest: Vec<(Vec<Edge>, f64)> = vec![(edges.to_vec(), f64::NEG_INFINITY)];
    while let Some((edges, least)) = rest.pop() {
        for group in connected(&edges) {
            if group.len() <= most {
                whole.push(group);
                continue;
            }
            let within = edges.iter().filter(|edge| group.binary_search(&edge.a).is_ok());
            let weakest = within.clone().map(|edge| edge.odds).fold(f64::INFINITY, f64::min).max(least);
            let kept: Vec<Edge> = within.copied().filter(|edge| edge.odds > weakest + 1.0).collect();
            if kept.is_empty() {
                whole.extend(group.chunks(most).map(<[u32]>::to_vec));
            } else {
                rest.push((kept, weakest + 1.0));
            }
        }
    }
    whole.sort_unstable();
    whole
}

fn connected(edges: &[Edge]) -> Vec<Vec<u32>> {
    let mut parents: BTreeMap<u32, u32> = BTreeMap::new();
    for edge in edges {
        let (a, b) = (root(&mut parents, edge.a), root(&mut parents, edge.b));
        parents.insert(a.max(b), a.min(b));
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let all: Vec<u32> = parents.keys().copied().collect();
    for seq in all {
        groups.entry(root(&mut parents, seq)).or_default().push(seq);
    }
    groups.into_values().collect()
}

fn root(parents: &mut BTreeMap<u32, u32>, seq: u32) -> u32 {
    let mut root = seq;
    loop {
        let parent = *parents.entry(root).or_insert(root);
        if parent == root {
            break;
        }
        root = parent;
    }
    let mut place = seq;
    while place != root {
        place = parents.insert(place, root).unwrap_or(root);
    }
    root
}

/// Parts `count` things into clusters; `said` gives what stands between any two.
pub(crate) fn cluster(count: usize, bar: Bar, said: &dyn Fn(usize, usize) -> Said) -> Vec<Vec<usize>> {
    let mut between = Between::new(count, said);
    let mut clusters: Vec<Vec<usize>> = (0..count).map(|place| vec![place]).collect();
    while let Some((into, from)) = between.best(&clusters, bar) {
        let moved = std::mem::take(&mut clusters[from]);
        clusters[into].extend(moved);
        between.unite(into, from);
    }
    clusters.retain(|cluster| !cluster.is_empty());
    for cluster in &mut clusters {
        cluster.sort_unstable();
    }
    clusters
}

/// What stands between any two clusters; `average` is a sum here.
struct Between {
    count: usize,
    said: Vec<Said>,
}

impl Between {
    fn new(count: usize, said: &dyn Fn(usize, usize) -> Said) -> Self {
        let mut all =
            vec![Said { average: 0.0, loudest: f64::NEG_INFINITY, softest: 0.0, apart: false }; count * count];
        for a in 0..count {
            for b in 0..a {
                let said = said(b, a);
                let said = Said { average: said.average.clamp(-LOUDEST, LOUDEST), ..said };
                all[a * count + b] = said;
                all[b * count + a] = said;
            }
        }
        Self { count, said: all }
    }

    /// The two clusters that are most alike, if it is enough.
    fn best(&self, clusters: &[Vec<usize>], bar: Bar) -> Option<(usize, usize)> {
        let mut best: Option<((f64, f64), usize, usize)> = None;
        for (a, one) in clusters.iter().enumerate().filter(|(_, one)| !one.is_empty()) {
            for (b, other) in clusters.iter().enumerate().skip(a + 1).filter(|(_, other)| !other.is_empty()) {
                let said = self.said[a * self.count + b];
                let average = said.average / (one.len() * other.len()) as f64;
                let enough =
                    !said.apart && said.loudest >= bar.loudest && said.softest >= bar.softest && average >= bar.average;
                let rank = (average, said.loudest);
                if enough && best.is_none_or(|(highest, ..)| rank > highest) {
                    best = Some((rank, a, b));
                }
            }
        }
        best.map(|(_, a, b)| (a, b))
    }

    fn unite(&mut self, into: usize, from: usize) {
        for other in 0..self.count {
            let (one, two) = (self.said[into * self.count + other], self.said[from * self.count + other]);
            let both = Said {
                average: one.average + two.average,
                loudest: one.loudest.max(two.loudest),
                softest: one.softest.min(two.softest),
                apart: one.apart || two.apart,
            };
            self.said[into * self.count + other] = both;
            self.said[other * self.count + into] = both;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::proptest;

    use super::{Bar, Edge, Said, cluster, components};

    const BAR: Bar = Bar { loudest: 3.0, average: 0.0, softest: -7.0 };

    fn said(odds: f64) -> Said {
        Said { average: odds, loudest: odds, softest: odds, apart: false }
    }

    /// 0 is like 1, 1 is like 2, and so on; all others are unlike.
    #[test]
    fn a_chain_is_no_cluster() {
        let chain = |a: usize, b: usize| said(if a.abs_diff(b) == 1 { 5.0 } else { -9.0 });
        assert_eq!(cluster(5, BAR, &chain), [vec![0, 1], vec![2, 3], vec![4]]);
    }

    #[test]
    fn one_silent_pair_does_not_part_a_cluster() {
        let silent = |a: usize, b: usize| said(if (a, b) == (0, 3) { 0.1 } else { 6.0 });
        assert_eq!(cluster(4, BAR, &silent), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn one_pair_that_is_plainly_different_parts_a_cluster() {
        let different = |a: usize, b: usize| said(if (a, b) == (0, 3) { -8.0 } else { 9.0 - b as f64 });
        assert_eq!(cluster(4, BAR, &different), [vec![0, 1, 2], vec![3]]);
    }

    #[test]
    fn what_must_stay_apart_does() {
        let apart = |a: usize, b: usize| Said { apart: (a, b) == (0, 2), ..said(9.0 - b as f64) };
        assert_eq!(cluster(3, BAR, &apart), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_group_that_is_too_large_falls_apart_at_its_weakest_edges() {
        let edge = |a, b, odds| Edge { a, b, odds };
        let edges = [edge(1, 2, 9.0), edge(2, 3, 4.0), edge(3, 4, 9.0), edge(7, 8, 4.0)];
        assert_eq!(components(&edges, 4), [vec![1, 2, 3, 4], vec![7, 8]]);
        assert_eq!(components(&edges, 3), [vec![1, 2], vec![3, 4], vec![7, 8]]);
    }

    proptest! {
        /// However the records are numbered, the same ones come together, and no
        /// cluster has pairs that speak against it on the average.
        #[test]
        fn the_order_of_the_records_does_not_matter(odds in vec(-20.0_f64..20.0, 28), turn in 0_usize..8) {
            let of = |a: usize, b: usize| {
                let (a, b) = (a.min(b), a.max(b));
                odds[a * (15 - a) / 2 + b - a - 1]
            };
            let turned = |place: usize| (place + turn) % 8;
            let mut first = cluster(8, BAR, &|a, b| said(of(a, b)));
            let second = cluster(8, BAR, &|a, b| said(of(turned(a), turned(b))));
            let mut second: Vec<Vec<usize>> =
                second.into_iter().map(|cluster| cluster.into_iter().map(turned).collect()).collect();
            for cluster in first.iter_mut().chain(&mut second) {
                cluster.sort_unstable();
            }
            first.sort();
            second.sort();
            assert_eq!(&first, &second);
            for one in first.iter().filter(|cluster| cluster.len() == 2) {
                assert!(of(one[0], one[1]) >= 3.0);
            }
        }
    }
}
