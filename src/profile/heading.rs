//! What a heading says its column holds, in six languages. The last noun decides:
//! a company's phone is a phone, a ship's name is no person. Looks at no value.

use deunicode::deunicode;

/// What a heading says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// The standard of such columns.
    pub standard: &'static str,
    /// Whether it leaves no choice: a `Name` may be anything's.
    pub sure: bool,
}

/// Nouns by standard.
#[rustfmt::skip]
static NOUNS: &[(&str, &[&str])] = &[
    ("email", &["email", "emails", "mail", "courriel", "correo", "emailaddress", "emailadresse", "mailadresse"]),
    ("url", &["url", "web", "website", "homepage", "www", "site", "webpage", "webseite", "siteweb", "webaddress"]),
    ("phone", &["phone", "tel", "telephone", "telefon", "telefono", "telefoon", "telefone", "fax", "telefax", "facsimile", "mobile", "mobil", "mobiel", "movil", "portable", "handy", "cell", "cellular", "cellphone", "gsm", "direct", "switchboard", "rufnummer", "telefoonnummer"]),
    ("region", &["state", "region", "province", "county", "bundesland", "provincia", "provincie", "departement", "kanton", "billingstate", "shippingstate", "mailingstate", "shipstate", "homestate", "businessstate"]),
    ("country", &["country", "countries", "land", "pays", "nation", "pais", "paese", "staat", "lieferland", "rechnungsland"]),
    ("postcode", &["zip", "zipcode", "postcode", "postal", "postalcode", "plz", "postleitzahl", "codepostal", "codigopostal", "cap"]),
    ("given_name", &["first", "given", "firstname", "givenname", "forename", "fname", "vorname", "rufname", "prenom", "nombre", "voornaam"]),
    ("family_name", &["last", "family", "surname", "lastname", "familyname", "lname", "nachname", "familienname", "zuname", "famille", "apellido", "apellidos", "cognome", "achternaam"]),
    ("company", &["company", "account", "firm", "firma", "firmen", "organisation", "organization", "employer", "business", "society", "societe", "entreprise", "empresa", "azienda", "bedrijf", "bedrijfs", "unternehmen", "unternehmens", "betrieb", "arbeitgeber"]),
    ("street", &["street", "address", "addr", "strasse", "rue", "adresse", "calle", "direccion", "indirizzo", "straat", "anschrift"]),
    ("city", &["city", "town", "ort", "stadt", "ville", "ciudad", "citta", "plaats", "place", "wohnort", "municipality", "locality", "billingcity", "shippingcity", "mailingcity", "shipcity", "homecity", "businesscity"]),
    ("person_name", &["contact", "person", "kontakt", "who", "ansprechpartner", "kontaktperson", "contactperson", "contactpersoon"]),
];

/// Nouns that stand for the same behind anything that is written with them.
#[rustfmt::skip]
static ENDS: &[(&str, &[&str])] = &[
    ("email", &["email", "emailaddress"]),
    ("phone", &["phone", "telefon", "telefono", "telefoon", "telefax", "fax"]),
    ("postcode", &["postcode", "postalcode", "zipcode", "postleitzahl"]),
    ("street", &["street", "address", "strasse", "adresse", "straat", "anschrift"]),
    ("country", &["country"]),
    ("region", &["region", "province"]),
];

/// Two words that are one.
#[rustfmt::skip]
static PAIRS: &[([&str; 2], &str)] = &[
    (["e", "mail"], "email"), (["email", "address"], "email"), (["mail", "address"], "email"), (["email", "adresse"], "email"),
    (["web", "page"], "website"), (["web", "site"], "website"), (["web", "address"], "website"), (["home", "page"], "website"),
    (["country", "region"], "country"), (["country", "code"], "country"), (["state", "province"], "state"),
    (["state", "code"], "state"), (["region", "code"], "region"), (["zip", "code"], "zip"), (["zip", "postal"], "zip"),
    (["postal", "code"], "postcode"), (["post", "code"], "postcode"), (["code", "postal"], "postcode"),
    (["codigo", "postal"], "postcode"), (["ip", "address"], "ipaddress"), (["mac", "address"], "macaddress"),
];

/// Words behind a noun that leave it what it is.
#[rustfmt::skip]
static BESIDE: &[&str] = &[
    "home", "work", "private", "privat", "prive", "office", "main", "other", "primary", "secondary", "line", "billing",
    "shipping", "mailing", "geschaftlich", "dienstlich", "beruflich", "voice", "full", "complete", "komplett", "alt",
    "alternate", "raw", "old", "neu", "new", "complet", "completo", "i", "ii", "iii",
];

/// Words for a name, of whatever stands before them.
static NAMES: &[&str] = &["name", "names", "namen", "nom", "noms", "naam", "nome"];

/// Whose names are those of persons.
#[rustfmt::skip]
static PERSONS: &[&str] = &[
    "employee", "member", "owner", "manager", "rep", "representative",
    "salesperson", "seller", "agent", "student", "patient", "guest", "author", "teacher", "mitarbeiter", "betreuer",
    "contacto", "candidate", "applicant", "volunteer", "attendee", "persons",
];

/// Whose names may be those of persons and of companies; a currency has a full name too.
#[rustfmt::skip]
static PARTIES: &[&str] = &[
    "full", "whole", "complet", "completo", "customer", "customers", "client", "clients", "kunde", "kunden", "klant", "cliente", "display", "donor", "party",
    "lead", "prospect", "partner", "tenant", "subscriber", "debitor", "mandant", "compte", "cuenta", "adherent",
    "membre", "socio", "fournisseur", "proveedor", "fornitore", "lieferant", "leverancier", "supplier", "vendor",
    "account", "contact", "member", "mitglied", "person", "employee", "societe", "dossier",
];

/// Words for a number or code that something is known by.
#[rustfmt::skip]
static KEYS: &[&str] = &[
    "id", "no", "nr", "num", "number", "nummer", "numero", "key", "code", "uid", "guid", "uuid", "recid", "rowid", "dn",
    "schlussel", "kennung", "cle", "clave", "codigo", "codice",
];

/// What a column's heading says, if it says anything.
pub fn says(heading: &str) -> Option<Meaning> {
    let words = nouns(heading);
    let is = |at: usize, standard: &str| words.get(at).is_some_and(|word| noun(word) == Some(standard));
    let any = |standard: &str| (0..words.len()).any(|at| is(at, standard));
    let names_first = words.first().is_some_and(|word| NAMES.contains(&word.as_str()));
    // `Last, First` and `Name, Vorname` are whole names.
    let whole = any("family_name") && any("given_name")
        || words.len() == 2 && names_first && is(1, "given_name") && !is_word(&words, 1, &["first", "given"]);
    if whole {
        return Some(Meaning { standard: "person_name", sure: true });
    }
    let mut left = words.as_slice();
    while let [before @ .., last] = left {
        // Of a person a `nombre` is the given name, of anything else its name.
        if last == "nombre" && !before.is_empty() {
            return named(before.last().map(String::as_str));
        }
        if let Some(standard) = noun(last) {
            return Some(Meaning { standard: of_owner(standard, before), sure: true });
        }
        if NAMES.contains(&last.as_str()) {
            return named(before.last().map(String::as_str));
        }
        if let Some(whose) = compound(last) {
            return named(Some(whose));
        }
        if let Some((standard, _)) = ENDS.iter().find(|(_, ends)| ends.iter().any(|end| last.ends_with(end))) {
            let machine = ["ipaddress", "macaddress", "subnetaddress"].contains(&last.as_str());
            return (!machine).then_some(Meaning { standard, sure: true });
        }
        let number = KEYS.contains(&last.as_str()) && before.last().is_some_and(|word| noun(word) == Some("phone"));
        if !number && !BESIDE.contains(&last.as_str()) {
            return None;
        }
        left = before;
    }
    None
}

/// Whether the heading calls its column the name of something.
pub fn is_name(heading: &str) -> bool {
    let words = nouns(heading);
    words.iter().any(|word| NAMES.contains(&word.as_str()) || compound(word).is_some())
}

/// Whether the heading calls its column a key: `KdNr`, `Kundennummer`, `Code client`.
pub fn is_key(heading: &str) -> bool {
    let words = nouns(heading);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    // How many there are, and where in a street, is no key.
    let counted = heading.to_lowercase().split(' ').any(|word| word == "of");
    if says(heading).is_some() || counted || ["hausnummer", "hausnr"].contains(&last.as_str()) {
        return false;
    }
    let party = |word: &str| PARTIES.contains(&word) || ["cust", "acct", "acc", "emp", "rec"].contains(&word);
    let words_in_id = ["valid", "invalid", "grid", "solid", "void", "paid", "prepaid", "unpaid"];
    let ends = |word: &String| {
        let number = ["nr", "nummer", "number", "schlussel"];
        number.iter().any(|end| word.len() > end.len() && word.ends_with(end))
            || word.strip_suffix("no").is_some_and(party)
            || word.strip_suffix("id").is_some_and(|of| of.len() > 1) && !words_in_id.contains(&word.as_str())
    };
    let turned = words.len() == 2 && (KEYS.contains(&first.as_str()) || first == "n") && party(last);
    KEYS.contains(&last.as_str()) || ends(last) || turned
}

/// A noun's standard.
fn noun(word: &str) -> Option<&'static str> {
    let is = |word: &str| NOUNS.iter().find(|(_, nouns)| nouns.contains(&word)).map(|(standard, _)| *standard);
    let bare = ["nummer", "number", "nr", "no", "num", "s"].iter().find_map(|end| word.strip_suffix(end));
    is(word).or_else(|| bare.and_then(is).filter(|standard| *standard == "phone"))
}

/// Whose phone or place it is says nothing of it: `Telefon Firma` is a phone.
fn of_owner(standard: &'static str, before: &[String]) -> &'static str {
    if !["company", "person_name"].contains(&standard) {
        return standard;
    }
    let other = before.iter().rev().find_map(|word| noun(word));
    other.filter(|other| !["given_name", "family_name"].contains(other)).unwrap_or(standard)
}

/// What a name is by whose it is.
fn named(whose: Option<&str>) -> Option<Meaning> {
    let sure = |standard| Some(Meaning { standard, sure: true });
    let open = Some(Meaning { standard: "person_name", sure: false });
    let Some(whose) = whose else { return open };
    match noun(whose) {
        Some("email" | "url" | "phone" | "postcode") => None,
        Some(standard) => sure(standard),
        None if PERSONS.contains(&whose) => sure("person_name"),
        None if PARTIES.contains(&whose) => open,
        None => None,
    }
}

/// Whose name a compound such as `Firmenname` is.
fn compound(word: &str) -> Option<&str> {
    let whose = ["name", "naam"].iter().find_map(|end| word.strip_suffix(end)).filter(|whose| whose.len() > 1)?;
    let known = |whose: &&str| noun(whose).is_some() || PERSONS.contains(whose) || PARTIES.contains(whose);
    let linked = ["en", "n", "s"].iter().filter_map(|link| whose.strip_suffix(link));
    Some(std::iter::once(whose).chain(linked).find(known).unwrap_or(whose))
}

fn is_word(words: &[String], at: usize, any: &[&str]) -> bool {
    words.get(at).is_some_and(|word| any.contains(&word.as_str()))
}

/// The words of a heading, small, without accents and numbers, the last noun last.
fn nouns(heading: &str) -> Vec<String> {
    let plain = deunicode(&heading.replace(['°', 'º'], "o ").replace('#', " no "));
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in plain.chars() {
        let new = !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && before.is_ascii_lowercase());
        if new && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    let bare = words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_string());
    let mut words: Vec<String> = bare.filter(|word| !word.is_empty()).collect();
    // The name of the company is the company's name.
    let of = ["of", "de", "du", "des", "del", "della", "di", "von", "van", "d"];
    if let Some(at) = words.iter().position(|word| of.contains(&word.as_str())).filter(|at| *at > 0) {
        let behind: Vec<String> = words.drain(at..).skip(1).collect();
        let articles = ["la", "le", "l", "el", "los", "las", "der", "den", "das", "the", "het"];
        let behind = behind.into_iter().filter(|word| !articles.contains(&word.as_str()));
        words = behind.chain(words).collect();
    }
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        let pair = joined.last().and_then(|last| PAIRS.iter().find(|(pair, _)| pair[0] == last && pair[1] == word));
        match (pair, joined.last_mut()) {
            (Some((_, one)), Some(last)) => *last = (*one).to_string(),
            _ => joined.push(word),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{Meaning, is_key, says};

    fn sure(heading: &str) -> Option<&'static str> {
        says(heading).filter(|meaning| meaning.sure).map(|meaning| meaning.standard)
    }

    #[test]
    fn the_last_noun_decides() {
        let cases = [
            ("Account Street", "street"),
            ("business_street", "street"),
            ("business_city", "city"),
            ("Company City", "city"),
            ("Firma Ort", "city"),
            ("Employer City", "city"),
            ("Business Country/Region", "country"),
            ("business_country_region", "country"),
            ("Business Phone", "phone"),
            ("Business Fax", "phone"),
            ("Business Phone 2", "phone"),
            ("Telefon Firma", "phone"),
            ("Adresse société", "street"),
            ("FirmaTelefonNr", "phone"),
            ("HOMEPHONE", "phone"),
            ("E-mail 2 Address", "email"),
            ("Zip/Postal Code", "postcode"),
            ("ShipPostalCode", "postcode"),
            ("State/Province", "region"),
            ("Mailing Address", "street"),
            ("Address Line 2", "street"),
            ("Company", "company"),
            ("Account", "company"),
        ];
        for (heading, standard) in cases {
            assert_eq!(sure(heading), Some(standard), "{heading}");
        }
        for heading in ["Company ID", "Company Type", "Phone Notes", "Country Manager", "IP Address", "Date of Birth"] {
            assert_eq!(says(heading), None, "{heading}");
        }
    }

    #[test]
    fn a_name_is_that_of_what_stands_before_it() {
        let cases = [
            ("CompanyName", "company"),
            ("Firmenname", "company"),
            ("Account Name", "company"),
            ("nom de la société", "company"),
            ("Bedrijfsnaam", "company"),
            ("First Name", "given_name"),
            ("Vorname", "given_name"),
            ("LASTNAME", "family_name"),
            ("Nom de famille", "family_name"),
            ("ContactName", "person_name"),
            ("Last, First", "person_name"),
            ("Name, Vorname", "person_name"),
            ("Employee Name", "person_name"),
            ("City Name", "city"),
            ("Street Name", "street"),
        ];
        for (heading, standard) in cases {
            assert_eq!(sure(heading), Some(standard), "{heading}");
        }
        let others = [
            "ContactTitle",
            "ShipName",
            "Product Name",
            "File Name",
            "household_name",
            "name of currencies",
            "federal_supply_category_name",
            "Produktname",
            "Dateiname",
            "nom du produit",
            "Campaign Name",
            "user_name",
        ];
        for heading in others {
            assert_eq!(says(heading), None, "{heading}");
        }
        for heading in ["Name", "Full Name", "FULLNAME", "NAME1", "Customer Name", "Kundenname", "Nom", "display_name"]
        {
            assert_eq!(says(heading), Some(Meaning { standard: "person_name", sure: false }), "{heading}");
        }
    }

    #[test]
    fn keys_are_called_so() {
        let keys = [
            "KdNr",
            "Kunden-Nr.",
            "Kunden ID",
            "Nr",
            "Kundennr",
            "Kundennummer",
            "Klantnummer",
            "No client",
            "Code client",
            "N° client",
            "Numéro de client",
            "CUSTNO",
            "ACCOUNTNO",
            "CustomerID",
            "customer_id",
            "Cust #",
            "RECID",
        ];
        for heading in keys {
            assert!(is_key(heading), "{heading}");
        }
        for heading in ["Telefonnummer", "Phone No", "Zip Code", "Country Code", "Hausnummer", "Name", "Casino", "Paid"]
        {
            assert!(!is_key(heading), "{heading}");
        }
    }
}
