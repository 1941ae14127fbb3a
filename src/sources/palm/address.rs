//! One packed record: which fields it has, the kinds of its phones, the texts.

use super::codes;
use super::database::{Database, double};
use crate::sources::encoding::Encoding;
use crate::sources::entries::Entry;

/// A field's number, and the column of its own that it has.
pub(super) const FIELDS: [(usize, &str); 10] = [
    (0, "lastname"),
    (1, "firstname"),
    (2, "company"),
    (13, "title"),
    (8, "address"),
    (9, "city"),
    (10, "state"),
    (11, "postcode"),
    (12, "country"),
    (18, "note"),
];

/// Bytes before the texts: phones, which fields there are, where the company is.
const BEFORE_TEXTS: usize = 9;
const ALL_FIELDS: usize = 19;
const PHONES: std::ops::Range<usize> = 3..8;

/// Adds the fields of a record.
pub(super) fn add(entry: &mut Entry, packed: &[u8], database: &Database, encoding: Encoding) {
    let (Some(phones), Some(fields), Some(texts)) = (double(packed, 0), double(packed, 4), packed.get(BEFORE_TEXTS..))
    else {
        entry.fault = Some(codes::CUT);
        return;
    };
    let nibble = |index: usize| usize::try_from(phones >> (4 * index) & 0x0f).unwrap_or_default();
    let mut rest = texts;
    for field in (0..ALL_FIELDS).filter(|field| fields >> field & 1 == 1) {
        let Some(end) = memchr::memchr(0, rest) else {
            // The text that is cut is kept with the fault, all behind it is lost.
            entry.fault = Some(codes::CUT);
            put(entry, field, rest, &column(field, nibble, database), encoding);
            return;
        };
        let (text, after) = rest.split_at(end);
        put(entry, field, text, &column(field, nibble, database), encoding);
        rest = after.get(1..).unwrap_or_default();
    }
    // Which phone the list of names shows.
    let shown = nibble(5);
    if PHONES.contains(&(shown + 3)) {
        entry.add("shown", column(shown + 3, nibble, database));
    }
    if fields >> ALL_FIELDS != 0 {
        entry.note(codes::UNKNOWN, "");
    }
}

/// The column of a field: phones by the kind that the record gives them.
fn column(field: usize, nibble: impl Fn(usize) -> usize, database: &Database) -> String {
    if let Some((_, name)) = FIELDS.iter().find(|(own, _)| *own == field) {
        return (*name).to_string();
    }
    let label = if PHONES.contains(&field) { database.phone(nibble(field - 3)) } else { database.label(field) };
    if label.trim().is_empty() { format!("field_{field}") } else { label.trim().to_lowercase() }
}

fn put(entry: &mut Entry, field: usize, bytes: &[u8], column: &str, encoding: Encoding) {
    let mut text = String::new();
    let whole = encoding.decode_into(bytes, &mut text);
    // A label of the user may be the name of a field that has its own column.
    let own = FIELDS.iter().any(|(number, name)| *name == column && *number != field);
    let column = if own { format!("{column} (custom)") } else { column.to_string() };
    if let Some(column) = entry.add(&column, text).filter(|_| !whole) {
        entry.note(codes::ENCODING, &column);
    }
}
