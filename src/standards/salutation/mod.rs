//! `salutation`: how a letter begins, out of titles, genders and salutations.
//! Reads forms of address, not names: whose gender is not said is not guessed.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, StringArray};

pub(crate) mod function;
mod speech;
mod words;

use super::column::{Outcome, clean_with_country, nonblank};
use super::text::tidy;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words as word_list};
use speech::Form;
use words::{Address, Person, Tongue, read};

pub static STANDARD: Standard = Standard {
    name: "salutation",
    what: "Turns a title, a gender or an old salutation into the beginning of a letter, or into one title",
    why: "`Hr.`, `m`, `Sehr geehrter Herr` and `Mister` are one thing in the picklist that letters are written from; \
          greeting(salutation, family_name, language) makes the whole line",
    rule: "custom of business letters in English, German, French, Spanish, Italian, Portuguese and Dutch. The \
           language is that of the value, else of the row's country, else English. Academic titles stay. Miss and \
           Mrs stay in English; Fräulein and Mlle become Frau and Mme. A given name is no title: invalid",
    examples: &[
        Example { input: "Mr.", country: None, output: Some("Dear Mr") },
        Example { input: "f", country: None, output: Some("Dear Ms") },
        Example { input: "f", country: Some("DE"), output: Some("Sehr geehrte Frau") },
        Example { input: "Hr. Dr.", country: None, output: Some("Sehr geehrter Herr Dr.") },
        Example { input: "Sehr geehrte Frau Prof. Dr.", country: None, output: Some("Sehr geehrte Frau Prof. Dr.") },
        Example { input: "Mr & Mrs", country: None, output: Some("Dear Mr and Mrs") },
        Example { input: "Mme", country: None, output: Some("Madame") },
        Example { input: "Dra.", country: Some("MX"), output: Some("Estimada Dra.") },
        Example { input: "Sr.", country: Some("BR"), output: Some("Exmo. Sr.") },
        Example { input: "Sig.ra", country: None, output: Some("Gentile Sig.ra") },
        Example { input: "mevrouw", country: None, output: Some("Geachte mevrouw") },
        Example { input: "unknown", country: Some("GB"), output: Some("Dear Sir or Madam") },
        Example { input: "Firma", country: None, output: Some("Sehr geehrte Damen und Herren") },
        Example { input: "Familie", country: None, output: Some("Sehr geehrte Familie") },
        Example { input: "Dear John", country: None, output: None },
    ],
    takes_country: true,
    keys: SalutationOptions::keys,
    build,
};

word_list! {
    /// In which language the clean value is.
    enum SalutationLanguage {
        /// That of the value, else that of the row's country, else English.
        AsWritten = "as_written",
        English = "en",
        German = "de",
        French = "fr",
        Spanish = "es",
        Italian = "it",
        Portuguese = "pt",
        Dutch = "nl",
    }
}

word_list! {
    /// What the clean value is.
    enum SalutationForm {
        /// `Sehr geehrte Frau`, `Dear Ms`
        Letter = "letter",
        /// `Frau`, `Ms`
        Title = "title",
    }
}

options! {
    /// Options of the standard `salutation`.
    struct SalutationOptions {
        /// The language of the clean value.
        language: SalutationLanguage = SalutationLanguage::AsWritten,
        /// The beginning of a letter, or the title alone.
        form: SalutationForm = SalutationForm::Letter,
    }
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = SalutationOptions::from_table(table, span, also, faults)?;
    let fixed = Tongue::of_code(options.language.word());
    let form = match options.form {
        SalutationForm::Letter => Form::Letter,
        SalutationForm::Title => Form::Title,
    };
    Some(Box::new(Salutation { fixed, form, country: defaults.country.clone() }))
}

#[derive(Debug)]
struct Salutation {
    fixed: Option<Tongue>,
    form: Form,
    /// For rows that name no country.
    country: Option<String>,
}

impl Salutation {
    /// The language in which to answer.
    fn tongue(&self, address: &Address, country: Option<&str>) -> Tongue {
        let learned = address.doctor || address.professor;
        // `Dr` alone is of no language, and is all that is left of `Ms Dr`.
        let bare = learned && (address.person == Person::Other || address.tongue == Some(Tongue::English));
        let written = address.tongue.filter(|_| self.form == Form::Letter || !bare);
        let there = country.and_then(nonblank).or(self.country.as_deref()).and_then(Tongue::of_country);
        let perhaps = match there {
            // Sr. and Sra. are Portuguese too.
            Some(Tongue::Portuguese) => there,
            _ => address.perhaps.or(there),
        };
        self.fixed.or(written).or(perhaps).unwrap_or(Tongue::English)
    }
}

impl Cleaner for Salutation {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let Some(address) = nonblank(value).and_then(read) else { return Outcome::Invalid };
            speech::push(&address, self.tongue(&address, country), self.form, clean);
            match clean.as_str() {
                "" => Outcome::Invalid,
                clean if clean == value => Outcome::Same,
                _ => Outcome::Changed,
            }
        })
    }
}

/// The whole line for a letter: `Sehr geehrte Frau Dr. Müller`.
fn line(salutation: Option<&str>, family: Option<&str>, tongue: Option<Tongue>) -> String {
    let address = salutation.and_then(nonblank).and_then(read).unwrap_or_default();
    let tongue = tongue.or(address.tongue).or(address.perhaps).unwrap_or(Tongue::English);
    let mut line = String::new();
    speech::push(&address, tongue, Form::Letter, &mut line);
    if let Some(family) = family.and_then(nonblank).filter(|_| speech::takes_name(&address, tongue)) {
        line.push(' ');
        line.push_str(&tidy(family));
    }
    line
}

fn value_at(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, line};
    use crate::standards::salutation::words::Tongue;
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn one_salutation_in_every_language() {
        let told = |options: &str, value: &str| {
            ["en", "de", "fr", "es", "it", "pt", "nl"].map(|language| {
                let cleaner = cleaner(&STANDARD, &format!("language = '{language}'{options}"));
                cleaned(cleaner.as_ref(), value, None).unwrap_or_default()
            })
        };
        assert_eq!(
            told("", "Frau Dr."),
            [
                "Dear Dr",
                "Sehr geehrte Frau Dr.",
                "Madame la Docteure",
                "Estimada Dra.",
                "Gentile Dott.ssa",
                "Exma. Sra. Dra.",
                "Geachte mevrouw dr."
            ]
        );
        assert_eq!(told(", form = 'title'", "m"), ["Mr", "Herr", "Monsieur", "Sr.", "Sig.", "Sr.", "Dhr."]);
        assert_eq!(
            told("", "Herr und Frau"),
            [
                "Dear Mr and Mrs",
                "Sehr geehrtes Ehepaar",
                "Madame et Monsieur",
                "Estimados Sr. y Sra.",
                "Gentili Sig. e Sig.ra",
                "Exmos. Sr. e Sra.",
                "Geachte heer en mevrouw"
            ]
        );
    }

    #[test]
    fn a_line_greets_by_name_where_that_is_custom() {
        let said = |salutation, family, tongue| line(Some(salutation), Some(family), tongue);
        assert_eq!(said("Frau Dr.", "Müller", Some(Tongue::German)), "Sehr geehrte Frau Dr. Müller");
        assert_eq!(said("Ms", "Smith", None), "Dear Ms Smith");
        assert_eq!(said("m", "Dupont", Some(Tongue::French)), "Monsieur");
        assert_eq!(said("", "Smith", None), "Dear Sir or Madam");
        assert_eq!(said("Familie", "Müller", Some(Tongue::German)), "Sehr geehrte Familie Müller");
        assert_eq!(line(Some("Herr"), None, None), "Sehr geehrter Herr");
    }
}
