//! Headings as exports have them, real files, and lists made at random.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::AsArray;
use proptest::prelude::{ProptestConfig, prop, proptest};
use toml::de::DeTable;

use super::Program::{Google, Outlook, Thunderbird};
use super::{Headed, Program, recognise, renamed};
use crate::config::decode::Options;
use crate::diagnostic::{Faults, SourceText};
use crate::sources::Source;
use crate::sources::csv::CsvOptions;
use crate::sources::kind::{Opener, Place};

/// The files of others, where they stand.
fn data(name: &str) -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let found = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from).join("05_csv").join(name);
    if found.is_file() {
        return Some(found);
    }
    println!("skipped: no {}", found.display());
    None
}

fn options(text: &'static str) -> Headed<CsvOptions> {
    let mut faults = Faults::new(Arc::new(SourceText { path: "pipeline.toml".into(), text: text.into() }));
    let table = DeTable::parse(text).expect("toml");
    Headed::from_table(table.get_ref(), 0..text.len(), &[], &mut faults).expect("options")
}

fn read(path: &Path, text: &'static str) -> Box<dyn Source> {
    options(text).open(&Place::Files(vec![path.to_path_buf()])).expect("opens")
}

fn columns(source: &dyn Source) -> Vec<String> {
    source.schema().fields().iter().map(|field| field.name().clone()).collect()
}

fn headings(path: &Path) -> Vec<String> {
    columns(&*read(path, ""))
}

/// Program, language and share in hundredths.
fn found(headings: &[&str]) -> Option<(Program, &'static str, u32)> {
    recognise(headings).map(|found| (found.program, found.language, (found.share * 100.0).round() as u32))
}

#[track_caller]
fn check(program: Program, language: &str, pairs: &[(&str, &str)]) {
    let headings: Vec<&str> = pairs.iter().map(|(heading, _)| *heading).collect();
    let names: Vec<&str> = pairs.iter().map(|(_, name)| *name).collect();
    let (told, found) = renamed(&headings, program);
    assert_eq!((told, found), (language, names.iter().map(ToString::to_string).collect()));
    assert_eq!(recognise(&headings).map(|found| (found.program, found.language)), Some((program, language)));
}

#[test]
fn outlook_in_german() {
    check(
        Outlook,
        "de",
        &[
            ("Anrede", "Title"),
            ("Vorname", "First Name"),
            ("Weitere Vornamen", "Middle Name"),
            ("Nachname", "Last Name"),
            ("Position", "Job Title"),
            ("Straße geschäftlich", "Business Street"),
            ("Ort geschäftlich", "Business City"),
            ("Weiteres/r Bundesland/Kanton", "Other State"),
            ("Telefon geschäftlich 2", "Business Phone 2"),
            ("Mobiltelefon 2", "Radio Phone"),
            ("E-Mail 2: Angezeigter Name", "E-mail 2 Display Name"),
            ("Ort", "Location"),
            ("Kundennummer", "Kundennummer"),
        ],
    );
}

#[test]
fn outlook_in_french_with_a_heading_that_comes_twice() {
    check(
        Outlook,
        "fr",
        &[
            ("Titre", "Title"),
            ("Prénom", "First Name"),
            ("Nom", "Last Name"),
            ("Titre_2", "Job Title"),
            ("Dép/Région (bureau)", "Business State"),
            ("Téléphone de l’assistant(e)", "Assistant's Phone"),
            ("Tél. mobile", "Mobile Phone"),
            ("Adresse de messagerie", "E-mail Address"),
            ("Bureau", "Office Location"),
        ],
    );
}

#[test]
fn outlook_in_spanish_half_of_it_english() {
    check(
        Outlook,
        "es",
        &[
            ("Title", "Title"),
            ("Nombre", "First Name"),
            ("Apellidos", "Last Name"),
            ("Organización", "Company"),
            ("Calle del trabajo 2", "Business Street 2"),
            ("Home City", "Home City"),
            ("Otra provincia o estado", "Other State"),
            ("E-mail Address", "E-mail Address"),
        ],
    );
}

#[test]
fn outlook_in_other_languages() {
    check(
        Outlook,
        "it",
        &[
            ("Titolo", "Title"),
            ("Cognome", "Last Name"),
            ("Via (uff.) 3", "Business Street 3"),
            ("Ufficio", "Business Phone"),
            ("Abitazione", "Home Phone"),
            ("Indirizzo posta elettronica 2", "E-mail 2 Address"),
            ("Cod. Fisc./P. IVA", "Government ID Number"),
        ],
    );
    check(
        Outlook,
        "nl",
        &[
            ("Achternaam", "Last Name"),
            ("Werkadres 2, straat", "Business Street 2"),
            ("Land/regio (thuis)", "Home Country/Region"),
            ("E-mailadres", "E-mail Address"),
            ("Sofinummer", "Government ID Number"),
        ],
    );
    check(
        Outlook,
        "pt",
        &[
            ("Primeiro nome", "First Name"),
            ("Telefone Comercial 2", "Business Phone 2"),
            ("Telefone Comercial", "Business Phone"),
            ("Endereço de email 2", "E-mail 2 Address"),
            ("CEP do endereço residencial", "Home Postal Code"),
        ],
    );
}

#[test]
fn google_before_and_since_are_one() {
    check(
        Google,
        "en",
        &[
            ("Given Name", "First Name"),
            ("Family Name", "Last Name"),
            ("Group Membership", "Labels"),
            ("E-mail 12 - Type", "E-mail 12 - Label"),
            ("E-mail 12 - Value", "E-mail 12 - Value"),
            ("Organization 1 - Title", "Organization Title"),
            ("Organization 2 - Title", "Organization 2 - Title"),
            ("Custom Field 1 - Type", "Custom Field 1 - Label"),
        ],
    );
    let new = ["First Name", "Organization Title", "E-mail 12 - Label", "Phone 1 - Value", "Labels"];
    assert_eq!(renamed(&new, Google).1, new);
}

#[test]
fn thunderbird_in_other_languages() {
    check(
        Thunderbird,
        "de",
        &[
            ("Vorname", "First Name"),
            ("Anzeigename", "Display Name"),
            ("Primäre E-Mail-Adresse", "Primary Email"),
            ("Privat: PLZ", "Home ZipCode"),
            ("Geburtstag", "Birth Day"),
        ],
    );
    check(
        Thunderbird,
        "fr",
        &[
            ("Nom à afficher", "Display Name"),
            ("Adresse électronique principale", "Primary Email"),
            ("Ville", "Home City"),
            ("Pays/Région (domicile)", "Home Country"),
            ("Ville_2", "Work City"),
        ],
    );
    check(
        Thunderbird,
        "nl",
        &[
            ("Voornaam", "First Name"),
            ("Eerste e-mail", "Primary Email"),
            ("Adres", "Home Address"),
            ("Land", "Home Country"),
        ],
    );
}

#[test]
fn other_tables_are_not_taken_for_contacts() {
    assert_eq!(found(&[]), None);
    assert_eq!(found(&["First Name", "Last Name", "Company", "Notes", "Department"]), None);
    assert_eq!(found(&["Kunde", "Ort", "Position", "E-Mail-Adresse"]), None);
    // Two columns of a file keep what they are when one would take the other's name.
    let (_, names) = renamed(&["Vorname", "First Name", "E-Mail-Adresse", "Nachname"], Outlook);
    assert_eq!(names, ["Vorname", "First Name", "E-mail Address", "Last Name"]);
}

#[test]
fn files_of_google_and_thunderbird() {
    let Some(google) = data("google-shared-contacts/sample1.csv") else { return };
    let names = headings(&google);
    assert_eq!(names.len(), 129);
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(found(&borrowed), Some((Google, "en", 100)));
    let source = read(&google, "headings = \"google\"");
    let written: Vec<String> =
        names.iter().map(|name| name.replace("birthday", "Birthday").replace("NickName", "Nickname")).collect();
    assert_eq!(columns(&*source), written);
    let rows: usize = source.open(5).expect("streams").map(|batch| batch.expect("reads").num_rows()).sum();
    assert_eq!(rows, 16);
    let of = |name: &str| {
        let names = headings(&data(&format!("thunderbird/{name}")).expect("file"));
        let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
        found(&borrowed)
    };
    assert_eq!(of("basic_addressbook.csv"), Some((Thunderbird, "en", 100)));
    assert_eq!(of("basic_csv_addressbook.csv"), Some((Thunderbird, "en", 100)));
    assert_eq!(of("csv_semicolon.csv"), Some((Thunderbird, "en", 100)));
    assert_eq!(of("browser-import.csv"), None);
}

#[test]
fn an_export_may_have_a_heading_twice() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("contacts.csv");
    let text = "Titre,Prénom,Nom,Titre,Adresse de messagerie\nMme,Ann,Martin,Chef,a@b.c\n";
    std::fs::write(&path, text).expect("writes");
    assert_eq!(headings(&path), ["Titre", "Prénom", "Nom", "Titre_2", "Adresse de messagerie"]);
    let names = columns(&*read(&path, "headings = \"outlook\""));
    assert_eq!(names, ["Title", "First Name", "Last Name", "Job Title", "E-mail Address"]);
    std::fs::write(&path, "Name,Name,Ort,Telefon\n1,2,3,4\n").expect("writes");
    let refused = options("").open(&Place::Files(vec![path])).err().map(|error| error.what);
    assert_eq!(refused.as_deref(), Some("columns 1 and 2 have the same heading `Name`"));
}

#[test]
fn only_the_names_change() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("kontakte.csv");
    let text = "Nachname,E-Mail-Adresse,Nr,Vorname,Ort geschäftlich\nMüller,a@b.c,007,Ann,Köln\n";
    std::fs::write(&path, text).expect("writes");
    let source = read(&path, "headings = \"outlook\"");
    assert_eq!(columns(&*source), ["Last Name", "E-mail Address", "Nr", "First Name", "Business City"]);
    let batch = source.open(10).expect("streams").next().expect("a batch").expect("reads");
    let schema = batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names[..4], ["_row", "_fault", "_notes", "Last Name"]);
    let cells: Vec<&str> = [0, 3, 4, 5, 6, 7].map(|at| batch.column(at).as_string::<i32>().value(0)).into();
    assert_eq!(cells, ["kontakte.csv:2", "Müller", "a@b.c", "007", "Ann", "Köln"]);
    let said = |source: &dyn Source| source.detected()[0].1.rsplit("; ").next().unwrap_or_default().to_string();
    assert_eq!(said(&*source), "headings of outlook (de)");
    assert_eq!(said(&*read(&path, "")), "headings of outlook (de): `headings = \"outlook\"` puts them into English");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_name_comes_twice_that_did_not_before(
        words in prop::collection::hash_set(prop::sample::select(
            [include_str!("outlook.txt"), include_str!("google.txt"), include_str!("thunderbird.txt")]
                .iter()
                .flat_map(|text| text.split(['|', ';', '\n']))
                .map(|word| word.trim().trim_start_matches('*').replace('#', "3"))
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>(),
        ), 0..40),
        program in prop::sample::select(vec![Outlook, Google, Thunderbird]),
    ) {
        let headings: Vec<&str> = words.iter().map(String::as_str).collect();
        let (_, names) = renamed(&headings, program);
        let distinct: std::collections::HashSet<&String> = names.iter().collect();
        assert_eq!(names.len(), headings.len());
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn never_panics(headings in prop::collection::vec("\\PC{0,12}[0-9_)(#]{0,3}", 0..12)) {
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let _ = recognise(&headings);
        assert_eq!(renamed(&headings, Google).1.len(), headings.len());
    }
}
