//! What can be wrong with a line of fixed-width text.

use crate::diagnostic::Code;

pub(super) const SHORT: &str = "fixed.short";
pub(super) const UNCOVERED: &str = "fixed.uncovered";
pub(super) const ENCODING: &str = "fixed.encoding";
pub(super) const NUL: &str = "fixed.nul";
pub(super) const TOO_LONG: &str = "fixed.too-long";

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: SHORT,
        what: "The line ends before its last column begins.",
        why: "It was cut, or belongs to something else than a record; what is missing may have had values. A line that \
              only lacks spaces at its end looks the same.",
        example: "a line of 40 characters where the last column starts at 60",
        fix: "Correct the line in the file. If the program that wrote it takes spaces from the end of a line, declare \
              `short = \"pad\"`.",
    },
    Code {
        id: UNCOVERED,
        what: "The line has text where no column is.",
        why: "The list of columns has a gap, or ends too early, so this text is read by nothing. The record is used all \
              the same.",
        example: "columns at 1 to 20 and 31 to 40, and text at 25",
        fix: "Add a column for that place, or move those beside it. If the text is not wanted, add the column and list \
              it as `unused`.",
    },
    Code {
        id: ENCODING,
        what: "The line holds bytes that mean nothing in the file's encoding.",
        why: "The value was damaged, or the file is in another encoding than the one declared or detected. Each broken \
              place is shown as U+FFFD, and takes the place of one character.",
        example: "the byte FC (`ü` in windows-1252) in a file that is read as utf-8",
        fix: "If many records have it, declare the source's `encoding`. If it is one record, correct it in the file.",
    },
    Code {
        id: NUL,
        what: "The line holds a NUL byte.",
        why: "No database text may hold one. It is left out, so the columns behind it may stand in the wrong place.",
        example: "Ann<00>   Oslo",
        fix: "Correct the line in the file. If all lines have it, declare the source's `encoding`: it may be utf-16.",
    },
    Code {
        id: TOO_LONG,
        what: "The line is longer than 16 MiB.",
        why: "Memory must not depend on the data. The rest of the line is left out.",
        example: "a file without line ends",
        fix: "Correct the line in the file, or is it a file of another kind?",
    },
];

/// The code of this source for one of text files.
pub(super) fn of_text(code: &str) -> &'static str {
    match code {
        "csv.encoding" => ENCODING,
        "csv.nul" => NUL,
        _ => TOO_LONG,
    }
}
