//! Words of street addresses, in short and in full, by language.

/// Where the type of a street stands, and what its words are.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) place: Place,
    /// Short form, full form, other spellings (lower case, without points,
    /// parted by spaces). The forms themselves count as spellings.
    pub(super) types: &'static [(&'static str, &'static str, &'static str)],
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
        "US" | "CA" | "GB" | "IE" | "AU" | "NZ" | "ZA" | "IN" | "PH" | "SG" => &ENGLISH,
        "DE" | "AT" | "LI" => &GERMAN,
        "CH" => &SWISS,
        "NL" => &DUTCH,
        "FR" | "BE" | "LU" | "MC" => &FRENCH,
        "IT" | "SM" => &ITALIAN,
        "ES" | "MX" | "AR" | "CL" | "CO" | "PE" | "UY" => &SPANISH,
        "PT" | "BR" => &PORTUGUESE,
        _ => return None,
    })
}

/// USPS Publication 28, appendix C1, those in use.
const ENGLISH: Language = Language {
    place: Place::Last,
    types: &[
        ("Aly", "Alley", "allee ally"),
        ("Ave", "Avenue", "av aven avenu avn avnue"),
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
        ("St", "Street", "str strt stret"),
        ("Ter", "Terrace", "terr"),
        ("Tpke", "Turnpike", "trnpk turnpk tpk"),
        ("Trl", "Trail", "trails trls tr"),
        ("Way", "Way", "wy"),
        ("Xing", "Crossing", "crssng"),
    ],
};

/// DIN 5008 and use; also the suffixes of compounds.
const GERMAN: Language = Language { place: Place::Suffix, types: &[("Str.", "Straße", "strasse str")] };
/// Swiss orthography has no ß.
const SWISS: Language = Language { place: Place::Suffix, types: &[("Str.", "Strasse", "straße str")] };
/// NEN 5825 and use.
const DUTCH: Language = Language { place: Place::Suffix, types: &[("Str.", "Straat", "str")] };

/// Norme AFNOR XP Z10-011, in the spelling of use; rue is not shortened.
const FRENCH: Language = Language {
    place: Place::First,
    types: &[
        ("All.", "Allée", "all allee"),
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
    ],
};

/// Abbreviations of use.
const ITALIAN: Language = Language {
    place: Place::First,
    types: &[
        ("C.so", "Corso", "cso"),
        ("L.go", "Largo", "lgo"),
        ("P.le", "Piazzale", "ple"),
        ("P.za", "Piazza", "pza pzza pz"),
        ("V.", "Via", "v"),
        ("V.le", "Viale", "vle"),
        ("Vic.", "Vicolo", "vic vlo"),
    ],
};

/// Abbreviations of the cadastre and of use.
const SPANISH: Language = Language {
    place: Place::First,
    types: &[
        ("Avda.", "Avenida", "av avd avda ave"),
        ("C/", "Calle", "c cl cll"),
        ("Ctra.", "Carretera", "ctra crta"),
        ("Pza.", "Plaza", "pza plza pl"),
        ("P.º", "Paseo", "pº po pso"),
        ("Rda.", "Ronda", "rda"),
        ("Trv.", "Travesía", "trv trav travesia"),
    ],
};

/// Abbreviations of the postal services and of use.
const PORTUGUESE: Language = Language {
    place: Place::First,
    types: &[
        ("Al.", "Alameda", "al"),
        ("Av.", "Avenida", "av avda"),
        ("Est.", "Estrada", "est estr"),
        ("Lgo.", "Largo", "lgo lg"),
        ("Pç.", "Praça", "pç pc pca pça praca"),
        ("R.", "Rua", "r"),
        ("Rod.", "Rodovia", "rod"),
        ("Tv.", "Travessa", "tv trav"),
    ],
};

/// Directions, short and full (USPS Publication 28, section 233).
pub(super) const DIRECTIONS: &[(&str, &str, &str)] = &[
    ("E", "East", ""),
    ("N", "North", "no"),
    ("NE", "Northeast", "north-east"),
    ("NW", "Northwest", "north-west"),
    ("S", "South", "so"),
    ("SE", "Southeast", "south-east"),
    ("SW", "Southwest", "south-west"),
    ("W", "West", ""),
];

/// Units, short and full (USPS Publication 28, appendix C2).
pub(super) const UNITS: &[(&str, &str, &str)] = &[
    ("Apt", "Apartment", "appt apmt aptmt"),
    ("Bldg", "Building", "bld"),
    ("Dept", "Department", ""),
    ("Fl", "Floor", "flr"),
    ("Lot", "Lot", ""),
    ("Rm", "Room", ""),
    ("Spc", "Space", ""),
    ("Ste", "Suite", "suit"),
    ("Trlr", "Trailer", ""),
    ("Unit", "Unit", ""),
];

/// The entry that a word is a spelling of. Case and points do not matter.
pub(super) fn entry<'t>(
    word: &str,
    table: &'t [(&'static str, &'static str, &'static str)],
) -> Option<&'t (&'static str, &'static str, &'static str)> {
    let bare = |text: &str| -> String { text.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect() };
    let word = bare(word);
    if word.is_empty() {
        return None;
    }
    table.iter().find(|(short, full, more)| {
        bare(short) == word || bare(full) == word || more.split(' ').any(|spelling| spelling == word)
    })
}
