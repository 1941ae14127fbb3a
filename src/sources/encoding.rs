//! Encodings of legacy text: DOS pages, Windows and ISO pages, Unicode, Asia.
//!
//! An [`Encoding`] is an option of a source (`encoding = "cp850"`) and what a
//! reader decodes bytes with. It knows labels and bytes, nothing of files. A
//! label is looked up as the web does, in some more spellings, with the pages of
//! DOS added.

use std::fmt;

use encoding_rs::{Encoding as Web, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde_json::{Value as Json, json};
use yore::CodePage;
use yore::code_pages as pages;

use crate::config::decode::{Decode, Node, Placed};
use crate::diagnostic::{Faults, nearest};

/// How bytes stand for characters.
#[derive(Clone, Copy)]
pub struct Encoding {
    name: &'static str,
    kind: Kind,
}

/// An encoding in which every ASCII byte stands for itself: the option of those
/// sources whose bytes are cut into fields before they are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsciiBased(pub Encoding);

#[derive(Clone, Copy)]
enum Kind {
    Web(&'static Web),
    Dos(&'static (dyn CodePage + Sync)),
    /// Page 850 with the euro sign in the place of the dotless i.
    Dos858,
}

const DOS: &[(&str, &(dyn CodePage + Sync))] = &[
    ("cp437", &pages::CP437),
    ("cp737", &pages::CP737),
    ("cp850", &pages::CP850),
    ("cp852", &pages::CP852),
    ("cp855", &pages::CP855),
    ("cp857", &pages::CP857),
    ("cp860", &pages::CP860),
    ("cp861", &pages::CP861),
    ("cp862", &pages::CP862),
    ("cp863", &pages::CP863),
    ("cp864", &pages::CP864),
    ("cp865", &pages::CP865),
    ("cp866", &pages::CP866),
    ("cp869", &pages::CP869),
];

/// The names that messages and docs give, in the order of the docs.
const NAMES: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-9",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "cp437",
    "cp737",
    "cp850",
    "cp852",
    "cp855",
    "cp857",
    "cp858",
    "cp860",
    "cp861",
    "cp862",
    "cp863",
    "cp864",
    "cp865",
    "cp866",
    "cp869",
    "macintosh",
    "x-mac-cyrillic",
    "koi8-r",
    "koi8-u",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "euc-kr",
    "gbk",
    "gb18030",
    "big5",
];

/// Spellings that the web does not know but people write.
const ALIASES: &[(&str, &str)] = &[
    ("ansi", "windows-1252"),
    ("macroman", "macintosh"),
    ("cp874", "windows-874"),
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("cp10000", "macintosh"),
    ("cp65001", "utf-8"),
];

impl Encoding {
    pub const UTF_8: Self = Self { name: "utf-8", kind: Kind::Web(UTF_8) };
    pub const UTF_16LE: Self = Self { name: "utf-16le", kind: Kind::Web(UTF_16LE) };
    pub const UTF_16BE: Self = Self { name: "utf-16be", kind: Kind::Web(UTF_16BE) };
    pub const WINDOWS_1252: Self = Self { name: "windows-1252", kind: Kind::Web(WINDOWS_1252) };
    pub const CP437: Self = Self { name: "cp437", kind: Kind::Dos(&pages::CP437) };

    /// The encoding of a label as people write it: `latin1`, `UTF8`, `IBM 850`,
    /// `850`, `win1252`.
    pub fn named(label: &str) -> Option<Self> {
        let bare = bare(label);
        let number = ["windows", "win", "cp", "ibm", "dos", "oem", "xcp"]
            .iter()
            .find_map(|prefix| bare.strip_prefix(prefix))
            .unwrap_or(&bare);
        let page = format!("cp{number}");
        if page == "cp858" {
            return Some(Self { name: "cp858", kind: Kind::Dos858 });
        }
        if let Some((name, page)) = DOS.iter().find(|(name, _)| *name == page) {
            return Some(Self { name, kind: Kind::Dos(*page) });
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == bare || *alias == page).map(|(_, name)| *name);
        let windows = format!("windows-{number}");
        let known = || NAMES.iter().copied().find(|name| **name == windows || self::bare(name) == bare);
        let web = |label: &str| Web::for_label_no_replacement(label.trim().as_bytes());
        web(alias.unwrap_or(label))
            .or_else(|| web(&label.replace('_', "-")))
            .or_else(|| web(&bare))
            .or_else(|| web(known()?))
            .map(Self::of)
    }

    pub(super) fn of(web: &'static Web) -> Self {
        let name = NAMES.iter().find(|name| name.eq_ignore_ascii_case(web.name())).copied().unwrap_or(web.name());
        Self { name, kind: Kind::Web(web) }
    }

    /// The name that messages and docs use, and [`Encoding::named`] finds it by.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The encoding as the web knows it; none for a page of DOS.
    pub(super) fn web(self) -> Option<&'static Web> {
        match self.kind {
            Kind::Web(web) => Some(web),
            Kind::Dos(_) | Kind::Dos858 => None,
        }
    }

    /// See [`AsciiBased`].
    pub fn ascii_based(self) -> Option<AsciiBased> {
        self.web().is_none_or(Web::is_ascii_compatible).then_some(AsciiBased(self))
    }

    /// Appends the text of `bytes`; false where a byte has no meaning in this
    /// encoding, in whose place U+FFFD stands.
    pub fn decode_into(self, bytes: &[u8], out: &mut String) -> bool {
        let text = match self.kind {
            Kind::Web(web) => {
                let (text, broken) = web.decode_without_bom_handling(bytes);
                out.push_str(&text);
                return !broken;
            }
            Kind::Dos(page) => page.decode_lossy(bytes),
            Kind::Dos858 => pages::CP850.decode(bytes).replace('ı', "€").into(),
        };
        out.push_str(&text);
        // The DOS pages map no byte to U+FFFD, so finding it means a gap.
        !text.contains('\u{FFFD}')
    }
}

impl PartialEq for Encoding {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Encoding {}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn bare(label: &str) -> String {
    label.trim().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// What an option makes of an encoding: it may not take all.
type Fit<T> = fn(Encoding) -> Option<T>;

/// The labels to show for an option.
fn labels<T>(fit: Fit<T>) -> impl Iterator<Item = &'static str> {
    let labels = NAMES.iter().copied().chain(ALIASES.iter().map(|(alias, _)| *alias));
    labels.filter(move |label| Encoding::named(label).and_then(fit).is_some())
}

fn decode<T>(node: &Node, faults: &mut Faults, fit: Fit<T>) -> Option<T> {
    let label = Placed::<String>::decode(node, faults)?;
    let known = Encoding::named(&label.value).and_then(fit);
    if known.is_none() {
        let message = format!("unknown encoding `{}`", label.value);
        let fault = faults.push("config.unknown-word", label.span, message);
        match nearest(&label.value, labels(fit)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help("such as `utf-8`, `windows-1252`, `iso-8859-15`, `cp850`, `cp437`"),
        };
    }
    known
}

fn schema<T>(fit: Fit<T>) -> Json {
    json!({ "type": "string", "examples": labels(fit).collect::<Vec<_>>() })
}

impl Decode for Encoding {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        decode(node, faults, Some)
    }
    fn schema() -> Json {
        schema(Some)
    }
    fn kind() -> String {
        "an encoding, such as `cp850`".into()
    }
}

impl Decode for AsciiBased {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        decode(node, faults, Encoding::ascii_based)
    }
    fn schema() -> Json {
        schema(Encoding::ascii_based)
    }
    fn kind() -> String {
        Encoding::kind()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use toml::de::DeTable;

    use super::{AsciiBased, Encoding, NAMES};
    use crate::config::decode::{Decode, Options};
    use crate::diagnostic::{Fault, Faults, SourceText};
    use crate::sources::dbf::DbfOptions;

    /// The options of a text, or message and help of each fault.
    fn options(text: &'static str) -> Result<DbfOptions, Vec<(String, String)>> {
        let mut faults = Faults::new(Arc::new(SourceText { path: "pipeline.toml".into(), text: text.into() }));
        let table = DeTable::parse(text).expect("toml");
        let found = DbfOptions::from_table(table.get_ref(), 0..text.len(), &[], &mut faults);
        let shown = |fault: Fault| (fault.message, fault.help.unwrap_or_default());
        let faults: Vec<_> = faults.into_sorted().into_iter().map(shown).collect();
        found.filter(|_| faults.is_empty()).ok_or(faults)
    }

    #[test]
    fn is_an_option() {
        let found = options("encoding = \"CP850\"").expect("no fault");
        assert_eq!(found.encoding.map(|found| found.0.name()), Some("cp850"));
        assert_eq!(options("").expect("no fault").encoding, None);
        let faults = options("encoding = \"windows-125Z\"").expect_err("a fault");
        assert_eq!(faults[0].0, "unknown encoding `windows-125Z`");
        assert!(faults[0].1.starts_with("did you mean `windows-125"), "{faults:?}");
        let faults = options("encoding = \"utf-16le\"").expect_err("no ASCII in it");
        assert_eq!(faults[0].0, "unknown encoding `utf-16le`");
        assert_eq!(AsciiBased::schema()["type"], "string");
    }

    fn text(label: &str, bytes: &[u8]) -> (String, bool) {
        let mut out = String::new();
        let whole = Encoding::named(label).expect(label).decode_into(bytes, &mut out);
        (out, whole)
    }

    #[test]
    fn decodes_dos_and_windows_pages() {
        assert_eq!(text("cp850", b"M\x81ller \x9e"), ("Müller ×".into(), true));
        assert_eq!(text("IBM437", b"M\x81ller \x9e"), ("Müller ₧".into(), true));
        assert_eq!(text("1252", b"M\xfcller \x80"), ("Müller €".into(), true));
        assert_eq!(text("cp1251", b"\xc0\xed\xed\xe0"), ("Анна".into(), true));
        assert_eq!(text("latin1", b"\xe9"), ("é".into(), true));
        assert_eq!(text("cp852", b"\x9f\x0d\x0a"), ("č\r\n".into(), true));
        assert_eq!(text("cp858", b"\xd5 \x81"), ("€ ü".into(), true));
        assert_eq!(text("UTF8", "Æ".as_bytes()), ("Æ".into(), true));
    }

    #[test]
    fn says_where_a_byte_means_nothing() {
        assert_eq!(text("utf-8", b"a\xffb"), ("a\u{FFFD}b".into(), false));
        assert_eq!(text("cp857", b"a\xe7b"), ("a\u{FFFD}b".into(), false));
    }

    #[test]
    fn knows_no_label_that_is_not_one() {
        assert_eq!(Encoding::named("cp85O"), None);
        assert_eq!(Encoding::named("utf-16le").and_then(Encoding::ascii_based), None);
        assert_eq!(Encoding::named(""), None);
    }

    #[test]
    fn encodings_have_many_names() {
        let name = |label: &str| Encoding::named(label).map(Encoding::name);
        for (label, expected) in [
            ("UTF8", "utf-8"),
            ("utf_16_be", "utf-16be"),
            ("latin-1", "windows-1252"),
            ("cp1252", "windows-1252"),
            ("ISO-8859-15", "iso-8859-15"),
            ("437", "cp437"),
            ("ibm852", "cp852"),
            ("CP858", "cp858"),
            ("MacRoman", "macintosh"),
            ("Shift-JIS", "shift_jis"),
            ("cp932", "shift_jis"),
            ("ANSI", "windows-1252"),
            ("1251", "windows-1251"),
            ("win1250", "windows-1250"),
            ("windows-850", "cp850"),
            ("cp874", "windows-874"),
            ("ANSI_X3.4-1968", "windows-1252"),
            ("big5_hkscs", "big5"),
        ] {
            assert_eq!(name(label), Some(expected), "{label}");
        }
        assert_eq!(name("utf-9"), None);
        for known in NAMES {
            let expected = if *known == "iso-8859-1" {
                "windows-1252"
            } else if *known == "iso-8859-9" {
                "windows-1254"
            } else {
                known
            };
            assert_eq!(name(known), Some(expected));
        }
    }
}
