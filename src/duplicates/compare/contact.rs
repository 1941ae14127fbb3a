//! Addresses for letters without paper, and numbers to call.

use super::MISSING;
use super::text::{close, edits, likeness};

/// Figures at the end of a number by which it is known without its prefixes.
const LOCAL_FIGURES: usize = 7;

/// Local part and domain, lower case. Text without `@` is all local part.
pub(super) fn prepare_email(text: &str, slots: &mut Vec<String>) {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@').unwrap_or((&text, ""));
    // What stands behind a plus is the mailbox's own affair.
    let local = local.split_once('+').map_or(local, |(before, _)| if before.is_empty() { local } else { before });
    slots.extend([local.to_string(), domain.to_string()]);
}

/// The levels of [`super::Kind::Email`].
pub(super) fn compare_emails(a: &[&[u8]], b: &[&[u8]]) -> u8 {
    let ([a, a_domain], [b, b_domain]) = (a, b) else { return MISSING };
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    let same_domain = a_domain == b_domain;
    if a == b {
        return if same_domain {
            5
        } else if close(a_domain, b_domain) {
            4
        } else {
            3
        };
    }
    let near = close(a, b);
    if near && (same_domain || close(a_domain, b_domain)) {
        return 4;
    }
    if near || (a.len().min(b.len()) >= 5 && likeness(a, b) >= 0.88) { 2 } else { 1 }
}

/// The figures of each number, apart by spaces; a number of one figure only,
/// such as `000000`, is none.
pub(super) fn prepare_phones(values: &[Option<&str>]) -> String {
    let mut numbers: Vec<String> = Vec::new();
    for value in values.iter().flatten() {
        // An extension is another room in the same house.
        let main = value.split(['x', ';', ',']).next().unwrap_or_default();
        let figures: String = main.chars().filter(char::is_ascii_digit).collect();
        let varied = figures.bytes().any(|figure| Some(figure) != figures.bytes().next());
        if figures.len() >= 5 && varied && !numbers.contains(&figures) {
            numbers.push(figures);
        }
    }
    numbers.join(" ")
}

/// The levels of [`super::Kind::Phone`]: the best of all pairs of numbers.
pub(super) fn compare_phones(a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return MISSING;
    }
    if a == b {
        return 4;
    }
    let numbers = |text| super::text::words(text);
    numbers(a).flat_map(|one| numbers(b).map(move |other| phones(one, other))).max().unwrap_or(MISSING)
}

fn phones(a: &[u8], b: &[u8]) -> u8 {
    if a == b {
        return 4;
    }
    let local = |number: &[u8]| number.len().saturating_sub(LOCAL_FIGURES);
    if a.len() != b.len() && a.len().min(b.len()) >= LOCAL_FIGURES && a[local(a)..] == b[local(b)..] {
        return 3;
    }
    if edits(a, b, 1) <= 1 { 2 } else { 1 }
}
