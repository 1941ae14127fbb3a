//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

pub(super) const MISSING: &str = "palm.missing";
pub(super) const CUT: &str = "palm.cut";
pub(super) const UNKNOWN: &str = "palm.unknown";
pub(super) const ENCODING: &str = "palm.encoding";
pub(super) const NO_COLUMN: &str = "palm.no-column";

/// Every code that an address can get.
pub const CODES: &[Code] = &[
    Code {
        id: MISSING,
        what: "The file's list has the address, but the file has not the place where it should be.",
        why: "The file is cut short, or its list is damaged.",
        example: "a backup that was broken off",
        fix: "look for a whole copy of the file, or synchronise the device again",
    },
    Code {
        id: CUT,
        what: "The address ends before all its fields are there.",
        why: "What is there is kept with the fault, but it is not all of it.",
        example: "the last address of a file that is cut short",
        fix: "look for a whole copy of the file",
    },
    Code {
        id: UNKNOWN,
        what: "The address says that it has fields besides the nineteen that the address book knows.",
        why: "What they are is not known, so they are left out.",
        example: "an address written by another program for Palm OS",
        fix: "compare the address with the device, or with Palm Desktop",
    },
    Code {
        id: ENCODING,
        what: "A byte of the value means nothing in the code page.",
        why: "U+FFFD stands in its place. Most likely the code page is another one.",
        example: "a file of a Japanese device, read as `windows-1252`",
        fix: "declare the source's `encoding`",
    },
    Code {
        id: NO_COLUMN,
        what: "The value has no column: the source has 2,000 already.",
        why: "Labels that users gave to phones and custom fields are columns. So many are a sign of damaged files.",
        example: "thousands of damaged files read as one source",
        fix: "split the files into several sources",
    },
];
