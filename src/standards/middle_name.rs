//! `middle_name`: a field that holds middle names or initials only.

use super::person_name::field::{GivenOptions, build_given};
use super::{Example, Standard};
use crate::config::decode::Options;

pub static STANDARD: Standard = Standard {
    name: "middle_name",
    what: "Trims a middle name or initial and gives it its capitals; the dot of an initial stays",
    why: "it tells apart people of the same name, so an `x` for none must not",
    rule: "custom, as for given names",
    examples: &[
        Example { input: "j.", country: None, output: Some("J.") },
        Example { input: "q", country: None, output: Some("Q") },
        Example { input: "FITZGERALD", country: None, output: Some("Fitzgerald") },
        Example { input: "Anne.", country: None, output: Some("Anne") },
        Example { input: "anne marie", country: None, output: Some("Anne Marie") },
        Example { input: "O'NEIL", country: None, output: Some("O'Neil") },
        Example { input: "-", country: None, output: None },
        Example { input: "xx", country: None, output: None },
        Example { input: "NULL", country: None, output: None },
    ],
    takes_country: false,
    keys: GivenOptions::keys,
    build: build_given,
};
