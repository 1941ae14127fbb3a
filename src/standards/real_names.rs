//! How often the standards of names and companies are right, on data that
//! others have labelled; each test holds a floor, and prints the counts that
//! `docs/accuracy.md` gives. Skipped where the data is not there.
//!
//! With `CUTOVER_ACCURACY` set to a folder, each test also writes there what it
//! compared, one row a name, for other programs to be asked the same.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::company::function::{CompanyPart, countries_of};
use super::person_name::name::{Name, Order};
use super::person_name::split::split;
use super::registry::find;
use super::shared_data::data;
use super::tests::{cleaned, cleaner};

/// The labelled words of each name: label and word.
fn labelled(path: &str) -> Option<Vec<Vec<(String, String)>>> {
    let xml = std::fs::read_to_string(data(path)?).expect("readable");
    let word = |element: &str| {
        let (label, rest) = element.split_once('>')?;
        let (text, _) = rest.split_once("</")?;
        Some((label.to_owned(), text.replace("&amp;", "&").trim().to_owned()))
    };
    let words = |name: &str| {
        let starts = name.match_indices('<').filter(|(at, _)| !name[at + 1..].starts_with('/'));
        starts.filter_map(|(at, _)| word(&name[at + 1..])).collect()
    };
    let names = xml.split("<Name>").skip(1).filter_map(|name| name.split_once("</Name>"));
    Some(names.map(|(name, _)| words(name)).collect())
}

fn joined(words: &[(String, String)], labels: &[&str]) -> String {
    let chosen = words.iter().filter(|(label, _)| labels.contains(&label.as_str()));
    chosen.map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(" ")
}

/// Letters and digits only, small: commas, dots and capitals are not judged here.
fn bare(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || c == '-' { c } else { ' ' };
    let text: String = text.replace(['.', '\'', '\u{2019}'], "").chars().map(kept).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Writes the rows for other programs, if that is asked for.
fn write_out(file: &str, rows: &[Vec<String>]) {
    let Some(folder) = std::env::var_os("CUTOVER_ACCURACY") else { return };
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace(['\t', '\n'], " ")).collect();
        let _ = writeln!(text, "{}", cells.join("\t"));
    }
    std::fs::write(std::path::Path::new(&folder).join(file), text).expect("the folder can be written to");
}

fn given_of(name: &Name) -> String {
    bare(&format!("{} {}", name.given, name.middle))
}

const GIVEN: &[&str] = &["GivenName", "FirstInitial", "MiddleName", "MiddleInitial"];
const FAMILY: &[&str] = &["Surname", "LastInitial"];
const SUFFIX: &[&str] = &["SuffixGenerational", "SuffixOther"];
const PERSON: &str = "08_std/names/probablepeople/person_labeled.xml";

/// Single people who have both names: given names with the middle ones, family
/// name, and whether there is a suffix.
#[test]
fn labelled_people() {
    let Some(names) = labelled(PERSON) else { return };
    let has =
        |words: &[(String, String)], labels: &[&str]| words.iter().any(|(label, _)| labels.contains(&label.as_str()));
    let (mut right, mut rows) = (0, Vec::new());
    for words in &names {
        let one = !has(words, &["And"]) && has(words, &["GivenName", "FirstInitial"]) && has(words, FAMILY);
        if !one {
            continue;
        }
        let whole: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
        let whole = whole.join(" ");
        let truth = [bare(&joined(words, GIVEN)), bare(&joined(words, FAMILY))];
        let name = split(&whole, Order::Auto).map(|reading| reading.whole).unwrap_or_default();
        let ours = [given_of(&name), bare(&name.family)];
        right += usize::from(ours == truth);
        let suffix = [bare(&joined(words, SUFFIX)), bare(&name.suffix)];
        rows.push([vec![whole], truth.to_vec(), ours.to_vec(), suffix.to_vec()].concat());
    }
    println!("people: {right} of {} right", rows.len());
    write_out("people.tsv", &rows);
    assert!(right * 1000 > rows.len() * 970, "{right} of {}", rows.len());
}

/// Couples: the given names and the family name of both.
#[test]
fn labelled_couples() {
    let Some(names) = labelled(PERSON) else { return };
    let (mut right, mut rows) = (0, Vec::new());
    for words in &names {
        let ands: Vec<usize> = (0..words.len()).filter(|at| words[*at].0 == "And").collect();
        // One of the labelled calls the `Van` of Van Pelt an and.
        let [at] = ands.as_slice() else { continue };
        if words[*at].1.eq_ignore_ascii_case("van") || bare(&joined(words, FAMILY)).is_empty() {
            continue;
        }
        let whole: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
        let whole = whole.join(" ");
        // `Smith, John & Mary`: what is missing on one side stands on the other.
        let (left, rest) = (&words[..*at], &words[at + 1..]);
        let or = |one: String, other: String| if one.is_empty() { other } else { one };
        let family = |side, other| or(bare(&joined(side, FAMILY)), bare(&joined(other, FAMILY)));
        let titled = bare(&joined(left, GIVEN)).is_empty() && left.iter().any(|(label, _)| label.starts_with("Prefix"));
        let mut truth =
            vec![bare(&joined(left, GIVEN)), family(left, rest), bare(&joined(rest, GIVEN)), family(rest, left)];
        if titled && joined(left, FAMILY).is_empty() {
            // Mr and Mrs John Smith: John is the first of them.
            truth.swap(0, 2);
        }
        let pair = split(&whole, Order::Auto).and_then(|reading| reading.pair);
        let ours: Vec<String> = match &pair {
            Some(pair) => pair.iter().flat_map(|name| [given_of(name), bare(&name.family)]).collect(),
            None => vec![String::new(); 4],
        };
        right += usize::from(ours == truth);
        rows.push([vec![whole], truth, ours].concat());
    }
    println!("couples: both people right in {right} of {}", rows.len());
    write_out("couples.tsv", &rows);
    assert!(right * 100 > rows.len() * 85, "{right} of {}", rows.len());
}

/// No labelled person is called a company, and most companies are.
#[test]
fn people_are_no_companies() {
    let Some(people) = labelled(PERSON) else { return };
    let Some(companies) = labelled(COMPANY) else { return };
    let count = |names: &[Vec<(String, String)>]| {
        let whole =
            |words: &Vec<(String, String)>| words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(" ");
        let called: Vec<String> =
            names.iter().map(whole).filter(|name| super::person_name::kind::is_company(name)).collect();
        called
    };
    let (wrong, right) = (count(&people), count(&companies).len());
    println!("{} of {} people called companies; {right} of {} companies", wrong.len(), people.len(), companies.len());
    write_out("called_companies.tsv", &wrong.iter().map(|name| vec![name.clone()]).collect::<Vec<_>>());
    assert!(wrong.len() * 200 < people.len(), "{}", wrong.len());
    assert!(right * 2 > companies.len(), "{right}");
}

const COMPANY: &str = "08_std/names/probablepeople/company_labeled.xml";

/// Companies without their legal form. Where the labels call Corp. or Company an
/// organisation's word and not its legal form, it may stay or go.
#[test]
fn labelled_companies() {
    let Some(names) = labelled(COMPANY) else { return };
    let drop = cleaner(find("company").expect("company"), "legal_form = 'drop', case = 'keep'");
    let (mut right, mut with_form, mut right_with_form, mut rows) = (0, 0, 0, Vec::new());
    for words in &names {
        let labels: Vec<&str> = words.iter().map(|(label, _)| label.as_str()).collect();
        if labels.iter().any(|label| matches!(*label, "AKA" | "ProxyFor" | "CareOf")) {
            continue;
        }
        let whole: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
        let mut end = words.len();
        while end > 1 && labels[end - 1] == "CorporationLegalType" {
            end -= 1;
        }
        let truth = bare(&whole[..end].join(" "));
        let mut shorter = end;
        while shorter > 1 && matches!(bare(whole[shorter - 1]).as_str(), "corp" | "corporation" | "co" | "company") {
            shorter -= 1;
        }
        let either = bare(&whole[..shorter].join(" "));
        let whole = whole.join(" ");
        let ours = bare(&cleaned(drop.as_ref(), &whole, None).unwrap_or_default());
        let fine = ours == truth || ours == either;
        right += usize::from(fine);
        with_form += usize::from(end < words.len());
        right_with_form += usize::from(fine && end < words.len());
        rows.push(vec![whole, truth, either, ours]);
    }
    println!("companies: {right} of {} right; of {with_form} with a legal form {right_with_form}", rows.len());
    write_out("companies.tsv", &rows);
    assert!(right * 100 > rows.len() * 99, "{right} of {}", rows.len());
}

/// cleanco's list: the name without its form, the form, and whether the country
/// that the list gives is one whose law has it.
#[test]
fn listed_companies() {
    let Some(path) = data("08_std/names/cleanco_companies.csv") else { return };
    let text = std::fs::read(path).expect("readable");
    let text = String::from_utf8_lossy(&text);
    let company = find("company").expect("company");
    let (country, drop) = (find("country").expect("country"), cleaner(company, "legal_form = 'drop'"));
    let country = cleaner(country, "");
    let (mut formed, mut placed, mut rows) = (0, 0, Vec::new());
    for line in text.lines() {
        let Some((name, place)) = line.trim_end().rsplit_once(';') else { continue };
        let place = match place {
            "British Virgin Isl" => "VG".into(),
            "Neth. Antilles" => "AN".into(),
            "Marshall Isl" => "MH".into(),
            "Korea" => "KR".into(),
            place => cleaned(country.as_ref(), place, None).unwrap_or_default(),
        };
        let form = CompanyPart::LegalForm.of(name);
        let countries = countries_of(name);
        formed += usize::from(!form.is_empty());
        placed += usize::from(countries.contains(&place.as_str()));
        let dropped = cleaned(drop.as_ref(), name, None).unwrap_or_default();
        rows.push(vec![name.to_owned(), place, dropped, form, countries.join(" ")]);
    }
    println!("{} listed companies: {formed} with a legal form, the country fits {placed}", rows.len());
    write_out("listed.tsv", &rows);
    assert!(rows.len() == 1320 && placed * 100 > rows.len() * 91, "{placed} of {}", rows.len());
}

/// The values of an attribute in the files of a folder, one a line.
fn values(path: &str, extension: &str, wanted: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let Some(path) = data(path) else { return Vec::new() };
    let mut files: Vec<_> = match path.is_dir() {
        true => std::fs::read_dir(path).expect("readable").flatten().map(|entry| entry.path()).collect(),
        false => vec![path],
    };
    files.sort();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|one| one == extension)) {
        let text = std::fs::read(file).expect("readable");
        found.extend(String::from_utf8_lossy(&text).lines().filter_map(&wanted));
    }
    found
}

/// The texts within quotes of a line of SQL.
fn quoted(line: &str) -> Vec<&str> {
    line.split('\'').skip(1).step_by(2).collect()
}

/// A whole name, its given name, its family name.
type Truth = (String, String, String);

/// The people of two CRM systems' sample data, whose names also stand in columns.
fn crm_people() -> (Vec<Truth>, Vec<Truth>) {
    let mut npsp = Vec::new();
    for line in values("06_crm/npsp/1k/test_data.sql", "sql", |line| {
        line.strip_prefix("INSERT INTO \"Contact\" VALUES").map(str::to_owned)
    }) {
        if let [title, given, family, ..] = quoted(&line).as_slice() {
            let whole = format!("{title} {given} {family}").trim().to_owned();
            npsp.push((whole, (*given).to_owned(), (*family).to_owned()));
        }
    }
    let mut civicrm = Vec::new();
    for line in values("06_crm/civicrm-2009/civicrm_generated.mysql", "mysql", |line| {
        line.strip_prefix("INSERT INTO `civicrm_contact` ").map(str::to_owned)
    }) {
        for person in line.split("'Individual'").skip(1) {
            // sort_name and display_name: Yadav, Alice; Mr Alice E Yadav Sr
            let [sorted, whole, ..] = quoted(person)[..] else { continue };
            if let Some((family, given)) = sorted.split_once(", ") {
                civicrm.push((whole.to_owned(), given.to_owned(), family.to_owned()));
            }
        }
    }
    (npsp, civicrm)
}

/// Whole names of people whose given and family name stand in columns beside.
#[test]
fn names_that_have_columns() {
    let (npsp, civicrm) = crm_people();
    if npsp.is_empty() || civicrm.is_empty() {
        return;
    }
    let (mut right, mut rows) = (0, Vec::new());
    for (whole, given, family) in npsp.into_iter().chain(civicrm) {
        let name = split(&whole, Order::Auto).map(|reading| reading.whole).unwrap_or_default();
        let fine = bare(&name.given) == bare(&given) && bare(&name.family) == bare(&family);
        right += usize::from(fine);
        rows.push(vec![whole, bare(&given), bare(&family), bare(&name.given), bare(&name.family)]);
    }
    println!("CRM people: {right} of {} right", rows.len());
    write_out("columns.tsv", &rows);
    assert!(right * 100 > rows.len() * 98, "{right} of {}", rows.len());
}

/// 5,000 names from address cards, directories and CRM systems, all distinct:
/// vCards, a CRM's sample data in three writings, and a directory for the rest.
#[test]
fn five_thousand_names() {
    let card = |line: &str| {
        let (head, name) = line.split_once(':')?;
        (head == "FN" || (head.starts_with("FN;") && !head.contains("QUOTED"))).then(|| name.trim().replace("\\,", ","))
    };
    let mut names = Vec::new();
    for folder in ["ez-vcard", "calcard", "thunderbird", "evolution", "nextcloud"] {
        names.extend(values(&format!("01_vcard/{folder}"), "vcf", card));
    }
    let (npsp, civicrm) = crm_people();
    names.extend(npsp.iter().map(|(whole, ..)| whole.clone()));
    for (whole, given, family) in civicrm {
        names.extend([format!("{family}, {given}"), whole]);
    }
    let directory = |line: &str| Some(line.strip_prefix("cn: ")?.trim().to_owned());
    for file in ["Ace", "Example", "5Kusers"] {
        names.extend(values(&format!("09_rolodex/ldif/389ds/{file}.ldif"), "ldif", directory));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| name.contains(' ') && seen.insert(name.clone()));
    names.truncate(5000);
    if names.len() < 5000 {
        return;
    }
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|whole| {
            let name = split(whole, Order::Auto).map(|reading| reading.whole).unwrap_or_default();
            vec![whole.clone(), given_of(&name), bare(&name.family), bare(&name.suffix), bare(&name.prefix)]
        })
        .collect();
    write_out("names.tsv", &rows);
    let both = rows.iter().filter(|row| !row[1].is_empty() && !row[2].is_empty()).count();
    println!("5,000 names: {both} with a given and a family name");
    assert!(both > 4900, "{both}");
}
