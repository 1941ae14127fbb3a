//! `language`: ISO 639-1 codes out of names, codes and locales.
//! One lookup in a fixed table: nothing is guessed from likeness.

mod names;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text, nonblank};
use super::folding::fold;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};
use names::NAMES;

pub static STANDARD: Standard = Standard {
    name: "language",
    what: "Turns names, codes and locales into one ISO 639 code of the language",
    why: "German, Deutsch, allemand, ger, de_DE and 1031 are one language, and letters are written in it.",
    rule: "ISO 639-1 and 639-2 (both series of codes); names in English, German, French, Spanish, Italian, \
           Portuguese, Dutch and the language itself as in the Unicode CLDR; locales of POSIX and BCP 47; the \
           Windows language identifiers (1033). A code of a country (JP, CZ) is no language: invalid, unless it is \
           the code of another (UK is Ukrainian). Two languages are invalid.",
    examples: &[
        Example { input: "German", country: None, output: Some("de") },
        Example { input: "Deutsch", country: None, output: Some("de") },
        Example { input: "ALLEMAND", country: None, output: Some("de") },
        Example { input: "ger", country: None, output: Some("de") },
        Example { input: "DEU", country: None, output: Some("de") },
        Example { input: "de_DE.UTF-8", country: None, output: Some("de") },
        Example { input: "pt-BR", country: None, output: Some("pt") },
        Example { input: "English (United States)", country: None, output: Some("en") },
        Example { input: "Français", country: None, output: Some("fr") },
        Example { input: "español", country: None, output: Some("es") },
        Example { input: "Flemish", country: None, output: Some("nl") },
        Example { input: "日本語", country: None, output: Some("ja") },
        Example { input: "1033", country: None, output: Some("en") },
        Example { input: "Chinese, Simplified", country: None, output: Some("zh") },
        Example { input: "English/Spanish", country: None, output: None },
        Example { input: "Klingon", country: None, output: None },
        Example { input: "JP", country: None, output: None },
    ],
    takes_country: false,
    keys: LanguageOptions::keys,
    build,
};

words! {
    /// What the clean value is.
    enum LanguageForm {
        /// ISO 639-1: `de`
        TwoLetters = "two_letters",
        /// ISO 639-2/T: `deu`
        ThreeLetters = "three_letters",
        /// `German`
        Name = "name",
    }
}

options! {
    /// Options of the standard `language`.
    struct LanguageOptions {
        /// What comes out: `de`, `deu` or `German`.
        form: LanguageForm = LanguageForm::TwoLetters,
    }
}

/// A language's clean values.
#[derive(Debug, Clone, Copy)]
struct Known {
    two: &'static str,
    three: &'static str,
    name: &'static str,
}

/// Primary languages of the Windows identifiers: the low ten bits of 1031.
static WINDOWS: &[(u32, &str)] = &[
    (1, "ar"),
    (2, "bg"),
    (3, "ca"),
    (4, "zh"),
    (5, "cs"),
    (6, "da"),
    (7, "de"),
    (8, "el"),
    (9, "en"),
    (10, "es"),
    (11, "fi"),
    (12, "fr"),
    (13, "he"),
    (14, "hu"),
    (15, "is"),
    (16, "it"),
    (17, "ja"),
    (18, "ko"),
    (19, "nl"),
    (20, "no"),
    (21, "pl"),
    (22, "pt"),
    (24, "ro"),
    (25, "ru"),
    (27, "sk"),
    (28, "sq"),
    (29, "sv"),
    (30, "th"),
    (31, "tr"),
    (33, "id"),
    (34, "uk"),
    (36, "sl"),
    (37, "et"),
    (38, "lv"),
    (39, "lt"),
    (42, "vi"),
    (45, "eu"),
];

/// The languages by folded code and name, put together once.
static INDEX: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(|| {
    let mut known = HashMap::with_capacity(NAMES.len() * 12);
    for &(two, three, _, name, names) in NAMES {
        let language = Known { two, three, name };
        known.extend(names.split(' ').map(|name| (name, language)));
    }
    // Codes last: they count before names.
    for &(two, three, bibliographic, name, _) in NAMES {
        let codes = [two, three, bibliographic].into_iter().filter(|code| !code.is_empty());
        known.extend(codes.map(|code| (code, Known { two, three, name })));
    }
    known
});

/// The ISO 639-1 code of a language in whatever way it is written.
pub(super) fn code(value: &str) -> Option<&'static str> {
    nonblank(value).and_then(find).map(|known| known.two)
}

fn find(value: &str) -> Option<Known> {
    // Longer than any name with its country.
    if value.len() > 96 {
        return None;
    }
    if let Some(known) = INDEX.get(value) {
        return Some(*known);
    }
    if let Ok(identifier) = value.parse::<u32>() {
        // 1025 is the least that is written; smaller numbers are something else.
        let primary = (1025..0x1_0000).contains(&identifier).then_some(identifier & 0x3ff)?;
        let (_, two) = WINDOWS.iter().find(|(number, _)| *number == primary)?;
        return INDEX.get(two).copied();
    }
    if let Some(known) = INDEX.get(fold(value).as_str()) {
        return Some(*known);
    }
    // English (United States), de_DE@euro, pt-BR, zh-Hans-CN, Chinese, Simplified
    let (language, rest) = value.split_once(['(', '_', '-', '.', '@', ',', '/'])?;
    let locale = language.len() <= 3 && !value.contains(['(', ',', '/']);
    let subtags = rest.split(['_', '-', '.', '@']).all(|tag| tag.len() <= 10 && tag.is_ascii());
    if locale && !subtags {
        return None;
    }
    let known = INDEX.get(fold(language).as_str()).copied().filter(|_| !fold(language).is_empty())?;
    // English/Spanish is two languages, of which none is the one.
    let other = |part: &str| INDEX.get(fold(part).as_str()).is_some_and(|other| other.two != known.two);
    let several = value.contains(['/', ',']) && rest.split(['/', ',']).any(other);
    (!several).then_some(known)
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Language(LanguageOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Language(LanguageOptions);

impl Cleaner for Language {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let found = nonblank(value).and_then(find).map(|known| match self.0.form {
                LanguageForm::TwoLetters => known.two,
                LanguageForm::ThreeLetters => known.three,
                LanguageForm::Name => known.name,
            });
            Outcome::of(value, found.map(Cow::Borrowed), clean)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, STANDARD, WINDOWS};
    use crate::standards::folding::fold;
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn names_are_sorted_folded_and_unique() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        let mut seen = std::collections::HashSet::new();
        for (two, three, bibliographic, _, names) in NAMES {
            let codes = [two, three, bibliographic].into_iter().filter(|code| !code.is_empty()).copied();
            for name in names.split(' ').filter(|name| !name.is_empty()).chain(codes) {
                assert_eq!(fold(name), name);
                assert!(seen.insert(name), "{name} stands for two languages");
            }
        }
        assert!(WINDOWS.iter().all(|(_, two)| NAMES.iter().any(|row| row.0 == *two)));
    }

    #[test]
    fn every_code_and_english_name_reads_in_every_form() {
        for (form, at) in [("two_letters", 0), ("three_letters", 1), ("name", 2)] {
            let cleaner = cleaner(&STANDARD, &format!("form = '{form}'"));
            for (two, three, bibliographic, name, _) in NAMES {
                let wanted = [two, three, name][at];
                for value in [two, three, bibliographic, name].into_iter().filter(|value| !value.is_empty()) {
                    assert_eq!(cleaned(cleaner.as_ref(), value, None).as_deref(), Some(*wanted), "{value}");
                }
            }
        }
    }
}
