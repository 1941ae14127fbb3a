//! The tables of a load: those that are missing are made, and the others are
//! looked at for rows.

use super::{Flow, Stop};
use crate::targets::LoadError;
use crate::targets::plan::{Dialect, Table};

impl Flow<'_> {
    /// Makes the tables that are missing; says for each entity whether this is
    /// its first load into an empty table.
    pub(super) fn create(&mut self) -> Result<Vec<bool>, Stop> {
        self.session.prepare()?;
        let mut firsts = Vec::new();
        let mut statements = Vec::new();
        for table in self.tables.iter().filter(|table| table.created) {
            let sqlite = self.sql.dialect == Dialect::Sqlite;
            statements.push(if sqlite {
                self.sql.create_table_with_references(table, &self.tables)
            } else {
                self.sql.create_table(table, !self.swift)
            });
        }
        if !self.swift {
            for table in self.tables.iter().filter(|table| table.created) {
                statements.extend(self.sql.add_references(table, &self.tables));
            }
        }
        self.all(&statements)?;
        for index in 0..self.tables.len() {
            let Some(table) = self.tables.get(index) else { continue };
            let mut known = Vec::new();
            if !table.created {
                known.push(format!("select 1 from {} limit 1", self.sql.table(&table.name)));
            }
            if self.had_ledger {
                let entity = table.entity.replace('\'', "''");
                known.push(format!("select 1 from {} where entity = '{entity}' limit 1", self.sql.ledger.key()));
            }
            if self.had_ledger && table.existing.is_none() && !table.created {
                let linked = self.sql.select_linked(table);
                if !self.session.numbers(&linked)?.is_empty() {
                    return Err(still_linked(self.session.place(), table).into());
                }
            }
            let mut first = true;
            for query in known {
                first &= self.session.numbers(&query)?.is_empty();
            }
            if !(first && self.swift) {
                let statements = self.sql.index_staging(index);
                self.all(&statements)?;
            }
            firsts.push(first);
        }
        Ok(firsts)
    }
}

/// Without the setting, an update would go over what somebody has typed in.
fn still_linked(place: String, table: &Table) -> LoadError {
    LoadError::Target {
        place,
        what: format!(
            "earlier runs linked records of `{}` to rows that table `{}` had before, and the mapping no longer says \
             what becomes of these",
            table.entity, table.name
        ),
        help: Some("put `existing` back into `[duplicates]`; `link` leaves the rows as they are".into()),
    }
}
