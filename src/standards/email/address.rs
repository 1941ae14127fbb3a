//! What an address is: the part before the @, and the domain behind it.

use super::{EmailOptions, Idn, Local};
use crate::standards::email::Case;

/// The clean form of an address that stands by itself; `None` if it is none.
pub(super) fn write(address: &str, options: &EmailOptions, clean: &mut String) -> Option<()> {
    let start = clean.len();
    let (local, domain) = address.split_once('@')?;
    if !is_local(local, options.local) {
        return None;
    }
    match options.case {
        Case::Lower if local.is_ascii() => {
            clean.push_str(local);
            clean[start..].make_ascii_lowercase();
        }
        Case::Lower => clean.push_str(&lower(local)),
        Case::KeepLocal => clean.push_str(local),
    }
    clean.push('@');
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    if domain.is_ascii() && !(options.idn == Idn::Unicode && has_punycode(domain)) {
        let at = clean.len();
        clean.push_str(domain);
        clean[at..].make_ascii_lowercase();
        is_domain(&clean[at..]).then_some(())?;
    } else {
        let ascii = to_ascii(domain)?;
        is_domain(&ascii).then_some(())?;
        match options.idn {
            Idn::Ascii => clean.push_str(&ascii),
            Idn::Unicode => clean.push_str(&to_unicode(ascii)),
        }
    }
    (clean.len() - start <= 254).then_some(())
}

/// Whether the value is what [`write`] gives; may say no to one that is.
pub(super) fn is_clean(value: &str, options: &EmailOptions) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    let small = |text: &str| !text.bytes().any(|byte| byte.is_ascii_uppercase());
    value.is_ascii()
        && value.len() <= 254
        && is_local(local, options.local)
        && is_domain(domain)
        && small(domain)
        && (options.case == Case::KeepLocal || small(local))
        && !(options.idn == Idn::Unicode && has_punycode(domain))
}

/// Small letters that stay as they are when this is done again.
fn lower(local: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let one = |c: char| {
        let mut small = c.to_lowercase();
        // İ has no small letter of its own.
        if small.len() == 1 { small.next().unwrap_or(c) } else { c }
    };
    local.chars().map(one).nfc().collect()
}

fn has_punycode(domain: &str) -> bool {
    domain.split('.').any(|label| label.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--")))
}

/// The part before the @: no quotes, no dot at an end, no two dots together.
fn is_local(local: &str, letters: Local) -> bool {
    let bytes = local.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 || bytes.first() == Some(&b'.') {
        return false;
    }
    let mut before = 0;
    for &byte in bytes {
        let fine = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'+' => true,
            b'.' => before != b'.',
            // Slash parts two addresses; a question mark begins what mailto: adds.
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'=' | b'^' | b'`' | b'{' | b'}' | b'~' => true,
            0x80.. => letters == Local::Any,
            _ => false,
        };
        if !fine {
            return false;
        }
        before = byte;
    }
    let letter = |c: char| c.is_ascii() || c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    // A quote at an end is what surrounds an address.
    before != b'.'
        && bytes.first() != Some(&b'\'')
        && bytes.first() != Some(&b'!')
        && (local.is_ascii() || local.chars().all(letter))
}

/// A host name in ASCII of at least two labels, the last of them no number.
pub(in crate::standards) fn is_domain(domain: &str) -> bool {
    let mut labels = 0;
    let mut last = "";
    for label in domain.split('.') {
        let bytes = label.as_bytes();
        let plain = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        if !plain || bytes.is_empty() || bytes.len() > 63 || label.starts_with('-') || label.ends_with('-') {
            return false;
        }
        labels += 1;
        last = label;
    }
    labels >= 2 && domain.len() <= 253 && last.len() >= 2 && !last.bytes().all(|byte| byte.is_ascii_digit())
}

/// The domain in Punycode, if it is one.
pub(in crate::standards) fn to_ascii(domain: &str) -> Option<String> {
    let letters = |c: char| c.is_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '.');
    if !domain.chars().all(letters) {
        return None;
    }
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(ascii) => Some(ascii),
        _ => None,
    }
}

/// The domain in its own letters, where it has some and they lead back to it.
fn to_unicode(ascii: String) -> String {
    let (unicode, fine) = idna::domain_to_unicode(&ascii);
    let returns = fine.is_ok() && to_ascii(&unicode).as_deref() == Some(ascii.as_str());
    if returns { unicode } else { ascii }
}
