//! `company`: names of organisations.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

mod aliases;
mod case;
mod forms;
pub(crate) mod function;
mod legal;
#[cfg(test)]
mod tests;

use super::column::{Outcome, clean_text};
use super::person_name::case::is_one_case;
use super::person_name::words::is_placeholder;
use super::text::{recompose, tidy};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};
use forms::Form;

words! {
    /// What becomes of the legal form.
    pub enum LegalForm {
        /// It stays where it is, in its one spelling.
        Keep = "keep",
        /// It stays, abbreviated: `Incorporated` is `Inc.` too.
        Short = "short",
        /// It goes behind the name, abbreviated: `AB Volvo` is `Volvo AB`.
        Behind = "behind",
        /// It goes, for matching.
        Drop = "drop",
    }
}

words! {
    /// What becomes of the capitals of names all in one case.
    pub enum Case {
        /// They are put right.
        Fix = "fix",
        /// They stay, for brands that are written so.
        Keep = "keep",
    }
}

words! {
    /// What becomes of `The`.
    pub enum Article {
        /// It stays; `Acme Company, The` too.
        Keep = "keep",
        /// It stands in front: `The Acme Company`.
        Front = "front",
        /// It stands behind: `Acme Company, The`.
        Behind = "behind",
        /// It goes, for matching.
        Drop = "drop",
    }
}

words! {
    /// How `and` is written.
    pub enum And {
        /// As it is.
        Keep = "keep",
        /// `Smith & Sons`
        Sign = "sign",
        /// `Smith and Sons`
        Word = "word",
    }
}

words! {
    /// What becomes of what follows `d/b/a` or `c/o`.
    pub enum Also {
        /// All of it stays; the sign gets its one spelling.
        Keep = "keep",
        /// The legal name, in front, stays alone.
        Legal = "legal",
        /// The name that the company trades under stays alone.
        Trade = "trade",
    }
}

options! {
    /// Options of `company`.
    pub struct CompanyOptions {
        /// Whether the legal form stays, is abbreviated, goes behind or goes.
        legal_form: LegalForm = LegalForm::Keep,
        /// Whether names all in capitals or all in small letters get theirs.
        case: Case = Case::Fix,
        /// Where `The` stands.
        article: Article = Article::Keep,
        /// Whether `&` and `and` become one.
        and: And = And::Keep,
        /// Which name stays where one trades as another (`d/b/a`, `t/a`); what follows `c/o` goes with either.
        trading_as: Also = Also::Keep,
    }
}

pub static STANDARD: Standard = Standard {
    name: "company",
    what: "Trims a company name, gives shouted names their capitals, and spells the legal form one way",
    why: "`ACME INC`, `Acme, Inc` and `Acme Inc.` are one customer",
    rule: "custom: names all in one case get capitals, short words that are likely abbreviations stay large; the \
           legal form as its country writes it (Inc., LLC, GmbH & Co. KG, S.A. de C.V., Sp. z o.o.), after the laws of \
           some 80 countries; mixed case is left as it is",
    examples: &[
        Example { input: "  Acme   Inc ", country: None, output: Some("Acme Inc.") },
        Example { input: "ACME HOLDINGS, L.L.C.", country: None, output: Some("Acme Holdings, LLC") },
        Example { input: "IBM CORP", country: None, output: Some("IBM Corp.") },
        Example { input: "müller gmbh & co. kg", country: None, output: Some("Müller GmbH & Co. KG") },
        Example { input: "BANK OF THE WEST", country: None, output: Some("Bank of the West") },
        Example { input: "O'REILLY MEDIA", country: None, output: Some("O'Reilly Media") },
        Example { input: "joe's garage", country: None, output: Some("Joe's Garage") },
        Example { input: "SUN OIL COMPANY", country: None, output: Some("Sun Oil Company") },
        Example { input: "\"eBay\"", country: None, output: Some("eBay") },
        Example { input: "Acme Pty. Limited", country: None, output: Some("Acme Pty Limited") },
        Example { input: "GRUPO NORTE SA DE CV", country: None, output: Some("Grupo Norte S.A. de C.V.") },
        Example { input: "Nowak sp.z o.o.", country: None, output: Some("Nowak Sp. z o.o.") },
        Example { input: "Škoda a.s.", country: None, output: Some("Škoda a.s.") },
        Example { input: "A B Volvo", country: None, output: Some("AB Volvo") },
        Example { input: "Smith & Co.", country: None, output: Some("Smith & Co.") },
        Example {
            input: "Janne Corp. dba Kredable Auto",
            country: None,
            output: Some("Janne Corp. d/b/a Kredable Auto"),
        },
        Example { input: "Day Spa", country: None, output: Some("Day Spa") },
        Example { input: "3M", country: None, output: Some("3M") },
        Example { input: "n/a", country: None, output: None },
    ],
    takes_country: false,
    keys: CompanyOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Company(CompanyOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Company(CompanyOptions);

impl Cleaner for Company {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            let bare = tidy(value);
            if is_nothing(unquoted(&bare)) {
                return Outcome::Invalid;
            }
            self.write(&bare, clean);
            // FOO SA INC shows what SA is only once it has become Foo SA Inc.
            for _ in 0..4 {
                if clean == value {
                    return Outcome::Same;
                }
                let before = std::mem::take(clean);
                self.write(&before, clean);
                if *clean == before {
                    break;
                }
            }
            if is_nothing(clean) { Outcome::Invalid } else { Outcome::Changed }
        })
    }
}

impl Company {
    fn write(&self, name: &str, clean: &mut String) {
        let bare = unquoted(name);
        let one_case = is_one_case(bare);
        let (legal, aliases) = aliases::aliases(bare);
        let kept: Vec<(Option<&'static str>, &str)> = match self.0.trading_as {
            Also::Keep => {
                std::iter::once((None, legal)).chain(aliases.iter().map(|one| (Some(one.sign), one.name))).collect()
            }
            Also::Legal => vec![(None, legal)],
            Also::Trade => {
                let trade = aliases.iter().find(|one| one.sign != aliases::CARE_OF).map_or(legal, |one| one.name);
                vec![(None, trade)]
            }
        };
        for (sign, name) in kept {
            if let Some(sign) = sign {
                clean.extend([" ", sign, " "]);
            }
            self.write_one(unquoted(name), one_case, clean);
        }
        recompose(0, clean);
        let end = clean.trim_end_matches([' ', ',']).len();
        clean.truncate(end);
    }

    /// Appends one name, with its legal form and article as wanted.
    fn write_one(&self, name: &str, one_case: bool, clean: &mut String) {
        let shouted = one_case && name.chars().any(char::is_uppercase);
        let (article, name) = self.article(name);
        let parted = match self.0.legal_form {
            LegalForm::Drop => legal::part_glued(name, one_case),
            _ => legal::part(name, one_case),
        };
        let words = parted.name();
        let last = words.end;
        let spelled = |form: &'static Form| match self.0.legal_form {
            LegalForm::Keep => form.spelling,
            LegalForm::Short | LegalForm::Behind | LegalForm::Drop => form.short,
        };
        let mut next = Joiner { clean, begun: false };
        if let Some(article) = article.filter(|_| matches!(self.0.article, Article::Keep | Article::Front)) {
            next.push(if one_case && self.0.case == Case::Fix { "The" } else { article });
        }
        if let Some((_, form)) =
            parted.front.filter(|_| matches!(self.0.legal_form, LegalForm::Keep | LegalForm::Short))
        {
            next.push(spelled(form));
        }
        for (at, word) in parted.words.iter().enumerate().take(last).skip(words.start) {
            let joins = legal::is_and(word) && at > words.start && at + 1 < last;
            match self.0.and {
                And::Sign if joins => next.push("&"),
                And::Word if joins => next.push("and"),
                _ if one_case && self.0.case == Case::Fix => {
                    let first = !next.begun;
                    next.space();
                    case::push_word(word, shouted, first, next.clean);
                }
                // The comma before a form that goes, goes with it.
                _ if at + 1 == last && self.0.legal_form == LegalForm::Drop => next.push(word.trim_end_matches(',')),
                _ => next.push(word),
            }
        }
        if self.0.legal_form == LegalForm::Drop {
            let end = next.clean.trim_end_matches([' ', ',']).len();
            next.clean.truncate(end);
        } else {
            if let Some((_, form)) = parted.front.filter(|_| self.0.legal_form == LegalForm::Behind) {
                next.push(spelled(form));
            }
            for (which, (_, form)) in parted.behind.iter().enumerate() {
                // A comma between two forms stays.
                let before = parted.behind.get(which).and_then(|(at, _)| at.checked_sub(1));
                let comma = before.filter(|_| which > 0).and_then(|at| parted.words.get(at));
                if comma.is_some_and(|word| word.ends_with(',')) && !next.clean.ends_with(',') {
                    next.clean.push(',');
                }
                next.push(spelled(form));
            }
        }
        if article.is_some() && self.0.article == Article::Behind {
            next.clean.push_str(", The");
        }
    }

    /// `The` in front or behind, and the rest; as it is where it is to be kept
    /// behind.
    fn article<'a>(&self, name: &'a str) -> (Option<&'a str>, &'a str) {
        if self.0.article == Article::Keep {
            return (None, name);
        }
        let is_the = |word: &str| word.eq_ignore_ascii_case("the");
        if let Some((first, rest)) = name.split_once(' ').filter(|(first, rest)| is_the(first) && !rest.is_empty()) {
            return (Some(first), rest);
        }
        match name.rsplit_once(' ') {
            Some((rest, last)) if is_the(last) && rest.ends_with(',') => {
                (Some(last), rest.trim_end_matches([',', ' ']))
            }
            _ => (None, name),
        }
    }
}

/// Appends words with a space between.
struct Joiner<'a> {
    clean: &'a mut String,
    begun: bool,
}

impl Joiner<'_> {
    fn space(&mut self) {
        if std::mem::replace(&mut self.begun, true) {
            self.clean.push(' ');
        }
    }

    fn push(&mut self, word: &str) {
        self.space();
        self.clean.push_str(word);
    }
}

/// Without quotes around the whole, and commas at an end.
fn unquoted(text: &str) -> &str {
    let mut text = text;
    loop {
        let before = text.len();
        text = text.trim_matches([',', ';', ' ', '`', '|']);
        for (open, close) in [('"', '"'), ('\'', '\''), ('\u{201c}', '\u{201d}'), ('\u{201e}', '\u{201c}')] {
            let inner = text.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
            text = inner.filter(|inner| !inner.contains([open, close])).unwrap_or(text);
        }
        if text.len() == before {
            return text;
        }
    }
}

/// Whether this stands for no company. Names of digits alone are real (`1860`).
fn is_nothing(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    is_placeholder(text) && digits < 2
}

/// Whether the name has a legal form that is no word or name besides.
pub(crate) fn has_legal_form(text: &str) -> bool {
    let parted = legal::part_glued(text, is_one_case(text));
    let glued = parted.front.filter(|_| !text.contains(' '));
    parted.behind.iter().chain(&glued).any(|(_, form)| !form.ambiguous)
}
