//! Value lists: a legacy word becomes the target's word.

use std::collections::HashMap;

use arrow::array::{Array, BooleanArray, StringArray, StringBuilder};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A value list, ready to look up. Case and surrounding spaces do not matter; nor
/// do accents, runs of spaces and the shape of quotes and dashes, where the list
/// has no such value as it stands and all that are like it say the same.
pub struct Lookup {
    entries: HashMap<String, String>,
    /// By [`plain`] values; nothing where the list says two things of them.
    alike: HashMap<String, Option<String>>,
}

/// A folded value without accents and with single spaces.
fn plain(folded: &str) -> String {
    let mut plain = String::with_capacity(folded.len());
    for c in folded.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => plain.push_str("ss"),
            'ø' => plain.push('o'),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ł' => plain.push('l'),
            '’' | '‘' | '´' | '`' => plain.push('\''),
            '–' | '—' | '‐' | '\u{2011}' => plain.push('-'),
            c if c.is_whitespace() && plain.ends_with(' ') => {}
            c if c.is_whitespace() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

impl Lookup {
    pub fn new(entries: &[(String, String)]) -> Self {
        let mut alike: HashMap<String, Option<String>> = HashMap::new();
        for (legacy, word) in entries {
            let known = alike.entry(plain(legacy)).or_insert_with(|| Some(word.clone()));
            if known.as_ref() != Some(word) {
                *known = None;
            }
        }
        Self { entries: entries.iter().cloned().collect(), alike }
    }

    fn word(&self, folded: &str) -> Option<&String> {
        self.entries.get(folded).or_else(|| self.alike.get(plain(folded).as_str())?.as_ref())
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
            let word = self.word(&folded);
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

    #[test]
    fn accents_and_dashes_do_not_matter_where_nothing_else_is_meant() {
        let entries = [("célibataire", "single"), ("père - mère", "parents"), ("pate", "paste"), ("pâté", "pie")];
        let list = Lookup::new(&entries.map(|(from, to)| (from.into(), to.into())));
        let values = ["CELIBATAIRE", "Célibataire", "PERE –  MERE", "Pâté", "pate", "paté", "pere mere"];
        let (words, missing) = list.translate(&StringArray::from(values.to_vec()));
        let words: Vec<_> = words.iter().flatten().collect();
        assert_eq!(words, ["single", "single", "parents", "pie", "paste", "paté", "pere mere"]);
        assert_eq!(missing.iter().flatten().filter(|missing| *missing).count(), 2);
    }
}
