//! Address books with a line an entry: Pine and Alpine, Elm, Mutt.

use super::{codes, people};
use crate::sources::ReadError;
use crate::sources::dbf::Deleted;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, Lines, decoded};

/// An entry of more bytes than this is cut.
const MOST: usize = 16 << 20;

/// A line with those that continue it, and its number.
struct Whole {
    at: u64,
    text: String,
    sound: bool,
}

impl Whole {
    fn entry(&self) -> Entry {
        let mut entry = Entry::at(self.at);
        if !self.sound {
            entry.note(codes::ENCODING, "");
        }
        if self.text.len() > MOST {
            entry.fault = Some(codes::TOO_LARGE);
        }
        entry
    }
}

/// The next line that is not blank, joined with those that begin with one of
/// `blanks`: the programs fold long entries so.
fn folded(lines: &mut Lines, encoding: Option<Encoding>, blanks: &[u8]) -> Result<Option<Whole>, ReadError> {
    let mut whole: Option<Whole> = None;
    while let Some(bytes) = lines.next()? {
        let continues = bytes.first().is_some_and(|first| blanks.contains(first));
        let (line, sound) = decoded(&bytes, encoding);
        match &mut whole {
            Some(whole) if continues => {
                let next = line.trim_start_matches(' ');
                let tight = whole.text.ends_with(['\t', '(', ' ']) || next.starts_with('\t');
                if whole.text.len() <= MOST {
                    whole.text.push_str(if tight { "" } else { " " });
                    whole.text.push_str(next);
                }
                whole.sound &= sound;
            }
            Some(_) => {
                lines.give_back(bytes);
                break;
            }
            None if line.trim().is_empty() => {}
            None => whole = Some(Whole { at: lines.number(), text: line, sound }),
        }
    }
    Ok(whole)
}

/// Pine: nickname, name, address or list, folder, comment, with tabs between.
pub(super) struct Pine {
    pub lines: Lines,
    pub encoding: Option<Encoding>,
    pub deleted: Deleted,
}

impl Entries for Pine {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while let Some(whole) = folded(&mut self.lines, self.encoding, b" ")? {
            let mut text = whole.text.as_str();
            let mut entry = whole.entry();
            if let Some(rest) = text.strip_prefix("#DELETED-") {
                if self.deleted == Deleted::Skip {
                    continue;
                }
                // The day of the deletion stands before the entry.
                let (day, entry_text) = rest.split_once('#').unwrap_or((rest, ""));
                entry.add("_deleted", day);
                text = entry_text;
            }
            pine(&mut entry, text);
            return Ok(Some(entry));
        }
        Ok(None)
    }
}

fn pine(entry: &mut Entry, text: &str) {
    let mut fields = text.split('\t').map(str::trim);
    let mut next = || fields.next().unwrap_or_default();
    let (nickname, name, address, fcc) = (next(), next(), next(), next());
    let comment = fields.collect::<Vec<_>>().join("\t");
    entry.add("nickname", nickname);
    let name = people::encoded_words(name);
    // A list stands in parentheses; old versions wrote it without.
    let inner = address.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let members = people::split(inner.unwrap_or(address));
    if inner.is_some() || members.len() > 1 {
        entry.add("name", name);
        for member in members {
            entry.add("member", people::encoded_words(member));
        }
    } else {
        let (own, email) = people::person(address);
        entry.add("name", if name.is_empty() { own } else { name });
        entry.add("email", email);
    }
    entry.add("fcc", fcc);
    entry.add("comment", people::encoded_words(&comment));
    if text.split('\t').count() < 3 {
        entry.fault = entry.fault.or(Some(codes::BROKEN));
        entry.join("comment", text, "\n");
    }
}

/// Elm: `alias, alias = Name, comment = address, address`.
pub(super) struct Elm {
    pub lines: Lines,
    pub encoding: Option<Encoding>,
}

impl Entries for Elm {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while let Some(whole) = folded(&mut self.lines, self.encoding, b" \t")? {
            if whole.text.starts_with('#') {
                continue;
            }
            let mut entry = whole.entry();
            let mut parts = whole.text.splitn(3, '=').map(str::trim);
            for alias in parts.next().unwrap_or_default().split(',') {
                entry.add("alias", alias.trim());
            }
            let (Some(person), Some(addresses)) = (parts.next(), parts.next()) else {
                entry.fault = entry.fault.or(Some(codes::BROKEN));
                return Ok(Some(entry));
            };
            let (name, comment) = person.split_once(',').unwrap_or((person, ""));
            entry.add("name", people::encoded_words(name.trim()));
            entry.add("comment", comment.trim());
            for address in people::split(addresses) {
                entry.add("email", people::person(address).1);
            }
            return Ok(Some(entry));
        }
        Ok(None)
    }
}

/// Mutt: `alias -group friends ann Ann Smith <ann@x.org> # met in May`. Other
/// lines are settings of the program, and no entries.
pub(super) struct Mutt {
    pub lines: Lines,
    pub encoding: Option<Encoding>,
}

impl Entries for Mutt {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        while let Some(bytes) = self.lines.next()? {
            let at = self.lines.number();
            let (mut text, mut sound) = decoded(&bytes, self.encoding);
            while text.ends_with('\\') && text.len() <= MOST {
                text.pop();
                let Some(bytes) = self.lines.next()? else { break };
                let (line, whole) = decoded(&bytes, self.encoding);
                text.push_str(&line);
                sound &= whole;
            }
            let whole = Whole { at, text, sound };
            let (word, rest) = token(&whole.text);
            if word == "alias" {
                let mut entry = whole.entry();
                mutt(&mut entry, rest);
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }
}

fn mutt(entry: &mut Entry, mut rest: &str) {
    let (mut word, mut after) = token(rest);
    while word == "-group" {
        (word, after) = token(after);
        entry.add("group", word);
        (word, after) = token(after);
    }
    entry.add("alias", word);
    rest = after.trim();
    let mut quoted = false;
    let comment = rest.char_indices().find(|&(at, letter)| {
        quoted ^= letter == '"';
        letter == '#' && !quoted && (at == 0 || rest.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace))
    });
    if let Some((at, _)) = comment {
        let (before, comment) = rest.split_at(at);
        entry.add("comment", comment.trim_start_matches('#').trim());
        rest = before;
    }
    people::add(entry, rest);
    if entry.is_empty() || rest.trim().is_empty() {
        entry.fault = entry.fault.or(Some(codes::BROKEN));
    }
}

/// The first word of a line, quotes resolved, and what comes after it.
fn token(text: &str) -> (String, &str) {
    let text = text.trim_start();
    let (mut quote, mut word) = (None, String::new());
    for (at, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None if letter.is_whitespace() => return (word, text.get(at..).unwrap_or_default()),
            _ => word.push(letter),
        }
    }
    (word, "")
}
