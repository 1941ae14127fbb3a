//! The words by which the parts of an address are told apart: bare spellings,
//! in lower case and without points. What a word is written as, it does not say.

/// English types that end a street's name wherever they stand in it. Park, Lake,
/// Beach and the like are left out: they are as often part of a name or a city.
#[rustfmt::skip] // many words a line
const TYPES: &[&str] = &[
    "alley", "aly", "annex", "av", "ave", "aven", "avenue", "avn", "blv", "blvd", "boul", "boulevard", "bypass",
    "causeway", "cir", "circ", "circle", "close", "court", "cres", "crescent", "crt", "cswy", "ct", "dr", "drive",
    "drv", "esplanade", "expressway", "expy", "freeway", "frwy", "fwy", "highway", "hiway", "hwy", "lane", "ln",
    "loop", "mews", "parade", "parkway", "pde", "pike", "pkwy", "pky", "pl", "place", "plaza", "plz", "quay", "rd",
    "road", "row", "rte", "sq", "square", "st", "str", "street", "sts", "tce", "ter", "terr", "terrace", "tpke",
    "trail", "trl", "turnpike", "walk", "way", "xing",
];

/// Types that a number or a letter follows: Highway 9, Avenue H, County Road 12.
#[rustfmt::skip] // many words a line
const NUMBERED: &[&str] = &[
    "av", "ave", "avenue", "cr", "fm", "highway", "hwy", "i", "interstate", "loop", "rd", "road", "route", "rt",
    "rte", "rr", "spur", "sr", "us", "calle", "street", "state", "unit", "bldg", "building", "suite", "ste", "apt", "floor",
    "fl", "no", "flat", "lot",
];

#[rustfmt::skip] // many words a line
const DIRECTIONS: &[&str] = &[
    "n", "s", "e", "w", "ne", "nw", "se", "sw",
];

#[rustfmt::skip] // many words a line
const LONG_DIRECTIONS: &[&str] = &[
    "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest",
];

/// Units that have a number or a letter behind them.
#[rustfmt::skip] // many words a line
const UNITS: &[&str] = &[
    "apt", "apts", "apartment", "appt", "aptmt", "ste", "suite", "suit", "suites", "unit", "rm", "room", "floor",
    "fl", "flr", "bldg", "building", "bld", "dept", "department", "lot", "spc", "space", "trlr", "trailer", "slip",
    "hngr", "hangar", "pier", "stop", "level", "lvl", "ph", "penthouse", "flat", "whg", "wohnung", "top",
    "appartement", "bât", "bat", "bâtiment", "étage", "esc", "piso", "puerta", "planta", "int", "interno", "scala",
    "bte", "boîte", "andar", "apto", "lgh", "tower", "wing", "shop", "pmb", "mailbox", "blg",
];

/// Units that need no number.
#[rustfmt::skip] // many words a line
const LONE_UNITS: &[&str] = &[
    "frnt", "bsmt", "basement", "lobby", "lbby", "lowr", "penthouse", "ph", "uppr", "rear", "mezzanine",
];

#[rustfmt::skip] // many words a line
const FLOORS: &[&str] = &[
    "floor", "fl", "flr", "level", "floors",
];

#[rustfmt::skip] // many words a line
const ORDINALS: &[&str] = &[
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "main", "ground", "lower", "upper", "top",
];

/// Numbers in words that stand where a house number does.
#[rustfmt::skip] // many words a line
const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// First words of streets whose type comes first, and endings of those whose
/// type is grown to the name.
#[rustfmt::skip] // many words a line
const FIRST_TYPES: &[&str] = &[
    "rue", "avenue", "av", "avda", "boulevard", "bd", "place", "allée", "chemin", "impasse", "quai", "route", "via",
    "viale", "piazza", "corso", "largo", "vicolo", "calle", "c/", "plaza", "paseo", "carretera", "camino", "rua",
    "praça", "travessa", "estrada", "alameda", "avenida", "rodovia", "ulica", "ul", "aleja", "al", "jalan", "jl",
    "lorong",
];
#[rustfmt::skip] // many words a line
const ENDINGS: &[&str] = &[
    "straße", "strasse", "str", "weg", "platz", "gasse", "allee", "ufer", "damm", "straat", "laan", "plein", "gracht",
    "kade", "dijk", "gatan", "vägen", "gate", "gata", "veien", "vegen", "vej", "gade", "katu", "tie", "utca", "út",
];

/// What stands before the number of a post box, joined.
#[rustfmt::skip] // many words a line
const BOXES: &[&str] = &[
    "pobox", "pob", "lockbox", "drawer", "postofficebox", "postbox", "box", "postfach", "bp", "boîtepostale", "apartado", "apdo",
    "apartadodecorreos", "casellapostale", "postbus", "caixapostal", "postboks", "skrytkapocztowa", "case",
    "casepostale", "lockedbag", "privatebag", "pobx", "poboxno", "cxpostal", "rr", "ruralroute", "hc", "psc", "cmr",
    "boite", "boitepostale", "cedex", "poboxes",
];

/// The word in lower case, without points and what stands around it.
pub(super) fn bare(word: &str) -> String {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#' && c != '/');
    inner.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect()
}

fn among(word: &str, list: &[&str]) -> bool {
    list.contains(&bare(word).as_str())
}

pub(super) fn is_type(word: &str) -> bool {
    among(word, TYPES)
}

pub(super) fn is_numbered_type(word: &str) -> bool {
    among(word, NUMBERED)
}

/// `N`, `SW.`
pub(super) fn is_short_direction(word: &str) -> bool {
    among(word, DIRECTIONS)
}

pub(super) fn is_direction(word: &str) -> bool {
    is_short_direction(word) || among(word, LONG_DIRECTIONS)
}

pub(super) fn is_unit(word: &str) -> bool {
    among(word, UNITS)
}

pub(super) fn is_lone_unit(word: &str) -> bool {
    among(word, LONE_UNITS)
}

pub(super) fn is_floor(word: &str) -> bool {
    among(word, FLOORS)
}

/// `4th`, `Second`
pub(super) fn is_ordinal(word: &str) -> bool {
    let word = bare(word);
    let tail = word.trim_start_matches(|c: char| c.is_ascii_digit());
    (tail.len() < word.len() && matches!(tail, "st" | "nd" | "rd" | "th")) || ORDINALS.contains(&word.as_str())
}

pub(super) fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// `4`, `4B`, `#4`, `B`: what names a unit.
pub(super) fn is_identifier(word: &str) -> bool {
    let word = bare(word);
    let hyphened = word.len() < 5 && word.contains('-');
    word.starts_with('#')
        || hyphened
        || has_digit(&word)
        || word.chars().count() == 1
        || NUMBER_WORDS.contains(&word.as_str())
}

/// `12`, `12b`, `109-A`, `One`, but not `42nd`.
pub(super) fn is_house_number(word: &str) -> bool {
    let plain = bare(word);
    (plain.starts_with(|c: char| c.is_ascii_digit()) && !is_ordinal(&plain)) || NUMBER_WORDS.contains(&plain.as_str())
}

/// Whether words that stand by themselves are a street of a language in which the
/// type comes first or at the end of the word.
pub(super) fn is_foreign_street(words: &[&str]) -> bool {
    words.first().is_some_and(|word| among(word, FIRST_TYPES))
        || words.iter().any(|word| {
            let word = bare(word);
            ENDINGS.iter().any(|ending| word.len() > ending.len() && word.ends_with(ending))
        })
}

/// How many of the words in front are those of a post box (`PO Box`), the number
/// not counted.
pub(super) fn box_words(words: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    let mut found = None;
    for (at, word) in words.iter().take(3).enumerate() {
        joined.push_str(&bare(word));
        if BOXES.contains(&joined.trim_end_matches('#')) {
            found = Some(at + 1);
        }
    }
    // PO Box: the longest that is one
    found
}

/// Roads that a number names: `Highway #50` has no unit.
pub(super) fn is_route(word: &str) -> bool {
    matches!(
        bare(word).as_str(),
        "highway" | "hwy" | "hiway" | "route" | "rte" | "rt" | "loop" | "interstate" | "fm" | "us" | "sr" | "cr"
    )
}

/// Whether all the words before a box are those of its route: `RT 1 BOX 81`,
/// `HIGHWAY CONTRACT RTE # 68 BOX 9`.
pub(super) fn is_box_route(words: &[&str]) -> bool {
    let contract = words.iter().any(|word| matches!(bare(word).as_str(), "contract" | "hcr"));
    words.iter().all(|word| {
        *word == "#"
            || has_digit(word)
            || match bare(word).as_str() {
                "rt" | "route" | "rte" | "rr" | "rfd" | "hc" | "hcr" | "psc" | "rural" | "star" | "cmr" => true,
                "highway" | "hwy" | "contract" => contract,
                _ => false,
            }
    })
}

/// Whose road a number names: `County Road 43`, `US Highway 18`.
pub(super) fn is_road_owner(word: &str) -> bool {
    matches!(
        bare(word).as_str(),
        "us" | "state" | "county" | "co" | "cnty" | "township" | "twp" | "farm" | "ranch" | "old"
    )
}

/// What stands behind the name of a company or a person and is nothing by itself.
pub(super) fn is_name_suffix(word: &str) -> bool {
    matches!(
        bare(word).as_str(),
        "inc" | "llc" | "llp" | "ltd" | "corp" | "pllc" | "jr" | "sr" | "ii" | "iii" | "esq" | "phd" | "cpa"
    )
}

/// Buildings that a number or a word names, in front of a street with its own number.
pub(super) fn is_building(word: &str) -> bool {
    matches!(
        bare(word).as_str(),
        "center" | "centre" | "tower" | "towers" | "building" | "bldg" | "plaza" | "mall" | "square" | "arcade"
    )
}

/// Whether a person or department to whom the letter goes begins here.
pub(super) fn is_attention(word: &str) -> bool {
    matches!(bare(word).as_str(), "attn" | "attention" | "c/o")
}

/// `Suite100`
pub(super) fn is_glued_unit(word: &str) -> bool {
    let word = bare(word);
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < word.len() && matches!(name, "suite" | "ste" | "apt" | "unit" | "room" | "rm" | "bldg")
}

/// First words of towns that have two.
#[rustfmt::skip] // many words a line
const CITY_HEADS: &[&str] = &[
    "san", "los", "las", "santa", "saint", "st", "fort", "ft", "mount", "mt", "new", "port", "cedar", "grand", "oak",
    "el", "la", "le", "des", "palm", "long", "salt", "north", "south", "east", "west", "lake", "little", "baton",
    "green", "blue", "big", "white", "silver", "round", "cape", "glen", "old",
];
#[rustfmt::skip] // many words a line
const CITY_TAILS: &[&str] = &[
    "city", "park", "beach", "springs", "rapids", "heights", "falls", "hills", "grove", "valley", "forest", "station",
    "island", "bluff", "bluffs", "ridge", "creek", "lake", "harbor", "village", "junction", "haven",
];

/// Whether two words together are likely the name of a town.
pub(super) fn is_city_pair(before: &str, last: &str) -> bool {
    among(before, CITY_HEADS) && !is_short_direction(before) || among(last, CITY_TAILS)
}

#[rustfmt::skip] // many words a line
const SAINTS: &[&str] = &[
    "albans", "andrews", "ann", "anthony", "augustine", "catharines", "charles", "clair", "cloud", "george", "helena",
    "helens", "ives", "james", "john", "johns", "joseph", "louis", "lucie", "marys", "matthews", "michael",
    "michaels", "paul", "pete", "peter", "peters", "petersburg", "simons", "stephen", "thomas",
];

/// Whether the word is the St of a town: `St Louis`.
pub(super) fn is_saint(words: &[&str], at: usize) -> bool {
    words.get(at).is_some_and(|word| bare(word) == "st") && words.get(at + 1).is_some_and(|next| among(next, SAINTS))
}
