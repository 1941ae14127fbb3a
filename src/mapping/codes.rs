//! What `cutover explain` says of values that cannot be mapped.

use crate::diagnostic::Code;

/// The codes of this step, besides those of the rules and standards.
pub const CODES: &[Code] = &[
    Code {
        id: "expression.failed",
        what: "The SQL expression of a field has no value for this record: a number in it grows beyond its type.",
        why: "A whole number has 64 bits, a decimal 38 digits. One that is greater would come out as another number.",
        example: "`total = \"cast(QTY as bigint) * cast(PRICE as bigint)\"` and the quantity `9000000000000000000`",
        fix: "Correct the value in the source, or calculate with `decimal(…)` or `double`.",
    },
    Code {
        id: "type.mismatch",
        what: "A clean value does not fit the type of its field.",
        why: "A decimal of more digits than the column has would be cut by the target.",
        example: "`type = \"decimal(6,2)\"` and the amount `123456.78`",
        fix: "Widen the field's type, or correct the value in the source.",
    },
    Code {
        id: "value.unmapped",
        what: "A legacy value is not in the field's value list.",
        why: "A picklist of the new system takes its own words and no others; a guess would hide a word that nobody thought of.",
        example: "`status = { values = \"lists/status.csv\" }` and the legacy value `dorm.`, which the list lacks",
        fix: "Add a line to the value list, or choose what happens with `unmapped = \"null\"`, `\"keep\"`, `\"hold\"` or `\"reject\"`.",
    },
];
