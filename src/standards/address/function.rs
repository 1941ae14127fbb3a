//! `address_part(address, 'city')`: one part of a whole address, in SQL.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::flat;
use super::split::{Address, split};
use super::words::is_house_number;
use crate::standards::column::{at, is_same};
use crate::standards::function::{apply, text_of};
use crate::standards::{Cleaner, Defaults};
use crate::words;

words! {
    /// A part of an address.
    pub enum AddressPart {
        /// What stands before the street: a person, a company, a building.
        Place = "place",
        /// House number and street, without the unit.
        Street = "street",
        /// `12`, `12 bis`
        Number = "number",
        /// The street without its number.
        Road = "road",
        /// `Apt 4`
        Unit = "unit",
        /// `PO Box 12`
        PostBox = "box",
        /// What stands between the street and the city.
        District = "district",
        /// The town.
        City = "city",
        /// State or province, as it is written.
        Region = "region",
        /// As it is written.
        Postcode = "postcode",
        /// ISO 3166-1 alpha-2, of a country that the address names.
        Country = "country",
    }
}

impl AddressPart {
    fn of(self, address: &Address) -> &str {
        match self {
            Self::Place => &address.place,
            Self::Street => &address.street,
            Self::Number => numbered(&address.street).0,
            Self::Road => numbered(&address.street).1,
            Self::Unit => &address.unit,
            Self::PostBox => &address.post_box,
            Self::District => &address.district,
            Self::City => &address.city,
            Self::Region => &address.region,
            Self::Postcode => &address.postcode,
            Self::Country => &address.country,
        }
    }
}

/// The house number and the rest: `12 bis rue X`, `Hauptstr. 5 a`.
pub(crate) fn numbered(street: &str) -> (&str, &str) {
    let mut ends = street.match_indices(' ').map(|(at, _)| at).chain([street.len()]);
    let first = ends.next().unwrap_or(0);
    let (head, rest) = street.split_at_checked(first).unwrap_or((street, ""));
    if is_house_number(head) && !rest.is_empty() {
        let second = ends.next().and_then(|end| street.get(first + 1..end)).unwrap_or("");
        let more =
            matches!(second, "bis" | "ter" | "quater" | "1/2") || (second.contains('/') && is_house_number(second));
        let end = if more { first + 1 + second.len() } else { first };
        return (street.get(..end).unwrap_or(""), street.get(end..).unwrap_or("").trim());
    }
    let Some((before, last)) = street.rsplit_once(' ') else { return ("", street) };
    if last.starts_with(|c: char| c.is_ascii_digit())
        && is_house_number(last)
        && !super::words::is_numbered_type(before)
    {
        return (last, before.trim_end_matches(','));
    }
    // 5 a
    if last.len() == 1
        && let Some((road, number)) = before.rsplit_once(' ')
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        return (street.get(road.len() + 1..).unwrap_or(""), road);
    }
    ("", street)
}

#[derive(Debug)]
struct PartOf {
    part: AddressPart,
    country: Option<String>,
}

/// A column of addresses with the countries of its rows, split.
struct Split {
    input: StringArray,
    country: Option<StringArray>,
    default: Option<String>,
    addresses: Vec<Option<Address>>,
}

impl Split {
    fn new(input: &StringArray, country: Option<&StringArray>, default: Option<&str>) -> Self {
        let each = input.iter().enumerate().map(|(row, value)| split(&flat(value?), at(country, row).or(default)));
        let addresses = each.collect();
        Self { input: input.clone(), country: country.cloned(), default: default.map(str::to_owned), addresses }
    }

    fn is_of(&self, input: &StringArray, country: Option<&StringArray>, default: Option<&str>) -> bool {
        let countries = match (&self.country, country) {
            (None, None) => true,
            (Some(one), Some(other)) => is_same(one, other),
            _ => false,
        };
        // The columns kept here keep their buffers alive: equal places are equal values.
        countries && self.default.as_deref() == default && is_same(&self.input, input)
    }
}

thread_local! {
    /// The column that this thread split last: a mapping asks for one part of
    /// the same column after the other.
    static LAST: RefCell<Option<Split>> = const { RefCell::new(None) };
}

impl Cleaner for PartOf {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        let default = self.country.as_deref();
        LAST.with_borrow_mut(|last| {
            if !last.as_ref().is_some_and(|split| split.is_of(input, country, default)) {
                *last = Some(Split::new(input, country, default));
            }
            let addresses = last.iter().flat_map(|split| &split.addresses);
            let parts = addresses.map(|address| address.as_ref().map(|address| self.part.of(address)));
            Arc::new(parts.map(|part| part.filter(|part| !part.is_empty())).collect::<StringArray>())
        })
    }
}

/// `address_part(address, part)` and `address_part(address, part, country)`, null
/// where the address has no such part.
pub(crate) fn address_part(defaults: &Defaults) -> ScalarUDF {
    let country = defaults.country.clone();
    ScalarUDF::from(AddressPartFunction { country, signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AddressPartFunction {
    country: Option<String>,
    signature: Signature,
}

fn wanted(part: Option<&str>) -> Result<AddressPart> {
    match part.and_then(AddressPart::from_word) {
        Some(part) => Ok(part),
        None => plan_err!("address_part(address, part): the part is one of '{}'", AddressPart::WORDS.join("', '")),
    }
}

impl ScalarUDFImpl for AddressPartFunction {
    fn name(&self) -> &str {
        "address_part"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if !(2..=3).contains(&given.len()) {
            return plan_err!(
                "address_part takes an address, the part, and the country if it is known, such as \
                 address_part(\"Address\", 'city', \"Country\")"
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
        apply(&PartOf { part, country: self.country.clone() }, &args.args, args.number_rows)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, StringArray};

    use super::{AddressPart, PartOf};
    use crate::standards::Cleaner;

    #[test]
    fn parts_are_those_of_the_column_and_country_that_are_asked() {
        let city = |default: &str| PartOf { part: AddressPart::City, country: Some(default.into()) };
        let asked = |part: PartOf, input: &StringArray, country: Option<&StringArray>| {
            let answers = part.clean(input, country);
            let answers = answers.as_any().downcast_ref::<StringArray>().expect("text").clone();
            answers.iter().map(|answer| answer.unwrap_or("").to_owned()).collect::<Vec<_>>()
        };
        let input = StringArray::from(vec![Some("Elm St 5, 10115 Berlin"), None, Some("5 Elm St, Troy, NY 12180")]);
        let german = StringArray::from(vec![Some("DE"), None, None]);
        assert_eq!(asked(city("US"), &input, Some(&german)), ["Berlin", "", "Troy"]);
        assert_eq!(asked(city("US"), &input, Some(&german)), ["Berlin", "", "Troy"]);
        let alone = asked(city("US"), &input, None);
        assert_eq!(alone.last().map(String::as_str), Some("Troy"));
        let code = PartOf { part: AddressPart::Postcode, country: Some("US".into()) };
        assert_eq!(asked(code, &input, Some(&german)), ["10115", "", "12180"]);
        // the first row left out: other offsets in the same memory
        assert_eq!(asked(city("US"), &input.slice(1, 2), None), ["", "Troy"]);
    }
}
