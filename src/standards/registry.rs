//! All standards by name, in the order in which docs and listings show them.
//!
//! The one place that knows every standard; nothing here knows what one does.

use super::{Standard, text};

static ALL: &[&Standard] = &[&text::STANDARD];

/// Every standard.
pub fn all() -> &'static [&'static Standard] {
    ALL
}

/// The standard of that name.
pub fn find(name: &str) -> Option<&'static Standard> {
    ALL.iter().copied().find(|standard| standard.name == name)
}
