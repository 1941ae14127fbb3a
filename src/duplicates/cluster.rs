//! Clusters: what is equal to the same record is equal, but for what a person
//! keeps apart.

use std::collections::{BTreeMap, BTreeSet};

/// Disjoint sets over the records that have a duplicate; the others cost nothing.
#[derive(Debug, Default)]
pub struct Clusters {
    parents: BTreeMap<u32, u32>,
    /// By what a record first joined another.
    found: BTreeMap<u32, By>,
    /// The pairs that are kept apart, the smaller `_seq` in front.
    different: BTreeSet<(u32, u32)>,
    /// By the first record of a cluster: the records that it must not meet.
    apart: BTreeMap<u32, BTreeSet<u32>>,
    refused: Vec<Refused>,
}

/// By what a duplicate was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Equal content.
    Content,
    /// A person said so.
    Decision,
    /// The match key of that number.
    Key(usize),
    /// Likeness, with the probability in whole hundredths, rounded down.
    Likeness(u8),
}

/// A record of a cluster. The survivor is a member of its own cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub seq: u32,
    pub survivor: u32,
    pub by: By,
}

/// Two records that were not joined, because others that are the same as they
/// are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub a: u32,
    pub b: u32,
    pub by: By,
}

impl Clusters {
    /// Clusters that never hold both records of one of these pairs.
    pub fn keeping_apart(different: &BTreeSet<(u32, u32)>) -> Self {
        let mut apart: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (a, b) in different {
            apart.entry(*a).or_default().insert(*b);
            apart.entry(*b).or_default().insert(*a);
        }
        Self { different: different.clone(), apart, ..Self::default() }
    }

    /// Notes that two records are the same, and by what it was found. False where
    /// a person keeps them, or what is the same as they are, apart.
    pub fn join(&mut self, a: u32, b: u32, by: By) -> bool {
        let (a_root, b_root) = (self.root(a), self.root(b));
        if self.kept_apart(a_root, b_root) {
            if by == By::Decision || !self.different.contains(&(a.min(b), a.max(b))) {
                self.refused.push(Refused { a, b, by });
            }
            return false;
        }
        self.found.entry(a.max(b)).or_insert(by);
        self.found.entry(a_root.max(b_root)).or_insert(by);
        let (low, high) = (a_root.min(b_root), a_root.max(b_root));
        self.parents.insert(low, low);
        self.parents.insert(high, low);
        if low != high
            && let Some(others) = self.apart.remove(&high)
        {
            self.apart.entry(low).or_default().extend(others);
        }
        true
    }

    fn kept_apart(&mut self, a_root: u32, b_root: u32) -> bool {
        let Some(others) = self.apart.get(&a_root) else { return false };
        let others: Vec<u32> = others.iter().copied().collect();
        a_root != b_root && others.into_iter().any(|other| self.root(other) == b_root)
    }

    /// The first record of the cluster that `seq` is in.
    pub fn root(&mut self, seq: u32) -> u32 {
        let mut root = seq;
        while let Some(&parent) = self.parents.get(&root)
            && parent != root
        {
            root = parent;
        }
        let mut place = seq;
        while place != root {
            place = self.parents.insert(place, root).unwrap_or(root);
        }
        root
    }

    /// The records of each cluster, ascending, by its first one.
    pub fn sets(&mut self) -> BTreeMap<u32, Vec<u32>> {
        let seqs: Vec<u32> = self.parents.keys().copied().collect();
        let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for seq in seqs {
            sets.entry(self.root(seq)).or_default().push(seq);
        }
        sets
    }

    /// What was not joined for the sake of others, each pair once.
    pub fn refused(&mut self) -> Vec<Refused> {
        let mut refused = std::mem::take(&mut self.refused);
        refused.sort_by_key(|pair| (pair.a, pair.b));
        refused.dedup_by_key(|pair| (pair.a, pair.b));
        refused
    }

    /// All members of all clusters, by `seq`.
    pub fn members(mut self) -> Vec<Member> {
        let seqs: Vec<u32> = self.parents.keys().copied().collect();
        let member = |seq| {
            let survivor = self.root(seq);
            Member { seq, survivor, by: self.found.get(&seq).copied().unwrap_or(By::Content) }
        };
        seqs.into_iter().map(member).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{By, Clusters, Member, Refused};

    #[test]
    fn chains_become_one_cluster_led_by_the_first_record() {
        let mut clusters = Clusters::default();
        clusters.join(7, 9, By::Key(0));
        clusters.join(3, 9, By::Key(1));
        clusters.join(20, 21, By::Content);
        let member = |seq, survivor, by| Member { seq, survivor, by };
        assert_eq!(
            clusters.members(),
            [
                member(3, 3, By::Content),
                member(7, 3, By::Key(1)),
                member(9, 3, By::Key(0)),
                member(20, 20, By::Content),
                member(21, 20, By::Content)
            ]
        );
    }

    #[test]
    fn what_a_person_keeps_apart_does_not_meet_through_a_third() {
        let mut clusters = Clusters::keeping_apart(&BTreeSet::from([(3, 9)]));
        assert!(!clusters.join(3, 9, By::Key(0)));
        assert!(clusters.join(3, 7, By::Key(0)));
        assert!(!clusters.join(7, 9, By::Key(1)));
        assert!(clusters.join(9, 12, By::Key(1)));
        assert!(!clusters.join(2, 12, By::Key(1)) || !clusters.join(2, 3, By::Key(1)));
        let refused = |a, b| Refused { a, b, by: By::Key(1) };
        assert_eq!(clusters.refused(), [refused(2, 3), refused(7, 9)]);
        let clusters: Vec<(u32, u32)> = clusters.members().iter().map(|member| (member.seq, member.survivor)).collect();
        assert_eq!(clusters, [(2, 2), (3, 3), (7, 3), (9, 2), (12, 2)]);
    }

    #[test]
    fn decisions_that_contradict_each_other_are_told() {
        let mut clusters = Clusters::keeping_apart(&BTreeSet::from([(1, 3)]));
        assert!(clusters.join(1, 2, By::Decision));
        assert!(!clusters.join(2, 3, By::Decision));
        assert!(!clusters.join(1, 3, By::Decision));
        assert_eq!(clusters.refused().len(), 2);
    }
}
