//! What a heading means: synonyms in several languages, letters and digits only.

use deunicode::deunicode;

/// Meanings of columns, each with the headings that have it.
#[rustfmt::skip]
static COLUMNS: &[(&str, &[&str])] = &[
    ("given_name", &["givenname", "firstname", "forename", "first", "given", "fname", "vorname", "prenom", "nombre", "nome", "voornaam", "nmgiven", "ngiven", "christianname"]),
    ("middle_name", &["middlename", "middle", "additionalname", "nadditional", "zweitervorname", "deuxiemeprenom", "segundonombre"]),
    ("family_name", &["familyname", "lastname", "surname", "last", "lname", "nachname", "familienname", "nomdefamille", "apellido", "apellidos", "cognome", "achternaam", "nfamily", "sn"]),
    ("full_name", &["fullname", "name", "contact", "contactname", "displayname", "person", "kontakt", "kontaktname", "ansprechpartner", "nomcomplet", "nombrecompleto", "fn", "cn", "anzeigename"]),
    ("salutation", &["salutation", "prefix", "nameprefix", "anrede", "civilite", "tratamiento", "namesuffixprefix", "nprefix", "courtesytitle", "dear"]),
    ("suffix", &["suffix", "namesuffix", "nsuffix"]),
    ("company", &["company", "companyname", "account", "accountname", "organization", "organisation", "organizationname", "org", "orgname", "firm", "firma", "firmenname", "unternehmen", "societe", "entreprise", "empresa", "azienda", "bedrijf", "employer", "business", "businessname", "customer", "customername", "client", "kunde"]),
    ("job_title", &["jobtitle", "title", "position", "role", "function", "funktion", "poste", "cargo", "beruf", "contacttitle", "occupation", "job"]),
    ("department", &["department", "dept", "abteilung", "service", "departamento", "orgunit"]),
    ("email", &["email", "emailaddress", "mail", "emailwork", "email1", "primaryemail", "courriel", "correo", "correoelectronico", "adressemail", "emailadresse", "emailaddress1", "workemail"]),
    ("email_2", &["email2", "email2address", "otheremail", "secondaryemail", "emailaddress2", "homeemail", "emailhome"]),
    ("phone", &["phone", "phonenumber", "tel", "telephone", "telephonenumber", "telefon", "telefonnummer", "telefono", "telefoon", "phone1", "businessphone", "workphone", "telwork", "direct", "directphone", "officephone", "mainphone", "telvoice", "tel1", "phonework", "phoneno", "telno"]),
    ("phone_2", &["phone2", "otherphone", "homephone", "telhome", "businessphone2", "phonehome", "switchboard", "tel2", "telefonprivat"]),
    ("mobile", &["mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "cellular", "handy", "mobil", "portable", "movil", "gsm", "telcell", "mobiltelefon"]),
    ("fax", &["fax", "faxnumber", "faxno", "telefax", "businessfax", "telfax", "workfax", "facsimile"]),
    ("street", &["street", "streetaddress", "address", "address1", "addressline1", "addr", "addr1", "street1", "adrstreet", "strasse", "strassehausnummer", "rue", "adresse", "calle", "direccion", "via", "indirizzo", "straat", "businessstreet", "mailingstreet", "billingstreet", "shipaddress", "billingaddress"]),
    ("street_2", &["street2", "address2", "addressline2", "addr2", "adrextended", "businessstreet2", "adresszusatz"]),
    ("city", &["city", "town", "locality", "adrcity", "ort", "stadt", "ville", "ciudad", "citta", "plaats", "wohnort", "businesscity", "mailingcity", "billingcity", "shipcity", "suburb", "municipality"]),
    ("region", &["region", "state", "stateprovince", "stateregion", "province", "county", "adrregion", "bundesland", "provincia", "departement", "businessstate", "mailingstate", "billingstate", "shipregion", "st"]),
    ("postcode", &["postcode", "postalcode", "zip", "zipcode", "zippostalcode", "adrpostcode", "adrpostalcode", "plz", "postleitzahl", "codepostal", "cp", "codigopostal", "cap", "businesspostalcode", "mailingpostalcode", "billingpostalcode", "shippostalcode", "pcode"]),
    ("country", &["country", "countrycode", "countryname", "nation", "adrcountry", "land", "pays", "pais", "paese", "countryregion", "businesscountryregion", "mailingcountry", "billingcountry", "shipcountry"]),
    ("website", &["website", "web", "webpage", "homepage", "url", "www", "webseite", "siteweb", "sitioweb", "web_site"]),
    ("notes", &["notes", "note", "comment", "comments", "remarks", "remark", "memo", "bemerkung", "bemerkungen", "notizen", "notiz", "remarques", "notas", "observaciones", "description", "beschreibung", "details", "body", "text"]),
    ("birthday", &["birthday", "birthdate", "dateofbirth", "dob", "bday", "geburtstag", "geburtsdatum", "datedenaissance", "fechadenacimiento", "born"]),
    ("gender", &["gender", "sex", "geschlecht", "sexe", "sexo"]),
    ("language", &["language", "lang", "sprache", "langue", "idioma", "preferredlanguage", "locale"]),
    ("status", &["status", "state", "zustand", "statut", "estado", "active", "aktiv"]),
    ("type", &["type", "kind", "category", "categories", "typ", "art", "kategorie", "categorie", "tipo", "class", "segment"]),
    ("stage", &["stage", "stagename", "phase", "salesstage", "etape"]),
    ("source", &["source", "leadsource", "herkunft", "origin", "quelle"]),
    ("owner", &["owner", "salesrep", "rep", "salesperson", "accountmanager", "betreuer", "verkaufer", "assignedto", "employee", "vendeur"]),
    ("industry", &["industry", "branche", "sector", "sic", "secteur", "sektor"]),
    ("created", &["created", "createdat", "createddate", "createdon", "datecreated", "createdate", "creationdate", "createon", "angelegt", "angelegtam", "erstellt", "erstelltam", "datedecreation", "entered", "dateadded", "since"]),
    ("updated", &["updated", "updatedat", "modified", "modifiedat", "lastmodified", "lastmodifieddate", "lastupdate", "modifieddate", "rev", "geandert", "geandertam", "changed", "timestamp"]),
    ("last_touch", &["lasttouch", "lastcontact", "lastcontacted", "lastactivity", "lastdate", "lastorder", "lastorderdate", "letzterkontakt", "lastactivitydate"]),
    ("date", &["date", "day", "datum", "fecha", "data", "orderdate", "activitydate", "happenedon", "when", "duedate", "bestelldatum"]),
    ("close_date", &["closedate", "closed", "closingdate", "expectedclose", "closedon"]),
    ("amount", &["amount", "value", "total", "sum", "betrag", "summe", "wert", "montant", "importe", "monto", "revenue", "price", "totalamount", "umsatz"]),
    ("quantity", &["quantity", "qty", "menge", "anzahl", "quantite", "cantidad", "units", "count"]),
    ("currency", &["currency", "currencycode", "wahrung", "waehrung", "devise", "moneda"]),
    ("subject", &["subject", "betreff", "sujet", "asunto", "topic", "summary", "regarding", "headline"]),
    ("opt_out", &["optout", "nomail", "donotcontact", "donotmail", "donotemail", "hasoptedoutofemail", "unsubscribed", "noemail"]),
    ("legacy_number", &["legacynumber", "legacyid", "externalid", "legacykey", "custno", "customerno", "customernumber", "customerid", "accountno", "accountnumber", "kundennummer", "kundennr", "kdnr", "numeroclient", "contactid", "recordid", "number", "no", "nr", "code"]),
    ("tax_number", &["taxnumber", "vat", "vatnumber", "vatid", "ustid", "ustidnr", "siret", "nif", "ein", "taxid"]),
    ("iban", &["iban"]),
];

/// Meanings of tables and sources, each with the names that have it.
#[rustfmt::skip]
static TABLES: &[(&str, &[&str])] = &[
    ("account", &["account", "company", "companie", "customer", "client", "organization", "organisation", "firm", "firma", "firmen", "kunde", "kunden", "unternehmen", "societe", "entreprise", "empresa", "azienda", "debitor", "supplier", "business", "businesse"]),
    ("contact", &["contact", "person", "people", "individual", "kontakt", "kontakte", "ansprechpartner", "personne", "persona", "card", "rolodex", "addressbook", "addresses", "vcard", "member", "subscriber", "lead", "personen", "contacto", "addres", "goldmine", "outlook", "user"]),
    ("activity", &["activity", "activitie", "task", "event", "call", "appointment", "history", "aktivitat", "aktivitaten", "aufgabe", "termin", "interaction", "actividad", "visit"]),
    ("opportunity", &["opportunity", "opportunitie", "deal", "pipeline", "quote", "offer", "chance", "angebot", "opportunite", "oportunidad"]),
    ("order", &["order", "invoice", "sale", "bestellung", "auftrag", "rechnung", "commande", "facture", "pedido", "contribution", "gift", "donation", "payment"]),
    ("product", &["product", "item", "article", "produkt", "artikel", "produit", "producto"]),
    ("note", &["note", "comment", "memo", "notiz", "remark"]),
];

/// A heading's letters and digits, small, without accents.
pub(super) fn folded(text: &str) -> String {
    deunicode(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What a heading means, if it says so; a meaning that is its own name wins.
pub(super) fn of_column(heading: &str) -> Option<&'static str> {
    let word = folded(heading);
    let named = COLUMNS.iter().find(|(meaning, _)| folded(meaning) == word);
    let found = named.or_else(|| COLUMNS.iter().find(|(_, words)| words.contains(&word.as_str())));
    found.map(|(meaning, _)| *meaning)
}

/// What a standard's values mean where the heading does not say it.
pub(super) fn of_standard(standard: &str) -> Option<&'static str> {
    Some(match standard {
        "email" => "email",
        "phone" => "phone",
        "url" => "website",
        "country" => "country",
        "region" => "region",
        "postcode" => "postcode",
        "given_name" => "given_name",
        "family_name" => "family_name",
        "person_name" => "full_name",
        "company" => "company",
        "street" => "street",
        "city" => "city",
        _ => return None,
    })
}

/// What a table or source holds, if its name says so: any word of it will do,
/// the last one that means something counts.
pub(super) fn of_table(name: &str) -> Option<&'static str> {
    let slug = super::words::slug(name, "table");
    let meaning = |word: &str| {
        let bare = word.trim_end_matches('s');
        TABLES.iter().find(|(_, words)| words.iter().any(|known| *known == word || known.trim_end_matches('s') == bare))
    };
    slug.split('_').rev().find_map(meaning).map(|(meaning, _)| *meaning)
}
