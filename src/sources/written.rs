//! How numbers and bytes of databases are written as text, the same in every
//! kind of source. Knows no format of a file.

/// The shortest text that gives the same number again, without `.0`; with an
/// exponent only below 10^-12 and from 10^21.
pub(super) fn real(real: f64) -> String {
    let size = real.abs();
    if real == 0.0 {
        "0".into()
    } else if (1e-12..1e21).contains(&size) || !real.is_finite() {
        real.to_string()
    } else {
        format!("{real:E}")
    }
}

/// `0x` and two digits a byte.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("0x");
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}
