//! A source whose columns have other names.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema, SchemaRef};

use super::{Program, recognise, renamed};
use crate::sources::{Batches, ReadError, Relation, Rows, Source};

/// See the module's docs.
pub(super) struct Renamed {
    inner: Box<dyn Source>,
    schema: SchemaRef,
    /// Old and new name of each column that has another.
    names: Vec<(String, String)>,
    /// What to say of the headings.
    said: Option<String>,
}

impl Renamed {
    /// The source with the names of `program`; without one, with its own.
    pub(super) fn new(inner: Box<dyn Source>, program: Option<Program>) -> Self {
        let before = inner.schema();
        let headings: Vec<&str> = before.fields().iter().map(|field| field.name().as_str()).collect();
        let (said, after) = match program {
            Some(program) => {
                let (language, after) = renamed(&headings, program);
                (Some(format!("headings of {} ({language})", program.word())), after)
            }
            None => (proposal(&headings), headings.iter().map(ToString::to_string).collect()),
        };
        let fields: Vec<Field> =
            before.fields().iter().zip(&after).map(|(field, name)| field.as_ref().clone().with_name(name)).collect();
        let pairs = headings.iter().map(ToString::to_string).zip(after);
        let names = pairs.filter(|(before, after)| before != after).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, before.metadata().clone()));
        Self { inner, schema, names, said }
    }

    fn name(&self, before: String) -> String {
        self.names.iter().find(|(old, _)| *old == before).map_or(before, |(_, new)| new.clone())
    }
}

/// What the option would do, where the headings are in another language.
fn proposal(headings: &[&str]) -> Option<String> {
    let found = recognise(headings).filter(|found| found.language != "en")?;
    let (program, language) = (found.program.word(), found.language);
    Some(format!("headings of {program} ({language}): `headings = \"{program}\"` puts them into English"))
}

impl Source for Renamed {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, batch_rows: usize) -> Result<Batches, ReadError> {
        let batches = self.inner.open(batch_rows)?;
        if self.names.is_empty() {
            return Ok(batches);
        }
        let schema = Rows::with_lineage(&self.schema);
        Ok(Box::new(batches.map(move |batch| {
            let columns = batch?.columns().to_vec();
            RecordBatch::try_new(Arc::clone(&schema), columns)
                .map_err(|_| ReadError::new("the source", "gives other columns than it said it had"))
        })))
    }

    fn beside(&self) -> Vec<PathBuf> {
        self.inner.beside()
    }

    fn echoes(&self) -> Vec<(String, String)> {
        self.inner.echoes().into_iter().map(|(one, other)| (self.name(one), self.name(other))).collect()
    }

    fn declared(&self) -> Vec<Option<String>> {
        self.inner.declared()
    }

    fn declared_key(&self) -> Vec<String> {
        self.inner.declared_key().into_iter().map(|name| self.name(name)).collect()
    }

    fn relations(&self) -> Vec<Relation> {
        let own = |relation: Relation| Relation {
            columns: relation.columns.into_iter().map(|name| self.name(name)).collect(),
            ..relation
        };
        self.inner.relations().into_iter().map(own).collect()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        self.inner.settings()
    }

    fn detected(&self) -> Vec<(PathBuf, String)> {
        let mut all = self.inner.detected();
        if let Some(said) = &self.said {
            all.iter_mut().for_each(|(_, how)| how.push_str(&format!("; {said}")));
        }
        all
    }
}
