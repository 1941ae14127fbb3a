//! Files of each version of our own, cut and broken, and files that others wrote.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::Cardfile;
use crate::record;
use crate::sources::ReadError;
use crate::sources::encoding::Encoding;
use crate::sources::entries::trial::{self, Record, data};

fn reader(tags: bool) -> Arc<Cardfile> {
    Arc::new(Cardfile { encoding: Encoding::WINDOWS_1252, tags })
}

fn read(bytes: &[u8]) -> Result<Vec<Record>, ReadError> {
    trial::read_bytes("a.crd", bytes, reader(false))
}

fn shown(bytes: &[u8]) -> Vec<Vec<String>> {
    read(bytes).expect("reads").iter().map(trial::lines).collect()
}

/// A file of headings and the bytes of their cards.
fn file(version: &str, cards: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (wide, stride) = if version == "DKO" { (true, 93) } else { (false, 52) };
    let mut bytes = version.as_bytes().to_vec();
    if version != "MGC" {
        bytes.extend(7_u32.to_le_bytes());
    }
    bytes.extend(u16::try_from(cards.len()).expect("few cards").to_le_bytes());
    let mut start = bytes.len() + stride * cards.len();
    for (heading, card) in cards {
        let mut line = vec![0; 6];
        line.extend(u32::try_from(start).expect("a small file").to_le_bytes());
        line.push(0);
        line.extend(letters(heading, wide));
        line.resize(stride, 0);
        bytes.extend(line);
        start += card.len();
    }
    bytes.extend(cards.iter().flat_map(|(_, card)| card.clone()));
    bytes
}

fn letters(text: &str, wide: bool) -> Vec<u8> {
    if wide { text.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { text.bytes().collect() }
}

/// The length of a text and the text.
fn text(text: &str, wide: bool) -> Vec<u8> {
    let count = u16::try_from(text.encode_utf16().count()).expect("a short text");
    [count.to_le_bytes().to_vec(), letters(text, wide)].concat()
}

fn plain(words: &str, wide: bool) -> Vec<u8> {
    [vec![0, 0], text(words, wide)].concat()
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [u32::try_from(bytes.len()).expect("few bytes").to_le_bytes().to_vec(), bytes.to_vec()].concat()
}

fn number(value: u32) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

/// A card with an object: its number, the object, sizes and kind, and the text.
fn with_object(object: Vec<u8>, kind: u8, words: &str) -> Vec<u8> {
    [vec![1, 0], number(3), object, vec![8, 0, 16, 0, 1, 0, 1, 0, 50, 0, 50, 0, kind, 0], text(words, false)].concat()
}

/// A picture of Paintbrush, embedded, with a bitmap that shows it; and its text.
fn embedded(words: &str) -> Vec<u8> {
    let object = [
        [number(0x501), number(2), sized(b"PBrush\0"), sized(b""), sized(b""), sized(&[0x42; 70])].concat(),
        [number(0x501), number(5), sized(b"DIB\0"), number(10), number(10), sized(&[1; 33])].concat(),
    ]
    .concat();
    with_object(object, 0, words)
}

#[test]
fn cards_of_windows_3() {
    let picture = [vec![5, 0, 2, 0, 2, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9], text("with a map", false)].concat();
    let bytes = file("MGC", &[("Ann", plain("Tel: 1\r\nFax: 2", false)), ("Bob", vec![0; 4]), ("Cid", picture)]);
    assert_eq!(
        shown(&bytes),
        [
            vec!["_row=a.crd:1", "index=Ann", "text=Tel: 1|Fax: 2"],
            vec!["_row=a.crd:2", "index=Bob"],
            vec!["_notes=cardfile.picture", "_row=a.crd:3", "index=Cid", "text=with a map"]
        ]
    );
}

#[test]
fn objects_are_passed_over() {
    let linked = [
        [
            number(0x501),
            number(1),
            sized(b"Package\0"),
            sized(b"c:\\a.txt\0"),
            sized(b""),
            sized(b""),
            number(0),
            number(1),
        ],
        [number(0x501), number(5), sized(b"Native\0"), number(0), sized(b"Own\0"), sized(&[7; 5]), vec![], vec![]],
    ];
    let linked = linked.concat().concat();
    let bare = [number(0x501), number(2), sized(b"SoundRec\0"), sized(b""), sized(b""), sized(&[9; 20])].concat();
    let shown_only = [number(0x501), number(3), sized(b"BITMAP\0"), number(1), number(1), sized(&[9; 6])].concat();
    let bytes = file(
        "RRG",
        &[
            ("Ann", embedded("after the object")),
            ("Bob", plain("b", false)),
            ("Cid", with_object(linked, 1, "linked")),
            ("Dan", with_object(bare, 0, "without picture")),
            ("Eve", with_object(shown_only, 2, "static")),
        ],
    );
    assert_eq!(
        shown(&bytes),
        [
            vec!["_notes=cardfile.object", "_row=a.crd:1", "index=Ann", "text=after the object"],
            vec!["_row=a.crd:2", "index=Bob", "text=b"],
            vec!["_notes=cardfile.object", "_row=a.crd:3", "index=Cid", "text=linked"],
            vec!["_notes=cardfile.object", "_row=a.crd:4", "index=Dan", "text=without picture"],
            vec!["_notes=cardfile.object", "_row=a.crd:5", "index=Eve", "text=static"]
        ]
    );
}

#[test]
fn an_object_of_another_kind_is_passed_over_where_the_text_is_clear() {
    let unknown = [vec![1, 0, 9, 9, 9, 9], vec![0xee; 40], vec![2, 0], text("after", false)].concat();
    let unclear = [vec![1, 0, 9, 9, 9, 9], vec![0xee; 40]].concat();
    let bytes = file("RRG", &[("Ann", unknown), ("Bob", unclear), ("Cid", plain("c", false))]);
    assert_eq!(
        shown(&bytes),
        [
            vec!["_notes=cardfile.object", "_row=a.crd:1", "index=Ann", "text=after"],
            vec!["_fault=cardfile.unclear", "_notes=cardfile.object", "_row=a.crd:2", "index=Bob"],
            vec!["_row=a.crd:3", "index=Cid", "text=c"]
        ]
    );
}

#[test]
fn cards_of_windows_nt_are_unicode() {
    let mut object =
        with_object([number(0x501), number(3), sized(b"DIB\0"), vec![0; 8], sized(&[9; 6])].concat(), 2, "");
    object.truncate(object.len() - 2);
    object.extend(text("до", true));
    let cards = [("Ánna Ш", plain("Tel: 1\r\nжизнь", true)), ("Bob", plain("", true)), ("Cid", object)];
    assert_eq!(
        shown(&file("DKO", &cards)),
        [
            vec!["_row=a.crd:1", "index=Ánna Ш", "text=Tel: 1|жизнь"],
            vec!["_row=a.crd:2", "index=Bob"],
            vec!["_notes=cardfile.object", "_row=a.crd:3", "index=Cid", "text=до"]
        ]
    );
}

#[test]
fn tagged_lines_can_be_columns() {
    let bytes = file("MGC", &[("Ann", plain("Ann Smith\r\nTel: 1\r\nTel.: 2\r\nText: x", false))]);
    let records = trial::read_bytes("a.crd", &bytes, reader(true)).expect("reads");
    assert_eq!(
        trial::lines(&records[0]),
        ["Tel=1", "Tel.2=2", "Text.2=x", "_row=a.crd:1", "index=Ann", "text=Ann Smith|Tel: 1|Tel.: 2|Text: x"]
    );
}

#[test]
fn a_code_page_can_be_declared() {
    let mut bytes = file("MGC", &[("Jos_", plain("caf_", false))]);
    bytes.iter_mut().filter(|byte| **byte == b'_').for_each(|byte| *byte = 0x82);
    let read = |encoding| trial::read_bytes("a.crd", &bytes, Arc::new(Cardfile { encoding, tags: false }));
    assert_eq!(read(Encoding::CP437).expect("reads")[0]["index"], "José");
    assert_eq!(read(Encoding::WINDOWS_1252).expect("reads")[0]["text"], "caf‚");
}

#[test]
fn what_a_cut_file_still_has_is_read() {
    let whole =
        file("MGC", &[("Ann", plain("first", false)), ("Bob", plain("second", false)), ("Cid", plain("3", false))]);
    assert_eq!(
        shown(&whole[..whole.len() - 8]),
        [
            vec!["_row=a.crd:1", "index=Ann", "text=first"],
            vec!["_fault=cardfile.cut", "_row=a.crd:2", "index=Bob", "text=sec"],
            vec!["_fault=cardfile.missing", "_row=a.crd:3", "index=Cid"]
        ]
    );
    // Within the index.
    assert_eq!(
        shown(&whole[..5 + 52 + 20]),
        [
            vec!["_fault=cardfile.missing", "_row=a.crd:1", "index=Ann"],
            vec!["_fault=cardfile.missing", "_row=a.crd:2", "index=Bob"],
            vec!["_fault=cardfile.missing", "_row=a.crd:3"]
        ]
    );
}

#[test]
fn what_is_no_cardfile_is_refused() {
    let what = |bytes: &[u8]| read(bytes).expect_err("an error").what;
    assert_eq!(what(b""), "is no file of Windows Cardfile");
    assert_eq!(what(b"PMCC.grp"), "is no file of Windows Cardfile");
    assert_eq!(what(b"RRG\0"), "ends within its header, after 4 bytes");
    assert_eq!(what(b"MGC\0\0"), "holds no card");
}

#[test]
fn real_files_equal_their_truth() {
    let Some(data) = data() else { return };
    for (name, count) in [("abc", 3), ("northwind_MGC", 91)] {
        let folder = data.join("cardfile");
        let records = trial::read(&[folder.join(format!("{name}.crd"))], reader(false)).expect("reads");
        let truth = std::fs::read_to_string(folder.join(format!("{name}.truth.json"))).expect("the truth");
        let truth: Json = serde_json::from_str(&truth).expect("JSON");
        let truth = truth["cards"].as_array().expect("cards");
        assert_eq!((records.len(), truth.len()), (count, count), "{name}");
        for (record, card) in records.iter().zip(truth) {
            assert_eq!(Some(record["index"].as_str()), card["title"].as_str());
            assert_eq!(Some(record["text"].as_str()), card["data"].as_str());
            assert!(!record.contains_key(record::FAULT) && !record.contains_key(record::NOTES), "{record:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_broken_file_gives_every_card_that_it_declares(
        version in prop::sample::select(vec!["MGC", "RRG", "DKO"]),
        noise in prop::collection::vec((9_usize..600, any::<u8>()), 0..12),
        end in 9_usize..700,
    ) {
        let wide = version == "DKO";
        let last = if wide { plain("d", true) } else { embedded("last") };
        let mut bytes = file(version, &[("Ann", plain("a", wide)), ("Bob", plain("bb\r\n", wide)), ("Cid", last)]);
        for (at, value) in noise {
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
        }
        bytes.truncate(end);
        let declared = if version == "MGC" { 5 } else { 9 };
        if bytes.len() > declared {
            prop_assert_eq!(read(&bytes).map(|records| records.len()).unwrap_or(3), 3);
        }
    }

    #[test]
    fn never_panics_on_anything(
        version in prop::sample::select(vec!["MGC", "RRG", "DKO", ""]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let bytes = [version.as_bytes(), &[0, 0, 0, 0, 3, 0], &bytes].concat();
        let _ = read(&bytes);
    }
}
