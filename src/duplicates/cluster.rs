//! Clusters: what is equal to the same record is equal.

use std::collections::BTreeMap;

/// Disjoint sets over the records that have a duplicate; the others cost nothing.
#[derive(Debug, Default)]
pub struct Clusters {
    parents: BTreeMap<u32, u32>,
    /// The key by which a record first joined another.
    keys: BTreeMap<u32, Option<usize>>,
}

/// A record of a cluster. The survivor is a member of its own cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub seq: u32,
    pub survivor: u32,
    /// The match key by which it was found; `None`: equal content.
    pub key: Option<usize>,
}

impl Clusters {
    /// Notes that two records are the same, by match key number `key`.
    pub fn join(&mut self, a: u32, b: u32, key: Option<usize>) {
        let (a_root, b_root) = (self.root(a), self.root(b));
        self.keys.entry(a.max(b)).or_insert(key);
        self.keys.entry(a_root.max(b_root)).or_insert(key);
        let (low, high) = (a_root.min(b_root), a_root.max(b_root));
        self.parents.insert(low, low);
        self.parents.insert(high, low);
    }

    fn root(&mut self, seq: u32) -> u32 {
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

    /// All members of all clusters, by `seq`.
    pub fn members(mut self) -> Vec<Member> {
        let seqs: Vec<u32> = self.parents.keys().copied().collect();
        let member = |seq| {
            let survivor = self.root(seq);
            Member { seq, survivor, key: self.keys.get(&seq).copied().flatten() }
        };
        seqs.into_iter().map(member).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Clusters, Member};

    #[test]
    fn chains_become_one_cluster_led_by_the_first_record() {
        let mut clusters = Clusters::default();
        clusters.join(7, 9, Some(0));
        clusters.join(3, 9, Some(1));
        clusters.join(20, 21, None);
        let member = |seq, survivor, key| Member { seq, survivor, key };
        assert_eq!(
            clusters.members(),
            [
                member(3, 3, None),
                member(7, 3, Some(1)),
                member(9, 3, Some(0)),
                member(20, 20, None),
                member(21, 20, None)
            ]
        );
    }
}
