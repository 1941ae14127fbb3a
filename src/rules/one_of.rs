//! One of: a text must be among the words that the target knows.

use std::collections::HashSet;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::error::ArrowError;

use super::Check;
use super::length::texts_where;

/// Breaks where a text is none of the words.
pub struct OneOf(HashSet<String>);

impl OneOf {
    pub fn new(words: &[String]) -> Self {
        Self(words.iter().cloned().collect())
    }
}

impl Check for OneOf {
    fn code(&self) -> &'static str {
        "one-of.unknown"
    }

    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError> {
        Ok(texts_where(values, |text| !self.0.contains(text)))
    }
}
