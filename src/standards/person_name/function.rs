//! Names in SQL: `name_part(full_name, 'family')`, `person_of(full_name, 2)`,
//! `name_kind(full_name)`.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::kind::kind;
use super::name::{Name, Order, Reading};
use super::split::split;
use crate::standards::Cleaner;
use crate::standards::column::is_same;
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

/// What is asked of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Part(NamePart),
    /// The whole name of the first or of the second person.
    Person {
        second: bool,
    },
    Kind,
}

/// A question with the order in which names are read.
#[derive(Debug)]
struct Asked {
    question: Question,
    order: Order,
}

impl Cleaner for Asked {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        let answers: StringArray = match self.question {
            Question::Kind => input.iter().map(|value| value.map(|value| kind(value, self.order).word())).collect(),
            Question::Part(part) => with_names(input, self.order, |names| {
                let whole = names.iter().map(|name| name.as_ref().map(|name| part.of(&name.whole)));
                whole.map(|part| part.filter(|part| !part.is_empty())).collect()
            }),
            Question::Person { second } => with_names(input, self.order, |names| {
                let person = names.iter().map(|name| name.as_ref()?.person(second).map(display));
                person.collect()
            }),
        };
        Arc::new(answers)
    }
}

fn display(name: &Name) -> String {
    let mut text = String::new();
    name.push_display(&mut text);
    text
}

/// A column of names, split.
type Split = (StringArray, Order, Vec<Option<Reading>>);

thread_local! {
    /// The column that this thread split last: a mapping asks for one part of
    /// the same column after the other.
    static LAST: RefCell<Option<Split>> = const { RefCell::new(None) };
}

/// Splits each name of a column, or finds that this was just done.
fn with_names<T>(input: &StringArray, order: Order, then: impl FnOnce(&[Option<Reading>]) -> T) -> T {
    LAST.with_borrow_mut(|last| {
        // The column in `last` keeps its buffers alive: equal places are equal values.
        if !last.as_ref().is_some_and(|(column, by, _)| *by == order && is_same(column, input)) {
            let names = input.iter().map(|value| split(value?, order)).collect();
            *last = Some((input.clone(), order, names));
        }
        then(last.as_ref().map_or(&[], |(_, _, names)| names))
    })
}

/// `name_part(full_name, part)`, null where the name has no such part;
/// `person_of(full_name, 1 or 2)`, null where there is no second person;
/// `name_kind(full_name)`. Each takes the order as its last argument.
pub(crate) fn functions() -> [ScalarUDF; 3] {
    [("name_part", 2), ("person_of", 2), ("name_kind", 1)].map(|(name, needs)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        ScalarUDF::from(NameFunction { name, needs, signature })
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct NameFunction {
    name: &'static str,
    /// How many arguments it has without the order.
    needs: usize,
    signature: Signature,
}

impl NameFunction {
    /// What is asked, from the literals behind the name.
    fn asked(&self, literal: impl Fn(usize) -> Option<String>) -> Result<Asked> {
        let what = literal(1).unwrap_or_default();
        let question = match self.name {
            "name_part" => match NamePart::from_word(&what) {
                Some(part) => Question::Part(part),
                None => {
                    return plan_err!(
                        "name_part(full_name, part): the part is one of '{}'",
                        NamePart::WORDS.join("', '")
                    );
                }
            },
            "person_of" => match what.as_str() {
                "1" => Question::Person { second: false },
                "2" => Question::Person { second: true },
                _ => return plan_err!("person_of(full_name, which): which is 1 or 2"),
            },
            _ => Question::Kind,
        };
        let order = match literal(self.needs) {
            None => Order::Auto,
            Some(word) => match Order::from_word(&word) {
                Some(order) => order,
                None => return plan_err!("{}: the order is one of '{}'", self.name, Order::WORDS.join("', '")),
            },
        };
        Ok(Asked { question, order })
    }
}

/// A literal as text.
fn written(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Int64(number) => number.map(|number| number.to_string()),
        value => text_of(value).map(str::to_owned),
    }
}

impl ScalarUDFImpl for NameFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != self.needs && given.len() != self.needs + 1 {
            return match self.name {
                "name_part" => {
                    plan_err!("name_part takes a full name and the part, such as name_part(\"Name\", 'family')")
                }
                "person_of" => plan_err!("person_of takes a full name and 1 or 2, such as person_of(\"Name\", 2)"),
                _ => plan_err!("name_kind takes a full name"),
            };
        }
        let wanted = given.iter().enumerate().map(|(at, kind)| match kind {
            DataType::Int64 if at > 0 => DataType::Int64,
            _ => DataType::Utf8,
        });
        Ok(wanted.collect())
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.asked(|at| args.scalar_arguments.get(at).copied().flatten().and_then(written))?;
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let asked = self.asked(|at| match args.args.get(at) {
            Some(ColumnarValue::Scalar(value)) => written(value),
            _ => None,
        })?;
        apply(&asked, args.args.get(..1).unwrap_or(&[]), args.number_rows)
    }
}
