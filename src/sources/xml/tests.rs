//! Documents of our own, and real ones where they are at hand.

use std::path::{Path, PathBuf};

use arrow::array::{Array, StringArray};
use proptest::prelude::{ProptestConfig, any, proptest};
use tempfile::TempDir;

use super::XmlOptions;
use crate::config::decode::Placed;
use crate::sources::ReadError;
use crate::sources::kind::{Opener, Place};

fn xml(records: &str, join: Option<&str>) -> XmlOptions {
    let records = (!records.is_empty()).then(|| Placed { value: records.to_string(), span: 0..0 });
    XmlOptions { records, join: join.map(str::to_string) }
}

/// Columns, then `_row|_fault|cells` of each record; or the error.
fn lines(options: &XmlOptions, path: &Path) -> Vec<String> {
    let shown = |error: ReadError| {
        let place = error.place.rsplit('/').next().unwrap_or_default().to_string();
        format!("{place}: {}; {}", error.what, error.help.unwrap_or_default())
    };
    let source = match options.open(&Place::Files(vec![path.to_path_buf()])) {
        Ok(source) => source,
        Err(error) => return vec![shown(error)],
    };
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut lines = vec![names.join("|")];
    for batch in source.open(3).unwrap() {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return vec![shown(error)],
        };
        for row in 0..batch.num_rows() {
            let columns = batch.columns().iter().enumerate().filter(|(index, _)| *index != 2);
            let cells = columns.map(|(_, column)| {
                let text = column.as_any().downcast_ref::<StringArray>().unwrap();
                if text.is_null(row) { "∅".to_string() } else { text.value(row).to_string() }
            });
            lines.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    lines
}

fn file(folder: &TempDir, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join("a.xml");
    std::fs::write(&path, content).unwrap();
    path
}

const CONTACTS: &str = r#"<?xml version="1.0"?>
<c:Contacts xmlns:c="urn:x" made="2019"><!-- from the old system -->
  <Contact id="007"><Name>Ann &amp; B&#233;a</Name><Phone type="w">1</Phone><Phone>2</Phone><Fax/>
    <Address><Street> Main 1 </Street><City><![CDATA[<Ulm>]]></City></Address></Contact>
  <Other><Contact/></Other>
  <Contact id="008">free text<Phone>3</Phone></Contact>
</c:Contacts>"#;

#[test]
fn children_and_attributes_are_columns() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, CONTACTS);
    let expected = [
        "@id|Name|Phone.@type|Phone|Phone_2|Fax|Address.Street|Address.City|text",
        "a.xml#1|∅|007|Ann & Béa|w|1|2|∅| Main 1 |<Ulm>|∅",
        "a.xml#2|∅|008|∅|∅|3|∅|∅|∅|∅|free text",
    ];
    assert_eq!(lines(&xml("Contacts/Contact", None), &path), expected);
    let joined = [
        "@id|Name|Phone.@type|Phone|Fax|Address.Street|Address.City|text",
        "a.xml#1|∅|007|Ann & Béa|w|1; 2|∅| Main 1 |<Ulm>|∅",
        "a.xml#2|∅|008|∅|∅|3|∅|∅|∅|free text",
    ];
    assert_eq!(lines(&xml("/Contacts/Contact", Some("; ")), &path), joined);
}

#[test]
fn no_attribute_is_lost_without_a_word() {
    let folder = TempDir::new().unwrap();
    for tag in ["<b id=7 name='x'>", "<b id='7' id='8'>", "<b id='7'><c d>1</c>"] {
        let path = file(&folder, format!("<a>{tag}</b></a>"));
        let at = 3 + tag.find("><c d>").map_or(tag.len(), |at| at + "><c d>".len());
        let said = "is not well-formed XML from here on; export it again, or correct the file there";
        assert_eq!(lines(&xml("a/b", None), &path), [format!("a.xml, byte {at}: {said}")]);
    }
}

#[test]
fn columns_are_not_endless() {
    let folder = TempDir::new().unwrap();
    let over = "a.xml: its records have over 10,000 different names; \
                are values used as names? make them values of one name first";
    for names in ["<c/>".repeat(100_000), (0..100_000).map(|name| format!("<c{name}/>")).collect()] {
        let path = file(&folder, format!("<a><b>{names}</b></a>"));
        assert_eq!(lines(&xml("a/b", None), &path), [over]);
    }
}

#[test]
fn records_must_be_named() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, CONTACTS);
    let list = "say with `records` which elements are records; elements that repeat: `Contacts/Contact` (2)";
    assert_eq!(
        lines(&xml("", None), &path),
        [format!("a.xml: which of its elements are records, is not said; {list}")]
    );
    assert_eq!(lines(&xml("Contact", None), &path), [format!("a.xml: has no element at `Contact`; {list}")]);
    let tables = xml("", None).tables(&Place::Files(vec![path])).unwrap();
    let shown: Vec<_> = tables.iter().map(|table| (table.name.as_str(), table.rows)).collect();
    assert_eq!(shown, [("Contacts/Contact", Some(2))]);
}

#[test]
fn other_encodings_and_entities() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><r><p><n>M\xFCller</n></p></r>");
    assert_eq!(lines(&xml("r/p", None), &path), ["n", "a.xml#1|∅|Müller"]);
    let wide: Vec<u8> = "\u{feff}<r><p><n>é</n></p></r>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(lines(&xml("r/p", None), &file(&folder, wide)), ["n", "a.xml#1|∅|é"]);
    let path = file(&folder, "<!DOCTYPE r [<!ENTITY x 'y'>]><r><p><n>a&x;b</n></p><p><n>c</n></p></r>");
    assert_eq!(lines(&xml("r/p", None), &path), ["n", "a.xml#1|xml.entity|ab", "a.xml#2|∅|c"]);
}

#[test]
fn what_is_broken_is_named() {
    let folder = TempDir::new().unwrap();
    let deep = "<r>".repeat(300);
    let cases = [
        ("<r><p>1</p>", "a.xml: is cut off: an element is not closed; export it again"),
        (
            "<r><p>1</q></r>",
            "a.xml, byte 7: is not well-formed XML from here on; export it again, or correct the file there",
        ),
        (deep.as_str(), "a.xml: is nested more than 256 levels deep; "),
        (
            "",
            "a.xml: has no element at `r/p`; say with `records` which elements are records, such as `Contacts/Contact`",
        ),
    ];
    for (content, expected) in cases {
        assert_eq!(lines(&xml("r/p", None), &file(&folder, content)), [expected]);
    }
}

/// Addresses of the usaddress project, telephone metadata, a card of RFC 6351.
#[test]
fn real_documents_are_read_whole() {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let data = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from);
    if !data.is_dir() {
        println!("skipped: no collection of XML at hand");
        return;
    }
    let cases = [
        ("08_std/address/usaddress/labeled.xml", "AddressCollection/AddressString", "<AddressString>"),
        ("08_std/names/probablepeople/person_labeled.xml", "NameCollection/Name", "<Name>"),
        ("08_std/phone/PhoneNumberMetadata.xml", "phoneNumberMetadata/territories/territory", "<territory "),
        ("01_vcard/ez-vcard/rfc6351-example.xml", "vcards/vcard", "<vcard>"),
    ];
    for (name, records, tag) in cases {
        let path = data.join(name);
        let truth = std::fs::read_to_string(&path).unwrap().matches(tag).count();
        let read = lines(&xml(records, None), &path);
        assert_eq!((read.len() - 1, read[1].contains("#1|∅|")), (truth, true), "{name}: {}", read[0]);
        println!("{name}: {truth} records");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let folder = TempDir::new().unwrap();
        let _ = lines(&xml("r/p", None), &file(&folder, &bytes));
    }

    #[test]
    fn anything_like_xml_is_answered(text in r#"<r>(</?[prn]>|<p a="b">|<p/>|&[a#1]?;?|x|<!\[CDATA\[|\]\]>|<!--|--> ){0,30}(</r>)?"#) {
        let folder = TempDir::new().unwrap();
        let path = file(&folder, &text);
        let _ = (lines(&xml("r/p", Some(",")), &path), lines(&xml("", None), &path));
    }
}
