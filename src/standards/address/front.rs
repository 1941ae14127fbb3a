//! City, street, unit, box and place out of what stands before the end.

use super::split::{Address, Segment, joined, pop};
use super::unit::{box_at, box_end, inner_number, is_street_like, split_street, unit_at, units_end};
use super::words::{
    bare, has_digit, is_attention, is_box_route, is_building, is_city_pair, is_direction, is_foreign_street,
    is_house_number, is_numbered_type, is_ordinal, is_road_owner, is_route, is_short_direction, is_type,
};

/// City, street, unit, box and place out of what is left.
pub(super) fn take_front(mut segments: Vec<Segment>, of: &str, found: &mut Address) {
    let coded = !found.postcode.is_empty() || !found.region.is_empty();
    if found.city.is_empty() && matches!(of, "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "CA" | "AU" | "") {
        take_city(&mut segments, coded, found);
    }
    let (mut units, mut boxes, mut rest): (Vec<String>, Vec<String>, Vec<Segment>) = Default::default();
    for mut words in segments {
        if let Some(at) = (0..words.len()).find(|at| box_at(&words, *at)) {
            let end = box_end(&words, at);
            let at = if words.get(..at).is_some_and(is_box_route) { 0 } else { at };
            let end = if words.get(end).is_some_and(|word| bare(word) == "box") { end + 1 } else { end };
            let behind = words.split_off(end);
            boxes.push(joined(&words.split_off(at)));
            words.extend(behind);
        }
        let numbered = match words.as_slice() {
            [number] => has_digit(number),
            // 106 D
            [number, letter] => has_digit(number) && !number_follows(of) && is_unit_letter(letter),
            _ => false,
        } && !rest.is_empty();
        if numbered
            && number_follows(of)
            && rest.last().is_some_and(|street| !street.iter().any(|word| has_digit(word)))
        {
            // Via Roma, 12
            if let Some(street) = rest.last_mut() {
                street.extend(words);
            }
            continue;
        }
        if numbered {
            units.push(joined(&words));
            continue;
        }
        if let Some(at) = (0..words.len()).find(|at| unit_at(&words, *at)) {
            let end = units_end(&words, at);
            let end =
                if at > 0 && !words.get(end).is_some_and(|word| is_house_number(word)) { words.len() } else { end };
            let behind = words.split_off(end);
            units.push(joined(&words.split_off(at)));
            words.extend(behind);
        } else if ends_in_unit(&words, of) {
            units.extend(words.pop().map(str::to_string));
        }
        if !words.is_empty() {
            rest.push(words);
        }
    }
    found.unit = units.join(", ");
    found.post_box = boxes.join(", ");
    take_street(rest, of, found);
}

/// `350 W Hubbard St 200`, `203 N Wabash 608`
fn ends_in_unit(words: &[&str], of: &str) -> bool {
    let Some((last, street)) = words.split_last() else { return false };
    let before = street.last().copied().unwrap_or_default();
    !number_follows(of)
        && street.len() > 1
        && street.first().is_some_and(|word| is_house_number(word))
        && (has_digit(last) || (is_unit_letter(last) && is_type(before) && !is_numbered_type(before)))
        && !is_ordinal(last)
        && !is_route(before)
        && !(is_numbered_type(before) && street.iter().rev().nth(1).is_some_and(|word| is_road_owner(word)))
        && (is_type(before) || (!is_numbered_type(before) && !is_short_direction(before) && !has_digit(before)))
}

/// A letter that no direction is: `B`.
fn is_unit_letter(word: &str) -> bool {
    let word = bare(word);
    word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic()) && !is_short_direction(&word)
}

/// Whether the house number follows the street there, so that a number between
/// commas is one.
fn number_follows(of: &str) -> bool {
    !matches!(
        of,
        "US" | "PR"
            | "GU"
            | "VI"
            | "AS"
            | "MP"
            | "CA"
            | "AU"
            | ""
            | "GB"
            | "IE"
            | "NZ"
            | "FR"
            | "LU"
            | "IN"
            | "SG"
            | "HK"
    )
}

fn take_city(segments: &mut Vec<Segment>, coded: bool, found: &mut Address) {
    let several = segments.len() > 1;
    let Some(last) = segments.last() else { return };
    let (all, at) = (last.len(), split_street(last));
    let streets = last.iter().skip(1).any(|word| is_type(word));
    let count = match at {
        Some(at) if at < all => {
            let behind = last.get(at..).unwrap_or_default();
            let letter = matches!(behind, [letter] if is_unit_letter(letter));
            let plain =
                !letter && !behind.iter().any(|word| has_digit(word) || is_direction(word) && behind.len() == 1);
            // without state and code, more of the street is as likely
            if plain && (coded || !behind.iter().any(|word| is_type(word))) { all - at } else { 0 }
        }
        Some(_) => 0,
        // C-5, attn: the steward
        None if several && last.first().is_some_and(|word| is_attention(word) || all == 1 && has_digit(word)) => 0,
        None if several && (!is_street_like(last) || follows_street(segments)) => all,
        None if !several && coded && !streets && last.first().is_none_or(|word| !is_house_number(word)) => all,
        // 203 N LaSalle Chicago
        None if coded && all > 2 && last.last().is_some_and(|word| !has_digit(word)) => city_words(last),
        None => 0,
    };
    if count > 0 {
        found.city = joined(&pop(segments, count));
    }
}

/// Whether the last segment, though its last word is a type of street, stands
/// behind a street: `Mountlake Terrace`.
fn follows_street(segments: &[Segment]) -> bool {
    let Some((last, rest)) = segments.split_last() else { return false };
    let street = |words: &Segment| words.len() > 1 && words.first().is_some_and(|word| is_house_number(word));
    rest.iter().any(street) && !last.iter().any(|word| has_digit(word)) && !unit_at(last, 0) && !box_at(last, 0)
}

/// How many of the last words are a city, where nothing parts it from the street.
fn city_words(words: &[&str]) -> usize {
    let Some((last, street)) = words.split_last() else { return 0 };
    let two = street.len() > 2 && street.last().is_some_and(|before| is_city_pair(before, last));
    if two { 2 } else { 1 }
}

/// The street is the first of the segments that begins with a number, or the
/// last that looks like one; what stands before it is the place.
fn take_street(mut rest: Vec<Segment>, of: &str, found: &mut Address) {
    let numbered = |words: &Segment| words.len() > 1 && words.first().is_some_and(|word| is_house_number(word));
    let digits = |words: &Segment| numbered(words) && words.first().is_some_and(|word| has_digit(word));
    let at = rest.iter().position(digits).or_else(|| rest.iter().position(numbered)).or_else(|| {
        rest.iter()
            .rposition(|words| is_foreign_street(words) || words.iter().any(|word| is_type(word) || has_digit(word)))
    });
    let named = |words: &Segment| {
        found.post_box.is_empty() && words.len() == 1
            || found.post_box.is_empty() && !matches!(of, "US" | "CA" | "AU" | "")
    };
    let at = at.or_else(|| rest.len().checked_sub(1).filter(|last| rest.get(*last).is_some_and(named)));
    let behind = rest.split_off(at.map_or(rest.len(), |at| at + 1));
    let street = at.and_then(|_| rest.pop()).unwrap_or_default();
    let joins = |lines: &[Segment]| lines.iter().map(|words| joined(words)).collect::<Vec<_>>().join(", ");
    found.place = joins(&rest);
    found.district = joins(&behind);
    let own = street.first().is_some_and(|word| is_house_number(word) && has_digit(word) || is_direction(word))
        || is_foreign_street(&street);
    // 1015 Financial Center 505 20th St
    let second = inner_number(&street).and_then(|at| street.get(at - 1)).is_some_and(|word| is_building(word));
    let own = own && !second;
    let care = street.first().is_some_and(|word| bare(word) == "c/o");
    let at = if care { Some(street.len()) } else { inner_number(&street).filter(|_| !own) };
    let (who, street) = street.split_at_checked(at.unwrap_or(0)).unwrap_or((&[], &street));
    if !who.is_empty() {
        found.place = [found.place.as_str(), &joined(who)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
    }
    found.street = joined(street);
}
