//! What the bytes of a value are.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::sources::encoding::Encoding;
use crate::sources::entries::decoded;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// After `:`, as it is.
    Plain,
    /// After `::`, in base64.
    Base64,
    /// After `::`, and no text: it stays base64.
    Binary,
    /// After `:<`: where the value stands.
    Url,
}

/// Attributes whose values are pictures, sounds, keys and numbers in bytes.
const BINARY: &[&str] = &[
    "jpegphoto",
    "photo",
    "thumbnailphoto",
    "thumbnaillogo",
    "audio",
    "personalsignature",
    "usercertificate",
    "usersmimecertificate",
    "userpkcs12",
    "cacertificate",
    "crosscertificatepair",
    "certificaterevocationlist",
    "authorityrevocationlist",
    "objectguid",
    "objectsid",
];

/// Whether the values of an attribute, its name in small letters, are no text.
pub(super) fn is_binary(name: &str) -> bool {
    BINARY.contains(&name)
}

/// The value as text, and whether it is what it says.
pub(super) fn text(value: &[u8], kind: Kind, encoding: Option<Encoding>) -> (String, bool) {
    match kind {
        Kind::Plain | Kind::Url => {
            let utf_8 = std::str::from_utf8(value).is_ok();
            let (text, whole) = decoded(value, encoding.filter(|_| !utf_8));
            (text, whole && (utf_8 || encoding.is_some()))
        }
        Kind::Base64 | Kind::Binary => {
            let packed: Vec<u8> = value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let Ok(bytes) = BASE64.decode(&packed) else { return (decoded(value, None).0, false) };
            let packed = || String::from_utf8_lossy(&packed).into_owned();
            if kind == Kind::Binary || bytes.iter().any(|byte| is_control(*byte)) {
                return (packed(), true);
            }
            match String::from_utf8(bytes) {
                Ok(text) => (text, true),
                Err(other) => {
                    let bytes = other.into_bytes();
                    let letters = bytes.iter().filter(|byte| byte.is_ascii()).count();
                    // Latin letters are text in another encoding; a key or a hash is not.
                    let (text, whole) = decoded(&bytes, encoding);
                    if whole && (encoding.is_some() || letters * 2 >= bytes.len()) {
                        (text, encoding.is_some())
                    } else {
                        (packed(), true)
                    }
                }
            }
        }
    }
}

/// A byte that no text has.
fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')
}
