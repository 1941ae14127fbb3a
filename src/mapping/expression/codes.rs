//! What `cutover explain` says of expressions that cannot be run.

use crate::diagnostic::Code;

/// The codes of faults, in order of their names.
pub const CODES: &[Code] = &[
    Code {
        id: "expression.aggregate",
        what: "An aggregate or window function in an expression.",
        why: "An expression sees one record, so that the records can be worked on in any order and number.",
        example: "count(Email) > 1",
        fix: "Count in a `query` in the source. For records that mean the same thing there is `[duplicates]`.",
    },
    Code {
        id: "expression.changing",
        what: "A function that gives another value each time it is called.",
        why: "The same sources, configuration and `as_of` give the same result, today and next year.",
        example: "last_touch < now()",
        fix: "Use `as_of()`, the day that the pipeline counts from.",
    },
    Code {
        id: "expression.failing",
        what: "A function that stops at the first value it cannot read.",
        why: "One bad value costs its own record, never the run.",
        example: "to_date(BORN)",
        fix: "Use the standard `date`, which gives null for what is no date, or `try_cast`.",
    },
    Code {
        id: "expression.not-a-condition",
        what: "A condition whose value is not true or false.",
        why: "`where`, `check` and `keep` decide; a text or number decides nothing.",
        example: "where = \"Type\"",
        fix: "Compare it with something: `Type = 'C'`, `Type is not null`.",
    },
    Code {
        id: "expression.subquery",
        what: "A query within an expression.",
        why: "An expression sees one record, and no other table.",
        example: "id in (select id from vip)",
        fix: "Use a value list, a reference between entities, or a `query` in the source.",
    },
    Code {
        id: "expression.syntax",
        what: "The text is neither a column's name nor SQL.",
        why: "A text that is exactly a column's name is that column; any other is an expression.",
        example: "first_name = \"First Nam\"",
        fix: "Correct the column's name, or the SQL. Within an expression a name with a space goes in double quotes, a text in single ones.",
    },
    Code {
        id: "expression.unknown-column",
        what: "An expression names a column that the source does not have, or a rule a field that the mapping does not have.",
        why: "Names count letter by letter, and are not folded to lower case.",
        example: "upper(memo1)",
        fix: "Write the name as it stands there; with spaces, in double quotes.",
    },
    Code {
        id: "expression.unknown-function",
        what: "There is no function of that name.",
        why: "The functions are those of SQL and the standards.",
        example: "uper(Name)",
        fix: "Correct the name; the nearest is named.",
    },
    Code {
        id: "expression.wrong-type",
        what: "A function or operator does not take values of these types.",
        why: "What it would give cannot be told.",
        example: "length(as_of())",
        fix: "Turn the value into the type that is needed, as in `cast(x as integer)`.",
    },
];
