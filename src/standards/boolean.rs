//! `boolean`: yes and no in the words that legacy systems use for them.
//! Knows a fixed list of words and those that its options add; guesses nothing.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, BooleanBuilder, StringArray};
use arrow::datatypes::DataType;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::column::nonblank;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::{Code, Faults};
use crate::options;

/// Codes of this module.
pub const CODES: &[Code] = &[Code {
    id: "config.boolean-words",
    what: "A word is listed as both true and false, or `true` or `false` is listed as its opposite.",
    why: "The same word cannot mean both, and what the standard gives it must read back as the same.",
    example: "standard = { name = \"boolean\", true = [\"A\"], false = [\"A\"] }",
    fix: "List the word once.",
}];

pub static STANDARD: Standard = Standard {
    name: "boolean",
    what: "Reads yes and no in the words of 29 languages, 1 and 0, T and F, X, on and off",
    why: "One flag is kept as Y, J, X, -1 and .T. by five systems; the target has one type for it.",
    rule: "The same in capitals, and without their accents; 1 and 0, -1 (Access), 1.0 and 0.0, .T. and .F. \
           (dBase), x and signs (✓ ✔ ☑ √ ✅, ☐ ✗ ✘ ❌). Words for yes and no, true and false, on and off. \
           English: yes, true, on, checked, enabled, y, t / no, false, off, unchecked, disabled, n, f. \
           German: ja, wahr, an, aktiviert, j / nein, falsch, aus, deaktiviert. French: oui, vrai, o / non, \
           faux. Spanish: sí, verdadero, cierto, activado, s / no, falso, desactivado. Italian: sì, vero, \
           attivato / no, falso, disattivato. Portuguese: sim, verdadeiro, ativado / não, falso, desativado. \
           Dutch: ja, waar, aan / nee, neen, onwaar, uit. Catalan: sí, cert / no, fals. Romanian: da, \
           adevărat / nu, fals. Danish: ja, sand, sandt / nej, falsk, falskt. Norwegian: ja, sann, sant / \
           nei, usann, usant. Swedish: ja, sant / nej, falskt. Icelandic: já, satt / nei, ósatt. Finnish: \
           kyllä, tosi / ei, epätosi. Estonian: jah, tõene / ei, väär. Latvian: jā, patiess / nē, nepatiess. \
           Lithuanian: taip, tiesa / ne, netiesa. Polish: tak, prawda / nie, fałsz. Czech: ano, pravda / ne, \
           nepravda. Slovak: áno, pravda / nie, nepravda. Slovenian: da, resnično / ne, neresnično. Croatian \
           and Serbian: da, točno / ne, netočno. Hungarian: igen, igaz / nem, hamis. Turkish: evet, doğru / \
           hayır, yanlış. Greek: ναι, αληθής / όχι, ψευδής. Russian: да, истина / нет, ложь. Ukrainian: так, \
           істина / ні, хибність. Bulgarian: да, вярно / не, невярно. No word has two meanings: no is false \
           though a Pole may say it for yes, and año is none though ano is Czech. Active, open, granted and \
           the like are states of something, not yes or no: list them as `true` and `false`. Anything else is \
           invalid.",
    examples: &[
        Example { input: "true", country: None, output: Some("true") },
        Example { input: "Y", country: None, output: Some("true") },
        Example { input: "No", country: None, output: Some("false") },
        Example { input: "1", country: None, output: Some("true") },
        Example { input: "-1", country: None, output: Some("true") },
        Example { input: "0", country: None, output: Some("false") },
        Example { input: "x", country: None, output: Some("true") },
        Example { input: ".F.", country: None, output: Some("false") },
        Example { input: "Ja", country: None, output: Some("true") },
        Example { input: "SÍ", country: None, output: Some("true") },
        Example { input: "não", country: None, output: Some("false") },
        Example { input: "Tak", country: None, output: Some("true") },
        Example { input: "NIE", country: None, output: Some("false") },
        Example { input: "kyllä", country: None, output: Some("true") },
        Example { input: "Нет", country: None, output: Some("false") },
        Example { input: "όχι", country: None, output: Some("false") },
        Example { input: "vrai", country: None, output: Some("true") },
        Example { input: "✓", country: None, output: Some("true") },
        Example { input: "☐", country: None, output: Some("false") },
        Example { input: "1.0", country: None, output: Some("true") },
        Example { input: "maybe", country: None, output: None },
        Example { input: "año", country: None, output: None },
        Example { input: "2", country: None, output: None },
    ],
    takes_country: false,
    keys: BooleanOptions::keys,
    build,
};

options! {
    /// Options of the standard `boolean`.
    struct BooleanOptions {
        /// Further words that mean true; case does not matter.
        r#true: Vec<String> = Vec::new(),
        /// Further words that mean false; case does not matter.
        r#false: Vec<String> = Vec::new(),
    }
}

/// A language, its words for true, its words for false.
type Words = (&'static str, &'static str, &'static str);

#[rustfmt::skip] // a row a language
const LANGUAGES: &[Words] = &[
    ("English", "yes true on checked enabled y t", "no false off unchecked disabled n f"),
    ("German", "ja wahr an aktiviert j", "nein falsch aus deaktiviert"),
    ("French", "oui vrai o", "non faux"),
    ("Spanish", "sí verdadero cierto activado s", "no falso desactivado"),
    ("Italian", "sì vero attivato", "no falso disattivato"),
    ("Portuguese", "sim verdadeiro ativado", "não falso desativado"),
    ("Dutch", "ja waar aan", "nee neen onwaar uit"),
    ("Catalan", "sí cert", "no fals"),
    ("Romanian", "da adevărat", "nu fals"),
    ("Danish", "ja sand sandt", "nej falsk falskt"),
    ("Norwegian", "ja sann sant", "nei usann usant"),
    ("Swedish", "ja sant", "nej falskt"),
    ("Icelandic", "já satt", "nei ósatt"),
    ("Finnish", "kyllä tosi", "ei epätosi"),
    ("Estonian", "jah tõene", "ei väär"),
    ("Latvian", "jā patiess", "nē nepatiess"),
    ("Lithuanian", "taip tiesa", "ne netiesa"),
    ("Polish", "tak prawda", "nie fałsz"),
    ("Czech", "ano pravda", "ne nepravda"),
    ("Slovak", "áno pravda", "nie nepravda"),
    ("Slovenian", "da resnično", "ne neresnično"),
    ("Croatian and Serbian", "da točno", "ne netočno"),
    ("Hungarian", "igen igaz", "nem hamis"),
    ("Turkish", "evet doğru", "hayır yanlış"),
    ("Greek", "ναι αληθής", "όχι ψευδής"),
    ("Russian", "да истина", "нет ложь"),
    ("Ukrainian", "так істина", "ні хибність"),
    ("Bulgarian", "да вярно", "не невярно"),
];
/// Numbers, letters of databases, and signs.
const SIGNS: Words = ("", "1 -1 1.0 .t. .y. x ✓ ✔ ☑ √ ✅", "0 0.0 .f. .n. ☐ ✗ ✘ ❌");

/// The longest word that is looked up, in bytes.
const LONGEST: usize = 32;

/// What each word means, with its accents and without any.
static MEANINGS: LazyLock<HashMap<String, bool>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    for (_, yes, no) in LANGUAGES.iter().chain([&SIGNS]) {
        for (words, meaning) in [(yes, true), (no, false)] {
            for word in words.split(' ') {
                meanings.insert(word.to_owned(), meaning);
                meanings.insert(plain(word), meaning);
                // YANLIŞ in small letters, whatever the locale
                meanings.insert(word.replace('ı', "i"), meaning);
            }
        }
    }
    meanings
});

/// The word without accents. Signs stay, and so do letters that are none with an
/// accent (`ł`), for which there is another way.
fn plain(word: &str) -> String {
    let letters = word.nfd().filter(|c| !is_combining_mark(*c));
    letters
        .map(|c| match c {
            'ł' => 'l',
            'ı' => 'i',
            c => c,
        })
        .nfc()
        .collect()
}

/// The meaning of a word of the list, in any case.
fn meaning(value: &str) -> Option<bool> {
    if value.len() > LONGEST {
        return None;
    }
    if value.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return MEANINGS.get(value).copied();
    }
    let small = value.to_lowercase();
    // what is composed of a letter and its accent; the style of an emoji
    let small: String = small.chars().filter(|c| *c != '\u{fe0f}').nfc().collect();
    MEANINGS.get(&small).or_else(|| MEANINGS.get(small.replace('\u{307}', "").as_str())).copied()
}

#[derive(Debug)]
struct Boolean {
    /// Further words in lower case.
    yes: Vec<String>,
    no: Vec<String>,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = BooleanOptions::from_table(table, span.clone(), also, faults)?;
    let fold = |words: &[String]| words.iter().map(|word| word.trim().to_lowercase()).collect::<Vec<_>>();
    let cleaner = Boolean { yes: fold(&options.r#true), no: fold(&options.r#false) };
    let clash = cleaner.yes.iter().any(|word| word == "false" || cleaner.no.contains(word));
    if clash || cleaner.no.iter().any(|word| word == "true") {
        faults
            .push("config.boolean-words", span, "a word is listed as both true and false")
            .help("list each word once, and `true` and `false` not as their opposites");
        return None;
    }
    Some(Box::new(cleaner))
}

impl Boolean {
    fn read(&self, value: &str) -> Option<bool> {
        if !self.yes.is_empty() || !self.no.is_empty() {
            let small = value.to_lowercase();
            if self.yes.contains(&small) {
                return Some(true);
            }
            if self.no.contains(&small) {
                return Some(false);
            }
        }
        meaning(value)
    }
}

impl Cleaner for Boolean {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        let mut built = BooleanBuilder::with_capacity(input.len());
        for value in input.iter() {
            built.append_option(value.and_then(nonblank).and_then(|value| self.read(value)));
        }
        Arc::new(built.finish())
    }

    fn output(&self) -> DataType {
        DataType::Boolean
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{LANGUAGES, LONGEST, SIGNS, STANDARD, meaning, plain};

    /// Each word, its meaning and its language.
    fn each() -> impl Iterator<Item = (&'static str, bool, &'static str)> {
        let of = |(language, yes, no): &super::Words| {
            let (language, yes, no) = (*language, *yes, *no);
            yes.split(' ')
                .map(move |word| (word, true, language))
                .chain(no.split(' ').map(move |word| (word, false, language)))
        };
        LANGUAGES.iter().chain([&SIGNS]).flat_map(of)
    }

    #[test]
    fn every_word_has_one_meaning_in_all_languages() {
        let mut seen: HashMap<String, (bool, &str)> = HashMap::new();
        for (word, means, language) in each() {
            for spelling in [word.to_owned(), plain(word)] {
                let before = seen.entry(spelling.clone()).or_insert((means, language));
                assert_eq!(before.0, means, "{spelling} in {language} and {}", before.1);
            }
        }
    }

    #[test]
    fn every_word_is_read_in_any_case_and_without_accents() {
        for (word, means, language) in each() {
            assert!(word.len() <= LONGEST);
            for spelling in [word.to_owned(), word.to_uppercase(), plain(word), plain(word).to_uppercase()] {
                assert_eq!(meaning(&spelling), Some(means), "{spelling} of {language}");
            }
        }
        assert_eq!(meaning("✔\u{fe0f}"), Some(true));
        assert_eq!(meaning("si\u{301}"), Some(true));
        assert_eq!(meaning("EVET"), Some(true));
        assert_eq!(meaning("KYLLÄ"), Some(true));
        for unknown in ["año", "n/a", "na", "yn", "-", "", "active", "inactive"] {
            assert_eq!(meaning(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_rule_lists_every_word() {
        for (language, yes, no) in LANGUAGES {
            let listed = format!("{language}: {} / {}", yes.replace(' ', ", "), no.replace(' ', ", "));
            assert!(STANDARD.rule.contains(&listed), "{listed}");
        }
        // Croatian and Serbian share a row
        assert!(STANDARD.what.contains(&format!("{} languages", LANGUAGES.len() + 1)));
    }
}
