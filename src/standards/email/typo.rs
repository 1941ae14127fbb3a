//! Domains that are more likely a slip of the hand than somebody's own: a name
//! one letter away from that of a large provider, an ending that nobody has.
//!
//! Only says so. Some of these exist, kept by people who collect lost mail, so
//! that no test of delivery finds them; and some are honest neighbours.

/// Providers whose neighbours are looked for. Short names are not among them,
/// since there is a real domain one letter from each.
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "ymail.com",
    "outlook.com",
    "icloud.com",
    "protonmail.com",
    "comcast.net",
    "verizon.net",
    "bellsouth.net",
    "sbcglobal.net",
    "earthlink.net",
    "btinternet.com",
    "wanadoo.fr",
    "orange.fr",
    "laposte.net",
    "t-online.de",
    "freenet.de",
    "libero.it",
    "telefonica.net",
];

/// Top-level domains that do not exist, and stand where a common one was meant.
const NO_ENDINGS: &[&str] = &[
    "con", "cpm", "vom", "xom", "cmo", "ocm", "comm", "coom", "ccom", "cim", "cok", "coml", "conm", "comn", "nett",
    "ner", "nte", "ent", "orgg", "ogr", "rog", "edi", "eud", "dee", "dde", "ed", "ddee",
];

/// Domains one letter from a provider that many people use.
const REAL: &[&str] = &["hotmail.ca", "yahoo.com.au", "mail.com", "email.com", "orange.fi"];

/// Whether a clean domain is probably mistyped.
pub(super) fn is_typo(domain: &str) -> bool {
    let ending = domain.rsplit('.').next().unwrap_or("");
    // Of all endings only those in Punycode have figures: xn--p1ai.
    let figures = ending.contains(|c: char| c.is_ascii_digit()) && !ending.starts_with("xn--");
    if figures || NO_ENDINGS.contains(&ending) {
        return true;
    }
    let near = |provider: &&str| provider.len().abs_diff(domain.len()) <= 1 && is_one_slip(provider, domain);
    PROVIDERS.iter().any(near) && !PROVIDERS.contains(&domain) && !REAL.contains(&domain)
}

/// Whether one letter too many, too few, wrong or two exchanged is all that
/// differs. A wrong first letter is another name: `email.com`, `tmail.com`.
fn is_one_slip(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let front = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let most = one.len().min(other.len()) - front;
    let back = one.iter().rev().zip(other.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    match (one.get(front..one.len() - back).unwrap_or(&[]), other.get(front..other.len() - back).unwrap_or(&[])) {
        ([a, b], [c, d]) => a == d && b == c,
        ([_], []) | ([], [_]) | ([_], [_]) => front > 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_typo;

    #[test]
    fn slips_and_what_is_none() {
        let slips = [
            "gmial.com",
            "gmai.com",
            "gmaill.com",
            "gamil.com",
            "gmail.co",
            "gmail.cm",
            "gmail.con",
            "gmail.comm",
            "hotmial.com",
            "hotmal.com",
            "hotnail.com",
            "ohtmail.com",
            "yaho.com",
            "yahooo.com",
            "yhaoo.com",
            "outlok.com",
            "iclould.com",
            "acme.con",
            "acme.vom",
            "example.c0m",
            "gmx.dee",
            "web.ed",
            "comast.net",
            "t-onlin.de",
        ];
        for slip in slips {
            assert!(is_typo(slip), "{slip}");
        }
        let real = [
            "gmail.com",
            "googlemail.com",
            "mail.com",
            "email.com",
            "ymail.com",
            "hotmail.de",
            "yahoo.ca",
            "yahoo.es",
            "yahoo.de",
            "outlook.de",
            "acme.com",
            "acme.co",
            "a.b",
            "icloud.com",
            "gmx.de",
            "example.xn--p1ai",
            "web.de",
            "me.com",
        ];
        for real in real {
            assert!(!is_typo(real), "{real}");
        }
    }
}
