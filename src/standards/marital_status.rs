//! `marital_status`: one word for what legacy systems write as M, verh., veuve or
//! PACS. One lookup in a fixed list; nothing is guessed from titles.

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
use crate::options;

pub static STANDARD: Standard = Standard {
    name: "marital_status",
    what: "Reads the marital status in the words and abbreviations of seven languages",
    why: "The new CRM has one picklist; the old systems say verh., mariée, casado and M.",
    rule: "Words of use in English, German, French, Spanish, Italian, Portuguese and Dutch, in both genders, with and \
           without accents; the letters S, M, D and W of English forms and the abbreviations of German registries \
           (led., verh., gesch., verw., LP). What comes out is single, married, divorced, widowed, separated, \
           civil_partnership, cohabiting or unknown. Titles say nothing of it: Mrs is invalid. An expression \
           turns these words into those of the target: CASE marital_status(Status) WHEN …",
    examples: &[
        Example { input: "Married", country: None, output: Some("married") },
        Example { input: "S", country: None, output: Some("single") },
        Example { input: "never married", country: None, output: Some("single") },
        Example { input: "verh.", country: None, output: Some("married") },
        Example { input: "Geschieden", country: None, output: Some("divorced") },
        Example { input: "mariée", country: None, output: Some("married") },
        Example { input: "Célibataire", country: None, output: Some("single") },
        Example { input: "PACSÉ", country: None, output: Some("civil_partnership") },
        Example { input: "soltera", country: None, output: Some("single") },
        Example { input: "Viuda", country: None, output: Some("widowed") },
        Example { input: "Coniugato", country: None, output: Some("married") },
        Example { input: "União de facto", country: None, output: Some("cohabiting") },
        Example { input: "gehuwd", country: None, output: Some("married") },
        Example { input: "eingetragene Lebenspartnerschaft", country: None, output: Some("civil_partnership") },
        Example { input: "not stated", country: None, output: Some("unknown") },
        Example { input: "Mrs", country: None, output: None },
        Example { input: "it's complicated", country: None, output: None },
    ],
    takes_country: false,
    keys: MaritalStatusOptions::keys,
    build,
};

options! {
    /// Options of the standard `marital_status`: none.
    struct MaritalStatusOptions {}
}

/// Folded words of each status; the status itself is one of them.
static WORDS: &[(&str, &str)] = &[
    (
        "single",
        "s single unmarried nevermarried bachelor spinster notmarried ledig led lediger ledige unverheiratet \
         alleinstehend celibataire cel soltero soltera soltr solt celibe nubile nonconiugato nonconiugata solteiro \
         solteira ongehuwd alleenstaand vrijgezel",
    ),
    (
        "married",
        "m married mar wed verheiratet verh verheirateter verheiratete marie mariee casado casada cas sposato sposata \
         coniugato coniugata gehuwd getrouwd",
    ),
    (
        "divorced",
        "d divorced div divorcee divorcees geschieden gesch geschiedener geschiedene divorce divorciado divorciada \
         divorziato divorziata divorciat gescheiden",
    ),
    (
        "widowed",
        "w widowed wid widow widower verwitwet verw witwe witwer veuf veuve viudo viuda vedovo vedova viuvo viuva \
         weduwe weduwnaar verweduwd",
    ),
    (
        "separated",
        "separated sep legallyseparated livingapart getrenntlebend getrennt dauerndgetrenntlebend separe separee \
         separado separada separadolegalmente separadalegalmente separato separata legalmenteseparato",
    ),
    (
        "civil_partnership",
        "civilpartnership civilpartner civilunion registeredpartnership registeredpartner inacivilpartnership lp \
         lebenspartnerschaft eingetragenelebenspartnerschaft eingetragenepartnerschaft verpartnert pacs pacse pacsee \
         parejadehecho unionecivile unitocivilmente unitacivilmente uniaocivil geregistreerdpartnerschap",
    ),
    (
        "cohabiting",
        "cohabiting cohabitation cohabitant livingtogether commonlaw commonlawmarriage domesticpartner \
         domesticpartnership partnered eheahnlich inpartnerschaft zusammenlebend concubinage concubin concubine \
         unionlibre enunionlibre convivente conviventi uniondehecho conviviente uniaodefacto uniaoestavel juntos \
         samenwonend",
    ),
    (
        "unknown",
        "u unknown unk notknown notstated notgiven notspecified unspecified undisclosed prefernottosay unbekannt \
         keineangabe ohneangabe inconnu inconnue nonprecise desconocido sconosciuto nonspecificato desconhecido \
         onbekend",
    ),
];

static INDEX: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let of = |(status, words): &(&'static str, &'static str)| {
        let status = *status;
        words.split_whitespace().map(str::to_owned).chain([fold(status)]).map(move |word| (word, status))
    };
    WORDS.iter().flat_map(of).collect()
});

/// What one value says; `None` for words that say nothing of it.
fn read(value: &str) -> Option<&'static str> {
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
    MaritalStatusOptions::from_table(table, span, also, faults)?;
    Some(Box::new(MaritalStatus))
}

#[derive(Debug)]
struct MaritalStatus;

impl Cleaner for MaritalStatus {
    fn clean(&self, input: &StringArray, _: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let word = nonblank(value).and_then(read);
            Outcome::of(value, word.map(Cow::Borrowed), clean)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::standards::folding::fold;

    #[test]
    fn words_are_folded_and_of_one_status() {
        let mut seen = std::collections::HashSet::new();
        for word in WORDS.iter().flat_map(|(_, words)| words.split_whitespace()) {
            assert_eq!(fold(word), word);
            assert!(seen.insert(word), "{word} stands for two");
        }
    }
}
