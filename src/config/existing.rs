//! Rows that the target has already, typed in by hand or brought by another tool:
//! what becomes of a record of ours that is the same as one of them.

use std::collections::BTreeSet;

use super::pipeline::{Entity, KeyKind};

/// Before the name of a table, where a row of it is named as a record of a source
/// is. No source can have such a name.
const TARGET: &str = "target:";

crate::words! {
    /// What becomes of a record that is the same as a row which the target has already.
    pub enum Existing {
        /// The record takes the row's key; the row's values stay as they are.
        Link = "link",
        /// As `link`, and what is empty in the row is filled.
        Fill = "fill",
        /// As `link`, and the record's values go over the row's; an empty one takes none away.
        Update = "update",
        /// The record waits until a person has decided.
        Hold = "hold",
    }
}

/// What a row of a table is named by, in place of a source.
pub fn name(table: &str) -> String {
    format!("{TARGET}{table}")
}

impl Entity {
    /// What becomes of records that the target has already; `None`: its rows are
    /// not looked at.
    pub fn existing(&self) -> Option<Existing> {
        self.duplicates.as_ref().and_then(|duplicates| duplicates.existing)
    }

    /// Whether references to its records hold their identifiers, which the ledger
    /// turns into keys: a record that stands in a row of the target's own has not
    /// the key that follows from its legacy key.
    pub fn known_by_id(&self) -> bool {
        self.key != KeyKind::Legacy || self.existing().is_some()
    }

    /// Whether a match key can find rows of the target: not, where it has a reference,
    /// which is a legacy key here and a key of the target there.
    pub fn finds_rows(&self, key: &[usize]) -> bool {
        key.iter().all(|field| self.fields.get(*field).is_some_and(|field| field.references.is_none()))
    }

    /// The fields that matching looks at, ascending: what is read of the target's rows.
    pub fn matched_fields(&self) -> Vec<usize> {
        let Some(duplicates) = &self.duplicates else { return Vec::new() };
        let keys = duplicates.keys.iter().filter(|key| self.finds_rows(key)).flatten().copied();
        let mut fields: BTreeSet<usize> = keys.collect();
        let place = |name: &str| self.fields.iter().position(|field| field.name == name);
        if let Some(fuzzy) = &duplicates.fuzzy {
            fields.extend(fuzzy.features.iter().flat_map(|feature| feature.fields.iter().copied().flatten()));
            let blocks = fuzzy.blocks.iter().flat_map(|block| &block.values);
            fields.extend(blocks.flat_map(|value| value.column_refs()).filter_map(|column| place(&column.name)));
        }
        let countries: Vec<usize> =
            fields.iter().filter_map(|field| self.fields.get(*field)?.country.as_deref().and_then(place)).collect();
        fields.extend(countries);
        fields.retain(|field| self.fields.get(*field).is_some_and(|field| field.references.is_none()));
        fields.into_iter().collect()
    }
}
