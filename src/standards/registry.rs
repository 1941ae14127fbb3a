//! All standards by name, in the order in which docs and listings show them.
//!
//! The one place that knows every standard; nothing here knows what one does.

use std::sync::LazyLock;

use super::{
    Standard, address, boolean, city, company, country, date, datetime, decimal, email, family_name, gender,
    given_name, iban, integer, language, marital_status, middle_name, money, name_prefix, name_suffix, person_name,
    phone, postcode, region, salutation, street, text, url, vat,
};
use crate::diagnostic::Code;

#[rustfmt::skip]
static ALL: &[&Standard] = &[
    &text::STANDARD,
    &person_name::STANDARD,
    &given_name::STANDARD,
    &middle_name::STANDARD,
    &family_name::STANDARD,
    &name_prefix::STANDARD,
    &name_suffix::STANDARD,
    &gender::STANDARD,
    &marital_status::STANDARD,
    &salutation::STANDARD,
    &language::STANDARD,
    &company::STANDARD,
    &email::STANDARD,
    &phone::STANDARD,
    &url::STANDARD,
    &address::STANDARD,
    &street::STANDARD,
    &city::STANDARD,
    &region::STANDARD,
    &postcode::STANDARD,
    &country::STANDARD,
    &date::STANDARD,
    &datetime::STANDARD,
    &boolean::STANDARD,
    &integer::STANDARD,
    &decimal::STANDARD,
    &money::STANDARD,
    &iban::STANDARD,
    &vat::STANDARD,
];

/// Every standard.
pub fn all() -> &'static [&'static Standard] {
    ALL
}

/// The standard of that name.
pub fn find(name: &str) -> Option<&'static Standard> {
    ALL.iter().copied().find(|standard| standard.name == name)
}

/// What `cutover explain` says of the values that each standard refuses:
/// `phone.invalid` and the like.
pub fn codes() -> &'static [Code] {
    static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| ALL.iter().map(|standard| refused(standard)).collect());
    &CODES
}

/// The code of a standard, its texts kept until the process ends.
fn refused(standard: &Standard) -> Code {
    let name = standard.name;
    let example = standard.examples.iter().find(|example| example.output.is_none());
    Code {
        id: format!("{name}.invalid").leak(),
        what: format!("A value of a field with `standard = \"{name}\"` cannot be made clean.").leak(),
        why: format!(
            "The standard: {}. What cannot be brought to that form is not passed on as if it were: the field's \
             `invalid` says whether it becomes null, rejects the record or stays as it was.",
            standard.what
        )
        .leak(),
        example: example.map_or("", |example| example.input),
        fix: format!(
            "Look at the values in the reject file and correct them at the source, or set `invalid = \"null\"` or \
             `\"keep\"` for the field. `docs/standards.md` says what `{name}` takes."
        )
        .leak(),
    }
}
