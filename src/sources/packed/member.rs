//! The option `member` beside the options of a kind that reads packed files.
//!
//! A member is a path like any other to the reader of the kind: that of the zip,
//! and behind it the member's own. [`super::open`] takes it apart again.

use std::ops::Range;
use std::path::PathBuf;

use serde_json::Value as Json;
use toml::de::DeValue;

use crate::config::decode::{Decode, Key, Node, Options, Table, mismatch};
use crate::diagnostic::Faults;
use crate::options;
use crate::sources::kind::{Opener, Place, TableEntry};
use crate::sources::{ReadError, Source};

options! {
    /// Which file of a zip is read.
    pub struct MemberOptions {
        /// Which file of a zip, by its name there.
        member: Option<String>,
    }
}

/// The options of a kind whose readers open their files by [`super::open`], and
/// with them the option `member`.
#[derive(Debug, Clone)]
pub struct Packed<T> {
    inner: T,
    own: MemberOptions,
}

impl<T: Options> Options for Packed<T> {
    fn keys() -> Vec<Key> {
        let mut keys = T::keys();
        keys.extend(MemberOptions::keys());
        keys
    }

    fn from_table(table: &Table, span: Range<usize>, also: &[&str], faults: &mut Faults) -> Option<Self> {
        // What neither knows is said once, by the kind.
        let everything: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
        let own = MemberOptions::from_table(table, span.clone(), &everything, faults);
        let known: Vec<&str> = also.iter().copied().chain(MemberOptions::keys().iter().map(|key| key.name)).collect();
        let inner = T::from_table(table, span, &known, faults)?;
        Some(Self { inner, own: own? })
    }
}

impl<T: Options> Decode for Packed<T> {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            mismatch(node, &Self::kind(), faults);
            return None;
        };
        Self::from_table(table, node.span(), &[], faults)
    }

    fn schema() -> Json {
        let mut schema = T::schema();
        if let Json::Object(properties) = MemberOptions::schema()["properties"].take() {
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

impl<T> Packed<T> {
    /// The member of each file, where one is named.
    fn within(&self, place: &Place) -> Result<Place, ReadError> {
        let Some(name) = &self.own.member else { return Ok(place.clone()) };
        let member = |path: &PathBuf| Ok(path.join(super::member(path, name)?));
        place.files()?.iter().map(member).collect::<Result<_, _>>().map(Place::Files)
    }
}

impl<T: Opener> Opener for Packed<T> {
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        self.inner.open(&self.within(place)?)
    }

    fn tables(&self, place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        let members = match (&self.own.member, place.files()?.first()) {
            (None, Some(path)) => super::members(path)?,
            _ => Vec::new(),
        };
        if members.len() < 2 {
            return self.inner.tables(&self.within(place)?);
        }
        let entry = |name| TableEntry { name, option: "member", what: "file of a zip".into(), rows: None };
        Ok(members.into_iter().map(entry).collect())
    }
}
