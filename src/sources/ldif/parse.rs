//! Cuts a file into entries and their lines into attributes.
//!
//! An entry ends at a blank line, and, where that is missing, at the next `dn:`.

use std::sync::Arc;

use super::codes;
use super::value::{self, Kind};
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, Lines};

/// An entry of more bytes than this is not kept in memory.
const MOST: usize = 64 << 20;

pub(super) struct LdifEntries {
    pub lines: Lines,
    pub encoding: Option<Encoding>,
    /// See [`super::Ldif`].
    pub join: Arc<Vec<String>>,
}

/// The lines of one entry, unfolded, without comments.
#[derive(Default)]
struct Block {
    /// The line of the file that it begins with; 0 as long as there is none.
    line: u64,
    lines: Vec<Vec<u8>>,
    too_large: bool,
}

impl Entries for LdifEntries {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        Ok(self.block()?.map(|block| self.entry(&block)))
    }
}

impl LdifEntries {
    /// The next lines up to a blank one that are not all comments.
    fn block(&mut self) -> Result<Option<Block>, ReadError> {
        let mut block = Block::default();
        let mut size = 0;
        // The line before is a comment, and so is what continues it.
        let mut comment = false;
        let mut named = false;
        while let Some(line) = self.lines.next()? {
            match line.split_first() {
                Some((b' ', rest)) if comment || block.line > 0 => {
                    if !comment && let Some(last) = block.lines.last_mut() {
                        size += rest.len();
                        block.too_large |= size > MOST;
                        if !block.too_large {
                            last.extend_from_slice(rest);
                        }
                    }
                    continue;
                }
                Some((b'#', _)) => {
                    comment = true;
                    continue;
                }
                _ => comment = false,
            }
            if line.trim_ascii().is_empty() {
                if block.line == 0 {
                    continue;
                }
                return Ok(Some(block));
            }
            match name_of(&line).as_deref() {
                // The version of the format stands before the first entry, with or
                // without a blank line after it, and again where files were joined.
                Some("version") if block.line == 0 && line.ends_with(b"1") => continue,
                Some("dn") if named => {
                    self.lines.give_back(line);
                    return Ok(Some(block));
                }
                Some("dn") => named = true,
                _ => {}
            }
            if block.line == 0 {
                block.line = self.lines.number();
            }
            size += line.len() + size_of::<Vec<u8>>();
            block.too_large |= size > MOST;
            if !block.too_large {
                block.lines.push(line);
            }
        }
        Ok((block.line > 0).then_some(block))
    }
}

impl LdifEntries {
    fn entry(&self, block: &Block) -> Entry {
        let mut entry = Entry::at(block.line);
        let change = block.lines.iter().any(|line| name_of(line).is_some_and(|name| name == "changetype"));
        let named = block.lines.first().and_then(|line| name_of(line)).is_some_and(|name| name == "dn");
        entry.fault = match () {
            () if block.too_large => Some(codes::TOO_LARGE),
            () if change => Some(codes::CHANGE),
            () if !named => Some(codes::NO_DN),
            () => None,
        };
        for line in &block.lines {
            match attribute(line) {
                Some(attribute) => self.add(&mut entry, &attribute),
                None if change => {}
                None => entry.note(codes::BAD_LINE, ""),
            }
        }
        entry
    }

    fn add(&self, entry: &mut Entry, attribute: &Attribute<'_>) {
        let (text, sound) = value::text(attribute.value, attribute.kind, self.encoding);
        let column = if attribute.column == "objectclass" {
            entry.join("objectclass", &text, ",");
            Some(attribute.column.clone())
        } else if self.join.contains(&attribute.column) {
            entry.join(&attribute.column, &text, "\n");
            Some(attribute.column.clone())
        } else {
            entry.add(&attribute.column, text)
        };
        let Some(column) = column else { return };
        if !sound {
            entry.note(codes::ENCODING, &column);
        }
        if attribute.kind == Kind::Url {
            entry.note(codes::URL, &column);
        }
    }
}

/// The attribute's name without its options, in small letters.
fn name_of(line: &[u8]) -> Option<String> {
    let end = line.iter().position(|byte| matches!(byte, b':' | b';'))?;
    Some(String::from_utf8_lossy(line.get(..end)?).trim().to_lowercase())
}

/// One line: `cn;lang-fr:: Sm9zw6k=`.
struct Attribute<'a> {
    /// In small letters, its options sorted, without `binary`.
    column: String,
    kind: Kind,
    /// What stands after the colons and blanks.
    value: &'a [u8],
}

fn attribute(line: &[u8]) -> Option<Attribute<'_>> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (head, rest) = (line.get(..colon)?, line.get(colon + 1..)?);
    let head = String::from_utf8_lossy(head).to_lowercase();
    let mut parts = head.split(';').map(str::trim).filter(|part| !part.is_empty());
    let name = parts.next().filter(|_| !head.trim_start().starts_with(';'))?.to_string();
    // The order of options means nothing.
    let mut options: Vec<&str> = parts.collect();
    options.sort_unstable();
    options.dedup();
    let binary = options.contains(&"binary") || value::is_binary(&name);
    options.retain(|option| *option != "binary");
    let column = [name.as_str()].into_iter().chain(options).collect::<Vec<_>>().join(";");
    let (kind, value) = match rest.split_first() {
        Some((b':', value)) if binary => (Kind::Binary, value),
        Some((b':', value)) => (Kind::Base64, value),
        Some((b'<', value)) => (Kind::Url, value),
        _ => (Kind::Plain, rest),
    };
    let blanks = value.iter().take_while(|&&byte| byte == b' ').count();
    Some(Attribute { column, kind, value: value.get(blanks..)? })
}
