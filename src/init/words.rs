//! Names: of sources, entities and fields, and texts as TOML writes them.

use deunicode::deunicode;

/// The longest name of a table or column that is made here, in bytes: PostgreSQL
/// takes 63, and the load puts some words before them.
const LONGEST: usize = 40;

/// A text as a name: small ASCII letters, digits and `_`. `or` stands for one
/// that has none.
pub fn slug(text: &str, or: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for c in deunicode(text).chars() {
        let boundary = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (!c.is_ascii_alphanumeric() || boundary) && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    name.truncate(LONGEST);
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => or.to_string(),
        Some(first) if first.is_ascii_digit() => format!("{or}_{name}"),
        Some(_) => name.to_string(),
    }
}

/// The name, with a number behind it where it is taken, letter case left aside.
pub fn unique<'a>(name: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let is_taken = |name: &str| taken.clone().any(|other| other.eq_ignore_ascii_case(name));
    let mut number = 2;
    let mut found = name.to_string();
    while is_taken(&found) {
        found = format!("{name}_{number}");
        number += 1;
    }
    found
}

/// A text as a TOML value.
pub fn quoted(text: &str) -> String {
    let mut value = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => value.push_str("\\\""),
            '\\' => value.push_str("\\\\"),
            '\n' => value.push_str("\\n"),
            '\r' => value.push_str("\\r"),
            '\t' => value.push_str("\\t"),
            c if c.is_control() => value.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => value.push(c),
        }
    }
    value.push('"');
    value
}

/// A name as a TOML key.
pub fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if bare { name.to_string() } else { quoted(name) }
}

/// A text within a comment: one line.
pub fn remark(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A share in percent with one digit, never rounded up to all or down to none.
pub fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole)).unwrap_or(0);
    match tenths {
        0 if part > 0 => "under 0.1 %".to_string(),
        1000 => "100 %".to_string(),
        _ => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// A count with commas.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
