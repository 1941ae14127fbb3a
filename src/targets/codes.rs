//! The codes of records that a target refused.

use crate::diagnostic::Code;

/// All codes that a target gives out.
pub const CODES: &[Code] = &[
    Code {
        id: "target.unique",
        what: "The target already holds a row with the same value in a column that must be unique.",
        why: "A primary key or unique constraint of the target refused the record. The rest of the load goes on.",
        example: "two contacts with one e-mail, where the target allows each e-mail once",
        fix: "Add the field to `[duplicates]`, or set `unique = \"reject\"` on it to see it before the load.",
    },
    Code {
        id: "target.foreign-key",
        what: "The record refers to a row that is not in the target.",
        why: "A foreign key of the target refused it, or the record that it refers to has no key there.",
        example: "an `owner_id` that names no user of the target",
        fix: "Declare the field with `references`, or load the rows that it refers to first.",
    },
    Code {
        id: "target.parent-refused",
        what: "The record refers to another one that the target refused in this run.",
        why: "Without its parent it would stand alone in the target, or point nowhere.",
        example: "a contact whose account was refused because of `target.unique`",
        fix: "Repair the parent first; or set `missing = \"null\"` to load the record without the reference.",
    },
    Code {
        id: "target.not-null",
        what: "A column that must be filled in the target is empty in the record.",
        why: "The target's own `not null` refused it.",
        example: "no `last_name`, where the target wants one",
        fix: "Set `required` on the field to see it before the load, or give it a value for empty ones.",
    },
    Code {
        id: "target.check",
        what: "The record breaks a check constraint of the target.",
        why: "The target has rules of its own; the message names the constraint.",
        example: "`amount >= 0` in the target, and an amount of -5",
        fix: "Put the same rule into the mapping, to see it before the load.",
    },
    Code {
        id: "target.too-long",
        what: "A text is longer than its column in the target.",
        why: "The target refuses it rather than cut it.",
        example: "51 characters for a column of type `varchar(50)`",
        fix: "Give the field its length, as in `type = \"text(50)\"`, and choose what `too_long` does.",
    },
    Code {
        id: "target.type",
        what: "A value does not fit the type of its column in the target.",
        why: "The target could not turn it into a value of its own type, or it is out of range.",
        example: "3000000000 for a column of type `integer`",
        fix: "Give the field the type of the target's column.",
    },
    Code {
        id: "target.other",
        what: "The target refused the record for a reason of its own.",
        why: "Mostly a trigger; the message is the target's.",
        example: "a trigger that allows no contact without an owner",
        fix: "Read the message in the reject file; repair the record or the target's trigger.",
    },
];
