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
    rows: Rows,
    /// By the first record of a cluster of several: the row that it stands in.
    bound: BTreeMap<u32, Bound>,
    rivals: Vec<Refused>,
}

/// Which members are rows that the target has already, and which records have a
/// row of their own there.
#[derive(Debug, Default)]
pub struct Rows {
    /// `_seq` of the first row of the target, where there are any; they stand
    /// behind all records.
    pub first: Option<u32>,
    /// A bit for each record: whether an earlier run has inserted a row for it.
    pub own: Vec<u64>,
}

impl Rows {
    /// Whether `seq` is a row of the target and no record.
    pub fn holds(&self, seq: u32) -> bool {
        self.first.is_some_and(|first| seq >= first)
    }

    /// Whether an earlier run has inserted a row for the record.
    pub fn owned(&self, seq: u32) -> bool {
        self.own.get(seq as usize / 64).is_some_and(|bits| bits >> (seq % 64) & 1 == 1)
    }
}

/// The row of the target that a cluster stands in: one that was there before, and
/// whether a record of it has one of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bound {
    pub row: Option<u32>,
    pub own: bool,
}

impl Bound {
    /// Whether two clusters stand in different rows, so that they cannot be one.
    pub fn excludes(self, other: Self) -> bool {
        (self.row.is_some() && (other.row.is_some() || other.own)) || (self.own && other.row.is_some())
    }
}

/// By what a duplicate was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Equal content.
    Content,
    /// A person said so.
    Decision,
    /// An earlier run linked the record to the row.
    Known,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

    /// The same, among rows that the target has already: no cluster holds two of them.
    pub fn among(self, rows: Rows) -> Self {
        Self { rows, ..self }
    }

    /// Notes that two records are the same, and by what it was found. False where
    /// a person keeps them, or what is the same as they are, apart, and where they
    /// stand in different rows of the target.
    pub fn join(&mut self, a: u32, b: u32, by: By) -> bool {
        let (a_root, b_root) = (self.root(a), self.root(b));
        if self.kept_apart(a_root, b_root) {
            if by == By::Decision || !self.different.contains(&(a.min(b), a.max(b))) {
                self.refused.push(Refused { a, b, by });
            }
            return false;
        }
        let (one, other) = (self.bound_of(a_root), self.bound_of(b_root));
        if a_root != b_root && one.excludes(other) {
            match by {
                By::Decision => self.refused.push(Refused { a, b, by }),
                By::Known => {}
                _ => self.note_rivals(a, b, by),
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
        let both = Bound { row: one.row.or(other.row), own: one.own || other.own };
        if both != Bound::default() {
            self.bound.remove(&high);
            self.bound.insert(low, both);
        }
        true
    }

    fn kept_apart(&mut self, a_root: u32, b_root: u32) -> bool {
        let Some(others) = self.apart.get(&a_root) else { return false };
        let others: Vec<u32> = others.iter().copied().collect();
        a_root != b_root && others.into_iter().any(|other| self.root(other) == b_root)
    }

    fn bound_of(&self, root: u32) -> Bound {
        let alone = || Bound { row: self.rows.holds(root).then_some(root), own: self.rows.owned(root) };
        self.bound.get(&root).copied().unwrap_or_else(alone)
    }

    /// The row of the target that the record's cluster stands in.
    pub fn bound(&mut self, seq: u32) -> Bound {
        let root = self.root(seq);
        self.bound_of(root)
    }

    /// Whether the clusters of two records stand in different rows of the target.
    pub fn rivals(&mut self, a: u32, b: u32) -> bool {
        let (a_root, b_root) = (self.root(a), self.root(b));
        a_root != b_root && self.bound_of(a_root).excludes(self.bound_of(b_root))
    }

    /// Notes that two records are alike enough to be one, but for their rows.
    pub fn note_rivals(&mut self, a: u32, b: u32, by: By) {
        self.rivals.push(Refused { a: a.min(b), b: a.max(b), by });
    }

    /// The pairs that were found to be the same and stand in different rows, each once.
    pub fn rival_pairs(&mut self) -> Vec<Refused> {
        let mut rivals = std::mem::take(&mut self.rivals);
        rivals.sort_unstable();
        rivals.dedup_by_key(|pair| (pair.a, pair.b));
        rivals
    }

    /// The clusters that stand in a row which was there before: their first
    /// records, that row, and by what it was found.
    pub fn linked(&self) -> Vec<(u32, u32, By)> {
        let found = |row: u32| self.found.get(&row).copied().unwrap_or(By::Content);
        let linked = self.bound.iter().filter(|(root, _)| !self.rows.holds(**root));
        linked.filter_map(|(root, bound)| Some((*root, bound.row?, found(bound.row?)))).collect()
    }

    /// Whether `seq` is a row of the target and no record.
    pub fn is_row(&self, seq: u32) -> bool {
        self.rows.holds(seq)
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

    /// All records of all clusters of two or more, by `seq`.
    pub fn members(mut self) -> Vec<Member> {
        let seqs: Vec<u32> = self.parents.keys().copied().filter(|seq| !self.rows.holds(*seq)).collect();
        let member = |seq| {
            let survivor = self.root(seq);
            Member { seq, survivor, by: self.found.get(&seq).copied().unwrap_or(By::Content) }
        };
        let members: Vec<Member> = seqs.into_iter().map(member).collect();
        // A record that is one with nothing but a row of the target is left alone.
        let mut merged: Vec<u32> =
            members.iter().filter(|one| one.seq != one.survivor).map(|one| one.survivor).collect();
        merged.sort_unstable();
        members.into_iter().filter(|one| merged.binary_search(&one.survivor).is_ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Bound, By, Clusters, Member, Refused, Rows};

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

    /// 10 and 11 are rows of the target; an earlier run has inserted a row for 4.
    #[test]
    fn a_cluster_stands_in_one_row_of_the_target() {
        let rows = Rows { first: Some(10), own: vec![1 << 4] };
        let mut clusters = Clusters::default().among(rows);
        assert!(clusters.join(1, 10, By::Key(0)));
        assert!(!clusters.join(1, 11, By::Key(0)));
        assert!(!clusters.join(4, 10, By::Key(1)));
        assert!(!clusters.join(11, 10, By::Decision));
        assert!(clusters.join(2, 10, By::Key(1)));
        assert!(clusters.join(4, 5, By::Key(1)));
        assert!(!clusters.join(2, 5, By::Key(1)));
        assert!(clusters.join(3, 11, By::Known));
        assert_eq!(clusters.bound(2), Bound { row: Some(10), own: false });
        assert_eq!(clusters.bound(5), Bound { row: None, own: true });
        assert_eq!(clusters.linked(), [(1, 10, By::Key(0)), (3, 11, By::Known)]);
        let rivals: Vec<(u32, u32)> = clusters.rival_pairs().iter().map(|pair| (pair.a, pair.b)).collect();
        assert_eq!(rivals, [(1, 11), (2, 5), (4, 10)]);
        assert_eq!(clusters.refused(), [Refused { a: 11, b: 10, by: By::Decision }]);
        let members: Vec<(u32, u32)> = clusters.members().iter().map(|member| (member.seq, member.survivor)).collect();
        assert_eq!(members, [(1, 1), (2, 1), (4, 4), (5, 4)]);
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
