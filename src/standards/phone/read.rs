//! From a cell to valid numbers. libphonenumber's own answer comes first; only
//! what it refuses is looked at more closely, so that it is never contradicted.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, Region, get_national_significant_number_owned};

use super::plan::is_valid;
use super::words::{parts, with_extension, without_note};

/// Digits that an extension hardly has, and a second number does.
const MANY: usize = 7;

/// The first valid number of a cell.
pub(super) fn read(value: &str, region: Option<Region>) -> Option<PhoneNumber> {
    // Letters stand for figures only beside some: 1-800-FLOWERS.
    if value.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_digit()) {
        return None;
    }
    match valid(value, region) {
        Some(number) => Some(alone(number, region)),
        None if is_bare(value) => abroad(value, region),
        None => whole(value, region).or_else(|| several(value, region).into_iter().next()),
    }
}

/// Whether there are no words and no signs that could part numbers: what is read
/// in no way but as one number.
fn is_bare(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'.' | b'+' | b'(' | b')'))
}

/// All different valid numbers of a cell, in their order.
pub(super) fn numbers(value: &str, region: Option<Region>) -> Vec<PhoneNumber> {
    match one(value, region) {
        Some(number) if second(&number, region).is_none() => vec![number],
        _ => several(value, region),
    }
}

/// Whether a cell holds more than the number that [`read`] takes out of it.
pub(super) fn holds_more(value: &str, region: Option<Region>) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    // A quick look: two numbers have more digits than one, and a sign between.
    digits > MANY
        && !is_bare(value)
        && one(value, region).is_none_or(|number| second(&number, region).is_some())
        && numbers(value, region).len() != usize::from(is_repeated(value, region))
}

/// Whether all parts of the cell are the same number.
fn is_repeated(value: &str, region: Option<Region>) -> bool {
    let found: Vec<_> = parts(value).all.into_iter().map(|part| one(part, region)).collect();
    found.iter().flatten().count() == found.len()
}

/// The different numbers of a cell that is none itself.
fn several(value: &str, region: Option<Region>) -> Vec<PhoneNumber> {
    if is_masked(value) {
        return Vec::new();
    }
    let parts = parts(value);
    let mut found: Vec<PhoneNumber> = Vec::new();
    for (place, part) in parts.all.into_iter().enumerate() {
        match one(part, region) {
            Some(number) if !found.iter().any(|known| same(known, &number)) => found.push(number),
            None if place == 0 && !parts.sure => return found,
            _ => {}
        }
    }
    found
}

/// A number that is all there is in the text.
fn one(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
    valid(text, region).or_else(|| whole(text, region))
}

/// A number that people write in a way that libphonenumber refuses.
fn whole(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
    if is_masked(text) {
        return None;
    }
    abroad(text, region)
        .or_else(|| with_extension(text).and_then(|text| valid(&text, region).or_else(|| abroad(&text, region))))
        .or_else(|| without_note(text).and_then(|text| valid(text, region).or_else(|| abroad(text, region))))
}

/// Whether digits were made illegible: nobody knows what `x XXXX` was.
fn is_masked(text: &str) -> bool {
    text.as_bytes().windows(2).any(|two| two.eq_ignore_ascii_case(b"xx"))
}

/// 00 stands for + in most of the world, and starts no number elsewhere.
fn abroad(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
    let rest = text.trim_start().strip_prefix("00")?;
    valid(&format!("+{rest}"), region)
}

/// The number without an extension that is a number itself.
fn alone(mut number: PhoneNumber, region: Option<Region>) -> PhoneNumber {
    if second(&number, region).is_some() {
        number.extension = None;
    }
    number
}

/// What was taken for an extension, where it is a number: `2125550100;2125550199`.
fn second(number: &PhoneNumber, region: Option<Region>) -> Option<PhoneNumber> {
    let extension = number.extension.as_deref().filter(|extension| extension.len() > MANY)?;
    valid(extension, region)
}

/// What libphonenumber reads, if it finds that valid, and took no note for
/// figures or for nothing.
pub(super) fn valid(value: &str, region: Option<Region>) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(value, region).ok()?;
    let national = get_national_significant_number_owned(&number);
    (is_valid(&number, &national) && !is_misread(value, region, &number, &national)).then_some(number)
}

/// Whether letters behind the first figure were taken for what they are not.
/// libphonenumber takes three or more for figures, and skips fewer.
fn is_misread(value: &str, region: Option<Region>, number: &PhoneNumber, national: &str) -> bool {
    let Some(first) = value.find(|c: char| c.is_ascii_digit() || c == '+') else { return false };
    let Some(rest) = value.get(first..).filter(|rest| rest.bytes().any(|b| b.is_ascii_alphabetic())) else {
        return false;
    };
    if rest.contains(";phone-context=") {
        return false;
    }
    if number.extension.is_none() && with_extension(value).is_some() {
        return true;
    }
    let written = PHONE_NUMBER_UTIL.normalize_digits_only(rest).to_string();
    if written.contains(national) {
        return number.extension.is_none() && has_word_between(rest);
    }
    rest.bytes().filter(u8::is_ascii_alphabetic).count() > 2 && !spells(rest, region, number)
}

/// Country codes where numbers are often spelt with letters.
const SPELLING: &[i32] = &[1, 61, 64];

/// Whether the letters are meant as figures: one block of them behind figures.
/// Elsewhere than where that is custom they are capitals (0800 REVERSE), and the
/// figures alone are no number, behind which letters are a note.
fn spells(rest: &str, region: Option<Region>, number: &PhoneNumber) -> bool {
    let Some(from) = rest.find(|c: char| c.is_ascii_alphabetic()) else { return false };
    let Some((figures, block)) = rest.split_at_checked(from) else { return false };
    let block = match number.extension.is_some() {
        true => block.split(|c: char| c.is_ascii_digit()).next().unwrap_or(""),
        false => block,
    };
    let letters = block.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters < 3 || block.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let loud = || !block.bytes().any(|b| b.is_ascii_lowercase());
    SPELLING.contains(&number.country_code) || (loud() && valid(figures, region).is_none())
}

/// Whether a word stands between figures, as in `030 901820 ab 18`.
fn has_word_between(rest: &str) -> bool {
    let end = rest.rfind(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let mut words = rest.get(..end).unwrap_or("").split(|c: char| c.is_whitespace());
    words.any(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.len() > 1 && bare.chars().all(char::is_alphabetic)
    })
}

/// Whether two are one number, whatever their extensions.
pub(super) fn same(one: &PhoneNumber, other: &PhoneNumber) -> bool {
    one.country_code == other.country_code
        && one.national_number == other.national_number
        && one.italian_leading_zero() == other.italian_leading_zero()
        && one.number_of_leading_zeros() == other.number_of_leading_zeros()
}
