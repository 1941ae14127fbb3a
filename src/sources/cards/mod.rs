//! Cards written as tagged text, and the address books of older programs.
//!
//! | file | knows |
//! |---|---|
//! | `options` | what a pipeline may declare |
//! | `tagged` | `Name: …` lines between separators |
//! | `abook` | abook's sections |
//! | `aliases` | aliases of Elm and Mutt, entries of Pine |
//! | `people` | lists of addresses, and words encoded as in mail |
//! | `bbdb`, `lisp` | records of Emacs' BBDB |
//! | `mork` | Mozilla's Mork, and what its changes lead to |
//! | `palm` | Palm Desktop's table, which has no headings |
//! | `dump` | the dump of a Berkeley DB of vCards |
//!
//! Each format gives entries (see `entries`); what one of them is called in its
//! program is a column.

mod abook;
mod aliases;
mod bbdb;
mod codes;
mod dump;
mod lisp;
mod mork;
mod options;
mod palm;
mod people;
mod tagged;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::options::plain;
use super::encoding::Encoding;
use super::entries::{self, Entries, Lines, Reader};
use super::kind::{Opener, Place};
use super::{ReadError, Source};

pub use self::codes::CODES;
pub use self::options::{CardsOptions, Preset, Separator, Untagged};
pub(super) use self::tagged::add_tags;

impl Opener for CardsOptions {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        let files = place.files()?;
        let preset = match self.preset {
            Some(preset) => preset,
            None => one_preset(files)?,
        };
        if preset != Preset::Tagged && !plain(self) {
            let what = format!("is read as `{}`, which has rules of its own", preset.word());
            return Err(ReadError::new(first(files), what)
                .help("take out `separator`, `delimiter`, `first` and `untagged`, or declare `preset = \"tagged\"`"));
        }
        if preset == Preset::Palm {
            return palm::open(files, self.encoding);
        }
        entries::open(files, Arc::new(Book { preset, options: self.clone() }))
    }
}

fn first(files: &[PathBuf]) -> String {
    files.first().map(|path| path.display().to_string()).unwrap_or_default()
}

/// The preset that a file's beginning says, or its name.
fn of_file(path: &Path) -> Result<Preset, ReadError> {
    let mut lines = Lines::open(path, None)?;
    for number in 1..=3 {
        let Some(line) = lines.next()? else { break };
        let starts = |mark: &str| line.starts_with(mark.as_bytes());
        match number {
            1 if starts("# abook addressbook file") => return Ok(Preset::Abook),
            1 if starts("// <!-- <mdb:mork") => return Ok(Preset::Mork),
            2 if starts("format=bytevalue") || starts("format=print") => return Ok(Preset::Evolution),
            _ if starts(";;; file-format:") || starts(";;; file-version:") => return Ok(Preset::Bbdb),
            _ => {}
        }
    }
    Ok(of_name(&super::file_name(path).to_lowercase()))
}

fn of_name(name: &str) -> Preset {
    match name {
        "addressbook" => return Preset::Abook,
        "aliases.text" => return Preset::Elm,
        "muttrc" | ".muttrc" => return Preset::Mutt,
        _ => {}
    }
    match name.rsplit('.').next().unwrap_or_default() {
        "abook" => Preset::Abook,
        "bbdb" => Preset::Bbdb,
        "addressbook" => Preset::Pine,
        "elm" => Preset::Elm,
        "mutt" => Preset::Mutt,
        "mab" => Preset::Mork,
        _ => Preset::Tagged,
    }
}

/// The one preset of several files.
fn one_preset(files: &[PathBuf]) -> Result<Preset, ReadError> {
    let mut found = None;
    for path in files {
        let preset = of_file(path)?;
        let earlier = *found.get_or_insert(preset);
        if earlier != preset {
            let what = format!("looks like `{}`, other files of the source like `{}`", preset.word(), earlier.word());
            return Err(ReadError::new(path.display().to_string(), what)
                .help("make them two sources, or declare the `preset` of all"));
        }
    }
    Ok(found.unwrap_or(Preset::Tagged))
}

/// Files of one format.
struct Book {
    preset: Preset,
    options: CardsOptions,
}

impl Book {
    fn encoding(&self) -> Option<Encoding> {
        self.options.encoding
    }
}

impl Reader for Book {
    fn always(&self) -> Vec<String> {
        let names: &[&str] = match self.preset {
            Preset::Tagged => &["text"],
            Preset::Abook => &["name", "email"],
            Preset::Bbdb => &["firstname", "lastname", "organization", "mail"],
            Preset::Pine => &["nickname", "name", "email", "fcc", "comment"],
            Preset::Elm => &["alias", "name", "email", "comment"],
            Preset::Mutt => &["alias", "name", "email", "group", "comment"],
            Preset::Mork => &["kind", "DisplayName", "FirstName", "LastName", "PrimaryEmail"],
            Preset::Palm => palm::COLUMNS,
            Preset::Evolution => &["UID", "FN", "N.family", "N.given"],
        };
        names.iter().map(ToString::to_string).collect()
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Entries>, ReadError> {
        let encoding = self.encoding();
        let lines = || Lines::open(path, encoding);
        Ok(match self.preset {
            // Palm's export is a table, which `palm` opens.
            Preset::Tagged | Preset::Palm => Box::new(tagged::Blocks::new(lines()?, &self.options)),
            Preset::Abook => Box::new(abook::Sections::new(lines()?, encoding)),
            Preset::Bbdb => Box::new(bbdb::Records { lines: lines()?, encoding }),
            Preset::Pine => Box::new(aliases::Pine { lines: lines()?, encoding, deleted: self.options.deleted }),
            Preset::Elm => Box::new(aliases::Elm { lines: lines()?, encoding }),
            Preset::Mutt => Box::new(aliases::Mutt { lines: lines()?, encoding }),
            Preset::Mork => mork::open(path, encoding, self.options.deleted)?,
            Preset::Evolution => Box::new(dump::Dump::new(lines()?, encoding)?),
        })
    }

    fn nothing(&self, path: &Path) -> ReadError {
        let error =
            ReadError::new(path.display().to_string(), format!("holds no card (read as `{}`)", self.preset.word()));
        error.help("check the source's `path`, or declare another `preset`")
    }

    fn no_column(&self) -> &'static str {
        codes::NO_COLUMN
    }

    fn detected(&self, _path: &Path) -> Option<String> {
        self.options.preset.is_none().then(|| format!("preset {}", self.preset.word()))
    }
}
