//! Consent that an update would take back.

use super::Sql;
use crate::config::consent::Consent;
use crate::postgres::identifier;
use crate::record::SEQ;
use crate::targets::plan::{Column, Dialect, Table};

impl Sql {
    /// For each column of consent that an update writes: the records whose row in
    /// the target is restricted, while they are not. Pairs must be there.
    pub(in crate::targets) fn select_vanishing(&self, table: &Table) -> Vec<(String, String)> {
        let columns = table.columns.iter().filter(|column| !column.protect);
        let queries = columns.filter_map(|column| {
            let consent = column.consent?;
            let query = format!(
                "select p.seq from {} p join {} s on s.{SEQ} = p.seq join {} t on t.{} = p.tk \
                 where {} and not ({}){} order by p.seq",
                self.pairs(table.index),
                self.stage(table.index),
                self.table(&table.name),
                identifier(&table.key.name),
                self.restricted_row(column, consent),
                self.restricted_record(column, consent),
                // There the restriction of either holds.
                if table.existing.is_some() { " and not p.linked" } else { "" },
            );
            Some((column.name.clone(), query))
        });
        queries.collect()
    }

    /// Whether the target's row is restricted, whatever type its column has.
    pub(super) fn restricted_row(&self, column: &Column, consent: Consent) -> String {
        let name = format!("t.{}", identifier(&column.name));
        let flag = matches!(column.base.as_str(), "boolean" | "bool");
        if self.dialect == Dialect::Postgres && flag {
            return format!("{name} is {}", consent.restricts());
        }
        let words =
            if consent.restricts() { "('1', 't', 'true', 'y', 'yes')" } else { "('0', 'f', 'false', 'n', 'no')" };
        format!("lower(cast({name} as text)) in {words}")
    }

    pub(super) fn restricted_record(&self, column: &Column, consent: Consent) -> String {
        let name = format!("s.{}", identifier(&column.name));
        match self.dialect {
            Dialect::Postgres => format!("{name} is {}", consent.restricts()),
            Dialect::Sqlite => format!("{name} is {}", u8::from(consent.restricts())),
        }
    }
}
