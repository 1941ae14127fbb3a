//! The form of each country's number, and how its digits check one another.

/// A country's numbers.
pub(super) struct Form {
    /// What a number begins with.
    pub(super) prefix: &'static str,
    /// The number without its country as it should be written, if it is one.
    pub(super) check: fn(&str) -> Option<String>,
}

/// The form for a country: its ISO 3166 code, or the prefix of its numbers.
pub(super) fn form(country: &str) -> Option<&'static Form> {
    let prefix = match country {
        "GR" => "EL",
        "UK" => "GB",
        "LI" => "CH",
        "MC" => "FR",
        "IM" => "GB",
        other => other,
    };
    FORMS.iter().find(|form| form.prefix == prefix)
}

macro_rules! forms {
    ($($prefix:literal $check:ident),* $(,)?) => {
        const FORMS: &[Form] = &[$(Form { prefix: $prefix, check: |text| $check(text) }),*];
    };
}

forms! {
    "AT" austria, "BE" belgium, "BG" bulgaria, "CH" switzerland, "CY" cyprus, "CZ" czechia, "DE" germany,
    "DK" denmark, "EE" estonia, "EL" greece, "ES" spain, "FI" finland, "FR" france, "GB" britain, "HR" croatia,
    "HU" hungary, "IE" ireland, "IT" italy, "LT" lithuania, "LU" luxembourg, "LV" latvia, "MT" malta,
    "NL" netherlands, "NO" norway, "PL" poland, "PT" portugal, "RO" romania, "SE" sweden, "SI" slovenia,
    "SK" slovakia, "XI" britain,
}

/// The digits of a text of that many digits and nothing else.
fn digits(text: &str, count: usize) -> Option<Vec<u32>> {
    let fine = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    fine.then(|| text.bytes().map(|byte| u32::from(byte - b'0')).collect())
}

fn sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The number that the digits are.
fn value(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(*digit))
}

fn last(digits: &[u32]) -> u32 {
    digits.last().copied().unwrap_or(0)
}

fn given(text: &str, holds: bool) -> Option<String> {
    holds.then(|| text.to_owned())
}

/// The sum of digits of which each other one, from the second to last, is doubled
/// and its own digits added (Luhn).
fn luhn(digits: &[u32]) -> u32 {
    let doubled = |(place, digit): (usize, &u32)| match place % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    digits.iter().rev().enumerate().map(doubled).sum()
}

/// ISO 7064, modulo 11 and 10, over all digits: 1 where they agree.
fn mod_11_10(digits: &[u32]) -> u32 {
    let mut check = 5;
    for digit in digits {
        let doubled = if check == 0 { 10 } else { check } * 2 % 11;
        check = (doubled + digit) % 10;
    }
    check
}

fn austria(text: &str) -> Option<String> {
    let digits = digits(text.strip_prefix('U')?, 8)?;
    let total = luhn(digits.get(..7)?);
    given(text, (96_u32.checked_sub(total)?) % 10 == last(&digits))
}

fn belgium(text: &str) -> Option<String> {
    let text = if text.len() == 9 { format!("0{text}") } else { text.to_owned() };
    let digits = digits(&text, 10)?;
    let (head, check) = (value(digits.get(..8)?), value(digits.get(8..)?));
    given(&text, digits.first()? <= &1 && 97 - head % 97 == check)
}

fn bulgaria(text: &str) -> Option<String> {
    if let Some(digits) = digits(text, 9) {
        let first = sum(digits.get(..8)?, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let second = sum(digits.get(..8)?, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11;
        let check = if first == 10 { second % 10 } else { first };
        return given(text, check == last(&digits));
    }
    // People: their own number, a foreigner's, or another.
    let digits = digits(text, 10)?;
    let month = value(digits.get(2..4)?);
    let born = month <= 52 && (1..=12).contains(&(month % 20)) && (1..=31).contains(&value(digits.get(4..6)?));
    let person = born && sum(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == last(&digits);
    let foreigner = sum(&digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == last(&digits);
    let other = (11 - sum(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == last(&digits);
    given(text, person || foreigner || other)
}

fn switzerland(text: &str) -> Option<String> {
    let text = text.strip_prefix('E')?;
    let text = ["MWST", "TVA", "IVA", "TPV"].iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text);
    let digits = digits(text, 9)?;
    let check = (11 - sum(digits.get(..8)?, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11;
    (check == last(&digits)).then(|| format!("E{text}"))
}

fn cyprus(text: &str) -> Option<String> {
    let digits = digits(text.get(..8)?, 8)?;
    let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let worth = |(place, digit): (usize, &u32)| match place % 2 {
        0 => odd.get(*digit as usize).copied().unwrap_or(0),
        _ => *digit,
    };
    let total: u32 = digits.iter().enumerate().map(worth).sum();
    let letter = char::from_u32(u32::from(b'A') + total % 26)?;
    given(text, text.get(8..)? == letter.encode_utf8(&mut [0; 4]) && !text.starts_with("12"))
}

fn czechia(text: &str) -> Option<String> {
    match text.len() {
        8 => {
            let digits = digits(text, 8)?;
            let check = (11 - sum(digits.get(..7)?, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            given(text, *digits.first()? != 9 && (if check == 0 { 1 } else { check % 10 }) == last(&digits))
        }
        9 if text.starts_with('6') => {
            let digits = digits(text, 9)?;
            let check = sum(digits.get(1..8)?, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            let check = match check {
                0 => 8,
                1 => 9,
                check => check - 2,
            };
            given(text, check == last(&digits))
        }
        9 => given(text, person(&digits(text, 9)?)),
        10 => {
            let digits = digits(text, 10)?;
            let check = value(digits.get(..9)?) % 11 % 10;
            given(text, person(&digits) && check == u64::from(last(&digits)))
        }
        _ => None,
    }
}

/// Whether the digits begin with a day of birth as Czech and Slovak numbers of
/// persons do: a woman's month has 50 more, a full register 20.
fn person(digits: &[u32]) -> bool {
    let part = |at: usize| digits.get(at..at + 2).map_or(0, value);
    let month = part(2) % 50;
    (1..=12).contains(&(month % 20)) && month < 33 && (1..=31).contains(&part(4))
}

fn germany(text: &str) -> Option<String> {
    let digits = digits(text, 9)?;
    given(text, *digits.first()? != 0 && mod_11_10(&digits) == 1)
}

fn denmark(text: &str) -> Option<String> {
    let digits = digits(text, 8)?;
    given(text, *digits.first()? != 0 && sum(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

fn estonia(text: &str) -> Option<String> {
    let digits = digits(text, 9)?;
    given(text, sum(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10))
}

fn greece(text: &str) -> Option<String> {
    let text = if text.len() == 8 { format!("0{text}") } else { text.to_owned() };
    let digits = digits(&text, 9)?;
    let check = sum(digits.get(..8)?, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10;
    given(&text, check == last(&digits))
}

fn spain(text: &str) -> Option<String> {
    let (first, rest) = (text.get(..1)?.chars().next()?, text.get(1..)?);
    let letter = |number: u64| "TRWAGMYFPDXBNJZSQVHLCKE".chars().nth(usize::try_from(number % 23).ok()?);
    let end = text.chars().last()?;
    match first {
        // Persons: 8 digits, or a letter and 7, and a letter.
        '0'..='9' => given(text, letter(value(&digits(text.get(..8)?, 8)?))? == end && text.len() == 9),
        'X' | 'Y' | 'Z' | 'K' | 'L' | 'M' => {
            let lead = u64::from(u32::from(first).saturating_sub(u32::from('X'))) % 3;
            let lead = if matches!(first, 'X' | 'Y' | 'Z') { lead } else { 0 };
            let number = lead * 10_000_000 + value(&digits(rest.get(..7)?, 7)?);
            given(text, letter(number)? == end && text.len() == 9)
        }
        'A'..='H' | 'J' | 'N' | 'P'..='S' | 'U' | 'V' | 'W' => {
            let digits = digits(rest.get(..7)?, 7)?;
            let check = (10 - luhn(&[&digits[..], &[0]].concat()) % 10) % 10;
            let as_letter = "JABCDEFGHI".chars().nth(check as usize)?;
            let as_digit = char::from_digit(check, 10)?;
            let fine = match first {
                'P' | 'Q' | 'R' | 'S' | 'N' | 'W' => end == as_letter,
                'A' | 'B' | 'E' | 'H' => end == as_digit,
                _ => end == as_letter || end == as_digit,
            };
            given(text, fine && text.len() == 9)
        }
        _ => None,
    }
}

fn finland(text: &str) -> Option<String> {
    let digits = digits(text, 8)?;
    given(text, sum(&digits, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11))
}

fn france(text: &str) -> Option<String> {
    let (key, siren) = (text.get(..2)?, text.get(2..)?);
    let number = digits(siren, 9)?;
    let odd = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !matches!(c, 'I' | 'O'));
    // Monaco's companies have no SIREN.
    if !key.chars().all(odd) || (!luhn(&number).is_multiple_of(10) && !siren.starts_with("000")) {
        return None;
    }
    let Some(given_key) = digits(key, 2) else {
        let alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let place = |c: char| alphabet.find(c).and_then(|at| u64::try_from(at).ok());
        let (one, two) = (place(key.chars().next()?)?, place(key.chars().nth(1)?)?);
        let check = if one < 10 { one * 24 + two - 10 } else { one * 34 + two - 100 };
        return given(text, (value(&number) + 1 + check / 11) % 11 == check % 11);
    };
    given(text, (value(&number) * 100 + 12) % 97 == value(&given_key))
}

fn britain(text: &str) -> Option<String> {
    if let Some(number) = text.strip_prefix("GD").and_then(|rest| digits(rest, 3)) {
        return given(text, value(&number) < 500);
    }
    if let Some(number) = text.strip_prefix("HA").and_then(|rest| digits(rest, 3)) {
        return given(text, value(&number) >= 500);
    }
    let digits = digits(text, text.len()).filter(|digits| matches!(digits.len(), 9 | 12))?;
    let check = sum(&digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    // Numbers from 100 00 00 on may be off by 55 or 42.
    given(text, check == 0 || value(digits.get(..3)?) >= 100 && matches!(check, 42 | 55))
}

fn croatia(text: &str) -> Option<String> {
    given(text, mod_11_10(&digits(text, 11)?) == 1)
}

fn hungary(text: &str) -> Option<String> {
    let digits = digits(text, 8)?;
    given(text, sum(&digits, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10))
}

fn ireland(text: &str) -> Option<String> {
    let letters = "WABCDEFGHIJKLMNOPQRSTUV";
    let worth = |c: char| letters.find(c).and_then(|at| u32::try_from(at).ok());
    let check =
        |digits: &[u32], extra: u32| letters.chars().nth(((sum(digits, &[8, 7, 6, 5, 4, 3, 2]) + extra) % 23) as usize);
    if let Some(seven) = text.get(..7).and_then(|head| digits(head, 7)) {
        let mut rest = text.get(7..)?.chars();
        let (control, second) = (rest.next()?, rest.next());
        let extra = match second {
            None => 0,
            Some(second) => 9 * worth(second)?,
        };
        return given(text, check(&seven, extra) == Some(control) && rest.next().is_none());
    }
    // As they were until 2013: a digit, a letter or sign, five digits, a letter.
    let (first, middle) = (text.get(..1)?, text.get(2..7)?);
    let second = text.chars().nth(1)?;
    let seven = digits(&format!("0{middle}{first}"), 7)?;
    let fine = (second.is_ascii_uppercase() || matches!(second, '+' | '*')) && text.len() == 8;
    given(text, fine && check(&seven, 0) == text.chars().nth(7))
}

fn italy(text: &str) -> Option<String> {
    let digits = digits(text, 11)?;
    let province = value(digits.get(7..10)?);
    let known = matches!(province, 1..=100 | 120 | 121 | 888 | 999);
    given(text, known && value(digits.get(..7)?) != 0 && luhn(&digits).is_multiple_of(10))
}

fn lithuania(text: &str) -> Option<String> {
    let digits = digits(text, text.len()).filter(|digits| matches!(digits.len(), 9 | 12))?;
    let (head, check) = (digits.get(..digits.len() - 1)?, last(&digits));
    // The second digit from the end is always 1.
    let one = last(head) == 1;
    let total = |first: u32| head.iter().zip(first..).map(|(digit, at)| digit * ((at - 1) % 9 + 1)).sum::<u32>() % 11;
    let wanted = if total(1) == 10 { total(3) % 10 } else { total(1) };
    given(text, one && wanted == check)
}

fn luxembourg(text: &str) -> Option<String> {
    let digits = digits(text, 8)?;
    given(text, value(digits.get(..6)?) % 89 == value(digits.get(6..)?))
}

fn latvia(text: &str) -> Option<String> {
    let digits = digits(text, 11)?;
    if digits.first()? > &3 {
        return given(text, sum(&digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3);
    }
    // Persons: newer numbers begin with 32, older ones with the day of birth.
    let check = (1 + sum(digits.get(..10)?, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10;
    let born = (1..=31).contains(&value(digits.get(..2)?)) && (1..=12).contains(&value(digits.get(2..4)?));
    given(text, (born || text.starts_with("32")) && check == last(&digits))
}

fn malta(text: &str) -> Option<String> {
    let digits = digits(text, 8)?;
    let head = value(digits.get(..6)?);
    given(text, head >= 100_000 && sum(&digits, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37))
}

fn netherlands(text: &str) -> Option<String> {
    let (number, rest) = (text.get(..9)?, text.get(9..)?);
    let digits_of = digits(number, 9)?;
    let branch = digits(rest.strip_prefix('B')?, 2)?;
    let old = sum(digits_of.get(..8)?, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last(&digits_of);
    // Since 2020 the numbers of sole traders: modulo 97 over the whole, letters as numbers.
    let whole = format!("NL{text}");
    let new = whole.chars().fold(0, |rest, c| match c.to_digit(36) {
        Some(digit) if digit > 9 => (rest * 100 + digit) % 97,
        Some(digit) => (rest * 10 + digit) % 97,
        None => rest,
    });
    given(text, value(&branch) > 0 && value(&digits_of) > 0 && (old || new == 1))
}

fn norway(text: &str) -> Option<String> {
    let text = text.strip_suffix("MVA").unwrap_or(text);
    let digits = digits(text, 9)?;
    given(text, sum(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

fn poland(text: &str) -> Option<String> {
    let digits = digits(text, 10)?;
    given(text, sum(digits.get(..9)?, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last(&digits))
}

fn portugal(text: &str) -> Option<String> {
    let digits = digits(text, 9)?;
    let check = (11 - sum(digits.get(..8)?, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
    given(text, *digits.first()? != 0 && check == last(&digits))
}

fn romania(text: &str) -> Option<String> {
    let digits = digits(text, text.len()).filter(|digits| (2..=10).contains(&digits.len()))?;
    let padded = [vec![0; 10 - digits.len()], digits.clone()].concat();
    let check = sum(padded.get(..9)?, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10;
    given(text, *digits.first()? != 0 && check == last(&digits))
}

fn sweden(text: &str) -> Option<String> {
    let digits = digits(text, 12)?;
    given(text, text.ends_with("01") && luhn(digits.get(..10)?).is_multiple_of(10))
}

fn slovenia(text: &str) -> Option<String> {
    let digits = digits(text, 8)?;
    let check = 11 - sum(digits.get(..7)?, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    given(text, *digits.first()? != 0 && check != 11 && check % 10 == last(&digits))
}

fn slovakia(text: &str) -> Option<String> {
    let digits = digits(text, 10)?;
    let form = *digits.first()? != 0 && matches!(digits.get(2)?, 2 | 3 | 4 | 7 | 8 | 9);
    let born = person(&digits) && value(digits.get(..9)?) % 11 % 10 == u64::from(last(&digits));
    given(text, form && value(&digits).is_multiple_of(11) || born)
}
