//! `phone`: telephone numbers to E.164, by the numbering plans of all countries.

use std::borrow::Cow;
use std::ops::Range;
use std::str::FromStr;

use arrow::array::{ArrayRef, StringArray};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

use super::column::{Outcome, clean_with_country};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

words! {
    /// What becomes of an extension.
    pub enum Extension {
        /// It follows the number: ` x12`.
        Keep = "keep",
        /// It goes.
        Drop = "drop",
    }
}

words! {
    /// How a number is written.
    pub enum Format {
        /// +12125550100
        E164 = "e164",
        /// +1 212-555-0100
        International = "international",
        /// (212) 555-0100; numbers of other countries as `international`.
        National = "national",
    }
}

options! {
    /// Options of `phone`.
    pub struct PhoneOptions {
        /// Whether an extension stays.
        extension: Extension = Extension::Keep,
        /// How the number is written; `national` holds for numbers of the row's own country.
        format: Format = Format::E164,
    }
}

pub static STANDARD: Standard = Standard {
    name: "phone",
    what: "Writes a telephone number in E.164, its extension kept, and refuses numbers that cannot exist",
    why: "a dialler, a text message and a duplicate check need one spelling of each number",
    rule: "ITU E.164; validity, trunk prefixes and formats by the metadata of Google's libphonenumber; \
           a number without + or 00 is taken as one of the row's country",
    examples: &[
        Example { input: "(212) 555-0100", country: None, output: Some("+12125550100") },
        Example { input: "212.555.0100 ext. 12", country: None, output: Some("+12125550100 x12") },
        Example { input: "1-800-FLOWERS", country: None, output: Some("+18003569377") },
        Example { input: "030 / 901820", country: Some("DE"), output: Some("+4930901820") },
        Example { input: "+49 (0)30 901820", country: None, output: Some("+4930901820") },
        Example { input: "0049 30 901820", country: None, output: Some("+4930901820") },
        Example { input: "tel:+44-20-7946-0018", country: None, output: Some("+442079460018") },
        Example { input: "office: 212 555 0100", country: None, output: Some("+12125550100") },
        Example { input: "06 698 12345", country: Some("IT"), output: Some("+390669812345") },
        Example { input: "555-0100", country: None, output: None },
        Example { input: "000-000-0000", country: None, output: None },
        Example { input: "n/a", country: None, output: None },
    ],
    takes_country: true,
    keys: PhoneOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = PhoneOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Phone { options, default: defaults.country.as_deref().and_then(region) }))
}

/// The region of an ISO 3166-1 alpha-2 code in any case.
fn region(code: &str) -> Option<Region> {
    let code = code.trim();
    if code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Region::from_str(code).ok();
    }
    Region::from_str(&code.to_ascii_uppercase()).ok()
}

#[derive(Debug)]
struct Phone {
    options: PhoneOptions,
    default: Option<Region>,
}

impl Cleaner for Phone {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let region = country.and_then(region).or(self.default);
            self.value(value, region, clean).unwrap_or(Outcome::Invalid)
        })
    }
}

impl Phone {
    fn value(&self, value: &str, region: Option<Region>, clean: &mut String) -> Option<Outcome> {
        let number = valid(value, region).or_else(|| {
            // 00 stands for + in most of the world, and starts no number elsewhere.
            let rest = value.trim_start().strip_prefix("00")?;
            valid(&format!("+{rest}"), region)
        })?;
        clean.push_str(&self.formatted(&number, region)?);
        if self.options.extension == Extension::Keep {
            push_extension(&number, clean);
        }
        Some(if clean == value { Outcome::Same } else { Outcome::Changed })
    }

    /// The number without its extension. A spelling that does not lead back to
    /// the number gives way to the next wider one, so that cleaning twice is
    /// cleaning once.
    fn formatted(&self, number: &PhoneNumber, region: Option<Region>) -> Option<String> {
        let bare = PhoneNumber { extension: None, ..number.clone() };
        let formats: &[PhoneNumberFormat] = match self.options.format {
            Format::E164 => &[PhoneNumberFormat::E164],
            Format::International => &[PhoneNumberFormat::International, PhoneNumberFormat::E164],
            Format::National if region.is_some() && bare.get_region_code() == region => {
                &[PhoneNumberFormat::National, PhoneNumberFormat::International, PhoneNumberFormat::E164]
            }
            Format::National => &[PhoneNumberFormat::International, PhoneNumberFormat::E164],
        };
        formats
            .iter()
            .map(|format| bare.format_as(*format).into_owned())
            .find(|written| returns(written, &bare) || valid(written, region).is_some_and(|again| same(&again, &bare)))
    }
}

/// Whether the spelling surely leads back to the number: in North America no
/// number begins with the trunk prefix, so that E.164 is read one way only.
fn returns(written: &str, number: &PhoneNumber) -> bool {
    number.country_code == 1 && written.len() == 12 && written.starts_with("+1")
}

fn same(one: &PhoneNumber, other: &PhoneNumber) -> bool {
    one.country_code == other.country_code
        && one.national_number == other.national_number
        && one.italian_leading_zero() == other.italian_leading_zero()
        && one.number_of_leading_zeros() == other.number_of_leading_zeros()
}

fn valid(value: &str, region: Option<Region>) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(value, region).ok().filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number))
}

fn push_extension(number: &PhoneNumber, clean: &mut String) {
    let extension = number.extension();
    if extension.is_empty() {
        return;
    }
    let digits = match extension.is_ascii() {
        true => Cow::Borrowed(extension),
        false => Cow::Owned(PHONE_NUMBER_UTIL.normalize_digits_only(extension).to_string()),
    };
    // The short label is read back only before nine digits or fewer.
    clean.push_str(if digits.len() > 9 { " ext. " } else { " x" });
    clean.push_str(&digits);
}
