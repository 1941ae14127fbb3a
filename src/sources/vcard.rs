use std::path::PathBuf;
use crate::options;
use super::{ReadError, Source};
options! {
    /// vcard
    pub struct VcardOptions {
        /// enc
        encoding: Option<String>,
    }
}
pub fn open(_: &[PathBuf], _: &VcardOptions) -> Result<Box<dyn Source>, ReadError> {
    Err(ReadError::new("x", "stub"))
}
