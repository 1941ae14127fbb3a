//! What a pipeline may say of a source of fixed-width text.

use crate::sources::encoding::Encoding;
use crate::{options, words};

options! {
    /// Text in which each column has its place in the line.
    pub struct FixedOptions {
        /// The columns: `{ name = "…", start = 1, width = 20 }`, counted in
        /// characters, the first of a line being 1.
        columns: Option<Vec<FixedColumn>>,
        /// A CSV file that lists the columns, in place of `columns`: `column`,
        /// `start` and `length`, or `end`. It is looked for beside the file.
        schema: Option<String>,
        /// The encoding, such as `windows-1252` or `cp850`; detected unless declared.
        encoding: Option<Encoding>,
        /// Lines at the beginning that are no records.
        skip: u32 = 0,
        /// What becomes of a line that ends before its last column begins:
        /// `reject`, or `pad`, which leaves what is missing empty.
        short: Short = Short::Reject,
        /// What is taken from a value that only fills its place up: spaces at
        /// `both` ends, at the `end`, or `none`.
        trim: Trim = Trim::Both,
        /// Which file of a zip, by its name there.
        member: Option<String>,
    }
}

options! {
    /// A column of a line.
    pub struct FixedColumn {
        /// Its name.
        name: String,
        /// The place of its first character, from 1.
        start: u32,
        /// Its width in characters.
        width: u32,
    }
}

words! {
    /// What becomes of a line that is too short.
    pub enum Short {
        /// It is rejected as `fixed.short`.
        Reject = "reject",
        /// What is missing is empty.
        Pad = "pad",
    }
}

words! {
    /// Which spaces of a value are padding.
    pub enum Trim {
        /// Those before and behind it.
        Both = "both",
        /// Those behind it.
        End = "end",
        /// None.
        None = "none",
    }
}
