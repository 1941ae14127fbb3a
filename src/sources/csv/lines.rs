//! A text file as lines, for readers that need no more: encoding and packing are
//! taken care of, memory is bounded, and what is broken costs its line.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use memchr::memchr;

use super::encoding;
use super::records::Records;
use super::scan::Dialect;
use super::text::Text;
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;

/// How much is looked at to see how lines end, in bytes of UTF-8.
const SAMPLE: usize = 64 * 1024;

/// A file being read.
pub(in crate::sources) struct Lines {
    records: Records,
    path: PathBuf,
}

/// A line without its end.
pub(in crate::sources) struct Line<'a> {
    /// From 1.
    pub number: u64,
    /// What is wrong with its text: one of the codes of text files.
    pub fault: Option<&'static str>,
    pub text: Cow<'a, str>,
}

impl Lines {
    /// Opens a file, or a member of a zip; also the encoding that it is read in.
    ///
    /// # Errors
    /// A file that cannot be read, is empty, or is no text.
    pub(in crate::sources) fn open(
        path: &Path,
        member: Option<&str>,
        declared: Option<Encoding>,
    ) -> Result<(Self, Encoding), ReadError> {
        let (encoding, mark) = encoding::of_file(path, member, declared)?;
        let mut text = Text::new(encoding::behind(path, member, mark)?, encoding);
        text.read_at_least(SAMPLE).map_err(|error| ReadError::io(path, &error))?;
        let rest = text.rest();
        let line_end = if memchr(b'\n', rest).is_none() && memchr(b'\r', rest).is_some() { b'\r' } else { b'\n' };
        // Nothing divides a line but what is a fault anyway.
        let delimiter = 0;
        let dialect =
            Dialect { delimiter, quote: None, closing: 0, backslash: false, letters: false, line_end, width: 0 };
        Ok((Self { records: Records::new(text, dialect, 1), path: path.to_path_buf() }, encoding))
    }

    /// The next line, blank ones included.
    pub(in crate::sources) fn next(&mut self) -> Result<Option<Line<'_>>, ReadError> {
        let path = &self.path;
        let record = self.records.next().map_err(|error| ReadError::io(path, &error))?;
        Ok(record.map(|record| Line { number: record.line, fault: record.fault, text: record.into_line() }))
    }
}
