//! Cards of our own for each format (`tagged`, `books`, `mork`), broken at random
//! (`properties`), and files that others wrote (`real`).

mod books;
mod mork;
mod properties;
mod real;
mod tagged;

use std::sync::Arc;

use super::{Book, CardsOptions, Preset};
use crate::sources::entries::trial::{self, Record};

/// The records of a text, read as a preset.
fn read(preset: Preset, text: impl AsRef<[u8]>) -> Vec<Record> {
    with(preset, CardsOptions::default(), text)
}

fn with(preset: Preset, options: CardsOptions, text: impl AsRef<[u8]>) -> Vec<Record> {
    trial::read_bytes("a.txt", text.as_ref(), Arc::new(Book { preset, options })).expect("reads")
}

/// `column=value` of each record.
fn shown(records: &[Record]) -> Vec<Vec<String>> {
    records.iter().map(trial::lines).collect()
}
