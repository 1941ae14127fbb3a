//! Where a street with its unit ends, and where units and boxes begin.

use super::words::{
    bare, box_words, has_digit, is_direction, is_floor, is_foreign_street, is_glued_unit, is_house_number,
    is_identifier, is_lone_unit, is_numbered_type, is_ordinal, is_road_owner, is_route, is_saint, is_short_direction,
    is_type, is_unit,
};

/// Whether the words look like a street, a unit or a box rather than a city.
pub(super) fn is_street_like(words: &[&str]) -> bool {
    let Some(first) = words.first() else { return false };
    is_house_number(first)
        || first.starts_with('#')
        || box_words(words).is_some_and(|count| words.get(count).is_some_and(|word| is_identifier(word)))
        || is_foreign_street(words)
        || unit_at(words, 0)
        || words.last().is_some_and(|word| words.len() > 1 && (is_type(word) || has_digit(word)))
}

/// Where the street with its unit ends in words that may have the city behind it.
pub(super) fn split_street(words: &[&str]) -> Option<usize> {
    if let Some(start) = (0..words.len()).find(|at| box_at(words, *at)) {
        return Some(units_end(words, box_end(words, start)));
    }
    let mut at = words.iter().take_while(|word| is_house_number(word)).count();
    if let Some(start) = (0..words.len()).find(|at| unit_at(words, *at)) {
        let end = units_end(words, start);
        let street =
            words.get(end..).filter(|behind| start == 0 && behind.first().is_some_and(|word| is_house_number(word)));
        return Some(end + street.and_then(split_street).unwrap_or(0));
    }
    // John Smith 123 Main St
    if at == 0
        && let Some(start) = inner_number(words)
    {
        return words.get(start..).and_then(split_street).map(|end| start + end);
    }
    if at == 0 {
        return None;
    }
    at += usize::from(words.get(at).is_some_and(|word| is_direction(word)));
    if words.get(at).is_some_and(|word| is_road_owner(word))
        && words.get(at + 1).is_some_and(|word| is_numbered_type(word))
        && words.get(at + 2).is_some_and(|word| has_digit(word))
        || words.get(at).is_some_and(|word| bare(word) == "us")
    {
        at += 1;
    }
    // Highway 278, Avenue H
    if words.get(at).is_some_and(|word| is_numbered_type(word))
        && words.get(at + 1).is_some_and(|word| is_identifier(word))
    {
        return Some(after_type(words, at + 2));
    }
    let typed = |at: &usize| words.get(*at).is_some_and(|word| is_type(word)) && !is_saint(words, *at);
    let end = (at + 1..words.len()).find(typed)?;
    Some(after_type(words, end + 1))
}

/// Where a house number stands among the words, with a street behind it.
pub(super) fn inner_number(words: &[&str]) -> Option<usize> {
    (1..words.len()).find(|at| {
        let (Some(word), Some(before), Some(after)) = (words.get(*at), words.get(at - 1), words.get(at + 1..)) else {
            return false;
        };
        let directed = after.first().is_some_and(|word| is_direction(word)) && after.len() > 1;
        is_house_number(word)
            && word.starts_with(|c: char| c.is_ascii_digit())
            && !is_numbered_type(before)
            && !before.starts_with('#')
            && (directed || after.iter().skip(1).any(|word| is_type(word)))
    })
}

/// Behind the type: a second type, a direction, a number of a unit.
fn after_type(words: &[&str], mut at: usize) -> usize {
    let goes_on = |word: &&str| match bare(word).as_str() {
        "st" => false,
        "ext" | "extn" | "extension" => true,
        _ => is_type(word),
    };
    while words.get(at).is_some_and(goes_on) {
        at += 1;
    }
    let last = at + 1 == words.len();
    if words.get(at).is_some_and(|word| is_short_direction(word) || (last && is_direction(word))) {
        at += 1;
        // N E
        let second = words.get(at).is_some_and(|word| matches!(bare(word).as_str(), "e" | "w"));
        at += usize::from(second && at + 1 < words.len());
    }
    if words.get(at).is_some_and(|word| has_digit(word) || word.starts_with('#')) {
        at += 1;
    }
    at
}

/// Whether a unit begins at that word.
pub(super) fn unit_at(words: &[&str], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    let next = words.get(at + 1);
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    // Highway #50, but Dixie Hwy #312
    let road = words.get(..at.saturating_sub(1)).unwrap_or_default();
    let bare_road = |word: &&str| is_house_number(word) || is_direction(word) || is_road_owner(word);
    let route = before.is_some_and(|word| is_route(word)) && road.iter().all(bare_road);
    let signed = if at == 0 { !words.last().is_some_and(|word| words.len() > 2 && is_type(word)) } else { !route };
    (word.starts_with('#') && signed)
        || (at > 0 && !route && bare(word) == "no" && next.is_some_and(|next| has_digit(next)))
        || is_glued_unit(word)
        || (at > 0 && bare(word).bytes().all(|b| b.is_ascii_digit()) && next.is_some_and(|next| is_floor(next)))
        || (is_unit(word)
            && next
                .is_some_and(|next| is_identifier(next) || (bare(next).len() == 2 && at + 2 == words.len() && at > 0)))
        || (is_ordinal(word) && next.is_some_and(|next| is_floor(next)))
        || (is_lone_unit(word) && (at + 1 == words.len()))
}

/// Behind all units that begin at `at`.
pub(super) fn units_end(words: &[&str], mut at: usize) -> usize {
    while unit_at(words, at) {
        let word = words.get(at).copied().unwrap_or_default();
        at += match word {
            // # Apt 7B
            "#" if words.get(at + 1).is_some_and(|word| is_unit(word)) && words.get(at + 2).is_some() => 3,
            "#" => 2,
            _ if word.starts_with('#') || is_glued_unit(word) || (is_lone_unit(word) && at + 1 == words.len()) => 1,
            _ => 2,
        };
        if words.get(at - 1) == Some(&"#") {
            at += 1;
        }
        // Apt 3rd Flr, Apt 13 C
        if words.get(at).is_some_and(|word| {
            (is_floor(word) && !unit_at(words, at)) || (at + 1 == words.len() && bare(word).len() == 1)
        }) {
            at += 1;
        }
        // Suites 100 & 200
        while words.get(at).is_some_and(|word| matches!(*word, "&" | "and"))
            && words.get(at + 1).is_some_and(|word| has_digit(word))
        {
            at += 2;
        }
    }
    at.min(words.len())
}

/// Behind a box and those that follow it: `RR 2 Box 18`, `Postfach 12 34`.
pub(super) fn box_end(words: &[&str], mut at: usize) -> usize {
    while box_at(words, at) {
        at += words.get(at..).and_then(box_words).unwrap_or(0) + 1;
        while words.get(at).is_some_and(|word| has_digit(word)) && !unit_at(words, at) {
            at += 1;
        }
    }
    at.min(words.len())
}

pub(super) fn box_at(words: &[&str], at: usize) -> bool {
    let Some(tail) = words.get(at..) else { return false };
    box_words(tail).is_some_and(|count| tail.get(count).is_some_and(|word| is_identifier(word)))
}
