//! Contacts that Outlook, Google Contacts or Thunderbird exported, by their
//! headings: whatever the language of the export, its columns get the names that
//! the program has in English.
//!
//! | part | does |
//! |---|---|
//! | `headings` | the tables of headings; [`recognise`] and [`renamed`] |
//! | `source` | a source under other names |
//! | `options` | the option `headings` beside those of a kind |
//!
//! Only names of columns change. Records, their places and their values are
//! those of the source.

mod headings;
mod options;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use headings::number_twins;
pub use headings::{Language, Recognised, recognise, renamed};
pub use options::Headed;

use crate::words;

words! {
    /// The program that exported contacts.
    pub enum Program {
        /// Microsoft Outlook.
        Outlook = "outlook",
        /// Google Contacts, as it exported before 2024 and since.
        Google = "google",
        /// Mozilla Thunderbird.
        Thunderbird = "thunderbird",
    }
}
