//! Address books of older programs, as their manuals describe them.

use super::{read, shown, with};
use crate::sources::ReadError;
use crate::sources::cards::{CardsOptions, Preset};
use crate::sources::dbf::Deleted;
use crate::sources::entries::trial;
use crate::sources::kind::{Opener, Place};

#[test]
fn abook() {
    let text = "# abook addressbook file\nmobile=stray\n\n[format]\nprogram=abook\n\n[0]\nname=Ann\nemail=a@x,b@x\nodd\n\n[1]\nname=B=b\n";
    assert_eq!(
        shown(&read(Preset::Abook, text)),
        [
            vec!["_fault=cards.stray", "_row=a.txt:2", "mobile=stray"],
            vec!["_notes=cards.bad-line", "_row=a.txt:7", "email=a@x", "email.2=b@x", "name=Ann"],
            vec!["_row=a.txt:12", "name=B=b"]
        ]
    );
}

#[test]
fn pine() {
    let text = "ann\tSmith, Ann\tann@x.org\tsaved\tmet in\n   May\nlist\t=?utf-8?Q?Caf=C3=A9?=\t(ann,\n   bob@x.org,Cid <c@x>)\n\
        #DELETED-96/01/31#old\tOld\told@x.org\n\tNo nickname\t<n@x.org>\nold\tOld list\t\n   a@x,   b@x\nbroken\n";
    let wanted = [
        vec!["_row=a.txt:1", "comment=met in May", "email=ann@x.org", "fcc=saved", "name=Smith, Ann", "nickname=ann"],
        vec!["_row=a.txt:3", "member=ann", "member.2=bob@x.org", "member.3=Cid <c@x>", "name=Café", "nickname=list"],
        vec!["_deleted=96/01/31", "_row=a.txt:5", "email=old@x.org", "name=Old", "nickname=old"],
        vec!["_row=a.txt:6", "email=n@x.org", "name=No nickname"],
        vec!["_row=a.txt:7", "member=a@x", "member.2=b@x", "name=Old list", "nickname=old"],
        vec!["_fault=cards.broken", "_row=a.txt:9", "comment=broken", "nickname=broken"],
    ];
    let all = CardsOptions { deleted: Deleted::Read, ..CardsOptions::default() };
    assert_eq!(shown(&with(Preset::Pine, all, text)), wanted);
    let mut without = wanted.to_vec();
    without.remove(2);
    assert_eq!(shown(&read(Preset::Pine, text)), without);
}

#[test]
fn elm() {
    let text =
        "# aliases\nann, as = Smith; Ann, met in May = ann@x.org\nall = Everybody = ann, bob@x.org,\n\tcid\nx = y\n";
    assert_eq!(
        shown(&read(Preset::Elm, text)),
        [
            vec!["_row=a.txt:2", "alias=ann", "alias.2=as", "comment=met in May", "email=ann@x.org", "name=Smith; Ann"],
            vec!["_row=a.txt:3", "alias=all", "email=ann", "email.2=bob@x.org", "email.3=cid", "name=Everybody"],
            vec!["_fault=cards.broken", "_row=a.txt:5", "alias=x"]
        ]
    );
}

#[test]
fn mutt() {
    let text = "set from=me@x\nalias -group work -group \"old friends\" ann \"Smith, Ann\" <ann@x.org> # met in May\n\
        alias two bob@x.org (Bob), \\\n  Cid <c@x.org>\nalias empty\nunalias x\n";
    assert_eq!(
        shown(&read(Preset::Mutt, text)),
        [
            vec![
                "_row=a.txt:2",
                "alias=ann",
                "comment=met in May",
                "email=ann@x.org",
                "group=work",
                "group.2=old friends",
                "name=Smith, Ann"
            ],
            vec!["_row=a.txt:3", "alias=two", "email=bob@x.org", "email.2=c@x.org", "name=Bob", "name.2=Cid"],
            vec!["_fault=cards.broken", "_row=a.txt:5", "alias=empty"]
        ]
    );
}

#[test]
fn bbdb_2() {
    let text = r#";; -*-coding: utf-8-emacs;-*-
;;; file-version: 6
(
["Ann" "Smith" ("Annie" "AS") "Acme" (["work" 415 555 12 7] ["home" "+49 30 1"]) (["home" ("1 High St" "Flat 2") "London" "" "SW1" "UK"] ["old" "a\351" "" "b\xc3\xa9" "Boston" "MA" (2134 1)]) ("ann@x.org" "a@y.org") ((notes . "one\ntwo \"q\"") (birthday . "2 May")) nil]
["Bob" nil nil nil nil nil nil "just notes
[of two lines]" nil]
)
"#;
    assert_eq!(
        shown(&read(Preset::Bbdb, text)),
        [
            vec![
                "_row=a.txt:4",
                "address.home.city=London",
                "address.home.country=UK",
                "address.home.postcode=SW1",
                "address.home.street=1 High St|Flat 2",
                "address.old.city=Boston",
                "address.old.postcode=2134-1",
                "address.old.state=MA",
                "address.old.street=aé|bé",
                "aka=Annie",
                "aka.2=AS",
                "birthday=2 May",
                "firstname=Ann",
                "lastname=Smith",
                "mail=ann@x.org",
                "mail.2=a@y.org",
                "notes=one|two \"q\"",
                "organization=Acme",
                "phone.home=+49 30 1",
                "phone.work=415-555-0012 x7"
            ],
            vec!["_row=a.txt:5", "firstname=Bob", "notes=just notes|[of two lines]"]
        ]
    );
}

#[test]
fn bbdb_3() {
    let text = r#";;; file-format: 9
["Ann" "Smith" ("Dr" "Jr") nil ("Acme" "Old Co") (["cell" "1"]) nil ("a@x") ((www . "x.org") (tz 1 2)) "c0ffee" "2020-01-02 03:04:05 +0000" "2021-01-01 00:00:00 +0000" nil]
["Cid" "cut" nil nil
["Bob" nil nil nil nil nil nil nil nil nil]
no record
"#;
    assert_eq!(
        shown(&read(Preset::Bbdb, text)),
        [
            vec![
                "_row=a.txt:2",
                "affix=Dr",
                "affix.2=Jr",
                "creation-date=2020-01-02 03:04:05 +0000",
                "firstname=Ann",
                "lastname=Smith",
                "mail=a@x",
                "organization=Acme",
                "organization.2=Old Co",
                "phone.cell=1",
                "timestamp=2021-01-01 00:00:00 +0000",
                "tz=1 2",
                "uuid=c0ffee",
                "www=x.org"
            ],
            vec!["_fault=cards.broken", "_row=a.txt:3"],
            vec!["_row=a.txt:4", "firstname=Bob"],
            vec!["_fault=cards.broken", "_row=a.txt:5"]
        ]
    );
}

#[test]
fn evolution() {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let card = "BEGIN:VCARD\r\nUID:1\r\nFN:Ann\r\nEND:VCARD\0";
    let heading = "VERSION=3\nformat=bytevalue\ntype=hash\nHEADER=END\n";
    let version = format!(" {}\n {}\n", hex("PAS-DB-VERSION 1.0\0"), hex("0.2\0"));
    let (one, broken) = (format!(" {}\n {}\n", hex("id1\0"), hex(card)), format!(" {}\n 4z\n", hex("id2\0")));
    assert_eq!(
        shown(&read(Preset::Evolution, format!("{heading}{version}{one}{broken}"))),
        [
            vec!["FN=Ann", "UID=1", "_row=a.txt:8"],
            vec!["_fault=cards.broken", "_row=a.txt:10"],
            vec!["_fault=cards.broken", "_row=a.txt:10"]
        ]
    );
    let printed =
        "VERSION=3\nformat=print\nHEADER=END\n id\\00\n BEGIN:VCARD\\0aFN:A\\5cB\\c3\\a9\\0aEND:VCARD\\00\nDATA=END\n";
    assert_eq!(shown(&read(Preset::Evolution, printed)), [["FN=A\\Bé", "_row=a.txt:5"]]);
}

fn open(name: &str, text: &str, options: CardsOptions) -> Result<Vec<Vec<String>>, ReadError> {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("writes");
    let source = options.open(&Place::Files(vec![path]))?;
    Ok(shown(&trial::records(&*source)?))
}

#[test]
fn palm() {
    let text = "\"Smith\",\"Ann\",\"Dr\",\"Acme\",\"1\",\"\",\"\",\"\",\"a@x\",\"\",\"\",\"\",\"01234\",\"\",\"\",\"\",\"\",\"\",\"two\nlines\",\"0\",\"Business\"\n";
    let options = CardsOptions { preset: Some(Preset::Palm), ..CardsOptions::default() };
    assert_eq!(
        open("palm.csv", text, options).expect("reads"),
        [[
            "_row=palm.csv:1",
            "category=Business",
            "company=Acme",
            "email=a@x",
            "firstname=Ann",
            "lastname=Smith",
            "note=two|lines",
            "postcode=01234",
            "private=0",
            "title=Dr",
            "work=1"
        ]]
    );
}

#[test]
fn the_beginning_of_a_file_or_its_name_says_what_it_is() {
    let book = "ann\tAnn\tann@x\n";
    assert_eq!(open(".addressbook", book, CardsOptions::default()).expect("reads")[0][1], "email=ann@x");
    let error = open("x.abook", "name=Ann\n", CardsOptions { delimiter: "=".into(), ..CardsOptions::default() });
    assert_eq!(error.expect_err("rules of its own").what, "is read as `abook`, which has rules of its own");
    let book = "# abook addressbook file\n[0]\nname=Ann\n";
    assert_eq!(open("a.txt", book, CardsOptions::default()).expect("reads")[0][1], "name=Ann");
    let error = open("x.mab", "Name: Ann\n", CardsOptions::default()).expect_err("no Mork");
    assert_eq!(error.what, "is no Mork file: its first line does not say so");
    let error = open("x.cards", "\n\n", CardsOptions::default()).expect_err("no card");
    assert_eq!(error.what, "holds no card (read as `tagged`)");
    let evolution = CardsOptions { preset: Some(Preset::Evolution), ..CardsOptions::default() };
    assert_eq!(open("a.db", "\0\0", evolution).expect_err("no dump").what, "is no dump of a Berkeley DB");
}

#[test]
fn files_of_two_programs_are_two_sources() {
    let folder = tempfile::tempdir().expect("folder");
    let paths = [folder.path().join("a.elm"), folder.path().join("b.mutt")];
    std::fs::write(&paths[0], "a = A = a@x\n").expect("writes");
    std::fs::write(&paths[1], "alias b B <b@x>\n").expect("writes");
    let error = CardsOptions::default().open(&Place::Files(paths.to_vec())).err().expect("an error");
    assert_eq!(error.what, "looks like `mutt`, other files of the source like `elm`");
}
