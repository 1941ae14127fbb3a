//! Address books of our own, as the header files of Palm OS describe them, cut
//! and broken.

use std::sync::Arc;

use proptest::prelude::*;

use super::Palm;
use crate::sources::ReadError;
use crate::sources::dbf::Deleted;
use crate::sources::encoding::Encoding;
use crate::sources::entries::trial::{self, Record};

fn read_with(bytes: &[u8], deleted: Deleted) -> Result<Vec<Record>, ReadError> {
    trial::read_bytes("AddressDB.pdb", bytes, Arc::new(Palm { encoding: Encoding::WINDOWS_1252, deleted }))
}

fn shown(bytes: &[u8], deleted: Deleted) -> Vec<Vec<String>> {
    read_with(bytes, deleted).expect("reads").iter().map(trial::lines).collect()
}

/// A record: the phone that is shown, the kinds of the five phones, the fields.
fn packed(shown: u32, kinds: [u32; 5], fields: &[(u32, &[u8])]) -> Vec<u8> {
    let phones = kinds.iter().rev().fold(shown, |all, kind| all << 4 | kind);
    let present = fields.iter().fold(0_u32, |all, (field, _)| all | 1 << field);
    let mut bytes = [phones.to_be_bytes(), present.to_be_bytes()].concat();
    bytes.push(0);
    for (_, text) in fields {
        bytes.extend_from_slice(text);
        bytes.push(0);
    }
    bytes
}

/// A file of records with their flags; the labels of custom field 1 and category 2
/// are the user's.
fn file(records: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; 78];
    bytes[..9].copy_from_slice(b"AddressDB");
    bytes[60..68].copy_from_slice(b"DATAaddr");
    let block = 78 + 8 * records.len() + 2;
    bytes[52..56].copy_from_slice(&u32::try_from(block).expect("small").to_be_bytes());
    bytes[76..78].copy_from_slice(&u16::try_from(records.len()).expect("few").to_be_bytes());
    let mut start = block + 282 + 22 * 16 + 4;
    for (number, (flags, packed)) in records.iter().enumerate() {
        bytes.extend(u32::try_from(start).expect("small").to_be_bytes());
        bytes.extend([*flags, 0, 1, u8::try_from(number).expect("few")]);
        start += packed.len();
    }
    bytes.extend([0; 2]);
    let mut about = vec![0; 282 + 22 * 16 + 4];
    about[2 + 2 * 16..2 + 2 * 16 + 6].copy_from_slice(b"Kunden");
    let label = 282 + 14 * 16;
    about[label..label + 8].copy_from_slice(b"Birthday");
    bytes.extend(about);
    bytes.extend(records.iter().flat_map(|(_, packed)| packed.clone()));
    bytes
}

fn ann() -> Vec<u8> {
    let fields: &[(u32, &[u8])] = &[
        (0, b"M\xfcller"),
        (1, b"Ann"),
        (2, b"Acme"),
        (3, b"030 1"),
        (4, b"ann@x.org"),
        (6, b"ann@y.org"),
        (7, b"0171"),
        (11, b"01234"),
        (14, b"2 May"),
        (18, b"two\nlines"),
    ];
    packed(1, [0, 4, 2, 4, 7], fields)
}

#[test]
fn fields_go_to_the_columns_of_their_labels() {
    let bytes = file(&[(0x42, ann()), (0x10, packed(0, [0; 5], &[(0, b"Bob")])), (0x80, Vec::new())]);
    let wanted = [
        vec![
            "_row=AddressDB.pdb:1",
            "birthday=2 May",
            "category=Kunden",
            "company=Acme",
            "e-mail=ann@x.org",
            "e-mail.2=ann@y.org",
            "firstname=Ann",
            "lastname=Müller",
            "mobile=0171",
            "note=two|lines",
            "postcode=01234",
            "shown=e-mail",
            "unique-id=256",
            "work=030 1",
        ],
        vec!["_row=AddressDB.pdb:2", "lastname=Bob", "private=true", "shown=work", "unique-id=257"],
    ];
    assert_eq!(shown(&bytes, Deleted::Skip), wanted);
    let all = shown(&bytes, Deleted::Read);
    assert_eq!(all[2], ["_deleted=true", "_row=AddressDB.pdb:3", "unique-id=258"]);
}

#[test]
fn what_a_cut_file_still_has_is_read() {
    let bytes = file(&[(0, ann()), (0, packed(0, [0; 5], &[(0, b"Bob"), (1, b"Robert")]))]);
    let cut = shown(&bytes[..bytes.len() - 5], Deleted::Skip);
    assert_eq!(cut[1], ["_fault=palm.cut", "_row=AddressDB.pdb:2", "firstname=Ro", "lastname=Bob", "unique-id=257"]);
    let cut = shown(&bytes[..bytes.len() - 30], Deleted::Skip);
    assert_eq!(cut[1], ["_fault=palm.missing", "_row=AddressDB.pdb:2"]);
}

#[test]
fn what_is_no_address_book_is_refused() {
    let what = |bytes: &[u8]| read_with(bytes, Deleted::Skip).expect_err("an error").what;
    assert_eq!(what(b"short"), "ends within its header, after 5 bytes");
    assert_eq!(what(&[0; 100]), "is no Palm database");
    let mut memo = file(&[(0, ann())]);
    memo[64..68].copy_from_slice(b"memo");
    assert_eq!(what(&memo), "is a Palm database of `DATA` by `memo`, and no address book");
    memo[64..68].copy_from_slice(b"PAdd");
    assert!(what(&memo).starts_with("holds the contacts of a newer Palm OS"));
    assert_eq!(what(&file(&[(0x80, Vec::new())])), "holds no address");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_broken_file_gives_every_address_of_its_list(
        noise in prop::collection::vec((80_usize..1000, any::<u8>()), 0..12),
        end in 80_usize..1000,
    ) {
        let mut bytes = file(&[(0, ann()), (1, ann()), (0x10, packed(9, [15; 5], &[(5, b"x"), (17, b"y")]))]);
        for (at, value) in noise {
            if let Some(byte) = bytes.get_mut(at) { *byte = value; }
        }
        bytes.truncate(end);
        prop_assert_eq!(read_with(&bytes, Deleted::Read).expect("reads").len(), 3);
    }

    #[test]
    fn never_panics_on_anything(start in any::<bool>(), bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        let mut bytes = bytes;
        if start && bytes.len() > 80 {
            bytes[60..68].copy_from_slice(b"DATAaddr");
            // Not tens of thousands of records that are not there.
            bytes[76] = 0;
            bytes[77] &= 7;
        }
        let _ = read_with(&bytes, Deleted::Read);
    }
}
