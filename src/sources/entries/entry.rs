//! One record of an address book, before it has its place in a batch.

use std::collections::HashMap;

use crate::record;

/// Values of one name that get a column each.
const MOST_REPEATS: usize = 20;
/// Notes that an entry gets.
const MOST_NOTES: usize = 1_000;

/// A record: named values, in the order in which they stand.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// Where it begins: a line of its file, or the number of the card; from 1.
    pub at: u64,
    /// Why it cannot be used.
    pub fault: Option<&'static str>,
    /// `code` or `code:column`.
    pub notes: Vec<String>,
    cells: Vec<(String, String)>,
    /// By name in small letters: the cell, and how many values had the name.
    known: HashMap<String, (usize, usize)>,
}

impl Entry {
    pub(crate) fn at(at: u64) -> Self {
        Self { at, ..Self::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The cells in order; no two have names that differ in case only.
    pub(crate) fn into_cells(self) -> Vec<(String, String)> {
        self.cells
    }

    /// Notes something once. An entry in which nothing is right has notes enough.
    pub(crate) fn note(&mut self, code: &str, column: &str) {
        // A separator in a name would look like another note.
        let column = column.replace(record::ENTRY_SEPARATOR, ",");
        let note = if column.is_empty() { code.to_string() } else { format!("{code}:{column}") };
        if self.notes.len() < MOST_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds a value and gives the column that it got; an empty value gets none.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) -> Option<String> {
        let value = value.into();
        if value.is_empty() {
            return None;
        }
        let key = name.to_lowercase();
        let mut count = match self.known.get_mut(&key) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None if taken(&key) => 2,
            None => return Some(self.put(name.to_string(), key, value)),
        };
        while count <= MOST_REPEATS {
            let key = format!("{key}.{count}");
            if !self.known.contains_key(&key) {
                return Some(self.put(format!("{name}.{count}"), key, value));
            }
            count += 1;
        }
        let more = format!("{name}.more");
        self.join(&more, &value, "\n");
        Some(more)
    }

    /// Adds a value behind those that the column has, in the same cell.
    pub(crate) fn join(&mut self, name: &str, value: &str, between: &str) {
        if value.is_empty() {
            return;
        }
        let key = name.to_lowercase();
        let found = self.known.get(&key).map(|(cell, _)| *cell);
        match found.and_then(|cell| self.cells.get_mut(cell)) {
            Some((_, text)) => {
                text.push_str(between);
                text.push_str(value);
            }
            None if taken(&key) => {
                self.add(name, value);
            }
            None => {
                self.put(name.to_string(), key, value.to_string());
            }
        }
    }

    fn put(&mut self, name: String, key: String, value: String) -> String {
        self.known.insert(key, (self.cells.len(), 1));
        self.cells.push((name.clone(), value));
        name
    }
}

/// Whether a name is one of Cutover's own columns.
fn taken(name: &str) -> bool {
    record::LINEAGE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn repeated_names_are_numbered() {
        let mut entry = Entry::at(1);
        for (name, value) in
            [("mail", "a"), ("MAIL", "b"), ("mail", ""), ("mail.3", "x"), ("Mail", "c"), ("_row", "r"), ("_row", "s")]
        {
            entry.add(name, value);
        }
        entry.join("text", "1", "\n");
        entry.join("Text", "2", "\n");
        let cells: Vec<String> = entry.into_cells().iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(cells, ["mail=a", "MAIL.2=b", "mail.3=x", "Mail.4=c", "_row.2=r", "_row.3=s", "text=1\n2"]);
    }

    #[test]
    fn many_values_of_one_name_end_in_one_column() {
        let mut entry = Entry::at(1);
        for value in 1..=23 {
            entry.add("member", value.to_string());
        }
        let cells = entry.into_cells();
        assert_eq!(cells.len(), 21);
        assert_eq!(cells[19], ("member.20".to_string(), "20".to_string()));
        assert_eq!(cells[20], ("member.more".to_string(), "21\n22\n23".to_string()));
    }
}
