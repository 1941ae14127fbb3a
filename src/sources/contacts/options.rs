//! The option `headings` beside the options of a kind of source.

use std::ops::Range;

use serde_json::Value as Json;
use toml::de::DeValue;

use super::Program;
use super::source::Renamed;
use crate::config::decode::{Decode, Key, Node, Options, Table, mismatch};
use crate::diagnostic::Faults;
use crate::options;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{ReadError, Source};

options! {
    /// Headings that a program is known by.
    pub struct HeadingOptions {
        /// The program that exported contacts: `outlook`, `google` or
        /// `thunderbird`. Its columns get their English names, whatever the
        /// language of the export; other headings stay as they are.
        headings: Option<Program>,
    }
}

/// The options of a kind whose sources have headings that people wrote, and with
/// them the option `headings`.
#[derive(Debug, Clone)]
pub struct Headed<T> {
    inner: T,
    own: HeadingOptions,
}

impl<T: Options> Options for Headed<T> {
    fn keys() -> Vec<Key> {
        let mut keys = T::keys();
        keys.extend(HeadingOptions::keys());
        keys
    }

    fn from_table(table: &Table, span: Range<usize>, also: &[&str], faults: &mut Faults) -> Option<Self> {
        // What neither knows is said once, by the kind.
        let everything: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
        let own = HeadingOptions::from_table(table, span.clone(), &everything, faults);
        let known: Vec<&str> = also.iter().copied().chain(HeadingOptions::keys().iter().map(|key| key.name)).collect();
        let inner = T::from_table(table, span, &known, faults)?;
        Some(Self { inner, own: own? })
    }
}

impl<T: Options> Decode for Headed<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, &Self::kind(), faults);
            return None;
        };
        Self::from_table(table, node.span(), &[], faults)
    }

    fn schema() -> Json {
        let mut schema = T::schema();
        if let Json::Object(properties) = HeadingOptions::schema()["properties"].take() {
            for (name, property) in properties {
                schema["properties"][name] = property;
            }
        }
        schema
    }

    fn kind() -> String {
        T::kind()
    }
}

impl<T: Opener> Opener for Headed<T> {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        Ok(Box::new(Renamed::new(self.inner.open(place)?, self.own.headings)))
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        self.inner.tables(place)
    }
}
