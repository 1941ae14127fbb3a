//! `given_name`: a field that holds given names only.

use super::person_name::field::{GivenOptions, build_given};
use super::{Example, Standard};
use crate::config::decode::Options;

pub static STANDARD: Standard = Standard {
    name: "given_name",
    what: "Trims a given name and gives names all in capitals or all in small letters their capitals",
    why: "letters and mails greet by it, and placeholders such as `unknown` must not",
    rule: "custom: capitals at the beginning, after hyphens and apostrophes; mixed case is left as it is; two \
           given names stay together",
    examples: &[
        Example { input: "  MARY  ANN ", country: None, output: Some("Mary Ann") },
        Example { input: "jean-luc", country: None, output: Some("Jean-Luc") },
        Example { input: "LeAnn", country: None, output: Some("LeAnn") },
        Example { input: "j.r.", country: None, output: Some("J.R.") },
        Example { input: "TJ", country: None, output: Some("TJ") },
        Example { input: "\"Bob\"", country: None, output: Some("Bob") },
        Example { input: "JOSÉ MARÍA", country: None, output: Some("José María") },
        Example { input: "İBRAHİM", country: None, output: Some("İbrahim") },
        Example { input: "MARIA DE JESUS", country: None, output: Some("Maria de Jesus") },
        Example { input: "n/a", country: None, output: None },
        Example { input: "Unknown", country: None, output: None },
        Example { input: "?", country: None, output: None },
    ],
    takes_country: false,
    keys: GivenOptions::keys,
    build: build_given,
};
