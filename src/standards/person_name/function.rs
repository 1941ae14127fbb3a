//! `name_part(full_name, 'family')`: one part of a whole name, in SQL.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use arrow::datatypes::{Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::split::{Name, split};
use crate::standards::Cleaner;
use crate::standards::column::{Outcome, clean_text};
use crate::standards::function::{apply, text_of};
use crate::words;

words! {
    /// A part of a person's name.
    pub enum NamePart {
        /// Mr, Dr
        Prefix = "prefix",
        /// The first given name.
        Given = "given",
        /// The other given names.
        Middle = "middle",
        /// With its particles.
        Family = "family",
        /// Jr, PhD
        Suffix = "suffix",
        /// What stands in quotes or brackets.
        Nickname = "nickname",
    }
}

impl NamePart {
    fn of(self, name: &Name) -> &str {
        match self {
            Self::Prefix => &name.prefix,
            Self::Given => &name.given,
            Self::Middle => &name.middle,
            Self::Family => &name.family,
            Self::Suffix => &name.suffix,
            Self::Nickname => &name.nickname,
        }
    }
}

impl Cleaner for NamePart {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| {
            if let Some(name) = split(value) {
                clean.push_str(self.of(&name));
            }
            if clean.is_empty() { Outcome::Invalid } else { Outcome::Changed }
        })
    }
}

/// `name_part(full_name, part)`, null where the name has no such part.
pub(crate) fn name_part() -> ScalarUDF {
    ScalarUDF::from(NamePartFunction { signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct NamePartFunction {
    signature: Signature,
}

fn wanted(part: Option<&str>) -> Result<NamePart> {
    match part.and_then(NamePart::from_word) {
        Some(part) => Ok(part),
        None => plan_err!("name_part(full_name, part): the part is one of '{}'", NamePart::WORDS.join("', '")),
    }
}

impl ScalarUDFImpl for NamePartFunction {
    fn name(&self) -> &str {
        "name_part"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != 2 {
            return plan_err!("name_part takes a full name and the part, such as name_part(\"Name\", 'family')");
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
