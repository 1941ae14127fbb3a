//! Consent in the target's rows that a load would take back.

use super::{Flow, Stop};
use crate::targets::Vanishing;

impl Flow<'_> {
    /// Notes the records of an entity that would take a consent back. Pairs of
    /// records and rows must be there; the first load into a table has none.
    pub(super) fn look_for_vanishing(&mut self, index: usize, first: bool) -> Result<(), Stop> {
        let table = self.tables.get(index).filter(|_| !first);
        for (field, query) in table.map(|table| self.sql.select_vanishing(table)).unwrap_or_default() {
            let seqs = self.session.numbers(&query)?;
            if !seqs.is_empty() {
                self.vanishing.push(Vanishing { entity: index, field, seqs });
            }
        }
        Ok(())
    }
}
