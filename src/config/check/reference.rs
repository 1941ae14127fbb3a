//! Reference data of a mapping: by what a record is joined, and what is done with
//! what the reference says.

use arrow::datatypes::{Schema, SchemaRef};

use super::entity::{condition, position};
use super::feed;
use super::field::unknown_field;
use super::{Opened, Scope, source};
use crate::config::decode::{Named, Placed};
use crate::config::pipeline::{Field, Policy, SourceSpec};
use crate::config::raw::field::RawValue;
use crate::config::raw::mapping::RawMapping;
use crate::config::raw::reference::{RawDiffers, RawJoin, RawTaken};
use crate::config::reference::{Action, Join, On, Own, Take};
use crate::diagnostic::{Faults, nearest};

/// The entity's own side.
pub(super) struct Entity<'a> {
    pub names: &'a [&'a str],
    pub fields: &'a [Option<Field>],
    pub schema: &'a Schema,
}

/// The joins of a mapping, in its order.
pub(super) fn check(raw: &RawMapping, entity: &Entity<'_>, scope: &Scope<'_>, faults: &mut Faults) -> Vec<Join> {
    let mut joins = Vec::new();
    for (name, several) in &raw.reference.0 {
        let Some(at) = scope.references.iter().position(|one| one.name.value == name.value) else {
            unknown_reference(name, scope, faults);
            continue;
        };
        let opened = scope.references.get(at).and_then(|one| Some((one.schema()?, one.spec.as_ref()?)));
        let Some((columns, spec)) = opened else { continue };
        for raw in &several.0 {
            let checking = Checking { entity, scope, columns: &columns, spec };
            joins.extend(checking.join(at, name, raw, faults));
        }
    }
    joins
}

/// The fields that get a value from a reference, by name.
pub(super) fn given(raw: &RawMapping) -> impl Iterator<Item = &str> {
    let joins = raw.reference.0.iter().flat_map(|(_, several)| &several.0);
    joins.flat_map(|join| join.correct.0.iter().chain(&join.fill.0)).map(|(name, _)| name.value.as_str())
}

/// References are read as sources are; their names are told from those of sources.
pub(super) fn names(sources: &[Opened], references: &[Opened], faults: &mut Faults) {
    for one in references {
        source::named(&one.name, faults);
        if sources.iter().any(|source| source.name.value == one.name.value) {
            let message = format!("a source is called `{}` already", one.name.value);
            faults.push("config.duplicate", one.name.span.clone(), message);
        }
    }
}

fn unknown_reference(name: &Placed<String>, scope: &Scope<'_>, faults: &mut Faults) {
    if !scope.complete {
        return;
    }
    let names: Vec<&str> = scope.references.iter().map(|one| one.name.value.as_str()).collect();
    let message = format!("unknown reference `{}`", name.value);
    let fault = faults.push("config.unknown-reference", name.span.clone(), message);
    match nearest(&name.value, names.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => fault.help(format!("add `[reference.{}]` to the pipeline", name.value)),
        None => fault.help(format!("the pipeline's references are: {}", names.join(", "))),
    };
}

struct Checking<'a> {
    entity: &'a Entity<'a>,
    scope: &'a Scope<'a>,
    columns: &'a SchemaRef,
    spec: &'a SourceSpec,
}

impl Checking<'_> {
    fn join(&self, reference: usize, name: &Placed<String>, raw: &RawJoin, faults: &mut Faults) -> Option<Join> {
        let whole = self.entity.fields.iter().all(Option::is_some);
        let filter = raw.r#where.as_ref();
        let filter = filter.map(|text| condition(text, self.entity.schema, whole, self.scope, faults));
        let on: Vec<Option<Vec<On>>> = raw.on.0.iter().map(|table| self.on(name, table, faults)).collect();
        if raw.on.0.is_empty() {
            faults.push("config.missing-key", name.span.clone(), "`on` names no field").help(ON);
        }
        let takes = self.takes(raw, faults);
        let on: Vec<Vec<On>> = on.into_iter().collect::<Option<_>>()?;
        Some(Join {
            reference,
            name: name.value.clone(),
            on,
            filter: match filter {
                Some(filter) => Some(filter?),
                None => None,
            },
            takes: takes?,
            missing: raw.missing,
            ambiguous: raw.ambiguous,
            columns: SchemaRef::clone(self.columns),
        })
    }

    fn on(&self, name: &Placed<String>, table: &Named<RawValue>, faults: &mut Faults) -> Option<Vec<On>> {
        if table.0.is_empty() {
            faults.push("config.missing-key", name.span.clone(), "`on` names no field").help(ON);
            return None;
        }
        let mut all = Vec::new();
        let mut sound = true;
        for (word, value) in &table.0 {
            let own = Own::NAMES.iter().find(|(known, _)| *known == word.value).map(|(_, own)| *own);
            let own = own.or_else(|| position(word, self.entity.names, faults).map(Own::Field));
            let field = match own {
                Some(Own::Field(at)) => self.entity.fields.get(at).and_then(Option::as_ref),
                _ => None,
            };
            let expr = feed::expression(value, field, self.columns, self.spec, self.scope, faults);
            match (own, expr) {
                (Some(own), Some(expr)) => all.push(On { own, expr }),
                _ => sound = false,
            }
        }
        sound.then_some(all)
    }

    fn takes(&self, raw: &RawJoin, faults: &mut Faults) -> Option<Vec<Take>> {
        let mut takes = Vec::new();
        let mut sound = true;
        let lists = [(&raw.verify, "verify"), (&raw.correct, "correct"), (&raw.fill, "fill")];
        for (taken, key) in lists {
            for (word, value) in &taken.0 {
                let action = match key {
                    "verify" => Action::Verify(policy(&raw.differs, &word.value)),
                    "correct" => Action::Correct,
                    _ => Action::Fill,
                };
                match self.take(word, value, action, faults) {
                    Some(take) => takes.push(take),
                    None => sound = false,
                }
            }
        }
        corrected_twice(raw, faults);
        let verified: Vec<&str> = raw.verify.0.iter().map(|(word, _)| word.value.as_str()).collect();
        for (word, _) in raw.differs.fields.iter().filter(|(word, _)| !verified.contains(&word.value.as_str())) {
            if position(word, self.entity.names, faults).is_some() {
                let message = format!("`{}` is not verified", word.value);
                faults.push("config.no-effect", word.span.clone(), message).help("add it to `verify`");
            }
        }
        sound.then_some(takes)
    }

    fn take(&self, word: &Placed<String>, value: &RawValue, action: Action, faults: &mut Faults) -> Option<Take> {
        let Some(at) = self.entity.names.iter().position(|name| *name == word.value) else {
            unknown_field(word, self.entity.names, faults);
            return None;
        };
        let field = self.entity.fields.get(at).and_then(Option::as_ref);
        let loses =
            action != Action::Verify(Policy::Keep) && !matches!(action, Action::Verify(Policy::Hold | Policy::Reject));
        if field.is_some_and(|field| field.consent.is_some()) && loses {
            let message = format!("`{}` is a consent, which only its person gives or takes", word.value);
            faults
                .push("config.consent", word.span.clone(), message)
                .help("`verify` it, with `warn`, `hold` or `reject`");
            return None;
        }
        let expr = feed::expression(value, field, self.columns, self.spec, self.scope, faults)?;
        Some(Take { field: at, expr, action })
    }
}

/// What `on` looks like.
const ON: &str = "as in `on = { postcode = \"Zip\" }`: a field, and the reference's column";

fn policy(differs: &RawDiffers, field: &str) -> Policy {
    let own = differs.fields.iter().find(|(word, _)| word.value == field).map(|(_, policy)| *policy);
    own.or(differs.all).unwrap_or(Policy::Keep)
}

/// What corrects a field fills it, and leaves nothing to verify.
fn corrected_twice(raw: &RawJoin, faults: &mut Faults) {
    let named = |taken: &RawTaken, name: &str| taken.0.iter().any(|(other, _)| other.value == name);
    for (word, _) in &raw.correct.0 {
        for (other, key) in [(&raw.verify, "verify"), (&raw.fill, "fill")] {
            if named(other, &word.value) {
                let message = format!("`{}` is corrected, so `{key}` does nothing to it", word.value);
                faults.push("config.no-effect", word.span.clone(), message).help("leave it out of one of the two");
            }
        }
    }
}
