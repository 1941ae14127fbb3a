//! Which encoding a text file is likely in.
//!
//! Knows nothing of rows and fields.

use std::io::Read;
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::{refused, western};
use crate::sources::encoding::Encoding;
use crate::sources::{ReadError, packed};

/// How much of a file is looked at, in bytes.
const SAMPLE: usize = 256 * 1024;
/// How far the first character beyond ASCII is looked for, in bytes.
const FAR: usize = 64 * 1024 * 1024;

/// The encoding of a file and the length of its byte order mark, which has the
/// last word; then what is declared, then what is detected.
///
/// # Errors
/// A file that cannot be read, is empty, or is no text.
pub(super) fn of_file(
    path: &Path,
    member: Option<&str>,
    declared: Option<Encoding>,
) -> Result<(Encoding, usize), ReadError> {
    let mut input = packed::open(path, member)?;
    let head = read(&mut *input, SAMPLE).map_err(|error| ReadError::io(path, &error))?;
    refused::binary(path, &head)?;
    let found = match (byte_order_mark(&head), declared) {
        (Some(marked), _) => marked,
        (None, Some(declared)) => (declared, 0),
        (None, None) => (detect(&mut *input, head.clone(), path)?, 0),
    };
    if head.len() == found.1 {
        return Err(refused::empty(path));
    }
    Ok(found)
}

/// The file, unpacked, behind its first `mark` bytes.
pub(super) fn behind(path: &Path, member: Option<&str>, mark: usize) -> Result<Box<dyn Read + Send>, ReadError> {
    let mut input = packed::open(path, member)?;
    read(&mut *input, mark).map_err(|error| ReadError::io(path, &error))?;
    Ok(input)
}

/// Up to `count` bytes, fewer only at the end of the file.
fn read(input: &mut dyn Read, count: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `input` stands behind `sample`. As long as there is nothing but ASCII, any
/// encoding will do, and the question is put to what follows.
fn detect(input: &mut dyn Read, mut sample: Vec<u8>, path: &Path) -> Result<Encoding, ReadError> {
    if let Some(utf_16) = utf_16(&sample) {
        return Ok(utf_16);
    }
    let mut seen = sample.len();
    while sample.is_ascii() {
        if sample.len() < SAMPLE || seen >= FAR {
            return Ok(Encoding::UTF_8);
        }
        sample = read(input, SAMPLE).map_err(|error| ReadError::io(path, &error))?;
        seen += sample.len();
    }
    // The first character beyond ASCII may be the last of the sample.
    sample.extend(read(input, SAMPLE).map_err(|error| ReadError::io(path, &error))?);
    Ok(beyond_ascii(&sample))
}

/// The encoding that a byte order mark names, and the length of the mark.
fn byte_order_mark(start: &[u8]) -> Option<(Encoding, usize)> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::UTF_16BE, 2)),
        _ => None,
    }
}

/// UTF-16 without a mark, by the zero bytes that Latin letters, separators and
/// line ends have in it.
fn utf_16(start: &[u8]) -> Option<Encoding> {
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
/// for one broken place. Otherwise a page of DOS or of the Macintosh, if the letters
/// within words are surely theirs; or Windows-1252, unless there is enough text to
/// tell an alphabet other than the Latin one, or a page of Asia, by its letters.
fn beyond_ascii(sample: &[u8]) -> Encoding {
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
    if let Some(other) = western::beside_windows(sample) {
        return other;
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
