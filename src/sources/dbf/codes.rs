//! What `cutover explain` says of the codes of this source.

use crate::diagnostic::Code;

/// Every code that a table's record can get.
pub const CODES: &[Code] = &[
    Code {
        id: "dbf.truncated",
        what: "The table ends before the number of records that its head counts.",
        why: "The record that is cut cannot be used, and whatever stood behind it is missing. One fault stands for \
              all records that are missing.",
        example: "a table whose head counts 67 records, copied from a full disk: 40 are there and half of another",
        fix: "copy the file again from the original, or repair the table in its own program",
    },
    Code {
        id: "dbf.uncounted",
        what: "A whole record stands behind the last one that the table's head counts.",
        why: "It was written when the program stopped before it could update the head. The program itself would not \
              show it, so it is not used without being asked.",
        example: "a head that counts 10 records before the bytes of 12",
        fix: "reindex or repair the table in its own program, then read it again",
    },
    Code {
        id: "dbf.bad-mark",
        what: "The byte before the record is neither a blank (live) nor `*` (deleted).",
        why: "The record, or the file from there on, is damaged or has shifted: its values cannot be trusted.",
        example: "a record that begins with the byte 0x41",
        fix: "look at the record in its own program; copy the file again",
    },
    Code {
        id: "dbf.bad-date",
        what: "A date or date-time field does not hold a day of the calendar.",
        why: "The value is kept as it stands (bytes as `0x…`), so that the mapping can decide.",
        example: "`20230231` or `31.12.99` in a date column",
        fix: "correct the source, or map the column through an expression",
    },
    Code {
        id: "dbf.bad-number",
        what: "A numeric field does not hold a number.",
        why: "dBASE writes asterisks where a number was too long for its column. The value is kept as it stands.",
        example: "`*****` in a column of five digits",
        fix: "look the number up in its own program; correct the source",
    },
    Code {
        id: "dbf.bad-logical",
        what: "A logical field holds a letter other than T, F, Y or N.",
        why: "Whether it means yes or no is not known. The value is kept as it stands.",
        example: "`J` (for \"ja\") in a logical column",
        fix: "map the letter with a value list",
    },
    Code {
        id: "dbf.binary",
        what: "The field holds bytes where text is expected, or is of a type that is not known.",
        why: "There is no text for it: the value is its bytes, `0x…`. Columns that are made for bytes (pictures, \
              objects, VarBinary) are written so too, without a note.",
        example: "a date-time (`@`) of dBASE 7, or a memo of FoxPro that is marked as binary and holds a picture",
        fix: "leave the column out, or take the bytes apart in the mapping",
    },
    Code {
        id: "dbf.after-nul",
        what: "Bytes stand behind the NUL that ends the text of the field.",
        why: "Programs written in C end a text with a NUL and leave there what stood in the buffer before. What \
              follows the NUL is not part of the value.",
        example: "the bytes `Jo`, NUL, `hanna` in a name column: the name is `Jo`",
        fix: "nothing, unless the value is cut: then correct it in the source",
    },
    Code {
        id: "dbf.encoding",
        what: "The text holds bytes that the table's code page does not have.",
        why: "The file names the wrong code page, or none. Each such byte stands as U+FFFD.",
        example: "a table in cp850 whose head says UTF-8",
        fix: "say the code page with the source's `encoding`",
    },
    Code {
        id: "dbf.memo-missing",
        what: "The record points into a memo file, but there is none beside the table.",
        why: "The text is not there: the value is null.",
        example: "CONTACT1.DBF was copied without CONTACT1.DBT",
        fix: "put the memo file (.dbt or .fpt, in any case) beside the table, with the same name",
    },
    Code {
        id: "dbf.memo-damaged",
        what: "The record points to a place of the memo file where no memo stands.",
        why: "The memo file is cut, damaged, or belongs to another copy of the table: the value is null.",
        example: "block 900 of a memo file that has 80",
        fix: "copy table and memo file again, together",
    },
];
