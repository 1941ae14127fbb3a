//! Length: how many characters a text may have.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::error::ArrowError;

use super::Check;

/// Breaks where a text has fewer than `min` or more than `max` characters.
pub struct Length {
    pub min: Option<u32>,
    pub max: Option<u32>,
}

/// Breaks where a text has more characters than its column holds.
pub struct TooLongText(pub u32);

/// Characters of a text, as a database counts them: code points.
pub fn characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

impl Check for Length {
    fn code(&self) -> &'static str {
        "length.outside"
    }

    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError> {
        let (min, max) = (self.min.unwrap_or(0) as usize, self.max.map_or(usize::MAX, |max| max as usize));
        Ok(texts_where(values, |text| !(min..=max).contains(&characters(text))))
    }
}

impl Check for TooLongText {
    fn code(&self) -> &'static str {
        "length.too-long"
    }

    fn broken(&self, values: &ArrayRef) -> Result<BooleanArray, ArrowError> {
        let max = self.0 as usize;
        // A text has at most as many characters as bytes.
        Ok(texts_where(values, |text| text.len() > max && characters(text) > max))
    }
}

/// True where there is a text and it fulfils `wanted`; other types have no length.
pub(super) fn texts_where(values: &ArrayRef, wanted: impl Fn(&str) -> bool) -> BooleanArray {
    match values.as_string_opt::<i32>() {
        Some(texts) => texts.iter().map(|text| Some(text.is_some_and(&wanted))).collect(),
        None => BooleanArray::from(vec![false; values.len()]),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::{Check, Length, TooLongText};

    #[test]
    fn characters_count_not_bytes() {
        let values: ArrayRef = Arc::new(StringArray::from(vec![Some("Zoë"), Some("Al"), None, Some("Łukasz")]));
        let length = Length { min: Some(3), max: Some(5) };
        let broken = length.broken(&values).expect("texts");
        assert_eq!(broken.iter().collect::<Vec<_>>(), [Some(false), Some(true), Some(false), Some(true)]);
        let broken = TooLongText(3).broken(&values).expect("texts");
        assert_eq!(broken.iter().collect::<Vec<_>>(), [Some(false), Some(false), Some(false), Some(true)]);
    }
}
