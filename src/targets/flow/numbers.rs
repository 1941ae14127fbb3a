//! Numbers of keys that a load has drawn and does not keep.

use super::Flow;

impl Flow<'_> {
    /// Numbers are not rolled back by themselves, and a rehearsal must not change
    /// the keys of the run after it. Where the user may not do so, gaps remain.
    pub(super) fn give_back(&mut self) {
        for (index, low, high) in std::mem::take(&mut self.drawn) {
            let statement = self.tables.get(index).and_then(|table| self.sql.give_back(table, low, high));
            let Some(statement) = statement else { continue };
            if self.execute("savepoint numbers").is_ok() && self.execute(&statement).is_err() {
                let _ = self.execute("rollback to savepoint numbers");
            }
        }
    }
}
