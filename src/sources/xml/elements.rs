//! The elements at a path of a document, each as a record.

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use quick_xml::encoding::DecodingReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::declared;
use crate::sources::keyed::{Format, OnRecord, RECORD_BYTES, Record};
use crate::sources::{ReadError, file_name, packed};

/// How deep elements may lie within each other.
const DEEP: usize = 256;
/// How many different paths [`repeated`] looks at.
const PATHS: usize = 1_000;

/// Which elements are records, and what becomes of children that repeat.
pub(super) struct Elements {
    path: Vec<String>,
    join: Option<String>,
}

impl Elements {
    pub(super) fn new(records: &str, join: Option<String>) -> Self {
        Self { path: records.split('/').filter(|name| !name.is_empty()).map(str::to_string).collect(), join }
    }
}

type Input = DecodingReader<BufReader<Box<dyn Read + Send>>>;

/// A document, event by event.
struct Document<'a> {
    path: &'a Path,
    reader: Reader<Input>,
    buffer: Vec<u8>,
    /// Elements that are open.
    depth: usize,
}

impl<'a> Document<'a> {
    fn open(path: &'a Path) -> Result<Self, ReadError> {
        let decoded = declared::decoded(packed::open(path, None)?).map_err(|error| ReadError::io(path, &error))?;
        let Some(decoded) = decoded else {
            return Err(ReadError::new(path.display().to_string(), "declares an encoding that is not known")
                .help("convert it to UTF-8 with `iconv`, and correct its first line"));
        };
        let decoded = DecodingReader::new(BufReader::with_capacity(1 << 16, decoded));
        let mut reader = Reader::from_reader(decoded);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { path, reader, buffer: Vec::new(), depth: 0 })
    }

    /// The next event; `None` at the end of the document.
    fn next(&mut self) -> Result<Option<Event<'_>>, ReadError> {
        self.buffer.clear();
        let at = self.reader.buffer_position();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|_| broken(self.path, at))?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => {
                return Err(ReadError::new(self.path.display().to_string(), "is cut off: an element is not closed")
                    .help("export it again"));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
        if self.depth > DEEP {
            return Err(ReadError::new(self.path.display().to_string(), "is nested more than 256 levels deep"));
        }
        Ok(Some(event))
    }
}

fn broken(path: &Path, at: u64) -> ReadError {
    ReadError::new(format!("{}, byte {at}", path.display()), "is not well-formed XML from here on")
        .help("export it again, or correct the file there")
}

/// Attributes that belong to the record: not declarations of namespaces. `None`
/// where one is not written as XML has it, or comes twice.
fn attributes(tag: &BytesStart<'_>) -> Option<Vec<(String, String)>> {
    let mut own = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref();
        if key != "xmlns" && !key.starts_with("xmlns:") {
            let name = format!("@{}", attribute.key.local_name().as_ref());
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            own.push((name, value.map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned)));
        }
    }
    Some(own)
}

/// An element of a record that is open.
#[derive(Default)]
struct Open {
    /// Its column, without those of its parents.
    name: String,
    /// How often each child has come.
    children: Vec<(String, u32)>,
    text: String,
}

/// A record under construction.
struct Builder<'a> {
    record: &'a mut Record,
    join: Option<&'a str>,
    /// From the record's own element down.
    open: Vec<Open>,
    bytes: usize,
}

impl Builder<'_> {
    /// Opens an element; false where its attributes are not well-formed.
    fn begin(&mut self, tag: &BytesStart<'_>) -> bool {
        let name = tag.local_name().as_ref().to_string();
        let mut own = Open::default();
        if let Some(parent) = self.open.last_mut() {
            let place = parent.children.iter().position(|(child, _)| *child == name);
            let count = match place.and_then(|place| parent.children.get_mut(place)) {
                Some((_, count)) => {
                    *count += 1;
                    *count
                }
                None => {
                    parent.children.push((name.clone(), 1));
                    1
                }
            };
            own.name = if count > 1 && self.join.is_none() { format!("{name}_{count}") } else { name };
        }
        self.open.push(own);
        let attributes = attributes(tag);
        for (attribute, value) in attributes.iter().flatten() {
            self.put(Some(attribute), Some(value));
        }
        attributes.is_some()
    }

    /// Closes the innermost element; true if that was the record.
    fn end(&mut self) -> bool {
        let Some(own) = self.open.last_mut() else { return true };
        let text = std::mem::take(&mut own.text);
        let is_leaf = own.children.is_empty();
        let is_blank = text.trim().is_empty();
        let is_record = self.open.len() == 1;
        if is_record && !is_blank {
            self.put(Some("text"), Some(&text));
        } else if !is_record && (is_leaf || !is_blank) {
            self.put(None, (!text.is_empty()).then_some(&text));
        }
        self.open.pop();
        is_record
    }

    /// Gives the innermost element, or something of it, its value.
    fn put(&mut self, of: Option<&str>, value: Option<&str>) {
        let mut column = String::new();
        let names = self.open.iter().skip(1).map(|open| open.name.as_str());
        for name in names.chain(of) {
            if !column.is_empty() {
                column.push('.');
            }
            column.push_str(name);
        }
        self.bytes += value.map_or(0, str::len);
        match self.join {
            Some(separator) => self.record.join(&column, value, separator),
            None => self.record.put(&column, value),
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes += text.len();
        if let Some(own) = self.open.last_mut() {
            own.text.push_str(text);
        }
    }

    fn entity(&mut self, entity: &BytesRef<'_>) {
        match entity.resolve_char_ref() {
            Ok(Some(char)) => self.text(char.encode_utf8(&mut [0; 4])),
            _ => match entity.as_ref() {
                "amp" => self.text("&"),
                "lt" => self.text("<"),
                "gt" => self.text(">"),
                "quot" => self.text("\""),
                "apos" => self.text("'"),
                _ => self.record.fault = Some("xml.entity"),
            },
        }
    }
}

impl Format for Elements {
    fn read(&self, path: &Path, record: &mut Record, on_record: OnRecord<'_>) -> Result<ControlFlow<()>, ReadError> {
        let mut document = Document::open(path)?;
        let name = file_name(path);
        // How many of the open elements, from the root, are on the way to a record.
        let (mut depth, mut matched, mut number) = (0_usize, 0_usize, 0_u64);
        while let Some(event) = document.next()? {
            match event {
                Event::Start(tag) => {
                    let on_the_way = matched == depth && self.path.get(depth).is_some_and(|n| is_named(&tag, n));
                    depth += 1;
                    matched += usize::from(on_the_way);
                    if !on_the_way || matched < self.path.len() {
                        continue;
                    }
                    number += 1;
                    record.clear();
                    record.stands(&name, '#', number);
                    let mut builder = Builder { record, join: self.join.as_deref(), open: Vec::new(), bytes: 0 };
                    if !builder.begin(&tag) {
                        return Err(broken(path, document.reader.buffer_position()));
                    }
                    fill(&mut document, &mut builder)?;
                    (depth, matched) = (depth - 1, matched - 1);
                    if on_record(record)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    matched = matched.min(depth);
                }
                _ => {}
            }
        }
        if number == 0 {
            let what = format!("has no element at `{}`", self.path.join("/"));
            return Err(ReadError::new(path.display().to_string(), what).help(said(path)));
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn is_named(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.local_name().as_ref() == name || tag.name().as_ref() == name
}

/// Reads to the end of the record whose first tag was read; no further than it can
/// be used.
fn fill(document: &mut Document<'_>, builder: &mut Builder<'_>) -> Result<(), ReadError> {
    loop {
        let path = document.path;
        match document.next()? {
            None => return Ok(()),
            Some(Event::Start(tag)) => {
                if !builder.begin(&tag) {
                    return Err(broken(path, document.reader.buffer_position()));
                }
            }
            Some(Event::End(_)) if builder.end() => return Ok(()),
            Some(Event::Text(text)) => builder.text(&text.xml10_content()),
            Some(Event::CData(text)) => builder.text(&text.xml10_content()),
            Some(Event::GeneralRef(entity)) => builder.entity(&entity),
            Some(_) => {}
        }
        if builder.record.is_too_wide() {
            return Ok(());
        }
        if builder.bytes > RECORD_BYTES || builder.record.is_too_large() {
            let place = format!("{}, {}", path.display(), builder.record.place);
            return Err(ReadError::new(place, "is a record of over 64 MB")
                .help("are the records deeper inside? say so with `records`"));
        }
    }
}

/// The elements that come several times, by the names that lead to them, and how
/// often: the outermost ones only.
pub(super) fn repeated(path: &Path) -> Result<Vec<(String, u64)>, ReadError> {
    let mut document = Document::open(path)?;
    let mut counts: Vec<(String, u64)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut name = String::new();
    let mut ends = Vec::new();
    while let Some(event) = document.next()? {
        match event {
            Event::Start(tag) => {
                ends.push(name.len());
                name.push_str(tag.local_name().as_ref());
                name.push('/');
                let place = places.get(&name).copied();
                if let Some((_, count)) = place.and_then(|place| counts.get_mut(place)) {
                    *count += 1;
                } else if counts.len() < PATHS {
                    places.insert(name.clone(), counts.len());
                    counts.push((name.clone(), 1));
                }
            }
            Event::End(_) => name.truncate(ends.pop().unwrap_or_default()),
            _ => {}
        }
    }
    let repeated: Vec<&(String, u64)> = counts.iter().filter(|(_, count)| *count > 1).collect();
    let is_inner = |path: &str| repeated.iter().any(|(other, _)| other != path && path.starts_with(other));
    let outermost = repeated.iter().filter(|(path, _)| !is_inner(path));
    Ok(outermost.map(|(path, count)| (path.trim_end_matches('/').to_string(), *count)).collect())
}

/// The elements that may be records, as help.
fn said(path: &Path) -> String {
    let found = repeated(path).unwrap_or_default();
    let shown: Vec<String> = found.iter().take(8).map(|(name, rows)| format!("`{name}` ({rows})")).collect();
    match shown.as_slice() {
        [] => "say with `records` which elements are records, such as `Contacts/Contact`".into(),
        shown => format!("say with `records` which elements are records; elements that repeat: {}", shown.join(", ")),
    }
}

/// The error of a source without `records`.
pub(super) fn unnamed(paths: &[PathBuf]) -> ReadError {
    let Some(path) = paths.first() else { return ReadError::new("the path", "names no file") };
    match Document::open(path).and_then(|mut document| document.next().map(|_| ())) {
        Err(error) => error,
        Ok(()) => ReadError::new(path.display().to_string(), "which of its elements are records, is not said")
            .help(said(path)),
    }
}
