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
        id: "vcard.unopened",
        what: "The card has no `BEGIN:VCARD`: lines outside any card end with `END:VCARD`.",
        why: "Whether its first lines are there is not known. It costs itself; what is there is kept with the fault.",
        example: "`FN:Ann Smith` and `END:VCARD` without a `BEGIN:VCARD` before them",
        fix: "export the cards again, or add the missing line",
    },
    Code {
        id: "vcard.stray",
        what: "Lines that are not blank stand outside any card.",
        why: "What they are is not known, so they are no card. One fault stands for all lines up to the next card; \
              their text, up to 1 MiB, is in the column `UNREAD`.",
        example: "a greeting above the first card, or an `END:VCARD` too many",
        fix: "take the lines out, or add the line that makes a card of them",
    },
    Code {
        id: "vcard.malformed",
        what: "The card is no well-formed JSON or XML, not of the shape that jCard and xCard have, or of more than \
               200,000 parts.",
        why: "Where its properties begin and end is not known. It costs itself; its text is in the column `UNREAD`, \
              and the next card is read as usual.",
        example: "`<tel><uri>tel:1</tel>`, or `[\"vcard\"]` without properties",
        fix: "export the cards again, or correct the card in the file",
    },
    Code {
        id: "vcard.cut",
        what: "The file ends before its list of cards does.",
        why: "The last bracket or tag is missing, so that there may have been more cards.",
        example: "a jCard file without its last `]`, an xCard file without `</vcards>`",
        fix: "export the cards again",
    },
    Code {
        id: "vcard.too-large",
        what: "The card has more than 32 MiB, line ends and folding included, or more than 50,000 properties.",
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
        why: "In an address, a label or a note, where some programs break lines without indenting them, it is taken \
              for the next line of the value. Elsewhere what it belongs to is not known: it is in the column `UNREAD`.",
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
