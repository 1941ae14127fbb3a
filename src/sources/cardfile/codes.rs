//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

pub(super) const MISSING: &str = "cardfile.missing";
pub(super) const CUT: &str = "cardfile.cut";
pub(super) const UNCLEAR: &str = "cardfile.unclear";
pub(super) const PICTURE: &str = "cardfile.picture";
pub(super) const OBJECT: &str = "cardfile.object";
pub(super) const ENCODING: &str = "cardfile.encoding";
pub(super) const NO_COLUMN: &str = "cardfile.no-column";

/// Every code that a card can get.
pub const CODES: &[Code] = &[
    Code {
        id: MISSING,
        what: "The file declares the card, but has not the place where it should be.",
        why: "The file is cut short, or its index is damaged. The heading is kept as far as it is there.",
        example: "a file of 3 KB whose header says 91 cards",
        fix: "look for a whole copy of the file",
    },
    Code {
        id: CUT,
        what: "The file ends within the text of the card.",
        why: "What is there of the text is kept with the fault, but it is not all of it.",
        example: "a copy from a floppy disk that was full",
        fix: "look for a whole copy of the file",
    },
    Code {
        id: UNCLEAR,
        what: "The card holds an object, and where it ends and the text begins cannot be told.",
        why: "Objects were written by other programs. Rather than bytes of one as text, the card gets none.",
        example: "a card with a sound recording of an unknown program",
        fix: "open the file in Cardfile, take the object out of the card, and save it",
    },
    Code {
        id: PICTURE,
        what: "The card holds a picture, which is not read.",
        why: "A column holds text. Heading and text of the card are whole.",
        example: "a card with a drawing of the way to the customer",
        fix: "nothing, unless the picture is wanted: Cardfile can copy it out",
    },
    Code {
        id: OBJECT,
        what: "The card holds an embedded or linked object, which is not read.",
        why: "A column holds text. Heading and text of the card are whole, unless a fault says otherwise.",
        example: "a card with a logo from Paintbrush",
        fix: "nothing, unless the object is wanted: Cardfile can copy it out",
    },
    Code {
        id: ENCODING,
        what: "A byte of the text means nothing in the code page.",
        why: "U+FFFD stands in its place. Most likely the code page is another one.",
        example: "a card of a Greek Windows, read as `windows-1252`",
        fix: "declare the source's `encoding`",
    },
    Code {
        id: NO_COLUMN,
        what: "The value of a tagged line has no column: the source has 2,000 already.",
        why: "With `tags = true` every tag is a column. So many are no tags.",
        example: "cards whose text has a colon in each line",
        fix: "leave `tags` out, and take what is wanted from the column `text`",
    },
];
