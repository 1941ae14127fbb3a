//! A whole name into its parts: prefix, given, middle, family, suffix.
//!
//! Reads "Family, Given", titles in front, letters behind, nicknames in quotes
//! or brackets. A name that it does not understand is never taken apart wrongly
//! if it can be left together: in the whole, couples stay one given name, and
//! both people stand beside it.

use std::borrow::Cow;

use super::aside::{Aside, without_aside};
use super::case::{Part, are_one_case, is_one_case, push_proper};
use super::couple::{inverted_pair, is_initial, pair, titles_joined};
use super::han;
use super::name::{Name, Order, Reading};
use super::several::{People, joined, people, with_commas};
use super::title::{push_prefixes, push_suffixes};
use super::words::{
    is_and, is_email_address, is_office, is_particle, is_placeholder, is_second_particle, leading_prefix, suffix,
    trailing_suffix,
};
use crate::standards::text::tidy;

/// The words of a name by their place, as they stand in it.
#[derive(Default)]
pub(super) struct Words<'a> {
    pub(super) prefix: Vec<&'a str>,
    pub(super) given: Vec<&'a str>,
    pub(super) middle: Vec<&'a str>,
    pub(super) family: Vec<&'a str>,
    pub(super) suffix: Vec<&'a str>,
}

/// Splits a name; `None` for a placeholder.
pub(crate) fn split(value: &str, order: Order) -> Option<Reading> {
    let text = tidy(value);
    if han::is_native(&text) {
        return Some(Reading { whole: han::split(&text), pair: None });
    }
    let (text, aside) = without_aside(&text);
    let bare = unwrapped_whole(&text);
    if is_placeholder(bare) || is_email_address(bare) {
        return None;
    }
    let bare = &*with_commas(bare);
    let (words, both) = match people(bare) {
        People::One => placed(bare, order),
        People::Two(two) => {
            let both = two.map(|one| placed(one, order).0);
            (joined(&both), Some(both))
        }
        People::More => (Words { family: parts(bare), ..Words::default() }, None),
    };
    // In a name all in one case no part tells by its case what it is.
    let one_case = are_one_case([&words.given, &words.middle, &words.family].into_iter().flatten().copied());
    let mut whole = written(&words, one_case);
    // Mr Unknown, Unknown Unknown
    let nobody = |part: &str| part.is_empty() || is_placeholder(part);
    if [&whole.given, &whole.middle, &whole.family].into_iter().all(|part| nobody(part)) {
        return None;
    }
    match aside {
        Aside::Nothing => {}
        Aside::Nickname(name) => whole.nickname = name,
        Aside::Suffix(text) => push_suffixes(&text, false, &mut whole.suffix),
        Aside::Note(note) => whole.note = note,
    }
    let pair = both.map(|both| Box::new(both.map(|words| written(&words, one_case))));
    Some(Reading { whole, pair })
}

/// The words in their spelling.
fn written(words: &Words<'_>, one_case: bool) -> Name {
    let cased = |words: &[&str], part: Part| cased(&spaced(words), part, one_case);
    let mut name = Name {
        given: cased(&words.given, Part::Given),
        middle: cased(&words.middle, Part::Given),
        family: cased(&words.family, Part::Family),
        ..Name::default()
    };
    if !words.prefix.is_empty() {
        push_prefixes(&spaced(&words.prefix), false, &mut name.prefix);
    }
    if !words.suffix.is_empty() {
        push_suffixes(&suffixes(&words.suffix), false, &mut name.suffix);
    }
    name
}

/// The words with spaces between.
fn spaced<'a>(words: &[&'a str]) -> Cow<'a, str> {
    match words {
        [] => "".into(),
        [word] => (*word).into(),
        words => words.join(" ").into(),
    }
}

/// Suffixes with commas between, phrases such as `attorney at law` and `vice
/// president` whole.
fn suffixes(words: &[&str]) -> String {
    let mut rest = words;
    let mut parts = Vec::new();
    while let [first, ..] = rest {
        let three = rest.get(..3).filter(|words| trailing_suffix(&words.concat()).is_some());
        let two = || rest.get(..2).filter(|words| suffix(first).is_none() && suffix(&words.concat()).is_some());
        let phrase = three.or_else(two).unwrap_or(std::slice::from_ref(first));
        parts.push(phrase.join(" "));
        rest = rest.get(phrase.len()..).unwrap_or(&[]);
    }
    parts.join(", ")
}

fn unwrapped_whole(text: &str) -> &str {
    let stray = |c: char| matches!(c, ',' | ';' | ':' | '"' | '*' | '_' | '|' | '-' | ' ' | '?' | '!' | '`');
    text.trim_matches(stray)
}

/// A part with its capitals: in a name of mixed case a part all in capitals is
/// shouted only if it is longer than initials are.
fn cased(text: &str, part: Part, one_case: bool) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_empty() {
        return out;
    }
    let small = has_small(text);
    // `de` between large words is as it should be.
    if small && !one_case && text.split(' ').all(|word| is_particle(word) || matches!(word, "y" | "e")) {
        out.push_str(text);
        return out;
    }
    let shouted = !small && text.chars().filter(|c| c.is_alphabetic()).count() > 3;
    if is_one_case(text) && (one_case || small || shouted) {
        push_proper(text, part, &mut out);
    } else {
        out.push_str(text);
    }
    out
}

/// Sorts the words of a name into their places, and those of both people if
/// there are two.
fn placed(text: &str, order: Order) -> (Words<'_>, Option<[Words<'_>; 2]>) {
    let mut segments: Vec<&str> = text.split(',').map(str::trim).filter(|segment| !segment.is_empty()).collect();
    let mut words = Words::default();
    // Letters behind a whole name are degrees, known or not: Jo Ann Smith, BSN.
    let whole = segments.first().is_some_and(|first| first.contains(' ')) && !is_one_case(text);
    let letters = |word: &str| {
        let bare = word.strip_suffix('.').unwrap_or(word);
        let large = bare.bytes().filter(u8::is_ascii_uppercase).count();
        // CSc. too, since no name of mixed case has a dot behind.
        let degree =
            large == bare.len() || (large > 1 && bare != word && bare.bytes().all(|b| b.is_ascii_alphabetic()));
        (2..6).contains(&bare.len()) && degree
    };
    let is_suffixes = |segment: &str| {
        let known = |word| suffix(word).is_some() || (whole && letters(word));
        segment.split(' ').all(known) || (segment.contains(' ') && suffix(&segment.replace(' ', "")).is_some())
    };
    let mut behind = Vec::new();
    while segments.len() > 1 && segments.last().is_some_and(|segment| is_suffixes(segment)) {
        behind.extend(segments.pop().map(|segment| segment.split(' ')));
    }
    words.suffix = behind.into_iter().rev().flatten().collect();
    let mut both = None;
    match segments.split_first() {
        Some((whole, [])) => {
            let rest = parts(whole);
            both = pair(&rest, order);
            if let Some([first, _]) = both.as_mut().filter(|_| !words.suffix.is_empty()) {
                first.suffix.extend(&words.suffix);
            }
            place_whole(rest, order, &mut words);
        }
        Some((family, given)) => {
            if let [one, more @ ..] = given {
                let other = more.first().map(|more| parts(more)).unwrap_or_default();
                both = inverted_pair(&parts(family), &parts(one), &other);
            }
            place_inverted(family, given, &mut words);
        }
        None => {}
    }
    (words, both)
}

pub(super) fn parts(text: &str) -> Vec<&str> {
    text.split(' ').filter(|word| !word.is_empty()).collect()
}

/// `Prof. Dr. Ludwig Anton van der Berg Jr`.
fn place_whole<'a>(mut rest: Vec<&'a str>, order: Order, words: &mut Words<'a>) {
    take_prefixes(&mut rest, words);
    take_suffixes(&mut rest, 1, words);
    if let Some(at) = rest.iter().position(|word| is_and(word) || word.contains('&')) {
        return place_couple(&rest, at, words);
    }
    place_natural(rest, order, words);
}

/// The names of one person without a comma: given, middle, family.
pub(super) fn place_natural<'a>(mut rest: Vec<&'a str>, order: Order, words: &mut Words<'a>) {
    if let Some(end) = family_in_front(&rest, order) {
        let mut names = rest.split_off(end).into_iter();
        words.family = rest;
        words.given.extend(names.next());
        words.middle.extend(names);
        return;
    }
    let from = if is_family_alone(&rest, !words.prefix.is_empty()) { 0 } else { family_from(&rest, order) };
    words.family = rest.split_off(from);
    let mut names = rest.into_iter();
    words.given.extend(names.next());
    words.middle.extend(names);
}

/// Whether particles and one word are a family name without a given one: Mr van
/// Gogh, `van Gogh`, VAN DER BERG, but Van Morrison.
fn is_family_alone(rest: &[&str], titled: bool) -> bool {
    let [first, .., last] = rest else { return false };
    if !rest.iter().rev().skip(1).all(|word| is_particle(word)) || is_second_particle(first) {
        return false;
    }
    // Von van Liefland is called Von.
    let large = |word: &str| word.starts_with(char::is_uppercase);
    if large(first) && rest.get(1).is_some_and(|word| rest.len() > 2 && !large(word)) {
        return false;
    }
    let small = !first.contains(char::is_uppercase) && last.contains(char::is_uppercase);
    titled || small || rest.len() > 2
}

/// Where a family name that stands in front ends.
fn family_in_front(rest: &[&str], order: Order) -> Option<usize> {
    let (first, last) = (rest.first()?, rest.last()?);
    if rest.len() < 2 {
        return None;
    }
    let particles = rest.iter().take_while(|word| is_particle(word)).count();
    let front = (particles + 1).min(rest.len() - 1);
    let capitals = |word: &str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        letters > 2 && !has_small(word) && !are_initials(word)
    };
    match order {
        Order::FamilyFirst => Some(front),
        Order::GivenFirst | Order::TwoFamilies => None,
        // DUPONT Jean, VAN DER BERG Anna
        Order::Auto if capitals(rest.get(particles)?) && last.contains(char::is_lowercase) => {
            let large = rest.iter().take_while(|word| capitals(word) || is_particle(word)).count();
            (large < rest.len()).then_some(large)
        }
        // SWANSON PETER A: nobody's family name is a letter.
        Order::Auto if rest.len() > 2 && is_initial(last) && !is_initial(first) => {
            (front < rest.len() - 1).then_some(front)
        }
        Order::Auto => None,
    }
}

/// Whether a letter is small; ß stands among capitals too.
fn has_small(word: &str) -> bool {
    word.contains(|c: char| c.is_lowercase() && c != 'ß')
}

/// Whether a word in capitals is initials written together: `J.R.R.`, `JFK`.
fn are_initials(word: &str) -> bool {
    let vowel = |c: char| !c.is_ascii() || matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y');
    word.trim_end_matches('.').contains('.') || (word.chars().count() < 4 && !word.contains(vowel))
}

/// `van der Berg Jr, Dr. Ludwig Anton`.
fn place_inverted<'a>(family: &'a str, given: &[&'a str], words: &mut Words<'a>) {
    let mut last: Vec<&str> = family.split(' ').filter(|word| !word.is_empty()).collect();
    take_prefixes(&mut last, words);
    take_suffixes(&mut last, 1, words);
    words.family = last;
    // TROJAN, RN, CHRISTINE
    let is_suffix = |part: &str| part.split(' ').all(|word| suffix(word).is_some());
    let (behind, names): (Vec<&str>, Vec<&str>) =
        given.iter().copied().partition(|part| given.len() > 1 && is_suffix(part));
    let behind: Vec<&str> = behind.into_iter().flat_map(parts).collect();
    words.suffix.splice(0..0, behind);
    let mut first: Vec<&str> = names.into_iter().flat_map(parts).collect();
    while first.first().is_some_and(|word| leading_prefix(word).is_some()) {
        words.prefix.push(first.remove(0));
    }
    take_suffixes(&mut first, 1, words);
    // Berg, Ludwig van der
    let mut particles = first.len();
    while particles > 1 && first.get(particles - 1).is_some_and(|word| is_particle(word)) {
        particles -= 1;
    }
    let mut family = first.split_off(particles);
    family.append(&mut words.family);
    words.family = family;
    if first.iter().any(|word| is_and(word)) {
        words.given = first;
        return;
    }
    let mut names = first.into_iter();
    words.given.extend(names.next());
    words.middle.extend(names);
}

/// `John & Mary Smith`: both given names stay together. What has more than one
/// name before the `&` is left whole.
fn place_couple<'a>(rest: &[&'a str], at: usize, words: &mut Words<'a>) {
    let (given, family) = match at {
        1 if rest.len() > 3 => rest.split_at(family_from(rest, Order::Auto).max(3)),
        1 if rest.len() == 3 => (rest, &[][..]),
        _ => (&[][..], rest),
    };
    words.given = given.to_vec();
    words.family = family.to_vec();
}

/// Takes the prefixes in front, leaving at least one word, and `Mr & Mrs`.
fn take_prefixes<'a>(rest: &mut Vec<&'a str>, words: &mut Words<'a>) {
    if let Some(end) = titles_joined(rest) {
        words.prefix.extend(rest.drain(..end));
    }
    while rest.len() > 1 {
        let joined = rest.first().is_some_and(|word| is_and(word))
            && !words.prefix.is_empty()
            && rest.len() > 2
            && rest.get(1).is_some_and(|word| leading_prefix(word).is_some());
        // Father Michael Pfleger: with two names behind it, it is no name.
        let state = rest.first().is_some_and(|word| word.eq_ignore_ascii_case("state")) && rest.len() > 3;
        let at = usize::from(state);
        let office = rest.len() > 2 + at && rest.get(at).is_some_and(|word| is_office(word));
        if !joined && !office && rest.first().is_none_or(|word| leading_prefix(word).is_none()) {
            return;
        }
        words.prefix.extend(rest.drain(..=if office { at } else { 0 }));
    }
}

/// Takes the suffixes behind, leaving at least `least` words.
fn take_suffixes<'a>(rest: &mut Vec<&'a str>, least: usize, words: &mut Words<'a>) {
    let mut from = rest.len();
    loop {
        let last = from.checked_sub(1).filter(|_| from > least).and_then(|at| rest.get(at));
        // John Smith VI: in a name of mixed case VI is no given name.
        let numeral = |word: &&&str| **word == "VI" && rest.iter().any(|word| word.contains(char::is_lowercase));
        let phrase = from.checked_sub(3).filter(|at| *at >= least).and_then(|at| rest.get(at..from));
        if phrase.is_some_and(|words| trailing_suffix(&words.concat()).is_some()) {
            from -= 3;
        } else if last.is_some_and(|word| trailing_suffix(word).is_some()) || last.filter(numeral).is_some() {
            from -= 1;
        } else {
            break;
        }
    }
    let mut found = rest.split_off(from);
    found.append(&mut words.suffix);
    words.suffix = found;
}

/// Where the family name begins: at its particles, or `Ortega` of `Ortega y
/// Gasset`. One word alone is a family name, since a CRM demands one.
fn family_from(rest: &[&str], order: Order) -> usize {
    let mut from = rest.len().saturating_sub(1);
    if order == Order::TwoFamilies && rest.len() > 2 {
        from -= 1;
    }
    // Juan GARCIA LOPEZ: what is in capitals is the family name.
    let capitals = |word: &&&str| word.len() > 2 && !has_small(word) && word.contains(char::is_alphabetic);
    let large = rest.iter().rev().take_while(|word| capitals(word) && !word.contains('.')).count();
    if order == Order::Auto
        && large > 1
        && large < rest.len()
        && rest.first().is_some_and(|word| word.contains(char::is_lowercase))
    {
        from = rest.len() - large;
    }
    let begins = |from: usize| {
        let particles = |at: &usize| rest.get(*at).is_some_and(|word| is_particle(word) || begins_family(word));
        from - (1..from).rev().take_while(particles).count()
    };
    let from = begins(from);
    // `y` in small letters after a capital: in names all in one case it is an
    // initial more often than not.
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let joined =
        from > 2 && matches!(rest.get(from - 1), Some(&("y" | "e"))) && rest.get(from - 2).is_some_and(capital);
    // da Silva e Souza
    if joined { begins(from - 2) } else { from }
}

/// Words that go with a family name behind them and are no particles: St. John,
/// Mac Rae, Al Bilbeisi.
fn begins_family(word: &str) -> bool {
    ["st", "st.", "ste", "ste.", "le", "mac", "mc", "al", "dela", "saint"]
        .iter()
        .any(|saint| saint.eq_ignore_ascii_case(word))
}
