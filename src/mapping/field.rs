//! One field of one feed: from the raw text to a clean value of its type.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, StringBuilder, new_null_array};
use arrow::compute::kernels::cmp::distinct;
use arrow::compute::kernels::zip::zip;
use arrow::compute::{CastOptions, and, and_not, cast_with_options, is_not_null, is_null, nullif};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::FormatOptions;

use super::expression::Compiled;
use super::lookup::Lookup;
use crate::config::pipeline::{Entity, Field, FieldType, Policy, TooLong};
use crate::rules::{self, Check, Required, TooLongText, characters};
use crate::standards::{Cleaner, Learner};

/// What came of a field in a batch.
pub struct Outcome {
    pub name: String,
    pub value: ArrayRef,
    /// Where a standard changed the value; null is no.
    pub repaired: Option<BooleanArray>,
    pub findings: Vec<Finding>,
}

/// Rows of a batch with the same thing wrong with the same field.
pub struct Finding {
    pub code: String,
    pub policy: Policy,
    pub rows: BooleanArray,
}

/// A field with everything that its value passes, in order.
pub struct FieldChain {
    name: String,
    data_type: DataType,
    raw: Option<Compiled>,
    nulls: HashSet<String>,
    lookup: Option<(Lookup, Policy)>,
    standard: Option<Standard>,
    too_long: Option<(u32, TooLong)>,
    checks: Vec<(Box<dyn Check>, Policy)>,
}

struct Standard {
    code: String,
    cleaner: Arc<dyn Cleaner>,
    invalid: Policy,
    country: Option<usize>,
}

/// Indexes of the fields in an order in which a country stands before the
/// fields that want it.
pub fn order(fields: &[FieldChain]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fields.len()).filter(|&index| fields[index].country().is_none()).collect();
    order.extend((0..fields.len()).filter(|&index| fields[index].country().is_some()));
    order
}

impl FieldChain {
    pub fn new(field: &Field, entity: &Entity, raw: Option<Compiled>, nulls: &[String]) -> Result<Self, String> {
        let place = |name: &String| entity.fields.iter().position(|field| field.name == *name);
        let standard = field.standard.as_ref().map(|(name, cleaner)| Standard {
            code: format!("{name}.invalid"),
            cleaner: Arc::clone(cleaner),
            invalid: field.invalid,
            country: field.country.as_ref().and_then(place),
        });
        let mut checks: Vec<(Box<dyn Check>, Policy)> = Vec::new();
        for check in &field.checks {
            let compiled = rules::check(&check.kind).map_err(|what| format!("field `{}`: {what}", field.name))?;
            checks.push((compiled, check.otherwise));
        }
        if let Some(policy) = field.required {
            checks.push((Box::new(Required), policy));
        }
        Ok(Self {
            name: field.name.clone(),
            data_type: field.arrow(),
            raw,
            nulls: nulls.iter().cloned().collect(),
            lookup: field.values.as_ref().map(|list| (Lookup::new(&list.entries), list.unmapped)),
            standard,
            too_long: match field.data_type {
                FieldType::Text(Some(most)) => Some((most, field.too_long)),
                _ => None,
            },
            checks,
        })
    }

    /// The field as reference data has it: in the target's words, or in legacy ones.
    pub fn of_reference(field: &Field, entity: &Entity, raw: Compiled, nulls: &[String]) -> Result<Self, String> {
        let lookup = field.values.as_ref().map(|list| (Lookup::with_targets(&list.entries), Policy::Null));
        Ok(Self { lookup, checks: Vec::new(), too_long: None, ..Self::new(field, entity, Some(raw), nulls)? })
    }

    /// The field in a row that the target has already: its standard and type, and no
    /// more, because a row is not judged and its words are the target's own.
    pub fn of_row(field: &Field, entity: &Entity, raw: Option<Compiled>, nulls: &[String]) -> Result<Self, String> {
        let chain = Self::new(field, entity, raw, nulls)?;
        let standard = chain.standard.map(|standard| Standard { invalid: Policy::Null, ..standard });
        Ok(Self { standard, lookup: None, too_long: None, checks: Vec::new(), ..chain })
    }

    /// The field that holds the row's country.
    pub fn country(&self) -> Option<usize> {
        self.standard.as_ref().and_then(|standard| standard.country)
    }

    /// What must see the whole column before the first value is cleaned.
    pub fn learner(&self) -> Option<Box<dyn Learner>> {
        self.standard.as_ref().and_then(|standard| standard.cleaner.learner())
    }

    /// The texts that the standard gets.
    pub fn texts(&self, snapshot: &RecordBatch) -> Result<StringArray, ArrowError> {
        let raw = self.raw_text(snapshot, &mut Vec::new())?;
        Ok(self.lookup.as_ref().map_or(raw.clone(), |(lookup, _)| lookup.translate(&raw).0))
    }

    /// Cleans with another cleaner from now on.
    pub fn settle(&mut self, cleaner: Arc<dyn Cleaner>) {
        if let Some(standard) = &mut self.standard {
            standard.cleaner = cleaner;
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value as far as it can be told from the record alone, of the field's type.
    pub fn cleaned(&self, snapshot: &RecordBatch, country: Option<&ArrayRef>) -> Result<Outcome, ArrowError> {
        let mut findings = Vec::new();
        let mut repaired = None;
        let mut value: ArrayRef = Arc::new(self.raw_text(snapshot, &mut findings)?);
        if let Some((lookup, unmapped)) = &self.lookup {
            let (words, missing) = lookup.translate(value.as_string());
            value = Arc::new(words);
            value = note(&mut findings, "value.unmapped", *unmapped, missing, value)?;
        }
        if let Some(standard) = &self.standard {
            value = self.clean(standard, &value, country, &mut findings, &mut repaired)?;
        }
        if *value.data_type() != self.data_type {
            value = self.convert(&value, &mut findings)?;
        }
        Ok(Outcome { name: self.name.clone(), value, repaired, findings })
    }

    /// What a reference says of the field, as text: nothing where the field would
    /// not take it.
    pub fn referred(&self, reference: &RecordBatch, country: Option<&ArrayRef>) -> Result<StringArray, ArrowError> {
        let outcome = self.cleaned(reference, country)?;
        let mut value = outcome.value;
        for found in outcome.findings.iter().filter(|found| found.policy != Policy::Keep) {
            value = nullif(&value, &found.rows)?;
        }
        Ok(arrow::compute::cast(&value, &DataType::Utf8)?.as_string().clone())
    }

    /// Holds the value against what the field wants of it.
    pub fn checked(&self, outcome: Outcome) -> Result<Outcome, ArrowError> {
        let Outcome { name, mut value, repaired, mut findings } = outcome;
        if let Some((most, then)) = self.too_long {
            value = fit(&value, most, then, &mut findings)?;
        }
        for (check, policy) in &self.checks {
            let mut broken = check.broken(&value)?;
            if check.code() == Required.code() {
                broken = without_settled(broken, &findings)?;
            }
            value = note(&mut findings, check.code(), *policy, broken, value)?;
        }
        Ok(Outcome { name, value, repaired, findings })
    }

    /// The raw value as text; what the pipeline calls nothing is null.
    fn raw_text(&self, snapshot: &RecordBatch, findings: &mut Vec<Finding>) -> Result<StringArray, ArrowError> {
        let Some(raw) = &self.raw else {
            return Ok(StringArray::new_null(snapshot.num_rows()));
        };
        let (value, failed) = raw.values(snapshot)?;
        if let Some(rows) = failed {
            findings.push(Finding { code: "expression.failed".into(), policy: Policy::Reject, rows });
        }
        let value = arrow::compute::cast(&value, &DataType::Utf8)?;
        let text = value.as_string::<i32>();
        let nothing = |text: &str| {
            let trimmed = text.trim();
            trimmed.is_empty() || self.nulls.contains(trimmed)
        };
        if !text.iter().flatten().any(nothing) {
            return Ok(text.clone());
        }
        let mut kept = StringBuilder::with_capacity(text.len(), text.value_data().len());
        for value in text {
            kept.append_option(value.filter(|value| !nothing(value)));
        }
        Ok(kept.finish())
    }

    fn clean(
        &self,
        standard: &Standard,
        raw: &ArrayRef,
        country: Option<&ArrayRef>,
        findings: &mut Vec<Finding>,
        repaired: &mut Option<BooleanArray>,
    ) -> Result<ArrayRef, ArrowError> {
        let country = country.and_then(|country| country.as_string_opt::<i32>());
        let mut clean = standard.cleaner.clean(raw.as_string(), country);
        let invalid = and(&is_not_null(raw)?, &is_null(&clean)?)?;
        let as_text = arrow::compute::cast(&clean, &DataType::Utf8)?;
        let changed = match clean.data_type() {
            DataType::Decimal128(..) => distinct(&without_zeros(as_text.as_string()), &without_zeros(raw.as_string()))?,
            _ => distinct(&as_text, raw)?,
        };
        *repaired = Some(and(&changed, &is_not_null(&clean)?)?);
        for remark in standard.cleaner.remarks(raw.as_string(), &clean, country) {
            findings.push(Finding { code: remark.code.into(), policy: Policy::Keep, rows: remark.rows });
        }
        if invalid.true_count() > 0 {
            // A text may stay as it was; a value of another type cannot.
            if standard.invalid == Policy::Keep && *clean.data_type() == DataType::Utf8 {
                clean = zip(
                    &invalid,
                    &raw.as_ref() as &dyn arrow::array::Datum,
                    &clean.as_ref() as &dyn arrow::array::Datum,
                )?;
            }
            findings.push(Finding { code: standard.code.clone(), policy: standard.invalid, rows: invalid });
        }
        Ok(clean)
    }

    /// To the field's own type, where the standard gives another or there is none.
    fn convert(&self, value: &ArrayRef, findings: &mut Vec<Finding>) -> Result<ArrayRef, ArrowError> {
        let options = CastOptions { safe: true, format_options: FormatOptions::default() };
        let converted = cast_with_options(value, &self.data_type, &options)?;
        let lost = and_not(&is_not_null(value)?, &is_not_null(&converted)?)?;
        if lost.true_count() > 0 {
            findings.push(Finding { code: "type.mismatch".into(), policy: Policy::Reject, rows: lost });
        }
        Ok(converted)
    }
}

/// Numbers without the zeros that end a fraction: `5` is `5.00`, not repaired.
fn without_zeros(numbers: &StringArray) -> StringArray {
    let bare = |number: &str| -> String {
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.').into() } else { number.into() }
    };
    numbers.iter().map(|number| number.map(bare)).collect()
}

/// The rows among `broken` whose record no finding has cost yet: a value that
/// was there and could not be read is not missing as well.
fn without_settled(mut broken: BooleanArray, findings: &[Finding]) -> Result<BooleanArray, ArrowError> {
    for found in findings.iter().filter(|found| matches!(found.policy, Policy::Reject | Policy::Hold)) {
        broken = and_not(&broken, &found.rows)?;
    }
    Ok(broken)
}

/// Adds a finding if there is any, and applies the policy `null` to the values.
fn note(
    findings: &mut Vec<Finding>,
    code: &str,
    policy: Policy,
    rows: BooleanArray,
    value: ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    if rows.true_count() == 0 {
        return Ok(value);
    }
    let value = if policy == Policy::Null { nullif(&value, &rows)? } else { value };
    findings.push(Finding { code: code.to_string(), policy, rows });
    Ok(value)
}

fn fit(value: &ArrayRef, most: u32, then: TooLong, findings: &mut Vec<Finding>) -> Result<ArrayRef, ArrowError> {
    let check = TooLongText(most);
    let rows = check.broken(value)?;
    if rows.true_count() == 0 {
        return Ok(Arc::clone(value));
    }
    let (policy, value) = match then {
        TooLong::Reject => (Policy::Reject, Arc::clone(value)),
        TooLong::Hold => (Policy::Hold, Arc::clone(value)),
        TooLong::Null => (Policy::Null, nullif(value, &rows)?),
        TooLong::Truncate => (Policy::Keep, truncated(value, most as usize)),
    };
    findings.push(Finding { code: check.code().to_string(), policy, rows });
    Ok(value)
}

/// Each text cut to `most` characters, without the space that the cut may leave.
fn truncated(value: &ArrayRef, most: usize) -> ArrayRef {
    let cut = |text: &str| -> String {
        if characters(text) <= most {
            text.to_string()
        } else {
            text.chars().take(most).collect::<String>().trim_end().to_string()
        }
    };
    match value.as_string_opt::<i32>() {
        Some(texts) => Arc::new(texts.iter().map(|text| text.map(cut)).collect::<StringArray>()),
        None => new_null_array(value.data_type(), value.len()),
    }
}
