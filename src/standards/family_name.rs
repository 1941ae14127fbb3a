//! `family_name`: a field that holds the family name only.

use super::person_name::field::{FamilyOptions, build_family};
use super::{Example, Standard};
use crate::config::decode::Options;

pub static STANDARD: Standard = Standard {
    name: "family_name",
    what: "Trims a family name and gives names all in capitals or all in small letters their capitals",
    why: "shouted names look like a mass mailing, and lists are sorted and matched by this field",
    rule: "custom: particles such as van der, de la, von small; Mc, Mac, O', D' and hyphens go on with a capital; \
           mixed case is left as it is",
    examples: &[
        Example { input: "SMITH", country: None, output: Some("Smith") },
        Example { input: "mcdonald", country: None, output: Some("McDonald") },
        Example { input: "MACKENZIE", country: None, output: Some("MacKenzie") },
        Example { input: "MACHADO", country: None, output: Some("Machado") },
        Example { input: "O'BRIEN", country: None, output: Some("O'Brien") },
        Example { input: "VAN DER BERG", country: None, output: Some("van der Berg") },
        Example { input: "DE LA CRUZ", country: None, output: Some("de la Cruz") },
        Example { input: "la rue", country: None, output: Some("La Rue") },
        Example { input: "AL-RASHID", country: None, output: Some("al-Rashid") },
        Example { input: "SMITH-JONES", country: None, output: Some("Smith-Jones") },
        Example { input: "ST. JOHN", country: None, output: Some("St. John") },
        Example { input: "ÇELİK", country: None, output: Some("Çelik") },
        Example { input: "WEIß", country: None, output: Some("Weiß") },
        Example { input: "deVries", country: None, output: Some("deVries") },
        Example { input: "Null", country: None, output: Some("Null") },
        Example { input: "smith,", country: None, output: Some("Smith") },
        Example { input: "unknown", country: None, output: None },
    ],
    takes_country: false,
    keys: FamilyOptions::keys,
    build: build_family,
};
