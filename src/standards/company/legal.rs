//! Finds the legal forms at the ends of a company's name.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::forms::{CZECH, DOTTED, FORMS, Form, IN_FRONT, ONLY_FORMS};
use crate::standards::word_table::WordTable;

/// The most words that a form has.
const LONGEST: usize = 6;

static INDEX: LazyLock<WordTable<&'static Form>> =
    LazyLock::new(|| WordTable::new(FORMS.iter().flat_map(|form| form.keys.split(' ').map(move |key| (key, form)))));

/// The ends of all keys: what is none of them is no part of a form, which most
/// names show in their last word.
static TAILS: LazyLock<WordTable<()>> = LazyLock::new(|| {
    let tails = |key: &'static str| key.char_indices().filter_map(move |(at, _)| key.get(at..));
    let all: BTreeSet<_> = FORMS.iter().flat_map(|form| form.keys.split(' ').flat_map(tails)).collect();
    WordTable::new(all.into_iter().map(|tail| (tail, ())))
});

/// The words of a name, and where in them a name without legal forms begins and
/// ends.
pub(super) struct Parted<'a> {
    pub(super) words: Vec<&'a str>,
    pub(super) front: Option<(usize, &'static Form)>,
    /// Where each form at the end begins, and it; in the order of the name.
    pub(super) behind: Vec<(usize, &'static Form)>,
}

impl Parted<'_> {
    /// The words that are the name.
    pub(super) fn name(&self) -> std::ops::Range<usize> {
        let from = self.front.map_or(0, |(words, _)| words);
        from..self.behind.first().map_or(self.words.len(), |(at, _)| *at)
    }
}

/// Parts a name; `one_case` says that it is all in capitals or all in small
/// letters, so that capitals tell nothing.
pub(super) fn part(text: &str, one_case: bool) -> Parted<'_> {
    let words: Vec<&str> = text.split(' ').collect();
    let mut behind = Vec::new();
    let mut end = words.len();
    // The first word is never a form.
    while let Some((at, form)) = last_form(&words, end, one_case) {
        behind.push((at, form));
        end = at;
    }
    behind.reverse();
    let front = match end {
        0 | 1 => None,
        _ if !behind.is_empty() => None,
        _ => first_form(&words, end, one_case),
    };
    Parted { words, front, behind }
}

/// Forms that are written with no space to the name, longer ones first.
static GLUED: &[&str] = &["股份有限公司", "有限公司", "株式会社", "有限会社", "合同会社", "주식회사"];

/// The same, and where no word is a form, one that is written together with the
/// first word or the last: `株式会社トヨタ`.
pub(super) fn part_glued(text: &str, one_case: bool) -> Parted<'_> {
    let mut parted = part(text, one_case);
    if text.is_ascii() || parted.front.is_some() || !parted.behind.is_empty() {
        return parted;
    }
    let glued = GLUED.iter().filter_map(|key| Some((*key, *INDEX.get(key)?)));
    for (key, form) in glued {
        let front = parted.words.first_mut().and_then(|word| Some((word.strip_prefix(key)?, word)));
        if let Some((rest, word)) = front.filter(|(rest, _)| !rest.is_empty()) {
            *word = rest;
            parted.words.insert(0, key);
            parted.front = Some((1, form));
            return parted;
        }
        let behind = parted.words.last_mut().and_then(|word| Some((word.strip_suffix(key)?, word)));
        if let Some((rest, word)) = behind.filter(|(rest, _)| !rest.is_empty()) {
            *word = rest;
            parted.behind.push((parted.words.len(), form));
            parted.words.push(key);
            return parted;
        }
    }
    parted
}

/// The longest form that ends before `end`, leaving a word in front.
fn last_form(words: &[&str], end: usize, one_case: bool) -> Option<(usize, &'static Form)> {
    if words.get(..end)?.last().is_none_or(|word| is_plain(word) && !TAILS.contains(word)) {
        return None;
    }
    let mut found = None;
    let mut key = String::new();
    for length in 1..=LONGEST.min(end.saturating_sub(1)) {
        let at = end - length;
        let word = words.get(at)?;
        key.insert_str(0, &key_of(word));
        if !TAILS.contains(&key) {
            break;
        }
        let part = words.get(at..end)?;
        // `Smith & Co.`: the Co. belongs to the name.
        let joined = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| is_and(word));
        if let Some(form) = INDEX.get(&key).filter(|form| !joined && is_form(part, form, one_case)) {
            let czech = part.concat().trim_end_matches(',') == CZECH.spelling;
            found = Some((at, if czech { &CZECH } else { *form }));
        }
    }
    found
}

/// A form that the name begins with: in capitals where the name is in small
/// letters too, or with its dots (`A.O. Tatneft`, `A B Volvo`, but `Ab Initio`).
fn first_form(words: &[&str], end: usize, one_case: bool) -> Option<(usize, &'static Form)> {
    if !one_case && words.first()?.contains(char::is_lowercase) {
        return None;
    }
    let mut key = String::new();
    for length in 1..=2.min(end - 1) {
        let word = words.get(length - 1)?;
        key.push_str(&key_of(word));
        let part = words.get(..length)?;
        let dotted = word.trim_end_matches('.').contains(['.', '/']);
        let shown = match one_case {
            true => ONLY_FORMS.contains(&key.as_str()) || dotted,
            false => {
                let bare = DOTTED.contains(&key.as_str()) && !dotted && part.len() == 1;
                !bare && part.iter().all(|word| !word.contains(char::is_lowercase))
            }
        };
        let form = INDEX.get(&key).filter(|_| shown && IN_FRONT.contains(&key.as_str()));
        if let Some(form) = form {
            return Some((length, form));
        }
    }
    None
}

/// Whether these words, whose key is that of the form, are meant as it.
fn is_form(words: &[&str], form: &Form, one_case: bool) -> bool {
    let word = match words {
        [word] => word.trim_end_matches(','),
        // `S. A.`, `A B`, `Pty Ltd`, but not the word `in` before a `c`.
        words => {
            let spaced = form.spelling.contains([' ', '(']) || form.keys.contains("ltd");
            return spaced || words.iter().all(|word| key_of(word).chars().count() <= 2);
        }
    };
    if !form.ambiguous || word == form.spelling {
        return true;
    }
    let dotted = word.trim_end_matches('.').contains(['.', '/']);
    dotted || (!one_case && !word.contains(char::is_lowercase))
}

/// Whether the word is its own key, but for its capitals.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'.' | b',')) && !is_and(word)
}

/// A word in small letters without dots and commas; `and` as `&`.
fn key_of(word: &str) -> String {
    match word {
        "and" | "und" | "et" | "+" | "AND" | "UND" => return "&".into(),
        _ => {}
    }
    word.chars().filter(|c| !matches!(c, '.' | ',')).flat_map(char::to_lowercase).collect()
}

pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "&" | "+" | "and" | "und" | "et" | "AND" | "UND")
}

#[cfg(test)]
mod tests {
    use super::{FORMS, IN_FRONT, INDEX, ONLY_FORMS, key_of, part};

    #[test]
    fn every_form_reads_its_own_spellings() {
        let mut seen = std::collections::HashSet::new();
        for form in FORMS {
            for key in form.keys.split_whitespace() {
                assert!(seen.insert(key), "{key} stands twice");
            }
            for written in [form.spelling, form.short] {
                let name = format!("Acme {written}");
                let parted = part(&name, false);
                assert_eq!(parted.name(), 0..1, "{name}");
                assert_eq!(parted.words.len(), name.split(' ').count());
            }
            for country in form.countries.split_whitespace() {
                assert!(country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()), "{country}");
            }
        }
        assert!(IN_FRONT.iter().chain(ONLY_FORMS).all(|key| INDEX.contains(key)));
        assert_eq!(key_of("S.A.,"), "sa");
    }
}
