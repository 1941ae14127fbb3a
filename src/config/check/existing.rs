//! `[duplicates] existing`: whether anything can find a row of the target.

use crate::config::existing::Existing;
use crate::config::pipeline::Field;
use crate::config::raw::mapping::RawDuplicates;
use crate::diagnostic::Faults;

/// Checks `existing`, with the match keys and whether there is matching by likeness.
pub(super) fn check(
    raw: &RawDuplicates,
    (keys, fuzzy): (&[Option<Vec<usize>>], bool),
    fields: &[Option<Field>],
    faults: &mut Faults,
) -> Option<Existing> {
    let word = raw.existing.as_ref()?;
    // What follows from the fault of a field or key is not said.
    let refers = |field: &usize| fields.get(*field).and_then(Option::as_ref).is_some_and(|f| f.references.is_some());
    let blind = |key: &Option<Vec<usize>>| key.as_ref().is_some_and(|key| key.iter().any(refers));
    let wanted_fuzzy = raw.fuzzy.as_ref().is_some_and(|fuzzy| fuzzy.value.0.is_some());
    if !fuzzy && !wanted_fuzzy && keys.iter().all(blind) {
        faults
            .push("config.no-effect", word.span.clone(), "no key can find a row that the target has already")
            .help("add a key in `match` without a reference, or `fuzzy`: a reference is a legacy key here, and a key of the target there");
    }
    Some(word.value)
}
