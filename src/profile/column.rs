//! What is counted of one column while its records stream by, in memory that
//! does not grow with them.

use arrow::array::{Array, StringArray, StringBuilder};
use twox_hash::XxHash3_128;

use super::days::{self, Days, Readers};
use super::finding::{self, Kind, Seen};
use super::likely::{Judges, Subject};
use super::number::Figures;
use super::sketch::{Counted, Finished, Frequent, Smallest};
use super::{ColumnProfile, Distinct, Fill, Finding, LENGTHS, Lengths, Options, Unique, pattern};
use crate::standards::DateOrder;

/// Distinct values that are counted exactly; of more, the number is estimated.
pub(super) const DISTINCT: usize = 16_384;
/// Distinct values that are kept as text, to try standards on.
const SAMPLE: usize = 1_000;
/// Distinct values, folded, that columns are compared by.
const LINKS: usize = 8_192;
/// Shapes, and values, that are told apart while they are counted.
const SHAPES: usize = 1_024;
/// Shapes and values that are given.
pub(super) const TOP: usize = 10;
/// Bytes of a text that is kept.
const TEXT: usize = 200;

/// A value that is kept as text.
#[derive(Debug, Clone)]
pub(super) struct Sampled {
    pub(super) text: String,
    pub(super) count: u64,
}

impl Counted for Sampled {
    fn again(&mut self) {
        self.count += 1;
    }
    fn times(&self) -> u64 {
        self.count
    }
}

/// A column under count.
#[derive(Debug)]
pub(super) struct Tally {
    fill: Fill,
    distinct: Smallest<u64>,
    sample: Smallest<Sampled>,
    links: Option<Smallest<u64>>,
    shapes: Frequent,
    values: Option<Frequent>,
    lengths: Lengths,
    characters: u64,
    numbers: Figures,
    days: Days,
    findings: Vec<Seen>,
    nulls: Vec<String>,
    shape: String,
    folded: String,
}

impl Tally {
    pub(super) fn new(options: &Options, nulls: &[String]) -> Self {
        Self {
            fill: Fill::default(),
            distinct: Smallest::new(DISTINCT),
            sample: Smallest::new(SAMPLE),
            links: options.linked.then(|| Smallest::new(LINKS)),
            shapes: Frequent::new(SHAPES),
            values: options.values.then(|| Frequent::new(SHAPES)),
            lengths: Lengths::default(),
            characters: 0,
            numbers: Figures::default(),
            days: Days::default(),
            findings: vec![Seen::default(); Kind::ALL.len()],
            nulls: nulls.iter().map(|word| word.trim().to_string()).filter(|word| !word.is_empty()).collect(),
            shape: String::new(),
            folded: String::new(),
        }
    }

    /// Adds the values of a batch; `rows` are its `_row`.
    pub(super) fn add(&mut self, values: &StringArray, rows: &StringArray, readers: &Readers) {
        let mut dated = StringBuilder::new();
        let mut dated_rows = Vec::new();
        for index in 0..values.len() {
            self.fill.records += 1;
            if values.is_null(index) {
                self.fill.null += 1;
                continue;
            }
            let raw = values.value(index);
            let text = raw.trim();
            if text.is_empty() {
                self.fill.blank += 1;
            } else if finding::is_null_word(text) || self.nulls.iter().any(|word| word == text) {
                self.fill.null_words += 1;
            } else {
                self.value(raw, text, rows.value(index));
                if days::may_be(text) {
                    dated.append_value(text);
                    dated_rows.push(rows.value(index));
                }
            }
        }
        if !dated_rows.is_empty() {
            self.days.add(&dated.finish(), &dated_rows, readers);
        }
    }

    fn value(&mut self, raw: &str, text: &str, row: &str) {
        self.fill.filled += 1;
        let hash = XxHash3_128::oneshot(text.as_bytes()) as u64;
        self.distinct.add(hash, || 1);
        self.sample.add(hash, || Sampled { text: cut(text).to_string(), count: 1 });
        if let Some(links) = &mut self.links {
            fold(text, &mut self.folded);
            if !self.folded.is_empty() {
                links.add(XxHash3_128::oneshot(self.folded.as_bytes()) as u64, || 1);
            }
        }
        pattern::write(text, &mut self.shape);
        self.shapes.add(&self.shape);
        if let Some(values) = &mut self.values {
            values.add(cut(text));
        }
        let length = if text.is_ascii() { text.len() } else { text.chars().count() } as u64;
        self.characters += length;
        self.lengths.add(length);
        self.numbers.add(text);
        finding::of_value(raw, |kind| {
            if let Some(seen) = self.findings.get_mut(kind as usize) {
                seen.add(row);
            }
        });
    }

    /// Ends the counting and says what the column is.
    pub(super) fn finish(self, name: &str, declared: Option<String>, judges: &Judges, order: DateOrder) -> Done {
        let distinct = self.distinct.finish();
        let sample = self.sample.finish();
        let filled = self.fill.filled;
        let mut lengths = self.lengths;
        lengths.mean = if filled == 0 { 0.0 } else { hundredths(self.characters as f64 / filled as f64) };
        let unique = match (filled > 0, distinct.repeats(), distinct.exact) {
            (false, ..) | (_, true, _) => Unique::No,
            (_, false, true) => Unique::Yes,
            (_, false, false) => Unique::Probably,
        };
        let dates = self.days.finish(order);
        let mut findings = self.findings;
        let mut put = |kind: Kind, seen: &Seen| {
            if let Some(place) = findings.get_mut(kind as usize) {
                place.clone_from(seen);
            }
        };
        // A few texts that read as dates do not make a column of dates.
        if self.days.count() * 5 >= filled {
            put(Kind::SentinelDate, &self.days.sentinels);
            put(Kind::OddDate, &self.days.odd);
            dates.iter().for_each(|(_, other)| put(Kind::MixedDates, other));
        }
        let numbers = self.numbers.finish();
        let numeric = numbers.map_or(0, |numbers| numbers.count) * 2 >= filled;
        if !numeric || unique != Unique::No {
            put(Kind::SentinelNumber, &Seen::default());
        }
        let dates = dates.map(|(dates, _)| dates).filter(|dates| dates.count * 5 >= filled);
        let texts: Vec<(&str, u64)> = sample.kept.iter().map(|(_, one)| (one.text.as_str(), one.count)).collect();
        let subject = Subject {
            name,
            filled,
            distinct: distinct.distinct(),
            unique: unique != Unique::No,
            zeros: findings.get(Kind::LeadingZeros as usize).is_some_and(|seen| seen.count > 0),
            mean_length: lengths.mean,
            numbers: numbers.as_ref(),
            dates: dates.as_ref(),
            sample: &texts,
        };
        let (likely, countries) = judges.judge(&subject);
        let known = distinct.exact && distinct.kept.len() <= SAMPLE;
        let mut values: Vec<(String, u64)> = texts.iter().map(|(text, count)| ((*text).to_string(), *count)).collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let profile = ColumnProfile {
            name: name.to_string(),
            declared,
            fill: self.fill,
            distinct: Distinct {
                count: distinct.distinct().min(filled),
                exact: distinct.exact,
                error: hundredths(distinct.error() * 100.0) / 100.0,
            },
            unique,
            patterns: self.shapes.top(TOP),
            patterns_exact: self.shapes.lost == 0,
            lengths: (filled > 0).then_some(lengths),
            numbers: numbers.filter(|_| numeric),
            dates,
            likely: likely.first().cloned(),
            candidates: likely,
            countries,
            findings: found(&findings),
            top_values: self.values.map(|values| values.top(TOP)),
            vocabulary: known.then_some(values),
        };
        Done { profile, links: self.links.map(Smallest::finish) }
    }
}

/// A finished column, and what it is compared with others by.
pub(super) struct Done {
    pub(super) profile: ColumnProfile,
    pub(super) links: Option<Finished<u64>>,
}

fn found(findings: &[Seen]) -> Vec<Finding> {
    let pairs = Kind::ALL.iter().zip(findings).filter(|(_, seen)| seen.count > 0);
    let one = |(kind, seen): (&Kind, &Seen)| Finding {
        code: kind.code(),
        what: kind.what(),
        count: seen.count,
        rows: seen.rows.clone(),
    };
    pairs.map(one).collect()
}

/// Rounded to two places, so that equal profiles are equal texts.
pub(super) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The beginning of a text, cut between characters.
fn cut(text: &str) -> &str {
    let end = text.floor_char_boundary(TEXT);
    text.get(..end).unwrap_or(text)
}

/// Letters and digits alone, small, without leading zeros: what equal things
/// have in common however two systems write them.
fn fold(text: &str, folded: &mut String) {
    folded.clear();
    for c in text.chars() {
        match c {
            '0' if folded.is_empty() => {}
            'a'..='z' | '0'..='9' => folded.push(c),
            'A'..='Z' => folded.push(c.to_ascii_lowercase()),
            _ if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ => {}
        }
    }
}

impl Lengths {
    fn add(&mut self, length: u64) {
        let first = self.histogram.iter().all(|(_, count)| *count == 0);
        self.min = if first { length } else { self.min.min(length) };
        self.max = self.max.max(length);
        let place = LENGTHS.iter().position(|upto| length <= *upto).unwrap_or(LENGTHS.len() - 1);
        if let Some((_, count)) = self.histogram.get_mut(place) {
            *count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds() {
        let mut folded = String::new();
        for (text, expected) in
            [("(212) 555-0100", "2125550100"), ("00360", "360"), ("Ann@X.org", "annxorg"), ("000", "")]
        {
            fold(text, &mut folded);
            assert_eq!(folded, expected);
        }
    }
}
