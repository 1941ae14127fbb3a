//! One JSON value as the cells of a record.

use std::io::Read;

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ReaderSettings, TransferError, ValueType};
use struson::writer::{JsonStreamWriter, JsonWriter};

use crate::sources::keyed::Record;

/// A reader that keeps numbers as they are written.
pub(super) fn reader<R: Read>(input: R) -> JsonStreamReader<R> {
    let settings = ReaderSettings { restrict_number_values: false, track_path: false, ..ReaderSettings::default() };
    JsonStreamReader::new_custom(input, settings)
}

/// Reads the next value into `record`: an object by its names, a list by
/// position, anything else as the column `value`.
pub(super) fn element<R: Read>(json: &mut JsonStreamReader<R>, record: &mut Record) -> Result<(), ReaderError> {
    match json.peek()? {
        ValueType::Object => object(json, &mut String::new(), record),
        ValueType::Array => {
            json.begin_array()?;
            let mut number = 0;
            while json.has_next()? {
                number += 1;
                cell(json, &format!("column_{number}"), record)?;
            }
            json.end_array()
        }
        _ => cell(json, "value", record),
    }
}

/// The members of the next object, `path` standing before their names.
fn object<R: Read>(json: &mut JsonStreamReader<R>, path: &mut String, record: &mut Record) -> Result<(), ReaderError> {
    json.begin_object()?;
    let before = path.len();
    while json.has_next()? {
        if before > 0 {
            path.push('.');
        }
        path.push_str(json.next_name()?);
        if json.peek()? == ValueType::Object {
            object(json, path, record)?;
        } else {
            cell(json, path, record)?;
        }
        path.truncate(before);
    }
    json.end_object()
}

/// One value as the column `name`; a list or an object as JSON.
fn cell<R: Read>(json: &mut JsonStreamReader<R>, name: &str, record: &mut Record) -> Result<(), ReaderError> {
    match json.peek()? {
        ValueType::String => record.put(name, Some(json.next_str()?)),
        ValueType::Number => record.put(name, Some(json.next_number_as_str()?)),
        ValueType::Boolean => record.put(name, Some(if json.next_bool()? { "true" } else { "false" })),
        ValueType::Null => {
            json.next_null()?;
            record.put(name, None);
        }
        ValueType::Array | ValueType::Object => record.put(name, Some(&text(json)?)),
    }
    Ok(())
}

/// The next value as compact JSON; its strings and numbers say what they said.
fn text<R: Read>(json: &mut JsonStreamReader<R>) -> Result<String, ReaderError> {
    let mut bytes = Vec::new();
    let mut writer = JsonStreamWriter::new(&mut bytes);
    match json.transfer_to(&mut writer) {
        Ok(()) => {}
        Err(TransferError::ReaderError(error)) => return Err(error),
        // Writing to memory does not fail.
        Err(TransferError::WriterError(_)) => return Ok(String::new()),
    }
    let _ = writer.finish_document();
    Ok(String::from_utf8(bytes).unwrap_or_default())
}
