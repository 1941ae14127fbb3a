//! The end of an address: postcode, region, and where they show it the city.

use super::split::{Address, Segment, is_region, joined, pop, tails};
use super::unit::{is_street_like, split_street};
use super::words::{bare, box_words, has_digit, is_floor, is_foreign_street, is_ordinal, is_short_direction, is_type};
use crate::standards::postcode;

/// `Springfield, IL 62701`: countries in which all of this ends the address.
pub(super) fn take_end(segments: &mut Vec<Segment>, of: &str, found: &mut Address) {
    let short = |tail: &[&str]| {
        tail.len() == 1 && joined(tail).len() == 4 && !matches!(of, "CA" | "AU") && region_before(segments, 1, of)
    };
    let code = tails(segments, 2).find(|(tail, _)| is_end_code(&joined(tail), of) || short(tail));
    let code = code.map(|(tail, _)| joined(tail)).filter(|_| !box_before(segments));
    if let Some(code) = code {
        pop(segments, code.split(' ').count());
        found.postcode = code;
    }
    take_region(segments, of, found);
    // a ZIP code before the state, or one too short
    let words: usize = segments.iter().map(Vec::len).sum();
    let ends_in_code = || segments.last().and_then(|last| last.last()).is_some_and(|word| is_end_code(word, of));
    if found.postcode.is_empty() && !found.region.is_empty() && words > 2 && ends_in_code() {
        found.postcode = joined(&pop(segments, 1));
    }
}

/// Whether a code of a region stands before the last `count` words.
fn region_before(segments: &[Segment], count: usize, of: &str) -> bool {
    let word = segments.iter().flatten().rev().nth(count);
    let digits = segments
        .last()
        .is_some_and(|last| last.iter().rev().take(1).all(|word| word.bytes().all(|b| b.is_ascii_digit())));
    digits && word.is_some_and(|word| word.chars().filter(|c| c.is_alphabetic()).count() == 2 && is_region(word, of))
}

/// Whether all but the last word are those of a post box: `PO Box 40177`.
fn box_before(segments: &[Segment]) -> bool {
    let words: Vec<&str> = segments.iter().flatten().copied().collect();
    box_words(&words).is_some_and(|count| count + 1 == words.len())
}

fn is_end_code(text: &str, of: &str) -> bool {
    match of {
        "CA" | "AU" => postcode::fits(text, of) == Some(true),
        _ => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let all = |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
            if text.split_once(' ').is_some_and(|(zip, four)| all(zip, 5) && all(four, 4)) {
                return true;
            }
            let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            plain
                && (5..=10).contains(&digits)
                && !text.starts_with('-')
                && (text.len() == digits || digits == 9 || digits == 5)
        }
    }
}

fn take_region(segments: &mut Vec<Segment>, of: &str, found: &mut Address) {
    let words: usize = segments.iter().map(Vec::len).sum();
    let coded = !found.postcode.is_empty();
    let mut taken = None;
    for (tail, whole) in tails(segments, 4) {
        let text = joined(tail);
        if !is_region(&text, of) || has_digit(&text) {
            continue;
        }
        if tail.len() > 1 && bare(tail.first().copied().unwrap_or_default()) == "washington" {
            continue;
        }
        let before: &[&str] = segments.last().and_then(|last| last.get(..last.len() - tail.len())).unwrap_or_default();
        let street = split_street(before).is_some_and(|at| at < before.len());
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        // 1180 Peachtree Street NE, 707 E Main St 6th FL
        let word = (is_short_direction(&text) && before.last().is_some_and(|word| is_type(word)))
            || (is_floor(&text) && before.last().is_some_and(|word| is_ordinal(word) || has_digit(word)));
        if word && !coded {
            continue;
        }
        let small = !segments.iter().flatten().any(|word| word.contains(char::is_uppercase));
        let upper = letters <= 3 && text.chars().all(|c| !c.is_lowercase());
        let alone = tail.len() == words;
        let sure = match letters {
            // Ct, Dr and La are words too
            ..=3 => {
                let code = letters == 2 && (upper || small) && words > 3;
                coded
                    || (whole && letters > 1)
                    || (code && (!is_type(&text) || before.iter().any(|word| is_type(word))))
            }
            _ => coded || whole || segments.len() > 1 || street,
        };
        // New York is a city where nothing else could be one
        let city =
            matches!(bare(&text).as_str(), "new york" | "washington") && !coded && !city_before(segments, tail.len());
        if sure && !city && (!alone || coded || upper) {
            taken = Some(tail.len());
            break;
        }
    }
    if let Some(count) = taken {
        found.region = joined(&pop(segments, count));
    }
}

/// Whether the words before the last `count` end in something that can be a city.
fn city_before(segments: &[Segment], count: usize) -> bool {
    let Some((last, rest)) = segments.split_last() else { return false };
    match last.len() > count {
        true => {
            last.get(..last.len() - count).is_some_and(|words| split_street(words).is_some_and(|at| at < words.len()))
        }
        false => rest.len() > 1 && rest.last().is_some_and(|words| !is_street_like(words)),
    }
}

/// Countries in which the postcode stands before the city, or behind it, or on a
/// line of its own.
pub(super) fn take_anywhere(segments: &mut Vec<Segment>, of: &str, found: &mut Address) {
    let place = (0..segments.len()).rev().find_map(|at| {
        let words = segments.get(at)?;
        (0..words.len()).rev().find_map(|from| {
            [3, 2, 1].into_iter().find_map(|count| {
                let text = joined(words.get(from..from + count)?);
                is_code(&text, of, words, from, segments.len()).then_some((at, from, count))
            })
        })
    });
    let Some((at, from, count)) = place else { return take_uncoded(segments, of, found) };
    let after_segments = segments.split_off(at + 1);
    let Some(mut words) = segments.pop() else { return };
    let after = words.split_off(from + count);
    found.postcode = joined(words.get(from..).unwrap_or_default());
    words.truncate(from);
    found.region = after_segments.iter().map(|words| joined(words)).collect::<Vec<_>>().join(", ");
    match (words.is_empty(), after.is_empty()) {
        // 10115 Berlin, and what stands before it
        (_, false) => {
            let mut after = after;
            if let Some(last) = after.last()
                && after.len() > 1
                && last.len() == 2
                && last.chars().all(char::is_uppercase)
                && found.region.is_empty()
                && is_region(last, of)
            {
                found.region = after.pop().unwrap_or_default().into();
            }
            found.city = joined(&after);
            if !words.is_empty() {
                segments.push(words);
            }
        }
        // London SW1A 2AA
        (false, true) => {
            segments.push(words);
            take_city_and_region(segments, of, found);
        }
        (true, true) => match after_segments.is_empty() {
            true => take_city_and_region(segments, of, found),
            false if segments.len() < 2 || segments.last().is_some_and(|words| is_street_like(words)) => {
                found.city = std::mem::take(&mut found.region);
            }
            false => take_city_and_region(segments, of, found),
        },
    }
}

fn is_code(text: &str, of: &str, words: &[&str], from: usize, segments: usize) -> bool {
    let first = from == 0;
    if lost_zero(text, of, words, first && segments > 1) {
        return true;
    }
    match postcode::fits(text, of) {
        Some(fits) => {
            fits && (segments > 1 || !first || words.len() > 1)
                && !(first && words.len() > 1 && segments == 1 && words.last().is_some_and(|word| has_digit(word)))
        }
        // a country whose codes are not known
        None => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            plain
                && (3..=10).contains(&digits)
                && segments > 1
                && !is_street_like(words.get(1..).unwrap_or_default())
                && (first || from + 1 == words.len())
                && !is_foreign_street(words)
        }
    }
}

/// `D-1067 Dresden`, `1067 Dresden`: a code that a spreadsheet shortened, in front of
/// the city.
fn lost_zero(text: &str, of: &str, words: &[&str], leads: bool) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase()).trim_start_matches('-');
    let city = words.get(1..).unwrap_or_default();
    leads
        && digits.len() > 3
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !city.is_empty()
        && !city.iter().any(|word| has_digit(word))
        && !is_foreign_street(words)
        && postcode::fits(digits, of).is_some()
        && postcode::canonical(text, Some(of)).is_some()
}

/// No postcode: the last segment that is no street is the city, and what the
/// country knows as a region behind it.
fn take_uncoded(segments: &mut Vec<Segment>, of: &str, found: &mut Address) {
    if segments.len() > 1 || segments.last().is_some_and(|words| !is_street_like(words)) {
        take_city_and_region(segments, of, found);
    }
}

fn take_city_and_region(segments: &mut Vec<Segment>, of: &str, found: &mut Address) {
    if found.region.is_empty()
        && segments.len() > 1
        && let Some(last) = segments.last()
    {
        let behind_city = segments.len() > 2
            && segments
                .get(segments.len() - 2)
                .is_some_and(|words| !is_street_like(words) && !words.iter().any(|word| has_digit(word)));
        if is_region(&joined(last), of) && behind_city {
            found.region = joined(last);
            segments.pop();
        } else if let Some((code, _)) = last.split_last()
            && last.len() > 1
            && code.chars().all(char::is_uppercase)
            && code.len() < 4
            && is_region(code, of)
        {
            found.region = joined(&pop(segments, 1));
        }
    }
    let Some(last) = segments.last() else { return };
    let at = split_street(last).filter(|at| *at < last.len());
    match at {
        Some(at) => found.city = joined(&pop(segments, last.len() - at)),
        None if segments.len() == 1 && is_street_like(last) => {}
        None => {
            if let Some(words) = segments.pop() {
                found.city = joined(&words);
            }
        }
    }
}
