//! What speaks against a pair whatever its probability is.
//!
//! A probability adds up what is equal and what is not. Two findings are no matter
//! of addition. Some contradict: a person has one day of birth and one given name,
//! and people who share a telephone, a street and a family name are a family. And
//! some agreement is none: a name tells nobody from a namesake, and what a household
//! or an office has in common nobody in it. Such pairs are not merged; where the
//! probability would, a person is asked.
//!
//! Only for people: companies have branches, and no day of birth.

use super::pattern::{self, Pattern};
use crate::config::likeness::Kind;

/// What keeps a pair from being merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objection {
    /// It is not enough; another record that is like both may still join them.
    Doubt,
    /// One value contradicts the other, but values can be wrong: it takes several
    /// other records to join the two.
    Contrary,
    /// They are two people, so nothing joins them.
    Apart,
}

/// Of the levels of one feature, how telling the one that a pair has is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    Missing,
    Different,
    /// Neither here nor there: the street without the number.
    Weak,
    Agrees,
}

/// What is found of the features of a pair.
#[derive(Debug, Default)]
struct Findings {
    given_differs: bool,
    family_differs: bool,
    born_differs: bool,
    /// Of mailboxes, days of birth and numbers of people: what is one person's own.
    own: u32,
    /// Of telephones, streets, companies and the like: what people share.
    shared: u32,
    /// Of what is one's own, what is neither equal nor different.
    weak: u32,
    /// Of both, those that differ.
    differs: u32,
}

/// What speaks against a pair with this pattern.
pub(crate) fn objection(kinds: &[Kind], pattern: Pattern) -> Option<Objection> {
    if pattern & pattern::GENERATIONS != 0 {
        return Some(Objection::Apart);
    }
    if !kinds.contains(&Kind::Given) || !kinds.contains(&Kind::Family) {
        return None;
    }
    let found = findings(kinds, pattern);
    // One of the person's own things can be wrong or shared: twins have one day of
    // birth, couples one mailbox.
    let other_name = found.given_differs && found.own < 2;
    let father_and_son = found.born_differs && found.own < 1 && found.shared > 0;
    if father_and_son || other_name && pattern & pattern::OTHER_NAME != 0 {
        return Some(Objection::Contrary);
    }
    let married = found.family_differs && found.own < 1;
    let namesakes = found.own + found.shared + found.weak == 0 && found.differs > 0;
    (other_name || married || namesakes).then_some(Objection::Doubt)
}

fn findings(kinds: &[Kind], pattern: Pattern) -> Findings {
    let mut all = Findings::default();
    for (feature, kind) in kinds.iter().enumerate() {
        let found = finding(*kind, pattern::level(pattern, feature));
        match kind {
            Kind::Given => all.given_differs |= found == Finding::Different,
            Kind::Family => all.family_differs |= found == Finding::Different,
            // A town is no more telling than a name, but it can be another one.
            Kind::Place => all.differs += u32::from(found == Finding::Different),
            _ => {
                let own = matches!(kind, Kind::Email | Kind::Date | Kind::Number);
                // The number of a person is nobody else's.
                let witnesses = if *kind == Kind::Number { 2 } else { 1 };
                all.own += if own && found == Finding::Agrees { witnesses } else { 0 };
                all.weak += u32::from(own && found == Finding::Weak);
                all.shared += u32::from(!own && found == Finding::Agrees);
                all.differs += u32::from(found == Finding::Different);
                all.born_differs |= *kind == Kind::Date && found == Finding::Different;
            }
        }
    }
    all
}

fn finding(kind: Kind, level: usize) -> Finding {
    let agrees = match kind {
        Kind::Phone | Kind::Number => 2,
        Kind::Date => 4,
        _ => 3,
    };
    match level {
        0 => Finding::Missing,
        1 => Finding::Different,
        level if level >= agrees => Finding::Agrees,
        _ => Finding::Weak,
    }
}

#[cfg(test)]
mod tests {
    use super::{Objection, objection};
    use crate::config::likeness::Kind;
    use crate::duplicates::pattern::{GENERATIONS, OTHER_NAME};

    const KINDS: [Kind; 7] =
        [Kind::Given, Kind::Family, Kind::Email, Kind::Street, Kind::Phone, Kind::Place, Kind::Date];

    fn of(levels: [u64; 7], besides: u64) -> Option<Objection> {
        objection(&KINDS, levels.iter().rev().fold(0, |pattern, level| pattern << 4 | level) | besides)
    }

    #[test]
    fn a_name_alone_is_not_enough() {
        assert_eq!(of([7, 5, 1, 1, 1, 5, 1], 0), Some(Objection::Doubt));
        assert_eq!(of([7, 5, 0, 0, 0, 1, 0], 0), Some(Objection::Doubt));
        // Nothing else is known, or something else agrees.
        assert_eq!(of([7, 5, 0, 0, 0, 5, 0], 0), None);
        assert_eq!(of([7, 5, 1, 5, 1, 5, 0], 0), None);
    }

    #[test]
    fn what_a_family_shares_is_not_enough() {
        // Twins, father and son, two who share a flat, somebody who married.
        assert_eq!(of([1, 5, 0, 5, 4, 5, 5], OTHER_NAME), Some(Objection::Contrary));
        assert_eq!(of([1, 5, 0, 5, 4, 5, 5], 0), Some(Objection::Doubt));
        assert_eq!(of([7, 5, 0, 5, 4, 5, 1], 0), Some(Objection::Contrary));
        assert_eq!(of([7, 5, 0, 5, 4, 5, 0], GENERATIONS), Some(Objection::Apart));
        assert_eq!(of([5, 1, 0, 5, 4, 5, 0], 0), Some(Objection::Doubt));
        assert_eq!(of([7, 1, 0, 5, 4, 5, 5], 0), None);
    }

    #[test]
    fn companies_have_none() {
        assert_eq!(objection(&[Kind::Company, Kind::Phone], 0x11), None);
    }
}
