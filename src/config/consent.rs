//! Fields that hold what a person allows.

use crate::words;

words! {
    /// What a flag says of its person's consent. Of several, the most restrictive
    /// holds, and no run takes a restriction back.
    pub enum Consent {
        /// True: the person does not want it.
        OptOut = "opt_out",
        /// True: the person has allowed it.
        OptIn = "opt_in",
    }
}

impl Consent {
    /// The value that restricts.
    pub fn restricts(self) -> bool {
        matches!(self, Self::OptOut)
    }
}
