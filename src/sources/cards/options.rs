//! What a pipeline may say of a source of cards.

use regex::Regex;
use serde_json::{Value as Json, json};

use crate::config::decode::{Decode, Node, Placed};
use crate::diagnostic::Faults;
use crate::sources::dbf::Deleted;
use crate::sources::encoding::Encoding;
use crate::{options, words};

options! {
    /// How cards of tagged text and the address books of older programs are read.
    pub struct CardsOptions {
        /// The program that wrote the file. Without it, what the file's beginning
        /// or its name says (`.abook`, `.bbdb`, `.addressbook`, `.elm`, `.mutt`,
        /// `.mab`), and `tagged` otherwise.
        preset: Option<Preset>,
        /// What stands between two tagged cards: `blank` for blank lines, the text
        /// that such a line begins with, or a regular expression as `/…/`.
        separator: Separator = Separator::Blank,
        /// What stands between a tag and its value.
        delimiter: String = ":".to_string(),
        /// The tag that each card begins with, where nothing else parts them.
        first: Option<String>,
        /// What becomes of a line without a tag that is not indented.
        untagged: Untagged = Untagged::Text,
        /// What becomes of entries that are marked as deleted (`pine`, `mork`).
        deleted: Deleted = Deleted::Skip,
        /// The encoding of the file. Without it UTF-8 where a value is valid
        /// UTF-8, and `windows-1252` otherwise.
        encoding: Option<Encoding>,
    }
}

words! {
    /// The program that wrote the file.
    pub enum Preset {
        /// Lines `Name: …`, whatever wrote them.
        Tagged = "tagged",
        /// abook's address book.
        Abook = "abook",
        /// Emacs' Insidious Big Brother Database, versions 2 and 3.
        Bbdb = "bbdb",
        /// Pine's and Alpine's `.addressbook`.
        Pine = "pine",
        /// Elm's `aliases.text`.
        Elm = "elm",
        /// The `alias` lines of Mutt and NeoMutt.
        Mutt = "mutt",
        /// Palm Desktop's comma-separated export.
        Palm = "palm",
        /// Address books of Netscape, Mozilla and Thunderbird (`.mab`).
        Mork = "mork",
        /// A Berkeley DB of GNOME Evolution, dumped with `db_dump`.
        Evolution = "evolution",
    }
}

words! {
    /// What becomes of a line without a tag that is not indented.
    pub enum Untagged {
        /// It goes to the column `text`.
        Text = "text",
        /// It continues the value before it.
        Continue = "continue",
    }
}

/// What parts two cards.
#[derive(Debug, Clone)]
pub enum Separator {
    /// Blank lines.
    Blank,
    /// A line that begins with this.
    Text(String),
    /// A line in which this is found.
    Pattern(Regex),
}

impl Separator {
    /// Whether a line parts two cards.
    pub fn is(&self, line: &str) -> bool {
        match self {
            Self::Blank => line.trim().is_empty(),
            Self::Text(text) => line.trim_start().starts_with(text.as_str()),
            Self::Pattern(pattern) => pattern.is_match(line),
        }
    }
}

impl Decode for Separator {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let text = Placed::<String>::decode(node, faults)?;
        if text.value == "blank" {
            return Some(Self::Blank);
        }
        let inner =
            text.value.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| text.value.len() > 1);
        let Some(pattern) = inner else {
            if text.value.trim().is_empty() {
                faults
                    .push("config.wrong-type", text.span, "expected `blank`, a text or a `/pattern/`")
                    .help("for example `separator = \"---\"`");
                return None;
            }
            return Some(Self::Text(text.value));
        };
        match Regex::new(pattern) {
            Ok(pattern) => Some(Self::Pattern(pattern)),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string();
                faults.push("config.pattern", text.span, format!("`/{pattern}/` is no pattern: {reason}"));
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
    fn kind() -> String {
        "`blank`, a text or a `/pattern/`".into()
    }
}

/// Whether nothing is declared that says how tagged text is read.
pub(super) fn plain(options: &CardsOptions) -> bool {
    matches!(options.separator, Separator::Blank)
        && options.delimiter == ":"
        && options.first.is_none()
        && options.untagged == Untagged::Text
}

#[cfg(test)]
impl Default for CardsOptions {
    fn default() -> Self {
        Self {
            preset: None,
            separator: Separator::Blank,
            delimiter: ":".into(),
            first: None,
            untagged: Untagged::Text,
            deleted: Deleted::Skip,
            encoding: None,
        }
    }
}
