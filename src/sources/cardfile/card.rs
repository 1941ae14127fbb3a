//! One card: its picture or object, and its text.

use super::codes;
use super::layout::{Layout, Version, word};
use super::object;

/// What a card holds.
#[derive(Debug, Default)]
pub(super) struct Card<'a> {
    /// The heading, undecoded.
    pub index: &'a [u8],
    /// The text, undecoded; what there is of it.
    pub text: &'a [u8],
    pub fault: Option<&'static str>,
    pub note: Option<&'static str>,
}

/// Bytes between an object and the length of the text: sizes, corners, kind.
const BEHIND_OBJECT: usize = 14;
/// Bytes of a text, in Unicode.
const LONGEST_TEXT: usize = 2 * 0xffff;

/// The card of that number, from 0.
pub(super) fn read<'a>(bytes: &'a [u8], layout: &Layout, number: usize) -> Card<'a> {
    let mut card = Card { index: layout.heading(bytes, number).unwrap_or_default(), ..Card::default() };
    let start = layout.start(bytes, number).filter(|&start| start >= layout.index && start < bytes.len());
    let Some(start) = start.filter(|_| layout.has_line(bytes, number)) else {
        card.fault = Some(codes::MISSING);
        return card;
    };
    let end = layout.end(bytes, start);
    let picture = word(bytes, start).unwrap_or_default();
    let text = match (picture, layout.version) {
        (0, _) => Some(start + 2),
        // Its length, then its width, height and place, then the bits.
        (length, Version::Mgc) => Some(start + 10 + usize::from(length)),
        _ => object_end(bytes, start + 6, end, layout),
    };
    if picture != 0 {
        card.note = Some(if layout.version == Version::Mgc { codes::PICTURE } else { codes::OBJECT });
    }
    let Some(text) = text else {
        card.fault = Some(codes::UNCLEAR);
        return card;
    };
    let Some(length) = word(bytes, text) else {
        card.fault = Some(codes::CUT);
        return card;
    };
    let wanted = text_bytes(text + 2, usize::from(length), end, layout);
    let there = bytes.get(text + 2..).unwrap_or_default();
    card.text = there.get(..wanted).unwrap_or(there);
    if there.len() < wanted {
        card.fault = Some(codes::CUT);
    }
    while card.text.last() == Some(&0) && layout.version != Version::Dko {
        card.text = &card.text[..card.text.len() - 1];
    }
    card
}

/// Bytes of a text. The length counts characters of two bytes in Unicode files,
/// unless so many would reach into the next card.
fn text_bytes(from: usize, length: usize, end: usize, layout: &Layout) -> usize {
    let characters = layout.version == Version::Dko && from + length != end;
    if characters && from + 2 * length <= end { 2 * length } else { length }
}

/// Where the length of the text stands in a card with an object at `from`.
fn object_end(bytes: &[u8], from: usize, end: usize, layout: &Layout) -> Option<usize> {
    let fits = |text: usize| {
        let length = usize::from(word(bytes, text)?);
        let kind = word(bytes, text.checked_sub(2)?)?;
        let filled = text + 2 + text_bytes(text + 2, length, end, layout);
        (kind <= 2 && filled <= end).then_some((text, filled))
    };
    if let Some((text, _)) = object::ends(bytes, from).find_map(|object| fits(object + BEHIND_OBJECT)) {
        return Some(text);
    }
    // An object that is written in another way: the text is what fills the card
    // to its end. More than one answer is none.
    let first = (from + BEHIND_OBJECT).max(end.saturating_sub(LONGEST_TEXT + 2));
    let mut answers = (first..end.saturating_sub(1)).filter_map(fits).filter(|&(_, filled)| filled == end);
    let (answer, _) = answers.next()?;
    answers.next().is_none().then_some(answer)
}
