//! Value lists: CSV files of two columns, legacy value and target value, below a
//! line of headings. A third column, if the headings have one, is not read.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::diagnostic::Faults;

/// A list as it was read.
pub(super) struct List {
    pub path: PathBuf,
    pub content: Vec<u8>,
    /// Legacy value, folded, and target value; sorted by the former.
    pub entries: Arc<Vec<(String, String)>>,
}

/// A value as lists are searched: trimmed, case folded.
pub(super) fn folded(value: &str) -> String {
    value.trim().to_lowercase()
}

/// Reads the list that `name` names, beside the mapping or else the pipeline.
/// What is wrong with it is a fault at `span`, with the list's own line.
pub(super) fn read(name: &str, span: &Range<usize>, folders: [&Path; 2], faults: &mut Faults) -> Option<List> {
    let [beside, root] = folders;
    let path = [beside.join(name), root.join(name)].into_iter().find(|path| path.is_file());
    let Some(path) = path else {
        let looked = beside.join(name);
        faults
            .push("config.list-missing", span.clone(), format!("there is no value list `{}`", looked.display()))
            .help("its path counts from the mapping's folder, or else from the pipeline's");
        return None;
    };
    let content = match std::fs::read(&path) {
        Ok(content) => content,
        Err(error) => {
            let message = format!("cannot read the value list: {}", error.kind());
            faults.push("config.list-missing", span.clone(), message);
            return None;
        }
    };
    let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
    match entries(text) {
        Ok(entries) => Some(List { path, entries: Arc::new(entries), content }),
        Err((line, what)) => {
            let message = format!("value list {}, line {line}: {what}", path.display());
            faults.push("config.list-malformed", span.clone(), message);
            None
        }
    }
}

fn entries(text: &[u8]) -> Result<Vec<(String, String)>, (u64, String)> {
    let mut reader = ReaderBuilder::new().has_headers(true).flexible(true).trim(Trim::All).from_reader(text);
    let columns = reader.byte_headers().map_or(2, csv::ByteRecord::len).clamp(2, 3);
    let mut found: Vec<(String, String, u64)> = Vec::new();
    for record in reader.byte_records() {
        let record = record
            .map_err(|error| (error.position().map_or(1, csv::Position::line), "cannot be read as CSV".to_string()))?;
        let line = record.position().map_or(1, csv::Position::line);
        let record = StringRecord::from_byte_record(record).map_err(|_| (line, "is not UTF-8 text".to_string()))?;
        // A third column is for people, where the headings have one: say, how many records.
        let (Some(legacy), Some(target), true) = (record.get(0), record.get(1), record.len() == columns) else {
            return Err((line, format!("expected {columns} columns, found {}", record.len())));
        };
        found.push((folded(legacy), target.to_string(), line));
    }
    if found.is_empty() {
        return Err((1, "it has no values below its headings".to_string()));
    }
    // By legacy value, then by line: of two entries for one value the later is named.
    found.sort_by(|a, b| (&a.0, a.2).cmp(&(&b.0, b.2)));
    for pair in found.windows(2) {
        if let [first, second] = pair
            && first.0 == second.0
            && first.1 != second.1
        {
            return Err((second.2, format!("the value of line {} again, with another target", first.2)));
        }
    }
    found.dedup_by(|a, b| a.0 == b.0);
    Ok(found.into_iter().map(|(legacy, target, _)| (legacy, target)).collect())
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn values_are_trimmed_folded_and_sorted() {
        let read = entries("Old,New\n b ,beta\n\"A, one\",alpha\nB,beta\n".as_bytes());
        let expected = vec![("a, one".to_string(), "alpha".to_string()), ("b".to_string(), "beta".to_string())];
        assert_eq!(read, Ok(expected));
        assert_eq!(entries(b"Old,New,Records\na,b,12\n"), Ok(vec![("a".to_string(), "b".to_string())]));
        assert_eq!(entries(b"Old,New,Records\na,b\n"), Err((2, "expected 3 columns, found 2".to_string())));
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        assert_eq!(entries(b"Old,New\na,b\nc\n"), Err((3, "expected 2 columns, found 1".to_string())));
        let again = "the value of line 2 again, with another target".to_string();
        assert_eq!(entries(b"Old,New\na,b\nA,c\n"), Err((3, again)));
        assert_eq!(entries(b"Old,New\n"), Err((1, "it has no values below its headings".to_string())));
        assert_eq!(entries(b"Old,New\na,\xff\n"), Err((2, "is not UTF-8 text".to_string())));
    }
}
