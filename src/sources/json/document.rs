//! The list of records within one JSON document, streamed.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ValueType};

use super::value;
use crate::sources::keyed::{Format, OnRecord, RECORD_BYTES, Record};
use crate::sources::{ReadError, file_name, packed};

/// How deep [`lists`] looks.
const DEEP: usize = 5;

/// Where in a document the records are.
pub(super) struct Document {
    /// The names that lead to the list; `None` if the document is the list.
    path: Option<Vec<String>>,
}

impl Document {
    pub(super) fn new(records: Option<&str>) -> Self {
        let names = |path: &str| path.split('.').filter(|name| !name.is_empty()).map(str::to_string).collect();
        Self { path: records.map(names) }
    }
}

/// Passes bytes on, no more than `left` of them while that is set: a record must
/// fit into memory, what is skipped need not.
struct Metered {
    input: Box<dyn Read + Send>,
    left: Left,
}

const TOO_LARGE: &str = "a record of over 64 MB";

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if let Some(left) = self.left.get() {
            let left = left.checked_sub(read).ok_or_else(|| io::Error::other(TOO_LARGE))?;
            self.left.set(Some(left));
        }
        Ok(read)
    }
}

type Json = JsonStreamReader<Metered>;
/// How many bytes a record may still take, while one is read.
type Left = Rc<Cell<Option<usize>>>;

fn opened(path: &Path) -> Result<(Json, Left), ReadError> {
    let mut input = packed::open(path, None)?;
    let mut head = Vec::new();
    input.by_ref().take(3).read_to_end(&mut head).map_err(|error| ReadError::io(path, &error))?;
    let refused = |what: &str, help: &str| Err(ReadError::new(path.display().to_string(), what).help(help));
    match head.as_slice() {
        [] => return refused("is empty", "export it again"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..] | [_, 0, ..] => {
            return refused("is in UTF-16, and JSON is in UTF-8", "convert it: `iconv -f utf-16 -t utf-8`");
        }
        [0xEF, 0xBB, 0xBF] => head.clear(),
        _ => {}
    }
    let left = Rc::new(Cell::new(None));
    let input = Box::new(io::Cursor::new(head).chain(input));
    Ok((value::reader(Metered { input, left: Rc::clone(&left) }), left))
}

/// Why reading ends before the end.
enum Stop {
    Json(ReaderError),
    Read(ReadError),
}

impl From<ReaderError> for Stop {
    fn from(error: ReaderError) -> Self {
        Self::Json(error)
    }
}

/// What is wrong, with its line; never what stands there.
fn broken(path: &Path, error: &ReaderError) -> ReadError {
    let location = match error {
        ReaderError::SyntaxError(error) => Some(&error.location),
        ReaderError::IoError { location, .. }
        | ReaderError::MaxNestingDepthExceeded { location, .. }
        | ReaderError::UnexpectedValueType { location, .. } => Some(location),
        _ => None,
    };
    let place = match location.and_then(|location| location.line_pos.as_ref()) {
        Some(position) => format!("{}:{}", path.display(), position.line + 1),
        None => path.display().to_string(),
    };
    match error {
        ReaderError::IoError { error, .. } if error.to_string().contains(TOO_LARGE) => {
            ReadError::new(place, "holds a record of over 64 MB")
                .help("is the list deeper inside? say so with `records`")
        }
        ReaderError::IoError { error, .. } if error.kind() == io::ErrorKind::InvalidData => {
            ReadError::new(place, "is not valid UTF-8, which is what JSON is written in")
                .help("export it again as UTF-8, or convert it with `iconv`")
        }
        ReaderError::IoError { error, .. } => ReadError::new(place, format!("cannot be read: {error}")),
        ReaderError::MaxNestingDepthExceeded { .. } => ReadError::new(place, "is nested more than 128 levels deep"),
        _ => ReadError::new(place, "is not JSON from here on").help("export it again, or correct the file there"),
    }
}

impl Format for Document {
    fn read(&self, path: &Path, record: &mut Record, on_record: OnRecord<'_>) -> Result<ControlFlow<()>, ReadError> {
        let (mut json, left) = opened(path)?;
        if self.path.is_none() && json.peek().is_ok_and(|kind| kind == ValueType::Object) {
            return Err(not_a_list(path));
        }
        let names = self.path.as_deref();
        let mut walk = Walk { name: file_name(path), number: 0, left, record, on_record, is_list: names.is_none() };
        let flow = match walk.descend(&mut json, names.unwrap_or_default()) {
            Ok(flow) => flow,
            Err(Stop::Json(error)) => return Err(broken(path, &error)),
            Err(Stop::Read(error)) => return Err(error),
        };
        let found = walk.number > 0 || walk.is_list;
        if flow.is_break() {
            return Ok(flow);
        }
        json.consume_trailing_whitespace().map_err(|error| match error {
            ReaderError::SyntaxError(_) => ReadError::new(path.display().to_string(), "holds more than one document")
                .help("if each line is a record, set `kind = \"ndjson\"`"),
            error => broken(path, &error),
        })?;
        match names {
            Some(names) if !found => {
                Err(ReadError::new(path.display().to_string(), format!("has nothing at `{}`", names.join(".")))
                    .help(said(path)))
            }
            _ => Ok(flow),
        }
    }
}

fn not_a_list(path: &Path) -> ReadError {
    ReadError::new(path.display().to_string(), "is one object, not a list of records").help(said(path))
}

/// The lists of the document, as help.
fn said(path: &Path) -> String {
    let lists = lists(path).unwrap_or_default();
    let shown: Vec<String> = lists.iter().take(8).map(|(name, rows)| format!("`{name}` ({rows})")).collect();
    match shown.as_slice() {
        [] => "set `records = \".\"` to read it as one record".into(),
        shown => format!("say with `records` where they are; its lists: {}", shown.join(", ")),
    }
}

/// One reading of a document.
struct Walk<'a, 'b> {
    name: String,
    number: u64,
    left: Left,
    record: &'a mut Record,
    on_record: OnRecord<'b>,
    /// Whether the place that was named has been there, if only empty.
    is_list: bool,
}

impl Walk<'_, '_> {
    /// Reads the next value, `names` leading from it to the records.
    fn descend(&mut self, json: &mut Json, names: &[String]) -> Result<ControlFlow<()>, Stop> {
        match (json.peek()?, names) {
            (ValueType::Array, _) => {
                self.is_list |= names.is_empty();
                json.begin_array()?;
                while json.has_next()? {
                    let flow = if names.is_empty() { self.element(json)? } else { self.descend(json, names)? };
                    if flow.is_break() {
                        return Ok(flow);
                    }
                }
                json.end_array()?;
                Ok(ControlFlow::Continue(()))
            }
            (_, []) => self.element(json),
            (ValueType::Object, [first, rest @ ..]) => {
                json.begin_object()?;
                while json.has_next()? {
                    if json.next_name()? != first.as_str() {
                        json.skip_value()?;
                    } else if self.descend(json, rest)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                json.end_object()?;
                Ok(ControlFlow::Continue(()))
            }
            _ => {
                json.skip_value()?;
                Ok(ControlFlow::Continue(()))
            }
        }
    }

    fn element(&mut self, json: &mut Json) -> Result<ControlFlow<()>, Stop> {
        self.number += 1;
        self.record.clear();
        self.record.stands(&self.name, '#', self.number);
        self.left.set(Some(RECORD_BYTES));
        value::element(json, self.record)?;
        self.left.set(None);
        (self.on_record)(self.record).map_err(Stop::Read)
    }
}

/// The lists of objects in the document and how long they are, by the names that
/// lead to them; not what is within their elements. Empty where the document is
/// the list.
pub(super) fn lists(path: &Path) -> Result<Vec<(String, u64)>, ReadError> {
    let (mut json, _) = opened(path)?;
    let mut found = Vec::new();
    if json.peek().is_ok_and(|kind| kind == ValueType::Object) {
        look(&mut json, &mut Vec::new(), &mut found).map_err(|error| broken(path, &error))?;
    }
    Ok(found)
}

fn look(json: &mut Json, names: &mut Vec<String>, found: &mut Vec<(String, u64)>) -> Result<(), ReaderError> {
    match json.peek()? {
        ValueType::Object if names.len() < DEEP => {
            json.begin_object()?;
            while json.has_next()? {
                names.push(json.next_name_owned()?);
                look(json, names, found)?;
                names.pop();
            }
            json.end_object()
        }
        ValueType::Array => {
            json.begin_array()?;
            let (mut objects, mut rows) = (false, 0);
            while json.has_next()? {
                objects |= json.peek()? == ValueType::Object;
                rows += 1;
                json.skip_value()?;
            }
            if objects {
                found.push((names.join("."), rows));
            }
            json.end_array()
        }
        _ => json.skip_value(),
    }
}
