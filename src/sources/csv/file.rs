//! One text file, opened far enough to know its encoding, dialect and headings.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::dialect::{self, Declared};
use super::encoding;
use super::options::{CsvOptions, Escape};
use super::records::{Record, Records};
use super::scan::Dialect;
use super::text::Text;
use super::{Detected, codes};
use crate::record;
use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, file_name, open_file};

/// How much of a file is looked at to detect its encoding and dialect, in bytes.
const SAMPLE: usize = 256 * 1024;
/// How far the first character beyond ASCII is looked for, in bytes.
const FAR: usize = 64 * 1024 * 1024;
/// Columns that Cutover adds itself.
const RESERVED: [&str; 6] = [record::SEQ, record::SOURCE, record::ROW, record::KEY, record::FAULT, record::NOTES];

/// All that is needed to read the records of a file, any number of times.
pub(super) struct TextFile {
    path: PathBuf,
    encoding: Encoding,
    /// Bytes of the byte order mark.
    mark: usize,
    /// Bytes of the first line, decoded, if it is `sep=…`.
    separator_line: usize,
    dialect: Dialect,
    /// The row of the headings, from 1; 0 if there is none.
    header: usize,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The number of fields that most records have.
    pub usual_width: usize,
}

impl TextFile {
    pub(super) fn open(path: &Path, options: &CsvOptions) -> Result<Self, ReadError> {
        let mut input = open_file(path)?;
        let head = read(&mut input, SAMPLE).map_err(|error| ReadError::io(path, &error))?;
        refuse_binary(path, &head)?;
        let (encoding, mark) = match (encoding::byte_order_mark(&head), options.encoding) {
            (Some(marked), _) => marked,
            (None, Some(declared)) => (declared, 0),
            (None, None) => (detect_encoding(&mut input, head.clone(), path)?, 0),
        };
        if head.len() == mark {
            return Err(ReadError::new(path.display().to_string(), "is empty")
                .help("export it again, or take it out of the source's `path`"));
        }
        let mut text = text(input, mark, encoding).map_err(|error| ReadError::io(path, &error))?;
        text.read_at_least(SAMPLE).map_err(|error| ReadError::io(path, &error))?;
        let ended = text.ended();
        let sample = &*text.rest();
        let separator = dialect::separator_line(sample);
        let separator_line = separator.map_or(0, |(_, length)| length);
        let declared = declared(options, separator.map(|(delimiter, _)| delimiter));
        if declared.delimiter.is_some_and(|delimiter| declared.quote == Some(Some(delimiter))) {
            return Err(ReadError::new(path.display().to_string(), "its delimiter and its quote are the same")
                .help("declare another `delimiter` or `quote`"));
        }
        let sample = sample.get(separator_line..).unwrap_or_default();
        let sample = sample.get(..SAMPLE).unwrap_or(sample);
        let (dialect, usual_width) = dialect::detect(sample, ended && sample.len() < SAMPLE, declared);
        let header = options.header.map(|row| row as usize);
        let mut file = Self {
            path: path.to_path_buf(),
            encoding,
            mark,
            separator_line,
            dialect,
            header: header.unwrap_or_default(),
            columns: Vec::new(),
            usual_width,
        };
        let records = file.start(text);
        (file.header, file.columns) = headings(records, header, &file)?;
        file.refuse_names()?;
        Ok(file)
    }

    /// Opens the file for its records, behind the headings.
    pub(super) fn records(&self) -> Result<Records, ReadError> {
        let input = open_file(&self.path)?;
        let text = text(input, self.mark, self.encoding).map_err(|error| self.io(&error))?;
        let mut records = self.start(text);
        for _ in 0..self.header {
            records.next().map_err(|error| self.io(&error))?;
        }
        Ok(records)
    }

    /// `text` stands behind the byte order mark.
    fn start(&self, mut text: Text) -> Records {
        // Enough for the line; an error shows again at the next reading.
        if self.separator_line > 0 && text.read_at_least(self.separator_line).is_ok() {
            text.consume(self.separator_line);
        }
        Records::new(text, self.dialect, if self.separator_line > 0 { 2 } else { 1 })
    }

    /// The name that `_row` gives.
    pub(super) fn name(&self) -> String {
        file_name(&self.path)
    }

    pub(super) fn delimiter(&self) -> char {
        char::from(self.dialect.delimiter)
    }

    pub(super) fn detected(&self) -> Detected {
        Detected {
            path: self.path.clone(),
            encoding: self.encoding.name(),
            delimiter: char::from(self.dialect.delimiter),
            quote: self.dialect.quote.map(char::from),
            escape: if self.dialect.backslash { Escape::Backslash } else { Escape::None },
            header: self.header,
        }
    }

    pub(super) fn io(&self, error: &std::io::Error) -> ReadError {
        ReadError::io(&self.path, error)
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn refuse_names(&self) -> Result<(), ReadError> {
        for (index, name) in self.columns.iter().enumerate() {
            if let Some(before) = self.columns.iter().take(index).position(|other| other == name) {
                let what = format!("columns {} and {} have the same heading `{}`", before + 1, index + 1, shown(name));
                return Err(ReadError::new(self.place(), what)
                    .help("rename one of them in the file, or declare the row of the headings with `header`"));
            }
            if RESERVED.contains(&name.as_str()) {
                let what = format!("column {} has the heading `{name}`, which cutover needs itself", index + 1);
                return Err(ReadError::new(self.place(), what).help("rename it in the file"));
            }
        }
        Ok(())
    }
}

fn declared(options: &CsvOptions, separator: Option<u8>) -> Declared {
    Declared {
        delimiter: options.delimiter.map(|delimiter| delimiter.0).or(separator),
        quote: options.quote.map(|quote| quote.0),
        backslash: options.escape.map(|escape| escape == Escape::Backslash),
        rows_above: options.header.unwrap_or(0).saturating_sub(1) as usize,
    }
}

/// The row of the headings and the names of the columns.
fn headings(mut records: Records, declared: Option<usize>, file: &TextFile) -> Result<(usize, Vec<String>), ReadError> {
    let mut row = 0;
    while let Some(record) = records.next().map_err(|error| file.io(&error))? {
        row += 1;
        match declared {
            Some(0) if record.blank => continue,
            // One broken record at the beginning must not spoil all others.
            Some(0) => {
                let width = if file.usual_width > 0 { file.usual_width } else { record.width() };
                return Ok((0, (1..=width).map(unnamed).collect()));
            }
            Some(wanted) if row < wanted => continue,
            None if record.blank => continue,
            _ => {}
        }
        let place = format!("{}:{}", file.path.display(), record.line);
        if record.blank {
            return Err(ReadError::new(
                place,
                format!("row {row} is blank, but `header` says that it holds the headings"),
            )
            .help("declare the row of the headings with `header`"));
        }
        if let Some(fault) = record.fault {
            return Err(broken_headings(place, fault, file.encoding));
        }
        return Ok((row, names(&record)));
    }
    let error = match declared {
        Some(wanted) if wanted > 0 && row > 0 => ReadError::new(
            file.place(),
            format!("has {row} rows, but `header` says that row {wanted} holds the headings"),
        ),
        _ => ReadError::new(file.place(), "holds nothing but blank lines"),
    };
    Err(error.help("check the file, or declare the row of the headings with `header`"))
}

fn names(record: &Record<'_>) -> Vec<String> {
    (0..record.width()).map(|index| record.field(index).map_or_else(|| unnamed(index + 1), str::to_string)).collect()
}

fn unnamed(number: usize) -> String {
    format!("column_{number}")
}

/// A heading, fit for a line of a message.
fn shown(name: &str) -> String {
    name.escape_debug().to_string()
}

fn broken_headings(place: String, fault: &str, encoding: Encoding) -> ReadError {
    let (what, help) = match fault {
        codes::ENCODING => {
            (format!("the headings are not valid {}", encoding.name()), "declare the source's `encoding`")
        }
        codes::NUL => ("the headings hold a NUL byte".into(), "correct the line, or declare the source's `encoding`"),
        codes::QUOTE => (
            "the headings have a quote that is not closed, or not doubled within quotes".into(),
            "correct the line, or declare the source's `quote`",
        ),
        _ => ("the headings are longer than 16 MiB".into(), "is it a text file? check the source's `path`"),
    };
    ReadError::new(place, what).help(help)
}

/// `input` behind the first `mark` bytes, decoded.
fn text(mut input: File, mark: usize, encoding: Encoding) -> std::io::Result<Text> {
    input.seek(SeekFrom::Start(mark as u64))?;
    Ok(Text::new(Box::new(input), encoding))
}

/// Up to `count` bytes, fewer only at the end of the file.
fn read(input: &mut File, count: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `input` stands behind `sample`. As long as there is nothing but ASCII, any
/// encoding will do, and the question is put to what follows.
fn detect_encoding(input: &mut File, mut sample: Vec<u8>, path: &Path) -> Result<Encoding, ReadError> {
    if let Some(utf_16) = encoding::utf_16(&sample) {
        return Ok(utf_16);
    }
    let mut seen = sample.len();
    while sample.is_ascii() {
        if sample.len() < SAMPLE || seen >= FAR {
            return Ok(Encoding::UTF_8);
        }
        sample = read(input, SAMPLE).map_err(|error| ReadError::io(path, &error))?;
        seen += sample.len();
    }
    // The first character beyond ASCII may be the last of the sample.
    sample.extend(read(input, SAMPLE).map_err(|error| ReadError::io(path, &error))?);
    Ok(encoding::beyond_ascii(&sample))
}

fn refuse_binary(path: &Path, head: &[u8]) -> Result<(), ReadError> {
    let kind = match head {
        [b'P', b'K', 3, 4, ..] => "a workbook or another zip file",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an old workbook or another Office file",
        _ => return Ok(()),
    };
    Err(ReadError::new(path.display().to_string(), format!("is {kind}, not text"))
        .help("read it as what it is, or export it as CSV"))
}
