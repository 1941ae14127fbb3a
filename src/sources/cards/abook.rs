//! abook's address book: a section `[0]` for each entry, lines `key=value`.

use super::codes;
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;
use crate::sources::entries::{Entries, Entry, LONGEST_LINE, Lines, decoded};

/// The entries of a file.
pub(super) struct Sections {
    lines: Lines,
    encoding: Option<Encoding>,
    /// The section whose heading has been read: its line, and whether it is an entry.
    begun: Option<(u64, bool)>,
}

impl Sections {
    pub(super) fn new(lines: Lines, encoding: Option<Encoding>) -> Self {
        Self { lines, encoding, begun: None }
    }
}

impl Entries for Sections {
    fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        let mut entry = self.begun.take().map(start);
        while let Some(bytes) = self.lines.next()? {
            let (line, whole) = decoded(&bytes, self.encoding);
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                let section = (self.lines.number(), !name.trim().eq_ignore_ascii_case("format"));
                match entry.replace(start(section)) {
                    Some(Section { entry: Some(before), .. }) => {
                        self.begun = Some(section);
                        return Ok(Some(before));
                    }
                    _ => continue,
                }
            }
            let number = self.lines.number();
            let section = entry.get_or_insert_with(|| {
                let mut stray = start((number, true));
                if let Some(entry) = &mut stray.entry {
                    entry.fault = Some(codes::STRAY);
                }
                stray
            });
            if let Some(entry) = &mut section.entry {
                add(entry, line, whole);
                if bytes.len() > LONGEST_LINE {
                    entry.fault = Some(codes::TOO_LARGE);
                }
            }
        }
        Ok(entry.and_then(|section| section.entry))
    }
}

/// A section; the one about the format is no entry.
struct Section {
    entry: Option<Entry>,
}

fn start((line, is_entry): (u64, bool)) -> Section {
    Section { entry: is_entry.then(|| Entry::at(line)) }
}

fn add(entry: &mut Entry, line: &str, whole: bool) {
    let Some((key, value)) = line.split_once('=').filter(|(key, _)| !key.trim().is_empty()) else {
        entry.note(codes::BAD_LINE, "");
        return;
    };
    let key = key.trim();
    // Several addresses stand in one line.
    let values: Vec<&str> = if key == "email" { value.split(',').collect() } else { vec![value] };
    for value in values {
        entry.add(key, value.trim());
    }
    if !whole {
        entry.note(codes::ENCODING, key);
    }
}
