//! Names that stand behind a name: who trades as whom, and in whose care.

/// The sign of a `c/o`.
pub(super) const CARE_OF: &str = "c/o";

/// A name behind another, and what stands between.
pub(super) struct Alias<'a> {
    pub(super) sign: &'static str,
    pub(super) name: &'a str,
}

/// How the signs are written, in small letters, and their one spelling.
static SIGNS: &[(&str, &str)] = &[
    (" d/b/a ", "d/b/a"),
    (" d.b.a. ", "d/b/a"),
    (" d b a ", "d/b/a"),
    (" dba ", "d/b/a"),
    (" d/b/a: ", "d/b/a"),
    (" dba: ", "d/b/a"),
    (" doing business as ", "d/b/a"),
    (" trading as ", "t/a"),
    (" t/a ", "t/a"),
    (" t.a. ", "t/a"),
    (" a/k/a ", "a/k/a"),
    (" aka ", "a/k/a"),
    (" a.k.a. ", "a/k/a"),
    (" also known as ", "a/k/a"),
    (" f/k/a ", "f/k/a"),
    (" f.k.a. ", "f/k/a"),
    (" fka ", "f/k/a"),
    (" formerly known as ", "f/k/a"),
    (" c/o ", CARE_OF),
    (" care of ", CARE_OF),
];

/// The name in front, and the others.
pub(super) fn aliases(text: &str) -> (&str, Vec<Alias<'_>>) {
    let mut found = Vec::new();
    // The signs are ASCII: the places are those of the text.
    let lower = text.to_ascii_lowercase();
    let mut rest = 0;
    let mut legal = text.len();
    let mut open: Option<(&'static str, usize)> = None;
    while let Some((at, sign, spelling)) = next_sign(&lower, rest) {
        let end = at + sign.len();
        match open.take() {
            Some((before, from)) => found.extend(alias(before, text.get(from..at))),
            None => legal = at,
        }
        open = Some((spelling, end));
        // Signs share their spaces.
        rest = end - 1;
    }
    if let Some((sign, from)) = open {
        found.extend(alias(sign, text.get(from..)));
    }
    let name = text.get(..legal).unwrap_or(text).trim_end_matches([',', ' ', '-']);
    // Without a name in front, or with nothing behind a sign, it stays whole.
    match name.is_empty() || (open.is_some() && found.is_empty()) {
        true => (text, Vec::new()),
        false => (name, found),
    }
}

fn alias<'a>(sign: &'static str, name: Option<&'a str>) -> Option<Alias<'a>> {
    let name = name?.trim_matches([',', ' ', ':', '-']);
    (!name.is_empty()).then_some(Alias { sign, name })
}

/// The next sign at or after `from`: its place, how it is written, its spelling.
fn next_sign(lower: &str, from: usize) -> Option<(usize, &'static str, &'static str)> {
    let rest = lower.get(from..)?;
    let each = SIGNS.iter().filter_map(|&(sign, spelling)| Some((rest.find(sign)? + from, sign, spelling)));
    each.min_by_key(|(at, sign, _)| (*at, usize::MAX - sign.len()))
}
