//! Two people in one name: `John & Mary Smith`, `Mr and Mrs John Smith`, `John
//! Smith and Mary Jones`. Only shapes that leave no doubt are taken apart.

use super::given::is_given;
use super::name::Order;
use super::split::{Words, place_natural};
use super::words::{is_and, is_plural_prefix, joins_titles, leading_prefix, prefix, trailing_suffix};

/// Where the names begin behind titles of two people: `Sr. y Sra. García`, `M. et
/// Mme Dupont`. Two titles with such a word between are no names, though each may
/// be one.
pub(super) fn titles_joined(words: &[&str]) -> Option<usize> {
    let titles = |from: usize| words.iter().skip(from).take_while(|word| prefix(word).is_some()).count();
    let first = Some(titles(0)).filter(|first| *first > 0)?;
    words.get(first).filter(|word| joins_titles(word))?;
    let end = first + 1 + Some(titles(first + 1)).filter(|second| *second > 0)?;
    (end < words.len()).then_some(end)
}

/// The words of both, if these are two people.
pub(super) fn pair<'a>(words: &[&'a str], order: Order) -> Option<[Words<'a>; 2]> {
    if let Some(end) = titles_joined(words) {
        let (titles, names) = words.split_at(end);
        let and = titles.iter().position(|word| joins_titles(word) && prefix(word).is_none())?;
        let (left, right) = (titles.get(..and)?, titles.get(and + 1..)?);
        if names.iter().any(|word| is_and(word)) {
            return None;
        }
        return Some(under_titles(left.to_vec(), right.to_vec(), Side::of(names), order));
    }
    let mut ands = words.iter().enumerate().filter(|(_, word)| is_and(word)).map(|(at, _)| at);
    let at = ands.next()?;
    if ands.next().is_some() {
        return None;
    }
    let (left, right) = (words.get(..at)?, words.get(at + 1..)?);
    let (left, right) = (Side::of(left), Side::of(right));
    match (left.names.as_slice(), right.names.as_slice()) {
        (_, []) => None,
        // Mr and Mrs John Smith
        ([], [_, ..]) if !left.prefix.is_empty() && !right.prefix.is_empty() => {
            let prefix = right.prefix.clone();
            Some(under_titles(left.prefix, prefix, right, order))
        }
        ([], _) => None,
        // Dr Fandel & Dr Williams, Drs Davidson and Burr
        ([one], [other]) => {
            let plural = left.prefix.iter().any(|word| is_plural_prefix(word));
            let each = !left.prefix.is_empty() && (plural || !right.prefix.is_empty());
            let whole = |prefix, family, suffix| Words { prefix, family: vec![family], suffix, ..Words::default() };
            let second = if plural { left.prefix.clone() } else { right.prefix };
            each.then(|| [whole(left.prefix, *one, left.suffix), whole(second, *other, right.suffix)])
        }
        // John Q. & Mary Smith: they share the family name.
        ([given, initials @ ..], [_, _, ..]) if initials.iter().all(|word| is_initial(word)) => {
            let second = right.place(order);
            let family = second.family.clone();
            let first = Words {
                prefix: left.prefix,
                given: vec![given],
                middle: initials.to_vec(),
                family,
                suffix: left.suffix,
            };
            Some([first, second])
        }
        ([_], _) => None,
        // SMITH JOHN & MARY: a list, with the family name in front.
        ([family, names @ ..], [second, initials @ ..])
            if initials.iter().all(|word| is_initial(word))
                && !is_given(family)
                && names.first().is_some_and(|name| is_given(name))
                && names.iter().skip(1).all(|word| is_initial(word))
                && is_given(second) =>
        {
            let first = left.place(Order::FamilyFirst);
            let family = first.family.clone();
            let (given, middle) = (vec![*second], initials.to_vec());
            Some([first, Words { prefix: right.prefix, given, middle, family, suffix: right.suffix }])
        }
        // John Smith and Mary: so do they.
        (_, [given, initials @ ..]) if initials.iter().all(|word| is_initial(word)) => {
            let (given, middle) = (vec![*given], initials.to_vec());
            let first = left.place(order);
            let family = first.family.clone();
            let second = Words { prefix: right.prefix, given, middle, family, suffix: right.suffix };
            Some([first, second])
        }
        // John Smith and Mary Jones
        _ => Some([left.place(order), right.place(order)]),
    }
}

/// Mr and Mrs John Smith
fn under_titles<'a>(left: Vec<&'a str>, right: Vec<&'a str>, names: Side<'a>, order: Order) -> [Words<'a>; 2] {
    let mut first = Words { prefix: left, suffix: names.suffix, ..Words::default() };
    place_natural(names.names, order, &mut first);
    let second = Words { prefix: right, family: first.family.clone(), ..Words::default() };
    [first, second]
}

/// `Smith, John & Mary`, and `Smith, John & Jones, Mary` (the last in `other`).
pub(super) fn inverted_pair<'a>(family: &[&'a str], given: &[&'a str], other: &[&'a str]) -> Option<[Words<'a>; 2]> {
    let at = given.iter().position(|word| is_and(word))?;
    let (left, right) = (Side::of(given.get(..at)?), Side::of(given.get(at + 1..)?));
    if left.names.is_empty() || right.names.is_empty() || right.names.iter().any(|word| is_and(word)) {
        return None;
    }
    let own = Side::of(family);
    let (second_family, second_given) = match other {
        [] => (own.names.clone(), right.names.as_slice()),
        other => (right.names.clone(), other),
    };
    let words = |prefix: Vec<&'a str>, given: &[&'a str], family: Vec<&'a str>, suffix: Vec<&'a str>| {
        let (given, middle) = given.split_at(1.min(given.len()));
        Words { prefix, given: given.to_vec(), middle: middle.to_vec(), family, suffix }
    };
    let prefix = if left.prefix.is_empty() { own.prefix } else { left.prefix };
    let suffix = if left.suffix.is_empty() { own.suffix } else { left.suffix };
    Some([
        words(prefix, &left.names, own.names, suffix),
        words(right.prefix, second_given, second_family, right.suffix),
    ])
}

/// `J`, `J.`
pub(super) fn is_initial(word: &str) -> bool {
    let bare = word.strip_suffix('.').unwrap_or(word);
    let mut letters = bare.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// What stands on one side of the `and`.
struct Side<'a> {
    prefix: Vec<&'a str>,
    names: Vec<&'a str>,
    suffix: Vec<&'a str>,
}

impl<'a> Side<'a> {
    fn of(words: &[&'a str]) -> Self {
        let titled = words.iter().take_while(|word| leading_prefix(word).is_some() || is_plural_prefix(word)).count();
        let (prefix, rest) = words.split_at(titled);
        let behind = rest.iter().rev().take_while(|word| trailing_suffix(word).is_some()).count();
        let (names, suffix) = rest.split_at(rest.len() - behind);
        Self { prefix: prefix.to_vec(), names: names.to_vec(), suffix: suffix.to_vec() }
    }

    fn place(self, order: Order) -> Words<'a> {
        let mut words = Words { prefix: self.prefix, suffix: self.suffix, ..Words::default() };
        place_natural(self.names, order, &mut words);
        words
    }
}
