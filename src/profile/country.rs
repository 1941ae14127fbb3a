//! Which country's rules hold where a record names none. Countries that columns
//! name and prefixes such as +49 weigh most; then phones, if they are valid in one
//! country and not as well in another; then postcodes. Five digits prove nothing.

use std::collections::BTreeMap;

use super::ColumnProfile;

/// Countries that phones and postcodes are tried with, if the pipeline has none.
pub(super) const TRIED: &[&str] = &["US", "GB", "DE", "FR", "ES", "IT", "NL", "CH", "AT", "AU", "CA", "BR"];

/// Calling codes, the longer ones first.
#[rustfmt::skip]
static CALLING: &[(&str, &str)] = &[
    ("420", "CZ"), ("358", "FI"), ("353", "IE"), ("352", "LU"), ("351", "PT"), ("380", "UA"), ("972", "IL"),
    ("20", "EG"), ("27", "ZA"), ("30", "GR"), ("31", "NL"), ("32", "BE"), ("33", "FR"), ("34", "ES"), ("36", "HU"),
    ("39", "IT"), ("40", "RO"), ("41", "CH"), ("43", "AT"), ("44", "GB"), ("45", "DK"), ("46", "SE"), ("47", "NO"),
    ("48", "PL"), ("49", "DE"), ("52", "MX"), ("54", "AR"), ("55", "BR"), ("61", "AU"), ("64", "NZ"), ("65", "SG"),
    ("81", "JP"), ("82", "KR"), ("86", "CN"), ("90", "TR"), ("91", "IN"), ("1", "US"),
];

/// Countries whose phones begin with a zero at home. Their rules take much without it.
static ZEROS: &[&str] = &["DE", "GB", "FR", "IT", "NL", "CH", "AT", "AU"];

/// Headings that only some countries use, with these.
static SPOKEN: &[(&[&str], &[&str])] =
    &[(&["plz", "postleitzahl"], &["DE", "AT", "CH"]), (&["cap"], &["IT"]), (&["codepostal"], &["FR"])];

/// What the values of a column say of countries, in values or records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Countries {
    /// Records in which a column of countries names each.
    pub named: BTreeMap<String, u64>,
    /// Records with a phone that begins with each one's prefix.
    pub dialled: BTreeMap<String, u64>,
    /// Values that are valid by each one's rules, in the order they were tried.
    pub passing: Vec<(String, u64)>,
    /// Values that were tried, and phones among them that begin with a zero.
    pub tried: u64,
    pub zeros: u64,
}

/// A country, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub country: String,
    pub why: String,
}

/// The country by whose prefix a phone begins.
pub(super) fn dialled(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_start_matches(['(', ' ']);
    let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let found = CALLING.iter().find(|(code, _)| digits.len() >= 7 && digits.starts_with(code));
    found.map(|(_, country)| *country)
}

impl ColumnProfile {
    /// Of the values that were tried, those that are valid by a country's rules.
    pub fn passing_in(&self, country: &str) -> Option<u64> {
        self.countries.passing.iter().find(|(name, _)| name == country).map(|(_, passed)| *passed)
    }

    fn is_likely(&self, standard: &str) -> bool {
        self.candidates.first().is_some_and(|likely| likely.standard == standard)
    }
}

/// The country of columns, each with the name that it is told by; `None` where
/// nothing shows one.
pub fn decide(columns: &[(String, &ColumnProfile)]) -> Option<Decision> {
    // Where records name many countries, no rule is that of all others.
    named(columns).unwrap_or_else(|| valid(columns, "phone").or_else(|| valid(columns, "postcode")))
}

/// The country that most of all named and dialled ones are, or that there is none;
/// nothing where too few are.
fn named(columns: &[(String, &ColumnProfile)]) -> Option<Option<Decision>> {
    let mut votes: BTreeMap<&str, (u64, u64, String)> = BTreeMap::new();
    let mut total = 0;
    for (name, column) in columns {
        let filled = column.fill.filled;
        let country =
            column.countries.named.iter().map(|vote| (vote, format!("{name} names it in {{}} of {filled} records")));
        let phone =
            column.countries.dialled.iter().map(|vote| (vote, format!("{{}} numbers of {name} begin with its prefix")));
        for ((country, records), why) in country.chain(phone) {
            total += records;
            let vote = votes.entry(country).or_default();
            vote.0 += records;
            if *records > vote.1 {
                (vote.1, vote.2) = (*records, why.replace("{}", &records.to_string()));
            }
        }
    }
    // A few foreign numbers among many plain ones say nothing of those.
    let phones = columns.iter().filter(|(_, column)| column.is_likely("phone"));
    let phones: u64 = phones.map(|(_, column)| column.fill.filled).sum();
    if total == 0 || total * 10 < phones {
        return None;
    }
    let most = votes.into_iter().find(|(_, (records, ..))| records * 2 > total);
    Some(most.map(|(country, (_, _, why))| Decision { country: country.to_string(), why }))
}

/// The country by whose rules more values are valid than by any other's.
fn valid(columns: &[(String, &ColumnProfile)], standard: &str) -> Option<Decision> {
    let mut votes: Vec<(&str, u64)> = Vec::new();
    let (mut tried, mut most, mut whose) = (0, 0, "");
    for (name, column) in columns.iter().filter(|(_, column)| column.is_likely(standard)) {
        tried += column.countries.tried;
        if column.countries.tried > most {
            (most, whose) = (column.countries.tried, name);
        }
        let spoken = spoken(&column.name);
        let here = column
            .countries
            .passing
            .iter()
            .filter(|(country, _)| spoken.is_none_or(|countries| countries.contains(&country.as_str())));
        for (country, passed) in here {
            match votes.iter_mut().find(|(name, _)| name == country) {
                Some(vote) => vote.1 += passed,
                None => votes.push((country, *passed)),
            }
        }
    }
    // Other countries' rules take American numbers too, but do not write them so.
    let phones = || columns.iter().map(|(_, column)| *column).filter(|column| column.is_likely("phone"));
    let written: u64 = phones().map(american).sum();
    let here = votes.iter().find(|(country, passed)| *country == "US" && passed * 10 >= tried * 6);
    if standard == "phone"
        && here.is_some()
        && written * 10 >= phones().map(|column| column.fill.filled).sum::<u64>() * 6
    {
        let why = format!("most phones are written as in 212-555-0100; most are in {whose}");
        return Some(Decision { country: "US".to_string(), why });
    }
    let (country, passed) = votes.iter().copied().reduce(|best, vote| if vote.1 > best.1 { vote } else { best })?;
    // Canada dials as the United States do: that is no contradiction.
    let akin = |other: &str| ["US", "CA"].contains(&other) && ["US", "CA"].contains(&country) && standard == "phone";
    let next = votes.iter().filter(|(other, _)| *other != country && !akin(other)).map(|(_, passed)| *passed).max();
    let leads = (passed - next.unwrap_or(0).min(passed)) * 10 >= tried && passed * 10 >= tried * 6;
    let share = super::text::percent(passed, tried);
    let what = if standard == "phone" { "phones" } else { "postcodes" };
    let why = format!("{share} of the {what} are valid there, more than elsewhere; most are in {whose}");
    let zeros: u64 = phones().map(|column| column.countries.zeros).sum();
    let leads = leads && (standard != "phone" || !ZEROS.contains(&country) || zeros * 2 >= tried);
    leads.then(|| Decision { country: country.to_string(), why })
}

/// Records with a phone in groups of three, three and four.
fn american(column: &ColumnProfile) -> u64 {
    let groups = |shape: &str| {
        let bare = shape.trim_start_matches("9-").trim_start_matches("+9 ");
        let parts: Vec<&str> = bare.split(['(', ')', '-', '.', ' ', '/']).filter(|part| !part.is_empty()).collect();
        parts.get(..3) == Some(&["999", "999", "9999"])
    };
    column.patterns.iter().filter(|(shape, _)| groups(shape)).map(|(_, count)| count).sum()
}

fn spoken(heading: &str) -> Option<&'static [&'static str]> {
    let word: String = deunicode::deunicode(heading).to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    SPOKEN.iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, countries)| *countries)
}

/// Gives the phones and postcodes of a table one country, or none where nothing
/// shows it or where they are those of others.
pub(super) fn settle(columns: &mut [ColumnProfile]) {
    let seen: Vec<(String, &ColumnProfile)> = columns.iter().map(|column| (String::new(), column)).collect();
    let decided = decide(&seen);
    for column in columns {
        let tried = column.countries.tried;
        let country = decided.as_ref().map(|decision| decision.country.as_str());
        let passed = country.and_then(|country| column.passing_in(country)).filter(|passed| passed * 10 >= tried * 6);
        for likely in column.candidates.iter_mut().chain(column.likely.as_mut()) {
            if likely.country.is_none() {
                continue;
            }
            likely.country = None;
            if let (Some(country), Some(passed)) = (country, passed)
                && likely.tried == tried
            {
                (likely.country, likely.passed) = (Some(country.to_string()), passed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::dialled;

    #[test]
    fn prefixes() {
        let cases = [
            ("+49 30 901807", Some("DE")),
            ("0049 30 901807", Some("DE")),
            ("(+44) 20 7946 0000", Some("GB")),
            ("+1 212 555 0100", Some("US")),
            ("030 901807", None),
            ("+999 1234567", None),
            ("+49", None),
        ];
        for (text, country) in cases {
            assert_eq!(dialled(text), country, "{text}");
        }
    }
}
