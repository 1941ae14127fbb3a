//! The header of a `.pdb` file, its list of records, and the block in which the
//! address book keeps the names of categories and fields. Numbers have their
//! highest byte first.

use std::ops::Range;

use crate::sources::encoding::Encoding;

/// What makes a file none of ours.
#[derive(Debug)]
pub(super) struct Bad {
    pub what: String,
    pub help: &'static str,
}

/// What a file says before its records.
#[derive(Debug)]
pub(super) struct Database {
    /// The number of records in the list.
    pub records: usize,
    categories: Vec<String>,
    /// The labels of the 19 fields, then of the three phones without one.
    labels: Vec<String>,
    /// Where the bytes of records begin, sorted, each once.
    starts: Vec<usize>,
}

/// What the list says of a record.
#[derive(Debug)]
pub(super) struct Place {
    pub bytes: Range<usize>,
    pub deleted: bool,
    pub private: bool,
    pub category: usize,
    pub unique_id: u32,
}

const HEADER: usize = 78;
const LIST_ENTRY: usize = 8;
const CATEGORIES: usize = 16;
const LABELS: usize = 22;
/// Bytes of a category's name and of a label.
const NAME: usize = 16;
/// In the block: where the names of categories begin, and the labels.
const CATEGORY_NAMES: usize = 2;
const LABEL_NAMES: usize = 282;

/// The labels that the program has before anybody changes them.
const DEFAULT_LABELS: [&str; LABELS] = [
    "Last name",
    "First name",
    "Company",
    "Work",
    "Home",
    "Fax",
    "Other",
    "E-mail",
    "Address",
    "City",
    "State",
    "Zip Code",
    "Country",
    "Title",
    "Custom 1",
    "Custom 2",
    "Custom 3",
    "Custom 4",
    "Note",
    "Main",
    "Pager",
    "Mobile",
];

/// Reads what stands before the records.
pub(super) fn open(bytes: &[u8], encoding: Encoding) -> Result<Database, Bad> {
    let help = "the address book of Palm OS is `AddressDB.pdb`; check the source's `path`";
    let Some(kind) = bytes.get(60..68).filter(|_| bytes.len() >= HEADER) else {
        let what = format!("ends within its header, after {} bytes", bytes.len());
        return Err(Bad { what, help: "the file is cut short: look for a copy of it" });
    };
    if kind != b"DATAaddr" {
        let printable = kind.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        let what = match (printable, kind) {
            (true, b"DATAPAdd") => {
                return Err(Bad {
                    what: "holds the contacts of a newer Palm OS (`ContactsDB`), which are packed in another way"
                        .into(),
                    help: "export the contacts as vCard or CSV from Palm Desktop, and read that",
                });
            }
            (true, kind) => {
                let word =
                    |range: Range<usize>| String::from_utf8_lossy(kind.get(range).unwrap_or_default()).into_owned();
                format!("is a Palm database of `{}` by `{}`, and no address book", word(0..4), word(4..8))
            }
            (false, _) => "is no Palm database".to_string(),
        };
        return Err(Bad { what, help });
    }
    let records = usize::from(word(bytes, 76).unwrap_or_default());
    let block = usize::try_from(double(bytes, 52).unwrap_or_default()).unwrap_or_default();
    let block = bytes.get(block..).filter(|_| block >= HEADER).unwrap_or_default();
    let names = |from: usize, count: usize| -> Vec<String> {
        let name = |index: usize| block.get(from + index * NAME..from + (index + 1) * NAME);
        (0..count).map(|index| name(index).map(|name| text(name, encoding)).unwrap_or_default()).collect()
    };
    let mut database = Database {
        records,
        categories: names(CATEGORY_NAMES, CATEGORIES),
        labels: names(LABEL_NAMES, LABELS),
        starts: Vec::new(),
    };
    for (label, default) in database.labels.iter_mut().zip(DEFAULT_LABELS) {
        if label.trim().is_empty() {
            *label = default.to_string();
        }
    }
    let mut starts: Vec<usize> = (0..records).filter_map(|number| start(bytes, number)).collect();
    starts.sort_unstable();
    starts.dedup();
    database.starts = starts;
    Ok(database)
}

impl Database {
    /// What the list says of a record; `None` where the file has no such place.
    pub(super) fn place(&self, bytes: &[u8], number: usize) -> Option<Place> {
        let start = start(bytes, number)?;
        let about = bytes.get(HEADER + number * LIST_ENTRY + 4..HEADER + (number + 1) * LIST_ENTRY)?;
        let [flags, high, middle, low] = about else { return None };
        let next = self.starts.partition_point(|&other| other <= start);
        let end = self.starts.get(next).copied().unwrap_or(bytes.len()).min(bytes.len());
        let deleted = flags & 0x80 != 0;
        // What is deleted may have no bytes any more, and a place behind all.
        let range = if start < end {
            start..end
        } else if deleted {
            0..0
        } else {
            return None;
        };
        Some(Place {
            bytes: range,
            deleted,
            private: flags & 0x10 != 0,
            category: usize::from(flags & 0x0f),
            unique_id: u32::from_be_bytes([0, *high, *middle, *low]),
        })
    }

    /// The name of a category; nothing for the first one, which is none.
    pub(super) fn category(&self, number: usize) -> &str {
        if number == 0 { "" } else { self.categories.get(number).map_or("", String::as_str) }
    }

    /// The label of one of the 19 fields.
    pub(super) fn label(&self, field: usize) -> &str {
        self.labels.get(field).map_or("", String::as_str)
    }

    /// The label of one of the eight kinds of phone.
    pub(super) fn phone(&self, kind: usize) -> &str {
        self.label(if kind < 5 { kind + 3 } else { kind + 14 })
    }
}

fn start(bytes: &[u8], number: usize) -> Option<usize> {
    let start = usize::try_from(double(bytes, HEADER + number * LIST_ENTRY)?).ok()?;
    (start >= HEADER).then_some(start)
}

/// A text up to its zero.
pub(super) fn text(bytes: &[u8], encoding: Encoding) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    let mut text = String::new();
    encoding.decode_into(bytes.get(..end).unwrap_or_default(), &mut text);
    text
}

/// Two bytes at a place.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// Four bytes at a place.
pub(super) fn double(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
