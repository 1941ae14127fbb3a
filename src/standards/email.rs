//! `email`: one address that mail can be sent to.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text};
use super::text::tidy;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

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
        /// The first valid one stays.
        First = "first",
        /// The cell is invalid.
        Invalid = "invalid",
    }
}

options! {
    /// Options of `email`.
    pub struct EmailOptions {
        /// Whether capitals before the @ become small; the domain always does.
        case: Case = Case::Lower,
        /// What becomes of a cell with several addresses.
        several: Several = Several::First,
    }
}

pub static STANDARD: Standard = Standard {
    name: "email",
    what: "Takes the address out of what surrounds it, lower-cases it, and refuses what cannot be one",
    why: "mail to a wrong address bounces and harms the sender, and the address is the best key for duplicates",
    rule: "the practical part of RFC 5321 and of the HTML living standard: one @, at most 64 characters before it \
           and 254 in all, a domain of at least two labels; domains in other scripts in Punycode (IDNA)",
    examples: &[
        Example { input: "  John.Smith@Example.COM ", country: None, output: Some("john.smith@example.com") },
        Example { input: "mailto:jo@example.com", country: None, output: Some("jo@example.com") },
        Example { input: "\"Smith, Jo\" <jo@example.com>", country: None, output: Some("jo@example.com") },
        Example { input: "jo@example.com; jo@work.example", country: None, output: Some("jo@example.com") },
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
            if self.is_clean(value) {
                return Outcome::Same;
            }
            match self.first(value, clean) {
                Some(()) => Outcome::Changed,
                None => Outcome::Invalid,
            }
        })
    }
}

impl Email {
    fn is_clean(&self, value: &str) -> bool {
        let Some((local, domain)) = value.split_once('@') else { return false };
        let small = |text: &str| !text.bytes().any(|byte| byte.is_ascii_uppercase());
        value.len() <= 254
            && is_local(local)
            && is_domain(domain)
            && small(domain)
            && (self.0.case == Case::KeepLocal || small(local))
    }

    /// Writes the address of the cell, or gives `None` where there is none.
    fn first(&self, value: &str, clean: &mut String) -> Option<()> {
        let value = tidy(value);
        let mut found = 0;
        for candidate in candidates(&value) {
            let before = clean.len();
            if self.write(candidate, clean).is_none() {
                clean.truncate(before);
                continue;
            }
            if self.0.several == Several::First {
                return Some(());
            }
            found += 1;
            if found > 1 {
                // The same address twice is still one.
                let (first, second) = clean.split_at(before);
                if first != second {
                    return None;
                }
                clean.truncate(before);
                found = 1;
            }
        }
        (found == 1).then_some(())
    }

    fn write(&self, address: &str, clean: &mut String) -> Option<()> {
        let start = clean.len();
        let (local, domain) = address.split_once('@')?;
        if !is_local(local) {
            return None;
        }
        clean.push_str(local);
        if self.0.case == Case::Lower {
            clean[start..].make_ascii_lowercase();
        }
        clean.push('@');
        if domain.is_ascii() {
            let at = clean.len();
            clean.push_str(domain);
            clean[at..].make_ascii_lowercase();
        } else {
            clean.push_str(&to_ascii(domain)?);
        }
        let written = clean.get(start..)?;
        (written.len() <= 254 && is_domain(written.split_once('@')?.1)).then_some(())
    }
}

/// What might be addresses, in their order, freed of what surrounds them.
fn candidates(value: &str) -> impl Iterator<Item = &str> {
    let parted =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '|' | '/' | '(' | ')' | '[' | ']' | '"');
    value.split(parted).filter(|part| part.contains('@')).map(|part| {
        let part = match part.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => part.get(7..).unwrap_or(""),
            _ => part,
        };
        let part = part.split('?').next().unwrap_or("");
        // "email:jo@example.com", "'jo@example.com'", "jo@example.com."
        let part = part.rsplit(':').next().unwrap_or("");
        part.trim_matches(|c: char| {
            matches!(c, '\'' | '.' | ':' | '!' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}')
        })
    })
}

/// The part before the @: no quotes, no dot at an end, no two dots together.
fn is_local(local: &str) -> bool {
    let bytes = local.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 || bytes.first() == Some(&b'.') {
        return false;
    }
    let mut before = 0;
    for &byte in bytes {
        let fine = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'+' => true,
            b'.' => before != b'.',
            // Slash parts two addresses; a question mark begins what mailto: adds.
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'=' | b'^' | b'`' | b'{' | b'}' | b'~' => true,
            _ => false,
        };
        if !fine {
            return false;
        }
        before = byte;
    }
    // A quote at an end is what surrounds an address.
    before != b'.' && bytes.first() != Some(&b'\'') && bytes.first() != Some(&b'!')
}

/// A host name in ASCII of at least two labels, the last of them no number.
pub(super) fn is_domain(domain: &str) -> bool {
    let mut labels = 0;
    let mut last = "";
    for label in domain.split('.') {
        let bytes = label.as_bytes();
        let plain = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        if !plain || bytes.is_empty() || bytes.len() > 63 || label.starts_with('-') || label.ends_with('-') {
            return false;
        }
        labels += 1;
        last = label;
    }
    labels >= 2 && domain.len() <= 253 && last.len() >= 2 && !last.bytes().all(|byte| byte.is_ascii_digit())
}

/// The domain in Punycode, if it is one.
pub(super) fn to_ascii(domain: &str) -> Option<String> {
    let letters = |c: char| c.is_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '.');
    if !domain.chars().all(letters) {
        return None;
    }
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(ascii) => Some(ascii),
        _ => None,
    }
}
