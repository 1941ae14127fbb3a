//! How long an object is that OLE 1 wrote into a stream.
//!
//! The format: a version, a kind, the name of a class; then, by kind, what the
//! object is linked to or its bytes, and a second object that shows it.

use super::layout::double;

const LINKED: u32 = 1;
const EMBEDDED: u32 = 2;
const STATIC: u32 = 3;
const SHOWN: u32 = 5;

/// Where an object may end that begins at `from`: with the picture that shows it,
/// or without, as some programs wrote it. None where it is no such object.
pub(super) fn ends(bytes: &[u8], from: usize) -> impl Iterator<Item = usize> {
    let data = data_end(bytes, from);
    let whole = match double(bytes, from + 4) {
        Some(STATIC) => shown(bytes, from),
        _ => data.and_then(|data| shown(bytes, data)),
    };
    whole.into_iter().chain(data)
}

/// Where the bytes of an object end, or what it is linked to.
fn data_end(bytes: &[u8], from: usize) -> Option<usize> {
    let at = from + 8;
    match double(bytes, from + 4)? {
        LINKED => {
            // Class, file, item, network; reserved; when it is brought up to date.
            (0..4).try_fold(at, |at, _| behind(bytes, at))?.checked_add(8)
        }
        EMBEDDED => {
            // Class, file, item; the bytes of the object.
            (0..4).try_fold(at, |at, _| behind(bytes, at))
        }
        _ => None,
    }
}

/// The end of the picture that shows an object.
fn shown(bytes: &[u8], from: usize) -> Option<usize> {
    match double(bytes, from.checked_add(4)?)? {
        0 => Some(from + 8),
        STATIC | SHOWN => {
            let class = text(bytes, from + 8)?;
            let at = behind(bytes, from + 8)?;
            if matches!(class, b"METAFILEPICT" | b"DIB" | b"BITMAP") {
                // Width, height, bytes.
                return behind(bytes, at.checked_add(8)?);
            }
            // A format of the clipboard by number, or by name; bytes.
            let at = if double(bytes, at)? == 0 { behind(bytes, at + 4)? } else { at + 4 };
            behind(bytes, at)
        }
        _ => None,
    }
}

/// What stands behind a length and so many bytes.
fn behind(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at.checked_add(4)?.checked_add(usize::try_from(double(bytes, at)?).ok()?)?;
    (end <= bytes.len()).then_some(end)
}

/// A text with its length before it and a zero at its end.
fn text(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let text = bytes.get(at + 4..behind(bytes, at)?)?;
    Some(text.strip_suffix(b"\0").unwrap_or(text))
}
