//! Post boxes and rural routes in one form: `P.O. Box`, `Postfach`, `RR 2 Box 18`.

use std::borrow::Cow;

/// Words in front of a number, joined, how they are written, and in which
/// countries; in all where none is named.
type Name = (&'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip] // a row a name
const NAMES: &[Name] = &[
    ("pobox", &["PO", "Box"], &[]),
    ("postofficebox", &["PO", "Box"], &[]),
    ("postbox", &["PO", "Box"], &[]),
    ("pob", &["PO", "Box"], &["US", "CA", "GB", "IE", "AU", "NZ", "ZA", "IN"]),
    // USPS Publication 28, section 28
    ("lockbox", &["PO", "Box"], &["US"]),
    ("drawer", &["PO", "Box"], &["US"]),
    ("podrawer", &["PO", "Box"], &["US"]),
    ("gpobox", &["GPO", "Box"], &["AU"]),
    ("lockedbag", &["Locked", "Bag"], &["AU"]),
    ("privatebag", &["Private", "Bag"], &["NZ", "AU", "ZA"]),
    // USPS Publication 28, sections 24 and 25; Canada Post, rural route addresses
    ("rr", &["RR"], &["US", "CA"]),
    ("ruralroute", &["RR"], &["US", "CA"]),
    ("rfd", &["RR"], &["US"]),
    ("hc", &["HC"], &["US"]),
    ("highwaycontract", &["HC"], &["US"]),
    ("highwaycontractroute", &["HC"], &["US"]),
    ("starroute", &["HC"], &["US"]),
    ("postfach", &["Postfach"], &[]),
    ("bp", &["BP"], &[]),
    ("boîtepostale", &["BP"], &[]),
    ("boitepostale", &["BP"], &[]),
    ("cp", &["CP"], &["CA", "CH"]),
    ("casepostale", &["CP"], &["CA"]),
    ("casepostale", &["Case", "Postale"], &["CH"]),
    ("apartado", &["Apartado"], &[]),
    ("apdo", &["Apartado"], &[]),
    ("apartadodecorreos", &["Apartado"], &[]),
    ("casellapostale", &["Casella", "Postale"], &[]),
    ("postbus", &["Postbus"], &[]),
    ("caixapostal", &["Caixa", "Postal"], &[]),
    ("cxpostal", &["Caixa", "Postal"], &[]),
];

/// `p.o.box`, `P O Box`, `Post Office Box` in front become `PO Box`, and so in
/// other languages, where a number follows.
pub(super) fn normalise(words: &mut Vec<Cow<'_, str>>, country: &str) {
    let mut joined = String::new();
    let mut found = None;
    for count in 1..=3 {
        let Some(word) = words.get(count - 1) else { break };
        joined.extend(word.chars().filter(|c| *c != '.').flat_map(char::to_lowercase));
        let here = |(name, _, of): &&Name| *name == joined && (of.is_empty() || of.contains(&country));
        let form = NAMES.iter().find(here);
        let numbered = words.get(count).is_some_and(|next| next.contains(|c: char| c.is_ascii_digit()));
        let english = form.is_some_and(|(_, form, _)| form.ends_with(&["Box"]));
        if let Some((_, form, _)) = form.filter(|_| numbered || english) {
            found = Some((count, *form));
        }
    }
    let Some((count, form)) = found else { return };
    // PO Box #12
    if let Some(number) = words.get_mut(count)
        && let Some(digits) = number.strip_prefix('#').filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
    {
        *number = Cow::Owned(digits.to_string());
    }
    words.splice(..count, form.iter().map(|word| Cow::Borrowed(*word)));
}
