//! What can be wrong with a record of a text file.

use crate::diagnostic::Code;

pub(super) const RAGGED: &str = "csv.ragged";
pub(super) const ENCODING: &str = "csv.encoding";
pub(super) const NUL: &str = "csv.nul";
pub(super) const QUOTE: &str = "csv.quote";
pub(super) const HEADINGS: &str = "csv.headings-again";
pub(super) const TOO_LONG: &str = "csv.too-long";

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: RAGGED,
        what: "The record has fewer fields than there are headings, or more.",
        why: "A separator is missing, or one too many, so nobody can say which value belongs to which column: \
              loading it could put a phone number into a name. The fields are kept in the order in which they \
              stand, a surplus together with the last of them. Only where most lines end with the same empty \
              surplus is it no fault.",
        example: "Name,City,Phone\nAnn,Oslo\nBob,Rome, Italy,555-0100",
        fix: "Correct the line in the file: add the missing separators, or put quotes around a value that holds \
              one. If most records have it, declare the source's `delimiter`, `quote` or `header`.",
    },
    Code {
        id: ENCODING,
        what: "The record holds bytes that mean nothing in the file's encoding.",
        why: "The value was damaged, or the file is in another encoding than the one declared or detected. \
              Each broken place is shown as U+FFFD; other records are not touched by it.",
        example: "the bytes 4D FC 6C 6C 65 72 (`Müller` in windows-1252) in a file that is read as utf-8",
        fix: "If many records have it, declare the source's `encoding`; `cutover check` shows the one in use. \
              If it is one record, correct it in the file.",
    },
    Code {
        id: NUL,
        what: "The record holds a NUL byte.",
        why: "No database text may hold one, and it means that the file was damaged or written by a program that \
              pads with it. The record is shown without the NUL.",
        example: "Ann,Os<00>lo",
        fix: "Correct the record in the file. If all records have it, the file may be utf-16: declare the \
              source's `encoding`.",
    },
    Code {
        id: QUOTE,
        what: "A quoted value is never closed, or a quote stands within it that is not doubled.",
        why: "An open quote would take all that follows into one value. So a quote must be closed before a \
              separator or a line end, within 4 MiB; otherwise the record ends with its first line, its value is \
              kept as it stands, quotes included, and reading goes on with the next line.",
        example: "1,\"Ann \"the boss\" Lee\",Oslo",
        fix: "Correct the record in the file: double the quotes within the value. If the file quotes with a \
              backslash, declare `escape = \"backslash\"`; if its quotes mean nothing, `quote = \"none\"`.",
    },
    Code {
        id: HEADINGS,
        what: "The record holds the headings again.",
        why: "Reports repeat their headings on each page, and files that were put together have those of each. It is \
              no record, but it is counted, so that no line of the file is left out in silence.",
        example: "Name,City\nAnn,Oslo\nName,City\nBob,Rome",
        fix: "Nothing is to be done: only this line is rejected. If another table begins there, choose one with the \
              source's `table`.",
    },
    Code {
        id: TOO_LONG,
        what: "The record is longer than 16 MiB.",
        why: "Memory must not depend on the data. The first 16 MiB are kept, the rest of the line is left out.",
        example: "a line that holds a whole file as base64",
        fix: "Correct the record in the file. If all records have it, the file may have other line ends, or be no \
              text at all.",
    },
];
