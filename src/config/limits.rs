//! When a run is not loaded: how many records may be rejected or refused.

/// When a run is not loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Rejected records at most, per entity.
    pub reject: Limit,
    /// Refused records at most, per entity.
    pub refuse: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    None,
    Records(u64),
    /// Share of the records read, from 0 to 1.
    Share(f64),
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("no limit"),
            Self::Records(most) => write!(f, "{most}"),
            Self::Share(most) => write!(f, "{}%", most * 100.0),
        }
    }
}

impl Limit {
    /// Whether `count` of `read` records is more than allowed.
    pub fn exceeded(self, count: u64, read: u64) -> bool {
        match self {
            Self::None => false,
            Self::Records(most) => count > most,
            Self::Share(most) => count as f64 > most * read as f64,
        }
    }
}
