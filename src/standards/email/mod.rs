//! `email`: one address that mail can be sent to.

mod address;
mod cell;
mod typo;

use std::ops::Range;

use arrow::array::{ArrayRef, AsArray, StringArray};

use self::address::{is_clean, write};
pub(super) use self::address::{is_domain, to_ascii};
use self::cell::{candidates, without_comments};
use self::typo::is_typo;
use super::column::{Outcome, clean_text, remark};
use super::text::tidy;
use super::{Cleaner, Defaults, Example, Remark, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::{Code, Faults};
use crate::{options, words};

/// Codes of what is remarked of addresses that are valid.
pub const CODES: &[Code] = &[
    Code {
        id: "email.typo-domain",
        what: "The domain of an address looks mistyped: one letter from a large provider's, or an ending that does \
               not exist. The address stays as it is.",
        why: "Mail to it bounces or reaches a stranger; but the domain may be real, so nobody but its owner can say.",
        example: "jo@gmial.com",
        fix: "Ask the person, or correct the value in the source. The issue costs the record nothing.",
    },
    Code {
        id: "email.several",
        what: "A cell holds several different addresses. The first is used.",
        why: "The others would be lost without a word, and the first need not be the best.",
        example: "jo@example.com; jo.smith@work.example",
        fix: "Map the second to a field of its own with `email_at(column, 2)`, or set `several = \"invalid\"`.",
    },
];

words! {
    /// What becomes of capitals before the @.
    pub enum Case {
        /// They become small, as nearly every mail server takes them.
        Lower = "lower",
        /// They stay.
        KeepLocal = "keep_local",
    }
}

words! {
    /// What becomes of a cell with several addresses.
    pub enum Several {
        /// The first valid one stays, and the issue `email.several` says so.
        First = "first",
        /// The cell is invalid.
        Invalid = "invalid",
    }
}

words! {
    /// How domains in other scripts are written.
    pub enum Idn {
        /// In Punycode: xn--bcher-kva.example
        Ascii = "ascii",
        /// In their own letters: bücher.example
        Unicode = "unicode",
    }
}

words! {
    /// Which letters may stand before the @.
    pub enum Local {
        /// Those of ASCII, which every mail server takes.
        Ascii = "ascii",
        /// Those of all scripts (RFC 6531).
        Any = "any",
    }
}

options! {
    /// Options of `email`.
    pub struct EmailOptions {
        /// Whether capitals before the @ become small; the domain always does.
        case: Case = Case::Lower,
        /// What becomes of a cell with several addresses.
        several: Several = Several::First,
        /// How domains in other scripts are written.
        idn: Idn = Idn::Ascii,
        /// Which letters may stand before the @: those of ASCII, or of all scripts (RFC 6531).
        local: Local = Local::Ascii,
    }
}

pub static STANDARD: Standard = Standard {
    name: "email",
    what: "Takes the address out of what surrounds it, lower-cases it, and refuses what cannot be one",
    why: "mail to a wrong address bounces and harms the sender, and the address is the best key for duplicates",
    rule: "the practical part of RFC 5321 and of the HTML living standard: one @, at most 64 characters before it \
           and 254 in all, a domain of at least two labels; domains in other scripts in Punycode (IDNA). Display \
           names, comments, `mailto:` and what else surrounds an address go. Domains that look mistyped are \
           flagged (`email.typo-domain`) and stay; so are cells with several addresses (`email.several`)",
    examples: &[
        Example { input: "  John.Smith@Example.COM ", country: None, output: Some("john.smith@example.com") },
        Example { input: "mailto:jo@example.com", country: None, output: Some("jo@example.com") },
        Example { input: "\"Smith, Jo\" <jo@example.com>", country: None, output: Some("jo@example.com") },
        Example { input: "jo@example.com; jo@work.example", country: None, output: Some("jo@example.com") },
        Example { input: "jo(home)@example.com (until May)", country: None, output: Some("jo@example.com") },
        Example { input: "jo@gmial.com", country: None, output: Some("jo@gmial.com") },
        Example { input: "n/a, jo@example.com", country: None, output: Some("jo@example.com") },
        Example { input: "jo+crm@example.com.", country: None, output: Some("jo+crm@example.com") },
        Example { input: "jo@bücher.example", country: None, output: Some("jo@xn--bcher-kva.example") },
        Example { input: "jo@@example.com", country: None, output: None },
        Example { input: "jo..smith@example.com", country: None, output: None },
        Example { input: "jo@localhost", country: None, output: None },
        Example { input: "jo(at)example.com", country: None, output: None },
        Example { input: "none", country: None, output: None },
    ],
    takes_country: false,
    keys: EmailOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Email(EmailOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Email(EmailOptions);

impl Cleaner for Email {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            if is_clean(value, &self.0) {
                return Outcome::Same;
            }
            match self.first(value, clean) {
                Some(()) if clean == value => Outcome::Same,
                Some(()) => Outcome::Changed,
                None => Outcome::Invalid,
            }
        })
    }

    fn remarks(&self, input: &StringArray, clean: &ArrayRef, _country: Option<&StringArray>) -> Vec<Remark> {
        let Some(addresses) = clean.as_string_opt::<i32>() else { return Vec::new() };
        let domain = |row: usize| addresses.value(row).rsplit('@').next().unwrap_or("");
        let typo = remark("email.typo-domain", input, clean, |row, _| is_typo(domain(row)));
        let several = remark("email.several", input, clean, |_, value| {
            let ats = value.bytes().filter(|byte| *byte == b'@').count();
            ats > 1 && addresses_of(value, &self.0).nth(1).is_some()
        });
        typo.into_iter().chain(several).collect()
    }
}

impl Email {
    /// Writes the address of the cell, or gives `None` where there is none.
    fn first(&self, value: &str, clean: &mut String) -> Option<()> {
        let mut found = addresses_of(value, &self.0);
        let first = found.next()?;
        if self.0.several == Several::Invalid && found.next().is_some() {
            return None;
        }
        clean.push_str(&first);
        Some(())
    }
}

/// The different valid addresses of a cell, in their order.
fn addresses_of(value: &str, options: &EmailOptions) -> impl Iterator<Item = String> {
    let value = tidy(value);
    let mut found: Vec<String> = Vec::new();
    for candidate in candidates(&without_comments(&value)) {
        let mut clean = String::with_capacity(candidate.len());
        if write(candidate, options, &mut clean).is_some() && !found.contains(&clean) {
            found.push(clean);
        }
    }
    found.into_iter()
}

/// `email_at(value, n)`: the n-th of the different addresses of a cell, from 1.
#[derive(Debug)]
pub(super) struct EmailAt(pub(super) usize);

impl Cleaner for EmailAt {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        let options = EmailOptions { case: Case::Lower, several: Several::First, idn: Idn::Ascii, local: Local::Ascii };
        let nth = |value: &str| self.0.checked_sub(1).and_then(|skipped| addresses_of(value, &options).nth(skipped));
        let found: StringArray = input.iter().map(|value| value.and_then(nth)).collect();
        std::sync::Arc::new(found)
    }
}
