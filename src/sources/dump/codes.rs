//! What can be wrong with a record of a dump.

use crate::diagnostic::Code;

pub(super) const CUT: &str = "dump.cut";
pub(super) const ENCODING: &str = "dump.encoding";
pub(super) const EXPRESSION: &str = "dump.expression";
pub(super) const TOO_LARGE: &str = "dump.too-large";
pub(super) const WIDTH: &str = "dump.width";

/// The codes of this source.
pub const CODES: &[Code] = &[
    Code {
        id: CUT,
        what: "The dump, or the statement, ends within the record.",
        why: "The dump was not written to its end: the disk was full, or the copy broke. What is there of the \
              record is kept, but nobody knows what is missing, nor how many records would have followed.",
        example: "INSERT INTO contact VALUES (1,'Ann','Oslo'),(2,'Bo",
        fix: "Get the whole dump: a file of `mysqldump` ends with `-- Dump completed`, one of `pg_dump` with \
              `-- PostgreSQL database dump complete`, one of SQLite with `COMMIT;`.",
    },
    Code {
        id: ENCODING,
        what: "The record holds bytes that mean nothing in the dump's encoding.",
        why: "The dump is in another encoding than the one that it names, or that was declared, or a program put \
              bytes of another one into the table. Each broken place is shown as U+FFFD.",
        example: "the bytes 4D FC 6C 6C 65 72 (`Müller` in windows-1252) in a dump that is read as utf-8",
        fix: "If many records have it, declare the source's `encoding`; `cutover check` shows the one in use.",
    },
    Code {
        id: EXPRESSION,
        what: "The value is an expression that the server would have computed: it is kept as it is written.",
        why: "A dump is read without a server. The text of the expression is not the value, so it is said, lest it \
              be taken for one. The record is used.",
        example: "INSERT INTO contact VALUES (1, 'Ann', getdate())",
        fix: "Take the value out of the text in the mapping, such as \
              `regexp_replace(created, '^CAST\\(N?''(.*)'' AS .*$', '\\1')`, or load the dump into its server \
              and read that.",
    },
    Code {
        id: TOO_LARGE,
        what: "A value of the record is larger than 64 MB.",
        why: "It would not fit into memory beside the rest; no field of customer data is that long.",
        example: "a video in a column of attachments",
        fix: "Repair the record by hand, or leave it out.",
    },
    Code {
        id: WIDTH,
        what: "The record has fewer values than the table has columns, or more.",
        why: "Nobody can say which value belongs to which column: loading it could put a phone number into a name.",
        example: "INSERT INTO contact (id, name) VALUES (1, 'Ann', 'Oslo')",
        fix: "Correct the line in the dump. If all records have it, the dump's `create table` is that of another \
              version of the table: give the dump the one that fits.",
    },
];
