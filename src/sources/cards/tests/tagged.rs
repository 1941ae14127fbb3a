//! Tagged text.

use regex::Regex;

use super::{read, shown, with};
use crate::sources::cards::{CardsOptions, Preset, Separator, Untagged};

#[test]
fn blank_lines_part_cards() {
    let text = "Name: Ann Smith\r\nTel.....: 030 / 1\r\nTEL: 2\r\nAddress:\r\n  High St 1\r\n  London\r\nlikes tea\r\n\r\n\r\nName: Bob\r\nNote: see\r\n\thttp://x.org: good\r\n";
    assert_eq!(
        shown(&read(Preset::Tagged, text)),
        [
            vec![
                "Address=High St 1|London",
                "Name=Ann Smith",
                "TEL.2=2",
                "Tel=030 / 1",
                "_row=a.txt:1",
                "text=likes tea"
            ],
            vec!["Name=Bob", "Note=see|http://x.org: good", "_row=a.txt:10"]
        ]
    );
}

#[test]
fn what_is_no_tag_is_text() {
    let text = "Meeting at 10:30\nhttp://x.org\nC:\\cards\nann@x.org: hers\n12: 13\nHe said that he would call back: yes\nTel: 1\n";
    assert_eq!(
        shown(&read(Preset::Tagged, text)),
        [[
            "Tel=1",
            "_row=a.txt:1",
            "text=Meeting at 10:30|http://x.org|C:\\cards|ann@x.org: hers|12: 13|He said that he would call back: yes"
        ]]
    );
}

#[test]
fn cards_are_parted_by_a_text_a_pattern_or_their_first_tag() {
    let names = |options: CardsOptions, text: &str| -> Vec<String> {
        let records = with(Preset::Tagged, options, text);
        records.iter().map(|record| format!("{} {:?}", record["_row"], record.get("Tel"))).collect()
    };
    let dashes = CardsOptions { separator: Separator::Text("---".into()), ..CardsOptions::default() };
    assert_eq!(
        names(dashes, "-----\nName: A\n\nTel: 1\n------\nName: B\nTel: 2\n---\n"),
        ["a.txt:2 Some(\"1\")", "a.txt:6 Some(\"2\")"]
    );
    let pattern = Separator::Pattern(Regex::new(r"^\*+ \d+ \*+$").expect("a pattern"));
    let stars = CardsOptions { separator: pattern, ..CardsOptions::default() };
    assert_eq!(names(stars, "** 1 **\nTel: 1\n** 2 **\nTel: 2\n"), ["a.txt:2 Some(\"1\")", "a.txt:4 Some(\"2\")"]);
    let first = CardsOptions { first: Some("name".into()), ..CardsOptions::default() };
    assert_eq!(names(first, "NAME: A\n\nTel: 1\nName: B\nTel: 2\n"), ["a.txt:1 Some(\"1\")", "a.txt:4 Some(\"2\")"]);
}

#[test]
fn delimiter_and_untagged_lines_can_be_declared() {
    let options = CardsOptions { delimiter: "=".into(), untagged: Untagged::Continue, ..CardsOptions::default() };
    assert_eq!(
        shown(&with(Preset::Tagged, options, "name = Ann\naddress=High St 1\nLondon: SW1\n")),
        [["_row=a.txt:1", "address=High St 1|London: SW1", "name=Ann"]]
    );
}

#[test]
fn encodings() {
    let wide: Vec<u8> = "\u{feff}Name: José\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(shown(&read(Preset::Tagged, wide)), [["Name=José", "_row=a.txt:1"]]);
    assert_eq!(shown(&read(Preset::Tagged, b"Name: Jos\xe9\n")), [["Name=José", "_row=a.txt:1"]]);
    let declared =
        CardsOptions { encoding: crate::sources::encoding::Encoding::named("utf-8"), ..CardsOptions::default() };
    assert_eq!(
        shown(&with(Preset::Tagged, declared, b"Name: Jos\xe9\n")),
        [["Name=Jos\u{fffd}", "_notes=cards.encoding:Name", "_row=a.txt:1"]]
    );
}
