//! The same card as text, as JSON and as XML.

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::real::data;
use super::{Record, lines, read, read_bytes};
use crate::record;

const TEXT: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nFN;LANGUAGE=de:Müller\\, Ann\r\n\
    N;SORT-AS=\"Muller,Ann\":Müller;Ann;Eva,Maria;Dr.;\r\nORG:ABC\\, Inc.;North;Sales\r\n\
    item1.TEL;TYPE=\"work,fax\";PREF=1;VALUE=uri:tel:+1-2\r\nitem1.X-ABLabel:Front desk\r\n\
    TEL;TYPE=home:3\r\n\
    ADR;TYPE=home;LABEL=\"Line 1\\nLine 2\":;;1\\, Main St\\; rear;Town;;01234;US\r\n\
    NOTE:first\\nsecond \\\\ third\r\nCATEGORIES:a,b\\,c\r\nBDAY:19800203\r\nREV:20200102T030405Z\r\n\
    GENDER:F;she\r\nX-ICQ:1\r\nPHOTO:data:image/png\\;base64\\,AAEC\r\nEND:VCARD\r\n";

const JSON: &str = r#"["vcard", [
    ["version", {}, "text", "4.0"],
    ["uid", {}, "uri", "urn:uuid:1"],
    ["fn", {"language": "de"}, "text", "Müller, Ann"],
    ["n", {"sort-as": ["Muller", "Ann"]}, "text", ["Müller", "Ann", ["Eva", "Maria"], "Dr.", ""]],
    ["org", {}, "text", ["ABC, Inc.", "North", "Sales"]],
    ["tel", {"group": "item1", "type": ["work", "fax"], "pref": "1"}, "uri", "tel:+1-2"],
    ["x-ablabel", {"group": "item1"}, "unknown", "Front desk"],
    ["tel", {"type": "home"}, "text", "3"],
    ["adr", {"type": "home", "label": "Line 1\nLine 2"}, "text", ["", "", "1, Main St; rear", "Town", "", "01234", "US"]],
    ["note", {}, "text", "first\nsecond \\ third"],
    ["categories", {}, "text", "a", "b,c"],
    ["bday", {}, "date", "1980-02-03"],
    ["rev", {}, "timestamp", "2020-01-02T03:04:05Z"],
    ["gender", {}, "text", ["F", "she"]],
    ["x-icq", {}, "unknown", 1],
    ["photo", {}, "uri", "data:image/png;base64,AAEC"]
]]"#;

const XML: &str = r#"<vcard xmlns="urn:ietf:params:xml:ns:vcard-4.0">
    <uid><uri>urn:uuid:1</uri></uid>
    <fn><parameters><language><language-tag>de</language-tag></language></parameters><text>M&#252;ller, Ann</text></fn>
    <n><parameters><sort-as><text>Muller</text><text>Ann</text></sort-as></parameters>
      <surname>Müller</surname><given>Ann</given><additional>Eva</additional><additional>Maria</additional>
      <prefix>Dr.</prefix><suffix/></n>
    <org><text>ABC, Inc.</text><text>North</text><text>Sales</text></org>
    <group name="item1">
      <tel><parameters><type><text>work</text><text>fax</text></type><pref><integer>1</integer></pref></parameters>
        <uri>tel:+1-2</uri></tel>
      <x-ablabel><unknown>Front desk</unknown></x-ablabel>
    </group>
    <tel><parameters><type><text>home</text></type></parameters><text>3</text></tel>
    <adr><parameters><type><text>home</text></type><label><text>Line 1
Line 2</text></label></parameters><pobox/><ext/><street>1, Main St; rear</street><locality>Town</locality><region/>
      <code>01234</code><country>US</country></adr>
    <note><text>first
second \ third</text></note>
    <categories><text>a</text><text><![CDATA[b,c]]></text></categories>
    <bday><date>19800203</date></bday>
    <rev><timestamp>20200102T030405Z</timestamp></rev>
    <gender><sex>F</sex><identity>she</identity></gender>
    <x-icq><unknown>1</unknown></x-icq>
    <photo><uri>data:image/png;base64,AAEC</uri></photo>
    <!-- </vcard> -->
</vcard>"#;

/// A record without its place.
fn content(mut record: Record) -> Vec<String> {
    record.remove(record::ROW);
    lines(&record)
}

#[test]
fn the_three_forms_of_a_card_are_one_record() {
    let text = content(read_bytes(TEXT.as_bytes(), None).remove(0));
    assert_eq!(
        text,
        [
            "ADR.city=Town",
            "ADR.country=US",
            "ADR.home.city=Town",
            "ADR.home.country=US",
            "ADR.home.formatted=Line 1|Line 2",
            "ADR.home.postcode=01234",
            "ADR.home.street=1, Main St; rear",
            "ADR.postcode=01234",
            "ADR.street=1, Main St; rear",
            "BDAY=19800203",
            "CATEGORIES=a,b,c",
            "FN=Müller, Ann",
            "FN.language=de",
            "GENDER=F;she",
            "N.family=Müller",
            "N.given=Ann",
            "N.middle=Eva,Maria",
            "N.prefix=Dr.",
            "N.sort-as=Muller,Ann",
            "NOTE=first|second \\ third",
            "ORG=ABC, Inc.",
            "ORG.unit=North;Sales",
            "PHOTO=AAEC",
            "PHOTO.type=image/png",
            "REV=20200102T030405Z",
            "TEL=tel:+1-2",
            "TEL.fax=tel:+1-2",
            "TEL.fax.label=Front desk",
            "TEL.fax.type=work",
            "TEL.home=3",
            "UID=urn:uuid:1",
            "VERSION=4.0",
            "X-ICQ=1",
        ]
    );
    assert_eq!(content(read_bytes(JSON.as_bytes(), None).remove(0)), text);
    assert_eq!(content(read_bytes(XML.as_bytes(), None).remove(0)), text);
    let wide: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(content(read_bytes(&wide, None).remove(0)), text);
    let big: Vec<u8> = std::iter::once(0xFEFF).chain(XML.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    assert_eq!(content(read_bytes(&big, None).remove(0)), text);
}

#[test]
fn the_examples_of_the_standards_agree() {
    let Some(data) = data() else { return };
    let read = |name: &str| content(read(&data.join("ez-vcard").join(name)).remove(0));
    let differ = |left: &[String], right: &[String]| -> Vec<String> {
        left.iter().filter(|line| !right.contains(line)).cloned().collect()
    };
    let (text, json) = (read("rfc6350-example.vcf"), read("jcard-example.json"));
    // The one example says the seconds, the other does not.
    assert_eq!(differ(&text, &json), ["ANNIVERSARY=20090808T1430-0500"]);
    assert_eq!(differ(&json, &text), ["ANNIVERSARY=20090808T143000-0500"]);
    // The example of xCard has another address, place and time zone.
    let xml = read("rfc6351-example.xml");
    assert_eq!(
        differ(&text, &xml),
        [
            "ADR.extended=Suite D2-630",
            "ADR.street=2875 Laurier",
            "ADR.work.extended=Suite D2-630",
            "ADR.work.street=2875 Laurier",
            "GEO=geo:46.772673,-71.282945",
            "TEL.cell.type=work,video,text",
            "TZ=-0500",
        ]
    );
    assert_eq!(differ(&xml, &text).len(), 6);
}

#[test]
fn a_broken_card_costs_itself() {
    let rows = |text: &str| -> Vec<String> {
        let shown = |record: &Record| {
            let of = |name: &str| record.get(name).map_or("-", String::as_str).to_string();
            format!("{} {} {} {}", of("_row"), of("FN"), of("_fault"), of("UNREAD"))
        };
        read_bytes(text.as_bytes(), None).iter().map(shown).collect()
    };
    let card = |name: &str| format!("[\"vcard\", [[\"fn\", {{}}, \"text\", \"{name}\"]]]");
    assert_eq!(
        rows(&format!("[{}, {{\"a\": 1}}, 7,\n{},", card("A ] \\\" ["), card("B"))),
        [
            "a.vcf#1 A ] \" [ - -",
            "a.vcf#2 - vcard.malformed {\"a\": 1}",
            "a.vcf#3 - vcard.malformed 7,",
            "a.vcf#4 B - -",
            "a.vcf#5 - vcard.cut -",
        ]
    );
    assert_eq!(rows(&format!("{}\n{}", card("A"), card("B"))), ["a.vcf#1 A - -", "a.vcf#2 B - -"]);
    assert_eq!(
        rows("<a:vcards><a:vcard><fn><text>A</text></fn></a:vcard><vcard><fn></vcard><vcard><fn><text>B<vcard/>"),
        [
            "a.vcf#1 A - -",
            "a.vcf#2 - vcard.malformed <vcard><fn></vcard>",
            "a.vcf#3 - vcard.unclosed <vcard><fn><text>B<vcard/>",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_written_card_read_back_gives_its_values(
        words in prop::collection::vec("[ -~äß€\u{1F600}\n]{0,12}", 7),
    ) {
        let text = |word: &String| word.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        let json = |word: &String| serde_json::Value::from(word.as_str()).to_string();
        let xml = |word: &String| quick_xml::escape::escape(word.as_str()).into_owned();
        let vcf = format!("BEGIN:VCARD\nVERSION:4.0\nNOTE:{}\nADR:{}\nEND:VCARD\n", text(&words[0]),
            words.iter().map(text).collect::<Vec<_>>().join(";"));
        let jcard = format!("[\"vcard\",[[\"version\",{{}},\"text\",\"4.0\"],[\"note\",{{}},\"text\",{}],\
            [\"adr\",{{}},\"text\",[{}]]]]", json(&words[0]), words.iter().map(json).collect::<Vec<_>>().join(","));
        let parts = ["pobox", "ext", "street", "locality", "region", "code", "country"];
        let xcard = format!("<vcard><note><text>{}</text></note><adr>{}</adr></vcard>", xml(&words[0]),
            parts.iter().zip(&words).map(|(part, word)| format!("<{part}>{}</{part}>", xml(word))).collect::<String>());
        let names = ["pobox", "extended", "street", "city", "region", "postcode", "country"];
        for bytes in [&vcf, &jcard, &xcard] {
            let card = &read_bytes(bytes.as_bytes(), None)[0];
            for (name, word) in names.iter().zip(&words) {
                let wanted = (!word.trim().is_empty()).then_some(word);
                assert_eq!(card.get(&format!("ADR.other.{name}")), wanted, "{bytes}");
            }
            assert_eq!(card.get("NOTE"), (!words[0].trim().is_empty()).then_some(&words[0]), "{bytes}");
        }
    }

    #[test]
    fn never_panics(form in 0_usize..2, noise in prop::collection::vec((0_usize..900, any::<u8>()), 1..6)) {
        let card = [JSON, XML][form];
        let mut bytes = format!("{card}\n{card}").into_bytes();
        for (at, value) in noise {
            if let Some(byte) = bytes.get_mut(at + 20) { *byte = value; }
        }
        // The second card stands outside of the noise; what precedes it may be cut short.
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.vcf");
        std::fs::write(&path, &bytes).expect("writes");
        let options = super::super::VcardOptions { encoding: None };
        if let Ok(source) = super::super::open(&[path], &options) {
            let rows: usize = source.open(10).expect("streams").map(|batch| batch.expect("reads").num_rows()).sum();
            assert!(rows >= 1);
        }
    }
}
