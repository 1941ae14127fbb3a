//! The words that have a place of their own in names: prefixes, suffixes,
//! particles, and what people type where they know no name.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A title before a name, or letters after one.
pub(super) struct Word {
    /// In small letters without dots.
    key: &'static str,
    pub(super) plain: &'static str,
    pub(super) dotted: &'static str,
}

const fn word(key: &'static str, plain: &'static str, dotted: &'static str) -> Word {
    Word { key, plain, dotted }
}

/// Contractions are written without a dot by default, abbreviations with one.
static PREFIXES: &[Word] = &[
    word("mr", "Mr", "Mr."),
    word("mister", "Mr", "Mr."),
    word("mrs", "Mrs", "Mrs."),
    word("ms", "Ms", "Ms."),
    word("miss", "Miss", "Miss"),
    word("mx", "Mx", "Mx."),
    word("dr", "Dr", "Dr."),
    word("doctor", "Dr", "Dr."),
    word("prof", "Prof.", "Prof."),
    word("professor", "Prof.", "Prof."),
    word("professorin", "Prof.", "Prof."),
    word("messrs", "Messrs", "Messrs."),
    word("sir", "Sir", "Sir"),
    word("dame", "Dame", "Dame"),
    word("lord", "Lord", "Lord"),
    word("lady", "Lady", "Lady"),
    word("herr", "Herr", "Herr"),
    word("herrn", "Herr", "Herr"),
    word("hr", "Herr", "Herr"),
    word("frau", "Frau", "Frau"),
    word("fr", "Fr.", "Fr."),
    word("fräulein", "Fräulein", "Fräulein"),
    word("dipl-ing", "Dipl.-Ing.", "Dipl.-Ing."),
    word("ing", "Ing.", "Ing."),
    word("mag", "Mag.", "Mag."),
    word("m", "M.", "M."),
    word("mm", "MM.", "MM."),
    word("mme", "Mme", "Mme"),
    word("madame", "Mme", "Mme"),
    word("monsieur", "M.", "M."),
    word("mlle", "Mlle", "Mlle"),
    word("mademoiselle", "Mlle", "Mlle"),
    word("sr", "Sr.", "Sr."),
    word("señor", "Sr.", "Sr."),
    word("senor", "Sr.", "Sr."),
    word("sra", "Sra.", "Sra."),
    word("señora", "Sra.", "Sra."),
    word("senora", "Sra.", "Sra."),
    word("srta", "Srta.", "Srta."),
    word("don", "Don", "Don"),
    word("doña", "Doña", "Doña"),
    word("sig", "Sig.", "Sig."),
    word("sigra", "Sig.ra", "Sig.ra"),
    word("dott", "Dott.", "Dott."),
    word("dhr", "Dhr.", "Dhr."),
    word("mevr", "Mevr.", "Mevr."),
    word("mw", "Mevr.", "Mevr."),
    word("rev", "Rev.", "Rev."),
    word("reverend", "Rev.", "Rev."),
    word("father", "Fr.", "Fr."),
    word("pastor", "Pastor", "Pastor"),
    word("rabbi", "Rabbi", "Rabbi"),
    word("imam", "Imam", "Imam"),
    word("sister", "Sister", "Sister"),
    word("brother", "Brother", "Brother"),
    word("msgr", "Msgr.", "Msgr."),
    word("bishop", "Bishop", "Bishop"),
    word("hon", "Hon.", "Hon."),
    word("senator", "Sen.", "Sen."),
    word("congressman", "Congressman", "Congressman"),
    word("congresswoman", "Congresswoman", "Congresswoman"),
    word("honorable", "Hon.", "Hon."),
    word("judge", "Judge", "Judge"),
    word("gen", "Gen.", "Gen."),
    word("general", "Gen.", "Gen."),
    word("col", "Col.", "Col."),
    word("colonel", "Col.", "Col."),
    word("maj", "Maj.", "Maj."),
    word("major", "Maj.", "Maj."),
    word("capt", "Capt.", "Capt."),
    word("captain", "Capt.", "Capt."),
    word("lt", "Lt.", "Lt."),
    word("lieutenant", "Lt.", "Lt."),
    word("sgt", "Sgt.", "Sgt."),
    word("sergeant", "Sgt.", "Sgt."),
    word("cpl", "Cpl.", "Cpl."),
    word("pvt", "Pvt.", "Pvt."),
    word("adm", "Adm.", "Adm."),
    word("cmdr", "Cmdr.", "Cmdr."),
];

/// Prefixes that are names too, so that they count as prefixes only in a field
/// for prefixes.
static ALSO_NAMES: &[&str] = &[
    "m", "mm", "fr", "don", "lord", "major", "general", "judge", "bishop", "mag", "ing", "father", "sister", "brother",
    "hr",
];

static SUFFIXES: &[Word] = &[
    word("jr", "Jr", "Jr."),
    word("junior", "Jr", "Jr."),
    word("sr", "Sr", "Sr."),
    word("senior", "Sr", "Sr."),
    word("ii", "II", "II"),
    word("iii", "III", "III"),
    word("iv", "IV", "IV"),
    word("2nd", "II", "II"),
    word("3rd", "III", "III"),
    word("4th", "IV", "IV"),
    word("phd", "PhD", "Ph.D."),
    word("md", "MD", "M.D."),
    word("dds", "DDS", "D.D.S."),
    word("dmd", "DMD", "D.M.D."),
    word("dvm", "DVM", "D.V.M."),
    word("jd", "JD", "J.D."),
    word("edd", "EdD", "Ed.D."),
    word("psyd", "PsyD", "Psy.D."),
    word("pharmd", "PharmD", "Pharm.D."),
    word("esq", "Esq.", "Esq."),
    word("esquire", "Esq.", "Esq."),
    word("cpa", "CPA", "CPA"),
    word("cfa", "CFA", "CFA"),
    word("cfp", "CFP", "CFP"),
    word("mba", "MBA", "M.B.A."),
    word("msc", "MSc", "M.Sc."),
    word("bsc", "BSc", "B.Sc."),
    word("llm", "LLM", "LL.M."),
    word("rn", "RN", "R.N."),
    word("bsn", "BSN", "B.S.N."),
    word("obe", "OBE", "OBE"),
    word("mbe", "MBE", "MBE"),
    word("cbe", "CBE", "CBE"),
    word("pe", "PE", "P.E."),
    word("v", "V", "V"),
    word("vi", "VI", "VI"),
    word("do", "DO", "D.O."),
    word("ma", "MA", "M.A."),
    word("ba", "BA", "B.A."),
    word("bs", "BS", "B.S."),
    word("ms", "MS", "M.S."),
];

/// Suffixes that are names too: they count only in a field for suffixes, or
/// after a comma.
static SUFFIX_ALSO_NAMES: &[&str] = &["v", "vi", "do", "ma", "ba", "bs", "ms", "pe", "junior", "senior"];

/// Written small, and part of the family name that follows.
static PARTICLES: &[&str] = &[
    "af", "av", "bin", "bint", "da", "dal", "de", "degli", "dei", "del", "della", "den", "der", "di", "do", "dos",
    "das", "du", "el", "ibn", "la", "las", "los", "op", "'t", "te", "ten", "ter", "van", "vom", "von", "zu", "zum",
    "zur",
];

/// Small only after another particle: `de la Cruz`, but `La Rue`.
static SECOND_PARTICLES: &[&str] = &["la", "las", "los", "el", "do", "op", "te", "den"];

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
    "unbekannt",
    "ohne namen",
    "inconnu",
    "desconocido",
];

/// Words by their key: looked up several times a name.
type Index = LazyLock<HashMap<&'static str, &'static Word>>;

static PREFIX_INDEX: Index = LazyLock::new(|| PREFIXES.iter().map(|word| (word.key, word)).collect());
static SUFFIX_INDEX: Index = LazyLock::new(|| SUFFIXES.iter().map(|word| (word.key, word)).collect());

/// The word of the index that this is in any case, with its dots or without.
fn find(index: &Index, text: &str) -> Option<&'static Word> {
    // The longest key, with a dot after each letter.
    const LONGEST: usize = 24;
    if text.len() > LONGEST {
        return None;
    }
    if !text.is_ascii() {
        let key: String = text.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect();
        return index.get(key.as_str()).copied();
    }
    let mut key = [0; LONGEST];
    let mut length = 0;
    for byte in text.bytes().filter(|byte| *byte != b'.') {
        key[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    index.get(std::str::from_utf8(&key[..length]).ok()?).copied()
}

/// The prefix that this is in a field for prefixes.
pub(super) fn prefix(text: &str) -> Option<&'static Word> {
    find(&PREFIX_INDEX, text)
}

/// The prefix that this is at the beginning of a whole name.
pub(super) fn leading_prefix(text: &str) -> Option<&'static Word> {
    prefix(text).filter(|word| !ALSO_NAMES.contains(&word.key) || (text.ends_with('.') && text.len() > 2))
}

/// The suffix that this is in a field for suffixes, or after a comma.
pub(super) fn suffix(text: &str) -> Option<&'static Word> {
    find(&SUFFIX_INDEX, text)
}

/// The suffix that this is at the end of a whole name.
pub(super) fn trailing_suffix(text: &str) -> Option<&'static Word> {
    suffix(text).filter(|word| !SUFFIX_ALSO_NAMES.contains(&word.key))
}

/// Whether the word, in any case, is a particle.
pub(super) fn is_particle(word: &str) -> bool {
    word.len() <= 5 && PARTICLES.iter().any(|particle| particle.eq_ignore_ascii_case(word))
}

/// Whether the particle needs another before it.
pub(super) fn is_second_particle(word: &str) -> bool {
    SECOND_PARTICLES.iter().any(|particle| particle.eq_ignore_ascii_case(word))
}

/// Whether the word joins two people: `John & Mary`.
pub(super) fn is_and(word: &str) -> bool {
    ["&", "+", "/", "and", "und", "et"].iter().any(|and| and.eq_ignore_ascii_case(word))
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
    let lower = bare.to_ascii_lowercase();
    PLACEHOLDERS.contains(&lower.as_str())
        || (lower.len() > 1 && lower.bytes().all(|byte| byte == b'x'))
        // People are called Null; databases say NULL or null.
        || bare == "NULL"
        || bare == "null"
}
