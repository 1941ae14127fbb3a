//! Value lists: a legacy word becomes the target's word.

use std::collections::HashMap;

use arrow::array::{Array, BooleanArray, StringArray, StringBuilder};

/// A value list, ready to look up. Case and surrounding spaces do not matter.
pub struct Lookup {
    entries: HashMap<String, String>,
}

impl Lookup {
    pub fn new(entries: &[(String, String)]) -> Self {
        Self { entries: entries.iter().cloned().collect() }
    }

    /// As [`Lookup::new`], for values that may be the target's words already.
    pub fn with_targets(entries: &[(String, String)]) -> Self {
        let mut all = Self::new(entries);
        for (_, target) in entries.iter().filter(|(_, target)| !target.is_empty()) {
            let folded = target.trim().chars().flat_map(char::to_lowercase).collect();
            all.entries.entry(folded).or_insert_with(|| target.clone());
        }
        all
    }

    /// The target words, and where a value is not in the list. Such a value
    /// stays as it is. An entry with an empty target word means null.
    pub fn translate(&self, values: &StringArray) -> (StringArray, BooleanArray) {
        let mut words = StringBuilder::with_capacity(values.len(), values.value_data().len());
        let mut missing = Vec::with_capacity(values.len());
        let mut folded = String::new();
        for value in values {
            let Some(value) = value else {
                words.append_null();
                missing.push(false);
                continue;
            };
            folded.clear();
            folded.extend(value.trim().chars().flat_map(char::to_lowercase));
            let word = self.entries.get(folded.as_str());
            match word {
                Some(word) if word.is_empty() => words.append_null(),
                Some(word) => words.append_value(word),
                None => words.append_value(value),
            }
            missing.push(word.is_none());
        }
        (words.finish(), BooleanArray::from(missing))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::Lookup;

    #[test]
    fn case_and_spaces_do_not_matter() {
        let list = Lookup::new(&[("cust".into(), "customer".into()), ("-".into(), String::new())]);
        let values = StringArray::from(vec![Some(" CUST "), Some("-"), Some("Prospect"), None]);
        let (words, missing) = list.translate(&values);
        assert_eq!(words.iter().collect::<Vec<_>>(), [Some("customer"), None, Some("Prospect"), None]);
        assert_eq!(missing.iter().flatten().collect::<Vec<_>>(), [false, false, true, false]);
    }
}
