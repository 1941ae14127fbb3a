//! Legal forms at the end of company names, each in its one spelling.

/// In small letters without dots, the spelling, and whether it is a word or a
/// name too (then only capitals or dots make it a legal form).
static FORMS: &[(&str, &str, bool)] = &[
    ("inc", "Inc.", false),
    ("incorporated", "Incorporated", false),
    ("corp", "Corp.", false),
    ("corporation", "Corporation", false),
    ("co", "Co.", false),
    ("ltd", "Ltd.", false),
    ("limited", "Limited", false),
    ("ltda", "Ltda.", false),
    ("llc", "LLC", false),
    ("llp", "LLP", false),
    ("lllp", "LLLP", false),
    ("lp", "LP", false),
    ("pllc", "PLLC", false),
    ("plc", "plc", false),
    ("pc", "P.C.", true),
    ("pa", "P.A.", true),
    ("pty", "Pty", false),
    ("pte", "Pte", false),
    ("pvt", "Pvt.", false),
    ("gmbh", "GmbH", false),
    ("mbh", "mbH", false),
    ("ggmbh", "gGmbH", false),
    ("ag", "AG", false),
    ("kg", "KG", false),
    ("kgaa", "KGaA", false),
    ("ohg", "OHG", false),
    ("gbr", "GbR", false),
    ("eg", "eG", true),
    ("ek", "e.K.", true),
    ("ev", "e.V.", true),
    ("ug", "UG", false),
    ("se", "SE", true),
    ("sa", "S.A.", true),
    ("sas", "SAS", true),
    ("sarl", "SARL", false),
    ("srl", "S.r.l.", false),
    ("spa", "S.p.A.", true),
    ("sl", "S.L.", true),
    ("nv", "N.V.", false),
    ("bv", "B.V.", false),
    ("ab", "AB", true),
    ("asa", "ASA", true),
    ("oy", "Oy", false),
    ("oyj", "Oyj", false),
    ("aps", "ApS", false),
    ("kk", "K.K.", true),
    ("zrt", "Zrt.", false),
    ("kft", "Kft.", false),
    ("doo", "d.o.o.", true),
    ("sro", "s.r.o.", true),
];

/// The spelling of a legal form; `shouted` says that the whole name is in one
/// case, so that capitals tell nothing.
pub(super) fn spelling(word: &str, shouted: bool) -> Option<&'static str> {
    // The longest form, with a dot after each letter.
    if word.len() > 24 || !word.is_ascii() {
        return None;
    }
    let word = word.trim_end_matches(',');
    let key: String = word.chars().filter(|c| *c != '.').map(|c| c.to_ascii_lowercase()).collect();
    let &(_, spelling, ambiguous) = FORMS.iter().find(|(form, ..)| *form == key)?;
    let dotted = word.trim_end_matches('.').contains('.');
    let capitals = !shouted && !word.bytes().any(|byte| byte.is_ascii_lowercase());
    (!ambiguous || dotted || capitals || word == spelling).then_some(spelling)
}
