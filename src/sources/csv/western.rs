//! Tells text of DOS and of the old Macintosh from text of Windows, by the letters
//! that stand within words.
//!
//! The same byte is `ü` on one system and `Ÿ`, `”` or nothing on another. Only
//! bytes beside an ASCII letter are judged, so only languages that write mostly
//! those are told; and only where nearly all of them agree.

use crate::sources::encoding::Encoding;

/// So many bytes beyond ASCII must stand within words.
const ENOUGH: usize = 3;
/// How many of them are looked at.
const MOST: usize = 2_000;
const OFTEN: &str = "éèäöüßáíóúñçàåøÉÄÖÜÅØÑÇ";
const SELDOM: &str = "âêîôûëïÿìòùõãæœýðþÁÍÓÚÀÈÂÊÎÔÛËÏÌÒÙÕÃÆŒÝŠšŽž";

/// The encoding of DOS or of the Macintosh, if the text is surely in it rather than
/// in Windows-1252.
pub(super) fn beside_windows(sample: &[u8]) -> Option<Encoding> {
    let judged: Vec<(Option<u8>, u8, Option<u8>)> = sample
        .iter()
        .enumerate()
        .filter(|(_, byte)| !byte.is_ascii())
        .map(|(at, byte)| {
            (at.checked_sub(1).and_then(|before| sample.get(before)).copied(), *byte, sample.get(at + 1).copied())
        })
        .filter(|(before, _, behind)| {
            [before, behind].iter().any(|side| side.is_some_and(|byte| byte.is_ascii_alphabetic()))
        })
        .take(MOST)
        .collect();
    let beyond = sample.iter().filter(|byte| !byte.is_ascii()).count();
    let pairs = sample.windows(2).filter(|pair| pair.iter().all(|byte| !byte.is_ascii())).count();
    // Where such bytes stand side by side, a character takes several of them, or the
    // alphabet is another one.
    if judged.len() < ENOUGH || pairs * 8 > beyond {
        return None;
    }
    let share = |encoding: Encoding| {
        let points: f64 = judged.iter().map(|(before, byte, behind)| points(encoding, *before, *byte, *behind)).sum();
        points / judged.len() as f64
    };
    let windows = share(Encoding::WINDOWS_1252);
    let others = ["cp850", "macintosh", "cp437"].into_iter().filter_map(Encoding::named);
    let (best, found) =
        others.map(|encoding| (share(encoding), encoding)).reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    (best >= 0.8 && windows <= 0.4).then_some(found)
}

/// How well a byte between these two fits, from -1 to 1.
fn points(encoding: Encoding, before: Option<u8>, byte: u8, behind: Option<u8>) -> f64 {
    let mut text = String::new();
    let sound = encoding.decode_into(&[byte], &mut text);
    let Some(c) = text.chars().next().filter(|_| sound) else { return -1.0 };
    let lower = |side: Option<u8>| side.is_some_and(|byte| byte.is_ascii_lowercase());
    let letter = |side: Option<u8>| side.is_some_and(|byte| byte.is_ascii_alphabetic());
    let value = if OFTEN.contains(c) {
        1.0
    } else if SELDOM.contains(c) {
        0.8
    } else if matches!(c, '’' | '‘') && letter(before) && letter(behind) {
        return 1.0;
    } else if matches!(c, '“' | '”' | '‘' | '’' | '„' | '–' | '—' | '…' | '®' | '™' | '°' | '€' | '«' | '»')
    {
        // Beside a word these are as likely as a letter; within one they are not.
        return if letter(before) && letter(behind) { -1.0 } else { 0.5 };
    } else {
        return -1.0;
    };
    // `MŸller`: no capital stands behind a small letter.
    if c.is_uppercase() && lower(before) { -1.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::beside_windows;

    fn named(text: &[u8]) -> Option<&'static str> {
        beside_windows(text).map(crate::sources::encoding::Encoding::name)
    }

    #[test]
    fn systems_are_told_by_their_letters() {
        // Müller, Köln, Äpfel, Jürgen, Señor, Garçon
        assert_eq!(named(b"M\x81ller,K\x94ln,\x8epfel,J\x81rgen,Se\xa4or,Gar\x87on"), Some("cp850"));
        assert_eq!(named(b"M\x9fller,K\x9aln,\x80pfel,J\x9frgen,Se\x96or,Gar\x8don"), Some("macintosh"));
        assert_eq!(named(b"M\xfcller,K\xf6ln,\xc4pfel,J\xfcrgen,Se\xf1or,Gar\xe7on"), None);
        assert_eq!(named(b"don\x92t, it\x92s, \x93so\x94, caf\xe9, \x80 5"), None);
        assert_eq!(named(b"M\x81ller"), None, "one word is no evidence");
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("Анна, Москва; Иван, Казань, id, ooo");
        assert_eq!(named(&cyrillic), None);
        let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("名前,住所\n山田太郎,東京都千代田区\nアイウエオabc\n");
        assert_eq!(named(&japanese), None);
    }
}
