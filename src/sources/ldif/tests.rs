//! LDIF of our own for each rule, broken at random, and files that others wrote.

use std::sync::Arc;

use proptest::prelude::*;

use super::Ldif;
use crate::record;
use crate::sources::encoding::Encoding;
use crate::sources::entries::trial::{self, Record, data};

fn read_with(text: &[u8], encoding: Option<Encoding>) -> Vec<Record> {
    trial::read_bytes("a.ldif", text, Arc::new(Ldif::new(encoding, None))).expect("reads")
}

fn read(text: &[u8]) -> Vec<Record> {
    read_with(text, None)
}

fn first(text: &[u8]) -> Vec<String> {
    trial::lines(&read(text)[0])
}

#[test]
fn an_entry_is_folded_commented_and_named_in_any_case() {
    let text = b"version: 1\r\n# made by\r\n  hand\r\ndn: cn=Ann,\r\n  dc=x\r\n#a comment\r\n of two lines\r\nobjectClass: top\r\n\
        objectclass: person\r\nCN: Ann Smith\r\nmail:a@x.org\r\nMAIL:  b@x.org \r\ndescription:\r\n\r\n\r\ndn: cn=Bob\r\nsn: B\r\n";
    let records = read(text);
    assert_eq!(records.len(), 2);
    assert_eq!(
        trial::lines(&records[0]),
        [
            "_row=a.ldif:4",
            "cn=Ann Smith",
            "dn=cn=Ann, dc=x",
            "mail=a@x.org",
            "mail.2=b@x.org ",
            "objectclass=top,person"
        ]
    );
    let joined = read(b"version: 1\n\ndn: a\n\nversion: 1\n\ndn: b\nversion: 2\n");
    assert_eq!(trial::lines(&joined[1]), ["_row=a.ldif:7", "dn=b", "version=2"]);
    assert_eq!(joined.len(), 2);
    assert_eq!(trial::lines(&records[1]), ["_row=a.ldif:16", "dn=cn=Bob", "sn=B"]);
}

#[test]
fn options_are_part_of_the_column_but_for_binary() {
    let text =
        b"dn: x\ncn;lang-fr;LANG-be:: Sm9zw6k=\ncn: Jose\nuserCertificate;binary:: MIID\njpegPhoto:: /9j/\n 4AAQ\n";
    assert_eq!(
        first(text),
        ["_row=a.ldif:1", "cn=Jose", "cn;lang-be;lang-fr=José", "dn=x", "jpegphoto=/9j/4AAQ", "usercertificate=MIID"]
    );
}

#[test]
fn base64_is_text_where_it_is_text() {
    // UTF-8 of two lines; Latin-1; a hash; broken.
    let text = b"dn:: Y249SsO2\na:: b25lCnR3bw==\nb:: Sm9z6SBTb3Vz\nc:: 1B2M2Y8AsgTpgAmY7PhCfg==\nd:: ab=c\n";
    assert_eq!(
        first(text),
        [
            "_notes=ldif.encoding:b;ldif.encoding:d",
            "_row=a.ldif:1",
            "a=one|two",
            "b=José Sous",
            "c=1B2M2Y8AsgTpgAmY7PhCfg==",
            "d=ab=c",
            "dn=cn=Jö"
        ]
    );
}

#[test]
fn members_are_one_column_or_what_is_declared() {
    let text = b"dn: x\nmember: cn=a\nMEMBER: cn=b\nmail: 1\nmail: 2\n";
    assert_eq!(first(text), ["_row=a.ldif:1", "dn=x", "mail=1", "mail.2=2", "member=cn=a|cn=b"]);
    let reader = Arc::new(Ldif::new(None, Some(&["Mail".to_string()])));
    let records = trial::read_bytes("a.ldif", text, reader).expect("reads");
    assert_eq!(trial::lines(&records[0]), ["_row=a.ldif:1", "dn=x", "mail=1|2", "member=cn=a", "member.2=cn=b"]);
}

#[test]
fn values_in_other_encodings() {
    assert_eq!(first(b"dn: x\ncn: Jos\xe9\n"), ["_notes=ldif.encoding:cn", "_row=a.ldif:1", "cn=José", "dn=x"]);
    let records = read_with(b"dn: x\ncn: Jos\x82\n", Some(Encoding::CP437));
    assert_eq!(trial::lines(&records[0]), ["_row=a.ldif:1", "cn=José", "dn=x"]);
    let wide: Vec<u8> = "\u{feff}dn: x\r\ncn: José\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(first(&wide), ["_row=a.ldif:1", "cn=José", "dn=x"]);
}

#[test]
fn an_address_is_noted_and_never_opened() {
    assert_eq!(
        first(b"dn: x\nphoto:< file:///etc/passwd\n"),
        ["_notes=ldif.url:photo", "_row=a.ldif:1", "dn=x", "photo=file:///etc/passwd"]
    );
}

#[test]
fn changes_are_refused_each_for_itself() {
    let text = b"dn: a\nchangetype: modify\nreplace: mail\nmail: new@x\n-\nadd: tel\ntel: 1\n-\n\ndn: b\ncn: B\n\n\
        dn: c\ncontrol: 1.2 true\nchangetype: delete\n";
    let faults: Vec<Option<String>> = read(text).into_iter().map(|mut r| r.remove(record::FAULT)).collect();
    assert_eq!(faults, [Some("ldif.change".to_string()), None, Some("ldif.change".to_string())]);
    assert_eq!(read(text)[0].get(record::NOTES), None);
}

#[test]
fn a_missing_blank_line_costs_no_entry_and_a_surplus_one_is_told() {
    let records = read(b"dn: a\ncn: A\ndn: b\ncn: B\n\nmail: lost\nno colon here\n:: x\n");
    let rows: Vec<Vec<String>> = records.iter().map(trial::lines).collect();
    assert_eq!(
        rows,
        [
            vec!["_row=a.ldif:1", "cn=A", "dn=a"],
            vec!["_row=a.ldif:3", "cn=B", "dn=b"],
            vec!["_fault=ldif.no-dn", "_notes=ldif.bad-line", "_row=a.ldif:6", "mail=lost"]
        ]
    );
}

#[test]
fn an_entry_without_end_costs_itself_and_no_memory() {
    let mut text = b"description: ".to_vec();
    text.resize(65 << 20, b'x');
    text.extend(b"\nsn: S\n\ndn: b\n");
    let records = read(&text);
    assert_eq!(trial::lines(&records[0]), ["_fault=ldif.too-large", "_row=a.ldif:1"]);
    assert_eq!(trial::lines(&records[1]), ["_row=a.ldif:4", "dn=b"]);
}

#[test]
fn a_file_without_entries_is_an_error() {
    for text in [&b""[..], b"version: 1\n", b"# nothing\n\n"] {
        let error = trial::read_bytes("a.ldif", text, Arc::new(Ldif::new(None, None))).expect_err("no entry");
        assert_eq!(error.what, "holds no LDIF entry");
    }
}

#[test]
fn real_files_have_every_entry() {
    let Some(data) = data() else { return };
    let counts = [
        ("389ds/5Kusers.ldif", 6036),
        ("389ds/Ace.ldif", 157),
        ("389ds/Example.ldif", 160),
        ("389ds/example_com.slapcat.ldif", 14),
        ("openldap/test-dn.ldif", 35),
        ("openldap/test-lang.ldif", 1),
        ("openldap/test-ordered.ldif", 19),
        ("openldap/test-unordered.ldif", 11),
        ("thunderbird/basic_ldif_addressbook.ldif", 1),
        ("thunderbird/browser-import.ldif", 2),
        ("thunderbird/bug_263304.ldif", 1),
    ];
    for (name, count) in counts {
        let records = trial::read(&[data.join("ldif").join(name)], Arc::new(Ldif::new(None, None))).expect("reads");
        assert_eq!(records.len(), count, "{name}");
        let told: Vec<_> = records
            .iter()
            .filter(|record| record.contains_key(record::FAULT) || record.contains_key(record::NOTES))
            .map(|record| (record.get(record::FAULT), record.get(record::NOTES), &record[record::ROW]))
            .collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}

#[test]
fn a_thunderbird_card_is_whole() {
    let Some(data) = data() else { return };
    let path = data.join("ldif/thunderbird/basic_ldif_addressbook.ldif");
    let records = trial::read(&[path], Arc::new(Ldif::new(None, None))).expect("reads");
    let card = &records[0];
    assert_eq!(card["description"], "Notes line 1\nNotes line 2\nNotes line 3\nNotes line 4");
    assert_eq!(card["mozillasecondemail"], "secondemail@host.invalid");
    assert_eq!(card["objectclass"], "top,person,organizationalPerson,inetOrgPerson,mozillaAbPersonAlpha");
    assert_eq!(card.len(), 42);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn never_panics_and_loses_no_name(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "dn: a\n", "dn:: YQ==\r\n", "cn;lang-x: y\n", " folded\n", "#c\n", "\n", "\r", ":", "::", ":<", "a:: =\n",
            "changetype: modify\n", "-\n", "version: 1\n", "é", ";binary:: AA==\n", "x",
        ]), 0..40),
        noise in prop::collection::vec((0_usize..300, any::<u8>()), 0..3),
    ) {
        let mut bytes = format!("dn: z\n{}", pieces.concat()).into_bytes();
        for (at, value) in noise {
            if let Some(byte) = bytes.get_mut(at + 6) { *byte = value; }
        }
        let names = bytes
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .filter(|line| line.starts_with(b"dn:"))
            .count();
        let records = read(&bytes);
        prop_assert!(records.len() >= names, "{} entries of {names}", records.len());
    }

    #[test]
    fn never_panics_on_anything(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = trial::read_bytes("a.ldif", &bytes, Arc::new(Ldif::new(None, None)));
    }
}
