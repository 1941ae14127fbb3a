//! What a data steward has said: corrections of cells and decisions about pairs.
//!
//! Both are CSV files beside the pipeline, one line a word, that people and
//! `cutover fix` write and each run replays. Here is how a file of them is read
//! and written; whether its names lead anywhere is `check`'s part.

use std::io;

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use crate::report::rejects::{guarded, unguarded};
use crate::words;

/// The folder of corrections, beside the pipeline file.
pub const CORRECTIONS: &str = "corrections";
/// The file of decisions about duplicates, beside the pipeline file.
pub const DECISIONS: &str = "decisions/duplicates.csv";

/// The columns of a file of corrections.
pub const CORRECTION: &[&str] = &["source", "key", "column", "was", "now", "who", "when", "why"];
/// The columns of the file of decisions.
pub const DECISION: &[&str] = &["entity", "source_a", "key_a", "source_b", "key_b", "verdict", "who", "when", "why"];
/// Columns that a file may leave out: who, when and why.
const LAST: usize = 3;

/// One cell of a source, put right. Empty text is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Index into the pipeline's sources.
    pub source: usize,
    /// The record's key as it was read, or [`CONTENT`] and a hash of its content.
    pub key: String,
    pub column: String,
    pub was: String,
    pub now: String,
    /// Where it stands: `corrections/customer.csv:3`.
    pub place: String,
    /// Its line as it stands, in the order of [`CORRECTION`].
    pub cells: Vec<String>,
}

/// Before a hash of its content, which stands for the key of a record that has
/// none, or has one that stands at another record too.
pub const CONTENT: &str = "content:";

/// Whether two records are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub entity: String,
    /// Source and legacy key of the two records.
    pub pair: [(String, String); 2],
    pub verdict: Judgement,
    /// Where it stands: `decisions/duplicates.csv:3`.
    pub place: String,
    /// Its line as it stands, in the order of [`DECISION`].
    pub cells: Vec<String>,
}

words! {
    /// What a steward has decided about two records.
    pub enum Judgement {
        /// They become one, whatever keys and likeness say.
        Same = "same",
        /// They never do, nor by way of a third.
        Different = "different",
    }
}

/// A line of a file, its cells in the order of the columns asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1; the heading is a line.
    pub line: u64,
    pub cells: Vec<String>,
}

/// Reads a file: UTF-8, with a heading that has `columns` in any order, of which
/// the last three may be missing. Cells that a spreadsheet would take for formulas
/// have an apostrophe in front, as in the reject files.
///
/// # Errors
/// The line, and what is wrong there.
pub fn read(content: &[u8], columns: &[&str]) -> Result<Vec<Line>, (u64, String)> {
    let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter(text)).has_headers(false).flexible(true).from_reader(text);
    let mut places: Option<Vec<Option<usize>>> = None;
    let mut width = 0;
    let mut lines = Vec::new();
    let mut numbers = Numbers::of(text);
    for record in reader.byte_records() {
        let record = record.map_err(|error| (numbers.line(error.position()), "is not CSV".to_string()))?;
        let line = numbers.line(record.position());
        let record = texts(record).ok_or_else(|| (line, "is not UTF-8 text; save the file as UTF-8".to_string()))?;
        let Some(places) = &places else {
            places = Some(heading(&record, columns).map_err(|what| (line, what))?);
            width = record.len();
            continue;
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() != width {
            return Err((line, format!("has {} cells, and the heading {width}", record.len())));
        }
        let cell = |place: &Option<usize>| place.and_then(|place| record.get(place)).map(unguarded);
        lines.push(Line { line, cells: places.iter().map(|place| cell(place).unwrap_or("").to_string()).collect() });
    }
    Ok(lines)
}

/// Numbers of lines. The reader's own are off by one where lines end in two bytes.
pub struct Numbers<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> Numbers<'t> {
    pub fn of(text: &'t [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line, from 1, of what stands at a place; places ascend.
    pub fn line(&mut self, place: Option<&csv::Position>) -> u64 {
        let place = place.map_or(self.at, |place| usize::try_from(place.byte()).unwrap_or(self.at));
        let rest = self.text.get(place..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.get(self.at..place + blank).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = self.at.max(place + blank);
        self.line
    }
}

fn texts(record: ByteRecord) -> Option<StringRecord> {
    StringRecord::from_byte_record(record).ok()
}

/// A spreadsheet program saves with semicolons where commas are in numbers.
fn delimiter(text: &[u8]) -> u8 {
    let heading = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    let count = |wanted: u8| heading.iter().filter(|byte| **byte == wanted).count();
    [b';', b'\t'].into_iter().find(|other| count(*other) > count(b',')).unwrap_or(b',')
}

fn heading(record: &StringRecord, columns: &[&str]) -> Result<Vec<Option<usize>>, String> {
    if let Some(unknown) = record.iter().find(|name| !columns.contains(&name.trim())) {
        let unknown = if unknown.len() > 40 { "" } else { unknown };
        return Err(format!("the heading `{unknown}` is none of {}", columns.join(", ")));
    }
    let place = |name: &&str| record.iter().position(|heading| heading.trim() == *name);
    let places: Vec<Option<usize>> = columns.iter().map(place).collect();
    let missing = columns.iter().zip(&places).take(columns.len() - LAST).find(|(_, place)| place.is_none());
    match missing {
        Some((name, _)) => Err(format!("the heading has no `{name}`; it must have {}", columns.join(", "))),
        None => Ok(places),
    }
}

/// A file with `lines` behind what it has. Without any content a new one.
///
/// # Errors
/// That what is there cannot be read.
pub fn appended(content: &[u8], columns: &[&str], lines: &[Vec<String>]) -> Result<Vec<u8>, (u64, String)> {
    let mut all: Vec<Vec<String>> = read(content, columns)?.into_iter().map(|line| line.cells).collect();
    all.extend_from_slice(lines);
    written(columns, &all).map_err(|error| (1, error.to_string()))
}

/// A file of these lines.
///
/// # Errors
/// None but those of memory.
pub fn written(columns: &[&str], lines: &[Vec<String>]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for line in lines {
        writer.write_record(line.iter().map(|cell| guarded(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{CORRECTION, Line, appended, read};

    fn line(line: u64, cells: [&str; 8]) -> Line {
        Line { line, cells: cells.map(str::to_string).to_vec() }
    }

    #[test]
    fn columns_stand_in_any_order_and_some_may_be_missing() {
        let text = "\u{feff}key;source;column;now;was\r\n17;crm;Phone;'+1 555;\r\n;;;;\r\n";
        let expected = [line(2, ["crm", "17", "Phone", "", "+1 555", "", "", ""])];
        assert_eq!(read(text.as_bytes(), CORRECTION).as_deref(), Ok(&expected[..]));
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        let what = |text: &str| read(text.as_bytes(), CORRECTION).unwrap_err();
        let known = "source, key, column, was, now, who, when, why";
        assert_eq!(what("source,key,col\n"), (1, format!("the heading `col` is none of {known}")));
        assert_eq!(what("source,key,was,now\n"), (1, format!("the heading has no `column`; it must have {known}")));
        assert_eq!(
            what("source,key,column,was,now\na,1,b,x,y\na,1\n"),
            (3, "has 2 cells, and the heading 5".to_string())
        );
        assert!(read(b"", CORRECTION).unwrap().is_empty());
    }

    #[test]
    fn what_is_appended_is_read_again() {
        let cells = ["crm", "17", "Note", "=1+1", "'=2", "ann", "", "two\nlines"].map(str::to_string).to_vec();
        let once = appended(b"", CORRECTION, std::slice::from_ref(&cells)).unwrap();
        let text = "source,key,column,was,now,who,when,why\ncrm,17,Note,'=1+1,''=2,ann,,\"two\nlines\"\n";
        assert_eq!(String::from_utf8(once.clone()).unwrap(), text);
        let twice = appended(&once, CORRECTION, &[]).unwrap();
        assert_eq!(twice, once);
        assert_eq!(read(&once, CORRECTION).unwrap()[0].cells, cells);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, CORRECTION);
            let heading = b"source,key,column,was,now\r\n".iter().copied();
            let _ = read(&heading.chain(bytes).collect::<Vec<u8>>(), CORRECTION);
        }

        #[test]
        fn any_cells_come_back(cells in prop::collection::vec(any::<String>(), 8)) {
            let written = appended(b"", CORRECTION, std::slice::from_ref(&cells)).unwrap();
            let lines = read(&written, CORRECTION).unwrap();
            let blank = cells.iter().all(String::is_empty);
            assert_eq!(lines.iter().map(|line| &line.cells).collect::<Vec<_>>(), if blank { vec![] } else { vec![&cells] });
        }
    }
}
