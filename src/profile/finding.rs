//! What a steward should look at in a column, by value: sentinels, test data,
//! damaged characters, lost or leading zeros.
//!
//! A finding is a hint, never a verdict: it counts, and names the first records.

use crate::diagnostic::Code;

/// Records that a finding names.
const NAMED: usize = 3;

/// The kinds of findings, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    SentinelDate,
    OddDate,
    MixedDates,
    SentinelNumber,
    RepeatedDigits,
    TestValue,
    LeadingZeros,
    Mojibake,
    Control,
    OuterBlanks,
}

impl Kind {
    /// In order.
    pub const ALL: [Self; 10] = [
        Self::SentinelDate,
        Self::OddDate,
        Self::MixedDates,
        Self::SentinelNumber,
        Self::RepeatedDigits,
        Self::TestValue,
        Self::LeadingZeros,
        Self::Mojibake,
        Self::Control,
        Self::OuterBlanks,
    ];

    /// The code that `cutover explain` knows.
    pub fn code(self) -> &'static str {
        match self {
            Self::SentinelDate => "profile.sentinel-date",
            Self::OddDate => "profile.odd-date",
            Self::MixedDates => "profile.mixed-dates",
            Self::SentinelNumber => "profile.sentinel-number",
            Self::RepeatedDigits => "profile.repeated-digits",
            Self::TestValue => "profile.test-value",
            Self::LeadingZeros => "profile.leading-zeros",
            Self::Mojibake => "profile.mojibake",
            Self::Control => "profile.control-character",
            Self::OuterBlanks => "profile.outer-blanks",
        }
    }

    /// What it is, in a few words.
    pub fn what(self) -> &'static str {
        match self {
            Self::SentinelDate => "dates that stand for \"none\" or \"forever\"",
            Self::OddDate => "dates before 1900 or after 2100",
            Self::MixedDates => "dates in the other order of day and month",
            Self::SentinelNumber => "numbers that stand for \"none\"",
            Self::RepeatedDigits => "one digit over and over",
            Self::TestValue => "test data",
            Self::LeadingZeros => "leading zeros, which a number would lose",
            Self::Mojibake => "characters of a wrong encoding",
            Self::Control => "control characters",
            Self::OuterBlanks => "blanks before or behind the text",
        }
    }
}

/// How often something was found, and the first records that have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub count: u64,
    pub rows: Vec<String>,
}

impl Seen {
    pub fn add(&mut self, row: &str) {
        self.count += 1;
        if self.rows.len() < NAMED {
            self.rows.push(row.to_string());
        }
    }
}

/// Texts that mean "nothing", in small letters, beside those of the pipeline.
const NULL_WORDS: &[&str] = &[
    "n/a",
    "#n/a",
    "n.a.",
    "na",
    "null",
    "(null)",
    "<null>",
    "nil",
    "none",
    "(none)",
    "-",
    "--",
    "---",
    ".",
    "?",
    "??",
    "???",
    "unknown",
    "unk",
    "tbd",
    "tba",
    "not available",
    "not applicable",
    "no data",
    "missing",
    "(blank)",
    "blank",
    "empty",
    "k.a.",
    "k. a.",
    "keine angabe",
    "unbekannt",
    "inconnu",
    "s/n",
    "#null!",
    "nan",
    "0000-00-00",
    "00/00/0000",
    "00.00.0000",
    "  /  /",
    "/ /",
    "#ref!",
    "#value!",
];

const TEST_WORDS: &[&str] = &[
    "test",
    "testing",
    "test test",
    "tester",
    "test user",
    "test account",
    "test customer",
    "asdf",
    "asdfasdf",
    "qwerty",
    "dummy",
    "foo",
    "bar",
    "foobar",
    "xxx",
    "xxxx",
    "zzz",
    "zzzz",
    "aaa",
    "abc",
    "abc123",
    "lorem ipsum",
    "do not use",
    "donotuse",
    "delete me",
    "deleteme",
    "sample",
    "mustermann",
    "test@test.com",
    "test@example.com",
    "noemail@noemail.com",
    "none@none.com",
    "no@email.com",
    "a@a.com",
];

/// The longest of the words above, in bytes.
const LONGEST_WORD: usize = 24;

fn among(words: &[&str], text: &str) -> bool {
    text.len() <= LONGEST_WORD && words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a text, trimmed, means "nothing".
pub fn is_null_word(text: &str) -> bool {
    among(NULL_WORDS, text)
}

/// What is wrong with a value that is there; `raw` is not trimmed.
pub fn of_value(raw: &str, mut found: impl FnMut(Kind)) {
    let text = raw.trim();
    if text.len() != raw.len() {
        found(Kind::OuterBlanks);
    }
    let mut digits = 0;
    let mut others = 0;
    let mut same = true;
    let mut first = None;
    let mut control = false;
    let mut foreign = false;
    for &byte in text.as_bytes() {
        match byte {
            b'0'..=b'9' => {
                same &= *first.get_or_insert(byte) == byte;
                digits += 1;
            }
            0..=8 | 11 | 12 | 14..=31 | 127 => control = true,
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+' => {}
            128.. => {
                foreign = true;
                others += 1;
            }
            _ => others += 1,
        }
    }
    if control || (foreign && text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c))) {
        found(Kind::Control);
    }
    if foreign && is_mojibake(text) {
        found(Kind::Mojibake);
    }
    if others == 0 && digits > 0 {
        of_digits(text, digits, same, &mut found);
    }
    if among(TEST_WORDS, text) {
        found(Kind::TestValue);
    }
}

fn of_digits(text: &str, digits: usize, same: bool, found: &mut impl FnMut(Kind)) {
    let plain = text.len() == digits;
    if plain && digits > 1 && text.starts_with('0') && !same {
        found(Kind::LeadingZeros);
    }
    if same && digits >= 7 {
        found(Kind::RepeatedDigits);
    } else if (plain && same && digits >= 3 && text.starts_with(['9', '0'])) || text == "-1" {
        found(Kind::SentinelNumber);
    }
}

/// UTF-8 that was read as Windows-1252 shows as `Ã¼` or `â€™`; what could not be
/// read at all, as the replacement character.
fn is_mojibake(text: &str) -> bool {
    let mut before = None;
    for c in text.chars() {
        let pair = match before {
            Some('Ã' | 'Â') => ('\u{80}'..='\u{bf}').contains(&c) || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(c),
            Some('â') => c == '€',
            Some('ï') => c == '»' || c == '¿',
            _ => false,
        };
        if pair || c == '\u{fffd}' {
            return true;
        }
        before = Some(c);
    }
    false
}

/// Days, counted from 1970-01-01, that programs write for "none" or "forever".
pub fn is_sentinel_day(day: i32) -> bool {
    const DAYS: &[i32] = &[
        -25_569,   // 1899-12-30, the zero of Excel and Access
        -25_568,   // 1899-12-31
        -25_567,   // 1900-01-01
        -25_202,   // 1901-01-01
        -79_257,   // 1753-01-01, the first of SQL Server
        -313_430,  // 1111-11-11
        0,         // 1970-01-01, the zero of Unix
        47_481,    // 2099-12-31
        2_932_532, // 9999-01-01
        2_932_896, // 9999-12-31
    ];
    DAYS.contains(&day)
}

/// The codes of this module.
pub const CODES: &[Code] = &[
    Code {
        id: "profile.control-character",
        what: "A value holds control characters.",
        why: "They are left by other programs, do not show, and make equal values unequal.",
        example: "`Ann\\u{0}Berg`",
        fix: "The standard `text` takes them out; other standards do too.",
    },
    Code {
        id: "profile.leading-zeros",
        what: "Values of digits alone begin with a zero.",
        why: "As numbers they would lose it: postcodes, account numbers and phones are text. Cutover reads them as text.",
        example: "00360",
        fix: "Keep the field text, or give it the standard `postcode` or `phone`.",
    },
    Code {
        id: "profile.mixed-dates",
        what: "Some dates can only be day before month, others only month before day.",
        why: "The dates that could be either are read in one order, and some of them wrongly.",
        example: "13/05/2019 and 05/13/2019",
        fix: "Find out which records came from where, and read them by a source or `formats` of their own.",
    },
    Code {
        id: "profile.mojibake",
        what: "A value shows characters as they look after reading UTF-8 as Windows-1252, or a replacement character.",
        why: "The text was damaged on its way, before or while it was read.",
        example: "JÃ¼rgen",
        fix: "Set the source's `encoding`. If the file itself has it so, export it anew.",
    },
    Code {
        id: "profile.odd-date",
        what: "A date lies before 1900 or after 2100.",
        why: "Few customers were born, and no orders were placed, in such years: a digit is missing or wrong.",
        example: "0219-03-04",
        fix: "Correct them at the source, or give the field a `range`.",
    },
    Code {
        id: "profile.outer-blanks",
        what: "Values have blanks before or behind the text.",
        why: "Fields of a fixed width are padded; two values that look equal are not.",
        example: "`Berg   `",
        fix: "Nothing, where the field has a standard: all of them take outer blanks away.",
    },
    Code {
        id: "profile.repeated-digits",
        what: "A value is one digit over and over.",
        why: "It was typed to get past a required field.",
        example: "000-0000",
        fix: "List it in `nulls`, or let the standard refuse it (`invalid = \"null\"`).",
    },
    Code {
        id: "profile.sentinel-date",
        what: "A date is one that programs write for \"none\" or \"forever\".",
        why: "1899-12-30 is the zero of Access and Excel, 1900-01-01 that of SQL Server, 9999-12-31 the end of time. \
              Loaded as dates, they decide cutoffs and birthdays.",
        example: "1900-01-01",
        fix: "List them in the source's `nulls`, as they are written there.",
    },
    Code {
        id: "profile.sentinel-number",
        what: "A number is all nines or all zeros, or -1.",
        why: "Programs without an empty number write such a one for \"none\".",
        example: "9999",
        fix: "If it means nothing, list it in the source's `nulls`.",
    },
    Code {
        id: "profile.test-value",
        what: "A value is a word that people type to try a program.",
        why: "Test records do not belong into the new system.",
        example: "asdf",
        fix: "Leave the records out with a `where`, or reject them with a rule.",
    },
];

#[cfg(test)]
mod tests {
    use super::{Kind, is_null_word, is_sentinel_day, of_value};

    fn found(text: &str) -> Vec<Kind> {
        let mut kinds = Vec::new();
        of_value(text, |kind| kinds.push(kind));
        kinds
    }

    #[test]
    fn values() {
        let cases: &[(&str, &[Kind])] = &[
            ("Berg", &[]),
            (" Berg ", &[Kind::OuterBlanks]),
            ("00360", &[Kind::LeadingZeros]),
            ("0", &[]),
            ("9999", &[Kind::SentinelNumber]),
            ("-1", &[Kind::SentinelNumber]),
            ("000-0000", &[Kind::RepeatedDigits]),
            ("(111) 111-1111", &[Kind::RepeatedDigits]),
            ("212-555-0100", &[]),
            ("JÃ¼rgen", &[Kind::Mojibake]),
            ("donâ€™t", &[Kind::Mojibake]),
            ("São Paulo", &[]),
            ("a\u{1}b", &[Kind::Control]),
            ("ASDF", &[Kind::TestValue]),
            ("a\tb", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn words_and_days() {
        assert!(is_null_word("N/A") && is_null_word("null") && !is_null_word("Nathan"));
        assert!(is_sentinel_day(0) && is_sentinel_day(-25_569) && !is_sentinel_day(1));
    }
}
