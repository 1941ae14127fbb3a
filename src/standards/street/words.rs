//! Words of street addresses, in short and in full, by language.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::designators;

/// Short form, full form, other spellings (lower case, without points, parted
/// by spaces). The forms themselves count as spellings.
pub(super) type Row = (&'static str, &'static str, &'static str);

/// Words in their forms, found by any spelling.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) rows: &'static [Row],
    by_spelling: OnceLock<HashMap<String, Row>>,
}

impl Forms {
    const fn new(rows: &'static [Row]) -> Self {
        Self { rows, by_spelling: OnceLock::new() }
    }

    /// The row that a word is a spelling of. Case and points do not matter.
    pub(super) fn entry(&self, word: &str) -> Option<&Row> {
        let by_spelling = self.by_spelling.get_or_init(|| index(self.rows));
        if !word.is_ascii() {
            return by_spelling.get(&bare(word));
        }
        let mut buffer = [0; 16];
        let mut length = 0;
        for sign in word.bytes().filter(|sign| *sign != b'.') {
            *buffer.get_mut(length)? = sign.to_ascii_lowercase();
            length += 1;
        }
        by_spelling.get(std::str::from_utf8(buffer.get(..length)?).ok()?)
    }
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect()
}

fn index(rows: &[Row]) -> HashMap<String, Row> {
    let mut by_spelling = HashMap::new();
    for row in rows {
        let spellings = [bare(row.0), bare(row.1)].into_iter().chain(row.2.split(' ').map(str::to_string));
        for spelling in spellings.filter(|spelling| !spelling.is_empty()) {
            by_spelling.entry(spelling).or_insert(*row);
        }
    }
    by_spelling
}

/// Where the type of a street stands, and what its words are.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) place: Place,
    pub(super) types: Forms,
}

/// Where the type of a street stands in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind the name: Main Street.
    Last,
    /// In front of it: Rue de la Paix.
    First,
    /// Grown together with it: Bahnhofstraße.
    Suffix,
}

/// The language of a country's streets; nothing where none is known.
pub(super) fn language(country: &str) -> Option<&'static Language> {
    Some(match country {
        "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "PH" => &AMERICAN,
        "GB" | "IE" | "ZA" | "IN" | "SG" | "CA" | "GG" | "JE" | "IM" => &ENGLISH,
        "AU" | "NZ" => &AUSTRALIAN,
        "DE" | "AT" | "LI" => &GERMAN,
        "CH" => &SWISS,
        "NL" => &DUTCH,
        "FR" | "BE" | "LU" | "MC" => &FRENCH,
        "IT" | "SM" => &ITALIAN,
        "ES" | "MX" | "AR" | "CL" | "CO" | "PE" | "UY" | "EC" | "VE" | "BO" | "CR" => &SPANISH,
        "PT" | "BR" => &PORTUGUESE,
        _ => return None,
    })
}

/// The United States.
static AMERICAN: Language = Language { place: Place::Last, types: Forms::new(designators::AMERICAN) };
/// Australia and New Zealand.
static AUSTRALIAN: Language = Language { place: Place::Last, types: Forms::new(designators::AUSTRALIAN) };

/// British and Canadian use: fewer types are shortened than by the USPS.
static ENGLISH: Language = Language {
    place: Place::Last,
    types: Forms::new(&[
        ("Aly", "Alley", "allee ally"),
        ("Ave", "Avenue", "av aven avenu avn avnu avnue"),
        ("Blvd", "Boulevard", "boul boulv bvd blv"),
        ("Byp", "Bypass", "bypa byps"),
        ("Cir", "Circle", "circ circl crcl crcle"),
        ("Cl", "Close", ""),
        ("Cres", "Crescent", "crsent crsnt crescnt"),
        ("Ct", "Court", "crt"),
        ("Ctr", "Center", "cen cent centr centre cnter cntr"),
        ("Cv", "Cove", ""),
        ("Dr", "Drive", "driv drv"),
        ("Expy", "Expressway", "exp expr express expw"),
        ("Ext", "Extension", "extn extnsn"),
        ("Fwy", "Freeway", "freewy frway frwy"),
        ("Gdns", "Gardens", "gardn gdn grdn"),
        ("Grv", "Grove", "grov gr"),
        ("Hts", "Heights", "ht"),
        ("Hwy", "Highway", "highwy hiway hiwy hway"),
        ("Jct", "Junction", "jction jctn junctn"),
        ("Ldg", "Landing", "lndg lndng"),
        ("Ln", "Lane", ""),
        ("Mdws", "Meadows", "medows"),
        ("Pkwy", "Parkway", "parkwy pkway pky pwy"),
        ("Pl", "Place", "plc"),
        ("Plz", "Plaza", "plza"),
        ("Pt", "Point", ""),
        ("Rd", "Road", ""),
        ("Rdg", "Ridge", "rdge"),
        ("Rte", "Route", "rt"),
        ("Sq", "Square", "sqr sqre squ"),
        ("St", "Street", "str stre stree stret strt"),
        ("Ter", "Terrace", "terr"),
        ("Tpke", "Turnpike", "trnpk turnpk tpk"),
        ("Trl", "Trail", "trails trls tr"),
        ("Way", "Way", "wy"),
        ("Xing", "Crossing", "crssng"),
    ]),
};

/// DIN 5008 and use; also the suffixes of compounds.
static GERMAN: Language = Language { place: Place::Suffix, types: Forms::new(&[("Str.", "Straße", "strasse str")]) };
/// Swiss orthography has no ß.
static SWISS: Language = Language { place: Place::Suffix, types: Forms::new(&[("Str.", "Strasse", "straße str")]) };
/// NEN 5825 and use.
static DUTCH: Language = Language { place: Place::Suffix, types: Forms::new(&[("Str.", "Straat", "str")]) };

/// Norme AFNOR XP Z10-011, in the spelling of use; rue is not shortened.
static FRENCH: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("All.", "Allée", "all allee"),
        ("Ham.", "Hameau", "ham"),
        ("Lot.", "Lotissement", "lot"),
        ("Pas.", "Passage", "pas pass"),
        ("Prom.", "Promenade", "prom"),
        ("Rpt", "Rond-Point", "rondpoint"),
        ("Res.", "Résidence", "res residence"),
        ("Av.", "Avenue", "av ave"),
        ("Bd", "Boulevard", "bld blvd boul bvd"),
        ("Ch.", "Chemin", "ch che chem"),
        ("Crs", "Cours", ""),
        ("Fg", "Faubourg", "fbg faub"),
        ("Imp.", "Impasse", "imp"),
        ("Pl.", "Place", "pl"),
        ("Quai", "Quai", "q"),
        ("Rte", "Route", "rt"),
        ("Rue", "Rue", "r"),
        ("Sq.", "Square", "sq"),
    ]),
};

/// Abbreviations of use.
static ITALIAN: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("C.so", "Corso", "cso"),
        ("L.go", "Largo", "lgo"),
        ("P.tta", "Piazzetta", "ptta"),
        ("Str.", "Strada", "str"),
        ("P.le", "Piazzale", "ple"),
        ("P.za", "Piazza", "pza pzza pz"),
        ("Via", "Via", "v"),
        ("V.le", "Viale", "vle"),
        ("Vic.", "Vicolo", "vic vlo"),
    ]),
};

/// Abbreviations of the cadastre and of use.
static SPANISH: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("Avda.", "Avenida", "av avd avda ave"),
        ("C/", "Calle", "c cl cll"),
        ("Bda.", "Barriada", "bda"),
        ("Cno.", "Camino", "cno cmno"),
        ("Ctra.", "Carretera", "ctra crta"),
        ("Gta.", "Glorieta", "gta"),
        ("Pje.", "Pasaje", "pje psje"),
        ("Urb.", "Urbanización", "urb urbanizacion"),
        ("Pza.", "Plaza", "pza plza pl"),
        ("P.º", "Paseo", "pº po pso"),
        ("Rda.", "Ronda", "rda"),
        ("Trv.", "Travesía", "trv trav travesia"),
    ]),
};

/// Abbreviations of the postal services and of use.
static PORTUGUESE: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("Al.", "Alameda", "al"),
        ("Av.", "Avenida", "av avda"),
        ("Est.", "Estrada", "est estr"),
        ("Lgo.", "Largo", "lgo lg"),
        ("Pç.", "Praça", "pç pc pca pça praca"),
        ("R.", "Rua", "r"),
        ("Rod.", "Rodovia", "rod"),
        ("Tv.", "Travessa", "tv trav"),
    ]),
};

/// Directions, short and full (USPS Publication 28, section 233).
pub(super) static DIRECTIONS: Forms = Forms::new(&[
    ("E", "East", ""),
    ("N", "North", "no"),
    ("NE", "Northeast", "north-east"),
    ("NW", "Northwest", "north-west"),
    ("S", "South", "so"),
    ("SE", "Southeast", "south-east"),
    ("SW", "Southwest", "south-west"),
    ("W", "West", ""),
]);

/// Units, short and full (USPS Publication 28, appendix C2).
pub(super) static UNITS: Forms = Forms::new(&[
    ("Apt", "Apartment", "appt apmt aptmt"),
    ("Bldg", "Building", "bld"),
    ("Bsmt", "Basement", ""),
    ("Dept", "Department", ""),
    ("Fl", "Floor", "flr"),
    ("Frnt", "Front", ""),
    ("Hngr", "Hanger", "hangar"),
    ("Key", "Key", ""),
    ("Lbby", "Lobby", ""),
    ("Lot", "Lot", ""),
    ("Lowr", "Lower", ""),
    ("Ofc", "Office", ""),
    ("Ph", "Penthouse", ""),
    ("Pier", "Pier", ""),
    ("Rear", "Rear", ""),
    ("Rm", "Room", ""),
    ("Side", "Side", ""),
    ("Slip", "Slip", ""),
    ("Spc", "Space", ""),
    ("Ste", "Suite", "suit"),
    ("Stop", "Stop", ""),
    ("Trlr", "Trailer", ""),
    ("Unit", "Unit", ""),
    ("Uppr", "Upper", ""),
]);
