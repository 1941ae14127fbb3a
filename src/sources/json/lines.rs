//! One JSON value a line. A line that is none costs its own record.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use struson::reader::JsonReader;

use super::value;
use crate::sources::keyed::{Format, OnRecord, RECORD_BYTES, Record};
use crate::sources::{ReadError, file_name, packed};

pub(super) struct Lines;

impl Format for Lines {
    fn read(&self, path: &Path, record: &mut Record, on_record: OnRecord<'_>) -> Result<ControlFlow<()>, ReadError> {
        let failed = |error: std::io::Error| ReadError::io(path, &error);
        let mut input = BufReader::with_capacity(1 << 16, packed::open(path, None)?);
        let (name, mut line, mut number) = (file_name(path), Vec::new(), 0);
        loop {
            line.clear();
            number += 1;
            let most = RECORD_BYTES as u64 + 1;
            if (&mut input).take(most).read_until(b'\n', &mut line).map_err(failed)? == 0 {
                return Ok(ControlFlow::Continue(()));
            }
            let is_long = line.len() > RECORD_BYTES && !line.ends_with(b"\n");
            if is_long {
                skip_line(&mut input).map_err(failed)?;
            }
            let text = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| number == 1).unwrap_or(&line);
            if !is_long && text.trim_ascii().is_empty() {
                continue;
            }
            record.clear();
            record.stands(&name, ':', number);
            let fault = if is_long { Some("ndjson.too-large") } else { parse(text, record) };
            if fault.is_some() {
                // What was read of it before the fault may be cut off as well.
                record.clear();
                record.stands(&name, ':', number);
                record.fault = fault;
            }
            if on_record(record)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}

/// Reads the line into the record; the code of what is wrong with it.
fn parse(line: &[u8], record: &mut Record) -> Option<&'static str> {
    if std::str::from_utf8(line).is_err() {
        return Some("ndjson.encoding");
    }
    let mut json = value::reader(line);
    let parsed = value::element(&mut json, record).and_then(|()| json.consume_trailing_whitespace());
    parsed.is_err().then_some("ndjson.syntax")
}

/// Reads to the end of the line and keeps nothing.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return Ok(());
        }
        let end = memchr::memchr(b'\n', bytes);
        let read = end.map_or(bytes.len(), |end| end + 1);
        input.consume(read);
        if end.is_some() {
            return Ok(());
        }
    }
}
