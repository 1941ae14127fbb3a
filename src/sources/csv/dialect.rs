//! Which dialect a file is written in, as far as nobody has declared it.
//!
//! Each candidate divides the beginning of the file with the same scanner that
//! reads it later; the one that gives the most even table wins. A candidate is
//! a [`Dialect`], so that another way of dividing is another candidate.

use super::scan::{Dialect, Span};

/// Delimiters that are looked for; the first of equals wins.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many records of the beginning are looked at.
const RECORDS: usize = 1000;

/// What is declared.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Declared {
    pub delimiter: Option<u8>,
    pub quote: Option<Option<u8>>,
    pub backslash: Option<bool>,
    /// Rows above the headings, which tell nothing.
    pub rows_above: usize,
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
    /// The number of fields that most records have.
    width: usize,
    /// How many do, from 0 to 1: where all is in one column, the delimiter that
    /// cuts the fewest lines wins.
    share: f64,
}

/// The delimiter that a first line `sep=;` declares, and the length of the line.
pub(super) fn separator_line(sample: &[u8]) -> Option<(u8, usize)> {
    let end = sample.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let line = sample.get(..end)?;
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, value) = line.split_at_checked(4)?;
    let both = matches!(sample.get(end..), Some([b'\r', b'\n', ..]));
    match value {
        [delimiter] if name.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() => {
            Some((*delimiter, end + 1 + usize::from(both)))
        }
        _ => None,
    }
}

/// The dialect of a file that begins with `sample` (`ended` if that is all of
/// it), and the number of fields that most of its records have.
pub(super) fn detect(sample: &[u8], ended: bool, declared: Declared) -> (Dialect, usize) {
    let line_end = line_end(sample);
    let fit = |delimiter: u8, quote: Option<u8>, backslash: bool| {
        let dialect = Dialect { delimiter, quote, backslash, line_end };
        (measure(&dialect, sample, ended, declared.rows_above), dialect)
    };
    let escapes = declared.backslash.unwrap_or(false);
    let quotes: &[Option<u8>] = match &declared.quote {
        Some(quote) => std::slice::from_ref(quote),
        None => &[Some(b'"'), Some(b'\'')],
    };
    let delimiters = declared.delimiter.as_ref().map_or(&DELIMITERS[..], std::slice::from_ref);
    let (mut best, mut best_fit) = (None, Fit::default());
    for delimiter in delimiters {
        let mut of_delimiter = None;
        for quote in quotes.iter().filter(|quote| **quote != Some(*delimiter)) {
            let (fit, dialect) = fit(*delimiter, *quote, escapes);
            if of_delimiter.as_ref().is_none_or(|(before, _)| better_quote(before, &fit)) {
                of_delimiter = Some((fit, dialect));
            }
        }
        if let Some((fit, dialect)) = of_delimiter
            && (best.is_none() || (fit.score, fit.share) > (best_fit.score, best_fit.share))
        {
            (best, best_fit) = (Some(dialect), fit);
        }
    }
    let mut dialect = best.unwrap_or(Dialect {
        delimiter: declared.delimiter.unwrap_or(b','),
        quote: declared.quote.flatten(),
        backslash: escapes,
        line_end,
    });
    if declared.backslash.is_none() {
        let (with, escaping) = fit(dialect.delimiter, dialect.quote, true);
        if with.score > best_fit.score && with.broken <= best_fit.broken {
            (dialect, best_fit) = (escaping, with);
        }
    }
    (dialect, best_fit.width)
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
/// then the number, and the share of those records unweighed. The first record, most likely the headings, has more to say than others.
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
