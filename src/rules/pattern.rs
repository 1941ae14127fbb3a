//! Pattern: a text must match a regular expression from beginning to end.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::error::ArrowError;
use regex::Regex;

use super::Check;
use super::length::texts_where;

/// Breaks where a text does not match as a whole.
pub struct Pattern(Regex);

impl Pattern {
    /// # Errors
    /// What is wrong with the expression.
    pub fn new(pattern: &str) -> Result<Self, String> {
        Regex::new(&format!("^(?:{pattern})$")).map(Self).map_err(|error| error.to_string())
    }
}

impl Check for Pattern {
    fn code(&self) -> &'static str {
        "pattern.mismatch"
    }

    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError> {
        Ok(texts_where(values, |text| !self.0.is_match(text)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::{Check, Pattern};

    #[test]
    fn the_whole_text_must_match() {
        let values: ArrayRef = Arc::new(StringArray::from(vec![Some("AB12"), Some("xAB12"), Some("AB12\n"), None]));
        let broken = Pattern::new("[A-Z]+|[A-Z]{2}[0-9]{2}").expect("a pattern").broken(&values).expect("texts");
        assert_eq!(broken.iter().collect::<Vec<_>>(), [Some(false), Some(true), Some(true), Some(false)]);
    }
}
