//! The code pages of legacy text: DOS pages, Windows and ISO pages, UTF-8.
//!
//! A [`CodePage`] is an option of a source (`encoding = "cp850"`) and what a
//! reader decodes bytes with. It knows labels and bytes, nothing of files.

use encoding_rs::Encoding;
use serde_json::{Value as Json, json};
use yore::code_pages as dos;

use crate::config::decode::{Decode, Node, Placed};
use crate::diagnostic::{Faults, nearest};

/// A code page in which every ASCII byte stands for itself.
#[derive(Clone, Copy)]
pub struct CodePage {
    label: &'static str,
    table: Table,
}

#[derive(Clone, Copy)]
enum Table {
    Dos(&'static (dyn yore::CodePage + Send + Sync)),
    Web(&'static Encoding),
}

/// The labels that messages and the JSON Schema name. Others are known too:
/// `ibm850`, `850`, `latin1`, and all that browsers know.
const LABELS: &[(&str, Table)] = &[
    ("utf-8", Table::Web(encoding_rs::UTF_8)),
    ("cp437", Table::Dos(&dos::CP437)),
    ("cp737", Table::Dos(&dos::CP737)),
    ("cp850", Table::Dos(&dos::CP850)),
    ("cp852", Table::Dos(&dos::CP852)),
    ("cp855", Table::Dos(&dos::CP855)),
    ("cp857", Table::Dos(&dos::CP857)),
    ("cp860", Table::Dos(&dos::CP860)),
    ("cp861", Table::Dos(&dos::CP861)),
    ("cp862", Table::Dos(&dos::CP862)),
    ("cp863", Table::Dos(&dos::CP863)),
    ("cp864", Table::Dos(&dos::CP864)),
    ("cp865", Table::Dos(&dos::CP865)),
    ("cp866", Table::Dos(&dos::CP866)),
    ("cp869", Table::Dos(&dos::CP869)),
    ("cp874", Table::Web(encoding_rs::WINDOWS_874)),
    ("cp932", Table::Web(encoding_rs::SHIFT_JIS)),
    ("cp936", Table::Web(encoding_rs::GBK)),
    ("cp949", Table::Web(encoding_rs::EUC_KR)),
    ("cp950", Table::Web(encoding_rs::BIG5)),
    ("windows-1250", Table::Web(encoding_rs::WINDOWS_1250)),
    ("windows-1251", Table::Web(encoding_rs::WINDOWS_1251)),
    ("windows-1252", Table::Web(encoding_rs::WINDOWS_1252)),
    ("windows-1253", Table::Web(encoding_rs::WINDOWS_1253)),
    ("windows-1254", Table::Web(encoding_rs::WINDOWS_1254)),
    ("windows-1255", Table::Web(encoding_rs::WINDOWS_1255)),
    ("windows-1256", Table::Web(encoding_rs::WINDOWS_1256)),
    ("windows-1257", Table::Web(encoding_rs::WINDOWS_1257)),
    ("windows-1258", Table::Web(encoding_rs::WINDOWS_1258)),
    ("iso-8859-1", Table::Web(encoding_rs::WINDOWS_1252)),
    ("iso-8859-2", Table::Web(encoding_rs::ISO_8859_2)),
    ("iso-8859-5", Table::Web(encoding_rs::ISO_8859_5)),
    ("iso-8859-7", Table::Web(encoding_rs::ISO_8859_7)),
    ("iso-8859-9", Table::Web(encoding_rs::WINDOWS_1254)),
    ("iso-8859-15", Table::Web(encoding_rs::ISO_8859_15)),
    ("koi8-r", Table::Web(encoding_rs::KOI8_R)),
    ("macintosh", Table::Web(encoding_rs::MACINTOSH)),
    ("x-mac-cyrillic", Table::Web(encoding_rs::X_MAC_CYRILLIC)),
];

impl CodePage {
    pub const UTF_8: Self = Self { label: "utf-8", table: Table::Web(encoding_rs::UTF_8) };
    pub const WINDOWS_1252: Self = Self { label: "windows-1252", table: Table::Web(encoding_rs::WINDOWS_1252) };
    pub const CP437: Self = Self { label: "cp437", table: Table::Dos(&dos::CP437) };

    /// The code page of a label, in any case: `cp850`, `IBM850`, `850`,
    /// `windows-1252`, `latin1`. Those in which ASCII is not ASCII are unknown.
    pub fn from_label(label: &str) -> Option<Self> {
        let lowered = label.trim().to_ascii_lowercase().replace('_', "-");
        let bare = ["windows-", "windows", "cp-", "cp", "ibm-", "ibm", "dos-", "win", "x-cp"]
            .iter()
            .find_map(|prefix| lowered.strip_prefix(prefix))
            .unwrap_or(&lowered);
        for (known, table) in LABELS {
            let number = known.strip_prefix("cp").or_else(|| known.strip_prefix("windows-"));
            if *known == lowered || number == Some(bare) {
                return Some(Self { label: known, table: *table });
            }
        }
        if lowered == "us-ascii" || lowered == "ascii" {
            return Some(Self::WINDOWS_1252);
        }
        let encoding = Encoding::for_label(lowered.as_bytes()).filter(|found| found.is_ascii_compatible())?;
        Some(Self { label: encoding.name(), table: Table::Web(encoding) })
    }

    /// The name that messages and docs use.
    pub fn label(self) -> &'static str {
        self.label
    }

    /// Appends the text of `bytes`; false where a byte has no meaning in this
    /// page, in whose place U+FFFD stands.
    pub fn decode_into(self, bytes: &[u8], out: &mut String) -> bool {
        match self.table {
            Table::Dos(page) => {
                let text = page.decode_lossy(bytes);
                // The DOS pages map no byte to U+FFFD, so finding it means a gap.
                let whole = !text.contains('\u{FFFD}');
                out.push_str(&text);
                whole
            }
            Table::Web(encoding) => {
                let (text, broken) = encoding.decode_without_bom_handling(bytes);
                out.push_str(&text);
                !broken
            }
        }
    }
}

impl std::fmt::Debug for CodePage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.label)
    }
}

impl PartialEq for CodePage {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

impl Eq for CodePage {}

impl Decode for CodePage {
    fn decode(node: &Node, faults: &mut Faults) -> Option<Self> {
        let placed = Placed::<String>::decode(node, faults)?;
        let found = Self::from_label(&placed.value);
        if found.is_none() {
            let message = format!("unknown encoding `{}`", placed.value);
            let fault = faults.push("config.unknown-word", placed.span.clone(), message);
            match nearest(&placed.value, LABELS.iter().map(|(label, _)| *label)) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("such as `utf-8`, `windows-1252`, `cp850`, `cp437`, `iso-8859-15`"),
            };
        }
        found
    }
    fn schema() -> Json {
        let known: Vec<&str> = LABELS.iter().map(|(label, _)| *label).collect();
        json!({ "type": "string", "examples": known })
    }
    fn kind() -> String {
        "an encoding, such as `cp850`".into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use toml::de::DeTable;

    use super::CodePage;
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
        assert_eq!(found.encoding.map(CodePage::label), Some("cp850"));
        assert_eq!(options("").expect("no fault").encoding, None);
        let faults = options("encoding = \"windows-125Z\"").expect_err("a fault");
        assert_eq!(faults[0].0, "unknown encoding `windows-125Z`");
        assert!(faults[0].1.starts_with("did you mean `windows-125"), "{faults:?}");
        assert_eq!(CodePage::schema()["type"], "string");
    }

    fn text(label: &str, bytes: &[u8]) -> (String, bool) {
        let mut out = String::new();
        let whole = CodePage::from_label(label).expect(label).decode_into(bytes, &mut out);
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
        assert_eq!(text("UTF8", "Æ".as_bytes()), ("Æ".into(), true));
    }

    #[test]
    fn says_where_a_byte_means_nothing() {
        assert_eq!(text("utf-8", b"a\xffb"), ("a\u{FFFD}b".into(), false));
        assert_eq!(text("cp857", b"a\xe7b"), ("a\u{FFFD}b".into(), false));
    }

    #[test]
    fn knows_no_label_that_is_not_one() {
        assert_eq!(CodePage::from_label("cp85O"), None);
        assert_eq!(CodePage::from_label("utf-16le"), None);
        assert_eq!(CodePage::from_label(""), None);
    }
}
