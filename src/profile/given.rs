//! Whether texts are names of persons: by common given names and titles within,
//! and by what only companies and things have. Rare names are not known here: a
//! share of the values is enough.

use crate::standards::company::has_legal_form;

/// The share of values that must be shaped like a person's name.
const SHAPED: f64 = 0.8;
/// The share that must hold a common given name or a title.
const KNOWN: f64 = 0.15;
/// The share that may look like companies or things.
const OTHERS: f64 = 0.1;

static TITLES: &[&str] =
    &["mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "mme", "mlle", "sra", "dott", "dhr", "mevr"];

/// Words that companies and things have in their names.
#[rustfmt::skip]
static THINGS: &[&str] = &[
    "and", "und", "of", "the", "for", "group", "services", "service", "solutions", "systems", "bank", "school", "hotel",
    "restaurant", "market", "store", "shop", "fund", "foundation", "association", "university", "church", "club",
    "center", "centre", "institute", "partners", "holdings", "household", "verein", "stiftung", "team", "committee",
];

#[rustfmt::skip]
static GIVEN: &[&str] = &[
    "adam", "adriana", "alan", "albert", "alberto", "alessandra", "alessandro", "alex", "alexander", "alexandra",
    "alfred", "alice", "alicia", "amanda", "amy", "ana", "anders", "andrea", "andreas", "andres", "andrew", "angela",
    "anita", "ann", "anna", "anne", "annette", "anthony", "antonio", "arthur", "barbara", "beatrice", "ben",
    "benjamin", "bernard", "bernd", "bob", "brian", "bruce", "carl", "carla", "carlo", "carlos", "carmen", "carol",
    "caroline", "catherine", "charles", "charlotte", "chris", "christian", "christina", "christine", "christoph",
    "christopher", "claire", "claudia", "claus", "cristina", "daniel", "daniela", "david", "deborah", "denise",
    "dennis", "diana", "diane", "diego", "dieter", "dirk", "donald", "dorothy", "edward", "elena", "elisabeth",
    "elizabeth", "emily", "emma", "eric", "erik", "ernst", "eva", "felix", "fernando", "florian", "frances",
    "francesca", "francesco", "francisco", "francois", "frank", "franz", "fred", "friedrich", "gabriel", "gabriele",
    "gary", "georg", "george", "gerard", "gerhard", "giovanni", "giuseppe", "greg", "gregory", "guillaume", "gunter",
    "gustav", "hanna", "hannah", "hans", "harald", "harry", "heike", "heinz", "helen", "helena", "helmut", "henri",
    "henry", "herbert", "horst", "hugo", "ian", "ines", "ingrid", "irene", "isabel", "isabelle", "jack", "jacob",
    "jacques", "jaime", "jakob", "james", "jan", "jane", "janet", "jason", "javier", "jean", "jeff", "jennifer",
    "jens", "jerry", "jessica", "jill", "jim", "joan", "joe", "johan", "johann", "johannes", "john", "jon", "jonas",
    "jonathan", "jorge", "jose", "josef", "joseph", "juan", "judith", "julia", "julie", "jurgen", "karen", "karin",
    "karl", "kate", "katharina", "katherine", "kathleen", "katrin", "keith", "kelly", "ken", "kenneth", "kevin",
    "kim", "klaus", "kurt", "larry", "lars", "laura", "lauren", "laurent", "lea", "linda", "lisa", "lothar", "louis",
    "louise", "luca", "lucas", "lucia", "luis", "luise", "lukas", "manfred", "manuel", "marc", "marcel", "marco",
    "marcus", "margaret", "maria", "marie", "mario", "markus", "marta", "martha", "martin", "martina", "mary",
    "matthew", "matthias", "max", "melanie", "melissa", "michael", "michel", "michelle", "miguel", "mike", "monica",
    "monika", "nancy", "natalie", "nicholas", "nicolas", "nicole", "nina", "olaf", "oliver", "olivia", "oscar",
    "otto", "pablo", "paolo", "patricia", "patrick", "paul", "paula", "pedro", "peter", "petra", "philip", "philippe",
    "pierre", "pieter", "rachel", "rafael", "rainer", "ralf", "ralph", "raymond", "rebecca", "renate", "ricardo",
    "richard", "robert", "roberto", "roger", "roland", "ronald", "rosa", "ruth", "ryan", "sabine", "sam", "samuel",
    "sandra", "sara", "sarah", "scott", "sebastian", "sergio", "sharon", "silvia", "simon", "simone", "sofia",
    "sophie", "stefan", "stefanie", "stefano", "stephan", "stephanie", "stephen", "steve", "steven", "susan",
    "susanne", "sven", "sylvia", "teresa", "thomas", "tim", "timothy", "tobias", "tom", "tony", "ulrich", "ulrike",
    "ursula", "uwe", "valerie", "vera", "veronica", "victor", "victoria", "vincent", "walter", "werner", "wilhelm",
    "will", "william", "wolfgang", "yves", "yvonne",
];

/// Whether the texts are names of persons. `shaped` says which could be.
pub(super) fn are_persons(texts: &[&str], shaped: fn(&str) -> bool) -> bool {
    let (mut could, mut known, mut others) = (0, 0, 0);
    for text in texts {
        could += usize::from(shaped(text));
        let plain = deunicode::deunicode(text).to_lowercase();
        let mut words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        known += usize::from(words.clone().any(|word| TITLES.contains(&word) || GIVEN.binary_search(&word).is_ok()));
        let thing = words.any(|word| THINGS.contains(&word)) || text.contains(|c: char| c.is_ascii_digit() || c == '&');
        others += usize::from(thing || has_legal_form(text));
    }
    let share = |count: usize| count as f64 / texts.len().max(1) as f64;
    share(could) >= SHAPED && share(known) >= KNOWN && share(others) <= OTHERS
}

#[cfg(test)]
mod tests {
    use super::{GIVEN, are_persons};

    #[test]
    fn the_names_are_found() {
        let mut sorted = GIVEN.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(GIVEN, sorted);
    }

    #[test]
    fn persons_companies_and_things() {
        let two = |text: &str| text.split_whitespace().count() > 1;
        assert!(are_persons(&["Anna Berg", "Quentin Zorn", "Xu Li", "Yara Quist"], two));
        assert!(!are_persons(&["Blue Chair", "Chair, Red", "Round Table"], two));
        assert!(!are_persons(&["Alfreds Futterkiste", "Around the Horn", "Peter Co. Ltd.", "Bon App"], two));
    }
}
