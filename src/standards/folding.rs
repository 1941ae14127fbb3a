//! Names folded for lookup: case, accents, spaces and signs are taken off.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without spaces and signs, without `the` and `and`: `None` where
/// it is not ASCII or too long.
pub(super) fn fold_ascii<'b>(value: &str, buffer: &'b mut [u8; 64]) -> Option<&'b str> {
    if !value.is_ascii() {
        return None;
    }
    let mut length = 0;
    for word in value.as_bytes().split(|b| !b.is_ascii_alphanumeric()) {
        if word.eq_ignore_ascii_case(b"the") || word.eq_ignore_ascii_case(b"and") {
            continue;
        }
        let place = buffer.get_mut(length..length + word.len())?;
        place.copy_from_slice(word);
        place.make_ascii_lowercase();
        length += word.len();
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

/// The same for any text: accents are taken off too.
pub(super) fn fold(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    for c in value.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'ø' | 'Ø' => plain.push('o'),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'ł' | 'Ł' => plain.push('l'),
            'đ' | 'Đ' => plain.push('d'),
            'ı' => plain.push('i'),
            other => plain.extend(other.to_lowercase()),
        }
    }
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !matches!(*word, "the" | "and")).collect()
}
