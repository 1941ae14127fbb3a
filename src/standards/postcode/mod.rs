//! `postcode`: postal codes in the form of the row's country. Checks the form,
//! not that a post office uses the code; a country that is not in the table is
//! not checked at all.

mod shapes;

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_with_country, nonblank};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;
use shapes::{SHAPES, Shape};

pub static STANDARD: Standard = Standard {
    name: "postcode",
    what: "Puts postal codes into the form of the row's country: spacing, hyphens, capitals, lost leading zeros",
    why: "Spreadsheets drop the zero of 02134; SW1A1AA and sw1a 1aa are one place; a wrong form does not deliver.",
    rule: "The formats that the postal operators publish through the Universal Postal Union. Country prefixes (D-, \
           F-, CH-) are dropped. With `pad` (the default) zeros that a spreadsheet dropped are put back, in countries \
           whose codes begin with them: 2134 is 02134 in the US; its `.0` behind a number goes first. Elsewhere the text in capitals, unchecked.",
    examples: &[
        Example { input: "601011234", country: None, output: Some("60101-1234") },
        Example { input: "60101 - 1234", country: Some("US"), output: Some("60101-1234") },
        Example { input: "2134", country: Some("US"), output: Some("02134") },
        Example { input: "2134.0", country: Some("US"), output: Some("02134") },
        Example { input: "601.0", country: Some("US"), output: Some("00601") },
        Example { input: "1067.0", country: Some("DE"), output: Some("01067") },
        Example { input: "75001.0", country: Some("FR"), output: Some("75001") },
        Example { input: "187.0", country: Some("IT"), output: Some("00187") },
        Example { input: "ABCDE", country: Some("US"), output: None },
        Example { input: "sw1a1aa", country: Some("GB"), output: Some("SW1A 1AA") },
        Example { input: "m5h2n2", country: Some("CA"), output: Some("M5H 2N2") },
        Example { input: "D-80331", country: Some("DE"), output: Some("80331") },
        Example { input: "1067", country: Some("DE"), output: Some("01067") },
        Example { input: "F-75001", country: Some("FR"), output: Some("75001") },
        Example { input: "1234ab", country: Some("NL"), output: Some("1234 AB") },
        Example { input: "SE-12345", country: Some("SE"), output: Some("123 45") },
        Example { input: "12345", country: Some("PL"), output: Some("12-345") },
        Example { input: "1000001", country: Some("JP"), output: Some("100-0001") },
        Example { input: "01310100", country: Some("BR"), output: Some("01310-100") },
        Example { input: "d02 x285", country: Some("IE"), output: Some("D02 X285") },
        Example { input: "123456", country: Some("DE"), output: None },
        Example { input: "ab 12", country: Some("ZZ"), output: Some("AB 12") },
    ],
    takes_country: true,
    keys: PostcodeOptions::keys,
    build,
};

options! {
    /// Options of the standard `postcode`.
    struct PostcodeOptions {
        /// Puts back leading zeros that a spreadsheet dropped; each counts as a repair. Without it, such codes are invalid.
        pad: bool = true,
    }
}

/// The longest run of signs that can be a code with a prefix.
const LONGEST: usize = 16;

#[derive(Debug)]
struct Postcode {
    country: Option<String>,
    pad: bool,
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = PostcodeOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Postcode { country: defaults.country.clone(), pad: options.pad }))
}

/// How the codes of the country look, if it is known.
fn shape_of(country: &str) -> Option<&'static Shape> {
    SHAPES.binary_search_by(|shape| shape.country.cmp(country)).ok().and_then(|at| SHAPES.get(at))
}

impl Postcode {
    fn read<'a>(&self, value: &'a str, country: Option<&str>) -> Option<Cow<'a, str>> {
        let value = without_fraction(value);
        let Some(shape) = country.and_then(shape_of) else { return Some(unchecked(value)) };
        if shape.forms.iter().any(|form| is(value, form)) {
            return possible(value, shape.country).then_some(Cow::Borrowed(value));
        }
        let mut signs = [0; LONGEST];
        let signs = compact(value.strip_prefix('〒').unwrap_or(value), &mut signs)?;
        let code = self.fit(signs, shape).or_else(|| {
            let prefixes = [shape.prefix, shape.country];
            prefixes
                .iter()
                .filter(|prefix| !prefix.is_empty())
                .find_map(|prefix| self.fit(signs.strip_prefix(prefix.as_bytes())?, shape))
        })?;
        possible(&code, shape.country).then_some(Cow::Owned(code))
    }

    fn fit(&self, signs: &[u8], shape: &Shape) -> Option<String> {
        if let Some(code) = shape.forms.iter().find_map(|form| filled(form, 0, signs)) {
            return Some(code);
        }
        if !self.pad || !signs.iter().all(u8::is_ascii_digit) {
            return None;
        }
        shape.forms.iter().find_map(|form| {
            let wanted = form.bytes().filter(|b| matches!(b, b'9' | b'A' | b'*')).count();
            let missing = wanted.checked_sub(signs.len()).filter(|missing| (1..=shape.zeros).contains(missing))?;
            filled(form, missing, signs)
        })
    }
}

/// The code without the `.0` that a spreadsheet writes behind a number.
fn without_fraction(value: &str) -> &str {
    let whole = value.strip_suffix(".0").or_else(|| value.strip_suffix(",0"));
    whole.filter(|whole| !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit())).unwrap_or(value)
}

/// Whether the country can have given the code out, by the rules that its post
/// publishes for the first digits and for letters.
fn possible(code: &str, country: &str) -> bool {
    let two = || code.get(..2).and_then(|two| two.parse::<u32>().ok()).unwrap_or(0);
    let has = |letters: &[char]| code.contains(letters);
    let rule = match country {
        "CA" => !has(&['D', 'F', 'I', 'O', 'Q', 'U']) && !code.starts_with(['W', 'Z']),
        // the last three: no letter that looks like another
        "GB" => code.get(code.len() - 2..).is_some_and(|unit| !unit.contains(['C', 'I', 'K', 'M', 'O', 'V'])),
        "DE" => (1..=99).contains(&two()),
        "ES" => (1..=52).contains(&two()),
        "FR" => (1..=98).contains(&two()),
        "US" => code.get(..5).is_some_and(|zip| zip >= "00501"),
        "IN" => !code.starts_with('0'),
        "AT" | "CH" | "BE" | "NL" | "HU" | "LU" | "BG" | "SI" | "CY" => !code.starts_with('0'),
        _ => true,
    };
    rule && significant(code)
}

/// Whether anything but zeros is in it.
fn significant(code: &str) -> bool {
    code.bytes().any(|b| !matches!(b, b'0' | b'-' | b' '))
}

/// Whether the value has the form already.
fn is(value: &str, form: &str) -> bool {
    value.len() == form.len()
        && value.bytes().zip(form.bytes()).all(|(sign, place)| match place {
            b'9' => sign.is_ascii_digit(),
            b'A' => sign.is_ascii_uppercase(),
            b'a' => sign == b'A',
            b'*' => sign.is_ascii_digit() || sign.is_ascii_uppercase(),
            _ => sign == place,
        })
}

/// The signs of the value in capitals, without what parts them.
fn compact<'b>(value: &str, signs: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    for c in value.chars() {
        if c.is_whitespace() || matches!(c, '-' | '.' | '–' | '‐' | '\u{2011}' | '−') {
            continue;
        }
        let sign = u8::try_from(c).ok().filter(u8::is_ascii_alphanumeric)?;
        *signs.get_mut(length)? = sign.to_ascii_uppercase();
        length += 1;
    }
    signs.get(..length)
}

/// The form with zeros and then the signs put into its places, if they fit.
fn filled(form: &str, zeros: usize, signs: &[u8]) -> Option<String> {
    let mut next = std::iter::repeat_n(b'0', zeros).chain(signs.iter().copied());
    let mut code = String::with_capacity(form.len());
    for place in form.chars() {
        match place {
            '9' => code.push(next.next().filter(u8::is_ascii_digit)?.into()),
            'A' => code.push(next.next().filter(u8::is_ascii_uppercase)?.into()),
            'a' => code.push('A'),
            '*' => code.push(next.next()?.into()),
            other => code.push(other),
        }
    }
    next.next().is_none().then_some(code)
}

/// In capitals, with single spaces.
fn unchecked(value: &str) -> Cow<'_, str> {
    let clean = value.chars().all(|c| !c.is_ascii_lowercase() && (c == ' ' || !c.is_whitespace()));
    if clean && !value.contains("  ") {
        return Cow::Borrowed(value);
    }
    let words: Vec<&str> = value.split_whitespace().collect();
    Cow::Owned(words.join(" ").to_ascii_uppercase())
}

/// Whether the text is a whole code of the country; `None` where its codes are
/// not known. No zero is put back.
pub(super) fn fits(value: &str, country: &str) -> Option<bool> {
    let known = shape_of(country).is_some();
    let code = || Postcode { country: None, pad: false }.read(value, Some(country)).is_some();
    known.then(code)
}

/// The code in the form of its country, lost zeros put back.
pub(super) fn canonical(value: &str, country: Option<&str>) -> Option<String> {
    Postcode { country: None, pad: true }.read(nonblank(value)?, country).map(Cow::into_owned)
}

impl Cleaner for Postcode {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let country = country.or(self.country.as_deref());
            Outcome::of(value, nonblank(value).and_then(|value| self.read(value, country)), clean)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{SHAPES, STANDARD};
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn shapes_are_sorted() {
        assert!(SHAPES.is_sorted_by(|a, b| a.country < b.country));
    }

    #[test]
    fn lost_zeros_stay_lost_without_padding() {
        let cleaner = cleaner(&STANDARD, "pad = false");
        assert_eq!(cleaned(cleaner.as_ref(), "2134", Some("US")), None);
        assert_eq!(cleaned(cleaner.as_ref(), "02134", Some("US")).as_deref(), Some("02134"));
    }

    #[test]
    fn country_of_the_row_goes_before_the_default() {
        let cleaner = cleaner(&STANDARD, "");
        assert_eq!(cleaned(cleaner.as_ref(), "8001", Some("CH")).as_deref(), Some("8001"));
        assert_eq!(cleaned(cleaner.as_ref(), "8001", None).as_deref(), Some("08001"));
        assert_eq!(cleaned(cleaner.as_ref(), "lv 1010", Some("LV")).as_deref(), Some("LV-1010"));
    }
}
