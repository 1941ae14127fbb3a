//! Which dialect a file is written in, as far as nobody has declared it.
//!
//! Each candidate divides the beginning of the file with the same scanner that
//! reads it later; the one that gives the most even table wins. What is unusual
//! is taken only on strong evidence.

use super::marks::Marks;
use super::options::Escape;
use super::scan::{Dialect, Span};

/// Delimiters that are looked for; the first of equals wins.
const DELIMITERS: [&str; 4] = [",", ";", "\t", "|"];
/// Those that are looked for where none of the usual ones divides the file.
const UNUSUAL: [&str; 12] = ["||", "::", "~", "^", "\u{1f}", "\u{1}", "\u{14}", "¦", "§", "¬", ":", " "];
/// Those that every line end of a file may stand behind.
const RECORD_DELIMITERS: [&str; 8] = ["&|", "|&", "~~", "##", "@@@", "$$", "<EOR>", "<EOL>"];
const QUOTES: [(char, char); 2] = [('"', '"'), ('\'', '\'')];
const UNUSUAL_QUOTES: [(char, char); 5] = [('“', '”'), ('„', '“'), ('«', '»'), ('þ', 'þ'), ('`', '`')];
/// What may be half of a delimiter of two characters.
const HALVES: &[u8] = b"+~^&$#@!%*=|: ";
/// How many records of the beginning are looked at.
const RECORDS: usize = 1000;

/// What is declared.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    pub delimiter: Option<String>,
    pub quote: Option<Option<(char, char)>>,
    pub escape: Option<Escape>,
    pub record: Option<String>,
    /// Rows above the headings, which tell nothing.
    pub rows_above: usize,
}

/// A dialect as people write it, and as the scanner takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub delimiter: String,
    pub quote: Option<(char, char)>,
    pub escape: Escape,
    pub record: Option<String>,
    pub marks: Marks,
    pub dialect: Dialect,
}

/// The beginning of a file, as it falls apart under a candidate.
#[derive(Debug, Clone, Copy, Default)]
struct Fit {
    /// From 0, all in one column, to 1, very even and very wide.
    score: f64,
    records: usize,
    /// Fields that stand in quotes, not counting empty ones.
    quoted: usize,
    /// Records with broken quotes.
    broken: usize,
    /// Fields that are `\N`.
    nulls: usize,
    /// The number of fields that most records have.
    width: usize,
    /// How many do, from 0 to 1: where all is in one column, the delimiter that
    /// cuts the fewest lines wins.
    share: f64,
}

/// The delimiter that a first line `sep=;` declares, and the length of the line.
pub(super) fn separator_line(sample: &[u8]) -> Option<(String, usize)> {
    let end = sample.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let line = sample.get(..end)?;
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, value) = line.split_at_checked(4)?;
    let both = matches!(sample.get(end..), Some([b'\r', b'\n', ..]));
    match value {
        [delimiter] if name.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() => {
            Some((char::from(*delimiter).to_string(), end + 1 + usize::from(both)))
        }
        _ => None,
    }
}

/// The beginning of a file whose dialect is looked for.
struct Search<'a> {
    sample: &'a [u8],
    ended: bool,
    rows_above: usize,
    line_end: u8,
    escape: Escape,
    record: Option<String>,
}

/// The dialect of a file that begins with `sample` (`ended` if that is all of it).
pub(super) fn detect(sample: &[u8], ended: bool, declared: Declared) -> Found {
    let search = Search {
        sample,
        ended,
        rows_above: declared.rows_above,
        line_end: line_end(sample),
        escape: declared.escape.unwrap_or(Escape::None),
        record: declared.record.or_else(|| record_delimiter(sample).map(str::to_string)),
    };
    let usual: Vec<Option<(char, char)>> = match declared.quote {
        Some(quote) => vec![quote],
        None => QUOTES.into_iter().map(Some).collect(),
    };
    let (mut best, mut fit) = match &declared.delimiter {
        Some(delimiter) => search.best(&[delimiter.as_str()], &usual),
        None => search.best(&DELIMITERS, &usual),
    };
    if declared.quote.is_none() && fit.quoted == 0 {
        for quote in UNUSUAL_QUOTES {
            let (other, other_fit) = search.with(&best.delimiter, Some(quote), search.escape);
            if better_quote(&fit, &other_fit) && other_fit.quoted >= 2 {
                (best, fit) = (other, other_fit);
            }
        }
    }
    if declared.delimiter.is_none() {
        if fit.score < 0.5 {
            let (other, other_fit) = search.best(&UNUSUAL, &usual);
            let sure = other_fit.share >= 0.95 && other_fit.width >= 2 && other_fit.broken == 0;
            if sure && other_fit.records >= 3 && other_fit.score > fit.score + 0.2 {
                (best, fit) = (other, other_fit);
            }
        }
        (best, fit) = search.two_characters((best, fit), &usual);
    }
    if declared.escape.is_none() {
        let (escaping, with) = search.with(&best.delimiter, best.quote, Escape::Backslash);
        if with.score > fit.score && with.broken <= fit.broken {
            (best, fit) = (escaping, with);
        }
        if fit.nulls >= 2 {
            (best, fit) = search.with(&best.delimiter, best.quote, Escape::Mysql);
        }
    }
    if fit.share >= 0.5 {
        best.dialect.width = fit.width;
    }
    best
}

impl Search<'_> {
    /// The best of these delimiters, each with the quote that suits it best.
    fn best(&self, delimiters: &[&str], quotes: &[Option<(char, char)>]) -> (Found, Fit) {
        let mut best: Option<(Found, Fit)> = None;
        for delimiter in delimiters {
            let mut of_delimiter: Option<(Found, Fit)> = None;
            for quote in quotes {
                if quote.is_some_and(|(open, _)| delimiter.starts_with(open)) && quotes.len() > 1 {
                    continue;
                }
                let (found, fit) = self.with(delimiter, *quote, self.escape);
                if of_delimiter.as_ref().is_none_or(|(_, before)| better_quote(before, &fit)) {
                    of_delimiter = Some((found, fit));
                }
            }
            let Some((found, fit)) = of_delimiter else { continue };
            if best.as_ref().is_none_or(|(_, before)| (fit.score, fit.share) > (before.score, before.share)) {
                best = Some((found, fit));
            }
        }
        best.unwrap_or_else(|| self.with(",", quotes.first().copied().flatten(), self.escape))
    }

    fn with(&self, delimiter: &str, quote: Option<(char, char)>, escape: Escape) -> (Found, Fit) {
        let mut marks = Marks::default();
        let line_end = self.record.as_ref().map_or(self.line_end, |record| marks.record_end(record));
        let byte = marks.delimiter(delimiter);
        let quotes = quote.map(|(open, close)| marks.quotes(&open.to_string(), &close.to_string()));
        let dialect = Dialect {
            delimiter: byte,
            quote: quotes.map(|(open, _)| open),
            closing: quotes.map_or(0, |(_, close)| close),
            backslash: escape != Escape::None,
            letters: escape == Escape::Mysql,
            line_end,
            width: 0,
        };
        let fit = measure(&dialect, &marks.replaced(self.sample), self.ended, self.rows_above);
        (Found { delimiter: delimiter.to_string(), quote, escape, record: self.record.clone(), marks, dialect }, fit)
    }

    /// Another character with the delimiter, if it always stands beside it: then
    /// the table has as many fields with both, and is at least as even.
    fn two_characters(&self, mut best: (Found, Fit), quotes: &[Option<(char, char)>]) -> (Found, Fit) {
        let [delimiter] = best.0.delimiter.as_bytes() else { return best };
        let delimiter = *delimiter;
        for half in HALVES.iter().filter(|half| **half != delimiter) {
            for pair in [[*half, delimiter], [delimiter, *half]] {
                // A space before a delimiter pads a value; behind it, it may belong to it.
                if pair.first() == Some(&b' ') || memchr::memmem::find(self.sample, &pair).is_none() {
                    continue;
                }
                let text: String = pair.iter().map(|byte| char::from(*byte)).collect();
                let (found, fit) = self.best(&[&text], quotes);
                let same = fit.width == best.1.width || best.1.share < 0.9;
                if fit.width >= 2 && same && fit.share >= 0.9 && fit.records >= 2 && fit.score >= best.1.score {
                    best = (found, fit);
                }
            }
        }
        best
    }
}

/// Whether another quote is surely meant: the usual one quotes nothing, the
/// other makes the table more even or stands around much of it.
fn better_quote(usual: &Fit, other: &Fit) -> bool {
    let everywhere = other.score >= usual.score && other.broken == 0 && other.quoted * 2 >= other.records;
    usual.quoted == 0 && other.quoted > 0 && (other.score > usual.score || everywhere)
}

fn measure(dialect: &Dialect, sample: &[u8], ended: bool, rows_above: usize) -> Fit {
    let mut fields: Vec<Span> = Vec::new();
    let mut widths: Vec<usize> = Vec::new();
    let mut fit = Fit::default();
    let mut rest = sample;
    let mut row = 0;
    while widths.len() < RECORDS && !rest.is_empty() {
        let Some(record) = dialect.scan(rest, ended, &mut fields) else { break };
        row += 1;
        if record.end > 0 && row > rows_above {
            widths.push(fields.len());
            fit.broken += usize::from(record.broken);
            fit.quoted += fields.iter().filter(|field| field.quoted && field.end > field.start).count();
            fit.nulls += fields.iter().filter(|field| rest.get(field.start..field.end) == Some(br"\N")).count();
        }
        rest = rest.get(record.next..).unwrap_or_default();
    }
    fit.records = widths.len();
    let (evenness, width, share) = evenness(&widths);
    (fit.width, fit.share) = (width, share);
    fit.score = evenness * (1.0 - fit.broken as f64 / widths.len().max(1) as f64);
    fit
}

/// How many records have the usual number of fields, weighed by that number;
/// then the number, and the share of those records unweighed. The first record,
/// most likely the headings, has more to say than others.
fn evenness(widths: &[usize]) -> (f64, usize, f64) {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let usual = sorted.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
    let Some((width, count)) = usual.and_then(|same| same.first().map(|width| (*width, same.len()))) else {
        return (0.0, 0, 0.0);
    };
    let heading = if widths.first() == Some(&width) { 1.0 } else { 0.6 };
    let share = count as f64 / widths.len() as f64;
    (heading * (1.0 - 1.0 / width as f64) * share, width, share)
}

/// What stands before nearly every line end, if it is known to end records.
fn record_delimiter(sample: &[u8]) -> Option<&'static str> {
    let mut lines: Vec<&[u8]> = sample.split(|byte| *byte == b'\n').take(RECORDS).collect();
    lines.pop();
    let lines: Vec<&[u8]> = lines.into_iter().map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let ending = |mark: &&&str| {
        let count = lines.iter().filter(|line| line.ends_with(mark.as_bytes())).count();
        count >= 2 && count * 10 >= lines.len() * 9
    };
    RECORD_DELIMITERS.iter().find(ending).copied()
}

/// `\r` for a file in which it ends lines alone, as on the Macintosh once.
fn line_end(sample: &[u8]) -> u8 {
    let (mut alone, mut usual, mut quoted) = (0_usize, 0_usize, false);
    let mut bytes = sample.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => usual += 1,
            b'\r' if !quoted && bytes.peek().is_some_and(|next| **next != b'\n') => alone += 1,
            _ => {}
        }
    }
    if alone > usual { b'\r' } else { b'\n' }
}
