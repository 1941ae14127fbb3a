//! Casing of place and street names that were typed in capitals or without
//! any. A value of mixed case is somebody's intention and stays as it is.
//! Characters whose other case is not one character that leads back (ß, İ) are
//! left alone, so that casing twice is casing once.

/// Whether all letters that have a case have the same one.
pub(super) fn is_uniform(text: &str) -> bool {
    let (mut upper, mut lower) = (false, false);
    for c in text.chars() {
        upper |= c.is_uppercase();
        // ß stands among capitals too: GIEßEN.
        lower |= c.is_lowercase() && c != 'ß';
        if upper && lower {
            return false;
        }
    }
    upper || lower
}

/// The text in small letters, without a dot above that is a character of its own
/// (U+0307), which Unicode makes of İ. Where there is an İ the text is Turkish,
/// and its I is ı.
pub(super) fn lowercase(text: &str) -> String {
    if !text.contains('İ') {
        return text.to_lowercase();
    }
    text.replace('İ', "i").replace('I', "ı").to_lowercase()
}

/// The same for text whose words are to begin large: an İ or I that begins one
/// stays, since neither is the capital of i elsewhere.
pub(super) fn lowercase_inside(text: &str) -> String {
    if !text.contains('İ') {
        return text.to_lowercase();
    }
    let mut small = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            'İ' | 'I' if !inside => small.push(c),
            'İ' => small.push('i'),
            'I' => small.push('ı'),
            c => small.extend(c.to_lowercase()),
        }
        inside = c.is_alphanumeric();
    }
    small
}

/// The one-character lower case of `c`, if it leads back to `c`.
pub(super) fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    other(c, |c| one(c.to_lowercase()), |c| one(c.to_uppercase()))
}

/// The one-character upper case of `c`, if it leads back to `c`.
pub(super) fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    other(c, |c| one(c.to_uppercase()), |c| one(c.to_lowercase()))
}

fn other(c: char, to: impl Fn(char) -> Option<char>, back: impl Fn(char) -> Option<char>) -> char {
    to(c).filter(|&changed| back(changed) == Some(c)).unwrap_or(c)
}

fn one(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// Words that are written small inside a name, whatever the language.
const SMALL: &[&str] = &[
    "a", "aan", "am", "an", "and", "auf", "bei", "by", "da", "das", "de", "degli", "dei", "del", "della", "delle",
    "dello", "dem", "den", "der", "des", "di", "do", "dos", "du", "im", "in", "of", "on", "op", "sul", "sulla", "sur",
    "te", "ten", "ter", "the", "und", "unter", "upon", "van", "vom", "von", "vor", "zu", "zum", "zur",
];

/// Words that are written small only between hyphens (`Villiers-le-Bel`), being
/// written large elsewhere (`East Los Angeles`).
const SMALL_IN_COMPOUNDS: &[&str] = &["en", "la", "las", "le", "les", "lez", "lès", "los", "sous", "y"];

/// Words that stay in capitals.
const CAPITALS: &[&str] =
    &["afb", "apo", "dc", "dpo", "fpo", "ii", "iii", "iv", "nyc", "uk", "usa", "ne", "nw", "se", "sw", "po"];

/// The name in title case, with particles small and `McAllen`, `O'Fallon`,
/// `L'Aquila`, `'s-Hertogenbosch` and ordinals (`42nd`) as they are written.
pub(super) fn title(text: &str) -> String {
    let small: String = match text.contains('İ') {
        true => lowercase_inside(text),
        false => text.chars().map(lower).collect(),
    };
    let mut cased = String::with_capacity(small.len());
    let mut rest = small.as_str();
    let mut before = None;
    while !rest.is_empty() {
        let is_word = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        if !word.is_empty() {
            push_word(&mut cased, word, before, tail.chars().next());
        }
        let Some(separator) = tail.chars().next() else { break };
        cased.push(separator);
        // What stands before the first word makes no word an inner one.
        before = cased.contains(char::is_alphanumeric).then_some(separator);
        rest = &tail[separator.len_utf8()..];
    }
    cased
}

fn push_word(cased: &mut String, word: &str, before: Option<char>, after: Option<char>) {
    if CAPITALS.contains(&word) {
        return cased.extend(word.chars().map(upper));
    }
    let inside = before.is_some() && matches!(before, Some(' ' | '-')) && matches!(after, Some(' ' | '-'));
    let compound = before == Some('-') && after == Some('-');
    if (inside && SMALL.contains(&word)) || (compound && SMALL_IN_COMPOUNDS.contains(&word)) {
        return cased.push_str(word);
    }
    let Some(apostrophe) = word.find(['\'', '’']) else { return push_plain(cased, word) };
    let (head, tail) = word.split_at(apostrophe);
    let mark = tail.chars().next().map_or(0, char::len_utf8);
    let (mark, tail) = tail.split_at(mark);
    match (head, tail) {
        // 's-Hertogenbosch, 't Harde
        ("", "s" | "t") => cased.push_str(word),
        // Coeur d'Alene, Villeneuve-d'Ascq, but D'Hanis
        ("d" | "l" | "dell" | "nell" | "sull" | "all", _) if before.is_some() => {
            cased.push_str(head);
            cased.push_str(mark);
            push_plain(cased, tail);
        }
        // St. John's
        (_, "s" | "t") if head.chars().count() > 1 => {
            push_plain(cased, head);
            cased.push_str(mark);
            cased.push_str(tail);
        }
        _ => {
            push_plain(cased, head);
            cased.push_str(mark);
            push_plain(cased, tail);
        }
    }
}

fn push_plain(cased: &mut String, word: &str) {
    let mut chars = word.chars();
    let Some(first) = chars.next() else { return };
    // 12b is a house number, 42nd an ordinal; B12 is a unit
    if first.is_ascii_digit() {
        let ordinal = word.trim_start_matches(|c: char| c.is_ascii_digit());
        match ordinal {
            "st" | "nd" | "rd" | "th" => cased.push_str(word),
            _ => cased.extend(word.chars().map(upper)),
        }
        return;
    }
    cased.push(upper(first));
    let tail = chars.as_str();
    match tail.strip_prefix('c').filter(|after| first == 'm' && after.chars().count() > 2) {
        Some(after) => {
            let mut letters = after.chars();
            cased.push('c');
            cased.extend(letters.next().map(upper));
            cased.push_str(letters.as_str());
        }
        None => cased.push_str(tail),
    }
}
