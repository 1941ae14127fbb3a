//! What programs do that no standard says, and what damage does.

use proptest::prelude::{ProptestConfig, proptest};

use super::super::{VcardOptions, open};
use super::{lines, read_bytes};
use crate::sources::encoding::Encoding;

/// The records of a text, each in one line.
fn records(bytes: &[u8]) -> Vec<String> {
    read_bytes(bytes, None).iter().map(|record| lines(record).join(" ")).collect()
}

#[test]
fn agents_may_begin_in_their_own_line_and_hold_agents() {
    let bytes = b"BEGIN:VCARD\nFN:A\nAGENT:BEGIN:VCARD\nFN:B\nAGENT:\nBEGIN:VCARD\nFN:C\nEND:VCARD\nEND:VCARD\n\
        NOTE:n\nEND:VCARD\nBEGIN:VCARD\nFN:D\nEND:VCARD\n";
    assert_eq!(
        records(bytes),
        [
            "AGENT=BEGIN:VCARD|FN:B|AGENT:|BEGIN:VCARD|FN:C|END:VCARD|END:VCARD FN=A NOTE=n _row=a.vcf:1",
            "FN=D _row=a.vcf:12",
        ]
    );
}

#[test]
fn an_agent_that_does_not_end_takes_no_other_card_along() {
    let bytes = b"BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nBEGIN:VCARD\nFN:C\nEND:VCARD\nEND:VCARD\nhello\n";
    assert_eq!(
        records(bytes),
        [
            "AGENT=BEGIN:VCARD|FN:B FN=A _fault=vcard.unclosed _row=a.vcf:1",
            "FN=C _row=a.vcf:6",
            "UNREAD=END:VCARD _fault=vcard.stray _row=a.vcf:9",
            "UNREAD=hello _fault=vcard.stray _row=a.vcf:10",
        ]
    );
}

#[test]
fn lines_that_outlook_does_not_indent_belong_to_the_address() {
    let bytes = b"BEGIN:VCARD\r\nVERSION:2.1\r\nADR;WORK:;;Main Street\r\nBuilding 5;Town;;01234;US\r\n\
        N:Smith\r\nAnn\r\nEND:VCARD\r\n";
    assert_eq!(
        lines(&read_bytes(bytes, None)[0]),
        [
            "ADR.city=Town",
            "ADR.country=US",
            "ADR.postcode=01234",
            "ADR.street=Main Street|Building 5",
            "ADR.work.city=Town",
            "ADR.work.country=US",
            "ADR.work.postcode=01234",
            "ADR.work.street=Main Street|Building 5",
            "N.family=Smith",
            "UNREAD=Ann",
            "VERSION=2.1",
            "_notes=vcard.bad-line",
            "_row=a.vcf:1",
        ]
    );
}

#[test]
fn parameters_and_labels_stand_beside_the_value() {
    let bytes = b"BEGIN:VCARD\nVERSION:4.0\nN;ALTID=1;LANGUAGE=en:Yamada;Taro\nN;ALTID=1;LANGUAGE=jp:\xE5\xB1\xB1;\xE5\xA4\xAA\n\
        item1.URL;type=pref:http://a\nitem1.X-ABLabel:_$!<HomePage>!$_\nitem2.URL:http://b\nitem2.X-ABLabel:Shop\n\
        item3.X-ABLabel:Nothing\nhome.TEL;type=fax,voice:1\nhome.LABEL:Street\\n1\n\
        IMPP;TYPE=work;X-SERVICE-TYPE=Jabber:xmpp:a\nTEL;2=x;LABEL=\"a^nb^^\":2\nEND:VCARD\n";
    assert_eq!(
        lines(&read_bytes(bytes, None)[0]),
        [
            "IMPP=xmpp:a",
            "IMPP.type=work",
            "IMPP.x-service-type=Jabber",
            "LABEL=Street|1",
            "LABEL.group=home",
            "N.altid=1",
            "N.altid.2=1",
            "N.family=Yamada",
            "N.family.2=山",
            "N.given=Taro",
            "N.given.2=太",
            "N.language=en",
            "N.language.2=jp",
            "TEL=1",
            "TEL.fax=1",
            "TEL.fax.group=home",
            "TEL.other=2",
            "TEL.other.formatted=a|b^",
            "TEL.other.parameter-2=x",
            "URL=http://a",
            "URL.2=http://b",
            "URL.label=_$!<HomePage>!$_",
            "URL.label.2=Shop",
            "VERSION=4.0",
            "X-ABLABEL=Nothing",
            "_row=a.vcf:1",
        ]
    );
}

#[test]
fn the_letters_of_a_file_tell_its_charset() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.vcf");
    let (text, page) = ("Иван Петрович Сидоров, директор по продажам", Encoding::named("windows-1251"));
    let mut bytes = b"BEGIN:VCARD\nVERSION:2.1\nFN:".to_vec();
    bytes.extend(text.chars().map(|letter| match u32::from(letter) {
        code @ 0x410..=0x44F => u8::try_from(code - 0x410 + 0xC0).expect("a letter"),
        code => u8::try_from(code).expect("ASCII"),
    }));
    bytes.extend_from_slice(b"\nNOTE;CHARSET=UTF-8:\xC3\xA4\nEND:VCARD\n");
    std::fs::write(&path, &bytes).expect("writes");
    let source = open(std::slice::from_ref(&path), &VcardOptions { encoding: None }).expect("opens");
    assert_eq!(source.detected(), [(path, "windows-1251, where a value is not utf-8 and names no charset".into())]);
    for option in [None, page] {
        let card = &read_bytes(&bytes, option)[0];
        assert_eq!([card["FN"].as_str(), card["NOTE"].as_str()], [text, "ä"]);
    }
    let wide: Vec<u8> = "BEGIN:VCARD\nFN:Ä\nEND:VCARD\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read_bytes(&wide, None)[0]["FN"], "Ä");
    assert_eq!(read_bytes(&wide, Encoding::named("utf-16be"))[0]["FN"], "Ä");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn quoted_printable_with_soft_breaks_gives_its_text(text in "[ -~äß€\u{1F600}\n]{0,60}", at in 1_usize..20) {
        let mut packed = String::new();
        for (index, byte) in text.bytes().enumerate() {
            if index > 0 && index % at == 0 {
                packed.push_str("=\r\n");
            }
            packed.push_str(&format!("={byte:02X}"));
        }
        let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nX-A;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:{packed}\r\nEND:VCARD\r\n");
        // What quoted-printable gives still has the escapes of the card.
        let escaped = text.contains(['\\']);
        let found = read_bytes(card.as_bytes(), None).remove(0).remove("X-A");
        if !escaped {
            assert_eq!(found, (!text.trim().is_empty()).then_some(text));
        }
    }
}
