//! What stands in quotes or brackets beside a name: a nickname, letters that
//! belong behind it, or a note such as `(deceased)` and `(née Smith)`, which stays
//! behind the name and is no part of it.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::field::unwrapped;
use super::words::{suffix, trailing_suffix};
use crate::standards::word_table::WordTable;

/// What stood beside a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Aside {
    Nothing,
    Nickname(String),
    /// Degrees or an office: `(CEO)`, `(Jr)`.
    Suffix(String),
    Note(String),
}

impl Aside {
    fn of(text: String) -> Self {
        match text {
            text if is_note(&text) => Self::Note(text),
            text if is_suffix(&text) => Self::Suffix(text),
            text => Self::Nickname(text),
        }
    }
}

/// Notes, in small letters.
#[rustfmt::skip] // a list to read
static NOTES: &[&str] = &[
    "deceased", "dec'd", "decd", "dec", "late", "dead", "died", "retired", "inactive", "active", "former", "old",
    "new", "duplicate", "dup", "do not call", "do not contact", "do not mail", "do not email", "dnc", "left",
    "left company", "no longer there", "moved", "moved away", "on leave", "maternity leave", "temp", "temporary",
    "contractor", "home", "work", "office", "private", "personal", "primary", "main", "billing", "shipping", "vip",
    "verstorben", "gestorben", "tot", "inaktiv", "aktiv", "ehemalig", "ehem", "ausgeschieden", "umgezogen",
    "verzogen", "privat", "geschäftlich", "dienstlich", "neu", "alt", "elternzeit", "in elternzeit", "rente",
    "in rente", "décédé", "décédée", "retraité", "retraitée", "ancien", "ancienne", "fallecido", "fallecida",
    "jubilado", "jubilada", "deceduto", "deceduta", "defunto", "pensionato", "overleden", "gepensioneerd", "falecido",
    "falecida", "aposentado", "†", "✝",
];

/// Words before a name of birth or another note.
static BEGINNINGS: &[&str] = &[
    "née",
    "nee",
    "né",
    "geb",
    "geborene",
    "geborener",
    "born",
    "formerly",
    "ex",
    "vormals",
    "ehemals",
    "früher",
    "nata",
    "nacida",
    "geboren",
    "c/o",
    "attn",
];

static INDEX: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(NOTES));

fn is_note(text: &str) -> bool {
    let small = text.to_lowercase();
    let begins = |(first, _): (&str, &str)| BEGINNINGS.contains(&first.trim_end_matches(['.', ':']));
    INDEX.contains(&small) || small.split_once(' ').is_some_and(begins)
}

/// Whether it is letters that belong behind a name; not `(Bo)`, which may be one.
fn is_suffix(text: &str) -> bool {
    let known = |word: &str| trailing_suffix(word).is_some() || (suffix(word).is_some() && word.chars().count() > 2);
    text.split(' ').all(known) || (text.contains(' ') && suffix(&text.replace(' ', "")).is_some())
}

/// The text without what stands in quotes or brackets, and that.
pub(super) fn without_aside(text: &str) -> (Cow<'_, str>, Aside) {
    if !may_be_quoted(text) {
        return (text.into(), Aside::Nothing);
    }
    let quotes = [("\"", "\""), ("(", ")"), ("\u{201c}", "\u{201d}"), ("[", "]"), ("''", "''"), (" '", "' ")];
    for (open, close) in quotes {
        let Some((before, rest)) = text.split_once(open) else { continue };
        let closed = rest.split_once(close).or_else(|| Some((rest.strip_suffix(close.trim_end())?, "")));
        let Some((inside, after)) = closed else { continue };
        let inside = unwrapped(inside.trim());
        // Quotes around the whole name, or around nothing.
        if before.trim().is_empty() && after.trim().is_empty() {
            return (inside.into_owned().into(), Aside::Nothing);
        }
        let comma = if after.trim_start().starts_with(',') { "" } else { " " };
        let outside = format!("{}{comma}{}", before.trim_end(), after.trim_start());
        let aside = if inside.is_empty() { Aside::Nothing } else { Aside::of(inside.into_owned()) };
        return (outside.into(), aside);
    }
    (text.into(), Aside::Nothing)
}

/// Whether one of the signs before a nickname is in the text; most have none.
fn may_be_quoted(text: &str) -> bool {
    let mut before = 0;
    text.bytes().any(|byte| {
        let found = match byte {
            // The last is the first byte of \u{201c}.
            b'"' | b'(' | b'[' | 0xe2 => true,
            b'\'' => matches!(before, b' ' | b'\''),
            _ => false,
        };
        before = byte;
        found
    })
}
