//! `gender`: one word for what legacy systems write as M, weiblich, 2 or Mrs.
//! One lookup in a fixed list; no given name is looked at and nothing guessed.

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

pub static STANDARD: Standard = Standard {
    name: "gender",
    what: "Reads the gender in the words, letters and numbers of seven languages, and in titles such as Mrs and Herr",
    why: "The new CRM has one picklist; the old systems say m, W, 2, femme and Frau, and letters greet by it.",
    rule: "Words and letters of use in English, German, French, Spanish, Italian, Portuguese, Dutch and the Nordic \
           languages; the numbers of ISO/IEC 5218 (0 not known, 1 male, 2 female, 9 not applicable); X as in \
           passports (ICAO 9303). Titles that both sexes bear (Dr) and given names say nothing: they are invalid.",
    examples: &[
        Example { input: "M", country: None, output: Some("male") },
        Example { input: "f", country: None, output: Some("female") },
        Example { input: "weiblich", country: None, output: Some("female") },
        Example { input: "W", country: None, output: Some("female") },
        Example { input: "Homme", country: None, output: Some("male") },
        Example { input: "mujer", country: None, output: Some("female") },
        Example { input: "Vrouw", country: None, output: Some("female") },
        Example { input: "2", country: None, output: Some("female") },
        Example { input: "divers", country: None, output: Some("other") },
        Example { input: "X", country: None, output: Some("other") },
        Example { input: "Non-binary", country: None, output: Some("other") },
        Example { input: "Herr", country: None, output: Some("male") },
        Example { input: "Mrs.", country: None, output: Some("female") },
        Example { input: "unbekannt", country: None, output: Some("unknown") },
        Example { input: "not stated", country: None, output: Some("unknown") },
        Example { input: "Dr", country: None, output: None },
        Example { input: "cat", country: None, output: None },
    ],
    takes_country: false,
    keys: GenderOptions::keys,
    build,
};

words! {
    /// What the clean value is.
    enum GenderForm {
        /// `female`, `male`, `other`, `unknown`
        Word = "word",
        /// `F`, `M`, `X`, `U`
        Letter = "letter",
        /// ISO/IEC 5218: `2`, `1`, `9`, `0`
        Number = "number",
    }
}

words! {
    /// What becomes of values that say that it is not known.
    enum UnknownGender {
        /// They are a value of their own.
        Keep = "keep",
        /// They are invalid.
        Invalid = "invalid",
    }
}

words! {
    /// What the letter M stands for.
    enum LetterM {
        /// `M` and `F`, as in most languages.
        Male = "male",
        /// `H` and `M`, as in Spanish: hombre, mujer.
        Female = "female",
    }
}

options! {
    /// Options of the standard `gender`.
    struct GenderOptions {
        /// What the letter M stands for: `female` where men are H, as in Spanish (hombre, mujer). With `form = "letter"` the letters are then H and M too.
        m: LetterM = LetterM::Male,
        /// What comes out: `female`, `F` or the 2 of ISO/IEC 5218, in which *other* is 9.
        form: GenderForm = GenderForm::Word,
        /// Whether *unknown* is a value or invalid.
        unknown: UnknownGender = UnknownGender::Keep,
    }
}

/// What a value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    Female,
    Male,
    Other,
    Unknown,
    /// ISO/IEC 5218's 9, for what is no person.
    NotApplicable,
}

/// Folded words of each gender.
static WORDS: &[(Gender, &str)] = &[
    (
        Gender::Male,
        "m 1 male man men boy mann mannlich masc masculine masculin masculino maschile maschio maschi hombre varon h \
         homme homem garcon mannelijk masculinum mand kjonnmann mies mr mister sir herr herrn hr monsieur mons \
         sr senor sig signor signore senhor dhr heer deheer lord don dom",
    ),
    (
        Gender::Female,
        "f 2 w female woman women girl fem femenino feminine feminin femme femminile femmina donna mujer hembra \
         feminino mulher weiblich weibl frau fr fraulein frl vrouw v vrouwelijk vr k kvinna kvinne kvinde nainen \
         mrs ms miss madam madame mme mlle mademoiselle sra senora srta senorita sigra signora signorina senhora \
         mevr mevrouw mw mej dame lady dona fille",
    ),
    (
        Gender::Other,
        "x d o other divers diverse nonbinary nonbinaire nobinario nonbinario naobinario nonbinair nichtbinar nb enby \
         mx autre otro altro outro andere anders sonstige intersex inter thirdgender genderqueer",
    ),
    (
        Gender::Unknown,
        "u 0 unknown notknown unk unspecified notspecified undisclosed notstated notgiven prefernottosay unbekannt \
         keineangabe ka ohneangabe inconnu nonprecise desconocido sconosciuto desconhecido onbekend nespecificado \
         undetermined tbd decline declined",
    ),
    (Gender::NotApplicable, "9 na notapplicable company firma organisation organization"),
];

static INDEX: LazyLock<HashMap<&'static str, Gender>> = LazyLock::new(|| {
    WORDS.iter().flat_map(|(gender, words)| words.split_whitespace().map(|word| (word, *gender))).collect()
});

/// What one value says; `None` for words that say nothing of it.
pub(super) fn read(value: &str) -> Option<Gender> {
    // The longest word; what is longer is a text.
    (value.len() <= 40).then(|| INDEX.get(fold(value).as_str()).copied()).flatten()
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(GenderCleaner(GenderOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct GenderCleaner(GenderOptions);

impl GenderCleaner {
    fn read(&self, value: &str) -> Option<Gender> {
        let turned = self.0.m == LetterM::Female && fold(value) == "m";
        if turned { Some(Gender::Female) } else { read(value) }
    }

    fn word(&self, gender: Gender) -> Option<&'static str> {
        if self.0.unknown == UnknownGender::Invalid && matches!(gender, Gender::Unknown | Gender::NotApplicable) {
            // The 9 of this form stands for other too, and what came out stays.
            return (self.0.form == GenderForm::Number && gender == Gender::NotApplicable).then_some("9");
        }
        let [word, letter, number] = match gender {
            Gender::Female => ["female", if self.0.m == LetterM::Female { "M" } else { "F" }, "2"],
            Gender::Male => ["male", if self.0.m == LetterM::Female { "H" } else { "M" }, "1"],
            Gender::Other => ["other", "X", "9"],
            Gender::Unknown => ["unknown", "U", "0"],
            Gender::NotApplicable => ["unknown", "U", "9"],
        };
        Some(match self.0.form {
            GenderForm::Word => word,
            GenderForm::Letter => letter,
            GenderForm::Number => number,
        })
    }
}

impl Cleaner for GenderCleaner {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let word = nonblank(value).and_then(|value| self.read(value)).and_then(|gender| self.word(gender));
            Outcome::of(value, word.map(Cow::Borrowed), clean)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, WORDS};
    use crate::standards::folding::fold;
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn words_are_folded_and_of_one_gender() {
        let mut seen = std::collections::HashSet::new();
        for word in WORDS.iter().flat_map(|(_, words)| words.split_whitespace()) {
            assert_eq!(fold(word), word);
            assert!(seen.insert(word), "{word} stands for two");
        }
    }

    #[test]
    fn options_choose_the_form() {
        let given = |options: &str, value: &str| cleaned(cleaner(&STANDARD, options).as_ref(), value, None);
        let all = |options: &str| ["Frau", "männlich", "divers", "unk"].map(|value| given(options, value));
        let some = |words: [&str; 4]| words.map(|word| Some(word.to_owned()));
        assert_eq!(all("form = 'letter'"), some(["F", "M", "X", "U"]));
        assert_eq!(all("form = 'number'"), some(["2", "1", "9", "0"]));
        assert_eq!(given("unknown = 'invalid'", "unknown"), None);
        let spanish = |options: &str| ["H", "M", "m.", "Hombre", "F"].map(|value| given(options, value));
        assert_eq!(
            spanish("m = 'female'"),
            ["male", "female", "female", "male", "female"].map(|word| Some(word.into()))
        );
        assert_eq!(spanish("m = 'female', form = 'letter'"), ["H", "M", "M", "H", "M"].map(|word| Some(word.into())));
        assert_eq!(given("form = 'letter'", "9"), Some("U".into()));
    }
}
