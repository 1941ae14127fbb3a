//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

pub(super) const CHANGE: &str = "ldif.change";
pub(super) const NO_DN: &str = "ldif.no-dn";
pub(super) const TOO_LARGE: &str = "ldif.too-large";
pub(super) const BAD_LINE: &str = "ldif.bad-line";
pub(super) const ENCODING: &str = "ldif.encoding";
pub(super) const URL: &str = "ldif.url";
pub(super) const NO_COLUMN: &str = "ldif.no-column";

/// Every code that an entry can get.
pub const CODES: &[Code] = &[
    Code {
        id: CHANGE,
        what: "The record says how to change an entry (`changetype:`), and is no entry.",
        why: "A change means something only to the directory that it was written for: what the entry was before is \
              not in the file. Lines that say which attribute changes how are left out.",
        example: "changetype: modify",
        fix: "export the entries themselves, as `ldapsearch` or `slapcat` do, and read that file",
    },
    Code {
        id: NO_DN,
        what: "The first line of the entry is not `dn: …`.",
        why: "Every entry of a directory has a name. Without it the lines may be half of another entry, parted from it \
              by a blank line.",
        example: "a blank line in the middle of an entry",
        fix: "look at the file at the line that `_row` names, and take the blank line out",
    },
    Code {
        id: TOO_LARGE,
        what: "The entry has more than 64 MiB.",
        why: "No directory writes such entries. What stands within the limit is kept with the fault.",
        example: "a file that is no LDIF",
        fix: "look at the file at the line that `_row` names",
    },
    Code {
        id: BAD_LINE,
        what: "A line of the entry is no attribute: it has no colon, or no name before it.",
        why: "What it belongs to is not known, so it is left out.",
        example: "a description of several lines whose second line is not indented",
        fix: "indent the line with one blank if it continues the one before",
    },
    Code {
        id: ENCODING,
        what: "The value is not what it says: broken base64, text that is not UTF-8, or bytes that mean nothing in \
               the declared encoding.",
        why: "Broken base64 stays as it stands. Text in another encoding is read as `windows-1252` or the declared \
              one; a byte without a meaning there is U+FFFD.",
        example: "`cn:: Sm9z6Q==`, which is Latin-1",
        fix: "declare the source's `encoding`, or correct the value in the source",
    },
    Code {
        id: URL,
        what: "The value stands elsewhere: the file gives the address of it (`:<`).",
        why: "Nothing that a file names is ever opened. The address itself is the value of the column.",
        example: "jpegphoto:< file:///photos/ann.jpg",
        fix: "export the entry with its values in the file, or leave the column out",
    },
    Code {
        id: NO_COLUMN,
        what: "The value has no column: the source has 2,000 already.",
        why: "Each attribute is a column, and so is each of its options. So many are a sign of a damaged file.",
        example: "a file in which every entry has an attribute of its own",
        fix: "split the files into several sources, or take the attribute out",
    },
];
