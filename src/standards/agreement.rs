//! Whether two clean values say the same, by their standard: `St. Louis` and
//! `Saint Louis` do, `a.b@x.example` and `ab@x.example` do not. For clean values
//! of one field, of which one is a record's and the other stands in reference
//! data; how alike two that differ are is not asked here.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::company::function::CompanyPart;

/// How values of a standard are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Letter by letter.
    Exact,
    /// Without regard to case and to the width of spaces.
    Text,
    /// By letters and figures, without case and accents: names of people, streets.
    Words,
    /// As words, and legal forms by what they mean; a name without one is that with one.
    Company,
    /// As words, and with `St` for `Saint`: cities and regions.
    Place,
    /// Exactly; but of a long US code the first five figures count where the other
    /// has no more.
    Postcode,
}

impl Agreement {
    /// Of the values of that standard; `None` for a field without one.
    pub fn of(standard: Option<&str>) -> Self {
        match standard {
            None | Some("text") => Self::Text,
            Some("city" | "region") => Self::Place,
            Some("postcode") => Self::Postcode,
            Some(
                "person_name" | "given_name" | "middle_name" | "family_name" | "name_prefix" | "name_suffix" | "street"
                | "address",
            ) => Self::Words,
            Some("company") => Self::Company,
            Some(_) => Self::Exact,
        }
    }

    /// The value in the form by which it is joined: equal for values that agree.
    pub fn key(self, value: &str) -> Cow<'_, str> {
        match self {
            Self::Exact | Self::Postcode => Cow::Borrowed(value.trim()),
            Self::Text => Cow::Owned(value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()),
            Self::Words => Cow::Owned(folded(value, |word| word)),
            Self::Place => Cow::Owned(folded(value, abbreviated)),
            Self::Company => {
                let (name, form) = parted(value);
                Cow::Owned(format!("{name}{FORM}{form}"))
            }
        }
    }

    /// Whether a value may have a shorter key besides: a long US postcode, a company
    /// with its legal form. Those that have none may be what another is for short.
    pub fn shortens(self) -> bool {
        matches!(self, Self::Postcode | Self::Company)
    }

    /// The key of the shorter value that is enough where the other side has no more.
    pub fn shorter(self, value: &str) -> Option<String> {
        match self {
            Self::Postcode => {
                let (five, four) = value.trim().split_once('-')?;
                (figures(five, 5) && figures(four, 4)).then(|| five.to_string())
            }
            Self::Company => {
                let (name, form) = parted(value);
                (!form.is_empty()).then(|| format!("{name}{FORM}"))
            }
            _ => None,
        }
    }

    /// Whether the value may be what a longer one is for short.
    pub fn is_short(self, value: &str) -> bool {
        match self {
            Self::Postcode => figures(value.trim(), 5),
            Self::Company => parted(value).1.is_empty(),
            _ => false,
        }
    }

    /// Whether the two say the same.
    pub fn agree(self, one: &str, other: &str) -> bool {
        if one == other {
            return true;
        }
        let (mine, its) = (self.key(one), self.key(other));
        if mine == its {
            return true;
        }
        let short = |long: &str, key: &str| self.shorter(long).is_some_and(|short| short == key);
        match self {
            Self::Postcode => short(one, &its) || short(other, &mine),
            // München is Muenchen where umlauts cannot be typed.
            Self::Place | Self::Words => plain_umlauts(&mine) == plain_umlauts(&its),
            Self::Company => {
                let plain = |key: &str| plain_umlauts(key);
                plain(&mine) == plain(&its)
                    || self.shorter(one).is_some_and(|short| plain(&short) == plain(&its))
                    || self.shorter(other).is_some_and(|short| plain(&short) == plain(&mine))
            }
            Self::Exact | Self::Text => false,
        }
    }
}

/// Between a company's name and its legal form, in keys.
const FORM: char = '\u{1f}';

/// A company's name and its legal form, folded. What is nothing but a form, or
/// stands for nothing, is a name.
fn parted(value: &str) -> (String, String) {
    let name = CompanyPart::Name.of(value);
    if name.is_empty() {
        return (folded(value, |word| word), String::new());
    }
    let form = CompanyPart::LegalForm.of(value);
    // No legal form, but what `Co.` is short for.
    let (name, form) = match name.rsplit_once(' ') {
        Some((rest, last)) if form.is_empty() && last.eq_ignore_ascii_case("company") => (rest, "co".to_string()),
        _ => (name.as_str(), form),
    };
    let form: String = form.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    (folded(name, joining), form)
}

fn joining(word: &str) -> &str {
    if matches!(word, "and" | "und" | "et") { "" } else { word }
}

fn figures(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower case letters and figures of all words, each word as `each` has it, with
/// nothing between them: `DeKalb` is `De Kalb`.
fn folded(value: &str, each: fn(&str) -> &str) -> String {
    let mut plain = String::with_capacity(value.len());
    for letter in value.nfd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'ø' | 'Ø' => plain.push('o'),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'ł' | 'Ł' => plain.push('l'),
            'đ' | 'Đ' => plain.push('d'),
            'ı' => plain.push('i'),
            // O'Fallon is one word.
            '\'' | '’' => {}
            other => plain.extend(other.to_lowercase()),
        }
    }
    let words = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.map(each).collect();
    // A value of signs alone is told from others by what it is.
    if joined.is_empty() { value.trim().to_string() } else { joined }
}

/// What stands in the names of places in two ways.
const ABBREVIATED: &[(&str, &str)] = &[
    ("saint", "st"),
    ("sainte", "ste"),
    ("sankt", "st"),
    ("santa", "sta"),
    ("mount", "mt"),
    ("fort", "ft"),
    ("point", "pt"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("heights", "hts"),
    ("springs", "spgs"),
    ("junction", "jct"),
    ("and", ""),
    ("und", ""),
    ("et", ""),
];

fn abbreviated(word: &str) -> &str {
    ABBREVIATED.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short)
}

/// `ue` as `u`, on both sides of a comparison.
fn plain_umlauts(folded: &str) -> String {
    let mut plain = String::with_capacity(folded.len());
    let mut letters = folded.chars().peekable();
    while let Some(letter) = letters.next() {
        plain.push(letter);
        if matches!(letter, 'a' | 'o' | 'u') && letters.peek() == Some(&'e') {
            letters.next();
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::Agreement;

    const ALL: [Agreement; 6] = [
        Agreement::Exact,
        Agreement::Text,
        Agreement::Words,
        Agreement::Company,
        Agreement::Place,
        Agreement::Postcode,
    ];

    #[test]
    fn places_agree_as_people_write_them() {
        let same = [
            ("St. Louis", "Saint Louis"),
            ("ST LOUIS", "st. louis"),
            ("Saint-Étienne", "St Etienne"),
            ("Mt. Vernon", "Mount Vernon"),
            ("Ft. Worth", "Fort Worth"),
            ("De Kalb", "DeKalb"),
            ("O'Fallon", "OFallon"),
            ("Coeur d'Alene", "Cœur D’Alene"),
            ("München", "Muenchen"),
            ("Zürich", "Zurich"),
            ("N. Little Rock", "North Little Rock"),
            ("Stoke-on-Trent", "Stoke on Trent"),
            ("Sankt Pölten", "St. Pölten"),
        ];
        for (one, other) in same {
            assert!(Agreement::Place.agree(one, other), "{one} and {other}");
        }
        for (one, other) in [("Springfield", "Springdale"), ("St. Louis", "Louis"), ("Bath", "Bad"), ("!", "?")] {
            assert!(!Agreement::Place.agree(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn each_standard_has_its_measure() {
        let of = |standard| Agreement::of(Some(standard));
        assert!(of("postcode").agree("01004-1234", "01004"));
        assert!(!of("postcode").agree("01004-1234", "01004-4321"));
        assert!(!of("postcode").agree("SW1A 1AA", "SW1A"));
        assert!(!of("email").agree("a.b@x.example", "ab@x.example"));
        for (one, other) in [
            ("ACME, Inc.", "Acme Incorporated"),
            ("Bolt & Nut Ltd", "Bolt and Nut, Limited"),
            ("Elbow Co", "Elbow Company"),
            ("Müller GmbH", "Mueller"),
        ] {
            assert!(of("company").agree(one, other), "{one} and {other}");
        }
        assert!(!of("company").agree("Acme Inc.", "Acme LLC"));
        assert!(!of("company").agree("Acme Inc.", "Acorn Inc."));
        assert!(Agreement::of(None).agree("Net  30", "net 30"));
        assert!(!Agreement::of(None).agree("A-1", "A1"));
    }

    proptest! {
        #[test]
        fn a_value_agrees_with_itself_and_either_way(one in any::<String>(), other in any::<String>()) {
            for agreement in ALL {
                prop_assert!(agreement.agree(&one, &one));
                prop_assert!(agreement.agree(&one, &other) == agreement.agree(&other, &one));
                prop_assert!(agreement.key(&one) != agreement.key(&other) || agreement.agree(&one, &other));
            }
        }
    }
}
