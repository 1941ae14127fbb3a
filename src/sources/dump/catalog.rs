//! What a dump holds: its tables, found in one pass over it.

use super::create::{Alteration, Definition};
use super::script::{Event, Script, TableName};
use crate::sources::Relation;

/// A table of a dump.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) name: TableName,
    /// Columns of its `create table`, and those that only an `insert` names.
    pub(super) columns: Vec<(String, Option<String>)>,
    /// Values of the longest record without named columns.
    pub(super) width: usize,
    pub(super) key: Vec<String>,
    pub(super) relations: Vec<Relation>,
    pub(super) rows: u64,
    /// What changes it and is not followed: what, the first line, how often.
    pub(super) changes: Vec<(&'static str, u64, u64)>,
    created: bool,
}

#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) tables: Vec<Table>,
    /// The dump ends within a statement.
    pub(super) cut: bool,
}

impl Catalog {
    /// Reads the whole dump.
    pub(super) fn of(script: &mut Script) -> Self {
        let mut catalog = Self::default();
        let (mut statement, mut current) = (0, 0);
        loop {
            match script.next() {
                Event::Record => {
                    if statement != script.statement {
                        statement = script.statement;
                        current = catalog.entry(&script.table);
                        let columns = script.columns.as_deref().unwrap_or_default();
                        catalog.name_columns(current, columns);
                    }
                    if let Some(table) = catalog.tables.get_mut(current) {
                        table.rows += 1;
                        if script.columns.is_none() {
                            table.width = table.width.max(script.record.width());
                        }
                    }
                    catalog.cut |= script.record.cut;
                }
                Event::Create(definition) => catalog.create(definition),
                Event::Alter(name, alterations) => catalog.alter(&name, alterations),
                Event::Change(name, what, line) => catalog.change(&name, what, line),
                Event::End { cut } => {
                    catalog.cut |= cut;
                    if !cut || !more(script) {
                        return catalog;
                    }
                }
            }
        }
    }

    /// The table of that name; one without a schema is that of any, if it is one.
    pub(super) fn find(&self, name: &TableName) -> Option<usize> {
        let same = |table: &Table| table.name.name.eq_ignore_ascii_case(&name.name);
        let schemas = |table: &Table| match (&table.name.schema, &name.schema) {
            (Some(own), Some(wanted)) => own.eq_ignore_ascii_case(wanted),
            (None, None) => true,
            _ => false,
        };
        self.tables.iter().position(|table| same(table) && schemas(table))
    }

    /// The tables that the option `table` may mean.
    pub(super) fn wanted(&self, wanted: &str) -> Vec<usize> {
        let all = || self.tables.iter().enumerate().filter(|(_, table)| table.is_one());
        let exact: Vec<usize> = all()
            .filter(|(_, table)| [wanted, strip(wanted)].contains(&self.shown(table).as_str()))
            .map(|(index, _)| index)
            .collect();
        if !exact.is_empty() {
            return exact;
        }
        let loose = |table: &Table| {
            let wanted = strip(wanted);
            self.shown(table).eq_ignore_ascii_case(wanted)
                || table.name.name.eq_ignore_ascii_case(wanted)
                || table.name.whole().eq_ignore_ascii_case(wanted)
        };
        all().filter(|(_, table)| loose(table)).map(|(index, _)| index).collect()
    }

    /// A table's name as the option takes it: with its schema where there are two of it.
    pub(super) fn shown(&self, table: &Table) -> String {
        let others = self.tables.iter().filter(|other| other.name.name.eq_ignore_ascii_case(&table.name.name));
        if others.count() > 1 { table.name.whole() } else { table.name.name.clone() }
    }

    fn entry(&mut self, name: &TableName) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.tables.push(Table { name: name.clone(), ..Table::default() });
            self.tables.len() - 1
        })
    }

    fn name_columns(&mut self, table: usize, columns: &[String]) {
        let Some(table) = self.tables.get_mut(table) else { return };
        for column in columns {
            if !table.columns.iter().any(|(name, _)| name.eq_ignore_ascii_case(column)) {
                table.columns.push((column.clone(), None));
            }
        }
    }

    fn create(&mut self, definition: Definition) {
        let index = self.entry(&definition.table);
        let Some(table) = self.tables.get_mut(index) else { return };
        // A second one is of a place holder, or of what is there already.
        if table.created && table.rows > 0 {
            return;
        }
        table.created = true;
        table.columns = definition.columns;
        table.key = definition.key;
        table.relations = definition.relations;
    }

    fn alter(&mut self, name: &TableName, alterations: Vec<Alteration>) {
        let index = self.entry(name);
        for alteration in alterations {
            let Some(table) = self.tables.get_mut(index) else { return };
            match alteration {
                Alteration::Key(key) => table.key = key,
                Alteration::Relation(relation) => table.relations.push(relation),
                Alteration::Change(what, line) => note(table, what, line),
            }
        }
    }

    fn change(&mut self, name: &TableName, what: &'static str, line: u64) {
        let found = self.find(name);
        match (what, found) {
            // Dumps remove what they are about to make.
            ("drop", Some(index)) if self.tables.get(index).is_some_and(|table| table.rows == 0) => {
                self.tables.remove(index);
            }
            ("drop" | "delete" | "truncate" | "update", None) => {}
            _ => {
                let index = self.entry(name);
                // What empties a table before its records come changes none of them.
                let early = matches!(what, "delete" | "truncate" | "update");
                if let Some(table) = self.tables.get_mut(index).filter(|table| !early || table.rows > 0) {
                    note(table, what, line);
                }
            }
        }
    }
}

/// Whether the script goes on behind a statement that was cut.
fn more(script: &mut Script) -> bool {
    use super::lexer::Token;
    let more = script.lexer.next() != Token::End;
    script.lexer.push_back();
    more
}

fn note(table: &mut Table, what: &'static str, line: u64) {
    match table.changes.iter_mut().find(|(known, ..)| *known == what) {
        Some((.., count)) => *count += 1,
        None => table.changes.push((what, line, 1)),
    }
}

/// A name without the schema that is meant anyway.
fn strip(wanted: &str) -> &str {
    let lower = wanted.to_ascii_lowercase();
    let usual = ["dbo.", "public.", "main."].into_iter().find(|usual| lower.starts_with(usual));
    usual.and_then(|usual| wanted.get(usual.len()..)).unwrap_or(wanted)
}

impl Table {
    /// Whether it is more than a name: SQLite's own tables are not listed.
    pub(super) fn is_one(&self) -> bool {
        (self.created || self.rows > 0 || !self.changes.is_empty()) && !self.name.name.starts_with("sqlite_")
    }

    /// What is not followed, in words.
    pub(super) fn changed(&self) -> Vec<String> {
        let times = |count: u64| if count == 1 { "once".to_string() } else { format!("{count} times") };
        let changes = self.changes.iter();
        changes.map(|(what, line, count)| format!("`{what}` {}, first in line {line}", times(*count))).collect()
    }
}

impl TableName {
    /// With its schema, if it has one.
    pub(super) fn whole(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}
