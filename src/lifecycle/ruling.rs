//! The rules and the lifecycle of one entity, over a batch of its records.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, Scalar};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{and, and_not, nullif, or};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::prelude::SessionContext;

use super::APPLIES;
use crate::config::pipeline::{Entity, Policy, Then};
use crate::mapping::expression::Compiled;
use crate::record::Verdict;
use crate::rules::RULE_BROKEN;

/// An entity's conditions, compiled.
pub(crate) struct Rulings {
    schema: SchemaRef,
    rules: Vec<Rule>,
    /// Flags first, then the others, each in the order of the mapping.
    lifecycle: Vec<Life>,
}

struct Rule {
    issue: String,
    check: Compiled,
    otherwise: Policy,
    null: Vec<usize>,
}

struct Life {
    issue: String,
    when: Compiled,
    then: Then,
    set: Vec<(usize, Scalar<ArrayRef>)>,
}

/// What came of a batch.
pub(crate) struct Ruling {
    /// The fields' values, where rules changed some.
    pub values: Vec<ArrayRef>,
    /// Records whose values or age are others now.
    pub changed: BooleanArray,
    /// Records that count as too old.
    pub archived: BooleanArray,
    issues: Vec<(String, BooleanArray)>,
    /// Of several verdicts on a record the first counts.
    verdicts: Vec<(Verdict, String, BooleanArray)>,
}

impl Ruling {
    pub fn issues(&self, row: usize) -> impl Iterator<Item = &str> {
        self.issues.iter().filter(move |(_, rows)| rows.value(row)).map(|(issue, _)| issue.as_str())
    }

    pub fn verdict(&self, row: usize) -> Option<(Verdict, &str)> {
        let found = self.verdicts.iter().find(|(_, _, rows)| rows.value(row))?;
        Some((found.0, &found.1))
    }
}

impl Rulings {
    /// # Errors
    /// What is wrong with a condition: a fault of ours, once the configuration is checked.
    pub fn new(entity: &Entity, session: &SessionContext) -> Result<Self, String> {
        let own = entity.fields.iter().map(|field| Field::new(&field.name, field.arrow(), true));
        let outside = entity.beyond.outside.iter().map(|one| Field::new(&one.name, one.data_type.clone(), true));
        let schema: SchemaRef = Arc::new(Schema::new(own.chain(outside).collect::<Vec<_>>()));
        let compile = |name: &str, expr| {
            Compiled::new(session, expr, &schema).map_err(|error| format!("rule `{name}`: {}", error.strip_backtrace()))
        };
        let mut rules = Vec::new();
        for rule in &entity.beyond.rules {
            let check = compile(&rule.name, &rule.check)?;
            let issue = format!("{RULE_BROKEN}:{}", rule.name);
            rules.push(Rule { issue, check, otherwise: rule.otherwise, null: rule.null.clone() });
        }
        let mut lifecycle = Vec::new();
        for rule in &entity.beyond.lifecycle {
            let values = rule.set.iter().map(|(field, value)| Ok((*field, Scalar::new(value.to_array()?))));
            let set = values.collect::<Result<_, datafusion::error::DataFusionError>>();
            let set = set.map_err(|error| format!("rule `{}`: {}", rule.name, error.strip_backtrace()))?;
            let when = compile(&rule.name, &rule.when)?;
            lifecycle.push(Life { issue: format!("{APPLIES}:{}", rule.name), when, then: rule.then, set });
        }
        lifecycle.sort_by_key(|rule| rule.then != Then::Flag);
        Ok(Self { schema, rules, lifecycle })
    }

    /// Judges the `open` records of a batch by the values of their fields and of
    /// what stands outside.
    pub fn judge(&self, values: &[ArrayRef], outside: &[ArrayRef], open: &BooleanArray) -> Result<Ruling, ArrowError> {
        let columns = values.iter().chain(outside).cloned().collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        let none = BooleanArray::from(vec![false; open.len()]);
        let mut ruling = Ruling {
            values: values.to_vec(),
            changed: none.clone(),
            archived: none,
            issues: Vec::new(),
            verdicts: Vec::new(),
        };
        let mut free = open.clone();
        for rule in &self.rules {
            let broken = and_not(open, &rule.check.holds(&batch)?)?;
            if matches!(rule.otherwise, Policy::Reject | Policy::Hold) {
                free = and_not(&free, &broken)?;
            }
            ruling.rule(rule, broken)?;
        }
        // What is rejected by one rule and held by another is rejected.
        ruling.verdicts.sort_by_key(|(verdict, _, _)| *verdict != Verdict::Reject);
        for rule in &self.lifecycle {
            let applies = and(&free, &rule.when.holds(&batch)?)?;
            if rule.then != Then::Flag {
                free = and_not(&free, &applies)?;
            }
            ruling.life(rule, applies)?;
        }
        Ok(ruling)
    }
}

impl Ruling {
    fn rule(&mut self, rule: &Rule, broken: BooleanArray) -> Result<(), ArrowError> {
        if broken.true_count() == 0 {
            return Ok(());
        }
        let verdict = match rule.otherwise {
            Policy::Reject => Some(Verdict::Reject),
            Policy::Hold => Some(Verdict::Hold),
            Policy::Null | Policy::Keep => None,
        };
        if let Some(verdict) = verdict {
            self.verdicts.push((verdict, rule.issue.clone(), broken.clone()));
        }
        for field in &rule.null {
            self.values[*field] = nullif(&self.values[*field], &broken)?;
            self.changed = or(&self.changed, &broken)?;
        }
        self.issues.push((rule.issue.clone(), broken));
        Ok(())
    }

    fn life(&mut self, rule: &Life, applies: BooleanArray) -> Result<(), ArrowError> {
        if applies.true_count() == 0 {
            return Ok(());
        }
        for (field, value) in &rule.set {
            let current = &self.values[*field];
            self.values[*field] = zip(&applies, value, &current.as_ref() as &dyn arrow::array::Datum)?;
            self.changed = or(&self.changed, &applies)?;
        }
        match rule.then {
            Then::Hold => self.verdicts.push((Verdict::Hold, rule.issue.clone(), applies.clone())),
            Then::Exclude => self.verdicts.push((Verdict::Exclude, rule.issue.clone(), applies.clone())),
            Then::Archive => {
                self.archived = or(&self.archived, &applies)?;
                self.changed = or(&self.changed, &applies)?;
            }
            Then::Flag | Then::Deactivate => {}
        }
        self.issues.push((rule.issue.clone(), applies));
        Ok(())
    }
}
