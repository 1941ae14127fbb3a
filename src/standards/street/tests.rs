//! Streets both ways round, and each word of every table.

use super::STANDARD;
use super::words::{Language, NONE, Place, Row, languages};
use crate::standards::Cleaner;
use crate::standards::tests::{cleaned, cleaner};

/// Countries with a set of words of their own.
const COUNTRIES: &[&str] =
    &["US", "CA", "GB", "ZA", "AU", "DE", "CH", "NL", "BE", "LU", "FR", "IT", "ES", "MX", "PT", "BR"];

fn street(form: &str) -> Box<dyn Cleaner> {
    cleaner(&STANDARD, &format!("form = '{form}'"))
}

fn asked(form: &dyn Cleaner, value: &str, country: &str) -> String {
    cleaned(form, value, Some(country)).unwrap_or_else(|| panic!("{value} {country}"))
}

#[test]
fn full_form_spells_out() {
    let full = street("full");
    let cases = [
        ("12 N Main St Apt 4", "US", "12 North Main Street Apartment 4"),
        ("5 St. James Ave", "US", "5 St. James Avenue"),
        ("42nd St W", "US", "42nd Street West"),
        ("State Rte 9", "US", "State Route 9"),
        ("7 North St", "US", "7 North Street"),
        ("Hauptstr.7", "DE", "Hauptstraße 7"),
        ("Lange Str. 7", "DE", "Lange Straße 7"),
        ("Marktpl. 1", "DE", "Marktplatz 1"),
        ("Bahnhofstr. 5", "CH", "Bahnhofstrasse 5"),
        ("Av. de la Gare 5", "CH", "Avenue de la Gare 5"),
        ("V.le Franscini 5", "CH", "Viale Franscini 5"),
        ("R. Wagner-Str. 5", "CH", "R. Wagner-Strasse 5"),
        ("Kerkstr. 9", "NL", "Kerkstraat 9"),
        ("Beethovenln. 9", "NL", "Beethovenlaan 9"),
        ("12 bis bd Voltaire", "FR", "12 bis boulevard Voltaire"),
        ("4 rpt de l'Europe", "FR", "4 rond-point de l'Europe"),
        ("C/Mayor 3", "ES", "Calle Mayor 3"),
        ("CL Mayor 3", "ES", "Calle Mayor 3"),
        ("Av. Paulista 10", "BR", "Avenida Paulista 10"),
        ("P.za Navona 1", "IT", "Piazza Navona 1"),
        ("12 boul St-Laurent O app 4", "CA", "12 boulevard St-Laurent Ouest appartement 4"),
        ("Av. Louise 5", "BE", "Avenue Louise 5"),
        ("Astridpl. 5", "BE", "Astridplein 5"),
    ];
    for (value, country, wanted) in cases {
        assert_eq!(asked(full.as_ref(), value, country), wanted, "{value} {country}");
    }
}

#[test]
fn short_form_by_the_postal_authority() {
    let short = street("short");
    let cases = [
        ("12 Lodge Pole Lodge", "US", "12 Lodge Pole Ldg"),
        ("Rural Route 2 Box 18", "US", "RR 2 Box 18"),
        ("Star Route 3 Box 9", "US", "HC 3 Box 9"),
        ("P.O. Box #12", "US", "PO Box 12"),
        ("Drawer 12", "US", "PO Box 12"),
        ("G.P.O. Box 9", "AU", "GPO Box 9"),
        ("case postale 12", "CA", "CP 12"),
        // an English name beside a French one
        ("100 Avenue Road", "CA", "100 Avenue Rd"),
        ("100 Avenue Road West", "CA", "100 Avenue Rd W"),
        ("100 avenue du Parc", "CA", "100 av du Parc"),
        ("100 rue Sherbrooke Ouest", "CA", "100 rue Sherbrooke O"),
        ("100 rue du Nord", "CA", "100 rue du Nord"),
        ("1200 Bay Street Suite 5", "CA", "1200 Bay St Suite 5"),
        ("9 Elm Court", "CA", "9 Elm Crt"),
        ("9 Elm Court", "GB", "9 Elm Ct"),
        ("12 Rond Point de l'Europe", "FR", "12 Rpt de l'Europe"),
        ("12 Rond-Point de l'Europe", "FR", "12 Rpt de l'Europe"),
        ("12 Grande Rue", "FR", "12 Gr"),
        ("Appartement 4", "FR", "App 4"),
        ("Bâtiment A, 12 chemin vert", "FR", "Bât A, 12 che vert"),
        ("Chaussée de Waterloo 5", "BE", "Chée de Waterloo 5"),
        ("Place Flagey 5", "BE", "Pl Flagey 5"),
        ("Prins Boudewijnlaan 5", "BE", "Prins Boudewijnln. 5"),
        ("Gentsesteenweg 5", "BE", "Gentsestwg. 5"),
        ("Oude Weg 5", "NL", "Oude Wg. 5"),
        ("Karlsplatz 5", "AT", "Karlsplatz 5"),
        ("Gran Vía 12", "ES", "Gran Vía 12"),
        ("Polígono Industrial Sur 4", "ES", "Pol. Ind. Sur 4"),
        ("Carrera 7", "CO", "Cra. 7"),
        ("Calle 5", "MX", "Calle 5"),
        ("Praceta do Sol 2", "PT", "Pct. do Sol 2"),
        ("Lungomare Caracciolo 1", "IT", "Lung.re Caracciolo 1"),
    ];
    for (value, country, wanted) in cases {
        assert_eq!(asked(short.as_ref(), value, country), wanted, "{value} {country}");
    }
}

/// A street with that word for its type.
fn line(place: Place, word: &str) -> String {
    match place {
        Place::Last => format!("12 Alpha {word}"),
        Place::First => format!("{word} Alpha"),
        Place::Suffix => format!("Alpha{word} 12"),
    }
}

/// Every language of the countries, with one of its countries.
fn each() -> impl Iterator<Item = (&'static str, &'static Language)> {
    COUNTRIES.iter().flat_map(|country| languages(country).iter().map(|language| (*country, *language)))
}

/// How a person writes the word: parts with a capital.
fn written(spelling: &str) -> String {
    let mut letters = spelling.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Whether the row stands first of those that have its short or full form.
fn is_first(language: &Language, row: &Row, form: &str) -> bool {
    language.types.entry(form).is_none_or(|found| found == row)
}

#[test]
fn every_spelling_has_its_form_both_ways() {
    let (short, full) = (street("short"), street("full"));
    let mut wrong = Vec::new();
    for (country, language) in each() {
        for row in language.types.rows {
            let spellings = row.2.split(' ').filter(|spelling| !spelling.is_empty()).map(written);
            for spelling in spellings.chain([row.0.to_string(), row.1.to_string()]) {
                let suffix = language.place == Place::Suffix;
                let spelling = if suffix { spelling.to_lowercase() } else { spelling };
                // two letters in a country of several languages may be initials
                if !suffix && !is_first(language, row, &spelling)
                    || languages(country).len() > 1 && spelling.chars().count() < 2
                {
                    continue;
                }
                for (cleaner, form) in [(&short, row.0), (&full, row.1)] {
                    let form = if suffix { form.to_lowercase() } else { form.to_string() };
                    let wanted = line(language.place, &form);
                    let got = asked(cleaner.as_ref(), &line(language.place, &spelling), country);
                    let again = asked(cleaner.as_ref(), &got, country);
                    if got != wanted || again != got {
                        wrong.push(format!("{country} {spelling}: {got}, then {again}, not {wanted}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn short_and_full_lead_to_each_other() {
    let (short, full) = (street("short"), street("full"));
    for (country, language) in each() {
        for row in language.types.rows.iter().filter(|row| is_first(language, row, row.0)) {
            let suffix = language.place == Place::Suffix;
            let [brief, long] = [row.0, row.1].map(|form| if suffix { form.to_lowercase() } else { form.to_string() });
            let [brief, long] = [line(language.place, &brief), line(language.place, &long)];
            assert_eq!(asked(full.as_ref(), &brief, country), long, "{country}");
            assert_eq!(asked(short.as_ref(), &long, country), brief, "{country}");
        }
    }
}

#[test]
fn no_spelling_stands_for_two() {
    let mut wrong = Vec::new();
    for (country, language) in each() {
        for (kind, forms) in [("type", &language.types), ("direction", language.directions), ("unit", language.units)] {
            let mut seen = std::collections::BTreeMap::new();
            for row in forms.rows {
                let forms = [row.0, row.1].map(|form| form.to_lowercase().replace('.', ""));
                let own: std::collections::BTreeSet<String> = forms
                    .into_iter()
                    .chain(row.2.split(' ').map(str::to_string))
                    .filter(|word| !word.is_empty())
                    .collect();
                for word in own {
                    if let Some(before) = seen.insert(word.clone(), row.1) {
                        wrong.push(format!("{country} {kind} {word}: {before}, {}", row.1));
                    }
                }
            }
        }
    }
    // the short form of two: USPS has one for Park and Parks, Parkway and Parkways
    wrong.retain(|told| !["park: Park, Parks", "pkwy: Parkway, Parkways"].iter().any(|both| told.ends_with(both)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_lists_are_whole() {
    let rows = |country: &str| languages(country).iter().map(|language| language.types.rows.len()).sum::<usize>();
    assert!(rows("US") >= 200, "{}", rows("US"));
    assert!(NONE.rows.is_empty());
}
