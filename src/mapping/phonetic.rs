//! Functions by which values that sound or look alike become equal: `soundex`,
//! `metaphone`, `double_metaphone`, `fold` and `digits`.
//!
//! They take text of any script and write it in ASCII first; what has no letters
//! sounds like nothing and gives null.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use deunicode::deunicode;
use rphonetic::{DoubleMetaphone, Encoder, Metaphone, Soundex};

/// All functions of this module.
pub fn functions() -> Vec<ScalarUDF> {
    vec![
        function("soundex", |text| sound(&Soundex::default(), text)),
        function("metaphone", |text| sound(&Metaphone::new(Some(6)), text)),
        function("double_metaphone", |text| sound(&DoubleMetaphone::new(Some(6)), text)),
        function("fold", fold),
        function("digits", digits),
    ]
}

fn function(name: &str, each: fn(&str) -> Option<String>) -> ScalarUDF {
    let run = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let texts: StringArray = match arrays.first().and_then(|array| array.as_string_opt::<i32>()) {
            Some(texts) => texts.iter().map(|text| text.and_then(each)).collect(),
            None => StringArray::new_null(arrays.first().map_or(0, |array| array.len())),
        };
        Ok(ColumnarValue::Array(Arc::new(texts) as ArrayRef))
    };
    create_udf(name, vec![DataType::Utf8], DataType::Utf8, Volatility::Immutable, Arc::new(run))
}

/// The crate's encoders take ASCII letters and nothing else.
fn sound(encoder: &dyn Encoder, text: &str) -> Option<String> {
    let letters: String = deunicode(text).chars().filter(char::is_ascii_alphabetic).collect();
    let code = if letters.is_empty() { String::new() } else { encoder.encode(&letters) };
    (!code.is_empty()).then_some(code)
}

/// Lower-case ASCII letters and figures, the words apart by one space.
fn fold(text: &str) -> Option<String> {
    let ascii = deunicode(text).to_ascii_lowercase();
    let words = ascii.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '\'' && letter != '.');
    let plain = |word: &str| word.replace(['\'', '.'], "");
    let words: Vec<String> = words.map(plain).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;
    use rphonetic::{DoubleMetaphone, Metaphone, Soundex};

    use super::{digits, fold, sound};

    #[test]
    fn names_that_sound_alike_are_equal() {
        let soundex = |text| sound(&Soundex::default(), text);
        assert_eq!(soundex("Müller").as_deref(), Some("M460"));
        assert_eq!(soundex("Miller"), soundex("Møller"));
        assert_eq!(soundex("O'Brien"), soundex("OBRIEN"));
        assert_eq!(soundex("42"), None);
        assert_eq!(sound(&Metaphone::new(Some(6)), "Smith").as_deref(), Some("SM0"));
        assert_eq!(sound(&DoubleMetaphone::new(Some(6)), "Schmidt").as_deref(), Some("XMT"));
    }

    #[test]
    fn what_looks_alike_is_equal() {
        assert_eq!(fold("  ÉLAN-Vital, S.A. ").as_deref(), Some("elan vital sa"));
        assert_eq!(fold(" - "), None);
        assert_eq!(digits("12a Main St, Apt 3").as_deref(), Some("123"));
        assert_eq!(digits("Main St"), None);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in ".*") {
            for encoder in [&Soundex::default() as &dyn rphonetic::Encoder, &Metaphone::default(), &DoubleMetaphone::default()] {
                sound(encoder, &text);
            }
            let folded = fold(&text);
            assert_eq!(folded.as_deref().and_then(fold), folded);
            digits(&text);
        }
    }
}
