//! `phone`: telephone numbers to E.164, by the numbering plans of all countries.

pub(super) mod function;
mod plan;
mod read;
mod words;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::str::FromStr;

use arrow::array::{ArrayRef, StringArray};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region, get_national_significant_number_owned,
};

use self::plan::leads_back;
use self::read::{holds_more, numbers, read, same, valid};
use super::column::{Outcome, at, clean_with_country, remark};
use super::{Cleaner, Defaults, Example, Remark, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::{Code, Faults};
use crate::{options, words};

/// Codes of what is remarked of numbers that are valid.
pub const CODES: &[Code] = &[
    Code {
        id: "phone.several",
        what: "A cell holds several telephone numbers, or one and something else. The first is used.",
        why: "The others would be lost without a word, and the first need not be the best.",
        example: "212 555 0100 / 212 555 0199",
        fix: "Map the second to a field of its own with `phone_at(column, 2)`, or with the row's country as \
              `phone_at(column, country, 2)`.",
    },
    Code {
        id: "phone.assumed-country",
        what: "A number without a country code was read as one of the pipeline's default country, because its row \
               names no country.",
        why: "The same digits are another number elsewhere, and may be valid there too.",
        example: "030 901820 in a row whose country is empty",
        fix: "Fill in the country of these rows. The option `assumed` of `phone` says when this is remarked: \
              `\"missing\"`, `\"always\"` or `\"never\"`. `phone_part(value, 'country_from', country)` keeps it in a \
              field of its own.",
    },
];

words! {
    /// When it is remarked that a number was read as one of the default country.
    pub enum Assumed {
        /// Where the field names a country, and the row has none.
        Missing = "missing",
        /// For each such number.
        Always = "always",
        /// Not at all.
        Never = "never",
    }
}

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
        /// When `phone.assumed-country` is remarked: where the field names a `country` and the row has none, always, never.
        assumed: Assumed = Assumed::Never,
    }
}

pub static STANDARD: Standard = Standard {
    name: "phone",
    what: "Writes a telephone number in E.164, its extension kept, and refuses numbers that cannot exist",
    why: "a dialler, a text message and a duplicate check need one spelling of each number",
    rule: "ITU E.164; validity, trunk prefixes and formats by the metadata of Google's libphonenumber; \
           a number without + or 00 is taken as one of the row's country, else of the default (which `assumed` flags as \
            `phone.assumed-country`); `phone_part(value, 'country_from', country)` keeps which it was. \
            Letters are figures only in one block that completes the number (1-800-FLOWERS), elsewhere than in North \
            America, Australia and New Zealand only capitals behind what is no number yet. \
            What libphonenumber cannot read is tried again \
           with 00 for +, with the words for an extension of eleven languages (Durchwahl, poste, interno, toestel, \
           ramal), without a note behind it, and as several numbers, of which the first valid one is used \
           (flagged as `phone.several`)",
    examples: &[
        Example { input: "(212) 555-0100", country: None, output: Some("+12125550100") },
        Example { input: "212.555.0100 ext. 12", country: None, output: Some("+12125550100 x12") },
        Example { input: "1-800-FLOWERS", country: None, output: Some("+18003569377") },
        Example { input: "030 / 901820", country: Some("DE"), output: Some("+4930901820") },
        Example { input: "+49 (0)30 901820", country: None, output: Some("+4930901820") },
        Example { input: "0049 30 901820", country: None, output: Some("+4930901820") },
        Example { input: "tel:+44-20-7946-0018", country: None, output: Some("+442079460018") },
        Example { input: "office: 212 555 0100", country: None, output: Some("+12125550100") },
        Example { input: "030 901820 Durchwahl 12", country: Some("DE"), output: Some("+4930901820 x12") },
        Example { input: "(030) 901820 App. 12", country: Some("DE"), output: Some("+4930901820 x12") },
        Example { input: "030 901820 Nst. 12", country: Some("DE"), output: Some("+4930901820 x12") },
        Example { input: "030 901820 DW 12", country: Some("DE"), output: Some("+4930901820 x12") },
        Example { input: "030 901820 privat", country: Some("DE"), output: Some("+4930901820") },
        Example { input: "030 901820 gesch.", country: Some("DE"), output: Some("+4930901820") },
        Example { input: "0800 REVERSE", country: Some("GB"), output: Some("+448007383773") },
        Example { input: "212-555-O1OO", country: None, output: None },
        Example { input: "01 42 68 53 00 poste 4", country: Some("FR"), output: Some("+33142685300 x4") },
        Example { input: "212 555 0100 (home)", country: None, output: Some("+12125550100") },
        Example { input: "212 555 0100 / 212 555 0199", country: None, output: Some("+12125550100") },
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
    Some(Box::new(Phone::new(options, defaults)))
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

    fn remarks(&self, input: &StringArray, clean: &ArrayRef, country: Option<&StringArray>) -> Vec<Remark> {
        let of_row = |row: usize| at(country, row).and_then(region);
        let several =
            remark("phone.several", input, clean, |row, value| holds_more(value, of_row(row).or(self.default)));
        let told = match self.options.assumed {
            Assumed::Missing => country.is_some(),
            Assumed::Always => true,
            Assumed::Never => false,
        };
        let assumed = |row: usize, value: &str| told && of_row(row).is_none() && read(value, None).is_none();
        several.into_iter().chain(remark("phone.assumed-country", input, clean, assumed)).collect()
    }
}

impl Phone {
    fn new(options: PhoneOptions, defaults: &Defaults) -> Self {
        Self { options, default: defaults.country.as_deref().and_then(region) }
    }

    fn value(&self, value: &str, region: Option<Region>, clean: &mut String) -> Option<Outcome> {
        let number = read(value, region)?;
        self.write(&number, region, clean)?;
        Some(if clean == value { Outcome::Same } else { Outcome::Changed })
    }

    fn write(&self, number: &PhoneNumber, region: Option<Region>, clean: &mut String) -> Option<()> {
        match self.options.format {
            Format::E164 => push_e164(number, region, clean)?,
            _ => clean.push_str(&self.formatted(number, region)?),
        }
        if self.options.extension == Extension::Keep {
            push_extension(number, clean);
        }
        Some(())
    }

    /// The number without its extension. A spelling that does not lead back to
    /// the number gives way to the next wider one, so that cleaning twice is
    /// cleaning once.
    fn formatted(&self, number: &PhoneNumber, region: Option<Region>) -> Option<String> {
        let bare = PhoneNumber { extension: None, ..number.clone() };
        let formats: &[PhoneNumberFormat] = match self.options.format {
            Format::National if region.is_some() && bare.get_region_code() == region => {
                &[PhoneNumberFormat::National, PhoneNumberFormat::International]
            }
            _ => &[PhoneNumberFormat::International],
        };
        let mut written = formats.iter().map(|format| bare.format_as(*format).into_owned());
        written.find(|written| is_read_as(number, written, region)).or_else(|| {
            let mut widest = String::new();
            push_e164(number, region, &mut widest).map(|()| widest)
        })
    }
}

/// Appends `+`, the country code and the national number, unless that is read as
/// another number.
fn push_e164(number: &PhoneNumber, region: Option<Region>, clean: &mut String) -> Option<()> {
    let national = get_national_significant_number_owned(number);
    let start = clean.len();
    // Writing to a string cannot fail.
    let _ = write!(clean, "+{}{national}", number.country_code);
    let written = clean.get(start..)?;
    // In North America no number begins with the trunk prefix.
    let short = number.country_code == 1 && written.len() == 12;
    (short || leads_back(number, &national) || is_read_as(number, written, region)).then_some(())
}

fn is_read_as(number: &PhoneNumber, written: &str, region: Option<Region>) -> bool {
    valid(written, region).is_some_and(|again| same(&again, number))
}

/// The extension in ASCII digits, empty where there is none.
fn digits(number: &PhoneNumber) -> Cow<'_, str> {
    let extension = number.extension();
    match extension.is_ascii() {
        true => Cow::Borrowed(extension),
        false => Cow::Owned(PHONE_NUMBER_UTIL.normalize_digits_only(extension).to_string()),
    }
}

fn push_extension(number: &PhoneNumber, clean: &mut String) {
    let digits = digits(number);
    if digits.is_empty() {
        return;
    }
    // The short label is read back only before nine digits or fewer.
    clean.push_str(if digits.len() > 9 { " ext. " } else { " x" });
    clean.push_str(&digits);
}

/// `phone_at(value, n)`: the n-th of the different valid numbers of a cell, from 1.
#[derive(Debug)]
pub(super) struct PhoneAt {
    phone: Phone,
    place: usize,
}

impl PhoneAt {
    pub(super) fn new(place: usize, defaults: &Defaults) -> Self {
        let options = PhoneOptions { extension: Extension::Keep, format: Format::E164, assumed: Assumed::Never };
        Self { phone: Phone::new(options, defaults), place }
    }
}

impl Cleaner for PhoneAt {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let region = country.and_then(region).or(self.phone.default);
            let skipped = self.place.checked_sub(1);
            let number = skipped.and_then(|skipped| numbers(value, region).into_iter().nth(skipped));
            let written = number.and_then(|number| self.phone.write(&number, region, clean));
            written.map_or(Outcome::Invalid, |()| Outcome::Changed)
        })
    }
}
