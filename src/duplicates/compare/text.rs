//! Likeness of texts: the one place that knows the crate for it.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::MISSING;

/// Jaro–Winkler, from 0 to 1.
pub(super) fn likeness(a: &[u8], b: &[u8]) -> f64 {
    jaro_winkler::similarity(a.iter().copied(), b.iter().copied())
}

/// Letters inserted, left out, replaced, or swapped with their neighbour; `most`
/// plus one stands for any greater number.
pub(super) fn edits(a: &[u8], b: &[u8], most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    osa::distance_with_args(a.iter().copied(), b.iter().copied(), &osa::Args::default().score_cutoff(most))
        .unwrap_or(most + 1)
}

/// One typing error, or two in a long word.
pub(super) fn close(a: &[u8], b: &[u8]) -> bool {
    let most = match a.len().min(b.len()) {
        0..=2 => return false,
        3..=7 => 1,
        _ => 2,
    };
    edits(a, b, most) <= most
}

/// The words of a folded text.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split(|letter| *letter == b' ').filter(|word| !word.is_empty())
}

/// The share of the letters of both texts that stand in words which the other
/// has too (or one that is close), and that of the text with fewer letters.
pub(super) fn common_words(a: &[u8], b: &[u8]) -> (f64, f64) {
    let (a_words, b_words) = (sorted(a), sorted(b));
    let count = |words: &[&[u8]]| words.iter().map(|word| word.len()).sum::<usize>();
    let (a_all, b_all) = (count(&a_words), count(&b_words));
    // The words of the text that is shorter look for theirs, so that the outcome
    // does not depend on which one is named first.
    let first_shorter = (a_words.len(), a_all, &a_words) <= (b_words.len(), b_all, &b_words);
    let (short, long) = if first_shorter { (a_words, b_words) } else { (b_words, a_words) };
    let mut taken = vec![false; long.len()];
    let (mut short_found, mut long_found) = (0, 0);
    for like in [|a: &[u8], b: &[u8]| a == b, |a: &[u8], b: &[u8]| a.len() > 3 && b.len() > 3 && close(a, b)] {
        for word in &short {
            let place = (0..long.len()).find(|&place| !taken[place] && like(word, long[place]));
            if let Some(place) = place {
                taken[place] = true;
                short_found += word.len();
                long_found += long[place].len();
            }
        }
    }
    let (short_all, long_all) = (count(&short), count(&long));
    if short_all == 0 {
        return (0.0, 0.0);
    }
    let both = (short_found + long_found) as f64 / (short_all + long_all) as f64;
    (both, (short_found as f64 / short_all as f64).min(1.0))
}

fn sorted(text: &[u8]) -> Vec<&[u8]> {
    let mut words: Vec<&[u8]> = words(text).collect();
    words.sort_unstable();
    words
}

/// The levels of [`super::Kind::Text`].
pub(super) fn compare(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 4;
    }
    if close(a, b) {
        return 3;
    }
    if likeness(a, b) >= 0.9 || common_words(a, b).0 >= 0.6 { 2 } else { 1 }
}
