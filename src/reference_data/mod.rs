//! Look up: records are held against reference data that the user brings.
//!
//! Rows and records come with the hashes of their keys, and are joined by these:
//! both are sorted, a range of hashes at a time, and gone through side by side, so
//! that neither is held in memory, however many there are. Rows of one key that
//! say the same are one, the first in the reference. What is found of a record
//! then depends on these rows and the record's own values alone (`settle.rs`), so
//! it is the same in any order. This module changes no record: it says what is to
//! be changed, and the mapping does it.
//!
//! | file | does |
//! |---|---|
//! | `arrange.rs` | the rows of a reference in the order of their keys |
//! | `settle.rs` | what the rows of a key say of a record |
//! | `merge.rs` | goes through rows and records side by side |
//! | `beside.rs` | hands what was found to the mapping, batch by batch |

mod arrange;
mod beside;
mod merge;
mod settle;

pub use arrange::arrange;
pub use beside::{Batch, Beside};
pub use merge::{Counts, Looking, TakeCounts, run};

use std::path::{Path, PathBuf};

use crate::diagnostic::Code;
use crate::joined::{AMBIGUOUS, DIFFERS, MISSING};

/// Different rows of one key at most that are looked at. A key of more says too
/// little of a record for anything to follow from it.
const MOST_ROWS: usize = 1000;

/// The codes of this step.
pub const CODES: &[Code] = &[
    Code {
        id: AMBIGUOUS,
        what: "Rows of the reference that belong to the record say different things of a field, which was left as it is; \
               the reference and the field stand behind the colon.",
        why: "Which of them is right cannot be told, and the first one in the file is no better than the last.",
        example: "`fill = { region = \"State\" }` by a postcode that lies in two states",
        fix: "Join by more fields in `on`, `verify` a field that tells the rows apart, or fill the value in the source; \
              `ambiguous` chooses what becomes of such a record. Of a key with more than 1,000 different rows none is \
              looked at.",
    },
    Code {
        id: DIFFERS,
        what: "A value is not what the reference says; the reference and the field stand behind the colon.",
        why: "One of the two is wrong: the key by which the row was found, or the value. Mail to such an address comes back.",
        example: "`verify = { city = \"Place\" }`, the postcode 02134 and the city Springfield",
        fix: "Correct the record, or the reference; `correct` instead of `verify` takes the reference's word, and \
              `differs` chooses what becomes of such a record.",
    },
    Code {
        id: MISSING,
        what: "The reference has no row with the record's key; the reference stands behind the colon. A record without a \
               value in any field of the key is not looked up, and not missing.",
        why: "A postcode that the postal file lacks delivers no mail, and a number that the register lacks is no number.",
        example: "`on = { postcode = \"Zip\" }` and the postcode 99999",
        fix: "Correct the record, or get a newer reference; `missing` chooses what becomes of such a record, and \
              `missing = \"ignore\"` says that a reference does not know everybody.",
    },
];

/// What each join of an entity found, by the reference's name, in their order.
pub type Accounts = Vec<(String, Counts)>;

/// Where the changes of an entity's values by reference data are told, in a run's folder.
pub fn changes_path(run: &Path, entity: &str) -> PathBuf {
    run.join("lineage").join(format!("{entity}.reference.parquet"))
}
