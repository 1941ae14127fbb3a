//! `company_part(name, 'legal_form')`: one part of a company's name, in SQL.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::{aliases, is_nothing, legal, unquoted};
use crate::standards::Cleaner;
use crate::standards::function::{apply, text_of};
use crate::standards::person_name::case::is_one_case;
use crate::standards::text::tidy;
use crate::words;

words! {
    /// A part of a company's name.
    pub enum CompanyPart {
        /// Without legal form, as it is written.
        Name = "name",
        /// `Inc.`, `GmbH & Co. KG`, abbreviated.
        LegalForm = "legal_form",
        /// The country whose law has that form, if there is but one: `DE`.
        Country = "country",
        /// The name after `d/b/a`, `t/a`, `a/k/a`.
        TradeName = "trade_name",
        /// Who is named after `c/o`.
        CareOf = "care_of",
    }
}

impl CompanyPart {
    /// The part of a name, empty where it has none.
    pub(crate) fn of(self, value: &str) -> String {
        let tidy = tidy(value);
        let whole = unquoted(&tidy);
        if is_nothing(whole) {
            return String::new();
        }
        let (legal, aliases) = aliases::aliases(whole);
        let care = |sign: &str| sign == aliases::CARE_OF;
        let parted = legal::part_glued(unquoted(legal), is_one_case(whole));
        let forms = || parted.front.iter().chain(&parted.behind).map(|(_, form)| *form);
        match self {
            Self::Name => {
                let words = parted.words.get(parted.name()).unwrap_or(&[]).join(" ");
                words.trim_end_matches([',', ' ']).to_owned()
            }
            Self::LegalForm => forms().map(|form| form.short).collect::<Vec<_>>().join(" "),
            Self::Country => {
                let countries = countries(&mut forms());
                if let [country] = countries.as_slice() { (*country).to_owned() } else { String::new() }
            }
            Self::TradeName => aliases.iter().find(|one| !care(one.sign)).map_or("", |one| one.name).to_owned(),
            Self::CareOf => aliases.iter().find(|one| care(one.sign)).map_or("", |one| one.name).to_owned(),
        }
    }
}

/// The countries whose law has the last of the forms: in `Moore Corp. Ltd.` the
/// Corp. is part of the name.
fn countries(forms: &mut dyn Iterator<Item = &'static super::Form>) -> Vec<&'static str> {
    forms.last().map(|form| form.countries.split_whitespace().collect()).unwrap_or_default()
}

/// The countries whose law has the legal form of a name, the most likely first.
#[cfg(test)]
pub(crate) fn countries_of(value: &str) -> Vec<&'static str> {
    let tidy = tidy(value);
    let whole = unquoted(&tidy);
    let parted = legal::part(whole, is_one_case(whole));
    countries(&mut parted.front.iter().chain(&parted.behind).map(|(_, form)| *form))
}

impl Cleaner for CompanyPart {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        let parts = input.iter().map(|value| value.map(|value| self.of(value)).filter(|part| !part.is_empty()));
        Arc::new(parts.collect::<StringArray>())
    }
}

/// `company_part(name, part)`, null where the name has no such part.
pub(crate) fn company_part() -> ScalarUDF {
    ScalarUDF::from(CompanyPartFunction { signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CompanyPartFunction {
    signature: Signature,
}

fn wanted(part: Option<&str>) -> Result<CompanyPart> {
    match part.and_then(CompanyPart::from_word) {
        Some(part) => Ok(part),
        None => plan_err!("company_part(name, part): the part is one of '{}'", CompanyPart::WORDS.join("', '")),
    }
}

impl ScalarUDFImpl for CompanyPartFunction {
    fn name(&self) -> &str {
        "company_part"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != 2 {
            return plan_err!("company_part takes a name and the part, such as company_part(\"Firm\", 'legal_form')");
        }
        Ok(vec![DataType::Utf8; 2])
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        wanted(args.scalar_arguments.get(1).copied().flatten().and_then(text_of))?;
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let part = wanted(match args.args.get(1) {
            Some(ColumnarValue::Scalar(value)) => text_of(value),
            _ => None,
        })?;
        apply(&part, args.args.get(..1).unwrap_or(&[]), args.number_rows)
    }
}
