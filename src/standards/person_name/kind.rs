//! What a value in a column of names is: a person, a couple, a company, nobody.

use std::sync::LazyLock;

use super::name::Order;
use super::split::split;
use crate::standards::company;
use crate::standards::text::tidy;
use crate::standards::word_table::WordTable;
use crate::words;

words! {
    /// What a value in a column of names is.
    pub enum NameKind {
        /// One person.
        Person = "person",
        /// Two people.
        Couple = "couple",
        /// A company or another organisation.
        Company = "company",
        /// A placeholder such as `n/a` or `test`.
        Nobody = "nobody",
    }
}

/// Words that organisations have in their names and people have not, folded.
static ORGANISATIONS: &[&str] = &[
    "foundation",
    "university",
    "college",
    "association",
    "assoc",
    "committee",
    "company",
    "companies",
    "hospital",
    "institute",
    "department",
    "insurance",
    "services",
    "associates",
    "holdings",
    "enterprises",
    "industries",
    "international",
    "consulting",
    "solutions",
    "systems",
    "technologies",
    "group",
    "partners",
    "partnership",
    "properties",
    "academy",
    "agency",
    "ministry",
    "embassy",
    "trust",
    "union",
    "federation",
    "center",
    "centre",
    "restaurant",
    "pharmacy",
    "clinic",
    "library",
    "museum",
    "chapel",
    "cathedral",
    "alliance",
    "coalition",
    "consortium",
    "construction",
    "township",
    "district",
    "elementary",
    "attorneys",
    "builders",
    "dentistry",
    "engineering",
    "communications",
    "campaign",
    "government",
    "methodist",
    "lutheran",
    "political",
    "medical",
    "stiftung",
    "verein",
    "gesellschaft",
    "universität",
    "universitat",
    "krankenhaus",
    "sparkasse",
    "fondation",
    "société",
    "societe",
    "université",
    "universite",
    "banque",
    "fundación",
    "fundacion",
    "universidad",
    "asociación",
    "asociacion",
    "fondazione",
    "università",
    "universita",
    "associazione",
    "stichting",
    "vereniging",
    "universiteit",
];

/// Words between those of an organisation: Bank of the West, Citizens for Boyd.
static BETWEEN: &[&str] = &["of", "for", "the"];

static ORGANISATION_INDEX: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(ORGANISATIONS));

/// Says what a value is.
pub(crate) fn kind(value: &str, order: Order) -> NameKind {
    if is_company(value) {
        return NameKind::Company;
    }
    match split(value, order) {
        None => NameKind::Nobody,
        Some(reading) if reading.pair.is_some() || is_joined(&reading.whole.given) => NameKind::Couple,
        Some(_) => NameKind::Person,
    }
}

/// `John & Mary`, of whom no family name is known.
fn is_joined(given: &str) -> bool {
    given.split(' ').any(super::words::is_and)
}

/// Whether the value shows that it is an organisation: a legal form at its end
/// or a word that people do not have in their names, not in front of a comma.
pub(crate) fn is_company(value: &str) -> bool {
    let text = tidy(value);
    if !text.contains(' ') && text.is_ascii() {
        return false;
    }
    if company::has_legal_form(&text) {
        return true;
    }
    if !text.contains(' ') {
        return false;
    }
    let known = |word: &str| {
        ORGANISATION_INDEX.contains(word) || (!word.is_ascii() && ORGANISATION_INDEX.contains(&word.to_lowercase()))
    };
    let mut words = text.split([' ', ',', '-', '/']);
    words.any(|word| match word.len() {
        2 | 3 => BETWEEN.iter().any(|one| one.eq_ignore_ascii_case(word)),
        0..=4 => false,
        _ => known(word),
    })
}
