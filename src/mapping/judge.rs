//! What is wrong with each record of a batch, and the verdict that follows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray, StringBuilder};
use arrow::compute::{not, nullif};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;

use super::expression::Compiled;
use super::field::{Finding, Outcome};
use super::joining::Joined;
use crate::config::pipeline::{Entity, Policy};
use crate::record::{ENTRY_SEPARATOR, Verdict};
use crate::rules::RULE_BROKEN;

/// The row rules of an entity, compiled.
pub struct Judge {
    fields: SchemaRef,
    rules: Vec<Rule>,
}

struct Rule {
    name: String,
    check: Compiled,
    otherwise: Policy,
    null: Vec<usize>,
}

/// What reading says of the records of a batch.
pub struct Reading<'a> {
    pub faults: &'a StringArray,
    pub notes: &'a StringArray,
    /// Those that `where` lets through.
    pub kept: &'a BooleanArray,
}

/// The verdict columns of a batch.
pub struct Judged {
    pub verdict: StringArray,
    pub reason: StringArray,
    pub issues: StringArray,
    pub repairs: StringArray,
    /// The fields' values, without those that a broken rule took away.
    pub values: Vec<ArrayRef>,
}

impl Judge {
    pub fn new(entity: &Entity, session: &SessionContext) -> Result<Self, String> {
        let columns = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
        let fields: SchemaRef = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let mut rules = Vec::new();
        for rule in &entity.rules {
            let check = Compiled::new(session, &rule.check, &fields);
            let check = check.map_err(|error| format!("rule `{}`: {}", rule.name, error.strip_backtrace()))?;
            rules.push(Rule { name: rule.name.clone(), check, otherwise: rule.otherwise, null: rule.null.clone() });
        }
        Ok(Self { fields, rules })
    }

    /// Judges the records of a batch.
    pub fn judge(
        &self,
        reading: &Reading<'_>,
        outcomes: &[Outcome],
        joined: &Joined,
        values: Vec<ArrayRef>,
    ) -> Result<Judged, ArrowError> {
        let broken = self.broken_rules(&values)?;
        let values = self.emptied(values, &broken)?;
        let own =
            outcomes.iter().flat_map(|outcome| outcome.findings.iter().map(|found| (outcome.name.as_str(), found)));
        let own = own.chain(joined.findings.iter().map(|(name, found)| (name.as_str(), found)));
        let findings: Vec<(&str, &Finding)> = own.chain(broken.iter().map(|(name, found)| (*name, found))).collect();
        let mut columns = Columns::default();
        let Reading { faults, notes, kept } = reading;
        for row in 0..kept.len() {
            let fault = faults.is_valid(row).then(|| faults.value(row));
            let note = notes.is_valid(row).then(|| notes.value(row));
            if let Some(fault) = fault {
                columns.unreadable(fault, note);
            } else if kept.value(row) {
                columns.read(row, note, &findings, (outcomes, joined));
            } else {
                columns.excluded();
            }
        }
        Ok(columns.finish(values))
    }

    /// All rules look at the values as they were mapped.
    fn broken_rules(&self, values: &[ArrayRef]) -> Result<Vec<(&str, Finding)>, ArrowError> {
        if self.rules.is_empty() {
            return Ok(Vec::new());
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.fields), values.to_vec())?;
        let broken = self.rules.iter().map(|rule| {
            let rows = not(&rule.check.holds(&batch)?)?;
            Ok((rule.name.as_str(), Finding { code: RULE_BROKEN.into(), policy: rule.otherwise, rows }))
        });
        broken.collect()
    }

    /// The values, null where a broken rule says so.
    fn emptied(&self, mut values: Vec<ArrayRef>, broken: &[(&str, Finding)]) -> Result<Vec<ArrayRef>, ArrowError> {
        for (rule, (_, found)) in self.rules.iter().zip(broken) {
            for field in &rule.null {
                values[*field] = nullif(&values[*field], &found.rows)?;
            }
        }
        Ok(values)
    }
}

#[derive(Default)]
struct Columns {
    verdict: StringBuilder,
    reason: StringBuilder,
    issues: StringBuilder,
    repairs: StringBuilder,
    text: String,
}

impl Columns {
    fn unreadable(&mut self, fault: &str, note: Option<&str>) {
        self.verdict.append_value(Verdict::Reject.word());
        self.reason.append_value(fault);
        self.text.clear();
        self.text.push_str(fault);
        if let Some(note) = note {
            self.text.push(ENTRY_SEPARATOR);
            self.text.push_str(note);
        }
        self.issues.append_value(&self.text);
        self.repairs.append_null();
    }

    fn excluded(&mut self) {
        self.verdict.append_value(Verdict::Exclude.word());
        self.reason.append_value("where");
        self.issues.append_null();
        self.repairs.append_null();
    }

    fn read(&mut self, row: usize, note: Option<&str>, findings: &[(&str, &Finding)], changed: (&[Outcome], &Joined)) {
        self.text.clear();
        self.text.push_str(note.unwrap_or_default());
        let (mut rejected, mut held) = (None, None);
        for (name, found) in findings.iter().filter(|(_, found)| found.rows.value(row)) {
            let start = push_entry(&mut self.text);
            self.text.push_str(&found.code);
            self.text.push(':');
            self.text.push_str(name);
            let entry = start..self.text.len();
            match found.policy {
                Policy::Reject => rejected = rejected.or(Some(entry)),
                Policy::Hold => held = held.or(Some(entry)),
                Policy::Null | Policy::Keep => {}
            }
        }
        let verdict = rejected.as_ref().map(|_| Verdict::Reject).or(held.as_ref().map(|_| Verdict::Hold));
        self.verdict.append_option(verdict.map(Verdict::word));
        self.reason.append_option(rejected.or(held).map(|entry| &self.text[entry]));
        append_text(&mut self.issues, &self.text);
        self.text.clear();
        let (outcomes, joined) = changed;
        let cleaned = outcomes.iter().filter_map(|outcome| Some((&outcome.name, outcome.repaired.as_ref()?)));
        for (name, rows) in cleaned.chain(joined.repairs.iter().map(|(name, rows)| (name, rows))) {
            if rows.is_valid(row) && rows.value(row) {
                push_entry(&mut self.text);
                self.text.push_str(name);
            }
        }
        append_text(&mut self.repairs, &self.text);
    }

    fn finish(mut self, values: Vec<ArrayRef>) -> Judged {
        Judged {
            verdict: self.verdict.finish(),
            reason: self.reason.finish(),
            issues: self.issues.finish(),
            repairs: self.repairs.finish(),
            values,
        }
    }
}

/// Puts a separator where there is an entry already; gives where the next begins.
fn push_entry(text: &mut String) -> usize {
    if !text.is_empty() {
        text.push(ENTRY_SEPARATOR);
    }
    text.len()
}

fn append_text(builder: &mut StringBuilder, text: &str) {
    builder.append_option((!text.is_empty()).then_some(text));
}
