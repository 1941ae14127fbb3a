//! The parts of an .xlsx around its sheets: which there are, where, the shared
//! texts and the number formats of cells.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::scan::{Fault, Scanner, Token, attribute, unescape};
use crate::sources::sheet::guard::{damaged, too_large};
use crate::sources::sheet::number_format::NumberFormat;
use crate::sources::sheet::workbook::{Listed, Seen};
use crate::sources::{ReadError, open_file};

/// Shared texts and styles that are held in memory.
const HELD: u64 = 128 << 20;
/// Cell formats that a workbook may have; Excel allows 65,490.
const FORMATS: usize = 1 << 17;

/// An opened .xlsx.
pub(super) struct Package<'a> {
    pub path: &'a Path,
    zip: ZipArchive<BufReader<File>>,
    /// Index in the container by name: lowercase, with `/`.
    parts: HashMap<String, usize>,
    pub is_1904: bool,
    /// Sheets in the order of their tabs, with their part.
    sheets: Vec<(Listed, String)>,
    /// The folder of the workbook's part, ending in `/` or empty.
    folder: String,
    targets: Vec<Target>,
}

/// A relationship of the workbook.
struct Target {
    id: Vec<u8>,
    kind: String,
    part: String,
}

pub(super) fn fault(path: &Path, part: &str, fault: &Fault) -> ReadError {
    match fault {
        Fault::Io => damaged(path, &format!("its part `{part}` cannot be unpacked")),
        Fault::Broken => damaged(path, "its XML is broken"),
        Fault::TooLong => too_large(path, part, "has a cell of over 4 MB, which no sheet can hold"),
        Fault::Utf16 => damaged(path, "its XML is not in UTF-8"),
    }
}

impl<'a> Package<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, ReadError> {
        let broken = |_| damaged(path, "its zip container cannot be read");
        let zip = ZipArchive::new(BufReader::new(open_file(path)?)).map_err(broken)?;
        let names = zip.file_names().enumerate();
        let parts = names.filter_map(|(index, name)| Some((normal(&name.ok()?), index))).collect();
        let mut package =
            Self { path, zip, parts, is_1904: false, sheets: Vec::new(), folder: String::new(), targets: Vec::new() };
        package.read_workbook()?;
        Ok(package)
    }

    pub(super) fn listed(self) -> Vec<Listed> {
        self.sheets.into_iter().map(|(listed, _)| listed).collect()
    }

    /// The part of a sheet and what it takes packed.
    pub(super) fn sheet(&mut self, name: &str) -> Result<(String, impl Read + '_, u64), ReadError> {
        let path = self.path;
        let found = self.sheets.iter().find(|(listed, _)| listed.name == name);
        let part = found.map(|(_, part)| part.clone()).unwrap_or_default();
        let missing = || damaged(path, "the sheet's part is missing");
        let index = *self.parts.get(&part).ok_or_else(missing)?;
        let entry = self.zip.by_index(index).map_err(|_| missing())?;
        let packed = entry.compressed_size();
        Ok((part, entry, packed))
    }

    /// Calls `on_token` with each piece of a part; false if there is no such part.
    fn each(&mut self, part: &str, mut on_token: impl FnMut(Token<'_>)) -> Result<bool, ReadError> {
        let Some(index) = self.parts.get(part) else { return Ok(false) };
        let missing = |_| damaged(self.path, "a part of it is missing");
        let entry = self.zip.by_index(*index).map_err(missing)?;
        let mut scanner = Scanner::new(entry);
        loop {
            match scanner.next() {
                Token::Stop => {
                    return scanner.stop().map(|()| true).map_err(|error| fault(self.path, part, &error));
                }
                token => on_token(token),
            }
            if scanner.bytes > HELD {
                let what = "unpacks to more than 128 MB that must be held in memory";
                return Err(too_large(self.path, part, what));
            }
        }
    }

    fn read_workbook(&mut self) -> Result<(), ReadError> {
        let mut workbook = String::from("xl/workbook.xml");
        let (_, targets) = self.relations("_rels/.rels", "")?;
        if let Some(target) = targets.into_iter().find(|target| target.kind.ends_with("/officedocument")) {
            workbook = target.part;
        }
        let (folder, file) = workbook.rsplit_once('/').map_or(("", workbook.as_str()), |(folder, file)| (folder, file));
        self.folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let folder = self.folder.clone();
        let (found, targets) = self.relations(&format!("{folder}_rels/{file}.rels"), &folder)?;
        if !found {
            return Err(damaged(self.path, "a part of it is missing"));
        }
        let (mut sheets, mut is_1904) = (Vec::new(), false);
        let found = self.each(&workbook, |token| {
            let Token::Open { name, attributes, .. } = token else { return };
            match name {
                // There may be another one among the extensions.
                b"workbookPr" => is_1904 |= attribute(attributes, "date1904").is_some_and(is_true),
                b"sheet" => {
                    let mut name = String::new();
                    unescape(attribute(attributes, "name").unwrap_or_default(), &mut name);
                    let seen = match attribute(attributes, "state") {
                        Some(b"hidden") => Seen::Hidden,
                        Some(b"veryHidden") => Seen::VeryHidden,
                        _ => Seen::Visible,
                    };
                    let id = attribute(attributes, "id").unwrap_or_default();
                    let target = targets.iter().find(|target| target.id == id);
                    if let Some(target) = target.filter(|target| target.kind.ends_with("/worksheet")) {
                        sheets.push((Listed { name, seen }, target.part.clone()));
                    }
                }
                _ => {}
            }
        })?;
        if !found {
            return Err(damaged(self.path, "a part of it is missing"));
        }
        (self.sheets, self.is_1904, self.targets) = (sheets, is_1904, targets);
        Ok(())
    }

    fn relations(&mut self, part: &str, folder: &str) -> Result<(bool, Vec<Target>), ReadError> {
        let mut targets = Vec::new();
        let found = self.each(part, |token| {
            let Token::Open { name: b"Relationship", attributes, .. } = token else { return };
            let mut target = String::new();
            unescape(attribute(attributes, "Target").unwrap_or_default(), &mut target);
            let kind = String::from_utf8_lossy(attribute(attributes, "Type").unwrap_or_default()).to_lowercase();
            let part = resolved(folder, &target);
            targets.push(Target { id: attribute(attributes, "Id").unwrap_or_default().to_vec(), kind, part });
        })?;
        Ok((found, targets))
    }

    /// The part that the workbook calls its `kind`, or where it usually is.
    fn target(&self, kind: &str, usual: &str) -> String {
        let target = self.targets.iter().find(|target| target.kind.ends_with(kind));
        target.map_or_else(|| format!("{}{usual}", self.folder), |target| target.part.clone())
    }

    /// How each cell format reads numbers.
    pub(super) fn formats(&mut self) -> Result<Vec<NumberFormat>, ReadError> {
        let part = self.target("/styles", "styles.xml");
        let mut codes: HashMap<u32, NumberFormat> = HashMap::new();
        let (mut formats, mut inside) = (Vec::new(), false);
        self.each(&part, |token| match token {
            Token::Open { name: b"numFmt", attributes, .. } => {
                let mut code = String::new();
                unescape(attribute(attributes, "formatCode").unwrap_or_default(), &mut code);
                if let Some(id) = number(attribute(attributes, "numFmtId").unwrap_or_default()) {
                    codes.insert(id, NumberFormat::of(&code));
                }
            }
            Token::Open { name: b"cellXfs", .. } => inside = true,
            Token::Close(b"cellXfs") => inside = false,
            Token::Open { name: b"xf", attributes, .. } if inside && formats.len() < FORMATS => {
                let id = number(attribute(attributes, "numFmtId").unwrap_or_default()).unwrap_or_default();
                formats.push(codes.get(&id).cloned().unwrap_or_else(|| NumberFormat::builtin(id)));
            }
            _ => {}
        })?;
        Ok(formats)
    }

    /// The texts that cells name by number.
    pub(super) fn strings(&mut self) -> Result<Strings, ReadError> {
        let part = self.target("/sharedstrings", "sharedStrings.xml");
        let mut strings = Strings::default();
        let mut text = Text::default();
        self.each(&part, |token| match token {
            Token::Open { name: b"si", empty, .. } => {
                text.done.clear();
                if empty {
                    strings.push("");
                }
            }
            Token::Close(b"si") => {
                strings.push(&text.done);
            }
            token => text.take(token),
        })?;
        Ok(strings)
    }
}

/// Text that is put together from the `t` elements of a cell or shared text;
/// readings of East Asian characters (`rPh`) are left out.
#[derive(Default)]
pub(super) struct Text {
    pub done: String,
    part: String,
    inside: bool,
    keeps_space: bool,
    reading: bool,
}

impl Text {
    pub(super) fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Open { name: b"t", attributes, empty } if !self.reading => {
                self.inside = !empty;
                self.keeps_space = attribute(attributes, "space") == Some(b"preserve");
                self.part.clear();
            }
            Token::Open { name: b"rPh", empty, .. } => self.reading = !empty,
            Token::Close(b"rPh") => self.reading = false,
            Token::Close(b"t") if self.inside => {
                self.inside = false;
                let part = match self.keeps_space {
                    true => self.part.as_str(),
                    false => self.part.trim_matches([' ', '\t', '\r', '\n']),
                };
                unescape_units(part, &mut self.done);
            }
            Token::Text(raw) if self.inside => unescape(raw, &mut self.part),
            Token::Cdata(raw) if self.inside => self.part.push_str(&String::from_utf8_lossy(raw)),
            _ => {}
        }
    }
}

/// Appends text in which `_x000D_` stands for a character that XML cannot hold.
pub(super) fn unescape_units(text: &str, into: &mut String) {
    let mut rest = text;
    let mut units: Vec<u16> = Vec::new();
    let flush = |units: &mut Vec<u16>, into: &mut String| {
        into.push_str(&String::from_utf16_lossy(units));
        units.clear();
    };
    while let Some(at) = rest.find("_x") {
        let (before, behind) = rest.split_at(at);
        if !before.is_empty() {
            flush(&mut units, into);
            into.push_str(before);
        }
        let hex = behind.get(2..6).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = hex.filter(|_| behind.as_bytes().get(6) == Some(&b'_'));
        match unit.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
            Some(unit) => {
                units.push(unit);
                rest = behind.get(7..).unwrap_or_default();
            }
            None => {
                flush(&mut units, into);
                into.push_str("_x");
                rest = behind.get(2..).unwrap_or_default();
            }
        }
    }
    flush(&mut units, into);
    into.push_str(rest);
}

/// Texts by number, in one piece of memory.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// At most 128 MB, see above.
    ends: Vec<u32>,
}

impl Strings {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = |index: usize| usize::try_from(*self.ends.get(index)?).ok();
        let start = if index == 0 { 0 } else { end(index - 1)? };
        self.text.get(start..end(index)?)
    }
}

fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true" | b"on")
}

pub(super) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// A part's name as parts are looked up.
fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A target, relative to `folder` unless it begins with `/`.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if target.starts_with('/') {
        return normal(&target);
    }
    let whole = format!("{folder}{target}");
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/").to_lowercase()
}
