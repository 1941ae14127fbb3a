//! `name_part(full_name, 'family')`: one part of a whole name, in SQL.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::DataType;
use arrow::datatypes::{Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::split::{Name, split};
use crate::standards::Cleaner;
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
        with_names(input, |names| {
            let parts =
                names.iter().map(|name| name.as_ref().map(|name| self.of(name)).filter(|part| !part.is_empty()));
            Arc::new(parts.collect::<StringArray>())
        })
    }
}

/// A column of names, split.
type Split = (StringArray, Vec<Option<Name>>);

thread_local! {
    /// The column that this thread split last: a mapping asks for one part of
    /// the same column after the other.
    static LAST: RefCell<Option<Split>> = const { RefCell::new(None) };
}

/// Splits each name of a column, or finds that this was just done.
fn with_names<T>(input: &StringArray, then: impl FnOnce(&[Option<Name>]) -> T) -> T {
    LAST.with_borrow_mut(|last| {
        // The column in `last` keeps its buffers alive: equal places are equal values.
        if !last.as_ref().is_some_and(|(column, _)| is_same(column, input)) {
            let names = input.iter().map(|value| value.and_then(split)).collect();
            *last = Some((input.clone(), names));
        }
        then(last.as_ref().map_or(&[], |(_, names)| names))
    })
}

/// Whether two columns are the same memory.
fn is_same(one: &StringArray, other: &StringArray) -> bool {
    one.len() == other.len()
        && one.values().ptr_eq(other.values())
        && one.offsets().inner().ptr_eq(other.offsets().inner())
        && match (one.nulls(), other.nulls()) {
            (None, None) => true,
            (Some(one), Some(other)) => one.inner().ptr_eq(other.inner()),
            _ => false,
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
