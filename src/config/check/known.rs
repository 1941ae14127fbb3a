//! The names that the rest of the program gives to the configuration.

use crate::config::decode::Key;
use crate::standards::registry;

/// The names of all standards.
pub fn standard_names() -> Vec<&'static str> {
    registry::all().iter().map(|standard| standard.name).collect()
}

/// All standards by name, each with the keys of its options.
pub fn standards() -> Vec<(&'static str, Vec<Key>)> {
    registry::all().iter().map(|standard| (standard.name, (standard.keys)())).collect()
}
