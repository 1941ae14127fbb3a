//! Encodings of text files: their names, and which one a file is likely in.
//!
//! Knows nothing of rows and fields. A name is looked up as the web does (and
//! some more spellings), the pages of DOS are added to that.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding as Web, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use yore::CodePage;
use yore::code_pages as pages;

use crate::diagnostic::nearest;

/// How bytes stand for characters.
#[derive(Clone, Copy)]
pub struct Encoding {
    name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Web(&'static Web),
    Dos(&'static (dyn CodePage + Sync)),
    /// Page 850 with the euro sign in the place of the dotless i.
    Dos858,
}

/// What a decoder has to do.
pub(super) enum Scheme {
    /// The bytes are already what we want.
    Utf8,
    /// A byte is a character; bytes that stand for nothing have none.
    Bytes(Box<[Option<char>; 256]>),
    /// The length of a character varies.
    Wide(&'static Web),
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
pub const NAMES: &[&str] = &[
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

    /// The encoding of a name as people write it: `latin1`, `UTF8`, `IBM 850`.
    pub fn named(label: &str) -> Option<Self> {
        let bare = bare(label);
        let number = ["cp", "ibm", "dos", "oem"].iter().find_map(|prefix| bare.strip_prefix(prefix)).unwrap_or(&bare);
        let page = format!("cp{number}");
        if page == "cp858" {
            return Some(Self { name: "cp858", kind: Kind::Dos858 });
        }
        if let Some((name, page)) = DOS.iter().find(|(name, _)| *name == page) {
            return Some(Self { name, kind: Kind::Dos(*page) });
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == bare || *alias == page).map(|(_, name)| *name);
        let web = Web::for_label_no_replacement(alias.unwrap_or(label).as_bytes())
            .or_else(|| Web::for_label_no_replacement(bare.as_bytes()))
            .or_else(|| {
                NAMES.iter().find(|name| self::bare(name) == bare).and_then(|name| Web::for_label(name.as_bytes()))
            })?;
        Some(Self::web(web))
    }

    /// The known name that is nearest to an unknown one.
    pub fn nearest(label: &str) -> Option<&'static str> {
        nearest(label, NAMES.iter().copied())
    }

    fn web(web: &'static Web) -> Self {
        let name = NAMES.iter().find(|name| name.eq_ignore_ascii_case(web.name())).copied().unwrap_or(web.name());
        Self { name, kind: Kind::Web(web) }
    }

    /// The name that [`Encoding::named`] finds it by.
    pub fn name(self) -> &'static str {
        self.name
    }

    pub(super) fn scheme(self) -> Scheme {
        match self.kind {
            Kind::Web(web) if web == UTF_8 => Scheme::Utf8,
            Kind::Web(web) if !web.is_single_byte() => Scheme::Wide(web),
            Kind::Web(web) => {
                let windows = self.name.starts_with("windows-");
                Scheme::Bytes(table(|byte| {
                    let text = web.decode_without_bom_handling_and_without_replacement(byte)?;
                    // The web reads what Windows leaves undefined as control
                    // characters. In data it is a sign of another encoding.
                    text.chars().next().filter(|c| !(windows && ('\u{80}'..='\u{9f}').contains(c)))
                }))
            }
            Kind::Dos(page) => Scheme::Bytes(table(|byte| page.decode(byte).ok()?.chars().next())),
            Kind::Dos858 => Scheme::Bytes(table(|byte| match byte {
                [0xd5] => Some('€'),
                other => pages::CP850.decode(other).chars().next(),
            })),
        }
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
    label.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

fn table(decode: impl Fn(&[u8]) -> Option<char>) -> Box<[Option<char>; 256]> {
    let mut table = Box::new([None; 256]);
    for (byte, slot) in (0..=u8::MAX).zip(table.iter_mut()) {
        *slot = decode(&[byte]);
    }
    table
}

/// The encoding that a byte order mark names, and the length of the mark.
pub(super) fn byte_order_mark(start: &[u8]) -> Option<(Encoding, usize)> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::UTF_8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::UTF_16BE, 2)),
        _ => None,
    }
}

/// UTF-16 without a mark, by the zero bytes that Latin letters, separators and
/// line ends have in it.
pub(super) fn utf_16(start: &[u8]) -> Option<Encoding> {
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    let many = |count: usize| count >= 2 && count * 4 >= half;
    let guess = match (many(even), many(odd)) {
        (false, true) => UTF_16LE,
        (true, false) => UTF_16BE,
        _ => return None,
    };
    let whole = start.get(..start.len() / 2 * 2)?;
    let (text, broken) = guess.decode_without_bom_handling(whole);
    // The sample may end between two surrogates.
    let sound = !broken || text.matches('\u{fffd}').count() <= 1;
    (sound && !text.contains('\0')).then(|| Encoding::web(guess))
}

/// The encoding of text that has bytes beyond ASCII in `sample`.
///
/// UTF-8 if most of those bytes are valid in it: a file is not something else
/// for one broken place. Otherwise Windows-1252, unless there is enough text to
/// tell an alphabet other than the Latin one, or a page of Asia, by its letters.
pub(super) fn beyond_ascii(sample: &[u8]) -> Encoding {
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // The sample may end within a character.
    let cut = sample.utf8_chunks().last().is_some_and(|chunk| !chunk.invalid().is_empty() && sample.len() > 16);
    if valid > broken || (cut && broken == 1 && valid > 0) {
        return Encoding::UTF_8;
    }
    let beyond = sample.iter().filter(|byte| !byte.is_ascii()).count();
    if beyond < 16 {
        return Encoding::WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess.decode_without_bom_handling(sample).1 { Encoding::WINDOWS_1252 } else { Encoding::web(guess) }
}
