//! The names that the rest of the program gives to the configuration.

use crate::config::decode::Key;
use crate::standards::registry;

/// The names of all standards.
pub fn standard_names() -> Vec<&'static str> {
    registry::all().iter().map(|standard| standard.name).collect()
}

/// The options of all standards, each name once.
pub fn standard_keys() -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for standard in registry::all() {
        for key in (standard.keys)() {
            if keys.iter().all(|known| known.name != key.name) {
                keys.push(key);
            }
        }
    }
    keys
}
