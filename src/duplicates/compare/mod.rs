//! How alike two values are, as a level from *different* to *equal*.
//!
//! A comparator works on values that [`prepare`] has brought into a form that
//! is quick to compare: lower-case ASCII without punctuation, in slots. It knows
//! nothing of records, weights or probabilities: what a level is worth is
//! `estimate`'s, from the data. Comparing is symmetric, and an empty value is
//! neither like nor unlike anything.

mod address;
mod company;
mod contact;
mod fold;
mod generation;
mod levels;
mod name;
mod nicknames;
mod number;
mod text;
#[cfg(test)]
mod tests;

pub(crate) use fold::{folded, placeholder};
pub(crate) use levels::{LEVELS, Level, MISSING};

use crate::config::likeness::Kind;

impl Kind {
    /// The slots of a prepared value.
    pub(crate) fn slots(self) -> usize {
        match self {
            Self::Given | Self::Family | Self::Email | Self::Street => 2,
            Self::Place => 3,
            _ => 1,
        }
    }

    /// The levels above `missing`, from *different* up, each with its default weights.
    pub(crate) fn levels(self) -> &'static [Level] {
        levels::of(self)
    }
}

/// Brings the values of a feature's fields into slots. An empty slot is missing.
/// `part`: the value is a whole name, of which only the given or family name counts.
pub(crate) fn prepare(kind: Kind, part: bool, values: &[Option<&str>], slots: &mut Vec<String>) {
    let first = values.first().copied().flatten().unwrap_or_default();
    let whole = first;
    let first = if part { name::part(kind, first) } else { first };
    match kind {
        Kind::Given => name::prepare_given(first, slots),
        Kind::Family => {
            let whole = part.then_some(whole);
            name::prepare_family(first, whole, values.get(1).copied().flatten(), slots);
        }
        Kind::Company => slots.push(company::prepare(first)),
        Kind::Email => contact::prepare_email(first, slots),
        Kind::Phone => slots.push(contact::prepare_phones(values)),
        Kind::Street => address::prepare_street(values, slots),
        Kind::Place => address::prepare_place(values, slots),
        Kind::Date => slots.push(number::digits(first)),
        Kind::Number => slots.push(number::prepare(first)),
        Kind::Text => slots.push(folded(first)),
    }
}

/// The level of two prepared values: [`MISSING`] or 1 (*different*) and up.
pub(crate) fn compare(kind: Kind, a: &[&[u8]], b: &[&[u8]]) -> u8 {
    match kind {
        Kind::Given => name::compare_given(a, b),
        Kind::Family if generations(a, b) => 1,
        Kind::Family => name::compare_family(a[0], b[0]),
        Kind::Company => company::compare(a[0], b[0]),
        Kind::Email => contact::compare_emails(a, b),
        Kind::Phone => contact::compare_phones(a[0], b[0]),
        Kind::Street => address::compare_streets(a, b),
        Kind::Place => address::compare_places(a, b),
        Kind::Date => number::compare_dates(a[0], b[0]),
        Kind::Number => number::compare(a[0], b[0]),
        Kind::Text => text::compare(a[0], b[0]),
    }
}

/// Whether two family names are of father and son, as their suffixes say.
pub(crate) fn generations(a: &[&[u8]], b: &[&[u8]]) -> bool {
    let of = |slots: &[&[u8]]| slots.get(1).and_then(|slot| slot.first().copied());
    of(a).zip(of(b)).is_some_and(|(a, b)| a != b)
}

/// What two e-mail addresses of this level say besides the `names` of the records.
pub(crate) fn beside_names(level: u8, a: &[&[u8]], b: &[&[u8]], names: &[&[u8]]) -> u8 {
    let alike = level > 1 && usize::from(level) < Kind::Email.levels().len();
    match (a, b) {
        ([a, _], [b, _]) if alike => contact::beside_names(level, a, b, names),
        _ => level,
    }
}

/// Whether a prepared given name is known as such.
pub(crate) fn known(given: &[&[u8]]) -> bool {
    given.get(1).is_some_and(|groups| !groups.is_empty())
}

/// Whether one record's given name is the other's family name, and one of the
/// others is missing.
pub(crate) fn misplaced(given: (&[u8], &[u8]), family: (&[u8], &[u8])) -> bool {
    name::misplaced(given, family)
}

/// Whether given and family name stand in each other's place.
pub(crate) fn swapped(given: (&[u8], &[u8]), family: (&[u8], &[u8])) -> bool {
    name::swapped(given, family)
}
