//! How a value is packed into bytes: quoted-printable, base64, a charset.
//!
//! What cannot be decoded is kept as it stands, and said to be broken.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::property::parameters;
use crate::sources::encoding::Encoding;

/// With so many bytes beyond ASCII or more, the charset that none names is told
/// by the letters that they make; with fewer, it is Windows-1252.
const TELLING: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    QuotedPrintable,
    Base64,
}

/// The packing that a word means.
pub(super) fn packing(word: &str) -> Option<Packing> {
    match word.to_ascii_uppercase().as_str() {
        "QUOTED-PRINTABLE" | "Q" => Some(Packing::QuotedPrintable),
        "BASE64" | "B" => Some(Packing::Base64),
        _ => None,
    }
}

/// The packing of a bare word, as vCard 2.1 allows; one letter alone is none.
pub(super) fn bare_packing(word: &str) -> Option<Packing> {
    packing(word).filter(|_| word.len() > 1)
}

/// The packing that the head of a line names.
pub(super) fn packing_of(head: &[u8]) -> Option<Packing> {
    parameters(&String::from_utf8_lossy(head)).skip(1).find_map(|(key, value)| match key.as_str() {
        "ENCODING" => packing(&value),
        "" => bare_packing(&value),
        _ => None,
    })
}

/// Which charset the values of one file are in, and what is learnt about it.
pub(super) struct Charsets {
    /// That of the option: values that name none.
    pub option: Option<Encoding>,
    /// Whether the file as a whole has been decoded already, as UTF-16 is.
    pub whole: bool,
    /// Of values that name none and are not UTF-8.
    pub otherwise: Encoding,
    /// Collects such values, as long as the charset is still to be told.
    learning: Option<(EncodingDetector, usize)>,
}

impl Charsets {
    pub(super) fn known(option: Option<Encoding>, whole: bool, otherwise: Encoding) -> Self {
        Self { option, whole, otherwise, learning: None }
    }

    /// Collects what [`Charsets::learnt`] tells from.
    pub(super) fn learning(option: Option<Encoding>, whole: bool) -> Self {
        let learning = Some((EncodingDetector::new(Iso2022JpDetection::Deny), 0));
        Self { option, whole, otherwise: Encoding::WINDOWS_1252, learning }
    }

    /// The charset of the values that name none and are not UTF-8; `None` where
    /// there is no such value.
    pub(super) fn learnt(self) -> Option<Encoding> {
        let (mut detector, beyond) = self.learning?;
        if beyond < TELLING {
            return (beyond > 0).then_some(Encoding::WINDOWS_1252);
        }
        detector.feed(b"", true);
        Some(Encoding::of(detector.guess(None, Utf8Detection::Deny)))
    }

    /// The text of bytes whose charset nothing names, and whether it is whole.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> (String, bool) {
        let mut text = String::new();
        if let Some(page) = self.option.filter(|_| !self.whole) {
            let whole = page.decode_into(bytes, &mut text);
            return (text, whole);
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return (text.to_string(), true);
        }
        if let Some((detector, beyond)) = &mut self.learning {
            detector.feed(bytes, false);
            detector.feed(b"\n", false);
            *beyond += bytes.iter().filter(|byte| !byte.is_ascii()).count();
        }
        let whole = self.otherwise.decode_into(bytes, &mut text);
        (text, whole)
    }
}

/// A value, decoded as far as it goes.
pub(super) struct Decoded {
    pub text: String,
    /// Whether it is base64 that stays base64.
    pub binary: bool,
    pub broken: bool,
}

/// Decodes a value. `stays` says that base64 is to stay: it is bytes, not text.
pub(super) fn decode(
    value: &[u8],
    packed: Option<Packing>,
    charset: Option<&str>,
    stays: bool,
    charsets: &mut Charsets,
) -> Decoded {
    let (mut binary, mut broken) = (false, false);
    let mut bytes = value.to_vec();
    match packed {
        None => {}
        Some(Packing::QuotedPrintable) => (bytes, broken) = quoted_printable(value),
        Some(Packing::Base64) => {
            bytes.retain(|byte| !byte.is_ascii_whitespace());
            if stays {
                binary = true;
                broken = !is_base64(&bytes);
            } else {
                match base64(&bytes) {
                    Some(plain) => bytes = plain,
                    None => (binary, broken) = (true, true),
                }
            }
        }
    }
    // Where the whole file was decoded, only what was packed still has a charset.
    let charset = charset.filter(|_| packed.is_some() || !charsets.whole);
    let page = charset.map(|label| Encoding::named(label).and_then(Encoding::ascii_based));
    let mut text = String::new();
    match page {
        Some(Some(page)) => broken |= !page.0.decode_into(&bytes, &mut text),
        unknown => {
            broken |= unknown.is_some();
            let (found, whole) = charsets.decode(&bytes);
            text = found;
            broken |= !whole;
        }
    }
    Decoded { text, binary, broken }
}

/// The bytes of quoted-printable. Where `=` stands before no two digits it is
/// kept, and the second value true.
fn quoted_printable(text: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(text.len());
    let mut broken = false;
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (digit(0), digit(1)) {
            (Some(high), Some(low)) => {
                out.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            // A soft break at the end of the card.
            _ if after.is_empty() => {}
            _ => {
                broken = true;
                out.push(b'=');
            }
        }
    }
    (out, broken)
}

/// Whether the bytes are base64 without blanks, padded or not.
fn is_base64(text: &[u8]) -> bool {
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    let padded = body.len() < text.len();
    let letters = body.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    letters && body.len() % 4 != 1 && (!padded || text.len().is_multiple_of(4))
}

/// The bytes of base64 without blanks; `None` where it is none.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    if !is_base64(text) {
        return None;
    }
    GeneralPurpose::new(&STANDARD, lenient).decode(text).ok()
}
