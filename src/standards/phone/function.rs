//! `phone_part(number, 'country')`: what is known of a telephone number besides its
//! spelling, in SQL; above all which country it was read as one of, and why.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use rlibphonenumber::{PhoneNumber, PhoneNumberType, Region};

use super::read::read;
use super::region;
use crate::standards::column::at;
use crate::standards::function::{apply, text_of};
use crate::standards::{Cleaner, Defaults};
use crate::words;

words! {
    /// What is asked of a telephone number.
    pub enum PhonePart {
        /// The country whose number it is, ISO 3166-1 alpha-2.
        Country = "country",
        /// Where its country code comes from: `number`, `row` or `default`.
        CountryFrom = "country_from",
        /// Its extension, in digits.
        Extension = "extension",
        /// `mobile`, `fixed`, `toll_free` …
        Kind = "kind",
    }
}

#[derive(Debug)]
struct PartOf {
    part: PhonePart,
    default: Option<Region>,
}

impl PartOf {
    fn of(&self, value: &str, row: Option<Region>) -> Option<String> {
        let number = read(value, row.or(self.default))?;
        match self.part {
            PhonePart::Country => number.get_region_code().map(|region| region.to_string()),
            PhonePart::CountryFrom => Some(source(value, row).to_owned()),
            PhonePart::Extension => Some(super::digits(&number).into_owned()).filter(|digits| !digits.is_empty()),
            PhonePart::Kind => kind(&number).map(str::to_owned),
        }
    }
}

/// Where the country code of a number that can be read comes from.
fn source(value: &str, row: Option<Region>) -> &'static str {
    match row {
        _ if read(value, None).is_some() => "number",
        Some(_) => "row",
        None => "default",
    }
}

/// By the numbering plan; numbers of which it says nothing have none.
fn kind(number: &PhoneNumber) -> Option<&'static str> {
    Some(match number.get_type() {
        PhoneNumberType::FixedLine => "fixed",
        PhoneNumberType::Mobile => "mobile",
        PhoneNumberType::FixedLineOrMobile => "fixed_or_mobile",
        PhoneNumberType::TollFree => "toll_free",
        PhoneNumberType::PremiumRate => "premium",
        PhoneNumberType::SharedCost => "shared_cost",
        PhoneNumberType::VoIP => "voip",
        PhoneNumberType::PersonalNumber => "personal",
        PhoneNumberType::Pager => "pager",
        PhoneNumberType::UAN => "company",
        PhoneNumberType::VoiceMail => "voicemail",
        PhoneNumberType::Unknown => return None,
    })
}

impl Cleaner for PartOf {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        let parts = input.iter().enumerate().map(|(row, value)| self.of(value?, at(country, row).and_then(region)));
        Arc::new(parts.collect::<StringArray>())
    }
}

/// `phone_part(number, part)` and `phone_part(number, part, country)`, null where
/// the cell holds no valid number.
pub(crate) fn phone_part(defaults: &Defaults) -> ScalarUDF {
    let country = defaults.country.clone();
    ScalarUDF::from(PhonePartFunction { country, signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct PhonePartFunction {
    country: Option<String>,
    signature: Signature,
}

fn wanted(part: Option<&str>) -> Result<PhonePart> {
    match part.and_then(PhonePart::from_word) {
        Some(part) => Ok(part),
        None => plan_err!("phone_part(number, part): the part is one of '{}'", PhonePart::WORDS.join("', '")),
    }
}

impl ScalarUDFImpl for PhonePartFunction {
    fn name(&self) -> &str {
        "phone_part"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if !(2..=3).contains(&given.len()) {
            return plan_err!(
                "phone_part takes a number, the part, and the country if it is known, such as \
                 phone_part(\"Phone\", 'country_from', \"Country\")"
            );
        }
        Ok(vec![DataType::Utf8; given.len()])
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        wanted(args.scalar_arguments.get(1).copied().flatten().and_then(text_of))?;
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let part = wanted(match args.args.get(1) {
            Some(ColumnarValue::Scalar(value)) => text_of(value),
            _ => None,
        })?;
        args.args.remove(1);
        let default = self.country.as_deref().and_then(region);
        apply(&PartOf { part, default }, &args.args, args.number_rows)
    }
}

#[cfg(test)]
mod tests {
    use crate::standards::function::tests::{asked, given};

    #[test]
    fn phone_part_says_whose_country_was_used() {
        let from = |args: &str| given(&format!("phone_part({args})"))[0].clone();
        assert_eq!(from("'+49 30 901820', 'country_from', 'FR'"), "number");
        assert_eq!(from("'030 901820', 'country_from', 'DE'"), "row");
        assert_eq!(from("'212 555 0100', 'country_from', NULL"), "default");
        assert_eq!(from("'212 555 0100', 'country_from', 'no country'"), "default");
        assert_eq!(from("'212 555 0100', 'country_from'"), "default");
        assert_eq!(from("'030 901820', 'country', 'DE'"), "DE");
        assert_eq!(from("'+49 30 901820', 'country'"), "DE");
        assert_eq!(from("'212 555 0100', 'country'"), "US");
        assert_eq!(from("'555', 'country_from', 'DE'"), "");
    }

    #[test]
    fn phone_part_knows_kind_and_extension() {
        let part = |args: &str| given(&format!("phone_part({args})"))[0].clone();
        assert_eq!(part("'030 901820 Durchwahl 12', 'extension', 'DE'"), "12");
        assert_eq!(part("'030 901820', 'extension', 'DE'"), "");
        assert_eq!(part("'0171 1234567', 'kind', 'DE'"), "mobile");
        assert_eq!(part("'030 901820', 'kind', 'DE'"), "fixed");
        assert_eq!(part("'212 555 0100', 'kind'"), "fixed_or_mobile");
        assert_eq!(part("'1-800-356-9377', 'kind'"), "toll_free");
        let wrong = asked("phone_part(plain, 'area')").expect_err("no such part");
        assert!(wrong.contains("the part is one of 'country', 'country_from'"), "{wrong}");
    }
}
