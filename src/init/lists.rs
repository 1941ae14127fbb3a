//! Value lists: columns of few values, each of which comes again and again.

use std::collections::BTreeMap;

use crate::profile::ColumnProfile;

/// Different values of a list at most.
const MOST: usize = 40;
/// How often a value comes on average, at least.
const AGAIN: u64 = 4;
/// Characters of a value at most.
const LONGEST: usize = 40;

/// A value list: legacy value, target value, records.
pub(super) type List = Vec<(String, String, u64)>;

/// The list of a column that looks like a picklist. Of values that differ in
/// letter case or blanks only, the most frequent spelling is the target's.
pub(super) fn of(column: &ColumnProfile) -> Option<List> {
    let values = column.vocabulary.as_ref()?;
    let few = (2..=MOST).contains(&values.len()) && values.len() as u64 * AGAIN <= column.fill.filled;
    let short = |(value, _): &(String, u64)| value.chars().count() <= LONGEST && !value.contains(['\n', '\r']);
    if !few || !values.iter().all(short) {
        return None;
    }
    let mut found: BTreeMap<String, (String, u64, u64)> = BTreeMap::new();
    for (value, count) in values {
        let value = value.trim();
        let entry = found.entry(value.to_lowercase()).or_insert_with(|| (value.to_string(), *count, 0));
        // Of equally frequent spellings the first in the alphabet.
        if *count > entry.1 || (*count == entry.1 && value < entry.0.as_str()) {
            entry.0 = value.to_string();
            entry.1 = *count;
        }
        entry.2 += count;
    }
    let mut list: List = found.into_iter().map(|(_, (value, _, count))| (value.clone(), value, count)).collect();
    list.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    Some(list)
}

/// The list as a CSV file.
pub(super) fn text(list: &List) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |fields: [&str; 3]| writer.write_record(fields).is_ok();
    let mut whole = write(["legacy", "target", "records"]);
    for (legacy, target, count) in list {
        whole &= write([legacy, target, &count.to_string()]);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    if whole { String::from_utf8(bytes).unwrap_or_default() } else { String::new() }
}
