//! Fixed lists of words that every value is looked up in: found by their length
//! and first letter, so that a word that is in none of them costs next to
//! nothing. It knows no standard.

/// First letters that are told apart, those of ASCII in any case.
const INITIALS: usize = 32;

/// Words, each with what it stands for.
#[derive(Debug)]
pub(super) struct WordTable<T> {
    /// In the order of their slots.
    words: Vec<(&'static str, T)>,
    /// Where the words of each slot begin; after the last, where they end.
    starts: Vec<u32>,
}

impl<T> WordTable<T> {
    /// A table of words in small letters, of which no two are equal.
    pub(super) fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_by_key(|(word, _)| slot(word));
        let slots = words.last().map_or(0, |(word, _)| slot(word) + 2);
        let start = |at: usize| words.partition_point(|(word, _)| slot(word) < at);
        let starts = (0..slots).map(|at| u32::try_from(start(at)).unwrap_or(u32::MAX)).collect();
        Self { words, starts }
    }

    /// What the word stands for, whatever the case of its letters of ASCII.
    pub(super) fn get(&self, word: &str) -> Option<&T> {
        let [from, to] = *self.starts.get(slot(word)..)?.first_chunk()?;
        let near = self.words.get(from as usize..to as usize)?;
        near.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, value)| value)
    }

    /// Whether the word is in the table, whatever the case of its letters of ASCII.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }
}

impl WordTable<()> {
    /// A table of words in small letters that stand for nothing but themselves.
    pub(super) fn of(words: &[&'static str]) -> Self {
        Self::new(words.iter().map(|word| (*word, ())))
    }
}

fn slot(word: &str) -> usize {
    word.len() * INITIALS + word.bytes().next().map_or(0, |byte| usize::from(byte) % INITIALS)
}

#[cfg(test)]
mod tests {
    use super::WordTable;

    #[test]
    fn words_are_found_in_any_case() {
        let table = WordTable::new([("dr", 1), ("de", 2), ("señor", 3), ("'t", 4), ("", 5)]);
        let found = ["DR", "de", "Señor", "SEÑOR", "'T", "", "d", "das", "dr.", "a longer word than all"];
        assert_eq!(
            found.map(|word| table.get(word).copied()),
            [Some(1), Some(2), Some(3), None, Some(4), Some(5), None, None, None, None]
        );
    }

    #[test]
    fn an_empty_table_holds_nothing() {
        assert!(!WordTable::of(&[]).contains(""));
    }
}
