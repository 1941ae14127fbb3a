//! The standards as functions of SQL expressions.
//!
//! `phone(value)`, `phone(value, country)`, and as the last argument the options
//! as a literal text, written as inside a TOML table: `date(x, 'order = "dmy"')`.
//! Wrong options are an error of the plan, never of a row. Nothing here looks at a value.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use toml::de::{DeTable, DeValue};

use super::address::function::address_part;
use super::company::function::company_part;
use super::person_name::function as names;
use super::phone::function::phone_part;
use super::salutation::function::greeting;
use super::{Cleaner, Defaults, Standard, nth, registry};
use crate::diagnostic::{Faults, SourceText};

/// Every standard as a function of its name, and those that take several values.
pub fn functions(defaults: &Defaults) -> Vec<ScalarUDF> {
    let standards = registry::all().iter().map(|standard| ScalarUDF::from(StandardFunction::new(standard, defaults)));
    let others = names::functions().into_iter().chain([
        greeting(),
        company_part(),
        address_part(defaults),
        phone_part(defaults),
    ]);
    standards.chain(others).chain(nth::functions(defaults)).collect()
}

/// A standard whose options are resolved as a function of (value), or of
/// (value, country) if `with_country`. Two of them are equal if their names and
/// what `Debug` says of their cleaners are.
pub fn cleaner_function(name: &str, cleaner: Arc<dyn Cleaner>, with_country: bool) -> ScalarUDF {
    let options = format!("{cleaner:?}");
    ScalarUDF::from(CleanerFunction { name: name.into(), options, cleaner, with_country, signature: signature() })
}

fn signature() -> Signature {
    Signature::user_defined(Volatility::Immutable)
}

/// A standard that finds its options among its arguments.
#[derive(Debug)]
struct StandardFunction {
    standard: &'static Standard,
    defaults: Defaults,
    signature: Signature,
    /// Cleaners by the text of their options, so that no batch builds one again.
    built: Mutex<BTreeMap<String, Arc<dyn Cleaner>>>,
}

impl StandardFunction {
    fn new(standard: &'static Standard, defaults: &Defaults) -> Self {
        Self { standard, defaults: defaults.clone(), signature: signature(), built: Mutex::default() }
    }

    /// Which of the arguments is the text of the options, if there is one.
    fn options_at<'a>(&self, literal: impl Fn(usize) -> Option<&'a str>, count: usize) -> Option<usize> {
        match (count, self.standard.takes_country) {
            (2, true) => literal(1).is_some_and(|text| text.contains('=')).then_some(1),
            (2, false) => Some(1),
            (3, _) => Some(2),
            _ => None,
        }
    }

    /// The cleaner for options as they stand in the call.
    fn cleaner(&self, options: &str) -> Result<Arc<dyn Cleaner>> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cleaner) = built.get(options) {
            return Ok(Arc::clone(cleaner));
        }
        let cleaner: Arc<dyn Cleaner> = Arc::from(build(self.standard, options, &self.defaults)?);
        built.insert(options.into(), Arc::clone(&cleaner));
        Ok(cleaner)
    }

    fn usage(&self) -> String {
        let name = self.standard.name;
        match self.standard.takes_country {
            true => format!("{name}(value), {name}(value, country) or {name}(value, country, 'options')"),
            false => format!("{name}(value) or {name}(value, 'options')"),
        }
    }
}

impl PartialEq for StandardFunction {
    fn eq(&self, other: &Self) -> bool {
        self.standard.name == other.standard.name && self.defaults == other.defaults
    }
}

impl Eq for StandardFunction {}

impl Hash for StandardFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.standard.name.hash(state);
        self.defaults.hash(state);
    }
}

impl ScalarUDFImpl for StandardFunction {
    fn name(&self) -> &str {
        self.standard.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let most = if self.standard.takes_country { 3 } else { 2 };
        if given.is_empty() || given.len() > most {
            return plan_err!("wrong number of arguments: {}", self.usage());
        }
        Ok(vec![DataType::Utf8; given.len()])
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        plan_err!("the type of {} depends on its options", self.standard.name)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let literal = |at: usize| args.scalar_arguments.get(at).copied().flatten().and_then(text_of);
        let options = match self.options_at(literal, args.scalar_arguments.len()) {
            None => "",
            Some(at) => literal(at)
                .ok_or_else(|| plan_datafusion_err!("the options must be a literal text: {}", self.usage()))?,
        };
        let cleaner = self.cleaner(options)?;
        Ok(Arc::new(Field::new(self.standard.name, cleaner.output(), true)))
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let literal = |at: usize| match args.args.get(at) {
            Some(ColumnarValue::Scalar(value)) => text_of(value),
            _ => None,
        };
        let at = self.options_at(literal, args.args.len());
        let cleaner = self.cleaner(at.and_then(literal).unwrap_or(""))?;
        args.args.truncate(at.unwrap_or(args.args.len()));
        apply(cleaner.as_ref(), &args.args, args.number_rows)
    }
}

/// A standard whose options are known.
#[derive(Debug)]
struct CleanerFunction {
    name: String,
    options: String,
    cleaner: Arc<dyn Cleaner>,
    with_country: bool,
    signature: Signature,
}

impl PartialEq for CleanerFunction {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.options, self.with_country) == (&other.name, &other.options, other.with_country)
    }
}

impl Eq for CleanerFunction {}

impl Hash for CleanerFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.options, self.with_country).hash(state);
    }
}

impl ScalarUDFImpl for CleanerFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let wanted = if self.with_country { 2 } else { 1 };
        if given.len() != wanted {
            return plan_err!("{} takes {wanted} arguments here, not {}", self.name, given.len());
        }
        Ok(vec![DataType::Utf8; wanted])
    }

    fn return_type(&self, _given: &[DataType]) -> Result<DataType> {
        Ok(self.cleaner.output())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        apply(self.cleaner.as_ref(), &args.args, args.number_rows)
    }
}

/// Cleans the first argument, the second being the country. Constants give a
/// constant.
pub(super) fn apply(cleaner: &dyn Cleaner, args: &[ColumnarValue], rows: usize) -> Result<ColumnarValue> {
    let constant = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let rows = if constant { 1 } else { rows };
    let mut columns = Vec::with_capacity(args.len());
    for arg in args {
        columns.push(as_text(arg.to_array(rows)?)?);
    }
    let Some(values) = columns.first().map(strings).transpose()? else {
        return plan_err!("a value to clean is missing");
    };
    let cleaned = cleaner.clean(values, columns.get(1).map(strings).transpose()?);
    match constant {
        true => ScalarValue::try_from_array(&cleaned, 0).map(ColumnarValue::Scalar),
        false => Ok(ColumnarValue::Array(cleaned)),
    }
}

fn as_text(column: ArrayRef) -> Result<ArrayRef> {
    match column.data_type() {
        DataType::Utf8 => Ok(column),
        _ => Ok(cast(&column, &DataType::Utf8)?),
    }
}

fn strings(column: &ArrayRef) -> Result<&StringArray> {
    column.as_any().downcast_ref::<StringArray>().ok_or_else(|| DataFusionError::Internal("text was expected".into()))
}

pub(super) fn text_of(value: &ScalarValue) -> Option<&str> {
    value.try_as_str().flatten()
}

/// Builds the cleaner from options written as inside a TOML table.
pub(super) fn build(standard: &Standard, options: &str, defaults: &Defaults) -> Result<Box<dyn Cleaner>> {
    let wrong = |message: &str| plan_datafusion_err!("options of {}: {message}", standard.name);
    let text = kept(format!("options = {{ {options} }}"));
    let document = DeTable::parse(text).map_err(|error| wrong(error.message()))?;
    let file = SourceText { path: PathBuf::from(standard.name), text: text.into() };
    let mut faults = Faults::new(Arc::new(file));
    let cleaner = match document.get_ref().get("options").map(|node| (node.get_ref(), node.span())) {
        Some((DeValue::Table(table), span)) if document.get_ref().len() == 1 => {
            (standard.build)(table, span, &[], defaults, &mut faults)
        }
        _ => return Err(wrong("write them as inside a table: key = \"value\", key = 1")),
    };
    match cleaner {
        Some(cleaner) if faults.is_empty() => Ok(cleaner),
        _ => Err(wrong(&said(faults))),
    }
}

/// The text, kept until the process ends: the tables of the configuration borrow
/// from texts that do. Each distinct text is kept once, and there are as many as
/// there are literals in mappings.
fn kept(text: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text.as_str()) {
        return known;
    }
    let text: &'static str = text.leak();
    kept.insert(text);
    text
}

/// The faults in one line.
fn said(faults: Faults) -> String {
    let each = faults.into_sorted().into_iter().map(|fault| match fault.help {
        Some(help) => format!("{} ({help})", fault.message),
        None => fault.message,
    });
    each.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
pub(super) mod tests;
