//! Cards of our own: each fault once, and cards broken at random.

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::super::{
    BAD_LINE, CODES, CUT, ENCODING, MALFORMED, NO_COLUMN, STRAY, TOO_LARGE, UNCLOSED, UNOPENED, VcardOptions, open,
};
use super::{lines, read_bytes};
use crate::record;
use crate::sources::encoding::Encoding;

#[test]
fn the_example_of_the_docs() {
    let bytes = b"BEGIN:VCARD\nVERSION:3.0\nN:Public;John;Quinlan;Mr.;Esq.\nFN:Mr. John Q. Public\\, Esq.\n\
        ORG:ABC\\, Inc.;Marketing\nitem1.TEL;TYPE=WORK,FAX:905-999-1234\nTEL;TYPE=CELL;TYPE=pref:905-555-1234\nEND:VCARD\n";
    assert_eq!(
        lines(&read_bytes(bytes, None)[0]),
        [
            "FN=Mr. John Q. Public, Esq.",
            "N.family=Public",
            "N.given=John",
            "N.middle=Quinlan",
            "N.prefix=Mr.",
            "N.suffix=Esq.",
            "ORG=ABC, Inc.",
            "ORG.unit=Marketing",
            "TEL=905-555-1234",
            "TEL.cell=905-555-1234",
            "TEL.fax=905-999-1234",
            "TEL.fax.type=work",
            "VERSION=3.0",
            "_row=a.vcf:1",
        ]
    );
}

#[test]
fn gives_every_code_that_it_explains() {
    let codes: Vec<&str> = CODES.iter().map(|code| code.id).collect();
    assert_eq!(codes, [UNCLOSED, UNOPENED, STRAY, MALFORMED, CUT, TOO_LARGE, ENCODING, BAD_LINE, NO_COLUMN]);
}

#[test]
fn an_unclosed_card_costs_itself_alone() {
    let bytes = b"\xEF\xBB\xBFBEGIN:VCARD\r\nFN:One\r\nBEGIN:VCARD\r\nFN:Two\r\nEND:VCARD\r\n\r\nFN:Lost\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Three";
    let records: Vec<String> = read_bytes(bytes, None).iter().map(|record| lines(record).join(" ")).collect();
    assert_eq!(
        records,
        [
            "FN=One _fault=vcard.unclosed _row=a.vcf:1",
            "FN=Two _row=a.vcf:3",
            "FN=Lost _fault=vcard.unopened _row=a.vcf:7",
            "FN=Three _fault=vcard.unclosed _row=a.vcf:9",
        ]
    );
}

#[test]
fn keeps_what_it_cannot_decode_with_a_note() {
    let bytes = b"BEGIN:VCARD\nVERSION:2.1\nNOTE;QUOTED-PRINTABLE:50=% off\nFN;CHARSET=klingon:Qo'noS\n\
        TITLE;CHARSET=UTF-8:M\xfcller\nKEY;BASE64:abc!\n\nN:M\xfcller;Ann\nno colon here\nEND:VCARD\n";
    assert_eq!(
        lines(&read_bytes(bytes, None)[0]),
        [
            "FN=Qo'noS",
            "KEY=abc!",
            "N.family=Müller",
            "N.given=Ann",
            "NOTE=50=% off",
            "TITLE=M\u{FFFD}ller",
            "UNREAD=no colon here",
            "VERSION=2.1",
            "_notes=vcard.bad-line;vcard.encoding:NOTE;vcard.encoding:FN;vcard.encoding:TITLE;vcard.encoding:KEY",
            "_row=a.vcf:1",
        ]
    );
}

#[test]
fn reads_charsets_of_the_value_and_of_the_option() {
    let bytes =
        b"BEGIN:VCARD\nFN:M\x81ller\nNOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Ume=E5=\n=20x\nEND:VCARD\n";
    let card = &read_bytes(bytes, Encoding::named("cp850"))[0];
    assert_eq!([card["FN"].as_str(), card["NOTE"].as_str()], ["Müller", "Umeå x"]);
}

#[test]
fn the_preferred_comes_first() {
    let bytes =
        b"BEGIN:VCARD\nVERSION:4.0\nTEL;TYPE=work:1\nTEL;TYPE=work;PREF=2:2\nTEL;TYPE=\"work,voice\";PREF=1:3\n\
        tel;type=cell;type=fax:4\nADR;WORK:;;W;;;;\nADR;HOME;PREF:;;H 1\\, x;;;;\nADR;WORK:;;V;;;;;more\nEND:VCARD\n";
    assert_eq!(
        lines(&read_bytes(bytes, None)[0]),
        [
            "ADR.home.street=H 1, x",
            "ADR.street=H 1, x",
            "ADR.work.country.2=;more",
            "ADR.work.street=W",
            "ADR.work.street.2=V",
            "TEL=3",
            "TEL.fax=4",
            "TEL.fax.type=cell",
            "TEL.work=3",
            "TEL.work.2=2",
            "TEL.work.3=1",
            "VERSION=4.0",
            "_row=a.vcf:1",
        ]
    );
}

#[test]
fn an_agent_is_a_value_of_its_card() {
    let bytes =
        b"BEGIN:VCARD\nVERSION:2.1\nFN:Boss\nAGENT:\nBEGIN:VCARD\nFN:Secretary\nTEL:1\nEND:VCARD\nTEL:2\nEND:VCARD\n";
    let records = read_bytes(bytes, None);
    assert_eq!(records.len(), 1);
    assert_eq!(
        lines(&records[0]),
        [
            "AGENT=BEGIN:VCARD|FN:Secretary|TEL:1|END:VCARD",
            "FN=Boss",
            "TEL=2",
            "TEL.other=2",
            "VERSION=2.1",
            "_row=a.vcf:1"
        ]
    );
}

#[test]
fn refuses_files_without_a_card() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.vcf");
    let what = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("writes");
        open(std::slice::from_ref(&path), &VcardOptions { encoding: None }).err().map(|error| error.what)
    };
    assert_eq!(what(b"").as_deref(), Some("holds no vCard"));
    assert_eq!(what(b"FN:Ann\n").as_deref(), Some("holds no vCard"));
    assert_eq!(what(b"\xFF\xFEB\0E\0").as_deref(), Some("holds no vCard"));
    assert_eq!(what(b"{\"people\": []}").as_deref(), Some("holds no vCard"));
    assert_eq!(what(b"<people/>").as_deref(), Some("holds no vCard"));
    assert_eq!(
        what(b"VERSION=3\nformat=bytevalue\n").as_deref(),
        Some("is a dump of a Berkeley DB, not a file of cards")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn never_panics_and_counts_every_begin(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "BEGIN:VCARD\n", "END:VCARD\r\n", "TEL;WORK:1\n", "N;ENCODING=QUOTED-PRINTABLE:=C3=\n", " folded\n", ":\n",
            "ADR;TYPE=\"a:b:;;;\n", "PHOTO;BASE64:\n  abcd\n", "\n", "=", "\\", ";", "item1.", "\r", "é", "data:,\n",
        ]), 0..40),
        noise in prop::collection::vec((0_usize..400, any::<u8>()), 0..3),
    ) {
        let mut bytes = format!("BEGIN:VCARD\n{}", pieces.concat()).into_bytes();
        for (at, value) in noise {
            if let Some(byte) = bytes.get_mut(at + 12) { *byte = value; }
        }
        let begins = bytes
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .filter(|line| line.trim_ascii_end().eq_ignore_ascii_case(b"BEGIN:VCARD"))
            .count();
        let records = read_bytes(&bytes, None);
        let without_begin = |code: &String| code == STRAY || code == UNOPENED;
        let cards = records.iter().filter(|record| !record.get(record::FAULT).is_some_and(without_begin));
        assert_eq!(cards.count(), begins);
    }
}
