//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

/// Every code that a record of an Access table can get.
pub const CODES: &[Code] = &[
    Code {
        id: "access.damaged-record",
        what: "The record's own list of where its fields begin does not fit the record.",
        why: "The page that holds it is damaged. The fields cannot be told apart, so none of them is used.",
        example: "a record of 40 bytes that says its second text begins at byte 900",
        fix: "run \"Compact and Repair Database\" in Access on a copy, then read the copy",
    },
    Code {
        id: "access.missing",
        what: "The table counts more records than are found in it.",
        why: "A page of the table is lost or damaged. One fault stands for all records that are missing.",
        example: "a table that counts 830 records, of which 790 are found",
        fix: "run \"Compact and Repair Database\" in Access on a copy, then read the copy",
    },
    Code {
        id: "access.too-large",
        what: "A value of the record is larger than 64 MB.",
        why: "It would not fit into memory beside the rest; no field of customer data is that long.",
        example: "a video in a column of OLE objects",
        fix: "delete the object in a copy of the database, or export it first",
    },
    Code {
        id: "access.memo-damaged",
        what: "The record points to a place where no long text or object stands.",
        why: "Access keeps long texts and objects on pages of their own. The page is lost, damaged or belongs to \
              something else: the value is null.",
        example: "a memo on page 900 of a file that has 80",
        fix: "run \"Compact and Repair Database\" in Access on a copy, then read the copy",
    },
    Code {
        id: "access.encoding",
        what: "The text holds bytes that mean nothing in the database's encoding.",
        why: "A text of Access 97 is in the code page of the database, which may be named wrong; a later one is \
              UTF-16. Each such place stands as U+FFFD.",
        example: "a database in Windows-1251 whose head says Windows-1252",
        fix: "for Access 97, say the code page with the source's `encoding`",
    },
    Code {
        id: "access.bad-date",
        what: "A date field does not hold a day between the years 100 and 9999.",
        why: "Another program wrote it. The value is kept as the number of days that stands in the table.",
        example: "the number 9000000 in a date column",
        fix: "correct the source, or map the column through an expression",
    },
    Code {
        id: "access.damaged-value",
        what: "A value is shorter than its type, or its parts cannot be found.",
        why: "The record or the table beside it that keeps several values of a field is damaged: the value is null.",
        example: "a number of eight bytes of which three are there",
        fix: "run \"Compact and Repair Database\" in Access on a copy, then read the copy",
    },
    Code {
        id: "access.unknown-type",
        what: "The column has a type that is not known.",
        why: "A later version of Access wrote it. The value is kept as its bytes, `0x…`.",
        example: "a column of type 0x15",
        fix: "change the column's type in a copy of the database, or export the table from Access",
    },
];
