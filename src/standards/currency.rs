//! Currencies: codes of ISO 4217, those of the currencies that the euro
//! replaced, and the signs that people write for them.

/// A currency as it stands beside an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// An ISO 4217 code.
    Code(&'static str),
    /// A sign that several countries use: which one depends on the country.
    Shared(&'static [(&'static str, &'static str)]),
    /// A sign of none, such as a percent sign.
    None,
}

/// Codes in use, then those that are no more and stand in old data.
#[rustfmt::skip]
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD",
    "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
    "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD",
    "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD",
    "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP",
    "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES",
    "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW",
    "ATS", "BEF", "CYP", "DEM", "EEK", "ESP", "FIM", "FRF", "GRD", "HRK", "IEP", "ITL", "LTL", "LUF", "LVL", "MTL",
    "NLG", "PTE", "SIT", "SKK",
];

const DOLLAR: &[(&str, &str)] = &[
    ("US", "USD"),
    ("CA", "CAD"),
    ("AU", "AUD"),
    ("NZ", "NZD"),
    ("SG", "SGD"),
    ("HK", "HKD"),
    ("MX", "MXN"),
    ("AR", "ARS"),
    ("CL", "CLP"),
    ("CO", "COP"),
    ("TW", "TWD"),
    ("JM", "JMD"),
    ("BS", "BSD"),
    ("BB", "BBD"),
    ("TT", "TTD"),
];
const CROWN: &[(&str, &str)] = &[("SE", "SEK"), ("NO", "NOK"), ("DK", "DKK"), ("IS", "ISK")];
const YEN: &[(&str, &str)] = &[("JP", "JPY"), ("CN", "CNY")];
const POUND: &[(&str, &str)] =
    &[("GB", "GBP"), ("EG", "EGP"), ("LB", "LBP"), ("GI", "GIP"), ("IE", "IEP"), ("CY", "CYP")];
const RUPEE: &[(&str, &str)] = &[("IN", "INR"), ("PK", "PKR"), ("LK", "LKR"), ("NP", "NPR"), ("MU", "MUR")];
const FRANC: &[(&str, &str)] = &[("CH", "CHF"), ("LI", "CHF"), ("FR", "FRF"), ("BE", "BEF"), ("LU", "LUF")];

/// Signs, longer ones before those that they begin or end with.
const SIGNS: &[(&str, Named)] = &[
    ("US$", Named::Code("USD")),
    ("CA$", Named::Code("CAD")),
    ("AU$", Named::Code("AUD")),
    ("NZ$", Named::Code("NZD")),
    ("HK$", Named::Code("HKD")),
    ("NT$", Named::Code("TWD")),
    ("MX$", Named::Code("MXN")),
    ("A$", Named::Code("AUD")),
    ("C$", Named::Code("CAD")),
    ("S$", Named::Code("SGD")),
    ("R$", Named::Code("BRL")),
    ("$", Named::Shared(DOLLAR)),
    ("€", Named::Code("EUR")),
    ("£", Named::Shared(POUND)),
    ("¥", Named::Shared(YEN)),
    ("￥", Named::Shared(YEN)),
    ("円", Named::Code("JPY")),
    ("元", Named::Code("CNY")),
    ("₹", Named::Code("INR")),
    ("₽", Named::Code("RUB")),
    ("₩", Named::Code("KRW")),
    ("₺", Named::Code("TRY")),
    ("₴", Named::Code("UAH")),
    ("₪", Named::Code("ILS")),
    ("₱", Named::Code("PHP")),
    ("₫", Named::Code("VND")),
    ("฿", Named::Code("THB")),
    ("zł", Named::Code("PLN")),
    ("Kč", Named::Code("CZK")),
    ("Ft", Named::Code("HUF")),
    ("kr.", Named::Shared(CROWN)),
    ("kr", Named::Shared(CROWN)),
    ("SFr.", Named::Code("CHF")),
    ("sFr", Named::Code("CHF")),
    ("Fr.", Named::Shared(FRANC)),
    ("Rs.", Named::Shared(RUPEE)),
    ("Rs", Named::Shared(RUPEE)),
    ("DM", Named::Code("DEM")),
    ("Euro", Named::Code("EUR")),
    ("%", Named::None),
];

impl Named {
    /// The code, where the currency of a country decides for shared signs; the
    /// first of those that use the sign without one, or for a country that has
    /// no such sign.
    pub(super) fn code(self, country: Option<&str>) -> Option<&'static str> {
        match self {
            Self::Code(code) => Some(code),
            Self::Shared(of) => {
                let own = of.iter().find(|(home, _)| country.is_some_and(|code| home.eq_ignore_ascii_case(code)));
                own.or(of.first()).map(|(_, code)| *code)
            }
            Self::None => None,
        }
    }
}

/// The code that a text is, in any case.
pub(super) fn code(text: &str) -> Option<&'static str> {
    CODES.iter().copied().find(|code| code.eq_ignore_ascii_case(text))
}

/// The value without one currency before and one behind it, if there was any, and
/// the currency; that before wins.
pub(super) fn strip(value: &str) -> Option<(&str, Named)> {
    let front = end(value, true).and_then(|(len, named)| Some((value.get(len..)?.trim_start(), named)));
    let rest = front.map_or(value, |(rest, _)| rest);
    let back = end(rest, false).and_then(|(len, named)| Some((rest.get(..rest.len() - len)?.trim_end(), named)));
    match (front, back) {
        (Some((_, Named::None)), Some(back)) => Some(back),
        (Some((_, named)), Some((rest, _))) => Some((rest, named)),
        (front, back) => back.or(front),
    }
}

/// How long the currency at that end is, and which.
fn end(text: &str, front: bool) -> Option<(usize, Named)> {
    let part = |len: usize| {
        let at = if front { 0 } else { text.len().checked_sub(len)? };
        text.get(at..at + len)
    };
    if let Some(code) = part(3).and_then(code) {
        return Some((3, Named::Code(code)));
    }
    let is_there = |sign: &str| part(sign.len()).is_some_and(|part| part.eq_ignore_ascii_case(sign));
    SIGNS.iter().find(|(sign, _)| is_there(sign)).map(|(sign, named)| (sign.len(), *named))
}
