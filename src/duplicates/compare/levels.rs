//! The levels of each comparator, and what they are worth before any data says so.
//!
//! The default shares count as much as a hundred pairs of evidence: they decide
//! where there is too little data to estimate from, and are overruled where
//! there is enough.

use crate::config::likeness::Kind;

/// No level: one of the two values is empty.
pub(crate) const MISSING: u8 = 0;
/// Levels of any kind at most, [`MISSING`] included.
pub(crate) const LEVELS: usize = 8;

/// A degree of likeness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    /// For the review file.
    pub(crate) name: &'static str,
    /// The share of this level among pairs of records of one person.
    pub(crate) same: f64,
    /// The share of this level among pairs of records of two people.
    pub(crate) different: f64,
}

const fn level(name: &'static str, same: f64, different: f64) -> Level {
    Level { name, same, different }
}

const GIVEN: &[Level] = &[
    level("different", 0.06, 0.945),
    level("alike", 0.04, 0.03),
    level("initial", 0.04, 0.008),
    level("close", 0.09, 0.004),
    level("nickname", 0.05, 0.002),
    level("swapped", 0.02, 0.0002),
    level("equal", 0.70, 0.01),
];
const FAMILY: &[Level] = &[
    level("different", 0.05, 0.975),
    level("alike", 0.04, 0.015),
    level("part", 0.03, 0.002),
    level("close", 0.10, 0.002),
    level("equal", 0.78, 0.005),
];
const COMPANY: &[Level] = &[
    level("different", 0.12, 0.93),
    level("alike", 0.14, 0.05),
    level("part", 0.12, 0.008),
    level("close", 0.12, 0.003),
    level("equal", 0.50, 0.002),
];
const EMAIL: &[Level] = &[
    level("different", 0.15, 0.996),
    level("alike", 0.05, 0.002),
    level("local part", 0.10, 0.0008),
    level("close", 0.15, 0.0002),
    level("equal", 0.55, 0.0002),
];
const PHONE: &[Level] = &[
    level("different", 0.18, 0.994),
    level("close", 0.08, 0.0004),
    level("without prefix", 0.04, 0.0001),
    level("equal", 0.70, 0.0005),
];
const STREET: &[Level] = &[
    level("different", 0.10, 0.975),
    level("street alone", 0.06, 0.01),
    level("alike", 0.08, 0.003),
    level("close", 0.16, 0.0005),
    level("equal", 0.60, 0.0005),
];
const PLACE: &[Level] = &[
    level("different", 0.06, 0.93),
    level("city", 0.08, 0.04),
    level("near", 0.08, 0.01),
    level("postcode", 0.08, 0.005),
    level("equal", 0.70, 0.01),
];
const DATE: &[Level] = &[
    level("different", 0.01, 0.955),
    level("near", 0.01, 0.03),
    level("part", 0.045, 0.008),
    level("close", 0.10, 0.0008),
    level("equal", 0.835, 0.0003),
];
const NUMBER: &[Level] = &[level("different", 0.06, 0.999), level("close", 0.10, 0.0002), level("equal", 0.84, 0.0001)];
const TEXT: &[Level] = &[
    level("different", 0.20, 0.95),
    level("alike", 0.15, 0.03),
    level("close", 0.15, 0.005),
    level("equal", 0.50, 0.02),
];

pub(super) fn of(kind: Kind) -> &'static [Level] {
    match kind {
        Kind::Given => GIVEN,
        Kind::Family => FAMILY,
        Kind::Company => COMPANY,
        Kind::Email => EMAIL,
        Kind::Phone => PHONE,
        Kind::Street => STREET,
        Kind::Place => PLACE,
        Kind::Date => DATE,
        Kind::Number => NUMBER,
        Kind::Text => TEXT,
    }
}
