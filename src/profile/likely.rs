//! Which standard a column likely needs: standards are tried on a sample of its
//! distinct values, and its heading is looked at. A guess with its evidence.

use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};

use super::country::{self, Countries};
use super::given::are_persons;
use super::heading::{self, Meaning};
use super::{Dates, Likely, Numbers};
use crate::config::decode::Table;
use crate::diagnostic::{Faults, SourceText};
use crate::standards::{Cleaner, Defaults, registry};

/// Distinct values that standards are tried on.
const TRIED: usize = 300;
/// The share that must pass.
const ENOUGH: f64 = 0.6;
/// The share of a column of numbers or dates that are such.
const MOST: f64 = 0.8;

/// A standard that may be likely.
struct Rule {
    standard: &'static str,
    /// Whether the values alone can show it; otherwise the heading must.
    by_values: bool,
    /// What a value must have besides passing.
    shape: fn(&str) -> bool,
}

/// In the order in which equally likely ones are preferred.
#[rustfmt::skip]
static RULES: &[Rule] = &[
    Rule { standard: "email", by_values: true, shape: is_address },
    Rule { standard: "url", by_values: true, shape: is_link },
    Rule { standard: "phone", by_values: true, shape: is_dialled },
    Rule { standard: "boolean", by_values: true, shape: always },
    Rule { standard: "region", by_values: true, shape: has_letter },
    Rule { standard: "country", by_values: true, shape: has_letter },
    Rule { standard: "postcode", by_values: false, shape: has_digit },
    Rule { standard: "given_name", by_values: false, shape: is_name },
    Rule { standard: "family_name", by_values: false, shape: is_name },
    Rule { standard: "company", by_values: false, shape: is_label },
    Rule { standard: "street", by_values: false, shape: is_label },
    Rule { standard: "city", by_values: false, shape: is_name },
    Rule { standard: "person_name", by_values: true, shape: is_person },
];

fn always(_: &str) -> bool {
    true
}

fn is_address(text: &str) -> bool {
    text.contains('@')
}

fn is_link(text: &str) -> bool {
    !text.contains(['@', ' '])
        && (text.contains("://") || text.starts_with("www.") || text.matches('.').count() >= 1)
        && text.contains(|c: char| c.is_alphabetic())
}

fn is_dialled(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (7..=20).contains(&digits) && letters <= 5 && !text.contains(',') && !is_decimal(text)
}

/// A plain number with a point: a measure, a place on the map. `+49.30901807` and
/// `030.901807` are none.
fn is_decimal(text: &str) -> bool {
    let body = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = |whole: &str| whole.len() > 1 && whole.starts_with('0');
    body.split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest) && !zeros(whole))
}

/// Written as telephone numbers are, and not as plain numbers or as addresses of computers.
fn is_parted(text: &str) -> bool {
    let parts: Vec<Option<u8>> = text.split('.').map(|part| part.parse().ok()).collect();
    let computer = parts.len() == 4 && parts.iter().all(Option::is_some);
    text.contains(['(', '-', '.', '/', '+', ' ']) && !is_decimal(text) && !computer
}

fn has_letter(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// A name of a company or a street: no number, phone or address of the network.
fn is_label(text: &str) -> bool {
    has_letter(text) && !text.contains('@') && !text.contains("://") && !is_dialled(text)
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !has_digit(text) && text.contains(char::is_alphabetic) && !text.contains('@')
}

/// Two capitals, as states are written.
fn is_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Two to five words, each with a capital: a person, a company or a place.
fn is_person(text: &str) -> bool {
    let words = text.split_whitespace().count();
    is_name(text) && (2..=5).contains(&words)
}

/// A comma within, as in `Berg, Anna`: only persons are written so.
fn is_turned(text: &str) -> bool {
    is_person(text) && text.split_once(", ").is_some_and(|(last, first)| !last.contains(' ') && !first.contains(','))
}

/// A column as far as it is known.
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    pub(super) filled: u64,
    pub(super) distinct: u64,
    pub(super) unique: bool,
    /// Whether values of digits begin with zeros.
    pub(super) zeros: bool,
    pub(super) mean_length: f64,
    pub(super) numbers: Option<&'a Numbers>,
    pub(super) dates: Option<&'a Dates>,
    /// Distinct values, a random sample where there are many.
    pub(super) sample: &'a [(&'a str, u64)],
}

/// The standards, ready to be tried.
pub(super) struct Judges {
    cleaners: Vec<Judge>,
}

struct Judge {
    rule: &'static Rule,
    country: Option<String>,
    cleaner: Arc<dyn Cleaner>,
}

impl Judges {
    pub(super) fn new(defaults: &Defaults) -> Self {
        let mut cleaners = Vec::new();
        for rule in RULES {
            let local = ["phone", "postcode"].contains(&rule.standard);
            let countries: Vec<Option<String>> = match (&defaults.country, local) {
                (Some(country), true) => vec![Some(country.clone())],
                (None, true) => country::TRIED.iter().map(|country| Some((*country).to_string())).collect(),
                (own, false) => vec![own.clone()],
            };
            for country in countries {
                let defaults = Defaults { country: country.clone(), ..defaults.clone() };
                if let Some(cleaner) = built(rule.standard, &defaults) {
                    cleaners.push(Judge { rule, country: country.filter(|_| local), cleaner });
                }
            }
        }
        Self { cleaners }
    }

    /// The likely standards, the likeliest first, and what the values say of countries.
    pub(super) fn judge(&self, subject: &Subject<'_>) -> (Vec<Likely>, Countries) {
        if subject.filled == 0 {
            return (Vec::new(), Countries::default());
        }
        let says = heading::says(subject.name);
        let mut tried: Vec<(&'static str, Countries)> = Vec::new();
        let mut found: Vec<(f64, Likely)> = typed(subject);
        let dated = found.iter().any(|(_, likely)| likely.standard.starts_with("date"));
        let texts: Vec<&str> = subject.sample.iter().take(TRIED).map(|(text, _)| *text).collect();
        let column = StringArray::from(texts.clone());
        for judge in &self.cleaners {
            let rule = judge.rule;
            let named = is_named(rule, says, &texts);
            if dated || !possible(rule, subject, named, &texts) {
                continue;
            }
            let clean = judge.cleaner.clean(&column, None);
            let passed =
                texts.iter().enumerate().filter(|(at, text)| clean.is_valid(*at) && (rule.shape)(text)).count();
            if let Some(seen) = of_countries(judge, subject, clean.as_ref(), passed as u64) {
                match tried.iter_mut().find(|(standard, _)| *standard == rule.standard) {
                    Some((_, other)) => other.passing.extend(seen.passing),
                    None => tried.push((rule.standard, seen)),
                }
            }
            let share = passed as f64 / texts.len() as f64;
            if share < if named || rule.standard != "country" { ENOUGH } else { MOST } {
                continue;
            }
            let score = share * if rule.by_values { 1.0 } else { 0.8 } + if named { 0.5 } else { 0.0 };
            let likely = Likely {
                standard: rule.standard,
                country: judge.country.clone(),
                passed: passed as u64,
                tried: texts.len() as u64,
                heading: named,
            };
            match found.iter_mut().find(|(_, other)| other.standard == rule.standard) {
                Some(other) if other.0 < score => *other = (score, likely),
                Some(_) => {}
                None => found.push((score, likely)),
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let found: Vec<Likely> = found.into_iter().map(|(_, likely)| likely).collect();
        // Only what the column likely is counts: a word may be a country too.
        let first = found.first().filter(|likely| likely.heading || likely.standard != "country");
        let countries =
            tried.into_iter().find(|(standard, _)| first.is_some_and(|likely| likely.standard == *standard));
        (found, countries.map(|(_, countries)| countries).unwrap_or_default())
    }
}

/// Whether heading and values name the standard.
fn is_named(rule: &Rule, says: Option<Meaning>, texts: &[&str]) -> bool {
    says.is_some_and(|says| says.standard == rule.standard && (says.sure || are_persons(texts, is_person)))
}

/// What a standard's outcome says of countries, where it says anything.
fn of_countries(judge: &Judge, subject: &Subject<'_>, clean: &dyn Array, passed: u64) -> Option<Countries> {
    let texts = || subject.sample.iter().take(TRIED).enumerate();
    let mut seen = Countries { tried: texts().count() as u64, ..Countries::default() };
    match judge.rule.standard {
        "country" => {
            let codes = clean.as_string_opt::<i32>()?;
            for (at, (_, count)) in texts().filter(|(at, _)| codes.is_valid(*at)) {
                *seen.named.entry(codes.value(at).to_string()).or_default() += count;
            }
        }
        "phone" | "postcode" => {
            seen.passing.push((judge.country.clone()?, passed));
            for (_, (text, count)) in texts().filter(|_| judge.rule.standard == "phone") {
                seen.zeros += u64::from(text.chars().find(char::is_ascii_digit) == Some('0'));
                if let Some(country) = country::dialled(text) {
                    *seen.dialled.entry(country.to_string()).or_default() += count;
                }
            }
        }
        _ => return None,
    }
    Some(seen)
}

fn built(standard: &str, defaults: &Defaults) -> Option<Arc<dyn Cleaner>> {
    let standard = registry::find(standard)?;
    let mut faults = Faults::new(Arc::new(SourceText { path: "".into(), text: String::new() }));
    (standard.build)(&Table::default(), 0..0, &[], defaults, &mut faults).map(Arc::from)
}

/// What dates and numbers there are, without trying anything.
fn typed(subject: &Subject<'_>) -> Vec<(f64, Likely)> {
    let mut found = Vec::new();
    let share = |count: u64| count as f64 / subject.filled as f64;
    let likely = |standard, passed| Likely { standard, country: None, passed, tried: subject.filled, heading: false };
    if let Some(dates) = subject.dates.filter(|dates| share(dates.count) >= MOST) {
        let timed = subject.sample.iter().filter(|(text, _)| text.contains(':') && !text.contains("00:00:00")).count();
        let standard = if timed * 2 > subject.sample.len() { "datetime" } else { "date" };
        found.push((share(dates.count) + 0.6, likely(standard, dates.count)));
    }
    // What begins with zeros is no number, though it has digits alone.
    let numbers = subject.numbers.filter(|numbers| !subject.zeros && share(numbers.count) >= MOST);
    if let Some(numbers) = numbers {
        let standard = if numbers.whole == numbers.count { "integer" } else { "decimal" };
        found.push((0.7 * share(numbers.count), likely(standard, numbers.count)));
    }
    found
}

/// Whether a standard is worth trying on a column.
fn possible(rule: &Rule, subject: &Subject<'_>, named: bool, texts: &[&str]) -> bool {
    let share = |fits: fn(&str) -> bool| texts.iter().filter(|text| fits(text)).count() as f64 / texts.len() as f64;
    let part = |count: Option<u64>| count.unwrap_or(0) as f64 / subject.filled as f64;
    let numbers = part(subject.numbers.map(|numbers| numbers.count)) >= 0.5;
    let decimals = numbers && subject.numbers.is_some_and(|numbers| numbers.whole * 10 < numbers.count * 9);
    let dates = part(subject.dates.map(|dates| dates.count)) >= 0.5;
    let plain = !numbers && !dates;
    // The name of something that is no person.
    let other = heading::is_name(subject.name) && !named;
    match rule.standard {
        "boolean" => subject.distinct <= 6 && !subject.unique,
        "country" => plain && (named || (subject.distinct > 1 && !subject.unique && share(is_name) >= ENOUGH)),
        "region" => plain && subject.mean_length <= 20.0 && (named || (!subject.unique && share(is_code) >= MOST)),
        "phone" if named => !dates && (!decimals || share(is_dialled) >= ENOUGH),
        "phone" => !numbers && !dates && share(is_parted) >= ENOUGH,
        "person_name" => {
            let says = heading::says(subject.name);
            let open = says.is_some_and(|says| says.standard == "person_name");
            let shaped = (named || open) && share(is_person) >= ENOUGH;
            plain
                && (shaped || (!other && says.is_none() && share(is_turned) >= ENOUGH && are_persons(texts, is_person)))
        }
        "postcode" => named && !decimals && !dates && subject.mean_length <= 60.0,
        _ => rule.by_values || (named && plain && subject.mean_length <= 60.0),
    }
}

/// The words of a heading, small: `Cust No`, `cust_no` and `CustNo` have two.
pub(super) fn heading_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let new = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if new && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    // Legacy systems number their columns: PHONE1, PHONE2.
    let bare: Vec<String> =
        words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_string()).collect();
    let whole = words.concat();
    words.extend(bare);
    words.push(whole);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::heading_words;

    #[test]
    fn headings() {
        assert_eq!(heading_words("E-mail"), ["e", "mail", "e", "mail", "email"]);
        assert_eq!(heading_words("CustNo"), ["cust", "no", "cust", "no", "custno"]);
        assert_eq!(heading_words("PHONE1"), ["phone1", "phone", "phone1"]);
    }
}
