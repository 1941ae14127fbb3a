//! Which encoding a text file is likely in.
//!
//! Knows nothing of rows and fields.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use crate::sources::encoding::Encoding;

/// The encoding that a byte order mark names, and the length of the mark.
pub(super) fn byte_order_mark(start: &[u8]) -> Option<(Encoding, usize)> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::UTF_16BE, 2)),
        _ => None,
    }
}

/// UTF-16 without a mark, by the zero bytes that Latin letters, separators and
/// line ends have in it.
pub(super) fn utf_16(start: &[u8]) -> Option<Encoding> {
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    let many = |count: usize| count >= 2 && count * 4 >= half;
    let guess = match (many(even), many(odd)) {
        (false, true) => Encoding::UTF_16LE,
        (true, false) => Encoding::UTF_16BE,
        _ => return None,
    };
    let whole = start.get(..start.len() / 2 * 2)?;
    let mut text = String::new();
    let unbroken = guess.decode_into(whole, &mut text);
    // The sample may end between two surrogates.
    let sound = unbroken || text.matches('\u{fffd}').count() <= 1;
    (sound && !text.contains('\0')).then_some(guess)
}

/// The encoding of text that has bytes beyond ASCII in `sample`.
///
/// UTF-8 if most of those bytes are valid in it: a file is not something else
/// for one broken place. Otherwise Windows-1252, unless there is enough text to
/// tell an alphabet other than the Latin one, or a page of Asia, by its letters.
pub(super) fn beyond_ascii(sample: &[u8]) -> Encoding {
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // The sample may end within a character.
    let cut = sample.utf8_chunks().last().is_some_and(|chunk| !chunk.invalid().is_empty() && sample.len() > 16);
    if valid > broken || (cut && broken == 1 && valid > 0) {
        return Encoding::UTF_8;
    }
    let beyond = sample.iter().filter(|byte| !byte.is_ascii()).count();
    if beyond < 16 {
        return Encoding::WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess.decode_without_bom_handling(sample).1 { Encoding::WINDOWS_1252 } else { Encoding::of(guess) }
}
