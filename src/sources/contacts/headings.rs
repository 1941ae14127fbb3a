//! Which headings each program writes in which language.
//!
//! The tables stand in text files: a line for each field, a column for each
//! language, several headings of one field apart by `;`. `#` stands for a number.
//! A field marked with `*` tells the program; the others many programs have.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::Program;

/// A language by its ISO 639 code: `en`, `de`.
pub type Language = &'static str;

/// The program and the language that headings are of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recognised {
    pub program: Program,
    pub language: Language,
    /// The part of the headings that are the program's, from 0 to 1.
    pub share: f64,
}

/// What a field is called.
struct Field {
    /// In English, which is the name that its column gets.
    name: &'static str,
    /// Whether it tells the program.
    telling: bool,
}

/// The headings of a program in one language.
struct Table {
    program: Program,
    language: Language,
    fields: Vec<Field>,
    /// The fields that a heading may be, in the order of the program's export.
    own: HashMap<String, Vec<usize>>,
    /// The same of the headings in English, some of which stand in all languages.
    english: HashMap<String, Vec<usize>>,
}

/// Fewer headings than these tell nothing.
const FEWEST: usize = 4;
/// A smaller part of the headings tells nothing.
const SMALLEST: f64 = 0.5;

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let texts = [
        (Program::Outlook, include_str!("outlook.txt")),
        (Program::Google, include_str!("google.txt")),
        (Program::Thunderbird, include_str!("thunderbird.txt")),
    ];
    texts.into_iter().flat_map(|(program, text)| tables(program, text)).collect()
});

fn tables(program: Program, text: &'static str) -> Vec<Table> {
    let mut lines = text.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let languages = lines.next().unwrap_or_default();
    let lines: Vec<Vec<&'static str>> = lines.collect();
    let headings = |column: usize| {
        let mut headings: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            for heading in line.get(column).into_iter().flat_map(|cell| cell.split(';')) {
                headings.entry(folded(heading.trim_start_matches('*'))).or_default().push(at);
            }
        }
        headings
    };
    let field = |line: &Vec<&'static str>| {
        let name = line.first().and_then(|cell| cell.split(';').next()).unwrap_or_default().trim();
        Field { name: name.trim_start_matches('*'), telling: name.starts_with('*') }
    };
    let table = |(column, language): (usize, &&'static str)| Table {
        program,
        language,
        fields: lines.iter().map(field).collect(),
        own: headings(column),
        english: headings(0),
    };
    languages.iter().enumerate().map(table).collect()
}

/// A heading without what does not tell it from another: case, blanks, the kind
/// of apostrophe.
fn folded(heading: &str) -> String {
    let plain: String = heading.nfc().map(|letter| if letter == '’' { '\'' } else { letter }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A heading with its first number as `#`, and that number.
fn numbered(folded: &str) -> Option<(String, &str)> {
    let start = folded.find(|letter: char| letter.is_ascii_digit())?;
    let rest = folded.get(start..)?;
    let number = rest.get(..rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len()))?;
    Some((format!("{}#{}", folded.get(..start)?, rest.get(number.len()..)?), number))
}

/// A heading that a reader numbered because it came twice: `Ville_2`, `Ville (2)`.
fn without_number(folded: &str) -> Option<&str> {
    let bare = folded.strip_suffix(')').unwrap_or(folded).trim_end_matches(|letter: char| letter.is_ascii_digit());
    let bare = bare.strip_suffix(['_', '(', '.'])?.trim_end();
    (bare.len() < folded.len() && !bare.is_empty()).then_some(bare)
}

/// The name that a heading gets, and the field that it is.
struct Match {
    name: String,
    field: usize,
    own: bool,
}

impl Table {
    /// What a heading is; the first field that it may be and that is not `taken`.
    fn find(&self, heading: &str, taken: &HashSet<String>) -> Option<Match> {
        let folded = folded(heading);
        let pattern = numbered(&folded);
        let forms = [(Some(folded.as_str()), None)]
            .into_iter()
            .chain(pattern.iter().map(|(form, number)| (Some(form.as_str()), Some(*number))))
            .chain([(without_number(&folded), None)]);
        for (form, number) in forms {
            let Some(form) = form else { continue };
            for (headings, own) in [(&self.own, true), (&self.english, self.language == "en")] {
                for &field in headings.get(form).into_iter().flatten() {
                    let Some(known) = self.fields.get(field) else { continue };
                    let name =
                        number.map_or_else(|| known.name.to_string(), |number| known.name.replacen('#', number, 1));
                    if !taken.contains(&name) {
                        return Some(Match { name, field, own });
                    }
                }
            }
        }
        None
    }

    fn matches<'a>(&self, headings: impl Iterator<Item = &'a str>) -> Vec<Option<Match>> {
        let mut taken = HashSet::new();
        headings
            .map(|heading| {
                let found = self.find(heading, &taken)?;
                taken.insert(found.name.clone());
                Some(found)
            })
            .collect()
    }
}

/// A heading that stands for none.
fn is_heading(name: &str) -> bool {
    let generated = name.strip_prefix("column_").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    !name.trim().is_empty() && !generated
}

/// The table that most headings are of, with how many are, and how many of
/// those in its own language.
fn best(headings: &[&str], wanted: Option<Program>) -> Option<(&'static Table, usize, bool)> {
    let mut best: Option<(&Table, (usize, usize), bool)> = None;
    for table in TABLES.iter().filter(|table| wanted.is_none_or(|wanted| wanted == table.program)) {
        let found: Vec<Match> = table.matches(headings.iter().copied()).into_iter().flatten().collect();
        let own = found.iter().filter(|found| found.own).count();
        let telling = found.iter().any(|found| table.fields.get(found.field).is_some_and(|field| field.telling));
        let rank = (found.len(), own);
        if wanted.is_none() && !telling {
            continue;
        }
        if best.as_ref().is_none_or(|(_, before, _)| rank > *before) {
            best = Some((table, rank, telling));
        }
    }
    best.map(|(table, (found, _), telling)| (table, found, telling))
}

/// The program and the language whose headings these are; `None` unless half of
/// them are, four at least, and one that tells the program.
pub fn recognise(headings: &[&str]) -> Option<Recognised> {
    let headings: Vec<&str> = headings.iter().copied().filter(|name| is_heading(name)).collect();
    let (table, found, telling) = best(&headings, None)?;
    #[expect(clippy::cast_precision_loss, reason = "a file has fewer columns than a float has whole numbers")]
    let share = found as f64 / headings.len() as f64;
    (telling && found >= FEWEST && share >= SMALLEST).then_some(Recognised {
        program: table.program,
        language: table.language,
        share,
    })
}

/// The language in which most of the headings are the program's, and the name
/// of each column: the program's in English, or the heading where it is none of
/// the program's. No name comes twice that did not before.
pub fn renamed(headings: &[&str], program: Program) -> (Language, Vec<String>) {
    let Some((table, ..)) = best(headings, Some(program)) else {
        return ("en", headings.iter().map(ToString::to_string).collect());
    };
    let matches = table.matches(headings.iter().copied());
    let name =
        |(heading, found): (&&str, Option<Match>)| found.map_or_else(|| (*heading).to_string(), |found| found.name);
    let mut names: Vec<String> = headings.iter().zip(matches).map(name).collect();
    // A heading that is the name of another column keeps it; so it goes on until
    // no name is there twice, at the latest when all are what they were.
    loop {
        let mut count: HashMap<String, usize> = HashMap::new();
        names.iter().for_each(|name| *count.entry(name.clone()).or_default() += 1);
        let twice = |name: &String| count.get(name).is_some_and(|count| *count > 1);
        let mut changed = false;
        for (name, heading) in names.iter_mut().zip(headings) {
            if name != heading && twice(name) {
                *name = (*heading).to_string();
                changed = true;
            }
        }
        if !changed {
            return (table.language, names);
        }
    }
}

/// Numbers headings that come twice, where the program that wrote them is known
/// to: French exports have two columns `Titre` or `Ville`. The second becomes
/// `Titre_2`. Headings of no such program are left, for the reader to refuse.
pub(crate) fn number_twins(headings: &mut [String]) {
    let distinct: HashSet<&String> = headings.iter().collect();
    if distinct.len() == headings.len() || recognise(&headings.iter().map(String::as_str).collect::<Vec<_>>()).is_none()
    {
        return;
    }
    let known: Vec<String> = headings.to_vec();
    for at in 1..headings.len() {
        let Some((heading, before)) = known.get(at).zip(known.get(..at)) else { continue };
        let count = before.iter().filter(|other| *other == heading).count();
        let numbered = format!("{heading}_{}", count + 1);
        if count > 0
            && !known.contains(&numbered)
            && let Some(heading) = headings.get_mut(at)
        {
            *heading = numbered;
        }
    }
}
