//! Given names that most people know, and that are hardly ever family names.
//! They tell which of two shapes a name has (`John Smith, Mary Jones` or `García
//! López, Ana María`); no name is taken apart by them alone.

use std::sync::LazyLock;

use crate::standards::word_table::WordTable;

/// In English, German, French, Spanish, Italian, Portuguese, Dutch and the north.
#[rustfmt::skip] // a list to read
static GIVEN: &[&str] = &[
    "john", "mary", "james", "robert", "michael", "william", "david", "richard", "joseph", "charles", "christopher",
    "daniel", "matthew", "anthony", "steven", "stephen", "andrew", "kenneth", "joshua", "kevin", "brian", "timothy",
    "jeffrey", "jason", "patricia", "jennifer", "linda", "elizabeth", "barbara", "susan", "jessica", "sarah", "karen",
    "lisa", "nancy", "betty", "margaret", "sandra", "ashley", "kimberly", "emily", "donna", "michelle", "carol",
    "amanda", "melissa", "deborah", "stephanie", "rebecca", "laura", "helen", "anna", "anne", "ann", "jane", "joan",
    "judith", "ruth", "catherine", "katherine", "kathleen", "christine", "emma", "alice", "julia", "sophie", "peter",
    "paul", "mark", "edward", "eric", "philip", "hans", "klaus", "jürgen", "wolfgang", "andreas", "stefan", "michaela",
    "ursula", "monika", "petra", "sabine", "renate", "ingrid", "helga", "karin", "brigitte", "claudia", "heike",
    "susanne", "birgit", "katrin", "uwe", "bernd", "dieter", "matthias", "markus", "jan", "lukas", "jean", "pierre",
    "michel", "philippe", "alain", "jacques", "nathalie", "isabelle", "sylvie", "françoise", "marie",
    "monique", "juan", "josé", "jose", "antonio", "manuel", "francisco", "pedro", "carlos", "luis", "javier", "miguel",
    "maría", "maria", "carmen", "ana", "isabel", "dolores", "pilar", "teresa", "lucía", "elena", "giuseppe",
    "giovanni", "mario", "luigi", "francesco", "giulia", "chiara", "paola", "francesca", "joão", "joao", "paulo",
    "fernanda", "juliana", "pieter", "johannes", "willem", "hendrik", "johanna", "lars", "anders", "erik", "karl",
    "ole", "bjørn", "kari", "astrid", "tomasz", "katarzyna", "agnieszka", "jana", "eva", "petr", "pavel", "ferenc",
    "lászló", "istván", "katalin",
];

static INDEX: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(GIVEN));

/// Whether the word, in any case, is one of them.
pub(super) fn is_given(word: &str) -> bool {
    INDEX.contains(word) || (!word.is_ascii() && INDEX.contains(&word.to_lowercase()))
}
