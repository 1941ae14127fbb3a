//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

/// Every code that a card can get.
pub const CODES: &[Code] = &[
    Code {
        id: "vcard.unclosed",
        what: "The card has no `END:VCARD`: the next card or the end of the file comes first.",
        why: "Whether the card is whole is not known. It costs itself; the next card is read as usual.",
        example: "a file that was cut in the middle of its last card",
        fix: "export the cards again, or add the missing line",
    },
    Code {
        id: "vcard.stray",
        what: "Lines that are not blank stand outside any card.",
        why: "They may be a card whose `BEGIN:VCARD` is missing. One fault stands for all lines up to the next card.",
        example: "`FN:Ann Smith` and `END:VCARD` without a `BEGIN:VCARD` before them",
        fix: "add the missing line, or take the lines out",
    },
    Code {
        id: "vcard.too-large",
        what: "The card has more than 64 MiB.",
        why: "No program writes such cards: an `END:VCARD` is missing, or the file is none of cards. What stands \
              within the limit is kept with the fault.",
        example: "a `BEGIN:VCARD` before gigabytes of something else",
        fix: "look at the file at the line that `_row` names",
    },
    Code {
        id: "vcard.encoding",
        what: "The value could not be decoded as the card says: broken quoted-printable, broken base64, an unknown \
               charset, or bytes that the charset does not have.",
        why: "The value is kept as it stands, so that the mapping can decide; a byte that the charset does not have \
              stands as U+FFFD.",
        example: "`NOTE;ENCODING=QUOTED-PRINTABLE:50=%` (`=%` is no byte)",
        fix: "correct the value in the source",
    },
    Code {
        id: "vcard.bad-line",
        what: "A line of the card has no property name or no colon.",
        why: "What it belongs to is not known, so it is left out.",
        example: "an address broken over two lines, the second not indented",
        fix: "join the line to the one before, or indent it with a blank",
    },
    Code {
        id: "vcard.no-column",
        what: "The value has no column: the source has 2,000 already.",
        why: "Each property that a program made up is a column. So many are a sign of a damaged file.",
        example: "a file in which every card has an `X-` property of its own",
        fix: "split the files into several sources, or take the property out",
    },
];
