//! The words of which salutations are made, in seven languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::standards::folding::fold;
use crate::standards::gender::{self, Gender};

/// A language that has salutations here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    Dutch,
}

impl Tongue {
    /// The language of an ISO 639-1 code.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "en" => Self::English,
            "de" => Self::German,
            "fr" => Self::French,
            "es" => Self::Spanish,
            "it" => Self::Italian,
            "pt" => Self::Portuguese,
            "nl" => Self::Dutch,
            _ => return None,
        })
    }

    /// The language in which most letters to an ISO 3166-1 country are written.
    pub(super) fn of_country(country: &str) -> Option<Self> {
        Some(match country {
            "DE" | "AT" | "CH" | "LI" => Self::German,
            "FR" | "LU" | "MC" | "SN" | "CI" => Self::French,
            "ES" | "MX" | "AR" | "CO" | "CL" | "PE" | "VE" | "EC" | "GT" | "CU" | "BO" | "DO" | "HN" | "PY" | "SV"
            | "NI" | "CR" | "PA" | "UY" | "PR" => Self::Spanish,
            "IT" | "SM" | "VA" => Self::Italian,
            "PT" | "BR" | "AO" | "MZ" | "CV" => Self::Portuguese,
            "NL" | "BE" | "SR" => Self::Dutch,
            _ => return None,
        })
    }
}

/// Who is greeted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Man,
    Woman,
    Other,
    Couple,
    Family,
    /// Nobody of whom anything is known, several, or a company.
    #[default]
    Anybody,
}

/// What a salutation says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) person: Person,
    pub(super) doctor: bool,
    pub(super) professor: bool,
    /// `Mrs` or `Miss`, where it stood.
    pub(super) marital: Option<&'static str>,
    /// The language that its words are of.
    pub(super) tongue: Option<Tongue>,
    /// A language that they may be of.
    pub(super) perhaps: Option<Tongue>,
}

/// What one word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Dear
    Greeting,
    Man,
    Woman,
    /// Says that two are greeted together.
    And,
    /// Says that it is one or the other.
    Or,
    /// Ladies, Herren, Firma.
    Several,
    Couple,
    Family,
    Doctor,
    Professor,
    /// Articles and the like.
    Filler,
}

use Role::{And, Couple, Doctor, Family, Filler, Greeting, Man, Or, Professor, Several, Woman};
use Tongue::{Dutch, English, French, German, Italian, Portuguese, Spanish};

/// Folded words by role and language; a language is given where no other has
/// the word.
static WORDS: &[(Role, Option<Tongue>, &str)] = &[
    (Greeting, Some(English), "dear hello hi"),
    (Greeting, Some(German), "sehr geehrte geehrter geehrtes geehrten liebe lieber hallo guten tag anrede"),
    (Greeting, Some(French), "cher chere chers cheres bonjour"),
    (
        Greeting,
        Some(Spanish),
        "estimado estimada estimados estimadas estimadoa muy distinguido distinguida querido querida",
    ),
    (Greeting, Some(Italian), "egregio egregia gentile gentili gentilissimo gentilissima spettabile spett egr gent"),
    (Greeting, Some(Portuguese), "exmo exma exmos exmas prezado prezada prezados caro cara ilmo ilma"),
    (Greeting, Some(Dutch), "geachte beste"),
    (Man, Some(English), "mr mister sir gentleman"),
    (Woman, Some(English), "ms madam lady"),
    (Man, Some(German), "herr herrn hr"),
    (Woman, Some(German), "frau fr fraulein frl"),
    (Man, Some(French), "monsieur mons"),
    (Woman, Some(French), "madame mme mlle mademoiselle"),
    (Man, Some(Spanish), "senor don"),
    (Woman, Some(Spanish), "senora senorita srta dona"),
    (Man, None, "sr"),
    (Woman, None, "sra"),
    (Man, Some(Italian), "signor signore sig"),
    (Woman, Some(Italian), "signora signorina sigra"),
    (Man, Some(Portuguese), "senhor"),
    (Woman, Some(Portuguese), "senhora"),
    (Man, Some(Dutch), "heer dhr deheer"),
    (Woman, Some(Dutch), "mevrouw mevr mw mej"),
    (And, Some(English), "and"),
    (And, Some(German), "und"),
    (And, Some(French), "et"),
    (And, Some(Spanish), "y"),
    (And, None, "e"),
    (And, Some(Dutch), "en"),
    (Or, Some(English), "or"),
    (Or, Some(German), "oder"),
    (Or, Some(French), "ou"),
    (Or, Some(Dutch), "of"),
    (Or, None, "o"),
    (Several, Some(English), "sirs ladies gentlemen madams messrs company customer customers team whom it may concern"),
    (Several, Some(German), "damen herren firma firmen kunde kunden zusammen"),
    (Several, Some(French), "messieurs mesdames societe entreprise"),
    (Several, Some(Spanish), "senores senoras empresa"),
    (Several, Some(Italian), "signori ditta azienda"),
    (Several, Some(Portuguese), "senhores senhoras"),
    (Several, Some(Dutch), "heren dames bedrijf"),
    (Couple, Some(German), "ehepaar eheleute"),
    (Family, Some(English), "family"),
    (Family, Some(German), "familie"),
    (Family, Some(French), "famille"),
    (Family, None, "familia"),
    (Family, Some(Italian), "famiglia"),
    (Family, Some(Dutch), "familieleden"),
    (Couple, Some(Italian), "coniugi"),
    (Doctor, None, "dr drmed drphil dring"),
    (Doctor, None, "doctor"),
    (Doctor, Some(German), "doktor"),
    (Doctor, Some(French), "docteur docteure"),
    (Doctor, Some(Italian), "dott dottore"),
    (Professor, None, "prof"),
    (Professor, Some(German), "professorin"),
    (Professor, Some(French), "professeur professeure"),
    (Professor, Some(Italian), "professore"),
    (Filler, None, "to the le la les il lo a an as os de der die das el los las o/a all' un una cf"),
];

static INDEX: LazyLock<HashMap<&'static str, (Role, Option<Tongue>)>> = LazyLock::new(|| {
    let each = WORDS.iter().flat_map(|(role, tongue, words)| words.split(' ').map(|word| (word, (*role, *tongue))));
    each.collect()
});

/// Titles that say the sex of a doctor or professor.
static LEARNED: &[(&str, Role, Person, Option<Tongue>)] = &[
    ("dra", Doctor, Person::Woman, None),
    ("dottssa", Doctor, Person::Woman, Some(Italian)),
    ("dottoressa", Doctor, Person::Woman, Some(Italian)),
    ("docteure", Doctor, Person::Woman, Some(French)),
    ("profa", Professor, Person::Woman, None),
    ("profssa", Professor, Person::Woman, Some(Italian)),
    ("professoressa", Professor, Person::Woman, Some(Italian)),
    ("professorin", Professor, Person::Woman, Some(German)),
    ("professeure", Professor, Person::Woman, Some(French)),
];

/// Reads a salutation; `None` where a word of it is none of a salutation.
pub(super) fn read(value: &str) -> Option<Address> {
    // The longest is far shorter; what is longer is a text.
    if value.len() > 80 {
        return None;
    }
    let mut address = Address::default();
    let (mut man, mut woman, mut and, mut several, mut couple) = (false, false, false, false, false);
    let mut family = false;
    let (mut other, mut greeting, mut words) = (false, false, 0);
    let (mut greeted_man, mut greeted_woman) = (false, false);
    for piece in value.split([' ', ',', '/', '\u{a0}', ':', ';', '!', '&', '+', '(', ')']) {
        let word = match piece {
            // The pieces around a sign that joins.
            "" => continue,
            piece => match fold_word(piece) {
                word if word.is_empty() => continue,
                word => word,
            },
        };
        words += 1;
        if let Some((_, role, person, tongue)) = LEARNED.iter().find(|(key, ..)| *key == word) {
            address.doctor |= *role == Doctor;
            address.professor |= *role == Professor;
            woman |= *person == Person::Woman;
            address.hint(*tongue, Some(Spanish));
            continue;
        }
        match word.as_str() {
            "mrs" => address.marital = Some("Mrs"),
            "miss" => address.marital = Some("Miss"),
            _ => {}
        }
        if matches!(word.as_str(), "mrs" | "miss") {
            woman = true;
            address.hint(Some(English), None);
            continue;
        }
        if word == "mx" || (word == "x") {
            other = true;
            address.hint((word == "mx").then_some(English), None);
            continue;
        }
        let known = INDEX.get(word.as_str()).copied();
        let (role, tongue) = known.or_else(|| alone(&word))?;
        address.hint(tongue, matches!(word.as_str(), "sr" | "sra" | "familia").then_some(Spanish));
        match role {
            Man => man = true,
            Woman => woman = true,
            And => and = true,
            Several => several = true,
            Couple => couple = true,
            Family => family = true,
            Doctor => address.doctor = true,
            Professor => address.professor = true,
            Greeting | Or | Filler => {}
        }
        greeting |= role == Greeting;
        greeted_man |= matches!(word.as_str(), "estimado" | "egregio" | "exmo" | "prezado");
        greeted_woman |= matches!(word.as_str(), "estimada" | "egregia" | "exma" | "prezada");
    }
    and |= value.contains(['&', '+']);
    // Estimado says a man, unless it is Estimado/a.
    if !man && !woman && greeted_man != greeted_woman && !value.contains(['/', '(']) {
        (man, woman) = (greeted_man, greeted_woman);
    }
    address.person = match (man, woman) {
        _ if several => Person::Anybody,
        _ if couple => Person::Couple,
        _ if family && !(man && woman) => Person::Family,
        (true, true) if and => Person::Couple,
        (true, true) => Person::Anybody,
        (true, false) => Person::Man,
        (false, true) => Person::Woman,
        (false, false) if other || address.doctor || address.professor => Person::Other,
        (false, false) => Person::Anybody,
    };
    // Guten Tag and Geachte greet whomever; Dear alone greets nobody.
    if address.person == Person::Anybody && greeting && !(man || woman || several) {
        other = address.tongue != Some(English);
        address.person = if other { Person::Other } else { Person::Anybody };
    }
    let says = man || woman || several || couple || family || other || address.doctor || address.professor;
    if says {
        return Some(address);
    }
    // `unknown`, `n/a`: nothing is known of whom to greet.
    (words == 1).then(|| gender::read(value)).flatten().map(|_| address)
}

impl Address {
    fn hint(&mut self, tongue: Option<Tongue>, perhaps: Option<Tongue>) {
        self.tongue = self.tongue.or(tongue);
        self.perhaps = self.perhaps.or(perhaps);
    }
}

/// A word without its dots, accents and case. (`fold` drops `and` and `the`.)
fn fold_word(word: &str) -> String {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    match bare.to_ascii_lowercase().as_str() {
        "and" => "and".into(),
        "the" => "the".into(),
        _ => fold(bare),
    }
}

/// A word that says a gender only: `m`, `weiblich`, `2`.
fn alone(word: &str) -> Option<(Role, Option<Tongue>)> {
    match gender::read(word)? {
        Gender::Male => Some((Man, None)),
        Gender::Female => Some((Woman, None)),
        Gender::Other => Some((Filler, None)),
        Gender::Unknown | Gender::NotApplicable => Some((Filler, None)),
    }
}
