//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

pub(super) const BROKEN: &str = "cards.broken";
pub(super) const STRAY: &str = "cards.stray";
pub(super) const TOO_LARGE: &str = "cards.too-large";
pub(super) const BAD_LINE: &str = "cards.bad-line";
pub(super) const ENCODING: &str = "cards.encoding";
pub(super) const NO_COLUMN: &str = "cards.no-column";

/// Every code that a card can get.
pub const CODES: &[Code] = &[
    Code {
        id: BROKEN,
        what: "The entry is not written as its program writes one: a bracket or quote is never closed, or a part is \
               missing.",
        why: "What it says cannot be told. It costs itself; the next entry is read as usual.",
        example: "a BBDB file that was cut in the middle of its last record",
        fix: "look at the file at the line that `_row` names",
    },
    Code {
        id: STRAY,
        what: "Lines that are not blank stand outside any entry.",
        why: "They may belong to an entry whose first line is missing.",
        example: "`name=Ann` above the first section of an abook file",
        fix: "add the missing line, or take the lines out",
    },
    Code {
        id: TOO_LARGE,
        what: "The card has more than 64 MiB, an alias more than 16 MiB, or a row of Mork more than 2,000 cells.",
        why: "No card is that long: its separator is another one, or the file is none of cards. What stands within \
              the limit is kept with the fault.",
        example: "`separator = \"---\"` for a file that parts its cards with `===`",
        fix: "declare the `separator` that the file has",
    },
    Code {
        id: BAD_LINE,
        what: "A line or part of the entry could not be understood.",
        why: "It is left out; the rest of the entry is read.",
        example: "a line without `=` in a section of an abook file",
        fix: "look at the file at the line that `_row` names",
    },
    Code {
        id: ENCODING,
        what: "The value has bytes that mean nothing in its encoding.",
        why: "U+FFFD stands in their place. Most likely the encoding is another one.",
        example: "a file of a DOS program, read as `utf-8`",
        fix: "declare the source's `encoding`",
    },
    Code {
        id: NO_COLUMN,
        what: "The value has no column: the source has 2,000 already.",
        why: "Every tag is a column. So many are no tags.",
        example: "letters whose sentences have colons, read as cards",
        fix: "declare `delimiter` and `separator`, or take the text out",
    },
];
