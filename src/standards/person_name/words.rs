//! The words that have a place of their own in names: prefixes, suffixes,
//! particles, and what people type where they know no name.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::offices::OFFICES;
use super::titles::{ALSO_NAMES, PREFIXES, SUFFIX_ALSO_NAMES, SUFFIXES, Word};
use crate::standards::word_table::WordTable;

/// Words that are looked up several times a name.
type Index<T> = LazyLock<WordTable<T>>;

/// Written small, and part of the family name that follows.
static PARTICLES: Index<()> = LazyLock::new(|| {
    WordTable::of(&[
        "af", "av", "bin", "bint", "da", "dal", "de", "degli", "dei", "del", "della", "den", "der", "di", "do", "dos",
        "das", "du", "el", "het", "ibn", "la", "las", "los", "op", "'t", "te", "ten", "ter", "van", "vom", "von", "zu",
        "zum", "zur",
    ])
});

/// Small only after another particle: `de la Cruz`, but `La Rue`.
static SECOND_PARTICLES: &[&str] = &["het", "la", "las", "los", "el", "do", "op", "te", "den"];

/// What people type where they know no name.
static PLACEHOLDERS: &[&str] = &[
    "unknown",
    "unk",
    "not known",
    "not available",
    "not provided",
    "not given",
    "no name",
    "noname",
    "anonymous",
    "n/a",
    "n.a.",
    "n.a",
    "n.n.",
    "nn",
    "none",
    "nil",
    "tbd",
    "tba",
    "test",
    "testing",
    "test test",
    "test user",
    "test name",
    "asdf",
    "qwerty",
    "dummy",
    "first name",
    "last name",
    "full name",
    "vorname",
    "nachname",
    "do not use",
    "duplicate",
    "deleted",
    "no last name",
    "sin nombre",
    "onbekend",
    "sconosciuto",
    "desconhecido",
    "unbekannt",
    "ohne namen",
    "inconnu",
    "desconocido",
];

static PLACEHOLDER_INDEX: Index<()> = LazyLock::new(|| WordTable::of(PLACEHOLDERS));
static PREFIX_INDEX: Index<Title> = LazyLock::new(|| Title::table(PREFIXES, ALSO_NAMES, &[]));
static SUFFIX_INDEX: Index<Title> = LazyLock::new(|| Title::table(SUFFIXES, SUFFIX_ALSO_NAMES, OFFICES));

/// A word before or behind a name.
struct Title {
    word: &'static Word,
    /// Whether it is a name too, so that it counts in its own field only.
    also_name: bool,
}

impl Title {
    fn table(words: &'static [Word], also_names: &[&str], offices: &'static [Word]) -> WordTable<Self> {
        let words = words.iter().map(|word| (word.key, Self { word, also_name: also_names.contains(&word.key) }));
        WordTable::new(words.chain(offices.iter().map(|word| (word.key, Self { word, also_name: true }))))
    }
}

/// The word of the index that this is in any case, with its dots or without.
fn find(index: &'static Index<Title>, text: &str) -> Option<&'static Title> {
    // The longest key, with a dot after each letter.
    const LONGEST: usize = 24;
    if text.len() > LONGEST {
        return None;
    }
    if !text.is_ascii() {
        let key: String = text.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect();
        return index.get(&key);
    }
    index.get(&without_dots(text))
}

fn without_dots(text: &str) -> Cow<'_, str> {
    match text.trim_end_matches('.') {
        bare if !bare.contains('.') => bare.into(),
        bare => bare.replace('.', "").into(),
    }
}

/// The prefix that this is in a field for prefixes.
pub(super) fn prefix(text: &str) -> Option<&'static Word> {
    find(&PREFIX_INDEX, text).map(|title| title.word)
}

/// The prefix that this is at the beginning of a whole name.
pub(super) fn leading_prefix(text: &str) -> Option<&'static Word> {
    let title = find(&PREFIX_INDEX, text)?;
    (!title.also_name || (text.ends_with('.') && text.len() > 2)).then_some(title.word)
}

/// The suffix that this is in a field for suffixes, or after a comma.
pub(super) fn suffix(text: &str) -> Option<&'static Word> {
    find(&SUFFIX_INDEX, text).map(|title| title.word)
}

/// The suffix that this is at the end of a whole name.
pub(super) fn trailing_suffix(text: &str) -> Option<&'static Word> {
    find(&SUFFIX_INDEX, text).filter(|title| !title.also_name).map(|title| title.word)
}

/// Whether the word, in any case, is a particle.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(word)
}

/// Whether the particle needs another before it.
pub(super) fn is_second_particle(word: &str) -> bool {
    SECOND_PARTICLES.iter().any(|particle| particle.eq_ignore_ascii_case(word))
}

/// Whether the word joins two people: `John & Mary`.
pub(super) fn is_and(word: &str) -> bool {
    ["&", "+", "/", "and", "und", "et"].iter().any(|and| and.eq_ignore_ascii_case(word)) || word == "or"
}

/// Whether the word joins two titles in some language: `Sr. y Sra.`, `Sig. e Sig.ra`.
pub(super) fn joins_titles(word: &str) -> bool {
    is_and(word) || ["y", "e", "en", "a", "i", "og", "och", "ja"].iter().any(|and| and.eq_ignore_ascii_case(word))
}

/// Whether the text is an e-mail address, which is nobody's name.
pub(super) fn is_email_address(text: &str) -> bool {
    !text.contains(' ') && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// Offices and orders that are given names or family names only rarely.
pub(super) fn is_office(word: &str) -> bool {
    ["father", "sister", "brother", "mayor", "representative", "attorney", "bishop", "judge", "deacon", "senator"]
        .iter()
        .any(|office| office.eq_ignore_ascii_case(word))
}

/// Titles of several people: Drs Davidson and Burr.
pub(super) fn is_plural_prefix(word: &str) -> bool {
    ["drs", "drs.", "messrs", "messrs.", "profs", "profs.", "mmes"].iter().any(|title| title.eq_ignore_ascii_case(word))
}

/// Whether this stands for no name: no letter in it, `unknown`, `xxx`, `NULL`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    if !text.chars().any(char::is_alphabetic) {
        return true;
    }
    if text.len() > 16 || !text.is_ascii() {
        return false;
    }
    let bare = text.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    PLACEHOLDER_INDEX.contains(bare)
        || (bare.len() > 1 && bare.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x')))
        // People are called Null; databases say NULL or null.
        || bare == "NULL"
        || bare == "null"
}
